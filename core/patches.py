"""Patches around sample points, in OTBTF's layout: N wide, N * n high, labels 1 wide, n high."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from .blocks import Halo, Window
from .classes import ClassMap
from .errors import InputError
from .files import replacing
from .grid import Grid
from .labels import RasterLabels, classes_of_points
from .progress import Progress
from .raster import RasterReader, RasterWriter, valid_values
from .source import TAG, Source
from .style import Legend
from .vectors import Points, read_points, write_points

READ_BLOCK_PX = 512
STACK_TAG = "STACK"  # the same in patches and labels that belong together

REASONS = (
    "",
    "outside the image",
    "the patch reaches beyond the edge of the image",
    "the patch touches nodata",
)


@dataclass(frozen=True)
class PatchSet:
    """Patches of one source with their labels.

    Attributes:
        pixels: (n, h, w, c), in the image's type.
        labels: class index (n,) int64.
        classes: what the indices stand for.
        source: what the patches were cut from.
    """

    pixels: np.ndarray
    labels: np.ndarray
    classes: ClassMap
    source: Source

    def __len__(self) -> int:
        return len(self.labels)

    def with_classes(self, classes: ClassMap, of: str) -> PatchSet:
        """The same patches with the class indices of another class map.

        Raises:
            InputError: the two disagree on values and names, or a class is unknown there.
        """
        index = classes.positions_of(self.classes, "The training set", of)
        return replace(self, labels=index[self.labels], classes=classes)


def cut_patches(
    reader: RasterReader,
    columns: np.ndarray,
    rows: np.ndarray,
    width: int,
    height: int,
    nodata: Optional[float] = None,
    progress: Optional[Progress] = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Cuts the patch of each pixel; every part of the image is read once.

    Args:
        columns, rows: sample pixels, (n,) int64; may lie outside the image.
        width, height: of a patch; it starts floor(width / 2) columns left of the pixel, likewise for rows.
        nodata: value that no band of no pixel may have; by default each band's own nodata value.
    Returns:
        pixels: (m, height, width, c) of the m accepted points, in their order, in the image's type.
        reasons: (n,) uint8, index into REASONS; 0 where accepted.
    """
    progress = progress or Progress()
    halo = Halo.of_patch(width, height)
    image = reader.grid.window
    reasons = np.zeros(len(columns), np.uint8)
    usable = image.shrink(halo)
    reasons[~_inside(usable, columns, rows)] = 2
    reasons[~_inside(image, columns, rows)] = 1
    candidates = np.flatnonzero(reasons == 0)
    pixels = np.empty((len(candidates), height, width, reader.band_count), reader.dtype)
    forbidden = reader.nodata if nodata is None else (nodata,) * reader.band_count
    done = 0
    for block, members in _by_block(columns[candidates], rows[candidates]):
        window = block.intersect(usable).grow(halo)
        views = np.lib.stride_tricks.sliding_window_view(reader.read(window), (height, width), axis=(0, 1))  # type: ignore[call-overload]
        chosen = candidates[members]
        cut = views[rows[chosen] - halo.top - window.y, columns[chosen] - halo.left - window.x]
        pixels[members] = np.moveaxis(cut, 1, -1)
        done += len(members)
        progress.report(done / len(candidates), "patches")
    touching = ~valid_values(pixels, forbidden).all(axis=(1, 2, 3))
    reasons[candidates[touching]] = 3
    return pixels[~touching], reasons


