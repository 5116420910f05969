"""Cutting patches around sample points out of one or several images, each part of a file read once or twice."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Optional, Protocol

import numpy as np

from .blocks import Halo, Window
from .classes import ClassMap
from .errors import InputError
from .files import replacing
from .grid import Grid
from .labels import NOT_ANNOTATED, Labels, RasterLabels, classes_of_points
from .leakage import Places
from .patches import Stack, stack_identity
from .progress import Progress
from .raster import RasterReader, crs_name, limit_cache, meters_per_unit, same_crs, valid_values
from .source import Source
from .style import Legend
from .vectors import Points, read_points, write_points

PANEL_ROWS = 256
PANEL_BYTES = 64_000_000
SPOOL_BYTES = 64_000_000

# Why a point has no patch; {} is the image.
OUTSIDE, BEYOND_EDGE, NODATA, UNLABELLED = 1, 2, 3, 4
REASONS = (
    "",
    "outside {}",
    "the patch reaches beyond the edge of {}",
    "the patch touches nodata in {}",
    "no pixel of the patch is labelled in {}",
)


@dataclass(frozen=True)
class Cut:
    """What to cut out of one image.

    Attributes:
        image, output: paths. width, height: of a patch in pixels; a patch starts floor(width / 2) columns left of the
            pixel that holds the point, likewise for rows. 0 means the ground that patches of the first image cover.
    """

    image: str
    output: str
    width: int = 16
    height: int = 16


class Pixels(Protocol):
    """Something to cut patches from: a raster, or labels."""

    @property
    def grid(self) -> Grid: ...

    @property
    def dtype(self) -> np.dtype: ...

    @property
    def band_count(self) -> int: ...

    @property
    def block_shape(self) -> tuple[int, ...]:
        """Width and height of the blocks that are read as a whole."""
        ...

    def read(self, window: Window) -> np.ndarray:
        """(h, w, c)."""
        ...


class _LabelPixels:
    """Class indices as an image of one band."""

    dtype, band_count = np.dtype(np.int32), 1

    def __init__(self, labels: Labels, block_shape: tuple[int, ...]):
        self._labels, self.grid, self.block_shape = labels, labels.grid, block_shape

    def read(self, window: Window) -> np.ndarray:
        return self._labels.read(window)[..., np.newaxis].astype(self.dtype)


def groups_of_patches(
    pixels: Pixels, columns: np.ndarray, rows: np.ndarray, width: int, height: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cuts the patch of each pixel, in groups that lie together.

    The image is read from top to bottom in panels of whole file blocks; only blocks that hold a patch are read. A block
    is read a second time if patches of the panel above reach into it.

    Args:
        columns, rows: (n,) int64; all patches lie inside the image.
    Yields:
        members: which of the n patches (m,) int64. patches: (m, height, width, c) in the image's type.
    """
    halo = Halo.of_patch(width, height)
    lefts, tops = columns - halo.left, rows - halo.top
    block_width, block_height = pixels.block_shape
    panel_rows = block_height * max(1, PANEL_ROWS // block_height) if block_height <= 4 * PANEL_ROWS else PANEL_ROWS
    for in_panel in _grouped(tops // panel_rows):
        y, bottom = int(tops[in_panel].min()), int(tops[in_panel].max()) + height
        widest = max(width, PANEL_BYTES // ((bottom - y) * pixels.band_count * pixels.dtype.itemsize))
        for members in _runs(in_panel[np.argsort(lefts[in_panel], kind="stable")], lefts, width, block_width, widest):
            x, right = int(lefts[members[0]]), int(lefts[members].max()) + width
            panel = pixels.read(Window(x, y, right - x, bottom - y))
            views = np.lib.stride_tricks.sliding_window_view(panel, (height, width), axis=(0, 1))  # type: ignore[call-overload]
            yield members, np.moveaxis(views[tops[members] - y, lefts[members] - x], 1, -1)


def cut_patches(
    reader: RasterReader,
    columns: np.ndarray,
    rows: np.ndarray,
    width: int,
    height: int,
    nodata: Optional[float] = None,
    progress: Optional[Progress] = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Cuts the patch of each pixel, in memory.

    Args:
        columns, rows: sample pixels, (n,) int64; may lie outside the image.
        width, height: of a patch.
        nodata: value that no band of no pixel may have; by default each band's own nodata value.
    Returns:
        pixels: (m, height, width, c) of the m accepted points, in their order, in the image's type.
        reasons: (n,) uint8, index into REASONS; 0 where accepted.
    """
    pixels = np.empty((len(columns), height, width, reader.band_count), reader.dtype)

    def keep(members: np.ndarray, patches: np.ndarray) -> None:
        pixels[members] = patches

    reasons = _place(reader.grid.window, columns, rows, width, height)
    usable = np.flatnonzero(reasons == 0)
    bad = _bad_values(reader, nodata)
    reasons[usable] = _cut(reader, columns[usable], rows[usable], width, height, bad, NODATA, keep, progress)
    return pixels[: len(usable)][reasons[usable] == 0], reasons


@dataclass(frozen=True)
class Targets:
    """Dense targets: patches of a label image that cover the same ground as the first image's patches.

    A label image of the same pixel size, or in another CRS, is laid over the first image's pixels.

    Attributes:
        label_image: path of the raster. legend: names and colors; by default those that it brings along.
    """

    label_image: str
    legend: Optional[Legend] = None


def extract_patches(
    points_path: str,
    cuts: Sequence[Cut],
    labels_output: str,
    attribute: str = "class",
    nodata: Optional[float] = None,
    rejected_output: Optional[str] = None,
    targets: Optional[Targets] = None,
    progress: Optional[Progress] = None,
) -> dict[str, int]:
    """Cuts a patch around each point out of each image, and writes patches, labels and, on request, rejected points.

    A point without a patch in one image gets none in the others. All stacks have the order of the points.

    Args:
        nodata: see `cut_patches`; for all images.
        targets: take patches of a label image as labels, instead of the points' classes.
    Returns:
        Number of accepted and rejected points.
    Raises:
        InputError: all points were rejected (the sentence says why), or the inputs cannot be read.
    """
    progress = progress or Progress()
    outputs = [cut.output for cut in cuts]
    with ExitStack() as stack:
        readers = [stack.enter_context(RasterReader(cut.image)) for cut in cuts]
        limit_cache(readers)
        cuts = _sized(cuts, [reader.grid for reader in readers])
        classes: Optional[ClassMap] = None
        labels = np.array([], np.int64)
        if targets is None:
            classes, labels = classes_of_points(read_points(points_path), attribute)
        temporary = stack.enter_context(replacing(*outputs, labels_output, rejected_output))
        layers = [
            image_layer(reader, cut.width, cut.height, _bad_values(reader, nodata))
            for reader, cut in zip(readers, cuts)
        ]
        if targets is not None:
            label_image = _label_image(targets, readers[0])
            layers.append(_target_layer(label_image, targets.label_image, readers[0].grid, cuts[0]))
            classes = label_image.classes
        assert classes is not None
        points, places, reasons = cut_all(points_path, layers, progress)
        report_rejections(points, layers, reasons, progress)
        accepted = np.flatnonzero((reasons == 0).all(axis=0))
        chosen = labels[accepted] if targets is None else labels
        identity = stack_identity([place.take(accepted) for place in places], chosen)
        for layer, place, reader, cut, path in zip(layers, places, readers, cuts, temporary):
            source = Source.of_image(reader, cut.width, cut.height)
            Stack(path, source, identity, place.take(accepted)).write(
                layer.dtype, layer.stored(accepted), len(accepted)
            )
        if targets is None:
            Stack.write_labels(temporary[len(cuts)], classes, chosen, identity)
        else:
            Stack.write_targets(temporary[len(cuts)], classes, layers[-1].stored(accepted), len(accepted), identity)
        if rejected_output:
            _write_rejected(temporary[-1], points, layers, reasons)
    return {"accepted": len(accepted), "rejected": len(points) - len(accepted)}


@dataclass
class Layer:
    """One raster that patches are cut from, with the patches cut so far on the disk or in memory."""

    name: str
    shown_as: str
    pixels: Pixels
    width: int
    height: int
    bad: Callable[[np.ndarray], np.ndarray]
    bad_reason: int

    @property
    def dtype(self) -> np.dtype:
        return self.pixels.dtype

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.height, self.width, self.pixels.band_count

    def cut(self, columns: np.ndarray, rows: np.ndarray, usable: np.ndarray, progress: Progress) -> np.ndarray:
        """Cuts and keeps the patches of usable points; returns the reason (n,) of each point."""
        reasons = _place(self.pixels.grid.window, columns, rows, self.width, self.height)
        self._patch_bytes = int(np.prod(self.shape)) * self.dtype.itemsize
        # beyond SPOOL_BYTES a file without a name, which goes with the process, however that ends
        self._file = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115
        self._file.truncate(len(columns) * self._patch_bytes)
        chosen = np.flatnonzero(usable & (reasons == 0))

        def keep(members: np.ndarray, patches: np.ndarray) -> None:
            for number, patch in zip(chosen[members].tolist(), np.ascontiguousarray(patches)):
                self._file.seek(number * self._patch_bytes)
                self._file.write(patch.data)

        reasons[chosen] = _cut(
            self.pixels,
            columns[chosen],
            rows[chosen],
            self.width,
            self.height,
            self.bad,
            self.bad_reason,
            keep,
            progress,
        )
        return reasons

    def stored(self, accepted: np.ndarray, at_once: int = 1024) -> Iterator[np.ndarray]:
        """The patches of the accepted points in their order, up to `at_once` (m, height, width, c) at a time.

        The same `at_once` gives the same points at a time for each layer.
        """
        for start in range(0, int(accepted[-1]) + 1, at_once):
            self._file.seek(start * self._patch_bytes)
            patches = np.frombuffer(self._file.read(at_once * self._patch_bytes), self.dtype).reshape(-1, *self.shape)
            chosen = accepted[(accepted >= start) & (accepted < start + at_once)] - start
            if len(chosen):
                yield patches[chosen]


def _sized(cuts: Sequence[Cut], grids: Sequence[Grid]) -> list[Cut]:
    """The cuts with all sizes known. Raises InputError where one is below 1."""
    sized: list[Cut] = []
    for cut, grid in zip(cuts, grids):
        known = bool(cut.width and cut.height) or not sized
        width, height = (cut.width, cut.height) if known else _same_ground(sized[0], grids[0], grid)
        sized.append(replace(cut, width=cut.width or width, height=cut.height or height))
        if sized[-1].width < 1 or sized[-1].height < 1:
            raise InputError(
                f"The patch size must be at least 1 × 1 pixel, received {sized[-1].width} × {sized[-1].height}."
            )
    return sized


def _same_ground(cut: Cut, grid: Grid, other: Grid) -> tuple[int, int]:
    """Width and height in pixels of `other` that cover the ground of a patch of `grid`."""
    units = 1.0, 1.0
    if not same_crs(grid.crs, other.crs):
        meters = meters_per_unit(grid.crs), meters_per_unit(other.crs)
        if meters[0] is None or meters[1] is None:
            raise InputError(
                f"The images are in {crs_name(grid.crs)} and {crs_name(other.crs)}, so their pixels cannot be "
                "compared. Give the patch size of each image (PATCH_SIZE_2 …)."
            )
        units = meters[0], meters[1]
    pairs = zip((cut.width, cut.height), grid.pixel_size, other.pixel_size)
    width, height = (max(1, round(size * own * units[0] / (others * units[1]))) for size, own, others in pairs)
    return width, height


def image_layer(reader: RasterReader, width: int, height: int, bad: Callable[[np.ndarray], np.ndarray]) -> Layer:
    """An image to cut patches from; `bad` tells which of them (m, h, w, c) touch nodata: bool (m,)."""
    _require_room(reader.name, reader.grid, width, height)
    return Layer(reader.name, "the image", reader, width, height, bad, NODATA)


def _label_image(targets: Targets, image: RasterReader) -> Labels:
    """The label image on its own pixels if they are larger or smaller than the image's; else laid over these."""
    with RasterReader(targets.label_image) as reader:
        own = reader.grid
    sizes = own.pixel_size, image.grid.pixel_size
    if same_crs(own.crs, image.grid.crs) and not np.allclose(*sizes, rtol=1e-6):
        return RasterLabels(targets.label_image, legend=targets.legend)
    return RasterLabels(targets.label_image, legend=targets.legend, grid=image.grid, grid_name=image.name)


def _target_layer(labels: Labels, path: str, grid: Grid, cut: Cut) -> Layer:
    """The label image, with as many pixels as cover the ground of a patch of the first image."""
    width, height = _same_ground(cut, grid, labels.grid)
    _require_room(labels.name, labels.grid, width, height)
    with RasterReader(path) as reader:
        pixels = _LabelPixels(labels, reader.block_shape)
    unlabelled: Callable[[np.ndarray], np.ndarray] = lambda p: (p == NOT_ANNOTATED).all(axis=(1, 2, 3))  # noqa: E731
    return Layer(labels.name, "the label image", pixels, width, height, unlabelled, UNLABELLED)


def cut_all(points_path: str, layers: Sequence[Layer], progress: Progress) -> tuple[Points, list[Places], np.ndarray]:
    """Cuts all layers; a point that one layer rejected is not read from the next ones.

    Returns:
        The points in the CRS of the first layer, their pixels in each layer, and reasons (layers, n).
    """
    points: list[Points] = []
    places, reasons = [], np.zeros((0, 0), np.uint8)
    for number, layer in enumerate(layers):
        points.append(read_points(points_path, layer.pixels.grid.crs, layer.name))
        columns, rows = layer.pixels.grid.pixel_of(points[-1].x, points[-1].y)
        places.append(Places(columns, rows, layer.pixels.grid, layer.width, layer.height))
        usable = (reasons == 0).all(axis=0) if number else np.ones(len(columns), bool)
        part = progress.part(number / len(layers), (number + 1) / len(layers))
        found = layer.cut(columns, rows, usable, part)
        reasons = np.vstack([reasons, found]) if number else found[np.newaxis]
    return points[0], places, reasons


def _cut(
    pixels: Pixels,
    columns: np.ndarray,
    rows: np.ndarray,
    width: int,
    height: int,
    bad: Callable[[np.ndarray], np.ndarray],
    bad_reason: int,
    keep: Callable[[np.ndarray, np.ndarray], None],
    progress: Optional[Progress],
) -> np.ndarray:
    """Hands patches on as they are read; returns the reason (n,) uint8 of each, 0 or `bad_reason`."""
    reasons, done = np.zeros(len(columns), np.uint8), 0
    for members, patches in groups_of_patches(pixels, columns, rows, width, height):
        keep(members, patches)
        reasons[members] = bad_reason * bad(patches)
        done += len(members)
        (progress or Progress()).report(done / len(columns), "patches")
    return reasons


def _place(image: Window, columns: np.ndarray, rows: np.ndarray, width: int, height: int) -> np.ndarray:
    """Why points have no patch because of where they lie, (n,) uint8; 0 where they may have one."""
    reasons = np.zeros(len(columns), np.uint8)
    reasons[~_inside(image.shrink(Halo.of_patch(width, height)), columns, rows)] = BEYOND_EDGE
    reasons[~_inside(image, columns, rows)] = OUTSIDE
    return reasons


def _inside(window: Window, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return (columns >= window.x) & (columns < window.right) & (rows >= window.y) & (rows < window.bottom)


def _bad_values(reader: RasterReader, nodata: Optional[float]) -> Callable[[np.ndarray], np.ndarray]:
    """Tells which of some patches (m, h, w, c) touch nodata, NaN or infinity: bool (m,)."""
    forbidden = reader.nodata if nodata is None else (nodata,) * reader.band_count
    return lambda patches: ~valid_values(patches, forbidden).all(axis=(1, 2, 3))


def _grouped(keys: np.ndarray) -> list[np.ndarray]:
    """Positions of equal keys, in the order of the keys."""
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    return [part for part in np.split(order, cuts) if len(part)]


def _runs(ordered: np.ndarray, lefts: np.ndarray, width: int, block_width: int, widest: int) -> Iterator[np.ndarray]:
    """Cuts patches, ordered from left to right, where no file block is needed, and where memory would not suffice."""
    starts = lefts[ordered]
    gap = starts[1:] // block_width > (starts[:-1] + width - 1) // block_width
    for run in np.split(ordered, np.flatnonzero(gap) + 1):
        while len(run):
            fitting = np.searchsorted(lefts[run], lefts[run[0]] + widest - width, side="right")
            yield run[:fitting]
            run = run[fitting:]


def _require_room(name: str, grid: Grid, width: int, height: int) -> None:
    if grid.width < width or grid.height < height:
        raise InputError(
            f"The image “{name}” is {grid.width} × {grid.height} pixels, smaller than a patch "
            f"of {width} × {height}. Give a larger image or a smaller patch size."
        )


def _texts(layers: Sequence[Layer], reasons: np.ndarray) -> list[str]:
    """The reason of each point in words; that of the first layer that rejects it."""
    images = sum(layer.shown_as == "the image" for layer in layers)
    names = [f"image {n}" if layer.shown_as == "the image" and images > 1 else layer.shown_as
             for n, layer in enumerate(layers, start=1)]  # fmt: skip
    first = (reasons > 0).argmax(axis=0)
    return [REASONS[reasons[layer, i]].format(names[layer]) for i, layer in enumerate(first)]


def report_rejections(points: Points, layers: Sequence[Layer], reasons: np.ndarray, progress: Progress) -> None:
    texts = [text for text in _texts(layers, reasons) if text]
    counted = sorted({text: texts.count(text) for text in texts}.items(), key=lambda item: -item[1])
    summary = "; ".join(f"{count} because {text}" for text, count in counted)
    if len(texts) == len(points):
        raise InputError(
            f"All {len(points)} points of “{points.name}” were rejected: {summary}. Check that the points lie on "
            f"“{'”, “'.join(layer.name for layer in layers)}”, and the nodata value."
        )
    progress.info(f"{len(points) - len(texts)} patches." + (f" Rejected: {summary}." if summary else ""))


def _write_rejected(path: str, points: Points, layers: Sequence[Layer], reasons: np.ndarray) -> None:
    texts = np.array(_texts(layers, reasons))
    rejected = np.flatnonzero(texts != "")
    kept = points.take(rejected)
    write_points(path, replace(kept, fields={**kept.fields, "reason": texts[rejected].tolist()}))
