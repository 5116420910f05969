"""Grids of pixels: the size of an image, and where its pixels lie on the ground."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from .control import Control
from .window import Window

# Where QGIS shows an image without a geotransform: a map unit is a pixel, and rows run downwards.
UNPLACED = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)

# A point that lies on a pixel edge belongs to the pixel on its right / below; rounding errors of
# coordinates (about 1e-9 pixels for UTM) must not move it to the other side.
EDGE_TOLERANCE_PX = 1e-6
SHIFT_TOLERANCE_PX = 1e-3  # of grids with the same pixels, whose corners were rounded when they were written
FAR_PX = 2**40  # beyond any image, even with a patch added
PARALLEL_TOLERANCE = 1e-6  # sine of the angle: a pixel in a million


@dataclass(frozen=True)
class Grid:
    """Shape, position and coordinate reference system of an image.

    Attributes:
        width, height: size in pixels.
        geotransform: the six numbers of GDAL: x of the corner, x per column, x per row, then y likewise.
        crs: WKT of the coordinate reference system; empty if unknown.
        control: what places the image instead of, or beside, the geotransform; None if there is nothing of that kind.
        is_recorded: whether a file says UNPLACED by itself; it always says any other geotransform.
    """

    width: int
    height: int
    geotransform: tuple[float, float, float, float, float, float] = UNPLACED
    crs: str = ""
    control: Optional[Control] = None
    is_recorded: bool = False

    @property
    def is_controlled(self) -> bool:
        """Whether control points, RPCs or geolocation arrays alone place the image."""
        return self.control is not None and self.control.is_all

    @property
    def is_placed(self) -> bool:
        """Whether the geotransform is more than a way of counting pixels."""
        return not self.is_controlled and (self.is_recorded or self.geotransform != UNPLACED)

    @property
    def window(self) -> Window:
        """The whole image."""
        return Window(0, 0, self.width, self.height)

    @property
    def is_rotated(self) -> bool:
        """Whether rows and columns do not run along the axes of the CRS."""
        return self.geotransform[2] != 0 or self.geotransform[4] != 0

    @property
    def pixel_size(self) -> tuple[float, float]:
        """Width and height of a pixel in units of the CRS, both positive."""
        _, a, b, _, d, e = self.geotransform
        return float(np.hypot(a, d)), float(np.hypot(b, e))

    @property
    def pixel_area(self) -> float:
        """Area of a pixel in squared units of the CRS, even if the pixels are rotated or sheared."""
        return abs(self._determinant)

    @property
    def _determinant(self) -> float:
        _, a, b, _, d, e = self.geotransform
        return a * e - b * d

    def crop(self, window: Window) -> Grid:
        """The grid of a part of the image."""
        x0, a, b, y0, d, e = self.geotransform
        corner_x = x0 + a * window.x + b * window.y
        corner_y = y0 + d * window.x + e * window.y
        parts = (corner_x, a, b, corner_y, d, e)
        return self._moved(window.width, window.height, parts, self.control and self.control.moved(window.x, window.y))

    def coarser(self, across: int, down: int) -> Grid:
        """As many pixels from the same corner, each `across` of these pixels wide and `down` high."""
        x0, a, b, y0, d, e = self.geotransform
        parts = (x0, a * across, b * down, y0, d * across, e * down)
        return self._moved(self.width, self.height, parts, self.control and self.control.moved(0, 0, across, down))

    def finer(self, across: int, down: int) -> Grid:
        """The same area in smaller pixels, `across` × `down` of which make one of these."""
        x0, a, b, y0, d, e = self.geotransform
        parts = (x0, a / across, b / down, y0, d / across, e / down)
        control = self.control and self.control.moved(0, 0, 1 / across, 1 / down)
        return self._moved(self.width * across, self.height * down, parts, control)

    def _moved(self, width: int, height: int, geotransform: tuple, control: Optional[Control]) -> Grid:
        return replace(self, width=width, height=height, geotransform=geotransform, control=control)

    def turned_like(self, other: Grid) -> Optional[Grid]:
        """These pixels with columns and rows in the directions of another grid; None where its axes are not parallel.

        A south-up grid turned like a north-up one has its rows in the opposite order.
        """
        (x0, a, b, y0, d, e), (_, a2, b2, _, d2, e2) = self.geotransform, other.geotransform
        across, down = _direction((a, d), (a2, d2)), _direction((b, e), (b2, e2))
        if not across or not down:
            return None
        if across < 0:
            x0, y0, a, d = x0 + a * self.width, y0 + d * self.width, -a, -d
        if down < 0:
            x0, y0, b, e = x0 + b * self.height, y0 + e * self.height, -b, -e
        return Grid(self.width, self.height, (x0, a, b, y0, d, e), self.crs)

    def position_of(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Fractional columns and rows of points: 0.0 is the outer edge of the first pixel.

        Works for any geotransform: north-up, south-up, non-square, rotated.
        """
        x0, a, b, y0, d, e = self.geotransform
        dx, dy = np.asarray(x, np.float64) - x0, np.asarray(y, np.float64) - y0
        with np.errstate(invalid="ignore", over="ignore"):  # points at infinity
            return (e * dx - b * dy) / self._determinant, (a * dy - d * dx) / self._determinant

    def pixel_of(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Columns and rows (int64) of the pixels that contain the points; they may lie outside the image.

        Points without a position (NaN, infinite) are placed far outside of any image.
        """
        columns, rows = (np.floor(position + EDGE_TOLERANCE_PX) for position in self.position_of(x, y))
        known = np.isfinite(columns) & np.isfinite(rows)
        columns, rows = (np.where(known, p, -FAR_PX).clip(-FAR_PX, FAR_PX).astype(np.int64) for p in (columns, rows))
        return columns, rows

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """x_min, y_min, x_max, y_max of the image."""
        corners = np.array([0, self.width, 0, self.width]) - 0.5, np.array([0, 0, self.height, self.height]) - 0.5
        x, y = self.center_of(*corners)
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())

    def nearest_edge(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First column and row (int64) after the pixel corner nearest to the points; halfway, the earlier one."""
        columns, rows = (np.ceil(p - 0.5 - EDGE_TOLERANCE_PX) for p in self.position_of(x, y))
        return columns.clip(-FAR_PX, FAR_PX).astype(np.int64), rows.clip(-FAR_PX, FAR_PX).astype(np.int64)

    def center_of(self, columns: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates (float64) of pixel centers."""
        x0, a, b, y0, d, e = self.geotransform
        c, r = np.asarray(columns, np.float64) + 0.5, np.asarray(rows, np.float64) + 0.5
        return x0 + a * c + b * r, y0 + d * c + e * r

    def same_pixels_as(self, other: Grid) -> bool:
        """Whether both grids have the same size and position (to 1/1000 pixel); the CRS is not compared."""
        if (self.width, self.height) != (other.width, other.height):
            return False
        if self.control and other.control and self.is_controlled and other.is_controlled:
            return self.control.places_like(other.control)
        corners = np.array([0, self.width]), np.array([0, self.height])
        x, y = other.center_of(*corners)
        columns, rows = self.position_of(x, y)
        return bool(
            np.allclose(columns, corners[0] + 0.5, atol=1e-3) and np.allclose(rows, corners[1] + 0.5, atol=1e-3)
        )

    def place_of(self, other: Grid) -> Optional[tuple[int, int]]:
        """Column and row where another grid of the same pixels begins; None if its pixels do not lie on these.

        To 1/1000 pixel at its corners, which may lie outside of this grid; the CRS is not compared.
        """
        corners = np.array([0, other.width, 0]), np.array([0, 0, other.height])
        columns, rows = self.position_of(*other.center_of(*(corner - 0.5 for corner in corners)))
        begin = round(float(columns[0])), round(float(rows[0]))
        fits = (np.abs(p - b - c).max() < SHIFT_TOLERANCE_PX for p, b, c in zip((columns, rows), begin, corners))
        return begin if all(fits) else None


def _direction(first: tuple[float, float], second: tuple[float, float]) -> int:
    """1 for two vectors of the same direction, -1 for opposite ones, 0 for all others."""
    scale = np.hypot(*first) * np.hypot(*second)
    if abs(first[0] * second[1] - first[1] * second[0]) > PARALLEL_TOLERANCE * scale:
        return 0
    return int(np.sign(first[0] * second[0] + first[1] * second[1]))
