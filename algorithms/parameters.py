"""The dialogs' parameters, from those that jobs/ declares: one function for each kind."""

from __future__ import annotations

from typing import NamedTuple

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
)

from ..jobs import parameter as kinds
from ..jobs.parameter import Parameter
from .translation import named


class Asked(NamedTuple):
    """What a dialog asks for: a parameter, or one of its further values.

    Attributes:
        declared: the parameter.
        name: in QGIS. label: in the user's language. default: of this value. optional: whether it may be left out.
        parent: the name in QGIS of the layer that a field is of.
    """

    declared: Parameter
    name: str
    label: str
    default: object
    optional: bool
    parent: str


def definition(command, declared, number):
    """The definition in QGIS of a value of a command's parameter: that with this number, from 1."""
    one = declared if number == 1 else declared.more
    label, required = named(one.label), declared.required and number == 1
    made = MAKERS[declared.kind](
        Asked(
            declared,
            declared.qgis_name(number),
            label if number == 1 else label.format(number),
            None if required else one.default,
            not required,
            command.parameters[declared.parent].qgis if declared.parent else "",
        )
    )
    made.setHelp(named(one.help))
    if declared.picker:  # the class in gui/ is loaded when a dialog opens
        wrapper = f"{__package__.split('.')[0]}.gui.{declared.picker}"
        made.setMetadata({"widget_wrapper": {"class": wrapper}})
    if declared.advanced or number > 1:
        made.setFlags(made.flags() | _advanced())
    return made


def output(result):
    """The definition in QGIS of a number or a text that a command results in."""
    kind = QgsProcessingOutputString if result.is_text else QgsProcessingOutputNumber
    return kind(result.name, named(result.label))


def _advanced():
    flag = getattr(QgsProcessingParameterDefinition, "FlagAdvanced", None)
    if flag is None:  # QGIS 4 knows the scoped name only
        from qgis.core import Qgis

        flag = Qgis.ProcessingParameterFlag.Advanced
    return flag


def _raster(asked):
    return QgsProcessingParameterRasterLayer(asked.name, asked.label, None, asked.optional)


def _several(source_type):
    def make(asked):
        return QgsProcessingParameterMultipleLayers(asked.name, asked.label, source_type, None, asked.optional)

    return make


def _layer(source_type):
    def make(asked):
        return QgsProcessingParameterFeatureSource(asked.name, asked.label, [source_type], None, asked.optional)

    return make


def _field(asked):
    several = asked.declared.kind is kinds.FIELDS
    data = QgsProcessingParameterField.DataType
    wanted = data.Numeric if several else data.Any
    # optional: qgis_process 3.22 would not use the default of a mandatory field
    return QgsProcessingParameterField(
        asked.name, asked.label, asked.default or None, asked.parent, wanted, several, asked.optional
    )


def _file(asked):
    behaviors = QgsProcessingParameterFile.Behavior
    behavior = behaviors.Folder if asked.declared.kind is kinds.FOLDER else behaviors.File
    return QgsProcessingParameterFile(
        asked.name, asked.label, behavior, "", None, asked.optional, _filter(asked.declared)
    )


def _filter(declared):
    """The filter of the dialog that chooses a file."""
    return named(declared.filter) if declared.filter else ""


def _extent(asked):
    return QgsProcessingParameterExtent(asked.name, asked.label, None, True)


def _choice(asked):
    # the word itself is the value
    return QgsProcessingParameterEnum(
        asked.name, asked.label, list(asked.declared.choices), False, asked.default, False, True
    )


def _number(number_type, lowest, highest):
    def make(asked):
        least, most = asked.declared.minimum, asked.declared.maximum
        return QgsProcessingParameterNumber(
            asked.name,
            asked.label,
            number_type,
            asked.default,
            asked.default is None,
            lowest if least is None else least,
            highest if most is None else most,
        )

    return make


def _switch(asked):
    return QgsProcessingParameterBoolean(asked.name, asked.label, asked.default)


def _text(asked):
    lines = asked.declared.several_lines
    return QgsProcessingParameterString(asked.name, asked.label, asked.default or "", lines, asked.optional)


def _raster_output(asked):
    return QgsProcessingParameterRasterDestination(asked.name, asked.label)


def _points_output(asked):
    points = QgsProcessing.SourceType.TypeVectorPoint
    return QgsProcessingParameterVectorDestination(
        asked.name, asked.label, points, None, asked.optional, not asked.optional
    )


def _file_output(asked):
    by_default = not asked.optional or asked.declared.by_default
    return QgsProcessingParameterFileDestination(
        asked.name, asked.label, _filter(asked.declared), None, asked.optional, by_default
    )


def _folder_output(asked):
    return QgsProcessingParameterFolderDestination(asked.name, asked.label, None, asked.optional, not asked.optional)


_SOURCES, _NUMBERS = QgsProcessing.SourceType, QgsProcessingParameterNumber.Type
MAKERS = {
    kinds.RASTER: _raster,
    kinds.RASTERS: _several(_SOURCES.TypeRaster),
    kinds.MANY_RASTERS: _several(_SOURCES.TypeRaster),
    kinds.FEATURES: _layer(_SOURCES.TypeVectorAnyGeometry),
    kinds.POINTS: _layer(_SOURCES.TypeVectorPoint),
    kinds.FIELD: _field,
    kinds.FIELDS: _field,
    kinds.FILE: _file,
    kinds.FILES: _several(_SOURCES.TypeFile),
    kinds.LEGEND: _file,
    kinds.FOLDER: _file,
    kinds.EXTENT: _extent,
    kinds.CHOICE: _choice,
    kinds.WHOLE: _number(_NUMBERS.Integer, -(2**31), 2**31 - 1),
    kinds.NUMBER: _number(_NUMBERS.Double, -1e300, 1e300),
    kinds.SWITCH: _switch,
    kinds.TEXT: _text,
    kinds.RASTER_OUTPUT: _raster_output,
    kinds.POINTS_OUTPUT: _points_output,
    kinds.FILE_OUTPUT: _file_output,
    kinds.FOLDER_OUTPUT: _folder_output,
}
