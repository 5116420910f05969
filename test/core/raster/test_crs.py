"""Coordinate reference systems and the area of pixels."""

from dataclasses import replace

import pytest
from osgeo import osr
from rotated_pole import ROTATED_POLE

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.judging import map_accuracy
from rasterlearn.core.raster.crs import crs_name, hectares_of, known_reference, require_both_crs, same_crs
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


CODES = [32633, 4326, 3035, 27700, 2154, 31467, 3857, 2263, 5514, 3006, 2056, 2193, 2180, 3031, 5186]


@pytest.mark.parametrize("code", CODES)
def test_a_crs_is_the_same_in_other_words(code):
    """With heights, without authorities, in Esri's words, with a shift of its datum that changes nothing."""
    reference, with_heights = osr.SpatialReference(), osr.SpatialReference()
    reference.ImportFromEPSG(code)
    with_heights.ImportFromEPSG(code)
    with_heights.PromoteTo3D()
    compound, shifted = osr.SpatialReference(), reference.Clone()
    compound.SetFromUserInput(f"EPSG:{code}+5773")
    shifted.SetTOWGS84(0, 0, 0, 0, 0, 0, 0)
    formats = ["WKT1_GDAL", "WKT1_ESRI", "WKT2_2015", "WKT2_2019"]
    others = [reference.ExportToWkt([f"FORMAT={name}"]) for name in formats]
    others += [other.ExportToWkt() for other in (with_heights, compound, shifted)]
    for other in others:
        assert same_crs(reference.ExportToWkt(), other), other
        assert same_crs(other, reference.ExportToWkt()), other


@pytest.mark.parametrize(
    "codes",
    [
        ("EPSG:32633", "EPSG:32632"),
        ("EPSG:3857", "EPSG:3395"),  # the sphere and the ellipsoid of Mercator
        ("EPSG:4326", "EPSG:4258"),
        ("EPSG:4326", "EPSG:4267"),
        ("EPSG:5514", "EPSG:5513"),  # Krovak's axes point to the south and west, or to the east and north
        ("EPSG:31467", "EPSG:31468"),
        ("EPSG:2263", "EPSG:32118"),  # feet and meters
        ("EPSG:4326", ROTATED_POLE),
        ("EPSG:32633+5773", "EPSG:32632+5773"),
    ],
)
def test_crs_that_differ_on_the_ground(wkt, codes):
    assert not same_crs(*map(wkt, codes))
    assert not same_crs(*map(wkt, codes[::-1]))


def test_the_horizontal_part_of_a_crs_is_the_one_with_a_number(wkt):
    with_heights = osr.SpatialReference()
    with_heights.ImportFromEPSG(32631)
    with_heights.PromoteTo3D()
    for crs in (with_heights.ExportToWkt(), wkt("EPSG:32631+5773"), wkt("EPSG:32631")):
        assert (crs_name(crs), known_reference(crs).GetAxesCount()) == ("EPSG:32631", 2)


def test_coordinates_on_paper_are_as_unknown_as_none(wkt):
    """ENVI's “Arbitrary” is a local CRS."""
    paper = 'LOCAL_CS["Arbitrary",UNIT["metre",1]]'
    assert same_crs("", paper)
    assert same_crs(paper, 'LOCAL_CS["other",UNIT["metre",1]]')
    assert not same_crs(paper, wkt("EPSG:32633"))


def test_what_to_do_with_a_layer_that_has_no_place(wkt):
    placed = Grid(9, 9, (0.0, 10.0, 0.0, 0.0, 0.0, -10.0))
    with pytest.raises(InputError, match="Assign a projection"):
        require_both_crs("a.tif", placed, "p.gpkg", wkt("EPSG:4326"))
    with pytest.raises(InputError, match=r"“a.tif” has neither .* x 0 … 9 and y −7 … 0.*“p.gpkg” is in EPSG:4326"):
        require_both_crs("p.gpkg", wkt("EPSG:4326"), "a.tif", Grid(9, 7))
    with pytest.raises(InputError, match=r"“a.png” has neither .* but “b.tif” is in EPSG:4326.*world file"):
        require_both_crs("a.png", Grid(9, 7), "b.tif", replace(placed, crs=wkt("EPSG:4326")))
    require_both_crs("a.tif", Grid(9, 7), "p.gpkg", "")


def test_an_image_that_is_not_placed_has_no_hectares(wkt):
    assert hectares_of(Grid(2, 2, crs=wkt("EPSG:32633"))) is None
