"""The declarations in jobs/ are complete and consistent."""

import subprocess
import sys
from typing import Optional, get_type_hints

import pytest

from rasterlearn.jobs import commands
from rasterlearn.jobs.commands import ALGORITHMS, COMMANDS
from rasterlearn.jobs.groups import TITLES
from rasterlearn.jobs.parameter import Text

ALL = sorted({job.NAME: job for job in (*ALGORITHMS, *COMMANDS.values())}.items())
PARAMETERS = [pytest.param(p, id=f"{name}.{p.name}") for name, job in ALL for p in job.parameters.values()]


@pytest.mark.parametrize(("name", "job"), ALL)
def test_annotations_say_what_the_kinds_mean(name, job):
    expected = {}
    for parameter in job.parameters.values():
        one = list[parameter.kind.type] if parameter.is_list else parameter.kind.type
        expected[parameter.name] = one if parameter.required or parameter.default_value() is not None else Optional[one]
    hints = get_type_hints(job)
    assert {name: hints[name] for name in job.parameters} == expected


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_default_is_a_value_that_is_accepted(parameter):
    if not parameter.required:
        assert parameter.checked(parameter.default_value()) == parameter.default_value()


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_parameter_is_named_and_explained(parameter):
    assert parameter.label and (len(parameter.full_help()) >= 15 or parameter.command == "slurm")
    assert all(isinstance(text, Text) and text.key for text in parameter.texts())
    if parameter.kind.is_written and parameter.kind.name != "folder_output":
        assert parameter.files.endings


@pytest.mark.parametrize(("name", "job"), ALL)
def test_a_command_explains_itself(name, job):
    assert len(job.help()) > 60 and job.TITLE and job.GROUP in {"", *TITLES}
    assert set(job.STYLED) <= set(job.parameters)
    assert {p.parent for p in job.parameters.values() if p.parent} <= set(job.parameters)
    options = [p.option for p in job.parameters.values()]
    names = [p.qgis_name(number) for p, number in job.SHOWN]
    assert len(set(options)) == len(options) and len(set(names)) == len(names)


def test_a_default_list_is_not_shared():
    first, second = (commands.FillGaps(image="a.tif", output="b.tif") for _ in range(2))
    first.series.append("c.tif")
    assert second.series == []


def test_importing_the_commands_loads_the_standard_library_only(root):
    code = (
        "import sys; before = set(sys.modules); import engine; engine.load_package()\n"
        "import rasterlearn.jobs.commands\n"
        "print(*{name.split('.')[0] for name in set(sys.modules) - before})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) - {"engine", "rasterlearn"} <= set(sys.stdlib_module_names)
