"""Mapping speed, as ratios measured side by side in one run.

python benchmark/mapping.py FOLDER [DEVICE]: the folder of the demo, with the bands of its scene. Prints a table and
writes build/benchmark/mapping.json. The large images are the scene, repeated and mirrored; they stay in
build/benchmark/data for the next run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
from large_images import BANDS_10M, BANDS_20M, DATA, ROOT, TARGET, enlarged, machine, scene

from rasterlearn.core.base.devices import choose_devices
from rasterlearn.core.evaluation.dense import dense_predictor
from rasterlearn.core.evaluation.predictors import patch_predictor
from rasterlearn.core.evaluation.view import View
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.learning.forest_fitting import ForestSettings, fit_forest
from rasterlearn.core.learning.network_training import train_network
from rasterlearn.core.learning.training_loop import Settings
from rasterlearn.core.mapping.map_writer import BLOCKS_PER_DEVICE
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.core.samples.patch_set import PatchSet
from rasterlearn.core.samples.points import read_points

REPEATS = 5
BLOCK_PX = 512
MATRIX = 2048
PATCH_BATCHES = (256, 1024, 4096)
CLASSES = ClassMap.of([LandClass(i, f"class {i}") for i in range(6)])  # as in the tutorial; the demo has five
OPERATIONS = {"network 1": 2 * 6144, "network 2": 2 * 33536}  # per pixel, evaluated densely
TREES, DEPTH = 100, 15


# The measured networks: those of the OTBTF tutorial, on the demo's scene


def trained_network_1(demo: str, pixels: np.ndarray, grid: Grid) -> Any:
    """Network 1 after a few epochs, so that its map looks and compresses like a real one."""
    points = read_points(os.path.join(demo, "points_west.gpkg"), grid.crs, "scene")
    _, labels = np.unique(points.fields["class"], return_inverse=True)
    columns, rows = grid.pixel_of(points.x, points.y)
    patches = np.array([pixels[r - 8 : r + 8, c - 8 : c + 8] for r, c in zip(rows, columns)])
    source = Source(BANDS_10M, grid.pixel_size, 16, 16)
    return train_network(
        PatchSet.of(patches, labels, CLASSES, source), None, settings=Settings(epochs=10)
    ).model.network()


def network_2(mean: Sequence[float], variance: Sequence[float]) -> Any:
    from keras import Input, Model, layers

    image = Input((16, 16, 4))
    x = layers.Normalization(mean=list(mean), variance=list(variance))(image)
    for filters, size in ((16, 5), (16, 3), (16, 3), (32, 3), (32, 3), (32, 3), (32, 2)):
        x = layers.Conv2D(filters, size, activation="relu")(x)
    return Model(image, layers.Dense(len(CLASSES), activation="softmax")(layers.Flatten()(x)))


def network_3() -> Any:
    """Two sources: 10 m (the grid of the map) and 20 m."""
    from keras import Input, Model, layers

    fine, coarse = Input((16, 16, 4)), Input((8, 8, 6))
    x = layers.Rescaling(1e-3)(fine)
    for filters, size in ((16, 5), (32, 3), (64, 3), (64, 3), (64, 3)):
        x = layers.Conv2D(filters, size, activation="relu")(x)
    x = layers.Conv2D(64, 2, activation="relu")(layers.MaxPooling2D(2)(x))
    y = layers.Rescaling(1e-3)(coarse)
    for filters, size in ((16, 3), (32, 3), (64, 3), (64, 2)):
        y = layers.Conv2D(filters, size, activation="relu")(y)
    x = layers.Concatenate()([layers.Flatten()(x), layers.Flatten()(y)])
    x = layers.Dense(128, activation="relu")(x)
    return Model([fine, coarse], layers.Dense(len(CLASSES), activation="softmax")(x))


def saved(name: str, network: Any, images: Sequence[str]) -> str:
    """A model file for these images."""
    sources = []
    for image, tensor in zip(images, network.inputs):
        with RasterReader(image) as reader:
            _, height, width, bands = tensor.shape
            sources.append(Source.of_image(reader, width, height).with_fill([500.0] * bands))
    path = os.path.join(DATA, name)
    save_model(path, Model.of_network(network, "benchmark", CLASSES, tuple(sources), {}))
    return path


# How it is measured


def seconds_of(function: Callable[[], Any]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def run_command(job: dict[str, Any]) -> dict[str, float]:
    """Runs the engine as its users do.

    Returns:
        Seconds before the first block is read and from there until the file is closed, Mpx/s of the latter, and the
        peak of memory in MB.
    """
    path = os.path.join(DATA, "job.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(job, file)
    started = time.perf_counter()
    command = [sys.executable, os.path.join(ROOT, "engine.py"), "applymodel", path, "--events", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    begun, ended, peak_kb = started, started, 0
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "error":
            raise SystemExit(event["text"])
        if event["event"] == "info" and " Mpx in " in event["text"]:
            ended = time.perf_counter()
        elif event["event"] == "info":
            begun = time.perf_counter()  # the last event before it reads
        with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
            peak_kb = max([peak_kb, *(int(status.split()[1]) for status in file if status.startswith("VmHWM"))])
    process.wait()
    with RasterReader(job["output"]) as reader:
        pixels = reader.grid.window.pixels
    return {
        "start_s": begun - started,
        "mapping_s": ended - begun,
        "mpx_s": pixels / (ended - begun) / 1e6,
        "whole_mpx_s": pixels / (time.perf_counter() - started) / 1e6,
        "peak_mb": peak_kb / 1024,
    }


def job_of(images: Sequence[str], model: str, device: str) -> dict[str, Any]:
    return {"images": list(images), "model": model, "output": os.path.join(DATA, "map.tif"), "device": device}


def rates(work: dict[str, tuple[float, Callable[[], Any]]]) -> dict[str, float]:
    """Median rate of each kind of work, in units per second; they take turns, so that all see the same conditions.

    Args:
        work: name -> (units of work in a call, function).
    """
    for _, function in work.values():
        function()  # does what is done only once
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(REPEATS):
        for name, (_, function) in work.items():
            seconds[name].append(seconds_of(function))
    return {name: units / float(np.median(seconds[name])) for name, (units, _) in work.items()}


def matrix_product(device: str) -> Callable[[], Any]:
    import tensorflow as tf

    with tf.device(device):
        a = tf.random.normal((MATRIX, MATRIX), seed=0)
        multiply = tf.function(lambda x: tf.matmul(x, x), autograph=False)
    return lambda: multiply(a).numpy()


def at_a_time(predict: Any, views: list[View], count: int) -> None:
    """Evaluates a block `count` times, with as many evaluations in parallel as in mapping."""
    with ThreadPoolExecutor(BLOCKS_PER_DEVICE) as workers:
        list(workers.map(lambda _: predict(views), range(count)))


def in_memory(one: Any, pixels: np.ndarray, device: str) -> dict[str, tuple[float, Callable[[], Any]]]:
    """The bare networks on pixels in memory, and the matrix product as their reference."""
    from rasterlearn.core.evaluation import predictors as evaluation

    mean, variance = pixels.mean((0, 1)).tolist(), pixels.var((0, 1)).tolist()
    block = View.of(np.ascontiguousarray(pixels[: BLOCK_PX + 15, : BLOCK_PX + 15]), 16, 16)
    few = View.of(np.ascontiguousarray(pixels[:143, :143]), 16, 16)
    shapes = [(16, 16)]
    work: dict[str, tuple[float, Callable[[], Any]]] = {
        "matrix product": (2 * MATRIX**3, matrix_product(device)),
    }
    for name, network in (("network 1", one), ("network 2", network_2(mean, variance))):
        dense = dense_predictor(network, shapes, only_classes=True, device=device)
        work[name] = (4 * block.rows.size**2, lambda dense=dense: at_a_time(dense, [block], 4))
    for batch in PATCH_BATCHES:
        by_patch = patch_predictor(lambda x: one(x, training=False), shapes, device)

        def run(batch: int = batch, by_patch: Any = by_patch) -> None:
            evaluation.PATCHES_PER_BATCH = batch
            by_patch([few])

        work[f"patch by patch, {batch} at a time"] = (few.rows.size**2, run)
    return work


# Forests


def forest_samples(demo: str, pixels: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray, str]:
    """Pixel values and class of points in the demo's west half; their file, for OTB."""
    points = read_points(os.path.join(demo, "points_west.gpkg"), grid.crs, "scene")
    columns, rows = grid.pixel_of(points.x, points.y)
    return pixels[rows, columns].astype(np.float32), np.asarray(points.fields["class"]).astype(np.int64), points.name


