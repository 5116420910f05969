"""Models from other programs: read, probed for their geometry, mapped, and trained further."""

import json
import os
import shutil
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from learning_data import patch_set
from osgeo import gdal
from rounding import require_equal_up_to_rounding
from saved_models import in_session, of_function, served, tensorflow1

from rasterlearn.core.base.errors import InputError, ModelFileError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.exchange.exporting import export_model
from rasterlearn.core.exchange.import_options import ImportOptions
from rasterlearn.core.exchange.importing import import_model
from rasterlearn.core.images.legend import Legend
from rasterlearn.core.learning.graph_training import GraphTrainer
from rasterlearn.core.learning.training_data import TrainingData
from rasterlearn.core.learning.training_loop import Settings
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.graph_use import Dense, GraphUse
from rasterlearn.core.model.model_file import load_model
from rasterlearn.core.raster.classes import LandClass
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.window import Window

VALID = Options(border="valid")
THREE = Legend({value: LandClass(value, f"class {value}") for value in range(3)})


def train_graph(model, training_set, validation_set, settings, placeholders):
    return GraphTrainer(model, settings, placeholders).fit(TrainingData.of(training_set, validation_set))


class Listening(Progress):
    """Keeps what is logged."""

    def __init__(self):
        self.lines = []
        super().__init__(lambda event: self.lines.append(event["text"]))


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    """The tutorial's network as TensorFlow 1 graphs, with both kinds of variables."""
    folder = tmp_path_factory.mktemp("tensorflow1")
    return {resource: tensorflow1(folder / str(resource), resource=resource) for resource in (False, True)}


@pytest.fixture
def image(make_raster):
    rng = np.random.default_rng(3)
    fields = np.kron(rng.integers(0, 4000, (6, 7, 2)), np.ones((9, 9, 1), int))[:53, :61]
    return make_raster("image.tif", (fields + rng.integers(0, 500, fields.shape)).astype("uint16"))


@pytest.fixture
def imported(tmp_path):
    """Imports a model: imported(path, **what the user says) -> (model file, results)."""

    def run(path, images=(), **wanted):
        output = str(tmp_path / "imported.rlmodel")
        return output, import_model(str(path), output, ImportOptions(**wanted), images)

    return run


@pytest.fixture
def mapped(tmp_path, read_pixels):
    """Maps images with a model: pixels (h, w, bands)."""

    def run(images, model, options=VALID):
        apply_model(images if isinstance(images, list) else [images], model, str(tmp_path / "map.tif"), options)
        return read_pixels(tmp_path / "map.tif")

    return run


def patches_of(pixels, size):
    """The patch around every pixel for which there is one, row by row, (n, size, size, c)."""
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (size, size), axis=(0, 1))
    return np.moveaxis(windows, 2, -1).reshape(-1, size, size, pixels.shape[-1])


