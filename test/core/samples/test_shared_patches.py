"""Patches cut by the workers of a Dask cluster."""

import os

import numpy as np
import pytest

from rasterlearn.core.base import cluster
from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.samples import patch_reader
from rasterlearn.core.samples.points import read_points
from rasterlearn.jobs.extract_patches import ExtractPatches


@pytest.fixture
def job(make_raster, make_vector, tmp_path):
    """Two images with holes, and points in an order of their own, some beyond the edge."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(1, 900, (200, 300, 3)).astype(np.uint16)
    pixels[rng.random((200, 300)) < 0.001] = 0
    places = rng.uniform((499990, 5797950), (503050, 5800050), (400, 2))
    points = [(f"POINT ({x} {y})", {"class": int(c)}) for (x, y), c in zip(places, rng.integers(1, 4, 400))]
    return {
        "points": make_vector("points.gpkg", points),
        "images": [make_raster("a.tif", pixels, nodata=0), make_raster("b.tif", pixels[..., :1] / np.float32(7))],
        "patch_sizes": [16, 9],
    }


def outputs(folder):
    names = {"output": "a.tif", "output_2": "b.tif", "labels": "labels.tif", "rejected": "rejected.gpkg"}
    folder.mkdir()
    return {name: str(folder / file) for name, file in names.items()}


def test_the_stacks_are_those_of_one_process(scheduler, job, read_pixels, tmp_path, monkeypatch):
    monkeypatch.setattr(patch_reader, "PART_BYTES", 10_000)
    counts = [
        ExtractPatches(**job, **outputs(tmp_path / f"{n}"), cluster=address).run(Progress())
        for n, address in enumerate(("", scheduler))
    ]
    assert counts[0] == counts[1]
    assert counts[0]["ACCEPTED_COUNT"] > 200 and counts[0]["REJECTED_COUNT"] > 30
    for name in ("a.tif", "b.tif", "labels.tif"):
        np.testing.assert_array_equal(read_pixels(tmp_path / "0" / name), read_pixels(tmp_path / "1" / name))
        assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()
    here, there = (read_points(str(tmp_path / folder / "rejected.gpkg")) for folder in ("0", "1"))
    assert here.fields["reason"] == there.fields["reason"]
    np.testing.assert_array_equal(here.x, there.x)


def test_patches_of_many_images_are_those_of_one_process(scheduler, job, make_raster, tmp_path, monkeypatch):
    """Three rounds and more: the images overlap and have many holes."""
    monkeypatch.setattr(patch_reader, "PART_BYTES", 10_000)
    rng, names = np.random.default_rng(1), []
    for number in range(5):
        pixels = rng.integers(1, 900, (200, 300, 3)).astype(np.uint16)
        pixels[rng.random((200, 300)) < 0.003] = 0
        corner = 500000.0 + 250 * number, 5800000.0
        names.append(os.path.basename(make_raster(f"more_{number}.tif", pixels, nodata=0, origin=corner)))
    begun, client_of = [], cluster.client_of
    monkeypatch.setattr(cluster, "client_of", lambda *given: begun.append(given) or client_of(*given))
    listed = tmp_path / "set.txt"
    listed.write_text("\n".join(names))
    job = {**job, "images": job["images"][:1], "patch_sizes": [16], "image_set": str(listed)}
    counts, said = [], []
    for folder, address in (("0", ""), ("1", scheduler)):
        given = outputs(tmp_path / folder)
        del given["output_2"]
        counts.append(ExtractPatches(**job, **given, cluster=address).run(Progress(said.append)))
    assert counts[0] == counts[1]
    assert sum("parts in" in event.get("text", "") for event in said) > 3
    assert len(begun) == 1  # the processes of local:N take seconds to start
    for name in ("a.tif", "labels.tif"):
        assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()
    here, there = (read_points(str(tmp_path / folder / "rejected.gpkg")) for folder in ("0", "1"))
    assert here.fields == there.fields


def test_a_scheduler_that_is_gone_leaves_nothing(job, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(InputError, match="cannot be reached"):
        ExtractPatches(**job, **outputs(tmp_path / "out"), cluster="tcp://127.0.0.1:9").run(Progress())
    assert os.listdir(tmp_path / "out") == []


def test_a_malformed_cluster_is_refused(job, tmp_path):
    with pytest.raises(InputError, match="CLUSTER must be local:N"):
        ExtractPatches(**job, **outputs(tmp_path / "out"), cluster="many").run(Progress())
    assert os.listdir(tmp_path / "out") == []
