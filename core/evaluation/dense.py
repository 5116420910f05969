"""Dense evaluation: a patch network at every pixel, exactly, at the cost of plain convolutions.

A network that is run on the patch of each pixel repeats almost all its work from one pixel to the next. Here every
cell of a layer is computed once for the whole block. Moving the patch by one pixel moves everything in it, so the
value of a cell is read from a tensor over the whole block, at the pixel plus a shift that belongs to the cell. Cells
whose values differ only by their shift share a tensor. Without padding all cells of a layer share one, and its
shifts lie as far apart as the product of the strides before it: the "à trous" scheme of Holschneider et al. (1989),
applied to networks by Giusti et al. (2013, doi:10.1109/ICIP.2013.6738831). Where a layer pads its input, the cells
near the patch's edge get tensors of their own. The result equals the patch network slid over every pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .dense_tensors import (
    Cell,
    Cells,
    Flat,
    Run,
    Value,
    combined_cells,
    cropped_alike,
    depthwise_convolution,
    distinct_cells,
    extent_of,
    grouped_cells,
    largest_of,
    mean_of,
    merged_cells,
    require_few,
    standardize,
    starting_from,
    total_of,
    with_zeros,
)
from .layer_geometry import (
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
from .view import Predict, View

# Activations of single numbers; others (softmax) mix the channels.
_ELEMENTWISE_LAYERS = {"ReLU", "LeakyReLU", "ELU", "Dropout", "GaussianNoise", "Rescaling"}
_ELEMENTWISE_ACTIVATIONS = {"linear", "relu", "relu6", "elu", "selu", "gelu", "silu", "sigmoid", "tanh", "leaky_relu"}


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
        only_classes: return the index of the best class instead of all scores.
        device: a TensorFlow device such as /GPU:0; by default TensorFlow chooses.
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
    """Traces a function into a TensorFlow graph, once for each combination of types, whatever the array sizes.

    Graphs stay in memory, and the images of a set may all differ in size. Graphs with fixed sizes are not faster.

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
    """A patch network as a function of whole images, for building a standalone TensorFlow graph.

    Args:
        network, patch_shapes: as for `dense_predictor`.
    Returns:
        images (n, h, w, c) float32, one tensor for each source, all with the same pixel size and aligned at their
        first patches -> scores (n, h − H + 1, w − W + 1, k) for the H × W patch of the first source, and the indices of
        the best classes without the last axis. It raises NotConvertible as the predictor does.
    """
    weights = _weights_of(network)

    def answers(*images: Any) -> tuple[Any, Any]:
        same_grid, nowhere = [True] * len(images), [(None, None)] * len(images)
        walk = _Evaluation(network, weights, patch_shapes, same_grid, images, nowhere, _constants())
        height, width = extent_of(images[0])
        size = height - patch_shapes[0][0] + 1, width - patch_shapes[0][1] + 1
        return walk.result(size), walk.result(size, only_classes=True)

    return answers


def _weights_of(network: Any) -> dict[int, np.ndarray]:
    return {id(weight): np.asarray(weight) for weight in network.weights}


