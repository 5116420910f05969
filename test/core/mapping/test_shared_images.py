"""Many images on the workers of a Dask cluster."""

import csv
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from waiting import HANG_SECONDS, wait_until

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.jobs.apply_model_batch import ApplyModelBatch

COUNT, DAMAGED = 60, 41


@pytest.fixture
def job(tmp_path):
    """A forest and 60 images, one of which has a band too many."""
    rng = np.random.default_rng(0)
    forest = fit_forest(rng.integers(1, 900, (300, 2)).astype(np.float32), rng.integers(0, 3, 300), 3, trees=60)
    model, images = str(tmp_path / "forest.rlmodel"), tmp_path / "images"
    classes = ClassMap.of([LandClass(value) for value in (1, 2, 7)])
    source = Source(("red", "nir"), (10.0, 10.0), fill=(450.0, 450.0))
    save_model(model, Model.of_forest(forest, classes, (source,), {}))
    images.mkdir()
    for number in range(COUNT):
        bands = 3 if number == DAMAGED else 2
        with RasterWriter(
            str(images / f"{number:02}.tif"), Grid(150, 90 + number), RasterProfile(bands, np.uint16)
        ) as writer:
            writer.write(0, 0, rng.integers(1, 900, (90 + number, 150, bands)).astype(np.uint16))
    return {
        "folder": str(images), "model": model, "output_folder": str(tmp_path / "maps"), "cluster": "local:2",
        "output_table": str(tmp_path / "table.csv"), "result": "probabilities",
    }  # fmt: skip


def test_every_image_gets_its_map_though_a_worker_dies(job, root, read_pixels, children_of, tmp_path):
    path, maps = tmp_path / "job.json", tmp_path / "maps"
    path.write_text(json.dumps(job))
    command = [sys.executable, str(root / "engine.py"), "applymodelbatch", str(path), "--events", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    wait_until(lambda: len(list(maps.glob("*.tif"))) >= 3, "three maps are there", lambda: process.poll() is not None)
    os.kill(children_of(process.pid, "spawn_main")[0], signal.SIGKILL)
    out, _ = process.communicate(timeout=HANG_SECONDS)
    assert process.returncode == 0, out[-500:]
    assert json.loads(out.splitlines()[-1])["values"] == {
        "DONE_COUNT": COUNT - 1, "SKIPPED_COUNT": 0, "FAILED_COUNT": 1,
    }  # fmt: skip
    names = [f"{number:02}.tif" for number in range(COUNT) if number != DAMAGED]
    assert sorted(os.listdir(maps)) == names
    for name in names[::7]:
        alone = str(tmp_path / "alone.tif")
        apply_model([f"{job['folder']}/{name}"], job["model"], alone, Options(result="probabilities"))
        np.testing.assert_array_equal(read_pixels(maps / name), read_pixels(alone))
    with open(job["output_table"], encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [os.path.basename(row["image"]) for row in rows] == [f"{number:02}.tif" for number in range(COUNT)]
    assert [number for number, row in enumerate(rows) if row["status"] == "failed"] == [DAMAGED]


def test_a_cluster_that_is_none(job):
    with pytest.raises(InputError, match="CLUSTER must be local:N"):
        ApplyModelBatch(**{**job, "cluster": "many"}).run(Progress())
    assert not os.path.exists(job["output_folder"])
