"""Regular grids of patches, and which of the patches hold only valid pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..base.progress import Progress
from ..images.neighborhood import neighbor_sums
from ..raster.grid import Grid
from ..raster.raster_reader import RasterReader
from ..raster.window import Window, pixels_before
from .balancing import NO_CONTENTS, Contents
from .labels import NOT_ANNOTATED, Labels
from .patch_reader import usable_pixels

# The memory of each pixel of a tile besides its bands: the label (int64, and once more while it is read), a mask and
# running sums.
WORK_BYTES_PER_PIXEL = 24
TILE_BYTES = 100_000_000
_NONE = np.array([], np.int64)


@dataclass(frozen=True)
class PatchGrid:
    """Patches at regular distances, all of them wholly inside an image.

    Attributes:
        image: the pixels. size: side of a patch. step: from one patch to the next. All in pixels.
        offset_x, offset_y: column and row where the first patch starts.
    """

    image: Grid
    size: int
    step: int
    offset_x: int = 0
    offset_y: int = 0

    @property
    def columns(self) -> int:
        """Patches side by side."""
        return _fitting(self.image.width - self.offset_x, self.size, self.step)

    @property
    def rows(self) -> int:
        """Patches one below the other."""
        return _fitting(self.image.height - self.offset_y, self.size, self.step)

    def pixels_of(self, tile: Window) -> Window:
        """The image pixels from the first to the last patch of a part of the grid."""
        return Window(
            self.offset_x + tile.x * self.step,
            self.offset_y + tile.y * self.step,
            (tile.width - 1) * self.step + self.size,
            (tile.height - 1) * self.step + self.size,
        )

    def tiles(self, bytes_per_pixel: int) -> Iterator[Window]:
        """Parts of the grid whose pixels fit into TILE_BYTES, at least one patch each.

        They are whole rows of patches or, where not even one row fits, parts of one. So cells ascend from tile to tile.
        """
        pixels = TILE_BYTES // bytes_per_pixel
        across = min(max(_fitting(pixels // self.size, self.size, self.step), 1), self.columns)
        width = (across - 1) * self.step + self.size
        down = min(max(_fitting(pixels // width, self.size, self.step), 1), self.rows)
        return Window(0, 0, self.columns, self.rows).blocks(across, down)

    def cells_of(self, tile: Window) -> np.ndarray:
        """The numbers (h, w) int64 of a tile's patches, counted row by row over the whole grid."""
        rows, columns = np.arange(tile.y, tile.bottom), np.arange(tile.x, tile.right)
        return rows[:, np.newaxis] * self.columns + columns

    def points_of(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates (n,) float64 of the points from which `extract_patches` cuts these patches."""
        rows, columns = np.divmod(cells, self.columns)
        half = pixels_before(self.size)
        return self.image.center_of(self.offset_x + columns * self.step + half, self.offset_y + rows * self.step + half)

    def is_even(self, cells: np.ndarray) -> np.ndarray:
        """Bool (n,): the patches of one color of a chessboard, with the first patch among them."""
        rows, columns = np.divmod(cells, self.columns)
        return (rows + columns) % 2 == 0


@dataclass(frozen=True)
class Candidates:
    """The patches of a grid that have no nodata.

    Attributes:
        cells: number of the patch in the grid, (n,) int64, ascending.
        classes: class index at the point, (n,) int64; NOT_ANNOTATED where there is none.
        contents: class pixels of the patches; empty unless they were asked for.
    """

    cells: np.ndarray
    classes: np.ndarray
    contents: Contents

    def take(self, chosen: np.ndarray) -> Candidates:
        """Some of the candidates (indices, ascending), without their contents."""
        return Candidates(self.cells[chosen], self.classes[chosen], NO_CONTENTS)


def find_candidates(
    grid: PatchGrid,
    reader: RasterReader,
    labels: Optional[Labels] = None,
    nodata: Optional[float] = None,
    with_contents: bool = False,
    progress: Optional[Progress] = None,
) -> Candidates:
    """The patches without nodata, found tile by tile.

    Args:
        labels: on the image's grid; gives the classes. with_contents: whether to count the labels' pixels by class.
    """
    progress = progress or Progress()
    valid = usable_pixels(reader, nodata)
    cells, classes, contents = [_NONE], [_NONE], [(_NONE, _NONE, _NONE)]
    tiles = list(grid.tiles(reader.band_count * reader.dtype.itemsize + WORK_BYTES_PER_PIXEL))
    for number, tile in enumerate(tiles):
        window = grid.pixels_of(tile)
        usable = _patch_sums(~valid(reader.read(window)), grid, tile) == 0
        numbers = grid.cells_of(tile)
        cells.append(numbers[usable])
        if labels is None:
            classes.append(np.full(int(usable.sum()), NOT_ANNOTATED, np.int64))
        else:
            indices = labels.read(window).astype(np.int16)
            half = pixels_before(grid.size)
            at_points = indices[half :: grid.step, half :: grid.step][: tile.height, : tile.width]
            classes.append(at_points[usable].astype(np.int64))
            if with_contents:
                contents += _class_pixels(indices, grid, tile, numbers, usable)
        progress.report((number + 1) / len(tiles), "looking for patches without nodata")
    return _joined(cells, classes, contents)


def _fitting(pixels: int, size: int, step: int) -> int:
    return (pixels - size) // step + 1 if pixels >= size else 0


def _patch_sums(marked: np.ndarray, grid: PatchGrid, tile: Window) -> np.ndarray:
    """How many pixels of each patch are marked: (tile height, tile width) int32 for bool (h, w)."""
    if not marked.any():
        return np.zeros((tile.height, tile.width), np.int32)
    across = neighbor_sums(marked.astype(np.int32), grid.size)[:, :: grid.step]
    return neighbor_sums(np.ascontiguousarray(across.T), grid.size)[:, :: grid.step].T


def _class_pixels(
    indices: np.ndarray, grid: PatchGrid, tile: Window, numbers: np.ndarray, usable: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For each class in a tile: cells, class index and pixels (e,) of the usable patches that have it."""
    found = []
    for c in np.flatnonzero(np.bincount(indices[indices >= 0])):
        pixels = np.where(usable, _patch_sums(indices == c, grid, tile), 0)
        some = pixels > 0
        found.append((numbers[some], np.full(int(some.sum()), c, np.int64), pixels[some].astype(np.int64)))
    return found


def _joined(
    cells: list[np.ndarray], classes: list[np.ndarray], contents: list[tuple[np.ndarray, np.ndarray, np.ndarray]]
) -> Candidates:
    """Joins what was found in the tiles; their cells ascend, the entries of a tile are ordered by class."""
    all_cells = np.concatenate(cells)
    entry_cells, entry_classes, pixels = (np.concatenate(parts) for parts in zip(*contents))
    patches = np.searchsorted(all_cells, entry_cells)
    order = np.argsort(patches, kind="stable")
    found = Contents(patches[order], entry_classes[order], pixels[order])
    return Candidates(all_cells, np.concatenate(classes), found)
