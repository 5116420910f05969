"""The geometry of networks: how the cells of their output align with the pixels of their input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm
from typing import Any, NamedTuple, Optional, Union

from ..images.image_source import Source
from ..raster.window import pixels_before
from .layer_geometry import MERGES, POINTWISE, NotConvertible, Taps, require_channels_last, taps_of

_PERIODS_LOOKED_AT = 3


@dataclass(frozen=True)
class Field:
    """The geometry of a map along one axis (columns or rows) over one source, derived from a network.

    A map may have larger or smaller pixels than the source, so lengths are counted in units: a pixel of the source has
    `fineness` of them, a pixel of the map `step`; the two have no common divisor. The pixel of the map with the
    index j, for an aligned block from j to j + n, needs the units j * step - before ... (j + n) * step + after - 1,
    which are whole pixels of the source.

    Attributes:
        before, after: units.
        step: units per pixel of the map.
        offset: units of the source before the map's first pixel begins (only where step > 1).
        skipped: cells at the start of each output of the network that are not used.
        alignment, phase: blocks must start and end at indices j with (j - phase) % alignment == 0.
        fineness: units per pixel of the source; 1 unless the network enlarges its image.
    """

    before: int = 0
    after: int = 0
    step: int = 1
    offset: int = 0
    alignment: int = 1
    phase: int = 0
    skipped: int = 0
    fineness: int = 1

    @classmethod
    def of_patch(cls, size: int) -> Field:
        """One output per pixel, from the patch around it."""
        before = pixels_before(size)
        return cls(before, size - 1 - before)

    @classmethod
    def of_cells(
        cls, patch: int, cells: int, step: int, alignment: int, first: int, last: int, fineness: int = 1
    ) -> Field:
        """One output per cell of an image-to-image network.

        Args:
            patch: pixels of the smallest input. cells: of the output for it.
            step: units between two cells. alignment: number of cells after which the network repeats itself.
            first, last: cells at the start and end of each output that depend on where the input ends.
            fineness: units per pixel.
        """
        skipped = -(-first // alignment) * alignment
        usable = (cells - skipped - last) % alignment  # the rest is a multiple of the alignment
        length = patch * fineness
        origin = (length - step * cells + 1) // 2
        before = (origin // step + skipped) * step
        after = length - before - (cells - skipped - last - usable) * step
        phase = (origin // step) % alignment
        return cls(before, after, step, origin % step, alignment, phase, skipped, fineness)

    @property
    def pitch(self) -> Fraction:
        """Pixels of the source per pixel of the map."""
        return Fraction(self.step, self.fineness)

    @property
    def size(self) -> int:
        """Pixels of the source that the last pixel of an aligned range of the map needs."""
        return -(-(self.before + self.after + self.step) // self.fineness)

    def aligned(self, start: Any, stop: Any) -> tuple[Any, Any]:
        """The smallest aligned range that contains the indices start ... stop - 1; integers or integer arrays."""
        low = (start - self.phase) // self.alignment * self.alignment + self.phase
        high = -(-(stop - self.phase) // self.alignment) * self.alignment + self.phase
        return low, high

    def pixels(self, start: Any, stop: Any, shift: int = 0) -> tuple[Any, Any]:
        """The source's pixels, as start and stop, that the aligned range start ... stop - 1 of the map needs.

        Args:
            shift: units by which the source begins before the map's grid.
        """
        first, last = start * self.step - self.before + shift, stop * self.step + self.after + shift
        return first // self.fineness, last // self.fineness

    def begins_at_a_pixel(self, phase: int, shift: int = 0) -> bool:
        """Whether blocks that begin at the index `phase` of the map need whole pixels; see `pixels`."""
        return (phase * self.step - self.before + shift) % self.fineness == 0

    def covering(self, start: int, stop: int) -> tuple[int, int]:
        """The range of the map's pixels that lie in the source's pixels start ... stop - 1, at least in part."""
        low, high = start * self.fineness - self.offset, stop * self.fineness - self.offset
        return low // self.step, -(-high // self.step)

    def covered(self, start: int, stop: int) -> tuple[int, int]:
        """The range of the source's pixels that lie in the map's pixels start ... stop - 1, at least in part."""
        low, high = start * self.step + self.offset, stop * self.step + self.offset
        return low // self.fineness, -(-high // self.fineness)

    def cells(self, pixels: int) -> int:
        """How many pixels of the map this many pixels of the source yield: the inverse of `pixels`."""
        return (pixels * self.fineness - self.before - self.after) // self.step


class _Seen(NamedTuple):
    """The pixels low ... high of a source that each cell of a layer depends on, and the distance of two cells."""

    low: tuple[int, ...]
    high: tuple[int, ...]
    stride: Fraction


@dataclass(frozen=True)
class _Row:
    """What the cells of a layer's output depend on along one axis.

    Attributes:
        padded: for each cell, whether it depends on padding. seen: pixels of each source, by its number.
    """

    padded: tuple[bool, ...]
    seen: dict[int, _Seen]


Sizes = Union[int, Sequence[int]]
"""Pixels of the patch of each source of a network; or one number for all of them."""


def cells_of(network: Any, axis: int, sizes: Sizes) -> int:
    """How many cells (rows for axis 0, columns for 1) a network outputs for patches of these sizes."""
    return len(_rows_of(network, axis, sizes)[id(network.outputs[0])].padded)


def fields_of(network: Any, axis: int, sizes: Sizes) -> list[Field]:
    """The geometry, on each source, of a network whose output is an image, (n, rows', columns', k).

    Patches of several sources are assumed to have the same center. All fields have the same alignment.

    Args:
        axis: 0 for rows, 1 for columns. sizes: pixels of the patches that it was trained with.
    Raises:
        NotConvertible: a layer is unknown, or the sources do not align in a regular way.
    """
    rows = _rows_of(network, axis, sizes)
    row = rows[id(network.outputs[0])]
    if len(row.seen) < len(network.inputs):
        raise NotConvertible("its answer does not depend on all of its images")
    strides = [row.seen[number].stride for number in range(len(network.inputs))]
    alignment = lcm(*(_pitch(other, row).numerator for other in rows.values()))
    growth = _PERIODS_LOOKED_AT * _enough(row, alignment)
    shown = _of_all(network, sizes)
    longer = _rows_of(network, axis, [int(size + growth * stride) for size, stride in zip(shown, strides)])
    padded = longer[id(network.outputs[0])].padded
    first, last = _touched(padded), _touched(padded[::-1])
    if first + last >= len(padded):
        raise NotConvertible("every cell of its answer depends on where the input ends")
    return [
        Field.of_cells(size, len(row.padded), stride.numerator, alignment, first, last, stride.denominator)
        for size, stride in zip(shown, strides)
    ]


def field_of(network: Any, axis: int, sizes: Sizes) -> Field:
    """The geometry on the first source; see `fields_of`."""
    return fields_of(network, axis, sizes)[0]


def fields_of_image(network: Any, shapes: Sequence[tuple[int, int]]) -> Optional[list[tuple[Field, Field]]]:
    """The geometry of rows and columns on each source of an image-to-image network; None for other networks.

    Args:
        shapes: rows and columns of the patch of each source.
    """
    if len(network.output_shape) != 4 or tuple(network.output_shape[1:3]) == (1, 1):
        return None
    rows, columns = ([shape[axis] for shape in shapes] for axis in (0, 1))
    try:
        if cells_of(network, 0, rows) == cells_of(network, 1, columns) == 1:
            return None
        return list(zip(fields_of(network, 0, rows), fields_of(network, 1, columns)))
    except NotConvertible as reason:
        raise NotConvertible(
            "This network answers with an image, but what each of its pixels depends on is not known: {reason}. "
            "Build it of the layers that docs/mapping.md lists.",
            reason=reason,
        ) from reason


def patch_shapes_of(sources: Sequence[Source]) -> list[tuple[int, int]]:
    """Rows and columns of the patch of each source."""
    return [(source.patch_height, source.patch_width) for source in sources]


def _of_all(network: Any, sizes: Sizes) -> list[int]:
    return [sizes] * len(network.inputs) if isinstance(sizes, int) else list(sizes)


def _pitch(row: _Row, answer: _Row) -> Fraction:
    """The distance of a layer's cells, in cells of the output."""
    pitches = {seen.stride / answer.seen[number].stride for number, seen in row.seen.items()}
    if len(pitches) > 1:
        raise NotConvertible("its images meet at different sizes")
    return pitches.pop()


