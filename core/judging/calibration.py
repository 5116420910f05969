"""Calibration of probabilities: how reliable they are, and the temperature that corrects them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError

BINS = 15  # as in the paper
LOWEST, HIGHEST = 0.05, 20.0
_GOLDEN = (5**0.5 - 1) / 2
_STEPS = 60  # of the search: narrows the range of log T by 1e-12


@dataclass(frozen=True)
class Reliability:
    """How often predictions are right, by their confidence (Guo et al. 2017).

    Attributes:
        confidence: mean highest probability of the samples in each bin, (m,) float64; NaN in an empty one.
        accuracy: their share of correct predictions, likewise.
        count: samples in each bin, (m,) int64. Bins have the same width from 0 to 1.
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray

    @classmethod
    def of(cls, probabilities: np.ndarray, labels: np.ndarray, bins: int = BINS) -> Reliability:
        """From class probabilities (n, k) and class indices (n,)."""
        confidence = probabilities.max(axis=1).astype(np.float64)
        right = probabilities.argmax(axis=1) == labels
        bin_of = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)  # of (0, 1/m], (1/m, 2/m] …
        count = np.bincount(bin_of, minlength=bins)
        means = [
            np.divide(np.bincount(bin_of, values, minlength=bins), count, out=np.full(bins, np.nan), where=count > 0)
            for values in (confidence, right.astype(np.float64))
        ]
        return cls(means[0], means[1], count)

    @property
    def expected_calibration_error(self) -> float:
        """Mean difference of confidence and accuracy over all samples (equation 3 of Guo et al. 2017), 0 ... 1."""
        known = self.count > 0
        gaps = np.abs(self.accuracy[known] - self.confidence[known])
        return float((gaps * self.count[known]).sum() / self.count.sum()) if known.any() else float("nan")


@dataclass(frozen=True)
class Calibration:
    """How far the probabilities of a model can be trusted.

    Attributes:
        temperature: divisor of its logits; 1.0 if they were not scaled.
        reliability: of the scaled probabilities on the validation set; None if there is none.
    """

    temperature: float = 1.0
    reliability: Optional[Reliability] = None

    def to_json(self) -> dict[str, Any]:
        """Plain values for the model file."""
        known = self.reliability
        return {
            "temperature": self.temperature,
            "expected_calibration_error": known.expected_calibration_error if known else None,
        }


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The T of softmax(logits / T) with the smallest negative log likelihood (Guo et al. 2017, section 4.2).

    The loss is convex in 1 / T, so it has one minimum, which a golden-section search over log T finds. If all
    predictions are right, the loss decreases with T without end: the samples do not determine T, and it is 1.

    Args:
        logits: scores before the softmax, (n, k), for samples that the network was not trained on. labels: class
            indices, (n,).
    Returns:
        T from 0.05 to 20; above 1 if the network is overconfident.
    Raises:
        InputError: no samples, or logits that are not numbers.
    """
    logits = np.asarray(logits, np.float64)
    if not len(logits) or not np.isfinite(logits).all():
        raise InputError(
            "The temperature needs finite scores of at least one sample, received {count} samples of which "
            "{unusable} have scores that are not finite. Train again with a lower {p:learning_rate}, or without "
            "calibration.",
            count=len(logits),
            unusable=int((~np.isfinite(logits)).any(axis=1).sum()),
        )
    if (logits.argmax(axis=1) == labels).all():
        return 1.0
    shifted = logits - logits.max(axis=1, keepdims=True)
    of_truth = shifted[np.arange(len(labels)), labels]

    def loss(log_temperature: float) -> float:
        scale = np.exp(-log_temperature)
        return float((np.log(np.exp(shifted * scale).sum(axis=1)) - of_truth * scale).mean())

    return float(np.exp(_minimum(loss, float(np.log(LOWEST)), float(np.log(HIGHEST)))))


def _minimum(function: Callable[[float], float], low: float, high: float) -> float:
    """The minimum of a function that has only one (golden-section search, Kiefer 1953)."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = function(left), function(right)
    for _ in range(_STEPS):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = function(right)
    return (low + high) / 2
