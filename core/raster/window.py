"""Windows of a grid of pixels, in whole pixels, and how they are divided into blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


def pixels_before(size: int) -> int:
    """Pixels of a patch, along one axis, that lie before its sample pixel: floor(size / 2), as in OTBTF.

    A patch of 16 reaches 8 pixels to the left and 7 to the right.
    """
    return size // 2


@dataclass(frozen=True)
class Window:
    """A rectangle of pixels: columns x ... x + width - 1, rows y ... y + height - 1."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def around(cls, columns: np.ndarray, rows: np.ndarray) -> Window:
        """The smallest window that holds all of these columns and rows, of which there is at least one each."""
        x, y = int(columns.min()), int(rows.min())
        return cls(x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1)

    @property
    def right(self) -> int:
        """The first column after the window."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row after the window."""
        return self.y + self.height

    @property
    def pixels(self) -> int:
        """Number of pixels; 0 for an empty window."""
        return self.width * self.height

    @property
    def slices(self) -> tuple[slice, slice]:
        """Slices of rows and columns that select this window in an array of shape (h, w, ...)."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def intersect(self, other: Window) -> Window:
        """The pixels in both windows; width or height is 0 where there are none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        width = max(0, min(self.right, other.right) - x)
        height = max(0, min(self.bottom, other.bottom) - y)
        return Window(x, y, width, height)

    def contains(self, other: Window) -> bool:
        """Whether all pixels of `other` are in this window."""
        return self.intersect(other) == other

    def shift(self, columns: int, rows: int) -> Window:
        """The same rectangle elsewhere."""
        return Window(self.x + columns, self.y + rows, self.width, self.height)

    def grow(self, halo: Halo) -> Window:
        """This window with a halo around it."""
        return Window(
            self.x - halo.left,
            self.y - halo.top,
            self.width + halo.left + halo.right,
            self.height + halo.top + halo.bottom,
        )

    def shrink(self, halo: Halo) -> Window:
        """The pixels whose halo lies inside this window; empty if the window is too small."""
        width = max(0, self.width - halo.left - halo.right)
        height = max(0, self.height - halo.top - halo.bottom)
        return Window(self.x + halo.left, self.y + halo.top, width, height)

    def blocks(self, width: int, height: int) -> Iterator[Window]:
        """Divides the window into blocks, row by row; those at the right and bottom may be smaller."""
        for y in range(self.y, self.bottom, height):
            for x in range(self.x, self.right, width):
                yield Window(x, y, width, height).intersect(self)


@dataclass(frozen=True)
class Halo:
    """Pixels needed on each side of a pixel (or block) to compute it."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    @classmethod
    def of_patch(cls, width: int, height: int) -> Halo:
        """The halo of a patch around its sample pixel."""
        left, top = pixels_before(width), pixels_before(height)
        return cls(left, top, width - 1 - left, height - 1 - top)


NO_HALO = Halo()
