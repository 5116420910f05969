"""Probing the geometry of a model: how its output aligns with its input, found by comparing its outputs for images.

Nothing is assumed about how the model is built: images of several sizes reveal how many cells it outputs, and the same
pixels at different positions in an image reveal which cells depend on where the image ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..model.graph_use import Dense

LARGE_PX = (96, 128, 160, 64, 48, 32, 100, 65)  # sides that are tried, to find one that the model accepts
LONGEST_PERIOD_PX = 64
TOLERANCE = 1e-4  # of the largest number in an output
AMPLITUDES = (1.0, 30.0, 1000.0)  # of the test images: where one of them saturates, another reveals a dependence

Answer = Callable[[np.ndarray], np.ndarray]
"""Images (n, h, w, c) float32 -> cells (n, h', w', k); raises InputError for sizes that the model does not accept."""


@dataclass(frozen=True)
class Seen:
    """The pixels `low` to `high` of a row that one cell depends on; `cell` is its index in the output."""

    cell: int
    low: int
    high: int

    @property
    def size(self) -> int:
        """The number of these pixels."""
        return self.high - self.low + 1


class Probe:
    """Finds out the geometry of a model.

    Args:
        answer: the model as a function of images. bands: of its images.
    """

    def __init__(self, answer: Answer, bands: int):
        self._answer, self._bands = answer, bands
        self._rng = np.random.default_rng(0)

    def cells(self, height: int, width: int) -> Optional[tuple[int, int]]:
        """Rows and columns of the output for an image of this size; None if the model does not accept it."""
        try:
            cells = self._answer(self._image(height, width)).shape[1:3]
        except InputError:
            return None
        return (int(cells[0]), int(cells[1])) if min(cells) > 0 else None

    def natural_patch(self) -> int:
        """Side of the patch that the model is made for: the receptive field of a cell, or enough for padded cells.

        Raises:
            InputError: it cannot be found.
        """
        for large in LARGE_PX:
            cells = self.cells(large, large)
            if cells is None or cells[0] != cells[1]:
                continue
            dense, seen = self.dense((large, large), cells[0]), self.seen(large, large)
            if dense is None or seen is None:
                continue
            if not dense.first and not dense.last and dense.fineness == 1:
                if self.cells(seen.size, seen.size) == (1, 1):
                    return seen.size
                continue
            period = int(dense.pitch * dense.alignment)
            patch = -(-seen.size // period) * period
            if self.cells(patch, patch):
                return patch
        raise InputError(
            "The {p:receptive_fields} of the model cannot be found out by showing it images. Give it, and check "
            "{p:input_tensors}, {p:output_tensors} and {p:placeholders}."
        )

    def dense(self, patch: tuple[int, int], cells: int) -> Optional[Dense]:
        """The geometry of the model on images larger than a patch; None if it accepts none, or is not regular.

        Args:
            patch: rows and columns of an image for which the model outputs `cells` × `cells` cells.
        """
        for period in _powers_of_two(LONGEST_PERIOD_PX):
            longer = self.cells(patch[0] + period, patch[1] + period)
            if longer is None or longer[0] != longer[1] or longer[0] <= cells:
                continue
            found = self._repeats(patch, cells, period, Fraction(period, longer[0] - cells))
            if found is not None:
                return found
        return None

    def _repeats(self, patch: tuple[int, int], cells: int, period: int, pitch: Fraction) -> Optional[Dense]:
        """Compares outputs for two parts of an image, `period` pixels apart, assuming cells `pitch` pixels apart."""
        if 1 not in (pitch.numerator, pitch.denominator):
            return None
        moved = int(period / pitch)
        growth = 4 * max(-(-max(patch) // period) * period, period)
        height, width, count = patch[0] + growth, patch[1] + growth, cells + int(growth / pitch)
        if count <= 3 * moved:
            return None
        same = np.ones((count - moved, count - moved), bool)
        for amplitude in AMPLITUDES:
            image = self._image(height + period, width + period, amplitude)
            try:
                here, there = (self._answer(image[:, at : at + height, at : at + width]) for at in (0, period))
            except InputError:
                return None
            if here.shape != there.shape or here.shape[1:3] != (count, count):
                return None
            same &= _equal(here[:, moved:, moved:], there[:, : count - moved, : count - moved])
        middle = len(same) // 2
        runs = [_run_around(values, middle) for values in (same[middle], same[:, middle])]
        if None in runs:
            return None
        first = max(start for start, _ in runs)
        last = max(len(same) - stop for _, stop in runs)
        inner = slice(first, len(same) - last)
        step, fineness = pitch.numerator, pitch.denominator
        return Dense(step, moved, first, last, fineness) if same[inner, inner].all() else None

    def seen(self, height: int, width: int) -> Optional[Seen]:
        """The pixels that the middle cell of an output row depends on; None if the model does not accept this size."""
        cells = self.cells(height, width)
        if cells is None:
            return None
        row, cell = cells[0] // 2, cells[1] // 2
        images = [self._image(height, width, amplitude) for amplitude in AMPLITUDES]
        others = [self._image(height, width, amplitude) for amplitude in AMPLITUDES]
        before = [self._answer(image)[:, row, cell] for image in images]

        def changes(start: int, stop: int) -> bool:
            for image, other, expected in zip(images, others, before):
                mixed = image.copy()
                mixed[:, :, start:stop] = other[:, :, start:stop]
                if not np.array_equal(self._answer(mixed)[:, row, cell], expected):
                    return True
            return False

        columns = range(width)
        low = _first(lambda c: changes(0, c + 1), columns)
        high = _first(lambda c: changes(width - 1 - c, width), columns)
        return None if low is None or high is None else Seen(cell, low, width - 1 - high)

    def _image(self, height: int, width: int, amplitude: float = 1.0) -> np.ndarray:
        pixels = self._rng.random((1, height, width, self._bands)) * amplitude
        return pixels.astype(np.float32)


def _equal(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether the cells (h, w) of two outputs (1, h, w, k) agree except for rounding."""
    scale = max(float(np.abs(one).max()), 1e-30)
    difference = np.abs(one.astype(np.float64) - other)
    return np.asarray((difference <= TOLERANCE * scale).all(axis=(0, 3)))


def _powers_of_two(largest: int) -> list[int]:
    return [1 << i for i in range(largest.bit_length())]


def _run_around(values: np.ndarray, middle: int) -> Any:
    """Start and stop of the run of True that contains the middle, or None."""
    if not values[middle]:
        return None
    false = np.flatnonzero(~values)
    start = false[false < middle].max(initial=-1) + 1
    stop = false[false > middle].min(initial=len(values))
    return int(start), int(stop)


def _first(holds: Callable[[int], bool], numbers: range) -> Optional[int]:
    """The first number for which a condition holds that remains true afterwards; None if there is none."""
    low, high = 0, len(numbers) - 1
    if high < 0 or not holds(numbers[high]):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(numbers[middle]) else (middle + 1, high)
    return numbers[low]
