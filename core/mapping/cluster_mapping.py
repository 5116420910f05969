"""One map on many processes: the strips of its plan are computed by the workers of a Dask cluster.

Each finished strip goes into the journal of the map, which lies on storage that all workers share. A task is a list of
strips; done twice, it writes the same files twice. Meanwhile, the first process puts the map together, by the same code
that goes on with RESUME.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Optional

from ..base.cluster import client_of, path_everywhere, require_cluster, results_on
from ..base.progress import Progress
from .apply_model import Options, apply_model, open_journal, open_mapping, place_with_journal
from .journal import Journal
from .map_writer import Mapping, Speed, keep_strips, write_map
from .tiling_plan import require_free_space


@dataclass(frozen=True)
class MapJob:
    """What every worker has to know of a map; plain values, so that it can be sent."""

    images: tuple[str, ...]
    model: str
    output: str
    options: Options


def apply_model_on(
    cluster: str,
    images: Sequence[str],
    model: str,
    output: str,
    options: Optional[Options] = None,
    progress: Optional[Progress] = None,
) -> None:
    """The map of `mapping.apply_model`, computed on a cluster.

    Args:
        cluster: see cluster.client_of.
    Raises:
        InputError: as apply_model; the cluster is named wrongly or cannot be reached, or Dask is not installed.
        OutputError: the workers die on the same part of the map again and again.
    """
    progress, options = progress or Progress(), options or Options()
    images, model = [path_everywhere(image) for image in images], path_everywhere(model)
    require_cluster(cluster)
    if options.dry_run:
        apply_model(images, model, output, options, progress)
        return
    with place_with_journal(output, options) as place:
        _map(cluster, MapJob(tuple(images), model, place, options), progress)


def _map(cluster: str, job: MapJob, progress: Progress) -> None:
    with open_mapping(job.images, job.model, job.options, progress) as opened:
        require_free_space(job.output, opened.bytes_needed)
        journal, mapping = open_journal(job.output, opened, job.images, job.options)
        strips = mapping.plan.strips()

        def workers(missing: Sequence[int]) -> Iterator[int]:
            if not missing:
                return
            pixels = [strips[number].pixels for number in missing]
            with client_of(cluster, progress) as client:
                for numbers in results_on(client, map_strips, job, missing, pixels, progress):
                    yield from numbers

        write_map(job.output, mapping, journal, progress, workers)


_OPENED: dict[str, tuple[ExitStack, Mapping, Journal]] = {}  # of this worker; the model is loaded once


def map_strips(job: MapJob, numbers: Sequence[int]) -> Sequence[int]:
    """Computes strips and puts them into the journal; runs on a worker. Returns their numbers."""
    if repr(job) not in _OPENED:
        for stack, _, _ in _OPENED.values():
            stack.close()
        _OPENED.clear()
        stack = ExitStack()
        opened = stack.enter_context(open_mapping(job.images, job.model, job.options, Progress()))
        journal, mapping = open_journal(job.output, opened, job.images, job.options, is_worker=True)
        _OPENED[repr(job)] = stack, mapping, journal
    _, mapping, journal = _OPENED[repr(job)]
    wanted = [number for number in numbers if not journal.has(number)]
    keep_strips(mapping, journal, wanted, Speed(1, 1, mapping.device), Progress())
    return numbers
