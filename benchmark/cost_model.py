"""Predicts how long a map takes from what is read, computed and written: a few constants of the machine, no fit.

A process reads, computes and writes at the same time. So a map takes as long as the slowest of the three in each
worker, or as long as all of them together keep the processors busy, or as long as the storage needs for all bytes, or
as long as the first process needs to assemble the strips of all workers; plus the start.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """The work for one map.

    Attributes:
        pixels: of the map. read_bytes, written_bytes: per pixel, decoded. operations: per pixel, margins of blocks
            included (a multiplication and an addition are two).
    """

    pixels: float
    read_bytes: float
    operations: float
    written_bytes: float


@dataclass(frozen=True)
class Machine:
    """What one thread can do.

    Attributes:
        start_s: of the process, TensorFlow and the model. cluster_start_s: of local workers, in addition.
        read, compute, write: bytes, operations and bytes per second, each measured alone.
        keep: bytes per second into the journal. assemble: from the journal into the map.
        processors: of the machine, or of all nodes together. storage: bytes per second of the shared disks.
    """

    start_s: float
    cluster_start_s: float
    read: float
    compute: float
    write: float
    keep: float
    assemble: float
    processors: float
    storage: float = float("inf")


def seconds_of(work: Work, machine: Machine, workers: int = 0) -> float:
    """Seconds from the start of the command to its end. `workers` of one thread each; 0: one process without Dask."""
    reading, computing = work.read_bytes / machine.read, work.operations / machine.compute
    writing = work.written_bytes / (machine.keep if workers else machine.write)
    slowest, together = max(reading, computing, writing), reading + computing + writing
    stored = (work.read_bytes + work.written_bytes) / machine.storage
    each = max(slowest / max(1, workers), together / machine.processors, stored)
    if not workers:
        return machine.start_s + work.pixels * each
    assembling = work.written_bytes / machine.assemble
    return machine.start_s + machine.cluster_start_s + work.pixels * max(each, assembling)
