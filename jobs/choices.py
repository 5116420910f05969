"""The words that parameters accept. Kept apart so that QGIS can read them without loading numpy or GDAL."""

from __future__ import annotations

from ..core.base.map_results import RESULT_TABLE
from ..models import MODELS, answers_with_image

METHODS = ("max", "minmax", "percentile", "standard", "scale")
STRATEGIES = ("constant", "total", "percent", "byclass", "smallest", "all")
GRID_STRATEGIES = ("chessboard", "split", "all", "balanced")
OVERLAPS = ("each", "skip")
SAMPLERS = ("random", "periodic")
ARCHITECTURES = tuple(MODELS)
PATCH_ARCHITECTURES = tuple(  # for one image and one class for each patch
    name for name, module in MODELS.items() if module.SOURCES[0] == 1 and not answers_with_image(name)
)
SCHEDULES = ("constant", "cosine")
CLASS_WEIGHTS = ("none", "balanced", "sampling")
RESULTS = tuple(RESULT_TABLE)
ANSWERS = ("auto", "scores", "probabilities", "classes", "values")
LOSSES = ("auto", "crossentropy", "l1", "l2", "ssim")
FILLINGS = ("linear", "nearest", "image")
PRECISIONS = ("float32", "uint8", "target")
MODES = ("auto", "dense", "patch")
BORDERS = ("full", "valid")
MAP_KINDS = ("auto", "classes", "values")
DEVICES = ("auto", "cpu", "gpu")
