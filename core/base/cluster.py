"""A pool whose work is done by the workers of a Dask cluster."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Optional

from .. import ROOT
from . import limits, slurm_workers
from .errors import InputError, OutputError
from .pool import Function
from .progress import Progress, duration_message

PRELOAD = os.path.join(ROOT, "worker.py")
TASKS_PER_WORKER = 32  # benchmark/scheduling.py: slow workers delay the end by a few percent
LARGEST_TASK_PX = 200_000_000  # half a minute to half an hour, by the model
RETRIES = 3
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_TO_CONNECT = 10
_LOCAL = re.compile(r"local:([1-9][0-9]{0,3})")


def require_cluster(cluster: str) -> None:
    """Raises InputError if the cluster's name is malformed, or Dask is not installed."""
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise InputError(
            "{p:cluster}={cluster} needs Dask, which is not installed in the engine's Python. Install what "
            "requirements-cluster.txt lists there, or leave {p:cluster} empty.",
            cluster=cluster,
        ) from error
    if slurm_workers.NAME.fullmatch(cluster):
        slurm_workers.require_slurm(cluster)
    elif not _LOCAL.fullmatch(cluster) and not re.fullmatch(r"(tcp|tls|ucx)://\S+", cluster):
        raise InputError(
            "{p:cluster} must be local:N (N processes of this machine), slurm:N (N workers that Slurm starts) or "
            "the address of a Dask scheduler such as tcp://host:8786, received “{cluster}”.",
            cluster=cluster,
        )


@contextmanager
def client_of(cluster: str, progress: Progress) -> Iterator[Any]:
    """A Dask client; the cluster of `local:N` or `slurm:N` ends with it.

    Args:
        cluster: `local:N` for N processes of this machine, `slurm:N` for N jobs of Slurm, or the address of a Dask
            scheduler (tcp://host:port); its workers see all files under the same paths.
    Raises:
        InputError: the scheduler cannot be reached.
    """
    import distributed

    local = _LOCAL.fullmatch(cluster)
    with ExitStack() as stack:
        wanted = 0 if local else limits.workers()
        if local:
            cluster = stack.enter_context(_local_cluster(distributed, int(local[1])))
        elif slurm_workers.NAME.fullmatch(cluster):
            wanted = slurm_workers.workers_of(cluster)
            cluster = stack.enter_context(slurm_workers.slurm_cluster(wanted, PRELOAD))
        try:
            client = stack.enter_context(distributed.Client(cluster, timeout=SECONDS_TO_CONNECT))
        except OSError as error:
            raise InputError(
                "The Dask scheduler “{cluster}” cannot be reached: {reason}.", cluster=cluster, reason=error
            ) from error
        slurm_workers.wait_for_workers(client, wanted, progress)
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


def tasks_of(pixels: Sequence[int], workers: int) -> list[list[int]]:
    """Groups parts into tasks: lists of the numbers of neighboring parts, which share rows of images.

    Args:
        pixels: pixels of each part. workers: how many there are now.
    """
    size = min(LARGEST_TASK_PX, sum(pixels) / (TASKS_PER_WORKER * max(1, workers)))
    tasks: list[list[int]] = []
    before, last = 0, -1
    for number, count in enumerate(pixels):
        if int(before / size) > last:
            tasks.append([])
            last = int(before / size)
        tasks[-1].append(number)
        before += count
    return tasks


