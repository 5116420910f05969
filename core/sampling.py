"""Choosing sample points: how many per class, and which pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from .blocks import NO_HALO, Halo, Window
from .classes import ClassMap
from .errors import InputError
from .files import replacing
from .grid import Grid
from .labels import Labels
from .progress import Progress
from .raster import require_same_crs
from .style import style_path, write_points_style
from .vectors import Points, write_points

STRIP_ROWS = 256
SPLIT_TRIALS = 200

TRAINING, VALIDATION = 0, 1
SET_NAMES = ("train", "validation")


@dataclass(frozen=True)
class Samples:
    """Chosen pixels of a label grid, in scan order (row by row).

    Attributes:
        columns, rows: (n,) int64. classes: class index (n,) int64. sets: TRAINING or VALIDATION (n,) int64.
    """

    columns: np.ndarray
    rows: np.ndarray
    classes: np.ndarray
    sets: np.ndarray


@dataclass(frozen=True)
class Placement:
    """Which label pixels may become samples: their patch must lie in the image, and in one split block.

    Attributes:
        image: grid of the image that the patches will be cut from.
        halo: of the patch.
        block_px: side of the square blocks that the train / validation split deals out; 0 for none.
    """

    image: Grid
    halo: Halo = NO_HALO
    block_px: int = 0

    def window_on(self, labels: Grid) -> Window:
        """The label pixels whose patches lie inside the image."""
        columns, rows = self._image_pixels(labels, labels.window)
        inside = self.image.window.shrink(self.halo)
        ok_columns = np.flatnonzero((columns >= inside.x) & (columns < inside.right))
        ok_rows = np.flatnonzero((rows >= inside.y) & (rows < inside.bottom))
        if not len(ok_columns) or not len(ok_rows):
            return Window(0, 0, 0, 0)
        x, y = int(ok_columns[0]), int(ok_rows[0])
        return Window(x, y, int(ok_columns[-1]) - x + 1, int(ok_rows[-1]) - y + 1)

    def whole_in_block(self, labels: Grid, window: Window) -> np.ndarray:
        """Bool (h, w): label pixels whose patch does not reach into another split block."""
        if not self.block_px:
            return np.ones((window.height, window.width), bool)
        columns, rows = self._image_pixels(labels, window)
        ok_columns = self._in_block(columns, self.halo.left, self.halo.right)
        ok_rows = self._in_block(rows, self.halo.top, self.halo.bottom)
        return ok_rows[:, np.newaxis] & ok_columns

    def _in_block(self, positions: np.ndarray, before: int, after: int) -> np.ndarray:
        inside = positions % self.block_px
        return (inside >= before) & (inside + after < self.block_px)

    def units(self, labels: Grid, window: Window) -> list[Window]:
        """Windows to work through one at a time: the split blocks, or strips where nothing is split."""
        if not self.block_px:
            return list(window.blocks(window.width, STRIP_ROWS))
        columns, rows = self._image_pixels(labels, window)
        column_cuts = window.x + np.flatnonzero(np.diff(columns // self.block_px, prepend=np.nan))
        row_cuts = window.y + np.flatnonzero(np.diff(rows // self.block_px, prepend=np.nan))
        xs, ys = [*column_cuts.tolist(), window.right], [*row_cuts.tolist(), window.bottom]
        return [Window(x, y, x2 - x, y2 - y) for y, y2 in zip(ys, ys[1:]) for x, x2 in zip(xs, xs[1:])]

    def _image_pixels(self, labels: Grid, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Image columns (w,) and rows (h,) under the centers of the label pixels."""
        columns = np.arange(window.x, window.right)
        rows = np.arange(window.y, window.bottom)
        if self.image.same_pixels_as(labels):
            return columns, rows
        if self.image.is_rotated or labels.is_rotated:
            raise InputError(
                "The image or the labels are rotated, and their grids differ. Warp one to the grid of the other."
            )
        x, _ = labels.center_of(columns, np.zeros_like(columns))
        _, y = labels.center_of(np.zeros_like(rows), rows)
        image_columns, _ = self.image.pixel_of(x, np.full(len(x), self.image.geotransform[3]))
        _, image_rows = self.image.pixel_of(np.full(len(y), self.image.geotransform[0]), y)
        return image_columns, image_rows


def required_counts(available: np.ndarray, strategy: str, count: int) -> np.ndarray:
    """Samples to take of each class, (k,) int64, as OTB counts them (OTBTF's total may differ by one per class).

    Args:
        available: pixels of each class, (k,) int64.
        strategy: constant (`count` of each class; all classes drop to the smallest one if that has fewer),
            total (`count` in all, in proportion), smallest (as many as the smallest class has), all.
    """
    if strategy == "constant":
        return np.full(len(available), min(count, int(available.min())), np.int64)
    if strategy == "smallest":
        return np.full(len(available), int(available.min()), np.int64)
    if strategy == "total":
        share = min(1.0, count / float(available.sum()))
        return np.minimum(np.floor(available * share + 0.5).astype(np.int64), available)
    return available.astype(np.int64)


