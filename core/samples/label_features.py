"""Features as labels: polygons, lines and points burned on the pixels of a grid."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Optional, Union

import numpy as np
from osgeo import gdal, ogr, osr

from ..base.errors import InputError
from ..base.messages import Message
from ..base.progress import Progress
from ..raster.crs import Place, known_reference, wkt_of
from ..raster.disjoint_boxes import NO_GROUP, disjoint_groups
from ..raster.gdal_output import collected_errors
from ..raster.grid import Grid
from ..raster.window import Window
from .label_rows import Tally
from .vector_layer import Layer, Value, is_missing, keys_of_values, moved_geometry, no_place_error

NOT_BURNED = -(2**31)
ROWS_AT_ONCE, TILE_COLUMNS = 256, 1024
ALL_TOUCHED = "ALL_TOUCHED=TRUE"
_SURFACES = (ogr.wkbTIN, ogr.wkbTriangle, ogr.wkbPolyhedralSurface)


class LabelFeatures:
    """Polygons, lines or points with a class, burned on a grid block by block.

    A polygon covers the pixels whose centers are inside, a line those that it crosses, a point the one it lies in, as
    in OTB.

    Args:
        path: file, or file|layername=NAME.
        attribute: the field with the class: integer, or text.
        place, crs_of: the image, or WKT to reproject to, and the name of the layer that it belongs to, for messages.
        extent: x_min, y_min, x_max, y_max in that CRS of the image that the features are for. Of a feature so large
            that parts of it cannot be reprojected, the part around the extent is used.
    Attributes:
        keys: the class of each feature with geometry and class: int or str.
        are_texts: whether the field has text, even if that is whole numbers.
        ids: the feature id of each of these.
        missing: number of features left out because they have no class, or no geometry that covers anything in the CRS.
    """

    def __init__(
        self,
        path: str,
        attribute: str,
        place: Place,
        crs_of: str,
        extent: Optional[tuple[float, float, float, float]] = None,
    ):
        with Layer(path) as source:
            self.name = source.name
            if attribute not in source.field_names:
                raise InputError(
                    "“{layer}” has no field “{field}”; it has {fields}. Choose the field with the class.",
                    layer=self.name,
                    field=attribute,
                    fields=list(source.field_names) or Message("none"),
                )
            column = source.field_names.index(attribute)
            placing = _Placing(source.transformation_to(place, crs_of), extent)
            self._reference = known_reference(wkt_of(place) or source.crs)
            self._geometries: list[ogr.Geometry] = []
            self.ids: list[int] = []
            raw: list[Value] = []
            self.missing = without_place = without_geometry = 0
            for feature in source.features():
                geometry, value = _flat(feature.GetGeometryRef()), source.value(feature, column)
                if geometry is None or is_missing(value):
                    self.missing += 1
                    without_geometry += not is_missing(value)
                    continue
                placed = placing.place(geometry)
                if placed is None:
                    without_place += 1
                    continue
                self._geometries.append(placed)
                self.ids.append(int(feature.GetFID()))
                raw.append(value)
        self.missing += without_place
        if not raw and without_place:
            raise no_place_error(self.name)
        if not raw and not self.missing:
            raise InputError(
                "“{layer}” has no features. Choose another layer, or check the condition of its filter.",
                layer=self.name,
            )
        if not raw and without_geometry:
            raise InputError(
                "No feature of “{layer}” with a value in the field “{field}” has a geometry that covers anything. "
                "Expected polygons, lines or points: choose the layer that this one was made from.",
                layer=self.name,
                field=attribute,
            )
        if not raw:
            raise InputError(
                "“{layer}” has no feature with a value in the field “{field}”. Choose another field.",
                layer=self.name,
                field=attribute,
            )
        self.keys, self.are_texts = keys_of_values(raw, self.name, attribute), isinstance(raw[0], str)

    def burn_on(self, grid: Grid, value_of: Mapping[Union[int, str], int]) -> BurnedFeatures:
        """The features as a raster on `grid`; `value_of` gives the (32-bit) number to burn for each key."""
        return BurnedFeatures(grid, self._reference, self._geometries, [value_of[key] for key in self.keys])


class BurnedFeatures:
    """Features as a raster that is never held as a whole."""

    def __init__(
        self,
        grid: Grid,
        reference: Optional[osr.SpatialReference],
        geometries: Sequence[ogr.Geometry],
        values: Sequence[int],
    ):
        self._grid, self._reference = grid, reference
        self._projection = "" if reference is None else reference.ExportToWkt()
        self._geometries, self._values = geometries, np.asarray(values, np.int32)
        self._boxes = _pixel_boxes(grid, geometries)
        self._lines = np.array([geometry.GetDimension() == 1 for geometry in geometries])
        self._layers = [
            (self._layer_of(np.flatnonzero(chosen)), options)
            for chosen, options in ((~self._lines, []), (self._lines, [ALL_TOUCHED]))
            if chosen.any()
        ]

    @cached_property
    def _groups(self) -> np.ndarray:
        """The group (n,) int64 of each feature; features of one group share no pixel, and lines have odd numbers."""
        groups = np.full(len(self._boxes), NO_GROUP, np.int64)
        for is_line in (0, 1):
            chosen = np.flatnonzero(self._lines == is_line)
            found = disjoint_groups(self._boxes[chosen], self._grid.window)
            groups[chosen] = np.where(found == NO_GROUP, NO_GROUP, 2 * found + is_line)
        return groups

    @cached_property
    def _group_layers(self) -> dict[int, tuple[ogr.DataSource, ogr.Layer]]:
        """The features of each group."""
        groups = np.unique(self._groups[self._groups != NO_GROUP]).tolist()
        return {group: self._layer_of(np.flatnonzero(self._groups == group)) for group in groups}

    def read(self, window: Window) -> np.ndarray:
        """Burned values (h, w) int32, NOT_BURNED where no feature lies; the last feature counts, lines above others."""
        return self._burn(window, NOT_BURNED, [(layer, ["ATTRIBUTE=value", *how]) for (_, layer), how in self._layers])

    def covered(self, window: Window) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The pixels that features cover, with the values of all features that lie there.

        Returns:
            positions: (m,) int64, row * width + column within the window, ascending. values: (m,) int32, ascending
            where positions are the same. times: (m,) int64, how many features of this value cover the pixel.
        """
        times = self._burn(window, 0, [(layer, ["MERGE_ALG=ADD", *how]) for (_, layer), how in self._layers])
        if times.max() <= 1:
            values = self.read(window).ravel()
            positions = np.flatnonzero(values != NOT_BURNED)
            return positions, values[positions], np.ones(len(positions), np.int64)
        tally = Tally(self._values)
        for box, numbers in self._groups_in(window):
            rows, columns = np.nonzero(numbers != NOT_BURNED)
            positions = (rows + box.y - window.y) * window.width + columns + box.x - window.x
            tally.add(positions, self._values[numbers[rows, columns]])
        single = self._single_in(window)
        for value in np.unique(self._values[single]).tolist():
            box, counts = self._counts_of(single[self._values[single] == value], window)
            rows, columns = np.nonzero(counts)
            positions = (rows + box.y - window.y) * window.width + columns + box.x - window.x
            tally.add(positions, np.full(len(rows), value), counts[rows, columns])
        return tally.total()

    def pixel_counts(self) -> np.ndarray:
        """Pixels of the grid that each feature covers, (n,) int64."""
        counts = np.zeros(len(self._geometries), np.int64)
        for strip in self._grid.window.blocks(self._grid.width, ROWS_AT_ONCE):
            for _, numbers in self._groups_in(strip):
                counts += np.bincount(numbers[numbers != NOT_BURNED], minlength=len(counts))
            for number in self._single_in(strip).tolist():
                counts[number] += self._counts_of(np.array([number]), strip)[1].sum()
        return counts

    def _groups_in(self, window: Window) -> Iterator[tuple[Window, np.ndarray]]:
        """Boxes with the numbers (h, w) int32 of features there that share no pixel, else NOT_BURNED.

        They are burned together, as a burning takes longer than the pixels of a small feature.
        """
        for tile in window.blocks(TILE_COLUMNS, window.height):
            near = self._near(tile)
            groups = self._groups[near]
            for group in np.unique(groups[groups != NO_GROUP]).tolist():
                box = self._box_around(near[groups == group]).intersect(tile)
                options = ["ATTRIBUTE=number", *([ALL_TOUCHED] if group % 2 else [])]
                yield box, self._burn(box, NOT_BURNED, [(self._group_layers[group][1], options)])

    def _single_in(self, window: Window) -> np.ndarray:
        """The features in a window that are in no group, (n,) int64."""
        near = self._near(window)
        return near[self._groups[near] == NO_GROUP]

    def _counts_of(self, numbers: np.ndarray, window: Window) -> tuple[Window, np.ndarray]:
        """The box around some features within a window, and how many of them cover each pixel there, (h, w) int32."""
        around = self._box_around(numbers).intersect(window)
        counts = np.zeros((around.height, around.width), np.int32)
        for number in numbers.tolist():
            box = self._box_around(np.array([number])).intersect(window)
            if box.pixels:
                alone = self._layer_of([number])
                how = [ALL_TOUCHED] if self._lines[number] else []
                counts[box.shift(-around.x, -around.y).slices] += self._burn(box, 0, [(alone[1], how)])
        return around, counts

    def _near(self, window: Window) -> np.ndarray:
        """The features whose boxes reach into a window, (n,) int64, ascending."""
        left, top, right, bottom = self._boxes.T
        return np.flatnonzero((left < window.right) & (right > window.x) & (top < window.bottom) & (bottom > window.y))

    def _box_around(self, numbers: np.ndarray) -> Window:
        """The smallest window that holds the boxes of some features."""
        left, top = self._boxes[numbers, :2].min(axis=0).tolist()
        right, bottom = self._boxes[numbers, 2:].max(axis=0).tolist()
        return Window(left, top, right - left, bottom - top)

    def _layer_of(self, numbers: Iterable[int]) -> tuple[ogr.DataSource, ogr.Layer]:
        """Some of the features; a layer does not keep its source alive."""
        source = ogr.GetDriverByName("Memory").CreateDataSource("features")
        layer = source.CreateLayer("features", self._reference, ogr.wkbUnknown)
        layer.CreateField(ogr.FieldDefn("value", ogr.OFTInteger))
        layer.CreateField(ogr.FieldDefn("number", ogr.OFTInteger))
        definition = layer.GetLayerDefn()
        for number in numbers:
            feature = ogr.Feature(definition)
            feature.SetField(0, int(self._values[number]))
            feature.SetField(1, int(number))
            feature.SetGeometry(self._geometries[number])
            layer.CreateFeature(feature)
        return source, layer

    def _burn(self, window: Window, background: int, layers: Sequence[tuple[ogr.Layer, list[str]]]) -> np.ndarray:
        """Layers burned one after another, with 1 where no option names an attribute; (h, w) int32."""
        grid = self._grid.crop(window)
        target = gdal.GetDriverByName("MEM").Create("", window.width, window.height, 1, gdal.GDT_Int32)
        target.SetGeoTransform(grid.geotransform)
        if self._projection:
            target.SetProjection(self._projection)
        target.GetRasterBand(1).Fill(background)
        corners = np.array([-1, window.width, -1, window.width]), np.array([-1, -1, window.height, window.height])
        x, y = grid.center_of(*corners)
        for layer, options in layers:
            layer.SetSpatialFilterRect(x.min(), y.min(), x.max(), y.max())
            gdal.RasterizeLayer(target, [1], layer, burn_values=[1], options=options)
        burned = np.empty((window.height, window.width), np.int32)
        target.ReadRaster(buf_obj=burned.reshape(-1).data.cast("B"), buf_type=gdal.GDT_Int32)
        return burned


