"""Reads the patches around pixels of images of any size, each part of a file once or twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, Optional, Protocol

import numpy as np

from ..base.messages import Message
from ..base.pool import HERE, Pool, path_for
from ..base.progress import Progress
from ..raster.adapted_reader import AS_IT_IS, Adaptation
from ..raster.grid import Grid
from ..raster.nodata import valid_pixels
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.window import Halo, Window

PANEL_ROWS = 256
PANEL_BYTES = 64_000_000
GROUP_BYTES = 64_000_000

# Why a point has no patch.
OUTSIDE, BEYOND_EDGE, NODATA, UNLABELLED, EMPTY = 1, 2, 3, 4, 5
REASONS = (
    None,
    Message("outside {layer}"),
    Message("the patch reaches beyond the edge of {layer}"),
    Message("the patch touches nodata in {layer}"),
    Message("no pixel of the patch is labelled in {layer}"),
    Message("all of the patch is nodata in {layer}"),
)


class Pixels(Protocol):
    """Something to cut patches from: a raster, or labels."""

    @property
    def grid(self) -> Grid: ...

    @property
    def dtype(self) -> np.dtype: ...

    @property
    def band_count(self) -> int: ...

    @property
    def block_shape(self) -> tuple[int, ...]:
        """Width and height of the blocks that are read as a whole."""
        ...

    def read(self, window: Window) -> np.ndarray:
        """(h, w, c)."""
        ...


Found = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Some of the n points whose patches are cut: their numbers (m,) int64, their patches (m, h, w, c), and why each cannot
be used, (m,) uint8, an index into REASONS; 0 if it can."""

Paths = Sequence[str]
"""The files of an image, whose bands are stacked."""


