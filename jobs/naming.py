"""How a reader knows the parameters of a command: in its dialog, on the command line, in a job file."""

from __future__ import annotations

import functools

from ..core.base.messages import Naming
from .commands import ALGORITHMS, COMMANDS

QGIS, OPTIONS, JOB = "qgis", "options", "job"


@functools.cache
def naming(style: str, command: str = "") -> Naming:
    """The names of a command's parameters, and those of others, which sentences mention, too."""
    jobs = [*ALGORITHMS, *([COMMANDS[command]] if command in COMMANDS else [])]
    parameters = [parameter for job in jobs for parameter in job.parameters.values()] if style != JOB else []
    return Naming(style, {p.name: p.qgis if style == QGIS else p.option for p in parameters})
