"""Gap filling on a real Landsat series: 105 dates, 61 × 61 pixels, bands 3, 4 and 5, with Fmask's clouds.

The network learns on dates of 2008 to 2010 and is judged on clear ground of 2011, under the shapes of clouds of 2011 to
2013. The truth under a shape is known; network and baselines get the same images of other dates.

61 × 61 pixels of one date make a single patch, so training needs patches of many dates together. Jobs that depend on
time run date by date, as a user runs them: masks, gaps, the estimate of the series without the date (ESTIMATE). Their
results are then stacked vertically as the cells of one image, which the jobs that do not depend on time (filling from
an image, patches, training, mapping) process like any other. Cells are mapped with a mirrored margin around them, wider
than the network's receptive field, so that no cell influences its neighbor: as if each were mapped alone.
"""

from __future__ import annotations

import glob
import os
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from judged_values import path_of, pixels_of, rmse_of, run, written

from rasterlearn.core.images.gap_filling import date_in
from rasterlearn.core.raster.grid import Grid
from rasterlearn.jobs import commands

BANDS, CELL_PX, MARGIN_PX = ("b3", "b4", "b5"), 61, 20
NODATA, SATURATED = -9999, 10000  # saturated Landsat 7 pixels are 16000
CLEAR, CLOUD = (0, 1), "2,4"  # of Fmask: land and water; shadow and cloud
LEARNED, JUDGED = (2008, 2009, 2010), (2011,)
SHAPES_JUDGED = (2011, 2012, 2013)
LEAST_CLEAR, COVER = 0.5, (0.05, 0.6)  # of dates used for learning or judging; of the shapes put over them
SHAPES_PER_DATE = {"learned": 40, "judged": 10}
EPOCHS, BATCH = 10, 16  # the best of four that learned on 2008 and 2009 and were judged on 2010
SHOWN_COVER, SHOWN_CLEAR, QUARTILES = (0.2, 0.5), 0.95, (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Scene:
    """One date.

    Attributes:
        name: of the scene; it contains the date. image: with nodata where clouds are. fmask: its clouds.
        clear: share of clear pixels. cloudy: share of clouds and shadows.
    """

    name: str
    image: str
    fmask: str
    clear: float
    cloudy: float

    @property
    def year(self) -> int:
        found = date_in(self.name)
        assert found is not None
        return found.year


@dataclass(frozen=True)
class Cells:
    """Cells of one size, (n, 61, 61, c), of all examples; each estimate is made without using its own date."""

    names: list[str]
    gaps: np.ndarray
    truth: np.ndarray
    linear: np.ndarray
    nearest: np.ndarray


def gap_filling(demo: str) -> dict[str, Any]:
    """Runs the chain; returns its figures, as a list over the bands where there is one for each band."""
    scenes, grid = _masked_scenes(demo)
    early = [scene for scene in scenes if scene.year in LEARNED]
    learned = _examples("learned", early, early, _shapes(early, LEARNED))
    judged = _examples(
        "judged", [scene for scene in scenes if scene.year in JUDGED], scenes, _shapes(scenes, SHAPES_JUDGED)
    )
    model = path_of("gap_filling.rlmodel")
    seconds = _train(learned, grid, model)
    filled = _filled(judged, grid, model)
    _require_untouched(judged, filled)
    linear, nearest = (np.where(judged.gaps == NODATA, cells, judged.gaps) for cells in (judged.linear, judged.nearest))
    return {
        "bands": [f"Landsat TM/ETM+ band {band[1]}" for band in BANDS],
        "training_seconds": seconds,
        "cells": {"learned": len(learned.names), "judged": len(judged.names)},
        "dates": {"learned": len(set(learned.names)), "judged": len(set(judged.names))},
        **_judged(judged, {"network": filled, "linear": linear, "nearest": nearest}, grid),
        "examples": _shown(judged, filled, linear, grid),
    }


def _masked_scenes(demo: str) -> tuple[list[Scene], Grid]:
    """All dates in chronological order, with unusable pixels as nodata, and the grid they share."""
    folders = glob.glob(os.path.join(demo, "scene", "**", "lsts", "L*"), recursive=True)
    scenes = []
    for folder in sorted(folders, key=lambda path: str(date_in(os.path.basename(path)))):
        name = os.path.basename(folder)
        files = [os.path.join(folder, f"{name}_{band}.tif") for band in BANDS]
        fmask = os.path.join(folder, f"{name}_fmask.tif")
        values, grid = pixels_of(fmask)
        pixels = np.concatenate([pixels_of(file)[0] for file in files], axis=2)
        unusable = ~np.isin(values, CLEAR) | ((pixels <= 0) | (pixels >= SATURATED)).any(axis=2, keepdims=True)
        mask, image = written("gf_mask.tif", unusable.astype(np.uint8), grid), path_of(f"{name}.tif")
        run(
            commands.MaskImage(image=written("gf_bands.tif", pixels, grid, NODATA), mask=mask, output=image), quiet=True
        )
        scenes.append(Scene(name, image, fmask, 1 - float(unusable.mean()), float(np.isin(values, (2, 4)).mean())))
    return scenes, grid


def _shapes(scenes: list[Scene], years: tuple[int, ...]) -> list[str]:
    return [s.fmask for s in scenes if s.year in years and COVER[0] < s.cloudy < COVER[1]]


def _examples(use: str, scenes: list[Scene], series: list[Scene], shapes: list[str]) -> Cells:
    """Clear dates under randomly drawn shapes."""
    random = np.random.default_rng(0)
    scenes = [scene for scene in scenes if scene.clear >= LEAST_CLEAR]
    names: list[str] = []
    columns: list[list[np.ndarray]] = [[], [], [], []]
    for scene in scenes:
        linear, nearest = _without(scene, series)
        wanted = len(names) + SHAPES_PER_DATE[use]
        while len(names) < wanted:
            gaps, truth = path_of("gf_one_gaps.tif"), path_of("gf_one_truth.tif")
            shape, seed = shapes[random.integers(len(shapes))], int(random.integers(1_000_000))
            laying = commands.LayGaps(
                image=scene.image, mask=shape, mask_values=CLOUD, output=gaps, truth=truth, seed=seed
            )
            run(laying, quiet=True)  # a shape that misses the clear ground, or hides nearly all of it, is drawn again
            pixels = pixels_of(truth)[0]
            if COVER[0] < (pixels != NODATA).mean() < COVER[1]:
                names.append(scene.name)
                for column, cell in zip(columns, (pixels_of(gaps)[0], pixels, linear, nearest)):
                    column.append(cell)
    return Cells(names, *map(np.array, columns))


def _without(scene: Scene, series: list[Scene]) -> list[np.ndarray]:
    """Estimates of each pixel of a date from all other dates: linear in time, and the nearest clear date."""
    others, result = [other.image for other in series if other is not scene], []
    for method in ("linear", "nearest"):
        output, estimate = path_of("gf_one_filled.tif"), path_of(f"gf_one_{method}.tif")
        run(commands.FillGaps(image=scene.image, series=others, method=method, output=output, estimate=estimate))
        result.append(pixels_of(estimate)[0])
    return result


def _train(cells: Cells, grid: Grid, model: str) -> float:
    """Trains on all cells; returns the seconds."""
    guess, estimate = _guessed(cells, grid, 0)
    truth = _laid_out(cells.truth, "gf_truth.tif", grid)
    points, stacks = path_of("gf_points.gpkg"), [path_of("gf_patches.tif"), path_of("gf_patches_2.tif")]
    labels = path_of("gf_targets.tif")
    run(commands.GridSamples(image=estimate, output=points, patch_size=CELL_PX, step=CELL_PX, strategy="all"))
    cut = {"points": points, "images": [guess, estimate], "target_image": truth, "patch_sizes": [CELL_PX, CELL_PX]}
    run(commands.ExtractPatches(**cut, output=stacks[0], output_2=stacks[1], labels=labels))
    learning = {"architecture": "gap_filling", "epochs": EPOCHS, "batch_size": BATCH, "loss": "l1"}
    started = time.monotonic()
    run(commands.TrainModel(patches=stacks, labels=labels, output=model, **learning))
    return time.monotonic() - started


def _guessed(cells: Cells, grid: Grid, margin: int) -> tuple[str, str]:
    """Both inputs of the network: clear pixels with estimates in the gaps, and the estimates everywhere."""
    image, estimate = (
        _laid_out(part, name, grid, margin)
        for part, name in ((cells.gaps, "gf_gaps.tif"), (cells.linear, "gf_estimate.tif"))
    )
    guess = path_of("gf_guess.tif")
    run(commands.FillGaps(image=image, method="image", filling=estimate, gap_band=True, output=guess))
    return guess, estimate


def _filled(cells: Cells, grid: Grid, model: str) -> np.ndarray:
    """The final product: cells with the network's values in their gaps."""
    mapped, output = path_of("gf_mapped.tif"), path_of("gf_filled.tif")
    images = list(_guessed(cells, grid, MARGIN_PX))
    values = {"result": "values", "precision": "target"}
    run(commands.ApplyModel(images=images, model=model, output=mapped, **values))
    filling = _laid_out(_cut_up(mapped, MARGIN_PX), "gf_filling.tif", grid)
    image = _laid_out(cells.gaps, "gf_gaps.tif", grid)
    run(commands.FillGaps(image=image, method="image", filling=filling, output=output))
    return _cut_up(output)


def _laid_out(cells: np.ndarray, name: str, grid: Grid, margin: int = 0) -> str:
    """Stacks cells (n, h, w, c) vertically, with mirrored margins; returns the path of the image."""
    around = (margin, margin)
    cells = np.pad(cells, ((0, 0), around, around, (0, 0)), mode="reflect")
    count, side, _, bands = cells.shape
    return written(
        name,
        cells.reshape(count * side, side, bands),
        Grid(side, count * side, grid.geotransform, grid.crs),
        NODATA,
    )


def _cut_up(path: str, margin: int = 0) -> np.ndarray:
    """The cells (n, h, w, c) of an image, without their margins."""
    pixels, _ = pixels_of(path)
    side = pixels.shape[1]
    return pixels.reshape(-1, side, side, pixels.shape[2])[:, margin : side - margin, margin : side - margin]


def _require_untouched(cells: Cells, filled: np.ndarray) -> None:
    clear = (cells.gaps != NODATA).all(axis=-1)
    if filled.dtype != cells.gaps.dtype or filled[clear].tobytes() != cells.gaps[clear].tobytes():
        changed = int((filled[clear] != cells.gaps[clear]).any(axis=-1).sum())
        raise SystemExit(
            f"Gap filling changed {changed:,} of {clear.sum():,} clear pixels, or their type; expected no change."
        )


def _judged(cells: Cells, images: dict[str, np.ndarray], grid: Grid) -> dict[str, Any]:
    """RMSE of each band under the shapes, and that of all bands in units of each band's standard deviation there.

    Bands are pooled as the root of the mean of (RMSE / standard deviation of the truth under the shapes)² over them, so
    that a bright band does not count more than a dark one.
    """
    truth = _laid_out(cells.truth, "gf_truth.tif", grid)
    known = (cells.truth != NODATA).all(axis=-1)
    deviation = cells.truth[known].std(axis=0, dtype=np.float64)
    rmse = {name: rmse_of(_laid_out(made, f"gf_{name}.tif", grid), truth) for name, made in images.items()}
    pooled = {name: float(np.sqrt(((values / deviation) ** 2).mean())) for name, values in rmse.items()}
    return {
        "rmse": {name: values.tolist() for name, values in rmse.items()},
        "pooled_rmse": pooled,
        "deviation": deviation.tolist(),
        "pixels": int(known.sum()),
    }


def _shown(cells: Cells, filled: np.ndarray, linear: np.ndarray, grid: Grid) -> list[dict[str, Any]]:
    """Writes the images of three examples with large gaps: those at the quartiles of the network's error."""
    under = (cells.truth != NODATA).all(axis=-1)
    whole = np.where(cells.truth == NODATA, cells.gaps, cells.truth)
    deviation = whole[under].std(axis=0, dtype=np.float64)
    error, linear_error = (_error(made, whole, under, deviation) for made in (filled, linear))
    share = under.mean(axis=(1, 2))
    clear = (whole != NODATA).all(axis=-1).mean(axis=(1, 2))
    candidates = np.flatnonzero((share > SHOWN_COVER[0]) & (share < SHOWN_COVER[1]) & (clear > SHOWN_CLEAR))
    if len(candidates) < len(QUARTILES):
        raise SystemExit(f"Only {len(candidates)} examples have gaps worth a picture; {len(QUARTILES)} are needed.")
    order, result = candidates[np.argsort(error[candidates], kind="stable")], []
    for number, quantile in enumerate(QUARTILES):
        chosen = int(order[int(quantile * (len(order) - 1))])
        for name, made in (("gaps", cells.gaps), ("filled", filled), ("linear", linear), ("truth", whole)):
            written(f"example_{number}_{name}.tif", made[chosen], grid, NODATA)
        scene = {"name": cells.names[chosen], "date": str(date_in(cells.names[chosen]))}
        ratio = float(error[chosen] / linear_error[chosen])
        result.append({**scene, "gap_share": float(share[chosen]), "rmse_over_linear": ratio})
    return result


def _error(made: np.ndarray, truth: np.ndarray, under: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """The RMSE under the shapes of each cell, over all bands, in units of their deviations: (n,) float64."""
    squares = (((made.astype(np.float64) - truth) / deviation) ** 2).mean(axis=-1)
    return np.sqrt((squares * under).sum(axis=(1, 2)) / under.sum(axis=(1, 2)))
