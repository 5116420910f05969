"""Whether the values of an image are of the kind that was learned from."""

import numpy as np
import pytest

from rasterlearn.core.images.value_ranges import (
    are_alien,
    lie_beyond,
    of_other_units,
    ranges_from_json,
    ranges_of,
    ranges_to_json,
    shift_of,
)

LAND = np.array([[300, 900], [500, 1200], [400, 2200], [1800, 4500], [1200, 3600]])  # B02, B03, B04, B08, B11


def scene(ends, count=4000, seed=0):
    """Pixels (n, bands) between the ends of each band."""
    low, high = np.asarray(ends, float).T
    return low + np.random.default_rng(seed).beta(2, 3, (count, len(low))) * (high - low)


def is_stopped(pixels, learned):
    found = ranges_of(pixels)
    bands = of_other_units(pixels, found, learned)
    return bool(bands) and are_alien(pixels, found, learned, bands)


def test_the_range_leaves_out_the_outermost_values():
    values = np.append(np.arange(1000.0), [1e9, np.nan, np.inf])[:, np.newaxis]
    ((low, high),) = ranges_of(values)
    assert low == pytest.approx(10, abs=1) and high == pytest.approx(990, abs=1)
    assert ranges_of(values[:5]) == (None,)


@pytest.mark.parametrize(
    ("learned", "found"),
    [
        (LAND, LAND / 10000),
        (LAND / 10000, LAND),
        (LAND, LAND / 4500 * 255),
        (LAND / 4500 * 255, LAND * 2),
        ([[-25, -4], [-30, -8]], [[0.003, 0.4], [0.001, 0.15]]),
        ([[0.003, 0.4], [0.001, 0.15]], [[-25, -4], [-30, -8]]),
        ([[275, 305]], [[2, 32]]),
        ([[2, 32]], [[275, 305]]),
        ([[20, 45]], [[293, 318]]),
        ([[293, 318]], [[10, 45]]),
        ([[-60, -10]], [[213, 273]]),
        ([[0, 4500]] * 3, [[0, 0.45]] * 3),
    ],
)
def test_other_units_are_found(learned, found):
    assert is_stopped(scene(found, seed=1), ranges_of(scene(learned)))


def shaded(pixels):
    return pixels * np.array([0.6, 0.6, 0.5, 0.7, 0.6])


def clouded(pixels, share):
    cloud = scene([[3000, 11000]] * pixels.shape[1], len(pixels), 2)
    return np.where(np.arange(len(pixels))[:, np.newaxis] < share * len(pixels), cloud, pixels)


@pytest.mark.parametrize(
    "found",
    [
        scene(LAND, seed=3),
        shaded(scene(LAND, seed=3)),
        scene(LAND, seed=3) * 1.4,
        clouded(scene(LAND, seed=3), 0.4),
    ],
)
def test_ordinary_scenes_are_not_even_mentioned(found):
    learned = ranges_of(scene(LAND))
    assert not of_other_units(found, ranges_of(found), learned) and not shift_of(ranges_of(found), learned)
    assert len(lie_beyond(found, learned)) <= 1


@pytest.mark.parametrize("bands", [slice(None), slice(0, 3)])
@pytest.mark.parametrize("share", [0.6, 1.0])
def test_clouds_and_water_are_no_other_units(bands, share):
    learned = ranges_of(scene(LAND)[:, bands])
    clouds = clouded(scene(LAND, seed=4), share)[:, bands]
    assert lie_beyond(clouds, learned) and not is_stopped(clouds, learned)
    water = scene([[250, 500], [200, 400], [100, 250], [20, 80], [5, 40]], seed=5)[:, bands]
    assert not is_stopped(water, learned)


@pytest.mark.parametrize("bands", [1, 3])
def test_uniform_snow_is_no_other_unit(bands):
    dark, snow = scene([[200, 600]] * bands), scene([[9000, 10500]] * bands, seed=1)
    assert lie_beyond(snow, ranges_of(dark)) and not is_stopped(snow, ranges_of(dark))


def test_bytes_of_two_hundred_are_no_kelvin():
    dark, bright = scene([[0, 60]] * 3), scene([[170, 255]] * 3, seed=1)
    assert not is_stopped(bright, ranges_of(dark)) and not is_stopped(dark, ranges_of(bright))


@pytest.mark.parametrize(("dtype", "are_heights"), [("float32", True), ("int16", True), ("uint16", False)])
def test_a_single_band_may_be_heights(dtype, are_heights):
    plain, mountains = scene([[20, 120]]), scene([[1800, 3200]], seed=1)
    for learned, pixels in ((plain, mountains), (mountains, plain)):
        found, known = ranges_of(pixels), ranges_of(learned)
        assert bool(of_other_units(pixels, found, known, np.dtype(dtype))) != are_heights
        assert of_other_units(pixels / 1e4, ranges_of(pixels / 1e4), known, np.dtype(dtype))


def test_a_shift_of_all_bands_is_told_from_brighter_ones():
    learned = ranges_of(scene(LAND))
    assert shift_of(ranges_of(scene(LAND, seed=1) + 1000), learned) == 1000
    assert shift_of(ranges_of(scene(LAND, seed=1)), ranges_of(scene(LAND) + 1000)) == -1000
    assert shift_of(ranges_of(scene(LAND, seed=1) * 2), learned) == 0


def test_one_band_of_many_may_differ():
    ends = np.tile(LAND, (10, 1))
    pixels = scene(ends, seed=1)
    pixels[:, 7] = 9000
    assert not lie_beyond(pixels, ranges_of(scene(ends)))
    assert lie_beyond(pixels[:, 5:10], ranges_of(scene(ends)[:, 5:10])) == [2]


def test_a_border_of_zeros_is_no_other_unit():
    learned = ranges_of(scene(LAND))
    for share in (0.7, 1.0):
        pixels = np.where(np.arange(4000)[:, np.newaxis] < share * 4000, 0, scene(LAND))
        assert lie_beyond(pixels, learned) and not is_stopped(pixels, learned)


def test_bands_of_unknown_ranges_are_not_compared():
    pixels = scene(LAND) / 10000
    assert not of_other_units(pixels, ranges_of(pixels), (None,) * 5) and not lie_beyond(pixels, (None,) * 5)


def test_as_json():
    ranges = ((1.0, 2.5), None)
    assert ranges_from_json(ranges_to_json(ranges), 2) == ranges
    assert ranges_from_json(None, 2) is None
    for wrong in ([], [[1, 0], None], [[1], None], [["a", "b"], None], 3):
        with pytest.raises(ValueError):
            ranges_from_json(wrong, 2)
