"""Rows of labels: those of windows that lie side by side, counted in one reading and found by rank in another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Optional, Protocol

import numpy as np

from ..raster.window import Window

BLOCK_ROWS = 256
LEAST_WAITING = 2_000_000  # pixels of features that wait to be added up
FEW_VALUES = 32  # up to here, one comparison per value is faster than a histogram

Found = tuple[np.ndarray, np.ndarray]


class LabelRow(Protocol):
    """Labels of windows that have the same rows."""

    def find(self, number: int, index: int, ranks: np.ndarray) -> Found:
        """Where some labels of a class lie in a window.

        Args:
            number: of the window. index: of the class.
            ranks: (n,) int64 ascending; 0 is the first label of this class in scan order.
        Returns:
            columns, rows: of the grid, (n,) int64.
        """
        ...


class TooManyValues(Exception):
    """There are more values than a counter may hold."""


class ValueCounter:
    """Counts how often each value occurs in arrays of integers.

    Args:
        limit: how many different values may occur, so that memory stays small where an image was given for labels.
    Attributes:
        totals: how often each value has occurred in all arrays.
    """

    def __init__(self, limit: int = 2**16) -> None:
        self._limit = limit
        self.totals: dict[int, int] = {}

    def count(self, array: np.ndarray) -> dict[int, int]:
        """How often each value occurs in an array of any shape; values that do not occur are left out.

        Raises:
            TooManyValues: more than the limit, in this array or in all.
        """
        left, counts = array.size, {}
        if len(self.totals) <= FEW_VALUES:
            limits = np.iinfo(array.dtype)  # what marks unlabelled pixels of some strips does not fit every type
            possible = [value for value in self.totals if limits.min <= value <= limits.max]
            for value in sorted(possible, key=self.totals.__getitem__, reverse=True):
                counts[value] = int(np.count_nonzero(array == array.dtype.type(value)))
                left -= counts[value]
                if not left:
                    break
        if left:
            counts = _histogram(array, self._limit)
        counts = {value: number for value, number in counts.items() if number}
        for value, number in counts.items():
            self.totals[value] = self.totals.get(value, 0) + number
        if len(self.totals) > self._limit:
            raise TooManyValues
        return counts


class RasterRow:
    """Labels of a raster: `values` (h, w) of `box`, which holds all windows, where `used`, (h, w) bool, says so."""

    def __init__(
        self, values: np.ndarray, box: Window, windows: Sequence[Window], class_values: np.ndarray, used: np.ndarray
    ):
        self._values, self._box, self._windows, self._class_values = values, box, windows, class_values
        self._used = used

    def find(self, number: int, index: int, ranks: np.ndarray) -> Found:
        """See `LabelRow.find`."""
        window = self._windows[number]
        local = Window(window.x - self._box.x, window.y - self._box.y, window.width, window.height)
        value = self._values.dtype.type(self._class_values[index])
        chosen = (self._values[local.slices] == value) & self._used[local.slices]
        ends = np.cumsum([np.count_nonzero(row) for row in chosen])
        rows = np.searchsorted(ends, ranks, side="right")
        starts = ends[rows] - [np.count_nonzero(chosen[row]) for row in rows]
        columns = [np.flatnonzero(chosen[row])[rank] for row, rank in zip(rows, ranks - starts)]
        return np.array(columns, np.int64) + window.x, rows + window.y


class FeatureRow:
    """Labels of features, of which several may share a pixel.

    Args:
        positions: (m,) int64 row * width + column within `box`, ascending. classes: index of the class (m,).
        times: how many features of the class cover the pixel, (m,) int64.
        windows: side by side in `box`, from left to right. count: number of classes.
    """

    def __init__(
        self,
        positions: np.ndarray,
        classes: np.ndarray,
        times: np.ndarray,
        box: Window,
        windows: Sequence[Window],
        count: int,
    ):
        self._box, self._windows, self._count = box, windows, count
        columns = positions % box.width + box.x
        lefts, rights = np.array([w.x for w in windows]), np.array([w.right for w in windows])
        number = np.searchsorted(lefts, columns, side="right") - 1
        kept = (number >= 0) & (columns < rights[number.clip(0)])
        group = number[kept] * count + classes[kept]
        order = np.argsort(group, kind="stable")
        self._positions = positions[kept][order]
        self._reached = np.cumsum(times[kept][order])  # labels up to and with this pixel
        reached, pixels = np.append(0, self._reached), np.bincount(group, minlength=len(windows) * count)
        self._ends = reached[np.cumsum(pixels)]

    def counts(self) -> np.ndarray:
        """Labels of each class in each window, (windows, classes) int64."""
        return np.diff(self._ends, prepend=0).reshape(len(self._windows), self._count)

    def find(self, number: int, index: int, ranks: np.ndarray) -> Found:
        """See `LabelRow.find`."""
        group = number * self._count + index
        start = int(self._ends[group - 1]) if group else 0
        found = np.searchsorted(self._reached, start + ranks, side="right")
        rows, columns = np.divmod(self._positions[found], self._box.width)
        return columns + self._box.x, rows + self._box.y


class Tally:
    """Adds up how often each value is at each position, in memory for about as many as there are different ones.

    Args:
        possible: values, (n,) integers, among which are all that come.
    """

    def __init__(self, possible: np.ndarray):
        self._low, high = int(possible.min()), int(possible.max())
        self._span = high - self._low + 1
        self._keys, self._times = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        self._waiting, self._distinct = 0, 0

    def add(self, positions: np.ndarray, values: np.ndarray, times: Optional[np.ndarray] = None) -> None:
        """Positions (m,) int64 from 0, the value (m,) at each, and how often it is there (m,), by default once."""
        self._keys.append(positions * self._span + values - self._low)
        self._times.append(np.ones(len(positions), np.int64) if times is None else times.astype(np.int64))
        self._waiting += len(positions)
        if self._waiting > LEAST_WAITING + self._distinct:
            self._add_up()

    def total(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Positions, values and times, (m,) int64, ascending by position, then by value."""
        self._add_up()
        positions, values = np.divmod(self._keys[0], self._span)
        return positions, values + self._low, self._times[0]

    def _add_up(self) -> None:
        keys, times = np.concatenate(self._keys), np.concatenate(self._times)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        self._keys = [keys[first]]
        self._times = [np.add.reduceat(times[order], first) if len(first) else times]
        self._waiting, self._distinct = 0, len(first)


