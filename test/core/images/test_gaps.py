import numpy as np
import pytest

from rasterlearn.core.images.gap_filling import Nearest, as_pixels, linear_in_time, nearest_in_time
from rasterlearn.core.images.gap_laying import mirrored_tiles


def test_tiles_are_mirrored_in_turn():
    assert mirrored_tiles(0, 9, 3).tolist() == [0, 1, 2, 2, 1, 0, 0, 1, 2]
    assert mirrored_tiles(4, 7, 3).tolist() == [1, 0, 0]
    assert mirrored_tiles(0, 3, 1).tolist() == [0, 0, 0]
    for start in range(40):
        tiles = mirrored_tiles(start, start + 50, 7)
        assert np.abs(np.diff(tiles)).max() == 1 and set(tiles) == set(range(7))


def observations(rng, days, shape, clear_share):
    values = [rng.integers(-500, 9000, (*shape, 2)).astype(np.int16) for _ in days]
    return values, [rng.random(shape) < clear_share for _ in days]


def filled(days, values, clear, wanted, method):
    def among(numbers):
        dates = sorted(numbers, key=lambda i: abs(days[i]))
        return Nearest.among(wanted, 2, [(abs(days[i]), lambda i=i: (values[i], clear[i])) for i in dates])

    before, after = (
        among([i for i, d in enumerate(days) if d <= 0]),
        among([i for i, d in enumerate(days) if d > 0]),
    )
    found, known = method(before, after)
    return found.reshape(*wanted.shape, 2), known.reshape(wanted.shape)


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_linear_is_numpys_interpolation(share):
    rng, days, shape = np.random.default_rng(0), [-40, 3, -8, 56, 24, -1, 9], (6, 7)
    values, clear = observations(rng, days, shape, share)
    found, known = filled(days, values, clear, np.ones(shape, bool), linear_in_time)
    for row, column in np.ndindex(shape):
        seen = sorted((d, i) for i, d in enumerate(days) if clear[i][row, column])
        assert known[row, column] == bool(seen)
        if seen:
            line = [values[i][row, column] for _, i in seen]
            expected = [np.interp(0, [d for d, _ in seen], [v[band] for v in line]) for band in range(2)]
            assert found[row, column] == pytest.approx(expected)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_nearest_is_the_closest_clear_date_and_the_earlier_of_two(share):
    rng, days, shape = np.random.default_rng(1), [-8, 8, -3, 3, 20, 0], (6, 7)
    values, clear = observations(rng, days, shape, share)
    found, known = filled(days, values, clear, np.ones(shape, bool), nearest_in_time)
    for row, column in np.ndindex(shape):
        seen = sorted((abs(d), d, i) for i, d in enumerate(days) if clear[i][row, column])
        assert known[row, column] == bool(seen)
        if seen:
            assert found[row, column].tolist() == values[seen[0][2]][row, column].tolist()


def test_dates_that_are_not_needed_are_not_read():
    read = []

    def date(number, clear):
        def of():
            read.append(number)
            return np.full((1, 2, 1), number), np.array([clear])

        return number, of

    dates = [date(1, [True, False]), date(2, [False, True]), date(3, [True, True])]
    found = Nearest.among(np.array([[True, True]]), 1, dates)
    assert (read, found.days.tolist()) == ([1, 2], [1, 2])
    Nearest.among(np.array([[True, False]]), 1, dates)
    assert read == [1, 2, 1]


@pytest.mark.parametrize(
    ("dtype", "nodata", "values", "expected"),
    [
        ("uint8", 0, [-3, 0.4, 0.6, 254.6, 300], [1, 1, 1, 255, 255]),
        ("uint8", 255, [-3, 1.5, 2.5, 254.6, 300], [0, 2, 2, 254, 254]),
        ("int16", -9999, [-9999.2, -40000, 40000, 3.4], [-9998, -32768, 32767, 3]),
        ("float32", np.nan, [-3, 0.4], [-3, 0.4]),
    ],
)
def test_values_become_pixels_that_are_never_nodata(dtype, nodata, values, expected):
    pixels = as_pixels(np.array(values, np.float64), np.dtype(dtype), nodata)
    assert pixels.dtype == dtype and pixels == pytest.approx(expected)


def test_real_numbers_step_aside_from_nodata():
    pixels = as_pixels(np.array([-9999.0, 1]), np.dtype(np.float32), -9999)
    assert pixels[0] != -9999 and pixels[0] == pytest.approx(-9999) and pixels[1] == 1
