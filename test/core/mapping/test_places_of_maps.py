"""Where maps lie: on their images, however these are placed, as GDAL places both."""

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.images.image_set import read_image_set
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.mapping.many_images import apply_model_to_many
from rasterlearn.core.model.model_file import Model, load_model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window

CORNERS = [(0, 0, 10.0, 48.0), (50, 0, 11.2, 48.2), (0, 40, 10.2, 47.2), (50, 40, 11.4, 47.4)]
CLASSES = ClassMap.of([LandClass(1, "a"), LandClass(2, "b")])


@pytest.fixture
def controlled(ramp, wkt):
    """The ramp, placed by control points."""
    dataset = gdal.Open(ramp, gdal.GA_Update)
    dataset.SetGCPs([gdal.GCP(x, y, 0, c, r) for c, r, x, y in CORNERS], wkt("EPSG:4326"))
    del dataset
    return ramp


@pytest.fixture
def saved(tmp_path):
    """Saves a forest of the ramp's bands for pixels of some size: saved(pixel_size, meters)."""

    def make(pixel_size=(10.0, 10.0), meters=None):
        rng, path = np.random.default_rng(0), str(tmp_path / "m.rlmodel")
        fitted = fit_forest(rng.integers(0, 50, (200, 2)).astype(np.float32), rng.integers(0, 2, 200), 2, trees=5)
        source = Source(("band 1", "band 2"), pixel_size, fill=(25.0, 20.0), meters=meters)
        save_model(path, Model.of_forest(fitted, CLASSES, (source,), {}))
        return path

    return make


def require_laid_over(image, made, left=0, top=0):
    theirs, ours = (gdal.Transformer(gdal.Open(str(path)), None, []) for path in (image, made))
    for column, row in ((2.0, 3.0), (8.5, 9.25), (4.0, 1.0)):
        assert theirs.TransformPoint(0, column + left, row + top) == ours.TransformPoint(0, column, row)


@pytest.mark.parametrize("ending", ["tif", "vrt"])
@pytest.mark.parametrize("result", ["classes", "probabilities"])
def test_maps_of_images_placed_by_control_points(controlled, saved, tmp_path, ending, result):
    whole, part = tmp_path / f"whole.{ending}", tmp_path / f"part.{ending}"
    apply_model([controlled], saved(), str(whole), Options(result=result))
    apply_model([controlled], saved(), str(part), Options(result=result, box=Window(7, 11, 20, 22)))
    require_laid_over(controlled, whole)
    require_laid_over(controlled, part, 7, 11)


def test_maps_of_a_batch_are_placed_and_not_made_again(controlled, saved, tmp_path):
    outcomes, model = [], saved()
    for box in (None, Window(7, 11, 20, 22)):
        for _ in range(2):
            images, options = read_image_set(rasters=[controlled]), Options(resume=True, box=box)
            outcomes += apply_model_to_many(images, model, str(tmp_path / "maps"), options)
    assert [o.status for o in outcomes] == ["mapped", "skipped"] * 2
    require_laid_over(controlled, tmp_path / "maps" / "ramp.tif", 7, 11)


def test_maps_of_images_that_are_not_placed(make_raster, saved, tmp_path):
    image = make_raster("photo.tif", np.ones((40, 50, 2), np.uint16), crs=None)
    photo = str(tmp_path / "photo.png")
    gdal.GetDriverByName("PNG").CreateCopy(photo, gdal.Open(image))
    (tmp_path / "photo.png.aux.xml").unlink()
    apply_model([photo], saved(), str(tmp_path / "map.tif"))
    assert gdal.Open(str(tmp_path / "map.tif")).GetGeoTransform(can_return_null=True) is None
    apply_model([photo], saved(), str(tmp_path / "part.tif"), Options(extent=(5, 15, -30, -7)))
    part = gdal.Open(str(tmp_path / "part.tif"))
    assert part.GetGeoTransform() == (5.0, 1.0, 0.0, -7.0, 0.0, -1.0)
    assert (part.RasterXSize, part.RasterYSize) == (10, 23)
    with pytest.raises(InputError, match="lies where QGIS shows it, at x 0 … 50 and y −40 … 0"):
        apply_model([photo], saved(), str(tmp_path / "none.tif"), Options(extent=(5, 15, 7, 30)))


