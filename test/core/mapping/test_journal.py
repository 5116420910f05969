import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from waiting import HANG_SECONDS, SECONDS_BEYOND_ANY_WAIT, wait_until

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.mapping.journal import Journal, identity_of_files, journal_folder
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window

CLASSES = ClassMap.of([LandClass(1, "a"), LandClass(2, "b"), LandClass(7, "c")])
LAYOUT = {"block_px": 16, "panel_px": 64}


def test_strips_survive(tmp_path):
    output = str(tmp_path / "map.tif")
    strip = np.arange(60, dtype=np.uint8).reshape(5, 6, 2)
    Journal(output, {"model": "a"}, LAYOUT).write(3, strip)
    journal = Journal(output, {"model": "a"}, {"block_px": 99, "panel_px": 99})
    assert journal.layout == LAYOUT
    assert [n for n in range(6) if journal.has(n)] == [3]
    np.testing.assert_array_equal(journal.read(3), strip)


def test_another_job_is_refused_by_name(tmp_path):
    output = str(tmp_path / "map.tif")
    Journal(output, {"model": "a", "image": [1]}, LAYOUT)
    with pytest.raises(InputError, match="another image and model.*Delete the folder"):
        Journal(output, {"model": "b", "image": [2]}, LAYOUT)


def test_a_journal_without_a_readable_header_starts_over(tmp_path):
    output = str(tmp_path / "map.tif")
    Journal(output, {"model": "a"}, LAYOUT).write(0, np.zeros((2, 2, 1), np.uint8))
    with open(os.path.join(journal_folder(output), "job.json"), "w") as file:
        file.write("{")
    assert not Journal(output, {"model": "a"}, LAYOUT).has(0)


def test_leftovers_of_a_killed_run_are_deleted(tmp_path):
    for name in (".rasterlearn-1-x", "precious"):
        (tmp_path / name).mkdir()
    for name in ("precious", ".rasterlearn-1-x"):  # a manipulated journal must not delete anything else
        journal = Journal(str(tmp_path / "map.tif"), {}, LAYOUT)
        (tmp_path / ".map.tif.unfinished" / "staging").write_text(f"../{tmp_path.name}/{name}")
        journal.replace_staging(str(tmp_path / ".rasterlearn-2-y"))
    assert (tmp_path / "precious").exists() and not (tmp_path / ".rasterlearn-1-x").exists()


@pytest.mark.parametrize("written", [b"", b"II", b"II*\0\0\0\0\0", b"II*\0\xf4\1\0\0", b"II*\0\x08\0\0\0\1"])
def test_a_truncated_strip_is_written_again(tmp_path, written):
    output = str(tmp_path / "map.tif")
    Journal(output, {"a": 1}, LAYOUT)
    with open(os.path.join(journal_folder(output), "unfinished-1.tif"), "wb") as file:
        file.write(written)
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4, 1)
    journal = Journal(output, {"a": 1}, LAYOUT)
    journal.write(0, pixels)
    np.testing.assert_array_equal(journal.read(0), pixels)


def test_a_changed_image_has_another_identity(ramp):
    before = identity_of_files([ramp])
    os.utime(ramp, (1, 1))
    assert identity_of_files([ramp]) != before


@pytest.fixture
def job(make_raster, tmp_path):
    """A forest and an image of 200 strips."""
    rng = np.random.default_rng(0)
    image = make_raster("image.tif", rng.integers(0, 60000, (1600, 24, 3)).astype(np.uint16), nodata=0)
    samples = rng.integers(0, 60000, (600, 3)).astype(np.float32)
    forest = fit_forest(samples, rng.integers(0, 3, 600), 3, trees=30)
    with RasterReader(image) as reader:
        source = Source.of_image(reader).with_fill([1.0, 2.0, 3.0])
    save_model(str(tmp_path / "forest.rlmodel"), Model.of_forest(forest, CLASSES, (source,), {}))
    (tmp_path / "maps").mkdir()
    return {
        "images": [image], "model": str(tmp_path / "forest.rlmodel"), "block_size": 8,
        "output": str(tmp_path / "maps" / "map.tif"), "result": "probabilities",
    }  # fmt: skip


