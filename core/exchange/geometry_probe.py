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
from .shown_images import AMPLITUDES, LARGE_PX, Shown

LONGEST_PERIOD_PX = 64
TOLERANCE, ROUNDING = 1e-4, 3e-6  # of the range, and of the largest number, of an output

Sides = tuple[int, int]
"""Rows and columns."""


@dataclass(frozen=True)
class Seen:
    """The pixels `low` to `high` of a row, or of a column, that one cell depends on."""

    low: int
    high: int

    @property
    def size(self) -> int:
        """The number of these pixels."""
        return self.high - self.low + 1


class Probe:
    """Finds out the geometry of a model that accepts images of any size.

    Lengths are counted in pixels of the coarsest source; see `Shown`.
    """

    def __init__(self, shown: Shown):
        self.shown = shown

    def natural_patch(self) -> Sides:
        """The patch that the model is made for: the receptive field of a cell, or enough for padded cells.

        Raises:
            InputError: it cannot be found.
        """
        for large in LARGE_PX:
            cells = self.shown.cells(large, large)
            if cells is None:
                continue
            dense, rows, columns = self.dense((large, large), cells), self._needed(large, 0), self._needed(large, 1)
            if dense is None or not rows or not columns:
                continue
            if not dense.first and not dense.last and dense.fineness == 1:
                if self.shown.cells(rows, columns) == (1, 1):
                    return rows, columns
                continue
            period = int(dense.pitch * dense.alignment)
            patch = -(-max(rows, columns) // period) * period
            if cells[0] == cells[1] and self.shown.cells(patch, patch):
                return patch, patch
        raise InputError(
            "The {p:receptive_fields} of the model cannot be found out by showing it images. Give it, and check "
            "{p:input_tensors}, {p:output_tensors} and {p:placeholders}."
        )

    def _needed(self, large: int, axis: int) -> int:
        """Rows or columns that a cell depends on, of the source that needs most, found on images of this size; or 0."""
        found = [self.seen((large, large), axis, number) for number in range(len(self.shown.finer))]
        sizes = [-(-seen.size // finer) for seen, finer in zip(found, self.shown.finer) if seen is not None]
        return max(sizes, default=0)

    def dense(self, patch: Sides, cells: Sides) -> Optional[Dense]:
        """The geometry of the model on images larger than a patch; None if it accepts none, or is not regular.

        Args:
            patch: rows and columns of an image for which the model outputs so many `cells`.
        """
        for period in _powers_of_two(LONGEST_PERIOD_PX):
            longer = self.shown.cells(patch[0] + period, patch[1] + period)
            if longer is None or longer[0] - cells[0] != longer[1] - cells[1] or longer[0] <= cells[0]:
                continue
            found = self._repeats(patch, cells, period, Fraction(period, longer[0] - cells[0]))
            if found is not None:
                return found
        return None

    def _repeats(self, patch: Sides, cells: Sides, period: int, pitch: Fraction) -> Optional[Dense]:
        """Compares outputs for two parts of an image, `period` pixels apart, assuming cells `pitch` pixels apart."""
        if 1 not in (pitch.numerator, pitch.denominator):
            return None
        moved = int(period / pitch)
        growth = 4 * max(-(-max(patch) // period) * period, period)
        height, width = patch[0] + growth, patch[1] + growth
        rows, columns = (count + int(growth / pitch) for count in cells)
        if min(rows, columns) <= 3 * moved:
            return None
        same = np.ones((rows - moved, columns - moved), bool)
        for amplitude in AMPLITUDES:
            images = self.shown.images(height + period, width + period, amplitude)
            try:
                here, there = (self.shown.answer(self.shown.part(images, at, height, width)) for at in (0, period))
            except InputError:
                return None
            if here.shape != there.shape or here.shape[1:3] != (rows, columns):
                return None
            same &= _equal(here[:, moved:, moved:], there[:, : rows - moved, : columns - moved])
        middle = same.shape[0] // 2, same.shape[1] // 2
        lines = ((same[middle[0]], middle[1]), (same[:, middle[1]], middle[0]))
        runs = [(_run_around(values, place), len(values)) for values, place in lines]
        if any(run is None for run, _ in runs):
            return None
        first = max(run[0] for run, _ in runs)
        last = max(length - run[1] for run, length in runs)
        inner = slice(first, same.shape[0] - last), slice(first, same.shape[1] - last)
        step, fineness = pitch.numerator, pitch.denominator
        return Dense(step, moved, first, last, fineness) if same[inner].all() else None

    def seen(self, size: Sides, axis: int = 1, source: int = 0) -> Optional[Seen]:
        """The rows (axis 0) or columns of a source that the middle cell depends on; None if this size is refused."""
        cells = self.shown.cells(*size)
        if cells is None:
            return None
        row, column = cells[0] // 2, cells[1] // 2
        before = [self.shown.images(*size, amplitude) for amplitude in AMPLITUDES]
        others = [self.shown.images(*size, amplitude)[source] for amplitude in AMPLITUDES]
        answers = [self.shown.answer(images)[:, row, column] for images in before]
        length = size[axis] * self.shown.finer[source]

        def changes(start: int, stop: int) -> bool:
            part = (slice(None),) * (axis + 1) + (slice(start, stop),)
            for images, other, expected in zip(before, others, answers):
                mixed = images[source].copy()
                mixed[part] = other[part]
                given = [*images[:source], mixed, *images[source + 1 :]]
                if not np.array_equal(self.shown.answer(given)[:, row, column], expected):
                    return True
            return False

        low = _first(lambda c: changes(0, c + 1), range(length))
        high = _first(lambda c: changes(length - 1 - c, length), range(length))
        return None if low is None or high is None else Seen(low, length - 1 - high)


def _equal(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether the cells (h, w) of two outputs (1, h, w, k) agree except for rounding."""
    scale, spread = float(np.abs(one).max()), float(np.ptp(one)) / 2  # probabilities may hardly differ from each other
    difference = np.abs(one.astype(np.float64) - other)
    allowed = max(min(TOLERANCE * scale, max(TOLERANCE * spread, ROUNDING * scale)), 1e-34)
    return np.asarray((difference <= allowed).all(axis=(0, 3)))


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
