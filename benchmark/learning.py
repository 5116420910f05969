"""Accuracy and speed of all architectures, the forests and the hybrid on the demo's scene.

python benchmark/learning.py FOLDER: the folder of the demo, with stack.vrt, west.gpkg and east.gpkg. Everything is
trained in the west with its default settings, maps the whole scene, and is judged in the east on the same points.
Settings and the architecture called best were chosen by spatial folds in the west (benchmark/settings.py); this script
makes no choice based on the results in the east. Every step is a job of the engine in its own process, as users run it.
"""

from __future__ import annotations

import glob
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from large_images import BANDS_10M, BANDS_20M, DATA, ROOT, TARGET, enlarged, machine
from osgeo import gdal

from rasterlearn.core.images.normalization import TAG as NORMALIZATION
from rasterlearn.core.judging.class_metrics import Accuracy
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.core.samples.labels import FeatureLabels
from rasterlearn.core.samples.places import Places
from rasterlearn.core.samples.points import read_points
from rasterlearn.core.samples.spatial_split import block_of
from rasterlearn.jobs import commands

SEEDS, COUNT, DENSE_COUNT = (0, 1, 2), 500, 100
PATCH_PX, DENSE_PX, BLOCK_PX, NEIGHBORHOOD_PX = 16, 64, 64, 9
LARGE_PX = 3072  # side of the image whose mapping is timed
PART_FOR_FORESTS = "0,0,1024,1024"  # of it

# Chosen in the west by benchmark/settings.py; the rival uses the same bands.
BEST, RIVAL = "texture_cnn, 10 bands", "forest, 10 bands, tuned"


@dataclass(frozen=True)
class Entry:
    """One row of the table.

    Attributes:
        command: of the engine. given: parameters of its job. samples: files it learns from. images: those it maps.
    """

    command: str
    given: dict[str, Any]
    samples: tuple[str, ...]
    images: tuple[str, ...] = ("stack",)


def network(architecture: str, samples: tuple[str, ...], images: tuple[str, ...] = ("stack",), **given: Any) -> Entry:
    return Entry("trainmodel", {"architecture": architecture, **given}, samples, images)


def forest(samples: str, image: str = "stack", tune: bool = False) -> Entry:
    return Entry("trainforest", {"tune": tune}, (samples,), (image,))


BOTH = ("stack", "stack20")
ENTRIES = {
    "patch_cnn": network("patch_cnn", ("patches",)),
    "texture_cnn": network("texture_cnn", ("patches",)),
    "patch_fcn": network("patch_fcn", ("patches",)),
    "two_branch, 10 bands": network("two_branch", ("patches", "patches20"), BOTH),
    BEST: network("texture_cnn", ("patches", "patches20"), BOTH),
    "segmentation": network("segmentation", ("dense",), batch_size=10),
    "unet": network("unet", ("dense",), batch_size=10, epochs=25),
    "forest": forest("values"),
    "forest, tuned": forest("values", tune=True),
    RIVAL: forest("values10", "stack10", tune=True),
    "forest, neighborhood": forest("neighborhood"),
    "forest, neighborhood, tuned": forest("neighborhood", tune=True),
    "hybrid on texture_cnn, 10 bands": Entry("trainforest", {}, ("features",), BOTH),
}


