"""Addresses of the workers that train a network together, read from environment variables.

TF_CONFIG is the variable of TensorFlow's own programs. Without it, the variables of a Slurm step with several tasks, as
started by `srun`, are used. RASTERLEARN_PORT is then the first port; by default it is derived from the step's number.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ..base.errors import InputError
from ..base.messages import Message

FIRST_PORT, PORTS = 12000, 20000  # below those that systems give to outgoing connections
NODES, TASKS = "SLURM_STEP_NODELIST", "SLURM_STEP_TASKS_PER_NODE"
STEPS_OF_A_JOB = 101  # concurrent steps of a job get separate ports
EXAMPLE = '{"cluster": {"worker": ["node1:12345", "node2:12345"]}, "task": {"type": "worker", "index": 0}}'


@dataclass(frozen=True)
class Workers:
    """Processes that train together.

    Attributes:
        addresses: host:port of each. index: of this process among them; the first one is the chief.
    """

    addresses: tuple[str, ...]
    index: int

    @property
    def is_chief(self) -> bool:
        """Whether this process writes the model and the log."""
        return self.index == 0

    def place(self, index: int) -> tuple[str, int]:
        """Host and port of a worker."""
        host, _, port = self.addresses[index].rpartition(":")
        return host.strip("[]"), int(port)

    def name(self, index: int) -> str:
        """The name of a worker in messages."""
        return f"{index} ({self.addresses[index]})"


def workers_of(environment: Mapping[str, str]) -> Optional[Workers]:
    """The workers that the environment names, or None if this process is to train alone.

    Raises:
        InputError: the variables contradict themselves or each other.
    """
    if environment.get("TF_CONFIG", "").strip():
        workers = _of_tf_config(environment["TF_CONFIG"])
    elif environment.get("SLURM_STEP_NUM_TASKS", "1").strip() not in ("", "1"):
        workers = _of_slurm(environment)
    else:
        return None
    return workers if workers is not None and len(workers.addresses) > 1 else None


def _of_tf_config(text: str) -> Optional[Workers]:
    try:
        config = json.loads(text)
    except (ValueError, RecursionError):
        raise _refused(Message("is no JSON"), text) from None
    if config == {}:
        return None
    cluster, task = (config.get(name) if isinstance(config, dict) else None for name in ("cluster", "task"))
    if not isinstance(cluster, dict) or not isinstance(task, dict):
        raise _refused(Message("has no cluster or no task"), text)
    if set(cluster) != {"worker"} or task.get("type") != "worker":
        raise _refused(Message("names other tasks than workers"), text)
    addresses, index = cluster["worker"], task.get("index")
    if not isinstance(addresses, list) or not addresses or not all(map(_is_address, addresses)):
        raise _refused(Message("has a worker without host:port"), text)
    if len(set(addresses)) < len(addresses):
        raise _refused(Message("names a worker twice"), text)
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(addresses):
        raise _refused(Message("has an index that is not one of 0 to {last}", last=len(addresses) - 1), text)
    return Workers(tuple(addresses), index)


def _refused(problem: Message, text: str) -> InputError:
    shown = text if len(text) <= 300 else f"{text[:300]} …"
    return InputError(
        "The variable TF_CONFIG {problem}; expected such as {example}, received “{shown}”. Correct it, or remove "
        "it to train on one worker.",
        problem=problem,
        example=EXAMPLE,
        shown=shown,
    )


def _is_address(address: Any) -> bool:
    match = (
        re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/]+):([0-9]{1,5})", address) if isinstance(address, str) else None
    )
    return match is not None and 0 < int(match[2]) < 2**16


def _of_slurm(environment: Mapping[str, str]) -> Workers:
    count, index = (_whole(environment, name) for name in ("SLURM_STEP_NUM_TASKS", "SLURM_PROCID"))
    hosts = expand_hosts(environment.get(NODES, ""))
    tasks = expand_tasks(environment.get(TASKS, ""))
    if len(hosts) != len(tasks) or sum(tasks) != count or index >= count:
        raise InputError(
            "Slurm's variables contradict each other: task {index} of {count} on {nodes} node(s) with {tasks} "
            "task(s). Start the workers with srun, or give each of them TF_CONFIG.",
            index=index,
            count=count,
            nodes=len(hosts),
            tasks=sum(tasks),
        )
    places = [(node, local) for node, number in enumerate(tasks) for local in range(number)]
    place = tuple(environment.get(name, str(i)) for name, i in zip(("SLURM_NODEID", "SLURM_LOCALID"), places[index]))
    if place != tuple(map(str, places[index])):
        raise InputError(
            "Slurm has not dealt the tasks out to the nodes in blocks, so their addresses are not known. Start "
            "them with srun --distribution=block, or give each of them TF_CONFIG."
        )
    first = _first_port(environment)
    if not 1024 <= first <= 2**16 - max(tasks):
        raise InputError(
            "RASTERLEARN_PORT must be a number from 1024 to {highest}, as {tasks} task(s) of a node need a port "
            "each, received {received}. Give another one.",
            highest=2**16 - max(tasks),
            tasks=max(tasks),
            received=first,
        )
    return Workers(tuple(f"{hosts[node]}:{first + local}" for node, local in places), index)


def _first_port(environment: Mapping[str, str]) -> int:
    if environment.get("RASTERLEARN_PORT", "").strip():
        return _whole(environment, "RASTERLEARN_PORT")
    job, step = (_whole(environment, name, "0") for name in ("SLURM_JOB_ID", "SLURM_STEP_ID"))
    return FIRST_PORT + (job + STEPS_OF_A_JOB * step) % PORTS


def _whole(environment: Mapping[str, str], name: str, missing: str = "") -> int:
    text = environment.get(name, missing).strip()
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise InputError(
            "The variable {name} must be a whole number, received “{text}”. Start the workers with srun, or give "
            "each of them TF_CONFIG.",
            name=name,
            text=text,
        )
    return int(text)


def expand_hosts(text: str) -> list[str]:
    """The hosts of a list such as node[01-03,07],gpu1, in its order. Raises InputError if it is malformed."""
    names: list[str] = []
    for part in re.findall(r"(?:[^,\[\]]|\[[^\[\]]*\])+", text):
        pieces = re.split(r"\[([^\]]*)\]", part)
        choices = [_expand_ranges(piece, text) if i % 2 else [piece] for i, piece in enumerate(pieces)]
        names += ["".join(chosen) for chosen in itertools.product(*choices)]
    if (
        not names
        or not all(re.fullmatch(r"[^\s,\[\]:/]+", name) for name in names)
        or text.count("[") != text.count("]")
    ):
        raise _no_list(NODES, text)
    return names


def _expand_ranges(text: str, whole: str) -> list[str]:
    """01-03,07 -> 01, 02, 03, 07."""
    numbers: list[str] = []
    for part in text.split(","):
        match = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", part)
        if not match:
            raise _no_list(NODES, whole)
        first, last = int(match[1]), int(match[2] or match[1])
        numbers += [str(number).zfill(len(match[1])) for number in range(first, last + 1)]
    return numbers


def expand_tasks(text: str) -> list[int]:
    """The tasks of each node from a list such as 2(x3),1. Raises InputError if it is malformed."""
    counts: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"([0-9]{1,6})(?:\(x([0-9]{1,6})\))?", part.strip())
        if not match:
            raise _no_list(TASKS, text)
        counts += [int(match[1])] * int(match[2] or 1)
    return counts


def _no_list(name: str, text: str) -> InputError:
    return InputError(
        "The variable {name} cannot be read, received “{text}”. Start the workers with srun, or give each of "
        "them TF_CONFIG.",
        name=name,
        text=text,
    )
