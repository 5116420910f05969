"""The features of a layer as QGIS shows them, as a file for the engine.

The engine reads the file of a layer where that is what QGIS shows, and else a copy in the folder of the job.
DIFFERENCES lists all that can differ.
"""

from __future__ import annotations

import locale
import os
import re

from qgis.core import (
    QgsExpression,
    QgsFeature,
    QgsFeatureRequest,
    QgsField,
    QgsFields,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProviderRegistry,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
)
from qgis.PyQt.QtCore import QMetaType, QVariant

from ..host.engine_texts import translated
from ..host.geopackage import copy_metadata
from ..host.translation import tr
from ..jobs.job import NOTHING

FORMATS = (".gpkg", ".shp", ".geojson", ".fgb")  # which OGR reads as QGIS does
# Types of fields that QGIS writes to a GeoPackage; others, such as maps of GeoJSON and large numbers, become text.
_KIND = QMetaType.Type
WRITTEN = (
    *(_KIND.Int, _KIND.LongLong, _KIND.Double, _KIND.Bool, _KIND.QString, _KIND.QByteArray),
    *(_KIND.QDate, _KIND.QTime, _KIND.QDateTime, _KIND.QStringList, _KIND.QVariantList),
)
TEXT = getattr(QVariant, "Type", _KIND)(_KIND.QString)  # with Qt 5, fields have types of their own
FEATURES_BETWEEN_LOOKS, FEATURES_BETWEEN_TEXTS = 100, 50_000


