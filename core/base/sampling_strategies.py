"""Sampling strategies: how many samples to take of each class.

A new strategy is a class here and an entry of STRATEGY_TABLE: dialogs, the command line and jobs offer what is in the
table. It is in this room because the dialogs read it; numpy is imported inside functions only.
"""

from __future__ import annotations

from typing import Any, Optional, Protocol


class Request(Protocol):
    """What the user asks for; see samples.strategies.Strategy."""

    @property
    def count(self) -> int: ...

    @property
    def percent(self) -> float: ...

    @property
    def by_class(self) -> Optional[Any]: ...

    @property
    def in_steps(self) -> bool: ...


class SamplingStrategy:
    """How many samples to take of each class. The first paragraph of a subclass's docstring describes it to users."""

    word: str

    @property
    def description(self) -> str:
        """What it takes, in one line."""
        return " ".join((self.__doc__ or "").split("\n\n")[0].split())

    def required(self, available: Any, wanted: Request, classes: Any) -> Any:
        """Samples to take of each class, (k,) int64, never more than there are.

        Args:
            available: pixels of each class, (k,) int64, none of them 0.
            classes: the index of each of these classes, (k,) int64.
        """
        raise NotImplementedError


class _Constant(SamplingStrategy):
    """the same count of each class, reduced to the size of the smallest class where that is less"""

    word = "constant"

    def required(self, available: Any, wanted: Request, classes: Any) -> Any:
        return _of_each(available, min(wanted.count, int(available.min())))


class _Total(SamplingStrategy):
    """this count in total, in proportion to the labels

    OTB rounds each class to the nearest number; OTBTF takes every (sum // count)-th pixel of each class (`in_steps`).
    The latter may give up to twice as many; then the former is used.
    """

    word = "total"

    def required(self, available: Any, wanted: Request, classes: Any) -> Any:
        import numpy as np

        total = int(available.sum())
        if wanted.in_steps and 0 < wanted.count <= total:
            stepped = available // (total // wanted.count)
            if abs(int(stepped.sum()) - wanted.count) <= len(available):
                return stepped.astype(np.int64)
        return np.minimum(_rounded(available * min(1.0, wanted.count / total)), available)


class _Percent(SamplingStrategy):
    """this percentage of each class"""

    word = "percent"

    def required(self, available: Any, wanted: Request, classes: Any) -> Any:
        import numpy as np

        return np.minimum(_rounded(available * (wanted.percent / 100)), available)


class _ByClass(SamplingStrategy):
    """the counts given in a table"""

    word = "byclass"

    def required(self, available: Any, wanted: Request, classes: Any) -> Any:
        import numpy as np

        assert wanted.by_class is not None
        return np.minimum(wanted.by_class[classes], available).astype(np.int64)


class _Smallest(SamplingStrategy):
    """as many of each class as the smallest class has"""

    word = "smallest"

    def required(self, available: Any, wanted: Request, classes: Any) -> Any:
        return _of_each(available, int(available.min()))


class _All(SamplingStrategy):
    """every labelled pixel"""

    word = "all"

    def required(self, available: Any, wanted: Request, classes: Any) -> Any:
        return available.astype("int64")


STRATEGY_TABLE = {
    strategy.word: strategy for strategy in (_Constant(), _Total(), _Percent(), _ByClass(), _Smallest(), _All())
}


def _of_each(available: Any, count: int) -> Any:
    import numpy as np

    return np.full(len(available), count, np.int64)


def _rounded(numbers: Any) -> Any:
    import numpy as np

    return np.floor(numbers + 0.5).astype(np.int64)
