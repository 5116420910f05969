"""Rasters, and masks of judged areas, read on the pixels of another grid."""

import numpy as np
import pytest
from osgeo import gdal, osr

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.images.overlay import JudgedArea, Overlay
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window

UTM33, UTM32 = "EPSG:32633", "EPSG:32632"


@pytest.fixture
def values():
    return np.random.default_rng(0).integers(1, 200, (45, 52)).astype(np.uint8)


def expected_by_hand(values, own, grid, transform=None):
    """The value of the pixel that holds each center, center by center; 0 beyond the raster."""
    found = np.zeros((grid.height, grid.width), int)
    inside = np.zeros(found.shape, bool)
    for row in range(grid.height):
        for column in range(grid.width):
            x, y = (float(v) for v in grid.center_of(np.array(column), np.array(row)))
            if transform:
                x, y, _ = transform.TransformPoint(x, y)
            c, r = (int(v) for v in own.pixel_of(np.array(x), np.array(y)))
            if 0 <= c < own.width and 0 <= r < own.height:
                found[row, column], inside[row, column] = values[r, c], True
    return found, inside


def read_all(overlay, step=16):
    found = np.zeros((overlay.grid.height, overlay.grid.width), int)
    inside = np.zeros(found.shape, bool)
    for window in overlay.grid.window.blocks(step, step):
        pixels, covered = overlay.read(window)
        found[window.slices], inside[window.slices] = pixels, True if covered is None else covered
    return np.where(inside, found, 0), inside


def test_without_a_grid_it_is_the_raster_itself(make_raster, values):
    overlay = Overlay(make_raster("l.tif", values, nodata=7))
    assert (overlay.grid.width, overlay.grid.height, overlay.nodata, overlay.is_elsewhere) == (52, 45, 7, False)
    pixels, covered = overlay.read(Window(3, 4, 20, 30))
    assert (pixels == values[4:34, 3:23]).all()
    assert covered is None


@pytest.mark.parametrize("size", [(10.0, -10.0), (5.0, -5.0), (20.0, -20.0), (7.3, -12.1), (10.0, 10.0)])
@pytest.mark.parametrize("origin", [(500000.0, 5800000.0), (500005.0, 5799995.0), (499873.0, 5800091.0)])
def test_each_pixel_has_the_value_under_its_center(make_raster, values, wkt, size, origin):
    overlay = Overlay(
        make_raster("l.tif", values),
        Grid(60, 40, (origin[0], size[0], 0.0, origin[1] - 400 * (size[1] > 0), 0.0, size[1]), wkt(UTM33)),
    )
    own = Grid(52, 45, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0))
    found, inside = read_all(overlay)
    expected = expected_by_hand(values, own, overlay.grid)
    assert (inside == expected[1]).all()
    assert (found == expected[0]).all()
    assert inside.any()


@pytest.mark.parametrize("north_up", [True, False])
def test_another_crs_is_transformed(make_raster, values, wkt, north_up):
    """Nearly all pixels: where a center lies within a thousandth of a pixel of an edge, either side is right."""
    here, there = osr.SpatialReference(wkt(UTM33)), osr.SpatialReference(wkt(UTM32))
    for system in (here, there):
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    x, y, _ = osr.CoordinateTransformation(here, there).TransformPoint(500100.0, 5799900.0)
    top, down = (y + 150.0, -10.0) if north_up else (y - 250.0, 10.0)
    grid = Grid(50, 40, (x - 150.0, 10.0, 0.0, top, 0.0, down), there.ExportToWkt())
    overlay = Overlay(make_raster("l.tif", values, nodata=5), grid)
    own = Grid(52, 45, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0))
    found, inside = read_all(overlay)
    expected = expected_by_hand(values, own, grid, osr.CoordinateTransformation(there, here))
    assert (inside == expected[1]).mean() > 0.998
    assert (found == expected[0]).mean() > 0.99
    assert 0.2 < inside.mean() < 1


