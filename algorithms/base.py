"""Algorithms of QGIS, made from the declarations in jobs/: the dialog, the job, the run of the engine, the outputs."""

from __future__ import annotations

import os

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QIcon

from ..host import environment, process
from ..host.translation import named
from ..jobs import parameter as kinds
from . import groups, parameters
from .dialog_checks import CHECKS
from .given import Given
from .shown_features import ShownFeatures
from .styler import Styler, shows_classes, style_name


class EngineAlgorithm(QgsProcessingAlgorithm):
    """A command that the engine carries out. `command` is a subclass of jobs.job.Job."""

    def __init__(self, command):
        super().__init__()
        self.command = command

    def createInstance(self):
        return type(self)(self.command)

    def name(self):
        return self.command.NAME

    def displayName(self):
        return named(self.command.TITLE)

    def group(self):
        return groups.title(self.command.GROUP)

    def groupId(self):
        return self.command.GROUP

    def svgIconPath(self):
        return groups.icon(self.command.GROUP)

    def icon(self):
        return QIcon(groups.icon(self.command.GROUP))

    def shortHelpString(self):
        return named(self.command.help())

    def canExecute(self):
        """False, and what to do, while there is no engine: the toolbox shows this before it opens a dialog."""
        return environment.can_execute()

    def initAlgorithm(self, configuration=None):
        for parameter, number in self.command.SHOWN:
            self.addParameter(parameters.definition(self.command, parameter, number))
        for result in parameters.results(self.command):
            self.addOutput(result)

    def job(self, given):
        """The job for these parameters; `given` is a `Given`."""
        return self.command(**{name: given.value(parameter) for name, parameter in self.command.parameters.items()})

    def check(self, given):
        """Checks what can be known before anything runs. Raises QgsProcessingException with a sentence."""
        CHECKS.get(self.command.NAME, lambda given: None)(given)

    def checkParameterValues(self, parameters, context):
        """Called by QGIS before it runs an algorithm: whether it may run, and if not, a sentence for the dialog."""
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
        """Notes what QGIS shows right now, in the thread that owns the layers: features, and a style with classes."""
        self._folder, self._style, self._features = process.job_folder(), None, {}
        for parameter in self.command.parameters.values():
            name = parameter.qgis
            layer = self._layer(parameters, name, context) if parameter.kind in (kinds.FEATURES, kinds.POINTS) else None
            if isinstance(layer, QgsVectorLayer):
                self._features[name] = ShownFeatures(name, layer, parameters[name], self._folder.name)
        for name in (self.command.parameters[field].qgis for field in self.command.STYLED):
            layer = self._layer(parameters, name, context)
            if layer is not None and self._style is None and shows_classes(layer):
                self._style = os.path.join(self._folder.name, style_name(layer))
                layer.saveNamedStyle(self._style)
        return True

    def _layer(self, parameters, name, context):
        value = parameters.get(name)
        if isinstance(value, QgsProcessingFeatureSourceDefinition):  # “selected features only”
            value = value.source
        return self.parameterAsLayer({**parameters, name: value}, name, context) if value else None

    def shown_features(self, name):
        """The `ShownFeatures` of a parameter as `prepareAlgorithm` noted them; None if it names no vector layer."""
        return self._features.get(name)

    def live_style(self):
        """The style saved by `prepareAlgorithm`, or None."""
        return self._style

    def processAlgorithm(self, parameters, context, feedback):
        given = Given(self, parameters, context, feedback)
        with self._folder as folder:
            results = process.run_engine(self.command.NAME, self.job(given), feedback, folder)
        written = {name: path for name, path in given.outputs.items() if os.path.exists(path)}
        wanted = context.layersToLoadOnCompletion()
        missing = set(given.outputs.values()) - set(written.values())  # after a dry run
        context.setLayersToLoadOnCompletion({path: wanted[path] for path in wanted if path not in missing})
        for path in written.values():
            Styler.attach(path, context)
        return {**written, **results}