def started(job, root, tmp_path):
    path = tmp_path / "job.json"
    path.write_text(json.dumps(job))
    command = [sys.executable, str(root / "engine.py"), "applymodel", str(path), "--events", "json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


# Each run would end after 15 of the 200 strips, of three blocks each: it is killed before, however late that comes.
SLOW_MAP = f"""
import sys, time
sys.path.insert(0, sys.argv[1])
import engine
engine.load_package()
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.forest import Forest

fast, begun = Forest.predict, []
def slow(forest, pixels):
    begun.append(1)
    time.sleep(0.01 if len(begun) <= 45 else {SECONDS_BEYOND_ANY_WAIT})
    return fast(forest, pixels)
Forest.predict = slow
print("ready", flush=True)
options = Options(result="probabilities", block_px=8, resume=sys.argv[5] == "resume")
apply_model([sys.argv[2]], sys.argv[3], sys.argv[4], options)
"""


@pytest.fixture
def slow_map(job, root):
    """Begins the map in a process that never completes it: slow_map(resume) -> process."""
    begun = []

    def begin(resume):
        command = [sys.executable, "-c", SLOW_MAP, str(root), job["images"][0], job["model"], job["output"], resume]
        begun.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        assert begun[-1].stdout.readline() == "ready\n"
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def test_killed_ten_times_and_resumed(job, slow_map, root, read_pixels, tmp_path):
    options = Options(result="probabilities")
    apply_model(job["images"], job["model"], str(tmp_path / "whole.tif"), options)
    chance, finished, folder = random.Random(0), [0], Path(journal_folder(job["output"]))
    for _ in range(10):
        process, wanted = slow_map("resume"), finished[-1] + chance.randrange(12)
        wait_until(lambda: len(list(folder.glob("strip*"))) >= wanted, f"{wanted} strips are finished")  # noqa: B023
        time.sleep(chance.uniform(0.0, 0.03))  # at any moment of the next one
        process.kill()
        assert process.wait(HANG_SECONDS) == -signal.SIGKILL
        finished.append(len(list(folder.glob("strip*"))))
        assert not os.path.exists(job["output"])
    assert finished == sorted(finished) and len(set(finished)) > 3
    assert started({**job, "resume": True}, root, tmp_path).wait(HANG_SECONDS) == 0
    np.testing.assert_array_equal(read_pixels(job["output"]), read_pixels(tmp_path / "whole.tif"))
    assert os.listdir(tmp_path / "maps") == ["map.tif"]


def test_killed_runs_leave_nothing_that_looks_like_a_result(job, slow_map, read_pixels, tmp_path):
    process = slow_map("")
    wait_until(lambda: os.listdir(tmp_path / "maps"), "the map is begun", lambda: process.poll() is not None)
    process.kill()
    process.wait(HANG_SECONDS)
    assert not [name for name in os.listdir(tmp_path / "maps") if not name.startswith(".")]
    options = {"result": "probabilities", "block_px": 8}
    apply_model(job["images"], job["model"], job["output"], Options(**options))
    apply_model(job["images"], job["model"], str(tmp_path / "again.tif"), Options(**options))
    np.testing.assert_array_equal(read_pixels(job["output"]), read_pixels(tmp_path / "again.tif"))


def test_a_changed_model_or_image_is_not_resumed(job, read_pixels, tmp_path, monkeypatch):
    from rasterlearn.core.mapping import map_writer as inference

    class Died(Exception):
        pass

    def dying(self, number, pixels):
        write(self, number, pixels)
        if number == 2:
            raise Died

    write = Journal.write
    monkeypatch.setattr(inference.Journal, "write", dying)
    options = Options(resume=True, block_px=8)
    with pytest.raises(Died):
        apply_model(job["images"], job["model"], job["output"], options)
    monkeypatch.setattr(inference.Journal, "write", write)
    os.utime(job["images"][0], (1, 1))
    with pytest.raises(InputError, match="begun with another image"):
        apply_model(job["images"], job["model"], job["output"], options)
    with pytest.raises(InputError, match="begun with another area and image"):
        apply_model(job["images"], job["model"], job["output"], Options(resume=True, box=Window(0, 0, 50, 50)))
    apply_model(job["images"], job["model"], job["output"], Options())  # without RESUME the journal means nothing
    assert sorted(os.listdir(tmp_path / "maps")) == ["map.qml", "map.tif", "map.tif.aux.xml"]


def test_images_in_another_order_are_another_job(job, make_raster, tmp_path):
    from rasterlearn.core.mapping.apply_model import _identity

    first, second = job["images"][0], make_raster("second.tif", np.ones((4, 4), np.uint8))
    assert _identity([first, second]) == _identity([first, second]) != _identity([second, first])