def box_of(windows: Sequence[Window]) -> Window:
    """All columns from the first to the last of windows that lie side by side."""
    return Window(windows[0].x, windows[0].y, windows[-1].right - windows[0].x, windows[0].height)


def strips_with(rows: Sequence[Sequence[Window]], whole: Window) -> Iterator[tuple[Window, Sequence[Window]]]:
    """The whole in strips of full width: those of the rows with their windows, and those in between without any."""
    y = whole.y
    for windows in [*rows, []]:
        top, bottom = (windows[0].y, windows[0].bottom) if windows else (whole.bottom, whole.bottom)
        for strip in Window(whole.x, y, whole.width, top - y).blocks(whole.width, BLOCK_ROWS):
            yield strip, []
        if windows:
            yield Window(whole.x, top, whole.width, bottom - top), windows
        y = bottom


def parts_beside(strip: Window, windows: Sequence[Window]) -> list[Window]:
    """What the windows leave of a strip; all of it if there are several, as counting twice costs little."""
    if len(windows) != 1:
        return [strip]
    left, right = windows[0].x, windows[0].right
    parts = (Window(x, strip.y, end - x, strip.height) for x, end in ((strip.x, left), (right, strip.right)))
    return [part for part in parts if part.pixels]


def _histogram(array: np.ndarray, limit: int) -> dict[int, int]:
    if array.dtype.itemsize > 2:
        values, counts = np.unique(array, return_counts=True)
        if len(values) > limit:
            raise TooManyValues
        return dict(zip(values.tolist(), counts.tolist()))
    low = int(np.iinfo(array.dtype).min)
    counts = np.bincount(array.ravel().astype(np.intp) - low)
    present = np.flatnonzero(counts)
    return dict(zip((present + low).tolist(), counts[present].tolist()))
