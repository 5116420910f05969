"""Cutting patches on many processes: each worker of a Dask cluster reads its share of an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from .cluster import client_of, path_everywhere, require_cluster, results_on
from .cutting import NODATA, CutAll, Keep, cut_each, touching_nodata
from .extraction import CutOn
from .progress import Progress
from .raster import RasterReader, limit_cache

PART_BYTES = 8_000_000  # of the patches that are sent at a time

Pixels = tuple[np.ndarray, np.ndarray]
"""Columns and rows (n,) int64."""


@dataclass(frozen=True)
class CutJob:
    """What every worker has to know; plain values, so that it can be sent."""

    image: tuple[str, ...]
    nodata: Optional[float]
    width: int
    height: int


def cut_on(cluster: str) -> CutOn:
    """Who cuts for `extraction.extract_patches`: the workers of a cluster.

    Args:
        cluster: see cluster.client_of.
    Raises:
        InputError: the cluster is named wrongly or, when the work begins, cannot be reached; Dask is not installed.
    """
    require_cluster(cluster)

    def of_image(reader: RasterReader, nodata: Optional[float], width: int, height: int) -> CutAll:
        job = CutJob(tuple(path_everywhere(path) for path in reader.paths), nodata, width, height)
        patch_bytes = width * height * reader.band_count * reader.dtype.itemsize

        def cut_all(columns: np.ndarray, rows: np.ndarray, keep: Keep, progress: Progress) -> np.ndarray:
            reasons = np.zeros(len(columns), np.uint8)
            parts = _parts(columns, rows, max(1, PART_BYTES // patch_bytes))
            wanted = [(columns[members], rows[members]) for members in parts]
            pixels, following = [len(members) * width * height for members in parts], iter(parts)
            with client_of(cluster, progress) as client:
                for found in results_on(client, cut_share, job, wanted, pixels, progress):
                    for patches, why in found:
                        members = next(following)
                        keep(members, patches)
                        reasons[members] = why
            return reasons

        return cut_all

    return of_image


def _parts(columns: np.ndarray, rows: np.ndarray, most: int) -> list[np.ndarray]:
    """Which points (m,) each part has: neighbors from top to bottom, up to `most`."""
    order = np.lexsort((columns, rows))
    return [order[start : start + most] for start in range(0, len(order), most)]


def cut_share(job: CutJob, parts: Sequence[Pixels]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Patches (m, height, width, c) and reasons (m,) of each part; runs on a worker."""
    with RasterReader(job.image) as reader:
        limit_cache([reader])
        return [_cut(job, reader, *pixels) for pixels in parts]


def _cut(job: CutJob, reader: RasterReader, columns: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    patches = np.empty((len(columns), job.height, job.width, reader.band_count), reader.dtype)

    def keep(members: np.ndarray, some: np.ndarray) -> None:
        patches[members] = some

    bad = touching_nodata(reader, job.nodata)
    return patches, cut_each(reader, columns, rows, job.width, job.height, bad, NODATA, keep, Progress())
