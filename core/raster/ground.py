"""The size of pixels on the ground, in meters, whatever the CRS of their image."""

from __future__ import annotations

from typing import Optional

import numpy as np
from osgeo import gdal, osr

from .crs import known_reference
from .grid import Grid

DEGREES_BELOW = 0.005  # no image has pixels of 5 mm, but many have pixels of about 0.0001 degrees
NEARLY_TRUE = 0.1  # of areas in a projection; beyond it, as in Mercator's, its meters are not those of the ground
_DIFFERENCE_PX = 1e-3


def ground_size(grid: Grid) -> Optional[tuple[float, float]]:
    """Width and height in meters of the pixel in the middle of an image; None where nobody knows.

    In projections that keep areas to 10 %, the size in units of the CRS counts, in meters. In all others, in
    degrees, and for control points it is the distance on the ellipsoid.
    """
    if not grid.is_controlled and not (grid.is_placed and grid.crs):
        return None
    try:
        measured = _measured(grid)
    except RuntimeError:  # the middle of the image does not exist on the Earth
        measured = None
    reference = known_reference(grid.crs)
    if reference is None or not reference.IsProjected() or grid.is_controlled:
        return None if measured is None else (_length(measured[0]), _length(measured[1]))
    meters = float(reference.GetLinearUnits())
    nominal = grid.pixel_size[0] * meters, grid.pixel_size[1] * meters
    if measured is None:
        return nominal
    share = _length(np.cross(*measured)) / (grid.pixel_area * meters**2)
    return nominal if abs(share - 1) <= NEARLY_TRUE else (_length(measured[0]), _length(measured[1]))


def _measured(grid: Grid) -> Optional[np.ndarray]:
    """From the pixel in the middle to the next one on its right and below it: vectors in meters, (2, 3).

    Raises RuntimeError where it has no place on the ellipsoid.
    """
    middle = np.array([grid.width / 2, grid.height / 2])
    spots = middle + np.array([[-0.5, 0], [0.5, 0], [0, -0.5], [0, 0.5]]) * _DIFFERENCE_PX
    x, y, reference = _coordinates(grid, spots)
    geographic = reference.CloneGeogCS()
    geographic.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    there = osr.CoordinateTransformation(reference, geographic)
    places = np.array([there.TransformPoint(*spot)[:2] for spot in zip(x.tolist(), y.tolist())])
    if not np.isfinite(places).all():
        return None
    longitude, latitude = places.T * geographic.GetAngularUnits()
    points = _on_ellipsoid(longitude, latitude, geographic)
    vectors = np.array([points[1] - points[0], points[3] - points[2]]) / _DIFFERENCE_PX
    return vectors if all(_length(vector) > 0 for vector in vectors) else None


def _coordinates(grid: Grid, spots: np.ndarray) -> tuple[np.ndarray, np.ndarray, osr.SpatialReference]:
    """Coordinates of columns and rows (n, 2), and their CRS."""
    if not grid.control or not grid.is_controlled:
        x, y = grid.center_of(*(spots.T - 0.5))
        reference = known_reference(grid.crs)
        assert reference is not None
        return x, y, reference
    image = gdal.GetDriverByName("MEM").Create("", grid.width, grid.height, 1)
    grid.control.record_in(image)
    transformer = gdal.Transformer(image, None, [])
    found, reached = transformer.TransformPoints(False, [(float(c), float(r)) for c, r in spots])
    if not all(reached):
        raise RuntimeError("control points do not reach the middle of the image")
    reference = known_reference(grid.control.crs_of_places)
    if reference is None:
        raise RuntimeError("the control points have no coordinate reference system")
    return np.array([p[0] for p in found]), np.array([p[1] for p in found]), reference


def _on_ellipsoid(longitude: np.ndarray, latitude: np.ndarray, reference: osr.SpatialReference) -> np.ndarray:
    """Geocentric coordinates (n, 3) in meters of angles in radians."""
    axis, flattening = reference.GetSemiMajor(), reference.GetInvFlattening()
    flat = 1 / flattening if flattening else 0.0
    square = flat * (2 - flat)
    normal = axis / np.sqrt(1 - square * np.sin(latitude) ** 2)
    across = normal * np.cos(latitude)
    return np.column_stack(
        [across * np.cos(longitude), across * np.sin(longitude), normal * (1 - square) * np.sin(latitude)]
    )


def _length(vector: np.ndarray) -> float:
    return float(np.linalg.norm(vector))
