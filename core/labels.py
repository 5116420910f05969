"""Reference labels, from a raster or from features: class indices of any window."""

from __future__ import annotations

import os
from typing import Optional, Protocol, Union

import numpy as np

from .blocks import Window
from .classes import ClassMap, LandClass
from .errors import InputError
from .grid import Grid
from .raster import RasterReader, read_legend
from .style import Legend, is_color, legend_beside
from .vectors import NOT_BURNED, LabelFeatures, Points, class_keys

NOT_ANNOTATED = -1
BLOCK_ROWS = 256


class Labels(Protocol):
    """Class indices on a grid.

    Attributes:
        name: for messages.
        grid: the pixels that carry the labels.
        classes: all classes that occur in the whole layer.
        missing: number of features that have no class or no geometry.
    """

    name: str
    grid: Grid
    classes: ClassMap
    missing: int

    def read(self, window: Window) -> np.ndarray:
        """Class indices (h, w) int64, NOT_ANNOTATED (-1) where there is no label."""
        ...


class RasterLabels:
    """Labels in band 1 of a raster.

    Args:
        path: the raster. nodata: the value of pixels without a label; by default the raster's own.
        legend: names and colors; what it lacks comes from the .qml beside the raster, its attribute or color table.
    """

    def __init__(self, path: str, nodata: Optional[float] = None, legend: Optional[Legend] = None):
        self._reader = RasterReader(path)
        self.name, self.grid, self.missing = self._reader.name, self._reader.grid, 0
        self._nodata = self._reader.nodata[0] if nodata is None else nodata
        legend = (
            (legend or Legend())
            .completed_by(legend_beside(path, "rasterrenderer"))
            .completed_by(Legend(read_legend(path)))
        )
        self.classes = legend.classes_of_values(self._values())

    def read(self, window: Window) -> np.ndarray:
        """See `Labels.read`."""
        values, labelled = self._read_values(window)
        return np.where(labelled, self.classes.index_of(values), NOT_ANNOTATED)

    def _read_values(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        values = self._reader.read(window)[..., 0]
        labelled = np.ones(values.shape, bool)
        if self._nodata is not None:
            labelled &= values != self._nodata
        if values.dtype.kind == "f":
            labelled &= np.isfinite(values)
            if (values[labelled] != np.floor(values[labelled])).any():
                raise InputError(
                    f"The labels “{self.name}” have decimal numbers; expected whole numbers as class values. "
                    "Check that the label raster, not the image, was chosen."
                )
            values = np.where(labelled, values, 0)
        return values.astype(np.int64), labelled

    def _values(self) -> np.ndarray:
        found = np.array([], np.int64)
        for window in self.grid.window.blocks(self.grid.width, BLOCK_ROWS):
            values, labelled = self._read_values(window)
            found = np.union1d(found, values[labelled])
        if not len(found):
            raise InputError(f"The labels “{self.name}” have no labelled pixel: everything is nodata ({self._nodata}).")
        return found


class FeatureLabels:
    """Labels from polygons, lines or points, laid over the pixels of an image.

    Args:
        path: file, or file|layername=NAME. attribute: the field with the class, number or text.
        grid: the image's grid; the features are reprojected to its CRS. grid_name: for messages.
        legend: values and colors; by default the .qml beside the layer.
    """

    def __init__(self, path: str, attribute: str, grid: Grid, grid_name: str, legend: Optional[Legend] = None):
        features = LabelFeatures(path, attribute, grid.crs, grid_name)
        self.name, self.grid, self.missing = features.name, grid, features.missing
        legend = (legend or Legend()).about(attribute) or legend_beside(path, "renderer-v2").about(attribute)
        self.classes = classes_of_keys(features.keys, legend)
        self._burned = features.burn_on(grid, {key: _index_of_key(self.classes, key) for key in set(features.keys)})

    def read(self, window: Window) -> np.ndarray:
        """See `Labels.read`."""
        indices = self._burned.read(window).astype(np.int64)
        return np.where(indices == NOT_BURNED, NOT_ANNOTATED, indices)


def open_labels(
    raster: Optional[str],
    features: Optional[str],
    attribute: Optional[str],
    image: Optional[str],
    nodata: Optional[float] = None,
    legend: Optional[Legend] = None,
) -> Labels:
    """Labels from a raster or from features: exactly one must be given.

    Args:
        legend: names, values and colors; by default those that the labels bring along.
    Raises:
        InputError: none or both given; features without field or without image.
    """
    if bool(raster) == bool(features):
        raise InputError(
            "Give the labels either as a raster (LABELS) or as features (LABEL_FEATURES): exactly one of them."
        )
    if raster:
        return RasterLabels(raster, nodata, legend)
    if not attribute:
        raise InputError("Give the field that holds the class of each feature (FIELD).")
    if not image:
        raise InputError("Give the image (IMAGE) whose pixels the features are laid over.")
    with RasterReader(image) as reader:
        return FeatureLabels(str(features), attribute, reader.grid, os.path.basename(image), legend)


def classes_of_keys(keys: list, legend: Legend) -> ClassMap:
    """The class map of feature classes: all integers, or all text."""
    if isinstance(keys[0], str):
        return legend.classes_of_names(keys)
    return legend.classes_of_values(sorted(set(keys)))


def classes_of_points(points: Points, attribute: str, legend: Optional[Legend] = None) -> tuple[ClassMap, np.ndarray]:
    """The class map of sample points and the class index (n,) int64 of each.

    Names and colors come from `legend`, else from the fields `name` and `color` that “Select samples” writes.
    """
    keys = class_keys(points, attribute)
    legend = (legend or Legend()).about(attribute) or _legend_in_fields(points, keys)
    classes = classes_of_keys(keys, legend)
    return classes, np.array([_index_of_key(classes, key) for key in keys], np.int64)


def _legend_in_fields(points: Points, keys: list) -> Legend:
    """What the fields `name` and `color` say, unless they are somebody's own, by which classes would share a name."""
    names, colors = ([str(v or "") for v in points.fields.get(f, [""] * len(points))] for f in ("name", "color"))
    color_of = {key: color if is_color(color) else "" for key, color in zip(keys, colors)}
    if isinstance(keys[0], str):
        return Legend(colors=color_of)
    pairs = set(zip(keys, names))
    if len(pairs) > len(color_of) or len({name for _, name in pairs}) < len(pairs):
        pairs = {(key, "") for key in color_of}
    return Legend({key: LandClass(key, name, color_of[key]) for key, name in pairs})


def _index_of_key(classes: ClassMap, key: Union[int, str]) -> int:
    return classes.names.index(key) if isinstance(key, str) else int(np.searchsorted(classes.values, key))
