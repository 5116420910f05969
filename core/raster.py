"""The one door to GDAL rasters: reading windows, writing tiles. Arrays are (h, w, c) on this side."""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Optional, Union
from xml.sax.saxutils import escape

import numpy as np
from osgeo import gdal, osr

from . import limits
from .blocks import Window
from .classes import ClassMap, LandClass
from .errors import InputError, OutputError
from .grid import Grid

gdal.UseExceptions()
osr.UseExceptions()

TAG_DOMAIN = "RASTERLEARN"
TILE_PX = 256
CACHE_BYTES, BLOCKS_IN_CACHE = 32_000_000, 4
WARP_ERROR_PX = 0.001

_VIRTUAL = re.compile(r"/vsi(?:subfile/[^,]*,|\w+/)(.*)")

_NUMPY_TYPES: dict[int, np.dtype] = {
    gdal.GDT_Byte: np.dtype(np.uint8),
    gdal.GDT_UInt16: np.dtype(np.uint16),
    gdal.GDT_Int16: np.dtype(np.int16),
    gdal.GDT_UInt32: np.dtype(np.uint32),
    gdal.GDT_Int32: np.dtype(np.int32),
    gdal.GDT_Float32: np.dtype(np.float32),
    gdal.GDT_Float64: np.dtype(np.float64),
}
_GDAL_TYPES = {dtype: code for code, dtype in _NUMPY_TYPES.items()}
if hasattr(gdal, "GDT_Int8"):  # from GDAL 3.7 on; before, signed bytes are bytes with a remark
    _NUMPY_TYPES[gdal.GDT_Int8] = np.dtype(np.int16)


def limit_cache(readers: Sequence[RasterReader]) -> None:
    """Lets GDAL keep only a few decoded blocks. Who reads each block once needs no more, whatever the image's size."""
    blocks = [r.block_shape[0] * r.block_shape[1] * r.band_count * r.dtype.itemsize for r in readers]
    if not gdal.GetConfigOption("GDAL_CACHEMAX"):  # else the user has decided
        gdal.SetCacheMax(max([CACHE_BYTES, *(BLOCKS_IN_CACHE * size for size in blocks)]))


