"""Batch files for Slurm, run by bash with a stand-in for srun; most of them with one for the engine's Python, too."""

import itertools
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from waiting import HANG_SECONDS, SECONDS_BEYOND_ANY_WAIT, wait_until

from rasterlearn.core.base import slurm_batch_file
from rasterlearn.core.base.errors import InputError, OutputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.mapping.apply_model import apply_model
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.jobs import commands
from rasterlearn.jobs.naming import JOB

# As many copies as there are tasks; it ends with the worst of their exit codes. Like Slurm's own, it kills them when it
# is terminated; only scancel lets them end by themselves.
SRUN = """#!/bin/bash
while [[ $1 == -* ]]; do shift; done
copies=()
trap 'kill -KILL "${copies[@]}" 2>/dev/null' TERM
trap 'kill -TERM "${copies[@]}" 2>/dev/null' USR2
for ((n = 0; n < SLURM_NTASKS; n++)); do SLURM_PROCID=$n "$@" & copies+=($!); done
echo $$ > "$CALLS.srun"
worst=0
for copy in "${copies[@]}"; do
  while kill -0 "$copy" 2>/dev/null; do wait "$copy"; done
  wait "$copy"; code=$?
  ((code > worst)) && worst=$code
done
exit $worst
"""
SCANCEL = """#!/bin/bash
[ "$*" = "--signal=TERM 17" ] || exit 1
until [ -s "$CALLS.srun" ]; do sleep 0.05; done
kill -USR2 $(cat "$CALLS.srun")
"""

# Records what it is called with, one JSON list for each call, and stands in for the scheduler, a worker or the engine.
PYTHON = f"""#!/bin/bash
{shlex.quote(sys.executable)} -c 'import json, os, sys
call = json.dumps({{"arguments": sys.argv[1:], "environment": dict(os.environ)}})
os.write(1, (call + "\\n").encode())' "$@" >> "$CALLS"
case " $* " in
*" dask scheduler "*)
  while [ "$1" != --scheduler-file ]; do shift; done
  echo '{{"address": "tls://10.0.0.1:8786"}}' > "$2"
  exec sleep {SECONDS_BEYOND_ANY_WAIT} ;;
*" dask worker "*) exec sleep "${{WORKER_SECONDS:-{SECONDS_BEYOND_ANY_WAIT}}}" ;;
*)
  trap 'kill $!; exit 3' TERM
  echo >> "$CALLS.running"
  while (($(wc -l < "$CALLS") < ENGINE_WAITS_FOR_CALLS)); do sleep 0.05; done
  sleep "${{ENGINE_SECONDS:-0}}" & wait $!
  exit "${{ENGINE_CODE:-0}}" ;;
esac
"""
ENDLESS = str(SECONDS_BEYOND_ANY_WAIT)
HOSTILE = 'it\'s $(touch pwned) `touch pwned` "$HOME" ; touch pwned'


@pytest.fixture
def program(tmp_path):
    """Writes an executable file: program("bin/srun", text) -> its path."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    return write


@pytest.fixture
def batch(program, tmp_path, monkeypatch):
    """Writes the batch file of a job: batch("applymodel", {...}, nodes=2) -> its path. `python` is the stand-in."""
    monkeypatch.chdir(tmp_path)
    python, numbers = program("python", PYTHON), itertools.count()

    def write(command, job, name="job.json", **values):
        Path(name).write_text(json.dumps(job))
        output = str(tmp_path / f"job{next(numbers)}.sbatch")
        given = {"command": command, "job": name, "output": output, "python": python, **values}
        asked = commands.Slurm.from_json(given)
        asked.require_sound_outputs()
        asked.run(Progress())
        return output

    return write


@pytest.fixture
def submit(program, tmp_path):
    """Starts a batch file as Slurm does: submit(path, tasks, VARIABLE="…") -> Popen."""
    program("bin/srun", SRUN)
    program("bin/scancel", SCANCEL)
    program("bin/scontrol", '#!/bin/bash\necho "$@" >> "$CALLS.scontrol"\n')
    started = []

    def start(path, tasks=1, **variables):
        environment = {
            **os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "CALLS": str(tmp_path / "calls"),
            "SLURM_JOB_ID": "17", "SLURM_NTASKS": str(tasks), "SLURM_PROCID": "0", "PYTHONPATH": "/of/the/login/node",
            "ENGINE_WAITS_FOR_CALLS": "0", **variables,
        }  # fmt: skip
        folder = tmp_path / "elsewhere"
        folder.mkdir(exist_ok=True)
        process = subprocess.Popen(
            ["bash", path], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        for left in session_of(process.pid):
            os.kill(left, signal.SIGKILL)
        process.wait()


def session_of(leader):
    """The living processes of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = path.read_text().rsplit(")", 1)[1].split()[:4]
        except (OSError, ValueError):
            continue
        if int(session) == leader and state != "Z":
            found.append(int(path.parent.name))
    return found


