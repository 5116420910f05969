"""Mean and variance of each band, accumulated over parts of the values."""

from __future__ import annotations

from typing import Optional

import numpy as np


class BandMoments:
    """Sums of values and of their squares, from which means and variances follow.

    They are taken around the mean of the first part, so that large numbers lose no digits: the shifted data of Chan,
    Golub, LeVeque (1983), Algorithms for computing the sample variance, The American Statistician 37(3), 242-247. The
    statistics of whole images (`band_statistics`) merge means and deviations instead, after the same authors,
    as theirs must not depend on the order of windows nor overflow.

    Attributes:
        count: values of each band so far, (b,) float64.
    """

    def __init__(self, bands: int):
        self.count, self._first, self._second = (np.zeros(bands) for _ in range(3))
        self._origin = np.full(bands, np.nan)

    def add(self, values: np.ndarray, known: Optional[np.ndarray] = None) -> None:
        """Adds values, (n, b) of any real type; `known`, (n, b) bool, says which of them count, by default all."""
        n = np.full(len(self.count), len(values)) if known is None else known.sum(axis=0)
        mean = _with_zeros(values, known).sum(axis=0, dtype=np.float64) / np.maximum(n, 1)
        self._origin = np.where(np.isnan(self._origin) & (n > 0), mean, self._origin)
        apart = _with_zeros(values - np.nan_to_num(self._origin), known)
        self.count += n
        self._first += apart.sum(axis=0)
        self._second += (apart**2).sum(axis=0)

    @property
    def mean(self) -> np.ndarray:
        """Mean of each band, (b,) float64."""
        return self._origin + self._first / self.count

    @property
    def variance(self) -> np.ndarray:
        """Variance of each band around its mean, divided by the number of values, (b,) float64."""
        return np.maximum(self._second / self.count - (self._first / self.count) ** 2, 0)


def _with_zeros(values: np.ndarray, known: Optional[np.ndarray]) -> np.ndarray:
    """The values that are known, and 0 in place of the others."""
    return values if known is None else np.where(known, values, 0)
