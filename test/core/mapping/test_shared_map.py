"""Maps that several processes compute: the same pixels, also when some of them are killed."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from waiting import HANG_SECONDS, address_of_scheduler, is_alive, wait_until

from rasterlearn.core.base import cluster
from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.mapping.journal import journal_folder
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.jobs.apply_model import ApplyModel


def write_forest(path, image, rng, trees):
    """Trains a forest on noise."""
    samples = rng.integers(0, 60000, (900, 3)).astype(np.float32)
    forest = fit_forest(samples, rng.integers(0, 3, 900), 3, trees=trees)
    with RasterReader(image) as reader:
        source = Source.of_image(reader).with_fill([1.0, 2.0, 3.0])
    save_model(path, Model.of_forest(forest, ClassMap.of([LandClass(v) for v in (1, 2, 7)]), (source,), {}))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a forest, an image of 60 strips, and the map of one process."""
    place, rng = tmp_path_factory.mktemp("made"), np.random.default_rng(0)
    image, model = str(place / "image.tif"), str(place / "forest.rlmodel")
    with RasterWriter(image, Grid(64, 480), RasterProfile(3, np.uint16, nodata=0)) as writer:
        writer.write(0, 0, rng.integers(0, 60000, (480, 64, 3)).astype(np.uint16))
    write_forest(model, image, rng, trees=40)
    apply_model([image], model, str(place / "one.tif"), Options(result="probabilities", block_px=8))
    return place


@pytest.fixture
def job(made, tmp_path):
    (tmp_path / "maps").mkdir()
    return {
        "images": [str(made / "image.tif")], "model": str(made / "forest.rlmodel"),
        "output": str(tmp_path / "maps" / "map.tif"), "result": "probabilities", "block_size": 8, "cluster": "local:2",
    }  # fmt: skip


@pytest.fixture
def expected(made, read_pixels):
    return read_pixels(made / "one.tif")


def started(job, root, tmp_path):
    path = tmp_path / "job.json"
    path.write_text(json.dumps(job))
    command = [sys.executable, str(root / "engine.py"), "applymodel", str(path), "--events", "json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_strips(job, count, process):
    """Waits until this many strips are finished."""
    place = Path(job["output"]).parent
    wait_until(
        lambda: len(list(place.rglob("strip*"))) >= count,
        f"{count} strips are finished",
        lambda: process.poll() is not None,
    )


def require_same(job, read_pixels, expected):
    np.testing.assert_array_equal(read_pixels(job["output"]), expected)
    assert os.listdir(os.path.dirname(job["output"])) == ["map.tif"]


def test_two_processes_make_the_same_map(job, root, read_pixels, expected, tmp_path):
    process = started(job, root, tmp_path)
    events = [json.loads(line) for line in process.stdout]
    assert process.wait(HANG_SECONDS) == 0, events[-1]
    assert "on 2 worker(s)" in " ".join(event.get("text", "") for event in events)
    require_same(job, read_pixels, expected)


def test_a_worker_may_be_killed(job, root, read_pixels, expected, children_of, tmp_path):
    process = started(job, root, tmp_path)
    wait_for_strips(job, 5, process)
    os.kill(children_of(process.pid, "spawn_main")[0], signal.SIGKILL)
    out, err = process.communicate(timeout=HANG_SECONDS)
    assert process.returncode == 0, out[-500:] + err[-500:]
    require_same(job, read_pixels, expected)


def test_the_scheduler_may_be_killed_and_resume_continues(job, root, read_pixels, expected, children_of, tmp_path):
    process = started({**job, "resume": True}, root, tmp_path)
    wait_for_strips(job, 5, process)
    workers = children_of(process.pid, "spawn_main")
    assert workers
    process.kill()
    process.communicate()
    wait_until(lambda: not any(map(is_alive, workers)), "workers end after their scheduler")
    before = len(list(Path(journal_folder(job["output"])).glob("strip*")))
    assert before >= 5
    process = started({**job, "resume": True}, root, tmp_path)
    out, _ = process.communicate(timeout=HANG_SECONDS)
    assert process.returncode == 0, out[-500:]
    assert f"{60 - before} parts in" in out
    require_same(job, read_pixels, expected)


@contextmanager
def external_servers(root, tmp_path):
    """Starts a scheduler and a worker as in docs/cluster.md, in another folder: the scheduler's process and address."""
    place = tmp_path / f"elsewhere{len(os.listdir(tmp_path))}"
    place.mkdir()
    address_file = place / "scheduler.json"
    dask, more = [sys.executable, "-m", "dask"], ["--no-dashboard", "--preload", str(root / "worker.py")]
    commands = (
        [*dask, "scheduler", "--port", "0", "--scheduler-file", str(address_file), *more],
        [*dask, "worker", "--scheduler-file", str(address_file), "--nthreads", "1", *more],
    )
    servers = [subprocess.Popen(command, cwd=place) for command in commands]
    try:
        yield servers[0], address_of_scheduler(address_file, servers[0])
    finally:
        for server in reversed(servers):  # a worker without its scheduler would take longer
            server.terminate()
            server.wait(HANG_SECONDS)


def test_workers_that_were_started_externally(job, root, read_pixels, expected, tmp_path):
    """The worker lives in another folder, and the job's paths are relative; its strips are the tiles of the map."""
    job["output"] = str(tmp_path / "maps" / "map.vrt")
    with external_servers(root, tmp_path) as (_, address):
        relative = {name: os.path.relpath(job[name], tmp_path) for name in ("model", "output")}
        images = [os.path.relpath(image, tmp_path) for image in job["images"]]
        path = tmp_path / "job.json"
        path.write_text(json.dumps({**job, **relative, "images": images, "cluster": address}))
        command = [sys.executable, str(root / "engine.py"), "applymodel", "job.json", "--events", "json"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=HANG_SECONDS)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-500:]
    np.testing.assert_array_equal(read_pixels(job["output"]), expected)
    assert sorted(os.listdir(tmp_path / "maps")) == ["map.tiles", "map.vrt"]


