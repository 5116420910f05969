"""Comparison of maps, or of models, on the same samples."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message, parameter
from ..base.outputs import replacing
from ..base.progress import Progress
from ..evaluation.evaluator import evaluator_of
from ..images.image_source import conversion_between
from ..images.normalization import same_transform
from ..model.model_file import Model, load_model
from ..raster.classes import ClassMap
from ..raster.crs import require_same_crs
from ..raster.window import pixels_before
from ..samples.labels import LabelSource, RasterLabels
from ..samples.patch_set import PatchSet
from ..samples.patch_stack import read_patches
from .class_metrics import OVERALL, Accuracy, intervals_of, of_several_blocks
from .map_accuracy import (
    add_matrices,
    compared_pixels,
    completed,
    joined,
    reference_labels,
    tell_unjudged_classes,
)
from .report import comparison_report
from .spatial_blocks import MapBlocks, blocks_of

EXACT_BELOW = 25  # discordant samples
PATCHES_AT_ONCE = 1024


@dataclass(frozen=True)
class Pair:
    """A pair of the compared maps or models.

    Attributes:
        first, second: their indices.
        table: samples (2, 2) int64: [[both right, only the first], [only the second, both wrong]].
        blocks: the same for each spatial block, (b, 2, 2); None where blocks are unknown.
    """

    first: int
    second: int
    table: np.ndarray
    blocks: Optional[np.ndarray]

    @property
    def only_first(self) -> int:
        """Samples that only the first has right."""
        return int(self.table[0, 1])

    @property
    def only_second(self) -> int:
        """Samples that only the second has right."""
        return int(self.table[1, 0])

    @property
    def difference(self) -> float:
        """Overall accuracy of the first minus that of the second."""
        return float(_difference(self.table))

    @cached_property
    def interval(self) -> np.ndarray:
        """95 % interval of the difference, (2,): a bootstrap over blocks, see `Accuracy.intervals`."""
        interval = intervals_of({"difference": _difference}, self.table, self.blocks)["difference"]
        return interval if self.blocks is None else of_several_blocks(interval, _difference(self.blocks))

    @property
    def p_value(self) -> float:
        """The p value of McNemar's test."""
        return mcnemar(self.only_first, self.only_second)


@dataclass(frozen=True)
class Comparison:
    """Several maps or models, judged on the same samples.

    Attributes:
        names, accuracies: of the maps or models. pairs: all pairs of them.
        dropped: labelled pixels that were left out because not every map has a class there.
    """

    names: list[str]
    accuracies: list[Accuracy]
    pairs: list[Pair]
    dropped: int = 0

    @property
    def adjusted_p_values(self) -> list[float]:
        """The p values of all pairs, adjusted for their number."""
        return holm([pair.p_value for pair in self.pairs])


@dataclass(frozen=True)
class ComparisonOutputs:
    """Paths of the table of maps or models and, if wanted, of the table of their pairs (csv) and the HTML report."""

    table: str
    pairs: Optional[str] = None
    report: Optional[str] = None


def compare_maps(
    paths: Sequence[str],
    reference: LabelSource,
    outputs: ComparisonOutputs,
    progress: Optional[Progress] = None,
) -> Comparison:
    """Compares class maps on the labelled pixels that lie on mapped pixels of all of them.

    Args:
        paths: maps, on any grids of one CRS.
    Raises:
        InputError: fewer than two maps, no pixel in common, or disagreeing classes or CRS.
    """
    progress = progress or Progress()
    _require_several(paths, parameter("maps"))
    maps = [RasterLabels(path) for path in paths]
    for mapped in maps[1:]:
        require_same_crs(maps[0].name, maps[0].grid, mapped.name, mapped.grid)
    labels = reference_labels(maps, paths[0], reference, progress)
    classes = joined(maps, labels)
    blocks = MapBlocks.of(maps[0].grid.width, maps[0].grid.height, len(classes))
    counts, dropped, unmapped = (
        _Counts(len(maps), len(classes), len(blocks)),
        0,
        np.zeros(len(labels.classes), np.int64),
    )
    for some in compared_pixels(maps, labels, classes, progress):
        counts.add(some.reference, some.predicted, blocks.number_of(some.columns, some.rows))
        dropped, unmapped = dropped + some.dropped, unmapped + some.unmapped
    if not counts.matrices.any():
        raise InputError(
            "No labelled pixel of “{labels}” lies on a mapped pixel of all of {maps}. Check that all show the "
            "same place.",
            labels=labels.name,
            maps=[m.name for m in maps],
        )
    judged = counts.matrices[0].sum(axis=(0, 2))[classes.index_of(labels.classes.values)]
    tell_unjudged_classes(maps, labels, judged == 0, unmapped, progress)
    comparison = counts.comparison(_distinct(paths), classes, blocks.px, True, dropped)
    _write(comparison, outputs, f"reference labels “{labels.name}”", progress)
    return comparison


