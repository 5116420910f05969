"""Evaluating a patch network at every pixel: exactly, at the cost of plain convolutions.

A network that is shown the patch of each pixel repeats almost all its work from one pixel to the next. Here every
cell of a layer is computed once for the whole block. Moving the patch by one pixel moves everything in it, so the
value of a cell is read off a tensor over the whole block, at the pixel plus a shift that belongs to the cell. Cells
whose values differ only by their shift share a tensor. Without padding all cells of a layer share one, and its
shifts lie as far apart as the product of the strides before it: the "à trous" scheme of Holschneider et al. (1989),
applied to networks by Giusti et al. (2013, doi:10.1109/ICIP.2013.6738831). Where a layer pads its input, the cells
near the patch's edge get tensors of their own. The result equals the patch network slid over every pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional, Union

import numpy as np

from .taps import (
    CONVOLUTIONS,
    GLOBAL_POOLINGS,
    MERGES,
    POINTWISE,
    POOLINGS,
    NotConvertible,
    Taps,
    require_channels_last,
    taps_of,
)
from .views import Predict, View

MAXIMUM_TENSORS_PER_LAYER = 100  # more make TensorFlow slower than patch by patch is
SEPARATE_POOLING_FROM = 3  # a window of this size is pooled faster along rows, then along columns

# Activations that look at one number at a time; others (softmax) mix the channels.
_ELEMENTWISE_LAYERS = {"ReLU", "LeakyReLU", "ELU", "Dropout", "GaussianNoise", "Rescaling"}
_ELEMENTWISE_ACTIVATIONS = {"linear", "relu", "relu6", "elu", "selu", "gelu", "silu", "sigmoid", "tanh", "leaky_relu"}


class Cell(NamedTuple):
    """Where the value of a row (or column) of cells is found: which tensor, and how many pixels further on."""

    variant: int
    shift: int


Axis = tuple[Optional[Cell], ...]  # None: zeros added by the network


@dataclass(frozen=True)
class _Cells:
    """Stands in for the output of a layer, (n, len(rows), len(columns), c) for a patch.

    Attributes:
        rows, columns: of the cells.
        tensors: (n, h, w, c) for each pair of a row's and a column's variant. Their last rows and columns may be
            meaningless: no cell of a pixel of the block reads them.
        source: whose pixels the tensors follow; 0 for the grid of the map.
    """

    rows: Axis
    columns: Axis
    tensors: dict[tuple[int, int], Any]
    source: int = 0

    @property
    def is_one(self) -> bool:
        return len(self.rows) == len(self.columns) == 1


@dataclass(frozen=True)
class _Flat:
    """Stands in for a vector: the cells of each part row by row, one part after the other."""

    parts: tuple[_Cells, ...]


_Value = Union[_Cells, _Flat]


class _Run(NamedTuple):
    """Cells of one tensor at equal distances, and their positions in a kernel."""

    variant: int
    start: int
    spacing: int
    positions: tuple[int, ...]


def dense_predictor(
    network: Any,
    patch_shapes: Sequence[tuple[int, int]],
    on_map_grid: Sequence[bool] = (True,),
    only_classes: bool = False,
    device: str = "",
) -> Predict:
    """Evaluates a patch network at every pixel of a block.

    Args:
        network: keras.Model with one input per source, (n, height, width, c) each, -> (n, k).
        patch_shapes: rows and columns of each source's patch.
        on_map_grid: for each source, whether its pixels are those of the map.
        only_classes: answer the index of the best class instead of all scores.
        device: of TensorFlow, such as /GPU:0; its own choice by default.
    Returns:
        The predictor. Its first call raises NotConvertible if a layer has no exact dense equivalent, or if too many of
        its cells differ by more than a shift.
    """
    import tensorflow as tf

    weights, count = _weights_of(network), len(network.inputs)

    def evaluate(*tensors: Any) -> Any:
        with tf.device(device):
            images = [tf.cast(tensor, tf.float32)[tf.newaxis] for tensor in tensors[:count]]
            starts = list(zip(tensors[count : 2 * count], tensors[2 * count :]))
            size = tf.shape(starts[0][0])[0], tf.shape(starts[0][1])[0]
            walk = _Evaluation(network, weights, patch_shapes, on_map_grid, images, starts, _captured)
            return walk.result(size, only_classes)[0]

    graph = of_any_size(evaluate)

    def predict(views: Sequence[View]) -> np.ndarray:
        return np.asarray(graph(*(v.pixels for v in views), *(v.rows for v in views), *(v.columns for v in views)))

    return predict


def of_any_size(function: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a TensorFlow graph of a function, once for each combination of types, whatever the sizes of the arrays.

    A graph stays in the memory, and every image of a set may have another size. Graphs that know the sizes are no
    faster.

    Args:
        function: of tensors: images (h, w, c), vectors and numbers.
    """
    import tensorflow as tf

    traced, graphs = tf.function(function, autograph=False), {}

    def call(*arrays: Any) -> Any:
        tensors = [tf.constant(array) for array in arrays]
        key = tuple(tensor.dtype for tensor in tensors)
        if key not in graphs:
            specs = [
                tf.TensorSpec((None, None, t.shape[2]) if t.ndim == 3 else (None,) * t.ndim, t.dtype) for t in tensors
            ]
            graphs[key] = traced.get_concrete_function(*specs)
        return graphs[key](*tensors)

    return call