def _flat(geometry: Optional[ogr.Geometry]) -> Optional[ogr.Geometry]:
    """The geometry seen from above, of straight lines; None if it is missing, empty or covers nothing."""
    if geometry is None or geometry.IsEmpty():
        return None
    flat = geometry.GetLinearGeometry()
    is_3d = flat.Is3D()
    flat.FlattenTo2D()
    kind = ogr.GT_Flatten(flat.GetGeometryType())
    if kind in _SURFACES or (is_3d and kind == ogr.wkbMultiPolygon and not _is_valid(flat)):
        return _footprint(flat)
    if kind != ogr.wkbGeometryCollection:
        return flat
    parts = ogr.Geometry(ogr.wkbGeometryCollection)
    for i in range(flat.GetGeometryCount()):
        part = _flat(flat.GetGeometryRef(i))
        if part is not None:
            parts.AddGeometry(part)
    return None if parts.IsEmpty() else parts


def _is_valid(geometry: ogr.Geometry) -> bool:
    with collected_errors():
        return bool(geometry.IsValid())


def _footprint(surface: ogr.Geometry) -> Optional[ogr.Geometry]:
    """What the faces of a surface cover together, as GDAL burns no surfaces, and what two faces cover not at all."""
    faces = ogr.Geometry(ogr.wkbMultiPolygon)
    single = ogr.GT_Flatten(surface.GetGeometryType()) == ogr.wkbTriangle
    for face in [surface] if single else [surface.GetGeometryRef(i) for i in range(surface.GetGeometryCount())]:
        if face.Area() > 0:  # walls cover nothing
            faces.AddGeometry(ogr.ForceToPolygon(face.Clone()))
    try:
        return None if faces.IsEmpty() else faces.UnionCascaded()
    except RuntimeError:  # such as coordinates that are not numbers
        return None


