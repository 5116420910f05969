"""Compares training settings for the demo by spatial block cross-validation inside its training half only.

python benchmark/settings.py FOLDER: the folder of the demo, with stack.vrt and west.gpkg. The west half is divided into
three strips from west to east; each is judged once by a network trained on the other two, without samples whose
patches reach into it. This script never reads the east half, on which the demo is judged.
"""

from __future__ import annotations

import glob
import json
import os
import sys
from dataclasses import replace

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
import engine  # noqa: E402

engine.load_package()
from rasterlearn.core.images.image_source import Source  # noqa: E402
from rasterlearn.core.learning.network_training import train_network  # noqa: E402
from rasterlearn.core.learning.starting_network import Start  # noqa: E402
from rasterlearn.core.learning.training_loop import Settings  # noqa: E402
from rasterlearn.core.raster.raster_reader import RasterReader  # noqa: E402
from rasterlearn.core.samples.labels import FeatureLabels  # noqa: E402
from rasterlearn.core.samples.patch_reader import cut_patches  # noqa: E402
from rasterlearn.core.samples.patch_set import PatchSet  # noqa: E402
from rasterlearn.core.samples.sampling import Sampling, draw_samples  # noqa: E402

BANDS_20M = ("B05", "B06", "B07", "B8A", "B11", "B12")
PATCH_PX, FOLDS, SEEDS, COUNT = 16, 3, (0, 1), 500
CANDIDATES = {
    "patch_cnn": Settings(),
    "patch_cnn, constant rate": replace(Settings(), schedule="constant"),
    "patch_cnn, constant rate, not augmented": replace(Settings(), schedule="constant", augment=False),
    "patch_cnn, not augmented": replace(Settings(), augment=False),
    "texture_cnn": Settings(),
    "texture_cnn, constant rate": replace(Settings(), schedule="constant"),
    "texture_cnn, not augmented": replace(Settings(), augment=False),
    "texture_cnn, learning rate 0.003": replace(Settings(), learning_rate=0.003),
    "texture_cnn, band noise 0.3": replace(Settings(), band_noise=0.3),
    "texture_cnn, 50 epochs": replace(Settings(), epochs=50),
    "patch_fcn": Settings(),
    "texture_cnn, 10 bands": Settings(),
    "texture_cnn, 10 bands, band noise 0.3": replace(Settings(), band_noise=0.3),
    "two_branch, 10 bands": Settings(),
}


def west_patches(folder: str, seed: int) -> tuple[PatchSet, np.ndarray]:
    """Patches of the west half, of the 10 m and the 20 m bands, and the image column of each."""
    fine, coarse = RasterReader(os.path.join(folder, "stack.vrt")), RasterReader(bands_20m(folder))
    labels = FeatureLabels(os.path.join(folder, "west.gpkg"), "class", fine.grid, fine.name, skip_contested=True)
    samples = draw_samples(labels, Sampling(count=COUNT, seed=seed, patch_width=PATCH_PX, patch_height=PATCH_PX))
    images, sources = [], []
    for times, reader in ((1, fine), (2, coarse)):
        side = PATCH_PX // times
        images.append(cut_patches(reader, samples.columns // times, samples.rows // times, side, side)[0])
        sources.append(Source.of_image(reader, side, side))
    return PatchSet(tuple(images), samples.classes, labels.classes, tuple(sources)), samples.columns


def bands_20m(folder: str) -> list[str]:
    scene = os.path.join(folder, "scene", "**", "*_{}.jp2")
    return [glob.glob(scene.format(band), recursive=True)[0] for band in BANDS_20M]


def rows_of(patches: PatchSet, rows: np.ndarray, sources: int) -> PatchSet:
    images = tuple(image[rows] for image in patches.images[:sources])
    return replace(patches, images=images, labels=patches.labels[rows], sources=patches.sources[:sources])


def kappas(patches: PatchSet, columns: np.ndarray, name: str, settings: Settings) -> list[float]:
    """Kappa of each fold."""
    architecture, sources = name.split(",")[0], 2 if "10 bands" in name else 1
    edges = np.quantile(columns, np.linspace(0, 1, FOLDS + 1))
    result = []
    for low, high in zip(edges, edges[1:]):
        inside = (columns >= low) & (columns <= high)
        apart = (columns < low - PATCH_PX) | (columns > high + PATCH_PX)
        parts = (rows_of(patches, rows, sources) for rows in (apart, inside))
        training = train_network(*parts, Start(architecture), replace(settings, threads=1))
        result.append(training.accuracy.kappa)
    return result


def main() -> None:
    table: dict[str, list[float]] = {name: [] for name in CANDIDATES}
    for seed in SEEDS:
        patches, columns = west_patches(sys.argv[1], seed)
        for name, settings in CANDIDATES.items():
            table[name] += kappas(patches, columns, name, settings)
            print(f"seed {seed}  {name:42s} {np.mean(table[name]):.3f}", flush=True)
    figures = {name: {"mean_kappa": float(np.mean(k)), "kappas": k} for name, k in table.items()}
    best = max(figures, key=lambda name: figures[name]["mean_kappa"])
    print(f"best: {best}")
    target = os.path.join(ROOT, "build", "benchmark")
    os.makedirs(target, exist_ok=True)
    with open(os.path.join(target, "settings.json"), "w", encoding="utf-8") as file:
        json.dump({"ratios": {}, "figures": figures, "best": best}, file, indent=1)


if __name__ == "__main__":
    main()
