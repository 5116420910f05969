"""Architectures: functions that build a Keras network. No data, no files.

An architecture is a module of this folder with
    TITLE: what a person calls it,
    DESCRIPTION: what it answers with, and of what patches; dialogs show it after the module's name,
    PLACE: its number in the list of all of them, which dialogs show; a new one takes the next,
    SOURCES: how many images it looks at, at least and at most,
    MINIMUM_PATCH_PX: side of the smallest patch it can see (of each source, if these differ),
    ANSWERS_WITH_IMAGE (if so): it has a class for each pixel of a patch, not one for the patch,
    ANSWERS_WITH_VALUES (if so): it restores an image; others of images can, too, but are made for classes, and
    build(sources, answer) -> keras.Model, for a number of classes or, in those of images, for values,
whose layers `features`, `logits` and `probabilities`, or `features` and `values`, stand at the end.

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
    """Whether it answers each pixel of a patch, not the patch as a whole."""
    return getattr(MODELS[architecture], "ANSWERS_WITH_IMAGE", False)


def restores_images(architecture: str) -> bool:
    """Whether it answers with values only, and begins with an image, such as an enlarged one, which it corrects."""
    return getattr(MODELS[architecture], "ANSWERS_WITH_VALUES", False)
