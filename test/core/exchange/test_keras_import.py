"""Keras networks of others: one number for a pixel, scores without a softmax, and layers that are not opened."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers

from rasterlearn.core.base.errors import InputError, ModelFileError
from rasterlearn.core.exchange.import_options import ImportOptions
from rasterlearn.core.exchange.importing import import_model
from rasterlearn.core.images.legend import Legend
from rasterlearn.core.mapping.apply_model import Options, apply_model
from rasterlearn.core.model.model_file import load_model
from rasterlearn.core.raster.classes import LandClass

FULL = Options()


@pytest.fixture
def mapped(tmp_path, read_pixels):
    """Saves and exports a network, imports one of the two, and maps: mapped(network, kind, image, result, options)."""

    def run(network, kind, image, result, **wanted):
        network.save(tmp_path / "n.keras")
        if kind == "SavedModel":
            network.export(str(tmp_path / "served"), verbose=False)
        path = tmp_path / ("n.keras" if kind == "keras" else "served/saved_model.pb")
        import_model(str(path), str(tmp_path / "m.rlmodel"), ImportOptions(**wanted), [image])
        apply_model([image], str(tmp_path / "m.rlmodel"), str(tmp_path / "map.tif"), replace(FULL, result=result))
        return read_pixels(tmp_path / "map.tif")

    return run


def of_one_number(activation, patches=False):
    """A network that answers whether the mean of the bands is above 100."""
    entry = keras.Input((8, 8, 2))
    x = layers.Rescaling(1 / 50, -2)(entry)
    end = layers.Conv2D(1, 1, activation=activation, kernel_initializer=keras.initializers.Constant(0.5))
    return keras.Model(entry, layers.GlobalAveragePooling2D()(end(x)) if patches else end(x))


@pytest.fixture
def image(make_raster):
    return make_raster("i.tif", np.random.default_rng(0).integers(0, 200, (32, 40, 2)).astype("uint8"))


@pytest.mark.parametrize("kind", ["keras", "SavedModel"])
class TestOneNumber:
    def test_is_a_value(self, mapped, image, read_pixels, kind):
        network = of_one_number("sigmoid")
        mean = read_pixels(image).astype(float).mean(axis=-1, keepdims=True)
        values = mapped(network, kind, image, "values")
        np.testing.assert_allclose(values, 1 / (1 + np.exp(-(mean / 50 - 2))), atol=1e-5)
        with pytest.raises(InputError, match=r"values, not with classes.*RESULT=values.*ANSWER=probabilities"):
            mapped(network, kind, image, "classes")

    @pytest.mark.parametrize(
        ("activation", "answer"), [("sigmoid", "probabilities"), ("sigmoid", "classes"), (None, "scores")]
    )
    def test_is_two_classes_if_the_user_says_so(self, mapped, image, read_pixels, kind, activation, answer):
        if (kind, answer) == ("SavedModel", "classes"):
            answer = "probabilities"
        mean = read_pixels(image).astype(float).mean(axis=-1, keepdims=True)
        classes = mapped(of_one_number(activation), kind, image, "classes", answer=answer)
        clear = np.abs(mean - 100) > 1e-3
        np.testing.assert_array_equal(classes[clear], (mean > 100)[clear])
        probabilities = mapped(of_one_number(activation), kind, image, "probabilities", answer=answer)
        np.testing.assert_allclose(probabilities[..., 1:], 1 / (1 + np.exp(-(mean / 50 - 2))), atol=1e-5)
        np.testing.assert_allclose(probabilities.sum(axis=-1), 1, atol=1e-6)

    def test_takes_a_legend_of_two(self, mapped, image, tmp_path, kind):
        legend = Legend({3: LandClass(3, "land"), 7: LandClass(7, "water")})
        found = mapped(of_one_number("sigmoid"), kind, image, "classes", answer="probabilities", legend=legend)
        assert set(np.unique(found)) == {3, 7}
        assert load_model(str(tmp_path / "m.rlmodel")).classes.names == ["land", "water"]


def test_one_number_for_a_patch(mapped, image):
    found = mapped(of_one_number("sigmoid", patches=True), "keras", image, "classes", answer="probabilities")
    assert set(np.unique(found)) == {0, 1}


def test_several_values(mapped, image, read_pixels):
    entry = keras.Input((8, 8, 2))
    network = keras.Model(entry, layers.Rescaling(2.0)(entry))
    found = mapped(network, "keras", image, "values", answer="values")
    np.testing.assert_array_equal(found, 2.0 * read_pixels(image))
    with pytest.raises(InputError, match="ANSWER=classes needs an output of one channel"):
        mapped(network, "keras", image, "values", answer="classes")


def test_scores_become_probabilities(mapped, image, read_pixels):
    entry = keras.Input((8, 8, 2))
    network = keras.Model(entry, layers.Conv2D(3, 1)(layers.Rescaling(0.01)(entry)))
    scores = network.predict(read_pixels(image)[np.newaxis, :8, :8].astype("float32"), verbose=0)[0]
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found = mapped(network, "keras", image, "probabilities")[:8, :8]
    np.testing.assert_allclose(found, powers / powers.sum(axis=-1, keepdims=True), atol=1e-5)


@pytest.mark.parametrize(
    "end",
    [
        layers.Reshape((3,)), layers.BatchNormalization(), layers.ReLU(), layers.Dropout(0.1),
        layers.Activation("log_softmax"), layers.Activation("softplus"),
    ],
    ids=lambda layer: layer.name,
)  # fmt: skip
def test_probabilities_are_never_assumed(mapped, image, end):
    network = keras.Sequential([keras.Input((8, 8, 2)), layers.Flatten(), layers.Dense(3), end])
    found = mapped(network, "keras", image, "probabilities")
    assert found.min() >= 0
    np.testing.assert_allclose(found.sum(axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "end", [[layers.Softmax()], [layers.Softmax(), layers.Dropout(0.1)], [layers.Dense(3, "sigmoid")]]
)
def test_probabilities_stay_as_they_are(mapped, image, read_pixels, end):
    scaled = layers.Rescaling(0.01)
    network = keras.Sequential([keras.Input((8, 8, 2)), scaled, layers.Flatten(), layers.Dense(3), *end])
    patch = read_pixels(image)[np.newaxis, 4:12, 4:12].astype("float32")
    found = mapped(network, "keras", image, "probabilities")
    np.testing.assert_allclose(found[8, 8], np.asarray(network(patch))[0], atol=1e-5)


@pytest.mark.parametrize("kind", ["keras", "SavedModel"])
@pytest.mark.parametrize("count", [1, 3])
def test_numbers_of_any_size_are_no_probabilities(mapped, image, kind, count):
    entry = keras.Input((8, 8, 2))
    network = keras.Model(entry, layers.Conv2D(count, 1)(entry))
    with pytest.raises(InputError, match=r"numbers from .* cannot be probabilities.*ANSWER=scores"):
        mapped(network, kind, image, "classes", answer="probabilities")


@pytest.mark.parametrize("inner", ["network", "augmentation"])
def test_layers_that_are_not_opened_have_a_way_that_works(tmp_path, make_raster, inner):
    entry = keras.Input((16, 16, 3))
    part = [layers.RandomFlip()] if inner == "augmentation" else [layers.Conv2D(4, 3, activation="relu")]
    x = keras.Sequential(part, name="inner")(entry)
    network = keras.Model(entry, layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling2D()(x)))
    network.save(tmp_path / "n.keras")
    with pytest.raises(ModelFileError, match=r"does not open.*network.export\(“folder”\).*saved_model.pb"):
        import_model(str(tmp_path / "n.keras"), str(tmp_path / "m.rlmodel"))
    network.export(str(tmp_path / "served"), verbose=False)
    import_model(str(tmp_path / "served"), str(tmp_path / "m.rlmodel"))
    assert len(load_model(str(tmp_path / "m.rlmodel")).classes) == 3