def groups_of_patches(
    pixels: Pixels, columns: np.ndarray, rows: np.ndarray, width: int, height: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cuts the patch of each pixel, in groups of patches that lie together.

    The image is read from top to bottom in panels of whole file blocks; only blocks that hold a patch are read. A block
    is read a second time if patches of the panel above reach into it. Groups of many patches are handed on in parts.

    Args:
        columns, rows: (n,) int64; all patches lie inside the image.
    Yields:
        members: which of the n patches (m,) int64. patches: (m, height, width, c) in the image's type.
    """
    halo = Halo.of_patch(width, height)
    lefts, tops = columns - halo.left, rows - halo.top
    block_width, block_height = pixels.block_shape
    most = max(1, GROUP_BYTES // (width * height * pixels.band_count * pixels.dtype.itemsize))
    panel_rows = block_height * max(1, PANEL_ROWS // block_height) if block_height <= 4 * PANEL_ROWS else PANEL_ROWS
    for in_panel in _grouped(tops // panel_rows):
        y, bottom = int(tops[in_panel].min()), int(tops[in_panel].max()) + height
        widest = max(width, PANEL_BYTES // ((bottom - y) * pixels.band_count * pixels.dtype.itemsize))
        for members in _runs(in_panel[np.argsort(lefts[in_panel], kind="stable")], lefts, width, block_width, widest):
            x, right = int(lefts[members[0]]), int(lefts[members].max()) + width
            panel = pixels.read(Window(x, y, right - x, bottom - y))
            views = np.lib.stride_tricks.sliding_window_view(panel, (height, width), axis=(0, 1))  # type: ignore[call-overload]
            for start in range(0, len(members), most):
                part = members[start : start + most]
                yield part, np.moveaxis(views[tops[part] - y, lefts[part] - x], 1, -1)


def cut_patches(
    reader: RasterReader,
    columns: np.ndarray,
    rows: np.ndarray,
    width: int,
    height: int,
    nodata: Optional[float] = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Cuts the patch of each pixel, in memory.

    Args:
        columns, rows: sample pixels, (n,) int64; may lie outside the image.
        width, height: of a patch.
        nodata: value that no band of any pixel may have; by default each band's own nodata value.
    Returns:
        pixels: (m, height, width, c) of the m accepted points, in their order, in the image's type.
        reasons: (n,) uint8, index into REASONS; 0 where accepted.
    """
    pixels = np.empty((len(columns), height, width, reader.band_count), reader.dtype)
    reasons = place(reader.grid.window, columns, rows, width, height)
    usable = np.flatnonzero(reasons == 0)
    cutter = Cutter(reader, width, height, touching_nodata(reader, nodata))
    for members, patches, why in cutter.patches(columns[usable], rows[usable], Progress()):
        pixels[members], reasons[usable[members]] = patches, why
    return pixels[: len(usable)][reasons[usable] == 0], reasons


@dataclass(frozen=True)
class Cutter:
    """Cuts patches from one raster.

    Attributes:
        pixels: the raster. width, height: of a patch.
        bad: says which patches (m, h, w, c) cannot be used: bool (m,). bad_reason: why, an index into REASONS.
    """

    pixels: Pixels
    width: int
    height: int
    bad: Callable[[np.ndarray], np.ndarray]
    bad_reason: int = NODATA

    def patches(self, columns: np.ndarray, rows: np.ndarray, progress: Progress) -> Iterator[Found]:
        """The patches of pixels (n,) int64 as they are read; all lie inside the raster."""
        done = 0
        for members, patches in groups_of_patches(self.pixels, columns, rows, self.width, self.height):
            yield members, patches, (self.bad_reason * self.bad(patches)).astype(np.uint8)
            done += len(members)
            progress.report(done / len(columns), "patches")


def place(image: Window, columns: np.ndarray, rows: np.ndarray, width: int, height: int) -> np.ndarray:
    """Why points cannot have a patch where they lie, (n,) uint8; 0 if they can."""
    reasons = np.zeros(len(columns), np.uint8)
    reasons[~_inside(image.shrink(Halo.of_patch(width, height)), columns, rows)] = BEYOND_EDGE
    reasons[~_inside(image, columns, rows)] = OUTSIDE
    return reasons


def _inside(window: Window, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return (columns >= window.x) & (columns < window.right) & (rows >= window.y) & (rows < window.bottom)


def touching_nodata(reader: RasterReader, nodata: Optional[float]) -> Callable[[np.ndarray], np.ndarray]:
    """A function that says which patches (m, h, w, c) touch nodata, NaN, infinity or a masked pixel: bool (m,)."""
    usable = usable_pixels(reader, nodata)
    return lambda patches: ~usable(patches).all(axis=(1, 2))


def usable_pixels(reader: RasterReader, nodata: Optional[float]) -> Callable[[np.ndarray], np.ndarray]:
    """A function that says where no band of pixels (..., c) as read is NaN, infinite, masked or nodata: bool (...,).

    Args:
        nodata: of all bands; by default each band's own, which always counts if an image has a mask.
    """
    if nodata is None:
        return reader.valid
    given = tuple(None if band in reader.left_out else nodata for band in range(reader.band_count))
    if reader.is_masked:
        return lambda pixels: valid_pixels(pixels, given) & reader.valid(pixels)
    return lambda pixels: valid_pixels(pixels, given)


def _grouped(keys: np.ndarray) -> list[np.ndarray]:
    """Positions of equal keys, in the order of the keys."""
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    return [part for part in np.split(order, cuts) if len(part)]


def _runs(ordered: np.ndarray, lefts: np.ndarray, width: int, block_width: int, widest: int) -> Iterator[np.ndarray]:
    """Divides patches, ordered from left to right, where no file block is needed and where memory would not suffice."""
    starts = lefts[ordered]
    gap = starts[1:] // block_width > (starts[:-1] + width - 1) // block_width
    for run in np.split(ordered, np.flatnonzero(gap) + 1):
        while len(run):
            fitting = np.searchsorted(lefts[run], lefts[run[0]] + widest - width, side="right")
            yield run[:fitting]
            run = run[fitting:]


PART_BYTES = 8_000_000  # of the patches that are sent at a time


@dataclass(frozen=True)
class PatchSize:
    """Which patches to cut, as plain values: nodata as for `cut_patches`, and the size of a patch in pixels.

    `left_out`: the bands that are taken for 0.
    """

    nodata: Optional[float]
    width: int
    height: int
    left_out: tuple[int, ...] = ()


class Part(NamedTuple):
    """Points of one image: its files; numbers, columns and rows (m,) int64 of the points; how the image is adapted."""

    paths: Paths
    numbers: np.ndarray
    columns: np.ndarray
    rows: np.ndarray
    adaptation: Adaptation = AS_IT_IS


@dataclass(frozen=True)
class ImageCutter:
    """Cuts patches from any number of images, each of which is opened when its turn comes.

    Attributes:
        images: the files of each. patch_bytes: size of a patch. pool: does the cutting.
        adaptations: of the images; nothing if none is adapted.
    """

    images: Sequence[Paths]
    size: PatchSize
    patch_bytes: int
    pool: Pool = HERE
    adaptations: Sequence[Adaptation] = ()

    def patches(self, images: np.ndarray, columns: np.ndarray, rows: np.ndarray, progress: Progress) -> Iterator[Found]:
        """The patches of pixels of images, all (n,) int64; `images` are positions in the list of images."""
        parts = self._parts(images, columns, rows)
        pixels = [len(part.numbers) * self.size.width * self.size.height for part in parts]
        return self.pool.results(cut_parts, self.size, parts, pixels, progress)

    def _parts(self, images: np.ndarray, columns: np.ndarray, rows: np.ndarray) -> list[Part]:
        """Groups of neighbors in one image, from top to bottom."""
        paths = [tuple(path_for(self.pool, path) for path in image) for image in self.images]
        most = max(1, PART_BYTES // self.patch_bytes)
        order = np.lexsort((columns, rows, images))
        of_images = np.split(order, np.flatnonzero(np.diff(images[order])) + 1)
        cut = [of_image[start : start + most] for of_image in of_images for start in range(0, len(of_image), most)]
        adaptations = self.adaptations or [AS_IT_IS] * len(paths)
        numbers = [(images[members[0]], members) for members in cut]
        return [Part(paths[i], members, columns[members], rows[members], adaptations[i]) for i, members in numbers]


def cut_parts(size: PatchSize, parts: Sequence[Part], progress: Progress) -> Iterator[Found]:
    """Cuts the patches of all parts, those of one image together."""
    count, done = sum(len(part.numbers) for part in parts), 0
    for (paths, adaptation), of_image in groupby(parts, key=lambda part: (part.paths, part.adaptation)):
        numbers, columns, rows = (np.concatenate(arrays) for arrays in list(zip(*of_image))[1:4])
        before, done = done, done + len(numbers)
        with RasterReader(paths) as opened:
            reader = adaptation.of(opened, size.nodata)
            limit_cache([reader])
            reader.leave_out(size.left_out)
            bad = touching_nodata(reader, size.nodata if adaptation.gain is None else None)
            cutter = Cutter(reader, size.width, size.height, bad)
            for members, *found in cutter.patches(columns, rows, progress.part(before / count, done / count)):
                yield numbers[members], *found
