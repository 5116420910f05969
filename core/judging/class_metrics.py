"""Metrics of classifications: confusion matrices, the ratios derived from them, and their confidence intervals.

Every ratio is a function of matrices (..., k, k), rows = reference, columns = prediction, or of their margins, so that
thousands of resampled matrices cost one call. A ratio whose denominator is zero is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Optional, Union

import numpy as np

from ..base.messages import Message, Words
from ..raster.classes import ClassMap

DRAWS = 1000
SEED = 0  # the same matrix always gets the same interval
FEW_BLOCKS = 10
LEVEL = 0.95
_CELLS_AT_ONCE = 4_000_000  # of resampled matrices in memory
_VALUES_AT_LEAST = 16  # numbers per class that the ratios of a matrix take


def confusion_matrix(reference: np.ndarray, predicted: np.ndarray, class_count: int) -> np.ndarray:
    """Counts (k, k) int64: rows are the reference, columns the prediction.

    Args:
        reference, predicted: class indices 0 ... k - 1, integers of the same shape.
    """
    pairs = reference.astype(np.int64).ravel() * class_count + predicted.astype(np.int64).ravel()
    return np.bincount(pairs, minlength=class_count**2).reshape(class_count, class_count)


def block_matrices(
    reference: np.ndarray, predicted: np.ndarray, blocks: np.ndarray, class_count: int, block_count: int
) -> np.ndarray:
    """The confusion matrix of each block, (b, k, k) int64.

    Args:
        reference, predicted: class indices, (n,). blocks: number of each sample's block, (n,), below `block_count`.
    """
    cells = (blocks.astype(np.int64) * class_count + reference) * class_count + predicted
    counts = np.bincount(cells, minlength=block_count * class_count**2)
    return counts.reshape(block_count, class_count, class_count)


@dataclass(frozen=True)
class Margins:
    """What the ratios need of confusion matrices: k numbers of each sort instead of k × k.

    Attributes:
        correct: the diagonals (..., k). reference, predicted: sums of the rows and of the columns, (..., k).
    """

    correct: np.ndarray
    reference: np.ndarray
    predicted: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Sums of all counts, (...)."""
        return np.asarray(self.reference.sum(-1))


Counts = Union[np.ndarray, Margins]
"""Confusion matrices (..., k, k), or their margins."""


def margins_of(counts: Counts) -> Margins:
    """The margins of confusion matrices."""
    return counts if isinstance(counts, Margins) else Margins(_diagonal(counts), counts.sum(-1), counts.sum(-2))


def overall_accuracy(matrix: Counts) -> np.ndarray:
    """Share of correct predictions, (...)."""
    found = margins_of(matrix)
    return _ratio(found.correct.sum(-1), found.total)


def kappa(matrix: Counts) -> np.ndarray:
    """Cohen's kappa (Cohen 1960), (...); NaN where chance alone would agree everywhere (a single class)."""
    found = margins_of(matrix)
    total = found.total.astype(np.float64)
    by_chance = (found.reference.astype(np.float64) * found.predicted).sum(-1)
    return _ratio(total * found.correct.sum(-1) - by_chance, total**2 - by_chance)


def precision(matrix: Counts) -> np.ndarray:
    """User's accuracy per class, (..., k); NaN for a class that was never predicted."""
    found = margins_of(matrix)
    return _ratio(found.correct, found.predicted)


def recall(matrix: Counts) -> np.ndarray:
    """Producer's accuracy per class, (..., k); NaN for a class without reference."""
    found = margins_of(matrix)
    return _ratio(found.correct, found.reference)


def f1(matrix: Counts) -> np.ndarray:
    """Harmonic mean of precision and recall per class, (..., k); NaN for a class that occurs nowhere."""
    found = margins_of(matrix)
    return _ratio(2 * found.correct, found.predicted + found.reference)


def iou(matrix: Counts) -> np.ndarray:
    """Intersection over union (Jaccard 1912) per class, (..., k); NaN for a class that occurs nowhere."""
    found = margins_of(matrix)
    return _ratio(found.correct, found.predicted + found.reference - found.correct)


def macro_f1(matrix: Counts) -> np.ndarray:
    """Mean F1 of the classes that occur in the reference or the prediction, each with the same weight, (...)."""
    return _mean_of_known(f1(matrix))


def mean_iou(matrix: Counts) -> np.ndarray:
    """Mean intersection over union of the classes that occur in the reference or the prediction, (...)."""
    return _mean_of_known(iou(matrix))


Metric = Callable[[Any], np.ndarray]
OVERALL: dict[str, Metric] = {
    "overall_accuracy": overall_accuracy,
    "kappa": kappa,
    "macro_f1": macro_f1,
    "mean_iou": mean_iou,
}
PER_CLASS: dict[str, Metric] = {"precision": precision, "recall": recall, "f1": f1, "iou": iou}


