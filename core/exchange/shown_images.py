"""Images shown to a model, to find out how its output depends on them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..evaluation.graph_predictors import Answer, answer_of
from ..evaluation.running_graph import RunningGraph
from ..model.graph_use import GraphUse, with_tensor_names

AMPLITUDES = (1.0, 30.0, 1000.0)  # of the test images: where one of them saturates, another reveals a dependence
GROWTH_PX = 64  # a multiple of the distances of cells
LARGE_PX = (96, 128, 160, 64, 48, 32, 100, 65)  # sides that are tried, to find one that the model accepts


class Shown:
    """A model as a function of images, which are as large as it is asked for.

    The images of several sources cover the same ground. Lengths are counted in pixels of the coarsest source; `finer`
    is how many pixels of each source lie side by side in one of these.

    Args:
        answer: images (n, h, w, c) of all sources -> cells. bands: of each source.
    """

    def __init__(self, answer: Answer, bands: Sequence[int], finer: Sequence[int]):
        self.answer, self.bands, self.finer = answer, tuple(bands), tuple(finer)
        self._rng = np.random.default_rng(0)

    @classmethod
    def of_graph(
        cls, running: RunningGraph, use: GraphUse, tensors: Sequence[str], bands: Sequence[int], finer: Sequence[int]
    ) -> Shown:
        """A graph with some of its tensors as outputs, also if these list their cells without rows and columns."""
        plain = cls(answer_of(running, use, tensors), bands, finer)
        counts = _Counts(running, use, tensors, plain)
        if not counts.are_lists():
            return plain
        first = plain.finer[0]
        listed = answer_of(
            running,
            use,
            tensors,
            lambda images: (counts.rows(images[0].shape[1] // first), counts.columns(images[0].shape[2] // first)),
        )
        return cls(listed, bands, finer)

    def images(self, height: int, width: int, amplitude: float = 1.0) -> list[np.ndarray]:
        """An image (1, h, w, c) float32 of random numbers for each source."""
        sizes = [(1, height * f, width * f, bands) for f, bands in zip(self.finer, self.bands)]
        return [(self._rng.random(size) * amplitude).astype(np.float32) for size in sizes]

    def part(self, images: Sequence[np.ndarray], start: int, height: int, width: int) -> list[np.ndarray]:
        """The parts of images of this size that begin at this row and this column."""
        ends = start + height, start + width
        return [image[:, start * f : ends[0] * f, start * f : ends[1] * f] for image, f in zip(images, self.finer)]

    def cells(self, height: int, width: int) -> Optional[tuple[int, int]]:
        """Rows and columns of the output for images of this size; None if the model does not accept it."""
        try:
            cells = self.answer(self.images(height, width)).shape[1:3]
        except InputError:
            return None
        return (int(cells[0]), int(cells[1])) if min(cells) > 0 else None


class _Counts:
    """How many cells a model lists for images of several sizes, which tells rows and columns apart.

    An image that grows in height gains rows of as many cells as it has columns. Only large images are shown for that,
    as TensorFlow answers to some that are smaller than a model needs with cells that mean nothing.
    """

    def __init__(self, running: RunningGraph, use: GraphUse, tensors: Sequence[str], shown: Shown):
        self._shown, self._tensors, self._running, self._use = shown, list(tensors), running, use
        self._given = with_tensor_names(use.placeholders)
        self._count = lru_cache(maxsize=None)(self._counted)
        self._side = self._rows = self._columns = 0

    def are_lists(self) -> bool:
        """Whether there are cells without rows and columns, which can be told apart."""
        for side in LARGE_PX:
            longer = side + GROWTH_PX
            count = self._count(side, side)
            if count < 2:
                continue
            higher, wider = self._count(longer, side) - count, self._count(side, longer) - count
            gained = round(max(0, self._count(longer, longer) - count - higher - wider) ** 0.5)
            if gained and not higher % gained and not wider % gained and higher * wider == count * gained**2:
                self._side, self._rows, self._columns = side, wider // gained, higher // gained
                return True
        return False

    def rows(self, height: int) -> int:
        return self._count(height, self._side) // self._columns

    def columns(self, width: int) -> int:
        return self._count(self._side, width) // self._rows

    def _counted(self, height: int, width: int) -> int:
        """Cells that are listed for images of this size; 0 if the model does not accept it, or has rows and columns."""
        images = dict(zip(self._use.inputs, self._shown.images(height, width)))
        try:
            values = self._running.evaluate(self._tensors, {**self._given, **images})
        except InputError:
            return 0
        return min((len(value) for value in values if value.ndim in (1, 2)), default=0)
