"""Virtual rasters (VRT): warped, scaled, masked, and mosaicked, without copying pixels."""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Sequence
from typing import Any, Optional
from xml.sax.saxutils import escape

import numpy as np
from osgeo import gdal

from ..base.errors import InputError
from .crs import crs_name
from .data_sources import crs_of, file_of
from .gdal_output import close, output_errors
from .grid import Grid
from .pixel_types import GDAL_TYPES, TAG_DOMAIN, TILE_PX
from .raster_reader import RasterReader, has_signed_bytes, open_dataset
from .raster_writer import (
    RasterProfile,
    describe_like,
    describe_pixels,
    describe_scalings,
    place,
    write_attribute_table,
)
from .window import Window

WARP_ERROR_PX = 0.001


def open_warped(path: str, grid: Grid, with_colors: bool = True) -> RasterReader:
    """A raster in the CRS and on the pixels of a grid that is not rotated, north up.

    Values are those at the pixel centers; nodata is a value like any other. The last band is 0 beyond the raster.

    Args:
        with_colors: as for RasterReader.
    Raises:
        InputError: the coordinates cannot be transformed.
    """
    left, across, _, top, _, down = grid.geotransform
    x, y = sorted((left, left + across * grid.width)), sorted((top, top + down * grid.height))
    virtual = f"/vsimem/{uuid.uuid4().hex}/{os.path.basename(file_of(path))}.vrt"
    source = open_dataset(path)
    try:
        warped = gdal.Warp(
            virtual,
            source,
            format="VRT",
            srcSRS=crs_of(path, source.GetProjection() or "") or None,
            dstSRS=grid.crs or None,
            outputBounds=(x[0], y[0], x[1], y[1]),
            width=grid.width,
            height=grid.height,
            resampleAlg="near",
            errorThreshold=WARP_ERROR_PX,
            srcNodata="None",
            dstAlpha=True,
            options=["-novshift"],  # labels are not heights
        )
        for number in range(1, source.RasterCount + 1):
            if has_signed_bytes(source.GetRasterBand(number)):  # which a warp leaves out
                warped.GetRasterBand(number).SetMetadataItem("PIXELTYPE", "SIGNEDBYTE", "IMAGE_STRUCTURE")
        # Without its name, a class whose color is transparent would be hidden.
        warped.GetRasterBand(1).SetCategoryNames(source.GetRasterBand(1).GetCategoryNames() or [])
        del warped  # completes the file
        return RasterReader(virtual, False, with_colors)
    except RuntimeError as error:
        raise InputError(
            "“{name}” cannot be brought to {crs}: {reason}. Check that its coordinate reference system is right.",
            name=os.path.basename(file_of(path)),
            crs=crs_name(grid.crs),
            reason=error,
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
    _refuse_signed_bytes(reader)
    sources = reader.file_bands
    width, height = reader.grid.width, reader.grid.height
    rectangle = f'xOff="0" yOff="0" xSize="{width}" ySize="{height}"'
    lines = [f'<VRTDataset rasterXSize="{width}" rasterYSize="{height}">']
    lines += _placing_for_vrt(reader.grid)
    lines.append(f'<Metadata domain="{TAG_DOMAIN}">')
    lines += [f'<MDI key="{escape(name)}">{escape(json.dumps(value))}</MDI>' for name, value in tags.items()]
    lines.append("</Metadata>")
    for number, (source, band) in enumerate(sources):
        shown, relative = _path_for_vrt(source, final_folder)
        nodata = reader.file_nodata[number]
        lines += [
            f'<VRTRasterBand dataType="Float32" band="{number + 1}">',
            f"<Description>{escape(band_names[number])}</Description>",
        ]
        if number in reader.left_out:  # without a source and a nodata value, GDAL reads 0
            lines.append("</VRTRasterBand>")
            continue
        lines += [
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
    lines += [_mask_for_vrt(_masks_of_files(reader, final_folder)), "</VRTDataset>"]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def write_masked_vrt(
    path: str, reader: RasterReader, mask_name: str, nodata: Optional[float], final_folder: str
) -> None:
    """Writes a virtual raster that shows the image of a reader, except for the pixels that a mask hides.

    Args:
        path: where to write now. final_folder: where the file will lie. mask_name: of the mask's file beside it.
        nodata: recorded for bands that have none, or None.
    Raises:
        InputError: a band has signed bytes.
    """
    _refuse_signed_bytes(reader)
    source = reader._datasets[0]
    dataset = gdal.GetDriverByName("VRT").Create(path, reader.grid.width, reader.grid.height, 0)
    for number in range(1, source.RasterCount + 1):
        dataset.AddBand(source.GetRasterBand(number).DataType)
    with output_errors(path):
        describe_pixels(dataset, reader.grid, RasterProfile(reader.band_count, reader.file_dtype))
        describe_like(dataset, source)
        describe_scalings(dataset, reader)
        for number, own in enumerate(reader.file_nodata):
            value = nodata if own is None else own
            if value is not None:
                dataset.GetRasterBand(number + 1).SetNoDataValue(value)
        dataset.FlushCache()
        close(dataset)
        del dataset
    with open(path, encoding="utf-8") as file:
        bands = re.sub(r"(<VRTRasterBand[^>]*)/>", r"\1></VRTRasterBand>", file.read()).split("</VRTRasterBand>")
    shown, relative = _path_for_vrt(reader.paths[0], final_folder)
    name = f'<SourceFilename relativeToVRT="{int(relative)}">{escape(shown)}</SourceFilename>'
    for number in range(source.RasterCount):
        bands[number] += f"<SimpleSource>{name}<SourceBand>{number + 1}</SourceBand></SimpleSource>"
    mask = _mask_for_vrt([(mask_name, True, "1", "")])
    with open(path, "w", encoding="utf-8") as file:
        file.write("</VRTRasterBand>".join(bands).replace("</VRTDataset>", f"{mask}\n</VRTDataset>"))


def write_mosaic_vrt(path: str, grid: Grid, profile: RasterProfile, tiles: Sequence[tuple[str, Window]]) -> None:
    """Writes a virtual raster of tiles that lie beside each other.

    Args:
        path: where to write. tiles: the path of each, relative to the VRT's folder, and its place in the grid.
    """
    with output_errors(path):
        driver, kind = gdal.GetDriverByName("VRT"), GDAL_TYPES[np.dtype(profile.dtype)]
        dataset = driver.Create(path, grid.width, grid.height, profile.band_count, kind)
        describe_pixels(dataset, grid, profile)
        for number in range(1, profile.band_count + 1):
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
        if profile.classes is not None:
            write_attribute_table(dataset.GetRasterBand(1), profile.classes)
        dataset.FlushCache()
        close(dataset)


def _refuse_signed_bytes(reader: RasterReader) -> None:
    if reader.has_signed_bytes:
        raise InputError(
            "“{image}” has signed bytes, which a virtual raster would take for values from 0 to 255. Give the "
            "output a name ending in .tif, or convert the image to Int16 first (“Translate”).",
            image=reader.name,
        )


def _placing_for_vrt(grid: Grid) -> list[str]:
    """The lines of a VRT that say where it lies."""
    dataset = gdal.GetDriverByName("VRT").Create("", grid.width, grid.height, 0)
    place(dataset, grid)
    return str(dataset.GetMetadata("xml:VRT")[0]).splitlines()[1:-1]


def _masks_of_files(reader: RasterReader, final_folder: str) -> list[tuple[str, bool, str, str]]:
    """What hides pixels in bands that are not left out, as `_mask_for_vrt` takes it.

    What is the mask of one band only hides the others, too: a pixel is nodata if one of its bands is.
    """
    order = reader.band_order
    left_out = {band if order is None else order[band] for band in reader.left_out}  # as the files count bands
    of_files = [(path, mask) for path, masks in zip(reader.paths, reader._masks) for mask in masks]
    hiding = [(path, mask) for path, mask in of_files if not {*range(mask.first, mask.first + mask.count)} <= left_out]
    return [(*_path_for_vrt(path, final_folder), *mask.source()) for path, mask in hiding]


def _mask_for_vrt(masks: Sequence[tuple[str, bool, str, str]]) -> str:
    """The mask band of a VRT, which hides what any of the masks hides.

    Args:
        masks: file, whether its path is relative, band, and how its values become 0 and 255, if they have to.
    """
    if not masks:
        return ""
    lines = ["<MaskBand>", '<VRTRasterBand dataType="Byte">']
    if len(masks) > 1:  # the product is 0 where any mask is; what is larger than 255 becomes 255
        lines[1] = '<VRTRasterBand dataType="Byte" subClass="VRTDerivedRasterBand">'
        lines.append("<PixelFunctionType>mul</PixelFunctionType>")
    for path, relative, band, change in masks:
        kind = "ComplexSource" if change else "SimpleSource"
        lines += [
            f"<{kind}>",
            f'<SourceFilename relativeToVRT="{int(relative)}">{escape(path)}</SourceFilename>',
            f"<SourceBand>{band}</SourceBand>",
            *([change] if change else []),
            f"</{kind}>",
        ]
    return "\n".join([*lines, "</VRTRasterBand>", "</MaskBand>"])


def _path_for_vrt(source: str, folder: str) -> tuple[str, bool]:
    """How a VRT in `folder` names a source, and whether the path is relative: then both can be moved together."""
    source = file_of(source)
    if not os.path.isfile(source):
        return source, False
    real = os.path.realpath(source)
    try:
        return os.path.relpath(real, os.path.realpath(folder)), True
    except ValueError:  # on another drive of Windows
        return real, False