def choose_ranks(available: int, wanted: int, sampler: str, rng: np.random.Generator) -> np.ndarray:
    """Which of `available` pixels of a class to take: ascending ranks (wanted,) int64 without repetition."""
    if sampler == "periodic":
        return (np.arange(wanted) * available) // max(wanted, 1)
    return np.sort(rng.choice(available, wanted, replace=False)).astype(np.int64)


def draw_samples(
    labels: Labels,
    placement: Placement,
    strategy: str = "constant",
    count: int = 500,
    sampler: str = "random",
    seed: int = 0,
    validation_share: float = 0.0,
    progress: Optional[Progress] = None,
) -> Samples:
    """Draws pixels of each class from labels of any size, reading them block by block.

    Args:
        validation_share: part (0 ... 1) of the samples set aside in blocks of their own
            (`placement.block_px`), so that no validation patch overlaps a training patch.
    Raises:
        InputError: no label inside the image, or fewer than two classes there.
    """
    progress = progress or Progress()
    window = placement.window_on(labels.grid)
    units = placement.units(labels.grid, window) if window.pixels else []
    counts = np.zeros((len(units), len(labels.classes)), np.int64)
    for number, unit in enumerate(units):
        indices = _candidates(labels, placement, unit)
        counts[number] = np.bincount(indices[indices >= 0], minlength=len(labels.classes))
        progress.report(0.5 * (number + 1) / max(len(units), 1), "counting labels")
    present = counts.sum(axis=0) > 0
    _require_two_classes(labels, present, placement)
    for name in np.array(labels.classes.names)[~present]:
        progress.warning(f"The class “{name}” has no pixel whose patch lies inside the image; it is left out.")
    rng = np.random.default_rng(seed)
    sets = _split(counts, validation_share, rng)
    ranks = _choose(counts, present, sets, strategy, count, sampler, validation_share, rng, labels.classes, progress)
    parts = []
    for number, unit in enumerate(units):
        wanted = ranks[number]
        if any(len(w) for w in wanted):
            parts.append(_pick(_candidates(labels, placement, unit), unit, wanted, int(sets[number])))
        progress.report(0.5 + 0.5 * (number + 1) / len(units), "choosing samples")
    if not parts:
        raise InputError(f"COUNT is {count}, too few for {len(labels.classes)} classes. Raise it.")
    columns, rows, classes, in_set = (np.concatenate(column) for column in zip(*parts))
    order = np.lexsort((columns, rows))
    return Samples(columns[order], rows[order], classes[order], in_set[order])


def select_samples(
    labels: Labels,
    image: Grid,
    image_name: str,
    output: str,
    validation_output: Optional[str] = None,
    strategy: str = "constant",
    count: int = 500,
    sampler: str = "random",
    seed: int = 0,
    patch_size: int = 16,
    validation_percent: float = 0.0,
    block_pixels: int = 64,
    progress: Optional[Progress] = None,
) -> dict[str, int]:
    """Draws sample points and writes them as GeoPackage with the fields class, name, color and set.

    Returns:
        Number of points in each set.
    Raises:
        InputError: see `draw_samples`; also parameters out of range.
    """
    progress = progress or Progress()
    require_same_crs(image_name, image.crs, labels.name, labels.grid.crs)
    if not 0 <= validation_percent < 100:
        raise InputError(f"VALIDATION_PERCENT must be at least 0 and below 100, received {validation_percent}.")
    if count < 1 or patch_size < 1:
        raise InputError(f"COUNT and PATCH_SIZE must be at least 1, received {count} and {patch_size}.")
    split = validation_percent > 0
    if split and block_pixels < 2 * patch_size:
        raise InputError(
            f"BLOCK_PIXELS is {block_pixels}, but patches of {patch_size} need blocks of at least {2 * patch_size} "
            "pixels. Make the blocks larger."
        )
    if min(image.width, image.height) < patch_size:
        raise InputError(
            f"The image “{image_name}” is {image.width} × {image.height} pixels, smaller than a patch of "
            f"{patch_size} × {patch_size}. Give a larger image or a smaller patch size."
        )
    if labels.missing:
        progress.warning(
            f"{labels.missing} feature(s) of “{labels.name}” have no class or no geometry; they are left out."
        )
    placement = Placement(image, Halo.of_patch(patch_size, patch_size), block_pixels if split else 0)
    samples = draw_samples(labels, placement, strategy, count, sampler, seed, validation_percent / 100, progress)
    in_validation = samples.sets == VALIDATION
    separate = bool(validation_output)
    main = ~in_validation if separate else np.ones(len(in_validation), bool)
    with replacing(output, validation_output) as (temporary, temporary_validation):
        _write(temporary, labels, samples, main)
        if temporary_validation:
            _write(temporary_validation, labels, samples, in_validation)
    for name, index in ((SET_NAMES[s], s) for s in (TRAINING, VALIDATION)):
        chosen = np.bincount(samples.classes[samples.sets == index], minlength=len(labels.classes))
        if chosen.any():
            progress.info(
                f"{labels.name}, {name}: " + ", ".join(f"{n} {c}" for n, c in zip(labels.classes.names, chosen))
            )
    return {SET_NAMES[s]: int((samples.sets == s).sum()) for s in (TRAINING, VALIDATION)}


