"""Draws sample points from labels of any size, and splits them into sets that share no ground."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message, Words
from ..base.outputs import replacing
from ..base.progress import Progress
from ..base.random_numbers import generator_of
from ..images.label_doubts import tell_doubts
from ..images.legend import style_path, write_points_style
from ..images.whole_patches import WholePatches
from ..raster.crs import with_place
from ..raster.data_sources import file_of
from ..raster.window import Halo, Window
from .label_features import tell_left_out
from .labels import Labels
from .leakage import Leakage, audit
from .patch_layers import require_room
from .places import Places
from .points import Points, warn_of_pixel_coordinates, write_points
from .spatial_split import Placement, deal_blocks
from .strategies import MAXIMUM_COUNT, Choice, Strategy, read_class_counts

MAXIMUM_FOLDS = 100

TRAINING, VALIDATION = 0, 1
SET_NAMES = ("train", "validation")
SHOWN_SETS = (Message("train"), Message("validation"))


@dataclass(frozen=True)
class Samples:
    """Chosen pixels of a label grid, in scan order (row by row).

    Attributes:
        columns, rows: (n,) int64. classes: class index (n,) int64. sets: number of the set or fold (n,) int64.
    """

    columns: np.ndarray
    rows: np.ndarray
    classes: np.ndarray
    sets: np.ndarray

    def __len__(self) -> int:
        return len(self.columns)


@dataclass(frozen=True)
class Sampling:
    """Settings of sampling; see the parameters of “Select samples”.

    Attributes:
        class_counts: csv with class and count, for the strategy byclass.
        validation_percent: part of the samples set aside in blocks of their own.
        folds: number of parts for a cross-validation, each in blocks of its own; 0 for none.
    """

    strategy: str = "constant"
    count: int = 500
    percent: float = 1.0
    class_counts: Optional[str] = None
    sampler: str = "random"
    seed: int = 0
    patch_width: int = 16
    patch_height: int = 16
    validation_percent: float = 0.0
    folds: int = 0
    block_pixels: int = 64

    @property
    def shares(self) -> list[float]:
        """The part of the samples that each set gets."""
        if self.folds:
            return [1 / self.folds] * self.folds
        return [1 - self.validation_percent / 100, self.validation_percent / 100]

    @property
    def is_split(self) -> bool:
        """Whether samples are assigned to sets that share no block."""
        return bool(self.folds or self.validation_percent)

    @property
    def room(self) -> Message:
        """What must contain a patch, for messages."""
        if not self.is_split:
            return Message("the image")
        return Message("a block of the image with {p:block_pixels}={pixels}", pixels=self.block_pixels)

    def name_of(self, number: int) -> Words:
        """The name of a set in messages."""
        return Message("fold {number}", number=number + 1) if self.folds else SHOWN_SETS[number]

    def placement_in(self, image: Window) -> Placement:
        """Which pixels of an image may become samples."""
        halo = Halo.of_patch(self.patch_width, self.patch_height)
        return Placement(image, halo, self.block_pixels if self.is_split else 0)

    def check(self, image: Window, name: str) -> None:
        """Raises InputError where parameters are out of range or an image is too small for them."""
        width, height = self.patch_width, self.patch_height
        if not 0 <= self.validation_percent < 100:
            raise InputError(
                "{p:validation_percent} must be at least 0 and below 100, received {percent}.",
                percent=self.validation_percent,
            )
        if self.count < 1 or min(width, height) < 1:
            raise InputError(
                "{p:count} and {p:patch_size} must be at least 1, received {count} and {size}.",
                count=self.count,
                size=min(width, height),
            )
        if self.count > MAXIMUM_COUNT:
            raise InputError(
                "{p:count} must be at most {most:,}; the one received is larger. {p:strategy=all} takes all.",
                most=MAXIMUM_COUNT,
            )
        if not 0 < self.percent <= 100:
            raise InputError("{p:percent} must be above 0 and at most 100, received {percent}.", percent=self.percent)
        if (self.strategy == "byclass") != bool(self.class_counts):
            if self.strategy == "byclass":
                raise InputError(
                    "{p:strategy=byclass} and the table of class counts ({p:by_class}) belong together: give the table."
                )
            raise InputError(
                "{p:strategy=byclass} and the table of class counts ({p:by_class}) belong together: the strategy "
                "is {strategy}.",
                strategy=self.strategy,
            )
        if self.folds > MAXIMUM_FOLDS:
            raise InputError(
                "{p:folds} must be at most {most}, received {folds}. Each fold takes a training; 5 to 10 are common.",
                most=MAXIMUM_FOLDS,
                folds=self.folds,
            )
        if self.folds and (self.folds < 2 or self.validation_percent):
            raise InputError(
                "{p:folds} must be 0 or at least 2, without {p:validation_percent}, as each fold serves as "
                "validation set once; received {folds} and {percent}.",
                folds=self.folds,
                percent=self.validation_percent,
            )
        if self.is_split and self.block_pixels < 2 * max(width, height):
            raise InputError(
                "{p:block_pixels} is {pixels}, but patches of {size} need blocks of at least {least} pixels. "
                "Make the blocks larger.",
                pixels=self.block_pixels,
                size=max(width, height),
                least=2 * max(width, height),
            )
        require_room(name, image, width, height)


def draw_samples(labels: Labels, sampling: Sampling, progress: Optional[Progress] = None) -> Samples:
    """Draws pixels of each class from labels of any size, reading them twice, strip by strip.

    The sets of a split lie in blocks of their own, so that no patch of one overlaps a patch of another.

    Raises:
        InputError: no label inside the image, fewer than two classes there, or fewer blocks with labels than sets.
    """
    progress = progress or Progress()
    placement = sampling.placement_in(labels.grid.window)
    rows = placement.rows()
    counts = _counted(labels, rows, progress)
    classes, present = labels.classes, counts.sum(axis=0) > 0
    _require_two_classes(labels, present, sampling)
    for name in np.array(classes.names)[~present]:
        progress.warning(
            "The class “{name}” has no pixel whose patch lies inside {room}; it is left out.",
            name=name,
            room=_room_of(labels, sampling),
        )
    strategy = Strategy(
        sampling.strategy,
        sampling.count,
        sampling.percent,
        read_class_counts(sampling.class_counts, classes) if sampling.class_counts else None,
        labels.is_raster,
    )
    rng = generator_of(sampling.seed)
    sets = _sets_of(counts, placement.block_of([w for row in rows for w in row]), sampling, rng)
    set_names = [sampling.name_of(number) for number in range(len(sampling.shares))]
    choice = Choice(strategy, sampling.sampler, sampling.shares, set_names, classes.names, progress)
    ranks = choice.ranks(counts, sets, present, rng)
    samples = _find(labels, rows, ranks, sets, progress.part(0.5, 1.0))
    _require_no_empty_set(samples, sampling)
    return samples


def select_samples(
    labels: Labels,
    output: str,
    validation_output: Optional[str] = None,
    sampling: Optional[Sampling] = None,
    image: str = "",
    progress: Optional[Progress] = None,
) -> dict[str, int]:
    """Draws sample points and writes them as GeoPackage: class, name, color, set, and fold where there are any.

    Args:
        labels: on the pixels of the image that patches will be cut from.
        image: its path, so that samples are drawn only where their patch has no nodata; empty if there is none.
        validation_output: where the validation samples go; into `output` by default.
    Returns:
        Number of points in each set.
    Raises:
        InputError: see `draw_samples`; also parameters out of range.
    """
    progress, sampling = progress or Progress(), sampling or Sampling()
    sampling.check(labels.grid.window, os.path.basename(file_of(image)) or labels.name)
    if validation_output and not sampling.validation_percent:
        raise InputError(
            "An output for validation samples was given, but no share of them: give {p:validation_percent}, or "
            "leave {p:validation} out."
        )
    tell_left_out(labels.name, labels.missing, progress)
    if image:
        labels.patches = WholePatches(image, sampling.patch_width, sampling.patch_height)
    warn_of_pixel_coordinates(labels.grid, progress)
    samples = draw_samples(labels, sampling, progress)
    tell_doubts(labels.doubts, progress, has_parameter=True)
    _report(labels, samples, sampling, progress)
    in_validation = (samples.sets == VALIDATION) & (not sampling.folds)
    in_output = ~in_validation if validation_output else np.ones(len(samples), bool)
    with replacing(output, validation_output) as (temporary, temporary_validation):
        _write(temporary, labels, samples, in_output, sampling)
        if temporary_validation:
            _write(temporary_validation, labels, samples, in_validation, sampling)
    return {SET_NAMES[TRAINING]: int((~in_validation).sum()), SET_NAMES[VALIDATION]: int(in_validation.sum())}


def audit_of_split(labels: Labels, samples: Samples, sampling: Sampling) -> Optional[Leakage]:
    """How far validation samples lie from training samples, or the nearest fold from all others."""
    places = Places(samples.columns, samples.rows, labels.grid, sampling.patch_width, sampling.patch_height)
    held_out = np.unique(samples.sets) if sampling.folds else [VALIDATION]
    audits = [audit(places.take(samples.sets != s), places.take(samples.sets == s)) for s in held_out]
    return max((a for a in audits if a), key=lambda a: (a.overlapping, -a.nearest), default=None)


def _counted(labels: Labels, rows: Sequence[Sequence[Window]], progress: Progress) -> np.ndarray:
    """Labels of each class in each window, (w, k) int64, with a whole patch; of all labels if none has one."""
    counts = labels.count(rows, progress.part(0.0, 0.5))
    if labels.without_patch and not counts.any():
        progress.warning(
            "All labels of “{labels}” lie where patches of the image touch nodata in one of its bands. Samples are "
            "drawn there, but no patch can be cut from this image; check its bands and their nodata values.",
            labels=labels.name,
        )
        labels.patches, labels.without_patch, labels.contested = None, 0, 0
        return labels.count(rows, progress.part(0.0, 0.5))
    return counts


def _room_of(labels: Labels, sampling: Sampling) -> Message:
    """What must contain a patch, for messages."""
    return Message("{room}, apart from nodata", room=sampling.room) if labels.without_patch else sampling.room


def _require_two_classes(labels: Labels, present: np.ndarray, sampling: Sampling) -> None:
    larger = Message(", or make the blocks larger") if sampling.is_split else ""
    if not present.any():
        problem = Message(
            "No label of “{labels}” lies inside {room} (with a margin for the patch). Check that both show the "
            "same place, and that the patch is not larger than the image{larger}.",
            labels=labels.name,
            room=_room_of(labels, sampling),
            larger=larger,
        )
        raise InputError(with_place(problem, labels.grid))
    if present.sum() < 2:
        raise InputError(
            "The labels “{labels}” have only one class inside {room}: {name}. Expected at least two. Add labels, "
            "or check the nodata value{larger}.",
            labels=labels.name,
            room=_room_of(labels, sampling),
            name=np.array(labels.classes.names)[present][0],
            larger=larger,
        )


def _sets_of(counts: np.ndarray, blocks: np.ndarray, sampling: Sampling, rng: np.random.Generator) -> np.ndarray:
    """The set of each window, (w,) int64."""
    if not sampling.is_split:
        return np.zeros(len(counts), np.int64)
    per_block = np.zeros((int(blocks.max()) + 1, counts.shape[1]), np.int64)
    np.add.at(per_block, blocks, counts)
    used = int((per_block.sum(axis=1) > 0).sum())
    if used < len(sampling.shares):
        raise InputError(
            "All labels lie in {blocks} of {pixels} pixels, too few for {sets} sets. Make {p:block_pixels} "
            "smaller, or give validation labels of their own.",
            blocks=Message("{count} blocks", count=used) if used > 1 else Message("{count} block", count=used),
            pixels=sampling.block_pixels,
            sets=len(sampling.shares),
        )
    return deal_blocks(per_block, sampling.shares, rng)[blocks]


def _require_no_empty_set(samples: Samples, sampling: Sampling) -> None:
    for number, share in enumerate(sampling.shares):
        if share > 0 and not (samples.sets == number).any():
            raise InputError(
                "The set “{set}” would get no sample: its share of {percent:.3g} percent is less than one. Raise "
                "{p:count} or the share.",
                set=sampling.name_of(number),
                percent=100 * share,
            )


def _find(
    labels: Labels,
    rows: Sequence[Sequence[Window]],
    ranks: dict[int, list[tuple[int, np.ndarray]]],
    sets: np.ndarray,
    progress: Progress,
) -> Samples:
    parts = []
    first = 0
    for windows in rows:
        needed = [n for n in range(len(windows)) if first + n in ranks]
        row = labels.row([windows[n] for n in needed]) if needed else None
        for place, n in enumerate(needed):
            for index, local in ranks[first + n]:
                assert row is not None
                columns, found_rows = row.find(place, index, local)
                constant = np.ones(len(columns), np.int64)
                parts.append((columns, found_rows, index * constant, sets[first + n] * constant))
        first += len(windows)
        progress.report(windows[0].bottom / labels.grid.height, "choosing samples")
    if not any(len(part[0]) for part in parts):
        raise InputError(
            "No sample would be drawn: what was asked for is too little for {classes} classes. Raise {p:count}, "
            "{p:percent} or the counts in {p:by_class}, whichever the strategy uses.",
            classes=len(labels.classes),
        )
    columns, found_rows, classes, in_set = (np.concatenate(column) for column in zip(*parts))
    order = np.lexsort((columns, found_rows))
    return Samples(columns[order], found_rows[order], classes[order], in_set[order])


def _report(labels: Labels, samples: Samples, sampling: Sampling, progress: Progress) -> None:
    for number in range(len(sampling.shares)):
        chosen = np.bincount(samples.classes[samples.sets == number], minlength=len(labels.classes))
        if chosen.any():
            counts = [f"{n} {c}" for n, c in zip(labels.classes.names, chosen)]
            progress.info("{labels}, {set}: {counts}", labels=labels.name, set=sampling.name_of(number), counts=counts)
    if labels.without_patch:
        progress.info(
            "No samples are drawn at {count:,} labelled pixels of “{labels}”, as a patch around them would touch "
            "nodata of the image.",
            count=labels.without_patch,
            labels=labels.name,
        )
    if labels.contested and labels.skips_contested:
        progress.info(
            "{count} pixels of “{labels}” lie in features of different classes; they are left out.",
            count=labels.contested,
            labels=labels.name,
        )
    elif labels.contested:
        progress.warning(
            "{count} pixels of “{labels}” lie in features of different classes. With {p:overlaps=each} they may "
            "be drawn for each of them, with {p:overlaps=skip} they are left out; best is to correct the layer.",
            count=labels.contested,
            labels=labels.name,
        )
    leakage = audit_of_split(labels, samples, sampling) if sampling.is_split else None
    if leakage:
        if sampling.folds:
            progress.info("Leakage audit (worst fold): {found}", found=leakage.describe())
        else:
            progress.info("Leakage audit: {found}", found=leakage.describe())


def _write(path: str, labels: Labels, samples: Samples, rows: np.ndarray, sampling: Sampling) -> None:
    x, y = labels.grid.center_of(samples.columns[rows], samples.rows[rows])
    listed = [labels.classes.classes[i] for i in samples.classes[rows]]
    points = Points(
        path,
        x,
        y,
        labels.grid.crs,
        {
            "class": [c.value for c in listed],
            "name": [c.name for c in listed],
            "color": [c.color for c in listed],
            "set": [SET_NAMES[TRAINING if sampling.folds else s] for s in samples.sets[rows]],
        },
    )
    if sampling.folds:
        points = replace(points, fields={**points.fields, "fold": [int(s) + 1 for s in samples.sets[rows]]})
    write_points(path, replace(points, tags=labels.classes.tags()))
    write_points_style(style_path(path), labels.classes, "class")
