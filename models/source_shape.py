"""The shapes that an architecture is built for: of each of its sources, and of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Union


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


@dataclass(frozen=True)
class ValuesShape:
    """The patches of values that a network is to output, such as those of a clear or a finer image.

    Attributes:
        height, width, bands: of a patch of them; it covers the ground of a patch of the first source.
        mean, variance: of each band over the training patches.
    """

    height: int
    width: int
    bands: int
    mean: Sequence[float]
    variance: Sequence[float]


Answer = Union[int, ValuesShape]
"""The number of classes to score, or the shape of the values."""


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
    """The head of a network that assigns one class to a patch: features, logits, class probabilities (n, k)."""
    from keras import Model, layers

    x = layers.Flatten(name="features")(features)
    x = layers.Dense(class_count, name="logits")(x)
    probabilities = layers.Softmax(name="probabilities")(x)
    return Model(inputs if len(inputs) > 1 else inputs[0], probabilities, name=name)


def segmenter(inputs: list[Any], features: Any, answer: Answer, name: str) -> Any:
    """The head of an image-to-image network.

    Returns:
        keras.Model: with the layers features, logits and class probabilities (n, h', w', k); or features and values
        (n, h', w', bands).
    """
    from keras import Model, layers

    x = layers.Activation("linear", name="features")(features)
    if isinstance(answer, ValuesShape):
        outputs = values_of(layers.Conv2D(answer.bands, 1, name="standardized_values")(x), answer)
    else:
        x = layers.Conv2D(answer, 1, name="logits")(x)
        outputs = layers.Softmax(name="probabilities")(x)
    return Model(inputs if len(inputs) > 1 else inputs[0], outputs, name=name)


def values_of(standardized: Any, answer: ValuesShape) -> Any:
    """Values of mean 0 and variance 1 in each band -> in the units of the targets, (n, h', w', bands) float32."""
    from keras import layers

    deviation = [max(float(variance), 0.0) ** 0.5 for variance in answer.variance]
    scaling = layers.Rescaling(deviation, list(answer.mean), dtype="float32", name="values")
    return scaling(standardized)
