"""Descriptions of networks in which everything that Keras acts on is changed in turn."""

import json

import keras
import numpy as np
import pytest

from rasterlearn.core.model.network_grammar import _WEIGHTS, ALLOWED_CLASSES, MAXIMUM_LAYERS, require_known_network

PLENTY = 10**6


@pytest.fixture(scope="module")
def text():
    layers = keras.layers
    image = keras.Input((16, 16, 2), name="image")
    x = layers.Normalization(mean=[0.1, 0.2], variance=[1.0, 2.0], name="standardization")(image)
    x = layers.Conv2D(4, 3, activation="relu", name="conv")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Add(name="sum")([x, layers.DepthwiseConv2D(3, padding="same", name="depthwise")(x)])
    x = layers.Dropout(0.1, name="dropout")(layers.Flatten(name="features")(x))
    network = keras.Model(image, layers.Dense(2, activation="softmax", name="scores")(x), name="small")
    network.compile("adam", "mse")
    return json.dumps(keras.saving.serialize_keras_object(network))


@pytest.fixture
def config(text):
    return json.loads(text)


def layer(config, name):
    return next(found for found in config["config"]["layers"] if found["name"] == name)


def test_a_network_passes_and_loses_the_settings_of_its_training(config):
    assert "compile_config" in config
    checked = require_known_network(config, PLENTY)
    assert "compile_config" not in checked and checked["config"]["layers"] == config["config"]["layers"]
    assert keras.saving.deserialize_keras_object(checked).output_shape == (None, 2)


def function(module, name):
    return {"module": module, "class_name": "function", "config": name, "registered_name": name}


LAMBDA = {"class_name": "__lambda__", "config": {"value": ["4wAAAA==", None, None]}}

CLASSES = {
    "Lambda, CVE-2024-3660": ("keras.layers", "Lambda"),
    "any module, CVE-2025-1550": ("os", "system"),
    "download, CVE-2025-8747": ("keras.utils", "get_file"),
    "loader, CVE-2025-9905": ("keras.models", "load_model"),
    "switch of the safe mode, CVE-2025-9906": ("keras.config", "enable_unsafe_deserialization"),
    "Torch's pickles, CVE-2025-49655": ("keras.layers", "TorchModuleWrapper"),
    "vocabulary from a file, CVE-2025-12058": ("keras.layers", "StringLookup"),
    "SavedModel with operations on files": ("keras.layers", "TFSMLayer"),
    "module of this program": ("rasterlearn.core.base.outputs", "replacing"),
    "Keras' own insides": ("keras.src.layers.core.dense", "Dense"),
    "legacy layer without a module": (None, "Dense"),
    "sequence of layers": ("keras", "Sequential"),
    "feature space": ("keras.utils", "FeatureSpace"),
}


@pytest.mark.parametrize("name", CLASSES)
def test_classes_that_are_not_on_the_list(config, name):
    module, class_name = CLASSES[name]
    layer(config, "scores").update(module=module, class_name=class_name)
    with pytest.raises(ValueError, match=f"contains {module}.{class_name}, which RasterLearn does not open"):
        require_known_network(config, PLENTY)


@pytest.mark.parametrize("place", ["activation", "kernel_initializer", "bias_regularizer", "dtype", "name", "evil"])
@pytest.mark.parametrize("thing", [LAMBDA, function("os", "system"), function("builtins", "eval")], ids=str)
def test_functions_anywhere_in_a_setting(config, place, thing):
    layer(config, "scores")["config"][place] = thing
    with pytest.raises(ValueError, match="does not open"):
        require_known_network(config, PLENTY)


def test_an_allowed_class_in_the_wrong_place(config):
    layer(config, "scores")["config"]["kernel_initializer"] = layer(config, "conv")
    with pytest.raises(ValueError, match="has Conv2D as kernel_initializer|unknown setting"):
        require_known_network(config, PLENTY)


def test_registered_names(config):
    layer(config, "conv")["registered_name"] = "evil>Layer"
    with pytest.raises(ValueError, match="registered.evil>Layer"):
        require_known_network(config, PLENTY)


