"""Scores of patches: a model of any kind as a function of arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..images.image_source import Source
from ..images.neighborhood import with_statistics
from ..model.forest import Forest

Network = Callable[..., Any]
"""One tensor (n, h, w, c) per source -> scores (n, k) for patches, (n, h', w', k) for images."""

PatchScores = Callable[[Sequence[np.ndarray]], np.ndarray]
"""Patches (n, h, w, c) of each source -> numbers (n, k), or (n, h', w', k) of a model that answers with an image."""


def compiled(evaluate: Network, device: str = "") -> PatchScores:
    """Turns a function of tensors into one of arrays, whose graph is built once."""
    import tensorflow as tf

    @tf.function(reduce_retracing=True, autograph=False)
    def scores_of(*patches: Any) -> Any:
        with tf.device(device):
            return tf.cast(evaluate(*(tf.cast(p, tf.float32) for p in patches)), tf.float32)

    return lambda patches: np.asarray(scores_of(*patches))


def scores_of_network(network: Any) -> PatchScores:
    """The scores of a Keras network."""
    return compiled(lambda *patches: network(list(patches) if len(patches) > 1 else patches[0], training=False))


def scores_of_forest(forest: Forest, source: Source) -> PatchScores:
    """The probabilities of a forest on pixels, or on the pixels and the statistics of their neighborhoods, (n, k)."""
    shape = source.patch_height, source.patch_width

    def of_pixels(patches: Sequence[np.ndarray]) -> np.ndarray:
        return forest.probabilities(patches[0][:, 0, 0])

    def of_neighborhoods(patches: Sequence[np.ndarray]) -> np.ndarray:
        return forest.probabilities(np.stack([with_statistics(patch, *shape)[0, 0] for patch in patches[0]]))

    return of_neighborhoods if source.neighborhood else of_pixels


def followed_by(forest: Forest, features: PatchScores) -> PatchScores:
    """The probabilities of a forest on the features of patches."""
    return lambda patches: forest.probabilities(features(patches))
