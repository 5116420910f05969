"""Reads windows of rasters as arrays (h, w, c)."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Optional, Union

import numpy as np
from osgeo import gdal

from ..base.errors import InputError
from ..base.messages import Message
from .classes import LandClass
from .control import Control
from .crs import require_same_crs
from .data_sources import crs_of, file_of, nodata_of
from .grid import UNPLACED, Grid
from .masks import Alpha, Mask, has_joint_nodata, masks_of, varying_alpha
from .nodata import nodata_for, valid_pixels
from .pixel_types import GDAL_TYPES, NARROWED, NUMPY_TYPES, TAG_DOMAIN, WITH_ROOM
from .raster_legend import legend_of
from .text import Decoder
from .window import Window

# GDAL takes it, north up or south up, for no geotransform where anything else places the image.
SOUTH_UP_PIXELS = (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
CACHE_BYTES, BLOCKS_IN_CACHE = 32_000_000, 4


def limit_cache(readers: Sequence[RasterReader]) -> None:
    """Lets GDAL keep only a few decoded blocks: reading each block once needs no more, whatever the image's size."""
    blocks = [r.block_shape[0] * r.block_shape[1] * r.band_count * r.dtype.itemsize for r in readers]
    if not gdal.GetConfigOption("GDAL_CACHEMAX"):  # else the user has decided
        gdal.SetCacheMax(max([CACHE_BYTES, *(BLOCKS_IN_CACHE * size for size in blocks)]))


