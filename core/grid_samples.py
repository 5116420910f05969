"""Sample points on a regular grid: one point per patch, dealt out to training, validation and test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from .balancing import NO_CONTENTS, Contents, fill_up, spread_evenly
from .blocks import Window
from .classes import ClassMap
from .cutting import usable_pixels
from .errors import InputError
from .files import replacing
from .grid import Grid
from .labels import NOT_ANNOTATED, Labels, RasterLabels
from .progress import Progress
from .raster import RasterReader
from .strategies import generator_of, proportional_counts
from .style import Legend, style_path, write_points_style
from .vectors import Points, Value, write_points

TRAINING, VALIDATION, TEST = 0, 1, 2
SET_NAMES = ("train", "validation", "test")
OUTPUT_NAMES = ("OUTPUT", "VALIDATION", "TEST")

# What each pixel of a tile takes in memory besides its bands: the label (int64, and once more while it is read), a
# mask and running sums.
WORK_BYTES_PER_PIXEL = 24
TILE_BYTES = 100_000_000

# Shares are relative to their sum, which must stay exact.
LARGEST_SHARE = 1_000_000_000

# More points than this are of no use to anybody, and take gigabytes before they are written.
MAXIMUM_PATCHES = 5_000_000


@dataclass(frozen=True)
class PatchGrid:
    """Patches at regular distances, all of them wholly inside an image.

    Attributes:
        image: the pixels. size: side of a patch. step: from one patch to the next. All in pixels.
        offset_x, offset_y: column and row where the first patch starts.
    """

    image: Grid
    size: int
    step: int
    offset_x: int = 0
    offset_y: int = 0

    @property
    def columns(self) -> int:
        """Patches side by side."""
        return _fitting(self.image.width - self.offset_x, self.size, self.step)

    @property
    def rows(self) -> int:
        """Patches one below the other."""
        return _fitting(self.image.height - self.offset_y, self.size, self.step)

    def pixels_of(self, tile: Window) -> Window:
        """The image pixels from the first to the last patch of a part of the grid."""
        return Window(
            self.offset_x + tile.x * self.step,
            self.offset_y + tile.y * self.step,
            (tile.width - 1) * self.step + self.size,
            (tile.height - 1) * self.step + self.size,
        )

    def tiles(self, bytes_per_pixel: int) -> Iterator[Window]:
        """Parts of the grid whose pixels fit into TILE_BYTES, at least one patch each.

        They are whole rows of patches or, where not even one row fits, parts of one. So cells ascend from tile to tile.
        """
        pixels = TILE_BYTES // bytes_per_pixel
        across = min(max(_fitting(pixels // self.size, self.size, self.step), 1), self.columns)
        width = (across - 1) * self.step + self.size
        down = min(max(_fitting(pixels // width, self.size, self.step), 1), self.rows)
        return Window(0, 0, self.columns, self.rows).blocks(across, down)

    def cells_of(self, tile: Window) -> np.ndarray:
        """The numbers (h, w) int64 of a tile's patches, counted row by row over the whole grid."""
        rows, columns = np.arange(tile.y, tile.bottom), np.arange(tile.x, tile.right)
        return rows[:, np.newaxis] * self.columns + columns

    def points_of(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates (n,) float64 of the points from which `extract_patches` cuts these patches."""
        rows, columns = np.divmod(cells, self.columns)
        half = self.size // 2
        return self.image.center_of(self.offset_x + columns * self.step + half, self.offset_y + rows * self.step + half)

    def is_even(self, cells: np.ndarray) -> np.ndarray:
        """Bool (n,): the patches of one color of a chessboard, with the first patch among them."""
        rows, columns = np.divmod(cells, self.columns)
        return (rows + columns) % 2 == 0


_NONE = np.array([], np.int64)


@dataclass(frozen=True)
class Candidates:
    """The patches of a grid that have no nodata.

    Attributes:
        cells: number of the patch in the grid, (n,) int64, ascending.
        classes: class index at the point, (n,) int64; NOT_ANNOTATED where there is none.
        contents: class pixels of the patches; empty unless they were asked for.
    """

    cells: np.ndarray
    classes: np.ndarray
    contents: Contents

    def take(self, chosen: np.ndarray) -> Candidates:
        """Some of the candidates (indices, ascending), without their contents."""
        return Candidates(self.cells[chosen], self.classes[chosen], NO_CONTENTS)


def grid_samples(
    image: str,
    output: str,
    validation: Optional[str] = None,
    test: Optional[str] = None,
    patch_size: int = 16,
    step: Optional[int] = None,
    strategy: str = "chessboard",
    labels_path: Optional[str] = None,
    legend: Optional[Legend] = None,
    nodata: Optional[float] = None,
    percents: Sequence[float] = (50.0, 25.0, 25.0),
    count: int = 0,
    spatial_share: float = 0.25,
    offset_x: int = 0,
    offset_y: int = 0,
    seed: int = 0,
    progress: Optional[Progress] = None,
) -> dict[str, int]:
    """Writes a point for each patch of a regular grid, with the fields set, patch_column and patch_row.

    The first patch starts at column `offset_x`, row `offset_y`, and the point lies at the center of the pixel from
    which `extract_patches` cuts exactly this patch. OTBTF's PatchesSelection differs: its first patch starts at
    column 1, row 1, because of the margin of its nodata filter; its points for even sizes lie on the corner of a pixel,
    where rounding decides which pixel they belong to; and it takes a pixel for nodata only where all bands are, but
    for even sizes looks one column and row beyond the patch.

    Args:
        validation, test: files for these sets; without them, their points go to `output`, too.
        step: pixels from one patch to the next; by default `patch_size`, so that patches neither overlap nor leave
            gaps.
        strategy: chessboard (even column + row: training, odd: validation, as OTBTF), split (random, by `percents`),
            all (training only), balanced (`count` patches whose class pixels are as even as possible, then as
            chessboard).
        labels_path: label raster, laid over the image's pixels; then points also have the fields class, name and color
            of the label at their pixel (without a value where there is none), and a style.
        legend: names and colors of the labels; by default those that they bring along.
        nodata: patches with this value are left out, by default those with the image's own nodata, always those
            with NaN or infinite values.
        percents: for split: training, validation and test, relative to their sum.
        count: for balanced: how many patches; 0 for half of the candidates.
        spatial_share: for balanced: the part (0 ... 1) of the patches that is spread evenly over the image.
    Returns:
        Number of points in each set.
    Raises:
        InputError: parameters out of range, labels of another place, no patch without nodata, an output without a
            point.
    """
    progress = progress or Progress()
    step = patch_size if step is None else step
    _require_sizes(patch_size, step, offset_x, offset_y)
    shares = _shares_of(strategy, percents)
    outputs = (output, validation, test)
    _require_shares(outputs, shares, strategy)
    if strategy == "balanced":
        _require_balance(labels_path, count, spatial_share)
    rng = generator_of(seed)
    with RasterReader(image) as reader:
        grid = PatchGrid(reader.grid, patch_size, step, offset_x, offset_y)
        _require_room(grid, reader.name)
        labels = _labels_on(reader, labels_path, legend)
        candidates = find_candidates(grid, reader, labels, nodata, strategy == "balanced", progress.part(0.0, 0.8))
        _report_candidates(candidates, grid, reader.name, progress)
    if labels is not None and strategy == "balanced":
        candidates = candidates.take(
            _balanced(grid, candidates, labels, count, spatial_share, rng, progress.part(0.8, 0.9))
        )
    sets = _split(len(candidates.cells), shares, rng) if strategy == "split" else _chessboard(grid, candidates, shares)
    counts = np.bincount(sets, minlength=len(SET_NAMES))
    _warn_of_overlap(grid, counts, progress)
    members = _members_of_outputs(outputs, sets)
    progress.report(0.9, "writing points")
    with replacing(*outputs) as temporary:
        for path, rows in zip(temporary, members):
            if path:
                _write(path, grid, candidates.take(rows), sets[rows], labels)
    progress.info("Patches: " + ", ".join(f"{name} {n}" for name, n in zip(SET_NAMES, counts) if n))
    return {name: int(n) for name, n in zip(SET_NAMES, counts)}


def find_candidates(
    grid: PatchGrid,
    reader: RasterReader,
    labels: Optional[Labels] = None,
    nodata: Optional[float] = None,
    with_contents: bool = False,
    progress: Optional[Progress] = None,
) -> Candidates:
    """The patches without nodata, found tile by tile.

    Args:
        labels: on the image's grid; gives the classes. with_contents: whether to count the labels' pixels by class.
    """
    progress = progress or Progress()
    valid = usable_pixels(reader, nodata)
    cells, classes, contents = [_NONE], [_NONE], [(_NONE, _NONE, _NONE)]
    tiles = list(grid.tiles(reader.band_count * reader.dtype.itemsize + WORK_BYTES_PER_PIXEL))
    for number, tile in enumerate(tiles):
        window = grid.pixels_of(tile)
        usable = _patch_sums(~valid(reader.read(window)), grid, tile) == 0
        numbers = grid.cells_of(tile)
        cells.append(numbers[usable])
        if labels is None:
            classes.append(np.full(int(usable.sum()), NOT_ANNOTATED, np.int64))
        else:
            indices = labels.read(window).astype(np.int16)
            half = grid.size // 2
            at_points = indices[half :: grid.step, half :: grid.step][: tile.height, : tile.width]
            classes.append(at_points[usable].astype(np.int64))
            if with_contents:
                contents += _class_pixels(indices, grid, tile, numbers, usable)
        progress.report((number + 1) / len(tiles), "looking for patches without nodata")
    return _joined(cells, classes, contents)


def _fitting(pixels: int, size: int, step: int) -> int:
    return (pixels - size) // step + 1 if pixels >= size else 0


def _patch_sums(marked: np.ndarray, grid: PatchGrid, tile: Window) -> np.ndarray:
    """How many pixels of each patch are marked: (tile height, tile width) int32 for bool (h, w)."""
    if not marked.any():
        return np.zeros((tile.height, tile.width), np.int32)
    down = _window_sums(marked, grid.size, grid.step)
    return _window_sums(down.T, grid.size, grid.step).T


def _window_sums(values: np.ndarray, size: int, step: int) -> np.ndarray:
    """Sums of `size` values every `step` values along the first axis, by differences of running sums."""
    running = np.zeros((len(values) + 1, *values.shape[1:]), np.int32)
    np.cumsum(values, axis=0, out=running[1:])
    starts = np.arange(0, len(values) - size + 1, step)
    return running[starts + size] - running[starts]


def _class_pixels(
    indices: np.ndarray, grid: PatchGrid, tile: Window, numbers: np.ndarray, usable: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For each class in a tile: cells, class index and pixels (e,) of the usable patches that have it."""
    found = []
    for c in np.flatnonzero(np.bincount(indices[indices >= 0])):
        pixels = np.where(usable, _patch_sums(indices == c, grid, tile), 0)
        some = pixels > 0
        found.append((numbers[some], np.full(int(some.sum()), c, np.int64), pixels[some].astype(np.int64)))
    return found


def _joined(
    cells: list[np.ndarray], classes: list[np.ndarray], contents: list[tuple[np.ndarray, np.ndarray, np.ndarray]]
) -> Candidates:
    """What the tiles have together; their cells ascend, the entries of a tile go class by class."""
    all_cells = np.concatenate(cells)
    entry_cells, entry_classes, pixels = (np.concatenate(parts) for parts in zip(*contents))
    patches = np.searchsorted(all_cells, entry_cells)
    order = np.argsort(patches, kind="stable")
    found = Contents(patches[order], entry_classes[order], pixels[order])
    return Candidates(all_cells, np.concatenate(classes), found)


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
    count: int,
    spatial_share: float,
    rng: np.random.Generator,
    progress: Progress,
) -> np.ndarray:
    """The chosen candidates, ascending (m,) int64: some spread over the image, the others what these lack."""
    contents, k = candidates.contents, len(labels.classes)
    labelled = np.unique(contents.patches)
    if not len(labelled):
        raise InputError(
            f"No patch without nodata has a labelled pixel in “{labels.name}”, so there is nothing to balance. "
            "Check that the labels lie where the image has data."
        )
    wanted = count or max(len(labelled) // 2, 1)
    if wanted > len(labelled):
        progress.warning(
            f"COUNT is {wanted}, but only {len(labelled)} patches without nodata have labels; all of them are taken, "
            "so that nothing is balanced."
        )
        wanted = len(labelled)
    chosen = np.zeros(len(candidates.cells), bool)
    rows, columns = np.divmod(candidates.cells[labelled], grid.columns)
    chosen[labelled[spread_evenly(columns, rows, round(spatial_share * wanted), rng)]] = True
    fill_up(chosen, wanted, contents, k, rng, progress)
    pixels = contents.of_classes(chosen, k)
    shares = 100 * pixels / pixels.sum()
    progress.info("Label pixels: " + ", ".join(f"{n} {s:.1f} %" for n, s in zip(labels.classes.names, shares)))
    return np.flatnonzero(chosen)


def _labels_on(reader: RasterReader, path: Optional[str], legend: Optional[Legend]) -> Optional[Labels]:
    if not path:
        return None
    return RasterLabels(path, legend=legend, grid=reader.grid, grid_name=reader.name)


def _members_of_outputs(outputs: Sequence[Optional[str]], sets: np.ndarray) -> list[np.ndarray]:
    """Which points (indices, ascending) go to each output; the first one gets the sets that have no file."""
    file_of_set = np.array([number if path else TRAINING for number, path in enumerate(outputs)])
    members = [np.flatnonzero(file_of_set[sets] == number) for number in range(len(outputs))]
    for name, path, rows in zip(OUTPUT_NAMES, outputs, members):
        if path and not len(rows):
            superfluous = "VALIDATION or TEST" if name == "OUTPUT" else name
            raise InputError(
                f"{name} would be empty: {len(sets)} patch(es) are too few to share out. Leave {superfluous} out, "
                "choose smaller patches or a smaller step, or another strategy."
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
    write_points(path, Points(path, x, y, grid.image.crs, fields))


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
            f"All {total} patches of {grid.size} × {grid.size} pixels in “{name}” have nodata, so none can be used. "
            "Check the nodata value (NODATA), or choose smaller patches."
        )
    if left < total:
        progress.info(f"{total - left} of {total} patches have nodata; they are left out.")


def _warn_of_overlap(grid: PatchGrid, counts: np.ndarray, progress: Progress) -> None:
    if grid.step < grid.size and np.count_nonzero(counts) > 1:
        progress.warning(
            f"Patches of different sets overlap by up to {grid.size - grid.step} of {grid.size} columns or rows, so "
            "that accuracies come out too high: STEP is smaller than PATCH_SIZE. "
            f"A STEP of at least {grid.size} avoids it."
        )


def _require_sizes(patch_size: int, step: int, offset_x: int, offset_y: int) -> None:
    if patch_size < 1 or step < 1:
        raise InputError(f"PATCH_SIZE and STEP must be at least 1, received {patch_size} and {step}.")
    if offset_x < 0 or offset_y < 0:
        raise InputError(f"OFFSET_X and OFFSET_Y must be at least 0, received {offset_x} and {offset_y}.")


def _shares_of(strategy: str, percents: Sequence[float]) -> tuple[float, ...]:
    """How much each set gets (training, validation, test), in any unit."""
    if strategy == "split":
        if not all(0 <= p <= LARGEST_SHARE for p in percents) or sum(percents) <= 0:
            raise InputError(
                "TRAINING_PERCENT, VALIDATION_PERCENT and TEST_PERCENT must be at least 0 and at most "
                f"{LARGEST_SHARE:,}, and not all of them 0; "
                f"received {', '.join(f'{p:g}' for p in percents)}."
            )
        return tuple(percents)
    fixed = {"chessboard": (50.0, 50.0, 0.0), "balanced": (50.0, 50.0, 0.0), "all": (100.0, 0.0, 0.0)}
    if strategy not in fixed:
        raise InputError(f"STRATEGY must be one of {', '.join([*fixed, 'split'])}, received “{strategy}”.")
    return fixed[strategy]


def _require_shares(outputs: Sequence[Optional[str]], shares: Sequence[float], strategy: str) -> None:
    """Refuses a file for a set that gets nothing."""
    in_output = shares[TRAINING] + sum(share for share, path in zip(shares[1:], outputs[1:]) if not path)
    if not in_output:
        raise InputError("OUTPUT would be empty: TRAINING_PERCENT is 0. Raise it, or leave VALIDATION or TEST out.")
    for name, path, share in zip(OUTPUT_NAMES[1:], outputs[1:], shares[1:]):
        if path and not share:
            reason, remedy = f"STRATEGY={strategy} gives it no patches", "choose STRATEGY=split"
            if strategy == "split":
                reason, remedy = f"{name}_PERCENT is 0", "raise its share"
            raise InputError(f"{name} would be empty: {reason}. Leave {name} out, or {remedy}.")


def _require_balance(labels: Optional[str], count: int, spatial_share: float) -> None:
    if not labels:
        raise InputError("STRATEGY=balanced needs a label raster to balance: give LABELS or choose another strategy.")
    if count < 0:
        raise InputError(f"COUNT must be at least 1, or 0 for half of the patches, received {count}.")
    if not 0 <= spatial_share <= 1:
        raise InputError(f"SPATIAL_SHARE must be between 0 and 1, received {spatial_share:g}.")


def _require_room(grid: PatchGrid, name: str) -> None:
    image, size = grid.image, grid.size
    if not grid.columns or not grid.rows:
        start = f" from column {grid.offset_x}, row {grid.offset_y}" if grid.offset_x or grid.offset_y else ""
        raise InputError(
            f"The image “{name}” is {image.width} × {image.height} pixels, smaller than a patch of {size} × {size}"
            f"{start}. Give a larger image, a smaller patch size or a smaller offset."
        )
    if grid.columns * grid.rows > MAXIMUM_PATCHES:
        raise InputError(
            f"The grid has {grid.columns * grid.rows} patches; at most {MAXIMUM_PATCHES} are possible. "
            f"Raise STEP, which is {grid.step}."
        )
