"""Checks that a validation set suits the training set, and aligns its classes."""

from __future__ import annotations

import numpy as np

from ..base.errors import InputError
from ..base.progress import Progress
from ..images.normalization import same_transform
from ..samples.patch_set import PatchSet


def fitting_classes(validation_set: PatchSet, training_set: PatchSet) -> PatchSet:
    """The validation set with the training set's class indices. Raises InputError if the two do not fit together."""
    if len(training_set.shapes) != len(validation_set.shapes):
        raise InputError(
            f"The training patches come from {len(training_set.shapes)} image(s), the validation patches from "
            f"{len(validation_set.shapes)}. Give VALIDATION_PATCHES … for each of PATCHES …"
        )
    for expected, received in zip(training_set.shapes, validation_set.shapes):
        if expected != received:
            raise InputError(
                "The validation patches do not fit the training patches: expected height × width × bands "
                f"{' × '.join(map(str, expected))}, received {' × '.join(map(str, received))}. Extract both with the "
                "same settings."
            )
    for ours, theirs in zip(training_set.sources, validation_set.sources):
        if not same_transform(ours.normalization, theirs.normalization):
            raise InputError(
                "The validation patches were normalized in another way than the training patches. "
                "Extract both from the same image, or use “Statistics from”."
            )
    require_same_targets(validation_set, training_set)
    return validation_set.with_classes(training_set.classes, "The validation set")


def require_same_targets(validation_set: PatchSet, training_set: PatchSet) -> None:
    """Raises InputError if one set is answered with classes, the other one with values, or with other patches."""
    if training_set.is_dense != validation_set.is_dense:
        raise InputError(
            "One of training and validation set has a label for each patch, the other one for each pixel. Extract "
            "both with LABEL_IMAGE, or both without."
        )
    ours, theirs = training_set.target, validation_set.target
    if (ours is None) != (theirs is None):
        raise InputError(
            "One of training and validation set is answered with classes, the other one with values. Extract both with "
            "TARGET_IMAGE, or both without."
        )
    if ours is None or theirs is None:
        return
    if (ours.bands, training_set.answers.shape[1:]) != (theirs.bands, validation_set.answers.shape[1:]):
        raise InputError(
            "The target patches of the validation set do not fit those of the training set: expected "
            f"{' × '.join(map(str, training_set.answers.shape[1:]))} of {', '.join(ours.bands)}, received "
            f"{' × '.join(map(str, validation_set.answers.shape[1:]))} of {', '.join(theirs.bands)}. Extract both with "
            "the same settings."
        )
    if not same_transform(ours.image.normalization, theirs.image.normalization):
        raise InputError(
            "The targets of the validation set were normalized in another way than those of the training set. Extract "
            "both from the same image, or use “Statistics from”."
        )


def warn_of_missing_classes(validation_set: PatchSet, progress: Progress) -> None:
    """Warns of classes that no sample of the validation set has."""
    present = set(np.unique(validation_set.known_labels).tolist())
    missing = [c.name for i, c in enumerate(validation_set.classes) if i not in present]
    if missing:
        progress.warning(
            f"The validation set has no sample of {', '.join(missing)}: how well these are found is not known, and "
            "kappa is that of the other classes."
        )
