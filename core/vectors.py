"""The one door to OGR: points and labelled features in, points out. GeoPackage is the format written."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional, Union

import numpy as np
from osgeo import gdal, ogr, osr

from .blocks import Window
from .classes import clean_name
from .errors import InputError, OutputError
from .grid import Grid
from .raster import TAG_DOMAIN, close, crs_name, output_errors, require_same_crs, same_crs

ogr.UseExceptions()

NOT_BURNED = -(2**31)
ROWS_AT_ONCE = 256
CLASS_LIMIT = 2**63  # beyond any integer of a field

Value = Union[int, float, str, None]


class NoPlaceError(InputError):
    """No feature of a layer has a place in a CRS."""


@dataclass(frozen=True)
class Points:
    """Points with attributes.

    Attributes:
        name: for messages.
        x, y: coordinates, (n,) float64, in `crs` (WKT; empty if unknown).
        fields: one list of n values per field; None where a value is missing.
        tags: what RasterLearn itself recorded in the layer.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    crs: str
    fields: dict[str, list[Value]]
    tags: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.x)

    def column(self, name: str) -> list[Value]:
        """The values of one field. Raises InputError if there is none of this name."""
        if name not in self.fields:
            raise InputError(
                f"“{self.name}” has no field “{name}”; it has {', '.join(self.fields) or 'none'}. Choose one of these."
            )
        return self.fields[name]

    def take(self, rows: np.ndarray) -> Points:
        """Some of the points."""
        fields = {name: [values[i] for i in rows] for name, values in self.fields.items()}
        return Points(self.name, self.x[rows], self.y[rows], self.crs, fields, self.tags)


def read_points(path: str, crs: Optional[str] = None, crs_of: str = "") -> Points:
    """Reads a point layer.

    Args:
        path: file, or file|layername=NAME.
        crs: WKT to reproject to (empty: of a layer without CRS); None keeps the points' own.
        crs_of: the layer that `crs` belongs to, for messages.
    Returns:
        The points; those that have no place in `crs` lie at infinity.
    Raises:
        InputError: the layer cannot be read, has no points, or just one of the two CRS is unknown.
        NoPlaceError: no point has a place in `crs`.
    """
    with _Layer(path) as source:
        transformation = None if crs is None else source.transformation_to(crs, crs_of)
        names = source.field_names
        x, y, rows = [], [], []
        for feature in source.layer:
            geometry = feature.GetGeometryRef()
            if geometry is None or geometry.IsEmpty():
                continue
            for part in _single_points(geometry, source.name):
                moved = _moved(part, transformation)
                x.append(moved.GetX() if moved else np.inf)
                y.append(moved.GetY() if moved else np.inf)
                rows.append([_value_of(feature, i) for i in range(len(names))])
        tags = {k: json.loads(v) for k, v in (source.layer.GetMetadata(TAG_DOMAIN) or {}).items()}
        if not rows:
            raise InputError(f"“{source.name}” has no points. Expected a layer of sample points.")
        if not np.isfinite([x, y]).all(axis=0).any():
            raise _no_place(source.name)
        fields = {name: [row[i] for row in rows] for i, name in enumerate(names)}
        return Points(source.name, np.array(x), np.array(y), crs or source.crs, fields, tags)


def write_points(path: str, points: Points) -> None:
    """Writes points as GeoPackage, with `points.tags` recorded in the layer; those at infinity have no geometry.

    Raises:
        OutputError: the file cannot be written.
    """
    if not path.lower().endswith(".gpkg"):
        raise OutputError(
            "Points are written as GeoPackage: expected a file name ending in .gpkg, received "
            f"“{os.path.basename(path)}”."
        )
    with output_errors(path):
        dataset = ogr.GetDriverByName("GPKG").CreateDataSource(path)
        layer = dataset.CreateLayer(
            os.path.splitext(os.path.basename(path))[0], _reference(points.crs), ogr.wkbPoint, ["SPATIAL_INDEX=YES"]
        )
        layer.SetMetadata({k: json.dumps(v) for k, v in points.tags.items()}, TAG_DOMAIN)
        columns = _columns_for_geopackage(points)
        for name, values in columns:
            layer.CreateField(ogr.FieldDefn(name, _field_type(values)))
        layer.StartTransaction()
        definition = layer.GetLayerDefn()
        for i in range(len(points)):
            feature = ogr.Feature(definition)
            for column, (_, values) in enumerate(columns):
                if values[i] is not None:
                    feature.SetField(column, values[i].item() if isinstance(values[i], np.generic) else values[i])
            if np.isfinite(points.x[i]) and np.isfinite(points.y[i]):  # the spatial index takes no others
                geometry = ogr.Geometry(ogr.wkbPoint)
                geometry.AddPoint_2D(float(points.x[i]), float(points.y[i]))
                feature.SetGeometry(geometry)
            layer.CreateFeature(feature)
        layer.CommitTransaction()
        feature = definition = layer = None  # what still refers to the dataset keeps it open
        close(dataset)  # which writes the rest
        dataset = None


