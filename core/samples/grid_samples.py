"""Sample points on a regular grid: one per patch, assigned to training, validation or test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message, parameter
from ..base.outputs import replacing
from ..base.progress import Progress
from ..base.random_numbers import generator_of
from ..images.label_doubts import tell_doubts
from ..images.legend import style_path, write_points_style
from ..raster.classes import ClassMap
from ..raster.empty_bands import empty_bands
from ..raster.grid import Grid
from ..raster.raster_reader import RasterReader
from .balancing import fill_up, spread_evenly
from .labels import NOT_ANNOTATED, Labels, LabelSource, open_labels
from .patch_grid import Candidates, PatchGrid, find_candidates
from .points import Points, warn_of_pixel_coordinates, write_points
from .strategies import proportional_counts
from .vector_layer import Value

TRAINING, VALIDATION, TEST = 0, 1, 2
SET_NAMES = ("train", "validation", "test")
COUNTED = (Message("train {count}"), Message("validation {count}"), Message("test {count}"))
OUTPUT_NAMES = ("OUTPUT", "VALIDATION", "TEST")

LARGEST_SHARE = 1_000_000_000  # shares are relative to their sum, which must stay exact
MAXIMUM_PATCHES = 5_000_000  # more points are useless, and take gigabytes before they are written


@dataclass(frozen=True)
class GridSampling:
    """Which patches of a regular grid become samples, and how they are assigned to the sets.

    Attributes:
        step: pixels from one patch to the next; by default `patch_size`, so that patches neither overlap nor leave
            gaps.
        offset_x, offset_y: column and row where the first patch starts.
        strategy: chessboard (even column + row: training, odd: validation, as in OTBTF), split (random, by `percents`),
            all (training only), balanced (`count` patches whose class pixels are as even as possible, then as
            chessboard).
        percents: for split: training, validation and test, relative to their sum.
        count: for balanced: how many patches; 0 for half of the candidates.
        spatial_share: for balanced: the part (0 ... 1) of the patches that is spread evenly over the image.
        nodata: patches with this value are left out, by default those with the image's own nodata, always those
            with NaN or infinite values.
    """

    patch_size: int = 16
    step: Optional[int] = None
    offset_x: int = 0
    offset_y: int = 0
    strategy: str = "chessboard"
    percents: Sequence[float] = (50.0, 25.0, 25.0)
    count: int = 0
    spatial_share: float = 0.25
    nodata: Optional[float] = None
    seed: int = 0

    @property
    def is_balanced(self) -> bool:
        """Whether patches are chosen by their labels."""
        return self.strategy == "balanced"

    @property
    def distance(self) -> int:
        """Pixels from one patch to the next."""
        return self.patch_size if self.step is None else self.step

    def over(self, image: Grid) -> PatchGrid:
        """The patches of an image."""
        return PatchGrid(image, self.patch_size, self.distance, self.offset_x, self.offset_y)


def grid_samples(
    image: str,
    output: str,
    validation: Optional[str] = None,
    test: Optional[str] = None,
    settings: Optional[GridSampling] = None,
    labels: Optional[LabelSource] = None,
    progress: Optional[Progress] = None,
) -> dict[str, int]:
    """Writes a point for each patch of a regular grid, with the fields set, patch_column and patch_row.

    The first patch starts at column `offset_x`, row `offset_y`, and the point lies at the center of the pixel from
    which `extract_patches` cuts exactly this patch. OTBTF's PatchesSelection differs: its first patch starts at
    column 1, row 1, because of the margin of its nodata filter; its points for even sizes lie on the corner of a pixel,
    where rounding decides which pixel they belong to; and it takes a pixel for nodata only where all bands are, but
    for even sizes looks one column and row beyond the patch.

    Args:
        validation, test: files for these sets; without them, their points also go to `output`.
        labels: read on the image's pixels; points then also have the fields class, name and color of the label at their
            pixel (without a value where there is none), and a style.
    Returns:
        Number of points in each set.
    Raises:
        InputError: parameters out of range, labels of another place, no patch without nodata, an output without
            points.
    """
    progress, settings = progress or Progress(), settings or GridSampling()
    outputs = (output, validation, test)
    shares = _checked_shares(settings, outputs, labels is not None)
    rng = generator_of(settings.seed)
    with RasterReader(image) as reader:
        reader.leave_out(empty_bands(reader, given=settings.nodata))
        grid = settings.over(reader.grid)
        _require_room(grid, reader.name)
        laid = open_labels(labels, image) if labels else None
        looking = progress.part(0.0, 0.8)
        candidates = find_candidates(grid, reader, laid, settings.nodata, settings.is_balanced, looking)
        _report_candidates(candidates, grid, reader.name, progress)
        warn_of_pixel_coordinates(reader.grid, progress)
    tell_doubts(laid.doubts if laid is not None else [], progress)
    if laid is not None and settings.is_balanced:
        candidates = candidates.take(_balanced(grid, candidates, laid, settings, rng, progress.part(0.8, 0.9)))
    elif laid is not None:
        _warn_of_lost_classes(candidates, laid, progress)
    is_split = settings.strategy == "split"
    sets = _split(len(candidates.cells), shares, rng) if is_split else _chessboard(grid, candidates, shares)
    counts = np.bincount(sets, minlength=len(SET_NAMES))
    _warn_of_overlap(grid, counts, progress)
    members = _members_of_outputs(outputs, sets)
    progress.report(0.9, "writing points")
    with replacing(*outputs) as temporary:
        for path, rows in zip(temporary, members):
            if path:
                _write(path, grid, candidates.take(rows), sets[rows], laid)
    progress.info(
        "Patches: {counts}", counts=[counted.with_values(count=n) for counted, n in zip(COUNTED, counts) if n]
    )
    return {name: int(n) for name, n in zip(SET_NAMES, counts)}


def _checked_shares(settings: GridSampling, outputs: Sequence[Optional[str]], has_labels: bool) -> tuple[float, ...]:
    """How much each set gets (training, validation, test), in any unit. Raises InputError where settings are wrong."""
    _require_sizes(settings)
    shares = _shares_of(settings.strategy, settings.percents)
    _require_shares(outputs, shares, settings.strategy)
    if settings.is_balanced:
        _require_balance(has_labels, settings.count, settings.spatial_share)
    return shares


def _chessboard(grid: PatchGrid, candidates: Candidates, shares: Sequence[float]) -> np.ndarray:
    """Set of each patch, (n,) int64: training where even or where there is no other set, else validation."""
    training = grid.is_even(candidates.cells) | (shares[VALIDATION] == 0)
    return np.where(training, TRAINING, VALIDATION)


def _split(total: int, shares: Sequence[float], rng: np.random.Generator) -> np.ndarray:
    """A random set for each of `total` patches, (n,) int64."""
    return rng.permutation(np.repeat([TRAINING, VALIDATION, TEST], proportional_counts(total, shares)))


def _balanced(
    grid: PatchGrid,
    candidates: Candidates,
    labels: Labels,
    settings: GridSampling,
    rng: np.random.Generator,
    progress: Progress,
) -> np.ndarray:
    """The chosen candidates, ascending (m,) int64: some spread over the image, the others by what these lack."""
    contents, k = candidates.contents, len(labels.classes)
    labelled = np.unique(contents.patches)
    if not len(labelled):
        raise InputError(
            "No patch without nodata has a labelled pixel in “{labels}”, so there is nothing to balance. Check "
            "that the labels lie where the image has data.",
            labels=labels.name,
        )
    wanted = settings.count or max(len(labelled) // 2, 1)
    if wanted > len(labelled):
        progress.warning(
            "{p:count} is {wanted}, but only {count} patches without nodata have labels; all of them are taken, "
            "so that nothing is balanced.",
            wanted=wanted,
            count=len(labelled),
        )
        wanted = len(labelled)
    chosen = np.zeros(len(candidates.cells), bool)
    rows, columns = np.divmod(candidates.cells[labelled], grid.columns)
    chosen[labelled[spread_evenly(columns, rows, round(settings.spatial_share * wanted), rng)]] = True
    fill_up(chosen, wanted, contents, k, rng, progress)
    pixels = contents.of_classes(chosen, k)
    shares = 100 * pixels / pixels.sum()
    progress.info("Label pixels: {shares}", shares=[f"{n} {s:.1f} %" for n, s in zip(labels.classes.names, shares)])
    return np.flatnonzero(chosen)


def _members_of_outputs(outputs: Sequence[Optional[str]], sets: np.ndarray) -> list[np.ndarray]:
    """Which points (indices, ascending) go to each output; the first output gets the sets that have no file."""
    file_of_set = np.array([number if path else TRAINING for number, path in enumerate(outputs)])
    members = [np.flatnonzero(file_of_set[sets] == number) for number in range(len(outputs))]
    for name, path, rows in zip(OUTPUT_NAMES, outputs, members):
        if path and not len(rows):
            superfluous = Message("{p:validation} or {p:test}") if name == "OUTPUT" else parameter(name.lower())
            raise InputError(
                "{output} would be empty: {count} patch(es) are too few to share out. Leave {superfluous} out, "
                "choose smaller patches or a smaller step, or another strategy.",
                output=parameter(name.lower()),
                count=len(sets),
                superfluous=superfluous,
            )
    return members


def _write(path: str, grid: PatchGrid, samples: Candidates, sets: np.ndarray, labels: Optional[Labels]) -> None:
    x, y = grid.points_of(samples.cells)
    rows, columns = np.divmod(samples.cells, grid.columns)
    fields: dict[str, list[Value]] = {
        "set": [SET_NAMES[s] for s in sets],
        "patch_column": columns.tolist(),
        "patch_row": rows.tolist(),
    }
    if labels is not None and (samples.classes != NOT_ANNOTATED).any():
        fields = {**_class_fields(samples.classes, labels.classes), **fields}
        write_points_style(style_path(path), labels.classes, "class")
    write_points(path, Points(path, x, y, grid.image.crs, fields, labels.classes.tags() if labels is not None else {}))


def _class_fields(indices: np.ndarray, classes: ClassMap) -> dict[str, list[Value]]:
    """The fields class, name and color; None where there is no label."""
    columns: dict[str, list[Value]] = {
        "class": [c.value for c in classes],
        "name": [c.name for c in classes],
        "color": [c.color for c in classes],
    }
    listed = indices.tolist()
    return {name: [None if i == NOT_ANNOTATED else values[i] for i in listed] for name, values in columns.items()}


def _report_candidates(candidates: Candidates, grid: PatchGrid, name: str, progress: Progress) -> None:
    total, left = grid.columns * grid.rows, len(candidates.cells)
    if not left:
        raise InputError(
            "All {count} patches of {size} × {size} pixels in “{image}” have nodata, so none can be used. Check "
            "the nodata value ({p:nodata}), or choose smaller patches.",
            count=total,
            size=grid.size,
            image=name,
        )
    if left < total:
        progress.info("{count} of {total} patches have nodata; they are left out.", count=total - left, total=total)


def _warn_of_lost_classes(candidates: Candidates, labels: Labels, progress: Progress) -> None:
    counts = np.bincount(candidates.classes[candidates.classes != NOT_ANNOTATED], minlength=len(labels.classes))
    lost = [name for name, count in zip(labels.classes.names, counts) if not count]
    if lost:
        progress.warning(
            "No point lies on the class(es) {classes} of “{labels}”, so these are lost where the field class is "
            "learned. Choose a smaller {p:step}, or, where the image has nodata, add labels elsewhere.",
            classes=lost,
            labels=labels.name,
        )


def _warn_of_overlap(grid: PatchGrid, counts: np.ndarray, progress: Progress) -> None:
    if grid.step < grid.size and np.count_nonzero(counts) > 1:
        progress.warning(
            "Patches of different sets overlap by up to {overlap} of {size} columns or rows, so that accuracies "
            "come out too high: {p:step} is smaller than {p:patch_size}. A {p:step} of at least {size} avoids it.",
            overlap=grid.size - grid.step,
            size=grid.size,
        )


def _require_sizes(settings: GridSampling) -> None:
    if settings.patch_size < 1 or settings.distance < 1:
        raise InputError(
            "{p:patch_size} and {p:step} must be at least 1, received {patch_size} and {step}.",
            patch_size=settings.patch_size,
            step=settings.distance,
        )
    if settings.offset_x < 0 or settings.offset_y < 0:
        raise InputError(
            "{p:offset_x} and {p:offset_y} must be at least 0, received {offset_x} and {offset_y}.",
            offset_x=settings.offset_x,
            offset_y=settings.offset_y,
        )


def _shares_of(strategy: str, percents: Sequence[float]) -> tuple[float, ...]:
    """How much each set gets (training, validation, test), in any unit."""
    if strategy == "split":
        if not all(0 <= p <= LARGEST_SHARE for p in percents) or sum(percents) <= 0:
            raise InputError(
                "{p:training_percent}, {p:validation_percent} and {p:test_percent} must be at least 0 and at "
                "most {largest:,}, and not all of them 0; received {percents}.",
                largest=LARGEST_SHARE,
                percents=[f"{p:g}" for p in percents],
            )
        return tuple(percents)
    fixed = {"chessboard": (50.0, 50.0, 0.0), "balanced": (50.0, 50.0, 0.0), "all": (100.0, 0.0, 0.0)}
    if strategy not in fixed:
        raise InputError(
            "{p:strategy} must be one of {strategies}, received “{strategy}”.",
            strategies=[*fixed, "split"],
            strategy=strategy,
        )
    return fixed[strategy]


def _require_shares(outputs: Sequence[Optional[str]], shares: Sequence[float], strategy: str) -> None:
    """Refuses a file for a set that gets nothing."""
    in_output = shares[TRAINING] + sum(share for share, path in zip(shares[1:], outputs[1:]) if not path)
    if not in_output:
        raise InputError(
            "{p:output} would be empty: {p:training_percent} is 0. Raise it, or leave {p:validation} or {p:test} out."
        )
    for name, path, share in zip(OUTPUT_NAMES[1:], outputs[1:], shares[1:]):
        if path and not share:
            output, percent = parameter(name.lower()), parameter(f"{name.lower()}_percent")
            if strategy == "split":
                raise InputError(
                    "{output} would be empty: {percent} is 0. Leave {output} out, or raise its share.",
                    output=output,
                    percent=percent,
                )
            raise InputError(
                "{output} would be empty: {p:strategy}={strategy} gives it no patches. Leave {output} out, or "
                "choose {p:strategy=split}.",
                output=output,
                strategy=strategy,
            )


def _require_balance(has_labels: bool, count: int, spatial_share: float) -> None:
    if not has_labels:
        raise InputError(
            "{p:strategy=balanced} needs a label raster to balance: give {p:labels} or choose another strategy."
        )
    if count < 0:
        raise InputError("{p:count} must be at least 1, or 0 for half of the patches, received {count}.", count=count)
    if not 0 <= spatial_share <= 1:
        raise InputError(
            "{p:spatial_share} must be between 0 and 1, received {spatial_share:g}.", spatial_share=spatial_share
        )


def _require_room(grid: PatchGrid, name: str) -> None:
    image, size = grid.image, grid.size
    if not grid.columns or not grid.rows:
        start = (
            Message(" from column {column}, row {row}", column=grid.offset_x, row=grid.offset_y)
            if grid.offset_x or grid.offset_y
            else ""
        )
        raise InputError(
            "The image “{image}” is {width} × {height} pixels, smaller than a patch of {size} × {size}{start}. "
            "Give a larger image, a smaller patch size or a smaller offset.",
            image=name,
            width=image.width,
            height=image.height,
            size=size,
            start=start,
        )
    if grid.columns * grid.rows > MAXIMUM_PATCHES:
        raise InputError(
            "The grid has {count} patches; at most {most} are possible. Raise {p:step}, which is {step}.",
            count=grid.columns * grid.rows,
            most=MAXIMUM_PATCHES,
            step=grid.step,
        )
