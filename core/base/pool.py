"""Pools of workers: one protocol for all work that can be divided into parts, and its simplest form, this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Generic, Optional, Protocol, TypeVar

from .progress import Progress

Function = Callable[[Any, Sequence[Any], Progress], Iterable[Any]]
"""(common, neighboring parts, progress) -> results in the order of the parts; one may stand for several parts."""

Value = TypeVar("Value")


class Pool(Protocol):
    """Does work in this process, or shares it out among others.

    Attributes:
        elsewhere: whether other processes do the work, perhaps on other machines, and perhaps twice: a process may die,
            or be believed dead. Large results should then come back in files.
    """

    @property
    def elsewhere(self) -> bool: ...

    def results(
        self, function: Function, common: Any, parts: Sequence[Any], pixels: Sequence[int], progress: Progress
    ) -> Generator[Any, None, None]:
        """Yields what `function(common, some parts, progress)` yields, in the order of the parts.

        Args:
            function: of a module of this package. It is given lists of neighboring parts, which together are all parts.
                Its progress counts in this process only; elsewhere, the pool itself reports progress.
            common: what all parts need. parts: the pieces of the work. Where the work is done elsewhere, both are sent,
                so they consist of plain values, with paths from `path_for`.
            pixels: pixels of each part, which decide how many parts make a task.
        Raises:
            Whatever the function raises. OutputError: the other processes are gone, or keep dying on the same part.
        """
        ...


class Here:
    """This process: one call of the function for all parts, which may read, compute and write at the same time."""

    elsewhere = False

    def results(
        self, function: Function, common: Any, parts: Sequence[Any], pixels: Sequence[int], progress: Progress
    ) -> Generator[Any, None, None]:
        """See `Pool.results`."""
        yield from function(common, parts, progress)


HERE = Here()


def path_for(pool: Pool, path: str) -> str:
    """A path that is valid where a pool works; names of data sets that are not files stay as they are."""
    file, bar, more = (path, "", "") if os.path.exists(path) else path.partition("|")
    return os.path.abspath(file) + bar + more if pool.elsewhere and os.path.exists(file) else path


class Kept(Generic[Value]):
    """Keeps what a worker opened for a job while it is given parts of it; closes it when another job comes.

    Args:
        opened: opens what a job needs. Jobs are distinguished by their `repr`, so that of each run must differ, or a
            worker might go on with files that have changed since.
    """

    def __init__(self, opened: Callable[[Any], AbstractContextManager[Value]]):
        self._opened, self._stack = opened, ExitStack()
        self._held: dict[str, Value] = {}

    def of(self, job: Any) -> Value:
        """What was opened for this job, now or before."""
        value: Optional[Value] = self._held.get(repr(job))
        if value is None:
            self._held.clear()
            self._stack.close()
            value = self._held[repr(job)] = self._stack.enter_context(self._opened(job))
        return value
