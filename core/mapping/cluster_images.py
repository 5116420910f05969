"""Many images on many processes: each worker of a Dask cluster opens the model once and maps its share of them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Optional

from ..base.cluster import client_of, path_everywhere, require_cluster, results_on
from ..base.outputs import JOB_VARIABLE, remove_unfinished_of
from ..base.progress import Progress
from ..images.image_set import ListedImage
from ..model.model_file import load_model
from .apply_model import OpenedModel, Options
from .many_images import MapAll, Outcome, map_image, pixels_of

USUAL_PX = 1_000_000  # of an image that cannot be opened here


@dataclass(frozen=True)
class BatchJob:
    """What every worker has to know; plain values, so that it can be sent. `name` is part of its temporary names."""

    model: str
    folder: str
    options: Options
    name: str


def map_all_on(cluster: str) -> MapAll:
    """Who does the work of `batch.apply_model_to_many`: the workers of a cluster.

    Args:
        cluster: see cluster.client_of.
    Raises:
        InputError: the cluster is named wrongly or, when the work begins, cannot be reached; Dask is not installed.
    """
    require_cluster(cluster)

    def map_all(
        images: Sequence[ListedImage], model: str, folder: str, options: Options, progress: Progress
    ) -> Iterator[Outcome]:
        name = os.environ.get(JOB_VARIABLE) or uuid.uuid4().hex
        job = BatchJob(path_everywhere(model), os.path.abspath(folder), options, name)
        images = [_everywhere(image) for image in images]
        pixels = [pixels_of(image, progress) or USUAL_PX for image in images]
        try:
            with client_of(cluster, progress) as client:
                for outcomes in results_on(client, map_share, job, images, pixels, progress):
                    yield from outcomes
        finally:
            remove_unfinished_of(name, {job.folder})  # of workers that died

    return map_all


def _everywhere(image: ListedImage) -> ListedImage:
    return replace(image, sources=tuple(tuple(path_everywhere(path) for path in source) for source in image.sources))


_OPENED: dict[str, OpenedModel] = {}  # of this worker


def map_share(job: BatchJob, images: Sequence[ListedImage]) -> list[Outcome]:
    """Maps images; runs on a worker. An image that is mapped twice is replaced by the same map."""
    os.environ[JOB_VARIABLE] = job.name
    return [map_image(image, _opened(job), job.folder, job.options, Progress()) for image in images]


def _opened(job: BatchJob) -> OpenedModel:
    key = repr((job.model, job.options))
    opened: Optional[OpenedModel] = _OPENED.get(key)
    if opened is None:
        _OPENED.clear()
        opened = _OPENED[key] = OpenedModel.of(load_model(job.model), job.options, Progress())
    return opened
