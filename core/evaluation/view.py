"""The view of a source that a model takes to compute a block of the map, and the type of predictors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class View:
    """The pixels of one source that a block of the map depends on.

    Attributes:
        pixels: (h', w', c), any real type.
        rows, columns: (h,), (w,) int32: where in `pixels` the patch of each row and column of the block starts. The
            first source defines the grid of the map, so its patches start at 0, 1, 2 …; those of a source with pixels
            larger than the map's start at the same pixel several times.
    """

    pixels: np.ndarray
    rows: np.ndarray
    columns: np.ndarray

    @classmethod
    def of(cls, pixels: np.ndarray, patch_height: int = 1, patch_width: int = 1) -> View:
        """All patches that lie inside `pixels` (h', w', c)."""
        rows = np.arange(pixels.shape[0] - patch_height + 1, dtype=np.int32)
        return cls(pixels, rows, np.arange(pixels.shape[1] - patch_width + 1, dtype=np.int32))

    def part(self, rows: slice, columns: slice, patch_height: int, patch_width: int) -> View:
        """The view of a part of the block; patches are `patch_height` × `patch_width` pixels."""
        part_rows, part_columns = self.rows[rows], self.columns[columns]
        top, left = int(part_rows[0]), int(part_columns[0])
        pixels = self.pixels[top : int(part_rows[-1]) + patch_height, left : int(part_columns[-1]) + patch_width]
        return View(pixels, part_rows - top, part_columns - left)


# One view per source -> the scores of all classes for each pixel of the block, (h, w, k) float32, or only the indices
# of the best classes, (h, w) of an integer type.
Predict = Callable[[Sequence[View]], np.ndarray]
