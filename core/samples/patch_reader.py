"""Reading the patches around pixels of an image of any size, each part of the file once or twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, Optional, Protocol

import numpy as np

from ..base.cluster import client_of, path_everywhere, require_cluster, results_on
from ..base.progress import Progress
from ..raster.grid import Grid
from ..raster.nodata import valid_pixels
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.window import Halo, Window

PANEL_ROWS = 256
PANEL_BYTES = 64_000_000
GROUP_BYTES = 64_000_000

# Why a point has no patch; {} is the image.
OUTSIDE, BEYOND_EDGE, NODATA, UNLABELLED, EMPTY = 1, 2, 3, 4, 5
REASONS = (
    "",
    "outside {}",
    "the patch reaches beyond the edge of {}",
    "the patch touches nodata in {}",
    "no pixel of the patch is labelled in {}",
    "all of the patch is nodata in {}",
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


Keep = Callable[[np.ndarray, np.ndarray], None]
"""Takes patches (m, h, w, c) and which they are (m,) int64."""

CutAll = Callable[[np.ndarray, np.ndarray, np.ndarray, Keep, Progress], np.ndarray]
"""Cuts the patches around pixels of some images: (images (n,), columns (n,), rows (n,), keep, progress) -> reasons as
`cut_each`. Who makes such a function is given a list of images; `images` are numbers in it."""

Paths = Sequence[str]
"""The files of an image, whose bands are stacked."""


@dataclass(frozen=True)
class CutJob:
    """What to cut: nodata as for `cut_patches`, and the size of a patch. Plain values, so that it can be sent."""

    nodata: Optional[float]
    width: int
    height: int


def groups_of_patches(
    pixels: Pixels, columns: np.ndarray, rows: np.ndarray, width: int, height: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cuts the patch of each pixel, in groups that lie together.

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
    progress: Optional[Progress] = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Cuts the patch of each pixel, in memory.

    Args:
        columns, rows: sample pixels, (n,) int64; may lie outside the image.
        width, height: of a patch.
        nodata: value that no band of no pixel may have; by default each band's own nodata value.
    Returns:
        pixels: (m, height, width, c) of the m accepted points, in their order, in the image's type.
        reasons: (n,) uint8, index into REASONS; 0 where accepted.
    """
    pixels = np.empty((len(columns), height, width, reader.band_count), reader.dtype)

    def keep(members: np.ndarray, patches: np.ndarray) -> None:
        pixels[members] = patches

    reasons = place(reader.grid.window, columns, rows, width, height)
    usable = np.flatnonzero(reasons == 0)
    bad = touching_nodata(reader, nodata)
    reasons[usable] = cut_each(reader, columns[usable], rows[usable], width, height, bad, NODATA, keep, progress)
    return pixels[: len(usable)][reasons[usable] == 0], reasons


def cut_here(images: Sequence[Paths], job: CutJob) -> CutAll:
    """Who cuts patches of many images in this process: each is opened when its turn comes."""

    def cut_all(
        numbers: np.ndarray, columns: np.ndarray, rows: np.ndarray, keep: Keep, progress: Progress
    ) -> np.ndarray:
        reasons, done = np.zeros(len(numbers), np.uint8), 0
        for members in _grouped(numbers):
            before, done = done, done + len(members)
            part = progress.part(before / len(numbers), done / len(numbers))
            with RasterReader(images[numbers[members[0]]]) as reader:
                limit_cache([reader])
                reasons[members] = cut_from(
                    reader, columns[members], rows[members], job, renumbered(keep, members), part
                )
        return reasons

    return cut_all


def cut_from(
    reader: RasterReader, columns: np.ndarray, rows: np.ndarray, job: CutJob, keep: Keep, progress: Progress
) -> np.ndarray:
    """Hands the patches of one image on as they are read; returns the reason (n,) uint8 of each."""
    bad = touching_nodata(reader, job.nodata)
    return cut_each(reader, columns, rows, job.width, job.height, bad, NODATA, keep, progress)


def renumbered(keep: Keep, numbers: np.ndarray) -> Keep:
    """Takes patches of some members, whose numbers (n,) `keep` knows."""
    return lambda members, patches: keep(numbers[members], patches)


def cut_each(
    pixels: Pixels,
    columns: np.ndarray,
    rows: np.ndarray,
    width: int,
    height: int,
    bad: Callable[[np.ndarray], np.ndarray],
    bad_reason: int,
    keep: Keep,
    progress: Optional[Progress],
) -> np.ndarray:
    """Hands patches on as they are read; returns the reason (n,) uint8 of each, 0 or `bad_reason`."""
    reasons, done = np.zeros(len(columns), np.uint8), 0
    for members, patches in groups_of_patches(pixels, columns, rows, width, height):
        keep(members, patches)
        reasons[members] = bad_reason * bad(patches)
        done += len(members)
        (progress or Progress()).report(done / len(columns), "patches")
    return reasons


