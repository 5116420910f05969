"""Batch files for Slurm, with which `sbatch` runs a job of the engine on the nodes of a cluster.

There is a template for each way to run (resources/slurm). All that a template takes from the user is quoted for the
shell; what goes into Slurm's own lines, which no shell reads, consists of harmless characters only.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .. import ROOT
from .errors import InputError
from .messages import parameter
from .outputs import replacing

ONE_PROCESS, WORKERS, CLUSTER = "one_process", "workers", "cluster"
TEMPLATES = os.path.join(ROOT, "resources", "slurm")
ROOT_IN_CONTAINER, PYTHON_IN_CONTAINER = "/opt/rasterlearn", "/opt/engine/bin/python"  # as in rasterlearn.def
SHORTEST_HOURS = 0.1  # Slurm warns two minutes before the end
_NAME = re.compile(r"[A-Za-z0-9_.,:@+-]*")
_OPTION = re.compile(r"(--[a-z][a-z-]*)(=[A-Za-z0-9_.,:@%+=/-]+)?")
_OWN_OPTIONS = {
    "--job-name", "--nodes", "--ntasks", "--ntasks-per-node", "--cpus-per-task", "--gpus-per-task", "--mem", "--time",
    "--signal", "--partition", "--account", "--requeue", "--open-mode",
}  # fmt: skip


@dataclass(frozen=True)
class Request:
    """The resources that Slurm is asked for; memory in GB for each node, 0 for the cluster's default."""

    nodes: int = 1
    tasks_per_node: int = 1
    cpus_per_task: int = 8
    gpus_per_task: int = 0
    memory_gb: float = 0.0
    hours: float = 2.0
    partition: str = ""
    account: str = ""
    options: Sequence[str] = ()

    def __post_init__(self) -> None:
        for name, least in (("nodes", 1), ("tasks_per_node", 1), ("cpus_per_task", 1), ("gpus_per_task", 0)):
            _require_at_least(name, getattr(self, name), least)
        _require_at_least("memory_gb", self.memory_gb, 0)
        _require_at_least("hours", self.hours, SHORTEST_HOURS)
        for name in ("partition", "account"):
            if not _NAME.fullmatch(getattr(self, name)):
                raise InputError(
                    "“{parameter}” must be a name that Slurm knows: letters, digits and _ . , : @ + -, received "
                    "{value}.",
                    parameter=parameter(name),
                    value=repr(getattr(self, name)),
                )
        for option in self.options:
            match = _OPTION.fullmatch(option)
            if not match:
                raise InputError(
                    "Each of “{p:options}” must be one option of sbatch such as --qos=long or --gres=gpu:a100:1, "
                    "without blanks or quotes, received {option}.",
                    option=repr(option),
                )
            if match[1] in _OWN_OPTIONS:
                raise InputError(
                    "The option {option} is set by the job itself: use its parameters instead.", option=option
                )

    @property
    def tasks(self) -> int:
        """Number of processes on all nodes together."""
        return self.nodes * self.tasks_per_node

    @property
    def time(self) -> str:
        """Hours, minutes and seconds, as Slurm reads them."""
        minutes = round(self.hours * 60)
        return f"{minutes // 60}:{minutes % 60:02d}:00"

    @property
    def memory(self) -> str:
        """The memory of a node as Slurm reads it; empty for the default."""
        return f"{round(self.memory_gb * 1000)}M" if self.memory_gb else ""


@dataclass(frozen=True)
class Node:
    """The environment on a node: its Python or container image, shell lines that prepare it, its network interface."""

    python: str
    container: str = ""
    setup: Sequence[str] = ()
    interface: str = ""

    def __post_init__(self) -> None:
        for name in ("python", "container", "interface", "setup"):
            value = getattr(self, name)
            for text in [value] if isinstance(value, str) else value:
                _require_one_line(name, text)


class _Shell(str):
    """Text that is itself a shell command, and so is not quoted."""

    __slots__ = ()


def write_batch_file(
    output: str, kind: str, command: str, job: str, resume: bool, request: Request, node: Node
) -> None:
    """Writes a batch file.

    Args:
        output: its path; while it runs, a hidden folder beside it holds what its processes share.
        kind: ONE_PROCESS, WORKERS (several that find each other by Slurm's variables) or CLUSTER (one, and a Dask
            cluster that computes for it). command: of the engine. job: path of the command's job file.
        resume: whether the job can go on where it stopped; it is then submitted again when its time is up.
    Raises:
        InputError: a path has control characters. OutputError: the file cannot be written.
    """
    _require_one_line("job", job)
    _require_one_line("output", output)
    text = _render(
        kind,
        command=command,
        job=os.path.abspath(job),
        resume=resume,
        folder=os.getcwd(),
        output_folder=os.path.dirname(os.path.abspath(output)),
        python=node.python,
        container=node.container,
        setup=[_Shell(line) for line in node.setup],
        interface=node.interface,
        rasterlearn=ROOT_IN_CONTAINER if node.container else ROOT,
        memory_gb_per_task=round(request.memory_gb / request.tasks_per_node, 2),
        **{name: getattr(request, name) for name in _SHOWN},
    )
    with replacing(output) as (temporary,), open(temporary, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


_SHOWN = (
    "nodes", "tasks_per_node", "cpus_per_task", "gpus_per_task", "partition", "account", "options", "tasks", "time",
    "memory",
)  # fmt: skip


def _render(kind: str, **values: Any) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: value if isinstance(value, _Shell) else shlex.quote(str(value)),
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(f"{kind}.sbatch").render(values)


def _require_at_least(name: str, value: float, least: float) -> None:
    if not least <= value < 1e6:
        raise InputError(
            "“{parameter}” must be at least {least}, received {value}.",
            parameter=parameter(name),
            least=least,
            value=value,
        )


def _require_one_line(name: str, text: str) -> None:
    """Refuses control characters, such as line breaks, and what UTF-8 cannot encode."""
    if any(ord(letter) < 32 or ord(letter) == 127 or 0xD800 <= ord(letter) < 0xE000 for letter in text):
        raise InputError(
            "“{parameter}” must be a single line without control characters, received {text}.",
            parameter=parameter(name),
            text=repr(text),
        )
