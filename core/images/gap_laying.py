"""Lays the gaps of one image over another that is clear, so that the values under them are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..base.outputs import replacing
from ..base.progress import Progress
from ..base.random_numbers import generator_of
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.raster_writer import RasterProfile, RasterWriter
from ..raster.window import Window
from .masking import Mask, Unusable, lost_pixels, output_nodata, parts_of, warn_of_lost, with_nodata


def mirrored_tiles(start: int, stop: int, length: int) -> np.ndarray:
    """The pixels (n,) int64 of an axis, repeated and mirrored in turn, at places start ... stop - 1.

    Neighbors stay neighbors: at each seam the outermost pixel is repeated.
    """
    places = np.arange(start, stop) % (2 * length)
    return np.minimum(places, 2 * length - 1 - places)


@dataclass(frozen=True)
class _Shapes:
    """The unusable pixels of a mask, laid over another image pixel by pixel from a row and column on."""

    mask: RasterReader
    unusable: Unusable
    row: int
    column: int

    def read(self, window: Window) -> np.ndarray:
        """Where gaps lie in a window, (h, w) bool."""
        grid = self.mask.grid
        rows = mirrored_tiles(self.row + window.y, self.row + window.bottom, grid.height)
        columns = mirrored_tiles(self.column + window.x, self.column + window.right, grid.width)
        box = Window.around(columns, rows)
        where = self.unusable.where(self.mask.read(box)[..., 0], self.mask.nodata[0])
        return where[np.ix_(rows - box.y, columns - box.x)]


def lay_gaps(
    image: str,
    mask: Mask,
    output: str,
    truth: str,
    seed: int = 0,
    nodata: Optional[float] = None,
    progress: Optional[Progress] = None,
) -> int:
    """Writes an image with gaps, and the values under them.

    Args:
        mask: its unusable pixels are the gaps; they are laid over the image's whatever their size and place, repeated
            and mirrored where the image is larger.
        output: the image (.tif) with nodata in the gaps. truth: its values there (.tif), with nodata everywhere else.
        seed: decides which part of the mask, and which mirror image of it, lies where.
        nodata: see `masking.mask_image`.
    Returns:
        The number of clear pixels that lie in gaps now.
    Raises:
        InputError: the mask has no such bits, or no nodata value is known.
    """
    progress = progress or Progress()
    with RasterReader(image) as reader, RasterReader(mask.path, with_colors=False) as mask_reader:
        mask.unusable.require_suits(mask_reader.name, mask_reader.file_dtype)
        nodata = output_nodata(reader, nodata)
        random, grid = generator_of(seed), mask_reader.grid
        row, column = int(random.integers(2 * grid.height)), int(random.integers(2 * grid.width))
        shapes = _Shapes(mask_reader, mask.unusable, row, column)
        limit_cache([reader, mask_reader])
        with replacing(output, truth) as temporary:
            counts = _write(temporary, reader, shapes, nodata, progress)
    gaps, clear = counts
    progress.info(
        "{gaps:,} of {clear:,} clear pixels ({share:.2f} %) lie in gaps now.",
        gaps=gaps,
        clear=clear,
        share=100 * gaps / max(clear, 1),
    )
    if gaps == 0:
        progress.warning(
            "No clear pixel of “{image}” lies in a gap. Try another {p:seed}, or check {p:mask_values}.",
            image=reader.name,
        )
    elif gaps == clear:
        progress.warning(
            "All clear pixels of “{image}” lie in gaps. Try another {p:seed}, or check the nodata value of "
            "“{mask}”, which makes gaps, too.",
            image=reader.name,
            mask=mask_reader.name,
        )
    return gaps


def _write(
    paths: list[str], reader: RasterReader, shapes: _Shapes, nodata: float, progress: Progress
) -> tuple[int, int]:
    """Writes image and truth; returns how many clear pixels lie in gaps, and how many there were."""
    windows, gaps, total, lost = parts_of(reader), 0, 0, 0
    profile = RasterProfile(reader.band_count, reader.file_dtype, nodata)
    with (
        RasterWriter(paths[0], reader.grid, profile, like=reader) as image,
        RasterWriter(paths[1], reader.grid, profile, like=reader) as truth,
    ):
        for number, window in enumerate(windows):
            raw, hidden = reader.read(window), shapes.read(window)
            clear = reader.valid(raw)
            pixels = with_nodata(raw, reader.nodata, nodata, reader.file_dtype)
            under = np.where((hidden & clear)[..., np.newaxis], pixels, np.asarray(nodata).astype(pixels.dtype))
            lost += lost_pixels(pixels, clear, nodata)
            pixels[hidden] = nodata
            image.write(window.x, window.y, pixels)
            truth.write(window.x, window.y, under)
            gaps, total = gaps + int((hidden & clear).sum()), total + int(clear.sum())
            progress.report((number + 1) / len(windows), "laying gaps")
    warn_of_lost(lost, reader, nodata, progress)
    return gaps, total
