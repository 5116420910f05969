"""Cutting patches on many processes: each worker of a Dask cluster reads its share of the images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np

from .cluster import client_of, path_everywhere, require_cluster, results_on
from .cutting import CutAll, CutJob, Keep, Paths, cut_from
from .extraction import CutOn
from .progress import Progress
from .raster import RasterReader, limit_cache

PART_BYTES = 8_000_000  # of the patches that are sent at a time

Part = tuple[Paths, np.ndarray, np.ndarray]
"""The files of an image, and columns and rows (n,) int64 of it."""


@contextmanager
def cut_on(cluster: str, progress: Progress) -> Iterator[CutOn]:
    """Who cuts for `extraction.extract_patches`: the workers of a cluster, which is connected when the work begins.

    Args:
        cluster: see cluster.client_of.
    Raises:
        InputError: the cluster is named wrongly or, when the work begins, cannot be reached; Dask is not installed.
    """
    require_cluster(cluster)
    with ExitStack() as stack:

        @cache
        def client() -> Any:
            return stack.enter_context(client_of(cluster, progress))

        def of_images(images: Sequence[Paths], job: CutJob, patch_bytes: int) -> CutAll:
            everywhere = [tuple(map(path_everywhere, paths)) for paths in images]
            most = max(1, PART_BYTES // patch_bytes)

            def cut_all(
                numbers: np.ndarray, columns: np.ndarray, rows: np.ndarray, keep: Keep, progress: Progress
            ) -> np.ndarray:
                reasons = np.zeros(len(numbers), np.uint8)
                parts = _parts(numbers, columns, rows, most)
                wanted = [(everywhere[numbers[m[0]]], columns[m], rows[m]) for m in parts]
                pixels, following = [len(m) * job.width * job.height for m in parts], iter(parts)
                for found in results_on(client(), cut_share, job, wanted, pixels, progress):
                    for patches, why in found:
                        members = next(following)
                        keep(members, patches)
                        reasons[members] = why
                return reasons

            return cut_all

        yield of_images


def _parts(numbers: np.ndarray, columns: np.ndarray, rows: np.ndarray, most: int) -> list[np.ndarray]:
    """Which points (m,) each part has: neighbors in one image from top to bottom, up to `most`."""
    order = np.lexsort((columns, rows, numbers))
    images = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    return [image[start : start + most] for image in images for start in range(0, len(image), most)]


def cut_share(job: CutJob, parts: Sequence[Part]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Patches (m, height, width, c) and reasons (m,) of each part; runs on a worker."""
    found = []
    for paths, of_image in groupby(parts, key=lambda part: part[0]):
        with RasterReader(paths) as reader:
            limit_cache([reader])
            found += [_cut(job, reader, columns, rows) for _, columns, rows in of_image]
    return found


def _cut(job: CutJob, reader: RasterReader, columns: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    patches = np.empty((len(columns), job.height, job.width, reader.band_count), reader.dtype)

    def keep(members: np.ndarray, some: np.ndarray) -> None:
        patches[members] = some

    return patches, cut_from(reader, columns, rows, job, keep, Progress())
