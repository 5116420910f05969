"""Which input cells feed each output cell of a network's layer, along one axis (rows or columns).

A tap is (input cell, position in the kernel). Cells that a layer adds around its input (padding) are left out, so
an output cell at the edge has fewer taps. Everything that depends on the geometry of a network is derived from this.
"""

from __future__ import annotations

from typing import Any

from ..base.errors import InputError

Taps = list[tuple[tuple[int, int], ...]]

CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")
POOLINGS = ("MaxPooling2D", "AveragePooling2D")
GLOBAL_POOLINGS = ("GlobalMaxPooling2D", "GlobalAveragePooling2D")
MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")
POINTWISE = (
    "Activation",
    "BatchNormalization",
    "Dropout",
    "ELU",
    "GaussianNoise",
    "LayerNormalization",
    "LeakyReLU",
    "Normalization",
    "PReLU",
    "ReLU",
    "Rescaling",
    "Softmax",
    "SpatialDropout2D",
)


class NotConvertible(InputError):
    """The network has a layer that cannot be evaluated this way; the message names it and the reason."""


def taps_of(layer: Any, axis: int, length: int) -> Taps:
    """The taps of every output cell of a layer that operates on windows of cells.

    Args:
        layer: a Keras layer of (n, rows, columns, c). axis: 0 for rows, 1 for columns. length: number of input cells.
    Raises:
        NotConvertible: the layer is not known here.
    """
    kind = type(layer).__name__
    if kind in CONVOLUTIONS:
        return _window(length, layer.kernel_size[axis], layer.strides[axis], layer.dilation_rate[axis], layer.padding)
    if kind in POOLINGS:
        return _window(length, layer.pool_size[axis], layer.strides[axis], 1, layer.padding)
    if kind in GLOBAL_POOLINGS:
        return [tuple((cell, cell) for cell in range(length))]
    if kind == "Conv2DTranspose":
        return _transposed(layer, axis, length)
    if kind == "ZeroPadding2D":
        before, after = layer.padding[axis]
        return [((cell, 0),) if 0 <= cell < length else () for cell in range(-before, length + after)]
    if kind == "Cropping2D":
        before, after = layer.cropping[axis]
        return [((cell, 0),) for cell in range(before, length - after)]
    if kind == "UpSampling2D" and layer.interpolation == "nearest":
        return [((cell, 0),) for cell in range(length) for _ in range(layer.size[axis])]
    raise NotConvertible("the layer “{layer}” is of the kind {kind}", layer=layer.name, kind=kind)


def _window(length: int, size: int, stride: int, dilation: int, padding: str) -> Taps:
    reach = (size - 1) * dilation + 1
    before, count = 0, max(0, (length - reach) // stride + 1)
    if padding == "same":  # as in TensorFlow, the odd cell of padding comes last
        count = -(-length // stride)
        before = max((count - 1) * stride + reach - length, 0) // 2
    starts = range(-before, count * stride - before, stride)
    return [tuple((s + t * dilation, t) for t in range(size) if 0 <= s + t * dilation < length) for s in starts]


def _transposed(layer: Any, axis: int, length: int) -> Taps:
    size, stride = layer.kernel_size[axis], layer.strides[axis]
    if layer.dilation_rate[axis] != 1:
        raise NotConvertible("the layer “{layer}” is a transposed convolution with dilation", layer=layer.name)
    added, is_valid, all_targets = layer.output_padding, layer.padding == "valid", (length - 1) * stride + size
    if added is None:
        count = max(all_targets, length * stride) if is_valid else length * stride
    else:
        count = (all_targets if is_valid else all_targets - size + size % 2) + added[axis]
    before = 0 if is_valid else max(all_targets - count, 0) // 2
    taps: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for cell in range(length):
        for position in range(size):
            target = cell * stride + position - before
            if 0 <= target < count:
                taps[target].append((cell, position))
    return [tuple(t) for t in taps]


def require_channels_last(layer: Any, rank: int) -> None:
    """Raises NotConvertible if a layer mixes cells that it should treat separately, or has its channels first."""
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        raise NotConvertible("the layer “{layer}” has its channels first", layer=layer.name)
    axis = getattr(layer, "axis", -1)
    if not set(axis if isinstance(axis, (tuple, list)) else [axis]) <= {-1, rank - 1}:
        raise NotConvertible("the layer “{layer}” works along another axis than the channels", layer=layer.name)
