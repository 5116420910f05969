"""Predictors of imported graphs on the blocks of a map: patch by patch, or on a whole block at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.plain_json import shortened
from ..model.graph_use import CLASSES, PROBABILITIES, SCORES, GraphUse, with_tensor_names
from ..raster.classes import ClassMap
from .network_geometry import Field
from .predictors import PATCHES_PER_BATCH, batches_of
from .running_graph import RunningGraph
from .view import Predict, View

FRACTION = 0.01  # by which a number may miss a whole one after it was converted

Answer = Callable[[Sequence[np.ndarray]], np.ndarray]
"""Images (n, h, w, c), one array for each source -> cells (n, h', w', k) of all outputs, float32."""


Grid = Callable[[Sequence[np.ndarray]], tuple[int, int]]
"""Images (n, h, w, c) -> rows and columns of the output of each, for outputs that list their cells one by one."""


def answer_of(running: RunningGraph, use: GraphUse, outputs: Sequence[str], grid: Optional[Grid] = None) -> Answer:
    """A graph as a function of images.

    Args:
        outputs: names of tensors, stacked in this order. grid: for those of the shape (n * h' * w',) or
            (n * h' * w', k), such as the outputs of OTBTF's tutorial.
    """
    others = with_tensor_names(use.placeholders)

    def answer(images: Sequence[np.ndarray]) -> np.ndarray:
        values = running.evaluate(outputs, {**others, **dict(zip(use.inputs, images))})
        count = len(images[0])
        sides = grid(images) if grid is not None and any(_is_list(v, count) for v in values) else None
        cells = [cells_of_answer(value, count, name, sides) for value, name in zip(values, outputs)]
        if len({c.shape[:3] for c in cells}) > 1:
            sizes = [f"{name}: {c.shape[2]} × {c.shape[1]}" for name, c in zip(outputs, cells)]
            raise InputError(
                "The outputs of the model have different sizes ({sizes}). Import it with fewer outputs.", sizes=sizes
            )
        return np.concatenate([c.astype(np.float32, copy=False) for c in cells], axis=-1)

    return _in_fixed_numbers(answer, running.count_of(use.inputs[0]))


def of_whole_numbers(answer: Answer, types: Sequence[np.dtype], names: Sequence[str]) -> Answer:
    """The same function for inputs of these types and names, if some of them are integers: numbers never wrap around.

    Raises, when it is called: InputError if a pixel is no whole number, or none that the type has.
    """
    if all(dtype.kind not in "iu" for dtype in types):
        return answer

    def answer_whole(images: Sequence[np.ndarray]) -> np.ndarray:
        return answer([_whole(image, dtype, name) for image, dtype, name in zip(images, types, names)])

    return answer_whole


def _whole(image: np.ndarray, dtype: np.dtype, name: str) -> np.ndarray:
    if dtype.kind not in "iu":
        return image
    limits, numbers = np.iinfo(dtype), np.rint(image)
    fits = (np.abs(image - numbers) < FRACTION) & (numbers >= limits.min) & (numbers <= limits.max)
    if not fits.all():
        raise InputError(
            "The input “{input}” of the model takes whole numbers from {lowest} to {highest}, but a pixel of the image "
            "has {value}. Give an image in the numbers that the model was made for.",
            input=name,
            lowest=limits.min,
            highest=limits.max,
            value=float(image[~fits][0]),
        )
    return numbers


def _in_fixed_numbers(answer: Answer, count: Optional[int]) -> Answer:
    """The same function for a graph that takes exactly `count` images at a time; None for any number of them."""
    if count is None:
        return answer

    def answer_parts(images: Sequence[np.ndarray]) -> np.ndarray:
        parts, total = [], len(images[0])
        for start in range(0, total, count):
            rows = np.arange(start, start + count).clip(0, total - 1)  # the last ones again, to fill up
            parts.append(answer([image[rows] for image in images])[: total - start])
        return np.concatenate(parts)

    return answer_parts


def _is_list(value: np.ndarray, count: int) -> bool:
    """Whether an output for `count` images lists its cells, without saying in how many rows."""
    return value.ndim in (1, 2) and len(value) != count and len(value) % count == 0


def cells_of_answer(value: np.ndarray, count: int, name: str, sides: Optional[tuple[int, int]] = None) -> np.ndarray:
    """An output as cells (n, h, w, k), from the shape (n,), (n, k), (n, h, w) or (n, h, w, k).

    Args:
        sides: h and w, for the shapes (n * h * w,) and (n * h * w, k).
    Raises:
        InputError: it has another shape.
    """
    if sides is not None and _is_list(value, count) and len(value) == count * sides[0] * sides[1]:
        return value.reshape(count, *sides, -1)
    if not 1 <= value.ndim <= 4 or len(value) != count:
        raise InputError(
            "The output “{output}” has the shape {shape} for {count} images; expected one answer, or a grid of "
            "answers, for each of them. Import the model with another output.",
            output=shortened(name),
            shape=str(value.shape),
            count=count,
        )
    if value.ndim <= 2:
        return value.reshape(count, 1, 1, -1)
    return value[..., np.newaxis] if value.ndim == 3 else value


def graph_patch_predictor(
    answer: Answer, shapes: Sequence[tuple[int, int]], expression: tuple[int, int] = (1, 1)
) -> Predict:
    """Runs a graph on the patches of a block: one for each part of the map of `expression` pixels.

    Args:
        shapes: height and width of each source's patch. expression: rows and columns.
    """
    down, across = expression

    def predict(views: Sequence[View]) -> np.ndarray:
        corners = [View(v.pixels, v.rows[::down], v.columns[::across]) for v in views]
        height, width = len(corners[0].rows), len(corners[0].columns)
        parts = [
            _require_cells(answer(patches), down, across)
            for patches in batches_of(corners, shapes, _patches_at_once(shapes))
        ]
        cells = np.concatenate(parts).reshape(height, width, down, across, -1)
        return cells.swapaxes(1, 2).reshape(height * down, width * across, -1)

    return predict


def _patches_at_once(shapes: Sequence[tuple[int, int]]) -> int:
    """The batch size, which is smaller for patches so large that a few of them fill the memory."""
    pixels = max(height * width for height, width in shapes)
    return max(1, min(PATCHES_PER_BATCH, PATCHES_PER_BATCH * 256 // pixels))


def graph_image_predictor(answer: Answer, rows: Field, columns: Field) -> Predict:
    """Runs a graph on a whole block, and keeps the cells that do not depend on the block's edge."""

    def predict(views: Sequence[View]) -> np.ndarray:
        shape = views[0].pixels.shape
        height, width = (field.cells(size) for size, field in zip(shape, (rows, columns)))
        cells = answer([view.pixels[np.newaxis] for view in views])[0]
        cells = cells[rows.skipped : rows.skipped + height, columns.skipped : columns.skipped + width]
        return _require_cells(cells[np.newaxis], height, width)[0]

    return predict


