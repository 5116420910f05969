"""The cost models of benchmark/ behind docs/scale.md: the duration of a map, and the best size of a task."""

from dataclasses import replace

import numpy as np
import pytest

from rasterlearn.core.base import cluster


@pytest.fixture(autouse=True)
def _benchmarks(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmark"))


def test_a_map_takes_as_long_as_the_slowest_stage_or_all_of_them_on_few_processors():
    from cost_model import Machine, Work, seconds_of

    work = Work(1e6, read_bytes=8, operations=1000, written_bytes=1)
    machine = Machine(3, 4, read=8e6, compute=250e6, write=2e6, keep=1e6, assemble=10e6, processors=2)
    # a second of reading, 4 of computing, half a second of writing (one if it is kept)
    assert seconds_of(work, machine) == pytest.approx(3 + 4)
    assert seconds_of(work, machine, 1) == pytest.approx(3 + 4 + 4)
    assert seconds_of(work, machine, 2) == pytest.approx(3 + 4 + (1 + 4 + 1) / 2)
    assert seconds_of(work, replace(machine, assemble=0.1e6), 2) == pytest.approx(3 + 4 + 10)


def test_the_storage_is_what_many_workers_share():
    from cost_model import Machine, Work, seconds_of

    work = Work(1e9, 8, 1000, 1)
    machine = Machine(0, 0, 8e6, 250e6, 2e6, 1e6, float("inf"), processors=1000, storage=9e7)
    assert seconds_of(work, machine, 1000) == pytest.approx(100)


@pytest.mark.parametrize("tasks", [1, 4, 32])
def test_perfect_workers_lose_nothing(tasks):
    from scheduling import Cluster, loss

    perfect = Cluster(4, overhead_s=0, slow_share=0, failures_per_hour=0)
    assert loss(400, 100 / tasks, perfect, runs=2) == pytest.approx(1)


def test_a_slow_worker_holds_up_the_end_by_its_last_task():
    from scheduling import Cluster, simulated_seconds

    slow = Cluster(2, overhead_s=0, slow_share=1, slow_factor=2, failures_per_hour=0)
    assert simulated_seconds([10, 10, 10], slow, np.random.default_rng(0)) == 40


def test_a_worker_that_fails_loses_at_most_a_strip():
    from scheduling import Cluster, simulated_seconds

    mortal = Cluster(1, 0, 2, 0, 1, failures_per_hour=60, noticed_s=0, replaced_s=0)
    seconds = [simulated_seconds([600], mortal, np.random.default_rng(seed)) for seed in range(200)]
    deaths = 600 / 60
    assert 600 < np.mean(seconds) < 600 + deaths * 2 * 1.2


def test_the_simulation_is_of_our_tasks():
    from scheduling import SECONDS_OF_LARGEST, TASKS_PER_WORKER

    assert TASKS_PER_WORKER == cluster.TASKS_PER_WORKER
    assert SECONDS_OF_LARGEST * 1e6 == cluster.LARGEST_TASK_PX
