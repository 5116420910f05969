"""Fills the gaps of an image from images of other dates, or with the values of another image."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..base.outputs import replacing
from ..base.progress import Progress
from ..raster.data_sources import file_of
from ..raster.raster_reader import RasterReader, limit_cache, require_same_grid
from ..raster.raster_writer import RasterProfile, RasterWriter
from ..raster.window import Window
from .as_learned import AS_RECORDED, Likening
from .masking import lost_pixels, output_nodata, parts_of, warn_of_lost, with_nodata
from .normalization import Normalization, require_same_transform

Observation = tuple[np.ndarray, np.ndarray]
"""Values (h, w, c) of one date, and where they are clear, (h, w) bool."""


@dataclass
class Nearest:
    """The values nearest in time of m pixels.

    Attributes:
        values: (m, c) float64. days: how many days away, (m,) float64, infinite where there are none.
    """

    values: np.ndarray
    days: np.ndarray

    @classmethod
    def among(cls, wanted: np.ndarray, bands: int, dates: Iterable[tuple[float, Callable[[], Observation]]]) -> Nearest:
        """Looks for clear values of the m wanted pixels of a window, (h, w) bool.

        Args:
            dates: how many days away each is, nearest first, and the function that reads it; dates are only read as
                long as they are needed.
        """
        count = int(wanted.sum())
        found = cls(np.zeros((count, bands)), np.full(count, np.inf))
        for days, read in dates:
            missing = np.isinf(found.days)
            if not missing.any():
                break
            values, clear = read()
            new = missing & clear[wanted]
            found.values[new], found.days[new] = values[wanted][new], days
        return found


def nearest_in_time(before: Nearest, after: Nearest) -> tuple[np.ndarray, np.ndarray]:
    """The value nearest in time, the earlier of two that are equally near: values (m, c), and where there is one."""
    earlier = before.days <= after.days
    return np.where(earlier[..., np.newaxis], before.values, after.values), np.isfinite(
        np.minimum(before.days, after.days)
    )


def linear_in_time(before: Nearest, after: Nearest) -> tuple[np.ndarray, np.ndarray]:
    """Linear interpolation in time; the only value where there is one: values (m, c), and where there is one."""
    values, known = nearest_in_time(before, after)
    both = np.isfinite(before.days) & np.isfinite(after.days) & (before.days > 0)
    share = before.days[both] / (before.days[both] + after.days[both])
    first, last = before.values[both], after.values[both]
    values[both] = first + (last - first) * share[:, np.newaxis]
    return values, known


def as_pixels(values: np.ndarray, dtype: np.dtype, nodata: float) -> np.ndarray:
    """Values of any real numbers as pixels of a type: rounded and clipped for integers, never nodata."""
    if dtype.kind == "f":
        pixels = values.astype(dtype)
        pixels[pixels == dtype.type(nodata)] = np.nextafter(dtype.type(nodata), dtype.type(np.inf))
        return pixels
    limits = np.iinfo(dtype)
    pixels = np.rint(values).clip(limits.min, limits.max).astype(dtype)
    if limits.min <= nodata <= limits.max:
        pixels[pixels == nodata] = nodata + 1 if nodata < limits.max else nodata - 1
    return pixels


IN_TIME = {"linear": linear_in_time, "nearest": nearest_in_time}
GAP_BAND = "gap"

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_OF_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)([0-3]\d\d)(?!\d)")
_LANDSAT = re.compile(r"L[A-Z]\d\d{6}((?:19|20)\d\d)([0-3]\d\d)(?!\d)")  # sensor, path and row, year, day of the year


def date_in(name: str) -> Optional[date]:
    """The first date in a file name: 20170216, 2017-02-16, 2017_02_16, or year and day of the year; None without."""
    for pattern in (_DAY, _LANDSAT, _DAY_OF_YEAR):
        for match in pattern.finditer(name):
            try:
                if pattern is _DAY:
                    return date(int(match[1]), int(match[3]), int(match[4]))
                day = date(int(match[1]), 1, 1) + timedelta(int(match[2]) - 1)
                if day.year == int(match[1]):
                    return day
            except ValueError:  # not a day of the calendar, such as 20170230
                continue
    return None


def dates_of(paths: Sequence[str], text: str = "") -> list[date]:
    """The dates of images, from a text of ISO dates in their order, else from their names.

    A single date is that of the first image, whose name may have none if it is an intermediate file.

    Raises:
        InputError: a date is missing or malformed.
    """
    if text.strip():
        given = [part.strip() for part in text.split(",")]
        if len(given) == 1 < len(paths):
            return [*dates_of(paths[:1], text), *dates_of(paths[1:])]
        if len(given) != len(paths):
            raise InputError(
                "{p:dates} has {date_count} dates, but there are {image_count} images: {p:image}, then those of "
                "{p:series}. Give one for each, in this order, separated by commas, or only that of {p:image}.",
                date_count=len(given),
                image_count=len(paths),
            )
        try:
            return [date(*map(int, re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", part).groups())) for part in given]  # type: ignore[union-attr]
        except (ValueError, AttributeError):
            raise InputError("{p:dates} must be dates such as 2017-02-16, received “{text}”.", text=text) from None
    names = [os.path.basename(file_of(path)) for path in paths]
    found = [date_in(name) for name in names]
    for name, day in zip(names, found):
        if day is None:
            raise InputError(
                "The name “{name}” tells no date. Expected one such as 20170216 or 2017-02-16 in it, or year and "
                "day of the year as in LT50350322008110PAC01. Rename it, or give {p:dates}.",
                name=name,
            )
    return [day for day in found if day is not None]


@dataclass(frozen=True)
class GapFilling:
    """Where the values of gaps come from.

    Attributes:
        series: images of other dates on the same grid, with the same bands.
        method: linear (interpolated in time between the nearest clear dates before and after; with a clear date on one
            side only, its value), nearest (the value of the nearest clear date, the earlier of two) or image (the
            value of `filling`).
        filling: the image for the method image.
        dates: of the image, then of the series; see `dates_of`.
        gap_band: appends a band that is 1 where a pixel was filled, else 0. If one of these is the nodata value, the
            output has real numbers, and NaN is nodata.
        nodata: the value of gaps that remain; see `masking.output_nodata`.
        pixel_values: whether numbers of other dates are converted where recorded scales and offsets differ.
    """

    series: Sequence[str] = ()
    method: str = "linear"
    filling: Optional[str] = None
    dates: str = ""
    gap_band: bool = False
    nodata: Optional[float] = None
    pixel_values: str = AS_RECORDED


def fill_gaps(
    image: str,
    output: str,
    settings: GapFilling,
    estimate: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> tuple[int, int]:
    """Writes an image whose gaps are filled; all other pixels keep their values.

    A pixel is a gap where any band is nodata; then all of its bands are filled.

    Args:
        estimate: where to write the series' estimate of every pixel, clear ones included; None for nowhere.
    Returns:
        How many pixels were filled, and how many gaps remain.
    Raises:
        InputError: images that do not fit each other, missing dates, nothing to fill from.
    """
    progress = progress or Progress()
    with ExitStack() as stack:
        reader = stack.enter_context(RasterReader(image))
        value = output_nodata(reader, settings.nodata)
        if settings.gap_band and Normalization.recorded_in(reader) is not None:
            raise InputError(
                "“{image}” is normalized, but the band of gaps ({p:gap_band}) would not be. Fill those of the "
                "raw image first.",
                image=reader.name,
            )
        likening = Likening(reader, settings.pixel_values, progress)
        candidates, others = _opened(reader, image, settings, bool(estimate), (likening, stack))
        limit_cache([reader, *others])
        with replacing(output, estimate) as (temporary, temporary_estimate):
            share = 0.5 if estimate else 1.0
            kind = _OutputPixels.of(reader, value, settings.gap_band)
            filled, left = _write(temporary, reader, candidates, kind, progress.part(0, share))
            if temporary_estimate:
                kind = _OutputPixels.of(reader, value, False)
                _write_estimate(temporary_estimate, reader, candidates, kind, progress.part(share, 1))
    progress.info(
        "{count:,} pixels ({share:.2f} %) were filled.", count=filled, share=100 * filled / reader.grid.window.pixels
    )
    if left:
        progress.warning(
            "{count:,} pixels of “{image}” stay nodata: no other image is clear there.", count=left, image=reader.name
        )
    return filled, left


def _opened(
    reader: RasterReader, image: str, settings: GapFilling, is_estimated: bool, opening: tuple[Likening, ExitStack]
) -> tuple[_Candidates, list[RasterReader]]:
    """The function that finds the values of gaps, and the images that they come from. Raises InputError."""
    if settings.method == "image":
        if is_estimated:
            raise InputError("{p:estimate} is what images of other dates say: choose {p:method=linear} or nearest.")
        if not settings.filling or settings.series:
            raise InputError("{p:method=image} takes its values from one image: give {p:filling}, and no {p:series}.")
        others = _alike(reader, [settings.filling], *opening)
        return _OfImage(others[0]), others
    if settings.filling or not settings.series:
        raise InputError(
            "{p:method}={method} takes its values from images of other dates: give {p:series}, and no {p:filling}.",
            method=settings.method,
        )
    others, days = _alike(reader, settings.series, *opening), dates_of([image, *settings.series], settings.dates)
    return _OfSeries(others, [(day - days[0]).days for day in days[1:]], settings.method), others


def _alike(reader: RasterReader, paths: Sequence[str], likening: Likening, stack: ExitStack) -> list[RasterReader]:
    """Other images with the same pixels and bands, made like the first one. Raises InputError."""
    others = [stack.enter_context(RasterReader(path)) for path in paths]
    for other in others:
        require_same_grid(reader.name, reader.grid, other.name, other.grid)
        if other.band_count != reader.band_count:
            raise InputError(
                "“{other}” has {other_count} band(s), but “{image}” has {count}. Give images with the same bands "
                "in the same order.",
                other=other.name,
                other_count=other.band_count,
                image=reader.name,
                count=reader.band_count,
            )
        require_same_transform(reader, other)
    return [likening.of(other).of(other) for other in others]


_Candidates = Callable[[Window, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Finds values for the m wanted pixels, (h, w) bool, of a window: (m, c), and where there is one, (m,) bool."""