class RasterReader:
    """Reads windows of one raster, or of several files of the same grid stacked band after band.

    Args:
        paths: a file or GDAL dataset name, or a list of them.
    Attributes:
        grid: shape, position and CRS.
        dtype: the numpy type that holds all bands; int16 for signed bytes.
        has_signed_bytes: whether GDAL itself takes negative values of a band for values from 128 on.
        band_names: description of each band, else the file's name (one band) or "band 1" ...
        nodata: the nodata value of each band, None where it has none.
        scaling: scale and offset that turn values into physical ones, if all bands have the same, recorded; else None.
        tags: what RasterLearn itself recorded in the file (domain RASTERLEARN).
    Raises:
        InputError: a file cannot be opened, has complex pixels, or its grid differs from the first one's.
    """

    def __init__(self, paths: Union[str, Sequence[str]]):
        self.paths = [paths] if isinstance(paths, str) else list(paths)
        if not self.paths:
            raise InputError("No image was given. Expected at least one raster.")
        self._datasets = [_open(path) for path in self.paths]
        grids = [_grid_of(dataset) for dataset in self._datasets]
        for path, grid in zip(self.paths[1:], grids[1:]):
            require_same_grid(self.paths[0], grids[0], path, grid)
        self.grid = grids[0]
        bands = [
            (d, d.GetRasterBand(i + 1), p) for d, p in zip(self._datasets, self.paths) for i in range(d.RasterCount)
        ]
        common = np.result_type(*(_numpy_type(band, path) for _, band, path in bands))
        self.dtype = common if common in _GDAL_TYPES else np.dtype(np.float64)
        self._signed = [i for i, (_, band, _) in enumerate(bands) if _has_signed_bytes(band)]
        self.nodata = tuple(_nodata_of(band) for _, band, _ in bands)
        scalings = {(band.GetScale() or 1.0, band.GetOffset() or 0.0) for _, band, _ in bands}
        self.scaling = scalings.pop() if len(scalings) == 1 and scalings != {(1.0, 0.0)} else None
        self.band_names = tuple(_band_name(d, band, path) for d, band, path in bands)
        self.block_shape = tuple(bands[0][1].GetBlockSize())
        self.tags: dict[str, str] = self._datasets[0].GetMetadata(TAG_DOMAIN) or {}

    def __enter__(self) -> RasterReader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the files."""
        self._datasets = []

    @property
    def band_count(self) -> int:
        """Number of bands over all files."""
        return len(self.band_names)

    @property
    def has_signed_bytes(self) -> bool:
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
            raise ValueError(f"{window} is not inside {self.grid.window}")
        shape = window.height, window.width, self.band_count
        pixels = np.empty(shape, self.dtype) if into is None else into
        if pixels.shape != shape or pixels.dtype != self.dtype or not pixels.flags.c_contiguous:
            raise ValueError(f"expected a contiguous array {shape} of {self.dtype}")
        memory = pixels.reshape(-1).data.cast("B")
        item = self.dtype.itemsize
        first_band = 0
        for dataset, path in zip(self._datasets, self.paths):
            try:
                dataset.ReadRaster(
                    window.x,
                    window.y,
                    window.width,
                    window.height,
                    buf_type=_GDAL_TYPES[self.dtype],
                    buf_pixel_space=item * self.band_count,
                    buf_line_space=item * self.band_count * window.width,
                    buf_band_space=item,
                    buf_obj=memory[first_band * item :],
                )
            except RuntimeError as error:
                raise InputError(f"The image “{path}” cannot be read: {error}. The file may be damaged.") from error
            first_band += dataset.RasterCount
        for number in self._signed:
            pixels[..., number][pixels[..., number] > 127] -= 256
        return pixels

    def valid(self, pixels: np.ndarray) -> np.ndarray:
        """Where no band is nodata, NaN or infinite: bool (...,) for pixels (..., c) as read."""
        valid = np.ones(pixels.shape[:-1], bool)
        for band, nodata in enumerate(self.nodata):  # ten times as fast as all bands at once, then `all`
            if pixels.dtype.kind == "f" or nodata is not None:
                valid &= valid_values(pixels[..., band : band + 1], (nodata,))[..., 0]
        return valid

    def tag(self, name: str) -> Any:
        """A recorded value (JSON), or None. Raises InputError if it is damaged."""
        try:
            return json.loads(self.tags[name]) if name in self.tags else None
        except ValueError as error:
            raise InputError(
                f"The metadata that RasterLearn wrote into “{self.name}” are damaged ({name}). Make it again."
            ) from error


def valid_values(pixels: np.ndarray, nodata: Sequence[Optional[float]]) -> np.ndarray:
    """Where a value is neither its band's nodata nor NaN nor infinite: bool (..., c) for pixels (..., c)."""
    valid = np.isfinite(pixels) if pixels.dtype.kind == "f" else np.ones(pixels.shape, bool)
    for band, value in enumerate(nodata):
        if value is not None and _can_be(value, pixels.dtype):
            valid[..., band] &= pixels[..., band] != np.asarray(value).astype(pixels.dtype)
    return valid


def _can_be(value: float, dtype: np.dtype) -> bool:
    """Whether pixels of this type can have the value at all."""
    if dtype.kind == "f" or not np.isfinite(value):
        return bool(np.isfinite(value))
    limits = np.iinfo(dtype)
    return limits.min <= value <= limits.max and value == int(value)


