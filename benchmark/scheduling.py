"""Simulates a cluster with slow and dying workers, to find out how large a task should be.

python benchmark/scheduling.py: prints a table of the time for tasks of different sizes relative to that of perfect
workers without any loss. Each worker takes the next task when it is free. Every figure is a median of many runs.
"""

from __future__ import annotations

import heapq
import json
import math
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RUNS = 30
# As in core/base/cluster.py; the largest task there (LARGEST_TASK_PX) takes 200 s at 1 Mpx/s.
TASKS_PER_WORKER, SECONDS_OF_LARGEST = 32, 200.0


@dataclass(frozen=True)
class Cluster:
    """The simulated workers.

    Attributes:
        overhead_s: lost with each task: sending it, reading the rows around its strips once more, its first block.
        slow_share: of the workers; they take `slow_factor` times as long.
        failures_per_hour: of one worker. Its task continues elsewhere after `noticed_s`, from the last strip of
            `strip_s` in the journal. A new worker is there after `replaced_s`.
    """

    workers: int
    overhead_s: float = 0.2
    strip_s: float = 2.0
    slow_share: float = 0.05
    slow_factor: float = 2.0
    failures_per_hour: float = 0.02
    noticed_s: float = 30.0
    replaced_s: float = 120.0


def simulated_seconds(tasks_s: Sequence[float], cluster: Cluster, rng: np.random.Generator) -> float:
    """Seconds until the last task is done; `tasks_s` are seconds of work on a usual worker."""
    slow = rng.random(cluster.workers) < cluster.slow_share
    free = [(0.0, worker) for worker in range(cluster.workers)]
    heapq.heapify(free)
    waiting = [(0.0, seconds) for seconds in tasks_s]  # when it can be begun, and the work of it
    heapq.heapify(waiting)
    end = 0.0
    while waiting:
        now, worker = heapq.heappop(free)
        ready, work = heapq.heappop(waiting)
        begun, slowness = max(now, ready), cluster.slow_factor if slow[worker] else 1.0
        lasts = (work + cluster.overhead_s) * slowness
        lives = rng.exponential(3600 / cluster.failures_per_hour) if cluster.failures_per_hour else math.inf
        if lives < lasts:
            kept = min(work, lives / slowness // cluster.strip_s * cluster.strip_s)
            heapq.heappush(waiting, (begun + lives + cluster.noticed_s, work - kept))
            heapq.heappush(free, (begun + lives + cluster.replaced_s, worker))
        else:
            heapq.heappush(free, (begun + lasts, worker))
            end = max(end, begun + lasts)
    return end


def loss(work_s: float, task_s: float, cluster: Cluster, runs: int = RUNS) -> float:
    """Median time relative to that of perfect workers, for `work_s` seconds of work in tasks of `task_s`."""
    count = max(1, round(work_s / task_s))
    rng = np.random.default_rng(0)
    times = [simulated_seconds([work_s / count] * count, cluster, rng) for _ in range(runs)]
    return statistics.median(times) / (work_s / cluster.workers)


def main() -> None:
    shares = (1, 2, 4, 8, 16, 32, 128)
    cases = {
        "10 workers, 10 minutes": (10, 600),
        "100 workers, 10 minutes": (100, 600),
        "100 workers, 1 hour": (100, 3600),
        "400 workers, 4 hours": (400, 4 * 3600),
    }
    print("tasks for each worker     " + "".join(f"{n:8}" for n in shares) + "   ours")
    figures = {}
    for name, (workers, seconds) in cases.items():
        cluster = Cluster(workers)
        row = [loss(workers * seconds, seconds / n, cluster) for n in shares]
        ours = loss(workers * seconds, min(seconds / TASKS_PER_WORKER, SECONDS_OF_LARGEST), cluster)
        figures[name] = {**{str(n): value for n, value in zip(shares, row)}, "ours": ours}
        print(f"{name:26}" + "".join(f"{value:8.2f}" for value in row) + f"{ours:7.2f}")
    target = os.path.join(ROOT, "build", "benchmark")
    os.makedirs(target, exist_ok=True)
    best = {name: min(v for key, v in row.items() if key != "ours") for name, row in figures.items()}
    ratios = {f"ours_over_best, {name}": row["ours"] / best[name] for name, row in figures.items()}
    with open(os.path.join(target, "scheduling.json"), "w", encoding="utf-8") as file:
        json.dump({"ratios": ratios, "figures": figures}, file, indent=1)


if __name__ == "__main__":
    main()
