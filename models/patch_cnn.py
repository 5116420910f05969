"""The small patch network of the OTBTF tutorial: two convolutions with pooling, one without, one dense layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

TITLE = "Patch CNN (OTBTF tutorial, model 1)"
MINIMUM_PATCH_PX = 16


def build(
    height: int, width: int, bands: int, class_count: int, mean: Sequence[float], variance: Sequence[float]
) -> Any:
    """Builds the network.

    Args:
        height, width, bands: shape of a patch; at 16 × 16 the features are 1 × 1 × 32.
        class_count: number of classes, k.
        mean, variance: of each band over the training patches; the network standardizes its input with them.
    Returns:
        keras.Model: (n, height, width, bands) float32 -> (n, k) float32 class probabilities.
    """
    from keras import Input, Model, layers

    image = Input((height, width, bands), name="image")
    x = layers.Normalization(axis=-1, mean=list(mean), variance=list(variance), name="standardization")(image)
    x = layers.Conv2D(16, 5, activation="relu", name="conv1")(x)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Conv2D(16, 3, activation="relu", name="conv2")(x)
    x = layers.MaxPooling2D(2, name="pool2")(x)
    x = layers.Conv2D(32, 2, activation="relu", name="conv3")(x)
    x = layers.Flatten(name="features")(x)
    x = layers.Dense(class_count, name="logits")(x)
    x = layers.Softmax(name="probabilities")(x)
    return Model(image, x, name="patch_cnn")