class TestPixelSizes:
    """(transform, crs) of an image and whether a model of pixels of 10 m warns."""

    DEGREES_AT_60 = (15.0, 0.00018, 0.0, 60.0, 0.0, -0.00009)
    MERCATOR_AT_60 = (1e6, 20.0, 0.0, 8.4e6, 0.0, -20.0)
    CASES = [
        ((500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), "EPSG:32633", False),
        ((500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), None, False),
        ((500000.0, 20.0, 0.0, 5800000.0, 0.0, -20.0), None, True),
        (DEGREES_AT_60, "EPSG:4326", False),
        ((15.0, 0.00009, 0.0, 60.0, 0.0, -0.00009), "EPSG:4326", True),
        ((500000.0, 32.8084, 0.0, 580000.0, 0.0, -32.8084), "EPSG:2263", False),
        ((500000.0, 10.0, 0.0, 580000.0, 0.0, -10.0), "EPSG:2263", True),
        (MERCATOR_AT_60, "EPSG:3857", False),
        ((1e6, 10.0, 0.0, 8.4e6, 0.0, -10.0), "EPSG:3857", True),
    ]

    def warned(self, ramp, saved, tmp_path, transform, crs, wkt):
        dataset = gdal.Open(ramp, gdal.GA_Update)
        dataset.SetGeoTransform(transform)
        dataset.SetProjection(wkt(crs) if crs else "")
        del dataset
        told = []
        apply_model([ramp], saved, str(tmp_path / "map.tif"), progress=Progress(told.append))
        return [e["text"] for e in told if e["event"] == "warning"]

    @pytest.mark.parametrize(("transform", "crs", "differs"), CASES)
    def test_are_compared_on_the_ground(self, ramp, saved, tmp_path, wkt, transform, crs, differs):
        told = self.warned(ramp, saved((10.0, 10.0), (10.0, 10.0)), tmp_path, transform, crs, wkt)
        assert bool(told) is differs
        if differs and crs:
            assert "m, but the model learned from pixels of 10 × 10 m." in told[0]

    @pytest.mark.parametrize(
        ("learned", "transform", "crs", "differs"),
        [
            ((10.0, 10.0), DEGREES_AT_60, "EPSG:4326", False),
            ((0.00009, 0.00009), (15.0, 0.00009, 0.0, 60.0, 0.0, -0.00009), "EPSG:4326", False),
            ((0.00009, 0.00009), (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), "EPSG:32633", False),
            ((10.0, 10.0), (500000.0, 20.0, 0.0, 5800000.0, 0.0, -20.0), "EPSG:32633", True),
        ],
    )
    def test_of_models_whose_unit_was_not_recorded(self, ramp, saved, tmp_path, wkt, learned, transform, crs, differs):
        assert bool(self.warned(ramp, saved(learned), tmp_path, transform, crs, wkt)) is differs

    def test_are_kept_in_the_model(self, ramp, saved):
        with RasterReader(ramp) as reader:
            assert Source.of_image(reader).meters == (10.0, 10.0)
        assert load_model(saved((10.0, 10.0), (9.0, 8.0))).sources[0].meters == (9.0, 8.0)
        assert load_model(saved()).sources[0].meters is None

    def test_of_an_image_that_is_not_placed_are_unknown(self, make_raster, saved, tmp_path):
        image = make_raster("photo.tif", np.ones((9, 9, 2), np.uint16), crs=None)
        photo, told = str(tmp_path / "photo.png"), []
        gdal.GetDriverByName("PNG").CreateCopy(photo, gdal.Open(image), options=["WORLDFILE=NO"])
        (tmp_path / "photo.png.aux.xml").unlink()
        apply_model([photo], saved(meters=(10.0, 10.0)), str(tmp_path / "map.tif"), progress=Progress(told.append))
        assert not any(e["event"] == "warning" for e in told)
        assert any("on the ground is not known" in e.get("text", "") for e in told)
