"""Writes a batch file for Slurm that runs another command."""

from __future__ import annotations

import sys

from ..core.base.errors import InputError
from .job import DECLARED, Job, Progress, Results, command, read_job
from .parameter import REQUIRED, FileType, file_in, file_output, number, text, texts, whole

SBATCH = FileType("Slurm batch file (*.sbatch)", (".sbatch",))


@command("slurm", "Write a batch file for Slurm")
class Slurm(Job):
    """Writes a file for sbatch that runs a command on one or several nodes. The job file of that command is read and
    checked first.
    """

    # fmt: off
    command: str = text(REQUIRED, "Command", "The command that the batch file runs.")
    job: str = file_in("Job file", "The command's parameters as JSON; --print-job writes them.")
    nodes: int = whole(1, "Nodes")
    tasks_per_node: int = whole(1, "Processes on each node")
    cpus_per_task: int = whole(8, "Processors of each process")
    gpus_per_task: int = whole(0, "GPUs of each process")
    memory_gb: float = number(0.0, "Memory of each node in GB", "0 for the computing center's default.")
    hours: float = number(2.0, "Hours", "At least 0.1.")
    partition: str = text("", "Partition", "As the computing center names it.")
    account: str = text("", "Account", "As the computing center names it.")
    options: list[str] = texts("Option of sbatch", "One more option, such as --option=--qos=long.")
    python: str = file_in("Python", "The engine's Python on the nodes; by default this one.", default="")
    container: str = file_in("Container", "An Apptainer image in which everything runs.", default="")
    setup: list[str] = texts("Setup", "A line of shell that prepares a node, such as “module load gdal/3.8”.")
    interface: str = text("", "Network", "The one for Dask, such as ib0, if the usual one does not connect the nodes.")
    output: str = file_output(SBATCH, "Batch file")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.base.slurm_batch_file import PYTHON_IN_CONTAINER, Node, Request, write_batch_file

        request = self.part(Request)
        python = self.python or (PYTHON_IN_CONTAINER if self.container else sys.executable)
        node = self.part(Node, python=python)
        job = self._job_to_run()
        kind = self._kind(job, request.tasks)
        resume = getattr(job, "resume", False)
        write_batch_file(self.output, kind, self.command, self.job, resume, request, node)
        progress.info("Submit it with: sbatch {output}", output=self.output)
        return {}

    def _job_to_run(self) -> Job:
        known = [name for name in DECLARED if name not in ("setupengine", "slurm")]
        if self.command not in known:
            raise InputError(
                "“{p:command}” must be one of {commands}, received “{command}”.", commands=known, command=self.command
            )
        job = read_job(self.command, self.job)
        job.require_sound_outputs()
        return job

    def _kind(self, job: Job, tasks: int) -> str:
        """How the command runs on this many tasks."""
        from ..core.base.slurm_batch_file import CLUSTER, ONE_PROCESS, WORKERS

        if tasks == 1:
            return ONE_PROCESS
        if job.NAME == "trainmodel":
            return WORKERS
        cluster = getattr(job, "cluster", None)
        if cluster is None:
            raise InputError(
                "{command} runs as one process, but {tasks} tasks were asked for. Leave {p:nodes} and "
                "{p:tasks_per_node} at 1, and raise {p:cpus_per_task}.",
                command=self.command,
                tasks=tasks,
            )
        if cluster:
            raise InputError(
                "The job “{job}” names a cluster, {cluster}, but the batch file starts its own for {tasks} "
                "tasks. Leave the job's cluster empty, or {p:nodes} and {p:tasks_per_node} at 1.",
                job=self.job,
                cluster=cluster,
                tasks=tasks,
            )
        return CLUSTER
