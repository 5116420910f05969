"""Architectures: functions that build a Keras network. No data, no files.

An architecture is a module with
    TITLE: what a person calls it,
    SOURCES: how many images it looks at, at least and at most,
    MINIMUM_PATCH_PX: side of the smallest patch it can see (of each source, if these differ),
    ANSWERS_WITH_IMAGE (if so): it has a class for each pixel of a patch, not one for the patch,
    ANSWERS_WITH_VALUES (if so): it restores an image; others of images can, too, but are made for classes, and
    build(sources, answer) -> keras.Model, for a number of classes or, in those of images, for values,
whose layers `features`, `logits` and `probabilities`, or `features` and `values`, stand at the end.
"""

from . import gap_filling, patch_cnn, patch_fcn, segmentation, super_resolution, texture_cnn, two_branch, unet

_MODULES = (patch_cnn, texture_cnn, patch_fcn, two_branch, segmentation, unet, super_resolution, gap_filling)
MODELS = {module.__name__.rsplit(".", 1)[1]: module for module in _MODULES}