class RasterWriter:
    """Writes a tiled, compressed GeoTIFF (BigTIFF when it may grow beyond 4 GB).

    Use as a context manager: leaving it without an exception completes the file.

    Args:
        path: where to write; the caller takes care of temporary names (see core.files).
        grid: shape, position, CRS.
        band_count, dtype: of the pixels that `write` receives.
        nodata: recorded for all bands, or None. scale, offset: recorded likewise: what one step of an integer stands
            for, and what 0 does.
        band_names: recorded as band descriptions.
        classes: colors and names, written as color table and raster attribute table of band 1.
        tags: recorded as JSON in the domain RASTERLEARN.
        tiled: False writes strips of `strip_rows` rows instead, for stacks of patches.
    Raises:
        OutputError: the file cannot be created or completed (for example, the disk is full).
    """

    def __init__(
        self,
        path: str,
        grid: Grid,
        band_count: int,
        dtype: np.dtype,
        nodata: Optional[float] = None,
        scale: Optional[float] = None,
        offset: Optional[float] = None,
        band_names: Sequence[str] = (),
        classes: Optional[ClassMap] = None,
        tags: Optional[dict[str, Any]] = None,
        tiled: bool = True,
        strip_rows: int = 1,
    ):
        self._path, self._dtype, self._classes = path, np.dtype(dtype), classes
        # level 1 takes a third of the time of the usual 6; the file grows by a few percent of its raw size
        layout = ["TILED=YES", f"BLOCKXSIZE={TILE_PX}", f"BLOCKYSIZE={TILE_PX}", "COMPRESS=DEFLATE", "ZLEVEL=1"]
        if not tiled:
            layout = [f"BLOCKYSIZE={strip_rows}"]
        options = [*layout, "INTERLEAVE=PIXEL", "BIGTIFF=IF_SAFER", f"NUM_THREADS={limits.processors()}"]
        with output_errors(path):
            driver = gdal.GetDriverByName("GTiff")
            dataset = driver.Create(path, grid.width, grid.height, band_count, _GDAL_TYPES[self._dtype], options)
            _describe_pixels(dataset, grid, nodata, (scale, offset), band_names, classes, tags or {})
        self._dataset = dataset

    def __enter__(self) -> RasterWriter:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if error is None:
            self._complete()
        else:
            with _errors_collected():  # the file is about to be deleted
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
                buf_type=_GDAL_TYPES[self._dtype],
                buf_pixel_space=item * band_count,
                buf_line_space=item * band_count * width,
                buf_band_space=item,
            )

    def _complete(self) -> None:
        with output_errors(self._path):
            if self._classes is not None:
                _write_attribute_table(self._dataset.GetRasterBand(1), self._classes)
            self._dataset.FlushCache()
            close(self._dataset)
            self._dataset = None
        if not is_whole(self._path):
            raise OutputError(
                f"Could not write “{os.path.basename(self._path)}”: its end is missing. Most often the disk is full; "
                "free some space or choose another folder."
            )
        if self._classes is not None and not set(self._classes) <= set(read_legend(self._path).values()):
            raise OutputError(  # GDAL does not notice a side file that was cut short
                f"Could not write the class names of “{os.path.basename(self._path)}”: the disk is full."
            )


def open_warped(path: str, grid: Grid) -> RasterReader:
    """A raster in the CRS and on the pixels of a grid that is not rotated, north up.

    Values are those under the pixel centers; nodata is a value like any other. The last band is 0 beyond the raster.

    Raises:
        InputError: the coordinates cannot be transformed.
    """
    left, across, _, top, _, down = grid.geotransform
    x, y = sorted((left, left + across * grid.width)), sorted((top, top + down * grid.height))
    virtual = f"/vsimem/{uuid.uuid4().hex}/{os.path.basename(path)}.vrt"
    source = _open(path)
    try:
        warped = gdal.Warp(
            virtual,
            source,
            format="VRT",
            dstSRS=grid.crs or None,
            outputBounds=(x[0], y[0], x[1], y[1]),
            width=grid.width,
            height=grid.height,
            resampleAlg="near",
            errorThreshold=WARP_ERROR_PX,
            srcNodata="None",
            dstAlpha=True,
            options=["-novshift"],  # labels are no heights
        )
        for number in range(1, source.RasterCount + 1):
            if _has_signed_bytes(source.GetRasterBand(number)):  # which a warp leaves out
                warped.GetRasterBand(number).SetMetadataItem("PIXELTYPE", "SIGNEDBYTE", "IMAGE_STRUCTURE")
        del warped  # completes the file
        return RasterReader(virtual)
    except RuntimeError as error:
        raise InputError(
            f"“{os.path.basename(path)}” cannot be brought to {crs_name(grid.crs)}: {error}. "
            "Check that its coordinate reference system is right."
        ) from error
    finally:
        if gdal.VSIStatL(virtual) is not None:  # a warp that failed leaves none, and Unlink would complain
            gdal.Unlink(virtual)


