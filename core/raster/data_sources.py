"""Names of data sources: the files on disk behind them, and what a name says in place of its file.

A raster may be followed by |crs= with a coordinate reference system and then by |nodata= with a value; each may be
`none`. They stand for what the file records: this is how QGIS hands over what a user has set for a layer.
"""

from __future__ import annotations

import contextlib
import glob
import os
import re
from collections.abc import Sequence
from typing import Optional
from urllib.parse import unquote

from osgeo import gdal, osr

from ..base.errors import InputError, OutputError

NONE = "none"
_NAME = re.compile(r"(?P<file>.+?)(?:\|crs=(?P<crs>[^|]*))?(?:\|nodata=(?P<nodata>[^|]*))?", re.DOTALL)
_CRS = re.compile(r"[A-Za-z]+:\w+$|[A-Z_0-9]+\[|\+proj=")
_VIRTUAL = re.compile(r"/vsi(?:subfile/[^,]*,|\w+/)(.*)")


def file_of(source: str) -> str:
    """The file or GDAL dataset name of a raster, without what follows it."""
    return _part(source, "file")


def crs_of(source: str, recorded: str) -> str:
    """WKT of the CRS of a raster (empty for none): the one that its name says, else the one that its file records.

    Raises:
        InputError: it is not understood.
    """
    given = unquote(_part(source, "crs"))
    if not given or given == NONE:
        return "" if given else recorded
    reference = osr.SpatialReference()
    with contextlib.suppress(RuntimeError):
        if _CRS.match(given):  # anything else might name a file or an address, which GDAL would open
            reference.SetFromUserInput(given)
            return str(reference.ExportToWkt())
    raise InputError(
        "The coordinate reference system “{crs}” for “{image}” is not understood. Expected a code such as EPSG:32633, "
        "or WKT.",
        crs=given,
        image=os.path.basename(file_of(source)),
    )


def nodata_of(source: str, recorded: Optional[float]) -> Optional[float]:
    """The nodata value of a band of a raster: the one that its name says, else the one that its file records.

    Raises:
        InputError: it is not a number.
    """
    given = _part(source, "nodata")
    if not given or given == NONE:
        return None if given else recorded
    try:
        return float(given)
    except ValueError as error:
        raise InputError(
            "The nodata value of “{image}” must be a number or {none}, received “{value}”.",
            image=os.path.basename(file_of(source)),
            none=NONE,
            value=given,
        ) from error


def _part(source: str, name: str) -> str:
    found = _NAME.fullmatch(source)
    return (found[name] or "") if found else ""


def files_of(source: str) -> set[str]:
    """All files on the disk behind a raster or vector data source: those of a VRT, an archive, a subdataset.

    Args:
        source: a file or GDAL dataset name. A file that GDAL does not open is all there is behind itself.
    """
    found: set[str] = set()
    waiting, seen = [file_of(source)], {source}
    while waiting:
        name = waiting.pop()
        file = _file_on_disk(name)
        found |= {file} if file else set()
        more = set(_listed_by_gdal(name)) - seen  # GDAL lists the sources of a VRT, but not those of its sources
        seen |= more
        waiting += more
    return found


def require_kept(outputs: Sequence[Optional[str]], images: Sequence[Sequence[str]]) -> None:
    """Raises OutputError if an output would replace one of the files of images, such as those that a list names."""
    existing = [path for path in outputs if path and os.path.isfile(path)]
    inputs = {file for paths in images for path in paths for file in files_of(path)} if existing else set()
    for path in existing:
        if any(os.path.samefile(path, file) for file in inputs):
            raise OutputError("The output “{path}” is one of the inputs. Choose another file name.", path=path)


def _listed_by_gdal(name: str) -> list[str]:
    try:
        dataset = gdal.OpenEx(name, gdal.OF_RASTER | gdal.OF_VECTOR | gdal.OF_READONLY)
    except RuntimeError:  # not a data source, such as a table or a model
        return []
    try:
        return dataset.GetFileList() or []
    except RuntimeError:  # a side file that nobody needs is damaged, such as the index .sbn of a shapefile
        return _of_the_same_name(name)


def _of_the_same_name(name: str) -> list[str]:
    """The files of a folder that differ from one in the ending only."""
    root = os.path.splitext(_file_on_disk(name) or name)[0]
    return [file for file in glob.glob(glob.escape(root) + ".*") if os.path.isfile(file)]


def _file_on_disk(name: str) -> str:
    """The file that a name stands for, such as the archive of /vsizip/a.zip/b.tif; empty if there is none."""
    inner = _VIRTUAL.fullmatch(name)
    if not inner:
        return name if os.path.isfile(name) else ""
    while inner:  # archives in archives
        name = inner[1][1:].partition("}")[0] if inner[1].startswith("{") else inner[1]
        inner = _VIRTUAL.fullmatch(name)
    while name and not os.path.isfile(name):
        name = os.path.dirname(name).rstrip("/")
    return name
