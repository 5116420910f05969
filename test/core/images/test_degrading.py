"""Images as a coarser sensor would have seen them."""

import math

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images import degrading
from rasterlearn.core.images.degrading import Degrading, degrade, degraded
from rasterlearn.core.raster.raster_reader import RasterReader


def read(path):
    with RasterReader(path) as reader:
        return reader.read(reader.grid.window)


def by_hand(pixels, valid, factor, mtf):
    """One band, pixel by pixel, from the definition: over all of the image, with no end of the Gaussian."""
    height, width = pixels.shape
    sigma = factor / math.pi * math.sqrt(-2 * math.log(mtf))
    rows, columns = np.mgrid[:height, :width]
    means, shares = np.empty((2, height // factor, width // factor))
    for r in range(height // factor):
        for c in range(width // factor):
            y, x = r * factor + (factor - 1) / 2, c * factor + (factor - 1) / 2
            weight = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * sigma**2))
            shares[r, c] = (weight * valid).sum() / weight.sum()
            means[r, c] = (weight * valid * pixels).sum() / max((weight * valid).sum(), 1e-300)
    return means, shares


@pytest.fixture
def degrade_array(make_raster, tmp_path):
    def run(pixels, factor=2, mtf=(0.3,), nodata=None, **raster):
        output = str(tmp_path / "out.tif")
        degrade(make_raster("in.tif", pixels, nodata, **raster), output, factor, mtf)
        return read(output)

    return run


@pytest.mark.parametrize(("factor", "mtf"), [(2, (0.3, 0.2)), (3, (0.3,)), (4, (0.15, 0.6))])
def test_as_by_hand_and_nodata_where_less_than_half_is_valid(degrade_array, factor, mtf):
    rng = np.random.default_rng(factor)
    pixels = rng.uniform(1, 100, (37, 42, 2)).astype(np.float32)
    pixels[10:21, 5:19] = pixels[30:, 30:, 1] = -1
    pixels[rng.random(pixels.shape) < 0.1] = -1
    found = degrade_array(pixels, factor, mtf, -1)
    assert found.shape == (37 // factor, 42 // factor, 2)
    for band in (0, 1):
        one = pixels[..., band].astype(float)
        means, shares = by_hand(one, one != -1, factor, (mtf * 2)[band])
        clear = np.abs(shares - 0.5) > 1e-3  # else what lies beyond the Gaussian's end may decide
        assert 3 < ((shares < 0.5) & clear).sum() < 200 and clear.mean() > 0.95
        np.testing.assert_array_equal((found[..., band] == -1)[clear], (shares < 0.5)[clear])
        known = clear & (shares >= 0.5)
        np.testing.assert_allclose(found[..., band][known], means[known], atol=0.02)  # 4 sigmas, of 100


@pytest.mark.parametrize("factor", [2, 3, 4, 5, 10])
def test_a_plane_stays_where_it_is(degrade_array, factor):
    """Its values are the positions of coarse pixel centers in fine pixels, so any shift would show."""
    rows, columns = np.mgrid[: 24 * factor, : 30 * factor].astype(np.float64)
    found = degrade_array(np.dstack([rows, columns, np.full(rows.shape, 7.25)]), factor)
    inner = slice(3, -3)  # at the edges of the image the Gaussian has one side only
    expected_rows, expected_columns = np.mgrid[:24, :30] * factor + (factor - 1) / 2
    np.testing.assert_allclose(found[inner, inner, 0], expected_rows[inner, inner], atol=1e-6)
    np.testing.assert_allclose(found[inner, inner, 1], expected_columns[inner, inner], atol=1e-6)
    np.testing.assert_allclose(found[..., 2], 7.25, rtol=1e-12)


@pytest.mark.parametrize("factor", [2, 3, 4])
@pytest.mark.parametrize("mtf", [0.1, 0.3])
def test_the_mtf_measured_with_waves(factor, mtf):
    """At the coarse sensor's Nyquist frequency and at lower ones, by the amplitude that is left."""
    model = Degrading(factor, (mtf,))
    (kernel,) = model.kernels()
    places = np.arange(80 * factor + 2 * model.reach) - model.reach
    for share in (1.0, 0.5, 0.2):
        frequency = share / (2 * factor)
        center = np.arange(80) * factor + (factor - 1) / 2
        left = []
        for phase in (0, np.pi / 3):
            wave = np.tile(np.cos(2 * np.pi * frequency * places + phase), (len(places), 1))
            means, weight = degraded(wave, np.ones(wave.shape, bool), kernel, factor)
            expected = np.cos(2 * np.pi * frequency * center + phase)
            left.append((means[40] @ expected) / (expected @ expected))
            np.testing.assert_allclose(weight, 1, rtol=1e-12)
        assert left == pytest.approx([mtf ** (share**2)] * 2, abs=0.006)


def test_types_names_scale_and_place_are_kept(make_raster, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 4000, (21, 33, 2)).astype(np.uint16)
    image, output = make_raster("i.tif", pixels, 0, names=["B05", "B8A"]), str(tmp_path / "o.tif")
    dataset = gdal.Open(image, gdal.GA_Update)
    for band in (1, 2):
        dataset.GetRasterBand(band).SetScale(0.0001)
        dataset.GetRasterBand(band).SetOffset(-0.1)
    dataset = None
    degrade(image, output, 2)
    with RasterReader(output) as reader:
        assert reader.grid.geotransform == (500000.0, 20.0, 0.0, 5800000.0, 0.0, -20.0)
        assert (reader.grid.width, reader.grid.height, reader.dtype) == (16, 10, np.uint16)
        assert (reader.nodata, reader.band_names, reader.scaling) == ((0, 0), ("B05", "B8A"), (0.0001, -0.1))
    means, _ = by_hand(pixels[..., 1].astype(float), pixels[..., 1] != 0, 2, 0.3)
    assert np.abs(read(output)[..., 1] - means).max() < 0.51 + 0.4  # rounded; 4 sigmas of 4000


def test_a_mean_equal_to_nodata_becomes_the_next_number(degrade_array):
    pixels = np.tile(np.array([[0, 2], [2, 0]], np.uint8), (20, 20))
    pixels[0, 0] = 1
    assert np.unique(degrade_array(pixels, nodata=1)[2:, 2:]).tolist() == [2]


def test_blocks_make_no_difference(degrade_array, monkeypatch):
    pixels = np.random.default_rng(1).normal(size=(90, 110, 2)).astype(np.float32)
    pixels[40:55, 30:70, 0] = np.nan
    whole = degrade_array(pixels, 3, (0.05, 0.3))
    monkeypatch.setattr(degrading, "VALUES_AT_ONCE", 1)
    for rows in (1, 7, 16):
        monkeypatch.setattr(degrading, "TILE_PX", rows)
        np.testing.assert_array_equal(degrade_array(pixels, 3, (0.05, 0.3)), whole)
    assert 5 < np.isnan(whole).sum() < 200


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"factor": 1}, "FACTOR must be 2"),
        ({"factor": 11}, "FACTOR must be 2"),
        ({"factor": 9}, "8 × 20 pixels; a pixel of the result needs 9 × 9"),
        ({"mtf": (0.0,)}, "MTF must be 0.01 … 0.6, received 0"),
        ({"mtf": (0.3, 0.9)}, "received 0.9"),
        ({"mtf": (0.3, 0.3, 0.3)}, "MTF has 3 values; .* each of the 2 bands"),
    ],
)
def test_images_and_parameters_that_do_not_fit(degrade_array, options, sentence, tmp_path):
    with pytest.raises(InputError, match=sentence):
        degrade_array(np.ones((20, 8, 2), np.uint8), **options)
    assert not (tmp_path / "out.tif").exists()
