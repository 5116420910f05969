"""Overlays: band 1 of a raster read at the pixel centers of any grid, its own, another one, or one in another CRS."""

from __future__ import annotations

from typing import Optional, Union

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..raster.crs import require_both_crs, require_comparable, same_crs
from ..raster.grid import Grid
from ..raster.nodata import valid_values
from ..raster.raster_reader import RasterReader
from ..raster.virtual_raster import open_warped
from ..raster.window import Window


class Overlay:
    """A raster read on the pixels of a grid: each pixel has the value found at its center, without interpolation.

    Args:
        raster: its path, or the open raster. grid: whose pixels to read; by default the raster's own. grid_name: for
            messages. is_mask: whether the raster says what is hidden, so that its transparent colors mean nothing.
    Attributes:
        raster: the raster on its own pixels. name: its name in messages. grid: of `read`. dtype, nodata: of the raster.
    Raises:
        InputError: the raster cannot be read, just one of the two CRS is known, or `grid` is rotated and another one.
    """

    def __init__(
        self,
        raster: Union[str, RasterReader],
        grid: Optional[Grid] = None,
        grid_name: str = "the image",
        is_mask: bool = False,
    ):
        opened = RasterReader(raster, with_colors=not is_mask) if isinstance(raster, str) else raster
        self.raster = self._reader = opened
        self.name, self.dtype, self.nodata = self.raster.name, self.raster.dtype, self.raster.nodata[0]
        own = self.raster.grid
        self.grid = grid or own
        self._axes: Optional[tuple[np.ndarray, np.ndarray]] = None
        self._alpha: Optional[int] = None
        if grid is None:
            return
        require_both_crs(grid_name, grid, self.name, own)
        if same_crs(grid.crs, own.crs) and grid.same_pixels_as(own):
            return
        require_comparable(grid_name, grid, self.name, own)
        if grid.is_rotated:
            raise InputError(
                "“{grid}” is rotated, and “{layer}” has other pixels. Warp one to the grid of the other (“Warp”).",
                grid=grid_name,
                layer=self.name,
            )
        if own.is_rotated or not same_crs(grid.crs, own.crs):
            self._reader = open_warped(self.raster.paths[0], grid, not is_mask)
            self._alpha = self._reader.band_count - 1
        self._axes = _pixels_under(grid, self._reader.grid)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the raster has other pixels than the grid, so that it may lie outside of it."""
        return self._axes is not None

    def read(self, window: Window) -> tuple[np.ndarray, Optional[np.ndarray]]:
        """The values in a window of the grid.

        Returns:
            values: (h, w) in the raster's type. covered: (h, w) bool, False beyond the raster and where its mask hides
            it; None where all is covered.
        """
        if self._axes is None:
            return self._with_mask(self._reader.read(window)[..., 0])
        columns, rows = self._axes[0][window.x : window.right], self._axes[1][window.y : window.bottom]
        inside_columns = (columns >= 0) & (columns < self._reader.grid.width)
        inside_rows = (rows >= 0) & (rows < self._reader.grid.height)
        values = np.zeros((window.height, window.width), self.dtype)
        covered = inside_rows[:, np.newaxis] & inside_columns
        if not covered.any():
            return values, covered
        columns, rows = columns[inside_columns], rows[inside_rows]
        box = Window.around(columns, rows)
        found = self._reader.read(box)[np.ix_(rows - box.y, columns - box.x)]
        place = np.ix_(inside_rows, inside_columns)
        values[place] = found[..., 0]
        if self._alpha is not None:
            covered[place] = found[..., self._alpha] != 0
        if self._reader.is_masked:
            covered[place] &= valid_values(found[..., :1], self._reader.nodata[:1])[..., 0]
        return values, None if covered.all() else covered

    def _with_mask(self, values: np.ndarray) -> tuple[np.ndarray, Optional[np.ndarray]]:
        """Values (h, w) and where they are covered: everywhere except where the raster's mask hides them."""
        covered = valid_values(values[..., np.newaxis], (self.nodata,))[..., 0] if self._reader.is_masked else None
        return values, None if covered is None or covered.all() else covered


def _pixels_under(grid: Grid, other: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Columns (w,) and rows (h,) int64 of `other` that hold the pixel centers of `grid`; axes are parallel."""
    columns, rows = np.arange(grid.width), np.arange(grid.height)
    x, _ = grid.center_of(columns, np.zeros_like(columns))
    _, y = grid.center_of(np.zeros_like(rows), rows)
    under_columns, _ = other.pixel_of(x, np.full(len(x), other.geotransform[3]))
    _, under_rows = other.pixel_of(np.full(len(y), other.geotransform[0]), y)
    return under_columns, under_rows


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
        self._mask = Overlay(path, grid, map_name, is_mask=True)
        self.name, self.grid = self._mask.name, grid

    def where(self) -> Message:
        """The end of a sentence about the judged pixels."""
        return Message(" where the mask “{mask}” is not 0", mask=self.name)

    def read(self, window: Window) -> np.ndarray:
        """Whether each pixel of a window of the map is judged, (h, w) bool."""
        values, covered = self._mask.read(window)
        judged = (values != 0) & valid_values(values[..., np.newaxis], (self._mask.nodata,))[..., 0]
        return judged if covered is None else judged & covered
