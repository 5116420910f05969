"""Pixel values at points."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Optional

import numpy as np

from .cutting import cut_patches
from .errors import InputError
from .files import replacing
from .progress import Progress
from .raster import RasterReader
from .source import TAG, Source
from .vectors import Points, read_points, write_points

FEATURES_TAG = "FEATURES"  # of values that are features of a network, not pixels of an image


def extract_values(points_path: str, image: str, output: str, progress: Optional[Progress] = None) -> dict[str, int]:
    """Writes the points with one more field per band: value_0, value_1 ... Points on nodata or outside are left out.

    Returns:
        Number of accepted and rejected points.
    Raises:
        InputError: no point lies on a valid pixel of the image.
    """
    progress = progress or Progress()
    with RasterReader(image) as reader:
        points = read_points(points_path, reader.grid.crs, reader.name)
        columns, rows = reader.grid.pixel_of(points.x, points.y)
        pixels, reasons = cut_patches(reader, columns, rows, 1, 1, progress=progress)
        source = Source.of_image(reader)
    accepted = np.flatnonzero(reasons == 0)
    rejected = len(points) - len(accepted)
    if not len(accepted):
        raise InputError(
            f"All {len(points)} points of “{points.name}” lie outside “{reader.name}” or on nodata. "
            "Check that both show the same place."
        )
    if rejected:
        progress.warning(f"{rejected} point(s) lie outside the image or on nodata; they are left out.")
    write_values(output, points.take(accepted), pixels[:, 0, 0].T, {TAG: source.to_json()})
    return {"accepted": len(accepted), "rejected": rejected}


def write_values(path: str, points: Points, values: np.ndarray, tags: dict[str, Any]) -> None:
    """Writes points with the fields value_0, value_1 ... instead of those they had; `values` are (fields, n)."""
    own = {name: column for name, column in points.fields.items() if not re.fullmatch(r"value_\d+", name)}
    more = {f"value_{number}": [v.item() for v in column] for number, column in enumerate(values)}
    with replacing(path) as (temporary,):
        write_points(temporary, replace(points, fields={**own, **more}, tags=tags))