def forest_model(samples: np.ndarray, labels: np.ndarray, image: str) -> str:
    _, indices = np.unique(labels, return_inverse=True)
    classes = ClassMap.of([LandClass(int(v)) for v in np.unique(labels)])
    forest = fit_forest(samples, indices, len(classes), TREES, ForestSettings(DEPTH))
    with RasterReader(image) as reader:
        source = Source.of_image(reader).with_fill([500.0] * reader.band_count)
    path = os.path.join(DATA, "forest.rlmodel")
    save_model(path, Model.of_forest(forest, classes, (source,), {}))
    return path


def otb_seconds(demo: str, image: str) -> Optional[float]:
    """Seconds that OTB needs to map the image with a forest of the same size; None if it is not installed."""
    if not shutil.which("otbcli_ImageClassifier"):
        return None
    model = os.path.join(DATA, "otb.model")
    values = os.path.join(DATA, "otb_samples.gpkg")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "check": True}
    if not os.path.exists(model):
        points = os.path.join(demo, "points_west.gpkg")
        subprocess.run(
            ["otbcli_SampleExtraction", "-in", image, "-vec", points, "-field", "class", "-out", values,
             "-outfield", "prefix", "-outfield.prefix.name", "value_"], **quiet,
        )  # fmt: skip
        subprocess.run(
            ["otbcli_TrainVectorClassifier", "-io.vd", values, "-io.out", model, "-cfield", "class", "-feat",
             *(f"value_{i}" for i in range(4)), "-classifier", "rf", "-classifier.rf.max", str(DEPTH),
             "-classifier.rf.nbtrees", str(TREES), "-classifier.rf.min", "1", "-classifier.rf.acc", "0"], **quiet,
        )  # fmt: skip
    command = ["otbcli_ImageClassifier", "-in", image, "-model", model, "-out", os.path.join(DATA, "otb.tif"), "uint8"]
    return seconds_of(lambda: subprocess.run(command, **quiet))


