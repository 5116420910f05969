"""Self-contained HTML reports: of a training, and of a map's accuracy."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from typing import Any, Optional

import numpy as np

from .areas import Adjusted
from .leakage import Leakage
from .metrics import Accuracy
from .trained import Training
from .version import rasterlearn_version

_RESOURCES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "resources")

TRAINING_COLOR, VALIDATION_COLOR = "#4477aa", "#ee6677"
BAR_PX = 160


def training_report(training: Training) -> str:
    """The HTML report of a training."""
    judged = [("Training set", training.training_accuracy)]
    if training.accuracy is not None:
        judged.insert(0, ("Validation set", training.accuracy))
    model = training.model
    source = model.sources[0]
    facts = {
        **{name.replace("_", " "): value for name, value in training.parameters.items()},
        "bands": ", ".join(source.bands),
        "patch size": f"{source.patch_width} × {source.patch_height} pixels",
        "pixel size": f"{source.pixel_size[0]:g} × {source.pixel_size[1]:g}" if source.pixel_size[0] else "unknown",
        "normalization": source.normalization.describe() if source.normalization else "none (raw pixel values)",
    }
    return _render(
        "report.html",
        title="Forest training report" if model.kind == "forest" else "Network training report",
        judged=[_judged(name, accuracy) for name, accuracy in judged],
        curves=_curves(training.history),
        samples=_samples_table(training),
        leakage=_leakage(training.leakage),
        facts=facts,
        versions=model.training["versions"],
        notes=_training_notes(training),
    )


def accuracy_report(
    accuracy: Accuracy,
    map_name: str,
    reference_name: str,
    adjusted: Optional[Adjusted] = None,
    hectares: Optional[float] = None,
) -> str:
    """The HTML report of a map's accuracy."""
    return _render(
        "report.html",
        title="Map accuracy report",
        judged=[_judged(f"{map_name} against {reference_name}", accuracy)],
        curves="",
        samples=None,
        leakage=None,
        facts={"map": map_name, "reference": reference_name, "reference pixels": f"{accuracy.count:,}"},
        versions={"rasterlearn": rasterlearn_version()},
        notes=[
            "Every labelled pixel of the reference that lies on the map was counted once. Classes weigh by their "
            "number of reference pixels.",
            _INTERVAL_NOTE,
        ],
    )


def statistics_report(
    title: str,
    rows: Sequence[dict[str, Any]],
    largest: Sequence[dict[str, Any]],
    pixels: int,
    feature_count: int,
    notes: Sequence[str],
) -> str:
    """The HTML table of the classes of a label set.

    Args:
        rows: of each class value, name, color, pixels, share (percent), area (hectares or None), features, median.
        largest: of the largest features name, color, id, pixels; empty for a raster.
    """
    widest = max(row["share"] for row in rows)
    shown = [
        {
            **row,
            "pixels": f"{row['pixels']:,}",
            "share": f"{row['share']:.2f}",
            "bar": round(BAR_PX * row["share"] / max(widest, 1e-9)),
            "area": None if row["area"] is None else f"{row['area']:,.2f}",
        }
        for row in rows
    ]
    return _render(
        "class_statistics.html",
        title=title,
        rows=shown,
        largest=[{**row, "pixels": f"{row['pixels']:,}"} for row in largest],
        pixels=f"{pixels:,}",
        features=feature_count,
        area=rows[0]["area"] is not None,
        notes=notes,
        versions={"rasterlearn": rasterlearn_version()},
    )


_INTERVAL_NOTE = (
    "The 95 % intervals treat the samples as independent. Neighbors in space resemble each other, so the true "
    "uncertainty is larger."
)


def _training_notes(training: Training) -> list[str]:
    notes = [training.note] if training.note else []
    if training.accuracy is not None:
        notes.append(
            "In this training the validation set was only judged: no weight and no stopping point depends on it. "
            "Choosing settings by looking at its accuracy would make that accuracy too good."
        )
    else:
        notes.append(
            "There was no validation set. The accuracy on training samples is too good; judge the map with “Accuracy”."
        )
    if training.parameters.get("patience"):
        notes.append(
            "Early stopping watched the last fifth of the training samples of each class, which were not trained on."
        )
    notes.append(
        "The samples were drawn per class as the sampling strategy says; accuracies refer to this mixture of "
        "classes, not to the areas on the map."
    )
    notes.append(_INTERVAL_NOTE)
    return notes


