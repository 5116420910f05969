"""Gaps filled from images of other dates or from another image."""

import os
from datetime import date

import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.gap_filling import (
    GapFilling,
    Nearest,
    as_pixels,
    date_in,
    dates_of,
    fill_gaps,
    linear_in_time,
    nearest_in_time,
)
from rasterlearn.core.images.gap_laying import lay_gaps
from rasterlearn.core.images.masking import Mask, mask_image
from rasterlearn.core.images.normalization import Normalization, Scaling, normalize
from rasterlearn.core.raster.raster_reader import RasterReader

HEIGHT, WIDTH = 40, 33
NAMES = ("s20170201.tif", "s20170110.tif", "s20170209.tif", "s20170301.tif", "s20170125.tif")
DAYS = (0, -22, 8, 28, -7)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("S2A_MSIL2A_20170216T102101_N0204_R065.jp2", date(2017, 2, 16)),
        ("LC08_L1TP_193024_20170216_20170306_01_T1_b3.tif", date(2017, 2, 16)),
        ("a_2017-02-16.tif", date(2017, 2, 16)),
        ("2017_02_16b.tif", date(2017, 2, 16)),
        ("LT50350322008110PAC01_b3.tif", date(2008, 4, 19)),
        ("LE70350322000366EDC00.tif", date(2000, 12, 31)),
        ("MOD09A1.A2008110.h09v05.tif", date(2008, 4, 19)),
        ("LE70350322001366EDC00.tif", None),
        ("20170230.tif", None),
        ("scene_12345678.tif", None),
        ("2017.tif", None),
        ("gaps.tif", None),
    ],
)
def test_dates_in_names(name, expected):
    assert date_in(name) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2017-02-16,,", "has 3 dates"),
        ("2017-02-16,16.2.2017", "must be dates"),
        ("2017-02-16,2017-02-30", "2017-02-30"),
    ],
)
def test_dates_that_are_wrong(text, words):
    with pytest.raises(InputError, match=words):
        dates_of(["a.tif", "b.tif"], text)
    with pytest.raises(InputError, match="“b.tif” tells no date"):
        dates_of(["20170102.tif", "b.tif"])
    with pytest.raises(InputError, match="“b.tif” tells no date"):
        dates_of(["a.tif", "b.tif"], "2017-02-16")
    assert dates_of(["a", "s20160101", "s20160111"], "2017-02-16")[0::2] == [date(2017, 2, 16), date(2016, 1, 11)]
    assert dates_of(["a", "b"], " 2017-02-16, 2016-01-01") == [date(2017, 2, 16), date(2016, 1, 1)]


@pytest.fixture
def series(make_raster):
    """Images of five dates with gaps, -9999 in one or both bands: (paths, values, where clear)."""
    rng, paths, values = np.random.default_rng(7), [], []
    for name in NAMES:
        pixels = rng.integers(-50, 9000, (HEIGHT, WIDTH, 2)).astype(np.int16)
        pixels[rng.random((HEIGHT, WIDTH)) < 0.5] = -9999
        pixels[rng.random((HEIGHT, WIDTH)) < 0.2, 1] = -9999
        values.append(pixels)
        paths.append(make_raster(name, pixels, nodata=-9999, names=["red", "nir"]))
    return paths, values, [(v != -9999).all(axis=-1) for v in values]


def pixel_by_pixel(values, clear, method):
    """What filling should give, by plain loops; nodata where there is nothing to fill from."""
    expected = values[0].astype(np.float64)
    for row, column in zip(*np.nonzero(~clear[0])):
        seen = sorted((DAYS[i], i) for i in range(1, 5) if clear[i][row, column])
        if not seen:
            continue
        if method == "linear":
            for band in range(2):
                line = [float(values[i][row, column, band]) for _, i in seen]
                expected[row, column, band] = round(np.interp(0, [d for d, _ in seen], line))
        else:
            nearest = min(seen, key=lambda entry: (abs(entry[0]), entry[0]))[1]
            expected[row, column] = values[nearest][row, column]
    return expected


def read(path):
    with RasterReader(path) as reader:
        return reader.read(reader.grid.window)


