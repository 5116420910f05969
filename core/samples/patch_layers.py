"""Patch layers: the rasters that patches are cut from, one layer each, and the reasons to reject points."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Optional, Union

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..base.progress import Progress
from ..raster.crs import require_comparable, with_place
from ..raster.grid import Grid
from ..raster.raster_reader import RasterReader
from ..raster.window import Window
from .labels import Labels
from .patch_reader import NODATA, REASONS, Cutter, ImageCutter, Pixels, place
from .places import Places
from .points import PointFile, Points
from .scenes import Scenes

THE_IMAGE = Message("the image")
SPOOL_BYTES = 64_000_000

Spots = tuple[np.ndarray, np.ndarray]


class LabelPixels:
    """Class indices as an image of one band."""

    dtype, band_count = np.dtype(np.int32), 1

    def __init__(self, labels: Labels, block_shape: tuple[int, ...]):
        self._labels, self.grid, self.block_shape = labels, labels.grid, block_shape

    def read(self, window: Window) -> np.ndarray:
        """(h, w, 1)"""
        return self._labels.read(window)[..., np.newaxis].astype(self.dtype)


@dataclass
class Layer:
    """One raster that patches are cut from, with the patches cut so far on disk or in memory.

    Attributes:
        pixel_of: columns and rows that patches are cut around, for points x, y; by default the pixel of the point.
        images: cuts from the image's files, so that other processes can, too; None to read `pixels` in this process.
        scenes: images that the patches are from instead; `pixels` is then the first one.
        kept_as: the type of the patches, if it is not that of the pixels.
    """

    name: str
    shown_as: Message
    pixels: Pixels
    width: int
    height: int
    bad: Callable[[np.ndarray], np.ndarray]
    bad_reason: int
    pixel_of: Optional[Callable[[np.ndarray, np.ndarray], Spots]] = None
    images: Optional[ImageCutter] = None
    scenes: Optional[Scenes] = None
    kept_as: Optional[np.dtype] = None

    @property
    def dtype(self) -> np.dtype:
        """Type of the patches."""
        return self.pixels.dtype if self.kept_as is None else self.kept_as

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns and bands of a patch."""
        return self.height, self.width, self.pixels.band_count

    @property
    def patch_bytes(self) -> int:
        """Bytes of a patch."""
        return int(np.prod(self.shape)) * self.dtype.itemsize

    def __post_init__(self) -> None:
        self._patches = _PatchFile(self.shape, self.dtype)

    def cut(self, columns: np.ndarray, rows: np.ndarray, usable: np.ndarray, progress: Progress) -> np.ndarray:
        """Cuts and keeps the patches of usable points; returns the reason (n,) of each point."""
        self._patches.expect(len(columns))
        if self.scenes:
            return self.scenes.cut(len(columns), self._patches.put, progress)
        reasons = place(self.pixels.grid.window, columns, rows, self.width, self.height)
        chosen = np.flatnonzero(usable & (reasons == 0))
        columns, rows = columns[chosen], rows[chosen]
        if self.images:
            found = self.images.patches(np.zeros(len(chosen), np.int64), columns, rows, progress)
        else:
            cutter = Cutter(self.pixels, self.width, self.height, self.bad, self.bad_reason)
            found = cutter.patches(columns, rows, progress)
        for members, patches, why in found:
            self._patches.put(chosen[members], patches)
            reasons[chosen[members]] = why
        return reasons

    def stored(self, accepted: np.ndarray, at_once: int = 1024) -> Iterator[np.ndarray]:
        """The patches of the accepted points in their order, up to `at_once` (m, height, width, c) at a time.

        The same `at_once` gives the same points at a time for each layer.
        """
        for start in range(0, int(accepted[-1]) + 1, at_once):
            chosen = accepted[(accepted >= start) & (accepted < start + at_once)] - start
            if len(chosen):
                yield self._patches.read(start, at_once)[chosen]


