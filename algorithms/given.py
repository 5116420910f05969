"""The values that are given to an algorithm, in the form that the engine needs."""

from __future__ import annotations

import os

from qgis.core import (
    QgsMapLayer,
    QgsProcessingException,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingUtils,
    QgsRasterLayer,
)

from ..host.translation import tr
from ..jobs import parameter as kinds
from ..jobs.parameter import MAXIMUM_SOURCES
from .shown_raster import raster_source


class Given:
    """The values given for an algorithm's parameters, in the form that the engine needs."""

    def __init__(self, algorithm, parameters, context, feedback):
        self._algorithm, self._parameters, self._context, self._feedback = algorithm, parameters, context, feedback
        self.outputs = {}

    def value(self, parameter):
        """The value of a parameter of the command, in the form that the job needs."""
        if parameter.hidden:
            return self._algorithm.live_style()
        if not parameter.more:
            return self._one_value(parameter)
        if parameter.kind is not kinds.WHOLE:
            return self._following(parameter.qgis, self.raster if parameter.kind is kinds.RASTER else self.file)
        images = parameter.more.each
        last = self._last(self._algorithm.command.parameters[images].qgis) if images else MAXIMUM_SOURCES
        numbers = [self.integer(parameter.qgis_name(n)) or 0 for n in range(1, last + 1)]
        while numbers and not numbers[-1]:
            numbers.pop()
        return numbers

    def _one_value(self, parameter):
        if parameter.kind is kinds.RASTERS:
            return self.rasters(parameter)
        if parameter.kind is kinds.EXTENT:
            return self.extent(parameter)
        if parameter.kind in (kinds.TEXT, kinds.FIELD):
            return self.text(parameter.qgis) or parameter.default
        return (Given.output if parameter.kind.is_written else BY_NAME[parameter.kind])(self, parameter.qgis)

    def has(self, name):
        """Whether there is a value."""
        return self._parameters.get(name) not in (None, "")

    def has_some(self, name):
        """Whether there is a value, and not only an empty list."""
        return self.has(name) and self._parameters[name] != []

    def layer(self, name):
        """A raster layer that the engine can read, or None."""
        if not self.has(name):
            return None
        layer = self._algorithm.parameterAsRasterLayer(self._parameters, name, self._context)
        raster_source(layer, name, self._parameters[name])
        return layer

    def layers(self, name):
        """A list of raster layers, or the layers name, name_2 … up to the last one that is given."""
        if isinstance(self._algorithm.parameterDefinition(name), QgsProcessingParameterMultipleLayers):
            return self._raster_layers(name)
        return self._following(name, self.layer)

    def files(self, name):
        """Paths of the input files name, name_2 … up to the last one that is given; empty if none is."""
        return self._following(name, self.file)

    def _last(self, name):
        """The number of the last of name, name_2 … that has a value."""
        return max([1, *(n for n in range(2, MAXIMUM_SOURCES + 1) if self.has(f"{name}_{n}"))])

    def _following(self, name, get):
        """What `get` returns of name, name_2 … up to the last one that has a value; empty if none has."""
        names = [name, *(f"{name}_{n}" for n in range(2, self._last(name) + 1))]
        values = [get(n) for n in names]
        if values == [None]:
            return []
        if None in values:
            raise QgsProcessingException(
                tr("{} is missing: images for sources must follow each other.").format(names[values.index(None)])
            )
        return values

    def raster(self, name):
        """Data source of a raster layer, or None."""
        layer = self.layer(name)
        return self._source(layer, name, self._parameters[name]) if layer else None

    def rasters(self, parameter):
        """Data sources of a list of raster layers; empty if none is given and none is required."""
        name = parameter.qgis
        if not parameter.required and not self._parameters.get(name):
            return []
        return [self._source(layer, name, layer.source()) for layer in self._raster_layers(name)]

    def _raster_layers(self, name):
        layers = self._algorithm.parameterAsLayerList(self._parameters, name, self._context)
        if not layers:
            raise QgsProcessingException(
                tr("{}: no image could be loaded. Expected raster files, received {}.").format(
                    name, self._parameters.get(name)
                )
            )
        for layer in layers:
            raster_source(layer, name, layer.source())
        return layers

    def listed_rasters(self, name):
        """Data sources of an optional list of rasters. Files are not opened: there may be thousands, some damaged."""
        value = self._parameters.get(name) or []
        values = value if isinstance(value, (list, tuple)) else [value]
        project = self._context.project()
        shown = {layer.source() for layer in project.mapLayers().values()} if project else set()
        return [
            v if isinstance(v, str) and v not in shown and os.path.isfile(v) else self._listed_raster(name, v)
            for v in values
        ]

    def _listed_raster(self, name, value):
        is_layer = isinstance(value, QgsMapLayer)
        layer = value if is_layer else QgsProcessingUtils.mapLayerFromString(str(value), self._context)
        return self._source(layer if isinstance(layer, QgsRasterLayer) else None, name, value)

    def _source(self, layer, name, received):
        """The name of a raster for the engine, see `raster_source`; the log tells what is not as in its file."""
        source, set_in_qgis = raster_source(layer, name, received)
        if set_in_qgis:
            self._feedback.pushInfo(
                tr("“{}” is read as it is set in QGIS, and not as its file says: {}.").format(
                    layer.name(), "; ".join(set_in_qgis)
                )
            )
        return source

    def several_files(self, name):
        """Paths of an optional list of files."""
        if not self._parameters.get(name):
            return []  # QGIS would turn it into one file without a name
        return self._algorithm.parameterAsFileList(self._parameters, name, self._context)

    def vector(self, name):
        """file|layername=NAME with the features that QGIS shows of a vector layer, see `ShownFeatures`; or None."""
        if not self.has(name):
            return None
        shown = self._algorithm.shown_features(name)
        if shown is None:
            raise QgsProcessingException(
                tr("{}: the layer {} could not be loaded. Expected a vector layer or file.").format(
                    name, self._parameters[name]
                )
            )
        return shown.path(self._context, self._feedback)

    def file(self, name):
        """Path of an input file, or None."""
        return self._algorithm.parameterAsFile(self._parameters, name, self._context) or None

    def text(self, name):
        """A string, such as the name of a field; or None."""
        return self._algorithm.parameterAsString(self._parameters, name, self._context) or None

    def texts(self, name):
        """Several field names."""
        algorithm = self._algorithm
        get = getattr(algorithm, "parameterAsStrings", None) or algorithm.parameterAsFields  # its name before QGIS 3.40
        return get(self._parameters, name, self._context)

    def word(self, name):
        """The chosen word of an enumeration. For its number, which qgis_process offers too, QGIS gives the default."""
        words = self._algorithm.parameterDefinition(name).options()
        number = str(self._parameters.get(name, ""))
        if number.isdigit() and int(number) < len(words):
            return words[int(number)]
        return self._algorithm.parameterAsEnumString(self._parameters, name, self._context)

    def integer(self, name):
        """A whole number, or None if it is optional and missing."""
        return self._number(name, self._algorithm.parameterAsInt)

    def number(self, name):
        """A number, or None if it is optional and missing."""
        return self._number(name, self._algorithm.parameterAsDouble)

    def _number(self, name, convert):
        definition = self._algorithm.parameterDefinition(name)
        if not self.has(name) and definition.defaultValue() is None:
            return None
        return convert(self._parameters, name, self._context)

    def boolean(self, name):
        """True or False."""
        return self._algorithm.parameterAsBoolean(self._parameters, name, self._context)

    def legend(self, name):
        """The legend that is given, else the style that the label layer has right now, as a file; or None."""
        return self.file(name) or self._algorithm.live_style()

    def extent(self, parameter):
        """x_min, x_max, y_min, y_max in the CRS of the parameter's image; or None."""
        name, image = parameter.qgis, self._algorithm.command.parameters[parameter.parent].qgis
        if not self.has(name):
            return None
        crs = self._algorithm.parameterAsRasterLayer(self._parameters, image, self._context).crs()
        box = self._algorithm.parameterAsExtent(self._parameters, name, self._context, crs)
        return [box.xMinimum(), box.xMaximum(), box.yMinimum(), box.yMaximum()]

    def output(self, name):
        """Path of an output layer or file, or None if it is skipped; recorded for the results."""
        definition = self._algorithm.parameterDefinition(name)
        if definition.type() in ("fileDestination", "folderDestination"):
            path = self._algorithm.parameterAsFileOutput(self._parameters, name, self._context)
        else:
            path = self._algorithm.parameterAsOutputLayer(self._parameters, name, self._context)
        if not path:
            return None
        self.outputs[name] = path
        return path


# How to get the value of a parameter of each kind, by its name.
BY_NAME = {
    kinds.RASTER: Given.raster,
    kinds.MANY_RASTERS: Given.listed_rasters,
    kinds.FEATURES: Given.vector,
    kinds.POINTS: Given.vector,
    kinds.FIELDS: Given.texts,
    kinds.FILE: Given.file,
    kinds.FILES: Given.several_files,
    kinds.LEGEND: Given.legend,
    kinds.FOLDER: Given.file,
    kinds.CHOICE: Given.word,
    kinds.WHOLE: Given.integer,
    kinds.NUMBER: Given.number,
    kinds.SWITCH: Given.boolean,
}
