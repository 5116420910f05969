"""Statistics of the bands of images, computed in one pass by several threads."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Optional, Union

import numpy as np

from ..base import limits
from ..base.concurrency import spread
from ..base.errors import InputError
from ..base.pool import HERE, Pool, path_for
from ..base.progress import Progress
from ..raster.adapted_reader import AdaptedImages, Image
from ..raster.pixel_types import TILE_PX
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.window import Window
from .usable_bands import nothing_valid

WINDOW_PX, WINDOW_BYTES = 1024 * 1024, 16_000_000
MAXIMUM_READERS = 4
SIDE_BY_SIDE = 256

# A bin of real numbers holds the float32 numbers with the same upper 20 bits: sign, 8 of the exponent and 11 of the
# mantissa. So it is 2^-11 of its values wide, whatever their range, which need not be known in advance.
_DROPPED_BITS = 12
_MAGNITUDES = 1 << (31 - _DROPPED_BITS)
_FLOAT32_MAX = float(np.finfo(np.float32).max)

# Squares of values scaled by up to 2^1000 neither overflow nor vanish in float64.
_LARGEST_EXPONENT = 1000


@dataclass(frozen=True)
class BandStatistics:
    """Statistics of one band without nodata and NaN.

    Attributes:
        count: valid pixels. deviation: the standard deviation of all of them (divided by `count`).
        low, high: the percentiles asked for. p999: the 99.9th percentile. negative: the share of values below 0.
    """

    count: int
    minimum: float
    maximum: float
    mean: float
    deviation: float
    low: float
    high: float
    p999: float
    negative: float = 0.0


def band_statistics(
    images: Union[Sequence[Image], AdaptedImages],
    lower: float,
    upper: float,
    progress: Optional[Progress] = None,
    every_row: int = 1,
    pool: Pool = HERE,
    left_out: Sequence[int] = (),
) -> list[BandStatistics]:
    """Statistics of each band over several images together, of the pixels where no band is nodata, NaN or infinite.

    Reads each block once.

    Count, minimum, maximum, mean and deviation are exact (to rounding in float64). Percentiles are exact for
    integers of up to 16 bits: the smallest value that is not below p % of the pixels. Those of other types are
    within 0.05 % of that value, or within 6e-42 if it is smaller than 1.2e-38 (denormal); beyond the range of
    float32 (3.4e38) they are only known to lie between it and the minimum or maximum.

    The histograms take 8 MB for each band (0.5 MB for integers of up to 16 bits).

    Args:
        lower, upper: percentages of the percentiles `low` and `high`, 0 ... 100.
        every_row: n > 1 takes only minimum and maximum from all pixels, everything else from about every n-th row,
            which is faster.
        pool: does the counting; the result is the same to the last bit.
        left_out: bands that are taken for 0, never nodata.
    Raises:
        InputError: there is no valid pixel, a file is damaged, or the images differ in the number or type of bands.
    """
    windows: list[tuple[int, Window]] = []
    total: Optional[_Total] = None
    images = images if isinstance(images, AdaptedImages) else AdaptedImages(images)
    for number, image in enumerate(images.paths):
        with RasterReader(image) as opened:
            reader = images.adaptation(number).of(opened)
            total = total or _Total(reader)
            total.require_same_bands(reader)
            windows += [(number, w) for w in windows_of(reader, (reader.block_shape[0], reader.block_shape[1]))]
    if total is None:
        raise InputError("No image was given. Expected at least one.")
    paths = tuple(tuple(path_for(pool, path) for path in image) for image in images.paths)
    job = CountJob(replace(images, paths=paths), every_row, pool.elsewhere, tuple(left_out))
    pixels = [window.pixels for _, window in windows]
    for part in pool.results(count_windows, job, windows, pixels, progress or Progress()):
        total.add(part)
    if total.is_empty:
        raise nothing_valid(images, left_out)
    return total.statistics(lower, upper)


@dataclass(frozen=True)
class CountJob:
    """What to count, as plain values; `joined`: whether the windows of each call are added up, so that less is sent.

    `left_out`: bands that are taken for 0.
    """

    images: AdaptedImages
    every_row: int
    joined: bool
    left_out: tuple[int, ...] = ()


def count_windows(job: CountJob, windows: Sequence[tuple[int, Window]], progress: Progress) -> Iterator[list[BandPart]]:
    """The bands in windows, each given with the number of its image, in order: window by window, or joined."""
    parts = _count_each(job, windows, progress)
    yield from [_joined(list(parts))] if job.joined else parts


def _count_each(job: CountJob, windows: Sequence[tuple[int, Window]], progress: Progress) -> Iterator[list[BandPart]]:
    done = 0
    for number, group in itertools.groupby(windows, key=lambda pair: pair[0]):
        own = [window for _, window in group]
        with RasterReader(job.images.paths[number]) as reader:
            limit_cache([reader])
            with _counters(job, number, reader, len(own)) as counters, spread(counters, own) as parts:
                for _, part in parts:
                    yield part
                    done += 1
                    progress.report(done / len(windows), "statistics")


def windows_of(reader: RasterReader, grain: tuple[int, int]) -> list[Window]:
    """Divides an image into windows of bounded memory, row by row.

    Args:
        grain: width and height in pixels; those of the windows are multiples of it, except at the image's edges.
    """
    columns, rows = min(grain[0], reader.grid.width), min(grain[1], reader.grid.height)
    most_pixels = max(1, min(WINDOW_PX, WINDOW_BYTES // (reader.band_count * reader.dtype.itemsize)))
    width = columns * max(1, min(math.isqrt(most_pixels), most_pixels // rows) // columns)
    height = rows * max(1, most_pixels // width // rows)
    return list(reader.grid.window.blocks(width, height))


def grain_of(reader: RasterReader) -> tuple[int, int]:
    """What windows should be multiples of, in pixels, so that whole tiles are written and nearly whole blocks read."""
    width, height = reader.block_shape
    return math.lcm(width, TILE_PX), -(-height // TILE_PX) * TILE_PX


class _ValueBins:
    """A bin for each value of an integer type of up to 16 bits."""

    def __init__(self, dtype: np.dtype):
        limits = np.iinfo(dtype)
        self.first, self.length = int(limits.min), int(limits.max) - int(limits.min) + 1

    def number(self, values: np.ndarray) -> tuple[int, np.ndarray]:
        """The bins of values (n,): those in the array (n,) intp, counted from the number before."""
        bins = values.astype(np.intp)
        if self.first:
            bins -= self.first
        return 0, bins

    def edges(self, bins: np.ndarray) -> np.ndarray:
        """The smallest and largest value in bins (n,), as (2, n) float64."""
        return np.stack([bins, bins]).astype(np.float64) + self.first


class _FloatBins:
    """Bins of real numbers and large integers, in ascending order; 0.0 is the smallest value of bin _MAGNITUDES."""

    length = 2 * _MAGNITUDES

    def number(self, values: np.ndarray) -> tuple[int, np.ndarray]:
        """The bins of contiguous values (n,): those in the array (n,) int32, counted from the number before."""
        if values.dtype != np.float32:
            values = values.clip(-_FLOAT32_MAX, _FLOAT32_MAX).astype(np.float32)
        bins = values.view(np.int32) >> _DROPPED_BITS
        bins ^= (bins >> 31) & (_MAGNITUDES - 1)  # the bits of a negative number are its magnitude
        smallest = int(bins.min())
        bins -= smallest
        return smallest + _MAGNITUDES, bins

    def edges(self, bins: np.ndarray) -> np.ndarray:
        """Where bins (n,) start and end, as (2, n) float64."""
        steps = np.stack([bins, bins + 1]) - _MAGNITUDES
        # The last bins would end at infinity.
        bits = (np.abs(steps) << _DROPPED_BITS).clip(0, np.float32(_FLOAT32_MAX).view(np.int32))
        return np.copysign(bits.astype(np.int32).view(np.float32).astype(np.float64), steps)


_Bins = Union[_ValueBins, _FloatBins]


def _bins_for(dtype: np.dtype) -> _Bins:
    return _ValueBins(dtype) if dtype.kind in "iu" and dtype.itemsize <= 2 else _FloatBins()


@dataclass(frozen=True)
class _Moments:
    """Exact statistics of some values."""

    count: int
    minimum: float
    maximum: float
    mean: float
    deviation: float

    @classmethod
    def of(cls, values: np.ndarray) -> _Moments:
        """Of values (n,) of any type, n > 0."""
        minimum, maximum = float(values.min()), float(values.max())
        exponent = math.frexp(max(-minimum, maximum))[1]
        unit = 2.0 ** min(max(exponent, -_LARGEST_EXPONENT), _LARGEST_EXPONENT)
        scaled = values.astype(np.float64)
        scaled *= 1 / unit
        mean = float(scaled.mean())
        scaled -= mean
        np.square(scaled, out=scaled)
        return cls(len(values), minimum, maximum, mean * unit, math.sqrt(float(scaled.mean())) * unit)

    def merged(self, other: _Moments) -> _Moments:
        """Those of both sets of values: Chan, Golub, LeVeque 1979, without squares, which might overflow."""
        count = self.count + other.count
        share, rest = other.count / count, self.count / count
        half = other.mean / 2 - self.mean / 2
        between = 2 * math.sqrt(share * rest) * half
        return _Moments(
            count,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
            self.mean + share * half + share * half,
            math.hypot(math.sqrt(rest) * self.deviation, math.sqrt(share) * other.deviation, between),
        )

    @classmethod
    def of_histogram(cls, values: np.ndarray, counts: np.ndarray) -> _Moments:
        """Of values (n,) float64, ascending, that occur `counts` (n,) times each."""
        count = int(counts.sum())
        mean = float((counts * values).sum() / count)
        deviation = float(np.sqrt((counts * (values - mean) ** 2).sum() / count))
        return cls(count, float(values[0]), float(values[-1]), mean, deviation)


@dataclass(frozen=True)
class BandPart:
    """One band in one or several windows.

    Attributes:
        minimum, maximum: of all valid pixels.
        bins, counts: (n,) int64, the bins that occur and how often.
        moments: of each window; none for integers of up to 16 bits, as they follow from the histogram.
    """

    minimum: float
    maximum: float
    bins: np.ndarray
    counts: np.ndarray
    moments: tuple[_Moments, ...]


def _joined(parts: Sequence[list[BandPart]]) -> list[BandPart]:
    """The bands in several windows. Counts are added up, since their order does not matter; moments are not."""
    with_pixels = [part for part in parts if part]
    return [_joined_band(band) for band in zip(*with_pixels)]


def _joined_band(parts: Sequence[BandPart]) -> BandPart:
    bins, places = np.unique(np.concatenate([part.bins for part in parts]), return_inverse=True)
    counts = np.zeros(len(bins), np.int64)
    np.add.at(counts, places.reshape(-1), np.concatenate([part.counts for part in parts]))
    return BandPart(
        min(part.minimum for part in parts),
        max(part.maximum for part in parts),
        bins,
        counts,
        tuple(moments for part in parts for moments in part.moments),
    )


def _count(reader: RasterReader, bins: _Bins, every_row: int, window: Window) -> list[BandPart]:
    """The bands in a window; none where it has no valid pixel."""
    pixels = reader.read(window)
    valid = reader.valid(pixels)
    all_pixels = _valid_pixels(pixels, valid)
    if not len(all_pixels):
        return []
    extremes = np.array([_along_pixels(f, all_pixels) for f in (np.minimum, np.maximum)], np.float64).T
    counted = all_pixels if every_row == 1 else _valid_pixels(pixels[::every_row], valid[::every_row])
    if not len(counted):
        counted = all_pixels[:1]
    return [
        BandPart(float(low), float(high), *_count_band(np.ascontiguousarray(counted[:, band]), bins))
        for band, (low, high) in enumerate(extremes)
    ]


def _valid_pixels(pixels: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """The pixels (n, c) of (h, w, c) where `valid` (h, w) holds."""
    pixels = pixels.reshape(-1, pixels.shape[-1])
    return pixels if valid.all() else pixels.take(np.flatnonzero(valid), axis=0)  # five times as fast as pixels[valid]


def _along_pixels(function: np.ufunc, pixels: np.ndarray) -> np.ndarray:
    """Reduces pixels (n, c) to (c,), many side by side at a time, as numpy is slow along short rows."""
    bands = pixels.shape[1]
    whole = len(pixels) // SIDE_BY_SIDE * SIDE_BY_SIDE
    parts = [pixels[whole:]]
    if whole:
        parts.append(function.reduce(pixels[:whole].reshape(-1, SIDE_BY_SIDE * bands)).reshape(-1, bands))
    return function.reduce(np.concatenate(parts))


def _count_band(values: np.ndarray, bins: _Bins) -> tuple[np.ndarray, np.ndarray, tuple[_Moments, ...]]:
    first, numbers = bins.number(values)
    counts = np.bincount(numbers)
    present = np.flatnonzero(counts)
    moments = () if isinstance(bins, _ValueBins) else (_Moments.of(values),)
    return present + first, counts[present], moments


@contextmanager
def _counters(
    job: CountJob, image: int, reader: RasterReader, windows: int
) -> Iterator[Sequence[Callable[[Window], list[BandPart]]]]:
    """Functions that count windows, each for a thread of its own: GDAL's datasets must not be shared."""
    adaptation = job.images.adaptation(image)
    number, bins = min(limits.processors(), MAXIMUM_READERS, windows), _bins_for(adaptation.of(reader).file_dtype)

    def counter(own: RasterReader) -> Callable[[Window], list[BandPart]]:
        return lambda window: _count(own, bins, job.every_row, window)

    with ExitStack() as stack:
        others = [stack.enter_context(RasterReader(reader.paths)) for _ in range(number - 1)]
        adapted = [adaptation.of(own) for own in (reader, *others)]
        for own in adapted:
            own.leave_out(job.left_out)
        yield [counter(own) for own in adapted]


