"""Assessment of a model on a set of patches: loss, accuracy and calibration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Optional

import numpy as np

from ..base.progress import Progress
from ..evaluation.patch_scores import PatchScores, scores_of_network
from ..judging.calibration import Calibration, Reliability, fit_temperature
from ..judging.class_metrics import Accuracy
from ..judging.spatial_blocks import blocks_of
from ..samples.patch_set import PatchSet
from .network_answer import logits_of, rows_and_columns

BATCH_BYTES = 100_000_000  # of patches as float32
LARGEST_BATCH = 1024
MOST_SCORES = 1_000_000  # kept to fit a temperature or to draw a curve


class Judge:
    """Assesses a model that scores patches.

    Args:
        scores_of: patches of each source (n, h, w, c) float32 -> scores before a softmax, (n, k) or (n, h', w', k).
        window: patches -> rows and columns of their labels that (n, h', w', k) cover; None for models that predict one
            class per patch.
    """

    def __init__(
        self, scores_of: PatchScores, window: Optional[Callable[[PatchSet], Optional[tuple[slice, slice]]]] = None
    ):
        self._scores_of, self._window = scores_of, window

    @classmethod
    def of(cls, network: Any) -> Judge:
        """The judge of a Keras network, which is compiled."""
        return cls(scores_of_network(logits_of(network)), lambda patches: rows_and_columns(network, patches))

    def loss(self, patches: PatchSet, rows: np.ndarray) -> float:
        """Mean cross-entropy over some of the patches."""
        total, count = 0.0, 0
        for labels, scores in self._known(patches, rows):
            total, count = total + _cross_entropy(labels, scores), count + len(labels)
        return total / max(count, 1)

    def loss_and_accuracy(self, patches: PatchSet, blocks: bool = False) -> tuple[float, Accuracy]:
        """Mean cross-entropy, and the confusion matrix; with `blocks`, one for each block of the image."""
        total, reference, predicted = 0.0, [], []
        for labels, scores in self._known(patches, np.arange(len(patches))):
            total += _cross_entropy(labels, scores)
            reference.append(labels)
            predicted.append(scores.argmax(axis=-1).astype(np.int16))
        truth = np.concatenate(reference)
        numbers, block_px = self._blocks(patches) if blocks else (None, 0)
        accuracy = Accuracy.of(truth, np.concatenate(predicted), patches.classes, numbers, block_px)
        return total / max(len(truth), 1), accuracy

    def accuracy(self, patches: PatchSet) -> Accuracy:
        """The confusion matrix of each block of the image."""
        return self.loss_and_accuracy(patches, blocks=True)[1]

    def calibration(self, patches: PatchSet, temperature: float = 1.0) -> Calibration:
        """How reliable the probabilities are, which were scaled by a temperature."""
        labels, scores = self.scores(patches, np.arange(len(patches)))
        scaled = np.exp(scores - scores.max(axis=1, keepdims=True))
        return Calibration(temperature, Reliability.of(scaled / scaled.sum(axis=1, keepdims=True), labels))

    def scores(self, patches: PatchSet, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Labels (m,) and scores before the softmax (m, k), for evenly chosen patches if there are very many."""
        per_patch = int(np.prod(patches.labels.shape[1:]))
        rows = rows[:: max(1, -(-len(rows) * per_patch // MOST_SCORES))]
        parts = list(self._known(patches, rows))
        return np.concatenate([labels for labels, _ in parts]), np.concatenate([scores for _, scores in parts])

    def _known(self, patches: PatchSet, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Labels (m,) and scores (m, k) of patches or, if these are dense, of their labelled pixels."""
        inner = self._inner(patches)
        for images, labels in patches.batches(rows, batch_size(patches)):
            scores = self._scores_of(images)
            if inner is not None:
                labels = labels[:, inner[0], inner[1]]
            known = labels >= 0
            yield labels[known].astype(np.int64), scores[known]

    def _inner(self, patches: PatchSet) -> Optional[tuple[slice, slice]]:
        return None if self._window is None else self._window(patches)

    def _blocks(self, patches: PatchSet) -> tuple[Optional[np.ndarray], int]:
        """The block of the image in which each judged label lies, and the side of a block; None and 0 if unknown."""
        numbers, block_px = blocks_of(patches.places, len(patches.classes))
        inner = self._inner(patches)
        if inner is None or numbers is None:
            return numbers, block_px
        known = patches.labels[:, inner[0], inner[1]] >= 0
        return np.broadcast_to(numbers[:, np.newaxis, np.newaxis], known.shape)[known], block_px


def fitted_temperature(network: Any, patches: PatchSet, held: np.ndarray, progress: Progress) -> float:
    """Divides a network's scores by the temperature fitted on the patches set aside; the best class stays the same."""
    labels, scores = Judge.of(network).scores(patches, held)
    temperature = fit_temperature(scores, labels)
    last = logits_of(network).layers[-1]
    if type(last).__name__ not in ("Dense", "Conv2D") or network.layers[-1].__class__.__name__ != "Softmax":
        progress.warning("{p:calibrate} needs a network that ends in a dense layer and a softmax; it is left as it is.")
        return 1.0
    last.set_weights([weight / temperature for weight in last.get_weights()])
    progress.info(
        "Temperature {temperature:.3f}: scores are divided by it, so that probabilities are honest.",
        temperature=temperature,
    )
    return temperature


def batch_size(patches: PatchSet) -> int:
    """How many patches to assess at a time."""
    bytes_each = sum(4 * int(np.prod(shape)) for shape in patches.shapes)
    return max(1, min(LARGEST_BATCH, BATCH_BYTES // bytes_each))


def _cross_entropy(labels: np.ndarray, scores: np.ndarray) -> float:
    """Sum of -log softmax(scores)[label]."""
    shifted = scores.astype(np.float64) - scores.max(axis=-1, keepdims=True)
    logarithms = np.log(np.exp(shifted).sum(axis=-1)) - shifted[np.arange(len(labels)), labels]
    return float(logarithms.sum())
