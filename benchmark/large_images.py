"""Shared by the benchmarks: large images made of the demo's scene, and a description of the machine."""

from __future__ import annotations

import glob
import os
import platform
import sys
from collections.abc import Sequence
from typing import Any, Optional

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
import engine  # noqa: E402

engine.load_package()
from osgeo import gdal  # noqa: E402

from rasterlearn.core.raster.grid import Grid  # noqa: E402
from rasterlearn.core.raster.raster_reader import RasterReader  # noqa: E402
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter  # noqa: E402

TARGET = os.path.join(ROOT, "build", "benchmark")
DATA = os.path.join(TARGET, "data")
BANDS_10M, BANDS_20M = ("B04", "B03", "B02", "B08"), ("B05", "B06", "B07", "B8A", "B11", "B12")


def paths_of(demo: str, bands: Sequence[str]) -> list[str]:
    """The files of some bands of the demo's scene."""
    return [glob.glob(os.path.join(demo, "scene", "**", f"*_{band}.jp2"), recursive=True)[0] for band in bands]


def scene(demo: str, bands: Sequence[str]) -> tuple[np.ndarray, Grid]:
    """The raw pixels (h, w, c) uint16 of some bands."""
    paths = paths_of(demo, bands)
    with RasterReader(paths) as reader:
        return reader.read(reader.grid.window), reader.grid


def enlarged(
    path: str,
    pixels: np.ndarray,
    grid: Grid,
    side: int,
    band_names: Sequence[str] = BANDS_10M,
    tags: Optional[dict[str, Any]] = None,
) -> str:
    """A tiled, compressed GeoTIFF of `side` × `side` pixels: the scene and its mirror images, repeated."""
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        down = np.concatenate([pixels, pixels[::-1]])
        period = np.concatenate([down, down[:, ::-1]], axis=1)
        columns = np.arange(side) % period.shape[1]
        whole = Grid(side, side, grid.geotransform, grid.crs)
        profile = RasterProfile(pixels.shape[2], pixels.dtype, band_names=band_names, tags=tags or {})
        with RasterWriter(path + ".new", whole, profile) as writer:
            for y in range(0, side, 256):
                rows = np.arange(y, min(y + 256, side)) % period.shape[0]
                writer.write(0, y, period[rows][:, columns])
        os.replace(path + ".new", path)
    return path


def machine() -> dict[str, Any]:
    """Processor and library versions, for the record."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "gdal": gdal.__version__,
        "numpy": np.__version__,
    }


def processor() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.processor()
