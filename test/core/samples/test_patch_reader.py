"""Patches read from images."""

import numpy as np
import pytest

from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.samples import patch_reader
from rasterlearn.core.samples.patch_reader import PANEL_ROWS, cut_patches, groups_of_patches

SIZES = [(16, 16), (15, 9), (1, 1), (2, 3), (8, 5)]


def ramp_pixels(width, height):
    """Column and row (from 1, so that 0 can be nodata) of each pixel."""
    rows, columns = np.mgrid[0:height, 0:width]
    return np.dstack([columns + 1, rows + 1]).astype(np.uint16)


def cut(path, columns, rows, width, height, nodata=None):
    with RasterReader(path) as reader:
        return cut_patches(reader, np.array(columns), np.array(rows), width, height, nodata)


class TestCutting:
    @pytest.mark.parametrize(("width", "height"), SIZES)
    def test_a_patch_starts_floor_half_before_its_pixel(self, make_raster, width, height):
        image = make_raster("image.tif", ramp_pixels(70, 60))
        rng = np.random.default_rng(0)
        columns, rows = rng.integers(20, 50, 40), rng.integers(20, 40, 40)
        pixels, reasons = cut(image, columns, rows, width, height)
        assert (reasons == 0).all()
        assert pixels.shape == (40, height, width, 2)
        assert pixels.dtype == np.uint16
        for patch, column, row in zip(pixels, columns, rows):
            expected = ramp_pixels(70, 60)[row - height // 2 :, column - width // 2 :][:height, :width]
            assert (patch == expected).all()

    def test_a_patch_of_16_covers_8_before_to_7_after(self, make_raster):
        pixels, _ = cut(make_raster("image.tif", ramp_pixels(40, 40)), [20], [10], 16, 16)
        assert (pixels[0, 0, 0] - 1).tolist() == [12, 2]
        assert (pixels[0, -1, -1] - 1).tolist() == [27, 17]

    @pytest.mark.parametrize(("width", "height"), SIZES)
    def test_exactly_the_pixels_with_a_whole_patch_are_accepted(self, make_raster, width, height):
        rows, columns = (axis.ravel() for axis in np.mgrid[-2:27, -2:32])
        pixels, reasons = cut(make_raster("image.tif", ramp_pixels(30, 25)), columns, rows, width, height)
        left, top = columns - width // 2, rows - height // 2
        whole = (left >= 0) & (left + width <= 30) & (top >= 0) & (top + height <= 25)
        inside = (columns >= 0) & (columns < 30) & (rows >= 0) & (rows < 25)
        assert (reasons == np.where(whole, 0, np.where(inside, 2, 1))).all()
        assert (pixels[:, 0, 0, 0] - 1 == left[whole]).all()
        assert (pixels[:, 0, 0, 1] - 1 == top[whole]).all()

    def test_patches_keep_the_order_of_their_points_over_all_reading_blocks(self, make_raster):
        size = 2 * PANEL_ROWS + 60
        image = make_raster("image.tif", ramp_pixels(size, size))
        rng = np.random.default_rng(1)
        columns, rows = rng.integers(0, size, 300), rng.integers(0, size, 300)
        columns[:4], rows[:4] = PANEL_ROWS - 1 + np.arange(4), PANEL_ROWS - 2 + np.arange(4)
        pixels, reasons = cut(image, columns, rows, 16, 16)
        accepted = reasons == 0
        assert 200 < accepted.sum() < 300
        assert (pixels[:, 8, 8, 0] - 1 == columns[accepted]).all()
        assert (pixels[:, 8, 8, 1] - 1 == rows[accepted]).all()
        assert (pixels[:, 0, -1, 0] - 1 == columns[accepted] + 7).all()

    def test_the_same_pixel_may_be_sampled_twice(self, make_raster):
        pixels, _ = cut(make_raster("image.tif", ramp_pixels(9, 9)), [4, 4], [5, 5], 3, 3)
        assert (pixels[0] == pixels[1]).all()

    def test_no_usable_point_gives_no_patch(self, make_raster):
        pixels, reasons = cut(make_raster("image.tif", ramp_pixels(9, 9)), [-1, 0], [0, 0], 3, 3)
        assert pixels.shape == (0, 3, 3, 2)
        assert reasons.tolist() == [1, 2]


class TestNodata:
    def image(self, make_raster, bad, dtype="uint16", nodata=None):
        """A pixel of 20 x 20 is bad in the second band only: column 12, row 9."""
        pixels = ramp_pixels(20, 20).astype(dtype)
        pixels[9, 12, 1] = bad
        return make_raster("image.tif", pixels, nodata=nodata)

    def rejected(self, image, nodata=None, size=(4, 3)):
        rows, columns = (axis.ravel() for axis in np.mgrid[5:15, 5:18])
        _, reasons = cut(image, columns, rows, *size, nodata)
        return {(c, r) for c, r, reason in zip(columns.tolist(), rows.tolist(), reasons) if reason == 3}

    TOUCHING = {(c, r) for c in range(11, 15) for r in range(8, 11)}

    @pytest.mark.parametrize(("bad", "nodata"), [(0, 0), (0, 0.0), (999, 999)])
    def test_any_band_of_any_pixel_rejects_the_patch(self, make_raster, bad, nodata):
        assert self.rejected(self.image(make_raster, bad), nodata) == self.TOUCHING

    def test_without_nodata_zero_is_a_value(self, make_raster):
        assert self.rejected(self.image(make_raster, 0)) == set()

    def test_the_images_own_nodata_value_counts_by_default(self, make_raster):
        assert self.rejected(self.image(make_raster, 0, nodata=0)) == self.TOUCHING

    def test_a_given_value_replaces_the_images_own(self, make_raster):
        image = self.image(make_raster, 999, nodata=999)
        assert self.rejected(image, 998) == set()
        assert self.rejected(image, 999) == self.TOUCHING

    @pytest.mark.parametrize("nodata", [None, 0, np.nan])
    @pytest.mark.parametrize("own", [None, np.nan, -1])
    def test_nan_always_rejects(self, make_raster, nodata, own):
        assert self.rejected(self.image(make_raster, np.nan, "float32", own), nodata) == self.TOUCHING

    def test_nan_as_nodata_means_nothing_for_integers(self, make_raster):
        assert self.rejected(self.image(make_raster, 0), np.nan) == set()


class TestReading:
    """Which parts of the file are read, and how often."""

    class Counted:
        """An image whose blocks count how often they are read."""

        def __init__(self, reader, block_shape):
            self.grid, self.dtype, self.band_count = reader.grid, reader.dtype, reader.band_count
            self.block_shape, self._reader = block_shape, reader
            self.times = np.zeros((-(-self.grid.height // block_shape[1]), -(-self.grid.width // block_shape[0])), int)

        def read(self, window):
            width, height = self.block_shape
            self.times[
                window.y // height : -(-window.bottom // height), window.x // width : -(-window.right // width)
            ] += 1
            self.largest = max(getattr(self, "largest", 0), window.pixels)
            return self._reader.read(window)

    @pytest.mark.parametrize("block_shape", [(1200, 1), (1200, 16), (256, 256), (64, 32), (512, 512), (1200, 700)])
    @pytest.mark.parametrize("count", [5, 3000])
    def test_no_block_is_read_more_than_twice(self, make_raster, block_shape, count):
        path = make_raster("i.tif", ramp_pixels(1200, 1100))
        rng = np.random.default_rng(0)
        columns, rows = rng.integers(8, 1200 - 7, count), rng.integers(8, 1100 - 7, count)
        with RasterReader(path) as reader:
            counted, seen = self.Counted(reader, block_shape), []
            for members, patches in groups_of_patches(counted, columns, rows, 16, 16):
                seen += members.tolist()
                assert (patches[:, 8, 8, 0] - 1 == columns[members]).all()
                assert (patches[:, 8, 8, 1] - 1 == rows[members]).all()
        assert sorted(seen) == list(range(count))
        assert counted.times.max() <= 2
        if count == 5 and block_shape == (64, 32):
            assert counted.times.sum() <= 5 * 2 * 2 * (256 // 32 + 1)

    def test_memory_is_bounded_on_a_wide_image(self, make_raster, monkeypatch):
        monkeypatch.setattr(patch_reader, "PANEL_BYTES", 50_000)
        path = make_raster("i.tif", ramp_pixels(3000, 60))
        columns = np.arange(8, 2990, 3)
        with RasterReader(path) as reader:
            counted = self.Counted(reader, (3000, 1))
            groups = list(groups_of_patches(counted, columns, np.full(len(columns), 30), 16, 16))
        assert len(groups) > 1
        assert counted.largest * 2 * 2 <= 50_000
        assert sorted(np.concatenate([m for m, _ in groups]).tolist()) == list(range(len(columns)))


def test_groups_of_many_patches_are_yielded_in_parts(ramp, monkeypatch):
    monkeypatch.setattr(patch_reader, "GROUP_BYTES", 2 * 2 * 9 * 4)
    rng = np.random.default_rng(0)
    columns, rows = rng.integers(1, 49, 30), rng.integers(1, 39, 30)
    with RasterReader(ramp) as reader:
        groups = list(groups_of_patches(reader, columns, rows, 3, 3))
    assert [len(patches) for _, patches in groups[:-1]] == [4] * 7
    members = np.concatenate([members for members, _ in groups])
    assert sorted(members) == list(range(30))
    for members, patches in groups:
        np.testing.assert_array_equal(patches[:, 1, 1], np.column_stack([columns, rows])[members])
