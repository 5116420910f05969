"""Draws an image and its class map side by side, with a legend: python demo/picture.py IMAGE MAP PNG"""

from __future__ import annotations

import os
import sys

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
import engine  # noqa: E402

engine.load_package()
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.patches import Patch  # noqa: E402

from rasterlearn.core.raster.raster_reader import RasterReader  # noqa: E402
from rasterlearn.core.samples.labels import RasterLabels  # noqa: E402

WIDTH_IN = 9
ATTRIBUTION = "Contains modified Copernicus Sentinel data 2017; © OpenStreetMap contributors, ODbL"


def natural_colors(path: str) -> np.ndarray:
    """The first three bands, stretched between their 2nd and 98th percentiles: (h, w, 3) in 0 ... 1."""
    with RasterReader(path) as reader:
        pixels = reader.read(reader.grid.window)[..., :3].astype(np.float32)
    low, high = np.nanpercentile(pixels, (2, 98), axis=(0, 1))
    return ((pixels - low) / (high - low)).clip(0, 1)


def class_colors(path: str) -> tuple[np.ndarray, list[Patch]]:
    """The map in its colors, (h, w, 3) in 0 ... 1, and its legend."""
    labels = RasterLabels(path)
    palette = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in labels.classes.colors] + [[255] * 3]) / 255
    legend = [Patch(color=c.color, label=c.name) for c in labels.classes]
    return palette[labels.read(labels.grid.window)], legend


def main() -> None:
    image, class_map, output = sys.argv[1:]
    colors, legend = class_colors(class_map)
    height, width = colors.shape[:2]
    figure = Figure(figsize=(WIDTH_IN, 2 * WIDTH_IN * height / width + 1.1), dpi=130, layout="constrained")
    top, bottom = figure.subplots(2, 1)
    for axis, pixels, title in ((top, natural_colors(image), "Sentinel-2"), (bottom, colors, "Land cover")):
        axis.imshow(pixels, interpolation="nearest")
        axis.set_title(title, loc="left", fontsize=10)
        axis.set_axis_off()
    below = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.01)}
    bottom.legend(handles=legend, ncols=len(legend), frameon=False, fontsize=10, **below)
    figure.text(0.995, 0.002, ATTRIBUTION, ha="right", va="bottom", fontsize=6, color="#555555")
    figure.savefig(output)


if __name__ == "__main__":
    main()