def _pixel_boxes(grid: Grid, geometries: Sequence[ogr.Geometry]) -> np.ndarray:
    """First column, first row, and the column and row after the last, that geometries can touch, (n, 4) int64."""
    envelopes = np.array([geometry.GetEnvelope() for geometry in geometries])
    x0, x1, y0, y1 = envelopes.T
    positions = np.array(grid.position_of(np.array([x0, x1, x0, x1]), np.array([y0, y0, y1, y1])))
    positions = positions.clip(-(2**31), 2**31)  # beyond any raster, so that odd coordinates fit an integer
    low, high = np.floor(positions.min(axis=1)) - 1, np.floor(positions.max(axis=1)) + 2
    return np.vstack([low, high]).T.astype(np.int64)


class _Placing:
    """Reprojects geometries, of very large ones only the part around an extent.

    Args:
        there: how to reproject; None to leave coordinates as they are.
        extent: x_min, y_min, x_max, y_max in the other CRS; None keeps all geometries as a whole.
    """

    def __init__(
        self,
        there: Optional[osr.CoordinateTransformation],
        extent: Optional[tuple[float, float, float, float]] = None,
    ):
        self._there = there
        self._near: Optional[tuple[float, float, float, float]] = None
        if there is not None and extent is not None:
            self._back = there.GetInverse()
            self._near = _surroundings(extent, self._back)

    def place(self, geometry: ogr.Geometry) -> Optional[ogr.Geometry]:
        """The geometry in the other CRS; None if it does not exist there.

        If reprojecting it there and back changes it, as with a rectangle around the world in UTM, the part near the
        extent.
        """
        moved = moved_geometry(geometry, self._there)
        if self._near is None or geometry.GetDimension() == 0:
            return moved
        envelope, (x0, x1, y0, y1) = geometry.GetEnvelope(), self._near
        if x0 <= envelope[0] and envelope[1] <= x1 and y0 <= envelope[2] and envelope[3] <= y1:
            return moved
        if moved and self._comes_back(moved, envelope, 0.01 * min(x1 - x0, y1 - y0)):
            return moved
        try:
            part = geometry.Intersection(_box(self._near))
        except RuntimeError:  # coordinates that are not numbers, or rings that cross themselves
            return None
        return None if part is None or part.IsEmpty() else moved_geometry(part, self._there)

    def _comes_back(self, moved: ogr.Geometry, envelope: Sequence[float], tolerance: float) -> bool:
        back = moved_geometry(moved, self._back)
        return back is not None and all(abs(a - b) <= tolerance for a, b in zip(back.GetEnvelope(), envelope))