def dense_answers(network: Any, patch_shapes: Sequence[tuple[int, int]]) -> Callable[..., Any]:
    """A patch network as a function of whole images, to be built into a TensorFlow graph of its own.

    Args:
        network, patch_shapes: as for `dense_predictor`.
    Returns:
        images (n, h, w, c) float32, one tensor for each source, all of the same pixel size, whose first patches belong
        together -> scores (n, h − H + 1, w − W + 1, k) for the H × W patch of the first source, and the indices of the
        best classes without the last axis. It raises NotConvertible as the predictor does.
    """
    weights = _weights_of(network)

    def answers(*images: Any) -> tuple[Any, Any]:
        same_grid, nowhere = [True] * len(images), [(None, None)] * len(images)
        walk = _Evaluation(network, weights, patch_shapes, same_grid, images, nowhere, _constants())
        height, width = _extent(images[0])
        size = height - patch_shapes[0][0] + 1, width - patch_shapes[0][1] + 1
        return walk.result(size), walk.result(size, only_classes=True)

    return answers


def _weights_of(network: Any) -> dict[int, np.ndarray]:
    return {id(weight): np.asarray(weight) for weight in network.weights}


class _Evaluation:
    """One walk through a network's graph, from its output back to the pixels.

    Args:
        images: (n, h, w, c) float32 of each source. starts: for each source that is not on the grid of the map, where
            the patch of each row and column of the map starts. constant: makes a tensor of an array.
    """

    def __init__(
        self,
        network: Any,
        weights: dict[int, np.ndarray],
        patch_shapes: Sequence[tuple[int, int]],
        on_map_grid: Sequence[bool],
        images: Sequence[Any],
        starts: Sequence[tuple[Any, Any]],
        constant: Callable[[np.ndarray], Any],
    ):
        self._weights, self._positions, self._constant = weights, starts, constant
        self._output, self._only_classes = network.outputs[0], False
        self._values: dict[int, _Value] = {}
        for i, (key, shape) in enumerate(zip(network.inputs, patch_shapes)):
            rows, columns = (tuple(Cell(0, position) for position in range(length)) for length in shape)
            self._values[id(key)] = _Cells(rows, columns, {(0, 0): images[i]}, 0 if on_map_grid[i] else i)

    def result(self, size: tuple[Any, Any], only_classes: bool = False) -> Any:
        """Scores (n, h, w, k), or class indices (n, h, w); `size` is (h, w), numbers or tensors."""
        import tensorflow as tf

        self._only_classes = only_classes
        self._values.pop(id(self._output), None)  # nothing else depends on what is asked for
        value = self._value_of(self._output)
        if isinstance(value, _Cells):
            if not value.is_one:
                raise NotConvertible("it answers with an image for each patch instead of one class")
            value = _Flat((value,))
        scores = self._one_tensor(value)[:, : size[0], : size[1]]
        if not only_classes:
            return scores
        return tf.cast(tf.argmax(scores, -1, tf.int32), tf.uint8 if scores.shape[-1] <= 256 else tf.int32)

    def _value_of(self, tensor: Any) -> _Value:
        if id(tensor) not in self._values:
            operation, node, _ = tensor._keras_history
            inputs = operation._inbound_nodes[node].input_tensors
            self._values[id(tensor)] = self._apply(operation, [self._value_of(t) for t in inputs], tensor)
        return self._values[id(tensor)]

    def _apply(self, layer: Any, inputs: list[_Value], output: Any) -> _Value:
        import keras

        kind = type(layer).__name__
        if not isinstance(layer, keras.layers.Layer):
            raise NotConvertible(f"“{layer.name}” is an operation outside of a layer")
        if layer.compute_dtype != "float32":
            raise NotConvertible(f"the layer “{layer.name}” computes with {layer.compute_dtype}")
        value = inputs[0]
        require_channels_last(layer, 4 if isinstance(value, _Cells) else 2)
        if self._only_classes and output is self._output and kind == "Softmax":
            return value  # the largest stays the largest
        if kind in MERGES:
            return self._merge(kind, inputs)
        if kind in POINTWISE:
            return self._pointwise(layer, value)
        if kind == "Dense":
            return self._dense(layer, value, output)
        if kind in ("Flatten", "Reshape"):
            return _reshape(layer, value, output)
        if isinstance(value, _Flat):
            raise NotConvertible(f"the layer “{layer.name}” is of the kind {kind}, on a vector")
        if kind in CONVOLUTIONS or kind == "Conv2DTranspose":
            return self._convolution(layer, value, output)
        if kind in POOLINGS + GLOBAL_POOLINGS:
            return self._pooling(layer, value)
        return self._move(layer, value)

    def _convolution(self, layer: Any, value: _Cells, output: Any) -> _Cells:
        if getattr(layer, "groups", 1) != 1:
            raise NotConvertible(f"the layer “{layer.name}” is a grouped convolution")
        kind = type(layer).__name__
        taps = taps_of(layer, 0, len(value.rows)), taps_of(layer, 1, len(value.columns))
        if kind in ("Conv2D", "Conv2DTranspose"):
            kernel = self._weights[id(layer.kernel)]
            kernel = kernel.transpose(0, 1, 3, 2) if kind == "Conv2DTranspose" else kernel
            value = self._convolve(value, taps, kernel)
        elif kind == "DepthwiseConv2D":
            value = self._convolve(value, taps, self._weights[id(layer.kernel)], depthwise=True)
        else:
            value = self._convolve(value, taps, self._weights[id(layer.depthwise_kernel)], depthwise=True)
            value = self._convolve(value, _each_cell(value), self._weights[id(layer.pointwise_kernel)])
        return self._finish(layer, value, output)

    def _convolve(self, value: _Cells, taps: tuple[Taps, Taps], kernel: np.ndarray, depthwise: bool = False) -> _Cells:
        import tensorflow as tf

        def combine(pieces: list[tuple[Any, _Run, _Run]]) -> Any:
            results = []
            for tensor, rows, columns in pieces:
                part = kernel[list(rows.positions)][:, list(columns.positions)]
                spacing = rows.spacing, columns.spacing
                if depthwise:
                    results.append(_depthwise(tensor, part, spacing, self._constant))
                else:
                    results.append(tf.nn.conv2d(tensor, self._constant(part), 1, "VALID", dilations=spacing))
            return _total(results)

        rows, columns = _group(value.rows, taps[0]), _group(value.columns, taps[1])
        if None in rows[0] or None in columns[0]:  # a window that sees nothing but padding
            value = _with_zeros(value)
            rows, columns = _group(value.rows, taps[0]), _group(value.columns, taps[1])
        return _combined(value, rows, columns, combine)

    def _finish(self, layer: Any, value: _Cells, output: Any) -> _Cells:
        """Bias and activation."""
        import tensorflow as tf

        bias = None if layer.bias is None else self._constant(self._weights[id(layer.bias)])
        drop = self._only_classes and output is self._output and _activation_name(layer) == "softmax"

        def finish(tensor: Any) -> Any:
            tensor = tensor if bias is None else tf.nn.bias_add(tensor, bias)
            return tensor if drop else layer.activation(tensor)

        return _Cells(value.rows, value.columns, {k: finish(t) for k, t in value.tensors.items()}, value.source)

    def _pooling(self, layer: Any, value: _Cells) -> _Value:
        value, kind = _with_zeros(value), type(layer).__name__
        taps = [taps_of(layer, axis, len(cells)) for axis, cells in enumerate((value.rows, value.columns))]
        rows, columns = (
            _group(cells, [tuple((cell, 0) for cell, _ in of_cell) for of_cell in t])
            for cells, t in zip((value.rows, value.columns), taps)
        )
        combine = _largest if "Max" in kind else _mean
        pooled = _combined(value, rows, columns, combine)
        return _Flat((pooled,)) if kind in GLOBAL_POOLINGS and not layer.keepdims else pooled

    def _move(self, layer: Any, value: _Cells) -> _Cells:
        """Padding, cropping, repeating: cells change their places, nothing is computed."""
        taps = taps_of(layer, 0, len(value.rows)), taps_of(layer, 1, len(value.columns))
        rows, columns = (
            tuple(cells[t[0][0]] if t else None for t in of_axis)
            for cells, of_axis in zip((value.rows, value.columns), taps)
        )
        return _Cells(rows, columns, value.tensors, value.source)

    def _pointwise(self, layer: Any, value: _Value) -> _Value:
        if isinstance(value, _Flat) and all(part.is_one for part in value.parts):
            return _Flat((_one(_rowwise(layer, self._one_tensor(value))),))
        if isinstance(value, _Flat):
            if type(layer).__name__ not in _ELEMENTWISE_LAYERS and (
                type(layer).__name__ != "Activation" or _activation_name(layer) not in _ELEMENTWISE_ACTIVATIONS
            ):
                raise NotConvertible(f"the layer “{layer.name}” works on a vector made of several cells")
            return _Flat(tuple(self._on_tensors(layer, part) for part in value.parts))
        if type(layer).__name__ == "PReLU" and any(size != 1 for size in layer.alpha.shape[:-1]):
            raise NotConvertible(f"the layer “{layer.name}” has a parameter of its own for each cell of a patch")
        return self._on_tensors(layer, value)

    def _on_tensors(self, layer: Any, value: _Cells) -> _Cells:
        value = _with_zeros(value)
        apply = standardize if type(layer).__name__ == "Normalization" and not layer.invert else _called
        tensors = {key: apply(layer, tensor) for key, tensor in value.tensors.items()}
        return _Cells(value.rows, value.columns, tensors, value.source)

    def _dense(self, layer: Any, value: _Value, output: Any) -> _Value:
        kernel, offset, results = self._weights[id(layer.kernel)], 0, []
        if isinstance(value, _Cells):
            spread = self._convolve(value, _each_cell(value), kernel[np.newaxis, np.newaxis])
            return self._finish(layer, spread, output)
        for part in value.parts:
            height, width = len(part.rows), len(part.columns)
            channels = next(iter(part.tensors.values())).shape[-1]
            size = height * width * channels
            window = kernel[offset : offset + size].reshape(height, width, channels, -1)
            taps = [tuple((cell, cell) for cell in range(length)) for length in (height, width)]
            results.append(self._convolve(part, ([taps[0]], [taps[1]]), window))
            offset += size
        total = results[0] if len(results) == 1 else _one(_total([self._tensor(r) for r in results]))
        return _Flat((self._finish(layer, total, output),))

    def _merge(self, kind: str, inputs: list[_Value]) -> _Value:
        if all(isinstance(value, _Flat) for value in inputs):
            if kind == "Concatenate":
                return _Flat(tuple(part for value in inputs for part in value.parts))  # type: ignore[union-attr]
            one = [_one(self._one_tensor(value)) for value in inputs]  # type: ignore[arg-type]
            return _Flat((_merged(kind, one),))
        cells = [_with_zeros(value) for value in inputs if isinstance(value, _Cells)]
        if len(cells) < len(inputs):
            raise NotConvertible("it merges a vector with an image")
        if len({value.source for value in cells}) > 1:
            cells = [self._on_map_grid(value) for value in cells]
        return _merged(kind, cells)

    def _on_map_grid(self, value: _Cells) -> _Cells:
        """Tensors of a source with another pixel size, looked up for each pixel of the map."""
        import tensorflow as tf

        if value.source == 0:
            return value
        starts = self._positions[value.source]
        (rows, row_cells), (columns, column_cells) = (_distinct(axis) for axis in (value.rows, value.columns))
        _require_few(len(row_cells) * len(column_cells))
        tensors = {}
        for r, row in enumerate(row_cells):
            for c, column in enumerate(column_cells):
                tensor = tf.gather(value.tensors[row.variant, column.variant], starts[0] + row.shift, axis=1)
                tensors[r, c] = tf.gather(tensor, starts[1] + column.shift, axis=2)
        return _Cells(rows, columns, tensors)

    def _tensor(self, value: _Cells) -> Any:
        """The only cell of a value, (n, ≥ h, ≥ w, c) on the grid of the map."""
        value = self._on_map_grid(_with_zeros(value))
        (row,), (column,) = value.rows, value.columns
        return _from(value.tensors[row.variant, column.variant], row.shift, column.shift)  # type: ignore[union-attr]

    def _one_tensor(self, value: _Flat) -> Any:
        """All cells of a vector, (n, ≥ h, ≥ w, c)."""
        import tensorflow as tf

        pieces = []
        for part in value.parts:
            part = self._on_map_grid(_with_zeros(part))
            for row in part.rows:
                for column in part.columns:
                    tensor = part.tensors[row.variant, column.variant]  # type: ignore[union-attr]
                    pieces.append(_from(tensor, row.shift, column.shift))  # type: ignore[union-attr]
        return pieces[0] if len(pieces) == 1 else tf.concat(_cropped(pieces), axis=-1)


