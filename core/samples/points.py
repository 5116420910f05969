"""Sample points: read from any vector layer, written as GeoPackage."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Optional, Union

import numpy as np
from osgeo import ogr

from ..base.errors import InputError, OutputError
from ..base.messages import Message
from ..base.progress import Progress
from ..raster.classes import NUMBERED_TAG
from ..raster.crs import Place, known_reference, same_crs, wkt_of
from ..raster.gdal_output import close, collected_errors, output_errors
from ..raster.grid import Grid
from ..raster.pixel_types import TAG_DOMAIN
from .vector_layer import Layer, Value, is_missing, keys_of_values, moved_geometry, no_place_error

MOST_FIELDS = 1998  # of a GeoPackage: SQLite has 2000 columns, two of which are fid and geometry

MERGED_FIELDS = {"layer", "path"}  # of layers that QGIS merged


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
                "“{points}” has no field “{field}”; it has {fields}. Choose one of these.",
                points=self.name,
                field=name,
                fields=list(self.fields) or Message("none"),
            )
        return self.fields[name]

    def take(self, rows: np.ndarray) -> Points:
        """Some of the points."""
        fields = {name: [values[i] for i in rows] for name, values in self.fields.items()}
        return Points(self.name, self.x[rows], self.y[rows], self.crs, fields, self.tags)


def read_points(path: str, place: Optional[Place] = None, crs_of: str = "") -> Points:
    """Reads a point layer.

    Args:
        path: file, or file|layername=NAME.
        place: the image over which the points are laid, or WKT to reproject to (empty: of a layer without CRS); None
            keeps the points' own.
        crs_of: the layer that `place` belongs to, for messages.
    Returns:
        The points; those that do not exist in the CRS lie at infinity.
    Raises:
        InputError: the layer cannot be read, has no points, or just one of the two CRS is unknown.
        NoPlaceError: no point exists in the CRS.
    """
    with Layer(path) as source:
        transformation = None if place is None else source.transformation_to(place, crs_of)
        names = source.field_names
        x, y, rows = [], [], []
        for feature in source.features():
            geometry = feature.GetGeometryRef()
            if geometry is None or geometry.IsEmpty():
                continue
            for part in _single_points(geometry, source.name):
                moved = moved_geometry(part, transformation)
                x.append(moved.GetX() if moved else np.inf)
                y.append(moved.GetY() if moved else np.inf)
                rows.append([source.value(feature, i) for i in range(len(names))])
        tags = source.tags
        if not rows:
            raise InputError("“{points}” has no points. Expected a layer of sample points.", points=source.name)
        if not np.isfinite([x, y]).all(axis=0).any():
            raise no_place_error(source.name)
        fields = {name: [row[i] for row in rows] for i, name in enumerate(names)}
        return Points(source.name, np.array(x), np.array(y), wkt_of(place or source.crs) or source.crs, fields, tags)


class PointFile:
    """The points of a file in any CRS, read once for each CRS.

    Args:
        path: file, or file|layername=NAME.
    """

    def __init__(self, path: str):
        self._path = path
        self._known: dict[Optional[str], Points] = {}

    def read(self, place: Optional[Place] = None, crs_of: str = "") -> Points:
        """See `read_points`."""
        crs = None if place is None else wkt_of(place)
        if crs not in self._known:
            own = self._known.get(None)
            if own is not None and crs is not None and same_crs(own.crs, crs):
                found = replace(own, crs=crs or own.crs)
            else:
                found = read_points(self._path, place, crs_of)
            self._known[crs] = found if own is None else replace(found, fields=own.fields)  # held once
        return self._known[crs]


def tell_lost_classes(points: Points, accepted: np.ndarray, progress: Progress, attribute: str = "class") -> None:
    """Warns if all points of a class are rejected; says nothing where points have no such field.

    Args:
        accepted: numbers of the other points, (m,) int64.
    """
    classes = points.fields.get(attribute, [])
    names = points.fields.get("name", classes) if attribute == "class" else classes
    kept = {classes[number] for number in accepted} if classes else set()
    lost = {value: names[i] or value for i, value in enumerate(classes) if value is not None and value not in kept}
    if lost:
        progress.warning(
            "All points of the class(es) {classes} are rejected, so that these are lost. Select samples on the image "
            "with this patch size, or add labels where it has no nodata.",
            classes=[str(name) for name in lost.values()],
        )


def warn_of_pixel_coordinates(grid: Grid, progress: Progress) -> None:
    """Warns if points over an image will not lie where QGIS shows it."""
    if grid.control and grid.is_controlled:
        progress.warning(
            "The image is placed by its {control:part}, so the points get columns and rows as coordinates: they fit "
            "its pixels, but QGIS does not show them over it. To see them on the map, warp image and labels first "
            "(“Warp (reproject)” in the Raster menu).",
            control=grid.control.described(),
        )


def write_points(path: str, points: Points) -> None:
    """Writes points as GeoPackage, with `points.tags` recorded in the layer; those at infinity have no geometry.

    Raises:
        OutputError: the file cannot be written, or there are more fields than it can have.
    """
    if not path.lower().endswith(".gpkg"):
        raise OutputError(
            "Points are written as GeoPackage: expected a file name ending in .gpkg, received “{path}”.",
            path=os.path.basename(path),
        )
    columns = _columns_for_geopackage(points)
    require_room_for(len(columns), points.name)
    with output_errors(path):
        dataset = ogr.GetDriverByName("GPKG").CreateDataSource(path)
        layer = _new_layer(dataset, os.path.splitext(os.path.basename(path))[0], points.crs)
        layer.SetMetadata({k: json.dumps(v) for k, v in points.tags.items()}, TAG_DOMAIN)
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
        feature = definition = layer = None  # any reference to the dataset would keep it open
        close(dataset)  # which writes the rest
        dataset = None


def require_room_for(fields: int, name: str) -> None:
    """Raises OutputError if points cannot be written with so many fields; `name` is theirs, for the message."""
    if fields > MOST_FIELDS:
        raise OutputError(
            "The points of “{points}” would have {fields} fields, and a GeoPackage holds at most {most}. Use an image "
            "of fewer bands, such as some dates of a series (“Rearrange bands”).",
            points=os.path.basename(name),
            fields=fields,
            most=MOST_FIELDS,
        )


def _new_layer(dataset: ogr.DataSource, name: str, crs: str) -> ogr.Layer:
    """A layer of points. Raises RuntimeError."""
    with collected_errors():
        try:
            return dataset.CreateLayer(name, known_reference(crs), ogr.wkbPoint, ["SPATIAL_INDEX=YES"])
        except RuntimeError:  # also of a CRS beyond WKT 1, such as a rotated pole, which was then recorded as WKT 2
            layer = dataset.GetLayerByName(name)
            if layer is None:
                raise
            return layer


def _columns_for_geopackage(points: Points) -> list[tuple[str, list]]:
    """Fields whose names differ in more than case (the later one counts), without GeoPackage's own fid and geom."""
    by_name = {name.lower(): (name, values) for name, values in points.fields.items()}
    return [column for name, column in by_name.items() if name not in ("fid", "geom")]


