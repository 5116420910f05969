"""The results that a map can show: how each is computed for a pixel, and what it needs from a model.

A new result is a class here and an entry of RESULT_TABLE: dialogs and jobs offer what is in the table, evaluators
compute what a result needs, and maps get the pixel type for what it holds. The table is in this room because the
dialogs read it; numpy is imported inside functions only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum, auto
from typing import Any, Protocol


class Needs(Enum):
    """What a model must output for each pixel."""

    CLASS = auto()
    """The index of its class."""
    SCORES = auto()
    """A probability for each class."""
    FEATURES = auto()
    """The values of the network's layer “features”."""
    ANSWERS = auto()
    """All numbers that the model outputs."""


class Holds(Enum):
    """What the pixels of a map hold."""

    CLASS_VALUES = auto()
    SHARES = auto()
    """Numbers from 0 to 1, which 8 bits can hold, too."""
    NUMBERS = auto()
    """Numbers without bounds."""


class Names(Protocol):
    """Names of a model's outputs; see images.answers."""

    @property
    def class_names(self) -> Sequence[str]:
        """Names of its classes."""
        ...

    def value_names(self, count: int) -> Sequence[str]:
        """Names of its numbers."""
        ...


class MapResult:
    """What a map shows for each pixel. The first line of a subclass's docstring describes it to the user.

    Attributes:
        word: its name in jobs and dialogs.
    """

    word: str
    needs = Needs.SCORES
    holds = Holds.SHARES

    @property
    def description(self) -> str:
        """What it shows, in one line."""
        return (self.__doc__ or "").splitlines()[0]

    def band_names(self, answer: Names, count: int) -> list[str]:
        """Names of the map's bands.

        Args:
            count: how many numbers the model outputs for a pixel.
        """
        return [self.word]

    def of_scores(self, scores: Any) -> Any:
        """Pixels of the map, (h, w, bands), from the model's output: (h, w, k) float32, or class indices (h, w)."""
        return scores.copy()


class _Classes(MapResult):
    """the class of each pixel, with names and colors"""

    word, needs, holds = "classes", Needs.CLASS, Holds.CLASS_VALUES

    def of_scores(self, scores: Any) -> Any:
        indices = scores if scores.dtype.kind in "iu" else scores.argmax(axis=-1)
        return indices[..., None]


class _Probabilities(MapResult):
    """the probability of each class, one band per class"""

    word = "probabilities"

    def band_names(self, answer: Names, count: int) -> list[str]:
        return list(answer.class_names)


class _Confidence(MapResult):
    """the largest probability"""

    word = "confidence"

    def of_scores(self, scores: Any) -> Any:
        return scores.max(axis=-1, keepdims=True)


class _Entropy(MapResult):
    """how uncertain the model is, from 0 (certain) to 1 (all classes equally probable)"""

    word = "entropy"

    def of_scores(self, scores: Any) -> Any:
        import numpy as np

        information = -(scores * np.log(np.maximum(scores, 1e-30))).sum(axis=-1, keepdims=True)
        most = math.log(max(scores.shape[-1], 2))  # a numpy scalar would make it float64 with numpy 2
        return (information / most).astype(np.float32)


class _Features(MapResult):
    """the values of the network's layer “features”, one band each"""

    word, needs, holds = "features", Needs.FEATURES, Holds.NUMBERS

    def band_names(self, answer: Names, count: int) -> list[str]:
        return [f"feature {i}" for i in range(count)]


class _Values(MapResult):
    """all numbers that the model outputs, one band each"""

    word, needs, holds = "values", Needs.ANSWERS, Holds.NUMBERS

    def band_names(self, answer: Names, count: int) -> list[str]:
        return list(answer.value_names(count))


CLASSES, VALUES = _Classes(), _Values()
_ALL: tuple[MapResult, ...] = (CLASSES, _Probabilities(), _Confidence(), _Entropy(), _Features(), VALUES)
RESULT_TABLE = {result.word: result for result in _ALL}
"""By their words, in the order of the dialogs; append new ones."""
