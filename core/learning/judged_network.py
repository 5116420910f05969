"""A trained network judged on its two sets: accuracy, errors of values, calibration."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np

from ..base.progress import Progress
from ..judging.calibration import Calibration, Reliability, fit_temperature
from ..judging.value_scores import Deviations
from ..model.model_file import Model
from ..samples.patch_set import PatchSet
from .objectives import Values
from .patch_judge import Judge
from .starting_network import logits_of
from .training_result import Training, count_samples, provenance


def judged_classes(
    network: Any,
    parameters: dict[str, Any],
    training_set: PatchSet,
    validation_set: Optional[PatchSet],
    temperature: float,
) -> Training:
    """A trained network with all that is recorded of it, and how well it does on both sets."""
    judge, classes = Judge.of(network), training_set.classes
    training_accuracy = judge.loss_and_accuracy(training_set, blocks=True)[1]
    accuracy, calibration = None, None
    if validation_set is not None:
        accuracy = judge.loss_and_accuracy(validation_set, blocks=True)[1]
        calibration = _calibration(judge, validation_set, temperature)
    labels = validation_set.known_labels if validation_set is not None else None
    counts = count_samples(classes, training=training_set.known_labels, validation=labels)
    recorded = provenance(parameters, counts, training_accuracy, accuracy, "numpy", "tensorflow", "keras")
    model = Model.of_network(network, parameters["architecture"], classes, training_set.sources, recorded)
    return Training(model, training_accuracy, accuracy, parameters=parameters, counts=counts, calibration=calibration)


def judged_values(
    network: Any,
    base: Any,
    parameters: dict[str, Any],
    training_set: PatchSet,
    validation_set: Optional[PatchSet],
) -> Training:
    """The same of a network that answers with values; `base` is the network before training if it corrects an image."""
    sets = {"training": training_set, **({"validation": validation_set} if validation_set else {})}
    found = {name: _deviations(network, patches, training_set) for name, patches in sets.items()}
    corrected = _deviations(base, validation_set or training_set, training_set) if base is not None else None
    counts = {name: [len(patches)] for name, patches in sets.items()}
    judged = found["training"], found.get("validation")
    recorded = provenance(parameters, counts, *judged, "numpy", "tensorflow", "keras")
    described = training_set.classes, training_set.sources, recorded, training_set.target
    model = Model.of_network(network, parameters["architecture"], *described)
    return Training(model, *judged, parameters=parameters, base=corrected)


def _deviations(network: Any, patches: PatchSet, training_set: PatchSet) -> Deviations:
    return Values(network, training_set, "l1").deviations(patches, np.arange(len(patches)))[1]


def fitted_temperature(network: Any, patches: PatchSet, held: np.ndarray, progress: Progress) -> float:
    """Divides the scores by the temperature that suits the patches set aside; which class wins stays the same."""
    labels, scores = Judge.of(network).scores(patches, held)
    temperature = fit_temperature(scores, labels)
    last = logits_of(network).layers[-1]
    if type(last).__name__ not in ("Dense", "Conv2D") or network.layers[-1].__class__.__name__ != "Softmax":
        progress.warning("CALIBRATE needs a network that ends in a dense layer and a softmax; it is left as it is.")
        return 1.0
    last.set_weights([weight / temperature for weight in last.get_weights()])
    progress.info(f"Temperature {temperature:.3f}: scores are divided by it, so that probabilities are honest.")
    return temperature


def _calibration(judge: Judge, validation_set: PatchSet, temperature: float) -> Calibration:
    labels, scores = judge.scores(validation_set, np.arange(len(validation_set)))
    scaled = np.exp(scores - scores.max(axis=1, keepdims=True))
    return Calibration(temperature, Reliability.of(scaled / scaled.sum(axis=1, keepdims=True), labels))