def _single_points(geometry: ogr.Geometry, name: str) -> list[ogr.Geometry]:
    kind = ogr.GT_Flatten(geometry.GetGeometryType())
    if kind == ogr.wkbPoint:
        return [geometry.Clone()]
    if kind == ogr.wkbMultiPoint:
        return [geometry.GetGeometryRef(i).Clone() for i in range(geometry.GetGeometryCount())]
    raise InputError(
        "“{name}” has a geometry of type {kind}; expected points. “Select samples” makes points from polygons.",
        name=name,
        kind=ogr.GeometryTypeToName(kind),
    )


def _field_type(values: Sequence[Value]) -> int:
    present = [v for v in values if v is not None]
    if present and all(isinstance(v, (int, np.integer)) for v in present):
        return int(ogr.OFTInteger64)
    if present and all(isinstance(v, (int, float, np.integer, np.floating)) for v in present):
        return int(ogr.OFTReal)
    return int(ogr.OFTString)


def class_keys(points: Points, attribute: str) -> list[Union[int, str]]:
    """The class of each point: integers where all are whole numbers, else text. Raises InputError on a missing one."""
    raw = points.column(attribute)
    missing = sum(is_missing(v) for v in raw)
    if missing:
        raise InputError(
            "“{points}” has {count} point(s) without a value in “{field}”. Remove or complete them.",
            points=points.name,
            count=missing,
            field=attribute,
        )
    return keys_of_values(raw, points.name, attribute)


def require_one_name(points: Points, keys: list) -> None:
    """Refuses merged samples, or samples of numbered texts, in which a value has two names or a name two values."""
    if not points.tags.get(NUMBERED_TAG) and not set(points.fields) >= MERGED_FIELDS:
        return
    pairs = {(key, str(name)) for key, name in zip(keys, points.fields.get("name", [])) if name}
    for position, shared in ((0, "value"), (1, "name")):
        times = Counter(pair[position] for pair in pairs)
        for twice in sorted((some for some, count in times.items() if count > 1), key=str)[:1]:
            others = sorted(str(pair[1 - position]) for pair in pairs if pair[position] == twice)
            raise InputError(
                "In “{points}”, the class {shared} {twice} stands for several classes ({others}): samples of layers "
                "whose texts were numbered separately were merged, or the field “class” was edited and “name” was not. "
                "Take the field “name” as the class, or select the samples of all layers with one {p:legend}.",
                points=points.name,
                shared=Message("value") if shared == "value" else Message("name"),
                twice=str(twice),
                others=others,
            )


def has_numbered_texts(tags: Mapping[str, Any], fields: Container[str], attribute: str) -> bool:
    """Whether the values of a field were given to the texts in the field `name`; see `ClassMap.is_numbered`."""
    return attribute == "class" and bool(tags.get(NUMBERED_TAG)) and "name" in fields
