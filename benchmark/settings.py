"""Which training settings suit the demo: compared by spatial folds inside its training half only.

python benchmark/settings.py FOLDER: the folder of the demo, with stack.vrt and west.gpkg. The west half is cut into
three strips from west to east; each is judged once by a network trained on the other two, leaving out samples
whose patches reach into it. This script never reads the east half, on which the demo is judged.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
import engine  # noqa: E402

engine.load_package()
from rasterlearn.core.cutting import cut_patches  # noqa: E402
from rasterlearn.core.fitting import Settings  # noqa: E402
from rasterlearn.core.labels import FeatureLabels  # noqa: E402
from rasterlearn.core.patches import PatchSet  # noqa: E402
from rasterlearn.core.raster import RasterReader  # noqa: E402
from rasterlearn.core.sampling import Sampling, draw_samples  # noqa: E402
from rasterlearn.core.source import Source  # noqa: E402
from rasterlearn.core.training import Start, train_network  # noqa: E402

PATCH_PX, FOLDS, SEEDS, COUNT = 16, 3, (0, 1), 500
PLAIN = Settings(schedule="constant", augment=False)
CANDIDATES = {
    "patch_cnn": Settings(),
    "patch_cnn, constant rate": replace(Settings(), schedule="constant"),
    "patch_cnn, constant rate, not augmented": PLAIN,
    "patch_cnn, not augmented": replace(Settings(), augment=False),
    "texture_cnn": Settings(),
    "texture_cnn, constant rate": replace(Settings(), schedule="constant"),
    "texture_cnn, not augmented": replace(Settings(), augment=False),
    "texture_cnn, learning rate 0.003": replace(Settings(), learning_rate=0.003),
    "texture_cnn, band noise 0.3": replace(Settings(), band_noise=0.3),
    "texture_cnn, 50 epochs": replace(Settings(), epochs=50),
    "patch_fcn": Settings(),
}


def west_patches(folder: str, seed: int) -> tuple[PatchSet, np.ndarray]:
    """Patches of the west half and the image column of each."""
    with RasterReader(os.path.join(folder, "stack.vrt")) as reader:
        labels = FeatureLabels(
            os.path.join(folder, "west.gpkg"), "class", reader.grid, reader.name, skip_contested=True
        )
        samples = draw_samples(labels, Sampling(count=COUNT, seed=seed, patch_width=PATCH_PX, patch_height=PATCH_PX))
        pixels, _ = cut_patches(reader, samples.columns, samples.rows, PATCH_PX, PATCH_PX)
        source = Source.of_image(reader, PATCH_PX, PATCH_PX)
    return PatchSet.of(pixels, samples.classes, labels.classes, source), samples.columns


def rows_of(patches: PatchSet, rows: np.ndarray) -> PatchSet:
    return replace(patches, images=(patches.images[0][rows],), labels=patches.labels[rows])


def kappas(patches: PatchSet, columns: np.ndarray, architecture: str, settings: Settings) -> list[float]:
    """Kappa of each fold."""
    edges = np.quantile(columns, np.linspace(0, 1, FOLDS + 1))
    result = []
    for low, high in zip(edges, edges[1:]):
        inside = (columns >= low) & (columns <= high)
        apart = (columns < low - PATCH_PX) | (columns > high + PATCH_PX)
        training = train_network(
            rows_of(patches, apart), rows_of(patches, inside), Start(architecture), replace(settings, threads=1)
        )
        result.append(training.accuracy.kappa)
    return result


def main() -> None:
    table: dict[str, list[float]] = {name: [] for name in CANDIDATES}
    for seed in SEEDS:
        patches, columns = west_patches(sys.argv[1], seed)
        for name, settings in CANDIDATES.items():
            table[name] += kappas(patches, columns, name.split(",")[0], settings)
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
