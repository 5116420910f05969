"""Samples of images that no geotransform places, and of those in a CRS that WKT 1 cannot say."""

import numpy as np
import pytest
from osgeo import gdal, osr
from rotated_pole import ROTATED_POLE

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.overlay import Overlay
from rasterlearn.core.raster.crs import crs_name, known_reference, same_crs
from rasterlearn.core.raster.grid import UNPLACED, Grid
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.samples.labels import FeatureLabels, RasterLabels
from rasterlearn.core.samples.patch_extraction import Cut, Extraction, extract_patches
from rasterlearn.core.samples.places import Places
from rasterlearn.core.samples.point_values import extract_values
from rasterlearn.core.samples.points import read_points
from rasterlearn.core.samples.sampling import Sampling, select_samples

CORNERS = [(0, 0, 10.0, 48.0), (50, 0, 11.2, 48.2), (0, 40, 10.2, 47.2), (50, 40, 11.4, 47.4)]
SAMPLING = Sampling(count=10, patch_width=1, patch_height=1)
NORTH_WEST, SOUTH_EAST = (0, 0, 20, 15), (30, 20, 50, 40)  # columns and rows


def box(left, top, right, bottom, down=-1):
    """WKT of a rectangle of pixels where QGIS shows an image that is not placed; with `down` 1 its reflection."""
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return f"POLYGON (({', '.join(f'{x} {down * y}' for x, y in corners)}))"


@pytest.fixture
def bare(tmp_path):
    """The numbers of columns and rows as an image without geotransform, or with control points: bare(name, move)."""

    def make(name="bare.tif", move=None):
        path, (rows, columns) = str(tmp_path / name), np.mgrid[0:40, 0:50].astype(np.uint16)
        dataset = gdal.GetDriverByName("GTiff").Create(path, 50, 40, 2, gdal.GDT_UInt16)
        for number, values in enumerate((columns, rows), start=1):
            dataset.GetRasterBand(number).WriteRaster(0, 0, 50, 40, values.tobytes())
        if move is not None:
            reference = osr.SpatialReference()
            reference.ImportFromEPSG(4326)
            points = [gdal.GCP(x + move, y, 0, c, r) for c, r, x, y in CORNERS]
            dataset.SetGCPs(points, reference.ExportToWkt())
        del dataset
        return path

    return make


def sampled(labels, path, image):
    told = []
    select_samples(labels, path, None, SAMPLING, image, Progress(told.append))
    return read_points(path), [e["text"] for e in told if e["event"] == "warning"]


def grid_of(path):
    with RasterReader(path) as reader:
        return reader.grid


class TestImagesWithoutGeotransform:
    def test_polygons_drawn_in_qgis_give_samples_that_have_the_values_below_them(self, bare, make_vector, tmp_path):
        image, output = bare(), str(tmp_path / "samples.gpkg")
        shapes = make_vector("s.gpkg", [(box(*NORTH_WEST), {"k": 1}), (box(*SOUTH_EAST), {"k": 2})], crs=None)
        points, _ = sampled(FeatureLabels(shapes, "k", grid_of(image), "bare.tif"), output, image)
        assert len(points) == 20
        extract_values(output, image, str(tmp_path / "values.gpkg"))
        values = read_points(str(tmp_path / "values.gpkg"))
        assert values.fields["value_0"] == (values.x - 0.5).tolist()
        assert values.fields["value_1"] == (-values.y - 0.5).tolist()
        for k, column, row in zip(values.fields["class"], values.fields["value_0"], values.fields["value_1"]):
            left, top, right, bottom = NORTH_WEST if k == 1 else SOUTH_EAST
            assert left <= column < right and top <= row < bottom
        counts = extract_patches(output, [Cut(image, str(tmp_path / "p.tif"), 3, 3)], str(tmp_path / "l.npy"))
        assert counts["accepted"] > 0

    def test_what_earlier_versions_placed_elsewhere_is_explained(self, bare, make_vector, tmp_path):
        image = bare()
        shapes = make_vector("s.gpkg", [(box(*NORTH_WEST, 1), {"k": 1}), (box(*SOUTH_EAST, 1), {"k": 2})], crs=None)
        spots = make_vector("p.gpkg", [("POINT (3 7)", {"class": 1})], crs=None)
        explained = r"lies where QGIS shows it, at x 0 … 50 and y −40 … 0 \(samples of earlier versions .*: y 0 … 40"
        with pytest.raises(InputError, match=explained):
            sampled(FeatureLabels(shapes, "k", grid_of(image), "bare.tif"), str(tmp_path / "o.gpkg"), image)
        with pytest.raises(InputError, match=explained):
            extract_values(spots, image, str(tmp_path / "v.gpkg"))
        with pytest.raises(InputError, match=explained):
            extract_patches(spots, [Cut(image, str(tmp_path / "p.tif"), 3, 3)], str(tmp_path / "l.npy"))

    def test_patches_of_earlier_versions_lie_where_they_did(self, bare):
        grid = grid_of(bare())
        here = Places(np.array([3]), np.array([7]), grid)
        earlier = {**here.to_json(), "geotransform": [0.0, 1.0, 0.0, 0.0, 0.0, 1.0]}
        assert Places.from_json(earlier).grid == Places.from_json(here.to_json()).grid == Grid(50, 40, UNPLACED)


