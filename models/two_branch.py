"""The network of the OTBTF tutorial for two sources of different pixel size: a branch for each, and a dense layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .source_shape import SourceShape, classifier, standardized_input

TITLE = "Two branches (OTBTF tutorial, model 3)"
DESCRIPTION = "one class for the patches of two images, the finer one first (model 3 of the OTBTF tutorial)"
PLACE = 4
SOURCES = (2, 2)
MINIMUM_PATCH_PX = (16, 8)
FINE = ((16, 5), (32, 3), (64, 3), (64, 3), (64, 3))  # channels, side
COARSE = ((16, 3), (32, 3), (64, 3), (64, 2))
FEATURES = 128


def build(sources: Sequence[SourceShape], class_count: int) -> Any:
    """Builds the network.

    Args:
        sources: the finer image first, such as 16 × 16 × 4 at 10 m, then the coarser one, such as 8 × 8 × 6 at 20 m.
    Returns:
        keras.Model: two patches, (n, height, width, bands) float32 each -> (n, k) float32 class probabilities.
    """
    from keras import layers

    fine_image, fine = standardized_input(sources[0], "_1")
    coarse_image, coarse = standardized_input(sources[1], "_2")
    for number, (channels, side) in enumerate(FINE, start=1):
        fine = layers.Conv2D(channels, side, activation="relu", name=f"fine{number}")(fine)
    fine = layers.MaxPooling2D(2, name="fine_pool")(fine)
    fine = layers.Conv2D(64, 2, activation="relu", name=f"fine{len(FINE) + 1}")(fine)
    for number, (channels, side) in enumerate(COARSE, start=1):
        coarse = layers.Conv2D(channels, side, activation="relu", name=f"coarse{number}")(coarse)
    joined = layers.Concatenate(name="joined")([layers.Flatten()(fine), layers.Flatten()(coarse)])
    features = layers.Dense(FEATURES, activation="relu", name="dense")(joined)
    return classifier([fine_image, coarse_image], features, class_count, "two_branch")