class ShownFeatures:
    """The features that a parameter names.

    Made in the thread that owns the layer; `path` may be called in any other.

    Args:
        layer: the vector layer. given: the parameter's value, which may ask for some of its features only.
        folder: of the job, for a copy.
    """

    def __init__(self, name, layer, given, folder):
        self._name, self._title, self._layer_path = name, layer.name(), _path_in_file(layer)
        asked = given if isinstance(given, QgsProcessingFeatureSourceDefinition) else None
        self._reasons = [reason() for differs, reason in DIFFERENCES if differs(layer, asked)]
        if not self._reasons:
            return
        self._copy = _path_of_copy(folder, name, layer.name())
        layer.saveNamedStyle(os.path.splitext(self._copy)[0] + ".qml")
        self._described_in = _geopackage_of(layer)
        self._columns = _columns_of(layer)
        self._fields, self._geometry, self._crs = layer.fields(), layer.wkbType(), layer.crs()
        self._source, self._request = QgsVectorLayerFeatureSource(layer), QgsFeatureRequest()
        self._only_selected = asked is not None and asked.selectedFeaturesOnly
        if self._only_selected:
            self._request.setFilterFids(layer.selectedFeatureIds())
        self._check, self._limit = _geometry_check_of(asked), _limit_of(asked)
        self._condition = QgsExpression(_expression_of(asked)) if _expression_of(asked) else None
        self._expression_context = layer.createExpressionContext() if self._condition else None

    def path(self, context, feedback):
        """The file, perhaps with |layername=; a copy is made if it does not hold what QGIS shows.

        Raises:
            QgsProcessingException: no feature is selected, the copy cannot be written, or the job is cancelled.
        """
        if not self._reasons:
            return self._layer_path
        feedback.pushInfo(
            tr("“{}”: what QGIS shows is copied for this job, because it is not just what its file holds ({}).").format(
                self._title, "; ".join(self._reasons)
            )
        )
        written = self._write(context, feedback)
        if not written and self._only_selected:
            raise QgsProcessingException(
                tr("{}: no feature of “{}” is selected. Select some, or use all of them.").format(
                    self._name, self._title
                )
            )
        if self._described_in:
            try:
                copy_metadata(*self._described_in, self._copy)
            except OSError as error:
                raise self._failed(f"{error}.") from error
        return self._copy

    def _write(self, context, feedback):
        """Writes the copy and returns the number of its features."""
        fields = QgsFields()
        for column in self._columns:
            field = self._fields.at(column)
            fields.append(field if field.type() in WRITTEN else QgsField(field.name(), TEXT))
        writer = self._writer(fields, context)
        written = 0
        for number, shown in enumerate(self._source.getFeatures(self._request)):
            if number % FEATURES_BETWEEN_LOOKS == 0:
                self._look(number, feedback)
            if written == self._limit:
                break
            if not self._is_asked_for(shown):
                continue
            values = shown.attributes()
            feature = QgsFeature(fields)
            feature.setGeometry(shown.geometry())
            feature.setAttributes([_written_value(self._fields.at(c), values[c]) for c in self._columns])
            if not writer.addFeature(feature):
                raise self._failed(writer.errorMessage())
            written += 1
        writer.flushBuffer()
        if writer.hasError():
            raise self._failed(writer.errorMessage())
        return written

    def _is_asked_for(self, feature):
        return self._meets_condition(feature) and self._has_sound_geometry(feature)

    def _meets_condition(self, feature):
        if self._condition is None:
            return True
        self._expression_context.setFeature(feature)
        meets = self._condition.evaluate(self._expression_context)
        reason = self._condition.parserErrorString() or self._condition.evalErrorString()
        if reason:
            raise QgsProcessingException(
                tr("{}: the filter “{}” is not understood: {}").format(self._name, self._condition.expression(), reason)
            )
        return bool(meets)

    def _has_sound_geometry(self, feature):
        """Whether to copy the feature, as far as the value of the parameter asks for a check of geometries."""
        unchecked = self._check in (None, QgsFeatureRequest.GeometryNoCheck) or feature.geometry().isNull()
        if unchecked or feature.geometry().isGeosValid():
            return True
        if self._check == QgsFeatureRequest.GeometrySkipInvalid:
            return False
        raise QgsProcessingException(
            tr("{}: feature {} of “{}” is not valid. Repair it (“Fix geometries”), or leave such features out.").format(
                self._name, feature.id(), self._title
            )
        )

    def _writer(self, fields, context):
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName, options.fileEncoding = "GPKG", "UTF-8"
        names = [field.name().lower() for field in fields]
        taken = set(names)
        if len(names) > len(taken):
            same = next(name for name in names if names.count(name) > 1)
            raise self._failed(tr("two fields are called “{}”.").format(same))
        number = next(name for name in ("fid", *(f"fid_{n}" for n in range(1, 1000))) if name not in taken)
        shape = next(name for name in ("geom", *(f"geom_{n}" for n in range(1, 1000))) if name not in taken)
        options.layerOptions = [f"FID={number}", f"GEOMETRY_NAME={shape}"]
        writer = QgsVectorFileWriter.create(
            self._copy, fields, self._geometry, self._crs, context.transformContext(), options
        )
        if writer.hasError() or not os.path.exists(self._copy):
            raise self._failed(writer.errorMessage())
        return writer

    def _look(self, number, feedback):
        if feedback.isCanceled():
            raise QgsProcessingException(tr("The job was cancelled. {}").format(translated(NOTHING)))
        if number and number % FEATURES_BETWEEN_TEXTS == 0:
            feedback.setProgressText(tr("Copying “{}”: {} features").format(self._title, f"{number:,}"))

    def _failed(self, reason):
        return QgsProcessingException(
            tr(
                "{}: what QGIS shows of “{}” is not just what its file holds ({}), and it could not be copied: {} "
                "Export the layer (“Save Features As”) to a GeoPackage, and give that."
            ).format(self._name, self._title, "; ".join(self._reasons), reason)
        )


def _written_value(field, value):
    is_written = field.type() in WRITTEN or value is None or value == QVariant()
    return value if is_written else field.displayString(value)


def _parts_of(layer):
    return QgsProviderRegistry.instance().decodeUri("ogr", layer.source())


def _path_in_file(layer):
    """The file of a layer with |layername= or |layerid=; meaningful if it `_is_plain_file`."""
    parts = _parts_of(layer)
    path, name, number = parts.get("path") or "", parts.get("layerName"), parts.get("layerId")
    if name:
        return f"{path}|layername={name}"
    return f"{path}|layerid={number}" if isinstance(number, int) else path


