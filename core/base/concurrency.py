"""Threads that read, compute and write at the same time, in order, with little buffered in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_END: Any = object()


@contextmanager
def ahead(items: Iterable[Item], depth: int) -> Iterator[Iterator[Item]]:
    """Iterates over items that a thread prepares up to `depth` items ahead. Its errors are raised here."""
    source = iter(items)
    waiting: deque[Future] = deque()
    with ThreadPoolExecutor(1) as worker, _cancelling(waiting):
        waiting.extend(worker.submit(next, source, _END) for _ in range(depth))

        def prepared() -> Iterator[Item]:
            while (item := waiting.popleft().result()) is not _END:
                waiting.append(worker.submit(next, source, _END))
                yield item

        yield prepared()


@contextmanager
def spread(
    functions: Sequence[Callable[[Item], Result]], items: Iterable[Item]
) -> Iterator[Iterator[tuple[Item, Result]]]:
    """Applies one of the functions, each in a thread of its own, to each item; the results come in order.

    Each thread has its next item waiting, so that it need not wait for the others.
    """
    source = iter(items)
    waiting: deque[tuple[Item, Future]] = deque()
    futures: deque[Future] = deque()
    with ExitStack() as stack:
        workers = [stack.enter_context(ThreadPoolExecutor(1)) for _ in functions]
        stack.enter_context(_cancelling(futures))

        def start(turn: int) -> None:
            for item in source:
                waiting.append((item, workers[turn].submit(functions[turn], item)))
                futures.append(waiting[-1][1])
                return

        def results() -> Iterator[tuple[Item, Result]]:
            for turn in range(2 * len(functions)):
                start(turn % len(functions))
            turn = 0
            while waiting:
                item, future = waiting.popleft()
                result = future.result()
                futures.popleft()
                start(turn)
                turn = (turn + 1) % len(functions)
                yield item, result

        yield results()


@contextmanager
def behind(depth: int) -> Iterator[Callable[..., None]]:
    """Yields a function whose calls a background thread makes in order, up to `depth` calls late.

    Leaving the context waits for all calls; the error of a call is raised by a later call, or on leaving.
    """
    waiting: deque[Future] = deque()
    with ThreadPoolExecutor(1) as worker, _cancelling(waiting):

        def call(function: Callable[..., Any], *arguments: Any) -> None:
            if len(waiting) >= depth:
                waiting.popleft().result()
            waiting.append(worker.submit(function, *arguments))

        yield call
        while waiting:
            waiting.popleft().result()


@contextmanager
def _cancelling(waiting: deque[Future]) -> Iterator[None]:
    """Cancels calls that have not begun when the context is left early."""
    try:
        yield
    finally:
        for future in waiting:
            future.cancel()
