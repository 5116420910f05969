"""Super-resolution: an image with smaller pixels, guided by a finer image or from itself.

Residual blocks (Lim et al. 2017, doi:10.1109/CVPRW.2017.151) learn what the enlarged image lacks, as for Sentinel-2 in
Lanaras et al. 2018 (doi:10.1016/j.isprsjprs.2018.09.018). Enlarged bilinearly, never by transposed convolutions, whose
outputs have checkerboard artifacts (Odena et al. 2016, doi:10.23915/distill.00003).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .restoration import corrected, in_units_of, require_values, residual_blocks
from .source_shape import Answer, SourceShape, ValuesShape, standardized_input

TITLE = "Super-resolution"
DESCRIPTION = "restores the finer pixels of an image, guided by a finer image or from itself"
PLACE = 7
SOURCES = (1, 2)
MINIMUM_PATCH_PX = (16, 4)
ANSWERS_WITH_IMAGE = True
ANSWERS_WITH_VALUES = True
RATIOS = (2, 3, 4)
CHANNELS = 32
BLOCKS = 3


def build(sources: Sequence[SourceShape], answer: Answer) -> Any:
    """Builds the network.

    Of two sources, the first is the fine guide, the second the coarse image, whose patches cover the same ground with
    2, 3 or 4 times fewer pixels along each side; the answer has the guide's pixels and the coarse image's bands. Of a
    single source, the answer has 2, 3 or 4 times as many pixels along each side. The first bands of the image that
    becomes finer are those of the answer.

    The network starts as bilinear enlargement and learns only what that lacks; see `in_units_of` for how the
    enlarged image keeps its values.

    Returns:
        keras.Model: [(n, h, w, guide's bands), (n, h / ratio, w / ratio, bands)] or (n, h / ratio, w / ratio, bands)
        float32 -> (n, h, w, bands of the answer) float32.
    Raises:
        ValueError: the patches do not belong together, or the answer is of classes.
    """
    answer = require_values(answer, TITLE)
    coarse = sources[-1]
    if coarse.bands < answer.bands:
        raise ValueError(
            f"the image that becomes finer has {coarse.bands} bands, the target {answer.bands}; they must be the same."
        )
    ratio = _ratio(coarse, answer)
    if len(sources) == 1:
        return _from_itself(coarse, answer, ratio)
    if (sources[0].height, sources[0].width) != (answer.height, answer.width):
        raise ValueError(
            f"the patches of the target have {answer.width} × {answer.height} pixels, those of the fine image "
            f"{sources[0].width} × {sources[0].height}; they must be the same."
        )
    return _guided(sources[0], coarse, answer, ratio)


def _guided(fine: SourceShape, coarse: SourceShape, answer: ValuesShape, ratio: int) -> Any:
    from keras import layers

    guide, standardized_guide = standardized_input(fine)
    image, standardized = standardized_input(coarse, "2")
    enlarged = _enlarged(standardized, ratio)
    x = _convolved(layers.Concatenate(name="together")([standardized_guide, enlarged]), "first")
    x = residual_blocks(x, CHANNELS, (1,) * BLOCKS)
    return corrected([guide, image], in_units_of(answer, enlarged, coarse), x, answer, "super_resolution")


def _from_itself(coarse: SourceShape, answer: ValuesShape, ratio: int) -> Any:
    """Processes the coarse pixels first, of which there are fewer."""
    from keras import layers

    image, standardized = standardized_input(coarse)
    base = _enlarged(in_units_of(answer, standardized, coarse), ratio)
    x = residual_blocks(_convolved(standardized, "first"), CHANNELS, (1,) * BLOCKS)
    x = layers.UpSampling2D(ratio, interpolation="bilinear", name="enlarged_features")(x)
    x = _convolved(_convolved(x, "finer1"), "finer2")
    return corrected([image], base, x, answer, "super_resolution")


def _convolved(x: Any, name: str) -> Any:
    from keras import layers

    return layers.Conv2D(CHANNELS, 3, padding="same", activation="relu", name=name)(x)


def _enlarged(image: Any, ratio: int) -> Any:
    from keras import layers

    return layers.UpSampling2D(ratio, interpolation="bilinear", dtype="float32", name="enlarged")(image)


def _ratio(coarse: SourceShape, answer: ValuesShape) -> int:
    """How many pixels of the answer lie along each side of a pixel of the coarse image."""
    for ratio in RATIOS:
        if (coarse.height * ratio, coarse.width * ratio) == (answer.height, answer.width):
            return ratio
    raise ValueError(
        f"the patches of the target have {answer.width} × {answer.height} pixels, those of the coarse image "
        f"{coarse.width} × {coarse.height}; expected 2, 3 or 4 times as many along each side."
    )