class DaskPool:
    """A `Pool` whose work is done by the workers of a Dask cluster; it connects when there is work.

    Args:
        cluster: see `client_of`.
    Raises:
        InputError: the cluster's name is malformed, or Dask is not installed; when the work begins: the cluster cannot
            be reached.
    """

    elsewhere = True

    def __init__(self, cluster: str):
        require_cluster(cluster)
        self._cluster, self._stack = cluster, ExitStack()
        self._client: Optional[Any] = None

    def __enter__(self) -> DaskPool:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection, and with it the processes that were started for this pool."""
        self._client = None
        self._stack.close()

    def results(
        self, function: Function, common: Any, parts: Sequence[Any], pixels: Sequence[int], progress: Progress
    ) -> Generator[Any, None, None]:
        """See `Pool.results`. Raises InputError, too, if the workers do not know RasterLearn."""
        if not parts:
            return
        try:
            if self._client is None:
                self._client = self._stack.enter_context(client_of(self._cluster, progress))
            for results in _results_of_tasks(self._client, function, common, parts, pixels, progress):
                yield from results
        except BaseException:
            self.close()  # or workers would go on writing while their files are deleted
            raise


def _results_of_tasks(
    client: Any, function: Function, common: Any, parts: Sequence[Any], pixels: Sequence[int], progress: Progress
) -> Iterator[list[Any]]:
    """The results of each task, in the order of the tasks. Raises as `DaskPool.results`."""
    from distributed import wait

    workers = _count_workers(client, progress)
    tasks = tasks_of(pixels, workers)
    progress.info(
        "{parts} parts in {tasks} tasks on {workers} worker(s).", parts=len(parts), tasks=len(tasks), workers=workers
    )
    started, done, following = time.monotonic(), 0, 0
    numbers = {
        client.submit(do_task, function, common, [parts[n] for n in task], pure=False, retries=RETRIES): number
        for number, task in enumerate(tasks)
    }
    waiting, results = set(numbers), {}
    while waiting:
        progress.check()
        with _scheduler_errors(client):
            try:
                finished = wait(list(waiting), timeout=SECONDS_BETWEEN_LOOKS, return_when="FIRST_COMPLETED").done
            except asyncio.TimeoutError:
                continue
        for future in finished:
            waiting.remove(future)
            number = numbers.pop(future)
            with _scheduler_errors(client):
                results[number] = _result_of(future)
            done += sum(pixels[n] for n in tasks[number])
        speed = done / max(time.monotonic() - started, 1e-9)
        left = duration_message((sum(pixels) - done) / speed) if done else "…"
        progress.report(
            done / sum(pixels),
            "{speed:.2f} Mpx/s on {workers} worker(s), {left} left",
            speed=speed / 1e6,
            workers=workers,
            left=left,
        )
        while following in results:
            yield results.pop(following)
            following += 1


def do_task(function: Function, common: Any, parts: Sequence[Any]) -> list[Any]:
    """All results of the parts of a task; runs on a worker."""
    return list(function(common, parts, Progress()))


def _count_workers(client: Any, progress: Progress) -> int:
    """The number of workers, once there is at least one."""
    if not client.nthreads():
        progress.info("Waiting for the first worker of “{scheduler}” …", scheduler=client.scheduler.address)
    while not client.nthreads():
        progress.check()
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return len(client.nthreads())


@contextmanager
def _scheduler_errors(client: Any) -> Iterator[None]:
    """Explains why all tasks are cancelled: the scheduler is lost, as nothing else cancels them all."""
    try:
        yield
    except (asyncio.CancelledError, concurrent.futures.CancelledError) as error:
        raise OutputError(
            "The Dask scheduler “{scheduler}” is gone, and the job with it. Start the scheduler and its workers "
            "again; with {p:resume} the same job then goes on.",
            scheduler=client.scheduler.address,
        ) from error


def _result_of(future: Any) -> Any:
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker as error:
        raise OutputError(
            "The workers died again and again on the same part of the work; most often their memory is too "
            "small. Give each more memory or fewer threads, or a smaller {p:block_size}. With {p:resume}, what "
            "is finished is kept."
        ) from error
    except RuntimeError as error:
        if "deserializ" not in str(error):
            raise
        raise InputError(
            "The Dask scheduler or its workers do not know RasterLearn, or another version of it. Start all of "
            "them with --preload worker.py, the file beside engine.py."
        ) from error
