import threading
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal

from rasterlearn.core.base.errors import Cancelled, InputError
from rasterlearn.core.base.map_results import RESULT_TABLE
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.evaluation.model_inputs import SourceImage
from rasterlearn.core.evaluation.network_geometry import Field
from rasterlearn.core.evaluation.view import View
from rasterlearn.core.images.answers import ClassAnswer
from rasterlearn.core.images.normalization import Normalization
from rasterlearn.core.mapping.block_reader import BlockReader
from rasterlearn.core.mapping.encoding import Encoder
from rasterlearn.core.mapping.map_writer import BLOCKS_PER_DEVICE, Mapping, part_of, write_map
from rasterlearn.core.mapping.tiling_plan import Plan
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader, read_legend
from rasterlearn.core.raster.window import Window

CLASSES = ClassMap.of(
    [LandClass(3, "low", "#0000ff"), LandClass(40, "middle", "#00ff00"), LandClass(200, "high", "#ff0000")]
)
FIELD = Field.of_patch(4)


def window_mean(views):
    """Scores of three classes from the mean of a 4 × 4 window: neither Keras nor scikit-learn."""
    windows = np.lib.stride_tricks.sliding_window_view(views[0].pixels[..., 0], (4, 4)).astype(np.float32)
    mean = windows.mean((2, 3))
    level = np.stack([40 - mean, np.full_like(mean, 20.0), mean], axis=-1)
    scores = np.exp((level - level.max(-1, keepdims=True)) / 10)
    return (scores / scores.sum(-1, keepdims=True)).astype(np.float32)


@pytest.fixture
def image(make_raster):
    return make_raster("image.tif", np.random.default_rng(0).integers(1, 40, (61, 83)).astype(np.uint16), nodata=0)


def mapping_of(reader, border="full", box=None, block_px=512, result="classes", predict=window_mean, **options):
    blocks = BlockReader([SourceImage(reader, options.pop("transform", None), [20.0])], FIELD, FIELD)
    area = part_of(blocks, blocks.area(border), box, options.pop("extent", None))
    plan = Plan(area, block_px, options.pop("panel_px", 4 * block_px))
    encoder = Encoder(RESULT_TABLE[result], ClassAnswer(CLASSES), options.pop("precision", "float32"))
    return Mapping(blocks, [predict], plan, encoder, CLASSES, tags=options.pop("tags", {}))


def map_of(path, image, read_pixels, **options):
    with RasterReader(image) as reader:
        write_map(str(path), mapping_of(reader, **options))
    return read_pixels(path)


def test_oracle_on_the_whole_image(image, read_pixels, tmp_path):
    found = map_of(tmp_path / "map.tif", image, read_pixels)[..., 0]
    padded = np.pad(read_pixels(image)[..., 0].astype(np.float32), ((2, 1), (2, 1)), mode="reflect")
    expected = CLASSES.values[window_mean([View.of(padded[..., np.newaxis], 4, 4)]).argmax(-1)]
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("block_px", [1, 7, 16, 61, 500])
def test_the_block_size_does_not_change_the_map(image, read_pixels, tmp_path, block_px):
    expected = map_of(tmp_path / "a.tif", image, read_pixels)
    np.testing.assert_array_equal(map_of(tmp_path / "b.tif", image, read_pixels, block_px=block_px), expected)


def test_valid_border_is_otbtfs_area(image, read_pixels, tmp_path):
    full = map_of(tmp_path / "full.tif", image, read_pixels)
    valid = map_of(tmp_path / "valid.tif", image, read_pixels, border="valid")
    assert valid.shape[:2] == (61 - 3, 83 - 3)
    np.testing.assert_array_equal(valid, full[2:-1, 2:-1])
    with RasterReader(str(tmp_path / "valid.tif")) as reader:
        assert reader.grid.geotransform == (500020.0, 10.0, 0.0, 5799980.0, 0.0, -10.0)


def test_a_part_equals_the_part_of_the_whole(image, read_pixels, tmp_path):
    full = map_of(tmp_path / "full.tif", image, read_pixels)
    part = map_of(tmp_path / "part.tif", image, read_pixels, box=Window(11, 5, 40, 33))
    np.testing.assert_array_equal(part, full[5:38, 11:51])


def test_a_halo_one_pixel_too_small_is_noticed(image, tmp_path):
    with RasterReader(image) as reader:
        blocks = BlockReader([SourceImage(reader, None, [20.0])], Field(1, 1), Field(2, 1))
        mapping = replace(mapping_of(reader), blocks=blocks)
        with pytest.raises(ValueError, match="geometry is wrong"):
            write_map(str(tmp_path / "m.tif"), mapping)
    assert [p.name for p in tmp_path.iterdir()] == ["image.tif"]


