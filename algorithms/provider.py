"""The Processing provider."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from . import groups, workflow
from .accuracy import Accuracy
from .apply_model import ApplyModel
from .apply_model_batch import ApplyModelBatch
from .class_statistics import ClassStatistics
from .compare_models import CompareModels
from .degrade import Degrade
from .export_model import ExportModel
from .extract_patches import ExtractPatches
from .extract_values import ExtractValues
from .fill_gaps import FillGaps
from .grid_samples import GridSamples
from .import_model import ImportModel
from .land_cover import LandCover
from .lay_gaps import LayGaps
from .mask_image import MaskImage
from .normalize import Normalize
from .select_samples import SelectSamples
from .setup_engine import SetupEngine
from .train_forest import TrainForest
from .train_model import TrainModel

ALGORITHMS = (
    LandCover,
    MaskImage,
    Normalize,
    ClassStatistics,
    SelectSamples,
    GridSamples,
    ExtractPatches,
    ExtractValues,
    TrainModel,
    TrainForest,
    ApplyModel,
    ApplyModelBatch,
    LayGaps,
    FillGaps,
    ExportModel,
    Accuracy,
    CompareModels,
    Degrade,
    ImportModel,
    SetupEngine,
)


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
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
        if QgsApplication.processingRegistry().providerById(self.id()) is not None:  # a workflow looks up its steps
            for name in workflow.NAMES:
                self.addAlgorithm(workflow.Workflow(name))

    def supportedOutputRasterLayerExtensions(self):
        return ["tif", "vrt"]

    def supportedOutputVectorLayerExtensions(self):
        return ["gpkg"]

    def supportsNonFileBasedOutput(self):
        return False
