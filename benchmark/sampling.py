"""Speed of sample preparation, as ratios measured side by side in one run.

python benchmark/sampling.py FOLDER: the folder of the demo, with the bands of its scene. Prints a table and writes
build/benchmark/sampling.json. The large images (10980 × 10980 pixels, as a Sentinel-2 tile) are the scene, repeated and
mirrored; they stay in build/benchmark/data for the next run and take 3 GB.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Optional

import numpy as np
from large_images import BANDS_10M, DATA, ROOT, TARGET, enlarged, machine, scene
from osgeo import gdal

from rasterlearn.core.base.progress import Progress
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.core.raster.raster_writer import RasterProfile, RasterWriter
from rasterlearn.jobs.normalize import Normalize

SIDE = 10980
ROWS = 256
REPEATS = 5
OTBTF = {"selectsamples_s": 0.82, "selectsamples_mb": 534, "extract_3000_s": 2.45, "extract_3000_mb": 1305}  # elsewhere


def path_of(name: str) -> str:
    return os.path.join(DATA, name)


def label_raster(image: str) -> str:
    """Six classes by the brightness of the fourth band; a part of each square kilometer is not annotated."""
    path = path_of("labels.tif")
    if not os.path.exists(path):
        with RasterReader(image) as reader:
            grid = reader.grid
            with RasterWriter(path + ".new", grid, RasterProfile(1, np.dtype(np.uint8), nodata=255)) as writer:
                for strip in grid.window.blocks(grid.width, ROWS):
                    classes = np.digitize(reader.read(strip)[..., 3], (900, 1400, 1800, 2300, 3000)).astype(np.uint8)
                    rows, columns = np.arange(strip.y, strip.bottom) % 100, np.arange(grid.width) % 100
                    classes[(rows[:, np.newaxis] < 40) & (columns < 50)] = 255
                    writer.write(0, strip.y, classes)
        os.replace(path + ".new", path)
    return path


def float_image(image: str) -> str:
    """The image as 32-bit floats, in strips, uncompressed: 1.9 GB, as OTB writes it."""
    path = path_of("float.tif")
    if not os.path.exists(path):
        with RasterReader(image) as reader:
            grid = reader.grid
            with RasterWriter(
                path + ".new", grid, RasterProfile(reader.band_count, np.dtype(np.float32)), strip_rows=1
            ) as writer:
                for strip in grid.window.blocks(grid.width, ROWS):
                    writer.write(0, strip.y, reader.read(strip).astype(np.float32))
        os.replace(path + ".new", path)
    return path


def seconds_of(function: Callable[[], Any]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def read_once(path: str) -> None:
    """Reads an image from top to bottom with GDAL alone."""
    dataset = gdal.Open(path)
    for y in range(0, dataset.RasterYSize, ROWS):
        dataset.ReadRaster(0, y, dataset.RasterXSize, min(ROWS, dataset.RasterYSize - y))


def run_command(command: str, job: dict[str, Any]) -> tuple[float, float]:
    """Seconds of the whole command with its process, and its peak memory in MB."""
    path = path_of("job.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(job, file)
    arguments = [sys.executable, os.path.join(ROOT, "engine.py"), command, path]
    started, peak_kb = time.perf_counter(), 0
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while process.poll() is None:
        peak_kb = max(peak_kb, peak_of(process.pid))
        time.sleep(0.005)
    if process.returncode:
        assert process.stderr is not None
        raise SystemExit(process.stderr.read())
    return time.perf_counter() - started, peak_kb / 1024


def peak_of(pid: int) -> int:
    """Peak memory of a process in kB; 0 if it has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            return max((int(line.split()[1]) for line in file if line.startswith("VmHWM")), default=0)
    except OSError:
        return 0


def otb_normalize(image: str) -> Optional[Callable[[], Any]]:
    """The same division by the maximum in OTB; None if it is not installed."""
    if not shutil.which("otbcli_BandMathX"):
        return None
    expression = "; ".join(f"im1b{i}/im1b{i}Maxi" for i in range(1, 5))
    command = ["otbcli_BandMathX", "-il", image, "-out", path_of("otb.tif"), "float", "-exp", expression]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "check": True}
    return lambda: subprocess.run(command, **quiet)


