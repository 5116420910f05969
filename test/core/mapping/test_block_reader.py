import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.evaluation.model_inputs import SourceImage
from rasterlearn.core.evaluation.network_geometry import Field
from rasterlearn.core.images.mirrored import Mirrored
from rasterlearn.core.mapping import block_reader
from rasterlearn.core.mapping.block_reader import BlockReader
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window


@pytest.fixture
def pixels():
    return np.random.default_rng(0).integers(1, 999, (70, 50, 2)).astype(np.uint16)


def blocks_of(path, field, strips, width, fill=(0.0, 0.0)):
    with RasterReader(path) as reader:
        return list(BlockReader([SourceImage(reader, None, fill)], field, field).strips(strips, width))


@pytest.mark.parametrize("patch", [1, 2, 15, 16, 60])
def test_blocks_are_the_mirrored_image(make_raster, pixels, patch):
    field = Field.of_patch(patch)
    path = make_raster("image.tif", pixels[:, :, :])
    margins = ((field.before, field.after), (field.before, field.after), (0, 0))
    wide = np.pad(pixels, margins, mode="reflect")
    strips = list(Window(0, 0, 50, 70).blocks(50, 11))
    for block in blocks_of(path, field, strips, 13):
        w = block.window
        expected = wide[w.y : w.bottom + patch - 1, w.x : w.right + patch - 1]
        np.testing.assert_array_equal(block.views[0].pixels, expected)
        assert block.valid.all() and block.cover == w


def test_integers_without_a_gap_stay_integers(make_raster, pixels):
    (block,) = blocks_of(make_raster("i.tif", pixels, nodata=0), Field(), [Window(0, 0, 50, 70)], 50)
    assert block.views[0].pixels.dtype == np.uint16
    pixels[3, 4, 1] = 0
    path = make_raster("j.tif", pixels, nodata=0)
    (block,) = blocks_of(path, Field(), [Window(0, 0, 50, 70)], 50, (5.0, 6.0))
    assert block.views[0].pixels.dtype == np.float32
    assert block.views[0].pixels[3, 4].tolist() == [5.0, 6.0]
    assert np.argwhere(~block.valid).tolist() == [[3, 4]]


def test_blocks_outlive_the_strip_that_they_were_cut_from(make_raster, pixels):
    """Strips share their memory; blocks wait for their turn while the next strip is read."""
    path = make_raster("i.tif", pixels)
    strips = list(Window(0, 0, 50, 70).blocks(50, 10))
    found = np.concatenate([block.views[0].pixels for block in blocks_of(path, Field(), strips, 50)])
    np.testing.assert_array_equal(found, pixels)


def test_strips_in_any_order(make_raster, pixels):
    path = make_raster("i.tif", pixels)
    strips = [Window(0, 60, 50, 10), Window(0, 0, 50, 10), Window(20, 5, 10, 10), Window(20, 30, 10, 10)]
    for strip, block in zip(strips, blocks_of(path, Field(), strips, 50)):
        np.testing.assert_array_equal(block.views[0].pixels, pixels[strip.slices])


def test_a_file_of_one_huge_block_is_read_by_rows(make_raster, pixels, tmp_path, monkeypatch):
    monkeypatch.setattr(block_reader, "MAXIMUM_ROWS_AHEAD", 16)
    striped = str(tmp_path / "s.tif")
    gdal.Translate(striped, make_raster("i.tif", pixels), creationOptions=["BLOCKYSIZE=70"])
    most = []
    read = RasterReader.read
    monkeypatch.setattr(
        RasterReader, "read", lambda self, window, into=None: (most.append(window.height), read(self, window, into))[1]
    )
    blocks_of(striped, Field(), list(Window(0, 0, 50, 70).blocks(50, 7)), 50)
    assert max(most) == 7


def test_covers_are_aligned_and_blocks_are_cut_from_them(make_raster, pixels):
    field = Field.of_cells(patch=32, cells=16, step=1, alignment=4, first=3, last=3)
    strips = list(Window(0, 0, 50, 70).blocks(50, 7))
    for block in blocks_of(make_raster("i.tif", pixels), field, strips, 9):
        c = block.cover
        assert (c.x - field.phase) % 4 == (c.y - field.phase) % 4 == c.width % 4 == c.height % 4 == 0
        rows, columns = np.mgrid[c.y : c.bottom, c.x : c.right]
        np.testing.assert_array_equal(block.crop(rows)[0, 0], block.window.y)
        assert block.crop(columns).shape == (block.window.height, block.window.width)


def test_larger_pixels_cover_whole_ones_of_the_image(make_raster, pixels):
    field = Field.of_cells(16, 1, 4, 1, 0, 0)
    with RasterReader(make_raster("i.tif", pixels)) as reader:
        blocks = BlockReader([SourceImage(reader, None, (0.0, 0.0))], field, field)
        assert blocks.area("full") == Window(0, 0, 12, 17)
        assert blocks.area("valid") == Window(1, 1, 9, 14)
        grid = blocks.grid_of(blocks.area("valid"))
    assert grid.geotransform == (500060.0, 40.0, 0.0, 5799940.0, 0.0, -40.0)


@pytest.mark.parametrize("shape", [(5, 7), (1, 4), (3, 1)])
def test_images_go_on_beyond_their_edges(make_raster, shape):
    pixels = np.random.default_rng(0).integers(0, 99, (*shape, 2)).astype(np.uint8)
    with RasterReader(make_raster("image.tif", pixels)) as reader:
        found = Mirrored(reader)
        for x, y, width, height in ((-9, -8, 30, 25), (2, -3, 1, 2), (-4, 4, 3, 3), (0, 0, 1, 1)):
            expected = np.pad(pixels, ((40, 40), (40, 40), (0, 0)), mode="reflect")
            expected = expected[40 + y : 40 + y + height, 40 + x : 40 + x + width]
            np.testing.assert_array_equal(found.read(Window(x, y, width, height)), expected)
