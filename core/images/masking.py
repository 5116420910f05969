"""Masks images: pixels that a mask or a quality band marks as unusable become nodata."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..base.errors import InputError, OutputError
from ..base.outputs import final_path, replacing
from ..base.progress import Progress
from ..raster.nodata import can_be, same_nodata, valid_pixels, valid_values
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.raster_writer import RasterProfile, RasterWriter
from ..raster.virtual_raster import write_masked_vrt
from ..raster.window import Halo, Window
from .band_statistics import grain_of, windows_of
from .overlay import Overlay

MASK_ENDING = ".msk"  # as GDAL names the mask of a file
SHOWN, HIDDEN = 255, 0
LARGEST_BUFFER_PX = 1000
HIGHEST_BIT = 31

_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"\s*({_NUMBER})(?:\s*-\s*({_NUMBER}))?\s*")
_BITS = re.compile(r"\s*(\d+)(?:\s*-\s*(\d+))?\s*")


@dataclass(frozen=True)
class Unusable:
    """Which values of a mask mean that a pixel cannot be used.

    Attributes:
        ranges: the lowest and highest of values that follow each other. bits: of which any set bit means it.
        Without either, every value other than 0 does.
    """

    ranges: tuple[tuple[float, float], ...] = ()
    bits: tuple[int, ...] = ()

    @classmethod
    def parse(cls, values: str = "", bits: str = "") -> Unusable:
        """Of texts such as “2,4,8-10”, or an empty one. Raises InputError."""
        ranges, spans = _ranges(values, _RANGE), _ranges(bits, _BITS)
        if ranges is None:
            raise InputError(
                "{p:mask_values} must be values and ranges of values such as 2,4,8-10, received “{values}”.",
                values=values,
            )
        if spans is None or any(last > HIGHEST_BIT for _, last in spans):
            raise InputError(
                "{p:mask_bits} must be numbers of bits from 0 to {highest} and ranges of them such as 1,3,10-11, "
                "received “{bits}”.",
                highest=HIGHEST_BIT,
                bits=bits,
            )
        return cls(tuple(ranges), tuple(b for first, last in spans for b in range(int(first), int(last) + 1)))

    def require_suits(self, name: str, dtype: np.dtype) -> None:
        """Raises InputError if a mask of this name and type has no such bits."""
        if self.bits and dtype.kind != "u":
            raise InputError(
                "{p:mask_bits} needs a quality band of unsigned integers, but “{name}” has pixels of {dtype}. "
                "Choose the quality band (QA), or give {p:mask_values}.",
                name=name,
                dtype=dtype,
            )
        if self.bits and max(self.bits) >= 8 * dtype.itemsize:
            raise InputError(
                "{p:mask_bits} names the bit {bit}, but “{name}” has {bits} bits, 0 to {highest}.",
                bit=max(self.bits),
                name=name,
                bits=8 * dtype.itemsize,
                highest=8 * dtype.itemsize - 1,
            )

    def where(self, values: np.ndarray, nodata: Optional[float]) -> np.ndarray:
        """Where values (h, w) of a mask are unusable, (h, w) bool; nodata, NaN and infinity are."""
        unusable = ~valid_values(values[..., np.newaxis], (nodata,))[..., 0]
        if not self.ranges and not self.bits:
            return unusable | (values != 0)
        for low, high in self.ranges:
            unusable |= (values >= low) & (values <= high)
        if self.bits:
            known = np.where(unusable, 0, values).astype(np.int64)
            unusable |= (known & sum(1 << bit for bit in self.bits)) != 0
        return unusable


@dataclass(frozen=True)
class Mask:
    """A raster whose band 1 marks the pixels that cannot be used, and which of its values mean that."""

    path: str
    unusable: Unusable = Unusable()

    @classmethod
    def of(cls, path: str, values: str = "", bits: str = "") -> Mask:
        """With values and bits as texts; see `Unusable.parse`. Raises InputError."""
        return cls(path, Unusable.parse(values, bits))


def _ranges(text: str, pattern: re.Pattern[str]) -> Optional[list[tuple[float, float]]]:
    """The ranges that a text lists; None where it does not."""
    found = []
    for part in text.split(",") if text.strip() else []:
        match = pattern.fullmatch(part)
        low, high = (float(match[1]), float(match[2] or match[1])) if match else (1.0, 0.0)
        if low > high:
            return None
        found.append((low, high))
    return found


def grown(where: np.ndarray, pixels: int) -> np.ndarray:
    """Where a marked pixel of (h, w) bool lies at most `pixels` rows and columns away."""
    for axis in (0, 1) if pixels else ():
        length = where.shape[axis]
        counts = np.concatenate([np.zeros_like(where.take([0], axis), np.int32), where.cumsum(axis, np.int32)], axis)
        places = np.arange(length)
        last, first = np.minimum(places + pixels + 1, length), np.maximum(places - pixels, 0)
        where = counts.take(last, axis) > counts.take(first, axis)
    return where


def mask_image(
    image: str,
    mask: Mask,
    output: str,
    buffer_px: int = 0,
    nodata: Optional[float] = None,
    progress: Optional[Progress] = None,
) -> int:
    """Writes an image whose unusable pixels are nodata.

    Args:
        mask: read at the center of each pixel of the image. Where it has no pixel, or nodata, the pixel is unusable.
        output: .vrt (no copy of the image; the mask goes into a file of that name + .msk) or .tif (a copy).
        buffer_px: this many rows and columns around unusable pixels are unusable, too.
        nodata: the value of masked pixels where the image has no nodata value itself; by default NaN for real numbers.
    Returns:
        The number of pixels that are masked.
    Raises:
        InputError: the mask's position is unknown, it has no such bits, or no nodata value is known.
    """
    progress = progress or Progress()
    if not 0 <= buffer_px <= LARGEST_BUFFER_PX:
        raise InputError(
            "{p:buffer} must be 0 to {largest} pixels, received {buffer}.", largest=LARGEST_BUFFER_PX, buffer=buffer_px
        )
    is_virtual = output.lower().endswith(".vrt")
    if final_path(mask.path) == final_path(output + MASK_ENDING):
        raise OutputError(
            "“{path}” belongs to the output “{output}” and would be lost. Choose another file name.",
            path=mask.path,
            output=output,
        )
    with RasterReader(image) as reader, replacing(output) as (temporary,):
        source = _MaskReader(mask, reader, buffer_px)
        limit_cache([reader])
        if is_virtual:
            if nodata is not None:
                output_nodata(reader, nodata)
            _write_mask(temporary + MASK_ENDING, reader, source, progress)
            name = os.path.basename(output) + MASK_ENDING
            write_masked_vrt(temporary, reader, name, nodata, os.path.dirname(os.path.abspath(output)))
        else:
            _write_copy(temporary, reader, source, output_nodata(reader, nodata), progress)
        source.report(progress)
    return source.masked


class _MaskReader:
    """Reads a mask on the pixels of an image, and counts what it finds.

    Attributes:
        masked, uncovered: pixels of the image so far that are unusable, or that the mask does not cover.
    """

    def __init__(self, mask: Mask, image: RasterReader, buffer_px: int):
        self._overlay, self._buffer_px = Overlay(mask.path, image.grid, image.name, is_mask=True), buffer_px
        mask.unusable.require_suits(self._overlay.name, self._overlay.raster.file_dtype)
        self._unusable = mask.unusable
        self._image, self.masked, self.uncovered = image, 0, 0

    def read(self, window: Window) -> np.ndarray:
        """Where the pixels of a window are unusable, (h, w) bool."""
        halo = Halo(*(self._buffer_px,) * 4)
        wide = window.grow(halo).intersect(self._image.grid.window)
        values, covered = self._overlay.read(wide)
        unusable = self._unusable.where(values, self._overlay.nodata)
        inner = window.shift(-wide.x, -wide.y).slices
        if covered is not None:
            unusable |= ~covered
            self.uncovered += int((~covered[inner]).sum())
        unusable = grown(unusable, self._buffer_px)[inner]
        self.masked += int(unusable.sum())
        return unusable

    def report(self, progress: Progress) -> None:
        pixels = self._image.grid.window.pixels
        progress.info(
            "{count:,} pixels ({share:.2f} %) are masked.", count=self.masked, share=100 * self.masked / pixels
        )
        if self.uncovered:
            progress.warning(
                "“{mask}” tells nothing about {count:,} pixels of “{image}”; they are masked, too.",
                mask=self._overlay.name,
                count=self.uncovered,
                image=self._image.name,
            )
        if self.masked == pixels:
            progress.warning(
                "All pixels of “{image}” are masked. Check {p:mask_values}, {p:mask_bits} and the nodata value "
                "of “{mask}”: nodata in a mask means not usable.",
                image=self._image.name,
                mask=self._overlay.name,
            )


def parts_of(reader: RasterReader) -> list[Window]:
    """Divides an image into windows of bounded memory that are written as whole tiles."""
    return windows_of(reader, grain_of(reader))


def _write_mask(path: str, image: RasterReader, mask: _MaskReader, progress: Progress) -> None:
    windows = parts_of(image)
    profile = RasterProfile(1, np.dtype(np.uint8))
    with RasterWriter(path, image.grid, profile) as writer:
        for number, window in enumerate(windows):
            hidden = mask.read(window)
            if image.is_masked:
                hidden |= ~image.valid(image.read(window))
            writer.write(window.x, window.y, np.where(hidden, HIDDEN, SHOWN))
            progress.report((number + 1) / len(windows), "masking")


def _write_copy(path: str, image: RasterReader, mask: _MaskReader, nodata: float, progress: Progress) -> None:
    windows, lost = parts_of(image), 0
    profile = RasterProfile(image.band_count, image.file_dtype, nodata)
    with RasterWriter(path, image.grid, profile, like=image) as writer:
        for number, window in enumerate(windows):
            raw, hidden = image.read(window), mask.read(window)
            pixels = with_nodata(raw, image.nodata, nodata, image.file_dtype)
            lost += lost_pixels(pixels, image.valid(raw) & ~hidden, nodata)
            pixels[hidden] = nodata
            writer.write(window.x, window.y, pixels)
            progress.report((number + 1) / len(windows), "masking")
    warn_of_lost(lost, image, nodata, progress)


def output_nodata(reader: RasterReader, given: Optional[float]) -> float:
    """The nodata value of a copy: the image's own, else the one that is given, else NaN for real numbers.

    Raises:
        InputError: none is known, bands have different ones, or the pixels cannot have the given one.
    """
    own: dict[str, float] = {}
    for recorded in reader.file_nodata:
        if recorded is not None and not any(same_nodata(recorded, v, reader.file_dtype) for v in own.values()):
            own[repr(recorded)] = recorded
    if len(own) > 1:
        raise InputError(
            "The bands of “{image}” have different nodata values ({values}), which a GeoTIFF cannot have. Give "
            "all bands the same one first (“Translate”).",
            image=reader.name,
            values=own,
        )
    if own:
        value = next(iter(own.values()))
        if given is not None and not same_nodata(given, value, reader.file_dtype):
            raise InputError(
                "“{image}” has the nodata value {nodata:g} already, but {p:nodata} is {given:g}. Leave "
                "{p:nodata} empty.",
                image=reader.name,
                nodata=value,
                given=given,
            )
        return value
    if given is None:
        if reader.file_dtype.kind == "f":
            return float("nan")
        raise InputError(
            "“{image}” has whole numbers and no nodata value, so nothing can stand for missing pixels. Give "
            "{p:nodata}, a value that no pixel has.",
            image=reader.name,
        )
    if not can_be(given, reader.file_dtype):
        raise InputError(
            "{p:nodata} is {nodata:g}, but pixels of “{image}” are of type {dtype}, which cannot have this value.",
            nodata=given,
            image=reader.name,
            dtype=reader.file_dtype,
        )
    return given


def with_nodata(pixels: np.ndarray, own: Sequence[Optional[float]], nodata: float, dtype: np.dtype) -> np.ndarray:
    """A copy of pixels (..., c) in another type, with `nodata` where a band has its own nodata value."""
    with np.errstate(invalid="ignore"):  # what NaN becomes as an integer is overwritten
        result = pixels.astype(dtype)
    for band, value in enumerate(own):
        if value is not None and repr(float(value)) != repr(float(nodata)):
            values = pixels[..., band]
            hidden = np.isnan(values) if np.isnan(value) else values == np.asarray(value).astype(values.dtype)
            result[..., band][hidden] = nodata
    return result


def lost_pixels(pixels: np.ndarray, clear: np.ndarray, nodata: float) -> int:
    """How many pixels (h, w, c) that are clear, (h, w) bool, have the value that means nodata in the output."""
    return int((clear & ~valid_pixels(pixels, (nodata,) * pixels.shape[-1])).sum())


def warn_of_lost(count: int, reader: RasterReader, nodata: float, progress: Progress) -> None:
    """Warns of clear pixels that have the value of nodata."""
    if count:
        progress.warning(
            "{count:,} clear pixels of “{image}” have the value {nodata:g}, which means nodata in the output. "
            "Choose a value for {p:nodata} that no pixel has.",
            count=count,
            image=reader.name,
            nodata=nodata,
        )
