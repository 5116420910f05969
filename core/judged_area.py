"""Where a map is judged, by a mask."""

from __future__ import annotations

import numpy as np

from .blocks import Window
from .grid import Grid
from .overlay import Overlay
from .raster import valid_values


class JudgedArea:
    """The pixels of a map at whose centers band 1 of a mask is neither 0 nor nodata.

    Args:
        path: the mask, on any grid. grid, map_name: of the map.
    Attributes:
        name: of the mask. grid: of `read`.
    Raises:
        InputError: see `overlay.Overlay`.
    """

    def __init__(self, path: str, grid: Grid, map_name: str):
        self._mask = Overlay(path, grid, map_name)
        self.name, self.grid = self._mask.name, grid

    def read(self, window: Window) -> np.ndarray:
        """Whether each pixel of a window of the map is judged, (h, w) bool."""
        values, covered = self._mask.read(window)
        judged = (values != 0) & valid_values(values[..., np.newaxis], (self._mask.nodata,))[..., 0]
        return judged if covered is None else judged & covered
