"""Error-adjusted areas and accuracies of the classes of a map.

Olofsson et al. (2014), "Good practices for estimating area and assessing accuracy of land change", Remote Sensing of
Environment 148, 42-57: the mapped classes are strata, from which the reference is sampled at random. Their tables have
the map as rows; here, as everywhere in RasterLearn, the rows of a confusion matrix are the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from .class_metrics import (
    Cells,
    Margins,
    Metric,
    intervals_of,
    margins_of,
    of_several_blocks,
    overall_accuracy,
    precision,
    recall,
)

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
        "areas": lambda found: found.areas,
        "overall": lambda found: found.correct.sum(-1) / pixels.sum(),
        "users": lambda found: np.where(judged, precision(found.margins), np.nan),
        "producers": lambda found: _divided(found.correct, found.areas),
    }
    halves = _half_widths(matrix, pixels)
    intervals = _over_blocks(values, matrix, blocks, pixels) if blocks is not None else {}
    here = _Strata.of(matrix, pixels)
    estimates = {
        name: Estimate(value(here), Z * np.sqrt(halves[name]), intervals.get(name)) for name, value in values.items()
    }
    return Adjusted(mapped, judged, **estimates)


@dataclass(frozen=True)
class _Strata:
    """What confusion matrices say of the whole map: sums over the mapped classes, which are the strata.

    Attributes:
        margins: of the matrices. areas: pixels of each class, (..., k): equation 9 times the total area. correct: those
            that are mapped correctly, (..., k). NaN where a class is mapped but not among the samples.
    """

    margins: Margins
    areas: np.ndarray
    correct: np.ndarray

    @classmethod
    def of(cls, matrix: np.ndarray, pixels: np.ndarray) -> _Strata:
        """Of one matrix (k, k), given the pixels of each class in the map, (k,) float64."""
        terms = _terms(matrix, pixels)
        return cls(margins_of(matrix), terms.sum(-2), np.diagonal(terms))

    @classmethod
    def of_cells(cls, cells: Cells, pixels: np.ndarray) -> _Strata:
        """Of many matrices."""
        margins = cells.margins()
        missed = np.any((margins.predicted == 0) & (pixels > 0), axis=-1, keepdims=True)
        total = np.maximum(margins.predicted, 1)
        areas = cells.sums(pixels[cells.columns] * cells.values / total[:, cells.columns], cells.rows)
        correct = pixels * margins.correct / total
        return cls(margins, np.where(missed, np.nan, areas), np.where(missed, np.nan, correct))


def _over_blocks(
    values: dict[str, Metric], matrix: np.ndarray, blocks: np.ndarray, pixels: np.ndarray
) -> dict[str, np.ndarray]:
    intervals = intervals_of(values, matrix, blocks, lambda cells: _Strata.of_cells(cells, pixels))
    rests_on = {"areas": recall, "overall": overall_accuracy, "users": precision, "producers": recall}
    in_blocks = margins_of(blocks)
    return {name: of_several_blocks(interval, rests_on[name](in_blocks)) for name, interval in intervals.items()}


def _terms(matrix: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Pixels of mapped class i (the rows) that are class j, (k, k): the terms of equation 9 times the area.

    All are NaN where a class is mapped but not among the samples.
    """
    counts = matrix.T.astype(np.float64)
    total = counts.sum(-1)
    missed = np.any((total == 0) & (pixels > 0))
    return np.where(missed, np.nan, pixels[:, np.newaxis] * counts / np.maximum(total, 1)[:, np.newaxis])


def _half_widths(matrix: np.ndarray, pixels: np.ndarray) -> dict[str, np.ndarray]:
    """Half-widths from the estimated variances of the paper: equations 5, 6, 7, and 10 with 11."""
    strata = _terms(matrix, pixels)
    degrees = np.maximum(matrix.sum(axis=0) - 1.0, 1.0)
    of_users = np.where(pixels > 0, precision(matrix) * (1 - precision(matrix)) / degrees, np.nan)
    terms = strata * (pixels[:, np.newaxis] - strata) / degrees[:, np.newaxis]
    areas = strata.sum(axis=0)
    producers = np.nan_to_num(_divided(np.diagonal(strata), areas))
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