def write_scaled_vrt(
    path: str,
    reader: RasterReader,
    gain: Sequence[float],
    bias: Sequence[float],
    band_names: Sequence[str],
    tags: dict[str, Any],
    final_folder: str,
) -> None:
    """Writes a virtual float32 raster whose pixels are source * gain + bias, NaN where the source is nodata.

    Args:
        path: where to write now. final_folder: where the file will lie, for relative source paths.
        gain, bias: one number for each band of the reader.
    Raises:
        InputError: a band has signed bytes, which GDAL's virtual rasters take for unsigned ones.
    """
    if reader.has_signed_bytes:
        raise InputError(
            f"“{reader.name}” has signed bytes, which a virtual raster would take for values from 0 to 255. Give the "
            "output a name ending in .tif, or convert the image to Int16 first (“Translate”)."
        )
    sources = [(p, i + 1) for p, d in zip(reader.paths, reader._datasets) for i in range(d.RasterCount)]
    width, height = reader.grid.width, reader.grid.height
    rectangle = f'xOff="0" yOff="0" xSize="{width}" ySize="{height}"'
    lines = [f'<VRTDataset rasterXSize="{width}" rasterYSize="{height}">']
    if reader.grid.crs:
        lines.append(f"<SRS>{escape(reader.grid.crs)}</SRS>")
    lines.append(f"<GeoTransform>{', '.join(repr(float(v)) for v in reader.grid.geotransform)}</GeoTransform>")
    lines.append(f'<Metadata domain="{TAG_DOMAIN}">')
    lines += [f'<MDI key="{escape(name)}">{escape(json.dumps(value))}</MDI>' for name, value in tags.items()]
    lines.append("</Metadata>")
    for number, (source, band) in enumerate(sources):
        shown, relative = _path_for_vrt(source, final_folder)
        nodata = reader.nodata[number]
        lines += [
            f'<VRTRasterBand dataType="Float32" band="{number + 1}">',
            f"<Description>{escape(band_names[number])}</Description>",
            "<NoDataValue>nan</NoDataValue>",
            "<ComplexSource>",
            f'<SourceFilename relativeToVRT="{int(relative)}">{escape(shown)}</SourceFilename>',
            f"<SourceBand>{band}</SourceBand>",
            f"<SrcRect {rectangle}/><DstRect {rectangle}/>",
            f"<ScaleOffset>{float(bias[number])!r}</ScaleOffset><ScaleRatio>{float(gain[number])!r}</ScaleRatio>",
            "" if nodata is None else f"<NODATA>{nodata!r}</NODATA>",
            "</ComplexSource>",
            "</VRTRasterBand>",
        ]
    lines.append("</VRTDataset>")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def write_mosaic_vrt(
    path: str,
    grid: Grid,
    dtype: np.dtype,
    tiles: Sequence[tuple[str, Window]],
    nodata: Optional[float] = None,
    scale: Optional[float] = None,
    offset: Optional[float] = None,
    band_names: Sequence[str] = (),
    classes: Optional[ClassMap] = None,
    tags: Optional[dict[str, Any]] = None,
) -> None:
    """Writes a virtual raster of tiles that lie beside each other.

    Args:
        path: where to write. tiles: the path of each, relative to the VRT's folder, and its place in the grid.
        nodata, scale, offset, band_names, classes, tags: as those of RasterWriter.
    """
    with output_errors(path):
        driver, kind = gdal.GetDriverByName("VRT"), _GDAL_TYPES[np.dtype(dtype)]
        dataset = driver.Create(path, grid.width, grid.height, len(band_names), kind)
        _describe_pixels(dataset, grid, nodata, (scale, offset), band_names, classes, tags or {})
        for number in range(1, len(band_names) + 1):
            band = dataset.GetRasterBand(number)
            for name, place in tiles:
                size = f'xSize="{place.width}" ySize="{place.height}"'
                source = (
                    f'<SimpleSource><SourceFilename relativeToVRT="1">{escape(name)}</SourceFilename>'
                    f"<SourceBand>{number}</SourceBand>"
                    f'<SourceProperties RasterXSize="{place.width}" RasterYSize="{place.height}" '
                    f'DataType="{gdal.GetDataTypeName(kind)}" BlockXSize="{TILE_PX}" BlockYSize="{TILE_PX}"/>'
                    f'<SrcRect xOff="0" yOff="0" {size}/><DstRect xOff="{place.x}" yOff="{place.y}" {size}/>'
                    "</SimpleSource>"
                )
                band.SetMetadataItem("source", source, "new_vrt_sources")
        if classes is not None:
            _write_attribute_table(dataset.GetRasterBand(1), classes)
        dataset.FlushCache()
        close(dataset)


