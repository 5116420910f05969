"""Workers that wait for each other: here threads of one process, as no TensorFlow is needed."""

import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from rasterlearn.core.base.errors import Cancelled, InputError, RasterLearnError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.learning import worker_rendezvous as meeting
from rasterlearn.core.learning.worker_addresses import Workers
from rasterlearn.core.learning.worker_rendezvous import Meeting


@pytest.fixture(autouse=True)
def _no_long_farewells(monkeypatch):
    monkeypatch.setattr(meeting, "FAREWELL_SECONDS", 1.0)


@pytest.fixture
def addresses():
    """Three addresses that are free."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        return tuple(f"127.0.0.1:{s.getsockname()[1]}" for s in sockets)


def outcomes(*works):
    """What each of these functions raises, or returns, when all run at a time."""

    def outcome(work):
        try:
            return work()
        except RasterLearnError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result(30) for done in [pool.submit(outcome, work) for work in works]]


def attending(addresses, index, work="same", wait=0.0, fails=None):
    def attend():
        time.sleep(wait)
        with Meeting(Workers(addresses, index), Progress()) as met:
            if fails:
                raise fails
            met.agree(work)
        return index

    return attend


@pytest.mark.parametrize("late", [0, 1, 2])
def test_all_come_in_any_order_and_leave_their_addresses_free(addresses, late):
    found = outcomes(*(attending(addresses, i, wait=0.5 if i == late else 0) for i in range(3)))
    assert found == [0, 1, 2]
    for address in addresses:
        socket.create_server(("", int(address.rpartition(":")[2]))).close()


def test_one_that_fails_before_lets_nobody_wait(addresses):
    started = time.monotonic()
    failing = attending(addresses, 2, fails=InputError("no patches"))
    chief, other, failed = outcomes(attending(addresses, 0), attending(addresses, 1), failing)
    assert str(failed) == "no patches"
    assert f"Worker 2 ({addresses[2]}) has ended before" in str(chief)
    assert f"Worker 0 ({addresses[0]}) has ended before" in str(other)
    assert time.monotonic() - started < 5


def test_a_chief_that_fails_lets_nobody_wait(addresses):
    def chief():
        with Meeting(Workers(addresses, 0), Progress()):
            time.sleep(0.5)
            raise InputError("no patches")

    _, other = outcomes(chief, attending(addresses, 1))
    assert f"Worker 0 ({addresses[0]})" in str(other)


def test_another_job_is_refused(addresses):
    chief, same, other = outcomes(*(attending(addresses, i, work="same" if i < 2 else "other") for i in range(3)))
    assert isinstance(chief, InputError) and f"Worker 2 ({addresses[2]}) was started with another job" in str(chief)
    assert "Worker 0" in str(same) and "Worker 0" in str(other)


def test_those_who_do_not_come_are_named(addresses, monkeypatch):
    monkeypatch.setattr(meeting, "START_SECONDS", 0.5)
    chief, other = outcomes(attending(addresses, 0), attending(addresses, 1))
    assert f"worker(s) 2 ({addresses[2]}) have not come" in str(chief)
    assert "Worker 0" in str(other)
    (alone,) = outcomes(attending(addresses, 1))
    assert f"worker 0 ({addresses[0]}), the chief, cannot be reached" in str(alone)


def test_strangers_are_sent_away(addresses):
    def stranger():
        time.sleep(0.3)
        for greeting in (b"GET / HTTP/1.0\r\n\r\n", b"7\n", b""):
            with socket.create_connection(("127.0.0.1", int(addresses[0].rpartition(":")[2]))) as connection:
                connection.sendall(greeting)

    works = [attending(addresses, i, wait=0.8 if i == 2 else 0) for i in range(3)]
    assert outcomes(*works, stranger)[:3] == [0, 1, 2]


def test_a_port_in_use(addresses):
    for index in (0, 1):
        with socket.create_server(("", int(addresses[index].rpartition(":")[2]))), pytest.raises(InputError) as caught:
            Meeting(Workers(addresses, index), Progress()).__enter__()
        assert f"cannot listen at its address {addresses[index]}" in str(caught.value)


@pytest.mark.parametrize("index", [0, 1])
def test_waiting_can_be_cancelled(addresses, index):
    progress = Progress()
    threading.Timer(0.3, progress.cancelled.set).start()
    started = time.monotonic()
    with pytest.raises(Cancelled), Meeting(Workers(addresses, index), progress) as met:
        met.agree("same")
    assert time.monotonic() - started < 5
