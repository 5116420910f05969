"""One map on many processes: the strips of its plan are computed by the workers of a Dask cluster.

Each finished strip goes into the journal of the map, which lies on storage that all workers share. A task is a list of
strips; done twice, it writes the same files twice, so workers may die and tasks may be given to others. When all
strips are there, the map is put together by the same code that goes on with RESUME.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Optional

from . import jobqueue, limits
from .blocks import Window
from .errors import InputError, OutputError
from .files import replacing
from .inference import Mapping, Speed, finished_strips, write_map
from .journal import Journal
from .mapping import Options, apply_model, open_journal, open_mapping
from .plan import require_free_space
from .progress import Progress, duration_text

PRELOAD = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "worker.py")
TASKS_PER_WORKER = 8  # so that a slow worker holds up the end by no more than an eighth of its work
LARGEST_TASK_PX = 40_000_000  # minutes of work; more would be lost with a worker
RETRIES = 3
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_TO_CONNECT = 10
_LOCAL = re.compile(r"local:([1-9][0-9]{0,3})")


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
        cluster: `local:N` for N processes of this machine, `slurm:N` for N jobs of Slurm, or the address of a Dask
            scheduler (tcp://host:port), whose workers see the images, the model and the folder of the output under the
            same paths.
    Raises:
        InputError: as apply_model; the cluster is named wrongly or cannot be reached, or Dask is not installed.
        OutputError: the workers die on the same part of the map again and again.
    """
    progress, options = progress or Progress(), options or Options()
    images, model = [_everywhere(image) for image in images], _everywhere(model)
    _require_cluster(cluster)
    if options.dry_run:
        apply_model(images, model, output, options, progress)
    elif options.resume:
        _map(cluster, MapJob(tuple(images), model, os.path.abspath(output), options), progress)
    else:
        with replacing(output) as (temporary,):  # the journal, too, is gone if this process is
            _map(cluster, MapJob(tuple(images), model, temporary, options), progress)


def _map(cluster: str, job: MapJob, progress: Progress) -> None:
    with open_mapping(job.images, job.model, job.options, progress) as opened:
        require_free_space(job.output, opened.bytes_needed)
        journal, mapping = open_journal(job.output, opened, job.images, job.options)
        strips = mapping.plan.strips()
        missing = [number for number in range(len(strips)) if not journal.has(number)]
        if missing:
            with client_of(cluster, progress) as client:
                _compute(client, job, strips, missing, progress.part(0.0, 0.95))
        write_map(job.output, mapping, journal, progress.part(0.95, 1.0))


def _everywhere(path: str) -> str:
    """A path that means the same in another folder; names of data sets that are no files stay as they are."""
    return os.path.abspath(path) if os.path.exists(path) else path


def _require_cluster(cluster: str) -> None:
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise InputError(
            f"CLUSTER={cluster} needs Dask, which is not installed in the engine's Python. Install what "
            "requirements-cluster.txt lists there, or leave CLUSTER empty."
        ) from error
    if jobqueue.NAME.fullmatch(cluster):
        jobqueue.require_slurm(cluster)
    elif not _LOCAL.fullmatch(cluster) and not re.fullmatch(r"(tcp|tls|ucx)://\S+", cluster):
        raise InputError(
            "CLUSTER must be local:N (N processes of this machine), slurm:N (N workers that Slurm starts) or the "
            f"address of a Dask scheduler such as tcp://host:8786, received “{cluster}”."
        )


@contextmanager
def client_of(cluster: str, progress: Progress) -> Iterator[Any]:
    """A Dask client; the cluster of `local:N` or `slurm:N` ends with it."""
    import distributed

    local = _LOCAL.fullmatch(cluster)
    with ExitStack() as stack:
        wanted = 0 if local else limits.workers()
        if local:
            cluster = stack.enter_context(_local_cluster(distributed, int(local[1])))
        elif jobqueue.NAME.fullmatch(cluster):
            wanted = jobqueue.workers_of(cluster)
            cluster = stack.enter_context(jobqueue.slurm_cluster(wanted, PRELOAD))
        try:
            client = stack.enter_context(distributed.Client(cluster, timeout=SECONDS_TO_CONNECT))
        except OSError as error:
            raise InputError(f"The Dask scheduler “{cluster}” cannot be reached: {error}.") from error
        jobqueue.wait_for_workers(client, wanted, progress)
        yield client