class _Evaluation:
    """One walk through a network's graph, from its output back to the pixels.

    Args:
        images: (n, h, w, c) float32 of each source. starts: for each source that is not on the grid of the map, where
            the patch of each row and column of the map starts. constant: turns an array into a tensor.
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
        self._values: dict[int, Value] = {}
        for i, (key, shape) in enumerate(zip(network.inputs, patch_shapes)):
            rows, columns = (tuple(Cell(0, position) for position in range(length)) for length in shape)
            self._values[id(key)] = Cells(rows, columns, {(0, 0): images[i]}, 0 if on_map_grid[i] else i)

    def result(self, size: tuple[Any, Any], only_classes: bool = False) -> Any:
        """Scores (n, h, w, k), or class indices (n, h, w); `size` is (h, w), numbers or tensors."""
        import tensorflow as tf

        self._only_classes = only_classes
        self._values.pop(id(self._output), None)  # nothing else depends on only_classes
        value = self._value_of(self._output)
        if isinstance(value, Cells):
            if not value.is_one:
                raise NotConvertible("it answers with an image for each patch instead of one class")
            value = Flat((value,))
        scores = self._one_tensor(value)[:, : size[0], : size[1]]
        if not only_classes:
            return scores
        return tf.cast(tf.argmax(scores, -1, tf.int32), tf.uint8 if scores.shape[-1] <= 256 else tf.int32)

    def _value_of(self, tensor: Any) -> Value:
        if id(tensor) not in self._values:
            operation, node, _ = tensor._keras_history
            inputs = operation._inbound_nodes[node].input_tensors
            self._values[id(tensor)] = self._apply(operation, [self._value_of(t) for t in inputs], tensor)
        return self._values[id(tensor)]

    def _apply(self, layer: Any, inputs: list[Value], output: Any) -> Value:
        import keras

        kind = type(layer).__name__
        if not isinstance(layer, keras.layers.Layer):
            raise NotConvertible("“{layer}” is an operation outside of a layer", layer=layer.name)
        if layer.compute_dtype != "float32":
            raise NotConvertible(
                "the layer “{layer}” computes with {dtype}", layer=layer.name, dtype=layer.compute_dtype
            )
        value = inputs[0]
        require_channels_last(layer, 4 if isinstance(value, Cells) else 2)
        if self._only_classes and output is self._output and kind == "Softmax":
            return value  # softmax keeps the order
        if kind in MERGES:
            return self._merge(kind, inputs)
        if kind in POINTWISE:
            return self._pointwise(layer, value)
        if kind == "Dense":
            return self._dense(layer, value, output)
        if kind in ("Flatten", "Reshape"):
            return _reshape(layer, value, output)
        if isinstance(value, Flat):
            raise NotConvertible("the layer “{layer}” is of the kind {kind}, on a vector", layer=layer.name, kind=kind)
        if kind in CONVOLUTIONS or kind == "Conv2DTranspose":
            return self._convolution(layer, value, output)
        if kind in POOLINGS + GLOBAL_POOLINGS:
            return self._pooling(layer, value)
        return self._move(layer, value)

    def _convolution(self, layer: Any, value: Cells, output: Any) -> Cells:
        if getattr(layer, "groups", 1) != 1:
            raise NotConvertible("the layer “{layer}” is a grouped convolution", layer=layer.name)
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

    def _convolve(self, value: Cells, taps: tuple[Taps, Taps], kernel: np.ndarray, depthwise: bool = False) -> Cells:
        import tensorflow as tf

        def combine(pieces: list[tuple[Any, Run, Run]]) -> Any:
            results = []
            for tensor, rows, columns in pieces:
                part = kernel[list(rows.positions)][:, list(columns.positions)]
                spacing = rows.spacing, columns.spacing
                if depthwise:
                    results.append(depthwise_convolution(tensor, part, spacing, self._constant))
                else:
                    results.append(tf.nn.conv2d(tensor, self._constant(part), 1, "VALID", dilations=spacing))
            return total_of(results)

        rows, columns = grouped_cells(value.rows, taps[0]), grouped_cells(value.columns, taps[1])
        if None in rows[0] or None in columns[0]:  # a window that lies entirely in padding
            value = with_zeros(value)
            rows, columns = grouped_cells(value.rows, taps[0]), grouped_cells(value.columns, taps[1])
        return combined_cells(value, rows, columns, combine)

    def _finish(self, layer: Any, value: Cells, output: Any) -> Cells:
        """Applies bias and activation."""
        import tensorflow as tf

        bias = None if layer.bias is None else self._constant(self._weights[id(layer.bias)])
        drop = self._only_classes and output is self._output and _activation_name(layer) == "softmax"

        def finish(tensor: Any) -> Any:
            tensor = tensor if bias is None else tf.nn.bias_add(tensor, bias)
            return tensor if drop else layer.activation(tensor)

        return Cells(value.rows, value.columns, {k: finish(t) for k, t in value.tensors.items()}, value.source)

    def _pooling(self, layer: Any, value: Cells) -> Value:
        value, kind = with_zeros(value), type(layer).__name__
        taps = [taps_of(layer, axis, len(cells)) for axis, cells in enumerate((value.rows, value.columns))]
        rows, columns = (
            grouped_cells(cells, [tuple((cell, 0) for cell, _ in of_cell) for of_cell in t])
            for cells, t in zip((value.rows, value.columns), taps)
        )
        combine = largest_of if "Max" in kind else mean_of
        pooled = combined_cells(value, rows, columns, combine)
        return Flat((pooled,)) if kind in GLOBAL_POOLINGS and not layer.keepdims else pooled

    def _move(self, layer: Any, value: Cells) -> Cells:
        """Padding, cropping, repeating: cells only change places."""
        taps = taps_of(layer, 0, len(value.rows)), taps_of(layer, 1, len(value.columns))
        rows, columns = (
            tuple(cells[t[0][0]] if t else None for t in of_axis)
            for cells, of_axis in zip((value.rows, value.columns), taps)
        )
        return Cells(rows, columns, value.tensors, value.source)

    def _pointwise(self, layer: Any, value: Value) -> Value:
        if isinstance(value, Flat) and all(part.is_one for part in value.parts):
            return Flat((_one(_rowwise(layer, self._one_tensor(value))),))
        if isinstance(value, Flat):
            if type(layer).__name__ not in _ELEMENTWISE_LAYERS and (
                type(layer).__name__ != "Activation" or _activation_name(layer) not in _ELEMENTWISE_ACTIVATIONS
            ):
                raise NotConvertible("the layer “{layer}” works on a vector made of several cells", layer=layer.name)
            return Flat(tuple(self._on_tensors(layer, part) for part in value.parts))
        if type(layer).__name__ == "PReLU" and any(size != 1 for size in layer.alpha.shape[:-1]):
            raise NotConvertible(
                "the layer “{layer}” has a parameter of its own for each cell of a patch", layer=layer.name
            )
        return self._on_tensors(layer, value)

    def _on_tensors(self, layer: Any, value: Cells) -> Cells:
        value = with_zeros(value)
        apply = standardize if type(layer).__name__ == "Normalization" and not layer.invert else _called
        tensors = {key: apply(layer, tensor) for key, tensor in value.tensors.items()}
        return Cells(value.rows, value.columns, tensors, value.source)

    def _dense(self, layer: Any, value: Value, output: Any) -> Value:
        kernel, offset, results = self._weights[id(layer.kernel)], 0, []
        if isinstance(value, Cells):
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
        total = results[0] if len(results) == 1 else _one(total_of([self._tensor(r) for r in results]))
        return Flat((self._finish(layer, total, output),))

    def _merge(self, kind: str, inputs: list[Value]) -> Value:
        if all(isinstance(value, Flat) for value in inputs):
            if kind == "Concatenate":
                return Flat(tuple(part for value in inputs for part in value.parts))  # type: ignore[union-attr]
            one = [_one(self._one_tensor(value)) for value in inputs]  # type: ignore[arg-type]
            return Flat((merged_cells(kind, one),))
        cells = [with_zeros(value) for value in inputs if isinstance(value, Cells)]
        if len(cells) < len(inputs):
            raise NotConvertible("it merges a vector with an image")
        if len({value.source for value in cells}) > 1:
            cells = [self._on_map_grid(value) for value in cells]
        return merged_cells(kind, cells)

    def _on_map_grid(self, value: Cells) -> Cells:
        """The tensors of a source with another pixel size, resampled to the grid of the map."""
        import tensorflow as tf

        if value.source == 0:
            return value
        starts = self._positions[value.source]
        (rows, row_cells), (columns, column_cells) = (distinct_cells(axis) for axis in (value.rows, value.columns))
        require_few(len(row_cells) * len(column_cells))
        tensors = {}
        for r, row in enumerate(row_cells):
            for c, column in enumerate(column_cells):
                tensor = tf.gather(value.tensors[row.variant, column.variant], starts[0] + row.shift, axis=1)
                tensors[r, c] = tf.gather(tensor, starts[1] + column.shift, axis=2)
        return Cells(rows, columns, tensors)

    def _tensor(self, value: Cells) -> Any:
        """The only cell of a value, (n, ≥ h, ≥ w, c) on the grid of the map."""
        value = self._on_map_grid(with_zeros(value))
        (row,), (column,) = value.rows, value.columns
        return starting_from(value.tensors[row.variant, column.variant], row.shift, column.shift)  # type: ignore[union-attr]

    def _one_tensor(self, value: Flat) -> Any:
        """All cells of a vector, (n, ≥ h, ≥ w, c)."""
        import tensorflow as tf

        pieces = []
        for part in value.parts:
            part = self._on_map_grid(with_zeros(part))
            for row in part.rows:
                for column in part.columns:
                    tensor = part.tensors[row.variant, column.variant]  # type: ignore[union-attr]
                    pieces.append(starting_from(tensor, row.shift, column.shift))  # type: ignore[union-attr]
        return pieces[0] if len(pieces) == 1 else tf.concat(cropped_alike(pieces), axis=-1)


def _reshape(layer: Any, value: Value, output: Any) -> Value:
    target = output.shape[1:]
    if len(target) == 1:
        return value if isinstance(value, Flat) else Flat((value,))
    parts = value.parts if isinstance(value, Flat) else (value,)
    if len(target) == 3 and len(parts) == 1 and (len(parts[0].rows), len(parts[0].columns)) == tuple(target[:2]):
        return parts[0]
    raise NotConvertible("the layer “{layer}” reshapes to {shape}", layer=layer.name, shape=str(tuple(target)))


def _captured(array: np.ndarray) -> Any:
    """The array as a captured tensor: constants inside the graph make convolutions about 10 % slower."""
    import tensorflow as tf

    with tf.init_scope():
        return tf.constant(array)


def _constants() -> Callable[[np.ndarray], Any]:
    """A function that embeds arrays in the graph being built, equal ones once, so that it can be written to a file."""
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


def _rowwise(layer: Any, tensor: Any) -> Any:
    """Applies a layer for vectors (n, c) to the vector of each pixel (n, h, w, c)."""
    import tensorflow as tf

    shape, channels = tf.shape(tensor), tensor.shape[-1]
    rows = layer(tf.reshape(tensor, (-1, channels)), training=False)
    return tf.reshape(rows, tf.concat([shape[:3], [rows.shape[-1]]], axis=0))


def _each_cell(value: Cells) -> tuple[Taps, Taps]:
    """The taps of a 1 × 1 window."""
    return [((i, 0),) for i in range(len(value.rows))], [((i, 0),) for i in range(len(value.columns))]


def _activation_name(layer: Any) -> str:
    return str(getattr(layer.activation, "__name__", ""))


def _one(tensor: Any) -> Cells:
    """A value of a single cell on the grid of the map."""
    return Cells((Cell(0, 0),), (Cell(0, 0),), {(0, 0): tensor})
