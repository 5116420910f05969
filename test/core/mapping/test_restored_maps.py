"""Maps of the networks that restore images: independent of block sizes, and exactly georeferenced."""

import keras
import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.value_target import Target
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window
from rasterlearn.models import MODELS, gap_filling, super_resolution
from rasterlearn.models.source_shape import SourceShape, ValuesShape

ORIGIN = (500003.7, 5800001.3)
MEAN, VARIANCE = (500.0, 700.0), (9e4, 4e4)


@pytest.fixture
def hills(make_raster):
    """Writes a smooth image of two bands, (height, width) pixels; a few of them nodata."""

    def make(name, height, width, pixel_size=(20.0, -20.0), nodata=True):
        rng = np.random.default_rng(height)
        steps = rng.normal(size=(height, width, 2)) * 30
        pixels = (steps.cumsum(axis=0) + steps.cumsum(axis=1) + 3000).clip(1, 9000).astype(np.uint16)
        if nodata:
            pixels[5:8, 9:11, 1] = 0
        return make_raster(name, pixels, nodata=0, origin=ORIGIN, pixel_size=pixel_size)

    return make


@pytest.fixture
def model(monkeypatch, tmp_path):
    """Saves a small untrained network; `corrects`: with a correction that is not zero."""
    monkeypatch.setattr(super_resolution, "CHANNELS", 4)
    monkeypatch.setattr(super_resolution, "BLOCKS", 1)
    monkeypatch.setattr(gap_filling, "CHANNELS", 4)
    monkeypatch.setattr(gap_filling, "DILATIONS", (1, 2))

    def make(architecture, sides, answer_side, corrects=True):
        keras.utils.set_random_seed(1)
        shapes = [SourceShape(side, side, 2, MEAN, VARIANCE) for side in sides]
        network = MODELS[architecture].build(shapes, ValuesShape(answer_side, answer_side, 2, MEAN, VARIANCE))
        if corrects:
            layer = network.get_layer("correction")
            layer.set_weights([np.random.default_rng(0).normal(size=w.shape) for w in layer.get_weights()])
        sources = tuple(Source(("a", "b"), (0.0, 0.0), side, side, fill=MEAN) for side in sides)
        target = Target(Source(("a", "b"), (0.0, 0.0), answer_side, answer_side), "float32")
        path = str(tmp_path / f"{architecture}{len(sides)}.rlmodel")
        save_model(path, Model.of_network(network, architecture, ClassMap(()), sources, {}, target))
        return path

    return make


CASES = {
    "guided": ("super_resolution", (32, 16), 32),
    "twice": ("super_resolution", (16,), 32),
    "four times": ("super_resolution", (16,), 64),
    "gaps": ("gap_filling", (32, 32), 32),
}


def images_for(case, hills):
    if case == "guided":
        return [hills("fine.tif", 82, 74, (10.0, -10.0)), hills("coarse.tif", 41, 37, nodata=False)]
    if case == "gaps":
        return [hills("first.tif", 61, 57), hills("other.tif", 61, 57)]
    return [hills("coarse.tif", 41, 37)]


@pytest.mark.parametrize("case", CASES)
def test_blocks_leave_no_trace(model, hills, tmp_path, read_pixels, case):
    images, path, maps = images_for(case, hills), model(*CASES[case]), []
    for block in (0, 16, 23):
        apply_model(images, path, str(tmp_path / f"{block}.tif"), Options(result="values", block_px=block))
        maps.append(read_pixels(str(tmp_path / f"{block}.tif")))
    assert np.isfinite(maps[0]).mean() > 0.98 and np.nanstd(maps[0]) > 10
    for other in maps[1:]:
        np.testing.assert_allclose(other, maps[0], rtol=1e-5)


def corners(grid):
    """The corners of the image, (4, 2), in its CRS."""
    columns, rows = np.array([0, grid.width, 0, grid.width]) - 0.5, np.array([0, 0, grid.height, grid.height]) - 0.5
    return np.stack(grid.center_of(columns, rows), axis=1)


@pytest.mark.parametrize("scale", [2, 4])
@pytest.mark.parametrize("pixel_size", [(20.0, -20.0), (20.0, 20.0), (17.3, -21.1)])
@pytest.mark.parametrize("box", [None, Window(7, 3, 20, 31)])
def test_the_finer_grid(model, hills, tmp_path, read_pixels, scale, pixel_size, box):
    """North-up, south-up, not square; from an odd origin, whole or in part."""
    image, output = hills("coarse.tif", 41, 37, pixel_size), str(tmp_path / "map.tif")
    apply_model([image], model("super_resolution", (16,), 16 * scale), output, Options(result="values", box=box))
    box = box or Window(0, 0, 37, 41)
    with RasterReader(image) as source, RasterReader(output) as found:
        assert (found.grid.width, found.grid.height) == (scale * box.width, scale * box.height)
        apart = (corners(found.grid) - corners(source.grid.crop(box))) / np.abs(pixel_size)
        assert np.abs(apart).max() < 1e-6
    missing = (read_pixels(image)[box.y : box.bottom, box.x : box.right] == 0).any(axis=-1)
    expected = missing.repeat(scale, axis=0).repeat(scale, axis=1)
    np.testing.assert_array_equal(np.isnan(read_pixels(output)).all(axis=-1), expected)


@pytest.mark.parametrize(("case", "scale"), [("guided", 2), ("twice", 2), ("four times", 4)])
def test_without_a_correction_it_is_gdals_bilinear_enlargement(model, hills, tmp_path, read_pixels, case, scale):
    coarse = hills("coarse.tif", 41, 37, nodata=False)
    images = [coarse] if case != "guided" else [hills("fine.tif", 82, 74, (10.0, -10.0), False), coarse]
    output, expected = str(tmp_path / "map.tif"), str(tmp_path / "gdal.tif")
    apply_model(images, model(*CASES[case], corrects=False), output, Options(result="values"))
    size = {"width": 37 * scale, "height": 41 * scale}
    gdal.Warp(expected, coarse, resampleAlg="bilinear", outputType=gdal.GDT_Float32, dstNodata="nan", **size)
    inner = np.s_[scale:-scale, scale:-scale]
    np.testing.assert_allclose(read_pixels(output)[inner], read_pixels(expected)[inner], atol=0.1)
