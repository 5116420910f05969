"""Writes GeoTIFFs tile by tile, with nodata, band names, colors and class names."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Optional

import numpy as np
from numpy.typing import DTypeLike
from osgeo import gdal

from ..base import limits
from ..base.errors import OutputError
from .classes import ClassMap
from .gdal_output import close, collected_errors, is_whole, output_errors
from .grid import Grid
from .pixel_types import GDAL_TYPES, TAG_DOMAIN, TILE_PX
from .raster_reader import RasterReader, read_legend
from .recorded_scaling import recorded_scalings
from .text import Decoder


@dataclass(frozen=True)
class RasterProfile:
    """What the pixels of a new raster are, and what the file records about them.

    Attributes:
        band_count, dtype: of the pixels.
        nodata: recorded for all bands, or None. scale, offset: recorded likewise: the physical size of one integer
            step, and the physical value of 0.
        band_names: recorded as band descriptions.
        classes: colors and names, written as color table and raster attribute table of band 1.
        tags: recorded as JSON in the domain RASTERLEARN.
    """

    band_count: int
    dtype: DTypeLike
    nodata: Optional[float] = None
    scale: Optional[float] = None
    offset: Optional[float] = None
    band_names: Sequence[str] = ()
    classes: Optional[ClassMap] = None
    tags: Mapping[str, Any] = field(default_factory=dict)


class RasterWriter:
    """Writes a tiled, compressed GeoTIFF (BigTIFF when it may grow beyond 4 GB).

    Use as a context manager: leaving it without an exception completes the file.

    Args:
        path: where to write; the caller takes care of temporary names (see core.base.outputs).
        grid: shape, position, CRS. profile: of the pixels that `write` receives.
        like: an image of one file whose names, tags, colors, scales and offsets the first bands take over.
        strip_rows: writes strips of this many rows instead of tiles, uncompressed, for stacks of patches.
    Raises:
        OutputError: the file cannot be created or completed (for example, the disk is full).
    """

    def __init__(
        self,
        path: str,
        grid: Grid,
        profile: RasterProfile,
        like: Optional[RasterReader] = None,
        strip_rows: Optional[int] = None,
    ):
        self._path, self._dtype, self._classes = path, np.dtype(profile.dtype), profile.classes
        # level 1 takes a third of the time of the usual 6; the file grows by a few percent of its raw size
        layout = ["TILED=YES", f"BLOCKXSIZE={TILE_PX}", f"BLOCKYSIZE={TILE_PX}", "COMPRESS=DEFLATE", "ZLEVEL=1"]
        if strip_rows is not None:
            layout = [f"BLOCKYSIZE={strip_rows}"]
        options = [*layout, "INTERLEAVE=PIXEL", "BIGTIFF=IF_SAFER", f"NUM_THREADS={limits.processors()}"]
        with output_errors(path):
            driver, kind = gdal.GetDriverByName("GTiff"), GDAL_TYPES[self._dtype]
            dataset = driver.Create(path, grid.width, grid.height, profile.band_count, kind, options)
            describe_pixels(dataset, grid, profile)
            for band in (dataset.GetRasterBand(i + 1) for i in range(dataset.RasterCount)):
                if band.GetColorInterpretation() == gdal.GCI_AlphaBand:  # as GDAL calls the last of four bands of bytes
                    band.SetColorInterpretation(gdal.GCI_Undefined)
            if like is not None:
                describe_like(dataset, like._datasets[0])
                describe_scalings(dataset, like)
        self._dataset = dataset

    def __enter__(self) -> RasterWriter:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if error is None:
            self._complete()
        else:
            with collected_errors():  # the file is about to be deleted
                with suppress(RuntimeError):
                    close(self._dataset)
                self._dataset = None

    def write(self, x: int, y: int, pixels: np.ndarray) -> None:
        """Writes pixels (h, w, c), or (h, w) of a single band, with their upper left corner at column x, row y."""
        pixels = pixels[..., np.newaxis] if pixels.ndim == 2 else pixels
        pixels = np.ascontiguousarray(pixels, self._dtype)
        height, width, band_count = pixels.shape
        item = self._dtype.itemsize
        with output_errors(self._path):
            self._dataset.WriteRaster(
                x,
                y,
                width,
                height,
                pixels.reshape(-1).data.cast("B"),
                buf_type=GDAL_TYPES[self._dtype],
                buf_pixel_space=item * band_count,
                buf_line_space=item * band_count * width,
                buf_band_space=item,
            )

    def _complete(self) -> None:
        with output_errors(self._path):
            if self._classes is not None:
                write_attribute_table(self._dataset.GetRasterBand(1), self._classes)
            self._dataset.FlushCache()
            close(self._dataset)
            self._dataset = None
        if not is_whole(self._path):
            raise OutputError(
                "Could not write “{name}”: its end is missing. Check whether the disk is full or a quota is used up, "
                "or choose another folder.",
                name=os.path.basename(self._path),
            )
        if self._classes is not None and not set(self._classes) <= set(read_legend(self._path).values()):
            raise OutputError(  # GDAL does not notice a side file that was cut short
                "Could not write the class names of “{name}”: check whether the disk is full or a quota is used up.",
                name=os.path.basename(self._path),
            )


def describe_pixels(dataset: gdal.Dataset, grid: Grid, profile: RasterProfile) -> None:
    """Writes the metadata of a new raster, except for the attribute table, which GDAL writes at the end."""
    place(dataset, grid)
    dataset.SetMetadata({name: json.dumps(value) for name, value in profile.tags.items()}, TAG_DOMAIN)
    for number in range(1, dataset.RasterCount + 1):
        band = dataset.GetRasterBand(number)
        if profile.nodata is not None:
            band.SetNoDataValue(float(profile.nodata))
        if profile.scale is not None:
            band.SetScale(profile.scale)
        if profile.offset is not None:
            band.SetOffset(profile.offset)
        if profile.band_names:
            band.SetDescription(profile.band_names[number - 1])
    if profile.classes is not None:
        _write_color_table(dataset.GetRasterBand(1), profile.classes)


def place(dataset: gdal.Dataset, grid: Grid) -> None:
    """Records where a new raster lies, in the way in which the image says it that its grid is from."""
    if grid.is_placed:
        dataset.SetGeoTransform(grid.geotransform)
    if grid.crs:
        dataset.SetProjection(grid.crs)
    if grid.control:
        grid.control.record_in(dataset)


def describe_like(dataset: gdal.Dataset, source: gdal.Dataset) -> None:
    """Copies the metadata of another raster and its bands, except for statistics, which may no longer hold."""
    decoder = Decoder(source.GetDescription())
    metadata = decoder.metadata(source.GetMetadata() or {})
    if dataset.GetGCPCount():
        metadata.pop("AREA_OR_POINT", None)  # GDAL would write control points a pixel away if pixels were points
    dataset.SetMetadata(metadata)
    dataset.SetMetadata(source.GetMetadata(TAG_DOMAIN) or {}, TAG_DOMAIN)
    for number in range(1, source.RasterCount + 1):
        theirs, ours = source.GetRasterBand(number), dataset.GetRasterBand(number)
        ours.SetDescription(decoder.text(theirs.GetDescription()))
        metadata = decoder.metadata(theirs.GetMetadata() or {})
        ours.SetMetadata({key: value for key, value in metadata.items() if not key.startswith("STATISTICS_")})
        if theirs.GetScale() is not None:
            ours.SetScale(theirs.GetScale())
        if theirs.GetOffset() is not None:
            ours.SetOffset(theirs.GetOffset())
        if theirs.GetUnitType():
            ours.SetUnitType(decoder.text(theirs.GetUnitType()))
        if theirs.GetColorTable() is not None and ours.DataType == theirs.DataType:
            ours.SetColorTable(theirs.GetColorTable())
        if theirs.GetColorInterpretation() != gdal.GCI_Undefined and ours.DataType == theirs.DataType:
            ours.SetColorInterpretation(theirs.GetColorInterpretation())
        if theirs.GetCategoryNames():
            ours.SetCategoryNames(decoder.texts(theirs.GetCategoryNames()))
        if theirs.GetDefaultRAT() is not None:
            ours.SetDefaultRAT(decoder.table(theirs.GetDefaultRAT()))


def describe_scalings(dataset: gdal.Dataset, like: RasterReader) -> None:
    """Records scales and offsets that only the product around an image knows, as the new raster lies elsewhere."""
    for number, scaling in enumerate(recorded_scalings(like) or (), start=1):
        band = dataset.GetRasterBand(number)
        if scaling is not None and band.GetScale() in (None, 1.0) and band.GetOffset() in (None, 0.0):
            band.SetScale(scaling[0])
            band.SetOffset(scaling[1])


def write_attribute_table(band: gdal.Band, classes: ClassMap) -> None:
    """Writes value, name and color of each class, as the attribute table of a band."""
    table = gdal.RasterAttributeTable()
    table.CreateColumn("value", gdal.GFT_Integer, gdal.GFU_MinMax)
    table.CreateColumn("name", gdal.GFT_String, gdal.GFU_Name)
    for name, usage in (("red", gdal.GFU_Red), ("green", gdal.GFU_Green), ("blue", gdal.GFU_Blue)):
        table.CreateColumn(name, gdal.GFT_Integer, usage)
    table.SetRowCount(len(classes))
    for row, c in enumerate(classes):
        table.SetValueAsInt(row, 0, c.value)
        table.SetValueAsString(row, 1, c.name)
        for column, part in enumerate(_rgb(c.color), start=2):
            table.SetValueAsInt(row, column, part)
    band.SetDefaultRAT(table)


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _write_color_table(band: gdal.Band, classes: ClassMap) -> None:
    if band.DataType != gdal.GDT_Byte:  # GeoTIFF has no color table for negative or large values
        return
    table = gdal.ColorTable()
    for c in classes:
        table.SetColorEntry(c.value, (*_rgb(c.color), 255))
    band.SetColorTable(table)
    band.SetColorInterpretation(gdal.GCI_PaletteIndex)
