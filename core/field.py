"""How the cells of a network's output lie over the pixels of its input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Optional

from .taps import MERGES, POINTWISE, NotConvertible, Taps, require_channels_last, taps_of

_PERIODS_LOOKED_AT = 3


@dataclass(frozen=True)
class Field:
    """The geometry of a map along one axis (columns or rows), derived from a network.

    The pixel of the map with the index j, for a block from j to j + n, needs the source's pixels
    j * step - before ... (j + n) * step + after - 1.

    Attributes:
        before, after: pixels.
        step: pixels of the source per pixel of the map.
        offset: pixels of the source before the map's first pixel begins (only where step > 1).
        skipped: cells at the start of each answer of the network that are not used.
        alignment, phase: blocks must start and end at indices j with (j - phase) % alignment == 0.
    """

    before: int = 0
    after: int = 0
    step: int = 1
    offset: int = 0
    alignment: int = 1
    phase: int = 0
    skipped: int = 0

    @classmethod
    def of_patch(cls, size: int) -> Field:
        """One answer per pixel, from the patch around it: it starts floor(size / 2) pixels before, as in OTBTF."""
        return cls(size // 2, size - 1 - size // 2)

    @classmethod
    def of_cells(cls, patch: int, cells: int, step: int, alignment: int, first: int, last: int) -> Field:
        """One answer per cell of a network that answers with an image.

        Args:
            patch: pixels that the network is shown at least. cells: that it then answers with.
            step: pixels between two cells. alignment: in cells, after which the network repeats itself.
            first, last: cells at the start and end of each answer that depend on where the input ends.
        """
        skipped = -(-first // alignment) * alignment
        usable = (cells - skipped - last) % alignment  # what is left is a multiple of the alignment
        origin = (patch - step * cells + 1) // 2
        before = (origin // step + skipped) * step
        after = patch - before - (cells - skipped - last - usable) * step
        return cls(before, after, step, origin % step, alignment, (origin // step) % alignment, skipped)

    def aligned(self, start: Any, stop: Any) -> tuple[Any, Any]:
        """The smallest aligned range that holds the indices start ... stop - 1; of integers or integer arrays."""
        low = (start - self.phase) // self.alignment * self.alignment + self.phase
        high = -(-(stop - self.phase) // self.alignment) * self.alignment + self.phase
        return low, high

    def pixels(self, start: Any, stop: Any) -> tuple[Any, Any]:
        """The source's pixels, from ... up to, that the aligned range start ... stop - 1 of the map needs."""
        return start * self.step - self.before, stop * self.step + self.after


@dataclass(frozen=True)
class _Row:
    """What the cells of a layer's output depend on along one axis: input pixels low ... high, and whether padding."""

    low: tuple[int, ...]
    high: tuple[int, ...]
    padded: tuple[bool, ...]
    stride: Fraction


def cells_of(network: Any, axis: int, size: int) -> int:
    """How many cells (rows for axis 0, columns for 1) a network with one input answers for `size` input pixels."""
    return len(_row_of(network, axis, size).low)


def field_of(network: Any, axis: int, size: int) -> Field:
    """The geometry of a network whose output is an image, (n, rows, columns, c) -> (n, rows', columns', k).

    Args:
        axis: 0 for rows, 1 for columns. size: pixels of the patch that it was trained with.
    Raises:
        NotConvertible: a layer is unknown, or the network makes its image larger than the input.
    """
    row = _row_of(network, axis, size)
    step, alignment_px = row.stride, _period(network, axis, size)
    if step.denominator != 1:
        raise NotConvertible("its answer has smaller pixels than its input")
    alignment = alignment_px // int(step)
    longer = _row_of(network, axis, size + _PERIODS_LOOKED_AT * _enough(row, alignment_px))
    first, last = _touched(longer.padded), _touched(longer.padded[::-1])
    if first + last >= len(longer.low):
        raise NotConvertible("every cell of its answer depends on where the input ends")
    return Field.of_cells(size, len(row.low), int(step), alignment, first, last)


def fields_of_image(network: Any, shape: tuple[int, int]) -> Optional[tuple[Field, Field]]:
    """The geometry of rows and columns, if the network answers a patch with an image; else None."""
    if len(network.output_shape) != 4 or tuple(network.output_shape[1:3]) == (1, 1):
        return None
    try:
        if all(cells_of(network, axis, size) == 1 for axis, size in enumerate(shape)):
            return None
        return field_of(network, 0, shape[0]), field_of(network, 1, shape[1])
    except NotConvertible as reason:
        raise NotConvertible(
            f"This network answers with an image, but what each of its pixels depends on is not known: {reason}. "
            "Build it of the layers that docs/mapping.md lists."
        ) from reason