@pytest.mark.parametrize("resource", [False, True], ids=["reference variables", "resource variables"])
class TestTensorFlow1:
    def test_patch_mode_is_the_graph_on_the_patch_of_every_pixel(
        self, tutorial, resource, imported, mapped, image, read_pixels
    ):
        model, found = imported(tutorial[resource], outputs=["prediction"], scale=1, legend=THREE)
        assert found == {"RECEPTIVE_FIELD": 16, "EXPRESSION_FIELD": 1, "SCALE": 1}
        expected = in_session(tutorial[resource], "prediction:0", x=patches_of(read_pixels(image), 16))
        assert len(np.unique(expected)) > 1
        np.testing.assert_array_equal(mapped(image, model), expected.reshape(38, 46, 1))

    def test_fully_convolutional_with_scale_4(self, tutorial, resource, imported, mapped, image, read_pixels):
        scores = in_session(tutorial[resource], "logits:0", x=read_pixels(image)[np.newaxis])[0]
        for output, result in (("logits", "values"), ("probabilities", "probabilities")):
            model, found = imported(tutorial[resource], outputs=[output])
            assert found == {"RECEPTIVE_FIELD": 16, "EXPRESSION_FIELD": 1, "SCALE": 4}
            expected = in_session(tutorial[resource], f"{output}:0", x=read_pixels(image)[np.newaxis])[0]
            softmax_of = scores if output == "probabilities" else None
            options = replace(VALID, result=result)
            for given in (
                *(replace(options, block_px=block_px) for block_px in (0, 3, 5)),
                replace(options, mode="patch"),
            ):
                require_equal_up_to_rounding(mapped(image, model, given), expected, softmax_of)

    def test_larger_pixels_lie_in_the_middle_of_their_patches(
        self, tutorial, resource, imported, mapped, image, tmp_path
    ):
        model, _ = imported(tutorial[resource], outputs=["probabilities"])
        mapped(image, model)
        origin, found = (gdal.Open(str(p)).GetGeoTransform() for p in (image, tmp_path / "map.tif"))
        assert found == (origin[0] + 6 * origin[1], 4 * origin[1], 0, origin[3] + 6 * origin[5], 0, 4 * origin[5])

    def test_its_own_operation_trains_it(self, tutorial, resource, imported, mapped, image):
        path, _ = imported(tutorial[resource], outputs=["logits"], targets=["optimizer"], labels="y")
        patches, settings = patch_set(90), Settings(epochs=40, batch_size=20)
        training = train_graph(load_model(path), patches, patches, settings, {"lr": 0.0005})
        assert training.accuracy.kappa > 0.8 and training.accuracy.count == 90
        assert training.history[-1]["loss"] < training.history[0]["loss"] / 2
        again = train_graph(load_model(path), patches, patches, settings, {"lr": 0.0005})
        variables = training.model.graph().variables
        assert {name.split("/")[0] for name in variables} >= {"conv1", "classes", "beta1_power"}
        for name, value in variables.items():
            np.testing.assert_array_equal(value, again.model.graph().variables[name])
        still = train_graph(training.model, patches, None, replace(settings, epochs=1), {"lr": 0.0})
        assert still.training_accuracy.matrix.tolist() == training.training_accuracy.matrix.tolist()


def test_every_sample_of_an_epoch_is_trained_on(tmp_path, imported):
    """With 70 samples in batches of 20 an epoch has four steps."""
    path, _ = imported(tensorflow1(tmp_path / "m"), outputs=["logits"], targets=["optimizer"], labels="y")
    training = train_graph(load_model(path), patch_set(70), None, Settings(epochs=3, batch_size=20), {})
    variables = training.model.graph().variables
    np.testing.assert_allclose(variables["beta1_power"], 0.9 ** (1 + 4 * 3), rtol=1e-5)


def test_several_outputs_are_stacked(tutorial, imported, mapped, image, read_pixels):
    names = ["prediction", "probabilities", "features"]
    model, _ = imported(tutorial[True], outputs=names, answer="values")
    found = mapped(image, model, replace(VALID, result="values"))
    x = read_pixels(image)[np.newaxis]
    expected = [in_session(tutorial[True], f"{name}:0", x=x)[0] for name in names]
    expected[0] = expected[0][..., np.newaxis]
    assert found.dtype == np.float32 and found.shape[-1] == 1 + 3 + 32
    np.testing.assert_allclose(found, np.concatenate(expected, axis=-1), rtol=1e-4, atol=1e-4)


def test_scores_become_probabilities(tutorial, imported, mapped, image):
    by_scores, _ = imported(tutorial[False], outputs=["logits"])
    found = mapped(image, by_scores, replace(VALID, result="probabilities"))
    by_probabilities, _ = imported(tutorial[False], outputs=["probabilities"])
    np.testing.assert_allclose(
        found, mapped(image, by_probabilities, replace(VALID, result="probabilities")), atol=1e-6
    )


