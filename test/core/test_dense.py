import keras
import numpy as np
import pytest
from keras import layers

from rasterlearn.core.dense import NotConvertible, dense_predictor, patch_predictor
from rasterlearn.models import MODELS


def slid_over_every_pixel(network, block):
    """The definition of the result: the network shown each patch, one at a time."""
    height, width = network.input_shape[1:3]
    rows, columns = block.shape[1] - height + 1, block.shape[2] - width + 1
    patches = [block[0, r : r + height, c : c + width] for r in range(rows) for c in range(columns)]
    return np.asarray(network(np.array(patches), training=False)).reshape(1, rows, columns, -1)


def random_network(seed, height, width, steps, bands=3, classes=4):
    """Convolutions ("c", size, stride) and poolings ("p", size, stride), then a dense layer."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((height, width, bands))
    x = layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 1.0, 0.5])(image)
    for kind, size, stride in steps:
        if kind == "c":
            x = layers.Conv2D(5, size, strides=stride, activation="relu")(x)
        else:
            x = layers.MaxPooling2D(size, strides=stride)(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(6, activation="relu")(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


NETWORKS = {
    "the tutorial's": (16, 16, [("c", 5, 1), ("p", 2, 2), ("c", 3, 1), ("p", 2, 2), ("c", 2, 1)]),
    "strided convolutions": (17, 17, [("c", 3, 2), ("c", 3, 2), ("c", 2, 1)]),
    "overlapping pooling": (14, 14, [("c", 3, 1), ("p", 3, 2), ("c", 3, 1), ("p", 2, 1)]),
    "uneven patch": (9, 15, [("c", 3, 1), ("p", 2, 2), ("c", 2, 1)]),
    "pixels left over by pooling": (13, 13, [("c", 2, 1), ("p", 5, 5)]),
    "uneven strides": (12, 16, [("c", (3, 5), 1), ("p", (2, 3), (2, 3)), ("c", (2, 1), 1)]),
    "window left for the dense layer": (12, 12, [("c", 3, 1), ("p", 2, 2)]),
}


@pytest.mark.parametrize("size", [(24, 27), (31, 20)])
@pytest.mark.parametrize("name", NETWORKS)
def test_dense_equals_the_network_slid_over_every_pixel(name, size):
    network = random_network(1, *NETWORKS[name])
    block = np.random.default_rng(0).normal(2, 2, (1, *size, 3)).astype(np.float32)
    expected = slid_over_every_pixel(network, block)
    found = dense_predictor(network)(block)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    ties = np.sort(expected, axis=-1)[..., -1] - np.sort(expected, axis=-1)[..., -2] < 1e-5
    assert ((found.argmax(-1) == expected.argmax(-1)) | ties).all()


def test_patch_mode_is_the_definition():
    network = MODELS["patch_cnn"].build(16, 16, 2, 3, [0.0, 1.0], [1.0, 4.0])
    block = np.random.default_rng(0).normal(size=(1, 30, 21, 2)).astype(np.float32)
    np.testing.assert_allclose(
        patch_predictor(network)(block), slid_over_every_pixel(network, block), rtol=1e-5, atol=1e-6
    )


def test_batch_normalization_uses_its_moving_statistics():
    keras.utils.set_random_seed(0)
    image = keras.Input((8, 8, 2))
    norm = layers.BatchNormalization()
    x = layers.Flatten()(layers.Conv2D(3, 8)(norm(layers.Conv2D(2, 1)(image))))
    network = keras.Model(image, layers.Softmax()(layers.Dense(2)(x)))
    norm.set_weights([np.array([1.5, 0.5]), np.array([0.1, -0.2]), np.array([0.3, 0.4]), np.array([2.0, 0.7])])
    block = np.random.default_rng(0).normal(size=(1, 11, 12, 2)).astype(np.float32)
    expected = slid_over_every_pixel(network, block)
    np.testing.assert_allclose(dense_predictor(network)(block), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (lambda: layers.Conv2D(3, 3, padding="same", name="odd"), "odd.*pads"),
        (lambda: layers.ZeroPadding2D(1, name="odd"), "odd.*ZeroPadding2D"),
        (lambda: layers.Conv2D(4, 3, groups=2, name="odd"), "odd.*grouped"),
        (lambda: layers.Softmax(axis=1, name="odd"), "odd.*axis"),
        (lambda: layers.UpSampling2D(name="odd"), "odd.*UpSampling2D"),
    ],
)
def test_what_cannot_be_converted_is_named(layer, reason):
    image = keras.Input((8, 8, 2))
    network = keras.Model(image, layers.Dense(2)(layers.Flatten()(layer()(image))))
    with pytest.raises(NotConvertible, match=reason):
        dense_predictor(network)


@pytest.mark.parametrize("kind", [layers.BatchNormalization, layers.Softmax])
def test_a_layer_between_flatten_and_dense_that_would_mix_pixels_is_refused(kind):
    image = keras.Input((4, 4, 2))
    network = keras.Model(image, layers.Dense(2)(kind(name="odd")(layers.Flatten()(image))))
    with pytest.raises(NotConvertible, match="odd"):
        dense_predictor(network)
