"""Bands that are nodata everywhere: of hyperspectral sensors around water vapor, and of wholly clouded dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Optional

import numpy as np

from .adapted_reader import AS_IT_IS, Adaptation
from .masks import sample_windows
from .nodata import valid_values
from .raster_reader import RasterReader
from .window import Window

WINDOW_PX, NUMBERS_AT_ONCE = 2048, 1 << 24
MOST_NAMES = 12


def empty_bands(reader: RasterReader, is_thorough: bool = True, given: Optional[float] = None) -> tuple[int, ...]:
    """The bands without a single valid pixel, if others have some; none of an image without any valid pixel.

    Peeks at a single block of an image whose bands all have valid pixels there. The whole image is read only if some
    bands have no valid pixel in a few blocks.

    Args:
        given: the nodata value of all bands; by default each band's own.
        is_thorough: False reads no more of an image than a few blocks if all of them are nodata in all bands.
    """
    nodata = reader.nodata if given is None else (given,) * reader.band_count
    could_be = [band for band, value in enumerate(nodata) if value is not None or reader.dtype.kind == "f"]
    missing = [band for band in could_be if band not in reader.left_out]
    count = reader.band_count - len(reader.left_out)
    for is_sample, window in _windows(reader):
        if not missing or not (is_sample or is_thorough or len(missing) < count):
            break
        pixels = reader.peek(window) if is_sample else reader.read(window)
        missing = [b for b in missing if not valid_values(pixels[..., b : b + 1], (nodata[b],)).any()]
    return tuple(missing) if len(missing) < count else ()


def valid_counts(paths: Sequence[str], adaptation: Adaptation = AS_IT_IS) -> np.ndarray:
    """How many valid pixels each band of an image has, (c,) int64."""
    with RasterReader(paths) as opened:
        reader = adaptation.of(opened)
        counts = np.zeros(reader.band_count, np.int64)
        for window in _whole(reader):
            counts += valid_values(reader.read(window), reader.nodata).sum(axis=(0, 1))
        return counts


def _windows(reader: RasterReader) -> Iterator[tuple[bool, Window]]:
    """A few windows spread over an image, marked as such, and then all of it."""
    samples = sample_windows(reader.grid.width, reader.grid.height, reader.block_shape)
    yield from ((True, window) for window in samples)
    yield from ((False, window) for window in _whole(reader))


def _whole(reader: RasterReader) -> Iterator[Window]:
    """All of an image, in windows of bounded memory and, if possible, whole blocks."""
    columns = min(reader.grid.width, reader.block_shape[0] * max(1, WINDOW_PX // reader.block_shape[0]))
    rows = min(reader.grid.height, max(1, NUMBERS_AT_ONCE // (columns * reader.band_count)))
    return reader.grid.window.blocks(columns, rows - rows % reader.block_shape[1] or rows)


def listed(bands: Sequence[int], names: Sequence[str]) -> list[str]:
    """The names of bands, for messages; of many of them the first ones, and how many there are."""
    shown = [names[band] for band in bands[:MOST_NAMES]]
    return shown if len(bands) <= MOST_NAMES else [*shown, f"… ({len(bands)})"]
