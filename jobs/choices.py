"""The words that parameters accept. Kept apart so that QGIS can read them without loading numpy or GDAL."""

from __future__ import annotations

from ..core.base.sampling_strategies import STRATEGY_TABLE

STRATEGIES = {word: strategy.description for word, strategy in STRATEGY_TABLE.items()}
METHODS = ("max", "minmax", "percentile", "standard", "scale")
GRID_STRATEGIES = ("chessboard", "split", "all", "balanced")
OVERLAPS = ("each", "skip")
SAMPLERS = ("random", "periodic")
ARCHITECTURES = (
    "patch_cnn", "texture_cnn", "patch_fcn", "two_branch", "segmentation", "unet", "super_resolution", "gap_filling",
)  # fmt: skip
PATCH_ARCHITECTURES = ("patch_cnn", "texture_cnn", "patch_fcn")  # for one image and one class for each patch
SCHEDULES = ("constant", "cosine")
CLASS_WEIGHTS = ("none", "balanced", "sampling")
RESULTS = ("classes", "probabilities", "confidence", "entropy", "features", "values")
ANSWERS = ("auto", "scores", "probabilities", "classes", "values")
LOSSES = ("auto", "crossentropy", "l1", "l2", "ssim")
FILLINGS = ("linear", "nearest", "image")
PRECISIONS = ("float32", "uint8", "target")
MODES = ("auto", "dense", "patch")
BORDERS = ("full", "valid")
MAP_KINDS = ("auto", "classes", "values")
DEVICES = ("auto", "cpu", "gpu")
