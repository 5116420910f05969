"""Shared by the restoration benchmarks: jobs run in one process, and maps of values judged band by band."""

from __future__ import annotations

import csv
import os
from typing import Any

import numpy as np
from large_images import TARGET

from rasterlearn.core.base.progress import Event, Progress
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.jobs.accuracy import Accuracy
from rasterlearn.jobs.job import Job

FOLDER = os.path.join(TARGET, "restoration")


def path_of(name: str) -> str:
    os.makedirs(FOLDER, exist_ok=True)
    return os.path.join(FOLDER, name)


def run(job: Job, quiet: bool = False) -> dict[str, Any]:
    """Runs a job as the engine does, but in this process: most take less time than starting one would.

    Args:
        quiet: hides warnings, where one of many runs may fail.
    """
    return job.run(Progress(None if quiet else _tell_warning))


def _tell_warning(event: Event) -> None:
    if event["event"] == "warning":
        print(f"  {event['text']}", flush=True)


def rmse_of(image: str, reference: str) -> np.ndarray:
    """The RMSE of each band, (c,), where both have values, as reported by `rasterlearn:accuracy`."""
    table = path_of("accuracy.csv")
    run(Accuracy(map=image, reference=reference, kind="values", matrix=table))
    with open(table, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    os.remove(table)
    return np.array([float(row["rmse"]) for row in rows if row["band"] != "all"])


def pixels_of(path: str) -> tuple[np.ndarray, Grid]:
    """All pixels of an image, (h, w, c), and its grid."""
    with RasterReader(path) as reader:
        return reader.read(reader.grid.window), reader.grid


def written(name: str, pixels: np.ndarray, grid: Grid, nodata: float | None = None, like: str | None = None) -> str:
    """Writes an image (h, w, c) to the folder of the benchmark, with the band names of `like`; returns its path."""
    path, names = path_of(name), ()
    if like:
        with RasterReader(like) as reader:
            names = reader.band_names
    with RasterWriter(path, grid, RasterProfile(pixels.shape[2], pixels.dtype, nodata, band_names=names)) as writer:
        writer.write(0, 0, np.ascontiguousarray(pixels))
    return path
