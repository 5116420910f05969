"""The distance of the cells of a model that takes images of one size only, found by changing parts of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Optional

import numpy as np

from .shown_images import AMPLITUDES, Shown

_PARTS = 32  # of an image, that are changed one after the other
_LIKE, _LIKE_BESIDE_RATIO, _LIKE_OF_RATIO = 0.6, 0.85, 0.4  # correlations
_WHOLE = (*range(1, 17), 32, 64)
_PITCHES = sorted({*map(Fraction, _WHOLE), *(Fraction(1, n) for n in _WHOLE)})


def pitch_of_fixed_size(shown: Shown, patch: tuple[int, int], cells: tuple[int, int]) -> Optional[Fraction]:
    """Pixels of the coarsest source between two cells; None if it cannot be found, or differs between rows and columns.

    Args:
        patch: rows and columns of the only size that the model takes. cells: of its output.
    """
    if cells in ((1, 1), patch):
        return Fraction(1)
    found = {_along(shown, patch, cells, axis) for axis in (0, 1) if cells[axis] > 1}
    return found.pop() if len(found) == 1 else None


def _along(shown: Shown, patch: tuple[int, int], cells: tuple[int, int], axis: int) -> Optional[Fraction]:
    """The distance for which what influences one cell is most like what influences another one, moved by it."""
    influence, width = _influences(shown, patch, axis)
    ratio = Fraction(patch[axis], cells[axis])
    likeness = {
        pitch: _likeness(influence, float(pitch) / width)
        for pitch in {*_PITCHES, ratio}
        if 1 in (pitch.numerator, pitch.denominator) and (cells[axis] - 1) * pitch < patch[axis]
    }
    best = max(likeness, key=lambda pitch: likeness[pitch], default=None)
    if best is None:
        return None
    if likeness.get(ratio, -1) > _LIKE_OF_RATIO:
        return ratio  # that of padded networks, where each cell may depend on nearly the whole image
    return best if likeness[best] >= (_LIKE_BESIDE_RATIO if ratio in likeness else _LIKE) else None


def _influences(shown: Shown, patch: tuple[int, int], axis: int) -> tuple[np.ndarray, int]:
    """How much the parts of an image along an axis change each cell (parts, cells), and the pixels of a part."""
    width = -(-patch[axis] // _PARTS)
    count = patch[axis] // width
    total: np.ndarray = np.zeros(1)
    for amplitude in AMPLITUDES:
        images, change = shown.images(*patch, amplitude), shown.images(*patch, amplitude)
        before = shown.answer(images)
        found = np.stack(
            [
                np.abs(_changed(shown, images, change, axis, part * width, width).astype(np.float64) - before).mean(
                    axis=(0, 3, 2 - axis)
                )
                for part in range(count)
            ]
        )
        total = total + found / max(float(found.max()), 1e-30)
    padded = np.pad(total, ((1, 1), (0, 0)), mode="edge")
    return np.asarray((padded[:-2] + 2 * total + padded[2:]) / 4), width  # smoothed, as cells lie between parts


def _changed(
    shown: Shown, images: Sequence[np.ndarray], change: Sequence[np.ndarray], axis: int, start: int, width: int
) -> np.ndarray:
    """The answer to images with a part that is changed, in the same way wherever it lies."""
    mixed = [image.copy() for image in images]
    for image, added, finer in zip(mixed, change, shown.finer):
        before = (slice(None),) * (axis + 1)
        here, there = (*before, slice(start * finer, (start + width) * finer)), (*before, slice(0, width * finer))
        image[here] += added[there]
    return shown.answer(mixed)


def _likeness(influence: np.ndarray, pitch: float) -> float:
    """The correlation of the influences on cells with those on the cells half an output further, moved by these cells.

    Args:
        pitch: distance of two cells, in parts.
    """
    parts, cells = influence.shape
    apart = max(1, cells // 2)
    places = np.arange(parts, dtype=float)
    inside = places[places + apart * pitch <= parts - 1]
    if len(inside) < 3:
        return -1.0
    ours = influence[: len(inside), : cells - apart]
    theirs = [np.interp(inside + apart * pitch, places, column) for column in influence[:, apart:].T]
    found = np.corrcoef(ours.ravel(), np.stack(theirs, axis=1).ravel())[0, 1]
    return float(found) if np.isfinite(found) else -1.0
