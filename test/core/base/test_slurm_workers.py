"""CLUSTER=slurm:N, with stand-ins for Slurm's programs that run a job in the background at once."""

import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from waiting import HANG_SECONDS, SECONDS_BEYOND_ANY_WAIT, wait_until

from rasterlearn.core.base import slurm_workers
from rasterlearn.core.base.cluster import DaskPool
from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.mapping.apply_model import apply_model
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader

PROGRAMS = {
    # The number of a job is that of its process, which leads a session.
    "sbatch": '#!/bin/bash\ncp "$1" "$JOBS/job$$"\nsetsid bash "$JOBS/job$$" >/dev/null 2>&1 &\n'
    'echo $! >> "$JOBS/numbers"\necho "Submitted batch job $!"\n',
    "scancel": '#!/bin/bash\nfor job; do echo $job >> "$JOBS/canceled"; kill -TERM -- -$job; done\n',
    "squeue": "#!/bin/bash\n",
}
SETTINGS = {"cores": 2, "memory": "2GB", "log-directory": None}


@pytest.fixture
def slurm(tmp_path):
    """Stand-ins for Slurm, and dask-jobqueue's settings: slurm(settings) -> variables of a process."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "home").mkdir()
    for name, text in PROGRAMS.items():
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)

    def environment(settings):
        (tmp_path / "dask").mkdir()
        (tmp_path / "dask" / "jobqueue.yaml").write_text(json.dumps({"jobqueue": {"slurm": settings}}))
        return {
            **os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "JOBS": str(tmp_path),
            "DASK_CONFIG": str(tmp_path / "dask"), "HOME": str(tmp_path / "home"),
        }  # fmt: skip

    yield environment
    for number in numbers(tmp_path, "numbers"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(number, signal.SIGKILL)


def numbers(tmp_path, name):
    path = tmp_path / name
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def running(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def require_nothing_left(tmp_path):
    wait_until(lambda: not any(map(running, numbers(tmp_path, "numbers"))), "all workers end with their cluster")
    assert not list((tmp_path / "home").iterdir())


def started(job, root, tmp_path, environment):
    (tmp_path / "job.json").write_text(json.dumps(job))
    command = [sys.executable, str(root / "engine.py"), "applymodel", str(tmp_path / "job.json"), "--events", "json"]
    return subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)


def a_model(image, path):
    rng = np.random.default_rng(0)
    forest = fit_forest(rng.integers(0, 60000, (90, 3)).astype(np.float32), rng.integers(0, 3, 90), 3, trees=4)
    with RasterReader(image) as reader:
        source = Source.of_image(reader)
    save_model(path, Model.of_forest(forest, ClassMap.of([LandClass(v) for v in (1, 2, 7)]), (source,), {}))
    return path


def test_workers_of_slurm_make_the_same_map(slurm, root, make_raster, read_pixels, tmp_path):
    rng = np.random.default_rng(1)
    image = make_raster("image.tif", rng.integers(0, 60000, (120, 64, 3)).astype(np.uint16))
    model = a_model(image, str(tmp_path / "m.rlmodel"))
    apply_model([image], model, str(tmp_path / "one.tif"))
    output = str(tmp_path / "map.tif")
    job = {"images": [image], "model": model, "output": output, "block_size": 16, "cluster": "slurm:2"}
    process = started(job, root, tmp_path, slurm({**SETTINGS, "job-script-prologue": ["export OF_THE_USER=1"]}))
    events = [json.loads(line) for line in process.stdout]
    assert process.wait(HANG_SECONDS) == 0, events
    assert "on 2 worker(s)" in " ".join(event.get("text", "") for event in events)
    np.testing.assert_array_equal(read_pixels(output), read_pixels(tmp_path / "one.tif"))
    script = next(tmp_path.glob("job[0-9]*")).read_text()
    assert "#SBATCH --cpus-per-task=2\n" in script and "--nthreads 1 " in script and " --tls-cert " in script
    assert "\nRASTERLEARN_THREADS=2\n" in script and "\nexport OF_THE_USER=1\n" in script
    assert len(numbers(tmp_path, "numbers")) == 2
    assert set(numbers(tmp_path, "canceled")) == set(numbers(tmp_path, "numbers"))
    require_nothing_left(tmp_path)


def test_waiting_for_workers_can_be_cancelled(slurm, root, tmp_path, make_raster):
    """The jobs wait in the queue; none is left there."""
    environment = slurm(SETTINGS)
    sbatch = tmp_path / "bin" / "sbatch"
    sbatch.write_text(sbatch.read_text().replace('bash "$JOBS/job$$"', f"sleep {SECONDS_BEYOND_ANY_WAIT}"))
    image = make_raster("image.tif", np.ones((40, 40, 3), np.uint16))
    model = a_model(image, str(tmp_path / "m.rlmodel"))
    job = {"images": [image], "model": model, "output": str(tmp_path / "map.tif"), "cluster": "slurm:1"}
    process = started(job, root, tmp_path, environment)
    wait_until(lambda: numbers(tmp_path, "numbers"), "the job waits in the queue", lambda: process.poll() is not None)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=HANG_SECONDS)
    assert process.returncode == 3
    require_nothing_left(tmp_path)
    assert not list(tmp_path.glob("*map.tif*")) and not list(tmp_path.glob(".rasterlearn-*"))


@pytest.fixture
def settings(monkeypatch):
    """Settings of dask-jobqueue in this process, where no program is missing."""
    import dask
    import dask_jobqueue  # noqa: F401

    monkeypatch.setattr(slurm_workers.shutil, "which", lambda name: f"/usr/bin/{name}")

    def use(values):
        return dask.config.set({f"jobqueue.slurm.{name}": value for name, value in values.items()})

    return use


def refuse(name):
    with pytest.raises(InputError) as caught:
        DaskPool(name)
    return str(caught.value)


def test_incomplete_settings_are_refused(settings):
    with settings({"cores": None, "memory": None}):
        assert "do not tell the cores and memory of a worker" in refuse("slurm:2")
    with settings({"cores": 8, "memory": None}):
        assert "do not tell the memory of a worker" in refuse("slurm:2")
    with settings(SETTINGS):
        assert "does not tell how many workers" in refuse("slurm")
    with settings({**SETTINGS, "n-workers": 3}):
        assert slurm_workers.workers_of("slurm") == 3
        assert slurm_workers.workers_of("slurm:5") == 5


def test_settings_that_make_no_sense_are_refused(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with settings({"cores": 8, "memory": "plenty"}):
        with pytest.raises(InputError, match="settings of dask-jobqueue cannot be used: .*plenty"):
            with slurm_workers.slurm_cluster(1, "worker.py"):
                pass
    assert not list(tmp_path.iterdir())


def test_missing_dask_jobqueue_or_slurm_is_reported(settings, monkeypatch):
    monkeypatch.setattr(slurm_workers.shutil, "which", lambda name: None)
    assert "needs the program sbatch" in refuse("slurm:2")
    monkeypatch.setitem(sys.modules, "dask_jobqueue", None)
    assert "needs dask-jobqueue" in refuse("slurm:2")


class Nobody:
    """A client without workers."""

    def nthreads(self):
        return {}


def test_jobs_that_slurm_refuses_or_that_end_at_once_are_reported(monkeypatch):
    monkeypatch.setattr(slurm_workers, "_refused", ["sbatch: error: invalid partition."])
    with pytest.raises(InputError, match="does not take the jobs of the workers: sbatch: error: invalid partition"):
        slurm_workers.wait_for_workers(Nobody(), 1, Progress())
    monkeypatch.setattr(slurm_workers, "_refused", [])
    monkeypatch.setattr(slurm_workers, "_submitted", {"12"})
    monkeypatch.setattr(slurm_workers, "SECONDS_BETWEEN_QUESTIONS", 0)
    answers = iter([("12 R", ""), ("", "Unable to contact slurm controller"), ("", "Invalid job id specified")])
    asked = []

    def ask(command, **_):
        asked.append(command)
        out, err = next(answers)
        return subprocess.CompletedProcess(command, 1 if err else 0, out, err)

    monkeypatch.setattr(slurm_workers.subprocess, "run", ask)
    with pytest.raises(InputError, match="ended before they reached this process"):
        slurm_workers.wait_for_workers(Nobody(), 1, Progress())
    assert len(asked) == 3


def test_no_worker_is_waited_for_unless_asked():
    slurm_workers.wait_for_workers(Nobody(), 0, Progress())


def test_the_certificate_passes_strict_checks(tmp_path):
    """Those of Python 3.13, between two ends that both show it."""
    certificate, key = slurm_workers._certificate(str(tmp_path))
    assert Path(key).stat().st_mode & 0o077 == 0
    ends = []
    for purpose in (ssl.Purpose.CLIENT_AUTH, ssl.Purpose.SERVER_AUTH):
        context = ssl.create_default_context(purpose, cafile=certificate)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.check_hostname, context.verify_mode = False, ssl.CERT_REQUIRED
        context.load_cert_chain(certificate, key)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        end = context.wrap_bio(incoming, outgoing, server_side=purpose is ssl.Purpose.CLIENT_AUTH)
        ends.append((end, incoming, outgoing))
    for _ in range(4):
        for (end, _, outgoing), (_, incoming, _) in (ends, ends[::-1]):
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
            incoming.write(outgoing.read())
    assert ends[0][0].getpeercert() and ends[1][0].getpeercert()
