"""Coordinate reference systems and the area of pixels."""

import pytest

from rasterlearn.core.judging import map_accuracy
from rasterlearn.core.raster.crs import crs_name, hectares_of, known_reference
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.samples import class_statistics


def test_an_unknown_crs_has_no_reference_and_a_known_one_has_x_before_y(wkt):
    assert known_reference("") is None
    assert list(known_reference(wkt("EPSG:4326")).GetDataAxisToSRSAxisMapping()) == [2, 1]
    assert crs_name(wkt("EPSG:32633")) == "EPSG:32633"


@pytest.mark.parametrize(
    ("transform", "square_meters"),
    [
        ((0.0, 10.0, 0.0, 0.0, 0.0, -10.0), 100.0),
        ((0.0, 6.0, 8.0, 0.0, 8.0, -6.0), 100.0),  # rotated
        ((0.0, 10.0, 5.0, 0.0, 0.0, -10.0), 100.0),  # a parallelogram 10 wide and 10 high, with sides of 10 and 11.2
        ((0.0, 3.0, 1.0, 0.0, 1.0, 3.0), 8.0),
    ],
)
def test_a_pixel_of_a_sheared_grid_is_a_parallelogram(wkt, transform, square_meters):
    grid = Grid(2, 2, transform, wkt("EPSG:32633"))
    assert grid.pixel_area == pytest.approx(square_meters)
    assert hectares_of(grid) == pytest.approx(square_meters / 10_000)
    assert hectares_of(Grid(2, 2, transform)) is None


def test_maps_and_labels_have_the_same_hectares():
    assert map_accuracy.hectares_of is class_statistics.hectares_of