@dataclass(frozen=True)
class _OfImage:
    """The values of one image."""

    reader: RasterReader

    def __call__(self, window: Window, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, clear = _observed(self.reader, window)
        return values[wanted].astype(np.float64), clear[wanted]


@dataclass(frozen=True)
class _OfSeries:
    """The values of images of other dates, `days` after the image that is filled (before it where negative)."""

    readers: Sequence[RasterReader]
    days: Sequence[int]
    method: str

    def __call__(self, window: Window, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        order = sorted(range(len(self.days)), key=lambda i: abs(self.days[i]))
        earlier = [i for i in order if self.days[i] <= 0]
        later = [i for i in order if self.days[i] > 0]
        bands = self.readers[0].band_count
        before, after = (Nearest.among(wanted, bands, self._dates(part, window)) for part in (earlier, later))
        return IN_TIME[self.method](before, after)

    def _dates(self, numbers: Sequence[int], window: Window) -> list[tuple[float, Callable[[], Observation]]]:
        return [(abs(self.days[i]), lambda i=i: _observed(self.readers[i], window)) for i in numbers]  # type: ignore[misc]


def _observed(reader: RasterReader, window: Window) -> Observation:
    values = reader.read(window)
    return values, reader.valid(values)


@dataclass(frozen=True)
class _OutputPixels:
    """What the pixels of the output are."""

    dtype: np.dtype
    nodata: float
    gap_band: bool

    @classmethod
    def of(cls, reader: RasterReader, nodata: float, gap_band: bool) -> _OutputPixels:
        """The image's own type, or real numbers if it has no room for the band of gaps."""
        dtype = reader.file_dtype
        if gap_band and nodata in (0, 1):  # GeoTIFF has one nodata value for all bands
            return cls(np.result_type(dtype, np.float32), float("nan"), True)
        return cls(dtype, nodata, gap_band)


def _write(
    path: str, reader: RasterReader, candidates: _Candidates, kind: _OutputPixels, progress: Progress
) -> tuple[int, int]:
    """Returns how many pixels were filled, and how many gaps remain."""
    windows, filled, left, lost = parts_of(reader), 0, 0, 0
    names = (*reader.band_names, GAP_BAND) if kind.gap_band else reader.band_names
    profile = RasterProfile(len(names), kind.dtype, kind.nodata, band_names=names)
    with RasterWriter(path, reader.grid, profile, like=reader) as writer:
        for number, window in enumerate(windows):
            raw = reader.read(window)
            clear = reader.valid(raw)
            pixels, new = with_nodata(raw, reader.nodata, kind.nodata, kind.dtype), np.zeros_like(clear)
            lost += lost_pixels(pixels, clear, kind.nodata)
            if not clear.all():
                values, known = candidates(window, ~clear)
                new[~clear] = known
                pixels[new] = as_pixels(values[known], reader.file_dtype, kind.nodata).astype(kind.dtype)
            filled, left = filled + int(new.sum()), left + int((~clear & ~new).sum())
            if kind.gap_band:
                pixels = np.concatenate([pixels, new[..., np.newaxis].astype(kind.dtype)], axis=-1)
            writer.write(window.x, window.y, pixels)
            progress.report((number + 1) / len(windows), "filling gaps")
    warn_of_lost(lost, reader, kind.nodata, progress)
    return filled, left


def _write_estimate(
    path: str, reader: RasterReader, candidates: _Candidates, kind: _OutputPixels, progress: Progress
) -> None:
    """Writes the estimate of every pixel, whether it is a gap or not."""
    windows = parts_of(reader)
    profile = RasterProfile(reader.band_count, kind.dtype, kind.nodata)
    with RasterWriter(path, reader.grid, profile, like=reader) as writer:
        for number, window in enumerate(windows):
            values, known = candidates(window, np.ones((window.height, window.width), bool))
            pixels = as_pixels(values, kind.dtype, kind.nodata)
            pixels[~known] = kind.nodata
            writer.write(window.x, window.y, pixels.reshape(window.height, window.width, -1))
            progress.report((number + 1) / len(windows), "estimating")
