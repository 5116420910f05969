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

from ..host.translation import named
from ..jobs import parameter as kinds
from ..jobs.parameter import Parameter


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
    made.setHelp(declared.full_help(named) if number == 1 else named(one.help))
    if declared.picker:  # the class in gui/ is loaded when a dialog opens
        wrapper = f"{__package__.split('.')[0]}.gui.{declared.picker}"
        made.setMetadata({"widget_wrapper": {"class": wrapper}})
    if declared.advanced or number > 1:
        made.setFlags(made.flags() | _advanced())
    return made


def results(command):
    """The definitions in QGIS of the numbers or texts that a command results in."""
    kind = QgsProcessingOutputString if command.HAS_TEXTS else QgsProcessingOutputNumber
    return [kind(name, named(label)) for name, label in command.RESULTS.items()]


def _advanced():
    flag = getattr(QgsProcessingParameterDefinition, "FlagAdvanced", None)
    if flag is None:  # QGIS 4 has the scoped name only
        from qgis.core import Qgis

        flag = Qgis.ProcessingParameterFlag.Advanced
    return flag


def _several(source_type):
    return lambda a: QgsProcessingParameterMultipleLayers(a.name, a.label, source_type, None, a.optional)


def _layer(source_type):
    return lambda a: QgsProcessingParameterFeatureSource(a.name, a.label, [source_type], None, a.optional)


def _field(several):
    wanted = QgsProcessingParameterField.DataType.Numeric if several else QgsProcessingParameterField.DataType.Any
    # optional: qgis_process 3.22 would not use the default of a mandatory field
    return lambda a: QgsProcessingParameterField(
        a.name, a.label, a.default or None, a.parent, wanted, several, a.optional
    )


def _file(behavior):
    return lambda a: QgsProcessingParameterFile(a.name, a.label, behavior, "", None, a.optional, _filter(a))


def _filter(asked):
    """The filter of the dialog that chooses a file."""
    text = asked.declared.files.filter
    return named(text) if text else ""


def _choice(a):
    # the word itself is the value
    return QgsProcessingParameterEnum(a.name, a.label, list(a.declared.choices), False, a.default, False, True)


def _number(number_type, lowest, highest):
    def make(a):
        least, most = a.declared.minimum, a.declared.maximum
        bounds = lowest if least is None else least, highest if most is None else most
        return QgsProcessingParameterNumber(a.name, a.label, number_type, a.default, a.default is None, *bounds)

    return make


def _text(a):
    return QgsProcessingParameterString(a.name, a.label, a.default or "", a.declared.several_lines, a.optional)


def _points_output(a):
    points = QgsProcessing.SourceType.TypeVectorPoint
    return QgsProcessingParameterVectorDestination(a.name, a.label, points, None, a.optional, not a.optional)


def _file_output(a):
    by_default = not a.optional or a.declared.by_default
    return QgsProcessingParameterFileDestination(a.name, a.label, _filter(a), None, a.optional, by_default)


def _folder_output(a):
    return QgsProcessingParameterFolderDestination(a.name, a.label, None, a.optional, not a.optional)


_SOURCES, _NUMBERS = QgsProcessing.SourceType, QgsProcessingParameterNumber.Type
_BEHAVIORS = QgsProcessingParameterFile.Behavior
MAKERS = {
    kinds.RASTER: lambda a: QgsProcessingParameterRasterLayer(a.name, a.label, None, a.optional),
    kinds.RASTERS: _several(_SOURCES.TypeRaster),
    kinds.MANY_RASTERS: _several(_SOURCES.TypeRaster),
    kinds.FEATURES: _layer(_SOURCES.TypeVectorAnyGeometry),
    kinds.POINTS: _layer(_SOURCES.TypeVectorPoint),
    kinds.FIELD: _field(several=False),
    kinds.FIELDS: _field(several=True),
    kinds.FILE: _file(_BEHAVIORS.File),
    kinds.FILES: _several(_SOURCES.TypeFile),
    kinds.LEGEND: _file(_BEHAVIORS.File),
    kinds.FOLDER: _file(_BEHAVIORS.Folder),
    kinds.EXTENT: lambda a: QgsProcessingParameterExtent(a.name, a.label, None, True),
    kinds.CHOICE: _choice,
    kinds.WHOLE: _number(_NUMBERS.Integer, -(2**31), 2**31 - 1),
    kinds.NUMBER: _number(_NUMBERS.Double, -1e300, 1e300),
    kinds.SWITCH: lambda a: QgsProcessingParameterBoolean(a.name, a.label, a.default),
    kinds.TEXT: _text,
    kinds.RASTER_OUTPUT: lambda a: QgsProcessingParameterRasterDestination(a.name, a.label),
    kinds.POINTS_OUTPUT: _points_output,
    kinds.FILE_OUTPUT: _file_output,
    kinds.FOLDER_OUTPUT: _folder_output,
}