def _is_plain_file(layer):
    path = _parts_of(layer).get("path") or ""
    return layer.providerType() == "ogr" and path.lower().endswith(FORMATS) and os.path.isfile(path)


def _is_part(layer):
    return any(_parts_of(layer).get(part) for part in ("subset", "geometryType", "openOptions", "vsiPrefix"))


def _has_other_fields(layer):
    return [field.name() for field in layer.fields()] != [field.name() for field in layer.dataProvider().fields()]


def _is_decoded_otherwise(layer):
    """Whether a text of the file means something else in QGIS, where the user can set the encoding of a layer."""
    shown = _encoding_of(layer)
    path = _parts_of(layer).get("path") or ""
    if layer.providerType() != "ogr" or not path.lower().endswith(".shp"):
        return False
    declared = os.path.exists(os.path.splitext(path)[0] + ".cpg")
    if shown == "UTF-8" and not declared:
        return False
    return not declared or _encoding_of(QgsVectorLayer(layer.source(), "", "ogr")) != shown


def _encoding_of(layer):
    name = layer.dataProvider().encoding().upper()
    return locale.getpreferredencoding(False).upper() if name in ("", "SYSTEM") else name


def _geometry_check_of(asked):
    """How the value of the parameter wants invalid geometries to be treated; None if it does not say."""
    flag = QgsProcessingFeatureSourceDefinition.FlagOverrideDefaultGeometryCheck
    return asked.geometryCheck if asked is not None and asked.flags & flag else None


# What can differ: (layer, QgsProcessingFeatureSourceDefinition or None) -> bool, and how it is called.
DIFFERENCES = (
    (lambda layer, asked: not _is_plain_file(layer), lambda: tr("not a file of a format that is read directly")),
    (lambda layer, asked: layer.isModified(), lambda: tr("unsaved edits")),
    (lambda layer, asked: _has_other_fields(layer), lambda: tr("virtual or joined fields")),
    (lambda layer, asked: layer.crs() != layer.dataProvider().crs(), lambda: tr("another coordinate reference system")),
    (lambda layer, asked: _is_decoded_otherwise(layer), lambda: tr("another encoding")),
    (lambda layer, asked: bool(layer.subsetString()) or _is_part(layer), lambda: tr("a filter")),
    (lambda layer, asked: asked is not None and asked.selectedFeaturesOnly, lambda: tr("selected features only")),
    (lambda layer, asked: _limit_of(asked) >= 0, lambda: tr("a limited number of features")),
    (
        lambda layer, asked: _geometry_check_of(asked) not in (None, QgsFeatureRequest.GeometryNoCheck),
        lambda: tr("a check of geometries"),
    ),
    (lambda layer, asked: bool(_expression_of(asked)), lambda: tr("a filter of this run")),
)


def _limit_of(asked):
    return asked.featureLimit if asked is not None else -1


def _expression_of(asked):
    return getattr(asked, "filterExpression", "")  # from QGIS 3.32 on


def _columns_of(layer):
    """The numbers of the fields to copy: all but the key of a file, which OGR does not take for a field."""
    hidden = set(layer.primaryKeyAttributes()) if layer.providerType() == "ogr" else set()
    return [i for i in range(layer.fields().count()) if i not in hidden]


def _path_of_copy(folder, name, title):
    """A file in a folder of its own, named as the layer is, so that messages about it are understood."""
    own = os.path.join(folder, name.lower())
    os.makedirs(own, exist_ok=True)
    return os.path.join(own, (re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", title).strip(" .")[:80] or "layer") + ".gpkg")


def _geopackage_of(layer):
    """The GeoPackage and the table of a layer; None if it is from elsewhere."""
    parts = _parts_of(layer)
    path = parts.get("path") or ""
    if layer.providerType() != "ogr" or not path.lower().endswith(".gpkg") or not os.path.isfile(path):
        return None
    return path, parts.get("layerName") or ""
