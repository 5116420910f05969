"""Gaps in images: laying shapes over them, and filling them from images of other dates. Arrays only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

Observation = tuple[np.ndarray, np.ndarray]
"""Values (h, w, c) of one date, and where they are clear, (h, w) bool."""


def mirrored_tiles(start: int, stop: int, length: int) -> np.ndarray:
    """The pixels (n,) int64 of an axis, repeated and mirrored in turn, that lie at places start ... stop - 1.

    Neighbors stay neighbors: at each seam the outermost pixel is repeated.
    """
    places = np.arange(start, stop) % (2 * length)
    return np.minimum(places, 2 * length - 1 - places)


@dataclass
class Nearest:
    """The values that are nearest in time, of m pixels.

    Attributes:
        values: (m, c) float64. days: how far away they are, (m,) float64, infinite where there are none.
    """

    values: np.ndarray
    days: np.ndarray

    @classmethod
    def among(cls, wanted: np.ndarray, bands: int, dates: Iterable[tuple[float, Callable[[], Observation]]]) -> Nearest:
        """Looks for clear values of the m wanted pixels of a window, (h, w) bool.

        Args:
            dates: how many days away each is, nearest first, and who reads it; dates are only read while they are
                needed.
        """
        count = int(wanted.sum())
        found = cls(np.zeros((count, bands)), np.full(count, np.inf))
        for days, read in dates:
            missing = np.isinf(found.days)
            if not missing.any():
                break
            values, clear = read()
            new = missing & clear[wanted]
            found.values[new], found.days[new] = values[wanted][new], days
        return found


def nearest_in_time(before: Nearest, after: Nearest) -> tuple[np.ndarray, np.ndarray]:
    """The value nearest in time, the earlier of two that are equally near: values (m, c), and where there is one."""
    earlier = before.days <= after.days
    return np.where(earlier[..., np.newaxis], before.values, after.values), np.isfinite(
        np.minimum(before.days, after.days)
    )


def linear_in_time(before: Nearest, after: Nearest) -> tuple[np.ndarray, np.ndarray]:
    """Linear interpolation in time; the only value where there is one: values (m, c), and where there is one."""
    values, known = nearest_in_time(before, after)
    both = np.isfinite(before.days) & np.isfinite(after.days) & (before.days > 0)
    share = before.days[both] / (before.days[both] + after.days[both])
    first, last = before.values[both], after.values[both]
    values[both] = first + (last - first) * share[:, np.newaxis]
    return values, known


def as_pixels(values: np.ndarray, dtype: np.dtype, nodata: float) -> np.ndarray:
    """Values of any real numbers as pixels of a type: rounded and clipped for integers, never nodata."""
    if dtype.kind == "f":
        pixels = values.astype(dtype)
        pixels[pixels == nodata] = np.nextafter(dtype.type(nodata), dtype.type(np.inf))
        return pixels
    limits = np.iinfo(dtype)
    pixels = np.rint(values).clip(limits.min, limits.max).astype(dtype)
    if limits.min <= nodata <= limits.max:
        pixels[pixels == nodata] = nodata + 1 if nodata < limits.max else nodata - 1
    return pixels
