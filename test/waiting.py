"""Waiting for what another process or thread does.

No test judges by a clock, which a busy machine would turn red: it waits until something has happened. The bounds below
only end what would otherwise hang forever; a machine that works at all, however busy, stays far below them.
"""

import json
import signal
import time
from contextlib import contextmanager
from pathlib import Path

HANG_SECONDS = 600.0
SECONDS_BEYOND_ANY_WAIT = 100_000  # what stand-ins sleep that have to be ended: longer than any test waits


def wait_until(happened, what, unless=lambda: False):
    """Waits until `happened()` is true, and returns what it gave.

    Args:
        what: has to happen, for the message. unless: becomes true when that cannot happen any more.
    Raises:
        AssertionError: it cannot happen any more, or did not within HANG_SECONDS.
    """
    last = time.monotonic() + HANG_SECONDS
    while True:
        too_late = unless() or time.monotonic() > last  # asked before, so that what has just happened still counts
        found = happened()
        if found:
            return found
        assert not too_late, f"This did not happen: {what}."
        time.sleep(0.01)


def is_alive(process_id):
    """Whether a process runs; one that has ended and that nobody has asked for its exit code does not."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def no_hang():
    """Ends a block that takes HANG_SECONDS, in the main thread: for work that would take years if done wrongly."""

    def end(*_):
        raise AssertionError(f"This takes more than {HANG_SECONDS:g} seconds.")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def address_of_scheduler(file, scheduler):
    """The address of a Dask scheduler, once it has written all of its scheduler file. `scheduler`: its process."""

    def address():
        try:
            return json.loads(file.read_text())["address"]
        except (FileNotFoundError, ValueError):  # not there yet, or half written
            return None

    return wait_until(address, "the scheduler starts", lambda: scheduler.poll() is not None)