@pytest.mark.parametrize("method", ["linear", "nearest"])
@pytest.mark.parametrize("rows", [None, 7])
def test_filling_equals_plain_loops(series, tmp_path, monkeypatch, method, rows):
    paths, values, clear = series
    if rows:
        monkeypatch.setattr(
            "rasterlearn.core.images.masking.parts_of", lambda r: list(r.grid.window.blocks(WIDTH, rows))
        )
    output, events = str(tmp_path / "o.tif"), []
    counts = fill_gaps(paths[0], output, GapFilling(paths[1:], method), progress=Progress(events.append))
    found, expected = read(output), pixel_by_pixel(values, clear, method)
    assert found.dtype == np.int16 and np.array_equal(found, expected)
    left = ~np.any(clear, axis=0)
    assert counts == ((~clear[0]).sum() - left.sum(), left.sum()) and left.any()
    assert [f"{left.sum():,} pixels" in e["text"] for e in events if e["event"] == "warning"] == [True]
    with RasterReader(output) as reader:
        assert reader.band_names == ("red", "nir") and reader.nodata == (-9999, -9999)


def test_given_dates_come_before_those_of_the_names(series, tmp_path):
    paths, values, clear = series
    dates = "2017-01-01,2017-01-02,2017-01-04,2017-01-05,2017-01-06"
    fill_gaps(paths[0], str(tmp_path / "o.tif"), GapFilling(paths[1:], "nearest", dates=dates))
    found = read(str(tmp_path / "o.tif"))
    first = ~clear[0] & clear[1]
    assert np.array_equal(found[first], values[1][first])


def test_filling_from_an_image_is_rounded_and_clipped(make_raster, tmp_path):
    pixels = np.random.default_rng(0).integers(1, 255, (9, 8, 1)).astype(np.uint8)
    gaps = np.zeros((9, 8), bool)
    gaps[2:5, 3:7] = True
    filling = np.random.default_rng(1).normal(100, 200, (9, 8, 1)).astype(np.float32)
    filling[2, 3], filling[2, 4] = np.nan, 0.2
    image = make_raster("i.tif", np.where(gaps[..., np.newaxis], 0, pixels).astype(np.uint8), nodata=0)
    output = str(tmp_path / "o.tif")
    counts = fill_gaps(image, output, GapFilling(method="image", filling=make_raster("f.tif", filling)))
    expected = np.where(gaps[..., np.newaxis], filling.round().clip(1, 255), pixels)  # 0 would be nodata
    expected[2, 3] = 0
    assert counts == (11, 1)
    assert np.array_equal(read(output), expected)
    assert (filling[gaps] > 255).any() and (filling[gaps] < 0).any()


@pytest.mark.parametrize(
    ("kind", "nodata", "dtype", "missing"),
    [("int16", -9999, "int16", -9999), ("uint16", 0, "float32", np.nan), ("float32", np.nan, "float32", np.nan)],
)
def test_a_band_shows_what_was_filled(make_raster, tmp_path, kind, nodata, dtype, missing):
    rng = np.random.default_rng(2)
    pixels, other = (rng.integers(2, 900, (12, 13, 2)).astype(kind) for _ in range(2))
    gaps, gone = rng.random((12, 13)) < 0.4, rng.random((12, 13)) < 0.3
    pixels[gaps], other[gone] = nodata, nodata
    paths = [make_raster(f"{day}.tif", p, nodata=nodata) for day, p in ((20200105, pixels), (20200102, other))]
    output = str(tmp_path / "o.tif")
    fill_gaps(paths[0], output, GapFilling(paths[1:], "linear", gap_band=True))
    found = read(output)
    assert found.dtype == dtype
    assert np.array_equal(found[..., 2], gaps & ~gone)
    expected = np.where(gaps[..., np.newaxis], other, pixels).astype(dtype)
    expected[gaps & gone] = missing
    assert np.array_equal(found[..., :2], expected, equal_nan=True)
    with RasterReader(output) as reader:
        assert reader.band_names[2] == "gap"


def test_gaps_of_a_mask_band(series, make_raster, tmp_path):
    """An image that never had a nodata value, masked without a copy."""
    pixels = np.random.default_rng(3).integers(1, 900, (HEIGHT, WIDTH, 2)).astype(np.uint16)
    cloudy = np.zeros((HEIGHT, WIDTH), bool)
    cloudy[5:9, 5:9] = True
    mask, masked = make_raster("m.tif", cloudy.astype(np.uint8)), str(tmp_path / "20170201.vrt")
    mask_image(make_raster("raw.tif", pixels), Mask.of(mask), masked)
    other = make_raster("20170101.tif", pixels + 1)
    output = str(tmp_path / "o.tif")
    with pytest.raises(InputError, match="no nodata value"):
        fill_gaps(masked, output, GapFilling([other]))
    assert fill_gaps(masked, output, GapFilling([other], nodata=0)) == (16, 0)
    assert np.array_equal(read(output), pixels + cloudy[..., np.newaxis])
    assert read(output).dtype == np.uint16


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"series": []}, "give SERIES"),
        ({"filling": 1}, "give SERIES, and no FILLING"),
        ({"method": "image"}, "give FILLING"),
        ({"method": "image", "filling": 1}, "no SERIES"),
        ({"dates": "2017-02-01,2017-02-02"}, "has 2 dates"),
        ({"nodata": 5.0}, "has the nodata value -9999 already"),
    ],
)
def test_refusals(series, tmp_path, options, words):
    paths = series[0]
    options = {"series": paths[1:], **options}
    options["filling"] = paths[1] if "filling" in options else None
    with pytest.raises(InputError, match=words):
        fill_gaps(paths[0], str(tmp_path / "o.tif"), GapFilling(**options))
    assert not (tmp_path / "o.tif").exists()


