"""Random Forests as plain arrays: trained by scikit-learn, saved, read back and evaluated without it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from ..base.errors import ModelFileError
from ..base.messages import Message
from ..base.plain_json import reason_of
from .forest_evaluator import ForestEvaluator, Trees
from .npz_arrays import read_npz

SAMPLES_PER_BATCH = 65536
MAXIMUM_FEATURES, MAXIMUM_TREES = 1_000_000, 1_000_000


@dataclass(frozen=True)
class Forest(Trees):
    """A forest that can be evaluated, saved and read back."""

    def probabilities(self, samples: np.ndarray) -> np.ndarray:
        """Class probabilities (n, k) float32 of samples (n, f) float32: the mean over all trees, as in scikit-learn."""
        total = np.zeros((len(samples), self.share.shape[1]), np.float64)
        for start in range(0, len(samples), SAMPLES_PER_BATCH):
            part = np.ascontiguousarray(samples[start : start + SAMPLES_PER_BATCH], np.float32)
            for root in self.roots:
                total[start : start + len(part)] += self.share[self._leaves(part, int(root))]
        return (total / len(self.roots)).astype(np.float32)

    def _leaves(self, samples: np.ndarray, root: int) -> np.ndarray:
        nodes = np.full(len(samples), root, np.int32)
        walking = np.arange(len(samples))
        while len(walking):
            at = nodes[walking]
            goes_left = samples[walking, self.feature[at]] <= self.threshold[at]
            following = np.where(goes_left, self.left[at], self.right[at])
            moved = following != at
            walking = walking[moved]
            nodes[walking] = following[moved]
        return nodes

    def among(self, features: Sequence[int], count: int) -> Forest:
        """The same forest for samples with more features: its own feature i is feature `features[i]` of `count`."""
        return replace(self, feature=np.array(features, np.int32)[self.feature], feature_count=count)

    def predict(self, pixels: np.ndarray) -> np.ndarray:
        """Class probabilities (h, w, k) float32 of pixels (h, w, f) of any real type.

        They equal `probabilities` to about 1e-7, as shares are summed as fixed-point numbers. A pixel's result depends
        only on that pixel, to the last bit. Thread-safe.
        """
        return self._evaluator.predict(pixels)

    @cached_property
    def _evaluator(self) -> ForestEvaluator:
        return ForestEvaluator(self)

    def to_bytes(self) -> bytes:
        """The arrays in npz format."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **{field.name: getattr(self, field.name) for field in fields(self)})
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Forest:
        """Reads what `to_bytes` wrote; never unpickles.

        Raises:
            ModelFileError: arrays missing, of wrong shape, or pointing outside the forest.
        """
        try:
            arrays = read_npz(data, Message("the forest in the model file"))
            forest = cls(
                _kept(arrays["roots"], np.int32),
                _kept(arrays["feature"], np.int32),
                _kept(arrays["threshold"], np.float64),
                _kept(arrays["left"], np.int32),
                _kept(arrays["right"], np.int32),
                _kept(arrays["share"], np.float32),
                int(_kept(arrays["feature_count"], np.int32).reshape(())),
            )
            forest._validate()
        except ModelFileError:
            raise
        except (KeyError, ValueError, IndexError) as error:
            reason = Message("an array is missing") if isinstance(error, KeyError) else reason_of(error)
            raise ModelFileError(
                "The forest in the model file is damaged: {reason}. Train the model again.", reason=reason
            ) from error
        return forest

    def _validate(self) -> None:
        if self.feature.ndim != 1 or self.roots.ndim != 1 or not 1 <= self.feature_count <= MAXIMUM_FEATURES:
            raise ValueError(Message("arrays of the wrong shape"))
        nodes = len(self.feature)
        if not np.isfinite(self.threshold).all():
            raise ValueError(Message("thresholds malformed"))
        if not (self.threshold.shape == self.left.shape == self.right.shape == (nodes,) and len(self.roots)):
            raise ValueError(Message("arrays of different lengths"))
        if self.share.ndim != 2 or self.share.shape[0] != nodes or not ((self.share >= 0) & (self.share <= 1)).all():
            raise ValueError(Message("class shares malformed"))
        numbers = np.arange(nodes)
        leaf = (self.left == numbers) & (self.right == numbers)
        forward = (self.left > numbers) & (self.right > numbers)  # children come later, so every walk ends
        if not (leaf | forward).all() or (self.left >= nodes).any() or (self.right >= nodes).any():
            raise ValueError(Message("tree nodes point outside the forest"))
        if (self.feature < 0).any() or (self.feature >= self.feature_count).any():
            raise ValueError(Message("features out of range"))
        if len(self.roots) > MAXIMUM_TREES:
            raise ValueError(Message("too many trees"))
        if (self.roots < 0).any() or (self.roots >= nodes).any():
            raise ValueError(Message("roots out of range"))


def _kept(array: np.ndarray, dtype: type) -> np.ndarray:
    """The array in another type. Raises ValueError if a number changes by more than rounding."""
    with np.errstate(over="ignore", invalid="ignore"):
        result: np.ndarray = array.astype(dtype)
        if array.dtype.kind == "b" or (result.dtype.kind == "i" and not np.array_equal(result, array)):
            raise ValueError(Message("numbers of the wrong kind"))
    return result
