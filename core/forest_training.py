"""Training a Random Forest on points with pixel values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Optional

import numpy as np

from .errors import InputError
from .forest import fit_forest
from .grid import Grid
from .labels import classes_of_points
from .leakage import Places, audit
from .metrics import Accuracy
from .model_file import Model
from .normalization import same_transform
from .progress import Progress
from .report import training_report
from .source import TAG as SOURCE_TAG
from .source import Source
from .style import Legend
from .trained import Training, count_samples, provenance, require_two_classes
from .values import FEATURES_TAG
from .vectors import Points, read_points

_VALUE_FIELD = re.compile(r"value_\d+")


def train_forest(
    samples: str,
    attribute: str,
    features: Sequence[str],
    output: str,
    validation: Optional[str] = None,
    trees: int = 100,
    max_depth: int = 0,
    seed: int = 0,
    legend: Optional[Legend] = None,
    report: Optional[str] = None,
    note: str = "",
    progress: Optional[Progress] = None,
) -> Training:
    """Trains a Random Forest on points with pixel values and writes the model file and the report.

    Args:
        samples, validation: points that “Extract values” wrote.
        features: fields to learn from; empty for value_0, value_1 ... These always come in the order of the bands,
            other fields in the order given, which must then be that of the image's bands.
    """
    progress = progress or Progress()
    if trees < 1 or max_depth < 0:
        raise InputError(f"TREES must be at least 1 and MAX_DEPTH at least 0, received {trees} and {max_depth}.")
    points = read_points(samples)
    names = _feature_names(points, features)
    classes, labels = classes_of_points(points, attribute, legend)
    require_two_classes(labels, classes, "training")
    values = _feature_table(points, names)
    progress.info(f"Training {trees} trees on {len(values)} samples of {len(names)} features …")
    progress.report(0.1, "training the forest")
    forest = fit_forest(values, labels, len(classes), trees, max_depth, seed)
    progress.report(0.8, "judging")
    training_accuracy = Accuracy.of(labels, forest.probabilities(values).argmax(axis=1), classes)
    accuracy, judged, leakage = None, None, None
    if validation:
        other = read_points(validation)
        _require_same_normalization(points, other, names)
        other_classes, other_labels = classes_of_points(other, attribute, legend)
        judged = classes.positions_of(other_classes, "The training set", f"“{other.name}”")[other_labels]
        predicted = forest.probabilities(_feature_table(other, names)).argmax(axis=1)
        accuracy = Accuracy.of(judged, predicted, classes)
        leakage = audit(*(_places_of(p, _source_of(p, names)) for p in (points, other)))
    parameters = {"trees": trees, "max_depth": max_depth or "unlimited", "features": ", ".join(names), "seed": seed}
    counts = count_samples(classes, training=labels, validation=judged)
    recorded = provenance(parameters, counts, training_accuracy, accuracy, "numpy", "sklearn")
    model = Model.of_forest(forest, classes, (_source_of(points, names).with_fill(values.mean(axis=0)),), recorded)
    training = Training(model, training_accuracy, accuracy, [], parameters, counts, note, leakage)
    training.save(output, report, training_report(training), progress)
    return training


def _feature_names(points: Points, features: Sequence[str]) -> list[str]:
    names = list(features) or [name for name in points.fields if _VALUE_FIELD.fullmatch(name)]
    if all(_VALUE_FIELD.fullmatch(name) for name in names):
        names.sort(key=lambda name: int(name[6:]))
    return names


def _feature_table(points: Points, names: Sequence[str]) -> np.ndarray:
    if not names:
        raise InputError(
            f"“{points.name}” has no fields value_0, value_1 … Run “Extract values” first, or choose FEATURES."
        )
    try:
        table = np.array([points.column(name) for name in names], np.float64).T
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"The fields {', '.join(names)} of “{points.name}” must be numbers.") from error
    if not np.isfinite(table).all():
        raise InputError(f"“{points.name}” has points without a value in {', '.join(names)}. Remove these points.")
    return table.astype(np.float32)


def _source_of(points: Points, names: Sequence[str]) -> Source:
    """What image the values were read from; raw pixels of unknown bands where the layer does not say."""
    if FEATURES_TAG in points.tags and all(_VALUE_FIELD.fullmatch(name) for name in names):
        raise InputError(
            f"The values of “{points.name}” are deep features of a network; a forest on them could not be mapped. Give "
            "points with the values of an image (“Extract values” without MODEL)."
        )
    recorded = points.tags.get(SOURCE_TAG)
    if recorded is None or not all(_VALUE_FIELD.fullmatch(name) for name in names):
        return Source(tuple(names), (0.0, 0.0))
    return Source.from_json(recorded).of_bands([int(name[6:]) for name in names])


def _places_of(points: Points, source: Source) -> Optional[Places]:
    """Where points lie, in pixels of their image from their first point on; None if its pixel size is unknown."""
    across, down = source.pixel_size
    if not across or not len(points):
        return None
    left, top = float(points.x[0]) - across / 2, float(points.y[0]) + down / 2
    grid = Grid(1, 1, (left, across, 0.0, top, 0.0, -down), points.crs)
    return Places(*grid.pixel_of(points.x, points.y), grid)


def _require_same_normalization(points: Points, other: Points, names: Sequence[str]) -> None:
    if not same_transform(*(_source_of(p, names).normalization for p in (points, other))):
        raise InputError(
            f"The values of “{other.name}” were normalized in another way than those of “{points.name}”. "
            "Extract both from the same image."
        )
