"""Pixel values at points."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional

import numpy as np

from .errors import InputError
from .files import replacing
from .patches import cut_patches
from .progress import Progress
from .raster import RasterReader
from .source import TAG, Source
from .vectors import read_points, write_points


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
    kept = points.take(accepted)
    values = {f"value_{band}": [v.item() for v in pixels[:, 0, 0, band]] for band in range(pixels.shape[-1])}
    with replacing(output) as (temporary,):
        older = {name for name in kept.fields if re.fullmatch(r"value_\d+", name)}
        own = {name: column for name, column in kept.fields.items() if name not in older}
        write_points(temporary, replace(kept, fields={**own, **values}, tags={TAG: source.to_json()}))
    return {"accepted": len(accepted), "rejected": rejected}
