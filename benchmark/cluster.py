"""The speed-up by several processes, and the cost of Dask: python benchmark/cluster.py FOLDER-OF-THE-DEMO

A network maps the demo's scene, repeated to make a larger image, in one process without Dask and on one and two local
workers, each with one thread: in turn, REPEATS times, medians. The start-up – processes, TensorFlow, models – is
measured separately, with a map of one strip for each worker, and subtracted, since it does not grow with the image. The
ratios are in build/benchmark/cluster.json; two workers need two idle processors.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from osgeo import gdal

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPEATS = 3
COPIES = 3  # of the scene, one below the other
ROWS = 2048  # the rows that are mapped
BLOCK_PX = 64
CLUSTERS = ("", "local:1", "local:2")
MODE = {"mode": "patch"}  # compute-bound: 44 times the operations of a dense map


def mosaic(folder, demo):
    """Writes copies of the scene, one below the other, as a GeoTIFF; returns its path."""
    source = gdal.Open(os.path.join(demo, "stack.vrt"))
    width, height, bands = source.RasterXSize, source.RasterYSize, source.RasterCount
    path = os.path.join(folder, "large.tif")
    target = gdal.GetDriverByName("GTiff").Create(path, width, COPIES * height, bands, gdal.GDT_Float32, ["TILED=YES"])
    target.SetGeoTransform(source.GetGeoTransform())
    target.SetProjection(source.GetProjection())
    target.SetMetadata(source.GetMetadata("RASTERLEARN"), "RASTERLEARN")
    pixels = source.ReadRaster(buf_type=gdal.GDT_Float32)
    for copy in range(COPIES):
        target.WriteRaster(0, copy * height, width, height, pixels, buf_type=gdal.GDT_Float32)
    return path


def seconds_of(job, folder):
    """Seconds of a job in a process of its own, as a user starts it."""
    path = os.path.join(folder, "job.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(job, file)
    command = [sys.executable, os.path.join(ROOT, "engine.py"), "applymodel", path, "--events", "json"]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "RASTERLEARN_THREADS": "1"})
    return time.perf_counter() - began


def main():
    demo = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        image = mosaic(folder, demo)
        job = {"images": [image], "model": os.path.join(demo, "cnn.rlmodel"), **MODE}
        job.update(output=os.path.join(folder, "map.tif"), block_size=BLOCK_PX)
        large, small = f"0,0,1536,{ROWS}", f"0,0,1536,{2 * BLOCK_PX}"
        times = {cluster: [] for cluster in CLUSTERS}
        starts = {cluster: [] for cluster in CLUSTERS}
        for _ in range(REPEATS):
            for cluster in CLUSTERS:
                times[cluster].append(seconds_of({**job, "cluster": cluster, "box": large}, folder))
                starts[cluster].append(seconds_of({**job, "cluster": cluster, "box": small}, folder))
    working = {c: statistics.median(times[c]) - statistics.median(starts[c]) for c in CLUSTERS}
    pixels = 1536 * (ROWS - 2 * BLOCK_PX)
    ratios = {
        "two_over_one": working["local:1"] / working["local:2"],
        "dask_overhead": working["local:1"] / working[""],
    }
    for cluster in CLUSTERS:
        name = cluster or "no Dask"
        told = f"start {statistics.median(starts[cluster]):.1f} s, then {working[cluster]:.1f} s"
        print(f"{name:8} {told}, {pixels / working[cluster] / 1e6:.3f} Mpx/s")
    print(", ".join(f"{name} {value:.2f}" for name, value in ratios.items()))
    os.makedirs(os.path.join(ROOT, "build", "benchmark"), exist_ok=True)
    with open(os.path.join(ROOT, "build", "benchmark", "cluster.json"), "w", encoding="utf-8") as file:
        json.dump({"ratios": ratios, "seconds": times, "seconds_to_start": starts, "pixels": pixels}, file, indent=1)


if __name__ == "__main__":
    main()
