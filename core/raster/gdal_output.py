"""Closes what GDAL wrote without losing an error, and finds files that were cut short."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Optional

from osgeo import gdal

from ..base.errors import OutputError


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
        raise OutputError(
            "Could not write “{name}”: {reason}. Most often the disk is full; free some space or choose another "
            "folder.",
            name=os.path.basename(path),
            reason=messages[0],
        ) from cause
