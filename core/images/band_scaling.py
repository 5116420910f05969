"""Gain and bias of a band by its statistics, and what is told of bands that a method does not suit."""

from __future__ import annotations

import numpy as np

from ..base.errors import InputError
from ..base.progress import Progress
from .band_statistics import BandStatistics

# With METHOD=max, one cloud sets the maximum and makes everything else tiny.
OUTLIER_RATIO = 2.0
MOST_NEGATIVE = 0.5


def gain_and_bias(
    name: str,
    s: BandStatistics,
    method: str,
    percentages: tuple[float, float],
    is_alpha: bool,
    progress: Progress,
) -> tuple[float, float]:
    """Gain and bias of a band; both are 0 for one that is constant, unless it can be divided by its maximum.

    Args:
        method: one of METHODS but scale. percentages: of the percentiles. is_alpha: whether the band is transparency.
    Raises:
        InputError: there are none that could be computed with.
    """
    if s.minimum == s.maximum:
        _warn_of_constant(name, s.maximum, 1 if method == "max" and s.maximum > 0 else 0, is_alpha, progress)
        if method != "max" or s.maximum <= 0:
            return 0.0, 0.0
    offset, width = {
        "max": (0.0, s.maximum),
        "minmax": (s.minimum, s.maximum - s.minimum),
        "percentile": (s.low, s.high - s.low),
        "standard": (s.mean, s.deviation),
    }[method]
    _require_width(name, s, method, percentages)
    if method == "max":
        _warn_of_max(name, s, progress)
    with np.errstate(all="ignore"):
        gain, bias = (float(value) for value in np.array([1.0, 0.0 - offset]) / width)
    if gain == 0 or not np.isfinite([gain, bias]).all():
        raise InputError(
            "The band “{band}” cannot be normalized with {p:method}={method}: its values {minimum:g} … "
            "{maximum:g} are too large or too close together to compute with. If one of them stands for nodata, "
            "record that in the image.",
            band=name,
            method=method,
            minimum=s.minimum,
            maximum=s.maximum,
        )
    return gain, bias


def _require_width(name: str, s: BandStatistics, method: str, percentages: tuple[float, float]) -> None:
    """Raises InputError where a method would divide a band that is not constant by 0 or by a negative number."""
    if method == "max" and s.maximum <= 0:
        raise InputError(
            "The band “{band}” cannot be normalized with {p:method}={method}, which divides by the largest value and "
            "is for positive values: its largest value is {maximum:g} (its smallest one {minimum:g}). Choose "
            "{p:method=percentile} or standard.",
            band=name,
            method=method,
            maximum=s.maximum,
            minimum=s.minimum,
        )
    if method == "percentile" and s.low == s.high:
        raise InputError(
            "The band “{band}” cannot be normalized with {p:method}={method}: its percentiles {lower:g} and {upper:g} "
            "are both {value:g}, as most pixels have this value (all of them {minimum:g} … {maximum:g}). Choose "
            "{p:method=standard} or minmax, percentages that are further apart ({p:lower}, {p:upper}), or leave the "
            "band out.",
            band=name,
            method=method,
            lower=percentages[0],
            upper=percentages[1],
            value=s.low,
            minimum=s.minimum,
            maximum=s.maximum,
        )


def _warn_of_max(name: str, s: BandStatistics, progress: Progress) -> None:
    if s.negative > MOST_NEGATIVE:
        progress.warning(
            "“{band}”: {share:.0f} % of the values are negative ({minimum:g} … {maximum:g}; decibel?), but "
            "{p:method=max} divides by the largest value and is for positive ones. Choose {p:method=percentile} or "
            "standard.",
            band=name,
            share=100 * s.negative,
            minimum=s.minimum,
            maximum=s.maximum,
        )
    elif s.maximum > OUTLIER_RATIO * s.p999 > 0:
        progress.warning(
            "“{band}”: the maximum {maximum:g} is far above the 99.9th percentile {percentile:g} (clouds?), so "
            "most pixels become very small. {p:method=percentile} or standard is safer.",
            band=name,
            maximum=s.maximum,
            percentile=s.p999,
        )


def _warn_of_constant(name: str, value: float, result: int, is_alpha: bool, progress: Progress) -> None:
    if is_alpha:
        progress.warning(
            "“{band}” is the transparency of the image (alpha): its transparent pixels are nodata, and all others have "
            "the value {value:g}, which tells a model nothing; it becomes {result} everywhere.",
            band=name,
            value=value,
            result=result,
        )
    else:
        progress.warning(
            "“{band}” is {value:g} in all valid pixels, which tells a model nothing; it becomes {result} everywhere.",
            band=name,
            value=value,
            result=result,
        )
