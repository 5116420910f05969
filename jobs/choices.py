"""The words that parameters accept. Kept apart so that QGIS can read them without loading numpy or GDAL."""

from __future__ import annotations

from ..core.base.map_results import RESULT_TABLE
from ..core.base.sampling_strategies import STRATEGY_TABLE
from ..models import MODELS, answers_with_image
from .parameter import Text

STRATEGIES = {word: strategy.description for word, strategy in STRATEGY_TABLE.items()}
METHODS = ("max", "minmax", "percentile", "standard", "scale")
GRID_STRATEGIES = ("chessboard", "split", "all", "balanced")
OVERLAPS = ("each", "skip")
SAMPLERS = ("random", "periodic")
ARCHITECTURES = {name: Text(module.DESCRIPTION, f"architecture.{name}") for name, module in MODELS.items()}
PATCH_ARCHITECTURES = {  # for one image and one class for each patch
    name: text for name, text in ARCHITECTURES.items() if MODELS[name].SOURCES[0] == 1 and not answers_with_image(name)
}
SCHEDULES = ("constant", "cosine")
CLASS_WEIGHTS = ("none", "balanced", "sampling")
RESULTS = {word: result.description for word, result in RESULT_TABLE.items()}
ANSWERS = ("auto", "scores", "probabilities", "classes", "values")
LOSSES = ("auto", "crossentropy", "l1", "l2", "ssim")
FILLINGS = ("linear", "nearest", "image")
PRECISIONS = ("float32", "uint8", "target")
PIXEL_VALUES = ("recorded", "unchanged")
MODES = ("auto", "dense", "patch")
BORDERS = ("full", "valid")
MAP_KINDS = ("auto", "classes", "values")
DEVICES = ("auto", "cpu", "gpu")