def test_images_that_do_not_fit(series, make_raster, tmp_path):
    image, output = series[0][0], str(tmp_path / "o.tif")
    one_band = make_raster("20170101.tif", np.zeros((HEIGHT, WIDTH), np.int16))
    with pytest.raises(InputError, match=r"has 1 band\(s\)"):
        fill_gaps(image, output, GapFilling([one_band]))
    elsewhere = make_raster("20170102.tif", np.zeros((HEIGHT, WIDTH, 2), np.int16), origin=(0, 0))
    with pytest.raises(InputError, match="different grids"):
        fill_gaps(image, output, GapFilling([elsewhere]))


def test_laid_gaps_are_filled_from_their_truth(series, make_raster, tmp_path):
    """laygaps, then fillgaps with the truth, gives the image back."""
    image = make_raster("clear.tif", np.random.default_rng(5).integers(0, 999, (50, 60, 3)).astype(np.int16), nodata=-1)
    gaps, truth, output = (str(tmp_path / f"{name}.tif") for name in ("gaps", "truth", "output"))
    count = lay_gaps(image, Mask.of(series[0][0], values="0-5000"), gaps, truth, seed=2)
    assert fill_gaps(gaps, output, GapFilling(method="image", filling=truth)) == (count, 0)
    assert np.array_equal(read(output), read(image))


@pytest.mark.parametrize("method", ["linear", "nearest"])
def test_an_image_of_the_same_day_comes_first(series, tmp_path, method):
    paths, values, clear = series
    fill_gaps(
        paths[0], str(tmp_path / "o.tif"), GapFilling(paths[1:3], method, dates="2017-02-01,2017-02-01,2017-02-02")
    )
    found, same_day, next_day = read(str(tmp_path / "o.tif")), ~clear[0] & clear[1], ~clear[0] & ~clear[1] & clear[2]
    assert np.array_equal(found[same_day], values[1][same_day])
    assert np.array_equal(found[next_day], values[2][next_day])


@pytest.mark.parametrize("method", ["linear", "nearest"])
def test_the_estimate_of_every_pixel(series, make_raster, tmp_path, read_pixels, method):
    """The same as filling an image of the same date without any clear pixel."""
    paths, values, _ = series
    empty = make_raster("empty20170201.tif", np.full_like(values[0], -9999), nodata=-9999, names=["red", "nir"])
    filled, estimate, expected = (str(tmp_path / f"{name}.tif") for name in ("filled", "estimate", "expected"))
    fill_gaps(paths[0], filled, GapFilling(paths[1:], method), estimate=estimate)
    fill_gaps(empty, expected, GapFilling(paths[1:], method))
    np.testing.assert_array_equal(read_pixels(estimate), read_pixels(expected))
    assert (read_pixels(estimate) != read_pixels(filled)).any()


def test_no_estimate_from_a_single_image(series, tmp_path):
    paths, _, _ = series
    with pytest.raises(InputError, match="choose METHOD=linear or nearest"):
        fill_gaps(
            paths[0],
            str(tmp_path / "o.tif"),
            GapFilling(method="image", filling=paths[1]),
            estimate=str(tmp_path / "e.tif"),
        )
    assert not (tmp_path / "o.tif").exists()


def test_no_band_of_gaps_for_a_normalized_image(series, tmp_path):
    """It would be taken for a band that went through the same transform."""
    paths, output = series[0], str(tmp_path / "o.tif")
    normalized = str(tmp_path / "n20170201.vrt")
    normalize([paths[0]], normalized, Scaling("scale"))
    with pytest.raises(InputError, match="“n20170201.vrt” is normalized, but the band of gaps"):
        fill_gaps(normalized, output, GapFilling(paths[1:], gap_band=True))
    others = [str(tmp_path / os.path.basename(path).replace("s2", "n2")) for path in paths[1:]]
    for path, other in zip(paths[1:], others):
        normalize([path], other, Scaling(statistics_from=normalized))
    fill_gaps(normalized, output, GapFilling(others))
    with RasterReader(output) as reader:
        assert Normalization.recorded_in(reader).method == "scale"


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
