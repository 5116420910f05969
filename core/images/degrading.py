"""Degrades an image to what a sensor with larger pixels would have seen (Wald et al. 1997).

A sensor blurs what lies between its pixels; how much is described by its modulation transfer function (MTF) at the
Nyquist frequency, a wave of two pixels. The usual model is a Gaussian with the same value there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..base.outputs import replacing
from ..base.progress import Progress
from ..raster.nodata import valid_values
from ..raster.pixel_types import TILE_PX
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.raster_writer import RasterProfile, RasterWriter
from ..raster.window import Halo, Window

LEAST_FACTOR, LARGEST_FACTOR = 2, 10
LEAST_MTF, LARGEST_MTF = 0.01, 0.6  # above, so few fine pixels count that their own spacing decides
LEAST_VALID_SHARE = 0.5
REACH_IN_SIGMAS = 4.0
VALUES_AT_ONCE = 16_000_000


@dataclass(frozen=True)
class Degrading:
    """How an image is degraded.

    Attributes:
        factor: pixels along each side of a coarse pixel.
        mtf: of the coarse sensor at its Nyquist frequency, for each band.
    """

    factor: int
    mtf: tuple[float, ...]

    @property
    def sigmas(self) -> list[float]:
        """Of the Gaussian of each band, in fine pixels."""
        return [self.factor / math.pi * math.sqrt(-2 * math.log(value)) for value in self.mtf]

    @property
    def reach(self) -> int:
        """Fine pixels that a coarse pixel depends on before its own first one, and after its last one."""
        return math.ceil(REACH_IN_SIGMAS * max(self.sigmas))

    def kernels(self) -> np.ndarray:
        """Weights of the fine pixels from `reach` before a coarse pixel to `reach` after it: (bands, taps) float64.

        They are those of a Gaussian around the coarse pixel's center, which lies between fine pixels if the factor is
        even.
        """
        distance = np.arange(-self.reach, self.factor + self.reach) - (self.factor - 1) / 2
        exponents = -((distance / np.array(self.sigmas)[:, np.newaxis]) ** 2) / 2
        weights = np.exp(exponents - exponents.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)


def degraded(pixels: np.ndarray, valid: np.ndarray, kernel: np.ndarray, factor: int) -> tuple[np.ndarray, np.ndarray]:
    """The coarse pixels of a band.

    Args:
        pixels, valid: (h, w) of any type, and bool. They begin `Degrading.reach` pixels before the first coarse pixel
            and end as many after the last one; what lies outside of the image is not valid.
        kernel: (taps,), of `Degrading.kernels`.
    Returns:
        Weighted means of the valid pixels (h', w') float64, and the weight of these (h', w') float64, at most 1.
    """
    values, weight = weighted(np.where(valid, pixels, 0), kernel, factor), weighted(valid, kernel, factor)
    return values / np.where(weight > 0, weight, 1.0), weight


def weighted(pixels: np.ndarray, kernel: np.ndarray, factor: int) -> np.ndarray:
    """Weighted sums over rows, then columns, always in the same order, so that results do not depend on the block."""
    for _ in range(2):
        count = (len(pixels) - len(kernel)) // factor + 1
        total = np.zeros((count, pixels.shape[1]))
        for tap, weight in enumerate(kernel):
            total += pixels[tap : tap + (count - 1) * factor + 1 : factor] * weight
        pixels = total.T
    return pixels


def degrade(
    image: str, output: str, factor: int = 2, mtf: Sequence[float] = (0.3,), progress: Optional[Progress] = None
) -> None:
    """Writes an image with pixels `factor` times larger from the same corner, as a coarser sensor would have seen it.

    A coarse pixel is nodata where less than half the weight of its pixels is valid. Where rows or columns at the end
    do not fill a coarse pixel, they are left out.

    Args:
        mtf: one value for all bands, or one for each; see `Degrading`.
    Raises:
        InputError: the image is too small, or FACTOR or MTF out of range.
    """
    progress = progress or Progress()
    with RasterReader(image) as reader:
        degrading = Degrading(factor, _of_each_band(mtf, reader))
        _require_sound(degrading, reader)
        left_out = reader.grid.width % factor, reader.grid.height % factor
        if any(left_out):
            progress.info(
                "{columns} column(s) and {rows} row(s) at the end of “{image}” do not fill a pixel of the "
                "result; they are left out.",
                columns=left_out[0],
                rows=left_out[1],
                image=reader.name,
            )
        nodata = _nodata_of(reader)
        window = Window(0, 0, reader.grid.width // factor, reader.grid.height // factor)
        grid = replace(reader.grid.coarser(factor, factor), width=window.width, height=window.height)
        limit_cache([reader])
        with replacing(output) as (temporary,):
            profile = RasterProfile(reader.band_count, reader.dtype, nodata)
            with RasterWriter(temporary, grid, profile, like=reader) as writer:
                blocks = list(window.blocks(_columns_at_once(reader, factor), TILE_PX))
                for number, block in enumerate(blocks):
                    writer.write(block.x, block.y, _block(reader, block, degrading, nodata))
                    progress.report((number + 1) / len(blocks), "degrading")


def transfer_functions(text: str) -> tuple[float, ...]:
    """Numbers separated by commas. Raises InputError for anything else."""
    try:
        return tuple(float(number) for number in text.split(","))
    except ValueError as error:
        raise InputError(
            "{p:mtf} must be numbers separated by commas, such as 0.3 or 0.28,0.25; received “{text}”.", text=text
        ) from error


def _of_each_band(mtf: Sequence[float], reader: RasterReader) -> tuple[float, ...]:
    if len(mtf) not in (1, reader.band_count):
        raise InputError(
            "{p:mtf} has {count} values; expected one for all bands, or one for each of the {band_count} bands "
            "of “{image}”.",
            count=len(mtf),
            band_count=reader.band_count,
            image=reader.name,
        )
    return tuple(mtf) * (reader.band_count if len(mtf) == 1 else 1)


def _require_sound(degrading: Degrading, reader: RasterReader) -> None:
    if not LEAST_FACTOR <= degrading.factor <= LARGEST_FACTOR:
        raise InputError(
            "{p:factor} must be {least} … {largest}, received {factor}.",
            least=LEAST_FACTOR,
            largest=LARGEST_FACTOR,
            factor=degrading.factor,
        )
    wrong = [value for value in degrading.mtf if not LEAST_MTF <= value <= LARGEST_MTF]
    if wrong:
        raise InputError(
            "{p:mtf} must be {least} … {largest}, received {value:g}. Sensors have about 0.1 … 0.4; 0.3 is a "
            "good guess.",
            least=LEAST_MTF,
            largest=LARGEST_MTF,
            value=wrong[0],
        )
    width, height = reader.grid.width, reader.grid.height
    if min(width, height) < degrading.factor:
        raise InputError(
            "“{image}” has {width} × {height} pixels; a pixel of the result needs {factor} × {factor} of them. "
            "Choose a smaller {p:factor}.",
            image=reader.name,
            width=width,
            height=height,
            factor=degrading.factor,
        )


def _nodata_of(reader: RasterReader) -> Optional[float]:
    """The one nodata value of the result: the first that the image has; NaN where it has none but may have NaN."""
    known = [value for value in reader.nodata if value is not None]
    if known:
        return known[0]
    return float("nan") if reader.dtype.kind == "f" else None


def _columns_at_once(reader: RasterReader, factor: int) -> int:
    """Columns of a block of the result: whole tiles, so that memory does not grow with the image."""
    return TILE_PX * max(1, VALUES_AT_ONCE // ((TILE_PX * factor) ** 2 * reader.band_count))


def _block(reader: RasterReader, block: Window, degrading: Degrading, nodata: Optional[float]) -> np.ndarray:
    """A part of the result, (h, w, c), in the type of the image."""
    factor, reach = degrading.factor, degrading.reach
    around = Halo(reach, reach, reach, reach)
    wanted = Window(block.x * factor, block.y * factor, block.width * factor, block.height * factor).grow(around)
    inside = wanted.intersect(reader.grid.window)
    margins = (inside.y - wanted.y, wanted.bottom - inside.bottom), (inside.x - wanted.x, wanted.right - inside.right)
    pixels = reader.read(inside)
    within = np.pad(np.ones(pixels.shape[:2], bool), margins)
    result = np.empty((block.height, block.width, reader.band_count), reader.dtype)
    for band, kernel in enumerate(degrading.kernels()):
        one = pixels[..., band : band + 1]
        valid = valid_values(one, (reader.nodata[band],))[..., 0]
        means, weight = degraded(np.pad(one[..., 0], margins), np.pad(valid, margins), kernel, factor)
        known = weight >= LEAST_VALID_SHARE * weighted(within, kernel, factor)
        result[..., band] = _encoded(means, known, reader.dtype, nodata)
    return result


def _encoded(means: np.ndarray, known: np.ndarray, dtype: np.dtype, nodata: Optional[float]) -> np.ndarray:
    """Means in the type of the image. An integer that happens to be nodata becomes the next one."""
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        means = np.clip(np.rint(means), limits.min, limits.max)
        if nodata is not None:
            means[means == nodata] = nodata + 1 if nodata < limits.max else nodata - 1
    return (means if nodata is None else np.where(known, means, nodata)).astype(dtype)
