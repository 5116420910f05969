"""All commands, in the order of work."""

from __future__ import annotations

from .accuracy import Accuracy
from .apply_model import ApplyModel
from .apply_model_batch import ApplyModelBatch
from .class_statistics import ClassStatistics
from .compare_models import CompareModels
from .degrade import Degrade
from .engine_check import EngineCheck
from .export_model import ExportModel
from .extract_patches import ExtractPatches
from .extract_values import ExtractValues
from .fill_gaps import FillGaps
from .grid_samples import GridSamples
from .import_model import ImportModel
from .job import Job, make_job, read_job, read_values
from .land_cover import LandCover
from .lay_gaps import LayGaps
from .mask_image import MaskImage
from .normalize import Normalize
from .select_samples import SelectSamples
from .setup_engine import SetupEngine
from .slurm import Slurm
from .train_forest import TrainForest
from .train_model import TrainModel

__all__ = ["ALGORITHMS", "COMMANDS", "make_job", "read_job", "read_values"]

# Those of the toolbox.
ALGORITHMS: tuple[type[Job], ...] = (
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
WITHOUT_QGIS: tuple[type[Job], ...] = (EngineCheck, Slurm)
# The commands that the engine runs; setting it up is done by QGIS.
COMMANDS = {job.NAME: job for job in ALGORITHMS + WITHOUT_QGIS if job is not SetupEngine}
