"""A thousand small images as one job: seconds per image, memory after 100 and after 1,000, processes started.

python benchmark/many_images.py: writes build/benchmark/many_images.json. Two sets are mapped, one of 64 × 64 pixels and
one in which every image has another size. The time of 1,000 jobs with one image each is extrapolated from five.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from typing import Any

import numpy as np
from large_images import DATA, ROOT, TARGET, machine

from rasterlearn.core.images.image_source import Source
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape

COUNT, SIDE_PX, SINGLE_RUNS = 1000, 64, 5
LOOKS = (100, 500)  # images after which the memory is measured, besides after all of them
SIDES_PX = range(33, 97)  # 64 × 64 pairs of them
BANDS = ("red", "green", "blue", "nir")
FOLDER = os.path.join(DATA, "many")


def image_set(name: str, sizes: list[tuple[int, int]]) -> str:
    """A folder of random images."""
    folder, rng = os.path.join(FOLDER, name), np.random.default_rng(0)
    os.makedirs(folder)
    for number, (height, width) in enumerate(sizes):
        grid = Grid(width, height, (500000.0 + 1000 * number, 10.0, 0.0, 5800000.0, 0.0, -10.0))
        with RasterWriter(
            os.path.join(folder, f"{number:04}.tif"), grid, RasterProfile(len(BANDS), np.dtype(np.uint16))
        ) as writer:
            writer.write(0, 0, rng.integers(1, 900, (height, width, len(BANDS))).astype(np.uint16))
    return folder


def model() -> str:
    """An untrained network: its predictions do not matter."""
    path, means = os.path.join(FOLDER, "network.rlmodel"), [450.0] * len(BANDS)
    network = MODELS["patch_cnn"].build([SourceShape(16, 16, len(BANDS), means, [67000.0] * len(BANDS))], 5)
    source = Source(BANDS, (10.0, 10.0), 16, 16, fill=tuple(means))
    classes = ClassMap.of([LandClass(value, f"class {value}") for value in range(1, 6)])
    save_model(path, Model.of_network(network, "patch_cnn", classes, (source,), {}))
    return path


def run(command: str, job: dict[str, Any]) -> dict[str, Any]:
    """Runs a job in an engine process, and measures that process whenever it reports progress."""
    path = os.path.join(FOLDER, "job.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(job, file)
    arguments = [sys.executable, os.path.join(ROOT, "engine.py"), command, path, "--events", "json"]
    started, memory, children = time.monotonic(), {}, set()
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "error":
                sys.exit(event["text"])
            number = re.match(r"(\d+) of \d+ images", event.get("text", ""))
            if number and event["event"] == "progress":
                memory[int(number[1])] = resident_bytes(process.pid)
                children |= children_of(process.pid)
    return {"seconds": time.monotonic() - started, "memory": memory, "processes": 1 + len(children)}


def resident_bytes(number: int) -> int:
    with open(f"/proc/{number}/status", encoding="utf-8") as file:
        return 1024 * int(next(line.split()[1] for line in file if line.startswith("VmRSS")))


def children_of(number: int) -> set[str]:
    found: set[str] = set()
    for thread in os.listdir(f"/proc/{number}/task"):
        try:
            with open(f"/proc/{number}/task/{thread}/children", encoding="utf-8") as file:
                found |= set(file.read().split())
        except FileNotFoundError:  # the thread has ended
            continue
    return found


def many(name: str, sizes: list[tuple[int, int]], network: str) -> dict[str, Any]:
    """Figures of one set."""
    images, maps = image_set(name, sizes), os.path.join(FOLDER, f"maps_{name}")
    done = run("applymodelbatch", {"folder": images, "model": network, "output_folder": maps})
    count = len([name for name in os.listdir(maps) if name.endswith(".tif")])
    assert count == COUNT, f"{count} maps"
    memory = {f"bytes_after_{look}": done["memory"][min(n for n in done["memory"] if n >= look)] for look in LOOKS}
    return {
        "seconds": done["seconds"],
        "seconds_for_each": done["seconds"] / COUNT,
        **memory,
        "bytes_after_1000": done["memory"][max(done["memory"])],
        "largest_bytes": max(done["memory"].values()),
        "processes": done["processes"],
    }


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    network = model()
    sides = np.random.default_rng(1).permutation([(h, w) for h in SIDES_PX for w in SIDES_PX])[:COUNT].tolist()
    figures = {
        "same_size": many("same", [(SIDE_PX, SIDE_PX)] * COUNT, network),
        "many_sizes": many("sizes", [(h, w) for h, w in sides], network),
    }
    image, output = os.path.join(FOLDER, "same", "0000.tif"), os.path.join(FOLDER, "one.tif")
    singles = [
        run("applymodel", {"images": [image], "model": network, "output": output})["seconds"]
        for _ in range(SINGLE_RUNS)
    ]
    same, sizes, one = figures["same_size"], figures["many_sizes"], statistics.mean(singles)
    ratios = {
        "memory_1000_over_100": same["bytes_after_1000"] / same["bytes_after_100"],
        "memory_1000_over_100_of_many_sizes": sizes["bytes_after_1000"] / sizes["bytes_after_100"],
        "memory_1000_over_500_of_many_sizes": sizes["bytes_after_1000"] / sizes["bytes_after_500"],
        "seconds_over_a_process_for_each": same["seconds"] / (COUNT * one),
        "processes_for_each": same["processes"] / COUNT,
    }
    for name, values in figures.items():
        sizes_mb = ", ".join(f"{values[f'bytes_after_{n}'] / 1e6:.0f} after {n}" for n in (*LOOKS, COUNT))
        seconds = f"{values['seconds']:6.1f} s, {1000 * values['seconds_for_each']:5.1f} ms each"
        print(f"{name:12s} {seconds}, MB: {sizes_mb}, {values['processes']} process(es)")
    print(f"one image in a process of its own: {one:.2f} s (mean of {SINGLE_RUNS})")
    for name, value in ratios.items():
        print(f"{name:36s} {value:.4f}")
    result = {"ratios": ratios, "figures": {**figures, "single_seconds": singles}, "machine": machine()}
    with open(os.path.join(TARGET, "many_images.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
    shutil.rmtree(FOLDER)


if __name__ == "__main__":
    main()
