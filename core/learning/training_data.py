"""Training and validation patches: read once, checked against each other, and with aligned classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..base.progress import Progress
from ..images.image_source import require_same_left_out, require_same_scale
from ..images.legend import Legend
from ..images.normalization import same_transform
from ..raster.classes import ClassMap
from ..samples.leakage import Leakage, audit
from ..samples.patch_set import PatchSet
from ..samples.patch_stack import read_patches
from ..samples.spatial_split import apart_from, spatial_parts
from .learned_answers import LearnedAnswer, learned
from .training_loop import Fold

SET_ASIDE_SHARE = 0.2

Aligned = Callable[[PatchSet, Optional[Legend]], PatchSet]
"""Patches and a legend -> the patches with the classes of the network that they train further."""


@dataclass(frozen=True)
class PatchFiles:
    """Files of patches: a stack for each source, and their labels or values.

    Attributes:
        validation_patches, validation_labels: the same for a validation set, if there is one.
        legend: names and colors of the classes; by default those in the labels.
    """

    patches: Sequence[str]
    labels: str
    validation_patches: Sequence[str] = ()
    validation_labels: Optional[str] = None
    legend: Optional[Legend] = None


@dataclass(frozen=True)
class TrainingData:
    """A training set, and optionally a validation set that fits it, with the same class indices.

    Attributes:
        answer: the kind of answer that is learned.
    """

    training: PatchSet
    validation: Optional[PatchSet]
    answer: LearnedAnswer

    @classmethod
    def read(
        cls, files: PatchFiles, progress: Optional[Progress] = None, aligned: Optional[Aligned] = None
    ) -> TrainingData:
        """Reads both sets; see `of`."""
        _refuse_records(files)
        training, validation = read_patches(files.patches, files.labels), None
        if bool(files.validation_patches) != bool(files.validation_labels):
            raise InputError("Give both {p:validation_patches} and {p:validation_labels}, or neither.")
        if files.validation_patches and files.validation_labels:
            validation = read_patches(files.validation_patches, files.validation_labels)
        return cls.of(training, validation, files.legend, progress, aligned)

    @classmethod
    def of(
        cls,
        training: PatchSet,
        validation: Optional[PatchSet] = None,
        legend: Optional[Legend] = None,
        progress: Optional[Progress] = None,
        aligned: Optional[Aligned] = None,
    ) -> TrainingData:
        """Checks and aligns two sets.

        Args:
            aligned: gives the training set the classes of a network that is trained further.
        Raises:
            InputError: they do not fit together, or nothing can be learned from them.
        """
        answer = learned(training.answer)
        if validation is not None:
            _require_same_answers(training, validation, answer)
        if aligned is not None:
            training = aligned(training, legend)
        if validation is not None:
            validation = validation.with_classes(training.classes, Message("The validation set"))
        if legend:  # only now, so that it cannot hide a disagreement between the two sets
            training = answer.with_legend(training, legend)
            validation = replace(validation, classes=training.classes) if validation else None
        answer.require_learnable(training)
        if training.lost:
            (progress or Progress()).warning(
                "The training set has no patch of {classes}, which its points or its label image have: the model will "
                "never answer with it.",
                classes=training.lost,
            )
        if validation is not None:
            _require_same_images(training, validation)
            warn_of_missing_classes(validation.known_labels, validation.classes, progress or Progress())
        return cls(training, validation, answer)

    @property
    def sets(self) -> dict[str, PatchSet]:
        """The existing sets, by name."""
        return {"training": self.training, **({"validation": self.validation} if self.validation else {})}

    @property
    def leakage(self) -> Optional[Leakage]:
        """How close the two sets lie to each other, if known."""
        return audit(self.training.places, self.validation.places) if self.validation else None

    def fold(self, sets_aside: bool, seed: int, progress: Progress) -> Fold:
        """Divides the training patches: all are trained on, or a part is set aside in separate blocks of the image.

        Raises:
            InputError: a class would have no patch left to train on.
        """
        patches, everything = self.training, np.arange(len(self.training))
        if not sets_aside:
            return Fold(patches, everything, everything[:0])
        labels = patches.labels if not patches.is_dense else _most_frequent(patches)
        parts = spatial_parts(labels, patches.places, (1 - SET_ASIDE_SHARE, SET_ASIDE_SHARE), seed)
        held = parts == 1
        apart = apart_from(patches.places, held)
        if not held.any() or len(np.unique(labels[apart])) < len(np.unique(labels)):
            raise InputError(
                "{p:patience} and {p:calibrate} set a fifth of the training patches aside, in blocks of the "
                "image; then a class has no patch left to train on. Give more samples, or {p:patience=0} and no "
                "{p:calibrate}."
            )
        where = (
            Message("in blocks of the image") if patches.places is not None else Message("the last ones of each class")
        )
        progress.info(
            "{held} patches are set aside ({where}), {trained} are trained on, and {left_out} share pixels with "
            "those set aside and are left out.",
            held=held.sum(),
            where=where,
            trained=apart.sum(),
            left_out=len(patches) - held.sum() - apart.sum(),
        )
        return Fold(patches, everything[apart], everything[held])


def _refuse_records(files: PatchFiles) -> None:
    """Raises InputError for the TFRecords that OTBTF's Python API makes of patches."""
    for path in (*files.patches, files.labels, *files.validation_patches, files.validation_labels or ""):
        if path.lower().endswith((".records", ".tfrecord", ".tfrecords")):
            raise InputError(
                "“{path}” is a file of TFRecords, which does not tell the bands, places and normalization of its "
                "patches. Give the patch images that it was made of, as “Extract patches” or PatchesExtraction wrote "
                "them.",
                path=path,
            )


