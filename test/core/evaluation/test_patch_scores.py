import numpy as np
import tensorflow as tf

from rasterlearn.core.evaluation.patch_scores import compiled, followed_by, scores_of_forest
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.neighborhood import with_statistics
from rasterlearn.core.learning.forest_fitting import fit_forest

RNG = np.random.default_rng(0)
PATCHES = RNG.integers(1, 900, (30, 3, 3, 2)).astype(np.uint16)
LABELS = np.arange(30) % 2


def test_numbers_go_in_and_out_as_32_bits():
    total = compiled(lambda *images: tf.cast(sum(tf.reduce_sum(image, (1, 2)) for image in images), tf.float16))
    found = total([PATCHES[:, :1, :1], PATCHES[:, :1, :1]])
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, (2.0 * PATCHES[:, 0, 0]).astype(np.float16).astype(np.float32))


def test_a_forest_on_pixels():
    forest = fit_forest(PATCHES[:, 0, 0].astype(np.float32), LABELS, 2, trees=3)
    scores = scores_of_forest(forest, Source(("a", "b"), (0.0, 0.0)))([PATCHES[:, :1, :1]])
    np.testing.assert_array_equal(scores, forest.probabilities(PATCHES[:, 0, 0]))


def test_a_forest_on_neighborhoods():
    values = np.stack([with_statistics(patch, 3, 3)[0, 0] for patch in PATCHES])
    forest = fit_forest(values, LABELS, 2, trees=3)
    source = Source(("a", "b"), (0.0, 0.0), 3, 3, neighborhood=True)
    np.testing.assert_array_equal(scores_of_forest(forest, source)([PATCHES]), forest.probabilities(values))


def test_a_forest_on_features():
    features = PATCHES.mean(axis=(1, 2)).astype(np.float32)
    forest = fit_forest(features, LABELS, 2, trees=3)
    scores = followed_by(forest, lambda patches: patches[0].mean(axis=(1, 2)).astype(np.float32))
    np.testing.assert_array_equal(scores([PATCHES]), forest.probabilities(features))
