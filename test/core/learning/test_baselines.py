"""The baselines of super-resolution in benchmark/, and how it measures shifts."""

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _benchmarks(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmark"))


def blobs(down, across, shape=(96, 128)):
    """Sums of smooth hills, evaluated after a shift."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    image = np.zeros(shape)
    for row, column, height in rng.uniform((0, 0, 1), (*shape, 5), (120, 3)):
        image += height * np.exp(-((rows - row - down) ** 2 + (columns - column - across) ** 2) / 18)
    return image


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.25, -0.5), (-1.37, 1.12), (0.05, 3.5)])
def test_shifts_are_found_to_parts_of_a_pixel(shift):
    from image_shift import shift_between

    assert shift_between(blobs(0, 0), blobs(*shift)) == pytest.approx(shift, abs=0.02, rel=0.05)


@pytest.mark.parametrize("method", ["bilinear", "cubic", "pansharpened"])
def test_baselines_lie_where_the_fine_image_does(make_raster, method):
    from enlarging import pansharpened, resampled
    from image_shift import shift_between

    from rasterlearn.core.raster.raster_reader import RasterReader

    fine = (100 + 20 * np.dstack([blobs(0, 0)] * 2)).astype(np.float32)
    means = fine.reshape(48, 2, 64, 2, 2).mean(axis=(1, 3))
    guide, coarse = make_raster("fine.tif", fine), make_raster("coarse.tif", means * [1, 3], pixel_size=(20.0, -20.0))
    with RasterReader(guide) as reader:
        grid = reader.grid
    found = pansharpened(guide, coarse) if method == "pansharpened" else resampled(coarse, grid, method)
    assert found.shape == fine.shape
    for band, factor in ((0, 1), (1, 3)):
        assert shift_between(fine[..., band], found[..., band]) == pytest.approx((0, 0), abs=0.02)
        inner = slice(4, -4)
        assert np.abs(found[inner, inner, band] / factor - fine[inner, inner, band]).max() < 20  # of 100 … 400
