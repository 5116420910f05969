"""The distance of the cells of a model that takes images of one size only, found by changing parts of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Optional

import numpy as np

from .shown_images import AMPLITUDES, Shown

_PARTS = 32  # of an image, that are changed one after the other
_TRIES = 2  # images of each amplitude
_TOLERANCE = 1.25  # times as large or as small
_WHOLE = (*range(1, 17), 32, 64)
_PITCHES = sorted({*map(Fraction, _WHOLE), *(Fraction(1, n) for n in _WHOLE)})


def pitch_of_fixed_size(shown: Shown, patch: tuple[int, int], cells: tuple[int, int]) -> Optional[Fraction]:
    """Pixels of the coarsest source between two cells; None if it cannot be found, or differs between rows and columns.

    Args:
        patch: rows and columns of the only size that the model takes. cells: of its output.
    """
    if cells == (1, 1):
        return Fraction(1)
    found = {_along(shown, patch, cells, axis) for axis in (0, 1) if cells[axis] > 1}
    return found.pop() if len(found) == 1 else None


def _along(shown: Shown, patch: tuple[int, int], cells: tuple[int, int], axis: int) -> Optional[Fraction]:
    places, influence = _influences(shown, patch, axis)
    middles = _middles(places, influence)
    inner = np.arange(cells[axis] // 4, cells[axis] - cells[axis] // 4)
    inner = inner[np.isfinite(middles[inner])]
    ratio = Fraction(patch[axis], cells[axis])
    if len(inner) < 2:
        return None
    slope = float(np.polyfit(inner, middles[inner], 1)[0])
    nearest = ratio if 1 in (ratio.numerator, ratio.denominator) and _is_near(slope, ratio) else None
    possible = [pitch for pitch in _PITCHES if (cells[axis] - 1) * pitch < patch[axis]]
    if nearest is None and slope > 0 and possible:
        nearest = min(possible, key=lambda pitch: abs(np.log(slope / float(pitch))))
    return nearest if nearest is not None and _is_near(slope, nearest) else None


def _is_near(slope: float, pitch: Fraction) -> bool:
    return float(pitch) / _TOLERANCE < slope < float(pitch) * _TOLERANCE


def _influences(shown: Shown, patch: tuple[int, int], axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The middles (p,) of the parts of an image along an axis, and how much they change each cell (p, cells)."""
    edges = np.unique(np.linspace(0, patch[axis], min(_PARTS, patch[axis]) + 1).astype(int))
    total: np.ndarray = np.zeros(1)
    for amplitude in AMPLITUDES * _TRIES:
        images, others = (shown.images(*patch, amplitude) for _ in range(2))
        before = shown.answer(images)
        scale = max(float(np.abs(before).max()), 1e-30)
        changed = [_changed(shown, images, others, axis, part) for part in zip(edges, edges[1:])]
        total = total + np.stack([_change(before, after, axis) / scale for after in changed])
    return (edges[:-1] + edges[1:] - 1) / 2, total


def _changed(
    shown: Shown, images: Sequence[np.ndarray], others: Sequence[np.ndarray], axis: int, part: tuple[int, int]
) -> np.ndarray:
    mixed = [image.copy() for image in images]
    for image, other, finer in zip(mixed, others, shown.finer):
        place = (slice(None),) * (axis + 1) + (slice(part[0] * finer, part[1] * finer),)
        image[place] = other[place]
    return shown.answer(mixed)


def _change(before: np.ndarray, after: np.ndarray, axis: int) -> np.ndarray:
    """The mean change of the cells (1, h, w, k) along an axis."""
    difference = np.abs(after.astype(np.float64) - before)
    return np.asarray(difference.mean(axis=(0, 3, 2 - axis)))


def _middles(places: np.ndarray, influence: np.ndarray) -> np.ndarray:
    """For each cell the middle of what changes it more than other cells and most parts do; NaN if nothing does.

    Without what is common to all of them, a global average in the model does not count.
    """
    local = influence - influence.min(axis=1, keepdims=True)
    local = np.maximum(local - np.median(local, axis=0), 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((places[:, np.newaxis] * local).sum(axis=0) / local.sum(axis=0))