def _columns_for_geopackage(points: Points) -> list[tuple[str, list]]:
    """Fields whose names differ in more than case (the later one counts), without GeoPackage's own fid and geom."""
    by_name = {name.lower(): (name, values) for name, values in points.fields.items()}
    return [column for name, column in by_name.items() if name not in ("fid", "geom")]


class LabelFeatures:
    """Polygons, lines or points with a class, laid over a grid block by block.

    A polygon covers the pixels whose centers are inside, a line those that it crosses, a point the one it lies in, as
    in OTB.

    Args:
        path: file, or file|layername=NAME.
        attribute: the field with the class: integer, or text.
        crs, crs_of: WKT to reproject to, and the name of the layer that it belongs to, for messages.
        extent: x_min, y_min, x_max, y_max in `crs` of what the features are for. Of a feature so large that not all of
            it has a place in `crs`, the part around the extent is used.
    Attributes:
        keys: the class of each feature with geometry and class: int or str.
        ids: the feature id of each of these.
        missing: number of features left out because they have no class, or no geometry with a place in `crs`.
    """

    def __init__(
        self,
        path: str,
        attribute: str,
        crs: str,
        crs_of: str,
        extent: Optional[tuple[float, float, float, float]] = None,
    ):
        with _Layer(path) as source:
            self.name = source.name
            if attribute not in source.field_names:
                raise InputError(
                    f"“{self.name}” has no field “{attribute}”; it has {', '.join(source.field_names) or 'none'}. "
                    "Choose the field with the class."
                )
            column = source.field_names.index(attribute)
            placing = _Placing(source.transformation_to(crs, crs_of), extent)
            self._reference = _reference(crs or source.crs)
            self._geometries: list[ogr.Geometry] = []
            self.ids: list[int] = []
            raw: list[Value] = []
            self.missing = without_place = 0
            for feature in source.layer:
                geometry, value = feature.GetGeometryRef(), _value_of(feature, column)
                if geometry is None or geometry.IsEmpty() or _is_missing(value):
                    self.missing += 1
                    continue
                linear = geometry.GetLinearGeometry()
                linear.FlattenTo2D()
                placed = placing.place(linear)
                if placed is None:
                    without_place += 1
                    continue
                self._geometries.append(placed)
                self.ids.append(int(feature.GetFID()))
                raw.append(value)
        self.missing += without_place
        if not raw and without_place:
            raise _no_place(self.name)
        if not raw:
            raise InputError(
                f"“{self.name}” has no feature with a value in the field “{attribute}”. Choose another field."
            )
        self.keys = _class_keys(raw, self.name, attribute)

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
        self._geometries, self._values = geometries, np.asarray(values, np.int32)
        self._boxes = np.array([_pixel_box(grid, geometry) for geometry in geometries], np.int64)
        lines = np.array([geometry.GetDimension() == 1 for geometry in geometries])
        self._layers = [
            (self._layer_of(np.flatnonzero(chosen)), options)
            for chosen, options in ((~lines, []), (lines, ["ALL_TOUCHED=TRUE"]))
            if chosen.any()
        ]

    def read(self, window: Window) -> np.ndarray:
        """Burned values (h, w) int32, NOT_BURNED where no feature lies; the later feature counts, lines over others."""
        return self._burn(window, NOT_BURNED, [(layer, ["ATTRIBUTE=value", *how]) for (_, layer), how in self._layers])

    def covered(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """What each feature covers: a pixel in several features comes once for each of them.

        Returns:
            positions: (m,) int64, row * width + column within the window, ascending. values: (m,) int32.
        """
        times = self._burn(window, 0, [(layer, ["MERGE_ALG=ADD", *how]) for (_, layer), how in self._layers])
        if times.max() <= 1:
            values = self.read(window).ravel()
            positions = np.flatnonzero(values != NOT_BURNED)
            return positions, values[positions]
        near = np.flatnonzero(
            (self._boxes[:, 0] < window.right)
            & (self._boxes[:, 2] > window.x)
            & (self._boxes[:, 1] < window.bottom)
            & (self._boxes[:, 3] > window.y)
        )
        parts = [self._pixels_of(number, window) for number in near]
        positions = np.concatenate(parts)
        values = np.repeat(self._values[near], [len(part) for part in parts])
        order = np.argsort(positions, kind="stable")
        return positions[order], values[order]

    def pixel_counts(self) -> np.ndarray:
        """Pixels of the grid that each feature covers, (n,) int64."""
        counts = np.zeros(len(self._geometries), np.int64)
        for number, (left, top, right, bottom) in enumerate(self._boxes.tolist()):
            box = Window(left, top, right - left, bottom - top).intersect(self._grid.window)
            strips = box.blocks(box.width, ROWS_AT_ONCE) if box.pixels else ()
            counts[number] = sum(len(self._pixels_of(number, strip)) for strip in strips)
        return counts

    def _pixels_of(self, number: int, window: Window) -> np.ndarray:
        left, top, right, bottom = self._boxes[number].tolist()
        box = Window(left, top, right - left, bottom - top).intersect(window)
        if not box.pixels:
            return np.array([], np.int64)
        layer = self._layer_of([number])
        how = ["ALL_TOUCHED=TRUE"] if self._geometries[number].GetDimension() == 1 else []
        rows, columns = np.nonzero(self._burn(box, 0, [(layer[1], how)]))
        return (rows + box.y - window.y) * window.width + columns + box.x - window.x

    def _layer_of(self, numbers: Iterable[int]) -> tuple[ogr.DataSource, ogr.Layer]:
        """Some of the features; a layer does not keep its source alive."""
        source = ogr.GetDriverByName("Memory").CreateDataSource("features")
        layer = source.CreateLayer("features", self._reference, ogr.wkbUnknown)
        layer.CreateField(ogr.FieldDefn("value", ogr.OFTInteger))
        definition = layer.GetLayerDefn()
        for number in numbers:
            feature = ogr.Feature(definition)
            feature.SetField(0, int(self._values[number]))
            feature.SetGeometry(self._geometries[number])
            layer.CreateFeature(feature)
        return source, layer

    def _burn(self, window: Window, background: int, layers: Sequence[tuple[ogr.Layer, list[str]]]) -> np.ndarray:
        """Layers burned one after another, with 1 where no option names an attribute; (h, w) int32."""
        grid = self._grid.crop(window)
        target = gdal.GetDriverByName("MEM").Create("", window.width, window.height, 1, gdal.GDT_Int32)
        target.SetGeoTransform(grid.geotransform)
        if self._reference is not None:
            target.SetProjection(self._reference.ExportToWkt())
        target.GetRasterBand(1).Fill(background)
        corners = np.array([-1, window.width, -1, window.width]), np.array([-1, -1, window.height, window.height])
        x, y = grid.center_of(*corners)
        for layer, options in layers:
            layer.SetSpatialFilterRect(x.min(), y.min(), x.max(), y.max())
            gdal.RasterizeLayer(target, [1], layer, burn_values=[1], options=options)
        burned = np.empty((window.height, window.width), np.int32)
        target.ReadRaster(buf_obj=burned.reshape(-1).data.cast("B"), buf_type=gdal.GDT_Int32)
        return burned


def _pixel_box(grid: Grid, geometry: ogr.Geometry) -> tuple[int, int, int, int]:
    """First column, first row, and the column and row after the last, that a geometry can touch."""
    x0, x1, y0, y1 = geometry.GetEnvelope()
    columns, rows = grid.position_of(np.array([x0, x1, x0, x1]), np.array([y0, y0, y1, y1]))
    limit = 2**31  # beyond any raster, so that odd coordinates fit an integer
    low, high = (f(np.array([columns, rows]).clip(-limit, limit), axis=1) for f in (np.min, np.max))
    return (*(int(np.floor(v)) - 1 for v in low), *(int(np.floor(v)) + 2 for v in high))  # type: ignore[return-value]


class _Layer:
    """An open vector layer; `path` may carry |layername= or |layerid=, and |subset= with a condition, as in QGIS."""

    def __init__(self, path: str):
        file, layer_name, number, condition = _parts_of(path)
        try:
            self._source = gdal.OpenEx(file, gdal.OF_VECTOR | gdal.OF_READONLY)
        except RuntimeError as error:
            raise InputError(
                f"The vector layer “{file}” cannot be opened: {str(error).rstrip('.')}. "
                "Expected a file that OGR reads (GeoPackage, Shapefile …)."
            ) from error
        self.layer = self._source.GetLayerByName(layer_name) if layer_name else self._source.GetLayer(number)
        if self.layer is None:
            raise InputError(f"“{file}” has no layer “{layer_name or number}”.")
        self.name = os.path.basename(file)
        if condition:
            self._keep(condition)
        self.crs = _known_crs(self.layer.GetSpatialRef())
        definition = self.layer.GetLayerDefn()
        self.field_names = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]

    def __enter__(self) -> _Layer:
        return self

    def __exit__(self, *exception: object) -> None:
        self.layer = self._source = None

    def _keep(self, condition: str) -> None:
        """Leaves only features that meet a condition. Raises InputError if OGR does not understand it."""
        try:
            self.layer.SetAttributeFilter(condition)
            self.layer.GetNextFeature()  # databases look at the condition only now
            self.layer.ResetReading()
        except RuntimeError as error:
            raise InputError(
                f"The condition “{condition}” for “{self.name}” is not understood: {error}. Expected SQL as after "
                "WHERE, such as class = 3. For all else, export the layer first."
            ) from error

    def transformation_to(self, crs: str, crs_of: str) -> Optional[osr.CoordinateTransformation]:
        """How to reproject geometries; None where they are in `crs` already or neither CRS is known."""
        if not crs and not self.crs:
            return None
        if not crs or not self.crs:
            require_same_crs(crs_of, crs, self.name, self.crs)
        if same_crs(crs, self.crs):
            return None
        try:
            return osr.CoordinateTransformation(_reference(self.crs), _reference(crs))
        except RuntimeError as error:
            raise InputError(
                f"“{self.name}” cannot be reprojected from {crs_name(self.crs)} to {crs_name(crs)}: {error}."
            ) from error