def test_a_keras_export_with_batch_normalization(tmp_path, imported, mapped, image, read_pixels):
    """Keras exports copies of its variables under names that its own checkpoint does not use."""
    keras.utils.set_random_seed(4)
    network = keras.Sequential(
        [
            keras.Input((9, 9, 2)), keras.layers.Conv2D(4, 3, activation="relu"), keras.layers.BatchNormalization(),
            keras.layers.MaxPooling2D(), keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax"),
        ]
    )  # fmt: skip
    moving = [np.random.default_rng(0).random(w.shape) + 0.5 for w in network.layers[1].weights]
    network.layers[1].set_weights(moving)
    network.export(str(tmp_path / "export"), verbose=False)
    model, found = imported(tmp_path / "export")
    assert found["RECEPTIVE_FIELD"] == 9
    expected = network.predict(patches_of(read_pixels(image), 9), verbose=0).reshape(45, 53, 3)
    np.testing.assert_allclose(mapped(image, model, replace(VALID, result="probabilities")), expected, atol=1e-5)


def same_padded(images):
    """Three convolutions that keep the size, on every second pixel."""
    kernels = np.random.default_rng(5).normal(size=(3, 3, 3, 2, 2)).astype(np.float32)
    cells = images / 3000
    for number, kernel in enumerate(kernels):
        cells = tf.nn.relu(tf.nn.conv2d(cells, kernel, 2 if number == 1 else 1, "SAME"))
    return {"scores": cells}


def test_padding_at_the_edge_of_blocks_does_not_show(tmp_path, imported, mapped, make_raster, read_pixels):
    path = of_function(tmp_path / "m", same_padded, (None, None, None, 2))
    image = make_raster("even.tif", np.random.default_rng(0).integers(0, 3000, (96, 128, 2)).astype("uint16"))
    model, found = imported(path)
    assert found["SCALE"] == 2
    whole = served(path, image_1=read_pixels(image)[np.newaxis])["scores"][0]
    for block_px in (0, 7, 32):
        values = mapped(image, model, Options(result="values", block_px=block_px))
        assert values.shape == whole.shape
        np.testing.assert_allclose(values[4:-4, 4:-4], whole[4:-4, 4:-4], rtol=1e-4, atol=1e-4)


def blocks_of_four(images):
    """Outputs 4 × 4 cells in the middle of 8 × 8 pixels, which all depend on the whole patch."""
    total = tf.reduce_sum(images, axis=(1, 2, 3), keepdims=True)
    return {"scores": tf.concat([images[:, 2:6, 2:6] + total, images[:, 2:6, 2:6] * 2], axis=-1)}


def test_an_expression_field_of_four_cells(tmp_path, imported, mapped, image, read_pixels):
    path = of_function(tmp_path / "m", blocks_of_four, (None, 8, 8, 2))
    model, found = imported(path)
    assert (found["RECEPTIVE_FIELD"], found["EXPRESSION_FIELD"]) == (8, 4)
    pixels = read_pixels(image).astype(np.float32)
    values = mapped(image, model, replace(VALID, result="values"))
    assert values.shape[0] % 4 == 0 and values.shape[1] % 4 == 0
    for row in range(0, values.shape[0], 4):
        for column in range(0, values.shape[1], 4):
            expected = served(path, image_1=pixels[np.newaxis, row : row + 8, column : column + 8])["scores"][0]
            np.testing.assert_allclose(values[row : row + 4, column : column + 4], expected, rtol=1e-6)