def _path_for_vrt(source: str, folder: str) -> tuple[str, bool]:
    """How a VRT in `folder` names a source, and whether that is relative: then both can be moved together."""
    if not os.path.isfile(source):
        return source, False
    real = os.path.realpath(source)
    try:
        return os.path.relpath(real, os.path.realpath(folder)), True
    except ValueError:  # on another drive of Windows
        return real, False


def read_legend(path: str) -> dict[int, LandClass]:
    """Names and colors that band 1 of a raster carries: attribute table first, then categories and color table."""
    dataset = _open(path)  # a band does not keep its dataset alive
    band = dataset.GetRasterBand(1)
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


def files_of(source: str) -> set[str]:
    """All files on the disk behind a raster or vector data source: those of a VRT, an archive, a subdataset.

    Args:
        source: a file or GDAL dataset name. What GDAL does not open stands for itself, if it is a file.
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
    except RuntimeError:  # no data source, such as a table or a model
        return []
    return dataset.GetFileList() or []


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
                f"“{name}” has no coordinate reference system, but “{other_name}” is in {crs_name(other)}, so their "
                "positions cannot be compared. Assign a projection to it (Raster or Vector menu, “Assign "
                "projection”)."
            )


def require_same_crs(first_name: str, first: str, second_name: str, second: str) -> None:
    """Raises InputError if exactly one layer has no CRS, or if the two differ."""
    require_both_crs(first_name, first, second_name, second)
    if not same_crs(first, second):
        raise InputError(
            f"“{second_name}” is in {crs_name(second)}, but “{first_name}” is in {crs_name(first)}. "
            "Reproject one of them (“Warp” for rasters, “Reproject layer” for vectors)."
        )


def require_same_grid(first_name: str, first: Grid, second_name: str, second: Grid) -> None:
    """Raises InputError if two rasters cannot be laid over each other pixel by pixel."""
    first_name, second_name = os.path.basename(first_name), os.path.basename(second_name)
    require_same_crs(first_name, first.crs, second_name, second.crs)
    if not first.same_pixels_as(second):
        raise InputError(
            f"“{second_name}” and “{first_name}” are on different grids: expected {_describe(first)}, received "
            f"{_describe(second)}. Bands of different pixel size are separate sources of a network: stack only "
            "bands of one size (for Sentinel-2: B2, B3, B4, B8 at 10 m), or resample first (“Warp”)."
        )


def meters_per_unit(crs: str) -> Optional[float]:
    """Meters in a unit of a projected CRS; None where units are degrees or unknown."""
    reference = _reference(crs) if crs else None
    return float(reference.GetLinearUnits()) if reference and reference.IsProjected() else None


def crs_name(crs: str) -> str:
    """For messages: EPSG:32633, or the name in the WKT."""
    reference = _reference(crs)
    code = reference.GetAuthorityCode(None)
    return f"{reference.GetAuthorityName(None)}:{code}" if code else str(reference.GetName())


def _reference(crs: str) -> osr.SpatialReference:
    reference = osr.SpatialReference()
    reference.ImportFromWkt(crs)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def _open(path: str) -> gdal.Dataset:
    try:
        dataset = gdal.OpenEx(path, gdal.OF_RASTER | gdal.OF_READONLY)
    except RuntimeError as error:
        raise InputError(
            f"The image “{path}” cannot be opened: {str(error).rstrip('.')}. "
            "Expected a raster file that GDAL reads (GeoTIFF, JP2, VRT …)."
        ) from error
    if dataset.RasterCount == 0:
        raise InputError(f"The file “{path}” holds no bands by itself. Choose one of its subdatasets.")
    return dataset


def _grid_of(dataset: gdal.Dataset) -> Grid:
    transform = dataset.GetGeoTransform(can_return_null=True) or (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    return Grid(dataset.RasterXSize, dataset.RasterYSize, tuple(transform), dataset.GetProjection() or "")


def _numpy_type(band: gdal.Band, path: str) -> np.dtype:
    try:
        return np.dtype(np.int16) if _has_signed_bytes(band) else _NUMPY_TYPES[band.DataType]
    except KeyError:
        raise InputError(
            f"The image “{path}” has pixels of type {gdal.GetDataTypeName(band.DataType)}; expected integers "
            "of 8 to 32 bits or real numbers. Convert it first (complex data to amplitude or intensity)."
        ) from None


def _has_signed_bytes(band: gdal.Band) -> bool:
    return band.DataType == gdal.GDT_Byte and band.GetMetadataItem("PIXELTYPE", "IMAGE_STRUCTURE") == "SIGNEDBYTE"


def _nodata_of(band: gdal.Band) -> Optional[float]:
    nodata = band.GetNoDataValue()
    dtype = np.dtype(np.int8) if _has_signed_bytes(band) else _NUMPY_TYPES[band.DataType]
    return nodata if nodata is None or np.isnan(nodata) or _can_be(nodata, dtype) else None


def _band_name(dataset: gdal.Dataset, band: gdal.Band, path: str) -> str:
    if band.GetDescription():
        return str(band.GetDescription())
    if dataset.RasterCount == 1 and os.path.isfile(path):
        return os.path.splitext(os.path.basename(path))[0]
    return f"band {band.GetBand()}"


def _describe(grid: Grid) -> str:
    width, height = grid.pixel_size
    x, y = grid.geotransform[0], grid.geotransform[3]
    return f"{grid.width} × {grid.height} pixels of {width:g} × {height:g} from ({x:g}, {y:g})"


def _describe_pixels(
    dataset: gdal.Dataset,
    grid: Grid,
    nodata: Optional[float],
    scaling: tuple[Optional[float], Optional[float]],
    band_names: Sequence[str],
    classes: Optional[ClassMap],
    tags: dict[str, Any],
) -> None:
    """Writes what a new raster tells of itself, but for the attribute table, which GDAL writes at the end."""
    dataset.SetGeoTransform(grid.geotransform)
    if grid.crs:
        dataset.SetProjection(grid.crs)
    dataset.SetMetadata({name: json.dumps(value) for name, value in tags.items()}, TAG_DOMAIN)
    for number in range(1, dataset.RasterCount + 1):
        band = dataset.GetRasterBand(number)
        if nodata is not None:
            band.SetNoDataValue(float(nodata))
        for number_given, record in zip(scaling, (band.SetScale, band.SetOffset)):
            if number_given is not None:
                record(number_given)
        if band_names:
            band.SetDescription(band_names[number - 1])
    if classes is not None:
        _write_color_table(dataset.GetRasterBand(1), classes)


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


def _write_attribute_table(band: gdal.Band, classes: ClassMap) -> None:
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


def close(dataset: gdal.Dataset) -> None:
    """Closes what was written, which may fail. From GDAL 3.8 on, failing is ignored where nobody calls `Close`."""
    if hasattr(dataset, "Close"):
        try:
            dataset.Close()
        except RuntimeError:
            dataset.thisown = False  # it is gone all the same; GDAL 3.10 would free it a second time, and crash
            raise


def is_whole(path: str) -> bool:
    """Whether a file is a GeoTIFF and has all its blocks; GDAL 3.10 does not tell if the last had no room."""
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
def _errors_collected() -> Iterator[list[str]]:
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
    """Turns failures of GDAL, also those that it only reports while closing a file, into an OutputError."""
    cause: Optional[BaseException] = None
    with _errors_collected() as messages:
        try:
            yield
        except RuntimeError as error:
            messages.append(str(error))
            cause = error
    if messages:
        raise OutputError(
            f"Could not write “{os.path.basename(path)}”: {messages[0]}. "
            "Most often the disk is full; free some space or choose another folder."
        ) from cause
