"""The ranges of values that a model learned from, and whether those of an image can be of the same kind.

A model meets darker and brighter scenes than it learned from, other seasons and clouds. What tells other units from
them – reflectance from digital numbers, 8 from 16 bits, decibels from intensities – is that nearly all bands differ at
once, and by more than nature does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np

from ..base.messages import Message
from ..base.plain_json import a_list, finite_number

Range = tuple[float, float]
Ranges = tuple[Optional[Range], ...]
"""Where the values of each band begin and end; None where that is not known."""

PERCENTILES = 1.0, 99.0  # the outermost values are often faults
FEWEST_PIXELS = 20  # of which a range says something

MARGIN = 0.25  # of a range, by which values may lie beyond it
MOST = 0.5  # of the pixels, which have to lie beyond a range
FEW_BANDS = 0.1  # of all: one of two hundred bands may well differ
SHARE_OF_BANDS = 2 / 3  # that differ as units do

# A scene of water alone is up to 30 times darker in the infrared, a cloud up to 30 times brighter in the visible bands
# of a forest; but not in two thirds of the bands by that much.
DARKER, BRIGHTER = 8.0, 30.0
DARKEST = 200.0  # times: even values within what was learned, which begins at 0, are of another kind
LARGEST_BYTE = 255.0

# A single band that is not unsigned may be heights, which are so many times higher in mountains.
HEIGHTS = 70.0

KELVIN = 273.15  # of 0 °C
CELSIUS_ON_EARTH, KELVIN_ON_EARTH = (-100.0, 100.0), (170.0, 375.0)
WARMER = 20.0  # degrees, between seasons and places

SHIFT, SHIFT_TOLERANCE = 1000.0, 300.0  # of the numbers of Sentinel-2 since the processing baseline 04.00


def ranges_of(pixels: np.ndarray) -> Ranges:
    """The range of each band of pixels (n, c), without values that are NaN or infinite."""
    if len(pixels) < FEWEST_PIXELS:
        return (None,) * pixels.shape[-1]
    if not np.isfinite(pixels).all():
        return tuple(_range_of(pixels[:, band]) for band in range(pixels.shape[-1]))
    ends = np.percentile(np.array(pixels.T, order="C"), PERCENTILES, axis=1, overwrite_input=True)
    return tuple((float(low), float(high)) for low, high in ends.T)


def _range_of(values: np.ndarray) -> Optional[Range]:
    numbers = values[np.isfinite(values)]
    if len(numbers) < FEWEST_PIXELS:
        return None
    low, high = np.percentile(numbers, PERCENTILES)
    return float(low), float(high)


def outside(pixels: np.ndarray, learned: Ranges, margin: float = 0.0) -> list[int]:
    """The bands of pixels (n, c) of which most values lie beyond what was learned, by a share `margin` of its range."""
    found = []
    for band, known in enumerate(learned):
        if known is not None:
            room = margin * (known[1] - known[0])
            values = pixels[:, band]
            if ((values < known[0] - room) | (values > known[1] + room)).mean() > MOST:
                found.append(band)
    return found


def lie_beyond(pixels: np.ndarray, learned: Ranges) -> list[int]:
    """The bands of pixels (n, c) of which most values lie clearly beyond what was learned; none if they are few."""
    found = outside(pixels, learned, MARGIN)
    return found if len(found) >= FEW_BANDS * len(learned) else []


def are_alien(pixels: np.ndarray, found: Ranges, learned: Ranges, bands: Sequence[int]) -> bool:
    """Whether bands that differ from what was learned as units do cannot be just an unusually dark scene."""
    beyond = set(outside(pixels, learned)) | {
        band
        for band, (known, values) in enumerate(zip(learned, found))
        if known is not None and values is not None and _size(known) >= DARKEST * _size(values) > 0
    }
    return len(beyond & set(bands)) > len(bands) / 2


def of_other_units(pixels: np.ndarray, found: Ranges, learned: Ranges, dtype: Optional[np.dtype] = None) -> list[int]:
    """The bands of pixels (n, c) that differ from what was learned as units do; none unless they are nearly all.

    Args:
        found: the ranges of the pixels. dtype: that they have in their image, if known.
    """
    known = [band for band, values in enumerate(learned) if values is not None and any(values)]
    ranges = {band: values for band, values in enumerate(found) if values is not None}
    if not known or any(band not in ranges for band in known):
        return []
    pairs = {band: (learned[band] or (0.0, 0.0), ranges[band]) for band in known}
    could_be_heights = len(known) == 1 and dtype is not None and dtype.kind != "u"
    beyond_bytes = all(theirs[1] <= LARGEST_BYTE for theirs, _ in pairs.values()) and all(
        np.median(pixels[:, band]) > LARGEST_BYTE for band in known
    )
    least = (HEIGHTS, HEIGHTS) if could_be_heights else (DARKER, DARKER if beyond_bytes else BRIGHTER)
    different = [band for band in known if _as_units(*pairs[band], *least)]
    return different if len(different) >= SHARE_OF_BANDS * len(known) else []


def _as_units(learned: Range, found: Range, darker: float, brighter: float) -> bool:
    """Whether two ranges of a band differ as units do.

    Args:
        darker, brighter: how many times at least, unless their signs or degrees tell.
    """
    if found[0] == found[1]:  # a border, or an image of nothing
        return False
    if learned[0] >= 0 > found[1] or found[0] >= 0 > learned[1]:  # decibels against intensities
        return True
    if _are_degrees(learned, found) or _are_degrees(found, learned):
        return True
    sizes = _size(learned), _size(found)
    return sizes[0] >= darker * sizes[1] or sizes[1] >= brighter * sizes[0]


def _are_degrees(celsius: Range, kelvin: Range) -> bool:
    """Whether one range is of temperatures on the Earth in degrees Celsius, and the other of similar ones in kelvin."""
    return (
        all(CELSIUS_ON_EARTH[0] <= value <= CELSIUS_ON_EARTH[1] for value in celsius)
        and all(KELVIN_ON_EARTH[0] <= value <= KELVIN_ON_EARTH[1] for value in kelvin)
        and kelvin[0] - KELVIN <= celsius[1] + WARMER
        and celsius[0] - WARMER <= kelvin[1] - KELVIN
    )


def _size(values: Range) -> float:
    return max(map(abs, values))


def shift_of(found: Ranges, learned: Ranges) -> int:
    """1000 or -1000 if all bands of whole numbers begin about that much higher or lower than what was learned; else 0.

    So do numbers of Sentinel-2 from before and after the processing baseline 04.00, wherever the scene has dark parts.
    """
    pairs = [(known, values) for known, values in zip(learned, found) if known and values]
    moved = [values[0] - known[0] for known, values in pairs]
    for sign in (1, -1):
        if len(pairs) > 1 and all(abs(m - sign * SHIFT) <= SHIFT_TOLERANCE for m in moved):
            return int(sign * SHIFT)
    return 0


def ranges_to_json(ranges: Ranges) -> list[Optional[list[float]]]:
    """Plain values; the inverse of `ranges_from_json`."""
    return [None if values is None else list(values) for values in ranges]


def ranges_from_json(values: Any, bands: int) -> Optional[Ranges]:
    """The range of each band, None where there are none. Raises ValueError where they are malformed."""
    if values is None:
        return None
    found: list[Optional[Range]] = []
    for pair in a_list(values, bands, bands, Message("the ranges of values")):
        if pair is None:
            found.append(None)
            continue
        ends: Sequence[Any] = a_list(pair, 2, 2, Message("a range of values"))
        low, high = (finite_number(number, Message("a range of values")) for number in ends)
        if low > high:
            raise ValueError(Message("a range of values ends before it begins"))
        found.append((low, high))
    return tuple(found)
