"""Maps with smaller pixels than their image, compared with the network run on the whole image at once."""

import os
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers

from rasterlearn.core.base.errors import Cancelled, InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.evaluation.model_inputs import SourceImage
from rasterlearn.core.evaluation.network_geometry import field_of
from rasterlearn.core.evaluation.predictors import image_predictor, layer_by_layer
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.mapping.block_reader import BlockReader
from rasterlearn.core.mapping.map_writer import Evaluator
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window

VALUES = {"result": "values"}
HEIGHT, WIDTH = 23, 31
MIRRORED_PX = 24  # a multiple of all alignments, and more than any receptive field


@pytest.fixture
def pixels():
    return np.random.default_rng(0).integers(1, 900, (HEIGHT, WIDTH, 2)).astype(np.uint16)


@pytest.fixture
def image(make_raster, pixels):
    return make_raster("image.tif", pixels, nodata=0)


@pytest.fixture
def mapped(tmp_path, read_pixels):
    """Maps images with a network; the map's pixels and grid."""

    def run(network, images, name="map.tif", progress=None, **options):
        classes = ClassMap.of([LandClass(10 + i, f"class {i}") for i in range(network.output_shape[-1])])
        images, sources = ([images] if isinstance(images, str) else images), []
        for image, tensor in zip(images, network.inputs):
            with RasterReader(image) as reader:
                source = Source.of_image(reader, *tensor.shape[1:3][::-1])
                sources.append(source.with_fill([400.0] * reader.band_count))
        output, model = str(tmp_path / name), tmp_path / f"{network.name}.rlmodel"
        if not model.exists():  # a file that is written again has another fingerprint
            save_model(str(model), Model.of_network(network, "finer", classes, tuple(sources), {}))
        apply_model(images, str(model), output, Options(**options), progress)
        with RasterReader(output) as reader:
            return read_pixels(output), reader.grid

    return run


def repeating(across, down):
    """A network that repeats each pixel several times."""
    image = keras.Input((8, 8, 2))
    return keras.Model(image, layers.UpSampling2D((down, across))(image))


def mirrored(pixels):
    margins = ((MIRRORED_PX, MIRRORED_PX + 1), (MIRRORED_PX, MIRRORED_PX + 1), (0, 0))
    return np.pad(pixels.astype(np.float32), margins, mode="reflect")


def answer_to(network, *images):
    return np.asarray(layer_by_layer(network)(*(image[np.newaxis] for image in images)))[0]


def super_resolution(enlarged, size=16):
    """Sub-sampled, enlarged, with a skip, all padded: 2 or 4 times as many pixels, by what enlarges."""
    keras.utils.set_random_seed(2)
    image = keras.Input((size, size, 2))
    a = layers.Conv2D(6, 3, padding="same", activation="tanh")(layers.Rescaling(1e-3)(image))
    b = layers.Conv2D(6, 3, strides=2, padding="same", activation="tanh")(a)
    c = layers.UpSampling2D(2, interpolation="bilinear")(b)
    x = layers.Add()([a, c])
    for layer in enlarged:
        x = layer(x)
    return keras.Model(image, layers.Conv2D(3, 3, padding="same", activation="softmax")(x))


NETWORKS = {
    "repeated": lambda: super_resolution([layers.UpSampling2D(2)]),
    "bilinear 4": lambda: super_resolution([layers.UpSampling2D(4, interpolation="bilinear")]),
    "transposed": lambda: super_resolution([layers.Conv2DTranspose(6, 3, strides=2, padding="same")]),
    "transposed twice": lambda: super_resolution(
        [layers.Conv2DTranspose(6, 4, strides=2, padding="same", activation="relu") for _ in range(2)]
    ),
    "output padding": lambda: super_resolution(
        [layers.Conv2DTranspose(6, 3, strides=2, padding="same", output_padding=1)]
    ),
}


@pytest.mark.parametrize(("across", "down"), [(2, 2), (3, 3), (4, 4), (2, 1)])
def test_repeated_pixels_are_the_image_in_smaller_ones(image, pixels, mapped, across, down):
    expected = np.repeat(np.repeat(pixels, down, axis=0), across, axis=1)
    for block_px in (0, 7):
        found, grid = mapped(repeating(across, down), image, block_px=block_px, **VALUES)
        np.testing.assert_array_equal(found, expected)
    assert grid.geotransform == (500000.0, 10 / across, 0.0, 5800000.0, 0.0, -10 / down)