def test_after_a_killed_scheduler_one_process_continues(job, root, read_pixels, expected, tmp_path):
    with external_servers(root, tmp_path) as (scheduler, address):
        process = started({**job, "resume": True, "cluster": address}, root, tmp_path)
        wait_for_strips(job, 5, process)
        scheduler.kill()
        out, _ = process.communicate(timeout=HANG_SECONDS)
        assert process.returncode == 1
        assert "The Dask scheduler" in out and "is gone" in json.loads(out.splitlines()[-1])["text"]
    before = len(list(Path(journal_folder(job["output"])).glob("strip*")))
    assert before >= 5
    process = started({**job, "resume": True, "cluster": ""}, root, tmp_path)
    out, _ = process.communicate(timeout=HANG_SECONDS)
    assert process.returncode == 0, out[-500:]
    assert f"{before} of 60 strips were mapped before" in out
    require_same(job, read_pixels, expected)


def test_a_worker_that_lives_on_maps_with_what_the_files_hold_now(scheduler, job, read_pixels, tmp_path):
    """The second run has the paths and options of the first one; its model is another."""
    job.update(model=str(tmp_path / "forest.rlmodel"), cluster=scheduler, resume=True)
    for trees in (3, 7):
        write_forest(job["model"], job["images"][0], np.random.default_rng(trees), trees)
        ApplyModel(**job).run(Progress())
        alone = str(tmp_path / "alone.tif")
        apply_model(job["images"], job["model"], alone, Options(result="probabilities", block_px=8))
        np.testing.assert_array_equal(read_pixels(job["output"]), read_pixels(alone))


def test_a_scheduler_that_is_not_there(job, monkeypatch, tmp_path):
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(InputError, match="The Dask scheduler “tcp://127.0.0.1:9” cannot be reached"):
        ApplyModel(**{**job, "cluster": "tcp://127.0.0.1:9"}).run(Progress())
    assert os.listdir(tmp_path / "maps") == []


def test_cancelling_leaves_nothing(job, root, tmp_path):
    process = started(job, root, tmp_path)
    wait_for_strips(job, 3, process)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=HANG_SECONDS)
    assert process.returncode == 3
    wait_until(lambda: os.listdir(tmp_path / "maps") == [], "nothing is left")


@pytest.mark.parametrize("name", ["local", "local:0", "local:x", "8 workers", "http://host:1"])
def test_a_malformed_cluster_name(tmp_path, name):
    with pytest.raises(InputError, match=f"CLUSTER must be local:N.*received “{name}”"):
        ApplyModel(images=["a.tif"], model="m.rlmodel", output=str(tmp_path / "map.tif"), cluster=name).run(Progress())
    assert os.listdir(tmp_path) == []


def test_a_missing_dask_is_reported(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match="needs Dask.*requirements-cluster.txt"):
        ApplyModel(images=["a.tif"], model="m.rlmodel", output=str(tmp_path / "map.tif"), cluster="local:2").run(
            Progress()
        )
