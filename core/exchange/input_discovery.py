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
from .fixed_size import pitch_of_fixed_size
from .geometry_probe import Probe
from .import_options import ImportOptions
from .shown_images import LARGE_PX, Shown

MOST_SOURCES = 4
_OTHER_RATIOS = (2, 4, 3, 6, 5, 8)  # of the pixels of two sources, the likeliest first


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
    fields = max(len(wanted.receptive_px), len(wanted.receptive_rows))
    if fields > len(shapes):
        raise InputError(
            "The model has {inputs} input(s), but {fields} receptive fields.", inputs=len(shapes), fields=fields
        )
    sources = []
    for number, (shape, name) in enumerate(zip(shapes, names)):
        if len(shape) != 4:
            raise InputError(
                "The input “{input}” has the shape {shape}; expected images (n, height, width, bands).",
                input=name,
                shape=str(shape),
            )
        _require_bands_last(shape, name, images[number] if images else None)
        height, width = (
            _side(side, sides[number] if number < len(sides) else 0, name)
            for side, sides in zip(shape[1:3], (wanted.receptive_rows, wanted.receptive_px))
        )
        sources.append(_source(images[number] if images else None, shape[3], name, width, height))
    return sources


def _require_bands_last(shape: tuple[Any, ...], name: str, image: Optional[str]) -> None:
    """Raises InputError for an input that takes bands before rows and columns, as its shape and an image of it tell."""
    first, second, last = shape[1:]
    looks_so = first is not None and second == last and (last is None or first < last)
    if looks_so and image is not None and last is not None:
        with RasterReader(image) as reader:
            looks_so = reader.band_count == first
    if looks_so:
        raise InputError(
            "The input “{input}” has the shape {shape}: it seems to take bands first. Expected images (n, height, "
            "width, bands). Export the model with the bands last (channels_last).",
            input=name,
            shape=str(tuple(shape)),
        )


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
    is_fixed = any(side is not None for name in use.inputs for side in running.shape_of(name)[1:3])
    probe = None if is_fixed else _probe(running, use, tensors, sources)
    sources = _with_patches(sources, probe)
    answer = answer_of(running, use, tensors) if probe is None else probe.shown.answer
    expression = _expression(answer, sources, wanted.expression_px, is_fixed)
    if probe is None:
        scale = _scale_of_patches(answer, sources, expression, wanted, progress)
        use, by_patches = _laid_out(use, expression, scale, None), _finer_by_patches(sources)
        one_by_one = expression == (1, 1) or _patch_of(sources, by_patches) is None
        return sources, use if one_by_one else _with_steps(use, by_patches)
    finer, patch = probe.shown.finer, _patch_of(sources, probe.shown.finer)
    dense = probe.dense(patch, expression) if patch else None
    of_first = None if dense is None else _over(dense, finer[0])
    scale = wanted.pitch or (of_first.pitch if of_first else Fraction(1))
    if (expression != (1, 1) and of_first is not None and scale != of_first.pitch) or expression[1] * scale % 1:
        raise _impossible(expression, scale)
    if of_first is not None and of_first.pitch != scale:
        progress.warning(
            "The model's own answers are {pitch} pixel(s) apart; for {p:scale}={scale} it is mapped patch by patch.",
            pitch=of_first.pitch,
            scale=scale,
        )
        return sources, _laid_out(use, expression, scale, None)
    if dense is not None and patch is not None:
        _report_geometry(probe, dense, patch, progress)
    use = _laid_out(use, expression, scale, of_first)
    return sources, use if dense is None else _with_steps(use, finer)


def _with_steps(use: GraphUse, finer: Sequence[int]) -> GraphUse:
    """The use with the distance of two cells over each source, if their pixels are not all of one size.

    Without it where patches side by side would begin within a pixel: then such images are refused.
    """
    pitches = [use.pitch * f / finer[0] for f in finer]
    alignments = use.expression if use.dense is None else (use.dense.alignment,)
    if len(set(finer)) == 1 or any(alignment * pitch % 1 for alignment in alignments for pitch in pitches):
        return use
    return replace(use, steps=tuple((pitch.numerator, pitch.denominator) for pitch in pitches))


