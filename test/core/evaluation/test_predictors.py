import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from osgeo import gdal

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.map_results import RESULT_TABLE
from rasterlearn.core.evaluation import predictors as evaluation
from rasterlearn.core.evaluation.model_inputs import SourceImage
from rasterlearn.core.evaluation.network_geometry import Field, field_of
from rasterlearn.core.evaluation.predictors import (
    image_predictor,
    layer_by_layer,
    patch_predictor,
    require_equal_to_patches,
)
from rasterlearn.core.evaluation.view import View
from rasterlearn.core.images.answers import ClassAnswer
from rasterlearn.core.mapping.block_reader import BlockReader
from rasterlearn.core.mapping.encoding import Encoder
from rasterlearn.core.mapping.map_writer import Mapping, write_map
from rasterlearn.core.mapping.tiling_plan import Plan
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape


def test_patch_mode_is_the_definition(monkeypatch):
    monkeypatch.setattr(evaluation, "PATCHES_PER_BATCH", 37)
    network = MODELS["patch_cnn"].build([SourceShape(16, 16, 2, [0.0, 1.0], [1.0, 4.0])], 3)
    pixels = np.random.default_rng(0).normal(size=(30, 21, 2)).astype(np.float32)
    patches = np.array([pixels[r : r + 16, c : c + 16] for r in range(15) for c in range(6)])
    expected = np.asarray(network(patches, training=False)).reshape(15, 6, 3)
    found = patch_predictor(layer_by_layer(network), [(16, 16)])([View.of(pixels, 16, 16)])
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_patches_of_a_source_with_larger_pixels():
    fine, coarse = keras.Input((4, 4, 1)), keras.Input((2, 2, 1))
    network = keras.Model([fine, coarse], layers.Concatenate()([layers.Flatten()(fine), layers.Flatten()(coarse)]))
    rng = np.random.default_rng(0)
    rows, columns = np.array([0, 0, 1, 1], np.int32), np.array([0, 1, 1], np.int32)
    of_fine = View.of(rng.normal(size=(7, 6, 1)).astype(np.float32), 4, 4)
    of_coarse = View(rng.normal(size=(3, 3, 1)).astype(np.float32), rows, columns)
    found = patch_predictor(layer_by_layer(network), [(4, 4), (2, 2)])([of_fine, of_coarse])
    for r in range(4):
        for c in range(3):
            expected = [of_fine.pixels[r : r + 4, c : c + 4], of_coarse.pixels[rows[r] :, columns[c] :][:2, :2]]
            np.testing.assert_array_equal(found[r, c], np.concatenate([e.ravel() for e in expected]))


def u_net():
    """Every cell depends on 3 + 2 · 3 pixels around it, padded with zeros at the edge of the block."""
    keras.utils.set_random_seed(3)
    image = keras.Input((32, 32, 2))
    a = layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    b = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.MaxPooling2D(2)(a))
    c = layers.Conv2DTranspose(4, 3, strides=2, padding="same")(b)
    x = layers.Conv2D(3, 3, padding="same")(layers.Concatenate()([a, c]))
    return keras.Model(image, layers.Softmax()(x))


@pytest.mark.parametrize("only_classes", [True, False])
def test_blocks_of_an_image_network_equal_the_whole_image(only_classes):
    network = u_net()
    field = field_of(network, 0, 32)
    pixels = np.random.default_rng(0).normal(size=(96, 64, 2)).astype(np.float32)
    whole = np.asarray(layer_by_layer(network)(pixels[np.newaxis]))[0]
    start, stop = field.aligned(24, 40)
    low, high = field.pixels(start, stop)
    predict = image_predictor(layer_by_layer(network), (field, field), only_classes)
    found = predict([View(pixels[low:high, low:high], np.arange(1), np.arange(1))])
    expected = whole[start:stop, start:stop]
    if only_classes:
        np.testing.assert_array_equal(found, expected.argmax(-1))
    else:
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_a_wrong_dense_evaluation_is_noticed(monkeypatch):
    network = MODELS["patch_cnn"].build([SourceShape(16, 16, 2, [0.0, 1.0], [1.0, 4.0])], 3)
    require_equal_to_patches(network, [(16, 16)], [True], [[0.0, 1.0]])
    dense = evaluation.dense_predictor

    def slightly_wrong(*arguments):
        predict = dense(*arguments)
        return lambda views: predict(views) + np.float32(0.001)

    monkeypatch.setattr(evaluation, "dense_predictor", slightly_wrong)
    with pytest.raises(InputError, match="differs from patch by patch.*MODE=patch"):
        require_equal_to_patches(network, [(16, 16)], [True], [[0.0, 1.0]])