def _reshape(layer: Any, value: _Value, output: Any) -> _Value:
    target = output.shape[1:]
    if len(target) == 1:
        return value if isinstance(value, _Flat) else _Flat((value,))
    parts = value.parts if isinstance(value, _Flat) else (value,)
    if len(target) == 3 and len(parts) == 1 and (len(parts[0].rows), len(parts[0].columns)) == tuple(target[:2]):
        return parts[0]
    raise NotConvertible(f"the layer “{layer.name}” reshapes to {tuple(target)}")


def _captured(array: np.ndarray) -> Any:
    """An array that the graph refers to. Built into the graph, constants make convolutions about 10 % slower."""
    import tensorflow as tf

    with tf.init_scope():
        return tf.constant(array)


def _constants() -> Callable[[np.ndarray], Any]:
    """Makes arrays part of the graph that is being built, equal ones once: such a graph can be written to a file."""
    import tensorflow as tf

    known: dict[tuple[Any, bytes], Any] = {}

    def constant(array: np.ndarray) -> Any:
        key = (array.dtype, array.shape), array.tobytes()
        if key not in known:
            known[key] = tf.constant(array)
        return known[key]

    return constant


def _called(layer: Any, tensor: Any) -> Any:
    return layer(tensor, training=False)


def standardize(layer: Any, tensor: Any) -> Any:
    """What a Normalization layer does, with the bands of a row's pixels laid side by side.

    TensorFlow is five times as fast at adding rows of thousands of numbers as at adding the few bands of each pixel.
    """
    import keras
    import tensorflow as tf

    count, (height, width), bands = _length(tensor, 0), _extent(tensor), tensor.shape[-1]
    mean = np.ravel(layer.mean).astype(np.float32)
    deviation = np.maximum(np.sqrt(np.ravel(layer.variance)), keras.backend.epsilon()).astype(np.float32)
    rows = tf.reshape(tensor, (count, height, width * bands))
    rows = (rows - tf.tile(mean, [width])) / tf.tile(deviation, [width])
    return tf.reshape(rows, (count, height, width, bands))