def test_nodata_is_nodata_in_the_map_and_filled_elsewhere(make_raster, read_pixels, tmp_path):
    pixels = np.full((20, 20), 39, np.uint16)
    pixels[10, 12] = 0
    image = make_raster("hole.tif", pixels, nodata=0)
    found = map_of(tmp_path / "map.tif", image, read_pixels)[..., 0]
    assert found[10, 12] == 255
    assert (found != 255).sum() == 399
    probabilities = map_of(tmp_path / "p.tif", image, read_pixels, result="probabilities")
    assert np.isnan(probabilities[10, 12]).all()
    patch_of_left_neighbor = np.full((4, 4, 1), 39, np.float32)
    patch_of_left_neighbor[2, 3] = 20
    np.testing.assert_allclose(
        probabilities[10, 11], window_mean([View.of(patch_of_left_neighbor, 4, 4)])[0, 0], rtol=1e-6
    )


def test_nan_is_nodata(make_raster, read_pixels, tmp_path):
    pixels = np.full((12, 12), 39, np.float32)
    pixels[3, 4] = np.nan
    found = map_of(tmp_path / "map.tif", make_raster("nan.tif", pixels), read_pixels)[..., 0]
    assert found[3, 4] == 255 and (found == 200).sum() == 143


def test_results_belong_together(image, read_pixels, tmp_path):
    results = ("classes", "probabilities", "confidence", "entropy")
    maps = {r: map_of(tmp_path / f"{r}.tif", image, read_pixels, result=r) for r in results}
    p = maps["probabilities"]
    np.testing.assert_allclose(p.sum(-1), 1, atol=1e-6)
    np.testing.assert_array_equal(CLASSES.values[p.argmax(-1)], maps["classes"][..., 0])
    np.testing.assert_array_equal(p.max(-1), maps["confidence"][..., 0])
    np.testing.assert_allclose(-(p * np.log(p)).sum(-1) / np.log(3), maps["entropy"][..., 0], atol=1e-6)
    with RasterReader(str(tmp_path / "probabilities.tif")) as reader:
        assert reader.band_names == ("low", "middle", "high")


def test_a_class_map_carries_names_colors_and_provenance(image, read_pixels, tmp_path):
    found = map_of(tmp_path / "map.tif", image, read_pixels, tags={"MODEL": "abc"})
    assert found.dtype == np.uint8
    assert read_legend(str(tmp_path / "map.tif")) == {c.value: c for c in CLASSES}
    assert (tmp_path / "map.qml").read_text().count("paletteEntry") == 3
    with RasterReader(str(tmp_path / "map.tif")) as reader:
        assert reader.tag("MODEL") == "abc"
        assert reader.nodata == (255,)


def test_raw_pixels_are_transformed_on_the_way_in(image, read_pixels, tmp_path):
    transform = Normalization("scale", ("b",), (0.5,), (1.0,))
    seen = []

    def predict(views):
        seen.append(views[0].pixels)
        return window_mean(views)

    map_of(tmp_path / "map.tif", image, read_pixels, transform=transform, predict=predict)
    np.testing.assert_array_equal(seen[0][2:-1, 2:-1, 0], read_pixels(image)[..., 0] * 0.5 + 1)


@pytest.mark.parametrize(
    ("box", "extent", "words"),
    [
        (Window(100, 0, 5, 5), None, "does not overlap"),
        (Window(0, 0, 5, 5), [0, 1, 0, 1], "not both"),
        (None, [0, 1, 0, 1], "does not overlap"),
    ],
)
def test_areas_that_make_no_sense(image, box, extent, words):
    with RasterReader(image) as reader, pytest.raises(InputError, match=words):
        mapping_of(reader, box=box, extent=extent)


@pytest.mark.parametrize("pixel_size", [(10.0, -10.0), (10.0, 10.0), (20.0, -5.0)])
def test_extent_on_any_grid(make_raster, pixel_size):
    path = make_raster("grid.tif", np.ones((40, 30), np.uint8), pixel_size=pixel_size)
    with RasterReader(path) as reader:
        corner = reader.grid.crop(Window(4, 6, 10, 8)).geotransform
        xs = sorted((corner[0], corner[0] + 10 * pixel_size[0]))
        ys = sorted((corner[3], corner[3] + 8 * pixel_size[1]))
        assert mapping_of(reader, extent=[*xs, *ys]).plan.area == Window(4, 6, 10, 8)