def _finer_by_patches(sources: Sequence[Source]) -> list[int]:
    """How many pixels of each source lie side by side in one of the coarsest, if patches cover the same ground."""
    smallest = min(source.patch_width for source in sources)
    return [max(1, source.patch_width // smallest) for source in sources]


def _laid_out(use: GraphUse, expression: tuple[int, int], scale: Fraction, dense: Optional[Dense]) -> GraphUse:
    rows, columns = expression
    return replace(
        use,
        expression_px=columns,
        expression_rows=0 if rows == columns else rows,
        scale=scale.numerator,
        fineness=scale.denominator,
        dense=dense,
    )


def _over(dense: Dense, finer: int) -> Dense:
    """The same geometry in pixels of which `finer` lie side by side in each."""
    pitch = dense.pitch * finer
    return replace(dense, step=pitch.numerator, fineness=pitch.denominator)


def _probe(running: RunningGraph, use: GraphUse, tensors: Sequence[str], sources: Sequence[Source]) -> Optional[Probe]:
    """Images that the model accepts at any size; None if it takes patches only."""
    bands = [len(source.bands) for source in sources]
    for finer in _ratios(sources):
        shown = Shown.of_graph(running, use, tensors, bands, finer)
        if len(sources) == 1 or all(shown.cells(side, side) for side in LARGE_PX[:2]):
            return Probe(shown)
    return None


def _ratios(sources: Sequence[Source]) -> list[tuple[int, ...]]:
    """How many pixels of each source may lie side by side in one of the coarsest, the likeliest first.

    The sizes of the pixels or of the patches tell; if neither is known, two sources are tried in several ratios.
    """
    for sizes in (
        [1 / source.pixel_size[0] if source.pixel_size[0] else 0 for source in sources],
        [source.patch_width for source in sources],
    ):
        if all(sizes):
            ratios = [Fraction(size / min(sizes)).limit_denominator(100) for size in sizes]
            return [tuple(map(int, ratios))] if all(ratio.denominator == 1 for ratio in ratios) else []
    alike = (1,) * len(sources)
    if len(sources) != 2:
        return [alike]
    return [alike, *((one, other) for n in _OTHER_RATIOS for one, other in ((1, n), (n, 1)))]


def _patch_of(sources: Sequence[Source], finer: Sequence[int]) -> Optional[tuple[int, int]]:
    """Rows and columns of the patches in pixels of the coarsest source; None if they do not cover the same ground."""
    covered = {(Fraction(source.patch_height, f), Fraction(source.patch_width, f)) for source, f in zip(sources, finer)}
    rows, columns = covered.pop()
    return (int(rows), int(columns)) if not covered and rows.denominator == columns.denominator == 1 else None


def _with_patches(sources: list[Source], probe: Optional[Probe]) -> list[Source]:
    """The sources with the sides of their patches; those that were not given are found by probing the model."""
    if all(source.patch_width and source.patch_height for source in sources):
        return sources
    if probe is None:
        return [_as_square(source) for source in sources]
    try:
        rows, columns = probe.natural_patch()
    except InputError:
        if all(source.patch_width for source in sources):
            return [_as_square(source) for source in sources]
        raise
    found = [
        replace(source, patch_height=rows * f, patch_width=columns * f) for source, f in zip(sources, probe.shown.finer)
    ]
    agrees = all(
        given.patch_width in (0, known.patch_width) and given.patch_height in (0, known.patch_height)
        for given, known in zip(sources, found)
    )
    return found if agrees else [_as_square(source) for source in sources]


def _as_square(source: Source) -> Source:
    """A source of whose patch the user gave one side. Raises InputError if neither is known."""
    side = source.patch_width or source.patch_height
    if not side:
        raise InputError(
            "The receptive fields of the inputs cannot be found out. Give {p:receptive_fields}, "
            "{p:receptive_fields#2} … for all of them, or an image of each kind ({p:images})."
        )
    return replace(source, patch_width=source.patch_width or side, patch_height=source.patch_height or side)


def _scale_of_patches(
    answer: Answer,
    sources: Sequence[Source],
    expression: tuple[int, int],
    wanted: ImportOptions,
    progress: Progress,
) -> Fraction:
    """Pixels of the first source between two cells of a model that only takes patches.

    Raises:
        InputError: it cannot be found out.
    """
    finer = _finer_by_patches(sources)
    patch = _patch_of(sources, finer)
    found = None
    if patch is not None:
        shown = Shown(answer, [len(source.bands) for source in sources], finer)
        in_coarsest = pitch_of_fixed_size(shown, patch, expression)
        found = None if in_coarsest is None else in_coarsest * finer[0]
    if expression == (1, 1):
        return wanted.pitch or Fraction(1)
    scale = wanted.pitch or found
    if scale is None:
        raise InputError(
            "The model answers images of {width} × {height} pixels with {columns} × {rows} cells, and how many pixels "
            "lie between two of them cannot be found out. Give it as {p:scale}.",
            width=sources[0].patch_width,
            height=sources[0].patch_height,
            columns=expression[1],
            rows=expression[0],
        )
    if any(cells * scale % 1 for cells in expression):
        raise _impossible(expression, scale)
    if found is not None and scale != found:
        progress.warning(
            "The cells of the model seem to lie {pitch} pixel(s) apart. With {p:scale}={scale} the map may show things "
            "where they are not.",
            pitch=found,
            scale=scale,
        )
    elif not wanted.pitch and scale != 1:
        progress.info("Found by changing parts of an image: its cells are {pitch} pixel(s) apart.", pitch=scale)
    return scale


def _impossible(expression: tuple[int, int], scale: Fraction) -> InputError:
    return InputError(
        "The model answers a patch with {columns} × {rows} cells, so {p:scale}={scale} is not possible. Leave "
        "{p:scale} out.",
        columns=expression[1],
        rows=expression[0],
        scale=scale,
    )


def _report_geometry(probe: Probe, dense: Dense, patch: tuple[int, int], progress: Progress) -> None:
    growth = int(4 * dense.pitch * dense.alignment)
    rows, columns = (probe.seen((patch[0] + growth, patch[1] + growth), axis) for axis in (0, 1))
    if rows is None or columns is None:
        return
    progress.info(
        "Found by showing it images: each cell depends on {columns} columns of pixels, cells are {pitch} "
        "pixel(s) apart, {first} + {last} cells at the edges depend on where the image ends.",
        columns=columns.size,
        pitch=dense.pitch * probe.shown.finer[0],
        first=dense.first,
        last=dense.last,
    )


def _expression(answer: Answer, sources: Sequence[Source], given: int, is_fixed: bool) -> tuple[int, int]:
    """Rows and columns of the output cells of a patch."""
    patches = [np.zeros((1, s.patch_height, s.patch_width, len(s.bands)), np.float32) for s in sources]
    height, width = (int(side) for side in answer(patches).shape[1:3])
    size = " and ".join(f"{s.patch_width} × {s.patch_height}" for s in sources)
    if not height or not width or (height != width and not is_fixed):
        raise InputError(
            "The model answers a patch of {size} pixels with {width} × {height} cells; expected a square of "
            "them. Give another {p:receptive_fields}.",
            size=size,
            width=width,
            height=height,
        )
    if given and given != width:
        raise InputError(
            "The model answers a patch of {size} pixels with {width} × {height} cells, but {p:expression_field} "
            "is {given}. Give the right one, another {p:receptive_fields}, or leave both out.",
            size=size,
            width=width,
            height=height,
            given=given,
        )
    return height, width