def calls(tmp_path):
    return [json.loads(line) for line in (tmp_path / "calls").read_text().splitlines()]


def wait_until_running(tmp_path, engines=1):
    """Waits until this many engines can be terminated."""
    running = tmp_path / "calls.running"
    wait_until(lambda: running.exists() and running.read_text() == engines * "\n", f"{engines} engine(s) are started")


def finished(process, tmp_path):
    """The exit code of a batch file that left no process and no folder."""
    out, err = process.communicate(timeout=HANG_SECONDS)
    # a process that has closed its output may not have ended yet
    wait_until(lambda: session_of(process.pid) == [], f"all processes end that wrote {out + err}")
    assert not list(tmp_path.glob(".rasterlearn-*"))
    return process.returncode, err


def map_job(tmp_path, **values):
    return {"images": ["image.tif"], "model": "m.rlmodel", "output": str(tmp_path / "map.tif"), **values}


def training_job(tmp_path):
    return {"patches": ["p.tif"], "labels": "l.tif", "output": str(tmp_path / "m.rlmodel")}


def directives(path):
    """The options of a batch file, as sbatch reads them: up to the first command."""
    lines = itertools.takewhile(lambda line: line.startswith("#") or not line, Path(path).read_text().splitlines())
    return [line.split(" ", 1)[1] for line in lines if line.startswith("#SBATCH")]


def test_one_process(batch, submit, root, tmp_path):
    setup = ["export LOADED='two words'", "export PYTHONPATH=/of/a/module"]
    path = batch("check", {}, cpus_per_task=4, memory_gb=6, hours=1.5, partition="a,b", account="me@x", setup=setup)
    subprocess.run(["bash", "-n", path], check=True)
    assert directives(path) == [
        "--job-name=rasterlearn-check", "--nodes=1", "--ntasks=1", "--ntasks-per-node=1", "--cpus-per-task=4",
        "--mem=6000M", "--time=1:30:00", "--signal=B:USR1@120", "--partition=a,b", "--account=me@x",
    ]  # fmt: skip
    assert finished(submit(path), tmp_path) == (0, "")
    (call,) = calls(tmp_path)
    assert call["arguments"] == [str(root / "engine.py"), "check", str(tmp_path / "job.json")]
    wanted = {
        "RASTERLEARN_THREADS": "4", "OMP_NUM_THREADS": "4", "RASTERLEARN_MEMORY_GB": "6.0", "PYTHONNOUSERSITE": "1",
        "LOADED": "two words", "PYTHONPATH": "/of/a/module", "PWD": str(tmp_path),
    }  # fmt: skip
    assert {name: call["environment"].get(name) for name in wanted} == wanted


def test_the_login_nodes_python_is_forgotten(batch, submit, tmp_path):
    finished(submit(batch("check", {})), tmp_path)
    assert "PYTHONPATH" not in calls(tmp_path)[0]["environment"]


def test_training_on_many_workers(batch, submit, root, tmp_path):
    path = batch("trainmodel", training_job(tmp_path), nodes=3, gpus_per_task=1, options=["--qos=long"])
    subprocess.run(["bash", "-n", path], check=True)
    assert {"--nodes=3", "--ntasks=3", "--ntasks-per-node=1", "--gpus-per-task=1", "--qos=long"} <= set(
        directives(path)
    )
    assert finished(submit(path, 3, ENGINE_CODE="5"), tmp_path)[0] == 5
    seen = calls(tmp_path)
    assert sorted(call["environment"]["SLURM_PROCID"] for call in seen) == ["0", "1", "2"]
    assert {tuple(call["arguments"]) for call in seen} == {
        (str(root / "engine.py"), "trainmodel", str(tmp_path / "job.json"))
    }


def test_many_workers_end_by_themselves_when_their_time_is_up(batch, submit, tmp_path):
    process = submit(batch("trainmodel", training_job(tmp_path), nodes=2), 2, ENGINE_SECONDS=ENDLESS)
    wait_until_running(tmp_path, engines=2)
    process.send_signal(signal.SIGUSR1)
    assert finished(process, tmp_path)[0] == 3
    assert not (tmp_path / "calls.scontrol").exists()


