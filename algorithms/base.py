"""What all algorithms share: declare parameters, make a job of them, run the engine, load and style the outputs."""

from __future__ import annotations

import os

from qgis.core import (
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingUtils,
    QgsProviderRegistry,
    QgsRasterLayer,
)
from qgis.PyQt.QtGui import QIcon

from ..host import environment, process
from ..host.translation import tr
from . import groups
from .help_texts import help_of

VECTOR_FORMATS = ["gpkg", "shp", "geojson", "fgb"]


class EngineAlgorithm(QgsProcessingAlgorithm):
    """An algorithm that the engine carries out.

    A subclass declares ID, TITLE, GROUP (of `groups`) and HELP, adds its parameters in `initAlgorithm`, and makes a job
    of them in `job`. That is all.
    """

    ID = TITLE = GROUP = HELP = ""

    # Parameters whose layer's style serves as the legend.
    STYLED = ()

    def createInstance(self):
        return type(self)()

    def name(self):
        return self.ID

    def displayName(self):
        return tr(self.TITLE)

    def group(self):
        return groups.title(self.GROUP)

    def groupId(self):
        return self.GROUP

    def svgIconPath(self):
        return groups.icon(self.GROUP)

    def icon(self):
        return QIcon(groups.icon(self.GROUP))

    def shortHelpString(self):
        return tr(self.HELP)

    def canExecute(self):
        """False, and what to do, while there is no engine: the toolbox tells before it opens a dialog."""
        return environment.can_execute()

    def add(self, *parameters):
        """Adds parameters in this order."""
        for parameter in parameters:
            if not parameter.help():
                parameter.setHelp(help_of(self.ID, parameter.name()))
            self.addParameter(parameter)

    def job(self, given):
        """The job for these parameters. `given` is a `Given`; returns a core.jobs.Job."""
        raise NotImplementedError

    def check(self, given):
        """What can be told before anything runs. Raises QgsProcessingException with a sentence; see `checks`."""

    def checkParameterValues(self, parameters, context):
        """As QGIS asks before it runs an algorithm: whether it may, else a sentence for the dialog."""
        for sound, message in (self.canExecute(), super().checkParameterValues(parameters, context)):
            if not sound:
                return sound, message
        scratch = QgsProcessingContext()  # asking for outputs in QGIS's own would have them loaded later
        scratch.setProject(context.project())
        scratch.setTransformContext(context.transformContext())
        try:
            self.check(Given(self, parameters, scratch, QgsProcessingFeedback()))
        except QgsProcessingException as error:
            return False, str(error)
        return True, ""

    def prepareAlgorithm(self, parameters, context, feedback):
        """Saves the style that a label layer has right now, in the thread that owns the layer."""
        self._folder, self._style = process.job_folder(), None
        for name in self.STYLED:
            value = parameters.get(name)
            if isinstance(value, QgsProcessingFeatureSourceDefinition):  # “selected features only”
                value = value.source
            layer = self.parameterAsLayer({**parameters, name: value}, name, context) if value else None
            if layer is not None and self._style is None:
                self._style = os.path.join(self._folder.name, "labels.qml")
                layer.saveNamedStyle(self._style)
        return True

    def live_style(self):
        """The style saved by `prepareAlgorithm`, or None."""
        return self._style

    def processAlgorithm(self, parameters, context, feedback):
        given = Given(self, parameters, context, feedback)
        with self._folder as folder:
            results = process.run_engine(self.ID, self.job(given), feedback, folder)
        written = {name: path for name, path in given.outputs.items() if os.path.exists(path)}
        wanted = context.layersToLoadOnCompletion()
        missing = set(given.outputs.values()) - set(written.values())  # of a dry run
        context.setLayersToLoadOnCompletion({path: wanted[path] for path in wanted if path not in missing})
        for path in written.values():
            Styler.attach(path, context)
        return {**written, **results}


