"""Coordinate reference systems: comparing and naming them, and the length of their units."""

from __future__ import annotations

from typing import Optional

from osgeo import osr

from ..base.errors import InputError
from .grid import Grid

SQUARE_METERS_PER_HECTARE = 10_000


def same_crs(first: str, second: str) -> bool:
    """Whether two WKT strings describe the same CRS; an unknown (empty) one equals only another unknown one."""
    if not first or not second:
        return first == second
    return bool(_reference(first).IsSame(_reference(second), ["IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES"]))


def require_both_crs(first_name: str, first: str, second_name: str, second: str) -> None:
    """Raises InputError if exactly one of two layers has no CRS."""
    for name, crs, other_name, other in (
        (first_name, first, second_name, second),
        (second_name, second, first_name, first),
    ):
        if not crs and other:
            raise InputError(
                "“{layer}” has no coordinate reference system, but “{other}” is in {crs}, so their positions "
                "cannot be compared. Assign a projection to it (Raster or Vector menu, “Assign projection”).",
                layer=name,
                other=other_name,
                crs=crs_name(other),
            )


def require_same_crs(first_name: str, first: str, second_name: str, second: str) -> None:
    """Raises InputError if exactly one layer has no CRS, or if the two differ."""
    require_both_crs(first_name, first, second_name, second)
    if not same_crs(first, second):
        raise InputError(
            "“{second}” is in {second_crs}, but “{first}” is in {first_crs}. Reproject one of them (“Warp” for "
            "rasters, “Reproject layer” for vectors).",
            second=second_name,
            second_crs=crs_name(second),
            first=first_name,
            first_crs=crs_name(first),
        )


def meters_per_unit(crs: str) -> Optional[float]:
    """Meters in a unit of a projected CRS; None where units are degrees or unknown."""
    reference = known_reference(crs)
    return float(reference.GetLinearUnits()) if reference and reference.IsProjected() else None


def hectares_of(grid: Grid) -> Optional[float]:
    """Hectares of a pixel; None if the CRS is not projected or unknown."""
    meters = meters_per_unit(grid.crs)
    return grid.pixel_area * meters**2 / SQUARE_METERS_PER_HECTARE if meters else None


def crs_name(crs: str) -> str:
    """For messages: EPSG:32633, or the name in the WKT."""
    reference = _reference(crs)
    code = reference.GetAuthorityCode(None)
    return f"{reference.GetAuthorityName(None)}:{code}" if code else str(reference.GetName())


def known_reference(crs: str) -> Optional[osr.SpatialReference]:
    """The CRS of a WKT string, with x before y; None for an unknown (empty) one."""
    return _reference(crs) if crs else None


def _reference(crs: str) -> osr.SpatialReference:
    reference = osr.SpatialReference()
    reference.ImportFromWkt(crs)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference
