"""Draws the pictures of docs/super_resolution.md and docs/gap_filling.md from the results of benchmark/restoration.py.

python benchmark/restoration_pictures.py: reads build/benchmark/restoration, writes docs/images/restoration.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from judged_values import path_of, pixels_of
from large_images import ROOT, TARGET
from matplotlib.figure import Figure

PICTURES = os.path.join(ROOT, "docs", "images", "restoration")
SENTINEL = "Contains modified Copernicus Sentinel data 2017"
LANDSAT = "Landsat data courtesy of the U.S. Geological Survey"
SHORTWAVE, LANDSAT_COLORS, GUIDE_COLORS = (4, 3, 0), (2, 1, 0), (3, 0, 1)  # bands of the files, from 0
JUDGED_CROP, FULL_CROP = (470, 130, 90), (940, 260, 180)  # x, y, side: the same ground at 20 m and at 10 m
NODATA = -9999


def colors(path: str, bands: Sequence[int], crop: tuple[int, int, int] | None = None) -> np.ndarray:
    """Three bands of an image, (h, w, 3) float64; nodata is NaN."""
    pixels = pixels_of(path)[0][..., list(bands)].astype(np.float64)
    pixels[(pixels == NODATA).any(axis=-1)] = np.nan
    if crop:
        x, y, side = crop
        pixels = pixels[y : y + side, x : x + side]
    return pixels


def limits(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values at which each band is darkest and brightest in the picture."""
    low, high = np.nanpercentile(pixels, (1, 99), axis=(0, 1))
    return low, high


def draw(axis: Any, pixels: np.ndarray, stretch: tuple[np.ndarray, np.ndarray], title: str) -> None:
    low, high = stretch
    shown = ((pixels - low) / (high - low)).clip(0, 1)
    axis.imshow(np.where(np.isnan(shown), 1.0, shown), interpolation="nearest")
    axis.set_title(title, loc="left", fontsize=8)
    axis.set_axis_off()


def save(figure: Figure, attribution: str, name: str) -> None:
    figure.get_layout_engine().set(rect=(0, 0.03, 1, 0.97))
    figure.text(0.995, 0.002, attribution, ha="right", va="bottom", fontsize=6, color="#555555")
    os.makedirs(PICTURES, exist_ok=True)
    figure.savefig(os.path.join(PICTURES, name))


def super_resolution() -> None:
    """Above, what is judged: 20 m from 40 m; below, 10 m from 20 m. One stretch for all but the guide."""
    figure = Figure(figsize=(9, 6.4), dpi=130, layout="constrained")
    above, below = figure.subplots(2, 3)
    reference = colors(path_of("sr_20m.tif"), SHORTWAVE, JUDGED_CROP)
    stretch = limits(reference)
    for axis, name, title in (
        (above[0], "sr_bicubic.tif", "20 m from 40 m: bicubic"),
        (above[1], "sr_network.tif", "20 m from 40 m: network"),
    ):
        draw(axis, colors(path_of(name), SHORTWAVE, JUDGED_CROP), stretch, title)
    draw(above[2], reference, stretch, "20 m: the truth")
    for axis, name, title in (
        (below[0], "sr_bicubic_10m.tif", "10 m from 20 m: bicubic"),
        (below[1], "sr_network_10m.tif", "10 m from 20 m: network"),
    ):
        draw(axis, colors(path_of(name), SHORTWAVE, FULL_CROP), stretch, title)
    guide = colors(path_of("sr_10m.tif"), GUIDE_COLORS, FULL_CROP)
    draw(below[2], guide, limits(guide), "10 m: the guide (other bands: B08, B04, B03)")
    save(figure, f"Bands B11, B8A, B05 as red, green, blue. {SENTINEL}", "super_resolution.png")


def gap_filling() -> None:
    """The examples chosen by benchmark/cloudy_series.py, one stretch for each; filled gaps are outlined."""
    with open(os.path.join(TARGET, "restoration.json"), encoding="utf-8") as file:
        examples = json.load(file)["figures"]["gap_filling"]["examples"]
    figure = Figure(figsize=(9, 2.45 * len(examples)), dpi=130, layout="constrained")
    for number, (example, axes) in enumerate(zip(examples, figure.subplots(len(examples), 4))):
        _draw_example(axes, number, example["date"])
    bands = "Bands 5, 4, 3 as red, green, blue; 61 × 61 pixels of 30 m; gaps are outlined."
    save(figure, f"{bands} {LANDSAT}", "gap_filling.png")


def _draw_example(axes: Sequence[Any], number: int, date: str) -> None:
    images = {
        name: colors(path_of(f"example_{number}_{name}.tif"), LANDSAT_COLORS)
        for name in ("gaps", "linear", "filled", "truth")
    }
    gaps, truth = np.isnan(images["gaps"]).any(axis=-1), images["truth"]
    under = gaps & ~np.isnan(truth).any(axis=-1)
    titles = {"gaps": f"{date}, with gaps", "linear": "Linear in time", "filled": "Network", "truth": "The truth"}
    for axis, (name, title) in zip(axes, titles.items()):
        if name in ("linear", "filled"):
            title += f": RMSE {np.sqrt(((images[name] - truth)[under] ** 2).mean()):.0f}"
        draw(axis, images[name], limits(truth), title)
        if name != "gaps":
            axis.contour(gaps, levels=[0.5], colors="white", linewidths=0.6)


if __name__ == "__main__":
    super_resolution()
    gap_filling()