class Scene:
    """Samples of one seed, and everything trained on them."""

    def __init__(self, demo: str, seed: int):
        self.demo, self.seed = demo, seed
        self.folder = os.path.join(TARGET, "learning", str(seed))
        os.makedirs(self.folder, exist_ok=True)

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def images(self, names: Sequence[str]) -> list[str]:
        return [os.path.join(self.demo, "stack.vrt") if n == "stack" else self.path(f"{n}.vrt") for n in names]

    def prepare(self) -> None:
        """Images, points in both halves, and the training samples at the points in the west."""
        self._stack_bands()
        for half in ("west", "east"):
            for kind, count, size in (("points", COUNT, PATCH_PX), ("dense_points", DENSE_COUNT, DENSE_PX)):
                given = {"label_features": os.path.join(self.demo, f"{half}.gpkg"), "field": "class", "count": count}
                given |= {"image": self.images(["stack"])[0], "patch_size": size, "overlaps": "skip", "seed": self.seed}
                run("selectsamples", {**given, "output": self.path(f"{kind}_{half}.gpkg")})
        points = {"points": self.path("points_west.gpkg")}
        stacks = {"output": self.path("patches.tif"), "output_2": self.path("patches20.tif")}
        stacks |= {"labels": self.path("labels.tif"), "patch_sizes": [PATCH_PX, 0]}
        run("extractpatches", {**points, "images": self.images(BOTH), **stacks})
        self._rasterize_labels()
        dense = {"points": self.path("dense_points_west.gpkg"), "images": self.images(["stack"])}
        dense |= {"output": self.path("dense.tif"), "labels": self.path("dense_labels.tif")}
        run("extractpatches", {**dense, "patch_sizes": [DENSE_PX], "label_image": self.path("labels_west.tif")})
        for name, image, side in (
            ("values", "stack", 0),
            ("values10", "stack10", 0),
            ("neighborhood", "stack", NEIGHBORHOOD_PX),
        ):
            values = {"images": self.images([image]), "output": self.path(f"{name}.gpkg"), "neighborhood": side}
            run("extractvalues", {**points, **values})

    def _stack_bands(self) -> None:
        """The 20 m bands, and all ten on the 10 m grid."""
        fine, coarse = ([_band(self.demo, band) for band in bands] for bands in (BANDS_10M, BANDS_20M))
        run("normalize", {"inputs": coarse, "method": "percentile", "output": self.images(["stack20"])[0]})
        with RasterReader(fine[0]) as reader:
            width, height = reader.grid.width, reader.grid.height
        finer = [self.path(f"{band}.vrt") for band in BANDS_20M]
        for source, target in zip(coarse, finer):
            gdal.Translate(target, source, format="VRT", width=width, height=height)
        run("normalize", {"inputs": fine + finer, "method": "percentile", "output": self.images(["stack10"])[0]})

    def _rasterize_labels(self) -> None:
        """The west's polygons as a raster, for label patches."""
        with RasterReader(self.images(["stack"])[0]) as reader:
            labels = FeatureLabels(
                os.path.join(self.demo, "west.gpkg"), "class", reader.grid, reader.name, skip_contested=True
            )
            window = reader.grid.window
        values = np.append(labels.classes.values, 255)[labels.read(window)].astype(np.uint8)
        with RasterWriter(
            self.path("labels_west.tif"),
            labels.grid,
            RasterProfile(1, values.dtype, nodata=255, classes=labels.classes),
        ) as writer:
            writer.write(0, 0, values[..., np.newaxis])

    def train(self, name: str, entry: Entry) -> float:
        """Trains one entry; returns the seconds that the process took."""
        given = {**entry.given, "seed": self.seed, "output": self.model(name)}
        if entry.command == "trainmodel":
            given |= {"patches": [self.path(f"{stack}.tif") for stack in entry.samples]}
            given |= {"labels": self.path("dense_labels.tif" if entry.samples == ("dense",) else "labels.tif")}
        else:
            given |= {"samples": self.path(f"{entry.samples[0]}.gpkg")}
        if entry.samples == ("features",):
            values = {"images": self.images(entry.images), "model": self.model(BEST)}
            run("extractvalues", {"points": self.path("points_west.gpkg"), **values, "output": given["samples"]})
            given |= {"model": self.model(BEST)}
        return run(entry.command, given)[0]

    def model(self, name: str) -> str:
        return self.path(re.sub(r"\W+", "_", name) + ".rlmodel")

    def judge(self, name: str, entry: Entry) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Maps the scene; returns reference and mapped class and the block of each point in the east."""
        output = self.model(name).replace(".rlmodel", ".tif")
        run("applymodel", {"images": self.images(entry.images), "model": self.model(name), "output": output})
        points = read_points(self.path("points_east.gpkg"))
        with RasterReader(output) as reader:
            columns, rows = reader.grid.pixel_of(points.x, points.y)
            mapped = reader.read(reader.grid.window)[rows, columns, 0].astype(np.int64)
            blocks = block_of(Places(columns, rows, reader.grid), BLOCK_PX)
        return np.array(points.column("class"), np.int64), mapped, blocks


def run(command: str, given: dict[str, Any]) -> tuple[float, list[dict[str, Any]]]:
    """Runs a job of the engine; returns its seconds and its events."""
    job = os.path.join(TARGET, "learning", "job.json")
    with open(job, "w", encoding="utf-8") as file:
        file.write(commands.COMMANDS[command].from_json(given).to_json())
    started = time.monotonic()
    arguments = [sys.executable, os.path.join(ROOT, "engine.py"), command, job, "--events", "json"]
    done = subprocess.run(arguments, capture_output=True, text=True)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode:
        sys.exit(f"{command}: {events[-1]['text'] if events else done.stderr}")
    return time.monotonic() - started, events


def _band(demo: str, band: str) -> str:
    return glob.glob(os.path.join(demo, "scene", "**", f"*_{band}.jp2"), recursive=True)[0]


def mapping_speed(first: Scene, name: str, entry: Entry) -> float:
    """Megapixels per second on a large image as reported by the command, without the start; the best of two runs."""
    paths, output = [], first.path("large.tif")
    for image in entry.images:
        with RasterReader(first.images([image])[0]) as reader:
            pixels, grid = reader.read(reader.grid.window), reader.grid
            bands, tags = reader.band_names, {NORMALIZATION: reader.tag(NORMALIZATION)}
        side = LARGE_PX // round(grid.pixel_size[0] / 10)
        paths.append(enlarged(os.path.join(DATA, f"learning_{image}.tif"), pixels, grid, side, bands, tags))
    given = {"images": paths, "model": first.model(name), "output": output}
    if entry.command == "trainforest":
        given["box"] = PART_FOR_FORESTS
    said = []
    for _ in range(2):
        _, events = run("applymodel", given)
        said += [re.search(r"\(([\d.]+) Mpx/s", event.get("text", "")) for event in events]
        os.remove(output)
    return max(float(match[1]) for match in said if match)


def interval(found: list[tuple[np.ndarray, np.ndarray, np.ndarray]], classes: Any) -> tuple[float, float]:
    """95 % interval of kappa over spatial blocks, from the samples of all seeds together."""
    reference, mapped, blocks = (np.concatenate(parts) for parts in zip(*found))
    accuracy = Accuracy.of(classes.index_of(reference), classes.index_of(mapped), classes, blocks, BLOCK_PX)
    low, high = accuracy.intervals["kappa"]
    return float(low), float(high)


def main() -> None:
    demo = os.path.abspath(sys.argv[1])
    wanted: Optional[list[str]] = sys.argv[2:] or None
    entries = {name: entry for name, entry in ENTRIES.items() if wanted is None or name in wanted}
    scenes = [Scene(demo, seed) for seed in SEEDS]
    for each in scenes:
        each.prepare()
    with RasterReader(scenes[0].images(["stack"])[0]) as reader:
        classes = FeatureLabels(os.path.join(demo, "east.gpkg"), "class", reader.grid, reader.name).classes
    figures = {}
    for name, entry in entries.items():
        seconds = [each.train(name, entry) for each in scenes]
        found = [each.judge(name, entry) for each in scenes]
        kappas = [Accuracy.of(classes.index_of(r), classes.index_of(m), classes).kappa for r, m, _ in found]
        low, high = interval(found, classes)
        figures[name] = {
            "kappa": float(np.mean(kappas)),
            "kappas": kappas,
            "interval": [low, high],
            "training_seconds": float(np.median(seconds)),
            "mapping_mpx_per_second": mapping_speed(scenes[0], name, entry),
        }
        row = figures[name]
        each_kappa = " ".join(f"{kappa:.3f}" for kappa in kappas)
        print(
            f"{name:30s} kappa {row['kappa']:.3f} ({low:.2f} … {high:.2f}; {each_kappa})  "
            f"training {row['training_seconds']:6.1f} s  mapping {row['mapping_mpx_per_second']:6.2f} Mpx/s",
            flush=True,
        )
    ratios = {}
    if BEST in figures and RIVAL in figures:
        ratios = {"best_kappa": figures[BEST]["kappa"]}
        ratios["best_minus_tuned_forest"] = figures[BEST]["kappa"] - figures[RIVAL]["kappa"]
    speed = training_speed()
    ratios["steps_over_bare"] = speed["steps_per_second"] / speed["bare_steps_per_second"]
    memory = training_memory()
    print(", ".join(f"{name} {value:.3f}" for name, value in ratios.items()))
    with open(os.path.join(TARGET, "learning.json"), "w", encoding="utf-8") as file:
        found = {"ratios": ratios, "figures": figures, "speed": speed, "memory": memory, "machine": machine()}
        json.dump(found, file, indent=1)


def training_speed() -> dict[str, float]:
    """Steps per second of model 1 on 3000 patches, compared with the bare loop."""
    script = os.path.join(ROOT, "benchmark", "training_speed.py")
    ours, bare = [], []
    for _ in range(3):
        for found, arguments in ((ours, ["engine"]), (bare, ["bare", "1"]), (bare, ["bare", "0"])):
            done = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, check=True)
            found.append(json.loads(done.stdout.splitlines()[-1]))
    best, best_bare = (max(found, key=lambda run: run["steps_per_second"]) for found in (ours, bare))
    print(
        f"training model 1: {best['steps_per_second']:.0f} steps/s with {best['threads']} thread(s), bare loop "
        f"{best_bare['steps_per_second']:.0f}; 100 epochs in {best['seconds_beyond_start']:.1f} s beyond the start "
        "of the process"
    )
    return {**best, "bare_steps_per_second": best_bare["steps_per_second"]}


def training_memory() -> dict[str, float]:
    """The peak memory of a training on 3 GB of patches."""
    os.makedirs(DATA, exist_ok=True)
    script = os.path.join(ROOT, "benchmark", "training_speed.py")
    done = subprocess.run([sys.executable, script, "files", DATA], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    print(
        f"training on {found['file_megabytes'] / 1000:.1f} GB of patches took {found['peak_megabytes'] / 1000:.2f} GB "
        f"of memory; one epoch of {found['patches']:,} patches in {found['seconds']:.0f} s"
    )
    return found


if __name__ == "__main__":
    main()