SETTINGS = [
    ("conv", "filters", 10**12), ("conv", "filters", -1), ("conv", "filters", 1.5), ("conv", "filters", True),
    ("conv", "kernel_size", [10**6, 10**6]), ("conv", "kernel_size", [3, 3, 3]), ("conv", "strides", [0, 1]),
    ("conv", "dilation_rate", 10**6), ("conv", "padding", "evil"), ("conv", "padding", [[10**9, 1], [1, 1]]),
    ("conv", "activation", "system"), ("conv", "activation", {"config": "x"}), ("conv", "data_format", "a"),
    ("conv", "lora_rank", 10**9), ("conv", "quantization_config", {"a": 1}), ("conv", "weights", [1]),
    ("conv", "dtype", "int8_from_float32"), ("conv", "dtype", "string"), ("conv", "name", "../x"), ("conv", "name", 5),
    ("conv", "kernel_constraint", {"a": 1}), ("conv", "seed", 10**40), ("norm", "renorm", True),
    ("norm", "axis", [99]), ("norm", "momentum", float("nan")), ("norm", "scale", 2.0),
    ("standardization", "mean", [float("inf"), 1.0]), ("standardization", "mean", "x"),
    ("image", "sparse", True), ("image", "ragged", True), ("image", "batch_shape", [None, 10**9, 2, 2]),
    ("image", "batch_shape", [None, -4, 2, 2]), ("image", "batch_shape", []), ("dropout", "seed", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "setting", "value"), SETTINGS, ids=str)
def test_settings_out_of_bounds(config, name, setting, value):
    layer(config, name)["config"][setting] = value
    with pytest.raises(ValueError, match=f"(setting|layer {name})"):
        require_known_network(config, PLENTY)


def test_settings_of_later_versions_without_a_value_pass(config):
    layer(config, "conv")["config"]["something_new"] = None
    require_known_network(config, PLENTY)


def test_layers_larger_than_the_weights_are_refused(config, text):
    network = keras.saving.deserialize_keras_object(json.loads(text))
    count = network.count_params()
    require_known_network(config, count)
    with pytest.raises(ValueError, match="more weights than the file holds"):
        require_known_network(config, 4 * 12 * 12 * 2)
    layer(config, "scores")["config"]["units"] = 10_000_000
    with pytest.raises(ValueError, match="more weights than the file holds, beginning with the layer scores"):
        require_known_network(config, count)


@pytest.mark.parametrize("shape", [None, [None, 10**9, 10**9], "x", [None, 10**30], [], [None, None], [[1]]])
def test_made_up_input_shapes_are_refused(config, shape):
    layer(config, "scores")["build_config"] = {"input_shape": shape}
    with pytest.raises(ValueError, match="shape|whole number|weights"):
        require_known_network(config, PLENTY)


def test_a_wide_standardization_of_constants(config):
    layer(config, "standardization")["build_config"]["input_shape"] = [None, 16, 16, 10_000_000]
    with pytest.raises(ValueError, match="too many bands"):
        require_known_network(config, PLENTY)


def test_cycles_unknown_layers_and_calls_with_arguments(config, text):
    def refused(change, words):
        changed = json.loads(text)
        change(changed)
        with pytest.raises(ValueError, match=words):
            require_known_network(changed, PLENTY)

    def history(changed, name):
        return layer(changed, name)["inbound_nodes"][0]["args"][0]["config"]["keras_history"]

    refused(lambda c: history(c, "conv").__setitem__(0, "scores"), "does not come before")
    refused(lambda c: history(c, "conv").__setitem__(0, "conv"), "does not come before")
    refused(lambda c: history(c, "conv").__setitem__(0, ["conv"]), "does not come before")
    refused(lambda c: history(c, "conv").__setitem__(1, -1), "whole number")
    refused(lambda c: c["config"]["layers"].reverse(), "does not come before")
    refused(lambda c: c["config"]["layers"].append(layer(c, "conv")), "two layers of the name conv")
    refused(lambda c: layer(c, "conv")["inbound_nodes"][0]["kwargs"].update(path="x"), "unknown setting “path”")
    refused(lambda c: layer(c, "conv")["inbound_nodes"][0]["kwargs"].update(mask=[1]), "mask")
    refused(lambda c: layer(c, "conv")["inbound_nodes"][0]["args"].append("x"), "in place of an input")
    refused(lambda c: layer(c, "conv").update(inbound_nodes=[[["image", 0, 0, {}]]]), "in place of")
    refused(lambda c: c["config"].update(output_layers=[["nothing", 0, 0]]), "does not come before")
    refused(lambda c: c["config"].update(evil=1), "unknown setting “evil”")
    refused(lambda c: layer(c, "conv").update(shared_object_id=1), "in two networks")


