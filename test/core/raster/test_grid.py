"""Positions of pixels on the ground."""

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.core.raster.window import Window

TURN = np.deg2rad(30)
GRIDS = {
    "north-up": (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0),
    "south-up": (500000.0, 10.0, 0.0, 5800000.0, 0.0, 10.0),
    "non-square": (330000.0, 20.0, 0.0, 5822040.0, 0.0, -2.5),
    "degrees": (13.25, 8.983152841195215e-05, 0.0, 52.5, 0.0, -8.983152841195215e-05),
    "mirrored": (500000.0, -10.0, 0.0, 5800000.0, 0.0, -10.0),
    "rotated": (5e5, 10 * np.cos(TURN), 6 * np.sin(TURN), 5.8e6, 10 * np.sin(TURN), -6 * np.cos(TURN)),
}


@pytest.fixture(params=GRIDS)
def grid(request):
    return Grid(50, 40, GRIDS[request.param])


def every_pixel(grid):
    rows, columns = np.mgrid[0 : grid.height, 0 : grid.width]
    return columns.ravel(), rows.ravel()


def corner(grid, columns, rows):
    x0, a, b, y0, d, e = grid.geotransform
    return x0 + a * columns + b * rows, y0 + d * columns + e * rows


def test_the_center_of_every_pixel_is_in_that_pixel(grid):
    columns, rows = every_pixel(grid)
    found = grid.pixel_of(*grid.center_of(columns, rows))
    assert (found[0] == columns).all()
    assert (found[1] == rows).all()
    assert found[0].dtype == np.int64


def test_a_center_lies_half_a_pixel_from_the_outer_edge(grid):
    columns, rows = every_pixel(grid)
    found = grid.position_of(*grid.center_of(columns, rows))
    np.testing.assert_allclose(found[0], columns + 0.5, atol=1e-5)
    np.testing.assert_allclose(found[1], rows + 0.5, atol=1e-5)


def test_a_point_on_the_edge_of_a_pixel_belongs_to_the_later_pixel(grid):
    columns, rows = every_pixel(grid)
    found = grid.pixel_of(*corner(grid, columns, rows))
    assert (found[0] == columns).all()
    assert (found[1] == rows).all()


def test_a_point_just_before_the_edge_belongs_to_the_earlier_pixel(grid):
    columns, rows = every_pixel(grid)
    found = grid.pixel_of(*corner(grid, columns - 1e-3, rows - 1e-3))
    assert (found[0] == columns - 1).all()
    assert (found[1] == rows - 1).all()


def test_centers_by_hand():
    grid = Grid(50, 40, GRIDS["non-square"])
    x, y = grid.center_of(np.array([0, 3]), np.array([0, 2]))
    assert x.tolist() == [330010.0, 330070.0]
    assert y.tolist() == [5822038.75, 5822033.75]


def test_pixels_by_hand_with_points_outside():
    grid = Grid(50, 40, GRIDS["north-up"])
    columns, rows = grid.pixel_of(np.array([499999.9, 500500.0, 500015.0]), np.array([5800000.1, 5799600.0, 5799975.0]))
    assert columns.tolist() == [-1, 50, 1]
    assert rows.tolist() == [-1, 40, 2]


def test_south_up_rows_grow_with_y():
    grid = Grid(50, 40, GRIDS["south-up"])
    assert grid.pixel_of(np.array([500005.0]), np.array([5800025.0]))[1].tolist() == [2]


def test_pixel_size_is_positive_whatever_the_orientation(grid):
    expected = {"non-square": (20, 2.5), "degrees": (8.983152841195215e-05,) * 2, "rotated": (10, 6)}
    name = next(name for name, transform in GRIDS.items() if transform == grid.geotransform)
    assert grid.pixel_size == pytest.approx(expected.get(name, (10, 10)))


def test_the_window_of_a_grid_is_the_whole_image(grid):
    assert grid.window == Window(0, 0, 50, 40)


def test_a_crop_keeps_every_pixel_where_it_is(grid):
    window = Window(7, 11, 20, 13)
    part = Grid(50, 40, grid.geotransform, "WKT").crop(window)
    assert (part.width, part.height, part.crs) == (20, 13, "WKT")
    columns, rows = every_pixel(part)
    np.testing.assert_allclose(part.center_of(columns, rows), grid.center_of(columns + 7, rows + 11), rtol=1e-12)


def test_a_grid_has_the_same_pixels_as_itself_in_another_crs(grid):
    assert grid.same_pixels_as(Grid(50, 40, grid.geotransform, "other"))


@pytest.mark.parametrize(("shift", "same"), [(0, True), (1e-4, True), (1e-2, False), (1, False)])
def test_grids_are_the_same_up_to_a_thousandth_of_a_pixel(grid, shift, same):
    _, a, b, _, d, e = grid.geotransform
    for x, y in (corner(grid, shift, 0), corner(grid, 0, shift)):
        assert grid.same_pixels_as(Grid(50, 40, (x, a, b, y, d, e))) is same


