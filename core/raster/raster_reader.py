"""Reads windows of rasters as arrays (h, w, c)."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any, Optional, Union

import numpy as np
from osgeo import gdal

from ..base.errors import InputError
from ..base.messages import Message
from .classes import LandClass
from .crs import require_same_crs
from .grid import Grid
from .nodata import can_hold, valid_pixels
from .pixel_types import GDAL_TYPES, NARROWED, NUMPY_TYPES, TAG_DOMAIN, WITH_ROOM
from .window import Window

CACHE_BYTES, BLOCKS_IN_CACHE = 32_000_000, 4


def limit_cache(readers: Sequence[RasterReader]) -> None:
    """Lets GDAL keep only a few decoded blocks: reading each block once needs no more, whatever the image's size."""
    blocks = [r.block_shape[0] * r.block_shape[1] * r.band_count * r.dtype.itemsize for r in readers]
    if not gdal.GetConfigOption("GDAL_CACHEMAX"):  # else the user has decided
        gdal.SetCacheMax(max([CACHE_BYTES, *(BLOCKS_IN_CACHE * size for size in blocks)]))


class RasterReader:
    """Reads windows of one raster, or of several files of the same grid stacked band after band.

    What the mask band of a file hides (of a .msk file, inside a GeoTIFF, in a VRT) is read as nodata in all its bands.
    Integers without a nodata value get one then, in a type that has room for it.

    Args:
        paths: a file or GDAL dataset name, or a list of them.
    Attributes:
        grid: shape, position and CRS.
        dtype: the numpy type that holds all bands; int16 for signed bytes, 32 bits for integers of 64.
        file_dtype: the same, but without room for a nodata value of masked pixels.
        is_masked: whether a file has a mask band.
        band_names: description of each band, else the file's name (one band) or "band 1" ...
        nodata: the nodata value of each band, None where it has none; what masked pixels have.
        file_nodata: the same as recorded in the files.
        scaling: scale and offset that turn values into physical ones, if all bands have the same, recorded; else None.
        tags: what RasterLearn itself recorded in the file (domain RASTERLEARN).
    Raises:
        InputError: a file cannot be opened, has complex pixels, or its grid differs from the first one's.
    """

    def __init__(self, paths: Union[str, Sequence[str]]):
        self.paths = [paths] if isinstance(paths, str) else list(paths)
        if not self.paths:
            raise InputError("No image was given. Expected at least one raster.")
        self._datasets = [open_dataset(path) for path in self.paths]
        grids = [_grid_of(dataset) for dataset in self._datasets]
        for path, grid in zip(self.paths[1:], grids[1:]):
            require_same_grid(self.paths[0], grids[0], path, grid)
        self.grid = grids[0]
        bands = [
            (d, d.GetRasterBand(i + 1), p) for d, p in zip(self._datasets, self.paths) for i in range(d.RasterCount)
        ]
        common = np.result_type(*(_numpy_type(band, path) for _, band, path in bands))
        self.file_dtype = common if common in GDAL_TYPES else np.dtype(np.float64)
        self._signed = [i for i, (_, band, _) in enumerate(bands) if has_signed_bytes(band)]
        self._narrowed = {i: NARROWED[b.DataType] for i, (_, b, _) in enumerate(bands) if b.DataType in NARROWED}
        scalings = {(band.GetScale() or 1.0, band.GetOffset() or 0.0) for _, band, _ in bands}
        self.scaling = scalings.pop() if len(scalings) == 1 and scalings != {(1.0, 0.0)} else None
        self.file_nodata = tuple(_nodata_of(band) for _, band, _ in bands)
        self._masks = [_mask_of(dataset) for dataset in self._datasets]
        self.is_masked = any(self._masks)
        self.dtype, self.nodata = self._with_room_for_masked()
        self.band_names = tuple(_band_name(d, band, path) for d, band, path in bands)
        self.block_shape = tuple(bands[0][1].GetBlockSize())
        self.tags: dict[str, str] = self._datasets[0].GetMetadata(TAG_DOMAIN) or {}

    def _with_room_for_masked(self) -> tuple[np.dtype, tuple[Optional[float], ...]]:
        """The type and the nodata values (one for each band) that pixels are read with, masked ones among them."""
        masks_of_bands = (m for m, d in zip(self._masks, self._datasets) for _ in range(d.RasterCount))
        lacking = [mask is not None and own is None for mask, own in zip(masks_of_bands, self.file_nodata)]
        wide = WITH_ROOM.get(self.file_dtype.name) if any(lacking) else None
        dtype = np.dtype(wide) if wide else self.file_dtype
        unused = float(np.iinfo(dtype.name).min) if dtype.kind in "iu" else float("nan")
        return dtype, tuple(unused if lacks else own for lacks, own in zip(lacking, self.file_nodata))

    def __enter__(self) -> RasterReader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the files."""
        self._datasets, self._masks = [], []

    @property
    def band_count(self) -> int:
        """Number of bands over all files."""
        return len(self.band_names)

    @property
    def has_signed_bytes(self) -> bool:
        """Whether GDAL itself reads negative values of a band as values from 128 on."""
        return bool(self._signed)

    @property
    def name(self) -> str:
        """For messages: the file name of the (first) image."""
        return os.path.basename(self.paths[0])

    def read(self, window: Window, into: Optional[np.ndarray] = None) -> np.ndarray:
        """The pixels of a window inside the image, (h, w, c), in the raster's own type.

        Args:
            into: a contiguous array of that shape and type to read into; a new one by default.
        """
        if not self.grid.window.contains(window):
            raise ValueError(Message("{window} is not inside {image}", window=str(window), image=str(self.grid.window)))
        shape = window.height, window.width, self.band_count
        pixels = np.empty(shape, self.dtype) if into is None else into
        if pixels.shape != shape or pixels.dtype != self.dtype or not pixels.flags.c_contiguous:
            raise ValueError(
                Message("expected a contiguous array {shape} of {dtype}", shape=str(shape), dtype=self.dtype)
            )
        memory = pixels.reshape(-1).data.cast("B")
        item = self.dtype.itemsize
        first_band, hidden = 0, []
        for dataset, mask, path in zip(self._datasets, self._masks, self.paths):
            try:
                dataset.ReadRaster(
                    window.x,
                    window.y,
                    window.width,
                    window.height,
                    buf_type=GDAL_TYPES[self.dtype],
                    buf_pixel_space=item * self.band_count,
                    buf_line_space=item * self.band_count * window.width,
                    buf_band_space=item,
                    buf_obj=memory[first_band * item :],
                )
                if mask is not None:
                    hidden.append((first_band, dataset.RasterCount, _hidden(mask, window)))
            except RuntimeError as error:
                raise InputError(
                    "The image “{path}” cannot be read: {reason}. The file may be damaged.",
                    path=_shown(path),
                    reason=str(error).rstrip("."),
                ) from error
            first_band += dataset.RasterCount
        for number in self._signed:
            pixels[..., number][pixels[..., number] > 127] -= 256
        for first, count, where in hidden:
            pixels[where, first : first + count] = self.nodata[first : first + count]
        for number, narrow in self._narrowed.items():
            self._require_narrow(pixels[..., number], number, np.iinfo(narrow))
        return pixels

    def _require_narrow(self, values: np.ndarray, number: int, limits: np.iinfo) -> None:
        """Raises InputError if a band of 64-bit integers has values that GDAL had to clip to those of 32 bits."""
        np.clip(values, limits.min, limits.max, out=values)  # for where bands of other types widen the array
        clipped = (values == limits.max) | ((values == limits.min) & (limits.min < 0))
        if self.file_nodata[number] is not None:
            clipped &= values != self.file_nodata[number]
        if clipped.any():
            raise InputError(
                "“{image}” has integers of 64 bits, some of them outside {low} … {high}, which cannot be read exactly. "
                "Convert it to Int32 or Float64 first (“Translate”).",
                image=self.name,
                low=int(limits.min),
                high=int(limits.max),
            )

    def valid(self, pixels: np.ndarray) -> np.ndarray:
        """Where no band is nodata, NaN or infinite: bool (...,) for pixels (..., c) as read."""
        return valid_pixels(pixels, self.nodata)

    def legend(self) -> dict[int, LandClass]:
        """Names and colors that band 1 carries: attribute table first, then categories and color table."""
        return _legend_of(self._datasets[0].GetRasterBand(1))

    def tag(self, name: str) -> Any:
        """A recorded value (JSON), or None. Raises InputError if it is damaged."""
        try:
            return json.loads(self.tags[name]) if name in self.tags else None
        except ValueError as error:
            raise InputError(
                "The metadata that RasterLearn wrote into “{image}” are damaged ({name}). Make it again.",
                image=self.name,
                name=name,
            ) from error


def read_legend(path: str) -> dict[int, LandClass]:
    """Names and colors that band 1 of a raster carries; see `RasterReader.legend`."""
    dataset = open_dataset(path)  # a band does not keep its dataset alive
    return _legend_of(dataset.GetRasterBand(1))


def _legend_of(band: gdal.Band) -> dict[int, LandClass]:
    table = band.GetDefaultRAT()
    if table is not None:
        legend = _legend_from_attribute_table(table)
        if legend:
            return legend
    names = band.GetCategoryNames() or []
    colors = band.GetColorTable()
    count = max(len(names), colors.GetCount() if colors else 0)
    legend = {}
    for value in range(count):
        name = names[value] if value < len(names) else ""
        color = (
            "#{:02x}{:02x}{:02x}".format(*colors.GetColorEntry(value)[:3])
            if colors and value < colors.GetCount()
            else ""
        )
        legend[value] = LandClass(value, name, color)
    return legend


def require_same_grid(first_name: str, first: Grid, second_name: str, second: Grid) -> None:
    """Raises InputError if the pixels of two rasters do not coincide."""
    first_name, second_name = os.path.basename(first_name), os.path.basename(second_name)
    require_same_crs(first_name, first.crs, second_name, second.crs)
    if not first.same_pixels_as(second):
        raise InputError(
            "“{second}” and “{first}” are on different grids: expected {expected}, received {received}. Bands of "
            "different pixel size are separate sources of a network: stack only bands of one size (for "
            "Sentinel-2: B2, B3, B4, B8 at 10 m), or resample first (“Warp”).",
            second=second_name,
            first=first_name,
            expected=_describe(first),
            received=_describe(second),
        )


def open_dataset(path: str) -> gdal.Dataset:
    """A raster with bands, as GDAL opens it. Raises InputError."""
    try:
        dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_READONLY)
        dataset.GetGeoTransform(can_return_null=True), dataset.GetProjection()  # which fail where these are damaged
    except RuntimeError as error:
        raise InputError(
            "The image “{path}” cannot be opened: {reason:part}. Expected a raster file that GDAL reads "
            "(GeoTIFF, JP2, VRT …).",
            path=path,
            reason=error,
        ) from error
    if dataset.RasterCount == 0:
        raise InputError("The file “{path}” holds no bands by itself. Choose one of its subdatasets.", path=path)
    return dataset


def has_signed_bytes(band: gdal.Band) -> bool:
    """Whether a band has bytes from -128 to 127, as GDAL below 3.7 marks them."""
    return band.DataType == gdal.GDT_Byte and band.GetMetadataItem("PIXELTYPE", "IMAGE_STRUCTURE") == "SIGNEDBYTE"


def _grid_of(dataset: gdal.Dataset) -> Grid:
    transform = dataset.GetGeoTransform(can_return_null=True) or (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    return Grid(dataset.RasterXSize, dataset.RasterYSize, tuple(transform), dataset.GetProjection() or "")


def _numpy_type(band: gdal.Band, path: str) -> np.dtype:
    try:
        return np.dtype(np.int16) if has_signed_bytes(band) else NUMPY_TYPES[band.DataType]
    except KeyError:
        raise InputError(
            "The image “{path}” has pixels of type {type}; expected integers or real numbers. Convert it first "
            "(complex data to amplitude or intensity).",
            path=path,
            type=gdal.GetDataTypeName(band.DataType),
        ) from None


def _nodata_of(band: gdal.Band) -> Optional[float]:
    nodata = band.GetNoDataValue()
    dtype = np.dtype(np.int8) if has_signed_bytes(band) else NUMPY_TYPES[band.DataType]
    if nodata is not None and band.DataType in NARROWED:  # clipped as the pixels are
        return float(np.clip(nodata, np.iinfo(dtype).min, np.iinfo(dtype).max))
    return nodata if nodata is None or np.isnan(nodata) or can_hold(nodata, dtype) else None


def _mask_of(dataset: gdal.Dataset) -> Optional[gdal.Band]:
    """The mask that all bands of a dataset share; None where pixels are nodata by their values, or transparent."""
    band = dataset.GetRasterBand(1)
    try:
        flags = band.GetMaskFlags()
    except RuntimeError as error:
        raise InputError(
            "The mask of the image “{path}” cannot be read: {reason}. Repair or remove the mask (.msk).",
            path=dataset.GetDescription(),
            reason=error,
        ) from error
    is_mask = flags & (gdal.GMF_PER_DATASET | gdal.GMF_ALPHA | gdal.GMF_NODATA) == gdal.GMF_PER_DATASET
    return band.GetMaskBand() if is_mask else None


def _hidden(mask: gdal.Band, window: Window) -> np.ndarray:
    """Where a mask hides pixels, (h, w) bool."""
    shown = mask.ReadRaster(window.x, window.y, window.width, window.height, buf_type=gdal.GDT_Byte)
    return np.frombuffer(shown, np.uint8).reshape(window.height, window.width) == 0


def _band_name(dataset: gdal.Dataset, band: gdal.Band, path: str) -> str:
    if band.GetDescription():
        return str(band.GetDescription())
    if dataset.RasterCount == 1 and os.path.isfile(path):
        return os.path.splitext(os.path.basename(path))[0]
    return f"band {band.GetBand()}"


def _shown(path: str) -> str:
    """A path for messages; of a virtual raster in memory (`virtual_raster.open_warped`) the name of its source."""
    return os.path.splitext(os.path.basename(path))[0] if path.startswith("/vsimem/") else path


def _describe(grid: Grid) -> Message:
    width, height = grid.pixel_size
    x, y = grid.geotransform[0], grid.geotransform[3]
    return Message(
        "{columns} × {rows} pixels of {width:g} × {height:g} from ({x:g}, {y:g})",
        columns=grid.width,
        rows=grid.height,
        width=width,
        height=height,
        x=x,
        y=y,
    )


def _legend_from_attribute_table(table: gdal.RasterAttributeTable) -> dict[int, LandClass]:
    values = table.GetColOfUsage(gdal.GFU_MinMax)
    names = table.GetColOfUsage(gdal.GFU_Name)
    rgb = [table.GetColOfUsage(usage) for usage in (gdal.GFU_Red, gdal.GFU_Green, gdal.GFU_Blue)]
    if values < 0 or names < 0:
        return {}
    legend = {}
    for row in range(table.GetRowCount()):
        value = table.GetValueAsInt(row, values)
        color = "#{:02x}{:02x}{:02x}".format(*tuple(table.GetValueAsInt(row, c) for c in rgb)) if min(rgb) >= 0 else ""
        legend[value] = LandClass(value, table.GetValueAsString(row, names), color)
    return legend