def _rowwise(layer: Any, tensor: Any) -> Any:
    """A layer of vectors (n, c), applied to the vector of each pixel (n, h, w, c)."""
    import tensorflow as tf

    shape, channels = tf.shape(tensor), tensor.shape[-1]
    rows = layer(tf.reshape(tensor, (-1, channels)), training=False)
    return tf.reshape(rows, tf.concat([shape[:3], [rows.shape[-1]]], axis=0))


def _each_cell(value: _Cells) -> tuple[Taps, Taps]:
    """The taps of a 1 × 1 window."""
    return [((i, 0),) for i in range(len(value.rows))], [((i, 0),) for i in range(len(value.columns))]


def _activation_name(layer: Any) -> str:
    return str(getattr(layer.activation, "__name__", ""))


def _one(tensor: Any) -> _Cells:
    """A value of a single cell on the grid of the map."""
    return _Cells((Cell(0, 0),), (Cell(0, 0),), {(0, 0): tensor})


def _group(cells: Axis, taps: Taps) -> tuple[Axis, list[list[_Run]]]:
    """Finds which output cells of an axis can share a tensor.

    Returns:
        The output cells, and for each of their variants what it is computed from.
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


def _runs(pattern: Sequence[tuple[int, int, int]]) -> list[_Run]:
    runs: list[_Run] = []
    for variant, shift, position in pattern:
        last = runs[-1] if runs and runs[-1].variant == variant else None
        if last is not None:
            end = last.start + (len(last.positions) - 1) * last.spacing
            spacing = shift - end if len(last.positions) == 1 else last.spacing
            if spacing > 0 and shift == end + spacing:
                runs[-1] = _Run(variant, last.start, spacing, (*last.positions, position))
                continue
        runs.append(_Run(variant, shift, 1, (position,)))
    return runs


def _combined(
    value: _Cells, rows: tuple[Axis, list[list[_Run]]], columns: tuple[Axis, list[list[_Run]]], combine: Any
) -> _Cells:
    """Computes the tensor of each pair of variants with `combine`, from the pieces that it depends on."""
    _require_few(len(rows[1]) * len(columns[1]))
    tensors = {}
    for r, row_runs in enumerate(rows[1]):
        for c, column_runs in enumerate(columns[1]):
            pieces = [
                (_from(value.tensors[row.variant, column.variant], row.start, column.start), row, column)
                for row in row_runs
                for column in column_runs
            ]
            tensors[r, c] = combine(pieces)
    return _Cells(rows[0], columns[0], tensors, value.source)


def _require_few(tensors: int) -> None:
    if tensors > MAXIMUM_TENSORS_PER_LAYER:
        raise NotConvertible(f"its layers pad or repeat their input, so that {tensors} kinds of cells differ")


def _with_zeros(value: _Cells) -> _Cells:
    """The same cells, with a tensor for those that the network added as zeros."""
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
    return _Cells(rows, columns, tensors, value.source)


def _merged(kind: str, values: list[_Cells]) -> _Cells:
    """Adds, concatenates … cell by cell; a value of a single cell meets every cell of the others."""
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
    _require_few(len(patterns[0]) * len(patterns[1]))
    channels = {next(iter(value.tensors.values())).shape[-1] for value in values}
    if kind != "Concatenate" and len(channels) > 1:
        raise NotConvertible(f"it merges images of {' and '.join(map(str, sorted(channels)))} channels ({kind})")
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
                _from(value.tensors[row[0], column[0]], row[1], column[1])
                for value, row, column in zip(values, rows, columns)
            ]
            tensors[r, c] = merge(_cropped(pieces))
    return _Cells(axes[0], axes[1], tensors, values[0].source)


def _distinct(cells: Axis) -> tuple[Axis, list[Cell]]:
    """Gives each distinct cell of an axis a variant of its own."""
    known: dict[Cell, int] = {}
    renamed = tuple(Cell(known.setdefault(cell, len(known)), 0) for cell in cells if cell is not None)
    return renamed, list(known)


def _length(tensor: Any, axis: int) -> Any:
    """A number where TensorFlow knows it, else a tensor."""
    import tensorflow as tf

    known = tensor.shape[axis]
    return tf.shape(tensor)[axis] if known is None else known


def _extent(tensor: Any) -> tuple[Any, Any]:
    """Rows and columns of (n, h, w, c)."""
    return _length(tensor, 1), _length(tensor, 2)


def _from(tensor: Any, row: int, column: int) -> Any:
    """The tensor without its first rows and columns."""
    return tensor[:, row:, column:] if row or column else tensor


def _cropped(tensors: list[Any]) -> list[Any]:
    """Tensors (n, h, w, c) cut to the rows and columns that all of them have."""
    import tensorflow as tf

    if len(tensors) == 1:
        return tensors
    if all(tensor.shape[axis] is not None for tensor in tensors for axis in (1, 2)):
        height, width = (min(tensor.shape[axis] for tensor in tensors) for axis in (1, 2))
    else:
        sizes = [tf.shape(tensor)[1:3] for tensor in tensors]
        height, width = tf.unstack(tf.reduce_min(tf.stack(sizes), axis=0))
    return [tensor[:, :height, :width] for tensor in tensors]


def _total(tensors: list[Any]) -> Any:
    import tensorflow as tf

    return tensors[0] if len(tensors) == 1 else tf.add_n(_cropped(tensors))


def _largest(pieces: list[tuple[Any, _Run, _Run]]) -> Any:
    import tensorflow as tf

    pooled = _cropped([_pool(tf.nn.max_pool2d, *piece) for piece in pieces])
    result = pooled[0]
    for other in pooled[1:]:
        result = tf.maximum(result, other)
    return result


def _mean(pieces: list[tuple[Any, _Run, _Run]]) -> Any:
    import tensorflow as tf

    counts = [len(rows.positions) * len(columns.positions) for _, rows, columns in pieces]
    pooled = [_pool(tf.nn.avg_pool2d, *piece) for piece in pieces]
    if len(pooled) == 1:
        return pooled[0]
    return _total([tensor * (count / sum(counts)) for tensor, count in zip(pooled, counts)])


def _pool(pooling: Any, tensor: Any, rows: _Run, columns: _Run) -> Any:
    """Pools a window of cells that lie `spacing` apart, around every pixel."""
    size = len(rows.positions), len(columns.positions)
    if max(size) < SEPARATE_POOLING_FROM:
        return _spaced(lambda t, _, edge: pooling(t, size, 1, edge), tensor, size, (rows.spacing, columns.spacing))
    for axis, run in enumerate((rows, columns)):
        window = (size[0], 1) if axis == 0 else (1, size[1])
        spacing = (run.spacing, 1) if axis == 0 else (1, run.spacing)
        if max(window) > 1:
            tensor = _spaced(lambda t, _, edge, w=window: pooling(t, w, 1, edge), tensor, window, spacing)
    return tensor


def _depthwise(tensor: Any, kernel: np.ndarray, spacing: tuple[int, int], constant: Callable[[np.ndarray], Any]) -> Any:
    """Convolves each channel by itself; `kernel` is (rows, columns, c, multiplier)."""
    import tensorflow as tf

    def convolve(t: Any, repeated: int, edge: str) -> Any:
        # channels of `t`: for each of `repeated` neighboring columns all channels of the image
        return tf.nn.depthwise_conv2d(t, constant(np.tile(kernel, (1, 1, repeated, 1))), (1, 1, 1, 1), edge)

    size = kernel.shape[0], kernel.shape[1]
    return _spaced(convolve, tensor, size, spacing, kernel.shape[2] * kernel.shape[3])


def _spaced(
    operation: Any, tensor: Any, size: tuple[int, int], spacing: tuple[int, int], channels: Optional[int] = None
) -> Any:
    """Applies an operation on windows of neighbors to windows of pixels that lie `spacing` apart.

    Laying s rows side by side as one, and s columns of a pixel as channels, makes pixels that are s apart neighbors.
    This only reinterprets the memory, so nothing is copied; TensorFlow's own dilated pooling copies twice.

    Args:
        operation: (tensor, columns laid into channels, "VALID" or "SAME") -> tensor.
        size: of the window; channels: of the result, if they differ from those of the tensor.
    """
    import tensorflow as tf

    if spacing == (1, 1):
        return operation(tensor, 1, "VALID")
    (down, across), depth, count = spacing, tensor.shape[-1], _length(tensor, 0)
    height, width = _extent(tensor)
    tensor = tf.pad(tensor, [[0, 0], [0, -height % down], [0, -width % across], [0, 0]])
    height, width = _extent(tensor)
    tensor = tf.reshape(tensor, (count, height // down, down * (width // across), across * depth))
    # “SAME” keeps the size, so that the rows and columns can be laid back; its windows begin early
    tensor = tf.reshape(operation(tensor, across, "SAME"), (count, height, width, channels or depth))
    return _from(tensor, (size[0] - 1) // 2 * down, (size[1] - 1) // 2 * across)
