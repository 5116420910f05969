"""Job files that 4108d75 wrote, two of each command: with many values, and with defaults. They are never rewritten."""

import json

import pytest

from rasterlearn.jobs import commands

REQUIRED = {
    "landcover": ("inputs", "output", "model"),
    "maskimage": ("image", "mask", "output"),
    "normalize": ("inputs", "output"),
    "classstatistics": ("output",),
    "selectsamples": ("output",),
    "gridsamples": ("image", "output"),
    "extractpatches": ("points", "images", "output", "labels"),
    "extractvalues": ("points", "images", "output"),
    "trainmodel": ("patches", "labels", "output"),
    "trainforest": ("samples", "output"),
    "applymodel": ("images", "model", "output"),
    "applymodelbatch": ("model", "output_folder"),
    "laygaps": ("image", "mask", "output", "truth"),
    "fillgaps": ("image", "output"),
    "exportmodel": ("model",),
    "accuracy": ("map",),
    "comparemodels": ("output",),
    "degrade": ("image", "output"),
    "importmodel": ("model",),
    "slurm": ("command", "job", "output"),
    "check": (),
}


@pytest.fixture
def old(root):
    """Folder of the files."""
    return root / "test" / "data_4108d75" / "jobs"


def as_written(job, written):
    """The job without parameters that are younger than what was written; these have their defaults."""
    values = json.loads(job.to_json())
    for name in values.keys() - written.keys():
        assert values[name] == job.parameters[name].default
    return {name: value for name, value in values.items() if name in written}


@pytest.mark.parametrize("command", REQUIRED)
def test_an_old_job_is_read(old, command):
    path = old / f"{command}.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    assert as_written(commands.read_job(command, str(path)), written) == written


@pytest.mark.parametrize("command", REQUIRED)
def test_defaults_are_the_old_ones(old, command):
    defaults = json.loads((old / f"{command}_defaults.json").read_text(encoding="utf-8"))
    job = commands.COMMANDS[command].from_json(defaults)
    required = {p: v for p, v in defaults.items() if p in REQUIRED[command]}
    assert commands.COMMANDS[command].from_json(required) == job
    assert as_written(job, defaults) == defaults


def test_no_command_is_missing(old):
    written = {path.stem for path in old.glob("*.json") if not path.stem.endswith("_defaults")}
    assert written == set(REQUIRED) <= set(commands.COMMANDS)