def test_tensorflow_out_of_memory_becomes_memory_error():
    def predict(views):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor\nmore")

    with pytest.raises(MemoryError, match="OOM when allocating tensor$"):
        evaluation.with_memory_errors(predict)([])


FIVE_CLASSES = ClassMap.of([LandClass(i) for i in range(5)])


class TestOtbtf:
    """The maps that OTBTF itself made with two of its networks, pixel by pixel."""

    def mapped(self, image, tmp_path, read_pixels, predict, field, block_px=512, rows=None):
        with RasterReader(str(image)) as reader:
            blocks = BlockReader([SourceImage(reader, None, [0.0] * 4)], field, field)
            area = blocks.area("valid")
            plan = Plan(area.intersect(Window(area.x, area.y, area.width, rows or area.height)), block_px, 4 * block_px)
            encoder = Encoder(RESULT_TABLE["classes"], ClassAnswer(FIVE_CLASSES))
            mapping = Mapping(blocks, [predict], plan, encoder, FIVE_CLASSES)
            write_map(str(tmp_path / "map.tif"), mapping)
        return read_pixels(tmp_path / "map.tif")

    def network(self, reference, number):
        self.loaded = tf.saved_model.load(str(reference / f"savedmodel_network{number}"))  # owns the variables
        return lambda x: self.loaded.signatures["serving_default"](x=x)["probabilities"]

    def test_patch_mode(self, reference, tmp_path, read_pixels):
        evaluate = self.network(reference, 1)
        predict = patch_predictor(lambda x: evaluate(x)[:, 0, 0], [(16, 16)])
        found = self.mapped(reference / "image_10m.tif", tmp_path, read_pixels, predict, Field.of_patch(16), rows=90)
        np.testing.assert_array_equal(found, read_pixels(reference / "map_network1_patch.tif")[:90])

    def test_fully_convolutional(self, reference, tmp_path, read_pixels):
        field = Field.of_cells(16, 1, 1, 1, 0, 0)
        predict = image_predictor(self.network(reference, 2), (field, field), only_classes=True)
        found = self.mapped(reference / "image_10m.tif", tmp_path, read_pixels, predict, field)
        np.testing.assert_array_equal(found, read_pixels(reference / "map_network2_fullyconv.tif"))

    @pytest.mark.parametrize("block_px", [64, 100])
    def test_fully_convolutional_with_larger_pixels(self, reference, tmp_path, read_pixels, block_px):
        """OTBTF's first tile (64 × 64) holds the patches from 4 j on; its later tiles those from 4 j - 1 on."""
        field = Field.of_cells(16, 1, 4, 1, 0, 0)
        predict = image_predictor(self.network(reference, 1), (field, field), only_classes=True)
        expected = read_pixels(reference / "map_network1_fullyconv_scale4.tif")
        for top, row in ((0, 0), (3, 1)):
            for left, column in ((0, 0), (3, 1)):
                # without 3 pixels at its start, the image's cell j - 1 begins at 4 j - 1
                crop = str(tmp_path / f"{top}{left}.vrt")
                gdal.Translate(
                    crop, str(reference / "image_10m.tif"), format="VRT", srcWin=[left, top, 1536 - left, 768 - top]
                )
                found = self.mapped(crop, tmp_path, read_pixels, predict, field, block_px)
                rows, columns = (slice(64, None) if late else slice(0, 64) for late in (row, column))
                shifted = np.full((190, 382, 1), 99, np.uint8)
                shifted[row : row + len(found), column : column + found.shape[1]] = found
                np.testing.assert_array_equal(shifted[:188, :380][rows, columns], expected[rows, columns])
                if not row and not column:
                    assert found.shape[:2] == (189, 381)  # OTBTF leaves out the last row and column

    def test_larger_pixels_lie_in_the_middle_of_their_patches(self, reference, tmp_path, read_pixels):
        field = Field.of_cells(16, 1, 4, 1, 0, 0)
        predict = image_predictor(self.network(reference, 1), (field, field), only_classes=True)
        self.mapped(reference / "image_10m.tif", tmp_path, read_pixels, predict, field)
        with RasterReader(str(tmp_path / "map.tif")) as reader:
            assert reader.grid.geotransform == (330060.0, 40.0, 0.0, 5821980.0, 0.0, -40.0)