def _most_frequent(patches: PatchSet) -> np.ndarray:
    """The most frequent class of each patch, (n,)."""
    counts = [(patches.labels == c).sum(axis=(1, 2)) for c in range(len(patches.classes))]
    return np.argmax(counts, axis=0)


def _require_same_answers(training: PatchSet, validation: PatchSet, answer: LearnedAnswer) -> None:
    """Raises InputError if one set has classes and the other values, or if their target patches differ."""
    if training.is_dense != validation.is_dense:
        raise InputError(
            "One of training and validation set has a label for each patch, the other one for each pixel. "
            "Extract both with {p:label_image}, or both without."
        )
    if training.answer.has_classes != validation.answer.has_classes:
        raise InputError(
            "One of training and validation set is answered with classes, the other one with values. Extract "
            "both with {p:target_image}, or both without."
        )
    answer.require_same(training, validation)


def _require_same_images(training: PatchSet, validation: PatchSet) -> None:
    """Raises InputError if the patches of the two sets come from different images, or have different sizes."""
    if len(training.shapes) != len(validation.shapes):
        raise InputError(
            "The training patches come from {training} image(s), the validation patches from {validation}. Give "
            "{p:validation_patches} … for each of {p:patches} …",
            training=len(training.shapes),
            validation=len(validation.shapes),
        )
    for expected, received in zip(training.shapes, validation.shapes):
        if expected != received:
            raise InputError(
                "The validation patches do not fit the training patches: expected height × width × bands "
                "{expected: × }, received {received: × }. Extract both with the same settings.",
                expected=expected,
                received=received,
            )
    for ours, theirs in zip(training.sources, validation.sources):
        require_same_scale(ours, theirs, Message("the validation patches"))
        if not same_transform(ours.normalization, theirs.normalization):
            raise InputError(
                "The validation patches were normalized in another way than the training patches. Extract both "
                "from the same image, or use “Statistics from”."
            )
        require_same_left_out(ours, theirs)


def warn_of_missing_classes(labels: np.ndarray, classes: ClassMap, progress: Progress) -> None:
    """Warns if a validation set with these class indices (n,) lacks a class."""
    present = set(np.unique(labels).tolist())
    missing = [c.name for i, c in enumerate(classes) if i not in present]
    if missing:
        progress.warning(
            "The validation set has no sample of {classes}: how well these are found is not known, and kappa is "
            "that of the other classes.",
            classes=missing,
        )
