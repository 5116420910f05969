import keras
import numpy as np
import pytest
from keras import layers
from learning_data import network_of_the_user, patch_set

from rasterlearn.core.learning.network_answer import logits_of, target_window
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape


@pytest.mark.parametrize(("architecture", "inner"), [("unet", slice(0, 64)), ("segmentation", slice(16, 48))])
def test_the_targets_that_an_output_covers(architecture, inner):
    shape = SourceShape(64, 64, 1, [0.0], [1.0])
    assert target_window(MODELS[architecture].build([shape], 2), [(64, 64)], (64, 64)) == (inner, inner)


def test_targets_of_an_uneven_output_lie_where_a_map_puts_them():
    """Of 10 pixels, a convolution of size 4 covers 7, from pixel 2 on: OTBTF's patch of 4 begins 2 before."""
    image = keras.Input((10, 10, 1))
    network = keras.Model(image, layers.Conv2D(2, 4, activation="softmax")(image))
    assert target_window(network, [(10, 10)], (10, 10)) == (slice(2, 9), slice(2, 9))


@pytest.mark.parametrize("ending", ["softmax", "layer", "activation"])
def test_scores_have_the_networks_probabilities(tmp_path, ending):
    network = network_of_the_user(tmp_path / "mine.keras", ending)
    given = patch_set(9).images[0].astype(np.float32)
    scores = np.asarray(logits_of(network)(given), np.float64)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    np.testing.assert_allclose(shares / shares.sum(axis=1, keepdims=True), np.asarray(network(given)), atol=1e-5)
