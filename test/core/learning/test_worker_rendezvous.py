"""Workers that wait for each other: here threads of one process, as no TensorFlow is needed."""

import contextlib
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from waiting import HANG_SECONDS

from rasterlearn.core.base.errors import Cancelled, InputError, RasterLearnError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.learning import worker_rendezvous as meeting
from rasterlearn.core.learning.worker_addresses import Workers
from rasterlearn.core.learning.worker_rendezvous import Meeting


@pytest.fixture(autouse=True)
def _all_the_time_of_a_busy_machine(monkeypatch):
    monkeypatch.setattr(meeting, "START_SECONDS", HANG_SECONDS)
    monkeypatch.setattr(meeting, "FAREWELL_SECONDS", HANG_SECONDS)


@pytest.fixture
def addresses():
    """Three free addresses."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        return tuple(f"127.0.0.1:{s.getsockname()[1]}" for s in sockets)


def outcomes(*works):
    """What each of these functions raises or returns when all run at the same time."""

    def outcome(work):
        try:
            return work()
        except RasterLearnError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(outcome, work) for work in works]]


def attending(addresses, index, work="same", begin=None, agree=None, here=None, fails=None):
    """Comes to a meeting.

    Args:
        begin, agree: events to wait for before. here: an event, set once the chief can be reached. fails: raised there.
    """

    def attend():
        if begin:
            assert begin.wait(HANG_SECONDS)
        with Meeting(Workers(addresses, index), Progress()) as met:
            if here:
                assert met._is_connected.wait(HANG_SECONDS)
                here.set()
            if agree:
                assert agree.wait(HANG_SECONDS)
            if fails:
                raise fails
            met.agree(work)
        return index

    return attend


@pytest.mark.parametrize("late", [0, 1, 2])
def test_all_come_in_any_order_and_leave_their_addresses_free(addresses, late):
    begin = threading.Event()
    timer = threading.Timer(0.5, begin.set)
    timer.start()
    found = outcomes(*(attending(addresses, i, begin=begin if i == late else None) for i in range(3)))
    assert found == [0, 1, 2]
    for address in addresses:
        socket.create_server(("", int(address.rpartition(":")[2]))).close()


def test_no_worker_waits_for_one_that_fails_before(addresses):
    failing = attending(addresses, 2, fails=InputError("no patches"))
    chief, other, failed = outcomes(attending(addresses, 0), attending(addresses, 1), failing)
    assert str(failed) == "no patches"
    assert f"Worker 2 ({addresses[2]}) has ended before" in str(chief)
    assert f"Worker 0 ({addresses[0]}) has ended before" in str(other)


def test_no_worker_waits_for_a_chief_that_fails(addresses):
    addresses, here = addresses[:2], threading.Event()
    failing = attending(addresses, 0, agree=here, fails=InputError("no patches"))
    _, other = outcomes(failing, attending(addresses, 1, here=here))
    assert f"Worker 0 ({addresses[0]})" in str(other)


def test_another_job_is_refused(addresses):
    chief, same, other = outcomes(*(attending(addresses, i, work="same" if i < 2 else "other") for i in range(3)))
    assert isinstance(chief, InputError) and f"Worker 2 ({addresses[2]}) was started with another job" in str(chief)
    assert "Worker 0" in str(same) and "Worker 0" in str(other)


def test_workers_that_do_not_come_are_named(addresses, monkeypatch):
    monkeypatch.setattr(meeting, "START_SECONDS", 0.5)
    here = threading.Event()
    chief, other = outcomes(attending(addresses, 0, agree=here), attending(addresses, 1, here=here))
    assert f"worker(s) 2 ({addresses[2]}) have not come" in str(chief)
    assert "Worker 0" in str(other)
    (alone,) = outcomes(attending(addresses, 1))
    assert f"worker 0 ({addresses[0]}), the chief, cannot be reached" in str(alone)


def test_foreign_connections_are_refused(addresses):
    here, gone = threading.Event(), threading.Event()

    def stranger():
        assert here.wait(HANG_SECONDS)
        for greeting in (b"GET / HTTP/1.0\r\n\r\n", b"7\n", b""):
            with socket.create_connection(("127.0.0.1", int(addresses[0].rpartition(":")[2]))) as connection:
                connection.sendall(greeting)
        gone.set()

    works = [attending(addresses, 0), attending(addresses, 1, here=here), attending(addresses, 2, begin=gone)]
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
    with pytest.raises(Cancelled), Meeting(Workers(addresses, index), progress) as met:
        met.agree("same")
