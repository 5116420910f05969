"""The HTML report of a training."""

from __future__ import annotations

from typing import Any, Optional

from ..base.html_page import render
from ..images.answers import ValueAnswer
from ..images.image_source import Source
from ..images.value_target import Target
from ..judging import plots
from ..judging.calibration import Calibration
from ..judging.class_metrics import Accuracy
from ..judging.report import METRIC_NOTES, judged_section, rounded, score_text
from ..judging.value_scores import Deviations
from ..samples.leakage import Leakage
from .training_result import Training


def training_report(training: Training) -> str:
    """The HTML report of a training."""
    answer = training.model.answer
    return _of_values(training, answer.target) if isinstance(answer, ValueAnswer) else _of_classes(training)


def _of_classes(training: Training) -> str:
    judged = [("Validation set", training.accuracy), ("Training set", training.training_accuracy)]
    return render(
        "report.html",
        title=f"{training.learner} training report",
        judged=[judged_section(f"{name}: {_kind_of_samples(a)}", a) for name, a in judged if isinstance(a, Accuracy)],
        adjusted=None,
        curves=plots.curves(training.history),
        calibration=_calibration(training.calibration),
        samples=_samples_table(training),
        leakage=_leakage(training.leakage),
        facts=_training_facts(training),
        versions=training.model.training["versions"],
        notes=_training_notes(training),
    )


def _of_values(training: Training, target: Target) -> str:
    judged = [("Validation set", training.accuracy), ("Training set", training.training_accuracy)]
    which = "Training set" if training.accuracy is None else "Validation set"
    judged.append((f"{which}, before training: the image that the network corrects", training.base))
    notes = [training.note] if training.note else []
    facts = {
        **_training_facts(training),
        "bands of the target": ", ".join(target.bands),
        "patch size of the target": f"{target.image.patch_width} × {target.image.patch_height} pixels",
        "type of the target": target.dtype,
    }
    return render(
        "values_training.html",
        title=f"{training.learner} training report",
        judged=[_judged_values(name, found) for name, found in judged if isinstance(found, Deviations)],
        curves=plots.curves(training.history),
        leakage=_leakage(training.leakage),
        facts=facts,
        versions=training.model.training["versions"],
        notes=notes + _LEARNED_NOTES,
    )


_LEARNED_FIGURES = {"rmse": "RMSE", "mae": "MAE", "bias": "bias", "r2": "R²"}
_LEARNED_NOTES = [
    "RMSE is the root of the mean squared error, MAE the mean absolute error, bias the mean error (answer minus "
    "target), all in units of the target. R² is 1 minus the squared errors divided by the squared deviations from the "
    "mean: 1 is perfect, 0 no better than the mean of the band.",
    "RMSE, MAE and bias of all bands are those of all values together, R² is the mean over the bands. The loss counts "
    "each band in units of its standard deviation, so that all count alike.",
    "How much better this is than doing without a network, these numbers do not tell: compare with the baselines, such "
    "as bicubic resampling or interpolation in time, on the same pixels (“Accuracy”).",
]


def _judged_values(name: str, found: Deviations) -> dict[str, Any]:
    return {
        "name": name,
        "count": f"{found.count:,}",
        "figures": [
            {"label": label, "value": score_text(key, found.overall(key))} for key, label in _LEARNED_FIGURES.items()
        ],
        "labels": list(_LEARNED_FIGURES.values()),
        "rows": [
            {"name": band, "cells": [score_text(key, getattr(found.errors, key)[i]) for key in _LEARNED_FIGURES]}
            for i, band in enumerate(found.bands)
        ],
    }


def _training_facts(training: Training) -> dict[str, Any]:
    facts = {name.replace("_", " "): value for name, value in training.parameters.items()}
    for number, source in enumerate(training.model.sources, start=1):
        facts.update(_source_facts(source, f" of image {number}" if len(training.model.sources) > 1 else ""))
    return facts


def _kind_of_samples(accuracy: Accuracy) -> str:
    """What to call the accuracy of drawn samples: balanced if all classes have the same number."""
    counts = accuracy.matrix.sum(axis=1)
    return "balanced sample accuracy" if (counts == counts[0]).all() else "sample accuracy"


def _source_facts(source: Source, which: str) -> dict[str, str]:
    across, down = source.pixel_size
    return {
        f"bands{which}": ", ".join(source.bands),
        f"patch size{which}": f"{source.patch_width} × {source.patch_height} pixels",
        f"pixel size{which}": f"{across:g} × {down:g}" if across else "unknown",
        f"normalization{which}": source.normalization.describe() if source.normalization else "none (raw pixel values)",
    }


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
            "Early stopping watched a fifth of the training samples, in blocks of the image where it is known where "
            "they lie; these were not trained on."
        )
    notes.append(
        "Sample accuracy: the samples were drawn per class as the sampling strategy says. Overall accuracy, kappa and "
        "precision refer to this mixture of classes, not to the areas on the map, where they may be quite different. "
        "Judge the map with “Accuracy” for those."
    )
    return notes + METRIC_NOTES


def _calibration(calibration: Optional[Calibration]) -> Optional[dict[str, Any]]:
    if calibration is None or calibration.reliability is None or not calibration.reliability.count.sum():
        return None
    scaled = calibration.temperature != 1.0
    return {
        "error": rounded(calibration.reliability.expected_calibration_error),
        "temperature": f"{calibration.temperature:.2f}" if scaled else "",
        "picture": plots.reliability(calibration.reliability),
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
        "text": f"{leakage.describe()} {leakage.advice() or ''}",
    }
