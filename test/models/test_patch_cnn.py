import numpy as np
import pytest

from rasterlearn.core.choices import ARCHITECTURES
from rasterlearn.models import MODELS, patch_cnn


def test_layers_of_the_tutorials_network():
    network = patch_cnn.build(16, 16, 4, 6, [0.0] * 4, [1.0] * 4)
    shapes = {layer.name: tuple(layer.output.shape[1:]) for layer in network.layers}
    assert shapes == {
        "image": (16, 16, 4), "standardization": (16, 16, 4), "conv1": (12, 12, 16), "pool1": (6, 6, 16),
        "conv2": (4, 4, 16), "pool2": (2, 2, 16), "conv3": (1, 1, 32), "features": (32,), "logits": (6,),
        "probabilities": (6,),
    }  # fmt: skip


def test_number_of_weights():
    network = patch_cnn.build(16, 16, 4, 6, [0.0] * 4, [1.0] * 4)
    expected = (25 * 4 + 1) * 16 + (9 * 16 + 1) * 16 + (4 * 16 + 1) * 32 + (32 + 1) * 6
    assert sum(int(np.prod(w.shape)) for w in network.trainable_weights) == expected


def test_input_is_standardized():
    network = patch_cnn.build(16, 16, 2, 3, [100.0, 5.0], [25.0, 4.0])
    patch = np.random.default_rng(0).normal(size=(1, 16, 16, 2)).astype(np.float32)
    plain = patch_cnn.build(16, 16, 2, 3, [0.0, 0.0], [1.0, 1.0])
    plain.set_weights(network.get_weights())
    moved = patch * np.array([5.0, 2.0]) + np.array([100.0, 5.0])
    np.testing.assert_allclose(np.asarray(network(moved)), np.asarray(plain(patch)), atol=1e-5)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_ends_in_features_logits_probabilities(name):
    module = MODELS[name]
    size = module.MINIMUM_PATCH_PX
    network = module.build(size, size, 3, 5, [0.0] * 3, [1.0] * 3)
    assert [layer.name for layer in network.layers][-3:] == ["features", "logits", "probabilities"]
    out = np.asarray(network(np.ones((2, size, size, 3), np.float32)))
    assert out.shape == (2, 5)
    np.testing.assert_allclose(out.sum(axis=1), 1, rtol=1e-6)
    assert module.TITLE