@dataclass(frozen=True)
class Accuracy:
    """A confusion matrix with its classes.

    Attributes:
        matrix: counts (k, k) int64, rows = reference, columns = prediction.
        classes: of the rows and columns.
        blocks: the same counts for each spatial block with samples, (b, k, k) int64; None if the positions of the
            samples are unknown.
        block_px: side of a block in pixels, for the report; 0 if unknown.
    """

    matrix: np.ndarray
    classes: ClassMap
    blocks: Optional[np.ndarray] = None
    block_px: int = 0

    @classmethod
    def of(
        cls,
        reference: np.ndarray,
        predicted: np.ndarray,
        classes: ClassMap,
        blocks: Optional[np.ndarray] = None,
        block_px: int = 0,
    ) -> Accuracy:
        """From class indices.

        Args:
            blocks: a number for the spatial block of each sample, (n,) int64, in any range.
        """
        if blocks is None:
            return cls(confusion_matrix(reference, predicted, len(classes)), classes)
        numbers, index = np.unique(blocks, return_inverse=True)
        matrices = block_matrices(reference, predicted, index.reshape(-1), len(classes), len(numbers))
        return cls.of_blocks(matrices, classes, block_px)

    @classmethod
    def of_blocks(cls, matrices: np.ndarray, classes: ClassMap, block_px: int = 0) -> Accuracy:
        """From the confusion matrix of each block, (b, k, k) int64; blocks without samples are left out."""
        return cls(matrices.sum(axis=0), classes, matrices[matrices.any(axis=(1, 2))], block_px)

    @property
    def count(self) -> int:
        """Number of judged samples or pixels."""
        return int(self.matrix.sum())

    @property
    def block_count(self) -> int:
        """Number of spatial blocks with samples; 0 if the positions of the samples are unknown."""
        return 0 if self.blocks is None else len(self.blocks)

    @property
    def is_rough(self) -> bool:
        """Whether the intervals rest on too few blocks to be more than an indication."""
        return self.blocks is not None and len(self.blocks) < FEW_BLOCKS

    @property
    def overall_accuracy(self) -> float:
        """See `overall_accuracy`."""
        return float(overall_accuracy(self.matrix))

    @property
    def kappa(self) -> float:
        """See `kappa`."""
        return float(kappa(self.matrix))

    @property
    def macro_f1(self) -> float:
        """See `macro_f1`."""
        return float(macro_f1(self.matrix))

    @property
    def mean_iou(self) -> float:
        """See `mean_iou`."""
        return float(mean_iou(self.matrix))

    @property
    def precision(self) -> np.ndarray:
        """See `precision`, (k,)."""
        return precision(self.matrix)

    @property
    def recall(self) -> np.ndarray:
        """See `recall`, (k,)."""
        return recall(self.matrix)

    @property
    def f1(self) -> np.ndarray:
        """See `f1`, (k,)."""
        return f1(self.matrix)

    @property
    def iou(self) -> np.ndarray:
        """See `iou`, (k,)."""
        return iou(self.matrix)

    @cached_property
    def intervals(self) -> dict[str, np.ndarray]:
        """The 95 % interval of every metric: (2,), or (2, k) for those per class.

        Percentiles of a bootstrap (Efron 1979) over the spatial blocks, as nearby samples resemble each other; over
        single samples if their blocks are unknown, which gives intervals that are too narrow. NaN where fewer than
        two blocks contribute: one block does not show how much blocks differ.
        """
        metrics = {**OVERALL, **PER_CLASS}
        intervals = intervals_of(metrics, self.matrix, self.blocks, Cells.margins)
        if self.blocks is None:
            return intervals
        of_kappa = {"kappa": overall_accuracy}  # to which blocks of a single class contribute as well
        in_blocks = margins_of(self.blocks)
        return {n: of_several_blocks(i, of_kappa.get(n, metrics[n])(in_blocks)) for n, i in intervals.items()}

    @property
    def kappa_interval(self) -> tuple[float, float]:
        """95 % interval of kappa, see `intervals`."""
        low, high = self.intervals["kappa"]
        return float(low), float(high)

    def results(self) -> dict[str, Any]:
        """The numbers that algorithms return."""
        return {"OVERALL_ACCURACY": self.overall_accuracy, "KAPPA": self.kappa}

    def recorded(self) -> dict[str, Any]:
        """The record in a model file."""
        kappa = None if np.isnan(self.kappa) else self.kappa
        return {"overall_accuracy": self.overall_accuracy, "kappa": kappa, "matrix": self.matrix.tolist()}

    def summary(self) -> Message:
        """One line for the log."""
        low, high = self.kappa_interval
        known: Words = ""
        if np.isfinite(low):
            known = Message(" (95 % interval {low:.4f} … {high:.4f})", low=low, high=high)
        where: Words = ""
        if self.block_count:
            where = (
                Message(" in {count} blocks", count=self.block_count)
                if self.block_count > 1
                else Message(" in 1 block")
            )
        return Message(
            "overall accuracy {accuracy:.4f}, kappa {kappa:.4f}{interval}, {count} samples{blocks}",
            accuracy=self.overall_accuracy,
            kappa=self.kappa,
            interval=known,
            count=self.count,
            blocks=where,
        )