def _surroundings(
    extent: tuple[float, float, float, float], transformation: osr.CoordinateTransformation
) -> Optional[tuple[float, float, float, float]]:
    """The rectangle x_min, x_max, y_min, y_max in another CRS that holds the extent with a margin of its size.

    None if there is none.
    """
    try:
        x0, y0, x1, y1 = transformation.TransformBounds(*extent, 21)
    except RuntimeError:
        return None
    across, down = x1 - x0, y1 - y0  # below 0 where the extent lies across the 180th meridian
    if not (math.isfinite(across) and math.isfinite(down)) or across <= 0 or down <= 0:
        return None
    return x0 - across, x1 + across, y0 - down, y1 + down


def _box(envelope: Sequence[float]) -> ogr.Geometry:
    """A polygon for x_min, x_max, y_min, y_max."""
    x0, x1, y0, y1 = envelope
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)):
        ring.AddPoint_2D(x, y)
    box = ogr.Geometry(ogr.wkbPolygon)
    box.AddGeometry(ring)
    return box


def tell_left_out(name: str, count: int, progress: Progress) -> None:
    """Warns if features of labels of this name cannot be used."""
    if count:
        progress.warning(
            "{count} feature(s) of “{labels}” have no class or no usable geometry; they are left out.",
            count=count,
            labels=name,
        )