def _require_cells(cells: np.ndarray, height: int, width: int) -> np.ndarray:
    if cells.shape[1:3] != (height, width):
        raise InputError(
            "The model answers with {columns} × {rows} cells where {width} × {height} were expected: its "
            "receptive or expression field is not what the model file says. Import the model again.",
            columns=cells.shape[2],
            rows=cells.shape[1],
            width=width,
            height=height,
        )
    return cells


def as_scores(predict: Predict, answer: str, classes: ClassMap, only_classes: bool) -> Predict:
    """Turns the predictor of a graph's first output into one of class probabilities or class indices.

    Args:
        answer: content of the output, see graph_use. only_classes: class indices are enough.
    """

    def decided(views: Sequence[View]) -> np.ndarray:
        values = predict(views)
        if answer == CLASSES:
            return indices_of(values[..., 0], classes)
        values = of_both_classes(values, answer)
        if only_classes:
            return values.argmax(axis=-1).astype(np.int32)
        return softmax(values) if answer == SCORES else values

    return decided


def of_both_classes(values: np.ndarray, answer: str) -> np.ndarray:
    """Values (..., k) for each class; a single one (k = 1) is that of the second class of two.

    Args:
        answer: probabilities, or scores that a softmax turns into these.
    """
    if values.shape[-1] > 1:
        return values
    return np.concatenate([1 - values if answer == PROBABILITIES else np.zeros_like(values), values], axis=-1)


def indices_of(values: np.ndarray, classes: ClassMap) -> np.ndarray:
    """Class indices int32 of class values, same shape. Raises InputError if a value does not belong to a class."""
    indices = classes.index_of(np.rint(values).astype(np.int64))
    if (indices < 0).any():
        unknown = np.unique(values[indices < 0])[:5]
        raise InputError(
            "The model answers with the class value(s) {values}, which its legend does not have: {classes}. "
            "Import it with a {p:legend} of all its classes.",
            values=[f"{v:g}" for v in unknown],
            classes=classes.describe(),
        )
    return indices.astype(np.int32)


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities (..., k) of scores."""
    powers: Any = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