def test_mapping_on_many_nodes(batch, submit, root, tmp_path):
    path = batch("applymodel", map_job(tmp_path), nodes=2, tasks_per_node=2, interface="ib0")
    subprocess.run(["bash", "-n", path], check=True)
    assert finished(submit(path, 4, ENGINE_WAITS_FOR_CALLS="6"), tmp_path)[0] == 0
    seen = {}
    for call in calls(tmp_path):
        words = call["arguments"]
        seen.setdefault(words[2] if words[1] == "dask" else "engine", []).append(call)
    assert {role: len(those) for role, those in seen.items()} == {"scheduler": 1, "worker": 4, "engine": 1}
    assert seen["worker"][0]["arguments"][:4] == ["-m", "dask", "worker", "tls://10.0.0.1:8786"]
    for role in ("scheduler", "worker"):
        words = seen[role][0]["arguments"]
        assert words[words.index("--preload") + 1] == str(root / "worker.py")
        assert words[words.index("--interface") + 1] == "ib0"
    environment = seen["engine"][0]["environment"]
    assert (environment["RASTERLEARN_CLUSTER"], environment["RASTERLEARN_WORKERS"]) == ("tls://10.0.0.1:8786", "4")


@pytest.mark.parametrize("nodes", [1, 2])
def test_the_exit_code_is_kept(batch, submit, nodes, tmp_path):
    path = batch("applymodel", map_job(tmp_path), nodes=nodes)
    assert finished(submit(path, nodes, ENGINE_CODE="7"), tmp_path)[0] == 7


@pytest.mark.parametrize("nodes", [1, 2])
@pytest.mark.parametrize("resume", [True, False])
def test_a_resumable_job_is_submitted_again_when_its_time_is_up(batch, submit, nodes, resume, tmp_path):
    path = batch("applymodel", map_job(tmp_path, resume=resume), nodes=nodes)
    assert ("--requeue" in directives(path)) == resume
    process = submit(path, nodes, ENGINE_SECONDS=ENDLESS)
    wait_until_running(tmp_path)
    process.send_signal(signal.SIGUSR1)
    assert finished(process, tmp_path)[0] == 3
    asked = tmp_path / "calls.scontrol"
    assert (asked.read_text() if asked.exists() else "") == ("requeue 17\n" if resume else "")


def test_a_canceled_job_is_not_submitted_again(batch, submit, tmp_path):
    process = submit(batch("applymodel", map_job(tmp_path, resume=True)), ENGINE_SECONDS=ENDLESS)
    wait_until_running(tmp_path)
    process.send_signal(signal.SIGTERM)
    assert finished(process, tmp_path)[0] == 3
    assert not (tmp_path / "calls.scontrol").exists()


def test_workers_that_do_not_start_end_the_job(batch, submit, tmp_path):
    process = submit(batch("applymodel", map_job(tmp_path), nodes=2), 2, WORKER_SECONDS="0", ENGINE_SECONDS=ENDLESS)
    code, log = finished(process, tmp_path)
    assert code == 1 and "ended before the map" in log


def test_a_scheduler_that_does_not_start_ends_the_job(batch, submit, program, tmp_path):
    path = batch("applymodel", map_job(tmp_path), nodes=2, python=program("broken", "#!/bin/sh\nexit 4\n"))
    code, log = finished(submit(path, 2), tmp_path)
    assert code == 1 and "The scheduler of Dask did not start" in log


