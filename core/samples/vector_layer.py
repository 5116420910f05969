"""Vector layers read with OGR: features, fields, CRS."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Sequence
from typing import Any, Optional, Union

from osgeo import gdal, ogr, osr

from ..base.errors import InputError
from ..base.messages import Message
from ..raster.classes import CLASS_LIMIT, class_value, clean_name
from ..raster.crs import Place, crs_name, is_known, known_reference, require_both_crs, same_crs, wkt_of
from ..raster.gdal_output import collected_errors
from ..raster.pixel_types import TAG_DOMAIN
from ..raster.text import Decoder, loses_text

Value = Union[int, float, str, None]


class NoPlaceError(InputError):
    """No feature of a layer exists in a CRS."""


class Layer:
    """An open vector layer; `path` may carry |layername= or |layerid=, and |subset= with a condition, as in QGIS."""

    def __init__(self, path: str):
        file, layer_name, number, condition = _parts_of(path)
        self._file, self._is_filtered = file, bool(condition)
        self._source = _opened(file)
        try:  # as some formats are looked into only now
            if not self._source.GetLayerCount():
                raise InputError(
                    "“{file}” holds no layer of features: it is an image, empty or damaged. Expected a file such as a "
                    "GeoPackage or a Shapefile.",
                    file=file,
                )
            self.layer = self._source.GetLayerByName(layer_name) if layer_name else self._source.GetLayer(number)
            is_table = self.layer is not None and self.layer.GetGeomType() == ogr.wkbNone
        except RuntimeError as error:
            raise self._damaged(error) from error
        if self.layer is None:
            raise InputError("“{file}” has no layer “{layer}”.", file=file, layer=layer_name or number)
        if loses_text(self.layer) and condition.isascii():  # others need GDAL's decoding
            self.layer = None  # a layer does not outlive its source
            self._source = gdal.OpenEx(file, gdal.OF_VECTOR | gdal.OF_READONLY, open_options=["ENCODING="])
            self.layer = self._source.GetLayerByName(layer_name) if layer_name else self._source.GetLayer(number)
        self.name = os.path.basename(file)
        if is_table:
            raise InputError(
                "“{layer}” is a table without geometries. Expected a layer of features: make points of its columns "
                "first (“Create points layer from table”), or choose the layer that the table was made from.",
                layer=self.name,
            )
        if condition:
            self._keep(condition)
        self._decoder = Decoder.of_layer(file, self.layer)
        self.crs = self._decoder.text(_known_crs(self.layer.GetSpatialRef()))
        definition = self.layer.GetLayerDefn()
        names = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]
        self.field_names = self._decoder.texts(names)

    def __enter__(self) -> Layer:
        return self

    def __exit__(self, *exception: object) -> None:
        self.layer = self._source = None

    def value(self, feature: ogr.Feature, column: int) -> Value:
        """The value of a field; None where the feature has none."""
        if not feature.IsFieldSetAndNotNull(column):
            return None
        kind = feature.GetFieldDefnRef(column).GetType()
        if kind in (ogr.OFTInteger, ogr.OFTInteger64):
            return int(feature.GetFieldAsInteger64(column))
        if kind == ogr.OFTReal:
            return float(feature.GetFieldAsDouble(column))
        return self._decoder.text(feature.GetFieldAsString(column))

    def features(self) -> Iterator[ogr.Feature]:
        """All features. Raises InputError, at the latest after the last one, if some cannot be read."""
        read = 0
        self.layer.ResetReading()
        while (feature := self._next_feature()) is not None:
            read += 1
            yield feature
        recorded = self._recorded_count(read)
        if read < recorded:
            raise self._damaged(Message("only {read} of {recorded} features are there", read=read, recorded=recorded))

    def _recorded_count(self, read: int) -> int:
        """How many features the file says that it has, where that tells of a cut that reading does not; else 0.

        A shapefile also counts those that were deleted.
        """
        driver = self._source.GetDriver().ShortName
        if self._is_filtered or not (driver == "FlatGeobuf" or (driver == "GML" and not read)):
            return 0
        try:
            return int(self.layer.GetFeatureCount())
        except RuntimeError as error:
            raise self._damaged(error) from error

    def _next_feature(self) -> Optional[ogr.Feature]:
        with collected_errors() as messages:  # drivers report some errors only, and give no more features
            try:
                feature = self.layer.GetNextFeature()
            except RuntimeError as error:
                messages.append(str(error))
        if messages:
            raise self._damaged(next(filter(None, reversed(messages)), None))
        return feature

    def _damaged(self, reason: object) -> InputError:
        """The error for a file that opens but cannot be read; GDAL has no words for some geometries that are none."""
        return InputError(
            "The vector layer “{file}” cannot be read: {reason:part}. The file may be damaged.",
            file=self._file,
            reason=reason or Message("a feature is incomplete or has no valid geometry"),
        )

    @property
    def tags(self) -> dict[str, Any]:
        """What RasterLearn itself recorded in the layer."""
        return {k: json.loads(v) for k, v in (self.layer.GetMetadata(TAG_DOMAIN) or {}).items()}

    def _keep(self, condition: str) -> None:
        """Leaves only features that meet a condition. Raises InputError if OGR does not understand it."""
        try:
            self.layer.SetAttributeFilter(condition)
            self.layer.GetNextFeature()  # databases check the condition only now
            self.layer.ResetReading()
        except RuntimeError as error:
            raise InputError(
                "The condition “{condition}” for “{layer}” is not understood: {reason}. Expected SQL as after "
                "WHERE, such as class = 3. For all else, export the layer first.",
                condition=condition,
                layer=self.name,
                reason=error,
            ) from error

    def transformation_to(self, place: Place, crs_of: str) -> Optional[osr.CoordinateTransformation]:
        """How to reproject geometries to the CRS of `place`; None if they are in it, or neither CRS is known."""
        crs = wkt_of(place)
        require_both_crs(crs_of, place, self.name, self.crs)
        if not is_known(crs) or same_crs(crs, self.crs):
            return None
        try:
            return osr.CoordinateTransformation(known_reference(self.crs), known_reference(crs))
        except RuntimeError as error:
            raise InputError(
                "“{layer}” cannot be reprojected from {crs} to {target}: {reason}.",
                layer=self.name,
                crs=crs_name(self.crs),
                target=crs_name(crs),
                reason=error,
            ) from error


def _opened(file: str) -> gdal.Dataset:
    try:
        return gdal.OpenEx(file, gdal.OF_VECTOR | gdal.OF_READONLY)
    except RuntimeError as error:
        raise InputError(
            "The vector layer “{file}” cannot be opened: {reason:part}. Expected a file that OGR reads "
            "(GeoPackage, Shapefile …).",
            file=file,
            reason=error,
        ) from error


def _parts_of(path: str) -> tuple[str, str, int, str]:
    """File, name and number of the layer, and condition, of a source as QGIS writes it.

    Raises:
        InputError: it has another option.
    """
    source, _, condition = path.partition("|subset=")  # the last option, which may contain |
    file, *texts = source.split("|")
    options = {name.lower(): value for name, _, value in (text.partition("=") for text in texts if text)}
    name, number = options.pop("layername", ""), options.pop("layerid", "0")
    if options or not number.isdecimal():
        raise InputError(
            "The source “{path}” is not understood: expected a file with |layername= or |layerid=, and |subset= "
            "last. Export the layer first.",
            path=path,
        )
    return file, name, int(number), condition


def _known_crs(reference: Optional[osr.SpatialReference]) -> str:
    """WKT; empty without a CRS, for one without contents, or for the “undefined” ones that GeoPackage has instead."""
    if reference is None or reference.IsLocal() or str(reference.GetName()).lower().startswith("undefined"):
        return ""
    try:
        return str(reference.ExportToWkt())
    except RuntimeError:  # as some formats have one
        return ""


def moved_geometry(
    geometry: ogr.Geometry, transformation: Optional[osr.CoordinateTransformation]
) -> Optional[ogr.Geometry]:
    """The geometry in another CRS; None if it does not exist there."""
    moved = geometry.Clone()
    try:
        if transformation is not None:
            moved.Transform(transformation)
    except RuntimeError:  # such as a latitude beyond the pole
        return None
    measures = list(moved.GetEnvelope())  # which ignores NaN; area and length do not
    if moved.GetDimension() > 0:
        measures.append(moved.Area() if moved.GetDimension() == 2 else moved.Length())
    return moved if all(map(math.isfinite, measures)) else None


def no_place_error(name: str) -> NoPlaceError:
    """The error for a layer of which no feature exists in the requested CRS."""
    return NoPlaceError(
        "“{name}” has no coordinates that can be reprojected. Check that its coordinate reference system is right.",
        name=name,
    )


def is_missing(value: Value) -> bool:
    """Whether a field holds nothing that could be a class."""
    return value is None or value != value or clean_name(str(value)) == ""  # NaN differs from itself


def keys_of_values(raw: Sequence[Value], name: str, attribute: str) -> list[Union[int, str]]:
    """Integers where all values are whole numbers (also written as text, see `class_value`), else cleaned text.

    Raises:
        InputError: numbers that are not whole, or too large.
    """
    if any(isinstance(v, str) for v in raw):
        texts = [clean_name(str(v)) for v in raw]
        numbers = [number for number in map(class_value, texts) if number is not None]
        return list(numbers if len(numbers) == len(texts) else texts)
    unfit = [v for v in raw if not isinstance(v, (int, float)) or not abs(v) < CLASS_LIMIT or v != int(v)]
    if unfit:
        raise InputError(
            "The field “{field}” of “{name}” has decimal numbers, or numbers beyond 64 bits, such as {value:g}; "
            "expected whole numbers or text as classes. Choose another field.",
            field=attribute,
            name=name,
            value=unfit[0],
        )
    return [int(v) for v in raw if v is not None]
