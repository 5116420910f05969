"""Statistics of images on the workers of a Dask cluster."""

import os

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images import band_statistics as statistics
from rasterlearn.jobs.class_statistics import ClassStatistics
from rasterlearn.jobs.normalize import Normalize


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_the_statistics_are_those_of_one_process_to_the_last_bit(scheduler, make_raster, tmp_path, monkeypatch, dtype):
    monkeypatch.setattr(statistics, "WINDOW_PX", 64 * 64)
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(0).normal(500, 90, (300, 200, 2)).clip(0, 900).astype(dtype)
    for name, part in (("a", pixels), ("b", pixels[::2, ::-1] // 3)):
        make_raster(f"{name}.tif", part, nodata=0)
    (tmp_path / "all.txt").write_text("a.tif\nb.tif\n")
    events = []
    for name, cluster in (("here", ""), ("there", scheduler)):
        job = Normalize(
            inputs=["a.tif"], output="normalized.vrt", method="standard", statistics_from="all.txt",
            statistics=f"{name}.json", cluster=cluster,
        )  # fmt: skip
        job.run(Progress(events.append))
        os.rename("normalized.vrt", f"{name}.vrt")
    for ending in ("json", "vrt"):
        assert (tmp_path / f"here.{ending}").read_bytes() == (tmp_path / f"there.{ending}").read_bytes()
    assert any("parts in" in event.get("text", "") for event in events)


def test_classes_are_counted_as_by_one_process(scheduler, make_raster, make_vector, tmp_path):
    rng = np.random.default_rng(0)
    labels = make_raster("labels.tif", rng.choice([1, 2, 7, 255], (700, 90, 1)).astype(np.uint8), nodata=255)
    image = make_raster("image.tif", np.ones((600, 95, 1), np.uint8))
    results = [
        ClassStatistics(output=str(tmp_path / f"{n}.csv"), labels=labels, image=image, cluster=cluster).run(Progress())
        for n, cluster in enumerate(("", scheduler))
    ]
    assert results[0] == results[1]
    assert (tmp_path / "0.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()
    features = make_vector("p.gpkg", [("POLYGON ((500000 5800000, 500100 5800000, 500100 5799900, 500000 5800000))",
                                       {"class": 1})])  # fmt: skip
    with pytest.raises(InputError, match="CLUSTER is for label rasters"):
        ClassStatistics(
            output=str(tmp_path / "n.csv"), label_features=features, field="class", image=image, cluster=scheduler
        ).run(Progress())


def test_errors_on_a_worker_are_reported(scheduler, make_raster, tmp_path):
    image = make_raster("empty.tif", np.zeros((20, 20, 1), np.uint8), nodata=0)
    job = Normalize(inputs=[image], output=str(tmp_path / "normalized.vrt"), cluster=scheduler)
    with pytest.raises(InputError, match="has no valid pixel"):
        job.run(Progress())
    assert not (tmp_path / "normalized.vrt").exists()


def test_a_malformed_cluster_is_refused(ramp, tmp_path):
    with pytest.raises(InputError, match="CLUSTER must be local:N"):
        Normalize(inputs=[ramp], output=str(tmp_path / "n.vrt"), cluster="many").run(Progress())
