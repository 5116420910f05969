import keras
import numpy as np
import pytest
from keras import layers

from rasterlearn.core.evaluation.rewritten_network import averaged_last, folded, simplified


def trained(network, seed=0):
    """The network with weights as after training: no running mean is 0, no variance is 1."""
    rng = np.random.default_rng(seed)
    for weight in network.weights:
        values = rng.normal(size=weight.shape)
        weight.assign(np.abs(values) + 0.2 if "variance" in weight.path else values * 0.5)
    return network


def norms(network):
    return sum(type(layer).__name__ == "BatchNormalization" for layer in network.layers)


@pytest.mark.parametrize("options", [{}, {"scale": False}, {"center": False}, {"scale": False, "center": False}])
@pytest.mark.parametrize("use_bias", [False, True])
def test_the_same_function_with_fewer_layers(options, use_bias):
    image = keras.Input((12, 12, 3))
    x = layers.Conv2D(4, 3, use_bias=use_bias, strides=2, padding="same")(image)
    x = layers.BatchNormalization(**options)(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(5, 2, use_bias=use_bias)(x)
    x = layers.BatchNormalization(**options)(x)
    network = trained(keras.Model(image, layers.Dense(2)(layers.Flatten()(x))))
    joined = folded(network)
    given = np.random.default_rng(1).normal(size=(3, 12, 12, 3)).astype(np.float32)
    np.testing.assert_allclose(np.asarray(joined(given)), np.asarray(network(given)), rtol=1e-4, atol=1e-4)
    assert (norms(network), norms(joined)) == (2, 0)
    assert [layer.name for layer in joined.layers][-1] == network.layers[-1].name


def test_what_cannot_be_folded_is_kept():
    image = keras.Input((8, 8, 2))
    first = layers.BatchNormalization()(image)  # not after a convolution
    x = layers.Conv2D(3, 3, activation="relu")(first)
    x = layers.BatchNormalization()(x)  # after its activation
    y = layers.Conv2D(3, 3, padding="same")(x)
    z = layers.Concatenate()([layers.BatchNormalization()(y), y])  # the convolution is used twice
    network = trained(keras.Model(image, z))
    given = np.random.default_rng(1).normal(size=(2, 8, 8, 2)).astype(np.float32)
    joined = folded(network)
    assert norms(joined) == 3
    np.testing.assert_allclose(np.asarray(joined(given)), np.asarray(network(given)), rtol=1e-5)


def test_several_inputs_and_shared_branches():
    first, second = keras.Input((9, 9, 2)), keras.Input((9, 9, 1))
    branches = [
        layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(3, 3, use_bias=False)(image)))
        for image in (first, second)
    ]
    network = trained(keras.Model([first, second], layers.Add()(branches)))
    rng = np.random.default_rng(1)
    given = [rng.normal(size=(2, 9, 9, bands)).astype(np.float32) for bands in (2, 1)]
    joined = folded(network)
    assert norms(joined) == 0
    np.testing.assert_allclose(np.asarray(joined(given)), np.asarray(network(given)), rtol=1e-4, atol=1e-5)


def test_a_network_without_normalization_is_returned_unchanged():
    image = keras.Input((8, 8, 2))
    network = keras.Model(image, layers.Conv2D(3, 3)(image))
    assert folded(network) is network


def pooled(classes=3, keepdims=True, dropout=0.0, softmax=True):
    image = keras.Input((9, 9, 2))
    x = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(8, 3)(image)))
    x = layers.GlobalAveragePooling2D(keepdims=keepdims)(x)
    x = layers.Flatten(name="features")(layers.Dropout(dropout)(x)) if keepdims else x
    x = layers.Dense(classes)(x)
    return trained(keras.Model(image, layers.Softmax()(x) if softmax else x))


@pytest.mark.parametrize("options", [{}, {"keepdims": False}, {"dropout": 0.5}, {"softmax": False}])
def test_scores_are_averaged_instead_of_features(options):
    network = pooled(**options)
    given = np.random.default_rng(1).normal(size=(3, 9, 9, 2)).astype(np.float32)
    result = simplified(network)
    kinds = [type(layer).__name__ for layer in result.layers]
    assert "Dense" not in kinds and norms(result) == 0
    assert result.get_layer(network.layers[-1].name).output.shape == network.layers[-1].output.shape
    np.testing.assert_allclose(np.asarray(result(given)), np.asarray(network(given)), rtol=1e-4, atol=1e-5)


def test_more_classes_than_features_and_networks_without_classes_are_unchanged():
    many = pooled(classes=9)
    assert averaged_last(many) is many
    network = pooled()
    features = keras.Model(network.inputs, network.get_layer("features").output)
    assert averaged_last(features) is features


def test_an_average_that_is_also_used_elsewhere_is_kept():
    image = keras.Input((9, 9, 8))
    average = layers.GlobalAveragePooling2D()(image)
    network = keras.Model(image, layers.Dense(3)(layers.Concatenate()([average, average])))
    assert averaged_last(network) is network
