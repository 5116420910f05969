import numpy as np
import pytest


@pytest.fixture
def dates(make_raster):
    pixels = np.full((20, 20, 2), 100, np.int16)
    paths = [
        make_raster("20170111.tif", np.where(np.eye(20)[..., np.newaxis] > 0, -1, pixels).astype(np.int16), nodata=-1)
    ]
    paths += [make_raster(f"201701{day}.tif", pixels + int(day), nodata=-1) for day in ("01", "31")]
    return paths


def test_translation(job_of, dates, tmp_path):
    output = str(tmp_path / "o.tif")
    job = job_of(
        "fillgaps", INPUT=dates[0], SERIES=dates[1:], METHOD="nearest", DATES="2017-01-01", GAP_BAND=True, NODATA=-1,
        OUTPUT=output,
    )  # fmt: skip
    assert (job.image, job.series, job.method, job.filling) == (dates[0], dates[1:], "nearest", None)
    assert (job.dates, job.gap_band, job.nodata, job.output) == ("2017-01-01", True, -1.0, output)
    job = job_of("fillgaps", INPUT=dates[0], METHOD="image", FILLING=dates[1], OUTPUT=output)
    assert (job.series, job.method, job.filling, job.dates, job.gap_band) == ([], "image", dates[1], "", False)


def test_it_runs(run, dates, read_pixels, tmp_path):
    results = run("fillgaps", INPUT=dates[0], SERIES=dates[1:], OUTPUT=str(tmp_path / "o.tif"))
    assert (results["FILLED_PIXELS"], results["UNFILLED_PIXELS"]) == (20, 0)
    filled = 101 + round(30 * 10 / 30)
    assert np.array_equal(read_pixels(results["OUTPUT"])[..., 0], np.where(np.eye(20) > 0, filled, 100))


def test_no_series(refusal, dates, tmp_path):
    assert "give SERIES" in refusal("fillgaps", INPUT=dates[0], OUTPUT=str(tmp_path / "o.tif"))