@pytest.mark.parametrize(
    ("factor", "pixel_size", "geotransform"),
    [
        (2, (10.0, -10.0), (500030.0, 5.0, 0.0, 5799950.0, 0.0, -5.0)),
        (4, (10.0, -10.0), (500030.0, 2.5, 0.0, 5799950.0, 0.0, -2.5)),
        (2, (0.7, 0.3), (500002.1, 0.35, 0.0, 5800001.5, 0.0, 0.15)),  # not square, south-up
        (4, (0.7, 0.3), (500002.1, 0.175, 0.0, 5800001.5, 0.0, 0.075)),
    ],
)
def test_a_box_counts_pixels_of_the_image(make_raster, pixels, mapped, factor, pixel_size, geotransform):
    image = make_raster("image.tif", pixels, pixel_size=pixel_size)
    part = np.repeat(np.repeat(pixels[5:12, 3:14], factor, axis=0), factor, axis=1)
    for block_px in (0, 5):
        found, grid = mapped(repeating(factor, factor), image, box=Window(3, 5, 11, 7), block_px=block_px, **VALUES)
        np.testing.assert_array_equal(found, part)
        np.testing.assert_allclose(grid.geotransform, geotransform, rtol=0, atol=1e-6 * min(map(abs, pixel_size)))


def test_an_extent_takes_the_smaller_pixels_that_it_touches(image, pixels, mapped):
    found, grid = mapped(repeating(4, 4), image, extent=(500012.6, 500027.4, 5799970.0, 5799988.0), **VALUES)
    assert grid.geotransform == (500012.5, 2.5, 0.0, 5799990.0, 0.0, -2.5)
    assert (grid.width, grid.height) == (6, 8)
    np.testing.assert_array_equal(found[0, :, 0], pixels[1, [1, 1, 1, 2, 2, 2], 0])


def test_a_part_outside_the_image_is_refused_in_its_pixels(image, mapped):
    with pytest.raises(InputError, match=r"columns 0 … 30, rows 0 … 22"):
        mapped(repeating(2, 2), image, box=Window(31, 0, 5, 5), **VALUES)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_map_is_the_network_on_the_whole_image(name, image, pixels, mapped):
    network = NETWORKS[name]()
    factor = network.output_shape[1] // 16
    start = MIRRORED_PX * factor
    expected = answer_to(network, mirrored(pixels))[start : start + HEIGHT * factor, start : start + WIDTH * factor]
    for block_px in (0, 1 if name == "repeated" else 11, 16, 37):
        found, grid = mapped(network, image, result="probabilities", block_px=block_px)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert grid.geotransform == (500000.0, 10 / factor, 0.0, 5800000.0, 0.0, -10 / factor)


