"""GDAL's pixel types as numpy dtypes, and what all written files share: the tile size and the domain of their tags."""

from __future__ import annotations

import numpy as np
from osgeo import gdal

TAG_DOMAIN = "RASTERLEARN"
TILE_PX = 256  # side of a tile

NUMPY_TYPES: dict[int, np.dtype] = {
    gdal.GDT_Byte: np.dtype(np.uint8),
    gdal.GDT_UInt16: np.dtype(np.uint16),
    gdal.GDT_Int16: np.dtype(np.int16),
    gdal.GDT_UInt32: np.dtype(np.uint32),
    gdal.GDT_Int32: np.dtype(np.int32),
    gdal.GDT_Float32: np.dtype(np.float32),
    gdal.GDT_Float64: np.dtype(np.float64),
}
GDAL_TYPES = {dtype: code for code, dtype in NUMPY_TYPES.items()}
# Types with room for a value that means “masked” beside all values of an integer type.
WITH_ROOM = {"uint8": "int16", "int16": "int32", "uint16": "int32", "int32": "float64", "uint32": "float64"}
# Read as 32 bits where the values fit, which is checked while reading: numpy writes small integers with 64 by default.
NARROWED: dict[int, np.dtype] = {}
if hasattr(gdal, "GDT_Int64"):  # from GDAL 3.5 on
    NARROWED = {gdal.GDT_Int64: np.dtype(np.int32), gdal.GDT_UInt64: np.dtype(np.uint32)}
    NUMPY_TYPES.update(NARROWED)
if hasattr(gdal, "GDT_Int8"):  # from GDAL 3.7 on; before, signed bytes are bytes with a metadata item
    NUMPY_TYPES[gdal.GDT_Int8] = np.dtype(np.int16)