def test_grids_of_another_size_or_pixel_size_or_orientation_differ(grid):
    x0, a, b, y0, d, e = grid.geotransform
    assert not grid.same_pixels_as(Grid(51, 40, grid.geotransform))
    assert not grid.same_pixels_as(Grid(50, 39, grid.geotransform))
    assert not grid.same_pixels_as(Grid(50, 40, (x0, a * 1.001, b, y0, d, e)))
    assert not grid.same_pixels_as(Grid(50, 40, (x0, a, b, y0, -d, -e)))


def test_a_grid_is_turned_to_the_directions_of_another_one():
    north, south = Grid(50, 40, GRIDS["north-up"]), Grid(50, 40, GRIDS["south-up"])
    turned = south.turned_like(north)
    assert turned.geotransform == (500000.0, 10.0, 0.0, 5800400.0, 0.0, -10.0)
    assert turned.turned_like(south) == south
    assert Grid(50, 40, GRIDS["mirrored"]).turned_like(north).geotransform[:2] == (499500.0, 10.0)
    assert Grid(50, 40, GRIDS["rotated"]).turned_like(north) is None
    assert north.turned_like(Grid(9, 9, GRIDS["non-square"])) == north


def test_the_nearest_edge_of_a_pixel():
    columns, rows = Grid(9, 9).nearest_edge(np.array([1.4, 1.5, 1.6, -0.4]), -np.array([3.0, 3.2, -1.0, 8.9]))
    assert columns.tolist() == [1, 1, 2, 0]
    assert rows.tolist() == [3, 3, -1, 9]


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 1e300])
def test_points_without_a_position_lie_outside(odd):
    columns, rows = Grid(50, 40, GRIDS["north-up"]).pixel_of(np.array([odd, 500005.0]), np.array([5799995.0, odd]))
    assert not Grid(50, 40).window.contains(Window(int(columns[0]), int(rows[0]), 1, 1))
    assert not Grid(50, 40).window.contains(Window(int(columns[1]), int(rows[1]), 1, 1))


def test_the_extent_of_a_grid():
    assert Grid(50, 40, GRIDS["north-up"]).extent == (500000.0, 5799600.0, 500500.0, 5800000.0)
    assert Grid(50, 40, GRIDS["mirrored"]).extent == (499500.0, 5799600.0, 500000.0, 5800000.0)


def test_where_another_grid_of_the_same_pixels_begins():
    grid = Grid(100, 80, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0))
    assert grid.place_of(grid) == (0, 0)
    assert grid.place_of(grid.crop(Window(7, 30, 5, 5))) == (7, 30)
    assert grid.crop(Window(7, 30, 5, 5)).place_of(grid) == (-7, -30)
    assert grid.place_of(Grid(9, 9, (500000.005, 10.0, 0.0, 5799000.0, 0.0, -10.0))) == (0, 100)
    for other in (
        (500000.02, 10.0, 0.0, 5800000.0, 0.0, -10.0),
        (500000.0, 10.001, 0.0, 5800000.0, 0.0, -10.0),
        (500000.0, 10.0, 0.0, 5799200.0, 0.0, 10.0),
        (500000.0, 10.0, 0.01, 5800000.0, 0.0, -10.0),
        (500000.0, 20.0, 0.0, 5800000.0, 0.0, -20.0),
    ):
        assert grid.place_of(Grid(100, 80, other)) is None
    turned = Grid(10, 10, (0.0, 3.0, 4.0, 0.0, 4.0, -3.0))
    assert turned.place_of(turned.crop(Window(2, 3, 4, 4))) == (2, 3)


def test_an_image_without_geotransform_lies_where_qgis_shows_it(make_raster, tmp_path):
    """Rows run downwards from y = 0; a file that says the opposite is believed."""
    written = {}
    for transform in (None, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)):
        path = str(tmp_path / "a.tif")
        dataset = gdal.GetDriverByName("GTiff").Create(path, 100, 80, 1)
        if transform:
            dataset.SetGeoTransform(transform)
        del dataset
        with RasterReader(path) as reader:
            parts = {"whole": reader.grid, "part": reader.grid.crop(Window(5, 7, 20, 20))}
            for name, grid in {**parts, "same": reader.grid.finer(2, 2).coarser(2, 2)}.items():
                with RasterWriter(path + name, grid, RasterProfile(1, np.uint8)):
                    pass
                written[transform, name] = gdal.Open(path + name).GetGeoTransform(can_return_null=True)
            top = 80.0 if transform and transform[5] > 0 else 0.0
            assert reader.grid.extent == (0.0, top - 80.0, 100.0, top)
        assert written[transform, "whole"] == written[transform, "same"] == transform
        down = transform[5] if transform else -1.0
        assert written[transform, "part"] == (5.0, 1.0, 0.0, 7 * down, 0.0, down)
