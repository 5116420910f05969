"""Gap filling: corrects a first estimate of an image, from what surrounds the gaps and from other images.

Residual blocks of convolutions with increasing dilation (Yu & Koltun 2016, arXiv:1511.07122), so that a pixel inside a
gap sees clear ones around it at full resolution; as for clouds in Meraner et al. 2020
(doi:10.1016/j.isprsjprs.2020.05.013).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .restoration import corrected, in_units_of, require_values, residual_blocks
from .source_shape import Answer, SourceShape, standardized_input

TITLE = "Gap filling"
DESCRIPTION = "corrects a first estimate of an image, such as one whose clouds were filled from other dates"
PLACE = 8
SOURCES = (1, 4)
MINIMUM_PATCH_PX = 16
ANSWERS_WITH_IMAGE = True
ANSWERS_WITH_VALUES = True
CHANNELS = 32
DILATIONS = (1, 4, 8)  # a pixel sees 35 × 35 of them


def build(sources: Sequence[SourceShape], answer: Answer) -> Any:
    """Builds the network.

    The first source is an estimate of the image: clear pixels as they are, gaps filled in a simple way, such as
    between the dates before and after. Its first bands are those of the answer; it may have further ones, such as one
    that marks the gaps. The other sources are on the same grid: images of other dates, radar.

    The network starts by returning that estimate and learns only to correct it; see `in_units_of` for how it keeps its
    values.

    Returns:
        keras.Model: (n, h, w, bands) float32 of each source -> (n, h, w, bands of the answer) float32.
    Raises:
        ValueError: the patches do not belong together, or the answer is of classes.
    """
    from keras import layers

    answer = require_values(answer, TITLE)
    for number, source in enumerate(sources, start=1):
        if (source.height, source.width) != (answer.height, answer.width):
            raise ValueError(
                f"the patches of the target have {answer.width} × {answer.height} pixels, those of image {number} "
                f"{source.width} × {source.height}; they must be the same."
            )
    if sources[0].bands < answer.bands:
        raise ValueError(
            f"the first image has {sources[0].bands} bands, the target {answer.bands}; the first bands must be an "
            "estimate of the target."
        )
    pairs = [standardized_input(s, "" if number == 1 else str(number)) for number, s in enumerate(sources, start=1)]
    standardized = [pair[1] for pair in pairs]
    base = in_units_of(answer, standardized[0], sources[0])
    x = layers.Concatenate(name="together")(standardized) if len(sources) > 1 else standardized[0]
    x = layers.Conv2D(CHANNELS, 3, padding="same", activation="relu", name="first")(x)
    x = residual_blocks(x, CHANNELS, DILATIONS)
    return corrected([pair[0] for pair in pairs], base, x, answer, "gap_filling")
