"""Closes what GDAL wrote without losing an error, and finds files that were cut short."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Optional

from osgeo import gdal

from ..base.errors import OutputError

LITTLE_BYTES = 1_000_000  # less free space than this is taken for none
LONGEST_REASON = 300
_ABOUT_SPACE = re.compile(r"no space left|disk is full|disk quota", re.IGNORECASE)
_ABOUT_WRITING = re.compile(r"write|writing|flush|I/O", re.IGNORECASE)
_SQL = re.compile(r"sqlite3?_\w+\(.*\) failed: (.*)", re.DOTALL)


def close(dataset: gdal.Dataset) -> None:
    """Closes what was written, which may fail. From GDAL 3.8 on, failures are ignored unless `Close` is called."""
    if hasattr(dataset, "Close"):
        try:
            dataset.Close()
        except RuntimeError:
            dataset.thisown = False  # it is gone all the same; GDAL 3.10 would free it a second time, and crash
            raise


def is_whole(path: str) -> bool:
    """Whether a file is a GeoTIFF with all its blocks; GDAL 3.10 does not report if there was no room for the last."""
    try:
        dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_READONLY)
    except RuntimeError:
        return False
    band = dataset.GetRasterBand(1)
    size, (width, height) = os.path.getsize(path), band.GetBlockSize()
    for row in range(-(-band.YSize // height)):
        for column in range(-(-band.XSize // width)):
            start, length = (
                int(band.GetMetadataItem(f"BLOCK_{what}_{column}_{row}", "TIFF") or 0) for what in ("OFFSET", "SIZE")
            )
            if start + length > size:
                return False
    return True


@contextmanager
def collected_errors() -> Iterator[list[str]]:
    """Collects the errors that GDAL only reports, instead of printing them."""
    messages: list[str] = []

    def collect(level: int, number: int, message: str) -> None:
        if level >= gdal.CE_Failure:
            messages.append(message)

    gdal.PushErrorHandler(collect)
    try:
        yield messages
    finally:
        gdal.PopErrorHandler()


@contextmanager
def output_errors(path: str) -> Iterator[None]:
    """Turns failures of GDAL, including those that it only reports while closing a file, into an OutputError."""
    cause: Optional[BaseException] = None
    with collected_errors() as messages:
        try:
            yield
        except RuntimeError as error:
            messages.append(str(error))
            cause = error
    if messages:
        raise not_written(path, messages[0]) from cause


def not_written(path: str, reason: str) -> OutputError:
    """The error for a file that GDAL could not write, which says that the disk is full only where that may be so."""
    name, reason = os.path.basename(path), _without_sql(reason)
    if _is_full(path) or _ABOUT_SPACE.search(reason):
        return OutputError(
            "Could not write “{name}”: {reason}. The disk is full; free some space or choose another folder.",
            name=name,
            reason=reason,
        )
    if _ABOUT_WRITING.search(reason):
        return OutputError(
            "Could not write “{name}”: {reason}. Check whether the disk is full or a quota is used up, or choose "
            "another folder.",
            name=name,
            reason=reason,
        )
    return OutputError("Could not write “{name}”: {reason}.", name=name, reason=reason)


def _is_full(path: str) -> bool:
    try:
        return shutil.disk_usage(os.path.dirname(os.path.abspath(path))).free < LITTLE_BYTES
    except OSError:
        return False


def _without_sql(reason: str) -> str:
    """What a database says of a failure, without the statement, which may be as long as a book."""
    found = _SQL.search(reason)
    return (found[1] if found else reason).rstrip(".")[:LONGEST_REASON]