def _parts_of(path: str) -> tuple[str, str, int, str]:
    """File, name and number of the layer, and condition, of a source such as QGIS writes it.

    Raises:
        InputError: it has another option.
    """
    source, _, condition = path.partition("|subset=")  # which is the last option, and may contain |
    file, *texts = source.split("|")
    options = {name.lower(): value for name, _, value in (text.partition("=") for text in texts if text)}
    name, number = options.pop("layername", ""), options.pop("layerid", "0")
    if options or not number.isdecimal():
        raise InputError(
            f"The source “{path}” is not understood: expected a file with |layername= or |layerid=, and |subset= last. "
            "Export the layer first."
        )
    return file, name, int(number), condition


def _known_crs(reference: Optional[osr.SpatialReference]) -> str:
    """WKT; empty for none and for the “undefined” systems that GeoPackage has instead of none."""
    if reference is None or reference.IsLocal() or str(reference.GetName()).lower().startswith("undefined"):
        return ""
    return str(reference.ExportToWkt())


def _moved(geometry: ogr.Geometry, transformation: Optional[osr.CoordinateTransformation]) -> Optional[ogr.Geometry]:
    """The geometry in another CRS; None where it has no place there."""
    moved = geometry.Clone()
    try:
        if transformation is not None:
            moved.Transform(transformation)
    except RuntimeError:  # such as a latitude beyond the pole
        return None
    measures = list(moved.GetEnvelope())  # which passes over NaN; area and length do not
    if moved.GetDimension() > 0:
        measures.append(moved.Area() if moved.GetDimension() == 2 else moved.Length())
    return moved if all(map(math.isfinite, measures)) else None


