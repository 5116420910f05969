"""Normalizing bands: y = x * gain + bias for each band, remembered wherever the pixels go."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from .blocks import Window
from .errors import InputError
from .files import replacing
from .progress import Progress
from .raster import RasterReader, RasterWriter, valid_values, write_scaled_vrt

TAG = "NORMALIZATION"

HISTOGRAM_BINS = 65536  # float bands: percentiles are exact to (max - min) / 65536
BLOCK_ROWS = 256

# With METHOD=max, one cloud makes the maximum and everything else tiny.
OUTLIER_RATIO = 2.0


@dataclass(frozen=True)
class Normalization:
    """A linear transform of each band, and how it came about.

    Attributes:
        method: one of METHODS.
        bands: name of each band.
        gain, bias: one number for each band: y = x * gain + bias, computed in float64, stored as float32.
    """

    method: str
    bands: tuple[str, ...]
    gain: tuple[float, ...]
    bias: tuple[float, ...]

    @property
    def fingerprint(self) -> str:
        """Equal for equal transforms, whatever the bands are called."""
        return hashlib.sha256(json.dumps([self.gain, self.bias]).encode()).hexdigest()[:16]

    def apply(self, pixels: np.ndarray) -> np.ndarray:
        """Transforms pixels (..., c) of any type into float32."""
        return (pixels * np.array(self.gain) + np.array(self.bias)).astype(np.float32)

    def of_bands(self, bands: Sequence[int]) -> Normalization:
        """The same transform for some of the bands."""
        gain, bias = (tuple(values[i] for i in bands) for values in (self.gain, self.bias))
        return Normalization(self.method, tuple(self.bands[i] for i in bands), gain, bias)

    def describe(self) -> str:
        """For messages."""
        return f"{self.method}, {self.fingerprint}"

    @classmethod
    def recorded_in(cls, reader: RasterReader) -> Optional[Normalization]:
        """The transform that an image says it went through, or None."""
        recorded = reader.tag(TAG)
        return None if recorded is None else cls.from_json(recorded)

    def to_json(self) -> dict[str, Any]:
        """Plain values; the inverse of `from_json`."""
        return {
            "method": self.method,
            "bands": list(self.bands),
            "gain": list(self.gain),
            "bias": list(self.bias),
            "fingerprint": self.fingerprint,
        }

    @classmethod
    def from_json(cls, values: Any) -> Normalization:
        """Raises InputError where the description is malformed."""
        try:
            gain, bias = (tuple(float(v) for v in values[key]) for key in ("gain", "bias"))
            bands = tuple(str(name) for name in values["bands"])
            if not len(gain) == len(bias) == len(bands) or not np.isfinite([gain, bias]).all():
                raise ValueError("lengths differ, or not finite")
            return cls(str(values["method"]), bands, gain, bias)
        except (TypeError, KeyError, ValueError) as error:
            raise InputError(
                "The recorded normalization is malformed: expected bands and finite gain and bias of the same length."
            ) from error


def same_transform(first: Optional[Normalization], second: Optional[Normalization]) -> bool:
    """Whether two sets of pixels went through the same transform; None stands for raw pixels."""
    return (first and first.fingerprint) == (second and second.fingerprint)


@dataclass(frozen=True)
class BandStatistics:
    """Figures of one band without nodata and NaN."""

    count: int
    minimum: float
    maximum: float
    mean: float
    deviation: float
    low: float
    high: float
    p999: float


def normalize(
    paths: Sequence[str],
    output: str,
    method: str = "max",
    scale: float = 10000.0,
    lower: float = 2.0,
    upper: float = 98.0,
    statistics_from: Optional[str] = None,
    statistics: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> Normalization:
    """Stacks the bands of images of one grid and normalizes each.

    Args:
        paths: images on the same grid, stacked in this order.
        output: .tif (float32, NaN where nodata) or .vrt (scales on the fly, no copy of the pixels).
        method: max (x / max), minmax (0 ... 1), percentile (`lower` -> 0, `upper` -> 1, not clipped),
            standard (mean 0, standard deviation 1) or scale (x / `scale`).
        statistics_from: a normalized image or a statistics file whose transform is used instead.
        statistics: optional JSON file to write the transform to.
    Raises:
        InputError: images on different grids, wrong parameters, a band without any valid pixel.
    """
    progress = progress or Progress()
    if not output.lower().endswith((".tif", ".tiff", ".vrt")):
        raise InputError(f"The normalized image must be a .tif or .vrt file, received “{os.path.basename(output)}”.")
    with RasterReader(paths) as reader:
        _refuse_normalized(reader)
        if statistics_from:
            transform = _read_transform(statistics_from, reader)
        else:
            transform = _fit(reader, method, scale, lower, upper, progress.part(0.0, 0.5))
        with replacing(output, statistics) as (temporary, temporary_statistics):
            if output.lower().endswith(".vrt"):
                _write_vrt(temporary, os.path.dirname(os.path.abspath(output)), reader, transform)
            else:
                _write_tif(temporary, reader, transform, progress.part(0.5, 1.0))
            if temporary_statistics:
                with open(temporary_statistics, "w", encoding="utf-8") as file:
                    json.dump(transform.to_json(), file, indent=2)
    for name, gain, bias in zip(transform.bands, transform.gain, transform.bias):
        progress.info(f"{name}: y = {gain:.6g} x {bias:+.6g}")
    return transform


def band_statistics(
    reader: RasterReader, lower: float, upper: float, progress: Optional[Progress] = None
) -> list[BandStatistics]:
    """Statistics of each band: exact for integers of up to 16 bits; percentiles of other types by histogram.

    Raises:
        InputError: a band has no valid pixel.
    """
    progress = progress or Progress()
    if reader.dtype in (np.uint8, np.uint16, np.int16):
        limits = np.iinfo(reader.dtype.name)
        counts = _count_values(reader, int(limits.min), int(limits.max) - int(limits.min) + 1, progress)
        values = np.arange(limits.min, int(limits.max) + 1, dtype=np.float64)
        return [_from_histogram(name, values, count, lower, upper) for name, count in zip(reader.band_names, counts)]
    return _float_statistics(reader, lower, upper, progress)


def _fit(
    reader: RasterReader, method: str, scale: float, lower: float, upper: float, progress: Progress
) -> Normalization:
    bands = reader.band_names
    if method == "scale":
        if not scale > 0:
            raise InputError(f"SCALE must be a positive number, received {scale}. Sentinel-2 products use 10000.")
        return Normalization(method, bands, (1.0 / scale,) * len(bands), (0.0,) * len(bands))
    if not 0 <= lower < upper <= 100:
        raise InputError(
            f"LOWER and UPPER must be percentages with 0 ≤ LOWER < UPPER ≤ 100, received {lower} and {upper}."
        )
    gains, biases = [], []
    for name, s in zip(bands, band_statistics(reader, lower, upper, progress)):
        offset, width = {
            "max": (0.0, s.maximum),
            "minmax": (s.minimum, s.maximum - s.minimum),
            "percentile": (s.low, s.high - s.low),
            "standard": (s.mean, s.deviation),
        }[method]
        if width == 0:
            raise InputError(
                f"The band “{name}” cannot be normalized with METHOD={method}: all its valid pixels have the same "
                "value."
            )
        if method == "max" and s.maximum > OUTLIER_RATIO * s.p999 > 0:
            progress.warning(
                f"“{name}”: the maximum {s.maximum:g} is far above the 99.9th percentile {s.p999:g} (clouds?), "
                "so most pixels become very small. METHOD=percentile or standard is safer."
            )
        gains.append(1.0 / width)
        biases.append((0.0 - offset) / width)
    return Normalization(method, bands, tuple(gains), tuple(biases))


def _strips(reader: RasterReader) -> list[Window]:
    rows = max(BLOCK_ROWS, reader.block_shape[1])
    return list(reader.grid.window.blocks(reader.grid.width, rows))


def _count_values(reader: RasterReader, first: int, length: int, progress: Progress) -> np.ndarray:
    counts = np.zeros((reader.band_count, length), np.int64)
    strips = _strips(reader)
    for number, strip in enumerate(strips):
        pixels = reader.read(strip)
        valid = reader.valid(pixels)
        for band in range(reader.band_count):
            counts[band] += np.bincount(pixels[..., band][valid].astype(np.int64) - first, minlength=length)
        progress.report((number + 1) / len(strips), "statistics")
    return counts


def _from_histogram(name: str, values: np.ndarray, counts: np.ndarray, lower: float, upper: float) -> BandStatistics:
    count = int(counts.sum())
    if count == 0:
        raise InputError(f"The band “{name}” has no valid pixel: everything is nodata. Check its nodata value.")
    present = np.flatnonzero(counts)
    mean = float((counts * values).sum() / count)
    deviation = float(np.sqrt((counts * (values - mean) ** 2).sum() / count))
    cumulative = np.cumsum(counts)
    low, high, p999 = (
        float(values[np.searchsorted(cumulative, max(1.0, count * p / 100))]) for p in (lower, upper, 99.9)
    )
    return BandStatistics(
        count, float(values[present[0]]), float(values[present[-1]]), mean, deviation, low, high, p999
    )


def _float_statistics(reader: RasterReader, lower: float, upper: float, progress: Progress) -> list[BandStatistics]:
    bands, strips = reader.band_count, _strips(reader)
    minimum, maximum = np.full(bands, np.inf), np.full(bands, -np.inf)
    count = 0
    mean, squares = np.zeros(bands), np.zeros(bands)
    for number, strip in enumerate(strips):
        pixels = reader.read(strip)
        pixels = pixels[reader.valid(pixels)].astype(np.float64)
        if len(pixels):
            minimum, maximum = np.minimum(minimum, pixels.min(axis=0)), np.maximum(maximum, pixels.max(axis=0))
            # Chan, Golub, LeVeque 1979: merging means and sums of squares without cancellation
            part_mean, part_count = pixels.mean(axis=0), len(pixels)
            delta, total = part_mean - mean, count + part_count
            squares += ((pixels - part_mean) ** 2).sum(axis=0) + delta**2 * count * part_count / total
            mean += delta * part_count / total
            count = total
        progress.report(0.5 * (number + 1) / len(strips), "statistics")
    if count == 0:
        raise InputError(f"The image “{reader.name}” has no valid pixel: everything is nodata. Check its nodata value.")
    width = np.where(maximum > minimum, maximum - minimum, 1.0) / HISTOGRAM_BINS
    counts = np.zeros((bands, HISTOGRAM_BINS), np.int64)
    for number, strip in enumerate(strips):
        pixels = reader.read(strip)
        pixels = pixels[reader.valid(pixels)]
        bins = ((pixels - minimum) / width).astype(np.int64).clip(0, HISTOGRAM_BINS - 1)
        for band in range(bands):
            counts[band] += np.bincount(bins[:, band], minlength=HISTOGRAM_BINS)
        progress.report(0.5 + 0.5 * (number + 1) / len(strips), "percentiles")
    result = []
    for band, name in enumerate(reader.band_names):
        centers = minimum[band] + (np.arange(HISTOGRAM_BINS) + 0.5) * width[band]
        binned = _from_histogram(name, centers, counts[band], lower, upper)
        deviation = float(np.sqrt(squares[band] / count))
        low, high, p999 = binned.low, binned.high, binned.p999
        figures = float(minimum[band]), float(maximum[band]), float(mean[band]), deviation
        result.append(BandStatistics(count, *figures, low, high, p999))
    return result


def _read_transform(path: str, reader: RasterReader) -> Normalization:
    if path.lower().endswith(".json"):
        try:
            with open(path, encoding="utf-8") as file:
                transform: Optional[Normalization] = Normalization.from_json(json.load(file))
        except (OSError, ValueError) as error:
            raise InputError(
                f"The statistics file “{path}” cannot be read: {error}. Expected a file that “Normalize” wrote."
            ) from error
    else:
        with RasterReader(path) as other:
            transform = Normalization.recorded_in(other)
    if transform is None:
        raise InputError(f"“{path}” carries no statistics. Expected an image or a json file that “Normalize” wrote.")
    if len(transform.bands) != reader.band_count:
        raise InputError(
            f"“{path}” has statistics of {len(transform.bands)} bands, but {reader.band_count} were given to "
            "normalize. Give the same bands in the same order."
        )
    return transform


def _refuse_normalized(reader: RasterReader) -> None:
    for path in reader.paths:
        with RasterReader(path) as single:
            if Normalization.recorded_in(single) is not None:
                raise InputError(f"“{single.name}” is normalized already. Give the raw image.")


def _write_tif(path: str, reader: RasterReader, transform: Normalization, progress: Progress) -> None:
    with RasterWriter(
        path,
        reader.grid,
        reader.band_count,
        np.dtype(np.float32),
        nodata=float("nan"),
        band_names=reader.band_names,
        tags={TAG: transform.to_json()},
    ) as writer:
        strips = _strips(reader)
        for number, strip in enumerate(strips):
            pixels = reader.read(strip)
            normalized = transform.apply(pixels)
            normalized[~valid_values(pixels, reader.nodata)] = np.nan
            writer.write(strip.x, strip.y, normalized)
            progress.report((number + 1) / len(strips), "writing")


def _write_vrt(path: str, final_folder: str, reader: RasterReader, transform: Normalization) -> None:
    tags = {TAG: transform.to_json()}
    write_scaled_vrt(path, reader, transform.gain, transform.bias, reader.band_names, tags, final_folder)