class _Total:
    """Adds up the windows of an image, in their order, so that the result does not depend on the threads."""

    def __init__(self, reader: RasterReader):
        self.bins, self._dtype = _bins_for(reader.file_dtype), reader.file_dtype
        self._image, self._names = reader.name, reader.band_names
        self._counts = [np.zeros(self.bins.length, np.int64) for _ in self._names]
        self._moments: list[Optional[_Moments]] = [None] * len(self._names)
        self._extremes = [(math.inf, -math.inf)] * len(self._names)

    def require_same_bands(self, reader: RasterReader) -> None:
        """Raises InputError if the bands of another image differ from those of the first one."""
        if (reader.band_count, reader.file_dtype) != (len(self._names), self._dtype):
            raise InputError(
                "“{other}” has {other_count} band(s) of {other_dtype}, but “{image}” has {count} of {dtype}. "
                "Statistics of several images need the same bands of the same type.",
                other=reader.name,
                other_count=reader.band_count,
                other_dtype=reader.file_dtype,
                image=self._image,
                count=len(self._names),
                dtype=self._dtype,
            )

    def add(self, parts: Sequence[BandPart]) -> None:
        """Adds the bands of the next windows."""
        for band, part in enumerate(parts):
            low, high = self._extremes[band]
            self._extremes[band] = min(low, part.minimum), max(high, part.maximum)
            self._counts[band][part.bins] += part.counts
            for moments in part.moments:
                before = self._moments[band]
                self._moments[band] = moments if before is None else before.merged(moments)

    @property
    def is_empty(self) -> bool:
        """Whether there was no valid pixel."""
        return not self._counts[0].any()

    def statistics(self, lower: float, upper: float) -> list[BandStatistics]:
        """Of each band, if there was a valid pixel."""
        return [self._of_band(*band, lower, upper) for band in zip(self._counts, self._moments, self._extremes)]

    def _of_band(
        self,
        all_counts: np.ndarray,
        moments: Optional[_Moments],
        extremes: tuple[float, float],
        lower: float,
        upper: float,
    ) -> BandStatistics:
        present = np.flatnonzero(all_counts)
        counts, edges = all_counts[present], self.bins.edges(present)
        m = moments or _Moments.of_histogram(edges[0], counts)
        minimum, maximum = extremes
        negative = float(counts[edges[0] < 0].sum() / counts.sum())
        # The ends of the first and last bin are known exactly; they also hold what is beyond the range of float32.
        edges[0, 0], edges[1, -1] = m.minimum, m.maximum
        low, high, p999 = (_percentile(edges, counts, p) for p in (lower, upper, 99.9))
        # Rounding must not make a band that is constant look as if it varied.
        deviation = m.deviation if m.minimum < m.maximum else 0.0
        mean = min(max(m.mean, m.minimum), m.maximum)
        return BandStatistics(m.count, minimum, maximum, mean, deviation, low, high, p999, negative)


def _percentile(edges: np.ndarray, counts: np.ndarray, percentage: float) -> float:
    """The value that `percentage` of the pixels do not exceed, by linear interpolation within its bin.

    Args:
        edges: (2, n) float64, smallest and largest value of each bin. counts: (n,) int64, none of them 0.
    """
    cumulative = np.cumsum(counts)
    rank = cumulative[-1] * percentage / 100
    place = np.searchsorted(cumulative, max(1.0, rank))
    return float(np.interp(rank, [cumulative[place] - counts[place], cumulative[place]], edges[:, place]))