def place(image: Window, columns: np.ndarray, rows: np.ndarray, width: int, height: int) -> np.ndarray:
    """Why points have no patch because of where they lie, (n,) uint8; 0 where they may have one."""
    reasons = np.zeros(len(columns), np.uint8)
    reasons[~_inside(image.shrink(Halo.of_patch(width, height)), columns, rows)] = BEYOND_EDGE
    reasons[~_inside(image, columns, rows)] = OUTSIDE
    return reasons


def _inside(window: Window, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return (columns >= window.x) & (columns < window.right) & (rows >= window.y) & (rows < window.bottom)


def touching_nodata(reader: RasterReader, nodata: Optional[float]) -> Callable[[np.ndarray], np.ndarray]:
    """Tells which of some patches (m, h, w, c) touch nodata, NaN, infinity or a masked pixel: bool (m,)."""
    usable = usable_pixels(reader, nodata)
    return lambda patches: ~usable(patches).all(axis=(1, 2))


def usable_pixels(reader: RasterReader, nodata: Optional[float]) -> Callable[[np.ndarray], np.ndarray]:
    """Tells where no band of pixels (..., c) as read is NaN, infinite, masked or nodata: bool (...,).

    Args:
        nodata: of all bands; by default each band's own. Where an image has a mask, its own values count in any case.
    """
    if nodata is None:
        return reader.valid
    given = (nodata,) * reader.band_count
    if reader.is_masked:
        return lambda pixels: valid_pixels(pixels, given) & reader.valid(pixels)
    return lambda pixels: valid_pixels(pixels, given)


def _grouped(keys: np.ndarray) -> list[np.ndarray]:
    """Positions of equal keys, in the order of the keys."""
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    return [part for part in np.split(order, cuts) if len(part)]


def _runs(ordered: np.ndarray, lefts: np.ndarray, width: int, block_width: int, widest: int) -> Iterator[np.ndarray]:
    """Cuts patches, ordered from left to right, where no file block is needed, and where memory would not suffice."""
    starts = lefts[ordered]
    gap = starts[1:] // block_width > (starts[:-1] + width - 1) // block_width
    for run in np.split(ordered, np.flatnonzero(gap) + 1):
        while len(run):
            fitting = np.searchsorted(lefts[run], lefts[run[0]] + widest - width, side="right")
            yield run[:fitting]
            run = run[fitting:]


CutOn = Callable[[Sequence[Paths], CutJob, int], CutAll]
"""Who cuts patches of images: (their files, what to cut, bytes of a patch) -> a function that does."""


PART_BYTES = 8_000_000  # of the patches that are sent at a time

Part = tuple[Paths, np.ndarray, np.ndarray]
"""The files of an image, and columns and rows (n,) int64 of it."""


@contextmanager
def cut_on(cluster: str, progress: Progress) -> Iterator[CutOn]:
    """Who cuts for `extraction.extract_patches`: the workers of a cluster, which is connected when the work begins.

    Args:
        cluster: see cluster.client_of.
    Raises:
        InputError: the cluster is named wrongly or, when the work begins, cannot be reached; Dask is not installed.
    """
    require_cluster(cluster)
    with ExitStack() as stack:

        @cache
        def client() -> Any:
            return stack.enter_context(client_of(cluster, progress))

        def of_images(images: Sequence[Paths], job: CutJob, patch_bytes: int) -> CutAll:
            everywhere = [tuple(map(path_everywhere, paths)) for paths in images]
            most = max(1, PART_BYTES // patch_bytes)

            def cut_all(
                numbers: np.ndarray, columns: np.ndarray, rows: np.ndarray, keep: Keep, progress: Progress
            ) -> np.ndarray:
                reasons = np.zeros(len(numbers), np.uint8)
                parts = _parts(numbers, columns, rows, most)
                wanted = [(everywhere[numbers[m[0]]], columns[m], rows[m]) for m in parts]
                pixels, following = [len(m) * job.width * job.height for m in parts], iter(parts)
                for found in results_on(client(), cut_share, job, wanted, pixels, progress):
                    for patches, why in found:
                        members = next(following)
                        keep(members, patches)
                        reasons[members] = why
                return reasons

            return cut_all

        yield of_images


def _parts(numbers: np.ndarray, columns: np.ndarray, rows: np.ndarray, most: int) -> list[np.ndarray]:
    """Which points (m,) each part has: neighbors in one image from top to bottom, up to `most`."""
    order = np.lexsort((columns, rows, numbers))
    images = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    return [image[start : start + most] for image in images for start in range(0, len(image), most)]


def cut_share(job: CutJob, parts: Sequence[Part]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Patches (m, height, width, c) and reasons (m,) of each part; runs on a worker."""
    found = []
    for paths, of_image in groupby(parts, key=lambda part: part[0]):
        with RasterReader(paths) as reader:
            limit_cache([reader])
            found += [_cut(job, reader, columns, rows) for _, columns, rows in of_image]
    return found


def _cut(job: CutJob, reader: RasterReader, columns: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    patches = np.empty((len(columns), job.height, job.width, reader.band_count), reader.dtype)

    def keep(members: np.ndarray, some: np.ndarray) -> None:
        patches[members] = some

    return patches, cut_from(reader, columns, rows, job, keep, Progress())