class TestImagesPlacedByControlPoints:
    def test_layers_with_a_crs_are_refused_with_the_advice_to_warp(self, bare, make_vector, tmp_path):
        image = bare(move=0.0)
        spots = make_vector("p.gpkg", [("POINT (10.6 47.7)", {"class": 1})], crs="EPSG:4326")
        advice = r"“bare.tif” is placed by its ground control points.*“p.gpkg” in EPSG:4326.*Warp it first"
        with pytest.raises(InputError, match=advice):
            FeatureLabels(spots, "class", grid_of(image), "bare.tif")
        with pytest.raises(InputError, match=advice):
            extract_values(spots, image, str(tmp_path / "v.gpkg"))
        with pytest.raises(InputError, match=advice):
            extract_patches(spots, [Cut(image, str(tmp_path / "p.tif"), 3, 3)], str(tmp_path / "l.npy"))

    def test_a_label_raster_with_the_same_points_gives_samples_of_its_pixels_and_a_warning(self, bare, tmp_path):
        image, output = bare(move=0.0), str(tmp_path / "samples.gpkg")
        labels = RasterLabels(bare("labels.tif", 0.0), grid=grid_of(image), grid_name="bare.tif")
        _, warnings = sampled(labels, output, image)
        assert sum("placed by its ground control points" in line for line in warnings) == 1
        extract_values(output, image, str(tmp_path / "values.gpkg"))
        values = read_points(str(tmp_path / "values.gpkg"))
        assert values.fields["value_0"] == values.fields["class"]  # the first band of the labels

    def test_images_placed_by_other_points_are_not_combined(self, bare, make_vector, tmp_path):
        first, other = bare("first.tif", 0.0), bare("other.tif", 0.5)
        spots = make_vector("p.gpkg", [("POINT (9.5 -7.5)", {"class": 1})], crs=None)
        cuts = [Cut(image, str(tmp_path / f"p{i}.tif"), 3, 3) for i, image in enumerate((first, other))]
        with pytest.raises(InputError, match="Warp them to one grid first"):
            extract_patches(spots, cuts, str(tmp_path / "l.npy"))
        with pytest.raises(InputError, match="Warp them to one grid first"):
            RasterLabels(other, grid=grid_of(first), grid_name="first.tif")
        images = tmp_path / "images.txt"
        images.write_text(other)
        with pytest.raises(InputError, match="Warp them to one grid first"):
            extract_patches(spots, cuts[:1], str(tmp_path / "l.npy"), Extraction(image_set=str(images)))


class TestAwkwardCrs:
    @pytest.fixture(params=["with heights", "compound", "rotated pole"])
    def reference(self, request):
        reference = osr.SpatialReference()
        codes = {"with heights": "EPSG:32631", "compound": "EPSG:32631+5773", "rotated pole": ROTATED_POLE}
        reference.SetFromUserInput(codes[request.param])
        if request.param == "with heights":
            reference.PromoteTo3D()
        return reference

    @pytest.fixture
    def image(self, bare, reference):
        path = bare("image.tif")
        dataset = gdal.Open(path, gdal.GA_Update)
        size = 0.1 if reference.IsGeographic() else 10.0
        corner = (1.0, 2.0) if reference.IsGeographic() else (500000.0, 5000000.0)
        dataset.SetGeoTransform((corner[0], size, 0.0, corner[1], 0.0, -size))
        dataset.SetSpatialRef(reference)
        del dataset
        return path

    def test_points_are_written_in_its_horizontal_part(self, image, reference, tmp_path):
        output, grid = str(tmp_path / "samples.gpkg"), grid_of(image)
        points, _ = sampled(RasterLabels(image), output, image)
        assert same_crs(points.crs, grid.crs)
        assert crs_name(points.crs) == ("Rotated pole" if reference.IsGeographic() else "EPSG:32631")
        extract_values(output, image, str(tmp_path / "values.gpkg"))
        values = read_points(str(tmp_path / "values.gpkg"))
        assert values.fields["value_0"] == values.fields["class"]
        assert grid.pixel_of(values.x, values.y)[1].tolist() == values.fields["value_1"]

    def test_features_and_rasters_in_other_crs_lie_where_they_belong(self, image, make_vector, make_raster):
        grid = grid_of(image)
        degrees = osr.SpatialReference()
        degrees.ImportFromEPSG(4326)
        degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        there = osr.CoordinateTransformation(known_reference(grid.crs), degrees)
        columns, rows = np.array([3, 44]), np.array([8, 30])
        x, y = grid.center_of(columns, rows)
        places = [there.TransformPoint(*spot)[:2] for spot in zip(x.tolist(), y.tolist())]
        spots = [(f"POINT ({x:.12f} {y:.12f})", {"k": k}) for k, (x, y) in enumerate(places, start=1)]
        labels = FeatureLabels(make_vector("p.gpkg", spots, crs="EPSG:4326"), "k", grid, "image.tif")
        burned = labels.read(grid.window)
        assert [burned[r, c] for c, r in zip(columns, rows)] == [0, 1]
        assert (burned >= 0).sum() == 2
        west, north = min(x for x, _ in places) - 1, max(y for _, y in places) + 1
        wide, high = max(x for x, _ in places) + 1 - west, north - min(y for _, y in places) + 1
        size = max(wide, high) / 200
        pixels = np.random.default_rng(0).integers(1, 200, (200, 200)).astype(np.uint8)
        over = make_raster("over.tif", pixels, origin=(west, north), pixel_size=(size, -size), crs="EPSG:4326")
        found, _ = Overlay(over, grid).read(grid.window)
        expected = [pixels[int((north - y) / size), int((x - west) / size)] for x, y in places]
        assert [found[r, c] for c, r in zip(columns, rows)] == expected