def _render(template: str, **content: Any) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_RESOURCES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template(template).render(**content)


def _judged(name: str, accuracy: Accuracy) -> dict[str, Any]:
    low, high = accuracy.kappa_interval
    oa_low, oa_high = accuracy.intervals["overall_accuracy"]
    rows = [
        {
            "name": c.name,
            "value": c.value,
            "color": c.color,
            "reference": int(accuracy.matrix[i].sum()),
            "mapped": int(accuracy.matrix[:, i].sum()),
            "precision": _number(accuracy.precision[i]),
            "recall": _number(accuracy.recall[i]),
            "f1": _number(accuracy.f1[i]),
        }
        for i, c in enumerate(accuracy.classes)
    ]
    return {
        "name": name,
        "count": f"{accuracy.count:,}",
        "overall_accuracy": _number(accuracy.overall_accuracy),
        "overall_interval": f"{_number(oa_low)} … {_number(oa_high)}",
        "kappa": _number(accuracy.kappa),
        "kappa_interval": f"{_number(low)} … {_number(high)}",
        "matrix": _matrix_picture(accuracy),
        "rows": rows,
    }


def _samples_table(training: Training) -> dict[str, Any]:
    return {
        "sets": list(training.counts),
        "rows": [
            {"name": c.name, "color": c.color, "counts": [counts[i] for counts in training.counts.values()]}
            for i, c in enumerate(training.model.classes)
        ],
        "totals": [sum(counts) for counts in training.counts.values()],
    }


def _leakage(leakage: Optional[Leakage]) -> Optional[dict[str, Any]]:
    if leakage is None:
        return None
    return {
        "count": f"{leakage.count:,}",
        "overlapping": f"{leakage.overlapping:,}",
        "nearest": f"{leakage.nearest:.0f}",
        "median": f"{leakage.median:.0f}",
        "text": leakage.describe() + " " + leakage.advice(),
    }


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}"


def _curves(history: Sequence[dict[str, Any]]) -> str:
    """Loss and accuracy per epoch for both sets, as inline SVG; empty where there are no epochs."""
    if not history:
        return ""
    figure, axes = _figure(9.5, 3.4, 2)
    epochs = [record["epoch"] for record in history]
    for axis, name in zip(axes, ("loss", "accuracy")):
        axis.plot(epochs, [r[name] for r in history], color=TRAINING_COLOR, label="training", marker=_marker(epochs))
        if history[0][f"validation_{name}"] is not None:
            values = [r[f"validation_{name}"] for r in history]
            axis.plot(epochs, values, color=VALIDATION_COLOR, label="validation", marker=_marker(epochs))
        axis.set_xlabel("epoch")
        axis.set_ylabel("cross-entropy loss" if name == "loss" else "accuracy")
        axis.grid(color="#e5e5e5")
        axis.legend(frameon=False)
    return _svg(figure)


def _marker(epochs: Sequence[int]) -> str:
    return "o" if len(epochs) < 5 else ""


def _matrix_picture(accuracy: Accuracy) -> str:
    """The confusion matrix, colored by the share of the reference, as inline SVG."""
    names, count = accuracy.classes.names, len(accuracy.classes)
    side = min(max(3.4, 0.75 * count + 1.8), 14)
    figure, (axis,) = _figure(side + 1.2, side, 1)
    totals = accuracy.matrix.sum(axis=1, keepdims=True)
    shares = accuracy.matrix / np.maximum(totals, 1)
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axis.set_xticks(range(count), names, rotation=35, ha="right")
    axis.set_yticks(range(count), names)
    axis.set_xlabel("predicted")
    axis.set_ylabel("reference")
    if count <= 20:
        for i in range(count):
            for j in range(count):
                color = "white" if shares[i, j] > 0.55 else "#222222"
                axis.text(j, i, f"{accuracy.matrix[i, j]:,}", ha="center", va="center", color=color, fontsize=9)
    return _svg(figure)


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
