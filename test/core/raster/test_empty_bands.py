"""Bands without a valid pixel."""

import numpy as np
import pytest

from rasterlearn.core.raster.empty_bands import MOST_NAMES, empty_bands, listed, valid_counts
from rasterlearn.core.raster.raster_reader import RasterReader


@pytest.fixture
def reads(monkeypatch):
    """The sizes of the windows that are read, and how many are peeked at."""
    found = {"read": [], "peek": []}
    for name, windows in found.items():
        original = getattr(RasterReader, name)

        def noted(reader, window, *more, original=original, windows=windows):
            windows.append(window)
            return original(reader, window, *more)

        monkeypatch.setattr(RasterReader, name, noted)
    return found


def empty_of(path, **options):
    with RasterReader(path) as reader:
        return empty_bands(reader, **options)


@pytest.fixture
def pixels():
    return np.random.default_rng(0).integers(1, 200, (70, 90, 4))


@pytest.mark.parametrize(("dtype", "nodata"), [("int16", -1), ("float32", -1), ("float32", np.nan), ("float64", None)])
@pytest.mark.parametrize("empty", [[], [1], [0, 3], [0, 1, 2, 3]])
def test_bands_without_a_valid_pixel_beside_others_with_some(make_raster, pixels, dtype, nodata, empty):
    pixels = pixels.astype(dtype)
    pixels[:, :40] = pixels[..., empty] = np.nan if nodata is None else nodata
    path = make_raster("a.tif", pixels, nodata=nodata)
    assert list(empty_of(path)) == (empty if len(empty) < 4 else [])
    assert valid_counts([path]).tolist() == [0 if band in empty else 70 * 50 for band in range(4)]


def test_a_single_valid_pixel_is_found_anywhere(make_raster, pixels, reads):
    for row, column in ((0, 0), (69, 89), (33, 1)):
        pixels[..., 2] = -1
        pixels[row, column, 2] = 5
        assert empty_of(make_raster("a.tif", pixels.astype(np.int16), nodata=-1)) == ()
    assert reads["read"]


def test_an_ordinary_image_is_peeked_at_once_and_one_without_nodata_never(make_raster, pixels, reads):
    assert empty_of(make_raster("a.tif", pixels.astype(np.int16), nodata=-1)) == ()
    assert empty_of(make_raster("b.tif", pixels.astype(np.int16))) == ()
    assert (len(reads["peek"]), reads["read"]) == (1, [])


def test_a_glance_at_an_image_without_pixels_there_reads_no_more(make_raster, pixels, reads):
    pixels[1:] = -1
    path = make_raster("a.tif", pixels.astype(np.int16), nodata=-1)
    assert empty_of(path, is_thorough=False) == () and reads["read"] == []
    pixels[:, :, 1] = -1
    pixels[5:60, 5:80, 0] = 3
    path = make_raster("a.tif", pixels.astype(np.int16), nodata=-1)
    assert empty_of(path, is_thorough=False) == empty_of(path) == (1,)


def test_a_given_value_takes_the_place_of_the_files(make_raster, pixels):
    pixels[..., 1] = 7
    path = make_raster("a.tif", pixels.astype(np.int16), nodata=-1)
    assert (empty_of(path), empty_of(path, given=7)) == ((), (1,))


def test_what_is_left_out_already_is_not_named_again(make_raster, pixels):
    pixels[..., [1, 2]] = -1
    with RasterReader(make_raster("a.tif", pixels.astype(np.int16), nodata=-1)) as reader:
        reader.leave_out([2])
        assert empty_bands(reader) == (1,)
        reader.leave_out([1])
        found = reader.read(reader.grid.window)
        assert reader.left_out == (1, 2) and empty_bands(reader) == () and reader.valid(found).all()
        assert not found[..., [1, 2]].any() and np.array_equal(found[..., [0, 3]], pixels[..., [0, 3]])


def test_many_names_are_counted():
    names = [f"band {i}" for i in range(1, 100)]
    assert listed((0, 4), names) == ["band 1", "band 5"]
    assert listed(range(99), names) == [*names[:MOST_NAMES], "… (99)"]