def main() -> None:
    demo, wanted = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "auto"
    os.makedirs(DATA, exist_ok=True)
    pixels, grid = scene(demo, BANDS_10M)
    print("preparing the images …", flush=True)
    sizes = {4: 2000, 36: 6000, 100: 10000, 400: 20000}
    images = {mpx: enlarged(os.path.join(DATA, f"{mpx}mpx.tif"), pixels, grid, side) for mpx, side in sizes.items()}
    figures: dict[str, Any] = {}
    figures["forest"] = measure_forest(demo, pixels, grid)
    devices = choose_devices(wanted)
    one = trained_network_1(demo, pixels, grid)
    work = in_memory(one, pixels, devices.names[0])
    model = saved("network1.rlmodel", one, [images[100]])
    figures["bare"] = rates(work)
    figures["command_100_mpx"] = measure_command(job_of([images[100]], model, wanted), work)
    figures["memory"] = {mpx: run_command(job_of([images[mpx]], model, wanted)) for mpx in (4, 36, 400)}
    figures["two_sources"] = measure_two_sources(demo, pixels, grid, wanted)
    report(figures, str(devices.description))


def measure_command(job: dict[str, Any], work: dict[str, tuple[float, Callable[[], Any]]]) -> dict[str, Any]:
    """The command and the bare network in turns."""
    name = "network 1"
    runs, bare = [], []
    for _ in range(3):
        runs.append(run_command(job))
        bare.append(rates({name: work[name]})[name] / 1e6)
    ratio = float(np.median([run["mpx_s"] / rate for run, rate in zip(runs, bare)]))
    return {"runs": runs, "bare_mpx_s": bare, "over_bare": ratio}