def _enough(row: _Row, period: int) -> int:
    """A multiple of the period larger than what one cell sees."""
    widest = max(high - low + 1 for low, high in zip(row.low, row.high))
    return -(-widest // period) * period


def _touched(padded: Sequence[bool]) -> int:
    """Cells at the start up to the last one, of the first half, that padding reaches."""
    return max((i + 1 for i in range(len(padded) // 2 + 1) if padded[i]), default=0)


def _row_of(network: Any, axis: int, size: int) -> _Row:
    return _rows_of(network, axis, size)[id(network.outputs[0])]


def _period(network: Any, axis: int, size: int) -> int:
    rows = _rows_of(network, axis, size).values()
    return lcm(*(row.stride.numerator for row in rows))


def _rows_of(network: Any, axis: int, size: int) -> dict[int, _Row]:
    pixels = tuple(range(size))
    start = _Row(pixels, pixels, (False,) * size, Fraction(1))
    rows: dict[int, _Row] = {id(tensor): start for tensor in network.inputs}

    def row_of(tensor: Any) -> _Row:
        if id(tensor) not in rows:
            layer, node, _ = tensor._keras_history
            inputs = [row_of(t) for t in layer._inbound_nodes[node].input_tensors]
            rows[id(tensor)] = _after(layer, axis, inputs)
        return rows[id(tensor)]

    row_of(network.outputs[0])
    return rows


def _after(layer: Any, axis: int, inputs: list[_Row]) -> _Row:
    kind = type(layer).__name__
    require_channels_last(layer, 4)
    if kind in POINTWISE or kind == "Dense":
        return inputs[0]
    if kind in MERGES:
        if len({(len(row.low), row.stride) for row in inputs}) > 1:
            raise NotConvertible(f"the layer “{layer.name}” merges images of different sizes")
        return _Row(
            tuple(min(lows) for lows in zip(*(row.low for row in inputs))),
            tuple(max(highs) for highs in zip(*(row.high for row in inputs))),
            tuple(any(p) for p in zip(*(row.padded for row in inputs))),
            inputs[0].stride,
        )
    row = inputs[0]
    taps = _bilinear(layer, axis, len(row.low)) if _is_bilinear(layer) else taps_of(layer, axis, len(row.low))
    if not taps:
        raise NotConvertible(f"the layer “{layer.name}” has no cell left for {len(row.low)} cells of its input")
    edge, full = _edge(layer, axis), max(len(t) for t in taps)
    padded = (len(t) < full if edge is None else i < edge or i >= len(taps) - edge for i, t in enumerate(taps))
    return _Row(
        tuple(min((row.low[cell] for cell, _ in t), default=0) for t in taps),
        tuple(max((row.high[cell] for cell, _ in t), default=0) for t in taps),
        tuple(p or any(row.padded[cell] for cell, _ in t) for p, t in zip(padded, taps)),
        row.stride * _stride_of(layer, axis),
    )


def _edge(layer: Any, axis: int) -> Optional[int]:
    """Cells at the ends of a transposed convolution to which fewer input cells contribute; None for other layers.

    Its cells have different numbers of taps by nature, so padding cannot be told from counting them.
    """
    if type(layer).__name__ != "Conv2DTranspose":
        return None
    size, stride = layer.kernel_size[axis], layer.strides[axis]
    return 0 if size <= stride else -(-size // stride) * stride


def _is_bilinear(layer: Any) -> bool:
    return type(layer).__name__ == "UpSampling2D" and layer.interpolation == "bilinear"


def _bilinear(layer: Any, axis: int, length: int) -> Taps:
    """The two cells around the center of each finer cell; beyond the edge the last one is repeated."""
    factor = layer.size[axis]
    lower = [(2 * cell + 1 - factor) // (2 * factor) for cell in range(length * factor)]
    return [tuple((cell, 0) for cell in (low, low + 1) if 0 <= cell < length) for low in lower]


def _stride_of(layer: Any, axis: int) -> Fraction:
    kind = type(layer).__name__
    if kind == "UpSampling2D":
        return Fraction(1, layer.size[axis])
    if kind == "Conv2DTranspose":
        return Fraction(1, layer.strides[axis])
    strides = getattr(layer, "strides", None)
    return Fraction(strides[axis]) if strides else Fraction(1)
