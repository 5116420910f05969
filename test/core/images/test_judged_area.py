import numpy as np
import pytest

from rasterlearn.core.images.overlay import JudgedArea
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window


@pytest.fixture
def grid(make_raster):
    """Six columns and two rows of 10 m."""
    with RasterReader(make_raster("map.tif", np.ones((2, 6), np.uint8))) as reader:
        return reader.grid


def test_neither_0_nor_nodata(make_raster, grid):
    mask = make_raster("mask.tif", np.array([[0, 1, 9, 255, 1, 0], [1] * 6], np.uint8), nodata=9)
    area = JudgedArea(mask, grid, "map.tif")
    assert area.name == "mask.tif"
    assert area.read(grid.window).tolist() == [[False, True, False, True, True, False], [True] * 6]
    assert area.read(Window(2, 0, 2, 1)).tolist() == [[False, True]]


def test_real_numbers(make_raster, grid):
    mask = make_raster("mask.tif", np.array([[0, 0.5, np.nan, -1, 0, 0]] * 2, np.float32))
    assert JudgedArea(mask, grid, "map.tif").read(grid.window)[0].tolist() == [False, True, False, True, False, False]


def test_a_mask_of_other_pixels_that_covers_a_part(make_raster, grid):
    mask = make_raster("mask.tif", np.array([[1, 0]], np.uint8), pixel_size=(20.0, -20.0))
    assert (
        JudgedArea(mask, grid, "map.tif").read(grid.window).tolist() == [[True, True, False, False, False, False]] * 2
    )