@dataclass(frozen=True)
class Cells:
    """Confusion matrices of k classes as their cells that are not always 0: few, if there are many classes.

    Attributes:
        values: (m, n). rows, columns: of the cells, (n,) int64, row by row. size: k.
    """

    values: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    size: int

    def whole(self) -> np.ndarray:
        """The matrices (m, k, k)."""
        matrices = np.zeros((len(self.values), self.size, self.size))
        matrices[:, self.rows, self.columns] = self.values
        return matrices

    def margins(self) -> Margins:
        """Their margins."""
        own = self.rows == self.columns
        correct = np.zeros((len(self.values), self.size))
        correct[:, self.rows[own]] = self.values[:, own]
        return Margins(correct, self.sums(self.values, self.rows), self.sums(self.values, self.columns))

    def sums(self, values: np.ndarray, of: np.ndarray) -> np.ndarray:
        """Sums (m, k) of numbers (m, n) of the cells, over those with the same row or column `of` (n,)."""
        order = np.argsort(of, kind="stable")
        present, starts = np.unique(of[order], return_index=True)
        found = np.zeros((len(values), self.size))
        found[:, present] = np.add.reduceat(values[:, order], starts, axis=1)
        return found


def intervals_of(
    metrics: dict[str, Metric],
    matrix: np.ndarray,
    blocks: Optional[np.ndarray],
    view: Callable[[Cells], Any] = Cells.whole,
) -> dict[str, np.ndarray]:
    """The 95 % percentile interval, (2, ...), of each function of a confusion matrix.

    Args:
        metrics: functions of what `view` makes of m resampled matrices; their results are (m, ...).
        matrix: (k, k). blocks: (b, k, k), or None for independent samples.
    """
    found: dict[str, list[np.ndarray]] = {name: [] for name in metrics}
    if not matrix.sum():
        none = np.zeros(0, np.int64)
        empty = view(Cells(np.zeros((1, 0)), none, none, len(matrix)))
        return {name: np.full((2, *metric(empty).shape[1:]), np.nan) for name, metric in metrics.items()}
    for resampled in _resampled(matrix, blocks):
        seen = view(resampled)
        for name, metric in metrics.items():
            found[name].append(metric(seen))
    return {name: _percentiles(np.concatenate(values)) for name, values in found.items()}


def of_several_blocks(interval: np.ndarray, in_blocks: np.ndarray) -> np.ndarray:
    """The interval (2, ...), or NaN where a ratio is defined in fewer than two blocks (b, ...)."""
    return np.where(np.isfinite(in_blocks).sum(axis=0) < 2, np.nan, interval)


def _resampled(matrix: np.ndarray, blocks: Optional[np.ndarray]) -> Iterator[Cells]:
    """Resampled matrices, DRAWS in all, some at a time.

    Blocks are drawn with replacement; independent samples make the cells multinomial.
    """
    rng = np.random.default_rng(SEED)
    cells = np.flatnonzero(matrix)
    at_once = max(1, _CELLS_AT_ONCE // max(len(cells), _VALUES_AT_LEAST * len(matrix)))
    rows, columns = np.divmod(cells, len(matrix))
    counts = None if blocks is None else blocks.reshape(len(blocks), -1)[:, cells].astype(np.float64)
    for start in range(0, DRAWS, at_once):
        some = min(at_once, DRAWS - start)
        if counts is None:
            total = int(matrix.sum())
            resampled = rng.multinomial(total, matrix.ravel()[cells] / total, some).astype(np.float64)
        else:
            resampled = np.empty((some, len(cells)))
            for row in resampled:
                drawn = np.bincount(rng.integers(0, len(counts), len(counts)), minlength=len(counts))
                row[:] = drawn @ counts
        yield Cells(resampled, rows, columns, len(matrix))


def _percentiles(values: np.ndarray) -> np.ndarray:
    """The middle 95 % of the first axis, (2, ...); draws in which a ratio is undefined are left out."""
    tails = (1 - LEVEL) / 2, (1 + LEVEL) / 2
    columns = values.reshape(len(values), -1).T
    known = [column[np.isfinite(column)] for column in columns]
    limits = [np.quantile(column, tails) if len(column) else np.full(2, np.nan) for column in known]
    return np.array(limits).T.reshape(2, *values.shape[1:])


def _diagonal(matrix: np.ndarray) -> np.ndarray:
    return np.diagonal(matrix, axis1=-2, axis2=-1)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    part, whole = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    return np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, np.nan), where=whole > 0)


def _mean_of_known(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    return _ratio(np.where(known, values, 0.0).sum(-1), known.sum(-1))
