"""The encoder-decoder with skips of the OTBTF tutorial: 64 × 64 pixels in, the classes of the inner 32 × 32 out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .source_shape import Answer, SourceShape, segmenter, standardized_input

TITLE = "Segmentation (OTBTF tutorial, model 4)"
DESCRIPTION = "a class for each pixel of patches of 64 × 64 pixels and more (model 4 of the OTBTF tutorial)"
PLACE = 5
SOURCES = (1, 1)
MINIMUM_PATCH_PX = 64
ANSWERS_WITH_IMAGE = True
DEPTH = 16
CROP_PX = 16


def build(sources: Sequence[SourceShape], answer: Answer) -> Any:
    """Builds the network. Sides of patches must be multiples of 16 pixels.

    Returns:
        keras.Model: (n, height, width, bands) float32 -> (n, height - 32, width - 32, k) float32 class probabilities or
        values. The margin of 16 pixels is left out, because what is computed there depends on where the patch ends.
    """
    from keras import layers

    image, x = standardized_input(sources[0])
    skipped = []
    for number, channels in enumerate((DEPTH, 2 * DEPTH, 4 * DEPTH, 4 * DEPTH), start=1):
        x = layers.Conv2D(channels, 3, strides=2, padding="same", activation="relu", name=f"down{number}")(x)
        skipped.append(x)
    for number, channels in enumerate((4 * DEPTH, 2 * DEPTH, DEPTH), start=1):
        x = layers.Conv2DTranspose(channels, 3, strides=2, padding="same", activation="relu", name=f"up{number}")(x)
        x = layers.Add(name=f"skip{number}")([x, skipped[-1 - number]])
    x = layers.Conv2DTranspose(DEPTH, 3, strides=2, padding="same", activation="relu", name="up4")(x)
    x = layers.Cropping2D(CROP_PX, name="inner")(x)
    return segmenter([image], x, answer, "segmentation")