def _local_cluster(distributed: Any, processes: int) -> Any:
    threads = limits.threads() or max(1, limits.processors() // processes)
    return distributed.LocalCluster(
        n_workers=processes,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        memory_limit=0,
        env={"RASTERLEARN_THREADS": str(threads), "TF_CPP_MIN_LOG_LEVEL": "2"},
        preload=[PRELOAD],
    )


def tasks_of(strips: Sequence[Window], missing: Sequence[int], workers: int) -> list[list[int]]:
    """The missing strips in lists of neighbors, which share rows of the images; each a similar number of pixels."""
    pixels = sum(strips[number].pixels for number in missing)
    size = min(LARGEST_TASK_PX, pixels / (TASKS_PER_WORKER * max(1, workers)))
    tasks: list[list[int]] = []
    held = size
    for number in missing:
        if held >= size:
            tasks.append([])
            held = 0
        tasks[-1].append(number)
        held += strips[number].pixels
    return tasks


def _compute(client: Any, job: MapJob, strips: Sequence[Window], missing: Sequence[int], progress: Progress) -> None:
    from distributed import KilledWorker, wait

    workers = len(client.scheduler_info()["workers"])
    tasks = tasks_of(strips, missing, workers)
    progress.info(f"{len(missing)} strips in {len(tasks)} tasks on {workers} worker(s).")
    all_pixels = sum(strips[number].pixels for number in missing)
    started, done = time.monotonic(), 0
    waiting = {
        client.submit(map_strips, job, task, pure=False, retries=RETRIES): sum(strips[n].pixels for n in task)
        for task in tasks
    }
    while waiting:
        progress.check()
        try:
            finished = wait(list(waiting), timeout=SECONDS_BETWEEN_LOOKS, return_when="FIRST_COMPLETED").done
        except asyncio.TimeoutError:
            continue
        for future in finished:
            try:
                future.result()
            except KilledWorker as error:
                raise OutputError(
                    "The workers died again and again on the same part of the map; most often their memory is too "
                    "small. Give each more memory or fewer threads, or a smaller BLOCK_SIZE. With RESUME, what is "
                    "finished is kept."
                ) from error
            except RuntimeError as error:
                if "deserializ" not in str(error):
                    raise
                raise InputError(
                    "The Dask scheduler or its workers do not know RasterLearn, or another version of it. Start all of "
                    "them with --preload worker.py, the file beside engine.py."
                ) from error
            done += waiting.pop(future)
        speed = done / max(time.monotonic() - started, 1e-9)
        left = duration_text((all_pixels - done) / speed) if done else "…"
        progress.report(done / all_pixels, f"{speed / 1e6:.2f} Mpx/s on {workers} worker(s), {left} left")


_OPENED: dict[str, tuple[ExitStack, Mapping, Journal]] = {}  # of this worker; the model is loaded once


def map_strips(job: MapJob, numbers: Sequence[int]) -> int:
    """Computes strips and puts them into the journal; runs on a worker. Returns how many."""
    if repr(job) not in _OPENED:
        for stack, _, _ in _OPENED.values():
            stack.close()
        _OPENED.clear()
        stack = ExitStack()
        opened = stack.enter_context(open_mapping(job.images, job.model, job.options, Progress()))
        journal, mapping = open_journal(job.output, opened, job.images, job.options, is_worker=True)
        _OPENED[repr(job)] = stack, mapping, journal
    _, mapping, journal = _OPENED[repr(job)]
    strips = mapping.plan.strips()
    wanted = [number for number in numbers if not journal.has(number)]
    speed = Speed(1, 1, mapping.device)
    for number, pixels in zip(wanted, finished_strips(mapping, [strips[n] for n in wanted], speed, Progress())):
        journal.write(number, pixels)
    return len(numbers)