def _candidates(labels: Labels, placement: Placement, unit: Window) -> np.ndarray:
    return np.where(placement.whole_in_block(labels.grid, unit), labels.read(unit), -1)


def _require_two_classes(labels: Labels, present: np.ndarray, placement: Placement) -> None:
    if not present.any():
        raise InputError(
            f"No label of “{labels.name}” lies inside the image (with a margin for the patch). "
            "Check that both show the same place, and that the patch is not larger than the image."
        )
    if present.sum() < 2:
        raise InputError(
            f"The labels “{labels.name}” have only one class inside the image: "
            f"{np.array(labels.classes.names)[present][0]}. Expected at least two. Add labels, or check the nodata "
            "value."
        )


def _split(counts: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """The set of each unit, (u,) int64: of many random deals, the one with the most even class shares."""
    units, total = len(counts), counts.sum(axis=0)
    best = np.full(units, TRAINING, np.int64)
    if share <= 0:
        return best
    best_error = np.inf
    used = counts.sum(axis=1) > 0
    if used.sum() < 2:
        raise InputError(
            "All labels lie in one block, so none can be set aside for validation. Make BLOCK_PIXELS smaller, or give "
            "validation labels of their own."
        )
    for _ in range(SPLIT_TRIALS):
        order = rng.permutation(np.flatnonzero(used))
        cumulative = np.cumsum(counts[order].sum(axis=1))
        nearest = 1 + int(np.abs(cumulative - share * cumulative[-1]).argmin())
        chosen = order[: min(nearest, len(order) - 1)]
        class_shares = counts[chosen].sum(axis=0) / np.maximum(total, 1)
        error = float((np.where(total > 0, class_shares - share, 0) ** 2).sum())
        if error < best_error:
            best_error = error
            best = np.full(units, TRAINING, np.int64)
            best[chosen] = VALIDATION
    return best


def _choose(
    counts: np.ndarray,
    present: np.ndarray,
    sets: np.ndarray,
    strategy: str,
    count: int,
    sampler: str,
    validation_share: float,
    rng: np.random.Generator,
    classes: ClassMap,
    progress: Progress,
) -> list[list[np.ndarray]]:
    """For each unit and class, the ranks of the pixels to take within that unit."""
    units, k = counts.shape
    chosen = [[np.array([], np.int64)] * k for _ in range(units)]
    for number, share in ((TRAINING, 1 - validation_share), (VALIDATION, validation_share)):
        members = np.flatnonzero(sets == number)
        if not len(members) or share <= 0:
            continue
        available = counts[members].sum(axis=0)
        usable = present & (available > 0)
        for name in np.array(classes.names)[present & ~usable]:
            progress.warning(f"The class “{name}” has no pixel in the {SET_NAMES[number]} blocks.")
        wanted = np.zeros(k, np.int64)
        wanted[usable] = required_counts(available[usable], strategy, round(count * share))
        if strategy == "constant" and wanted[usable].max() < round(count * share):
            smallest = np.array(classes.names)[usable][np.argmin(available[usable])]
            progress.warning(
                f"The class “{smallest}” has only {wanted[usable].max()} pixels ({SET_NAMES[number]}), so that "
                f"many are taken of every class instead of {round(count * share)}. STRATEGY=total or all keeps the "
                "others larger."
            )
        for c in np.flatnonzero(usable):
            ranks = choose_ranks(int(available[c]), int(wanted[c]), sampler, rng)
            ends = np.cumsum(counts[members, c])
            owner = np.searchsorted(ends, ranks, side="right")
            for unit in np.unique(owner):
                start = ends[unit] - counts[members[unit], c]
                chosen[members[unit]][c] = ranks[owner == unit] - start
    return chosen


def _pick(
    indices: np.ndarray, unit: Window, wanted: list[np.ndarray], number: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    columns, rows, classes = [], [], []
    for c, ranks in enumerate(wanted):
        if len(ranks):
            row, column = np.divmod(np.flatnonzero(indices.ravel() == c)[ranks], unit.width)
            columns.append(column + unit.x)
            rows.append(row + unit.y)
            classes.append(np.full(len(ranks), c, np.int64))
    all_classes = np.concatenate(classes)
    return np.concatenate(columns), np.concatenate(rows), all_classes, np.full(len(all_classes), number, np.int64)


def _write(path: str, labels: Labels, samples: Samples, rows: np.ndarray) -> None:
    x, y = labels.grid.center_of(samples.columns[rows], samples.rows[rows])
    listed = [labels.classes.classes[i] for i in samples.classes[rows]]
    fields = {
        "class": [c.value for c in listed],
        "name": [c.name for c in listed],
        "color": [c.color for c in listed],
        "set": [SET_NAMES[s] for s in samples.sets[rows]],
    }
    write_points(path, Points(path, x, y, labels.grid.crs, fields))
    write_points_style(style_path(path), labels.classes, "class")
