"""The files on disk behind the name of a GDAL data source."""

from __future__ import annotations

import glob
import os
import re

from osgeo import gdal

_VIRTUAL = re.compile(r"/vsi(?:subfile/[^,]*,|\w+/)(.*)")


def files_of(source: str) -> set[str]:
    """All files on the disk behind a raster or vector data source: those of a VRT, an archive, a subdataset.

    Args:
        source: a file or GDAL dataset name. A file that GDAL does not open is all there is behind itself.
    """
    found: set[str] = set()
    waiting, seen = [source], {source}
    while waiting:
        name = waiting.pop()
        file = _file_on_disk(name)
        found |= {file} if file else set()
        more = set(_listed_by_gdal(name)) - seen  # GDAL lists the sources of a VRT, but not those of its sources
        seen |= more
        waiting += more
    return found


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
