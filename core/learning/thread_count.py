"""Choice of the number of threads per TensorFlow operation: small networks train faster on one.

The number must be known before TensorFlow starts its devices, and cannot be changed afterwards. So each candidate is
timed in a copy of this process, forked before that.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, Optional

from ..base import limits
from ..base.progress import Progress

PROBE_SECONDS = 0.3  # total time of the measured calls
LONGEST_PROBE_SECONDS = 60.0
POLL_SECONDS = 0.1
END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux's prctl


def start_threads(wanted: int, make_run: Callable[[], Callable[[], Any]], progress: Progress) -> int:
    """Sets the number of threads per operation, and returns the number that is in effect.

    Args:
        wanted: the number; 0 chooses the fastest by timing. make_run: sets up TensorFlow's part of the work and returns
            a function that does a little of it; called in a copy of the process, and only if TensorFlow is imported
            but has not started its devices.
    """
    import tensorflow as tf

    wanted, threads = limits.threads(wanted), tf.config.threading
    try:
        threads.set_intra_op_parallelism_threads(wanted)  # an error means that the devices are started
    except RuntimeError:
        return threads.get_intra_op_parallelism_threads() or limits.processors()
    if not wanted and _can_probe():
        wanted = _fastest(make_run, progress) or 0
        threads.set_intra_op_parallelism_threads(wanted)
    return wanted or limits.processors()


def _can_probe() -> bool:
    """Whether this process can be forked: only on Linux, and without CUDA, whose state does not survive it."""
    import tensorflow as tf

    return sys.platform == "linux" and limits.processors() > 1 and not tf.config.list_physical_devices("GPU")


def _fastest(make_run: Callable[[], Callable[[], Any]], progress: Progress) -> Optional[int]:
    candidates = sorted({1, max(2, limits.processors() // 2), limits.processors()})
    seconds = {n: _seconds_with(n, make_run, progress) for n in candidates}
    timed = {n: s for n, s in seconds.items() if s is not None}
    if not timed:
        return None
    best = min(timed, key=lambda n: timed[n])
    progress.info(
        "Threads for each operation, by seconds for each step ({times}): {best}.",
        times=[f"{n}: {1000 * s:.2f} ms" for n, s in timed.items()],
        best=best,
    )
    return best


def _seconds_with(threads: int, make_run: Callable[[], Callable[[], Any]], progress: Progress) -> Optional[float]:
    """Seconds per call in a copy of this process, or None if that fails."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _time_and_leave(threads, make_run, writing)
    os.close(writing)
    try:
        answer = _wait_for(reading, progress)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return float(answer) if answer else None


def _wait_for(reading: int, progress: Progress) -> str:
    last = time.monotonic() + LONGEST_PROBE_SECONDS
    while time.monotonic() < last:
        progress.check()
        if select.select([reading], [], [], POLL_SECONDS)[0]:
            return os.read(reading, 100).decode("ascii")
    return ""


def _time_and_leave(threads: int, make_run: Callable[[], Callable[[], Any]], writing: int) -> None:
    """Everything that the copy does. It exits without cleaning up what belongs to the original."""
    import tensorflow as tf

    try:
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        run = make_run()
        run()
        started, calls = time.perf_counter(), 0
        while time.perf_counter() - started < PROBE_SECONDS:
            run()
            calls += 1
        os.write(writing, repr((time.perf_counter() - started) / calls).encode("ascii"))
    finally:
        os._exit(0)