def test_an_extent_within_one_pixel_gives_this_pixel(image):
    with RasterReader(image) as reader:
        assert mapping_of(reader, extent=[500106, 500109, 5799931, 5799934]).plan.area == Window(10, 6, 1, 1)


@pytest.mark.parametrize("panel_px", [7, 21, 35, 70])
def test_panels_do_not_change_the_map(image, read_pixels, tmp_path, panel_px):
    expected = map_of(tmp_path / "a.tif", image, read_pixels)
    found = map_of(tmp_path / "b.tif", image, read_pixels, block_px=7, panel_px=panel_px)
    np.testing.assert_array_equal(found, expected)


def test_blocks_that_do_not_fit_into_the_memory_are_halved(image, read_pixels, tmp_path):
    events, sizes = [], []

    def predict(views):
        if views[0].rows.size * views[0].columns.size > 300:
            raise MemoryError("too large")
        sizes.append(views[0].rows.size * views[0].columns.size)
        return window_mean(views)

    expected = map_of(tmp_path / "a.tif", image, read_pixels)
    with RasterReader(image) as reader:
        write_map(
            str(tmp_path / "b.tif"), mapping_of(reader, predict=predict, block_px=32), None, Progress(events.append)
        )
    np.testing.assert_array_equal(read_pixels(tmp_path / "b.tif"), expected)
    warnings = [e["text"] for e in events if e["event"] == "warning"]
    assert len(warnings) >= 2 and all("half that size" in text for text in warnings)  # 1024 -> 512 -> 256
    assert max(sizes) <= 256


def test_memory_that_is_too_small_for_anything_is_an_error(image, tmp_path):
    def predict(views):
        raise MemoryError

    with RasterReader(image) as reader, pytest.raises(MemoryError, match="1 × 1"):
        write_map(str(tmp_path / "b.tif"), mapping_of(reader, predict=predict))
    assert [p.name for p in tmp_path.iterdir()] == ["image.tif"]


def test_scaled_probabilities(image, read_pixels, tmp_path):
    exact = map_of(tmp_path / "f.tif", image, read_pixels, result="probabilities")
    scaled = map_of(tmp_path / "u.tif", image, read_pixels, result="probabilities", precision="uint8")
    assert scaled.dtype == np.uint8
    np.testing.assert_allclose(scaled / 250, exact, atol=0.5 / 250 + 1e-6)
    dataset = gdal.Open(str(tmp_path / "u.tif"))
    assert dataset.GetRasterBand(1).GetScale() == 1 / 250
    assert dataset.GetRasterBand(1).GetNoDataValue() == 255
    del dataset


def test_several_predictors_give_the_map_of_one(image, read_pixels, tmp_path):
    expected = map_of(tmp_path / "a.tif", image, read_pixels)
    threads = set()

    def predict(views):
        threads.add(threading.get_ident())
        return window_mean(views)

    with RasterReader(image) as reader:
        mapping = mapping_of(reader, predict=predict, block_px=16)
        write_map(str(tmp_path / "b.tif"), replace(mapping, predicts=[predict] * 3))
    np.testing.assert_array_equal(read_pixels(tmp_path / "b.tif"), expected)
    assert len(threads) == 3 * BLOCKS_PER_DEVICE


def test_cancelling_ends_all_threads_and_leaves_nothing(image, tmp_path):
    progress = Progress()

    def predict(views):
        progress.cancelled.set()
        return window_mean(views)

    before = threading.active_count()
    with RasterReader(image) as reader, pytest.raises(Cancelled):
        write_map(str(tmp_path / "b.tif"), mapping_of(reader, predict=predict, block_px=8), None, progress)
    assert threading.active_count() == before
    assert [p.name for p in tmp_path.iterdir()] == ["image.tif"]


def test_each_part_of_the_file_is_read_once(make_raster, tmp_path, monkeypatch):
    pixels = np.random.default_rng(0).integers(1, 40, (300, 200)).astype(np.uint16)
    image = make_raster("image.tif", pixels)
    tiled = str(tmp_path / "tiled.tif")
    gdal.Translate(tiled, image, creationOptions=["TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64"])
    times_read = np.zeros((300, 200), int)
    read = RasterReader.read

    def counting(self, window, into=None):
        times_read[window.slices] += 1
        return read(self, window, into)

    monkeypatch.setattr(RasterReader, "read", counting)
    with RasterReader(tiled) as reader:
        write_map(str(tmp_path / "map.tif"), mapping_of(reader, block_px=50, panel_px=200))
    assert (times_read == 1).all()
