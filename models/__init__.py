"""Architectures: functions that build a Keras network. No data, no files.

An architecture is a module with
    TITLE: what a person calls it, MINIMUM_PATCH_PX: the smallest patch it can see, and
    build(height, width, bands, class_count, mean, variance) -> keras.Model,
whose layers `features` (flat), `logits` and `probabilities` stand at the end.
"""

from . import patch_cnn

MODELS = {"patch_cnn": patch_cnn}
