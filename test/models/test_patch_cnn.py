import numpy as np

from rasterlearn.models import patch_cnn
from rasterlearn.models.source_shape import SourceShape


def plain(bands):
    return SourceShape(16, 16, bands, [0.0] * bands, [1.0] * bands)


def test_layers_of_the_tutorials_network():
    network = patch_cnn.build([plain(4)], 6)
    shapes = {layer.name: tuple(layer.output.shape[1:]) for layer in network.layers}
    assert shapes == {
        "image": (16, 16, 4), "standardization": (16, 16, 4), "conv1": (12, 12, 16), "pool1": (6, 6, 16),
        "conv2": (4, 4, 16), "pool2": (2, 2, 16), "conv3": (1, 1, 32), "features": (32,), "logits": (6,),
        "probabilities": (6,),
    }  # fmt: skip


def test_number_of_weights():
    expected = (25 * 4 + 1) * 16 + (9 * 16 + 1) * 16 + (4 * 16 + 1) * 32 + (32 + 1) * 6
    assert sum(int(np.prod(w.shape)) for w in patch_cnn.build([plain(4)], 6).trainable_weights) == expected


def test_input_is_standardized():
    network = patch_cnn.build([SourceShape(16, 16, 2, [100.0, 5.0], [25.0, 4.0])], 3)
    patch = np.random.default_rng(0).normal(size=(1, 16, 16, 2)).astype(np.float32)
    same = patch_cnn.build([plain(2)], 3)
    same.set_weights(network.get_weights())
    moved = patch * np.array([5.0, 2.0]) + np.array([100.0, 5.0])
    np.testing.assert_allclose(np.asarray(network(moved)), np.asarray(same(patch)), atol=1e-5)