@pytest.mark.parametrize("nodes", [1, 2])
def test_names_are_never_run_as_commands(batch, submit, program, nodes, tmp_path, monkeypatch):
    """A folder, a Python, an image and a job whose names are commands."""
    program("bin/apptainer", '#!/bin/bash\n[ "$1 $2 $3" = "exec --nv $IMAGE" ] || exit 9\nshift 3\nexec "$@"\n')
    folder = tmp_path / HOSTILE
    folder.mkdir()
    monkeypatch.chdir(folder)
    python = program(f"{HOSTILE} python", PYTHON)
    path = batch(
        "applymodel", map_job(tmp_path), nodes=nodes, name=f"{HOSTILE}.json", python=python, container=HOSTILE,
    )  # fmt: skip
    Path(path).rename(tmp_path / "renamed.sbatch")
    subprocess.run(["bash", "-n", tmp_path / "renamed.sbatch"], check=True)
    assert finished(submit(str(tmp_path / "renamed.sbatch"), nodes, IMAGE=HOSTILE), tmp_path) == (0, "")
    (engine,) = (call["arguments"] for call in calls(tmp_path) if "applymodel" in call["arguments"])
    assert engine == ["/opt/rasterlearn/engine.py", "applymodel", str(folder / f"{HOSTILE}.json")]
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"partition": "a b"}, "“partition” must be a name"),
        ({"partition": "a\n#SBATCH --mail-user=x"}, "“partition” must be a name"),
        ({"account": "$(id)"}, "“account” must be a name"),
        ({"options": ["--qos=a\nrm -rf x"]}, "one option of sbatch"),
        ({"options": ["--wrap='x'"]}, "one option of sbatch"),
        ({"options": ["--nodes=9"]}, "is set by the job itself"),
        ({"setup": ["true\n#SBATCH --nodes=9"]}, "“setup” must be a single line"),
        ({"container": "a\nb"}, "“container” must be a single line"),
        ({"python": "a\x00b"}, "“python” must be a single line"),
        ({"interface": "a\udc80"}, "“interface” must be a single line"),
        ({"nodes": 0}, "“nodes” must be at least 1"),
        ({"hours": 0.01}, "“hours” must be at least 0.1"),
        ({"hours": float("nan")}, "“hours” must be at least 0.1"),
        ({"memory_gb": -1}, "“memory_gb” must be at least 0"),
        ({"nodes": 2}, "check runs as one process, but 2 tasks"),
        ({"command": "slurm"}, "“command” must be one of"),
        ({"command": "rm"}, "“command” must be one of"),
        ({"command": "applymodel"}, "The job is incomplete"),
    ],
)
def test_wrong_parameters_are_refused(batch, values, words, tmp_path, named):
    named(JOB)
    with pytest.raises(InputError, match=words):
        batch(values.pop("command", "check"), {}, **values)
    assert not list(tmp_path.glob("*.sbatch"))


def test_a_job_is_checked_before_it_waits_in_a_queue(batch, tmp_path):
    with pytest.raises(OutputError, match="does not exist"):
        batch("applymodel", map_job(tmp_path, output=str(tmp_path / "no" / "map.tif")))
    with pytest.raises(InputError, match="names a cluster, local:2"):
        batch("applymodel", map_job(tmp_path, cluster="local:2"), nodes=2)
    assert not list(tmp_path.glob("*.sbatch"))


def test_the_engine_maps_on_a_scheduler_and_two_workers(batch, submit, make_raster, read_pixels, tmp_path):
    rng = np.random.default_rng(0)
    image = make_raster("image.tif", rng.integers(0, 60000, (120, 64, 3)).astype(np.uint16))
    forest = fit_forest(rng.integers(0, 60000, (90, 3)).astype(np.float32), rng.integers(0, 3, 90), 3, trees=4)
    with RasterReader(image) as reader:
        source = Source.of_image(reader)
    model = str(tmp_path / "m.rlmodel")
    save_model(model, Model.of_forest(forest, ClassMap.of([LandClass(v) for v in (1, 2, 7)]), (source,), {}))
    apply_model([image], model, str(tmp_path / "one.tif"))
    job = {**map_job(tmp_path, block_size=16), "output": "map.tif"}  # of the folder in which the file was written
    process = submit(batch("applymodel", job, nodes=2, cpus_per_task=1, python=sys.executable), 2)
    code, log = finished(process, tmp_path)
    assert code == 0, log
    assert "on 2 worker(s)" in log
    np.testing.assert_array_equal(read_pixels(tmp_path / "map.tif"), read_pixels(tmp_path / "one.tif"))


def test_the_command_of_the_engine(root, tmp_path):
    (tmp_path / "check.json").write_text("{}")
    (tmp_path / "slurm.json").write_text(
        json.dumps({"command": "check", "job": "check.json", "output": "check.sbatch"})
    )
    command = [sys.executable, str(root / "engine.py"), "slurm", "slurm.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "Submit it with: sbatch check.sbatch\nDone.\n")
    assert f"python=({sys.executable})" in (tmp_path / "check.sbatch").read_text()


def test_the_image_is_where_batch_files_look(root):
    recipe = (root / "resources" / "slurm" / "rasterlearn.def").read_text()
    assert f" {slurm_batch_file.ROOT_IN_CONTAINER}/engine.py\n" in recipe
    assert f"{slurm_batch_file.PYTHON_IN_CONTAINER} {slurm_batch_file.ROOT_IN_CONTAINER}/engine.py" in recipe
