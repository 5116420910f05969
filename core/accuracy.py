"""Judging a finished map against reference labels."""

from __future__ import annotations

import csv
from typing import Optional

import numpy as np

from .blocks import Window
from .classes import ClassMap
from .errors import InputError
from .files import replacing
from .labels import Labels, RasterLabels, open_labels
from .metrics import Accuracy, confusion_matrix
from .progress import Progress
from .raster import read_legend, require_same_crs
from .report import accuracy_report
from .style import Legend

STRIP_ROWS = 256


def judge_map(
    map_path: str,
    reference: Optional[str] = None,
    reference_features: Optional[str] = None,
    attribute: Optional[str] = None,
    report: Optional[str] = None,
    matrix: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> Accuracy:
    """Compares a class map with reference labels, pixel by pixel of the reference.

    Args:
        reference: label raster, on any grid of the same CRS; or reference_features with `attribute`.
        report, matrix: where to write the HTML report and the confusion matrix (csv), if wanted.
    Raises:
        InputError: the two do not overlap, or disagree on the classes.
    """
    progress = progress or Progress()
    mapped = RasterLabels(map_path)
    labels = _reference_labels(mapped, reference, reference_features, attribute, map_path)
    require_same_crs(mapped.name, mapped.grid.crs, labels.name, labels.grid.crs)
    classes = _joined(mapped, labels)
    accuracy = Accuracy(_count(mapped, labels, classes, progress), classes)
    if not accuracy.count:
        raise InputError(
            f"No labelled pixel of “{labels.name}” lies on a mapped pixel of “{mapped.name}”. Check that both show "
            "the same place."
        )
    with replacing(report, matrix) as (temporary_report, temporary_matrix):
        if temporary_report:
            with open(temporary_report, "w", encoding="utf-8") as file:
                file.write(accuracy_report(accuracy, mapped.name, labels.name))
        if temporary_matrix:
            _write_matrix(temporary_matrix, accuracy)
    progress.info(accuracy.summary())
    return accuracy


def _reference_labels(
    mapped: Labels, reference: Optional[str], features: Optional[str], attribute: Optional[str], map_path: str
) -> Labels:
    """Features get their values from the names in the map; a raster brings its own values and names."""
    legend = Legend.of(mapped.classes).completed_by(Legend(read_legend(map_path))) if features else None
    return open_labels(reference, features, attribute, map_path, legend=legend, on_image=False)


def _joined(mapped: Labels, labels: Labels) -> ClassMap:
    """All classes of both, with the names and colors of the map where both have them."""
    mapped.classes.require_agreement(labels.classes, f"The map “{mapped.name}”", f"the reference “{labels.name}”")
    known = {c.value: c for c in labels.classes}
    for c in mapped.classes:
        if c.value not in known or c.name != str(c.value):
            known[c.value] = c
    return ClassMap.of(list(known.values()))


def _count(mapped: Labels, labels: Labels, classes: ClassMap, progress: Progress) -> np.ndarray:
    matrix = np.zeros((len(classes), len(classes)), np.int64)
    of_map, of_labels = classes.index_of(mapped.classes.values), classes.index_of(labels.classes.values)
    for strip in labels.grid.window.blocks(labels.grid.width, STRIP_ROWS):
        truth = labels.read(strip)
        row, column = np.nonzero(truth >= 0)
        if len(row):
            x, y = labels.grid.center_of(column + strip.x, row + strip.y)
            found, predicted = _at(mapped, *mapped.grid.pixel_of(x, y))
            reference = truth[row, column][found]
            matrix += confusion_matrix(of_labels[reference], of_map[predicted], len(classes))
        progress.report(strip.bottom / labels.grid.height, "comparing")
    return matrix


def _at(mapped: Labels, columns: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which pixels lie on a mapped pixel (bool, n), and the class indices there."""
    left, top = int(columns.min()), int(rows.min())
    box = Window(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1).intersect(mapped.grid.window)
    inside = (columns >= box.x) & (columns < box.right) & (rows >= box.y) & (rows < box.bottom)
    if not inside.any():
        return inside, np.array([], np.int64)
    predicted = mapped.read(box)[rows[inside] - box.y, columns[inside] - box.x]
    inside[inside] = predicted >= 0
    return inside, predicted[predicted >= 0]


def _write_matrix(path: str, accuracy: Accuracy) -> None:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["reference \\ map", *accuracy.classes.names])
        for name, row in zip(accuracy.classes.names, accuracy.matrix.tolist()):
            writer.writerow([name, *row])
