"""Which pixels are valid, and which values a pixel type can hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np


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


def can_be(value: float, dtype: np.dtype) -> bool:
    """Whether pixels of this type can have the value, NaN included."""
    return can_hold(value, dtype) or (dtype.kind == "f" and np.isnan(value))