def test_nodata_is_a_value_like_any_other_in_another_crs(make_raster, wkt):
    path = make_raster("l.tif", np.full((200, 200), 5, np.uint8), nodata=5)
    x, y = 908000.0, 5814000.0
    here, there = osr.SpatialReference(wkt(UTM33)), osr.SpatialReference(wkt(UTM32))
    x, y, _ = osr.CoordinateTransformation(here, there).TransformPoint(501000.0, 5799000.0)
    overlay = Overlay(path, Grid(10, 10, (x, 10.0, 0.0, y, 0.0, -10.0), wkt(UTM32)))
    pixels, covered = overlay.read(Window(0, 0, 10, 10))
    assert (pixels == 5).all()
    assert covered is None


def test_a_rotated_raster_is_warped(tmp_path, values, wkt):
    path = str(tmp_path / "r.tif")
    dataset = gdal.GetDriverByName("GTiff").Create(path, 52, 45, 1, gdal.GDT_Byte)
    transform = (500000.0, 8.0, 6.0, 5800000.0, 6.0, -8.0)
    dataset.SetGeoTransform(transform)
    dataset.SetProjection(wkt(UTM33))
    dataset.GetRasterBand(1).WriteRaster(0, 0, 52, 45, values.tobytes())
    del dataset
    overlay = Overlay(path, Grid(60, 60, (500000.0, 10.0, 0.0, 5800200.0, 0.0, -10.0), wkt(UTM33)))
    found, inside = read_all(overlay)
    expected = expected_by_hand(values, Grid(52, 45, transform), overlay.grid)
    assert (inside == expected[1]).mean() > 0.99
    assert (found == expected[0]).mean() > 0.98
    assert inside.any()


def test_a_rotated_image_over_other_pixels_is_refused(make_raster, values, wkt):
    rotated = Grid(40, 40, (500000.0, 8.0, 6.0, 5800000.0, 6.0, -8.0), wkt(UTM33))
    with pytest.raises(InputError, match="is rotated"):
        Overlay(make_raster("l.tif", values), rotated)


@pytest.mark.parametrize(("own", "other"), [(None, UTM33), (UTM33, None)])
def test_just_one_known_crs_is_refused_naming_it(make_raster, values, wkt, own, other):
    with pytest.raises(InputError, match="EPSG:32633"):
        Overlay(make_raster("l.tif", values, crs=own), Grid(9, 9, crs=wkt(other) if other else ""))


def test_a_raster_far_away_covers_nothing(make_raster, values, wkt):
    overlay = Overlay(make_raster("l.tif", values), Grid(9, 9, (0.0, 10.0, 0.0, 0.0, 0.0, -10.0), wkt(UTM33)))
    _, covered = overlay.read(Window(0, 0, 9, 9))
    assert not covered.any()


def test_a_raster_that_cannot_be_reprojected_is_refused(make_raster, values, wkt):
    path = make_raster("l.tif", values)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.SetProjection('LOCAL_CS["somewhere",UNIT["metre",1]]')
    del dataset
    with pytest.raises(InputError, match=r"“l.tif” cannot be brought to EPSG:32633"):
        Overlay(path, Grid(9, 9, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), wkt(UTM33)))


@pytest.fixture
def grid(make_raster):
    """Six columns and two rows of 10 m."""
    with RasterReader(make_raster("map.tif", np.ones((2, 6), np.uint8))) as reader:
        return reader.grid


def test_pixels_are_judged_where_a_mask_is_neither_0_nor_nodata(make_raster, grid):
    mask = make_raster("mask.tif", np.array([[0, 1, 9, 255, 1, 0], [1] * 6], np.uint8), nodata=9)
    area = JudgedArea(mask, grid, "map.tif")
    assert area.name == "mask.tif"
    assert area.read(grid.window).tolist() == [[False, True, False, True, True, False], [True] * 6]
    assert area.read(Window(2, 0, 2, 1)).tolist() == [[False, True]]


def test_masks_of_real_numbers(make_raster, grid):
    mask = make_raster("mask.tif", np.array([[0, 0.5, np.nan, -1, 0, 0]] * 2, np.float32))
    assert JudgedArea(mask, grid, "map.tif").read(grid.window)[0].tolist() == [False, True, False, True, False, False]


def test_a_mask_of_other_pixels_that_covers_part_of_a_map(make_raster, grid):
    mask = make_raster("mask.tif", np.array([[1, 0]], np.uint8), pixel_size=(20.0, -20.0))
    assert (
        JudgedArea(mask, grid, "map.tif").read(grid.window).tolist() == [[True, True, False, False, False, False]] * 2
    )
