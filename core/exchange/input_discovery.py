"""Discovery of the inputs of an imported model: its source images, and how its output aligns with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.progress import Progress
from ..evaluation.graph_predictors import Answer, answer_of
from ..evaluation.running_graph import RunningGraph
from ..images.image_source import Source
from ..model.graph_use import Dense, GraphUse
from ..raster.raster_reader import RasterReader
from .geometry_probe import Probe
from .import_options import ImportOptions

MOST_SOURCES = 4


def sources_of(
    shapes: Sequence[tuple[Any, ...]], wanted: ImportOptions, images: Sequence[str], names: Sequence[str]
) -> list[Source]:
    """The sources as far as they are known before the model is probed; unknown sides are 0.

    Args:
        shapes: of the inputs, with these names. images: one for each, of the kind that the model is for; or none.
    Raises:
        InputError: the inputs are not images, or the images do not fit them.
    """
    if len(shapes) > MOST_SOURCES:
        raise InputError(
            "The model has {count} inputs for images; at most {most} are possible.",
            count=len(shapes),
            most=MOST_SOURCES,
        )
    if images and len(images) != len(shapes):
        raise InputError(
            "The model has {inputs} input(s) for images ({names}), but {images} image(s) were given. Give one of "
            "each kind, or none.",
            inputs=len(shapes),
            names=names,
            images=len(images),
        )
    if len(wanted.receptive_px) > len(shapes):
        raise InputError(
            "The model has {inputs} input(s), but {fields} receptive fields.",
            inputs=len(shapes),
            fields=len(wanted.receptive_px),
        )
    sources = []
    for number, (shape, name) in enumerate(zip(shapes, names)):
        if len(shape) != 4:
            raise InputError(
                "The input “{input}” has the shape {shape}; expected images (n, height, width, bands).",
                input=name,
                shape=str(shape),
            )
        given = wanted.receptive_px[number] if number < len(wanted.receptive_px) else 0
        height, width = (_side(side, given, name) for side in shape[1:3])
        sources.append(_source(images[number] if images else None, shape[3], name, width, height))
    return sources


def _side(side: Optional[int], given: int, name: str) -> int:
    if side is not None and given and side != given:
        raise InputError(
            "{p:receptive_fields} is {given}, but the input “{input}” takes images of {side} pixels only. Leave "
            "it out.",
            given=given,
            input=name,
            side=side,
        )
    return side or given


def _source(image: Optional[str], bands: Optional[int], name: str, width: int, height: int) -> Source:
    if image is None:
        if bands is None:
            raise InputError(
                "How many bands the input “{input}” takes is not known. Give an image of its kind ({p:images}).",
                input=name,
            )
        return Source(tuple(f"band {i}" for i in range(1, bands + 1)), (0.0, 0.0), width, height)
    with RasterReader(image) as reader:
        if bands is not None and reader.band_count != bands:
            raise InputError(
                "The input “{input}” takes {bands} band(s), but the image “{image}” has {band_count}. Give an "
                "image of the kind that the model is for.",
                input=name,
                bands=bands,
                image=reader.name,
                band_count=reader.band_count,
            )
        return Source.of_image(reader, width, height)


def with_geometry(
    running: RunningGraph,
    use: GraphUse,
    tensors: Sequence[str],
    sources: list[Source],
    wanted: ImportOptions,
    progress: Progress,
) -> tuple[list[Source], GraphUse]:
    """The sides of patches, expression field and scale: probed, and compared with the user's options.

    Args:
        tensors: outputs to probe.
    Raises:
        InputError: they cannot be determined, or contradict the user's options.
    """
    answer = answer_of(running, use, tensors)
    is_fixed = any(side is not None for name in use.inputs for side in running.shape_of(name)[1:3])
    alike = len({(s.patch_width, s.patch_height) for s in sources}) == 1
    probe = Probe(_of_one_image(answer, sources), sum(len(s.bands) for s in sources)) if alike else None
    sources = _with_patches(sources, probe)
    expression = _expression(answer, sources, wanted.expression_px)
    patch = sources[0].patch_height, sources[0].patch_width
    dense = None if probe is None or is_fixed else probe.dense(patch, expression)
    scale = wanted.pitch or (dense.pitch if dense else Fraction(1))
    if (expression > 1 and dense is not None and scale != dense.pitch) or expression * scale % 1:
        raise InputError(
            "The model answers a patch with {expression} × {expression} cells, so {p:scale}={scale} is not "
            "possible. Leave {p:scale} out.",
            expression=expression,
            scale=scale,
        )
    if dense is not None and dense.pitch != scale:
        progress.warning(
            "The model's own answers are {pitch} pixel(s) apart; for {p:scale}={scale} it is mapped patch by patch.",
            pitch=dense.pitch,
            scale=scale,
        )
        dense = None
    if dense is not None and probe is not None:
        _report_geometry(probe, dense, patch, progress)
    step, fineness = scale.numerator, scale.denominator
    return sources, replace(use, expression_px=expression, scale=step, fineness=fineness, dense=dense)


def _with_patches(sources: list[Source], probe: Optional[Probe]) -> list[Source]:
    """The sources with the sides of their patches; those that were not given are found by probing the model."""
    if all(source.patch_width and source.patch_height for source in sources):
        return sources
    if probe is None:
        raise InputError(
            "The receptive fields of {count} inputs cannot be found out. Give {p:receptive_fields}, "
            "{p:receptive_fields#2} … for all of them.",
            count=len(sources),
        )
    side = probe.natural_patch()
    return [replace(source, patch_width=side, patch_height=side) for source in sources]


def _report_geometry(probe: Probe, dense: Dense, patch: tuple[int, int], progress: Progress) -> None:
    seen = probe.seen(*(side + int(4 * dense.pitch * dense.alignment) for side in patch))
    if seen is not None:
        progress.info(
            "Found by showing it images: each cell depends on {columns} columns of pixels, cells are {pitch} "
            "pixel(s) apart, {first} + {last} cells at the edges depend on where the image ends.",
            columns=seen.size,
            pitch=dense.pitch,
            first=dense.first,
            last=dense.last,
        )


def _of_one_image(answer: Answer, sources: Sequence[Source]) -> Any:
    """The model as a function of one image, with the bands of all sources one after another."""
    ends = np.cumsum([len(source.bands) for source in sources])[:-1]
    return lambda image: answer(np.split(image, ends, axis=-1))


def _expression(answer: Answer, sources: Sequence[Source], given: int) -> int:
    """Output cells per patch along each axis."""
    patches = [np.zeros((1, s.patch_height, s.patch_width, len(s.bands)), np.float32) for s in sources]
    height, width = answer(patches).shape[1:3]
    size = " and ".join(f"{s.patch_width} × {s.patch_height}" for s in sources)
    if not height or height != width:
        raise InputError(
            "The model answers a patch of {size} pixels with {width} × {height} cells; expected a square of "
            "them. Give another {p:receptive_fields}.",
            size=size,
            width=width,
            height=height,
        )
    if given and given != height:
        raise InputError(
            "The model answers a patch of {size} pixels with {width} × {height} cells, but {p:expression_field} "
            "is {given}. Give the right one, another {p:receptive_fields}, or leave both out.",
            size=size,
            width=width,
            height=height,
            given=given,
        )
    return int(height)
