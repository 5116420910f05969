"""All commands, in the order of work."""

from __future__ import annotations

import json
from typing import Any

from ..core.base import limits
from ..core.base.errors import InputError
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
from .job import Job
from .land_cover import LandCover
from .lay_gaps import LayGaps
from .mask_image import MaskImage
from .normalize import Normalize
from .select_samples import SelectSamples
from .setup_engine import SetupEngine
from .slurm import Slurm
from .train_forest import TrainForest
from .train_model import TrainModel

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
# What the engine carries out; QGIS sets it up.
COMMANDS = {job.NAME: job for job in ALGORITHMS + WITHOUT_QGIS if job is not SetupEngine}


def read_values(path: str) -> Any:
    """What is in a job file. Raises InputError if it is not JSON."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"The job file “{path}” cannot be read: {error}. Expected a JSON file.") from error


def make_job(command: str, values: Any) -> Job:
    """The job with these values, and the cluster of the environment if it names none. Raises InputError."""
    job = COMMANDS[command].from_json(values)
    if getattr(job, "cluster", None) == "":
        setattr(job, "cluster", limits.cluster())  # noqa: B010 # not all jobs have one
    return job


def read_job(command: str, path: str) -> Job:
    """The job in a JSON file. Raises InputError if it cannot be read or something in it is wrong."""
    return make_job(command, read_values(path))
