"""Reading the pixels of a model's sources block by block, decoding each part of a file only once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..evaluation.model_inputs import SourceImage, prepared
from ..evaluation.network_geometry import Field
from ..evaluation.view import View
from ..images.mirrored import Part, needed_pixels
from ..raster.crs import require_same_crs
from ..raster.grid import EDGE_TOLERANCE_PX, Grid
from ..raster.raster_reader import RasterReader
from ..raster.window import Window, pixels_before

MAXIMUM_ROWS_AHEAD = 1024
MEETING_TOLERANCE_PX = 0.01  # for pixel edges of images with different pixel sizes to coincide


@dataclass(frozen=True)
class Block:
    """A part of the map and the pixels needed to compute it.

    Attributes:
        window: pixels of the map. cover: the aligned window of `views`, which contains `window`.
        valid: (h, w) bool for `window`, False where a source is nodata.
    """

    window: Window
    cover: Window
    views: list[View]
    valid: np.ndarray

    def crop(self, values: np.ndarray) -> np.ndarray:
        """The part for `window` of an array (h, w, ...) for `cover`."""
        inner = Window(self.window.x - self.cover.x, self.window.y - self.cover.y, *self.valid.shape[::-1])
        return values[inner.slices]


class BlockReader:
    """Reads blocks of the map's grid from all sources of a model.

    Args:
        sources: the first one defines the grid of the map.
        rows, columns: the geometry of the model on the first source.
        others: on the other sources, for image-to-image models; None where these are cut into patches.
    Raises:
        InputError: the sources' CRS differ, their axes are not parallel, or they do not overlap.
    Attributes:
        rows, columns: the geometry, with blocks beginning where all sources have a whole pixel.
    """

    def __init__(
        self,
        sources: Sequence[SourceImage],
        rows: Field,
        columns: Field,
        others: Optional[Sequence[tuple[Field, Field]]] = None,
    ):
        self.sources, self._shows_blocks = list(sources), others is not None
        own = [(None, None)] * (len(self.sources) - 1) if others is None else others
        axes = [
            _axes_along(axis, self.sources, field, [fields[axis] for fields in own])
            for axis, field in enumerate((rows, columns))
        ]
        self._axes = list(zip(*axes))
        self.rows, self.columns = (along[0].field or field for along, field in zip(axes, (rows, columns)))

    @property
    def name(self) -> str:
        """The name of the first image, for messages."""
        return self.sources[0].reader.name

    @property
    def on_map_grid(self) -> list[bool]:
        """For each source, whether its pixels are those of the map, so that patches move with the map's pixels.

        For image-to-image models, whether its pixels align with the map's as the model needs.
        """
        if self._shows_blocks:
            return [all(axis.field is not None for axis in axes) for axes in self._axes]
        return [all(axis.moves_with_map for axis in axes) for axes in self._axes]

    @property
    def bytes_per_pixel(self) -> int:
        """Raw bytes of all sources for a pixel of the map."""
        return ceil(
            sum(
                source.reader.band_count * source.reader.dtype.itemsize * rows.pixels_each * columns.pixels_each
                for source, (rows, columns) in zip(self.sources, self._axes)
            )
        )

    @property
    def patch_shapes(self) -> list[tuple[int, int]]:
        """Rows and columns that a block of one pixel needs from each source."""
        return [(rows.size, columns.size) for rows, columns in self._axes]

    def grid_of(self, area: Window) -> Grid:
        """The grid of a part of the map."""
        rows, columns = self.rows, self.columns
        start = Window(
            columns.offset + area.x * columns.step, rows.offset + area.y * rows.step, area.width, area.height
        )
        units = self.sources[0].reader.grid.finer(columns.fineness, rows.fineness)
        return units.crop(start).coarser(columns.step, rows.step)

    def covering(self, pixels: Window) -> Window:
        """The pixels of the map that lie in these pixels of the first image, at least in part."""
        return _window_of(self.rows.covering(pixels.y, pixels.bottom), self.columns.covering(pixels.x, pixels.right))

    def covered(self, area: Window) -> Window:
        """The pixels of the first image that lie in these pixels of the map, at least in part."""
        return _window_of(self.rows.covered(area.y, area.bottom), self.columns.covered(area.x, area.right))

    def area(self, border: str) -> Window:
        """All pixels of the map: `full`, or `valid` for those whose entire input lies inside the images.

        Raises:
            InputError: there are none.
        """
        rows, columns = (_common([axes[i].usable(border) for axes in self._axes]) for i in range(2))
        if rows[1] <= rows[0] or columns[1] <= columns[0]:
            raise InputError(self._nothing_left(border))
        return _window_of(rows, columns)

    def _nothing_left(self, border: str) -> Message:
        for source, (rows, columns) in zip(self.sources, self._axes):
            grid = source.reader.grid
            if grid.width < columns.size or grid.height < rows.size:
                return Message(
                    "The image “{image}” is {width} × {height} pixels, smaller than a patch of {columns} × "
                    "{rows}. Give a larger image.",
                    image=source.reader.name,
                    width=grid.width,
                    height=grid.height,
                    columns=columns.size,
                    rows=rows.size,
                )
        return Message(
            "The images “{images:”, “}” have no area in common. Give images of the same place.",
            images=[source.reader.name for source in self.sources],
        )

    def strips(self, strips: Sequence[Window], width: int) -> Iterator[Block]:
        """Reads strips of the map in blocks of `width` columns; fastest if the strips come from top to bottom."""
        rolling = [_RollingRows(source.reader) for source in self.sources]
        for strip in strips:
            cover = self._cover(strip)
            raw = [
                rows.read(*axes[0].span(cover.y, cover.bottom), *axes[1].span(cover.x, cover.right))
                for rows, axes in zip(rolling, self._axes)
            ]
            for window in strip.blocks(width, strip.height):
                yield self._block(window, raw)

    def _cover(self, window: Window) -> Window:
        return _window_of(self.rows.aligned(window.y, window.bottom), self.columns.aligned(window.x, window.right))

    def _block(self, window: Window, raw: list[Part]) -> Block:
        cover, views, valid = self._cover(window), [], np.ones((window.height, window.width), bool)
        for source, (rows, columns), part in zip(self.sources, self._axes, raw):
            (first_row, last_row), (first, last) = rows.span(cover.y, cover.bottom), columns.span(cover.x, cover.right)
            shown, usable = prepared(source, part.cut(first_row, last_row, first, last))
            starts = rows.starts(cover.y, cover.bottom) - first_row, columns.starts(cover.x, cover.right) - first
            views.append(View(shown, starts[0].astype(np.int32), starts[1].astype(np.int32)))
            if not usable.all():
                centers = (
                    rows.centers(window.y, window.bottom) - first_row,
                    columns.centers(window.x, window.right) - first,
                )
                valid &= usable[np.ix_(*centers)]
        return Block(window, cover, views, valid)


@dataclass(frozen=True)
class _Axis:
    """The rows (or columns) of a source that those of the map depend on.

    Attributes:
        length: pixels of the source along this axis. size: pixels that one pixel of the map depends on.
        field: the geometry of the map over this source, which begins `shift` units before the map's grid; None where
            the source is cut into patches.
        center: then, the source's pixels (n,) int64 that contain the map's; a patch starts `before` pixels earlier.
    """

    length: int
    size: int
    field: Optional[Field] = None
    center: Optional[np.ndarray] = None
    before: int = 0
    shift: int = 0

    @classmethod
    def of_patches(cls, source: SourceImage, axis: int, center: np.ndarray) -> _Axis:
        size = (source.patch_height, source.patch_width)[axis]
        return cls(_length(source.reader, axis), size, None, center, pixels_before(size))

    @property
    def pixels_each(self) -> float:
        """Pixels of the source per pixel of the map."""
        return float(self.field.pitch) if self.field is not None else 1.0

    @property
    def moves_with_map(self) -> bool:
        return self.center is None or bool((np.diff(self.center) == 1).all())

    def starts(self, start: int, stop: int) -> np.ndarray:
        """First pixel (may be negative) that each pixel start ... stop - 1 of the map depends on."""
        if self.field is not None:
            return self.field.pixels(np.arange(start, stop), 0, self.shift)[0]
        return self._centers_of_patches(start, stop) - self.before

    def centers(self, start: int, stop: int) -> np.ndarray:
        """The pixel under the center of each pixel start ... stop - 1 of the map."""
        if self.field is not None:
            middle = self.field.offset + self.field.step // 2 + self.shift
            return (np.arange(start, stop) * self.field.step + middle) // self.field.fineness
        return self._centers_of_patches(start, stop)

    def _centers_of_patches(self, start: int, stop: int) -> np.ndarray:
        assert self.center is not None
        inside = np.arange(start, stop).clip(0, len(self.center) - 1)  # a cover may reach beyond the map
        return self.center[inside]

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """The range of pixels that the pixels start ... stop - 1 of the map depend on."""
        starts = self.starts(start, stop)
        return int(starts[0]), int(starts[-1]) + self.size

    def usable(self, border: str) -> tuple[int, int]:
        """The range of the map's pixels that this source can provide."""
        if self.length < self.size:
            return 0, 0
        if self.field is not None:
            units = self.length * self.field.fineness - self.shift - self.field.offset
            count = max(0, units // self.field.step)
            each = np.arange(count)
            starts, stops = self.field.pixels(*self.field.aligned(each, each + 1), self.shift)
        else:
            assert self.center is not None
            count = len(self.center)
            starts = self.center - self.before
            stops = starts + self.size
        if border == "full":
            starts = self.centers(0, count)
            stops = starts + 1
        inside = np.flatnonzero((starts >= 0) & (stops <= self.length))
        return (int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, 0)


def _axes_along(
    axis: int, sources: Sequence[SourceImage], field: Field, others: Sequence[Optional[Field]]
) -> list[_Axis]:
    """The axes of all sources, with a phase at which all those with a field begin at a whole pixel.

    Args:
        field: of the first source. others: of the other sources; None where these are cut into patches.
    """
    first = sources[0].reader
    axes = [_Axis(_length(first, axis), field.size, field)]
    phases = [phase for phase in range(field.phase, field.phase + field.alignment) if field.begins_at_a_pixel(phase)]
    for source, own in zip(sources[1:], others):
        count = _length(first, axis) * field.fineness - field.offset
        places = (field.offset + (np.arange(count // field.step) + 0.5) * field.step) / field.fineness
        center = _pixels_along(axis, source.reader, first, places)
        shift = None if own is None else _shift(axis, source.reader, first, field, own)
        fitting = [p for p in phases if own is not None and shift is not None and own.begins_at_a_pixel(p, shift)]
        if own is None or shift is None or not fitting:
            axes.append(_Axis.of_patches(source, axis, center))
            continue
        phases = fitting
        axes.append(_Axis(_length(source.reader, axis), own.size, own, shift=shift))
    phase = phases[0] % field.alignment
    return [replace(a, field=replace(a.field, phase=phase)) if a.field is not None else a for a in axes]


def _shift(axis: int, reader: RasterReader, first: RasterReader, field: Field, own: Field) -> Optional[int]:
    """Units by which an image begins before the map's grid; None if its pixels do not align as the model needs."""
    if own.pitch == field.pitch:
        center = _pixels_along(axis, reader, first, np.arange(_length(first, axis)) + 0.5)
        moves_with_map = (np.diff(center) == 1).all()
        return int(center[0]) * own.fineness + field.offset - own.offset if moves_with_map else None
    count = _length(first, axis) * field.fineness // field.step
    edges = (field.offset + np.array([0, count]) * field.step) / field.fineness
    found = np.stack(_tracks(axis, reader, first, edges)) * own.fineness
    begin = round(float(found[0, 0]))
    apart = np.abs(found - (begin + np.array([0, count]) * own.step)).max()
    return begin - own.offset if apart <= MEETING_TOLERANCE_PX * own.fineness else None


def _length(reader: RasterReader, axis: int) -> int:
    return (reader.grid.height, reader.grid.width)[axis]


def _tracks(axis: int, reader: RasterReader, first: RasterReader, places: np.ndarray) -> list[np.ndarray]:
    """Positions along the rows (or columns) of the first image, in pixels of another image, at both of its edges."""
    grid, tracks = first.grid, []
    for fixed in (0, _length(first, 1 - axis) - 1):
        across, along = np.full(len(places), float(fixed)), places - 0.5
        x, y = grid.center_of(*((across, along) if axis == 0 else (along, across)))
        tracks.append(reader.grid.position_of(x, y)[1 - axis])
    return tracks


def _pixels_along(axis: int, reader: RasterReader, first: RasterReader, places: np.ndarray) -> np.ndarray:
    """The pixels of another image at positions along the rows (or columns) of the first image, (n,) int64."""
    require_same_crs(first.name, first.grid, reader.name, reader.grid)
    tracks = _tracks(axis, reader, first, places)
    if np.abs(tracks[0] - tracks[1]).max(initial=0) > 0.5 or (len(places) > 1 and tracks[0][-1] <= tracks[0][0]):
        raise InputError(
            "“{image}” is turned or mirrored against “{first}”, so their patches cannot be compared. Bring both "
            "to north-up grids first (“Warp”).",
            image=reader.name,
            first=first.name,
        )
    return np.floor(tracks[0] + EDGE_TOLERANCE_PX).astype(np.int64)


def _window_of(rows: tuple[int, int], columns: tuple[int, int]) -> Window:
    return Window(columns[0], rows[0], columns[1] - columns[0], rows[1] - rows[0])


def _common(ranges: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return max(low for low, _ in ranges), min(high for _, high in ranges)


class _RollingRows:
    """Rows of an image, read in whole blocks of the file and kept while they are needed again."""

    def __init__(self, reader: RasterReader):
        self._reader, rows = reader, reader.block_shape[1]
        self._rows_at_once = rows if rows <= MAXIMUM_ROWS_AHEAD else 1
        self._held = Window(0, 0, 0, 0)
        self._pixels = np.empty((0, 0, reader.band_count), reader.dtype)

    def read(self, top: int, bottom: int, left: int, right: int) -> Part:
        """The pixels that are needed for these rows and columns, some of which may lie outside of the image."""
        image = self._reader.grid.window
        inside = needed_pixels(top, bottom, left, right, image)
        return Part(self._inside(inside), inside.y, inside.x, image.height, image.width)

    def _inside(self, window: Window) -> np.ndarray:
        """Rows of the image, valid until the next call, which reuses the memory."""
        held = self._held
        if (held.x, held.width) != (window.x, window.width) or not held.y <= window.y < held.bottom:
            held = Window(window.x, window.y, window.width, 0)
        kept = held.bottom - window.y
        stop = min(-(-window.bottom // self._rows_at_once) * self._rows_at_once, self._reader.grid.height)
        total = max(stop, held.bottom) - window.y
        old = self._pixels[window.y - held.y : held.bottom - held.y]
        if self._pixels.shape[1] != window.width or len(self._pixels) < total:
            self._pixels = np.empty((total, window.width, self._reader.band_count), self._reader.dtype)
        if kept:
            self._pixels[:kept] = old
        if total > kept:
            fresh = Window(window.x, held.bottom, window.width, total - kept)
            self._reader.read(fresh, into=self._pixels[kept:total])
        self._held = Window(window.x, window.y, window.width, total)
        return self._pixels[: window.height]
