"""The result of a training of any kind of model: the model, how good it is, and what is written of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, TypeVar, Union

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..base.outputs import replacing
from ..base.progress import Progress
from ..base.version import library_versions
from ..judging.calibration import Calibration
from ..judging.class_metrics import Accuracy
from ..judging.value_scores import Deviations
from ..model.model_file import Model, save_model
from ..raster.classes import ClassMap
from ..samples.leakage import Leakage

NETWORK, FOREST = "Network", "Forest"

Set = TypeVar("Set")
Judged = Union[Accuracy, Deviations]
"""How good the answers are: of classes, or of values."""


@dataclass(frozen=True)
class Judgement:
    """The assessment of a trained model.

    Attributes:
        training_accuracy: on the training set. accuracy: on the validation set, or None without one.
        counts: samples per class of each set.
        calibration: how reliable the model's probabilities are, if assessed.
        base: deviations of the image that the network corrects, on the validation set, or else on the training set.
    """

    training_accuracy: Judged
    accuracy: Optional[Judged]
    counts: dict[str, list[int]] = field(default_factory=dict)
    calibration: Optional[Calibration] = None
    base: Optional[Deviations] = None

    @classmethod
    def of(
        cls, sets: Mapping[str, Set], judge: Callable[[Set], Judged], count: Callable[[Set], list[int]]
    ) -> Judgement:
        """Assesses the training set and, if there is one, the validation set, as named in `sets`."""
        found = {name: judge(samples) for name, samples in sets.items()}
        counts = {name: count(samples) for name, samples in sets.items()}
        return cls(found["training"], found.get("validation"), counts)

    def recorded(self, parameters: dict[str, Any], *libraries: str) -> dict[str, Any]:
        """The record in the model file: parameters, counts, versions of `libraries`, accuracies."""
        judged = {"training": self.training_accuracy, "validation": self.accuracy}
        return {
            "parameters": parameters,
            "samples": self.counts,
            "versions": library_versions(*libraries),
            "metrics": {name: found.recorded() for name, found in judged.items() if found is not None},
        }


@dataclass(frozen=True)
class TrainingOutputs:
    """What a training writes.

    Attributes:
        output: the model file. report: a separate HTML report, if wanted. note: a sentence for the report, such as how
            the settings were chosen. log_folder: where to write the learning curves for TensorBoard, if wanted.
    """

    output: str
    report: Optional[str] = None
    note: Optional[str] = None
    log_folder: Optional[str] = None


@dataclass(frozen=True)
class Training:
    """The result of a training.

    Attributes:
        model: to be saved. judgement: its assessment.
        learner: what was trained, a network or a forest, in the words of the report's title.
        history: one dict per epoch: epoch, loss, accuracy, validation_loss, validation_accuracy; or rmse and mae.
        parameters: all settings, for the report.
        note: the user's note for the report.
        leakage: how close validation samples lie to training samples, if known.
    """

    model: Model
    judgement: Judgement
    learner: str = NETWORK
    history: list[dict[str, Any]] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    leakage: Optional[Leakage] = None

    @property
    def training_accuracy(self) -> Judged:
        return self.judgement.training_accuracy

    @property
    def accuracy(self) -> Optional[Judged]:
        return self.judgement.accuracy

    @property
    def counts(self) -> dict[str, list[int]]:
        return self.judgement.counts

    @property
    def calibration(self) -> Optional[Calibration]:
        return self.judgement.calibration

    @property
    def base(self) -> Optional[Deviations]:
        return self.judgement.base

    def results(self) -> dict[str, Any]:
        """The numbers that algorithms return, for the validation set if there is one."""
        return (self.accuracy or self.training_accuracy).results()

    def save(self, output: str, report: Optional[str], html: str, progress: Progress) -> None:
        """Writes the model file with its report, and a separate report if wanted; logs the accuracy."""
        with replacing(output, report) as (temporary, temporary_report):
            save_model(temporary, self.model, html)
            if temporary_report:
                with open(temporary_report, "w", encoding="utf-8") as file:
                    file.write(html)
        self._report_base(progress)
        progress.info("Training set: {accuracy}", accuracy=self.training_accuracy.summary())
        if self.accuracy is not None:
            progress.info("Validation set: {accuracy}", accuracy=self.accuracy.summary())
            if self.leakage is not None:
                tell = progress.warning if self.leakage.overlapping else progress.info
                found, advice = self.leakage.describe(), self.leakage.advice()
                tell(
                    Message("Leakage audit: {found}", found=found)
                    if advice is None
                    else Message("Leakage audit: {found} {advice}", found=found, advice=advice)
                )
        else:
            progress.warning(
                "There is no validation set: the accuracy returned is that of the training set, and too good."
            )

    def _report_base(self, progress: Progress) -> None:
        judged = self.accuracy or self.training_accuracy
        if self.base is None or not isinstance(judged, Deviations):
            return
        progress.info(
            "Before training, so of the image that the network corrects: {accuracy}", accuracy=self.base.summary()
        )
        if not judged.overall("rmse") < self.base.overall("rmse"):
            progress.warning(
                "The network is no better than the image that it corrects. Give more patches (a smaller step, a "
                "larger image, more dates), or train for more epochs."
            )


def require_two_classes(labels: np.ndarray, classes: ClassMap, which: Message) -> None:
    """Raises InputError if a set (`which`: training, validation) has samples of a single class."""
    present = np.unique(labels)
    if len(present) < 2:
        raise InputError(
            "The {which} set has only one class ({name}); a model needs at least two. Add labels of another "
            "class, or check the field or nodata value.",
            which=which,
            name=classes.classes[int(present[0])].name,
        )


def samples_per_class(labels: np.ndarray, classes: ClassMap) -> list[int]:
    """How often each class occurs among the class indices (n,)."""
    counts: list[int] = np.bincount(labels, minlength=len(classes)).tolist()
    return counts
