"""Super-resolution on the demo's scene: Sentinel-2's 20 m bands with the 10 m bands as guide, by Wald's protocol.

Everything is degraded by a factor of two: the network learns the real 20 m bands from 40 m and 20 m in the west of the
scene and is judged in its east, 320 m away. Then it enlarges the real 20 m bands to 10 m, where nobody knows the truth;
there the benchmark only checks whether anything moved and whether the grid of the coarse pixels shows.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from enlarging import pansharpened, resampled
from image_shift import shift_between
from judged_values import path_of, pixels_of, rmse_of, run, written
from large_images import BANDS_10M, BANDS_20M, paths_of
from osgeo import gdal

from rasterlearn.core.raster.raster_reader import RasterReader
from rasterlearn.jobs import commands

WEST, EAST = (0, 0, 376, 384), (392, 0, 376, 384)  # x, y, width, height in pixels of 20 m
PATCH_PX, STEP_PX, EPOCHS, BATCH = 32, 16, 25, 16
EDGE_PX = 16  # left out at full scale: beyond the edge of an image, every method guesses


def super_resolution(demo: str) -> dict[str, Any]:
    """Runs the chain; returns its figures, as a list over the bands where there is one for each band."""
    fine, coarse = _stacked(demo, BANDS_10M, "sr_10m.tif"), _stacked(demo, BANDS_20M, "sr_20m.tif")
    guide, degraded = path_of("sr_guide_20m.tif"), path_of("sr_40m.tif")
    run(commands.Degrade(image=fine, output=guide))
    run(commands.Degrade(image=coarse, output=degraded))
    model = path_of("super_resolution.rlmodel")
    seconds = _train(guide, degraded, coarse, model)
    network = _mapped([guide, degraded], model, "sr_network.tif")
    full = _mapped([fine, coarse], model, "sr_network_10m.tif")
    return {
        "bands": list(BANDS_20M),
        "training_seconds": seconds,
        **_judged(network, guide, degraded, coarse),
        **_at_full_scale(full, fine, coarse),
    }


def _stacked(demo: str, bands: tuple[str, ...], name: str) -> str:
    """Stacks bands without changing their values; returns the path of the image."""
    output = path_of(name)
    run(commands.Normalize(inputs=paths_of(demo, bands), output=output, method="scale", scale=1.0))
    return output


def _part(image: str, window: tuple[int, int, int, int], name: str) -> str:
    output = path_of(name)
    gdal.Translate(output, image, format="VRT", srcWin=window)
    return output


def _train(guide: str, degraded: str, target: str, model: str) -> float:
    """Trains in the west; returns the seconds."""
    points, stacks = path_of("sr_points.gpkg"), [path_of("sr_patches.tif"), path_of("sr_patches_2.tif")]
    labels, west = path_of("sr_targets.tif"), _part(guide, WEST, "sr_west.vrt")
    run(commands.GridSamples(image=west, output=points, patch_size=PATCH_PX, step=STEP_PX, strategy="all"))
    cut = {"points": points, "images": [guide, degraded], "target_image": target, "patch_sizes": [PATCH_PX, 0]}
    run(commands.ExtractPatches(**cut, output=stacks[0], output_2=stacks[1], labels=labels))
    learning = {"architecture": "super_resolution", "epochs": EPOCHS, "batch_size": BATCH, "loss": "l1"}
    started = time.monotonic()
    run(commands.TrainModel(patches=stacks, labels=labels, output=model, **learning))
    return time.monotonic() - started


def _mapped(images: list[str], model: str, name: str) -> str:
    output = path_of(name)
    run(commands.ApplyModel(images=images, model=model, output=output, result="values"))
    return output


def _judged(network: str, guide: str, degraded: str, truth: str) -> dict[str, Any]:
    """RMSE of the network and of both baselines in the east, in the units of the image."""
    with RasterReader(guide) as reader:
        grid = reader.grid
    bicubic = written("sr_bicubic.tif", resampled(degraded, grid), grid, like=truth)
    brovey = written("sr_pansharpened.tif", pansharpened(guide, degraded), grid, like=truth)
    east = _part(truth, EAST, "sr_reference_east.vrt")
    images = {"network": network, "bicubic": bicubic, "pansharpening": brovey}
    return {"rmse": {name: rmse_of(image, east).tolist() for name, image in images.items()}}


def _at_full_scale(full: str, fine: str, coarse: str) -> dict[str, Any]:
    """Each band's shift against bicubic interpolation, in pixels of 10 m, and the strength of a grid pattern in it.

    The pattern (checkerboard): on average, what the network adds to bicubic interpolation has no reason to differ
    between the left and the right or the upper and the lower half of a coarse pixel. So its strength is the largest
    difference between the means of the added values at the four positions within a coarse pixel, divided by the
    standard deviation of the added values.
    """
    result, grid = pixels_of(full)
    with RasterReader(fine) as reader:
        plain = resampled(coarse, reader.grid)
    written("sr_bicubic_10m.tif", plain, grid, like=coarse)
    inside = (slice(EDGE_PX, -EDGE_PX), slice(EDGE_PX, -EDGE_PX))
    shifts, patterns = [], []
    for band in range(result.shape[2]):
        made, base = result[..., band][inside].astype(np.float64), plain[..., band][inside].astype(np.float64)
        shifts.append(float(np.abs(shift_between(base, made)).max()))
        added = made - base
        means = [added[row::2, column::2].mean() for row in (0, 1) for column in (0, 1)]
        patterns.append(float((max(means) - min(means)) / added.std()))
    return {"shift_px": shifts, "checkerboard": patterns}
