"""Evaluating a patch network at every pixel: exactly, at the cost of plain convolutions; or patch by patch.

A network that sees one patch per sample repeats almost all its work from one pixel to the next. Here each layer
is evaluated once over the whole block. A layer with stride s is evaluated at stride 1 instead, and every later
layer takes its inputs s pixels apart (dilation): the "à trous" trick of Holschneider et al. (1989), applied to
whole networks by Giusti et al. (2013, doi:10.1109/ICIP.2013.6738831). A dense layer after a flatten layer is a
convolution over the flattened window. The result equals the patch network slid over every pixel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np

from .errors import InputError

Predict = Callable[[np.ndarray], np.ndarray]

PATCHES_PER_BATCH = 4096


class NotConvertible(InputError):
    """The network has a layer that cannot be evaluated densely; the message says which and why."""


@dataclass(frozen=True)
class _Value:
    """What stands in for the output of a layer.

    Attributes:
        tensor: (n, h, w, c).
        step: distance (rows, columns) between inputs that were neighbors in the patch network.
        flat: (h, w, c) of the window that a flatten layer made a vector of.
    """

    tensor: Any
    step: tuple[int, int] = (1, 1)
    flat: Optional[tuple[int, int, int]] = None


def dense_predictor(network: Any) -> Predict:
    """Evaluates the network at every pixel of a block.

    Args:
        network: keras.Model (n, height, width, c) -> (n, k), built of the layers in `_LAYERS`.
    Returns:
        (n, h, w, c) float32 -> (n, h - height + 1, w - width + 1, k) float32, for any h, w.
    Raises:
        NotConvertible: a layer has no exact dense equivalent.
    """
    import tensorflow as tf

    _require_convertible(network)
    height, width = network.input_shape[1:3]

    @tf.function(autograph=False)
    def evaluate(block: Any) -> Any:
        scores = _evaluate(network, block)
        shape = tf.shape(block)
        return scores[:, : shape[1] - height + 1, : shape[2] - width + 1]

    def predict(block: np.ndarray) -> np.ndarray:
        return np.asarray(evaluate(tf.constant(block, tf.float32)))

    predict(np.zeros((1, height + 1, width + 1, network.input_shape[3]), np.float32))
    return predict


def patch_predictor(network: Any) -> Predict:
    """The same result as `dense_predictor` for any network, by showing it the patch of every pixel."""
    import tensorflow as tf

    height, width = network.input_shape[1:3]
    evaluate = tf.function(lambda patches: network(patches, training=False), reduce_retracing=True)

    def predict(block: np.ndarray) -> np.ndarray:
        views = np.lib.stride_tricks.sliding_window_view(block, (height, width), axis=(1, 2))  # type: ignore[call-overload]
        n, rows, columns = views.shape[:3]
        patches = np.moveaxis(views, 3, -1).reshape(n * rows, columns, height, width, -1)
        scores = [np.asarray(evaluate(tf.constant(part, tf.float32))) for part in _batches(patches)]
        return np.concatenate(scores).reshape(n, rows, columns, -1)

    return predict


def _batches(patches: np.ndarray) -> Any:
    """Cuts (rows, columns, height, width, c) into (m, height, width, c) without copying all patches at once."""
    columns = patches.shape[1]
    step = max(1, PATCHES_PER_BATCH // columns)
    for row in range(0, len(patches), step):
        part = patches[row : row + step]
        yield part.reshape(-1, *part.shape[2:])


def _require_convertible(network: Any) -> None:
    if len(network.inputs) != 1:
        raise NotConvertible(f"the network has {len(network.inputs)} inputs")
    for layer in network.layers:
        kind = type(layer).__name__
        if kind not in _LAYERS:
            raise NotConvertible(f"the layer “{layer.name}” is of the kind {kind}")
        if getattr(layer, "data_format", "channels_last") != "channels_last":
            raise NotConvertible(f"the layer “{layer.name}” has its channels first")
        if getattr(layer, "padding", "valid") != "valid":
            raise NotConvertible(f"the layer “{layer.name}” pads its input, so it sees where a patch ends")
        if getattr(layer, "groups", 1) != 1:
            raise NotConvertible(f"the layer “{layer.name}” is a grouped convolution")
        if len(layer._inbound_nodes) != 1:
            raise NotConvertible(f"the layer “{layer.name}” is used more than once")
        axis = getattr(layer, "axis", -1)
        channels = {-1, 3} if len(layer.output.shape) == 4 else {-1}
        if not set(axis if isinstance(axis, (tuple, list)) else [axis]) <= channels:
            raise NotConvertible(f"the layer “{layer.name}” works along another axis than the channels")


def _evaluate(network: Any, block: Any) -> Any:
    values: dict[int, _Value] = {id(network.inputs[0]): _Value(block)}
    for layer in network.layers:
        if type(layer).__name__ != "InputLayer":
            values[id(layer.output)] = _LAYERS[type(layer).__name__](layer, values[id(layer.input)])
    return values[id(network.outputs[0])].tensor


def _same(layer: Any, value: _Value) -> _Value:
    return value


def _pointwise(layer: Any, value: _Value) -> _Value:
    _require_not_flat(layer, value)
    return replace(value, tensor=layer(value.tensor, training=False))


def _activation(layer: Any, value: _Value) -> _Value:
    if type(layer).__name__ != "ReLU":
        _require_not_flat(layer, value)  # softmax mixes what a flatten layer made one vector of
    return replace(value, tensor=layer(value.tensor))


def _require_not_flat(layer: Any, value: _Value) -> None:
    if value.flat is not None:
        raise NotConvertible(f"the layer “{layer.name}” stands between a flatten and a dense layer")


def _flatten(layer: Any, value: _Value) -> _Value:
    shape = layer.input.shape
    return replace(value, flat=(shape[1], shape[2], shape[3])) if len(shape) == 4 else value


def _convolution(layer: Any, value: _Value) -> _Value:
    dilation = tuple(s * d for s, d in zip(value.step, layer.dilation_rate))
    tensor = _convolve(value.tensor, layer.kernel, layer.bias, dilation)
    return _Value(layer.activation(tensor), _multiply(value.step, layer.strides))


def _dense(layer: Any, value: _Value) -> _Value:
    kernel = layer.kernel
    height, width, channels = value.flat or (1, 1, kernel.shape[0])
    import tensorflow as tf

    kernel = tf.reshape(kernel, (height, width, channels, kernel.shape[1]))
    tensor = _convolve(value.tensor, kernel, layer.bias, value.step if height * width > 1 else (1, 1))
    return _Value(layer.activation(tensor), value.step)


def _convolve(tensor: Any, kernel: Any, bias: Any, dilation: Any) -> Any:
    import tensorflow as tf

    result = tf.nn.conv2d(tensor, kernel, 1, "VALID", dilations=dilation)
    return result if bias is None else tf.nn.bias_add(result, bias)


def _max_pooling(layer: Any, value: _Value) -> _Value:
    import tensorflow as tf

    if value.step == (1, 1):
        tensor = tf.nn.max_pool2d(value.tensor, layer.pool_size, 1, "VALID")
    else:
        tensor = value.tensor
        for axis, (size, step) in enumerate(zip(layer.pool_size, value.step), start=1):
            tensor = _running_maximum(tensor, axis, size, step)
    return _Value(tensor, _multiply(value.step, layer.strides))


def _running_maximum(tensor: Any, axis: int, size: int, step: int) -> Any:
    """Maximum of `size` entries that lie `step` apart along rows (axis 1) or columns (axis 2)."""
    import tensorflow as tf

    length = tf.shape(tensor)[axis] - (size - 1) * step
    shifted = [_slice(tensor, axis, i * step, length) for i in range(size)]
    result = shifted[0]
    for other in shifted[1:]:
        result = tf.maximum(result, other)
    return result


def _slice(tensor: Any, axis: int, start: int, length: Any) -> Any:
    if axis == 1:
        return tensor[:, start : start + length]
    return tensor[:, :, start : start + length]


def _multiply(step: tuple[int, int], strides: Any) -> tuple[int, int]:
    return step[0] * int(strides[0]), step[1] * int(strides[1])


_LAYERS: dict[str, Callable[[Any, _Value], _Value]] = {
    "InputLayer": _same,
    "Normalization": _pointwise,
    "BatchNormalization": _pointwise,
    "Dropout": _same,
    "Activation": _activation,
    "ReLU": _activation,
    "Softmax": _activation,
    "Flatten": _flatten,
    "Conv2D": _convolution,
    "Dense": _dense,
    "MaxPooling2D": _max_pooling,
}
