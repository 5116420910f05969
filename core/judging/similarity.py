"""Structural similarity (SSIM): its window and formula, and the index of two images, computed strip by strip."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..images.neighborhood import neighbor_sums
from ..raster.window import Halo, Window

WINDOW_PX, SIGMA_PX = 11, 1.5
K1, K2 = 0.01, 0.03
BLOCK_ROWS, BLOCK_COLUMNS = 64, 256  # fit into a processor's cache
_REACH = WINDOW_PX - 1
_AFTER = Halo(right=_REACH, bottom=_REACH)


def _gaussian() -> list[float]:
    weights = np.exp(-((np.arange(WINDOW_PX) - WINDOW_PX // 2) ** 2) / (2 * SIGMA_PX**2))
    return (weights / weights.sum()).tolist()


WEIGHTS = _gaussian()  # of a window along each axis; they add up to 1


def similarity_index(mean_first: Any, mean_second: Any, variances: Any, covariance: Any, data_range: float) -> Any:
    """The structural similarity of windows from their weighted statistics: NumPy arrays or TensorFlow tensors.

    Wang, Bovik, Sheikh, Simoncelli (2004), Image quality assessment: from error visibility to structural similarity,
    IEEE Transactions on Image Processing 13(4), equation 13.

    Args:
        variances: the sum of both images' variances. data_range: largest minus smallest possible value.
    """
    c1, c2 = (K1 * data_range) ** 2, (K2 * data_range) ** 2
    like = (2 * mean_first * mean_second + c1) * (2 * covariance + c2)
    return like / ((mean_first**2 + mean_second**2 + c1) * (variances + c2))


class Similarity:
    """The mean structural similarity index (SSIM) over all windows in which every pixel is judged.

    After Wang et al. (see `similarity_index`), equations 13 to 16: windows of 11 × 11 pixels with Gaussian weights of
    standard deviation 1.5 that add up to 1, K1 = 0.01, K2 = 0.03, weighted population statistics.

    Strips are added from top to bottom; the last rows of each are kept for windows that reach into the next, so the
    result does not depend on their height.

    Args:
        origin: subtracted from all values for precision; close to their mean. data_range: of the reference.
    Attributes:
        count: windows so far.
    """

    def __init__(self, origin: float, data_range: float):
        self._origin, self._range = origin, data_range
        self._kept: list[np.ndarray] = []
        self._total = 0.0
        self.count = 0

    def add(self, mapped: np.ndarray, reference: np.ndarray, valid: np.ndarray) -> None:
        """Adds the next rows: values (h, w) of any type, and where both are judged, (h, w) bool."""
        if self._range > 0:
            with np.errstate(over="ignore", invalid="ignore"):  # of values that are huge beside the range
                self._add(mapped, reference, valid)

    def _add(self, mapped: np.ndarray, reference: np.ndarray, valid: np.ndarray) -> None:
        scaled = [(values.astype(np.float64) - self._origin) / self._range for values in (mapped, reference)]
        rows = [*(np.where(valid, values, 0.0) for values in scaled), valid]
        if self._kept:
            rows = [np.concatenate(pair) for pair in zip(self._kept, rows)]
        self._kept = [some[-_REACH:].copy() for some in rows]
        windows = whole_windows(rows[2])
        for block in Window(0, 0, windows.shape[1], windows.shape[0]).blocks(BLOCK_COLUMNS, BLOCK_ROWS):
            judged = windows[block.slices]
            if judged.any():
                under = block.grow(_AFTER).slices
                found = indices(rows[0][under], rows[1][under], self._origin / self._range)
                self._total += float(found[judged].sum())
                self.count += int(judged.sum())

    @property
    def mean(self) -> float:
        """The mean index; NaN without a window, for a constant reference, or where numbers are too large for it."""
        return self._total / self.count if self.count and math.isfinite(self._total) else math.nan


def indices(first: np.ndarray, second: np.ndarray, origin: float) -> np.ndarray:
    """The index of every window of two images, (h - 10, w - 10).

    Args:
        first, second: (h, w) float64, in units of the data range, less the origin.
        origin: in the same units; makes the index that of the original images.
    """
    mean_first, mean_second = _weighted(first), _weighted(second)
    variances = _weighted(first**2 + second**2) - mean_first**2 - mean_second**2
    covariance = _weighted(first * second) - mean_first * mean_second
    return similarity_index(mean_first + origin, mean_second + origin, variances, covariance, 1.0)


def whole_windows(valid: np.ndarray) -> np.ndarray:
    """Which windows of (h, w) bool are True in every pixel, (h - 10, w - 10); empty if no window fits."""
    for _ in range(2):  # along rows, then along columns
        valid = (neighbor_sums(valid.astype(np.uint8), WINDOW_PX) == WINDOW_PX).T
    return valid


def _weighted(values: np.ndarray) -> np.ndarray:
    """Weighted means of all windows, (h - 10, w - 10)."""
    height, width = (size - _REACH for size in values.shape)
    rows, means = np.zeros((height, values.shape[1])), np.zeros((height, width))
    for start, weight in enumerate(WEIGHTS):
        rows += weight * values[start : start + height]
    for start, weight in enumerate(WEIGHTS):
        means += weight * rows[:, start : start + width]
    return means
