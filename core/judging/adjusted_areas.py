"""Error-adjusted areas and accuracies of the classes of a map.

Olofsson et al. (2014), "Good practices for estimating area and assessing accuracy of land change", Remote Sensing of
Environment 148, 42-57: the mapped classes are strata, from which the reference is sampled at random. Their tables have
the map as rows; here, as everywhere in RasterLearn, the rows of a confusion matrix are the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from .class_metrics import Metric, intervals_of, of_several_blocks, overall_accuracy, precision, recall

Z = 1.96  # as in the paper
LEAST_SAMPLES = 2  # of a mapped class: its variance has n - 1 as the denominator


@dataclass(frozen=True)
class Estimate:
    """A number, or one per class.

    Attributes:
        value: () or (k,); NaN where it is undefined.
        half_width: half of the 95 % interval by the paper's equations, which take samples as independent, likewise.
        interval: 95 % interval of a bootstrap over spatial blocks, (2,) or (2, k); None where blocks are unknown.
    """

    value: np.ndarray
    half_width: np.ndarray
    interval: Optional[np.ndarray] = None


@dataclass(frozen=True)
class Adjusted:
    """Areas and accuracies corrected for the errors of the map.

    Attributes:
        mapped: pixels of each class in the map, (k,) int64.
        judged: which mapped classes have enough reference samples, (k,) bool; the estimates cover only these.
        areas: pixels of each class. overall, users, producers: accuracies.
    """

    mapped: np.ndarray
    judged: np.ndarray
    areas: Estimate
    overall: Estimate
    users: Estimate
    producers: Estimate

    @property
    def left_out(self) -> np.ndarray:
        """Which classes of the map have too few reference samples to be judged, (k,) bool."""
        return (self.mapped > 0) & ~self.judged


def adjust(matrix: np.ndarray, mapped: np.ndarray, blocks: Optional[np.ndarray] = None) -> Optional[Adjusted]:
    """Corrects the mapped areas by the reference samples in each mapped class.

    Args:
        matrix: confusion matrix (k, k), rows = reference. mapped: pixels of each class in the whole map, (k,).
        blocks: confusion matrices of spatial blocks, (b, k, k), for intervals that account for similar neighbors.
    Returns:
        None where no mapped class has two reference samples.
    """
    counts = matrix.sum(axis=0)
    judged = (mapped > 0) & (counts >= LEAST_SAMPLES)
    if not judged.any():
        return None
    pixels = np.where(judged, mapped, 0).astype(np.float64)
    values: dict[str, Metric] = {
        "areas": lambda m: _areas(m, pixels),
        "overall": lambda m: _correct(m, pixels).sum(-1) / pixels.sum(),
        "users": lambda m: np.where(judged, precision(m), np.nan),
        "producers": lambda m: _divided(_correct(m, pixels), _areas(m, pixels)),
    }
    halves = _half_widths(matrix, pixels)
    intervals = _over_blocks(values, matrix, blocks) if blocks is not None else {}
    estimates = {
        name: Estimate(value(matrix), Z * np.sqrt(halves[name]), intervals.get(name)) for name, value in values.items()
    }
    return Adjusted(mapped, judged, **estimates)


def _over_blocks(values: dict[str, Metric], matrix: np.ndarray, blocks: np.ndarray) -> dict[str, np.ndarray]:
    intervals = intervals_of(values, matrix, blocks)
    rests_on = {"areas": recall, "overall": overall_accuracy, "users": precision, "producers": recall}
    return {name: of_several_blocks(interval, rests_on[name](blocks)) for name, interval in intervals.items()}


def _strata(matrix: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Pixels of mapped class i (the rows) that are class j, (..., k, k): the terms of equation 9 times the area.

    NaN where a class is mapped but not among the samples, as in some resampled matrices.
    """
    counts = np.swapaxes(matrix, -1, -2).astype(np.float64)
    total = counts.sum(-1, keepdims=True)
    missed = np.any((total[..., 0] == 0) & (pixels > 0), axis=-1)[..., np.newaxis, np.newaxis]
    return np.where(missed, np.nan, pixels[:, np.newaxis] * counts / np.maximum(total, 1))


def _areas(matrix: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Equation 9 times the total area: pixels of each class, (..., k)."""
    return _strata(matrix, pixels).sum(-2)


def _correct(matrix: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Correctly mapped pixels of each class, (..., k)."""
    return np.diagonal(_strata(matrix, pixels), axis1=-2, axis2=-1)


def _half_widths(matrix: np.ndarray, pixels: np.ndarray) -> dict[str, np.ndarray]:
    """Half-widths from the estimated variances of the paper: equations 5, 6, 7, and 10 with 11."""
    strata = _strata(matrix, pixels)
    degrees = np.maximum(matrix.sum(axis=0) - 1.0, 1.0)
    of_users = np.where(pixels > 0, precision(matrix) * (1 - precision(matrix)) / degrees, np.nan)
    terms = strata * (pixels[:, np.newaxis] - strata) / degrees[:, np.newaxis]
    areas = strata.sum(axis=0)
    producers = np.nan_to_num(_divided(_correct(matrix, pixels), areas))
    own = np.diagonal(terms)
    of_producers = (1 - producers) ** 2 * own + producers**2 * (terms.sum(axis=0) - own)
    return {
        "users": of_users,
        "overall": np.nansum(pixels**2 * of_users) / pixels.sum() ** 2,
        "producers": _divided(of_producers, areas**2),
        "areas": terms.sum(axis=0),
    }


def _divided(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
