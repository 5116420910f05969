"""The Processing provider."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from ..jobs.commands import ALGORITHMS
from . import groups, workflow
from .base import EngineAlgorithm
from .setup_engine import SetupEngine

# The algorithms that do more than hand a job to the engine.
SPECIAL = {"setupengine": SetupEngine}


def register():
    """Adds a provider to Processing, and returns it."""
    provider = RasterLearnProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    provider.refreshAlgorithms()
    return provider


class RasterLearnProvider(QgsProcessingProvider):
    """All algorithms of RasterLearn, as rasterlearn:NAME."""

    def id(self):
        return "rasterlearn"

    def name(self):
        return "RasterLearn"

    def icon(self):
        return QIcon(groups.ICON)

    def loadAlgorithms(self):
        for command in ALGORITHMS:
            self.addAlgorithm(SPECIAL.get(command.NAME, EngineAlgorithm)(command))
        if QgsApplication.processingRegistry().providerById(self.id()) is not None:  # a workflow looks up its steps
            for name in workflow.NAMES:
                self.addAlgorithm(workflow.Workflow(name))

    def supportedOutputRasterLayerExtensions(self):
        return ["tif", "vrt"]

    def supportedOutputVectorLayerExtensions(self):
        return ["gpkg"]

    def supportsNonFileBasedOutput(self):
        return False