def test_a_border_that_is_valid_and_all_results(image, pixels, mapped):
    """Of valid convolutions around a transposed one; what they leave out counted by hand."""
    keras.utils.set_random_seed(4)
    shown = keras.Input((12, 12, 2))
    x = layers.Conv2D(4, 3, activation="tanh")(layers.Rescaling(1e-3)(shown))
    x = layers.Conv2D(4, 5)(layers.UpSampling2D(2)(x))
    network = keras.Model(shown, layers.Softmax()(x))
    whole = answer_to(network, pixels.astype(np.float32))
    assert whole.shape[:2] == (2 * HEIGHT - 8, 2 * WIDTH - 8)
    maps = {}
    for result in ("probabilities", "classes", "confidence"):
        maps[result], grid = mapped(network, image, border="valid", result=result, block_px=10)
        assert grid.geotransform == (500020.0, 5.0, 0.0, 5799980.0, 0.0, -5.0)  # 4 half pixels
        assert (grid.width, grid.height) == whole.shape[1::-1]
    np.testing.assert_allclose(maps["probabilities"], whole, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(maps["classes"][..., 0], 10 + maps["probabilities"].argmax(axis=-1))
    np.testing.assert_array_equal(maps["confidence"][..., 0], maps["probabilities"].max(axis=-1))


def test_nodata_covers_all_that_lies_in_its_pixel(make_raster, pixels, mapped):
    pixels[4, 6, 1] = pixels[22, 30, 0] = 0
    found, _ = mapped(NETWORKS["transposed"](), make_raster("i.tif", pixels, nodata=0), block_px=9)
    rows, columns = np.nonzero(found[..., 0] == 255)
    assert sorted(zip(rows.tolist(), columns.tolist())) == sorted(
        (2 * r + i, 2 * c + j) for r, c in ((4, 6), (22, 30)) for i in (0, 1) for j in (0, 1)
    )


def test_tiles_and_going_on_after_a_crash(image, mapped, tmp_path):
    class CancelledInTheMiddle(Progress):
        def report(self, fraction, text=""):
            if fraction > 0.6:
                raise Cancelled("in the middle")

    network, events = NETWORKS["transposed"](), []
    whole, grid = mapped(network, image, block_px=8)
    with pytest.raises(Cancelled):
        mapped(network, image, "on.tif", CancelledInTheMiddle(), block_px=8, resume=True)
    resumed, _ = mapped(network, image, "on.tif", Progress(events.append), block_px=8, resume=True)
    np.testing.assert_array_equal(resumed, whole)
    assert any("of 6 strips were mapped before" in event.get("text", "") for event in events)
    tiles, tiled = mapped(network, image, "map.vrt", block_px=8)
    np.testing.assert_array_equal(tiles, whole)
    assert tiled == replace(grid, crs=tiled.crs) and len(os.listdir(tmp_path / "map.tiles")) == 6


def test_the_plan_counts_pixels_of_the_map(image, mapped):
    events = []
    with pytest.raises(InputError):  # there is no map to open
        mapped(repeating(4, 4), image, "dry.tif", Progress(events.append), dry_run=True, block_px=32, **VALUES)
    (plan,) = (event["text"] for event in events if "Dry run" in event.get("text", ""))
    assert f"{4 * WIDTH} × {4 * HEIGHT} pixels of 2.5 × 2.5" in plan and "12 blocks of 32 × 32" in plan


def test_raw_bytes_are_those_of_a_pixel_of_the_map(image):
    field = field_of(repeating(2, 2), 0, 8)
    with RasterReader(image) as reader:
        assert BlockReader([SourceImage(reader, None, (0.0, 0.0))], field, field).bytes_per_pixel == 1  # 2 × 2 bytes


def test_blocks_that_are_halved_for_lack_of_memory(image):
    network = NETWORKS["transposed"]()
    field, sizes = field_of(network, 0, 16), []
    predict = image_predictor(layer_by_layer(network), (field, field))

    def with_little_memory(views):
        sizes.append(views[0].pixels.shape)
        if len(sizes) < 3:
            raise MemoryError
        return predict(views)

    with RasterReader(image) as reader:
        blocks = BlockReader([SourceImage(reader, None, (0.0, 0.0))], field, field)
        (block,) = blocks.strips([Window(5, 3, 40, 30)], 40)
        np.testing.assert_allclose(Evaluator(with_little_memory, blocks)(block), predict(block.views), atol=1e-6)
    assert len(sizes) > 4


def meeting(*factors, padding="same"):
    """A network of sources with these numbers of pixels per coarsest pixel; its output has the finest grid."""
    keras.utils.set_random_seed(5)
    finest = max(factors)
    shown = [keras.Input((8 * factor, 8 * factor, 1)) for factor in factors]
    parts = []
    for image, factor in zip(shown, factors):
        x = layers.Conv2D(3, 3, padding=padding, activation="tanh")(layers.Rescaling(1e-3)(image))
        if factor < finest:
            x = layers.Conv2DTranspose(3, 3, strides=finest // factor, padding="same", activation="tanh")(x)
        cut = (finest // min(factors) - finest // factor) if padding == "valid" else 0
        parts.append(layers.Cropping2D(cut)(x))
    x = layers.Conv2D(3, 3, padding=padding)(layers.Concatenate()(parts))
    return keras.Model(shown, layers.Softmax()(x))


@pytest.fixture
def scene(make_raster):
    """Images of one place, with 1, 2 or 4 pixels per 40 m, each shifted by some of its pixels."""
    whole = {f: np.random.default_rng(f).integers(1, 900, (20 * f, 26 * f, 1)).astype(np.uint16) for f in (1, 2, 4)}

    def make(factor, left=0, top=0, nodata=None):
        size = 40 / factor
        origin = (500000 + left * size, 5800000 - top * size)
        pixels = whole[factor].copy()
        if nodata:
            pixels[nodata] = 0
        return make_raster(f"{factor}.tif", pixels[top:, left:], 0, origin, (size, -size))

    return whole, make


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(
    ("factors", "begins"),
    [
        ((1, 2), ((0, 0), (0, 0))),
        ((1, 2), ((2, 1), (3, 5))),
        ((2, 1), ((3, 1), (0, 1))),  # the corner of the first lies in the middle of a pixel of the second
        ((4, 1), ((3, 2), (1, 0))),
        ((1, 4), ((1, 0), (3, 2))),
        ((2, 4, 1), ((3, 1), (5, 7), (0, 0))),
        ((4, 1, 2), ((5, 7), (0, 0), (3, 1))),
    ],
)
def test_sources_meet_at_the_pixels_of_the_finest(scene, mapped, factors, begins, padding):
    whole, make = scene
    network, finest = meeting(*factors, padding=padding), max(factors)
    images = [make(factor, *begin) for factor, begin in zip(factors, begins)]
    expected = answer_to(network, *(whole[factor].astype(np.float32) for factor in factors))
    lost = (20 * finest - len(expected)) // 2
    for block_px in (0, 9):
        found, grid = mapped(network, images, border="valid", result="probabilities", block_px=block_px)
        assert grid.geotransform[1::4] == (40 / finest, -40 / finest)
        column = round((grid.geotransform[0] - 500000) / 40 * finest) - lost
        row = round((5800000 - grid.geotransform[3]) / 40 * finest) - lost
        assert min(column, row) >= 0 and min(found.shape[:2]) > 8 * finest
        part = expected[row : row + grid.height, column : column + grid.width]
        np.testing.assert_allclose(found, part, rtol=1e-5, atol=1e-6)


def test_sources_that_meet_are_mirrored_each_for_itself(scene, mapped):
    whole, make = scene
    network = meeting(1, 2)
    expected = answer_to(
        network,
        *(np.pad(whole[f].astype(np.float32), ((8 * f, 8 * f),) * 2 + ((0, 0),), mode="reflect") for f in (1, 2)),
    )
    found, grid = mapped(network, [make(1), make(2)], result="probabilities", block_px=13)
    np.testing.assert_allclose(found, expected[16:-16, 16:-16], rtol=1e-5, atol=1e-6)
    assert grid.geotransform == (500000.0, 20.0, 0.0, 5800000.0, 0.0, -20.0)


def test_nodata_of_sources_that_meet(scene, mapped):
    _, make = scene
    found, _ = mapped(meeting(1, 2), [make(1, nodata=(3, 4)), make(2, nodata=(12, 21))], block_px=11)
    rows, columns = np.nonzero(found[..., 0] == 255)
    assert sorted(zip(rows.tolist(), columns.tolist())) == [(6, 8), (6, 9), (7, 8), (7, 9), (12, 21)]


@pytest.mark.parametrize(("factors", "begins"), [((1, 2), ((1, 2), (0, 0))), ((4, 1), ((4, 8), (0, 0)))])
def test_sources_meet_at_the_pixels_of_the_coarsest(scene, mapped, factors, begins):
    whole, make = scene
    shown = [keras.Input((8 * factor, 8 * factor, 1)) for factor in factors]
    x = [layers.AveragePooling2D(f)(layers.Rescaling(1e-3)(image)) for image, f in zip(shown, factors)]
    network = keras.Model(shown, layers.Conv2D(2, 3, padding="same")(layers.Concatenate()(x)))
    expected = answer_to(network, *(whole[factor].astype(np.float32) for factor in factors))
    images = [make(factor, *begin) for factor, begin in zip(factors, begins)]
    found, grid = mapped(network, images, border="valid", block_px=7, **VALUES)
    row, column = round((5800000 - grid.geotransform[3]) / 40), round((grid.geotransform[0] - 500000) / 40)
    assert grid.geotransform[1] == 40 and min(found.shape[:2]) > 10
    np.testing.assert_allclose(found, expected[row:, column:][: grid.height, : grid.width], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (5.0, 0.0)])
def test_sources_that_do_not_meet(scene, make_raster, mapped, shift):
    """Pixels of the same size where the network needs half of it, and edges that do not lie on each other."""
    _, make = scene
    pixels, size = np.ones((40, 52), np.uint16), 20.0 if any(shift) else 40.0
    other = make_raster("o.tif", pixels, origin=(500000.0 + shift[0], 5800000.0), pixel_size=(size, -size))
    with pytest.raises(InputError, match="image 2 with 2 × 2 pixels for each pixel of the first image.*Warp"):
        mapped(meeting(1, 2), [make(1), other])


def test_two_coarse_sources_that_meet_the_first_at_different_places(scene, make_raster, mapped):
    whole, make = scene
    other = make_raster("o.tif", whole[1], origin=(500020.0, 5800000.0), pixel_size=(40.0, -40.0))
    with pytest.raises(InputError, match="image 3 with 1/2 × 1/2 pixels"):
        mapped(meeting(2, 1, 1), [make(2), make(1), other])
