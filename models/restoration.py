"""What the networks that restore images have in common: they correct an image that is already close to the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .source_shape import Answer, SourceShape, ValuesShape, values_of

LARGEST_RATIO = 2.0  # of two deviations, or of a distance of means to a deviation, in the same units


def require_values(answer: Answer, title: str) -> ValuesShape:
    """The answer, if it consists of values; otherwise raises ValueError with a sentence."""
    if isinstance(answer, ValuesShape):
        return answer
    raise ValueError(f"{title} answers with an image, not with classes; it learns from patches of a target image.")


def in_units_of(answer: ValuesShape, standardized: Any, source: SourceShape, name: str = "base") -> Any:
    """The first bands of a standardized source, rescaled so that `values_of` turns them into the same image.

    If a band has the units of its target, it comes out of `values_of` as it went into the standardization: however
    the patches are distributed, the network starts from the image itself and not from one with another contrast. Units
    are the same if the mean and the deviation of band and target are about the same. A band in other units, such as one
    that was normalized, comes out with the mean and the deviation of its target instead.

    Args:
        standardized: (n, h, w, c) float32, with at least as many bands as the answer.
    Returns:
        (n, h, w, bands of the answer) float32.
    """
    from keras import layers

    scales, offsets = [], []
    for mean, variance, wanted_mean, wanted_variance in zip(source.mean, source.variance, answer.mean, answer.variance):
        scale, offset = _from_to(mean, max(variance, 0.0) ** 0.5, wanted_mean, max(wanted_variance, 0.0) ** 0.5)
        scales.append(scale)
        offsets.append(offset)
    first = first_bands(standardized, source.bands, answer.bands, f"{name}_bands")
    return layers.Rescaling(scales, offsets, dtype="float32", name=name)(first)


def _from_to(mean: float, deviation: float, wanted_mean: float, wanted_deviation: float) -> tuple[float, float]:
    """Scale and offset from what was standardized with one mean and deviation to what is with the other."""
    if not deviation or not wanted_deviation:
        return 1.0, 0.0
    scale, offset = deviation / wanted_deviation, (mean - wanted_mean) / wanted_deviation
    same_units = 1 / LARGEST_RATIO <= scale <= LARGEST_RATIO and abs(offset) <= LARGEST_RATIO
    return (scale, offset) if same_units else (1.0, 0.0)


def first_bands(image: Any, bands: int, wanted: int, name: str) -> Any:
    """The first of the bands of an image (n, h, w, bands); by a convolution that is not trained.

    Slicing is not a layer whose geometry is known.
    """
    import numpy as np
    from keras import layers

    if bands == wanted:
        return image
    selection = layers.Conv2D(wanted, 1, use_bias=False, trainable=False, dtype="float32", name=name)
    selected = selection(image)
    selection.set_weights([np.eye(bands, wanted, dtype=np.float32)[np.newaxis, np.newaxis]])
    return selected


def residual_blocks(x: Any, channels: int, dilations: Sequence[int]) -> Any:
    """Residual blocks of two 3 × 3 convolutions, the first of which is dilated: (n, h, w, channels).

    Without batch normalization, which degrades image values (Lim et al. 2017, doi:10.1109/CVPRW.2017.151).
    """
    from keras import layers

    for number, dilation in enumerate(dilations, start=1):
        name = f"block{number}"
        y = layers.Conv2D(channels, 3, padding="same", dilation_rate=dilation, activation="relu", name=f"{name}_conv1")(
            x
        )
        y = layers.Conv2D(channels, 3, padding="same", name=f"{name}_conv2")(y)
        x = layers.Add(name=f"{name}_sum")([x, y])
    return x


def corrected(inputs: list[Any], base: Any, features: Any, answer: ValuesShape, name: str) -> Any:
    """The head of a network that restores an image: a correction learned from the features is added to the base.

    The correction is zero at first, so the untrained network returns its base. Everything from the base to the values
    is computed with 32 bits, even on a GPU that computes the rest with 16.

    Args:
        base: (n, h, w, bands) float32, as returned by `in_units_of`. features: (n, h, w, c).
    Returns:
        keras.Model: with the layers features and values (n, h, w, bands).
    """
    from keras import Model, layers

    x = layers.Activation("linear", name="features")(features)
    x = layers.Conv2D(answer.bands, 1, kernel_initializer="zeros", name="correction")(x)
    x = layers.Add(dtype="float32", name="standardized_values")([base, x])
    return Model(inputs if len(inputs) > 1 else inputs[0], values_of(x, answer), name=name)
