"""Architectures: functions that build a Keras network. No data, no files.

An architecture is a module of this folder with
    TITLE: its name for people,
    DESCRIPTION: what it outputs for which patches; dialogs show it after the module's name,
    PLACE: its number in the list of all architectures, which dialogs show; a new one takes the next,
    SOURCES: the smallest and the largest number of images that it takes,
    MINIMUM_PATCH_PX: side of the smallest patch that it accepts (of each source, if these differ),
    ANSWERS_WITH_IMAGE (if so): it outputs a class for each pixel of a patch, not one for the whole patch,
    ANSWERS_WITH_VALUES (if so): it restores an image; other image-to-image networks can, too, but are made for classes,
    build(sources, answer) -> keras.Model, for a number of classes or, if its output is an image, for values,
whose last layers are `features`, `logits` and `probabilities`, or `features` and `values`.

Being here is all it takes: the choices of the dialogs and of training are read from this folder. Nothing but the
standard library is imported at the top, so that QGIS can read them, too.
"""

from __future__ import annotations

import importlib
import os
from types import ModuleType


def _architectures() -> list[ModuleType]:
    names = [name[:-3] for name in os.listdir(os.path.dirname(__file__)) if name.endswith(".py")]
    modules = [importlib.import_module(f".{name}", __name__) for name in names if name != "__init__"]
    return sorted((module for module in modules if hasattr(module, "PLACE")), key=lambda module: int(module.PLACE))


MODELS = {module.__name__.rsplit(".", 1)[1]: module for module in _architectures()}


def answers_with_image(architecture: str) -> bool:
    """Whether it outputs a class for each pixel of a patch, not one for the whole patch."""
    return getattr(MODELS[architecture], "ANSWERS_WITH_IMAGE", False)


def restores_images(architecture: str) -> bool:
    """Whether it outputs values only, and starts from an image, such as an enlarged one, which it corrects."""
    return getattr(MODELS[architecture], "ANSWERS_WITH_VALUES", False)
