"""Extracts stacks of patches around sample points from one or several images."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..base.outputs import replacing
from ..base.pool import HERE, Pool
from ..base.progress import Progress
from ..images.as_learned import AS_RECORDED
from ..images.image_source import Source
from ..images.label_doubts import tell_doubts
from ..images.legend import Legend
from ..images.usable_bands import prepare_to_learn
from ..images.value_target import Target
from ..raster.classes import ClassMap
from ..raster.crs import crs_name, meters_per_unit, same_crs
from ..raster.data_sources import require_kept
from ..raster.grid import FAR_PX, SHIFT_TOLERANCE_PX, Grid
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.window import pixels_before
from .labels import NOT_ANNOTATED, RasterLabels, classes_of_points
from .patch_layers import LabelPixels, Layer, Spots, cut_all, image_layer, reason_texts, report_rejections, require_room
from .patch_reader import EMPTY, UNLABELLED, ImageCutter, PatchSize, touching_nodata
from .patch_stack import Stack, stack_identity
from .places import Places
from .points import PointFile, Points, tell_lost_classes, write_points
from .scenes import Scene, Scenes, list_scenes


@dataclass(frozen=True)
class Cut:
    """Which patches to cut from one image.

    Attributes:
        image, output: paths. width, height: of a patch in pixels; a patch starts floor(width / 2) columns left of the
            pixel that holds the point, likewise for rows. 0 covers the same ground as patches of the first image.
    """

    image: str
    output: str
    width: int = 16
    height: int = 16


@dataclass(frozen=True)
class Targets:
    """Dense targets: patches of a label image that cover the same ground as the first image's patches.

    A label image of the same pixel size, or in another CRS, is read on the first image's pixels. One of another pixel
    size keeps its own: its patch starts at its pixel edge nearest to the upper left corner of the image's patch.

    Attributes:
        label_image: path of the raster. legend: names and colors; by default those that come with it.
    """

    label_image: str
    legend: Optional[Legend] = None


@dataclass(frozen=True)
class Extraction:
    """How patches are labelled, and which of them are taken.

    Attributes:
        attribute: the field with the points' classes. nodata: see `cut_patches`; for all images.
        targets: take patches of a label image as labels, instead of the points' classes.
        image_set: further images to try after the one that is cut; see scenes.list_scenes.
        target_image: take patches of its values as labels; its pixels may be as large as the first image's, or an exact
            fraction of them.
        pixel_values: of images of a set; see scenes.list_scenes.
    """

    attribute: str = "class"
    nodata: Optional[float] = None
    targets: Optional[Targets] = None
    image_set: Optional[str] = None
    target_image: Optional[str] = None
    pixel_values: str = AS_RECORDED


@dataclass(frozen=True)
class _Answers:
    """The answers to the patches: classes of the points, or patches of the last layer.

    Attributes:
        labels: class index (n,) of all points. classes: of the points or of a label image. target: an image of values.
    """

    labels: Optional[np.ndarray] = None
    classes: Optional[ClassMap] = None
    target: Optional[Target] = None


def extract_patches(
    points_path: str,
    cuts: Sequence[Cut],
    labels_output: str,
    extraction: Optional[Extraction] = None,
    rejected_output: Optional[str] = None,
    progress: Optional[Progress] = None,
    pool: Pool = HERE,
) -> dict[str, int]:
    """Cuts a patch around each point from each image, and writes patches, labels and, on request, rejected points.

    A point without a patch in one image gets none in the others. All stacks have the order of the points. With an
    image set, one image suffices: each point's patch is from the first one that holds it whole and valid.

    Args:
        pool: cuts the patches of images.
    Returns:
        Number of accepted and rejected points.
    Raises:
        InputError: all points were rejected (the message says why), or the inputs cannot be read.
    """
    progress, extraction, point_file = progress or Progress(), extraction or Extraction(), PointFile(points_path)
    _require_one_kind(cuts, extraction)
    with ExitStack() as stack:
        readers = [stack.enter_context(RasterReader(cut.image)) for cut in cuts]
        limit_cache(readers)
        for reader in readers:
            prepare_to_learn(reader, progress, extraction.nodata)
        cuts = _sized(cuts, [reader.grid for reader in readers])
        answers = _Answers()
        if extraction.targets is None and extraction.target_image is None:
            classes, labels = classes_of_points(point_file.read(), extraction.attribute)
            answers = _Answers(labels, classes)
        outputs = [*(cut.output for cut in cuts), labels_output, rejected_output]
        temporary = stack.enter_context(replacing(*outputs))
        layers = [_layer_of(reader, cut, extraction.nodata, pool) for reader, cut in zip(readers, cuts)]
        if extraction.image_set:
            scenes = list_scenes(readers[0], extraction.image_set, progress, extraction.pixel_values)
            require_kept(outputs, [scene.paths for scene in scenes])
            layers = [_layer_of_set(readers[0], cuts[0], scenes, extraction, point_file, pool)]
        if extraction.targets is not None:
            label_image = _label_image(extraction.targets, readers[0])
            layers.append(_label_layer(label_image, readers[0].grid, cuts[0]))
            answers = _Answers(classes=label_image.classes)
            tell_doubts(label_image.doubts, progress)
        if extraction.target_image is not None:
            target_reader = stack.enter_context(RasterReader(extraction.target_image))
            layers.append(_value_layer(target_reader, readers[0], cuts[0]))
            answers = _Answers(target=Target.of_image(target_reader, layers[-1].width, layers[-1].height))
        points, places, reasons = cut_all(point_file, layers, progress)
        report_rejections(points, layers, reasons, progress)
        accepted = np.flatnonzero((reasons == 0).all(axis=0))
        if answers.labels is not None:
            tell_lost_classes(points, accepted, progress, extraction.attribute)
        places = [where.take(accepted) for where in places]
        sources = [Source.of_image(reader, cut.width, cut.height) for reader, cut in zip(readers, cuts)]
        _write_stacks(temporary, layers, sources, places, accepted, answers)
        if rejected_output:
            _write_rejected(temporary[-1], points, layers, reasons)
    return {"accepted": len(accepted), "rejected": len(points) - len(accepted)}


def _require_one_kind(cuts: Sequence[Cut], extraction: Extraction) -> None:
    """Raises InputError if settings exclude each other."""
    targets, target_image = extraction.targets, extraction.target_image
    if extraction.image_set and (len(cuts) > 1 or targets or target_image):
        raise InputError(
            "A set of images gives patches of one source with a class each. Leave {p:image_set} empty, or the "
            "other images ({p:images#2} …), {p:label_image} and {p:target_image}."
        )
    if targets and target_image:
        raise InputError(
            "Patches are answered with classes or with values. Give {p:label_image} or {p:target_image}, not both."
        )


def _write_stacks(
    paths: Sequence[str],
    layers: Sequence[Layer],
    sources: Sequence[Source],
    places: Sequence[Places],
    accepted: np.ndarray,
    answers: _Answers,
) -> None:
    """Writes a stack for each source, and then the labels."""
    count, labels, classes = len(accepted), answers.labels, answers.classes
    identity = stack_identity(places, np.array([], np.int64) if labels is None else labels[accepted])
    for path, layer, source, where in zip(paths, layers, sources, places):
        # A point on a further image of a set may not exist in the CRS of the first one.
        known = bool((np.maximum(abs(where.columns), abs(where.rows)) < FAR_PX).all())
        Stack(path, source, identity, where if known else None).write(layer.dtype, layer.stored(accepted), count)
    labels_path = paths[len(sources)]
    if answers.target is not None:
        Stack.write_values(labels_path, answers.target, layers[-1].stored(accepted), count, identity)
    elif classes is not None and labels is None:
        Stack.write_targets(labels_path, classes, layers[-1].stored(accepted), count, identity)
    elif classes is not None and labels is not None:
        Stack.write_labels(labels_path, classes, labels[accepted], identity)


def _sized(cuts: Sequence[Cut], grids: Sequence[Grid]) -> list[Cut]:
    """The cuts with all sizes known. Raises InputError where one is below 1."""
    sized: list[Cut] = []
    for cut, grid in zip(cuts, grids):
        known = bool(cut.width and cut.height) or not sized
        width, height = (cut.width, cut.height) if known else _same_ground(sized[0], grids[0], grid)
        sized.append(replace(cut, width=cut.width or width, height=cut.height or height))
        if sized[-1].width < 1 or sized[-1].height < 1:
            raise InputError(
                "The patch size must be at least 1 × 1 pixel, received {width} × {height}.",
                width=sized[-1].width,
                height=sized[-1].height,
            )
    return sized


def _same_ground(cut: Cut, grid: Grid, other: Grid) -> tuple[int, int]:
    """Width and height in pixels of `other` that cover the ground of a patch of `grid`."""
    units = 1.0, 1.0
    if not same_crs(grid.crs, other.crs):
        meters = meters_per_unit(grid.crs), meters_per_unit(other.crs)
        if meters[0] is None or meters[1] is None:
            raise InputError(
                "The images are in {crs} and {other_crs}, so their pixels cannot be compared. Give the patch "
                "size of each image ({p:patch_sizes#2} …).",
                crs=crs_name(grid.crs),
                other_crs=crs_name(other.crs),
            )
        units = meters[0], meters[1]
    pairs = zip((cut.width, cut.height), grid.pixel_size, other.pixel_size)
    width, height = (max(1, round(size * own * units[0] / (others * units[1]))) for size, own, others in pairs)
    return width, height


def _layer_of(reader: RasterReader, cut: Cut, nodata: Optional[float], pool: Pool) -> Layer:
    layer = image_layer(reader, cut.width, cut.height, touching_nodata(reader, nodata))
    layer = replace(layer, kept_as=reader.file_dtype)  # as no masked pixel is kept
    size = PatchSize(nodata, cut.width, cut.height, reader.left_out)
    return replace(layer, images=ImageCutter([reader.paths], size, layer.patch_bytes, pool))


def _layer_of_set(
    image: RasterReader, cut: Cut, scenes: Sequence[Scene], extraction: Extraction, points: PointFile, pool: Pool
) -> Layer:
    """The images of a set in place of the first one."""
    first = _layer_of(scenes[0].adaptation.of(image, extraction.nodata), cut, extraction.nodata, pool)
    assert first.images is not None
    size = first.images.size
    adaptations = [scene.adaptation for scene in scenes]
    cutter = ImageCutter([scene.paths for scene in scenes], size, first.patch_bytes, pool, adaptations)
    name = f"{first.name}, {os.path.basename(str(extraction.image_set))}"
    return replace(first, name=name, shown_as=Message("the images"), scenes=Scenes(scenes, points, cutter))


def _label_image(targets: Targets, image: RasterReader) -> RasterLabels:
    """The label image on its own pixels if they are larger or smaller than the image's; else on the image's pixels."""
    reader = RasterReader(targets.label_image)
    own, name = reader.grid, reader.name
    grid, grid_name = image.grid, image.name
    if same_crs(own.crs, grid.crs) and not np.allclose(own.pixel_size, grid.pixel_size, rtol=1e-6):
        turned = own.turned_like(grid)
        if turned is None or (own.is_rotated and turned != own):
            raise InputError(
                "The label image “{name}” and the image “{grid}” have pixels of different sizes, and one is "
                "rotated against the other, so that no targets cover the ground of the patches. Warp the label "
                "image to the grid of the image (“Warp”).",
                name=name,
                grid=grid_name,
            )
        grid, grid_name = turned, name
    return RasterLabels(reader, legend=targets.legend, grid=grid, grid_name=grid_name)


def _label_layer(labels: RasterLabels, grid: Grid, cut: Cut) -> Layer:
    """The label image, with as many pixels as cover the ground of a patch of the first image."""
    width, height = _same_ground(cut, grid, labels.grid)
    require_room(labels.name, labels.grid, width, height)
    pixels = LabelPixels(labels, labels.block_shape)
    unlabelled: Callable[[np.ndarray], np.ndarray] = lambda p: (p == NOT_ANNOTATED).all(axis=(1, 2, 3))  # noqa: E731
    pixel_of = _over_the_patch(cut, grid, labels.grid, width, height)
    return Layer(labels.name, Message("the label image"), pixels, width, height, unlabelled, UNLABELLED, pixel_of)


def _value_layer(reader: RasterReader, image: RasterReader, cut: Cut) -> Layer:
    """The target image, with as many pixels as cover the ground of a patch of the first image.

    Raises:
        InputError: a pixel of the image is not a whole number of its pixels, so that learned values would be shifted.
    """
    across = down = 0
    if same_crs(reader.grid.crs, image.grid.crs):
        sides = image.grid.width, image.grid.height
        corners = image.grid.center_of(*(np.array([-0.5, side - 0.5]) for side in sides))
        edges = np.array(reader.grid.position_of(*corners))
        times = [round((last - first) / side) for (first, last), side in zip(edges, sides)]
        meant = [(np.rint(first), np.rint(first) + side * t) for (first, _), side, t in zip(edges, sides, times)]
        if np.allclose(edges, meant, rtol=0, atol=SHIFT_TOLERANCE_PX):
            across, down = times
    if across < 1 or down < 1:
        raise InputError(
            "The pixels of the target image “{target}” do not lie on those of the image “{image}”. Expected "
            "pixels of the same size, or of a half, a third … of it, whose edges meet. Warp it to the grid of "
            "the image (“Warp”).",
            target=reader.name,
            image=image.name,
        )
    width, height = cut.width * across, cut.height * down
    require_room(reader.name, reader.grid, width, height)
    empty: Callable[[np.ndarray], np.ndarray] = lambda p: ~reader.valid(p).any(axis=(1, 2))  # noqa: E731
    pixel_of = _over_the_patch(cut, image.grid, reader.grid, width, height)
    return Layer(reader.name, Message("the target image"), reader, width, height, empty, EMPTY, pixel_of)


def _over_the_patch(
    cut: Cut, grid: Grid, other: Grid, width: int, height: int
) -> Callable[[np.ndarray, np.ndarray], Spots]:
    """For points x, y: the pixels of another grid whose patches begin where those of the first image do."""

    def pixel_of(x: np.ndarray, y: np.ndarray) -> Spots:
        columns, rows = grid.pixel_of(x, y)
        corner = grid.center_of(columns - pixels_before(cut.width) - 0.5, rows - pixels_before(cut.height) - 0.5)
        left, top = other.nearest_edge(*corner)
        return left + pixels_before(width), top + pixels_before(height)

    return pixel_of


def _write_rejected(path: str, points: Points, layers: Sequence[Layer], reasons: np.ndarray) -> None:
    texts = np.array([str(text or "") for text in reason_texts(layers, reasons)])
    rejected = np.flatnonzero(texts != "")
    kept = points.take(rejected)
    write_points(path, replace(kept, fields={**kept.fields, "reason": texts[rejected].tolist()}))