class RasterReader:
    """Reads windows of one raster, or of several files of the same grid stacked band after band.

    What the mask band of a file hides (of a .msk file, inside a GeoTIFF, in a VRT), or its alpha band, or a transparent
    color of its palette, is read as nodata in all its bands. Integers without a nodata value get one then, in a type
    that has room for it. A band that is called alpha but varies is data; see `masks`.

    Args:
        paths: a file or GDAL dataset name, perhaps with |crs= and |nodata= (see `data_sources`), or a list of them.
        with_alpha: False takes alpha bands for data. with_colors: False lets transparent colors hide nothing, as those
            of masks, whose color says what they hide.
    Attributes:
        grid: shape, position and CRS.
        dtype: the numpy type that holds all bands; int16 for signed bytes, 32 bits for integers of 64.
        file_dtype: the same, but without room for a nodata value of masked pixels.
        is_masked: whether a file has a mask band or transparent pixels.
        band_names: description of each band, else the file's name (one band) or "band 1" ...
        nodata: the nodata value of each band, None where it has none; what masked pixels have.
        file_nodata: the same as recorded in the files, as its band's pixels have it: the nearest number of 32 bits.
        alpha: the bands whose zeros hide pixels.
        left_out: the bands that are read as 0 and never nodata; none, until `leave_out` names them.
        scaling: scale and offset that turn values into physical ones, if all bands have the same, recorded; else None.
        scalings: the same of each band, None where the file records none, or 1 and 0.
        tags: what RasterLearn itself recorded in the file (domain RASTERLEARN).
        band_order: positions in the files of the bands that are read; None for all in their order.
    Raises:
        InputError: a file cannot be opened, has complex pixels, or its grid differs from the first one's.
    """

    band_order: Optional[tuple[int, ...]] = None

    def __init__(self, paths: Union[str, Sequence[str]], with_alpha: bool = True, with_colors: bool = True):
        self.paths = [paths] if isinstance(paths, str) else list(paths)
        if not self.paths:
            raise InputError("No image was given. Expected at least one raster.")
        self._datasets = [open_dataset(path) for path in self.paths]
        grids = [_grid_of(dataset, path) for dataset, path in zip(self._datasets, self.paths)]
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
        self.scalings = tuple(_scaling_of(band) for _, band, _ in bands)
        self._firsts = np.cumsum([0, *(d.RasterCount for d in self._datasets)]).tolist()
        files = zip(self._datasets, self.paths, self._firsts)
        self._masks = [_masks_of(*file, with_alpha, with_colors) for file in files]
        self.file_nodata = tuple(_nodata_of(band, path) for _, band, path in bands)
        self.is_masked = any(self._masks)
        self.dtype, self.nodata = self._with_room_for_masked()
        self.alpha = tuple(m.first + m.number for masks in self._masks for m in masks if isinstance(m, Alpha))
        self.left_out: tuple[int, ...] = ()
        self.band_names = tuple(_band_name(d, band, path) for d, band, path in bands)
        self.block_shape = tuple(bands[0][1].GetBlockSize())
        self.tags: dict[str, str] = self._datasets[0].GetMetadata(TAG_DOMAIN) or {}

    def _with_room_for_masked(self) -> tuple[np.dtype, tuple[Optional[float], ...]]:
        """The type and the nodata values (one for each band) that pixels are read with, masked ones among them."""
        hidden = {
            band for masks in self._masks for mask in masks for band in range(mask.first, mask.first + mask.count)
        }
        lacking = [band in hidden and own is None for band, own in enumerate(self.file_nodata)]
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
    def file_bands(self) -> list[tuple[str, int]]:
        """File of each band, and its number there, from 1."""
        return [(p, i + 1) for p, d in zip(self.paths, self._datasets) for i in range(d.RasterCount)]

    @property
    def has_signed_bytes(self) -> bool:
        """Whether GDAL itself reads negative values of a band as values from 128 on."""
        return bool(self._signed)

    @property
    def is_picture(self) -> bool:
        """Whether bands of the first file are the red, green and blue of a picture."""
        return {gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand} <= set(self._meanings)

    @property
    def has_several(self) -> bool:
        """Whether the first file has more than one band beside its transparency."""
        return sum(meaning != gdal.GCI_AlphaBand for meaning in self._meanings) > 1

    @property
    def _meanings(self) -> list[int]:
        dataset = self._datasets[0]
        return [dataset.GetRasterBand(i + 1).GetColorInterpretation() for i in range(dataset.RasterCount)]

    @property
    def name(self) -> str:
        """For messages: the file name of the (first) image."""
        return os.path.basename(file_of(self.paths[0]))

    def read(self, window: Window, into: Optional[np.ndarray] = None) -> np.ndarray:
        """The pixels of a window inside the image, (h, w, c), in the raster's own type.

        Args:
            into: a contiguous array of that shape and type to read into; a new one by default.
        """
        return self._pixels(window, into)

    def peek(self, window: Window) -> np.ndarray:
        """The pixels of a small window, like `read`, for a look at an image before it is worked on."""
        return self._pixels(window)

    def _pixels(self, window: Window, into: Optional[np.ndarray] = None) -> np.ndarray:
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
        first_band = 0
        for dataset, masks, path in zip(self._datasets, self._masks, self.paths):
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
                # A VRT may fill gaps with a nodata value that its own type cannot hold.
                if self.dtype != self.file_dtype:
                    limits = np.iinfo(self.file_dtype.name)
                    read = pixels[..., first_band : first_band + dataset.RasterCount]
                    np.clip(read, limits.min, limits.max, out=read)
                hidden = [(mask, mask.hides(window, pixels)) for mask in masks]
            except RuntimeError as error:
                raise InputError(
                    "The image “{path}” cannot be read: {reason}. The file may be damaged.",
                    path=_shown(path),
                    reason=str(error).rstrip("."),
                ) from error
            own_bands = range(first_band, first_band + dataset.RasterCount)
            for number in (n for n in self._signed if n in own_bands):
                pixels[..., number][pixels[..., number] > 127] -= 256
            first_band += dataset.RasterCount
            for mask, where in hidden:
                own = slice(mask.first, mask.first + mask.count)
                pixels[where, own] = [0 if value is None else value for value in self.nodata[own]]  # None: left out
            for number in (n for n in self._narrowed if n in own_bands):
                self._require_narrow(pixels[..., number], number, np.iinfo(self._narrowed[number]))
        for number in self.left_out:
            pixels[..., number] = 0
        return pixels

    def leave_out(self, bands: Sequence[int]) -> None:
        """From now on reads some bands as 0, never nodata, so that they decide nothing about the others' pixels."""
        self.left_out = tuple(sorted({*self.left_out, *bands}))
        self.nodata = tuple(None if band in self.left_out else own for band, own in enumerate(self.nodata))

    @property
    def varying_alpha(self) -> tuple[str, ...]:
        """The names of bands that the files call alpha, but that vary as data do, so that they hide nothing."""
        found = [(first, varying_alpha(d, path)) for first, d, path in zip(self._firsts, self._datasets, self.paths)]
        return tuple(self.band_names[first + number] for first, number in found if number is not None)

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
        """Names and colors that band 1 carries, or the table beside the file; see `raster_legend.legend_of`."""
        return legend_of(self._datasets[0].GetRasterBand(1), self.paths[0])

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
    return legend_of(dataset.GetRasterBand(1), path)


