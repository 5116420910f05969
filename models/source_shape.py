"""What an architecture is told about each of its sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SourceShape:
    """The patches of one source.

    Attributes:
        height, width, bands: of a patch.
        mean, variance: of each band over the training patches.
    """

    height: int
    width: int
    bands: int
    mean: Sequence[float]
    variance: Sequence[float]


def standardized_input(shape: SourceShape, suffix: str = "") -> tuple[Any, Any]:
    """An input (n, height, width, bands) float32, and the same with mean 0 and variance 1 in each band.

    A network carries its own standardization, so that it does not matter how its input was scaled.
    """
    from keras import Input, layers

    image = Input((shape.height, shape.width, shape.bands), name=f"image{suffix}")
    standardization = layers.Normalization(
        axis=-1,
        mean=list(shape.mean),
        variance=list(shape.variance),
        dtype="float32",  # raw pixels and their variance are beyond 16 bits, in which a GPU may compute the rest
        name=f"standardization{suffix}",
    )
    return image, standardization(image)


def classifier(inputs: list[Any], features: Any, class_count: int, name: str) -> Any:
    """The end of a network that answers a patch with one class: features, logits, class probabilities (n, k)."""
    from keras import Model, layers

    x = layers.Flatten(name="features")(features)
    x = layers.Dense(class_count, name="logits")(x)
    probabilities = layers.Softmax(name="probabilities")(x)
    return Model(inputs if len(inputs) > 1 else inputs[0], probabilities, name=name)


def segmenter(inputs: list[Any], features: Any, class_count: int, name: str) -> Any:
    """The end of a network that answers with an image: features, logits, class probabilities (n, h', w', k)."""
    from keras import Model, layers

    x = layers.Activation("linear", name="features")(features)
    x = layers.Conv2D(class_count, 1, name="logits")(x)
    probabilities = layers.Softmax(name="probabilities")(x)
    return Model(inputs if len(inputs) > 1 else inputs[0], probabilities, name=name)