def _enough(row: _Row, alignment: int) -> int:
    """A number of cells that is a multiple of the alignment, and larger than the receptive field of one cell."""
    widest = max((high - low + 1) / seen.stride for seen in row.seen.values() for low, high in zip(seen.low, seen.high))
    return ceil(widest / alignment) * alignment


def _touched(padded: Sequence[bool]) -> int:
    """Cells at the start, up to the last one in the first half that padding reaches."""
    return max((i + 1 for i in range(len(padded) // 2 + 1) if padded[i]), default=0)


def _rows_of(network: Any, axis: int, sizes: Sizes) -> dict[int, _Row]:
    """The row of each tensor that the output depends on."""
    rows: dict[int, _Row] = {}
    for number, (tensor, size) in enumerate(zip(network.inputs, _of_all(network, sizes))):
        pixels = tuple(range(size))
        rows[id(tensor)] = _Row((False,) * size, {number: _Seen(pixels, pixels, Fraction(1))})

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
        return _merged(layer, inputs)
    row = inputs[0]
    length = len(row.padded)
    taps = _bilinear(layer, axis, length) if _is_bilinear(layer) else taps_of(layer, axis, length)
    if not taps:
        raise NotConvertible(
            "the layer “{layer}” has no cell left for {length} cells of its input", layer=layer.name, length=length
        )
    edge, full = _edge(layer, axis), max(len(t) for t in taps)
    padded = (len(t) < full if edge is None else i < edge or i >= len(taps) - edge for i, t in enumerate(taps))
    stride = _stride_of(layer, axis)
    return _Row(
        tuple(p or any(row.padded[cell] for cell, _ in t) for p, t in zip(padded, taps)),
        {
            number: _Seen(
                tuple(min((seen.low[cell] for cell, _ in t), default=0) for t in taps),
                tuple(max((seen.high[cell] for cell, _ in t), default=0) for t in taps),
                seen.stride * stride,
            )
            for number, seen in row.seen.items()
        },
    )


def _merged(layer: Any, inputs: list[_Row]) -> _Row:
    seen: dict[int, _Seen] = {}
    for row in inputs:
        for number, other in row.seen.items():
            one = seen.get(number, other)
            if len(row.padded) != len(inputs[0].padded) or one.stride != other.stride:
                raise NotConvertible("the layer “{layer}” merges images of different sizes", layer=layer.name)
            seen[number] = _Seen(tuple(map(min, one.low, other.low)), tuple(map(max, one.high, other.high)), one.stride)
    return _Row(tuple(map(any, zip(*(row.padded for row in inputs)))), seen)


def _edge(layer: Any, axis: int) -> Optional[int]:
    """Cells at the ends of a transposed convolution to which fewer input cells contribute; None for other layers.

    The number of taps varies between its cells anyway, so it does not reveal padding.
    """
    if type(layer).__name__ != "Conv2DTranspose":
        return None
    size, stride = layer.kernel_size[axis], layer.strides[axis]
    size += layer.output_padding[axis] if layer.output_padding else 0
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
