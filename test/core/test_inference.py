import numpy as np
import pytest

from rasterlearn.core.blocks import Halo, Window
from rasterlearn.core.classes import ClassMap, LandClass
from rasterlearn.core.errors import InputError
from rasterlearn.core.inference import BlockReader, area_to_map, write_map
from rasterlearn.core.normalization import Normalization
from rasterlearn.core.raster import RasterReader, read_legend

CLASSES = ClassMap.of(
    [LandClass(3, "low", "#0000ff"), LandClass(40, "middle", "#00ff00"), LandClass(200, "high", "#ff0000")]
)
HALO = Halo.of_patch(4, 4)


def window_mean(block):
    """Scores of three classes from the mean of a 4 × 4 window: neither Keras nor scikit-learn."""
    views = np.lib.stride_tricks.sliding_window_view(block[..., 0], (4, 4), axis=(1, 2))
    level = np.stack([40 - views.mean((3, 4)), np.full(views.shape[:3], 20.0), views.mean((3, 4))], axis=-1)
    scores = np.exp((level - level.max(-1, keepdims=True)) / 10)
    return (scores / scores.sum(-1, keepdims=True)).astype(np.float32)


@pytest.fixture
def image(make_raster):
    return make_raster("image.tif", np.random.default_rng(0).integers(1, 40, (61, 83)).astype(np.uint16), nodata=0)


def map_of(path, image, read_pixels, border="full", box=None, **options):
    with RasterReader(image) as reader:
        blocks = BlockReader(reader, options.pop("transform", None), [20.0])
        area = area_to_map(reader, HALO, border, box, None)
        write_map(str(path), blocks, area, HALO, options.pop("predict", window_mean), CLASSES, **options)
    return read_pixels(path)


def test_oracle_on_the_whole_image(image, read_pixels, tmp_path):
    found = map_of(tmp_path / "map.tif", image, read_pixels)[..., 0]
    padded = np.pad(read_pixels(image)[..., 0].astype(np.float32), ((2, 1), (2, 1)), mode="reflect")
    expected = CLASSES.values[window_mean(padded[np.newaxis, ..., np.newaxis])[0].argmax(-1)]
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
        blocks = BlockReader(reader, None, [20.0])
        with pytest.raises(ValueError, match="does not fit"):
            write_map(str(tmp_path / "m.tif"), blocks, Window(0, 0, 20, 20), Halo(1, 2, 1, 1), window_mean, CLASSES)
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
    patch_of_left_neighbor = np.full((1, 4, 4, 1), 39, np.float32)
    patch_of_left_neighbor[0, 2, 3] = 20
    np.testing.assert_allclose(probabilities[10, 11], window_mean(patch_of_left_neighbor)[0, 0, 0], rtol=1e-6)


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

    def predict(block):
        seen.append(block)
        return window_mean(block)

    map_of(tmp_path / "map.tif", image, read_pixels, transform=transform, predict=predict)
    np.testing.assert_array_equal(seen[0][0, 2:-1, 2:-1, 0], read_pixels(image)[..., 0] * 0.5 + 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("full", Window(100, 0, 5, 5), None), "does not overlap"),
        (("full", Window(0, 0, 5, 5), [0, 1, 0, 1]), "not both"),
        (("full", None, [0, 1, 0, 1]), "does not overlap"),
    ],
)
def test_areas_that_make_no_sense(image, arguments, words):
    with RasterReader(image) as reader, pytest.raises(InputError, match=words):
        area_to_map(reader, HALO, *arguments)


@pytest.mark.parametrize("pixel_size", [(10.0, -10.0), (10.0, 10.0), (20.0, -5.0)])
def test_extent_on_any_grid(make_raster, pixel_size):
    path = make_raster("grid.tif", np.ones((40, 30), np.uint8), pixel_size=pixel_size)
    with RasterReader(path) as reader:
        corner = reader.grid.crop(Window(4, 6, 10, 8)).geotransform
        xs = sorted((corner[0], corner[0] + 10 * pixel_size[0]))
        ys = sorted((corner[3], corner[3] + 8 * pixel_size[1]))
        assert area_to_map(reader, HALO, "full", None, [*xs, *ys]) == Window(4, 6, 10, 8)


def test_an_extent_within_one_pixel_gives_this_pixel(image):
    with RasterReader(image) as reader:
        assert area_to_map(reader, HALO, "full", None, [500106, 500109, 5799931, 5799934]) == Window(10, 6, 1, 1)