def median(numbers: list[float]) -> float:
    return float(np.median(numbers))


def measure_normalize(image: str) -> dict[str, Any]:
    """Reading, and normalizing to .vrt, in turns within this process; to .tif and OTB in turns, each with its start."""
    to_vrt = Normalize(inputs=[image], output=path_of("n.vrt"), method="max")
    read, vrt = [], []
    for _ in range(REPEATS):
        read.append(seconds_of(lambda: read_once(image)))
        vrt.append(seconds_of(lambda: to_vrt.run(Progress())))
    ours, theirs, otb = [], [], otb_normalize(image)
    for _ in range(2 if otb else 1):
        ours.append(run_command("normalize", {"inputs": [image], "output": path_of("n.tif"), "method": "max"}))
        if otb:
            theirs.append(seconds_of(otb))
    return {"read_s": read, "vrt_s": vrt, "tif_s": [s for s, _ in ours], "tif_mb": ours[0][1], "otb_tif_s": theirs}


def measure_select(labels: str) -> dict[str, Any]:
    runs = [
        run_command("selectsamples", {"labels": labels, "count": 500, "output": path_of("points.gpkg")})
        for _ in range(REPEATS)
    ]
    return {"s": [s for s, _ in runs], "mb": max(mb for _, mb in runs)}


def measure_extract(labels: str, image: str) -> dict[str, Any]:
    figures = {}
    for count in (3000, 50000):
        points = path_of(f"points_{count}.gpkg")
        run_command("selectsamples", {"labels": labels, "strategy": "total", "count": count, "output": points})
        job = {"points": points, "images": [image], "output": path_of("patches.tif"), "labels": path_of("y.tif")}
        runs = [run_command("extractpatches", job) for _ in range(3)]
        figures[count] = {"s": [s for s, _ in runs], "mb": max(mb for _, mb in runs)}
    figures["read_s"] = seconds_of(lambda: read_once(image))
    return figures


def main() -> None:
    os.makedirs(DATA, exist_ok=True)
    pixels, grid = scene(sys.argv[1], BANDS_10M)
    print("preparing the images …", flush=True)
    image = enlarged(path_of("tile.tif"), pixels, Grid(grid.width, grid.height, grid.geotransform, grid.crs), SIDE)
    labels, floats = label_raster(image), float_image(image)
    figures = {
        "select": measure_select(labels),
        "normalize": measure_normalize(image),
        "extract": measure_extract(labels, floats),
    }
    report(figures)


def report(figures: dict[str, Any]) -> None:
    select, normalize, extract = (figures[name] for name in ("select", "normalize", "extract"))
    pairs = list(zip(normalize["vrt_s"], normalize["read_s"]))
    ratios = {
        "selectsamples_s": median(select["s"]),
        "selectsamples_mb": select["mb"],
        "normalize_vrt_over_read": median([vrt / read for vrt, read in pairs]),
        "extract_3000_s": median(extract[3000]["s"]),
        "extract_3000_mb": extract[3000]["mb"],
        "extract_3000_over_read": median(extract[3000]["s"]) / extract["read_s"],
        "extract_50000_over_read": median(extract[50000]["s"]) / extract["read_s"],
        "extract_50000_mb": extract[50000]["mb"],
    }
    if normalize["otb_tif_s"]:
        ratios["normalize_tif_over_bandmathx"] = median(normalize["tif_s"]) / median(normalize["otb_tif_s"])
    here = machine()
    print(f"\n{here['processor']}, {here['cores']} cores; {SIDE} × {SIDE} pixels; ratios below 1 are faster")
    for name, value in ratios.items():
        known = f"   (OTBTF on another machine: {OTBTF[name]})" if name in OTBTF else ""
        print(f"{name:32s} {value:8.3f}{known}")
    with open(os.path.join(TARGET, "sampling.json"), "w", encoding="utf-8") as file:
        json.dump({"ratios": ratios, "figures": figures, "machine": here}, file, indent=1)


if __name__ == "__main__":
    main()