def compare_models(
    paths: Sequence[str],
    patches: Sequence[str],
    labels: str,
    outputs: ComparisonOutputs,
    progress: Optional[Progress] = None,
) -> Comparison:
    """Compares models on the same patches.

    Args:
        paths: model files. patches: stacks cut around the same points, one for each source; a model with fewer
            sources uses the first ones. labels: of the patches.
    Raises:
        InputError: fewer than two models, or patches that do not fit a model.
    """
    progress = progress or Progress()
    _require_several(paths, parameter("models"))
    models, samples, names = [load_model(path) for path in paths], read_patches(patches, labels), _distinct(paths)
    if not all(answer.has_classes for answer in (samples.answer, *(model.answer for model in models))):
        raise InputError(
            "Models and patches of values cannot be compared here. Judge the map of each model by “Accuracy of a "
            "map”, against the same reference."
        )
    if samples.is_dense:
        raise InputError(
            "The labels are patches of a label image; expected one label for each patch. Compare maps instead "
            "({p:maps}), or extract patches without {p:label_image}."
        )
    if samples.classes.is_numbered:
        known = reduce(completed, (model.classes for model in models))
        samples = samples.with_classes(known, Message("the set of patches"))
    classes = samples.classes
    for name, model in zip(names, models):
        model.classes.require_agreement(
            classes, Message("The model “{name}”", name=name), Message("the labels of the patches")
        )
        classes = completed(classes, model.classes)
    reference = classes.index_of(samples.classes.values)[samples.labels]
    predicted = []
    for i, (name, model) in enumerate(zip(names, models)):
        progress.report(i / len(models), "judging {name}", name=name)
        predicted.append(classes.index_of(model.classes.values)[class_indices_of(model, samples, name, progress)])
    numbers, px = blocks_of(samples.places, len(classes))
    known_blocks = np.zeros(len(reference), np.int64) if numbers is None else np.unique(numbers, return_inverse=True)[1]
    counts = _Counts(len(models), len(classes), int(known_blocks.max()) + 1)
    counts.add(reference, np.array(predicted), known_blocks.reshape(-1))
    comparison = counts.comparison(names, classes, px, numbers is not None)
    _write(comparison, outputs, f"{len(reference):,} patches “{os.path.basename(patches[0])}”", progress)
    return comparison


def class_indices_of(
    model: Model, patches: PatchSet, name: str = "the model", progress: Optional[Progress] = None
) -> np.ndarray:
    """The class that a model predicts for each patch: indices of its classes, (n,) int64.

    Args:
        patches: of the model's sources, in their order; there may be more. Larger patches than the model was trained
            on are cut to its size around the center pixel (N // 2).
    Raises:
        InputError: the patches do not fit, or the model does not predict one class for a patch.
    """
    progress = progress or Progress()
    if len(patches.images) < len(model.sources):
        raise InputError(
            "“{model}” expects {expected} images, received patches of {received}. Give one stack for each: "
            "{p:stacks}, {p:stacks#2} …",
            model=name,
            expected=len(model.sources),
            received=len(patches.images),
        )
    cuts = [_cut_for(model, number, patches, name) for number in range(len(model.sources))]
    scores_of, found = evaluator_of(model).patches(name), []
    for images, _ in patches.batches(np.arange(len(patches)), PATCHES_AT_ONCE):
        progress.check()
        found.append(scores_of([cut(image) for cut, image in zip(cuts, images)]).argmax(axis=1))
    return np.concatenate(found)