def require_same_grid(first_name: str, first: Grid, second_name: str, second: Grid) -> None:
    """Raises InputError if the pixels of two rasters do not coincide."""
    first_name, second_name = (os.path.basename(file_of(name)) for name in (first_name, second_name))
    require_same_crs(first_name, first, second_name, second)
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
    """A raster with bands, as GDAL opens it; what follows its name is not applied. Raises InputError."""
    path = file_of(path)
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


def known_scaling(scale: float, offset: float) -> Optional[tuple[float, float]]:
    """Scale and offset as recorded; None where they say nothing: 1 and 0, a scale of 0, and what is not finite."""
    says_something = scale and math.isfinite(scale) and math.isfinite(offset) and (scale, offset) != (1, 0)
    return (float(scale), float(offset)) if says_something else None


def has_signed_bytes(band: gdal.Band) -> bool:
    """Whether a band has bytes from -128 to 127, as GDAL below 3.7 marks them."""
    return band.DataType == gdal.GDT_Byte and band.GetMetadataItem("PIXELTYPE", "IMAGE_STRUCTURE") == "SIGNEDBYTE"


def _grid_of(dataset: gdal.Dataset, path: str) -> Grid:
    transform = dataset.GetGeoTransform(can_return_null=True)
    says_something = transform is not None and (*transform[:5], abs(transform[5])) != SOUTH_UP_PIXELS
    control = Control.of(dataset, says_something) or None
    size = dataset.RasterXSize, dataset.RasterYSize
    crs = crs_of(path, Decoder(path).text(dataset.GetProjection() or ""))
    if control and control.is_all:  # whose CRS is that of the points, if it is any
        of_points = crs_of(path, control.crs) if control.points else control.crs
        return Grid(*size, control=replace(control, crs=of_points))
    if transform is None:
        return Grid(*size, crs=crs)
    return Grid(*size, tuple(transform), crs, control, is_recorded=tuple(transform) == UNPLACED)


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


def _nodata_of(band: gdal.Band, path: str) -> Optional[float]:
    nodata = nodata_of(path, None if has_joint_nodata(band) else band.GetNoDataValue())
    dtype = np.dtype(np.int8) if has_signed_bytes(band) else NUMPY_TYPES[band.DataType]
    if nodata is not None and band.DataType in NARROWED:  # clipped as the pixels are
        return float(np.clip(nodata, np.iinfo(dtype).min, np.iinfo(dtype).max))
    return nodata_for(nodata, dtype)


def _masks_of(dataset: gdal.Dataset, path: str, first: int, with_alpha: bool, with_colors: bool) -> list[Mask]:
    try:
        return list(masks_of(dataset, path, first, with_alpha, with_colors))
    except RuntimeError as error:
        raise InputError(
            "The mask of the image “{path}” cannot be read: {reason}. Repair or remove the mask (.msk).",
            path=path,
            reason=error,
        ) from error


def _scaling_of(band: gdal.Band) -> Optional[tuple[float, float]]:
    scale, offset = band.GetScale(), band.GetOffset()
    return known_scaling(1.0 if scale is None else scale, 0.0 if offset is None else offset)


def _band_name(dataset: gdal.Dataset, band: gdal.Band, path: str) -> str:
    if band.GetDescription():
        return Decoder(path).text(band.GetDescription())
    if dataset.RasterCount == 1 and os.path.isfile(file_of(path)):
        return os.path.splitext(os.path.basename(file_of(path)))[0]
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