def extract_patches(
    points_path: str,
    image: str,
    output: str,
    labels_output: str,
    attribute: str = "class",
    width: int = 16,
    height: int = 16,
    nodata: Optional[float] = None,
    rejected_output: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> dict[str, int]:
    """Cuts a patch around each point and writes patches, labels and, on request, the rejected points.

    Returns:
        Number of accepted and rejected points.
    Raises:
        InputError: all points were rejected (the sentence says why), or the inputs cannot be read.
    """
    progress = progress or Progress()
    if width < 1 or height < 1:
        raise InputError(f"The patch size must be at least 1 × 1 pixel, received {width} × {height}.")
    with RasterReader(image) as reader:
        _require_room(reader, width, height)
        points = read_points(points_path, reader.grid.crs, reader.name)
        classes, labels = classes_of_points(points, attribute)
        columns, rows = reader.grid.pixel_of(points.x, points.y)
        pixels, reasons = cut_patches(reader, columns, rows, width, height, nodata, progress)
        accepted = reasons == 0
        _report_rejections(points, reader, reasons, progress)
        patches = PatchSet(pixels, labels[accepted], classes, Source.of_image(reader, width, height))
    with replacing(output, labels_output, rejected_output) as (temporary, temporary_labels, temporary_rejected):
        write_patches(temporary, temporary_labels, patches)
        if temporary_rejected:
            _write_rejected(temporary_rejected, points, reasons)
    return {"accepted": int(accepted.sum()), "rejected": int((~accepted).sum())}


def write_patches(path: str, labels_path: str, patches: PatchSet) -> None:
    """Writes the stack of patches and the stack of labels (class values, names and colors)."""
    count, height, width, bands = patches.pixels.shape
    stack = hashlib.sha256(patches.pixels.tobytes()).hexdigest()[:16]
    with RasterWriter(
        path,
        Grid(width, height * count),
        bands,
        patches.pixels.dtype,
        band_names=patches.source.bands,
        tags={TAG: patches.source.to_json(), STACK_TAG: stack},
        tiled=False,
        strip_rows=height,
    ) as writer:
        writer.write(0, 0, patches.pixels.reshape(count * height, width, bands))
    dtype, _ = patches.classes.raster_type()
    values = patches.classes.values[patches.labels]
    with RasterWriter(
        labels_path,
        Grid(1, count),
        1,
        dtype,
        classes=patches.classes,
        tags={STACK_TAG: stack},
        tiled=False,
        strip_rows=count,
    ) as writer:
        writer.write(0, 0, values[:, np.newaxis])


def read_patches(path: str, labels_path: str, legend: Optional[Legend] = None) -> PatchSet:
    """Reads patches and labels; those written by OTBTF have no names and no recorded source.

    Raises:
        InputError: sizes that do not fit together.
    """
    labels = RasterLabels(labels_path, legend=legend)
    with RasterReader(labels_path) as label_reader, RasterReader(path) as reader:
        count = labels.grid.width * labels.grid.height
        width = reader.grid.width
        if reader.grid.height % count:
            raise InputError(
                f"“{reader.name}” is {reader.grid.height} rows high, which cannot be {count} patches, the number of "
                f"labels in “{labels.name}”. Give the labels that were written together with these patches."
            )
        height = reader.grid.height // count
        recorded = reader.tag(TAG)
        source = Source.from_json(recorded) if recorded else Source(reader.band_names, (0.0, 0.0), width, height)
        if (source.patch_width, source.patch_height) != (width, height):
            raise InputError(
                f"“{reader.name}” holds patches of {source.patch_width} × {source.patch_height}, but its size and "
                f"the {count} labels of “{labels.name}” give {width} × {height}. Give the labels that belong to these "
                "patches."
            )
        stacks = {reader.tag(STACK_TAG), label_reader.tag(STACK_TAG)} - {None}
        if len(stacks) > 1:
            raise InputError(
                f"The labels “{labels.name}” were not written together with the patches “{reader.name}”. "
                "Give the labels of these patches."
            )
        pixels = reader.read(reader.grid.window).reshape(count, height, width, reader.band_count)
    indices = labels.read(labels.grid.window).reshape(-1)
    if (indices < 0).any():
        raise InputError(
            f"“{labels.name}” has {int((indices < 0).sum())} patches without a class (nodata). Extract them again."
        )
    return PatchSet(pixels, indices, labels.classes, source)


def _inside(window: Window, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return (columns >= window.x) & (columns < window.right) & (rows >= window.y) & (rows < window.bottom)


def _by_block(columns: np.ndarray, rows: np.ndarray) -> list[tuple[Window, np.ndarray]]:
    """Blocks with points in them, each with the positions of its points."""
    x, y = columns // READ_BLOCK_PX, rows // READ_BLOCK_PX
    order = np.lexsort((x, y))
    cuts = np.flatnonzero((np.diff(x[order]) != 0) | (np.diff(y[order]) != 0)) + 1
    return [
        (Window(int(x[m[0]]) * READ_BLOCK_PX, int(y[m[0]]) * READ_BLOCK_PX, READ_BLOCK_PX, READ_BLOCK_PX), m)
        for m in np.split(order, cuts)
        if len(m)
    ]


def _require_room(reader: RasterReader, width: int, height: int) -> None:
    if reader.grid.width < width or reader.grid.height < height:
        raise InputError(
            f"The image “{reader.name}” is {reader.grid.width} × {reader.grid.height} pixels, smaller than a patch "
            f"of {width} × {height}. Give a larger image or a smaller patch size."
        )


def _report_rejections(points: Points, reader: RasterReader, reasons: np.ndarray, progress: Progress) -> None:
    counts = [(int((reasons == r).sum()), text) for r, text in enumerate(REASONS) if r and (reasons == r).any()]
    summary = "; ".join(f"{count} because {text}" for count, text in counts)
    if (reasons > 0).all():
        raise InputError(
            f"All {len(points)} points of “{points.name}” were rejected: {summary}. Check that the points lie on "
            f"“{reader.name}”, and its nodata value."
        )
    progress.info(f"{int((reasons == 0).sum())} patches." + (f" Rejected: {summary}." if summary else ""))


def _write_rejected(path: str, points: Points, reasons: np.ndarray) -> None:
    rejected = np.flatnonzero(reasons)
    kept = points.take(rejected)
    write_points(path, replace(kept, fields={**kept.fields, "reason": [REASONS[r] for r in reasons[rejected]]}))
