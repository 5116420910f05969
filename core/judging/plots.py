"""The plots of reports, as inline SVG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from .calibration import Reliability
from .class_metrics import Accuracy
from .value_scores import BandAccuracy

TRAINING_COLOR, VALIDATION_COLOR, GRID_COLOR = "#4477aa", "#ee6677", "#e5e5e5"
MOST_NUMBERED_CLASSES, MOST_NAMED_CLASSES = 20, 100
MOST_DRAWN_BANDS, SHOWN_SHARE, DRAWN_BINS = 12, 0.998, 100


def curves(history: Sequence[dict[str, Any]]) -> str:
    """Loss and accuracy, or RMSE, of both sets for each epoch; empty if there are no epochs."""
    if not history:
        return ""
    figure, axes = _figure(9.5, 3.4, 2)
    epochs = [record["epoch"] for record in history]
    other = "accuracy" if "accuracy" in history[0] else "rmse"
    labels = {"loss": "cross-entropy loss" if other == "accuracy" else "loss", "accuracy": "accuracy", "rmse": "RMSE"}
    for axis, name in zip(axes, ("loss", other)):
        axis.plot(epochs, [r[name] for r in history], color=TRAINING_COLOR, label="training", marker=_marker(epochs))
        judged = [r for r in history if r[f"validation_{name}"] is not None]
        if judged:
            when, values = [r["epoch"] for r in judged], [r[f"validation_{name}"] for r in judged]
            axis.plot(when, values, color=VALIDATION_COLOR, label="validation", marker="o", markersize=4)
        axis.set_xlabel("epoch")
        axis.set_ylabel(labels[name])
        axis.grid(color=GRID_COLOR)
        axis.legend(frameon=False)
    return _svg(figure)


def _marker(epochs: Sequence[int]) -> str:
    return "o" if len(epochs) < 5 else ""


def matrix(accuracy: Accuracy) -> str:
    """The confusion matrix, colored by the share of the reference samples."""
    names, count = accuracy.classes.names, len(accuracy.classes)
    side = min(max(3.4, 0.75 * count + 1.8), 14)
    figure, (axis,) = _figure(side + 1.2, side, 1)
    totals = accuracy.matrix.sum(axis=1, keepdims=True)
    shares = accuracy.matrix / np.maximum(totals, 1)
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    shown = count <= MOST_NAMED_CLASSES  # more names would lie on each other; the table below has all
    axis.set_xticks(range(count) if shown else [], names if shown else [], rotation=35, ha="right")
    axis.set_yticks(range(count) if shown else [], names if shown else [])
    axis.set_xlabel("predicted")
    axis.set_ylabel("reference")
    if count <= MOST_NUMBERED_CLASSES:
        for i in range(count):
            for j in range(count):
                color = "white" if shares[i, j] > 0.55 else "#222222"
                axis.text(j, i, f"{accuracy.matrix[i, j]:,}", ha="center", va="center", color=color, fontsize=9)
    return _svg(figure)


def reliability(found: Reliability) -> str:
    """Accuracy by confidence, and the number of samples at each confidence; empty without samples."""
    if not found.count.sum():
        return ""
    figure, (left, right) = _figure(9.5, 3.6, 2)
    width = 1 / len(found.count)
    centers = (np.arange(len(found.count)) + 0.5) * width
    known = found.count > 0
    left.plot([0, 1], [0, 1], color="#888888", linestyle="--", label="as sure as right")
    left.bar(centers[known], found.accuracy[known], width * 0.92, color=TRAINING_COLOR, alpha=0.35)
    left.plot(found.confidence[known], found.accuracy[known], color=TRAINING_COLOR, marker="o", label="validation set")
    left.set_xlim(0, 1)
    left.set_ylim(0, 1.02)
    left.set_ylabel("share of correct predictions")
    left.legend(frameon=False, loc="upper left")
    right.bar(centers[known], found.count[known], width * 0.92, color=TRAINING_COLOR)
    right.set_xlim(0, 1)
    right.set_ylabel("samples")
    for axis in (left, right):
        axis.set_xlabel("probability of the predicted class")
        axis.grid(color=GRID_COLOR)
        axis.set_axisbelow(True)
    return _svg(figure)


def intervals(names: Sequence[str], accuracies: Sequence[Accuracy], metrics: dict[str, str]) -> str:
    """Metrics of several maps or models with their intervals, side by side; `metrics`: name -> label."""
    known = {m: label for m, label in metrics.items() if any(np.isfinite(getattr(a, m)) for a in accuracies)}
    figure, axes = _figure(10.6, 0.9 + 0.36 * len(names), len(known))
    rows = np.arange(len(names))
    for number, (axis, (metric, label)) in enumerate(zip(axes, known.items())):
        for row, accuracy in zip(rows, accuracies):
            axis.plot(accuracy.intervals[metric], [row, row], color=TRAINING_COLOR, linewidth=2)
            axis.plot(getattr(accuracy, metric), row, color=TRAINING_COLOR, marker="o")
        axis.set_yticks(rows, names if number == 0 else [""] * len(names))
        axis.set_ylim(len(names) - 0.5, -0.5)
        axis.set_xlabel(label)
        axis.locator_params(axis="x", nbins=4)
        axis.grid(color=GRID_COLOR)
    return _svg(figure)


def values(band: BandAccuracy) -> str:
    """Values of the map against values of the reference, and a histogram of the errors."""
    from matplotlib.colors import LogNorm

    figure, (left, right) = _figure(9.5, 4.1, 2)
    found, density = band.sums.found, band.sums.density
    first, last, step = _drawn_bins(density.sum(axis=0) + density.sum(axis=1))
    ends = np.linspace(*found.ends, len(density) + 1)[[first, last]]
    counts = density[first:last, first:last].reshape((last - first) // step, step, -1, step).sum(axis=(1, 3))
    picture = left.imshow(
        np.ma.masked_equal(counts, 0),
        origin="lower",
        extent=(*ends, *ends),
        norm=LogNorm(1, max(counts.max(), 2)),
        cmap="viridis",
        interpolation="nearest",
    )
    left.plot(ends, ends, color=VALIDATION_COLOR, linestyle="--", linewidth=1.5)
    left.set_xlabel(f"reference, {band.name}")
    left.set_ylabel("map")
    figure.colorbar(picture, ax=left, label="pixels", fraction=0.046, pad=0.03)
    first, last, step = _drawn_bins(band.sums.errors)
    largest = found.largest_shown_error
    edges = np.linspace(-largest, largest, len(band.sums.errors) + 1)[first : last + 1 : step]
    counts = band.sums.errors[first:last].reshape(-1, step).sum(axis=1)
    if found.largest_error:
        right.stairs(counts, edges, fill=True, color=TRAINING_COLOR)
    else:
        right.text(0.5, 0.5, "no error", transform=right.transAxes, ha="center", backgroundcolor="white")
    right.axvline(0, color="#888888", linestyle="--", linewidth=1)
    right.set_box_aspect(1)
    right.set_xlabel(f"map − reference, {band.name}")
    right.set_ylabel("pixels")
    right.grid(color=GRID_COLOR)
    right.set_axisbelow(True)
    return _svg(figure)


def _drawn_bins(counts: np.ndarray) -> tuple[int, int, int]:
    """First bin, last bin (exclusive) and bins per step, for the bins that hold the middle of the counts (n,)."""
    tail = (1 - SHOWN_SHARE) / 2 * counts.sum()
    below = np.cumsum(counts)
    first, last = int(np.searchsorted(below, tail, "right")), int(np.searchsorted(below, below[-1] - tail)) + 1
    step = 1
    while (last - first) // step > DRAWN_BINS:
        step *= 2  # a power of two divides the number of all bins
    return first // step * step, -(-last // step) * step, step


def _figure(width: float, height: float, columns: int) -> tuple[Any, Any]:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    matplotlib.rcParams["svg.hashsalt"] = "rasterlearn"  # same figure, same bytes
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots(1, columns, squeeze=False)[0]
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure: Any) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
