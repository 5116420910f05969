"""The input images of a model: checked, normalized, and filled where they have no data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..base.progress import Progress
from ..images.as_learned import AS_RECORDED, Expected, adaptation_to, adapted, differ_in_part
from ..images.image_source import Source
from ..images.normalization import Normalization
from ..images.usable_bands import require_valid_bands, tell_of_alpha
from ..model.model_file import Model
from ..raster.ground import DEGREES_BELOW, ground_size
from ..raster.raster_reader import RasterReader
from ..raster.recorded_scaling import Declared


@dataclass(frozen=True)
class SourceImage:
    """One input image of a model.

    Attributes:
        transform: the normalization still to be applied, or None.
        fill: per band, the (normalized) value that replaces nodata within a patch.
        patch_width, patch_height: the part of this image that a network takes at a time.
    """

    reader: RasterReader
    transform: Optional[Normalization]
    fill: Sequence[float]
    patch_width: int = 1
    patch_height: int = 1


def prepared(source: SourceImage, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pixels (..., c) as the model needs them, and where they are not nodata (...,).

    Raw pixels without gaps keep their own type: they are converted to float32 when the model is evaluated.
    """
    valid = source.reader.valid(raw)
    if source.transform is not None:
        pixels = source.transform.apply(raw)
    elif valid.all() and raw.dtype.kind in "iu":
        return raw.copy(), valid
    else:
        pixels = raw.astype(np.float32)
    if not valid.all():
        pixels[~valid] = np.asarray(source.fill, np.float32)
    return pixels, valid


PIXEL_SIZE_TOLERANCE = 0.01


def require_sources(images: Sequence[Any], model: Model) -> None:
    """Raises InputError unless there is one image for each source of the model."""
    if len(images) != len(model.sources):
        described = [
            Message(
                "{number}: {bands} at {width:g} × {height:g}",
                number=i,
                bands=source.bands,
                width=source.pixel_size[0],
                height=source.pixel_size[1],
            )
            for i, source in enumerate(model.sources, start=1)
        ]
        raise InputError(
            "The model expects {expected} image(s) ({sources:; }), received {received}. Give one image for each: "
            "{p:images}, {p:images#2} …",
            expected=len(model.sources),
            sources=described,
            received=len(images),
        )


@dataclass(frozen=True)
class Meaning:
    """What the values of images are taken for.

    Attributes:
        pixel_values: AS_RECORDED: those of other recorded scales or offsets are converted, and a job ends where most
            are of another kind than those learned from. UNCHANGED: neither.
        declared: for each image what its STAC item says of its scales and offsets; see `recorded_scalings`.
    """

    pixel_values: str = AS_RECORDED
    declared: Sequence[Declared] = ()

    def of(self, number: int) -> Declared:
        """What is declared of an image."""
        return self.declared[number] if number < len(self.declared) else ()


def source_images(
    model: Model, readers: Sequence[RasterReader], progress: Progress, meaning: Optional[Meaning] = None
) -> list[SourceImage]:
    """An image for each source of a model; logs what is done to their pixels.

    Raises:
        InputError: an image does not fit its source.
    """
    meaning, images = meaning or Meaning(), []
    for number, (source, reader) in enumerate(zip(model.sources, readers)):
        expected = Expected(Message("the image that the model learned from"), source.bands, source.scalings)
        adaptation = adaptation_to(expected, reader, meaning.pixel_values, meaning.of(number))
        reader = adapted(reader, adaptation, expected, progress)
        images.append(_source_image(source, reader, meaning.pixel_values, progress))
    _warn_of_pixel_sizes(model, readers, progress)
    return images


def _source_image(source: Source, reader: RasterReader, pixel_values: str, progress: Progress) -> SourceImage:
    transform = source.transform_for(reader, pixel_values)
    tell_of_alpha(reader, progress)
    reader.leave_out(source.ignored)
    require_valid_bands(reader)
    if transform is not None:
        progress.info(
            "“{image}” is raw: the model's own normalization is applied ({normalization}).",
            image=reader.name,
            normalization=transform.describe(),
        )
    if source.bands != reader.band_names and not differ_in_part(source.bands, reader.band_names):
        progress.info(
            "Model bands: {model_bands}; image bands: {image_bands}.",
            model_bands=source.bands,
            image_bands=reader.band_names,
        )
    fill = source.fill or (0.0,) * reader.band_count
    return SourceImage(reader, transform, fill, source.patch_width, source.patch_height)


def _warn_of_pixel_sizes(model: Model, readers: Sequence[RasterReader], progress: Progress) -> None:
    """Warns of pixel sizes that differ from the training's, unless a restoring model gets finer ones in all images."""
    pairs = []
    for source, reader in zip(model.sources, readers):
        sizes = _Sizes.of(source, reader)
        if sizes:
            pairs.append(sizes)
        elif source.meters:
            progress.info(
                "How large the pixels of “{image}” are on the ground is not known; the model learned from pixels of "
                "{expected}.",
                image=reader.name,
                expected=_in_words(source.meters, True),
            )
    ratios = [ratio for pair in pairs for ratio in pair.ratios]
    if all(abs(ratio - 1) <= PIXEL_SIZE_TOLERANCE for ratio in ratios):
        return
    alike = max(ratios) - min(ratios) <= PIXEL_SIZE_TOLERANCE * min(ratios)
    if model.answer.learns_on_coarser_images and alike and len(pairs) == len(model.sources):
        progress.info(
            "The pixels of the images are {ratio:.3g} times finer than those that the model learned from: taken "
            "as Wald's protocol, by which a model learns on degraded images and is applied to whole ones.",
            ratio=ratios[0],
        )
        return
    for pair in pairs:
        if max(abs(ratio - 1) for ratio in pair.ratios) > PIXEL_SIZE_TOLERANCE:
            progress.warning(
                "The pixels of “{image}” are {size}, but the model learned from pixels of {expected}. The map will be "
                "worse than the report says.",
                image=pair.name,
                size=_in_words(pair.received, pair.in_meters),
                expected=_in_words(pair.expected, pair.in_meters),
            )


@dataclass(frozen=True)
class _Sizes:
    """Width and height of the pixels that a model learned from, and of an image's, in the same unit."""

    name: str
    expected: tuple[float, float]
    received: tuple[float, float]
    in_meters: bool

    @classmethod
    def of(cls, source: Source, reader: RasterReader) -> Optional[_Sizes]:
        """None if nobody knows one of them, or their unit. Models of earlier versions do not record theirs."""
        grid, ground = reader.grid, ground_size(reader.grid)
        if not source.pixel_size[0] or not (ground or (grid.is_placed and min(grid.pixel_size) > 0)):
            return None
        as_recorded = cls(reader.name, source.pixel_size, grid.pixel_size, False)
        if not ground:
            return as_recorded
        if source.meters:
            return cls(reader.name, source.meters, ground, True)
        if source.pixel_size[0] < DEGREES_BELOW <= grid.pixel_size[0]:
            return None
        on_ground = cls(reader.name, source.pixel_size, ground, False)
        return min(as_recorded, on_ground, key=lambda sizes: max(abs(ratio - 1) for ratio in sizes.ratios))

    @property
    def ratios(self) -> tuple[float, float]:
        """How many times finer the image is, across and down."""
        return self.expected[0] / self.received[0], self.expected[1] / self.received[1]


def _in_words(size: tuple[float, float], in_meters: bool) -> Message:
    template = Message("{width:.4g} × {height:.4g} m") if in_meters else Message("{width:g} × {height:g}")
    return template.with_values(width=size[0], height=size[1])