def measure_two_sources(demo: str, pixels: np.ndarray, grid: Grid, device: str) -> dict[str, float]:
    coarse, coarse_grid = scene(demo, BANDS_20M)
    paths = []
    for name, array, of, bands in (("10m", pixels, grid, BANDS_10M), ("20m", coarse, coarse_grid, BANDS_20M)):
        paths.append(os.path.join(DATA, f"{name}.tif"))
        with RasterWriter(paths[-1], of, RasterProfile(array.shape[2], array.dtype, band_names=bands)) as writer:
            writer.write(0, 0, array)
    job = job_of(paths, saved("network3.rlmodel", network_3(), paths), device)
    return sorted((run_command(job) for _ in range(3)), key=lambda run: run["mpx_s"])[1]


def measure_forest(demo: str, pixels: np.ndarray, grid: Grid) -> dict[str, Any]:
    """Ours and OTB's command in turns, each with its process start, on the scene itself."""
    image = os.path.join(DATA, "scene.tif")
    with RasterWriter(image, grid, RasterProfile(4, pixels.dtype, band_names=BANDS_10M)) as writer:
        writer.write(0, 0, pixels)
    samples, labels, _ = forest_samples(demo, pixels, grid)
    job = job_of([image], forest_model(samples, labels, image), "cpu")
    otb_seconds(demo, image)  # trains its forest
    ours, theirs = [], []
    for _ in range(3):
        ours.append(pixels[..., 0].size / seconds_of(lambda: run_command(job)) / 1e6)
        seconds = otb_seconds(demo, image)
        theirs.append(pixels[..., 0].size / seconds / 1e6 if seconds else None)
    return {"mpx_s": ours, "otb_mpx_s": theirs}


def report(figures: dict[str, Any], device: str) -> None:
    bare, forest = figures["bare"], figures["forest"]
    product = bare["matrix product"]
    by_patch = max(rate for name, rate in bare.items() if name.startswith("patch"))
    memory = {mpx: run["peak_mb"] for mpx, run in figures["memory"].items()}
    ratios = {
        "dense_over_patch": bare["network 1"] / by_patch,
        "command_over_bare": figures["command_100_mpx"]["over_bare"],
        "bare_over_matmul": bare["network 1"] * OPERATIONS["network 1"] / product,
        "network2_over_matmul": bare["network 2"] * OPERATIONS["network 2"] / product,
        "two_source_mpx_s": figures["two_sources"]["mpx_s"],
        "memory_400_over_4_mpx": memory[400] / memory[4],
    }
    if None not in forest["otb_mpx_s"]:
        ratios["forest_over_otb"] = float(np.median(forest["mpx_s"]) / np.median(forest["otb_mpx_s"]))
    import tensorflow as tf

    here = {"device": device, "tensorflow": tf.__version__, **machine()}
    print(f"\n{here['processor']}, {here['cores']} cores; {device}")
    print(f"matrix product {product / 1e9:8.0f} GFLOP/s")
    for name, rate in bare.items():
        if name != "matrix product":
            print(f"{name:32s} {rate / 1e6:8.2f} Mpx/s in memory")
    for run in figures["command_100_mpx"]["runs"]:
        print(f"command, 100 Mpx {run['mpx_s']:23.2f} Mpx/s, and {run['start_s']:.1f} s before the first block")
    print(f"two sources {ratios['two_source_mpx_s']:28.2f} Mpx/s")
    print(f"forest {np.median(forest['mpx_s']):33.2f} Mpx/s, OTB {forest['otb_mpx_s']}")
    print("peak memory " + ", ".join(f"{mpx} Mpx: {mb:.0f} MB" for mpx, mb in memory.items()) + "\n")
    for name, value in ratios.items():
        print(f"{name:24s} {value:8.3f}")
    with open(os.path.join(TARGET, "mapping.json"), "w", encoding="utf-8") as file:
        json.dump({"ratios": ratios, "figures": figures, "machine": here}, file, indent=1)


if __name__ == "__main__":
    main()
