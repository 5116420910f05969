"""Reference labels, from a raster or from features: class indices of any window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Optional, Protocol, Union

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..base.model_limits import MAXIMUM_CLASSES
from ..base.progress import Progress
from ..images.label_doubts import Doubt, band_doubt, fill_doubt
from ..images.legend import Legend, legend_beside
from ..images.overlay import Overlay
from ..images.whole_patches import WholePatches
from ..raster.classes import ClassMap, LandClass, clean_name, is_color, too_many_classes
from ..raster.grid import Grid
from ..raster.raster_reader import RasterReader
from ..raster.window import Window
from .label_features import NOT_BURNED, LabelFeatures
from .label_rows import FeatureRow, LabelRow, RasterRow, TooManyValues, ValueCounter, box_of, parts_beside, strips_with
from .points import Points, class_keys, has_numbered_texts, require_one_name
from .vector_layer import Layer

NOT_ANNOTATED = -1
UNLABELLED = -(2**63)  # no value of a label raster: those have at most 32 bits
LARGEST_VALUE = 2**32
NO_CLASSES = 2  # values of a raster beside its classes: nodata and UNLABELLED


class Labels(Protocol):
    """Class indices on a grid.

    Attributes:
        name: for messages.
        grid: the pixels that carry the labels.
        missing: number of features that have no class, or no geometry that exists in the image's CRS.
        contested: number of pixels in features of different classes, among those counted so far.
        skips_contested: whether these are left out where labels are counted and drawn.
        is_raster: whether they come from a raster.
        doubts: what may be wrong with them, as far as it is known before and after their pixels are counted.
        patches: if given, only pixels with a whole patch around them are counted and drawn; for labels on an image.
        without_patch: number of labelled pixels without one, among those counted so far.
    """

    name: str
    grid: Grid
    missing: int
    contested: int
    skips_contested: bool
    is_raster: bool
    doubts: list[Doubt]
    patches: Optional[WholePatches]
    without_patch: int

    @property
    def classes(self) -> ClassMap:
        """All classes that occur in the whole layer."""
        ...

    def read(self, window: Window) -> np.ndarray:
        """Class indices (h, w) int64, NOT_ANNOTATED (-1) where there is no label; of several features the last."""
        ...

    def count(self, rows: Sequence[Sequence[Window]], progress: Progress) -> np.ndarray:
        """Labels of each class in many windows, in one pass from top to bottom.

        Args:
            rows: windows that lie side by side, row below row; none overlaps another.
        Returns:
            (windows, classes) int64. A pixel in several features counts for each of them, as in OTB.
        """
        ...

    def row(self, windows: Sequence[Window]) -> LabelRow:
        """The labels of windows that lie side by side."""
        ...


@dataclass(frozen=True)
class LabelRaster:
    """What `RasterLabels` are opened from, as plain values, without a legend; see there."""

    path: str
    nodata: Optional[float]
    grid: Optional[Grid]
    grid_name: str

    def opened(self) -> RasterLabels:
        """The labels, in another process. Raises InputError."""
        return RasterLabels(self.path, self.nodata, None, self.grid, self.grid_name)


class RasterLabels:
    """Labels in band 1 of a raster.

    Args:
        raster: its path, or the open raster. nodata: the value of pixels without a label; by default the raster's own.
        legend: names and colors; what it lacks comes from the .qml beside the raster, its attribute or color table.
        grid: of the image whose pixels get the labels at their centers; by default the raster's own pixels.
        grid_name: the image's name, for messages.
    Attributes:
        source: what they are opened from. recorded: names and colors in the raster itself, even of values that no pixel
            has. pixels: of each value that is taken for a class, once they are counted.
    """

    missing = contested = without_patch = 0
    skips_contested = False
    is_raster = True
    patches: Optional[WholePatches] = None

    def __init__(
        self,
        raster: Union[str, RasterReader],
        nodata: Optional[float] = None,
        legend: Optional[Legend] = None,
        grid: Optional[Grid] = None,
        grid_name: str = "the image",
    ):
        self._overlay = Overlay(raster, grid, grid_name)
        path = self._overlay.raster.paths[0]
        self.source = LabelRaster(path, nodata, grid, grid_name)
        self.recorded = Legend.found_in(path, self._overlay.raster.legend().values())
        self.name, self.grid = self._overlay.name, self._overlay.grid
        self._nodata = self._overlay.nodata if nodata is None else nodata
        beside = legend_beside(path, "rasterrenderer")
        self._legend = (legend or Legend()).completed_by(beside).completed_by(self.recorded)
        self._classes: Optional[ClassMap] = None
        self.pixels: dict[int, int] = {}
        doubt = band_doubt(self._overlay.raster, self._legend)
        self.doubts: list[Doubt] = [doubt] if doubt else []

    @property
    def block_shape(self) -> tuple[int, ...]:
        """Width and height of the raster's own blocks."""
        return self._overlay.raster.block_shape

    @property
    def classes(self) -> ClassMap:
        """All classes of the raster (of the part that covers `grid`); the first access takes one pass over it."""
        if self._classes is None:
            self.count([], Progress())
        assert self._classes is not None
        return self._classes

    def read(self, window: Window) -> np.ndarray:
        """See `Labels.read`."""
        return self.classes.index_of(self._read_values(window))

    def count(self, rows: Sequence[Sequence[Window]], progress: Progress) -> np.ndarray:
        """See `Labels.count`."""
        counter, counts = ValueCounter(MAXIMUM_CLASSES + NO_CLASSES), []
        for strip, windows in strips_with(rows, self.grid.window):
            values = self._read_values(strip)
            parts = [*windows, *(parts_beside(strip, windows) if self._classes is None else [])]
            try:
                counted = [counter.count(values[w.shift(-strip.x, -strip.y).slices]) for w in parts]
            except TooManyValues:
                raise too_many_classes(Message("more than {most}", most=MAXIMUM_CLASSES)) from None
            if self.patches is not None and windows:
                counted = self._with_patch(values, strip, windows) or counted
            counts += counted[: len(windows)]
            progress.report(strip.bottom / self.grid.height, "counting labels")
        if self._classes is None:
            self._classes = self._classes_of(counter.totals)
        return np.array([[c.get(v, 0) for v in self._classes.values.tolist()] for c in counts], np.int64)

    def _with_patch(
        self, values: np.ndarray, strip: Window, windows: Sequence[Window]
    ) -> Optional[list[dict[int, int]]]:
        """How often each value of a strip (h, w) occurs in windows where patches are whole; None if all are."""
        box = box_of(windows)
        inside = values[box.shift(-strip.x, -strip.y).slices]
        labelled, whole = self._labelled_and_whole(inside, box)
        lacking = int(np.count_nonzero(labelled) - np.count_nonzero(whole))
        if not lacking:
            return None
        self.without_patch += lacking
        counter, places = ValueCounter(MAXIMUM_CLASSES + NO_CLASSES), [w.shift(-box.x, -box.y).slices for w in windows]
        return [counter.count(inside[place][whole[place]]) for place in places]

    def _labelled_and_whole(self, values: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Which of the values (h, w) in a window are labels, and which of these have a whole patch, (h, w) bool."""
        labelled = np.ones(values.shape, bool) if self._nodata is None else values != self._nodata
        if values.dtype == np.int64:
            labelled &= values != UNLABELLED
        return labelled, labelled if self.patches is None else self.patches.among(window, labelled)

    def count_values(self, windows: Iterable[Window], progress: Progress) -> dict[int, int]:
        """How often each value occurs in windows from top to bottom, which may be only a part of the raster."""
        counter = ValueCounter(MAXIMUM_CLASSES + NO_CLASSES)
        try:
            for window in windows:
                counter.count(self._read_values(window))
                progress.report(window.bottom / self.grid.height, "counting labels")
        except TooManyValues:
            raise too_many_classes(Message("more than {most}", most=MAXIMUM_CLASSES)) from None
        return counter.totals

    def add_up(self, parts: Iterable[dict[int, int]]) -> np.ndarray:
        """Pixels of each class (k,) int64, from what `count_values` found in windows that cover each pixel once."""
        totals: Counter[int] = Counter()
        for part in parts:
            totals.update(part)
        self._classes = self._classes_of(totals)
        return np.array([totals[value] for value in self._classes.values.tolist()], np.int64)

    def row(self, windows: Sequence[Window]) -> RasterRow:
        """See `Labels.row`."""
        box = box_of(windows)
        values = self._read_values(box)
        return RasterRow(values, box, windows, self.classes.values, self._labelled_and_whole(values, box)[1])

    def _classes_of(self, totals: Mapping[int, int]) -> ClassMap:
        found = sorted(v for v in totals if v != UNLABELLED and v != self._nodata)
        if set(totals) == {UNLABELLED} and self._overlay.is_elsewhere:
            raise InputError(
                "No label of “{labels}” lies inside the image. Check that both show the same place, and their "
                "coordinate reference systems.",
                labels=self.name,
            )
        if not found:
            raise InputError(
                "The labels “{labels}” have no labelled pixel: everything is nodata ({nodata}). Check the nodata "
                "value.",
                labels=self.name,
                nodata=self._nodata,
            )
        self.pixels = {value: totals[value] for value in found}
        doubt = fill_doubt(self.name, self.pixels, self._legend, self._nodata)
        self.doubts += [doubt] if doubt else []
        return self._legend.classes_of_values(found)

    def _read_values(self, window: Window) -> np.ndarray:
        """Values (h, w) of an integer type; those that are not classes mean unlabelled."""
        values, covered = self._overlay.read(window)
        if values.dtype.kind == "f":
            labelled = np.isfinite(values)
            if self._nodata is not None:
                labelled &= values != self._nodata
            if (values[labelled] != np.floor(values[labelled])).any():
                raise InputError(
                    "The labels “{labels}” have decimal numbers; expected whole numbers as class values. Check "
                    "that the label raster, not the image, was chosen.",
                    labels=self.name,
                )
            if (np.abs(values[labelled]) > LARGEST_VALUE).any():
                raise InputError(
                    "The labels “{labels}” have values beyond 32-bit integers, such as {value:g}. If that means "
                    "“not annotated”, give it as {p:nodata}.",
                    labels=self.name,
                    value=np.abs(values[labelled]).max(),
                )
            values = np.where(labelled, values, UNLABELLED).astype(np.int64)
        return values if covered is None else np.where(covered, values.astype(np.int64), UNLABELLED)


class FeatureLabels:
    """Labels from polygons, lines or points, burned on the pixels of an image.

    Args:
        path: file, or file|layername=NAME. attribute: the field with the class, number or text.
        grid: the image's grid; the features are reprojected to its CRS. grid_name: for messages.
        legend: values and colors; by default the .qml beside the layer.
        skip_contested: leaves out pixels in features of different classes where labels are counted and drawn.
    Attributes:
        are_texts: whether the field has texts.
    """

    is_raster = False

    def __init__(
        self,
        path: str,
        attribute: str,
        grid: Grid,
        grid_name: str,
        legend: Optional[Legend] = None,
        skip_contested: bool = False,
    ):
        features = LabelFeatures(path, attribute, grid, grid_name, grid.extent)
        self.name, self.grid, self.missing, self.contested = features.name, grid, features.missing, 0
        legend = (legend or Legend()).about(attribute) or legend_beside(path, "renderer-v2").about(attribute)
        self.classes, self.feature_classes = classes_of_keys(features.keys, legend, features.are_texts)
        self.are_texts = isinstance(features.keys[0], str)
        self.feature_ids = features.ids
        self._burned = features.burn_on(grid, dict(zip(features.keys, self.feature_classes.tolist())))
        self.skips_contested, self.without_patch = skip_contested, 0
        self.doubts: list[Doubt] = []
        self.patches: Optional[WholePatches] = None

    def read(self, window: Window) -> np.ndarray:
        """See `Labels.read`."""
        indices = self._burned.read(window).astype(np.int64)
        return np.where(indices == NOT_BURNED, NOT_ANNOTATED, indices)

    def count(self, rows: Sequence[Sequence[Window]], progress: Progress) -> np.ndarray:
        """See `Labels.count`."""
        counts = [np.empty((0, len(self.classes)), np.int64)]
        for windows in rows:
            row, contested, without_patch = self._row(windows)
            counts.append(row.counts())
            self.contested += contested
            self.without_patch += without_patch
            progress.report(windows[0].bottom / self.grid.height, "counting labels")
        return np.concatenate(counts)

    def row(self, windows: Sequence[Window]) -> FeatureRow:
        """See `Labels.row`."""
        return self._row(windows)[0]

    def _row(self, windows: Sequence[Window]) -> tuple[FeatureRow, int, int]:
        """The labels, the number of pixels in features of different classes, and of those without a whole patch."""
        box = box_of(windows)
        positions, classes, times = self._burned.covered(box)
        contested = np.unique(positions[1:][(np.diff(positions) == 0) & (np.diff(classes) != 0)])
        if self.skips_contested and len(contested):
            kept = ~np.isin(positions, contested)
            positions, classes, times = positions[kept], classes[kept], times[kept]
        lacking = 0
        if self.patches is not None:
            labelled = np.zeros((box.height, box.width), bool)
            labelled.flat[positions] = True
            whole = self.patches.among(box, labelled)
            lacking = int(np.count_nonzero(labelled) - np.count_nonzero(whole))
            kept = whole.flat[positions]
            positions, classes, times = positions[kept], classes[kept], times[kept]
        row = FeatureRow(positions, classes, times, box, windows, len(self.classes))
        return row, len(contested), lacking

    def pixels_per_feature(self) -> np.ndarray:
        """Pixels of the grid that each feature covers, (n,) int64, as OTB's PolygonClassStatistics counts them."""
        return self._burned.pixel_counts()


@dataclass(frozen=True)
class LabelSource:
    """Where labels come from: either a raster or features.

    Attributes:
        raster: a label raster. features: a layer, with the class of each feature in the field `attribute`.
        nodata: the value of pixels without a label in the raster; by default its own.
        legend: names, values and colors; by default those that come with the labels.
        overlaps: each (a pixel counts for each feature that it lies in), or skip (not if their classes differ).
    """

    raster: Optional[str] = None
    features: Optional[str] = None
    attribute: Optional[str] = None
    nodata: Optional[float] = None
    legend: Optional[Legend] = None
    overlaps: str = "each"


def with_texts(source: LabelSource) -> LabelSource:
    """The same features with the texts instead of the values that were given to them; see `has_numbered_texts`."""
    if not source.features or not source.attribute:
        return source
    with Layer(source.features) as layer:
        numbered = has_numbered_texts(layer.tags, layer.field_names, source.attribute)
    return replace(source, attribute="name") if numbered else source


def open_labels(source: LabelSource, image: Optional[str], on_image: bool = True) -> Labels:
    """Labels from a raster or from features.

    Args:
        image: whose pixels get the labels.
        on_image: False leaves the labels of a raster on their own pixels.
    Raises:
        InputError: none or both given; features without field or without image, or with nodata.
    """
    if bool(source.raster) == bool(source.features):
        raise InputError(
            "Give the labels either as a raster ({p:labels}) or as features ({p:label_features}): exactly one of them."
        )
    if source.raster and image and on_image:
        with RasterReader(image) as reader:
            return RasterLabels(source.raster, source.nodata, source.legend, reader.grid, reader.name)
    if source.raster:
        return RasterLabels(source.raster, source.nodata, source.legend)
    if source.nodata is not None:
        raise InputError(
            "{p:nodata} is a value of label rasters, received {nodata:g}, but the labels are features: those "
            "without a class in {p:field} are left out. Leave {p:nodata} out.",
            nodata=source.nodata,
        )
    if not source.attribute:
        raise InputError("Give the field that holds the class of each feature ({p:field}).")
    if not image:
        raise InputError("Give the image ({p:image}) whose pixels the features are laid over.")
    with RasterReader(image) as reader:
        features, name = str(source.features), reader.name
        return FeatureLabels(features, source.attribute, reader.grid, name, source.legend, source.overlaps == "skip")


def classes_of_keys(keys: list, legend: Legend, are_texts: bool) -> tuple[ClassMap, np.ndarray]:
    """The class map of keys, all integers or all text, and the class index (n,) int64 of each.

    Args:
        are_texts: whether integers were written as text. They are names where the legend has them as names of other
            values: a map of the codes 1, 1.1 and 2 has the class values 0, 1 and 2.
    """
    if are_texts and not isinstance(keys[0], str) and legend.names_others(keys):
        keys = [str(key) for key in keys]
    if isinstance(keys[0], str):
        classes = legend.classes_of_names(keys)
        index_of = {name: index for index, name in enumerate(classes.names)}
        return classes, np.array([index_of[key] for key in keys], np.int64)
    classes = legend.classes_of_values(sorted(set(keys)))
    return classes, classes.index_of(np.array(keys, np.int64))


def classes_of_points(points: Points, attribute: str, legend: Optional[Legend] = None) -> tuple[ClassMap, np.ndarray]:
    """The class map of sample points and the class index (n,) int64 of each.

    Names and colors come from `legend`, else from the fields `name` and `color` that “Select samples” writes; those of
    texts that it numbered always from there, as a legend of other numbers would name the wrong ones.
    """
    keys = class_keys(points, attribute)
    if attribute == "class":
        require_one_name(points, keys)
    numbered = has_numbered_texts(points.tags, points.fields, attribute)
    legend = Legend() if numbered else (legend or Legend()).about(attribute)
    are_texts = isinstance(points.fields[attribute][0], str)
    classes, index = classes_of_keys(keys, legend or _legend_in_fields(points, keys), are_texts)
    return replace(classes, is_numbered=numbered or classes.is_numbered), index


def _legend_in_fields(points: Points, keys: list) -> Legend:
    """The legend in the fields `name` and `color`, without names if these are the user's own and classes share them."""
    texts = ([str("" if v is None else v) for v in points.fields.get(f, [""] * len(points))] for f in ("name", "color"))
    names, colors = ([clean_name(t) for t in column] for column in texts)
    color_of = {key: color if is_color(color) else "" for key, color in zip(keys, colors)}
    if isinstance(keys[0], str):
        return Legend(colors=color_of)
    pairs = set(zip(keys, names))
    if len(pairs) > len(color_of) or len({name for _, name in pairs}) < len(pairs):
        pairs = {(key, "") for key in color_of}
    return Legend({key: LandClass(key, name, color_of[key]) for key, name in pairs})
