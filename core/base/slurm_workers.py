"""Dask workers that Slurm starts: CLUSTER=slurm:N submits their jobs with dask-jobqueue, whose settings describe them.

Other users of the cluster cannot use the scheduler: it accepts only processes that can read a certificate made for it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import limits
from .errors import EngineError, InputError
from .outputs import workspace
from .progress import Progress
from .slurm_batch_file import TEMPLATES

NAME = re.compile(r"slurm(?::([1-9][0-9]{0,3}))?")
SETTINGS = "~/.config/dask/jobqueue.yaml"
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_BETWEEN_QUESTIONS = 20.0
SECONDS_FOR_THE_OTHERS = 60.0

_submitted: set[str] = set()  # numbers of the workers' jobs


def require_slurm(cluster: str) -> None:
    """Raises InputError if dask-jobqueue or Slurm is missing, or the settings do not describe a worker."""
    try:
        import dask_jobqueue  # noqa: F401
    except ImportError as error:
        raise InputError(
            "{p:cluster}={cluster} needs dask-jobqueue, which is not installed in the engine's Python. Install "
            "what requirements-cluster.txt lists there, or start the workers as docs/cluster.md tells.",
            cluster=cluster,
        ) from error
    for program in ("sbatch", "squeue", "scancel", "openssl"):
        if shutil.which(program) is None:
            raise InputError(
                "{p:cluster}={cluster} needs the program {program}, which this machine does not have. Run the "
                "job on a machine from which Slurm takes jobs.",
                cluster=cluster,
                program=program,
            )
    workers_of(cluster)
    missing = [name for name in ("cores", "memory") if not _setting(name)]
    if missing:
        raise InputError(
            "The settings of dask-jobqueue do not tell the {settings: and } of a worker. Write them under "
            "jobqueue, slurm in {file}, such as 8 for cores or 24GB for memory.",
            settings=missing,
            file=SETTINGS,
        )


def workers_of(cluster: str) -> int:
    """How many workers `slurm:N`, or the settings of dask-jobqueue for `slurm`, ask for. Raises InputError."""
    match = NAME.fullmatch(cluster)
    number = match[1] if match and match[1] else _setting("n-workers")
    try:
        count = int(str(number))
    except ValueError:
        count = 0
    if count < 1:
        raise InputError(
            "{p:cluster}={cluster} does not tell how many workers to start. Write slurm:N, or n-workers under "
            "jobqueue, slurm in {file}.",
            cluster=cluster,
            file=SETTINGS,
        )
    return count


@contextmanager
def slurm_cluster(workers: int, preload: str) -> Iterator[Any]:
    """A cluster whose workers are jobs of Slurm; they are canceled when it ends.

    Args: workers: how many. preload: what each loads first.
    Raises:
        InputError: the settings make no sense. EngineError: there is no certificate.
    """
    from dask_jobqueue.slurm import SLURMCluster
    from distributed import Security

    with workspace(os.path.expanduser(_setting("shared-temp-directory") or "~")) as folder:
        certificate, key = _certificate(folder)
        roles = {f"tls_{role}_cert": certificate for role in ("scheduler", "worker", "client")}
        keys = {f"tls_{role}_key": key for role in ("scheduler", "worker", "client")}
        security = Security(tls_ca_file=certificate, require_encryption=True, **roles, **keys)
        try:
            cluster = SLURMCluster(job_cls=_job_class(), security=security, **_options(preload))
        except (ValueError, TypeError) as error:
            told = " ".join(str(error).split())
            raise InputError(
                "The settings of dask-jobqueue cannot be used: {reason}. Correct {file}.", reason=told, file=SETTINGS
            ) from error
        try:
            cluster.scale(workers)
            yield cluster
        finally:
            cancel_jobs()
            cluster.close()


def cancel_jobs() -> None:
    """Has Slurm cancel the workers' jobs, without waiting for it, so that an exiting engine can call it, too."""
    if _submitted:
        subprocess.Popen(
            ["scancel", *sorted(_submitted)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _submitted.clear()


def wait_for_workers(client: Any, wanted: int, progress: Progress) -> None:
    """Waits for the first worker, then some time for the others; more may come later.

    Raises: InputError if Slurm refuses the workers' jobs, or these end before there is a worker.
    """
    if wanted:
        progress.info("Waiting for {count} worker(s) of the cluster.", count=wanted)
    last, asked = float("inf"), time.monotonic()
    while (there := len(client.nthreads())) < wanted and time.monotonic() < last:
        progress.check()
        if there:
            last = min(last, time.monotonic() + SECONDS_FOR_THE_OTHERS)
        elif _refused:
            raise InputError(
                "Slurm does not take the jobs of the workers: {reason} Correct {file}.",
                reason=_refused[0],
                file=SETTINGS,
            )
        elif _submitted and time.monotonic() - asked > SECONDS_BETWEEN_QUESTIONS:
            _require_jobs()
            asked = time.monotonic()
        time.sleep(SECONDS_BETWEEN_LOOKS)


_refused: list[str] = []  # why the jobs of the workers were not taken


def _job_class() -> Any:
    """A class of dask-jobqueue jobs that record their number, or why Slurm refused them."""
    from dask_jobqueue.slurm import SLURMJob

    class Job(SLURMJob):  # type: ignore[misc] # it has no types
        async def start(self) -> None:
            try:
                await super().start()
            except (OSError, RuntimeError, ValueError) as error:
                _refused.append(" ".join(str(error).rpartition("stderr:")[2].split()))  # what sbatch said
                raise
            _submitted.add(str(self.job_id))

    _refused.clear()
    return Job


def _require_jobs() -> None:
    """Raises InputError if none of the workers' jobs waits or runs any more."""
    asked = subprocess.run(
        ["squeue", "--noheader", "--jobs", ",".join(sorted(_submitted))], capture_output=True, text=True
    )
    gone = asked.returncode == 0 or "Invalid" in asked.stderr  # else Slurm did not answer
    if gone and not asked.stdout.strip():
        raise InputError(
            "The jobs of the workers ended before they reached this process. What went wrong stands in their "
            "output, slurm-NUMBER.out; python and interface in {file} may be wrong for the nodes.",
            file=SETTINGS,
        )


def _options(preload: str) -> dict[str, Any]:
    """Options from the settings, with one computing thread for Dask and all others for the engine's libraries."""
    cores, processes = int(_setting("cores")), int(_setting("processes") or 1)
    threads = limits.threads() or max(1, cores // processes)
    return {
        "cores": processes,
        "processes": processes,
        "job_cpu": _setting("job-cpu") or cores,
        "python": _setting("python") or shlex.quote(sys.executable),
        "job_script_prologue": [*_prologue(threads), *(_setting("job-script-prologue") or [])],
        "worker_extra_args": [
            *(_setting("worker-extra-args") or []),
            "--no-dashboard",
            "--memory-limit",
            "0",
            "--preload",
            shlex.quote(preload),
        ],
        "scheduler_options": {"dashboard": False, "dashboard_address": ":0", **(_setting("scheduler-options") or {})},
    }


def _prologue(threads: int) -> list[str]:
    """Shell lines that come before those of the settings."""
    with open(os.path.join(TEMPLATES, "environment.sh"), encoding="utf-8") as file:
        return [f"RASTERLEARN_THREADS={threads}", *file.read().splitlines()]


def _setting(name: str) -> Any:
    import dask
    import dask_jobqueue  # noqa: F401 # it adds its settings to Dask's

    return dask.config.get(f"jobqueue.slurm.{name}", None)


def _certificate(folder: str) -> tuple[str, str]:
    """Paths of a certificate and its key, in a folder that only the user can read."""
    certificate, key = os.path.join(folder, "certificate"), os.path.join(folder, "key")
    command = ["openssl", "req", "-x509", "-nodes", "-config", os.path.join(TEMPLATES, "certificate.cnf")]
    command += ["-days", "30", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-keyout", key, "-out", certificate]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode:
        raise EngineError("The certificate of the cluster cannot be made: {reason}", reason=made.stderr.strip()[-300:])
    return certificate, key
