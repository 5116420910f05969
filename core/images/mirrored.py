"""An image continued beyond its edges by mirroring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..raster.raster_reader import RasterReader
from ..raster.window import Window


@dataclass(frozen=True)
class Part:
    """Pixels (h, w, c) of an image of `height` × `width` pixels, starting at row `top` and column `left`."""

    pixels: np.ndarray
    top: int
    left: int
    height: int
    width: int

    def cut(self, top: int, bottom: int, left: int, right: int) -> np.ndarray:
        """Some of the pixels; beyond the image they are mirrored at its outermost ones."""
        if top >= 0 and bottom <= self.height and left >= 0 and right <= self.width:
            return self.pixels[top - self.top : bottom - self.top, left - self.left : right - self.left]
        rows, columns = _mirrored(top, bottom, self.height), _mirrored(left, right, self.width)
        return self.pixels[np.ix_(rows - self.top, columns - self.left)]


class Mirrored:
    """An image continued beyond its edges as in maps with BORDER=full, to cut patches from."""

    def __init__(self, reader: RasterReader):
        self._reader = reader
        self.grid, self.block_shape = reader.grid, reader.block_shape
        self.dtype, self.band_count = reader.dtype, reader.band_count

    def read(self, window: Window) -> np.ndarray:
        """(h, w, c); parts of the window may lie beyond the image."""
        inside = needed_pixels(window.y, window.bottom, window.x, window.right, self.grid.window)
        part = Part(self._reader.read(inside), inside.y, inside.x, self.grid.height, self.grid.width)
        return part.cut(window.y, window.bottom, window.x, window.right)


def needed_pixels(top: int, bottom: int, left: int, right: int, image: Window) -> Window:
    """The pixels of the image that are needed for rows and columns of which some may lie beyond it."""
    rows, columns = _mirrored(top, bottom, image.height), _mirrored(left, right, image.width)
    return Window.around(columns, rows)


def _mirrored(start: int, stop: int, length: int) -> np.ndarray:
    """Positions start ... stop - 1 of an axis that is mirrored at the centers of its first and last pixel."""
    period = max(2 * (length - 1), 1)
    steps = np.abs(np.arange(start, stop)) % period
    return np.minimum(steps, period - steps) if length > 1 else np.zeros(stop - start, np.int64)