def test_too_many_layers_even_in_nested_networks(config):
    inner = json.loads(json.dumps(config))
    for number in range(MAXIMUM_LAYERS // len(config["config"]["layers"]) + 1):
        config["config"]["layers"].append({**inner, "name": f"inner{number}", "inbound_nodes": []})
    with pytest.raises(ValueError, match="layers|weights"):
        require_known_network(config, 10**9)


@pytest.mark.parametrize("config", [None, [], "x", 5, {}, {"class_name": "Functional"}, {"config": {}}], ids=str)
def test_other_values_are_refused(config):
    with pytest.raises(ValueError, match="contains|in place of|is a"):
        require_known_network(config, PLENTY)


KINDS = [
    ("BatchNormalization", (), {}), ("BatchNormalization", (), {"scale": False}),
    ("BatchNormalization", (), {"axis": 1, "center": False}),
    ("Conv2D", (3, 3), {}), ("Conv2D", (4, (2, 3)), {"groups": 2, "use_bias": False}),
    ("Conv2DTranspose", (3, 3), {}), ("Conv2DTranspose", (3, (2, 3)), {"use_bias": False}),
    ("Dense", (3,), {}), ("Dense", (3,), {"use_bias": False}),
    ("DepthwiseConv2D", ((2, 3),), {}), ("DepthwiseConv2D", (3,), {"depth_multiplier": 2, "use_bias": False}),
    ("LayerNormalization", (), {}), ("LayerNormalization", (), {"axis": [1, 3], "scale": False}),
    ("Normalization", (), {}), ("Normalization", (), {"axis": [1, 3]}),
    ("PReLU", (), {}), ("PReLU", (), {"shared_axes": [1, 2]}),
    ("SeparableConv2D", (3, 3), {}), ("SeparableConv2D", (3, (2, 3)), {"depth_multiplier": 2, "use_bias": False}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "options"), KINDS, ids=str)
def test_weights_are_counted_as_keras_makes_them(kind, arguments, options):
    assert ("keras.layers", kind) in ALLOWED_CLASSES
    made = getattr(keras.layers, kind)(*arguments, **options)
    made(keras.Input((8, 8, 4)))
    written = json.loads(json.dumps(keras.saving.serialize_keras_object(made)))
    counted = _WEIGHTS[kind](written["config"], written["build_config"]["input_shape"])
    allocated = sum(int(np.prod(v.shape)) for v in made.weights)
    assert counted == allocated - (kind == "Normalization")  # which also counts its samples


def test_all_layers_with_weights_are_counted():
    assert {kind for kind, _, _ in KINDS} == set(_WEIGHTS)


def test_a_sequential_network_becomes_the_equivalent_functional_one():
    network = keras.Sequential(
        [keras.Input((8, 8, 2)), keras.layers.Conv2D(3, 3), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(network)))
    made = keras.saving.deserialize_keras_object(require_known_network(config, PLENTY))
    assert [layer.name for layer in made.layers][1:] == [layer.name for layer in network.layers]
    made.set_weights(network.get_weights())
    image = np.random.default_rng(0).random((2, 8, 8, 2)).astype(np.float32)
    np.testing.assert_array_equal(made(image), network(image))


def test_a_sequential_network_without_an_input(config):
    network = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2)])
    network.build((None, 4, 4, 2))
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(network)))
    config["config"]["layers"] = config["config"]["layers"][1:]
    with pytest.raises(ValueError, match=r"must begin with keras.Input"):
        require_known_network(config, PLENTY)


@pytest.mark.parametrize("name", [["Sequential"], {}, None, 3])
def test_a_class_name_that_is_not_a_name(config, name):
    config["class_name"] = name
    with pytest.raises(ValueError, match="which RasterLearn does not open"):
        require_known_network(config, PLENTY)
