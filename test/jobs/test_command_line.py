"""Options of the command line: the declared parameters, turned into a job."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.jobs import command_line
from rasterlearn.jobs.command_line import parse
from rasterlearn.jobs.commands import COMMANDS


@pytest.fixture
def engine(root, tmp_path):
    """Runs the engine with these words: engine("normalize", "--input", "a.tif") -> CompletedProcess."""

    def run(*words, **options):
        command = [sys.executable, str(root / "engine.py"), *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, **options)

    return run


@pytest.fixture
def refusal(capsys):
    """The sentence with which a command line is refused, with exit code 2."""

    def of(*words):
        with pytest.raises(SystemExit) as left:
            parse(words)
        assert left.value.code == 2
        return capsys.readouterr().err.splitlines()[-1]

    return of


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_all_options_in_groups(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1000")
    with pytest.raises(SystemExit) as left:
        parse([command, "--help"])
    assert left.value.code == 0
    page, job = capsys.readouterr().out, COMMANDS[command]
    assert job.help().split("\n\n")[0] in page
    blocks = [f"--{block}" for block in page.split("\n  --")[1:]]
    shown = {block.replace(",", " ").split()[0]: " ".join(block.split()) for block in blocks}
    for parameter in job.parameters.values():
        text = shown[parameter.option]
        assert parameter.full_help() in text and parameter.label in text
        assert not parameter.required or "Required." in text
        assert all(word in text for word in parameter.choices)


OLD_JOBS = Path(__file__).parents[1] / "data_4108d75" / "jobs"


@pytest.mark.parametrize("command", sorted(p.stem for p in OLD_JOBS.glob("*.json") if "_defaults" not in p.stem))
def test_every_old_job_can_be_typed(command):
    written = json.loads((OLD_JOBS / f"{command}.json").read_text(encoding="utf-8"))
    words = [command]
    for name, value in written.items():
        parameter = COMMANDS[command].parameters[name]
        if value is None or value == []:
            continue
        if isinstance(value, bool):
            words.append(parameter.option if value else parameter.option.replace("--", "--no-", 1))
        elif name == "extent":
            words += [parameter.option, *map(str, value)]
        else:
            words += [f"{parameter.option}={one}" for one in (value if isinstance(value, list) else [value])]
    assert parse(words).job() == COMMANDS[command].from_json(written)


def test_lists_are_repeated_options_in_the_singular():
    job = parse(["applymodel", "--image", "a.tif", "--image", "b.tif", "--model", "m", "--output", "o.tif"]).job()
    assert (job.images, job.model, job.output, job.resume) == (["a.tif", "b.tif"], "m", "o.tif", False)
    options = {parameter.option for parameter in COMMANDS["trainmodel"].parameters.values()}
    assert {"--patches", "--validation-patches", "--augment", "--log-folder"} <= options


def test_options_override_the_job_file(tmp_path):
    path = tmp_path / "job.json"
    path.write_text('{"image": "a.tif", "output": "b.tif", "factor": 3}')
    job = parse(["degrade", str(path), "--output", "c.tif"]).job()
    assert (job.image, job.output, job.factor) == ("a.tif", "c.tif", 3)
    path.write_text("[]")
    with pytest.raises(InputError, match="JSON object"):
        parse(["degrade", str(path), "--output", "c.tif"]).job()


def test_general_options_may_stand_anywhere():
    for words in (["--events", "json", "check", "--watch-stdin"], ["check", "--watch-stdin", "--events", "json"]):
        arguments = parse(words)
        assert (arguments.command, arguments.events, arguments.watch_stdin) == ("check", "json", True)
    assert parse(["slurm", "--command", "applymodel", "--job", "a.json", "--output", "b"]).command == "slurm"


def test_what_cannot_be_understood_is_reported(refusal):
    assert "required: --output" in refusal("degrade", "--image", "a.tif")
    assert "--factor: invalid int value: 'x'" in refusal("degrade", "--image", "a", "--output", "b", "--factor", "x")
    assert "unrecognized arguments: --fact" in refusal("degrade", "--image", "a", "--output", "b", "--fact", "3")
    assert "invalid choice: 'mean'" in refusal("normalize", "--input", "a", "--output", "b", "--method", "mean")
    assert "invalid choice: 'dance'" in refusal("dance")
    assert "required: COMMAND" in refusal()


def test_the_overview_lists_the_commands_in_the_order_of_work(engine):
    done = engine("--help")
    places = [done.stdout.index(f"\n    {name} ") for name in ("landcover", "normalize", "selectsamples", "applymodel")]
    assert (done.returncode, places) == (0, sorted(places))
    assert all(f"    {name:<17}{job.TITLE}\n" in done.stdout for name, job in COMMANDS.items())


def test_a_printed_job_is_a_job_file(engine, tmp_path, monkeypatch):
    monkeypatch.setenv("RASTERLEARN_CLUSTER", "tcp://node:1")
    words = ["--image", "a.tif", "--model", "m.rlmodel", "--output", "o.tif", "--extent", "-5", "1.5", "0", "2"]
    done = engine("applymodel", *words, "--print-job")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["extent"] == [-5.0, 1.5, 0.0, 2.0] and json.loads(done.stdout)["cluster"] == ""
    (tmp_path / "job.json").write_text(done.stdout)
    assert parse(["applymodel", str(tmp_path / "job.json")]).job() == parse(["applymodel", *words]).job()
    wrong = engine("applymodel", str(tmp_path / "none.json"), "--print-job")
    assert (wrong.returncode, wrong.stdout) == (1, "") and wrong.stderr.startswith("Error: The job file “")


def test_a_job_of_options_runs(engine, ramp, tmp_path):
    words = ["normalize", "--input", ramp, "--output", "n.tif", "--method", "scale", "--scale", "2"]
    done = engine(*words, "--events", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout.splitlines()[-1]) == {"event": "result", "values": {}}
    done = engine(*words)
    assert (done.returncode, done.stdout) == (0, "") and (tmp_path / "n.tif").exists()
    done = engine("normalize", "--input", "none.tif", "--output", "m.tif")
    assert done.returncode == 1 and done.stderr.startswith("Error: The image “none.tif” cannot be opened")


def test_sentences_name_parameters_as_the_reader_knows_them(engine, ramp, tmp_path):
    words = ["fillgaps", "--image", ramp, "--output", "f.tif", "--method", "image", "--series", ramp, "--nodata=0"]
    (tmp_path / "job.json").write_text(engine(*words, "--print-job").stdout)
    sentence = "takes its values from one image: give {}, and no {}."
    typed = engine(*words)
    assert typed.stderr == f"Error: --method image {sentence.format('--filling', '--series')}\n"
    written = engine("fillgaps", "job.json")
    assert written.stderr == f'Error: "method": "image" {sentence.format("filling", "series")}\n'
    watched, held_open = os.pipe()
    by_qgis = engine("fillgaps", "job.json", "--events", "json", "--watch-stdin", stdin=watched)
    os.close(held_open)
    assert json.loads(by_qgis.stdout.splitlines()[-1]) == {
        "event": "error",
        "text": f"METHOD=image {sentence.format('FILLING', 'SERIES')}",
        "template": "{p:method=image} " + sentence.format("{p:filling}", "{p:series}"),
        "values": {},
    }


def test_a_library_that_is_not_installed_is_named(root):
    sys.path.insert(0, str(root))
    import engine as module

    error = ModuleNotFoundError("No module named 'tensorflow.keras'", name="tensorflow.keras")
    assert 'pip install "rasterlearn[train]"' in str(module.missing_library(error))
    assert module.missing_library(ModuleNotFoundError("no", name="numbers_of_ours")) is None
    assert module.missing_library(ValueError()) is None


def test_no_two_parameters_share_an_option(monkeypatch):
    for job in COMMANDS.values():
        command_line._parser_of(job)  # argparse refuses an option twice
