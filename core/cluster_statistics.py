"""Counting pixels on many processes: each worker of a Dask cluster counts its share of the windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

from .blocks import Window
from .cluster import client_of, path_everywhere, require_cluster, results_on
from .labels import RasterLabels, open_labels
from .progress import Progress
from .statistics import BandPart, CountAll, Image, count_windows


@dataclass(frozen=True)
class CountJob:
    """What every worker has to know; plain values, so that it can be sent."""

    images: tuple[tuple[str, ...], ...]
    every_row: int


def count_all_on(cluster: str) -> CountAll:
    """Who counts for `statistics.band_statistics`: the workers of a cluster.

    Args:
        cluster: see cluster.client_of.
    Raises:
        InputError: the cluster is named wrongly or, when the work begins, cannot be reached; Dask is not installed.
    """
    require_cluster(cluster)

    def count_all(
        images: Sequence[Image], windows: Sequence[tuple[int, Window]], every_row: int, progress: Progress
    ) -> Iterator[list[BandPart]]:
        job = CountJob(tuple(tuple(path_everywhere(path) for path in image) for image in images), every_row)
        pixels = [window.pixels for _, window in windows]
        with client_of(cluster, progress) as client:
            yield from results_on(client, count_share, job, windows, pixels, progress)

    return count_all


def count_share(job: CountJob, windows: Sequence[tuple[int, Window]]) -> list[BandPart]:
    """Counts windows; runs on a worker."""
    return count_windows(job.images, windows, job.every_row)


@dataclass(frozen=True)
class LabelJob:
    """What every worker has to know of a label raster; see labels.open_labels."""

    labels: str
    image: Optional[str]
    nodata: Optional[float]


def count_labels_on(
    cluster: str, labels: str, image: Optional[str], nodata: Optional[float]
) -> Callable[[Sequence[Window], Progress], Iterator[dict[int, int]]]:
    """Who counts for `class_statistics.class_statistics`: the workers of a cluster.

    Args:
        cluster: see cluster.client_of. labels: a raster. image, nodata: see labels.open_labels.
    Raises:
        InputError: as `count_all_on`.
    """
    require_cluster(cluster)
    job = LabelJob(path_everywhere(labels), path_everywhere(image) if image else None, nodata)

    def count_all(windows: Sequence[Window], progress: Progress) -> Iterator[dict[int, int]]:
        with client_of(cluster, progress) as client:
            pixels = [window.pixels for window in windows]
            yield from results_on(client, count_label_share, job, windows, pixels, progress)

    return count_all


def count_label_share(job: LabelJob, windows: Sequence[Window]) -> dict[int, int]:
    """Counts labels; runs on a worker."""
    labels = open_labels(job.labels, None, None, job.image, job.nodata)
    assert isinstance(labels, RasterLabels)
    return labels.count_values(windows)