def test_two_sources_of_different_pixel_size(tmp_path, imported, mapped, make_raster, read_pixels):
    def scores(fine, coarse):
        return {"scores": tf.stack([tf.reduce_mean(fine, (1, 2, 3)), tf.reduce_mean(coarse, (1, 2, 3))], axis=1)}

    path = of_function(tmp_path / "m", scores, (None, 4, 4, 1), (None, 2, 2, 1))
    rng = np.random.default_rng(1)
    fine = make_raster("fine.tif", rng.random((20, 24, 1)).astype("float32"))
    coarse = make_raster("coarse.tif", rng.random((10, 12, 1)).astype("float32"), pixel_size=(20.0, -20.0))
    model, _ = imported(path, images=[fine, coarse], scale=1)
    assert [s.pixel_size for s in load_model(model).sources] == [(10.0, 10.0), (20.0, 20.0)]
    found = mapped([fine, coarse], model, replace(VALID, result="values"))
    small, large = read_pixels(fine)[..., 0], read_pixels(coarse)[..., 0]
    assert found.shape == (17, 21, 2)
    for row, column in ((0, 0), (3, 5), (16, 20), (7, 12)):
        r, c = row + 2, column + 2
        at = (r // 2 - 1, c // 2 - 1)
        expected = small[row : row + 4, column : column + 4].mean(), large[at[0] : at[0] + 2, at[1] : at[1] + 2].mean()
        np.testing.assert_allclose(found[row, column], expected, rtol=1e-5)
    model, _ = imported(path, images=[fine, coarse], scale=2)  # every second pixel
    every_second = mapped([fine, coarse], model, replace(VALID, result="values"))
    assert every_second.shape == (9, 11, 2)
    np.testing.assert_allclose(every_second, found[::2, ::2], rtol=1e-6)


def enlarged(images):
    """A convolution, and another that makes two halves of each pixel; padded."""
    kernels = np.random.default_rng(6).normal(size=(2, 3, 3, 2, 2)).astype(np.float32)
    cells = tf.nn.relu(tf.nn.conv2d(images / 3000, kernels[0], 1, "SAME"))
    size = tf.shape(cells) * [1, 2, 2, 1]
    return {"scores": tf.nn.conv2d_transpose(cells, kernels[1], size, 2, "SAME")}


@pytest.mark.parametrize("scale", [0, 0.5])
def test_smaller_pixels_than_the_image(tmp_path, imported, mapped, make_raster, read_pixels, scale):
    path = of_function(tmp_path / "m", enlarged, (None, None, None, 2))
    image = make_raster("i.tif", np.random.default_rng(0).integers(0, 3000, (41, 37, 2)).astype("uint16"))
    model, found = imported(path, scale=scale)
    assert (found["SCALE"], found["EXPRESSION_FIELD"]) == (0.5, 2 * found["RECEPTIVE_FIELD"])
    whole = served(path, image_1=read_pixels(image)[np.newaxis])["scores"][0]
    for block_px in (0, 7, 32):
        values = mapped(image, model, Options(result="values", block_px=block_px))
        assert values.shape == whole.shape == (82, 74, 2)
        np.testing.assert_allclose(values[8:-8, 8:-8], whole[8:-8, 8:-8], rtol=1e-4, atol=1e-4)
    with RasterReader(str(tmp_path / "map.tif")) as reader:
        assert reader.grid.geotransform == (500000.0, 5.0, 0.0, 5800000.0, 0.0, -5.0)


def fixed_and_enlarged(images, others):
    """Outputs 4 × 4 cells for 4 × 4 pixels of two images: two for each pixel of their middle."""
    total = tf.reduce_sum(others, axis=(1, 2, 3), keepdims=True)
    return {"scores": tf.repeat(tf.repeat((images + 10 * others)[:, 1:3, 1:3] + total, 2, axis=1), 2, axis=2)}


def test_two_sources_shown_patch_by_patch_for_smaller_pixels(tmp_path, imported, mapped, make_raster, read_pixels):
    path = of_function(tmp_path / "m", fixed_and_enlarged, (None, 4, 4, 1), (None, 4, 4, 1))
    pixels = np.random.default_rng(0).random((2, 14, 18, 1)).astype("float32")
    one, other = make_raster("1.tif", pixels[0]), make_raster("2.tif", pixels[1])
    model, found = imported(path, images=[one, other], scale=0.5)
    assert found == {"RECEPTIVE_FIELD": 4, "EXPRESSION_FIELD": 4, "SCALE": 0.5}
    values = mapped([one, other], model, replace(VALID, result="values"))
    assert values.shape == (24, 32, 1)
    for row, column in ((0, 0), (4, 8), (20, 28)):
        r, c = row // 2, column // 2
        patches = pixels[:, np.newaxis, r : r + 4, c : c + 4]
        expected = served(path, image_1=patches[0], image_2=patches[1])["scores"][0]
        np.testing.assert_allclose(values[row : row + 4, column : column + 4], expected, rtol=1e-5)


def test_a_scale_that_is_not_possible(tmp_path, imported):
    path = of_function(tmp_path / "m", fixed_and_enlarged, (None, 4, 4, 1), (None, 4, 4, 1))
    with pytest.raises(InputError, match="4 × 4 cells, so SCALE=1/3 is not possible"):
        imported(path, scale=1 / 3)
    for scale in (0.4, -1, 1.5):
        with pytest.raises(InputError, match=f"such as 0.5.*received {scale:g}"):
            imported(path, scale=scale)


def test_a_description_from_before_smaller_pixels_is_read(tmp_path, imported):
    use = GraphUse(("a:0",), ("b:0",), expression_px=4, scale=4, dense=Dense(4, 2))
    described = use.to_json()
    assert "fineness" not in described and "fineness" not in described["dense"]
    assert GraphUse.from_json(described) == use
    finer = GraphUse(("a:0",), ("b:0",), expression_px=4, fineness=2, dense=Dense(1, 2, 0, 0, 2))
    assert GraphUse.from_json(finer.to_json()) == finer
    for damaged in ({"fineness": 3}, {"fineness": 0}, {"fineness": 2, "dense": None, "expression_px": 3}):
        with pytest.raises(ModelFileError):
            GraphUse.from_json({**finer.to_json(), **damaged})


def test_a_keras_network_is_imported_unchanged(tmp_path, imported, mapped, image, read_pixels):
    keras.utils.set_random_seed(2)
    layers = [keras.Input((7, 7, 2)), keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")]
    network = keras.Sequential(layers)
    network.save(tmp_path / "mine.keras")
    model, found = imported(tmp_path / "mine.keras", images=[image], legend=THREE)
    assert found == {"RECEPTIVE_FIELD": 7}
    assert load_model(model).classes.names == ["class 0", "class 1", "class 2"]
    expected = network.predict(patches_of(read_pixels(image), 7), verbose=0).reshape(47, 55, 3)
    np.testing.assert_allclose(mapped(image, model, replace(VALID, result="probabilities")), expected, atol=1e-5)


def test_without_an_output_it_is_only_described(tutorial, tmp_path):
    progress = Listening()
    assert import_model(tutorial[False], None, ImportOptions(), (), progress) == {}
    text = "\n".join(progress.lines)
    assert "input x: x:0 (float32, ? × ? × ? × 2)" in text
    assert "output prediction: prediction:0 (int64, ? × ? × ?)" in text
    assert "optimizer" in text and "lr" in text
    assert os.listdir(tmp_path) == []


def test_the_geometry_that_was_found_is_logged(tutorial, tmp_path):
    progress = Listening()
    import_model(tutorial[True], str(tmp_path / "m.rlmodel"), ImportOptions(outputs=["logits"]), (), progress)
    assert any(
        "each cell depends on 16 columns of pixels, cells are 4 pixel(s) apart" in line for line in progress.lines
    )


class TestReference:
    """OTBTF's own models give OTBTF's own maps."""

    @pytest.mark.parametrize(
        ("name", "scale", "expected"), [("2", 0, "map_network2_fullyconv.tif"), ("1", 1, "map_network1_patch.tif")]
    )
    def test_map(self, reference, imported, mapped, read_pixels, name, scale, expected):
        image = str(reference / "image_10m.tif")
        model, found = imported(reference / f"savedmodel_network{name}", images=[image], scale=scale)
        assert found == {"RECEPTIVE_FIELD": 16, "EXPRESSION_FIELD": 1, "SCALE": 1}
        part = mapped(image, model, replace(VALID, box=Window(408, 308, 400, 150)))  # the map begins at pixel 8
        np.testing.assert_array_equal(part, read_pixels(reference / expected)[300:450, 400:800])

    def test_fully_convolutional_with_scale_4(self, reference, imported, mapped, read_pixels):
        """OTBTF takes its first 64 × 64 cells from patches at 4 j, all others from 4 j - 1: only these compare."""
        image = str(reference / "image_10m.tif")
        model, found = imported(reference / "savedmodel_network1", images=[image])
        assert found["SCALE"] == 4
        expected = read_pixels(reference / "map_network1_fullyconv_scale4.tif")
        np.testing.assert_array_equal(mapped(image, model)[:64, :64], expected[:64, :64])


class TestRefusals:
    """What cannot be imported or used is refused with a sentence."""

    @pytest.mark.parametrize(
        ("wanted", "message"),
        [
            ({}, "has 4 outputs (features, logits, prediction, probabilities). Choose with OUTPUTS"),
            ({"outputs": ["nonsense"]}, "has no tensor “nonsense”"),
            ({"outputs": ["probabilities"], "signature": "other"}, "has no signature “other”; it has serving_default"),
            ({"outputs": ["probabilities"], "expression_px": 3}, "1 × 1 cells, but EXPRESSION_FIELD is 3"),
            ({"outputs": ["probabilities"], "receptive_px": [20], "expression_px": 1}, "2 × 2 cells"),
            ({"outputs": ["probabilities"], "receptive_px": [7]}, "cannot be evaluated"),
            ({"outputs": ["probabilities"], "receptive_px": [16, 8]}, "1 input(s), but 2 receptive fields"),
            ({"outputs": ["probabilities"], "placeholders": {"rate": 1.0}}, "has no tensor “rate”"),
            ({"outputs": ["prediction"], "legend": Legend({1: LandClass(1)})}, "class values 0 … 2, but LEGEND has 1"),
            ({"outputs": ["probabilities"], "legend": Legend({0: LandClass(0)})}, "3 scores, but LEGEND has 1 classes"),
            ({"outputs": ["probabilities"], "targets": ["optimizer"]}, "TARGETS and LABELS_TENSOR belong together"),
            ({"outputs": ["probabilities"], "targets": ["adam"], "labels": "y"}, "has no operation “adam”"),
            ({"outputs": ["probabilities"], "answer": "classes"}, "needs an output of one channel"),
        ],
    )
    def test_import(self, tutorial, imported, tmp_path, wanted, message):
        with pytest.raises(InputError) as error:
            imported(tutorial[False], **wanted)
        assert message in str(error.value)
        assert os.listdir(tmp_path) == []

    def test_no_saved_model(self, imported, tmp_path):
        with pytest.raises(InputError, match="is not a TensorFlow SavedModel: expected a folder with saved_model.pb"):
            imported(tmp_path)

    def test_damaged(self, tutorial, imported, tmp_path):
        folder = shutil.copytree(tutorial[True], tmp_path / "cut")
        (folder / "saved_model.pb").write_bytes((folder / "saved_model.pb").read_bytes()[:-3000])
        with pytest.raises(ModelFileError, match="is damaged"):
            imported(folder, outputs=["logits"])

    def test_without_its_variables(self, tutorial, imported, tmp_path):
        folder = shutil.copytree(tutorial[True], tmp_path / "bare")
        shutil.rmtree(folder / "variables")
        with pytest.raises(ModelFileError, match="variables of the SavedModel “bare” are damaged or missing"):
            imported(folder, outputs=["logits"])

    def test_an_image_of_another_kind(self, tutorial, imported, make_raster):
        other = make_raster("other.tif", np.zeros((20, 20, 3), "uint8"))
        with pytest.raises(InputError, match=r"takes 2 band\(s\), but the image “other.tif” has 3"):
            imported(tutorial[True], images=[other], outputs=["logits"])

    @pytest.mark.parametrize(
        ("outputs", "options", "message"),
        [
            (["logits"], {"result": "features"}, "has outputs, not features"),
            (["features"], {"result": "entropy"}, "answers with values"),
        ],
    )
    def test_results_that_a_graph_does_not_give(self, tutorial, imported, mapped, image, outputs, options, message):
        model, _ = imported(tutorial[True], outputs=outputs, answer="values" if outputs == ["features"] else "auto")
        with pytest.raises(InputError, match=message):
            mapped(image, model, replace(VALID, **options))

    def test_probabilities_of_a_graph_that_only_tells_the_class(self, tmp_path, imported, mapped, image):
        path = of_function(
            tmp_path / "m", lambda x: {"prediction": tf.cast(x[..., :1] > 0.5, tf.int32)}, (None, None, None, 2)
        )
        with pytest.raises(InputError, match="Give a LEGEND"):
            imported(path)
        model, _ = imported(path, legend=THREE)
        with pytest.raises(InputError, match="without probabilities"):
            mapped(image, model, replace(VALID, result="entropy"))

    def test_class_values_that_the_legend_does_not_have(self, tmp_path, imported, mapped, image):
        path = of_function(
            tmp_path / "m", lambda x: {"prediction": tf.cast(x[..., :1], tf.int32)}, (None, None, None, 2)
        )
        model, _ = imported(path, legend=THREE)
        with pytest.raises(InputError, match="which its legend does not have: 0 class 0"):
            mapped(image, model)

    def test_dense_evaluation_that_is_not_possible(self, tutorial, imported, mapped, image):
        model, _ = imported(tutorial[True], outputs=["logits"], scale=1)
        with pytest.raises(InputError, match="not evaluated on larger images"):
            mapped(image, model, replace(VALID, mode="dense"))

    def test_exporting_it_again(self, tutorial, imported, tmp_path):
        model, _ = imported(tutorial[True], outputs=["logits"])
        with pytest.raises(InputError, match="An imported graph cannot be exported again"):
            export_model(model, saved_model=str(tmp_path / "again"))
        export_model(model, stac=str(tmp_path / "item.json"))
        item = json.loads((tmp_path / "item.json").read_text())
        assert item["properties"]["mlm:framework"] == "TensorFlow"
        assert item["properties"]["mlm:total_parameters"] == 16 * 51 + 16 * 145 + 32 * 65 + 3 * 33

    def test_training_without_an_operation(self, tutorial, imported):
        path, _ = imported(tutorial[True], outputs=["logits"])
        with pytest.raises(InputError, match="imported without its training operation"):
            train_graph(load_model(path), patch_set(10), None, Settings(), {})

    def test_training_on_other_patches(self, tutorial, imported):
        path, _ = imported(tutorial[True], outputs=["logits"], targets=["optimizer"], labels="y")
        with pytest.raises(InputError, match="expects patches of height × width × bands 16 × 16 × 2; received 12 × 12"):
            train_graph(load_model(path), patch_set(10, size=12), None, Settings(), {})


@pytest.mark.parametrize("dtype", ["uint8", "int16"])
class TestInputsOfWholeNumbers:
    @pytest.fixture
    def mapped(self, tmp_path, make_raster, read_pixels, dtype):
        """The values that a model of integers makes of an image: mapped(pixels)."""
        spec = tf.TensorSpec((None, None, None, 1), dtype, "image")
        signature = tf.function(lambda x: {"value": tf.cast(x, tf.float32)}, input_signature=[spec], autograph=False)
        tf.saved_model.save(tf.Module(), str(tmp_path / "m"), {"serving_default": signature.get_concrete_function()})
        model, output = str(tmp_path / "m.rlmodel"), str(tmp_path / "map.tif")
        wanted = ImportOptions(inputs=["image"], outputs=["value"], answer="values")
        import_model(str(tmp_path / "m"), model, wanted)

        def run(pixels):
            apply_model([make_raster("i.tif", pixels)], model, output, Options(result="values"))
            return read_pixels(output)

        return run

    def test_get_them_as_they_are(self, mapped):
        pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 1))
        for kind in ("uint8", "int32", "float32"):
            np.testing.assert_array_equal(mapped(pixels.astype(kind)), pixels)

    def test_never_get_others_instead(self, mapped, dtype):
        highest = np.iinfo(dtype).max
        for wrong in (np.float32(0.25), np.int32(highest + 1), np.int32(-40000)):
            pixels = np.full((20, 30, 1), wrong)
            with pytest.raises(InputError, match=f"takes whole numbers from .* to {highest:,}".replace(",", ",?")):
                mapped(pixels)
