"""What hides pixels beside their values: mask bands, transparency, and palettes with transparent colors."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional, Union

import numpy as np
from osgeo import gdal

from .data_sources import file_of
from .pixel_types import NUMPY_TYPES, TAG_DOMAIN
from .window import Window

BLOCKS_PER_SIDE, LONGEST_PX = 4, 256
# Of pixels that are not 0: soft edges are below the largest value, and nearly all of a band of data is.
MOST_BETWEEN = 0.1
GAP_BAND = "gap"  # 0 or 1, of “Fill gaps”; GDAL called the fourth band of bytes alpha when older versions wrote it

OPAQUE = 255


@dataclass(frozen=True)
class MaskBand:
    """Hides pixels where a mask band is 0.

    Attributes:
        band: the mask. first, count: the bands that it hides. number: of which band of the file it is the mask.
    """

    band: gdal.Band
    first: int
    count: int
    number: int = 0

    def hides(self, window: Window, pixels: np.ndarray) -> np.ndarray:
        """Where pixels (h, w, c) of a window, as in the file, are hidden: (h, w) bool."""
        shown = self.band.ReadRaster(window.x, window.y, window.width, window.height, buf_type=gdal.GDT_Byte)
        return np.frombuffer(shown, np.uint8).reshape(window.height, window.width) == 0

    def source(self) -> tuple[str, str]:
        """The band of a VRT's source that shows what is not hidden, and how its values become 0 and 255."""
        return f"mask,{self.number + 1}", ""


@dataclass(frozen=True)
class Alpha:
    """Hides pixels where the band `number` of a file is 0, which says how opaque they are; see MaskBand."""

    number: int
    first: int
    count: int

    def hides(self, window: Window, pixels: np.ndarray) -> np.ndarray:
        return pixels[..., self.first + self.number] == 0

    def source(self) -> tuple[str, str]:
        return str(self.number + 1), "<ScaleOffset>0</ScaleOffset><ScaleRatio>1e30</ScaleRatio>"


@dataclass(frozen=True)
class Palette:
    """Hides pixels whose color, in the color table of the band `number`, is transparent; see MaskBand.

    Attributes:
        hidden: (256,) bool, for each value.
    """

    number: int
    hidden: np.ndarray
    first: int
    count: int

    def hides(self, window: Window, pixels: np.ndarray) -> np.ndarray:
        return self.hidden[pixels[..., self.first + self.number].astype(np.intp)]

    def source(self) -> tuple[str, str]:
        shown = np.where(self.hidden, 0, OPAQUE).tolist()
        return str(self.number + 1), f"<LUT>{','.join(f'{value}:{s}' for value, s in enumerate(shown))}</LUT>"


Mask = Union[MaskBand, Alpha, Palette]


def masks_of(dataset: gdal.Dataset, path: str, first: int, with_alpha: bool, with_colors: bool) -> Iterator[Mask]:
    """What hides pixels of a file whose bands are read as `first` and following ones.

    Pixels that are nodata by their values are not meant. See RasterReader for the arguments.
    """
    count, bands = dataset.RasterCount, [dataset.GetRasterBand(i + 1) for i in range(dataset.RasterCount)]
    of_all = next((band for band in bands if _is_mask(band.GetMaskFlags(), gdal.GMF_PER_DATASET)), None)
    if of_all is not None:
        yield MaskBand(of_all.GetMaskBand(), first, count)
    for number, band in enumerate(bands):
        if _is_mask(band.GetMaskFlags(), 0):
            yield MaskBand(band.GetMaskBand(), first + number, 1, number)
    alpha = _alpha_of(dataset) if with_alpha else None
    if alpha is not None and is_transparency(dataset, path, alpha):
        yield Alpha(alpha, first, count)
    hidden = _transparent_colors(bands[0]) if with_colors else None
    if hidden is not None:
        yield Palette(0, hidden, first, count)


def has_joint_nodata(band: gdal.Band) -> bool:
    """Whether only pixels whose bands all have their nodata values are hidden (NODATA_VALUES), as the mask says."""
    joint = gdal.GMF_PER_DATASET | gdal.GMF_NODATA
    return bool(band.GetMaskFlags() & joint == joint)