def _cut_for(model: Model, number: int, patches: PatchSet, name: str) -> Callable[[np.ndarray], np.ndarray]:
    """A function that crops patches (m, h, w, c) to the size of a model's source, and normalizes them like it."""
    source, (height, width, bands) = model.sources[number], patches.shapes[number]
    if bands != len(source.bands) or height < source.patch_height or width < source.patch_width:
        raise InputError(
            "The patches for source {number} do not fit “{model}”: it expects height × width × bands "
            "{patch_height} × {patch_width} × {band_count}, received {height} × {width} × {bands}. Extract "
            "patches of its image, at least as large as its own.",
            number=number + 1,
            model=name,
            patch_height=source.patch_height,
            patch_width=source.patch_width,
            band_count=len(source.bands),
            height=height,
            width=width,
            bands=bands,
        )
    recorded = patches.sources[number].normalization
    is_same = same_transform(recorded, source.normalization)
    if not is_same and (recorded is not None or source.normalization is None):
        raise InputError(
            "The patches for source {number} were normalized in another way than those that “{model}” was "
            "trained on. Extract them from the raw image: a model brings its normalization along.",
            number=number + 1,
            model=name,
        )
    top = pixels_before(height) - pixels_before(source.patch_height)
    left = pixels_before(width) - pixels_before(source.patch_width)
    converted = conversion_between(patches.sources[number], source)

    def cut(images: np.ndarray) -> np.ndarray:
        pixels = images[:, top : top + source.patch_height, left : left + source.patch_width]
        if converted is not None:
            pixels = (pixels * converted[0] + converted[1]).astype(np.float32)
        return pixels if is_same or source.normalization is None else source.normalization.apply(pixels)

    return cut


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided p value of McNemar's test (1947): the chance that two equally good classifiers differ at least as much.

    Exact (binomial) where they differ in fewer than 25 samples, else chi-square with continuity correction
    (Edwards 1948).
    """
    count = only_first + only_second
    if count < EXACT_BELOW:
        tail = sum(math.comb(count, i) for i in range(min(only_first, only_second) + 1))
        return min(1.0, 2 * tail / 2**count)
    statistic = max(abs(only_first - only_second) - 1, 0) ** 2 / count
    return math.erfc(math.sqrt(statistic / 2))  # survival function of chi-square with one degree of freedom


def holm(p_values: Sequence[float]) -> list[float]:
    """P values adjusted for the number of tests, which bounds the chance of any false positive (Holm 1979)."""
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(order), 0, -1)
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(np.asarray(p_values, np.float64)[order] * factors))
    return [float(p) for p in adjusted]


class _Counts:
    """Accumulated counts of samples: a confusion matrix per model and block, a table of right and wrong per pair.

    Attributes:
        matrices: (m, b, k, k) int64. tables: (pairs, b, 2, 2) int64.
    """

    def __init__(self, model_count: int, class_count: int, block_count: int):
        self.pairs = list(combinations(range(model_count), 2))
        self.matrices = np.zeros((model_count, block_count, class_count, class_count), np.int64)
        self.tables = np.zeros((len(self.pairs), block_count, 2, 2), np.int64)

    def add(self, reference: np.ndarray, predicted: np.ndarray, blocks: np.ndarray) -> None:
        """Counts samples: reference (n,) and predicted (m, n) class indices, number (n,) of the block."""
        for matrices, of_one in zip(self.matrices, predicted):
            add_matrices(matrices, reference, of_one, blocks)
        wrong = (predicted != reference).astype(np.int64)
        for tables, (first, second) in zip(self.tables, self.pairs):
            add_matrices(tables, wrong[first], wrong[second], blocks)

    def comparison(
        self, names: list[str], classes: ClassMap, block_px: int, blocks_known: bool, dropped: int = 0
    ) -> Comparison:
        if not blocks_known:
            accuracies = [Accuracy(matrices.sum(axis=0), classes) for matrices in self.matrices]
        else:
            accuracies = [Accuracy.of_blocks(matrices, classes, block_px) for matrices in self.matrices]
        pairs = [
            Pair(first, second, tables.sum(axis=0), tables[tables.any(axis=(1, 2))] if blocks_known else None)
            for (first, second), tables in zip(self.pairs, self.tables)
        ]
        return Comparison(names, accuracies, pairs, dropped)


def _difference(table: np.ndarray) -> np.ndarray:
    count = np.asarray(table.sum((-2, -1)), np.float64)
    more = np.asarray(table[..., 0, 1] - table[..., 1, 0], np.float64)
    return np.divide(more, count, out=np.full(count.shape, np.nan), where=count > 0)


def _require_several(paths: Sequence[str], parameter: Message) -> None:
    if len(paths) < 2:
        raise InputError(
            "{parameter} must name at least two files to compare, received {count}. Add another.",
            parameter=parameter,
            count=len(paths),
        )


def _distinct(paths: Sequence[str]) -> list[str]:
    """The file names, with as many of their folders as it takes to distinguish them."""
    parts = [os.path.abspath(path).split(os.sep) for path in paths]
    for depth in range(1, max(map(len, parts)) + 1):
        names = ["/".join(part[-depth:]) for part in parts]
        if len(set(names)) == len(names):
            return names
    raise InputError("The same file is given twice: {paths}. Give each only once.", paths=paths)


def _write(comparison: Comparison, outputs: ComparisonOutputs, judged_on: str, progress: Progress) -> None:
    with replacing(outputs.table, outputs.pairs, outputs.report) as (table_path, pairs_path, report_path):
        _write_table(table_path, comparison)
        if pairs_path:
            _write_csv(pairs_path, _pair_rows(comparison))
        if report_path:
            with open(report_path, "w", encoding="utf-8") as file:
                file.write(
                    comparison_report(
                        comparison.names, comparison.accuracies, _pair_rows(comparison), comparison.dropped, judged_on
                    )
                )
    for name, accuracy in zip(comparison.names, comparison.accuracies):
        progress.info("{name}: {accuracy}", name=name, accuracy=accuracy.summary())
    if comparison.dropped:
        progress.info(
            "{count} labelled pixels were left out: not every map has a class there.", count=comparison.dropped
        )


def _pair_rows(comparison: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "first": comparison.names[pair.first],
            "second": comparison.names[pair.second],
            "only_first": pair.only_first,
            "only_second": pair.only_second,
            "difference": pair.difference,
            "difference_low": float(pair.interval[0]),
            "difference_high": float(pair.interval[1]),
            "p_value": pair.p_value,
            "p_value_holm": adjusted,
        }
        for pair, adjusted in zip(comparison.pairs, comparison.adjusted_p_values)
    ]


def _write_table(path: str, comparison: Comparison) -> None:
    rows = []
    for name, accuracy in zip(comparison.names, comparison.accuracies):
        row: dict[str, Any] = {"name": name, "samples": accuracy.count, "blocks": accuracy.block_count}
        for metric in OVERALL:
            low, high = accuracy.intervals[metric]
            row.update({metric: getattr(accuracy, metric), f"{metric}_low": float(low), f"{metric}_high": float(high)})
        rows.append(row)
    _write_csv(path, rows)


def _write_csv(path: str, rows: Sequence[dict[str, Any]]) -> None:
    """Numbers with six significant digits; empty where a number is unknown."""

    def written(value: Any) -> Any:
        if not isinstance(value, float):
            return value
        return "" if math.isnan(value) else f"{value:.6g}"

    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(rows[0])
        writer.writerows([written(value) for value in row.values()] for row in rows)
