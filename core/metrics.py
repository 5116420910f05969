"""Judging predictions: the confusion matrix and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .classes import ClassMap

Z_95 = 1.959963984540054  # 97.5 % quantile of the standard normal distribution


def confusion_matrix(reference: np.ndarray, predicted: np.ndarray, class_count: int) -> np.ndarray:
    """Counts (k, k) int64: rows are the reference, columns the prediction.

    Args:
        reference, predicted: class indices 0 ... k - 1, integers of the same shape.
    """
    pairs = reference.astype(np.int64).ravel() * class_count + predicted.astype(np.int64).ravel()
    return np.bincount(pairs, minlength=class_count**2).reshape(class_count, class_count)


@dataclass(frozen=True)
class Accuracy:
    """A confusion matrix with its classes.

    Attributes:
        matrix: counts (k, k) int64, rows = reference, columns = prediction.
        classes: what the rows and columns stand for.
    """

    matrix: np.ndarray
    classes: ClassMap

    @classmethod
    def of(cls, reference: np.ndarray, predicted: np.ndarray, classes: ClassMap) -> Accuracy:
        """From class indices."""
        return cls(confusion_matrix(reference, predicted, len(classes)), classes)

    @property
    def count(self) -> int:
        """Number of judged samples or pixels."""
        return int(self.matrix.sum())

    @property
    def overall_accuracy(self) -> float:
        """Share of correct predictions, 0 ... 1."""
        return float(np.trace(self.matrix) / self.count)

    @property
    def kappa(self) -> float:
        """Cohen's kappa (Cohen 1960); NaN where chance alone would agree everywhere (a single class)."""
        p = self.matrix / self.count
        expected = float(p.sum(axis=1) @ p.sum(axis=0))
        return float("nan") if expected == 1 else float((np.trace(p) - expected) / (1 - expected))

    @property
    def kappa_interval(self) -> tuple[float, float]:
        """95 % interval of kappa from its large-sample variance (Fleiss, Cohen & Everitt 1969).

        Assumes independent samples; neighbors in space resemble each other, so the true interval is wider.
        """
        p = self.matrix / self.count
        rows, columns = p.sum(axis=1), p.sum(axis=0)
        t1, t2 = np.trace(p), rows @ columns
        if t2 == 1:
            return float("nan"), float("nan")
        t3 = (np.diag(p) * (rows + columns)).sum()
        t4 = (p * (columns[:, np.newaxis] + rows[np.newaxis, :]) ** 2).sum()
        variance = (
            t1 * (1 - t1) / (1 - t2) ** 2
            + 2 * (1 - t1) * (2 * t1 * t2 - t3) / (1 - t2) ** 3
            + (1 - t1) ** 2 * (t4 - 4 * t2**2) / (1 - t2) ** 4
        ) / self.count
        half = Z_95 * float(np.sqrt(max(variance, 0.0)))
        return max(-1.0, self.kappa - half), min(1.0, self.kappa + half)

    @property
    def overall_accuracy_interval(self) -> tuple[float, float]:
        """95 % interval of the overall accuracy (Wilson 1927); assumes independent samples."""
        n, p = self.count, self.overall_accuracy
        center = (p + Z_95**2 / (2 * n)) / (1 + Z_95**2 / n)
        half = Z_95 * np.sqrt(p * (1 - p) / n + Z_95**2 / (4 * n**2)) / (1 + Z_95**2 / n)
        return float(center - half), float(center + half)

    @property
    def precision(self) -> np.ndarray:
        """User's accuracy per class, (k,); NaN for a class that was never predicted."""
        return _ratio(np.diag(self.matrix), self.matrix.sum(axis=0))

    @property
    def recall(self) -> np.ndarray:
        """Producer's accuracy per class, (k,); NaN for a class without reference."""
        return _ratio(np.diag(self.matrix), self.matrix.sum(axis=1))

    @property
    def f1(self) -> np.ndarray:
        """Harmonic mean of precision and recall per class, (k,); NaN for a class that occurs nowhere."""
        return _ratio(2 * np.diag(self.matrix), self.matrix.sum(axis=0) + self.matrix.sum(axis=1))

    def summary(self) -> str:
        """One line for the log."""
        low, high = self.kappa_interval
        return (
            f"overall accuracy {self.overall_accuracy:.4f}, kappa {self.kappa:.4f} "
            f"(95 % interval {low:.4f} … {high:.4f}), {self.count} samples"
        )


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
