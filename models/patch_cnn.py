"""The small patch network of the OTBTF tutorial: two convolutions with pooling, one without, one dense layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .source_shape import SourceShape, classifier, standardized_input

TITLE = "Patch CNN (OTBTF tutorial, model 1)"
DESCRIPTION = "one class for a patch of one image; the simplest (model 1 of the OTBTF tutorial)"
PLACE = 1
SOURCES = (1, 1)
MINIMUM_PATCH_PX = 16


def build(sources: Sequence[SourceShape], class_count: int) -> Any:
    """Builds the network. At 16 × 16 a patch has 1 × 1 × 32 features, and all of it is seen.

    Returns:
        keras.Model: (n, height, width, bands) float32 -> (n, k) float32 class probabilities.
    """
    from keras import layers

    image, x = standardized_input(sources[0])
    x = layers.Conv2D(16, 5, activation="relu", name="conv1")(x)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Conv2D(16, 3, activation="relu", name="conv2")(x)
    x = layers.MaxPooling2D(2, name="pool2")(x)
    x = layers.Conv2D(32, 2, activation="relu", name="conv3")(x)
    return classifier([image], x, class_count, "patch_cnn")
