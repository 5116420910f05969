"""Tensors of dense evaluation: the cells that each of them holds, and the operations on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional, Union

import numpy as np

from .layer_geometry import NotConvertible, Taps

MAXIMUM_TENSORS_PER_LAYER = 100  # more would be slower than patch by patch
SEPARATE_POOLING_FROM = 3  # a window of this size is pooled faster along rows, then along columns


class Cell(NamedTuple):
    """Where to find the values of a row (or column) of cells: in which tensor, shifted by how many pixels."""

    variant: int
    shift: int


Axis = tuple[Optional[Cell], ...]  # None: zeros added by the network


@dataclass(frozen=True)
class Cells:
    """Represents the output of a layer, (n, len(rows), len(columns), c) for a patch.

    Attributes:
        rows, columns: of the cells.
        tensors: (n, h, w, c) for each pair of a row variant and a column variant. Their last rows and columns may be
            meaningless: no pixel of the block reads them.
        source: number of the source on whose grid the tensors lie; 0 for the grid of the map.
    """

    rows: Axis
    columns: Axis
    tensors: dict[tuple[int, int], Any]
    source: int = 0

    @property
    def is_one(self) -> bool:
        """Whether there is a single cell."""
        return len(self.rows) == len(self.columns) == 1


@dataclass(frozen=True)
class Flat:
    """Represents a vector: the cells of each part row by row, one part after another."""

    parts: tuple[Cells, ...]


Value = Union[Cells, Flat]


class Run(NamedTuple):
    """Equally spaced cells of one tensor, and their positions in a kernel."""

    variant: int
    start: int
    spacing: int
    positions: tuple[int, ...]


def standardize(layer: Any, tensor: Any) -> Any:
    """Applies a Normalization layer to rows in which the bands of all pixels lie side by side.

    TensorFlow adds rows of thousands of numbers five times as fast as the few bands of each pixel.
    """
    import keras
    import tensorflow as tf

    count, (height, width), bands = _length(tensor, 0), extent_of(tensor), tensor.shape[-1]
    mean = np.ravel(layer.mean).astype(np.float32)
    deviation = np.maximum(np.sqrt(np.ravel(layer.variance)), keras.backend.epsilon()).astype(np.float32)
    rows = tf.reshape(tensor, (count, height, width * bands))
    rows = (rows - tf.tile(mean, [width])) / tf.tile(deviation, [width])
    return tf.reshape(rows, (count, height, width, bands))


def grouped_cells(cells: Axis, taps: Taps) -> tuple[Axis, list[list[Run]]]:
    """Finds out which output cells of an axis can share a tensor.

    Returns:
        The output cells, and the runs of input cells that each of their variants is computed from.
    """
    variants: dict[tuple[tuple[int, int, int], ...], int] = {}
    grouped: list[Optional[Cell]] = []
    for of_cell in taps:
        seen = [(cell, position) for index, position in of_cell if (cell := cells[index]) is not None]
        if not seen:
            grouped.append(None)
            continue
        first = min(cell.shift for cell, _ in seen)
        pattern = tuple(sorted((cell.variant, cell.shift - first, position) for cell, position in seen))
        grouped.append(Cell(variants.setdefault(pattern, len(variants)), first))
    return tuple(grouped), [_runs(pattern) for pattern in variants]


def _runs(pattern: Sequence[tuple[int, int, int]]) -> list[Run]:
    runs: list[Run] = []
    for variant, shift, position in pattern:
        last = runs[-1] if runs and runs[-1].variant == variant else None
        if last is not None:
            end = last.start + (len(last.positions) - 1) * last.spacing
            spacing = shift - end if len(last.positions) == 1 else last.spacing
            if spacing > 0 and shift == end + spacing:
                runs[-1] = Run(variant, last.start, spacing, (*last.positions, position))
                continue
        runs.append(Run(variant, shift, 1, (position,)))
    return runs


def combined_cells(
    value: Cells, rows: tuple[Axis, list[list[Run]]], columns: tuple[Axis, list[list[Run]]], combine: Any
) -> Cells:
    """Computes the tensor of each pair of variants with `combine`, from the pieces it depends on."""
    require_few(len(rows[1]) * len(columns[1]))
    tensors = {}
    for r, row_runs in enumerate(rows[1]):
        for c, column_runs in enumerate(columns[1]):
            pieces = [
                (starting_from(value.tensors[row.variant, column.variant], row.start, column.start), row, column)
                for row in row_runs
                for column in column_runs
            ]
            tensors[r, c] = combine(pieces)
    return Cells(rows[0], columns[0], tensors, value.source)


def require_few(tensors: int) -> None:
    """Raises NotConvertible if a layer needs too many tensors to be fast."""
    if tensors > MAXIMUM_TENSORS_PER_LAYER:
        raise NotConvertible(
            "its layers pad or repeat their input, so that {tensors} kinds of cells differ", tensors=tensors
        )


def with_zeros(value: Cells) -> Cells:
    """The same cells, with a tensor for those that padding added as zeros."""
    import tensorflow as tf

    if None not in value.rows and None not in value.columns:
        return value
    like = next(iter(value.tensors.values()))
    zeros, tensors = tf.zeros_like(like), dict(value.tensors)
    row_variants, column_variants = ({cell.variant for cell in axis if cell} for axis in (value.rows, value.columns))
    new_row, new_column = max(row_variants, default=-1) + 1, max(column_variants, default=-1) + 1
    for row in {*row_variants, new_row}:
        for column in {*column_variants, new_column}:
            tensors.setdefault((row, column), zeros)
    rows = tuple(cell or Cell(new_row, 0) for cell in value.rows)
    columns = tuple(cell or Cell(new_column, 0) for cell in value.columns)
    return Cells(rows, columns, tensors, value.source)


def merged_cells(kind: str, values: list[Cells]) -> Cells:
    """Adds, concatenates … cell by cell; a single cell is combined with every cell of the others."""
    import tensorflow as tf

    axes, patterns = [], []
    for axis in ("rows", "columns"):
        cells = [getattr(value, axis) for value in values]
        length = max(len(c) for c in cells)
        if any(len(c) not in (1, length) for c in cells):
            raise NotConvertible("it merges images of different sizes")
        variants: dict[tuple[tuple[int, int], ...], int] = {}
        grouped = []
        for index in range(length):
            here = [c[index if len(c) > 1 else 0] for c in cells]
            first = min(cell.shift for cell in here)
            pattern = tuple((cell.variant, cell.shift - first) for cell in here)
            grouped.append(Cell(variants.setdefault(pattern, len(variants)), first))
        axes.append(tuple(grouped))
        patterns.append(list(variants))
    require_few(len(patterns[0]) * len(patterns[1]))
    channels = {next(iter(value.tensors.values())).shape[-1] for value in values}
    if kind != "Concatenate" and len(channels) > 1:
        raise NotConvertible("it merges images of {counts: and } channels ({kind})", counts=sorted(channels), kind=kind)
    merge = {
        "Add": tf.add_n,
        "Subtract": lambda t: t[0] - t[1],
        "Multiply": lambda t: tf.reduce_prod(t, axis=0) if len(t) > 2 else t[0] * t[1],
        "Average": lambda t: tf.add_n(t) / float(len(t)),
        "Maximum": lambda t: tf.reduce_max(t, axis=0) if len(t) > 2 else tf.maximum(t[0], t[1]),
        "Minimum": lambda t: tf.reduce_min(t, axis=0) if len(t) > 2 else tf.minimum(t[0], t[1]),
        "Concatenate": lambda t: tf.concat(t, axis=-1),
    }[kind]
    tensors = {}
    for r, rows in enumerate(patterns[0]):
        for c, columns in enumerate(patterns[1]):
            pieces = [
                starting_from(value.tensors[row[0], column[0]], row[1], column[1])
                for value, row, column in zip(values, rows, columns)
            ]
            tensors[r, c] = merge(cropped_alike(pieces))
    return Cells(axes[0], axes[1], tensors, values[0].source)


def distinct_cells(cells: Axis) -> tuple[Axis, list[Cell]]:
    """Gives each distinct cell of an axis a variant of its own."""
    known: dict[Cell, int] = {}
    renamed = tuple(Cell(known.setdefault(cell, len(known)), 0) for cell in cells if cell is not None)
    return renamed, list(known)


def _length(tensor: Any, axis: int) -> Any:
    """A number if TensorFlow knows it statically, else a tensor."""
    import tensorflow as tf

    known = tensor.shape[axis]
    return tf.shape(tensor)[axis] if known is None else known


def extent_of(tensor: Any) -> tuple[Any, Any]:
    """Rows and columns of (n, h, w, c)."""
    return _length(tensor, 1), _length(tensor, 2)


def starting_from(tensor: Any, row: int, column: int) -> Any:
    """The tensor without its first `row` rows and `column` columns."""
    return tensor[:, row:, column:] if row or column else tensor


def cropped_alike(tensors: list[Any]) -> list[Any]:
    """Tensors (n, h, w, c) cropped to the rows and columns that all of them have."""
    import tensorflow as tf

    if len(tensors) == 1:
        return tensors
    if all(tensor.shape[axis] is not None for tensor in tensors for axis in (1, 2)):
        height, width = (min(tensor.shape[axis] for tensor in tensors) for axis in (1, 2))
    else:
        sizes = [tf.shape(tensor)[1:3] for tensor in tensors]
        height, width = tf.unstack(tf.reduce_min(tf.stack(sizes), axis=0))
    return [tensor[:, :height, :width] for tensor in tensors]


def total_of(tensors: list[Any]) -> Any:
    """The sum of tensors, cropped to the rows and columns that all of them have."""
    import tensorflow as tf

    return tensors[0] if len(tensors) == 1 else tf.add_n(cropped_alike(tensors))


def largest_of(pieces: list[tuple[Any, Run, Run]]) -> Any:
    """The maximum over a window that consists of several pieces, around every pixel."""
    import tensorflow as tf

    pooled = cropped_alike([_pool(tf.nn.max_pool2d, *piece) for piece in pieces])
    result = pooled[0]
    for other in pooled[1:]:
        result = tf.maximum(result, other)
    return result


def mean_of(pieces: list[tuple[Any, Run, Run]]) -> Any:
    """The mean over a window that consists of several pieces, around every pixel."""
    import tensorflow as tf

    counts = [len(rows.positions) * len(columns.positions) for _, rows, columns in pieces]
    pooled = [_pool(tf.nn.avg_pool2d, *piece) for piece in pieces]
    if len(pooled) == 1:
        return pooled[0]
    return total_of([tensor * (count / sum(counts)) for tensor, count in zip(pooled, counts)])


def _pool(pooling: Any, tensor: Any, rows: Run, columns: Run) -> Any:
    """Pools over a window of cells that lie `spacing` apart, around every pixel."""
    size = len(rows.positions), len(columns.positions)
    if max(size) < SEPARATE_POOLING_FROM:
        return _spaced(lambda t, _, edge: pooling(t, size, 1, edge), tensor, size, (rows.spacing, columns.spacing))
    for axis, run in enumerate((rows, columns)):
        window = (size[0], 1) if axis == 0 else (1, size[1])
        spacing = (run.spacing, 1) if axis == 0 else (1, run.spacing)
        if max(window) > 1:
            tensor = _spaced(lambda t, _, edge, w=window: pooling(t, w, 1, edge), tensor, window, spacing)
    return tensor


def depthwise_convolution(
    tensor: Any, kernel: np.ndarray, spacing: tuple[int, int], constant: Callable[[np.ndarray], Any]
) -> Any:
    """Convolves each channel separately; `kernel` is (rows, columns, c, multiplier)."""
    import tensorflow as tf

    def convolve(t: Any, repeated: int, edge: str) -> Any:
        # channels of `t`: for each of `repeated` neighboring columns all channels of the image
        return tf.nn.depthwise_conv2d(t, constant(np.tile(kernel, (1, 1, repeated, 1))), (1, 1, 1, 1), edge)

    size = kernel.shape[0], kernel.shape[1]
    return _spaced(convolve, tensor, size, spacing, kernel.shape[2] * kernel.shape[3])


def _spaced(
    operation: Any, tensor: Any, size: tuple[int, int], spacing: tuple[int, int], channels: Optional[int] = None
) -> Any:
    """Applies an operation on windows of adjacent pixels to windows of pixels that lie `spacing` apart.

    Treating s rows as one, and s columns as channels, makes pixels that lie s apart adjacent. This only reshapes, so
    nothing is copied; TensorFlow's own dilated pooling copies twice.

    Args:
        operation: (tensor, columns turned into channels, "VALID" or "SAME") -> tensor.
        size: of the window; channels: of the result, if they differ from those of the tensor.
    """
    import tensorflow as tf

    if spacing == (1, 1):
        return operation(tensor, 1, "VALID")
    (down, across), depth, count = spacing, tensor.shape[-1], _length(tensor, 0)
    height, width = extent_of(tensor)
    tensor = tf.pad(tensor, [[0, 0], [0, -height % down], [0, -width % across], [0, 0]])
    height, width = extent_of(tensor)
    tensor = tf.reshape(tensor, (count, height // down, down * (width // across), across * depth))
    # “SAME” keeps the size, so that rows and columns can be restored; its windows begin early
    tensor = tf.reshape(operation(tensor, across, "SAME"), (count, height, width, channels or depth))
    return starting_from(tensor, (size[0] - 1) // 2 * down, (size[1] - 1) // 2 * across)
