"""Which pixels are valid, and which values a pixel type can hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Optional

import numpy as np

DIGITS_IN_VRT = 1e-15


def valid_pixels(pixels: np.ndarray, nodata: Sequence[Optional[float]]) -> np.ndarray:
    """Where no band is its nodata value, NaN or infinite: bool (...,) for pixels (..., c)."""
    valid = np.ones(pixels.shape[:-1], bool)
    for band, value in enumerate(nodata):  # ten times as fast as all bands at once, then `all`
        if pixels.dtype.kind == "f" or value is not None:
            valid &= valid_values(pixels[..., band : band + 1], (value,))[..., 0]
    return valid


def valid_values(pixels: np.ndarray, nodata: Sequence[Optional[float]]) -> np.ndarray:
    """Where a value is neither its band's nodata nor NaN nor infinite: bool (..., c) for pixels (..., c)."""
    valid = np.isfinite(pixels) if pixels.dtype.kind == "f" else np.ones(pixels.shape, bool)
    for band, value in enumerate(nodata):
        if value is not None and can_hold(value, pixels.dtype):
            valid[..., band] &= pixels[..., band] != np.asarray(value).astype(pixels.dtype)
    return valid


def can_hold(value: float, dtype: np.dtype) -> bool:
    """Whether pixels of this type can have the value at all."""
    if dtype.kind == "f" or not np.isfinite(value):
        return bool(np.isfinite(value))
    limits = np.iinfo(dtype)
    return limits.min <= value <= limits.max and value == int(value)


def nodata_for(value: Optional[float], dtype: np.dtype) -> Optional[float]:
    """A recorded nodata value as pixels of this type have it: the nearest float32, as GDAL compares; None if none can.

    So it stays equal to the pixels when these are read as float64, beside bands of that type. GDAL writes float64 with
    16 digits into VRTs, so what is that close to a float32, such as the lowest one, is meant to be it.
    """
    if value is None or not (can_hold(value, dtype) or (dtype.kind == "f" and not np.isfinite(value))):
        return None
    with np.errstate(over="ignore"):
        nearest, short = float(np.asarray(value).astype(dtype)), float(np.float32(value))
    if dtype == np.float64 and math.isclose(short, nearest, rel_tol=DIGITS_IN_VRT):
        return short
    return None if np.isfinite(value) and not np.isfinite(nearest) else nearest


def same_nodata(first: float, second: float, dtype: np.dtype) -> bool:
    """Whether two nodata values are one for pixels of this type: 0.1 and the float32 nearest to it, 0 and -0, NaN."""
    found = nodata_for(first, dtype), nodata_for(second, dtype)
    return found[0] == found[1] or bool(np.isnan([first, second]).all())


def can_be(value: float, dtype: np.dtype) -> bool:
    """Whether pixels of this type can have the value, NaN included."""
    return can_hold(value, dtype) or (dtype.kind == "f" and np.isnan(value))
