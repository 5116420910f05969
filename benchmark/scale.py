"""The cost of a map, predicted from measured constants and compared with the command: python benchmark/scale.py FOLDER

The constants – what a thread reads, computes and writes per second – are measured one by one, in this process. The
command is then run on images of several sizes, alone and on one and two local workers, each with one thread. Then the
model of cost_model.py predicts the time for a country. FOLDER: of the demo. Writes build/benchmark/scale.json.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

os.environ.update(RASTERLEARN_THREADS="1", TF_CPP_MIN_LOG_LEVEL="2")
from dataclasses import asdict, replace

from cost_model import Machine, Work, seconds_of
from large_images import BANDS_10M, DATA, ROOT, TARGET, enlarged, machine, scene
from mapping import OPERATIONS, saved, trained_network_1

from rasterlearn.core.base.progress import Progress
from rasterlearn.core.mapping.apply_model import Options, open_mapping
from rasterlearn.core.mapping.journal import Journal
from rasterlearn.core.mapping.map_writer import Evaluator, Mapping
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter

REPEATS = 3
SIDES = {4: 2000, 36: 6000, 100: 10000}  # Mpx: pixels
CLUSTERS = {"": 0, "local:1": 1, "local:2": 2}
SMALLEST_BOX = "0,0,64,64"
STRIPS, PATCH_PX = 2, 16

# Countries of 550 000 km2: France.
COUNTRIES = {"France, 10 m": 5.5e9, "France, 10 m, 30 dates": 30 * 5.5e9, "France, 1.5 m": 245e9}
WORKERS, STORAGE = (1, 10, 100, 1000), 5e9  # bytes per second that all of them share


def seconds_per_call(function: Callable[[], Any]) -> float:
    """Median seconds; the first call, which includes one-time work, is not counted."""
    function()
    times = []
    for _ in range(REPEATS + 2):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def constants(image: str, model: str) -> tuple[Work, dict[str, float]]:
    """The work per pixel, and how much of each kind a thread of this machine does per second."""
    with open_mapping([image], model, Options(), Progress()) as opened, tempfile.TemporaryDirectory(dir=DATA) as folder:
        mapping = opened.mapping
        strips, block_px = mapping.plan.strips()[:STRIPS], mapping.plan.block_px
        blocks = list(mapping.blocks.strips(strips, block_px))
        evaluate = Evaluator(mapping.predicts[0], mapping.blocks, Progress())
        scores = [evaluate(block) for block in blocks]
        grid = Grid(strips[0].width, sum(strip.height for strip in strips))
        journal = Journal(os.path.join(folder, "kept.tif"), {}, {"block_px": block_px, "panel_px": grid.width})

        def write() -> None:
            with RasterWriter(
                os.path.join(folder, "written.tif"), grid, RasterProfile(1, mapping.encoder.dtype)
            ) as writer:
                for strip, pixels in zip(strips, encoded(mapping, blocks, scores)):
                    writer.write(0, strip.y, pixels)

        def keep() -> None:
            for number, pixels in enumerate(encoded(mapping, blocks, scores)):
                journal.write(number, pixels)

        def assemble() -> None:
            with RasterWriter(
                os.path.join(folder, "assembled.tif"), grid, RasterProfile(1, mapping.encoder.dtype)
            ) as writer:
                for number, strip in enumerate(strips):
                    writer.write(0, strip.y, journal.read(number))

        margin = ((block_px + PATCH_PX - 1) / block_px) ** 2
        work = Work(
            grid.width * grid.height,
            sum(s.reader.band_count * s.reader.dtype.itemsize for s in mapping.blocks.sources),
            OPERATIONS["network 1"] * margin,
            mapping.encoder.dtype.itemsize,
        )
        kinds: dict[str, tuple[float, Callable[[], Any]]] = {
            "read": (work.read_bytes, lambda: list(mapping.blocks.strips(strips, block_px))),
            "compute": (work.operations, lambda: [evaluate(block) for block in blocks]),
            "write": (work.written_bytes, write),
            "keep": (work.written_bytes, keep),
            "assemble": (work.written_bytes, assemble),
        }
        return work, {name: work.pixels * units / seconds_per_call(call) for name, (units, call) in kinds.items()}


def encoded(mapping: Mapping, blocks: Sequence[Any], scores: Sequence[Any]) -> Iterator[np.ndarray]:
    """The pixels (h, w, bands) of each strip, as they are written."""
    for _, row in itertools.groupby(zip(blocks, scores), key=lambda pair: pair[0].window.y):
        yield np.concatenate([mapping.encoder(block.crop(s), block.valid) for block, s in row], axis=1)


def command_seconds(images: dict[int, str], model: str) -> dict[tuple[int, str], list[float]]:
    """Seconds of the command for each size (0: a few pixels) and cluster; all take turns."""
    times: dict[tuple[int, str], list[float]] = {}
    for _ in range(REPEATS):
        for cluster in CLUSTERS:
            for mpx in (0, *images):
                job = {"images": [images[mpx or 4]], "model": model, "output": os.path.join(DATA, "scale.tif")}
                job.update({"cluster": cluster, "box": SMALLEST_BOX if mpx == 0 else None})
                times.setdefault((mpx, cluster), []).append(_seconds_of_command(job))
    return times


def _seconds_of_command(job: dict[str, Any]) -> float:
    path = os.path.join(DATA, "job.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(job, file)
    started = time.perf_counter()
    command = [sys.executable, os.path.join(ROOT, "engine.py"), "applymodel", path, "--events", "json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def predictions(
    times: dict[tuple[int, str], list[float]], work: Work, rates: dict[str, float]
) -> tuple[Machine, dict[str, dict[str, float]]]:
    """Seconds predicted by the model and measured for the command (median), for each size and cluster."""
    median = {key: statistics.median(seconds) for key, seconds in times.items()}
    start = median[0, ""]
    here = Machine(start, median[0, "local:1"] - start, **rates, processors=os.cpu_count() or 1)
    return here, {
        f"{mpx} Mpx, {cluster or 'one process'}": {
            "predicted_s": seconds_of(replace(work, pixels=SIDES[mpx] ** 2), here, CLUSTERS[cluster]),
            "measured_s": seconds,
        }
        for (mpx, cluster), seconds in median.items()
        if mpx
    }


def countries(work: Work, here: Machine) -> dict[str, dict[int, float]]:
    """Hours for each country and number of workers, with one thread each and a shared storage."""
    return {
        name: {
            workers: seconds_of(
                replace(work, pixels=pixels), replace(here, processors=workers, storage=STORAGE), workers
            )
            / 3600
            for workers in WORKERS
        }
        for name, pixels in COUNTRIES.items()
    }


def main() -> None:
    demo = sys.argv[1]
    os.makedirs(DATA, exist_ok=True)
    pixels, grid = scene(demo, BANDS_10M)
    images = {mpx: enlarged(os.path.join(DATA, f"{mpx}mpx.tif"), pixels, grid, side) for mpx, side in SIDES.items()}
    model = saved("network1.rlmodel", trained_network_1(demo, pixels, grid), [images[100]])
    work, rates = constants(images[36], model)
    here, told = predictions(command_seconds(images, model), work, rates)
    print("per pixel: " + ", ".join(f"{name} {value:.0f}" for name, value in asdict(work).items() if name != "pixels"))
    print(f"start {here.start_s:.1f} s, local workers {here.cluster_start_s:.1f} s more")
    for name, rate in rates.items():
        print(f"{name:10} {rate / 1e6:10.0f} million {'operations' if name == 'compute' else 'bytes'} per second")
    for name, row in told.items():
        row["predicted_over_measured"] = row["predicted_s"] / row["measured_s"]
        print(f"{name:22} predicted {row['predicted_s']:6.1f} s, measured {row['measured_s']:6.1f} s", end="")
        print(f", {row['predicted_over_measured']:.2f}")
    hours = countries(work, here)
    print(f"{'hours on … workers':24}" + "".join(f"{n:10}" for n in WORKERS))
    for name, row in hours.items():
        print(f"{name:24}" + "".join(f"{value:10.2f}" for value in row.values()))
    quotients = [row["predicted_over_measured"] for row in told.values()]
    ratios = {"largest_over": max(quotients), "largest_under": min(quotients)}
    record = {"work": asdict(work), "machine": asdict(here), "sizes": told, "hours": hours}
    with open(os.path.join(TARGET, "scale.json"), "w", encoding="utf-8") as file:
        json.dump({"ratios": ratios, "figures": record, "machine": machine()}, file, indent=1)


if __name__ == "__main__":
    main()
