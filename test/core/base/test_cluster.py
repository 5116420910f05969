"""How work is divided into tasks for the workers of a Dask cluster. What they do is tested in test_shared_map.py, …"""

import pytest

from rasterlearn.core.base import cluster


@pytest.mark.parametrize("workers", [1, 3, 200])
def test_tasks_hold_every_part_once(workers):
    pixels = [800 + n % 7 for n in range(100)]
    tasks = cluster.tasks_of(pixels, workers)
    assert [number for task in tasks for number in task] == list(range(100))
    assert min(len(pixels), cluster.TASKS_PER_WORKER * workers) * 0.6 <= len(tasks) <= len(pixels)


def test_a_task_is_minutes_not_hours():
    tasks = cluster.tasks_of([10_000_000] * 90, 1)
    assert max(map(len, tasks)) * 10_000_000 <= 1.1 * cluster.LARGEST_TASK_PX
