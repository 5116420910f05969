"""Coordinate reference systems: comparing and naming them, and the length of their units."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Optional, Union

from osgeo import osr

from ..base.errors import InputError
from ..base.messages import Message
from .grid import Grid

Place = Union[str, Grid]
"""Where something lies: the grid of an image, or the WKT of a layer's CRS (empty if unknown)."""

_IN_ANY_ORDER = "IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES"
_EAST_AND_NORTH = re.compile(r',AXIS\["[^"]*",(?:EAST|NORTH)\]')
SQUARE_METERS_PER_HECTARE = 10_000


def same_crs(first: str, second: str) -> bool:
    """Whether two WKT strings describe the same CRS on the ground, heights and the order of axes aside.

    An unknown one equals only another unknown one.
    """
    if not is_known(first) or not is_known(second):
        return is_known(first) == is_known(second)
    if first == second:
        return True
    ours, theirs = _reference(first), _reference(second)
    if ours.IsSame(theirs, [_IN_ANY_ORDER]):
        return True
    plain = _without_axes(ours), _without_axes(theirs)  # programs of Esri drop that northings come first
    return bool(plain[0] and plain[1] and plain[0].IsSame(plain[1], [_IN_ANY_ORDER]))


def is_known(crs: str) -> bool:
    """Whether a WKT string tells where on the ground something is, rather than on paper or in pixels."""
    return bool(crs) and not _reference(crs).IsLocal()


def require_both_crs(first_name: str, first: Place, second_name: str, second: Place) -> None:
    """Raises InputError if exactly one of two layers has no CRS."""
    for name, place, other_name, other in (
        (first_name, first, second_name, second),
        (second_name, second, first_name, first),
    ):
        if not wkt_of(place) and is_known(wkt_of(other)):
            raise InputError(_why_nowhere(name, place, other_name, other))


def _why_nowhere(name: str, place: Place, other_name: str, other: Place) -> Message:
    """Why a layer without a CRS cannot be compared with another that has one, and what to do."""
    values = {"layer": name, "other": other_name, "crs": crs_name(wkt_of(other))}
    if isinstance(place, Grid) and place.control and place.is_controlled:
        return Message(
            "“{layer}” is placed by its {control:part}, not by a grid in a coordinate reference system, so “{other}” "
            "in {crs} cannot be laid over it. Warp it first (“Warp (reproject)” in the Raster menu), and use the "
            "warped image.",
            control=place.control.described(),
            **values,
        )
    if isinstance(place, Grid) and not place.is_placed and isinstance(other, Grid):
        return Message(
            "“{layer}” has neither a coordinate reference system nor a position, but “{other}” is in {crs}, so their "
            "pixels cannot be compared. Place it first (“Georeferencer”, or a world file and “Assign projection”).",
            **values,
        )
    if isinstance(place, Grid) and not place.is_placed:
        return Message(
            "“{layer}” has neither a coordinate reference system nor a position: it counts as QGIS shows it, at x 0 … "
            "{width} and y −{height} … 0. “{other}” is in {crs}. If it lies over the image there, set its coordinate "
            "reference system to none; else place the image first (“Georeferencer”).",
            width=place.width,
            height=place.height,
            **values,
        )
    return Message(
        "“{layer}” has no coordinate reference system, but “{other}” is in {crs}, so their positions "
        "cannot be compared. Assign a projection to it (Raster or Vector menu, “Assign projection”).",
        **values,
    )


def require_same_crs(first_name: str, first: Place, second_name: str, second: Place) -> None:
    """Raises InputError if exactly one layer has no CRS, if the two differ, or two images are not placed by grids."""
    require_both_crs(first_name, first, second_name, second)
    if not same_crs(wkt_of(first), wkt_of(second)):
        raise InputError(
            "“{second}” is in {second_crs}, but “{first}” is in {first_crs}. Reproject one of them (“Warp” for "
            "rasters, “Reproject layer” for vectors).",
            second=second_name,
            second_crs=crs_name(wkt_of(second)),
            first=first_name,
            first_crs=crs_name(wkt_of(first)),
        )
    if isinstance(first, Grid) and isinstance(second, Grid):
        require_comparable(first_name, first, second_name, second)


def require_comparable(first_name: str, first: Grid, second_name: str, second: Grid) -> None:
    """Raises InputError if control points or the like place one of two images, and not the other one likewise."""
    for name, grid, other_name, other in (
        (first_name, first, second_name, second),
        (second_name, second, first_name, first),
    ):
        if grid.control and grid.is_controlled and not grid.same_pixels_as(other):
            raise InputError(
                "“{image}” is placed by its {control:part}, and “{other}” is not placed in the same way, so their "
                "pixels cannot be compared. Warp them to one grid first (“Warp (reproject)” in the Raster menu).",
                image=name,
                control=grid.control.described(),
                other=other_name,
            )


def with_place(message: Message, grid: Grid) -> Message:
    """A sentence about what does not lie on an image, with a second one if the image has no place in any CRS."""
    if grid.control and grid.is_controlled:
        return Message(
            "{message} The image is placed by its {control:part}; its pixels have no coordinates. Warp it first "
            "(“Warp (reproject)” in the Raster menu), and use the warped image.",
            message=message,
            control=grid.control.described(),
        )
    if not grid.is_placed:
        return Message(
            "{message} The image has no position of its own and lies where QGIS shows it, at x 0 … {width} and y "
            "−{height} … 0 (samples of earlier versions of RasterLearn: y 0 … {height}; select them again).",
            message=message,
            width=grid.width,
            height=grid.height,
        )
    return message


def wkt_of(place: Place) -> str:
    """The WKT of a layer's CRS."""
    return place.crs if isinstance(place, Grid) else place


def meters_per_unit(crs: str) -> Optional[float]:
    """Meters in a unit of a projected CRS; None where units are degrees or unknown."""
    reference = known_reference(crs)
    return float(reference.GetLinearUnits()) if reference and reference.IsProjected() else None


def hectares_of(grid: Grid) -> Optional[float]:
    """Hectares of a pixel; None if the CRS is not projected or unknown, or the image is not placed in it."""
    meters = meters_per_unit(grid.crs) if grid.is_placed else None
    return grid.pixel_area * meters**2 / SQUARE_METERS_PER_HECTARE if meters else None


def crs_name(crs: str) -> str:
    """For messages: EPSG:32633, or the name in the WKT."""
    reference = _reference(crs)
    code = reference.GetAuthorityCode(None)
    return f"{reference.GetAuthorityName(None)}:{code}" if code else str(reference.GetName())


def known_reference(crs: str) -> Optional[osr.SpatialReference]:
    """The horizontal CRS of a WKT string, with x before y; None for an unknown (empty) one."""
    return _reference(crs) if crs else None


def _reference(crs: str) -> osr.SpatialReference:
    reference = osr.SpatialReference()
    reference.ImportFromWkt(crs)
    if reference.GetAxesCount() == 3 and not reference.IsGeocentric():  # heights say nothing about where pixels are
        reference.StripVertical()
        reference.DemoteTo2D()
        with suppress(RuntimeError):  # it has no number
            reference.AutoIdentifyEPSG()
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def _without_axes(reference: osr.SpatialReference) -> Optional[osr.SpatialReference]:
    """A projected CRS in which eastings come first; None where WKT 1 does not know it."""
    if not reference.IsProjected():
        return None
    try:
        wkt = reference.ExportToWkt(["FORMAT=WKT1_GDAL"])
    except RuntimeError:
        return None
    plain = osr.SpatialReference()
    plain.ImportFromWkt(_EAST_AND_NORTH.sub("", wkt))
    return plain
