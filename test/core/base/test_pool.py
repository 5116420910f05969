"""One protocol for all work that can be divided into parts: in this process, and on the workers of a Dask cluster."""

import os
import signal
import threading
import time
from contextlib import contextmanager, nullcontext

import pytest

from rasterlearn.core.base import cluster
from rasterlearn.core.base.cluster import DaskPool
from rasterlearn.core.base.errors import Cancelled, InputError, OutputError
from rasterlearn.core.base.pool import HERE, Kept, path_for
from rasterlearn.core.base.progress import Progress

COUNT = 90


@pytest.fixture(params=["here", "dask"])
def pool(request):
    """Each kind of pool. Functions of tests are sent by value, as the workers do not know this file."""
    with nullcontext(HERE) if request.param == "here" else DaskPool(request.getfixturevalue("scheduler")) as pool:
        yield pool


def results(pool, function, common=None, count=COUNT, progress=None):
    return list(pool.results(function, common, range(count), [1 + n % 5 for n in range(count)], progress or Progress()))


def test_every_part_is_done_once_and_the_results_are_in_order(pool):
    def multiplied(factor, numbers, progress):
        for number in numbers:
            yield factor * number

    assert results(pool, multiplied, 7) == [7 * number for number in range(COUNT)]


def test_a_result_may_stand_for_several_parts(pool):
    def listed(common, numbers, progress):
        return [list(numbers)]

    found = results(pool, listed)
    assert [number for numbers in found for number in numbers] == list(range(COUNT))
    assert len(found) < COUNT and (len(found) == 1) == (not pool.elsewhere)


def test_a_pool_may_be_used_again(pool, monkeypatch):
    def itself(common, numbers, progress):
        yield from numbers

    connected, client_of = [], cluster.client_of
    monkeypatch.setattr(cluster, "client_of", lambda *given: connected.append(given) or client_of(*given))
    assert results(pool, itself) == results(pool, itself) == list(range(COUNT))
    assert len(connected) == pool.elsewhere  # the processes of local:N take seconds to start


def test_errors_are_the_same_wherever_they_occur(pool, tmp_path):
    def refused(path, numbers, progress):
        if 50 in numbers:
            from rasterlearn.core.raster.raster_reader import RasterReader

            RasterReader(path)
        yield from numbers

    with pytest.raises(InputError) as expected:
        results(HERE, refused, str(tmp_path / "none.tif"))
    with pytest.raises(InputError) as caught:
        results(pool, refused, str(tmp_path / "none.tif"))
    assert str(caught.value) == str(expected.value)


def test_the_progress_reaches_the_end(pool):
    def counted(common, numbers, progress):
        for done, number in enumerate(numbers, start=1):
            progress.report(done / len(numbers), "counting")
            yield number

    events = []
    results(pool, counted, progress=Progress(events.append))
    shares = [event["percent"] for event in events if event["event"] == "progress"]
    assert shares == sorted(shares) and shares[-1] == 100
    texts = [event["text"] for event in events if event["event"] == "info"]
    tasks = len(cluster.tasks_of([1 + n % 5 for n in range(COUNT)], 2))
    assert texts == ([f"{COUNT} parts in {tasks} tasks on 2 worker(s)."] if pool.elsewhere else [])


def test_no_parts_no_work():
    def never(common, numbers, progress):
        assert not numbers
        return []

    with DaskPool("tcp://127.0.0.1:9") as unreachable:
        assert results(HERE, never, count=0) == results(unreachable, never, count=0) == []


@contextmanager
def two_processes():
    with DaskPool("local:2") as pool:
        yield pool


@pytest.mark.parametrize("make_pool", [lambda: nullcontext(HERE), two_processes], ids=["here", "dask"])
def test_a_cancelled_job_ends_at_once_and_leaves_no_process(make_pool, children_of):
    def slow(common, numbers, progress):
        for number in numbers:
            progress.check()
            time.sleep(0.05)
            yield number

    cancelled = threading.Event()
    with make_pool() as pool:
        started = None
        with pytest.raises(Cancelled):
            for _ in pool.results(slow, None, range(2000), [1] * 2000, Progress(None, cancelled)):
                started = started or time.monotonic()
                cancelled.set()
        assert time.monotonic() - started < 50  # all of it would take 100
        assert children_of(os.getpid(), "spawn_main") == []


def test_results_that_are_no_longer_wanted_leave_no_process(children_of):
    def itself(common, numbers, progress):
        yield from numbers

    with DaskPool("local:2") as pool:
        found = pool.results(itself, None, range(COUNT), [1] * COUNT, Progress())
        assert next(found) == 0 and len(children_of(os.getpid(), "spawn_main")) == 2
        found.close()
        assert children_of(os.getpid(), "spawn_main") == []


def test_a_worker_may_die(tmp_path):
    def dies_once(folder, numbers, progress):
        for number in numbers:
            if number == 40 and not os.path.exists(f"{folder}/died"):
                open(f"{folder}/died", "w").close()
                os.kill(os.getpid(), signal.SIGKILL)
            yield number * number

    with DaskPool("local:2") as pool:
        found = results(pool, dies_once, str(tmp_path))
    assert (tmp_path / "died").exists()
    assert found == results(HERE, dies_once, str(tmp_path)) == [number * number for number in range(COUNT)]


def test_a_part_that_kills_every_worker_is_reported():
    import dask

    def dies(common, numbers, progress):
        os.kill(os.getpid(), signal.SIGKILL)
        yield

    with dask.config.set({"distributed.scheduler.allowed-failures": 0}), DaskPool("local:1") as pool:
        with pytest.raises(OutputError, match="died again and again on the same part of the work"):
            results(pool, dies, count=1)


def test_what_a_worker_opened_is_kept_until_another_job_comes():
    seen = []

    @contextmanager
    def opened(job):
        seen.append(f"open {job}")
        yield job * 2
        seen.append(f"close {job}")

    kept = Kept(opened)
    assert [kept.of(job) for job in (1, 1, 2, 2, 1)] == [2, 2, 4, 4, 2]
    assert seen == ["open 1", "close 1", "open 2", "close 2", "open 1"]


def test_paths_are_valid_elsewhere(ramp, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert path_for(HERE, "ramp.tif") == "ramp.tif"
    with DaskPool("local:1") as pool:
        assert path_for(pool, "ramp.tif") == ramp
        assert path_for(pool, "GPKG:a.gpkg:b") == "GPKG:a.gpkg:b"