def varying_alpha(dataset: gdal.Dataset, path: str) -> Optional[int]:
    """The band that a file calls alpha, though its values vary as data do; None if there is none."""
    alpha = _alpha_of(dataset)
    return None if alpha is None or is_transparency(dataset, path, alpha) else alpha


def is_transparency(dataset: gdal.Dataset, path: str, number: int) -> bool:
    """Whether a band that the file calls alpha is 0 or its largest value nearly everywhere, as transparency is."""
    try:
        path = file_of(path)
        state = os.stat(path)
    except (OSError, ValueError):
        return _is_transparency(dataset.GetRasterBand(number + 1))
    return _judged_before(path, number, state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=1024)
def _judged_before(path: str, number: int, *state: int) -> bool:
    dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_READONLY)
    return _is_transparency(dataset.GetRasterBand(number + 1))


def _is_transparency(band: gdal.Band) -> bool:
    try:
        windows = sample_windows(band.XSize, band.YSize, band.GetBlockSize())
        values = np.concatenate([_values(band, window) for window in windows])
    except RuntimeError:  # damaged, which reading it will tell
        return True
    shown = values[values != 0]
    return not len(shown) or bool((shown != shown.max()).mean() <= MOST_BETWEEN)


def sample_windows(width: int, height: int, block_shape: Sequence[int]) -> Iterator[Window]:
    """Parts of a few blocks (columns, rows) spread over an image, always the same, beginning near its center."""
    columns, rows = block_shape
    across, down = -(-width // columns), -(-height // rows)
    numbers = [(x, y) for y in _spread(down) for x in _spread(across)]
    for x, y in sorted(numbers, key=lambda at: abs(2 * at[0] + 1 - across) * down + abs(2 * at[1] + 1 - down) * across):
        left, top = x * columns, y * rows
        right, bottom = min(left + columns, width), min(top + rows, height)
        inner = min(right - left, LONGEST_PX), min(bottom - top, LONGEST_PX)
        yield Window((left + right - inner[0]) // 2, (top + bottom - inner[1]) // 2, *inner)


def _spread(count: int) -> list[int]:
    return sorted({round(at) for at in np.linspace(0, count - 1, BLOCKS_PER_SIDE)})


def _values(band: gdal.Band, window: Window) -> np.ndarray:
    raw = band.ReadRaster(window.x, window.y, window.width, window.height)
    return np.frombuffer(raw, NUMPY_TYPES.get(band.DataType, np.dtype(np.uint8)))


def _is_mask(flags: int, wanted: int) -> bool:
    """Whether flags are those of a mask band: of the file or, where 0 is wanted, of a single band."""
    if flags & (gdal.GMF_ALL_VALID | gdal.GMF_ALPHA):
        return False
    # Both together: only pixels whose bands all have the nodata values are hidden (NODATA_VALUES).
    return flags & gdal.GMF_PER_DATASET != 0 if wanted else flags == 0


def _alpha_of(dataset: gdal.Dataset) -> Optional[int]:
    if dataset.GetMetadata(TAG_DOMAIN) or dataset.RasterCount == 1:  # written by RasterLearn; nothing to be hidden
        return None
    for number in reversed(range(dataset.RasterCount)):
        band = dataset.GetRasterBand(number + 1)
        if band.GetColorInterpretation() == gdal.GCI_AlphaBand and band.DataType in NUMPY_TYPES:
            return None if band.GetDescription() == GAP_BAND else number
    return None


def _transparent_colors(band: gdal.Band) -> Optional[np.ndarray]:
    """The values (256,) bool whose color is transparent and that have no name; None where no color tells."""
    colors = band.GetColorTable() if band.DataType == gdal.GDT_Byte else None
    if colors is None or band.GetColorInterpretation() != gdal.GCI_PaletteIndex:
        return None
    entries, names = [colors.GetColorEntry(i) for i in range(colors.GetCount())], band.GetCategoryNames() or []
    hidden = np.zeros(256, bool)
    for value, entry in enumerate(entries[:256]):
        hidden[value] = entry[3] == 0 and not (value < len(names) and names[value])
    hidden &= np.arange(256) != band.GetNoDataValue()  # whose color GDAL makes transparent by itself
    return hidden if hidden.any() and any(entry[3] for entry in entries) else None
