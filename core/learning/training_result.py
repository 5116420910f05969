"""What a training results in, whatever was trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional, Union

import numpy as np

from ..base.errors import InputError
from ..base.outputs import replacing
from ..base.progress import Progress
from ..base.version import library_versions
from ..judging.calibration import Calibration
from ..judging.class_metrics import Accuracy
from ..judging.value_scores import Deviations
from ..model.model_file import Model, save_model
from ..raster.classes import ClassMap
from ..samples.leakage import Leakage

Judged = Union[Accuracy, Deviations]
"""How good the answers are: of classes, or of values."""


@dataclass(frozen=True)
class Training:
    """What came out of a training.

    Attributes:
        model: to be saved. accuracy: on the validation set, else None. training_accuracy: on the training set.
        history: one dict per epoch: epoch, loss, accuracy, validation_loss, validation_accuracy; or rmse and mae.
        parameters: everything that was set, for the report.
        counts: samples per class of each set.
        note: what the user wants the report to say.
        leakage: how near validation samples lie to training samples, if that is known.
        calibration: how far the model's probabilities are to be believed, if that was judged.
        base: how far the image is from the target that the network corrects, on the validation set, else the training
            set.
    """

    model: Model
    training_accuracy: Judged
    accuracy: Optional[Judged]
    history: list[dict[str, Any]] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)
    note: str = ""
    leakage: Optional[Leakage] = None
    calibration: Optional[Calibration] = None
    base: Optional[Deviations] = None

    def results(self) -> dict[str, Any]:
        """The numbers that algorithms return: those of the validation set if there is one."""
        return (self.accuracy or self.training_accuracy).results()

    def save(self, output: str, report: Optional[str], html: str, progress: Progress) -> None:
        """Writes the model file with its report, and the report on its own if it is wanted; tells the accuracy."""
        with replacing(output, report) as (temporary, temporary_report):
            save_model(temporary, self.model, html)
            if temporary_report:
                with open(temporary_report, "w", encoding="utf-8") as file:
                    file.write(html)
        self._tell_base(progress)
        progress.info(f"Training set: {self.training_accuracy.summary()}")
        if self.accuracy is not None:
            progress.info(f"Validation set: {self.accuracy.summary()}")
            if self.leakage is not None:
                tell = progress.warning if self.leakage.overlapping else progress.info
                tell(f"Leakage audit: {self.leakage.describe()} {self.leakage.advice()}".rstrip())
        else:
            progress.warning(
                "There is no validation set: the accuracy returned is that of the training set, and too good."
            )

    def _tell_base(self, progress: Progress) -> None:
        judged = self.accuracy or self.training_accuracy
        if self.base is None or not isinstance(judged, Deviations):
            return
        progress.info(f"Before training, so of the image that the network corrects: {self.base.summary()}")
        if not judged.overall("rmse") < self.base.overall("rmse"):
            progress.warning(
                "The network is no better than the image that it corrects. Give more patches (a smaller step, a larger "
                "image, more dates), or train for more epochs."
            )


def require_two_classes(labels: np.ndarray, classes: ClassMap, which: str) -> None:
    """Raises InputError if a set (`which`: training, validation) has samples of one class only."""
    present = np.unique(labels)
    if len(present) < 2:
        raise InputError(
            f"The {which} set has only one class ({classes.classes[int(present[0])].name}); a model needs at least "
            "two. Add labels of another class, or check the field or nodata value."
        )


def count_samples(classes: ClassMap, **sets: Optional[np.ndarray]) -> dict[str, list[int]]:
    """Samples per class of each set that is given."""
    return {name: np.bincount(x, minlength=len(classes)).tolist() for name, x in sets.items() if x is not None}


def provenance(
    parameters: dict[str, Any],
    counts: dict[str, list[int]],
    training_accuracy: Judged,
    accuracy: Optional[Judged],
    *libraries: str,
) -> dict[str, Any]:
    """What the model file records of a training: parameters, counts, versions of `libraries`, accuracies."""
    judged = {"training": training_accuracy, "validation": accuracy}
    return {
        "parameters": parameters,
        "samples": counts,
        "versions": library_versions(*libraries),
        "metrics": {name: a.recorded() for name, a in judged.items() if a is not None},
    }
