"""Extracts pixel values at points."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..base.outputs import replacing
from ..base.progress import Progress
from ..images.image_source import TAG, Source
from ..images.mirrored import Mirrored
from ..images.neighborhood import LARGEST_SIDE, NUMBERS_PER_BAND, SMALLEST_SIDE, with_statistics
from ..images.usable_bands import prepare_to_learn
from ..raster.classes import NUMBERED_TAG
from ..raster.crs import with_place
from ..raster.raster_reader import RasterReader
from ..raster.window import Halo
from .patch_reader import Cutter, place, touching_nodata
from .points import Points, read_points, require_room_for, tell_lost_classes, write_points
from .vector_layer import Value

FEATURES_TAG = "FEATURES"  # marks values that are features of a network, not pixels of an image


def extract_values(
    points_path: str, image: str, output: str, neighborhood: int = 0, progress: Optional[Progress] = None
) -> dict[str, int]:
    """Writes the points with one more field per band: value_0, value_1 ... Points on nodata or outside are left out.

    Args:
        neighborhood: side in pixels of a window around the point's pixel; the values of the bands are then followed by
            mean and standard deviation of each band in it (see `neighborhood.with_statistics`), and points with
            nodata in their window are left out. 0 for none.
    Returns:
        Number of accepted and rejected points.
    Raises:
        InputError: no point lies on a valid pixel of the image, or the neighborhood is too small or too large.
        OutputError: there would be more fields than a GeoPackage can have.
    """
    progress = progress or Progress()
    if neighborhood and not SMALLEST_SIDE <= neighborhood <= LARGEST_SIDE:
        raise InputError(
            "{p:neighborhood} must be 0 (none) or {smallest} … {largest} pixels, received {neighborhood}.",
            smallest=SMALLEST_SIDE,
            largest=LARGEST_SIDE,
            neighborhood=neighborhood,
        )
    side = max(neighborhood, 1)
    with RasterReader(image) as reader:
        prepare_to_learn(reader, progress)
        points = read_points(points_path, reader.grid, reader.name)
        numbers = reader.band_count * (NUMBERS_PER_BAND if side > 1 else 1)
        require_room_for(len(_own_fields(points)) + numbers, points.name)
        columns, rows = reader.grid.pixel_of(points.x, points.y)
        values, reasons = _values_at(reader, columns, rows, side, progress)
        source = Source.of_image(reader, side, side, neighborhood > 0)
    nodata = Message("have nodata within {side} × {side} pixels", side=side) if neighborhood else Message("on nodata")
    accepted = np.flatnonzero(reasons == 0)
    rejected = len(points) - len(accepted)
    if not len(accepted):
        problem = Message(
            "All {count} points of “{points}” lie outside “{image}” or {nodata}. Check that both show the same place.",
            count=len(points),
            points=points.name,
            image=reader.name,
            nodata=nodata,
        )
        raise InputError(with_place(problem, reader.grid))
    if rejected:
        progress.warning(
            "{count} point(s) lie outside the image or {nodata}; they are left out.", count=rejected, nodata=nodata
        )
        tell_lost_classes(points, accepted, progress)
    write_values(output, points.take(accepted), values, {TAG: source.to_json()})
    return {"accepted": len(accepted), "rejected": rejected}


def _values_at(
    reader: RasterReader, columns: np.ndarray, rows: np.ndarray, side: int, progress: Progress
) -> tuple[list[np.ndarray], np.ndarray]:
    """The values of pixels, followed by the statistics of their windows where these have more than one pixel.

    Returns:
        values: one array (m,) per field, for the m accepted points in their order.
        reasons: (n,) uint8, index into patch_reader.REASONS; 0 where accepted.
    """
    halo, bands = Halo.of_patch(side, side), reader.band_count
    reasons = place(reader.grid.window, columns, rows, 1, 1)
    usable = np.flatnonzero(reasons == 0)
    pixels = np.empty((len(usable), bands), reader.dtype)
    statistics = np.empty((len(usable), (NUMBERS_PER_BAND - 1) * bands if side > 1 else 0), np.float32)

    cutter = Cutter(Mirrored(reader), side, side, touching_nodata(reader, None))
    for members, patches, why in cutter.patches(columns[usable], rows[usable], progress):
        pixels[members], reasons[usable[members]] = patches[:, halo.top, halo.left], why
        if side > 1:
            statistics[members] = with_statistics(patches, side, side)[:, 0, 0, bands:]
    good = reasons[usable] == 0
    return [*pixels[good].T, *statistics[good].T], reasons


def _own_fields(points: Points) -> dict[str, list[Value]]:
    """The fields that are not values extracted before, which new ones replace."""
    return {name: column for name, column in points.fields.items() if not re.fullmatch(r"value_\d+", name)}


def write_values(path: str, points: Points, values: Iterable[np.ndarray], tags: dict[str, Any]) -> None:
    """Writes points with the fields value_0, value_1 ... in place of any they had; `values` has one (n,) for each.

    Args:
        tags: of the values; what is recorded about the classes of the points is kept.
    """
    own = _own_fields(points)
    more = {f"value_{number}": [v.item() for v in column] for number, column in enumerate(values)}
    with replacing(path) as (temporary,):
        kept = {name: value for name, value in points.tags.items() if name == NUMBERED_TAG}
        write_points(temporary, replace(points, fields={**own, **more}, tags={**kept, **tags}))
