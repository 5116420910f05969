"""The size of pixels in meters, against GDAL's own distances on the ellipsoid."""

import numpy as np
import pytest
from osgeo import gdal, ogr, osr
from rotated_pole import ROTATED_POLE

from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.ground import ground_size
from rasterlearn.core.raster.raster_reader import RasterReader

DEGREES_10_M = 0.00009


def by_gdal(grid):
    """Lengths of the lines across and down the pixel in the middle, as PROJ measures them."""
    source, target = (osr.SpatialReference() for _ in range(2))
    source.SetFromUserInput(grid.crs)
    target.ImportFromEPSG(4326)
    for reference in (source, target):
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    there, lengths = osr.CoordinateTransformation(source, target), []
    for step in ((1, 0), (0, 1)):
        columns, rows = (np.array([grid.width, grid.height]) / 2 + np.array([[0, 0], step]) - 0.5).T - 0.5
        line = ogr.Geometry(ogr.wkbLineString)
        for x, y in zip(*grid.center_of(columns, rows)):
            line.AddPoint_2D(*there.TransformPoint(float(x), float(y))[:2])
        local = osr.SpatialReference()
        longitude, latitude = line.GetPoint(0)[:2]
        local.ImportFromProj4(f"+proj=aeqd +lon_0={longitude} +lat_0={latitude} +datum=WGS84")  # true from its center
        line.Transform(osr.CoordinateTransformation(target, local))
        lengths.append(line.Length())
    return tuple(lengths)


@pytest.mark.parametrize(
    ("crs", "corner", "size"),
    [
        ("EPSG:4326", (15.0, 0.3), DEGREES_10_M),
        ("EPSG:4326", (15.0, 60.0), DEGREES_10_M),
        ("EPSG:4979", (15.0, -48.0), DEGREES_10_M),
        ("EPSG:4326", (179.9999, 10.0), DEGREES_10_M),  # across the 180th meridian
        ("EPSG:3857", (1e6, 8.4e6), 20.0),  # Web Mercator at 60 degrees: pixels of about 10 m
        ("EPSG:4087", (1e6, 6e6), 10.0),  # an equidistant projection far from its parallel
        (ROTATED_POLE, (1.0, 2.0), 0.1),
    ],
)
def test_sizes_that_are_not_those_of_the_crs(wkt, crs, corner, size):
    grid = Grid(100, 80, (corner[0], size, 0.0, corner[1], 0.0, -size), wkt(crs))
    assert ground_size(grid) == pytest.approx(by_gdal(grid), rel=1e-3)


@pytest.mark.parametrize(
    ("crs", "corner", "size", "meters"),
    [
        ("EPSG:32633", (500000.0, 5800000.0), 10.0, 10.0),
        ("EPSG:3035", (4321000.0, 3210000.0), 10.0, 10.0),
        ("EPSG:2263", (500000.0, 580000.0), 10.0, 10.0 * 1200 / 3937),  # US survey feet
        ("EPSG:32633+5773", (500000.0, 5800000.0), 10.0, 10.0),
        ("+proj=sinu +R=6371007.181 +units=m", (1e6, 6e6), 463.3, 463.3),  # MODIS: sheared, but as large as it says
    ],
)
def test_projections_that_keep_areas_say_the_size_themselves(wkt, crs, corner, size, meters):
    grid = Grid(100, 80, (corner[0], size, 0.0, corner[1], 0.0, -size), wkt(crs))
    assert ground_size(grid) == pytest.approx((meters, meters), rel=1e-12)


def test_a_rotated_image_and_the_moon(wkt):
    assert ground_size(Grid(9, 9, (5e5, 6.0, 8.0, 58e5, 8.0, -6.0), wkt("EPSG:32633"))) == (10.0, 10.0)
    moon = Grid(9, 9, (0.0, 0.001, 0.0, 0.0, 0.0, -0.001), wkt("+proj=longlat +R=1737400 +no_defs"))
    assert ground_size(moon) == pytest.approx((30.32, 30.32), rel=1e-3)  # 2 π 1737.4 km / 360,000


def test_control_points(tmp_path, wkt):
    dataset = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "a.tif"), 80, 60, 1)
    corners = [(0, 0, 10.0, 48.0), (80, 0, 10.008, 48.0), (0, 60, 10.0, 47.994), (80, 60, 10.008, 47.994)]
    dataset.SetGCPs([gdal.GCP(x, y, 0, c, r) for c, r, x, y in corners], wkt("EPSG:4326"))
    dataset.FlushCache()
    with RasterReader(str(tmp_path / "a.tif")) as reader:
        degrees = Grid(80, 60, (10.0, 0.0001, 0.0, 48.0, 0.0, -0.0001), wkt("EPSG:4326"))
        assert ground_size(reader.grid) == pytest.approx(ground_size(degrees), rel=1e-5)
    for count, crs in ((4, ""), (2, wkt("EPSG:4326"))):  # of no known CRS, and too few of them
        few = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "few.tif"), 80, 60, 1)
        few.SetGCPs([gdal.GCP(x, y, 0, c, r) for c, r, x, y in corners[:count]], crs)
        del few
        with RasterReader(str(tmp_path / "few.tif")) as reader:
            assert reader.grid.is_controlled
            assert ground_size(reader.grid) is None


def test_what_nobody_knows(wkt):
    assert ground_size(Grid(9, 9)) is None
    assert ground_size(Grid(9, 9, crs=wkt("EPSG:32633"))) is None
    assert ground_size(Grid(9, 9, (0.0, 10.0, 0.0, 0.0, 0.0, -10.0))) is None