class _PatchFile:
    """Patches by number: in memory or, beyond SPOOL_BYTES, in an unnamed file that vanishes with the process."""

    def __init__(self, shape: tuple[int, int, int], dtype: np.dtype):
        self._shape, self._dtype = shape, dtype
        self._bytes = int(np.prod(shape)) * dtype.itemsize
        self._file = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 - lives as long as the layer

    def expect(self, count: int) -> None:
        """Moves to the disk at once if this many patches would not stay in memory."""
        if count * self._bytes > SPOOL_BYTES:
            self._file.rollover()

    def put(self, numbers: np.ndarray, patches: np.ndarray) -> None:
        """Keeps patches (m, h, w, c) under their numbers (m,)."""
        with np.errstate(invalid="ignore"):  # of patches with masked pixels, which are rejected
            patches = np.ascontiguousarray(patches, self._dtype)
        for number, patch in zip(numbers.tolist(), patches):
            self._file.seek(number * self._bytes)
            self._file.write(patch.data)

    def read(self, start: int, count: int) -> np.ndarray:
        """The patches with the numbers start ... start + count - 1, or up to the last one kept."""
        self._file.seek(start * self._bytes)
        return np.frombuffer(self._file.read(count * self._bytes), self._dtype).reshape(-1, *self._shape)


def image_layer(reader: RasterReader, width: int, height: int, bad: Callable[[np.ndarray], np.ndarray]) -> Layer:
    """An image to cut patches from; `bad` says which of them (m, h, w, c) touch nodata: bool (m,)."""
    require_room(reader.name, reader.grid, width, height)
    return Layer(reader.name, THE_IMAGE, reader, width, height, bad, NODATA)


def cut_all(file: PointFile, layers: Sequence[Layer], progress: Progress) -> tuple[Points, list[Places], np.ndarray]:
    """Cuts patches from all layers; a point that one layer rejected is skipped in the next ones.

    Returns:
        The points in the CRS of the first layer, their pixels in each layer, and reasons (layers, n).
    Raises:
        InputError: control points place one of the layers only, or in another way.
    """
    for layer in layers[1:]:
        require_comparable(layers[0].name, layers[0].pixels.grid, layer.name, layer.pixels.grid)
    points: list[Points] = []
    places, reasons = [], np.zeros((0, 0), np.uint8)
    for number, layer in enumerate(layers):
        points.append(file.read(layer.pixels.grid, layer.name))
        columns, rows = (layer.pixel_of or layer.pixels.grid.pixel_of)(points[-1].x, points[-1].y)
        places.append(Places(columns, rows, layer.pixels.grid, layer.width, layer.height))
        usable = (reasons == 0).all(axis=0) if number else np.ones(len(columns), bool)
        part = progress.part(number / len(layers), (number + 1) / len(layers))
        found = layer.cut(columns, rows, usable, part)
        reasons = np.vstack([reasons, found]) if number else found[np.newaxis]
    return points[0], places, reasons


def require_room(name: str, grid: Union[Grid, Window], width: int, height: int) -> None:
    """Raises InputError if an image is smaller than a patch."""
    if grid.width < width or grid.height < height:
        raise InputError(
            "The image “{image}” is {width} × {height} pixels, smaller than a patch of {patch_width} × "
            "{patch_height}. Give a larger image or a smaller patch size.",
            image=name,
            width=grid.width,
            height=grid.height,
            patch_width=width,
            patch_height=height,
        )


def reason_texts(layers: Sequence[Layer], reasons: np.ndarray) -> list[Optional[Message]]:
    """The reason of each point in words, that of the first layer that rejects it; None where it is accepted."""
    images = sum(layer.shown_as == THE_IMAGE for layer in layers)
    names = [Message("image {number}", number=n) if layer.shown_as == THE_IMAGE and images > 1 else layer.shown_as
             for n, layer in enumerate(layers, start=1)]  # fmt: skip
    first = (reasons > 0).argmax(axis=0)
    texts = [[reason and reason.with_values(layer=name) for reason in REASONS] for name in names]
    return [texts[layer][reasons[layer, i]] for i, layer in enumerate(first)]


def report_rejections(points: Points, layers: Sequence[Layer], reasons: np.ndarray, progress: Progress) -> None:
    """Reports how many patches there are, and why the others were rejected. Raises InputError if there are none."""
    counted = Counter(text for text in reason_texts(layers, reasons) if text).most_common()
    rejected = [Message("{count} because {reason}", count=count, reason=text) for text, count in counted]
    accepted = len(points) - sum(count for _, count in counted)
    if not accepted:
        problem = Message(
            "All {count} points of “{points}” were rejected: {rejected:; }. Check that the points lie on "
            "“{layers:”, “}”, and the nodata value.",
            count=len(points),
            points=points.name,
            rejected=rejected,
            layers=[layer.name for layer in layers],
        )
        raise InputError(with_place(problem, layers[0].pixels.grid))
    if rejected:
        progress.info("{count} patches. Rejected: {rejected:; }.", count=accepted, rejected=rejected)
    else:
        progress.info("{count} patches.", count=accepted)
