"""Means and variances of bands, accumulated over parts."""

import numpy as np
import pytest

from rasterlearn.core.images.band_moments import BandMoments
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.samples.patch_set import PATCHES_AT_ONCE, PatchSet, band_moments


def test_means_and_variances_of_large_numbers_keep_their_digits():
    values = 1e9 + np.random.default_rng(0).random((5000, 3))
    moments = BandMoments(3)
    for part in np.array_split(values, 7):
        moments.add(part)
    np.testing.assert_allclose(moments.mean, values.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(moments.variance, values.var(axis=0), rtol=1e-7)


def test_unknown_values_do_not_count_and_a_band_without_any_has_count_zero():
    values = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]])
    moments = BandMoments(3)
    moments.add(values[:1], np.isfinite(values[:1]))
    moments.add(values[1:], np.isfinite(values[1:]))
    assert moments.count.tolist() == [2, 1, 0]
    with np.errstate(invalid="ignore"):
        assert moments.mean[:2].tolist() == [2.0, 5.0] and moments.variance[:2].tolist() == [1.0, 0.0]


@pytest.mark.parametrize("bands", [1, 4])
def test_sources_and_values_have_the_numbers_that_they_had_before_they_shared_this(bands):
    """Compared to the last bit with the two formulas of 4108d75."""
    pixels = (1e4 * np.random.default_rng(bands).random((PATCHES_AT_ONCE + 300, 5, 3, bands))).astype(np.float32)
    labels, classes = np.zeros(len(pixels), np.int64), ClassMap.of([LandClass(0, "a")])
    patches = PatchSet.of(pixels, labels, classes, Source(("b",) * bands, (1.0, 1.0), 3, 5))
    (means,), (variances,) = band_moments(patches)
    origin = pixels[:PATCHES_AT_ONCE].mean(axis=(0, 1, 2), dtype=np.float64)
    sums, count = np.zeros((2, bands)), 0
    for part in (pixels[:PATCHES_AT_ONCE], pixels[PATCHES_AT_ONCE:]):
        apart = part - origin
        sums += apart.sum(axis=(0, 1, 2)), (apart**2).sum(axis=(0, 1, 2))
        count += part[..., 0].size
    shift = sums[0] / count
    assert means.tolist() == (origin + shift).tolist()
    assert variances.tolist() == np.maximum(sums[1] / count - shift**2, 0).tolist()

    values = np.where(np.random.default_rng(1).random(pixels.shape) < 0.1, np.nan, pixels)
    found = PatchSet((), labels, ClassMap(()), (), values=values).value_moments
    count, first, second, origin = np.zeros(bands), np.zeros(bands), np.zeros(bands), np.full(bands, np.nan)
    for part in (values[:PATCHES_AT_ONCE], values[PATCHES_AT_ONCE:]):
        part = part.reshape(-1, bands).astype(np.float64)
        known = np.isfinite(part)
        n = known.sum(axis=0)
        origin = np.where(np.isnan(origin), np.where(known, part, 0).sum(axis=0) / n, origin)
        apart = np.where(known, part - origin, 0)
        count, first, second = count + n, first + apart.sum(axis=0), second + (apart**2).sum(axis=0)
    assert found[0].tolist() == (origin + first / count).tolist()
    assert found[1].tolist() == np.maximum(second / count - (first / count) ** 2, 0).tolist()
