"""A small U-Net (Ronneberger et al. 2015) in its modern form: batch normalization, upsampling instead of transposed
convolutions (no checkerboards), and features at full resolution before the classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .source_shape import Answer, SourceShape, segmenter, standardized_input

TITLE = "Small U-Net"
DESCRIPTION = "a class for each pixel of patches of 32 × 32 pixels and more"
PLACE = 6
SOURCES = (1, 1)
MINIMUM_PATCH_PX = 32
ANSWERS_WITH_IMAGE = True
CHANNELS = (16, 32, 64)


def build(sources: Sequence[SourceShape], answer: Answer) -> Any:
    """Builds the network. Sides of patches must be multiples of 4 pixels.

    Returns:
        keras.Model: (n, height, width, bands) float32 -> (n, height, width, k) float32 class probabilities, or values.
    """
    from keras import layers

    image, x = standardized_input(sources[0])
    skipped = []
    for level, channels in enumerate(CHANNELS[:-1], start=1):
        x = _block(x, channels, f"down{level}")
        skipped.append(x)
        x = layers.MaxPooling2D(2, name=f"pool{level}")(x)
    x = _block(x, CHANNELS[-1], "bottom")
    for level in range(len(skipped), 0, -1):
        x = layers.UpSampling2D(2, name=f"larger{level}")(x)
        x = layers.Concatenate(name=f"skip{level}")([x, skipped[level - 1]])
        x = _block(x, CHANNELS[level - 1], f"up{level}")
    return segmenter([image], x, answer, "unet")


def _block(x: Any, channels: int, name: str) -> Any:
    from keras import layers

    for number in (1, 2):
        x = layers.Conv2D(channels, 3, padding="same", use_bias=False, name=f"{name}_conv{number}")(x)
        x = layers.BatchNormalization(name=f"{name}_norm{number}")(x)
        x = layers.ReLU(name=f"{name}_relu{number}")(x)
    return x
