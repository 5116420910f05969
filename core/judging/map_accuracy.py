"""Accuracy of a finished class map against reference labels."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Optional, Union

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..base.outputs import replacing
from ..base.progress import Progress
from ..images.label_doubts import Doubt, FillDoubt, fill_doubt, tell_doubts, unmapped_doubts
from ..images.legend import Legend
from ..images.overlay import JudgedArea
from ..raster.classes import ClassMap
from ..raster.crs import hectares_of, require_same_crs
from ..raster.window import Window
from ..samples.label_features import tell_left_out
from ..samples.labels import FeatureLabels, Labels, LabelSource, RasterLabels, open_labels, with_texts
from .adjusted_areas import adjust
from .class_metrics import Accuracy, block_matrices
from .report import accuracy_report
from .spatial_blocks import MapBlocks

STRIP_ROWS = 256


def judge_map(
    map_path: str,
    reference: LabelSource,
    report: Optional[str] = None,
    matrix: Optional[str] = None,
    mask: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> Accuracy:
    """Compares a class map with reference labels, at each pixel of the reference.

    Args:
        reference: a label raster on any grid of the same CRS, or features.
        report, matrix: where to write the HTML report and the confusion matrix (csv), if wanted.
        mask: a raster on any grid; only pixels of the map where its band 1 is neither 0 nor nodata are judged. Areas
            are not adjusted then, as they are those of the whole map.
    Raises:
        InputError: the two do not overlap, or disagree on the classes.
    """
    progress = progress or Progress()
    mapped = RasterLabels(map_path)
    pixels = count_pixels(mapped, progress.part(0.0, 0.4))
    labels = reference_labels([mapped], map_path, reference, progress)
    classes = joined([mapped], labels)
    blocks = MapBlocks.of(mapped.grid.width, mapped.grid.height, len(classes))
    area = JudgedArea(mask, mapped.grid, mapped.name) if mask else None
    matrices, unmapped = _count(mapped, labels, classes, blocks, progress.part(0.4, 1.0), area)
    accuracy = Accuracy.of_blocks(matrices, classes, blocks.px)
    if not accuracy.count:
        raise InputError(
            "No labelled pixel of “{labels}” lies on a mapped pixel of “{map}”{where}. Check that both show the "
            "same place.",
            labels=labels.name,
            map=mapped.name,
            where=area.where() if area else "",
        )
    unjudged = accuracy.matrix.sum(axis=1)[classes.index_of(labels.classes.values)] == 0
    tell_unjudged_classes([mapped], labels, unjudged, unmapped, progress)
    areas = np.zeros(len(classes), np.int64)
    areas[classes.index_of(mapped.classes.values)] = pixels
    adjusted = None if area else adjust(accuracy.matrix, areas, accuracy.blocks)
    with replacing(report, matrix) as (temporary_report, temporary_matrix):
        if temporary_report:
            with open(temporary_report, "w", encoding="utf-8") as file:
                hectares, mask_name = hectares_of(mapped.grid), area.name if area else ""
                file.write(accuracy_report(accuracy, mapped.name, labels.name, adjusted, hectares, mask_name))
        if temporary_matrix:
            _write_matrix(temporary_matrix, accuracy)
    progress.info(accuracy.summary())
    return accuracy


@dataclass(frozen=True)
class Compared:
    """A batch of labelled reference pixels that lie on mapped pixels of every map.

    Attributes:
        reference: class indices of the labels, (n,) int64. predicted: class indices of each map, (m, n) int64. Both
            refer to the joint classes.
        columns, rows: pixels of the first map, (n,) int64.
        dropped: labelled pixels that are left out because a map has no class there.
        unmapped: of these, the pixels of each class of the labels within the first map, (k,) int64.
    """

    reference: np.ndarray
    predicted: np.ndarray
    columns: np.ndarray
    rows: np.ndarray
    dropped: int
    unmapped: np.ndarray


def compared_pixels(
    maps: Sequence[Labels], labels: Labels, classes: ClassMap, progress: Progress
) -> Iterator[Compared]:
    """Reads the reference strip by strip, and looks up the classes of all maps at the center of each pixel."""
    of_labels = classes.index_of(labels.classes.values)
    of_maps = [classes.index_of(mapped.classes.values) for mapped in maps]
    for strip in labels.grid.window.blocks(labels.grid.width, STRIP_ROWS):
        truth = labels.read(strip)
        row, column = np.nonzero(truth >= 0)
        if len(row):
            x, y = labels.grid.center_of(column + strip.x, row + strip.y)
            spots = [mapped.grid.pixel_of(x, y) for mapped in maps]
            found = np.array([_at(mapped, *spot) for mapped, spot in zip(maps, spots)])
            kept, expected = (found >= 0).all(axis=0), truth[row, column]
            predicted = np.array([of[indices[kept]] for of, indices in zip(of_maps, found)])
            columns, rows = spots[0]
            within = (columns >= 0) & (columns < maps[0].grid.width) & (rows >= 0) & (rows < maps[0].grid.height)
            unmapped = np.bincount(expected[within & ~kept], minlength=len(of_labels))
            yield Compared(
                of_labels[expected[kept]], predicted, columns[kept], rows[kept], int((~kept).sum()), unmapped
            )
        progress.report(strip.bottom / labels.grid.height, "comparing")


def count_pixels(mapped: RasterLabels, progress: Progress) -> np.ndarray:
    """Pixels of each class in the whole map, (k,) int64, from the same pass that finds the classes."""
    strips = [[strip] for strip in mapped.grid.window.blocks(mapped.grid.width, STRIP_ROWS)]
    return mapped.count(strips, progress).sum(axis=0)


def reference_labels(
    maps: Sequence[RasterLabels], first_path: str, reference: LabelSource, progress: Progress
) -> Labels:
    """The reference labels: features get their values from the names in the maps, a raster has its own.

    Raises:
        InputError: they are not in the CRS of the first map; neither raster nor features are given, or both; their
            classes are texts that no map knows.
    """
    legend, reference = Legend(origin=Message("the map “{map}”", map=maps[0].name)), with_texts(reference)
    if reference.features:
        for more in [*(Legend.of(mapped.classes) for mapped in maps), *(mapped.recorded for mapped in maps)]:
            legend = legend.completed_by(more)
    labels = open_labels(replace(reference, legend=legend or None), first_path, on_image=False)
    if isinstance(labels, FeatureLabels) and not labels.are_texts:
        legend.tell_other_names(labels.classes.values.tolist())
    require_same_crs(maps[0].name, maps[0].grid, labels.name, labels.grid)
    nameless = [m for m in maps if all(c.name == str(c.value) for c in m.classes) and not m.recorded.by_value]
    if labels.classes.is_numbered or (isinstance(labels, FeatureLabels) and labels.are_texts and nameless):
        unknown = (nameless or maps)[0]
        raise InputError(
            "The classes of “{labels}” are texts ({texts}), none of which is a class of “{map}” ({classes}), so it is "
            "not known which values of the map they are. If the map was copied, copy its .aux.xml and .qml, too: they "
            "hold the names of its classes. Else give the reference the values of the map.",
            labels=labels.name,
            texts=labels.classes.names,
            map=unknown.name,
            classes=unknown.classes.describe(),
        )
    tell_left_out(labels.name, labels.missing, progress)
    tell_doubts(_doubts(maps, labels), progress)
    return labels


def _doubts(maps: Sequence[RasterLabels], labels: Labels) -> list[Doubt]:
    """What may be wrong with reference labels, as far as the maps do not dispel it, and with these."""
    mapped = {value for of_map in maps for value in of_map.classes.values.tolist()}
    doubts = [d for d in labels.doubts if not (isinstance(d, FillDoubt) and d.is_dispelled_by(mapped))]
    doubtful = {d.value for d in doubts if isinstance(d, FillDoubt)}
    if isinstance(labels, RasterLabels):
        named = {c.value for c in labels.classes if c.name != str(c.value)} | doubtful
        known = {value for of_map in maps for value, c in of_map.recorded.by_value.items() if c.name}
        doubts += unmapped_doubts(labels.name, labels.pixels, named, mapped | known)
    judged, both = set(labels.classes.values.tolist()), [labels.classes, *(of_map.classes for of_map in maps)]
    names = Legend({c.value: c for classes in both for c in classes if c.name != str(c.value)})
    found = (fill_doubt(of_map.name, of_map.pixels, names, nodata=0) for of_map in maps)
    return doubts + [d for d in found if d is not None and d.value not in judged]


def tell_unjudged_classes(
    maps: Sequence[Labels], labels: Labels, unjudged: np.ndarray, unmapped: np.ndarray, progress: Progress
) -> None:
    """Warns if a class of the reference has no judged pixel, unless it is a class of another place.

    Args:
        unjudged: which classes of the reference have none, (k,) bool. unmapped: see `Compared`, of all pixels.
    """
    mapped = {value for of_map in maps for value in of_map.classes.values.tolist()}
    here = [not labels.is_raster or c.value in mapped or count > 0 for c, count in zip(labels.classes, unmapped)]
    names = [name for name, is_here, missing in zip(labels.classes.names, here, unjudged) if is_here and missing]
    if names and labels.is_raster:
        progress.warning(
            "No pixel of the class(es) {classes} of “{labels}” was judged: how well these are mapped is not known, and "
            "the accuracy is that of the other classes.",
            classes=names,
            labels=labels.name,
        )
    elif names:
        progress.warning(
            "No pixel of the class(es) {classes} of “{labels}” was judged: their features hold no center of a pixel, "
            "lie under those of other classes, or where nothing is judged. How well these are mapped is not known, and "
            "the accuracy is that of the other classes.",
            classes=names,
            labels=labels.name,
        )


def joined(maps: Sequence[Labels], labels: Labels) -> ClassMap:
    """All classes of maps and reference, with the names and colors of the first map that has them.

    Raises:
        InputError: two of them disagree on values and names.
    """
    classes = labels.classes
    for mapped in reversed(maps):
        mapped.classes.require_agreement(
            classes,
            Message("The map “{mapped}”", mapped=mapped.name),
            Message("the reference “{labels}”", labels=labels.name),
        )
        classes = completed(classes, mapped.classes)
    return classes


def completed(classes: ClassMap, other: ClassMap) -> ClassMap:
    """The classes of both, with the names and colors of `other` where it has a name."""
    known = {c.value: c for c in classes}
    for c in other:
        if c.value not in known or c.name != str(c.value):
            known[c.value] = c
    return ClassMap.of(list(known.values()))


def _count(
    mapped: Labels,
    labels: Labels,
    classes: ClassMap,
    blocks: MapBlocks,
    progress: Progress,
    area: Optional[JudgedArea] = None,
) -> tuple[np.ndarray, np.ndarray]:
    """The confusion matrix of each block, (b, k, k) int64, and what `Compared.unmapped` adds up to."""
    matrices = np.zeros((len(blocks), len(classes), len(classes)), np.int64)
    unmapped = np.zeros(len(labels.classes), np.int64)
    for some in compared_pixels([mapped], labels, classes, progress):
        numbers = blocks.number_of(some.columns, some.rows)
        judged = slice(None) if area is None or not len(numbers) else _at(area, some.columns, some.rows) > 0
        add_matrices(matrices, some.reference[judged], some.predicted[0][judged], numbers[judged])
        unmapped += some.unmapped
    return matrices, unmapped


def add_matrices(matrices: np.ndarray, reference: np.ndarray, predicted: np.ndarray, numbers: np.ndarray) -> None:
    """Adds pixels to the matrices (b, k, k) of their blocks, touching only those from the first to the last block."""
    if len(numbers):
        first, last = int(numbers.min()), int(numbers.max())
        some = block_matrices(reference, predicted, numbers - first, matrices.shape[1], last - first + 1)
        matrices[first : last + 1] += some


def _at(mapped: Union[Labels, JudgedArea], columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The class indices (n,) int64 of a map at its pixels, -1 outside and on nodata; for an area 1 or 0."""
    found = np.full(len(columns), -1, np.int64)
    box = Window.around(columns, rows).intersect(mapped.grid.window)
    inside = (columns >= box.x) & (columns < box.right) & (rows >= box.y) & (rows < box.bottom)
    if inside.any():
        found[inside] = mapped.read(box)[rows[inside] - box.y, columns[inside] - box.x]
    return found


def _write_matrix(path: str, accuracy: Accuracy) -> None:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["reference \\ map", *accuracy.classes.names])
        for name, row in zip(accuracy.classes.names, accuracy.matrix.tolist()):
            writer.writerow([name, *row])