class Given:
    """The values given for an algorithm's parameters, as the engine understands them."""

    def __init__(self, algorithm, parameters, context, feedback):
        self._algorithm, self._parameters, self._context, self._feedback = algorithm, parameters, context, feedback
        self.outputs = {}

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
        return [self.layer(name), *self._more(name, self.layer)]

    def raster(self, name):
        """Data source of a raster layer, or None."""
        layer = self.layer(name)
        return raster_source(layer, name, self._parameters[name]) if layer else None

    def more_rasters(self, name):
        """Data sources of name_2, name_3 …, up to the last one that is given."""
        return self._more(name, self.raster)

    def files(self, name):
        """Paths of the input files name, name_2, name_3 …, up to the last one that is given; empty if none is."""
        first = self.file(name)
        more = self._more(name, self.file)
        if more and not first:
            raise QgsProcessingException(tr("{} is missing, but {}_2 … is given.").format(name, name))
        return [first, *more] if first else []

    def _more(self, name, get):
        numbers = [n[len(name) + 1 :] for n in self._parameters if n.startswith(f"{name}_") and self.has(n)]
        last = max((int(number) for number in numbers if number.isdigit()), default=1)
        sources = [get(f"{name}_{i}") for i in range(2, last + 1)]
        if None in sources:
            missing = f"{name}_{sources.index(None) + 2}"
            raise QgsProcessingException(
                tr("{} is missing: images for sources must follow each other.").format(missing)
            )
        return sources

    def rasters(self, name):
        """Data sources of a list of raster layers."""
        return [raster_source(layer, name, layer.source()) for layer in self._raster_layers(name)]

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

    def several_rasters(self, name):
        """Data sources of an optional list of raster layers."""
        return self.rasters(name) if self._parameters.get(name) else []

    def listed_rasters(self, name):
        """Data sources of an optional list of rasters. Files are not opened: there may be thousands, some damaged."""
        value = self._parameters.get(name) or []
        values = value if isinstance(value, (list, tuple)) else [value]
        return [v if isinstance(v, str) and os.path.isfile(v) else self._listed_raster(name, v) for v in values]

    def _listed_raster(self, name, value):
        is_layer = isinstance(value, QgsMapLayer)
        layer = value if is_layer else QgsProcessingUtils.mapLayerFromString(str(value), self._context)
        return raster_source(layer if isinstance(layer, QgsRasterLayer) else None, name, value)

    def several_files(self, name):
        """Paths of an optional list of files."""
        if not self._parameters.get(name):
            return []  # QGIS would make it one file without a name
        return self._algorithm.parameterAsFileList(self._parameters, name, self._context)

    def following_files(self, name, most):
        """Paths of name, name_2 … up to the last one that is given."""
        names = [name, *(f"{name}_{i}" for i in range(2, most + 1))]
        paths = [self.file(n) for n in names]
        while paths and paths[-1] is None:
            paths.pop()
        if None in paths:
            raise QgsProcessingException(
                tr("{} is missing: patches must follow each other.").format(names[paths.index(None)])
            )
        return paths

    def vector(self, name):
        """file|layername=NAME of a vector layer with its filter and selection, or None."""
        if not self.has(name):
            return None
        path, layer_name = self._algorithm.parameterAsCompatibleSourceLayerPathAndLayerName(
            self._parameters, name, self._context, VECTOR_FORMATS, "gpkg", self._feedback
        )
        if not path:
            raise QgsProcessingException(
                tr("{}: the layer {} could not be loaded. Expected a vector layer or file.").format(
                    name, self._parameters[name]
                )
            )
        return f"{path}|layername={layer_name}" if layer_name else path

    def legend(self):
        """The legend that was given, else the style that the label layer has right now, as a file; or None."""
        return self.file("LEGEND") or self._algorithm.live_style()

    def file(self, name):
        """Path of an input file, or None."""
        return self._algorithm.parameterAsFile(self._parameters, name, self._context) or None

    def text(self, name):
        """A string, a field name; or None."""
        return self._algorithm.parameterAsString(self._parameters, name, self._context) or None

    def texts(self, name):
        """Several field names."""
        algorithm = self._algorithm
        get = getattr(algorithm, "parameterAsStrings", None) or algorithm.parameterAsFields  # its name before QGIS 3.40
        return get(self._parameters, name, self._context)

    def word(self, name):
        """The chosen word of an enumeration. Its number, which qgis_process offers too, would give the default."""
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

    def extent(self, name, image):
        """x_min, x_max, y_min, y_max in the CRS of the raster parameter `image`; or None."""
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


def raster_source(layer, name, received):
    """The GDAL name of a raster layer; a sentence if it is no GDAL raster."""
    if layer is None:
        raise QgsProcessingException(
            tr(
                "{}: the image “{}” cannot be loaded. Expected a raster file that QGIS reads (GeoTIFF, JP2, VRT …)."
            ).format(name, received)
        )
    if layer.providerType() != "gdal":
        raise QgsProcessingException(
            tr("{}: the layer “{}” comes from the provider “{}”; expected a raster file. Export it first.").format(
                name, layer.name(), layer.providerType()
            )
        )
    parts = QgsProviderRegistry.instance().decodeUri("gdal", layer.source())
    return layer.source().split("|")[0] if parts.get("layerName") else parts.get("path") or layer.source()


class Styler(QgsProcessingLayerPostProcessorInterface):
    """Gives an output layer the style that the engine wrote beside it, and its place in the project."""

    GROUP = "RasterLearn"
    _alive = []  # QGIS does not keep post-processors alive itself

    def __init__(self, style):
        super().__init__()
        self._style = style

    @classmethod
    def attach(cls, path, context):
        """Styles and places the layer once it is loaded, if it will be."""
        if context.willLoadLayerOnCompletion(path):
            styler = cls(os.path.splitext(path)[0] + ".qml")
            cls._alive.append(styler)
            details = context.layerToLoadOnCompletionDetails(path)
            details.setPostProcessor(styler)
            if hasattr(details, "groupName"):  # from QGIS 3.32 on
                details.groupName = cls.GROUP

    def postProcessLayer(self, layer, context, feedback):
        if os.path.isfile(self._style):
            layer.loadNamedStyle(self._style)
            layer.triggerRepaint()
        self._place(layer, context.project().layerTreeRoot())
        self._alive.remove(self)

    def _place(self, layer, root):
        """Moves a layer from the top of the layer tree, where older QGIS puts it, into the group."""
        node = root.findLayer(layer.id())
        if node is not None and node.parent() == root:
            group = root.findGroup(self.GROUP) or root.insertGroup(0, self.GROUP)
            group.insertChildNode(0, node.clone())
            root.removeChildNode(node)
