"""The patch network without pooling of the OTBTF tutorial: seven convolutions, usable on images of any size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .source_shape import SourceShape, classifier, standardized_input

TITLE = "Patch FCN (OTBTF tutorial, model 2)"
DESCRIPTION = "one class for a patch of one image, without pooling (model 2 of the OTBTF tutorial)"
PLACE = 3
SOURCES = (1, 1)
MINIMUM_PATCH_PX = 16
CONVOLUTIONS = ((16, 5), (16, 3), (16, 3), (32, 3), (32, 3), (32, 3), (32, 2))  # channels, side


def build(sources: Sequence[SourceShape], class_count: int) -> Any:
    """Builds the network. At 16 × 16 a patch has 1 × 1 × 32 features, and all of it is seen.

    Returns:
        keras.Model: (n, height, width, bands) float32 -> (n, k) float32 class probabilities.
    """
    from keras import layers

    image, x = standardized_input(sources[0])
    for number, (channels, side) in enumerate(CONVOLUTIONS, start=1):
        x = layers.Conv2D(channels, side, activation="relu", name=f"conv{number}")(x)
    return classifier([image], x, class_count, "patch_fcn")
