"""Scores of continuous values against a reference, band by band.

A first pass finds the range of each band (`BandRange`), a second one all sums (`BandSums`, `Angles`); neither keeps
pixels. A ratio whose denominator is zero is NaN, the signal-to-noise ratio of a perfect map is infinite.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np

from ..base.messages import Message

VALUE_BINS, ERROR_BINS = 512, 4096  # powers of two, so that plots can merge adjacent bins
MAP, REFERENCE = 0, 1
LEAST_SPAN = 1e-12  # of the limits of a histogram, relative to them: adding 1 to large numbers changes nothing


@dataclass(frozen=True)
class ErrorFigures:
    """Error figures from sums of errors (value minus reference): numbers, or arrays with one number per band.

    Attributes:
        count: judged values. error, absolute, squared: sums of the error, of its absolute value and of its square.
        spread: sum of the squares of the reference around its mean.
    """

    count: Any
    error: Any
    absolute: Any
    squared: Any
    spread: Any

    @property
    def rmse(self) -> Any:
        """Root of the mean squared error; NaN without values, like the other figures."""
        return np.sqrt(_quotient(self.squared, self.count))

    @property
    def mae(self) -> Any:
        """Mean absolute error."""
        return _quotient(self.absolute, self.count)

    @property
    def bias(self) -> Any:
        """Mean error."""
        return _quotient(self.error, self.count)

    @property
    def r2(self) -> Any:
        """Coefficient of determination: 1 - sum of squared errors / sum of squares of the reference around its mean.

        Wright 1921; like r2_score of scikit-learn. NaN for a constant reference.
        """
        return np.where(self.spread > 0, 1 - _quotient(self.squared, self.spread), np.nan)


def spread_of(count: Any, total: Any, squares: Any) -> Any:
    """Sum of squared deviations of values from their mean, from their sum and the sum of their squares."""
    return squares - _quotient(total**2, count)


@dataclass
class BandRange:
    """The range of a band, which the first pass finds.

    Attributes:
        count: judged pixels. total, low, high: sum, smallest and largest value of map and reference, (2,) float64.
        largest_error: the largest |map - reference|.
    """

    count: int = 0
    total: np.ndarray = field(default_factory=lambda: np.zeros(2))
    low: np.ndarray = field(default_factory=lambda: np.full(2, np.inf))
    high: np.ndarray = field(default_factory=lambda: np.full(2, -np.inf))
    largest_error: float = 0.0

    def add(self, mapped: np.ndarray, reference: np.ndarray) -> None:
        """Adds judged pixels, (n,) float64 each."""
        if not len(mapped):
            return
        pair = mapped, reference
        self.count += len(mapped)
        self.total += [values.sum() for values in pair]
        self.low = np.minimum(self.low, [values.min() for values in pair])
        self.high = np.maximum(self.high, [values.max() for values in pair])
        self.largest_error = max(self.largest_error, float(np.abs(mapped - reference).max()))

    @property
    def origin(self) -> np.ndarray:
        """The means of map and reference, (2,): sums of squares around these lose no precision."""
        return self.total / max(self.count, 1)

    @property
    def data_range(self) -> float:
        """Largest minus smallest value of the reference; NaN without pixels."""
        return float(self.high[REFERENCE] - self.low[REFERENCE]) if self.count else math.nan

    @property
    def ends(self) -> tuple[float, float]:
        """The limits of the histograms of values: the smallest and the largest value of both."""
        if not self.count:
            return 0.0, 1.0
        low, high = float(self.low.min()), float(self.high.max())
        return low, high if high > low else max(low + 1.0, low + abs(low) * LEAST_SPAN)

    @property
    def largest_shown_error(self) -> float:
        """The limit of the histogram of errors, which extends from its negative to itself."""
        return self.largest_error or 1.0


class BandSums:
    """Sums over the judged pixels of a band, around the means that the first pass found.

    Attributes:
        density: pixels by value, (VALUE_BINS, VALUE_BINS) int64: rows are bins of the map, columns those of the
            reference, both from `found.ends[0]` to `found.ends[1]`.
        errors: pixels by map - reference, (ERROR_BINS,) int64, within ± `found.largest_shown_error`.
    """

    def __init__(self, found: BandRange):
        self.found = found
        self.density = np.zeros((VALUE_BINS, VALUE_BINS), np.int64)
        self.errors = np.zeros(ERROR_BINS, np.int64)
        self._error = self._absolute = self._squared = 0.0
        self._sums, self._squares, self._product = np.zeros(2), np.zeros(2), 0.0

    def add(self, mapped: np.ndarray, reference: np.ndarray) -> None:
        """Adds judged pixels, (n,) float64 each, inside the range of the first pass."""
        if not len(mapped):
            return
        error = mapped - reference
        self._error += float(error.sum())
        self._absolute += float(np.abs(error).sum())
        self._squared += float(error @ error)
        centered = mapped - self.found.origin[MAP], reference - self.found.origin[REFERENCE]
        self._sums += [values.sum() for values in centered]
        self._squares += [values @ values for values in centered]
        self._product += float(centered[MAP] @ centered[REFERENCE])
        bins = [_bins(values, *self.found.ends, VALUE_BINS) for values in (mapped, reference)]
        cells = np.bincount(bins[MAP] * VALUE_BINS + bins[REFERENCE], minlength=self.density.size)
        self.density += cells.reshape(self.density.shape)
        largest = self.found.largest_shown_error
        self.errors += np.bincount(_bins(error, -largest, largest, ERROR_BINS), minlength=ERROR_BINS)

    @property
    def squared_error(self) -> float:
        """Sum of squared errors."""
        return self._squared

    def scores(self, ssim: float) -> Scores:
        """All scores of the band, given its structural similarity."""
        count = self.found.count
        if not count:
            return Scores(0, *[math.nan] * 7)
        varies = self.found.high > self.found.low  # exact, unlike testing a sum of squares for zero
        squares = np.where(varies, np.maximum(spread_of(count, self._sums, self._squares), 0.0), 0.0)
        product = self._product - float(self._sums.prod()) / count
        errors = ErrorFigures(count, self._error, self._absolute, self._squared, float(squares[REFERENCE]))
        return Scores(
            count=count,
            rmse=float(errors.rmse),
            mae=float(errors.mae),
            bias=float(errors.bias),
            r2=float(errors.r2),
            correlation=_ratio(product, math.sqrt(squares[MAP]) * math.sqrt(squares[REFERENCE])),
            psnr=peak_signal_to_noise(self.found.data_range, float(errors.rmse)),
            ssim=ssim,
        )


@dataclass(frozen=True)
class Scores:
    """The scores of a band, or of all bands.

    Attributes:
        count: judged values.
        rmse, mae, bias, r2: see `ErrorFigures`. correlation: Pearson's r (1895).
        psnr: see `peak_signal_to_noise`. ssim: see `similarity.Similarity`.
    """

    count: int
    rmse: float
    mae: float
    bias: float
    r2: float
    correlation: float
    psnr: float
    ssim: float


def peak_signal_to_noise(data_range: float, rmse: float) -> float:
    """Peak signal-to-noise ratio in decibels, 20 log10(range / RMSE).

    After ITU-T J.340 (2010), with the range of the reference's values in place of the largest value of the image's bit
    depth. Infinite without an error, NaN for a constant reference.
    """
    if not data_range > 0:
        return math.nan
    if not rmse:
        return math.inf
    ratio = data_range / rmse
    return 20 * (math.log10(ratio) if 0 < ratio < math.inf else math.log10(data_range) - math.log10(rmse))


class Angles:
    """The spectral angle between map and reference, from pixels with all bands.

    The angle between the two vectors of a pixel's values (Kruse et al. 1993, The spectral image processing system,
    Remote Sensing of Environment 44, 145-163), in Kahan's form (2 atan2(|u - v|, |u + v|) of unit vectors), which keeps
    full precision where the arc cosine of a number close to 1 loses most of it.

    Attributes:
        count: pixels for which neither vector is zero.
    """

    def __init__(self) -> None:
        self.count = 0
        self._total = 0.0

    def add(self, mapped: np.ndarray, reference: np.ndarray) -> None:
        """Adds pixels, (n, bands) float64 each."""
        lengths = [np.sqrt((values**2).sum(axis=1)) for values in (mapped, reference)]
        known = (lengths[MAP] > 0) & (lengths[REFERENCE] > 0)
        u, v = (values[known] / length[known, np.newaxis] for values, length in zip((mapped, reference), lengths))
        apart, along = (np.sqrt((some**2).sum(axis=1)) for some in (u - v, u + v))
        self.count += int(known.sum())
        self._total += float((2 * np.arctan2(apart, along)).sum())

    @property
    def mean_degrees(self) -> float:
        """The mean angle; NaN without pixels."""
        return math.degrees(_ratio(self._total, self.count))


@dataclass(frozen=True)
class BandAccuracy:
    """A judged band: its name, its scores, and the histograms that its plots show."""

    name: str
    scores: Scores
    sums: BandSums


@dataclass(frozen=True)
class ValueAccuracy:
    """How far a map of values is from its reference.

    Attributes:
        bands: in the order of the rasters.
        sam: mean spectral angle in degrees; NaN for a single band. sam_count: number of pixels it averages.
    """

    bands: tuple[BandAccuracy, ...]
    sam: float
    sam_count: int

    @property
    def overall(self) -> Scores:
        """RMSE, MAE and bias over the values of all bands; the other scores are means over the bands that have them.

        A band without errors, whose PSNR is infinite, is left out of that mean unless there are no others.
        """
        scores = [band.scores for band in self.bands]
        ratios = [s.psnr for s in scores]
        count = sum(s.count for s in scores)
        error, absolute = (sum(getattr(s, name) * s.count for s in scores if s.count) for name in ("bias", "mae"))
        errors = ErrorFigures(count, error, absolute, sum(band.sums.squared_error for band in self.bands), math.nan)
        return Scores(
            count=count,
            rmse=float(errors.rmse),
            mae=float(errors.mae),
            bias=float(errors.bias),
            r2=_mean_of_known(s.r2 for s in scores),
            correlation=_mean_of_known(s.correlation for s in scores),
            psnr=_mean_of_known([p for p in ratios if math.isfinite(p)] or ratios),
            ssim=_mean_of_known(s.ssim for s in scores),
        )

    def summary(self) -> Message:
        """One line for the log, without undefined scores."""
        scores = self.overall
        known = {"PSNR": (scores.psnr, ".2f", " dB"), "SSIM": (scores.ssim, ".4f", ""), "SAM": (self.sam, ".3f", "°")}
        more = [f"{name} {value:{form}}{unit}" for name, (value, form, unit) in known.items() if not math.isnan(value)]
        errors = Message(
            "RMSE {rmse:.6g}, MAE {mae:.6g}, bias {bias:.6g}", rmse=scores.rmse, mae=scores.mae, bias=scores.bias
        )
        return Message("{scores}; {count} values", scores=[errors, *more], count=scores.count)


@dataclass(frozen=True)
class Deviations:
    """Deviations of values from their reference, as sums over them.

    Attributes:
        sums: (b, 6) float64, for each band: count; sums of the error, of its absolute value, of its square (see
            `ErrorFigures`); sums of the reference and of its square, relative to any origin near it.
        bands: their names.
    """

    sums: np.ndarray
    bands: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of judged values in all bands."""
        return int(self.sums[:, 0].sum())

    @property
    def errors(self) -> ErrorFigures:
        """The error figures of each band, (b,) float64."""
        n, error, absolute, squared, reference, reference_squared = self.sums.T
        return ErrorFigures(n, error, absolute, squared, spread_of(n, reference, reference_squared))

    def overall(self, name: str) -> float:
        """An error figure over all values of all bands; for R², the mean over the bands that have one."""
        if name != "r2":
            return float(getattr(Deviations(self.sums.sum(axis=0, keepdims=True), ()).errors, name)[0])
        r2 = self.errors.r2
        known = r2[np.isfinite(r2)]
        return float(known.mean()) if len(known) else float("nan")

    def results(self) -> dict[str, Any]:
        """The numbers that algorithms return."""
        return {name.upper(): self.overall(name) for name in ("rmse", "mae", "bias")}

    def summary(self) -> Message:
        """One line for the log."""
        figures = {name: self.overall(name) for name in ("rmse", "mae", "bias", "r2")}
        labels = {"rmse": "RMSE", "mae": "MAE", "bias": "bias", "r2": "R²"}
        shown = ", ".join(f"{labels[name]} {figure:.4g}" for name, figure in figures.items())
        return Message("{scores} ({count:,} values)", scores=shown, count=self.count)

    def recorded(self) -> dict[str, Any]:
        """The record in a model file."""
        columns = {name: [_number(v) for v in getattr(self.errors, name)] for name in ("rmse", "mae", "bias", "r2")}
        return {"bands": list(self.bands), **columns}


def _number(value: float) -> Optional[float]:
    return float(value) if np.isfinite(value) else None


def _bins(values: np.ndarray, low: float, high: float, count: int) -> np.ndarray:
    """The bin 0 ... count - 1 of each value, (n,) int64."""
    per_unit = count / (high - low) if high - low > sys.float_info.min * count else math.inf
    places = (values - low) * per_unit if math.isfinite(per_unit) else (values - low) / (high - low) * count
    return places.astype(np.int64).clip(0, count - 1)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _mean_of_known(values: Iterable[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return _ratio(sum(known), len(known))


def _quotient(part: Any, whole: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.divide(part, whole)