class _Placing:
    """Brings geometries to another CRS, of very large ones the part around an extent.

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
        """The geometry in the other CRS, where it has a place there.

        If the way there and back changes it, as with a rectangle around the world in UTM, the part near the extent.
        """
        moved = _moved(geometry, self._there)
        if self._near is None or geometry.GetDimension() == 0:
            return moved
        envelope, (x0, x1, y0, y1) = geometry.GetEnvelope(), self._near
        if x0 <= envelope[0] and envelope[1] <= x1 and y0 <= envelope[2] and envelope[3] <= y1:
            return moved
        if moved and self._comes_back(moved, envelope, 0.01 * min(x1 - x0, y1 - y0)):
            return moved
        try:
            part = geometry.Intersection(_box(self._near))
        except RuntimeError:  # coordinates that are no numbers, or rings that cross themselves
            return None
        return None if part is None or part.IsEmpty() else _moved(part, self._there)

    def _comes_back(self, moved: ogr.Geometry, envelope: Sequence[float], tolerance: float) -> bool:
        back = _moved(moved, self._back)
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


def _no_place(name: str) -> NoPlaceError:
    return NoPlaceError(
        f"“{name}” has no coordinates that can be reprojected. Check that its coordinate reference system is right."
    )


def _reference(crs: str) -> Optional[osr.SpatialReference]:
    if not crs:
        return None
    reference = osr.SpatialReference()
    reference.ImportFromWkt(crs)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def _single_points(geometry: ogr.Geometry, name: str) -> list[ogr.Geometry]:
    kind = ogr.GT_Flatten(geometry.GetGeometryType())
    if kind == ogr.wkbPoint:
        return [geometry.Clone()]
    if kind == ogr.wkbMultiPoint:
        return [geometry.GetGeometryRef(i).Clone() for i in range(geometry.GetGeometryCount())]
    raise InputError(
        f"“{name}” has a geometry of type {ogr.GeometryTypeToName(kind)}; expected points. “Select samples” makes "
        "points from polygons."
    )


def _value_of(feature: ogr.Feature, column: int) -> Value:
    if not feature.IsFieldSetAndNotNull(column):
        return None
    kind = feature.GetFieldDefnRef(column).GetType()
    if kind in (ogr.OFTInteger, ogr.OFTInteger64):
        return int(feature.GetFieldAsInteger64(column))
    if kind == ogr.OFTReal:
        return float(feature.GetFieldAsDouble(column))
    return str(feature.GetFieldAsString(column))


def _field_type(values: Sequence[Value]) -> int:
    present = [v for v in values if v is not None]
    if present and all(isinstance(v, (int, np.integer)) for v in present):
        return int(ogr.OFTInteger64)
    if present and all(isinstance(v, (int, float, np.integer, np.floating)) for v in present):
        return int(ogr.OFTReal)
    return int(ogr.OFTString)


def _is_missing(value: Value) -> bool:
    return value is None or value != value or clean_name(str(value)) == ""  # NaN differs from itself


def _class_keys(raw: Sequence[Value], name: str, attribute: str) -> list[Union[int, str]]:
    """Integers where all values are whole numbers (also written as text), else stripped text."""
    try:
        numbers = [_number(v) for v in raw]
    except ValueError:
        return [clean_name(str(v)) for v in raw]
    unfit = [n for n in numbers if not abs(n) < CLASS_LIMIT or n != int(n)]
    if unfit:
        raise InputError(
            f"The field “{attribute}” of “{name}” has decimal numbers, or numbers beyond 64 bits, such as "
            f"{unfit[0]:g}; expected whole numbers or text as classes. Choose another field."
        )
    return [int(n) for n in numbers]


def _number(value: Value) -> Union[int, float]:
    """A number, exact where it is whole. Raises ValueError for text that is none a class could have."""
    if not isinstance(value, str):
        assert value is not None
        return value
    try:
        number: Union[int, float] = int(value)
    except ValueError:
        number = float(value)
    if not abs(number) < CLASS_LIMIT:
        raise ValueError(value)
    return number


def class_keys(points: Points, attribute: str) -> list[Union[int, str]]:
    """The class of each point: integers where all are whole numbers, else text. Raises InputError on a missing one."""
    raw = points.column(attribute)
    missing = sum(_is_missing(v) for v in raw)
    if missing:
        raise InputError(
            f"“{points.name}” has {missing} point(s) without a value in “{attribute}”. Remove or complete them."
        )
    return _class_keys(raw, points.name, attribute)
