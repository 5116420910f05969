"""What scale and offset an image's numbers have: as its STAC item, its files, or the product around them say."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Optional

from osgeo import gdal

from ..base.messages import Message
from ..base.plain_json import a_list, finite_number
from .adapted_reader import Scaling
from .data_sources import file_of
from .raster_reader import RasterReader, known_scaling

LARGEST_METADATA_BYTES = 20_000_000

Scalings = tuple[Optional[Scaling], ...]
"""Scale and offset of each band, None where they are not known."""

Declared = Sequence[Optional[Scalings]]
"""For each file of an image what its STAC item says of its bands; None, or no entry at all, where it says nothing."""

# Earth Search subtracts Sentinel-2's 1000 from the numbers, says so by this property, and records the offset still.
APPLIED = "earthsearch:boa_offset_applied"

# Sentinel-2 numbers its bands in this order, from 0.
_SENTINEL_2 = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12")
_SENTINEL_2_FILE = re.compile(r"(?:^|_)(B(?:0[1-9]|1[0-2]|8A))(?:_[126]0m)?\.\w+$", re.IGNORECASE)
_SENTINEL_2_BAND = re.compile(r"^(B(?:\d{1,2}|8A))(?:,|$)", re.IGNORECASE)  # as GDAL describes those of a product
_SAFE = re.compile(r"^(.*?\.SAFE)(?:[/\\]|$)", re.IGNORECASE)
_SUBDATASET = re.compile(r"^SENTINEL2_L(?:1C|2A):(.*?):(?:10|20|60)m:", re.IGNORECASE)
_LANDSAT_FILE = re.compile(r"^(L[A-Z]\d\d_(L\d)[A-Z]{2}_.*_02_T\w)_(?:(SR|ST)_)?B(\d{1,2})\.TIF$", re.IGNORECASE)


def recorded_scalings(reader: RasterReader, declared: Declared = ()) -> Optional[Scalings]:
    """Scale and offset of each band of an image; None if none is known.

    Args:
        declared: counts more than the files themselves, as it also tells where a record is known to be wrong.
    """
    bands = reader.file_bands
    found: list[Optional[Scaling]] = []
    bands_in, text_of = Counter(path for path, _ in bands), lru_cache(maxsize=None)(_text_of)
    for number, (path, band) in enumerate(bands):
        of_file = declared[reader.paths.index(path)] if len(declared) == len(reader.paths) else None
        if of_file is not None and len(of_file) == bands_in[path]:
            found.append(of_file[band - 1])
        else:
            own = reader.scalings[number]
            found.append(_of_product(path, reader.band_names[number], text_of) if own is None else own)
    return tuple(found) if any(scaling is not None for scaling in found) else None


def scalings_to_json(scalings: Scalings) -> list[Optional[list[float]]]:
    """Plain values; the inverse of `scalings_from_json`."""
    return [None if scaling is None else list(scaling) for scaling in scalings]


def scalings_from_json(values: Any, bands: int) -> Optional[Scalings]:
    """Scale and offset of each band, None where there are none. Raises ValueError where they are malformed."""
    if values is None:
        return None
    found: list[Optional[Scaling]] = []
    for pair in a_list(values, bands, bands, Message("the scales and offsets")):
        if pair is None:
            found.append(None)
            continue
        numbers = a_list(pair, 2, 2, Message("scale and offset"))
        scale, offset = (finite_number(number, Message("a scale or an offset")) for number in numbers)
        if scale == 0:
            raise ValueError(Message("a scale is 0"))
        found.append((scale, offset))
    return tuple(found)


def _of_product(path: str, band_name: str, text_of: Callable[[str], str]) -> Optional[Scaling]:
    """What the metadata of a Sentinel-2 or Landsat product say of a band of one of its files; None if not known.

    Args:
        text_of: reads a file, as `_text_of` does, but once for all bands.
    """
    path = file_of(path)
    subdataset = _SUBDATASET.match(path)
    if subdataset:
        band = _SENTINEL_2_BAND.match(band_name)
        return _of_sentinel_2(text_of(subdataset[1]), band[1]) if band else None
    folder, name = os.path.split(path)
    in_safe, of_band = _SAFE.match(path), _SENTINEL_2_FILE.search(name)
    if in_safe and of_band:
        listed = gdal.ReadDir(in_safe[1]) or []
        main = [file for file in listed if re.fullmatch(r"MTD_MSIL(1C|2A)\.xml", file, re.IGNORECASE)]
        return _of_sentinel_2(text_of(f"{in_safe[1]}/{main[0]}"), of_band[1]) if len(main) == 1 else None
    of_landsat = _LANDSAT_FILE.match(name)
    if of_landsat:
        product, level, kind, number = of_landsat.groups()
        return _of_landsat(text_of(os.path.join(folder, f"{product}_MTL.txt")), level.upper(), kind, number)
    return None


def _of_sentinel_2(metadata: str, band: str) -> Optional[Scaling]:
    """Reflectance since the processing baseline 04.00 is (number + BOA_ADD_OFFSET) / BOA_QUANTIFICATION_VALUE."""
    name = band.upper() if band.upper() == "B8A" else f"B{int(band[1:]):02}"
    quantification = re.search(r"<(?:BOA_)?QUANTIFICATION_VALUE[^>]*>\s*([\d.]+)\s*<", metadata)
    offsets = dict(re.findall(r"<(?:BOA|RADIO)_ADD_OFFSET\s+band_id=\"(\d+)\"\s*>\s*(-?[\d.]+)\s*<", metadata))
    number = str(_SENTINEL_2.index(name)) if name in _SENTINEL_2 else ""
    if quantification is None or not number or (offsets and number not in offsets) or not float(quantification[1]):
        return None
    return 1 / float(quantification[1]), float(offsets.get(number, 0)) / float(quantification[1])


def _of_landsat(metadata: str, level: str, kind: Optional[str], number: str) -> Optional[Scaling]:
    """Surface reflectance and temperature of level 2, reflectance at the top of the atmosphere of level 1."""
    group, what, band = {
        "SR": ("LEVEL2_SURFACE_REFLECTANCE_PARAMETERS", "REFLECTANCE", number),
        "ST": ("LEVEL2_SURFACE_TEMPERATURE_PARAMETERS", "TEMPERATURE", f"ST_B{number}"),
    }.get((kind or "").upper(), ("LEVEL1_RADIOMETRIC_RESCALING", "REFLECTANCE", number))
    if (level == "L2") != bool(kind):
        return None
    part = re.search(rf"GROUP = {group}\b(.*?)END_GROUP = {group}\b", metadata, re.DOTALL)
    found = [
        re.search(rf"\b{what}_{key}_BAND_{band} = (-?[\d.]+(?:[Ee][+-]?\d+)?)", part[1] if part else "")
        for key in ("MULT", "ADD")
    ]
    scale, offset = (float(match[1]) if match else 0.0 for match in found)
    return (scale, offset) if scale and found[1] else None


def _text_of(path: str) -> str:
    """The text of a file that GDAL can read, also one in an archive; empty if there is none."""
    with suppress(RuntimeError):
        found = gdal.VSIStatL(path)
        file = gdal.VSIFOpenL(path, "rb") if found is not None and found.size <= LARGEST_METADATA_BYTES else None
        if file is not None:
            try:
                return bytes(gdal.VSIFReadL(1, found.size, file) or b"").decode("utf-8", "replace")
            finally:
                gdal.VSIFCloseL(file)
    return ""


def declared_scalings(item: dict[str, Any], asset_name: str) -> Optional[Scalings]:
    """Scale and offset of each band of an asset, None for bands whose record is known to be wrong.

    Read are `raster:bands` and, since STAC 1.1, `bands` with `raster:scale` and `raster:offset`, of the bands or else
    of the asset.

    Returns:
        None if the item says nothing of them, so that the file may.
    """
    asset = item["assets"][asset_name]
    bands = asset.get("raster:bands")
    bands = bands if isinstance(bands, list) else asset.get("bands")
    bands = bands if isinstance(bands, list) and bands else [{}]
    found = tuple(_scaling_in_item(band if isinstance(band, dict) else {}, asset) for band in bands)
    properties = item.get("properties")
    if isinstance(properties, dict) and properties.get(APPLIED) is True:
        return (None,) * len(found)
    return found if any(scaling is not None for scaling in found) else None


def _scaling_in_item(band: dict[str, Any], asset: dict[str, Any]) -> Optional[tuple[float, float]]:
    scale, offset = (
        next((v for v in (band.get(k), band.get(f"raster:{k}"), asset.get(f"raster:{k}")) if v is not None), default)
        for k, default in (("scale", 1.0), ("offset", 0.0))
    )
    are_numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in (scale, offset))
    return known_scaling(scale, offset) if are_numbers else None
