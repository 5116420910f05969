"""What is told of an image's pixels where it comes in, and bands that cannot be used: nodata everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..base.progress import Progress
from ..raster.adapted_reader import AdaptedImages
from ..raster.empty_bands import MOST_NAMES, empty_bands, listed, valid_counts
from ..raster.raster_reader import RasterReader
from ..raster.window import Window

CORNER_PX, CENTER_PX = 3, 32
FEWEST_CORNERS = 2


def prepare_to_learn(reader: RasterReader, progress: Progress, nodata: Optional[float] = None) -> None:
    """Leaves out the bands of an image that are nodata everywhere, with a warning, and tells of what may surprise.

    Args:
        nodata: of all bands; by default each band's own.
    """
    tell_of_pixels(reader, progress, nodata)
    empty = empty_bands(reader, given=nodata)
    if empty:
        progress.warning(
            "“{image}” is nodata everywhere in the band(s) {bands}. They are left out: 0 in every pixel, here and "
            "where the model is applied.",
            image=reader.name,
            bands=listed(empty, reader.band_names),
        )
        reader.leave_out(empty)


def require_valid_bands(reader: RasterReader) -> None:
    """Raises InputError if bands that count are nodata everywhere, so that no pixel can be mapped."""
    empty = empty_bands(reader, is_thorough=False)
    if empty:
        raise InputError(
            "“{image}” is nodata everywhere in the band(s) {bands}, which the model has learned from, so that no pixel "
            "can be mapped. Give an image with these bands, or train without them.",
            image=reader.name,
            bands=listed(empty, reader.band_names),
        )


def empty_in_any(images: AdaptedImages, progress: Progress) -> tuple[int, ...]:
    """The bands that are nodata everywhere in an image, except in those without any valid pixel.

    Not only those that are so in all images: then no pixel of the others would be valid.
    """
    found: set[int] = set()
    for number, paths in enumerate(images.paths):
        progress.check()
        with RasterReader(paths) as reader:
            found.update(empty_bands(images.adaptation(number).of(reader)))
    return tuple(sorted(found))


class NothingValidError(InputError):
    """No pixel is valid in all bands, though each band has valid pixels, or some have."""


def nothing_valid(images: AdaptedImages, left_out: Sequence[int]) -> InputError:
    """Why no pixel of images counts: everything is nodata, or there is no pixel where no band is."""
    with RasterReader(images.paths[0]) as opened:
        name, names = opened.name, images.adaptation(0).of(opened).band_names
    valid = np.sum([valid_counts(image, images.adaptation(i)) for i, image in enumerate(images.paths)], axis=0)
    counted = [band for band in range(len(names)) if band not in left_out]
    if not valid[counted].any():
        return InputError(
            "The image “{image}” has no valid pixel: everything is nodata, or hidden by its mask or alpha band. Check "
            "its nodata value.",
            image=name,
        )
    fewest = sorted(sorted(counted, key=lambda band: int(valid[band]))[:MOST_NAMES])
    return NothingValidError(
        "No pixel of “{image}” is valid in all of its {count} bands at once, so there are no statistics. Valid pixels: "
        "{bands}. Leave out the bands that have few, or fill their gaps first (“Fill gaps”).",
        image=name,
        count=len(counted),
        bands=[f"{names[band]} {valid[band]:,}" for band in fewest] + ["…"] * (len(fewest) < len(counted)),
    )


def tell_of_alpha(reader: RasterReader, progress: Progress) -> None:
    """Tells of bands that are called alpha, but are no transparency."""
    for name in reader.varying_alpha:
        progress.info(
            "“{band}” of “{image}” is marked as transparency (alpha), but its values vary as data do: it is read as "
            "data, and hides no pixel.",
            band=name,
            image=reader.name,
        )


def tell_of_pixels(reader: RasterReader, progress: Progress, nodata: Optional[float] = None) -> None:
    """Tells of an alpha band that is data, and of a border of zeros that is not marked as nodata."""
    tell_of_alpha(reader, progress)
    if nodata is None and _has_black_border(reader):
        progress.info(
            "“{image}” has a border of zeros in all bands, but no nodata value, so that the border counts as ground. "
            "If it is none, record the nodata value first: “Translate” with NODATA=0 (gdal_translate -a_nodata 0).",
            image=reader.name,
        )


def _has_black_border(reader: RasterReader) -> bool:
    """Whether corners of an image are 0 in all bands, while its center is not, and nothing is recorded as nodata.

    A single band is often 0 for other reasons, such as the sea; then there must be no 0 around the center.
    """
    width, height = reader.grid.width, reader.grid.height
    side = CORNER_PX
    if reader.is_masked or any(v is not None for v in reader.nodata) or min(width, height) < 3 * side:
        return False
    corners = [Window(x, y, side, side) for x in (0, width - side) for y in (0, height - side)]
    if sum(not reader.peek(corner).any() for corner in corners) < FEWEST_CORNERS:
        return False
    across, down = min(CENTER_PX, width // 3), min(CENTER_PX, height // 3)
    center = reader.peek(Window((width - across) // 2, (height - down) // 2, across, down))
    return bool(center.any() if reader.band_count > 1 else np.all(center != 0))
