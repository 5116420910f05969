"""Training objectives for classes and values: losses, and the metrics accumulated with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional, Protocol

import numpy as np

from ..base.errors import InputError
from ..judging import similarity
from ..judging.class_metrics import Accuracy
from ..judging.value_scores import Deviations
from ..samples.patch_set import PatchSet
from .network_answer import logits_of, rows_and_columns
from .patch_judge import Judge, batch_size

Record = dict[str, Optional[float]]
OverAll = Callable[[Any], Any]
"""A number of this process -> the sum over all processes that train together."""

SSIM_SHARE = 0.84  # Zhao et al. 2017, equation 11
SSIM_RANGE = 4  # of the values, in standard deviations, as images have no fixed range


class Objective(Protocol):
    """The objective of a network on a set of patches.

    Attributes:
        network: keras.Model, patches -> outputs that the loss takes. counted_shape, counted_dtype: of the counts.
        answers_dtype: of the expected answers.
    """

    network: Any
    counted_shape: tuple[int, int]
    counted_dtype: Any
    answers_dtype: Any

    def inner(self, answers: Any) -> Any:
        """The part of the expected answers (m, ...) that the network's outputs cover."""
        ...

    def known(self, answers: Any) -> Any:
        """How many of the expected answers are known, () float32."""
        ...

    def loss(self, outputs: Any, answers: Any, over_all: OverAll) -> Any:
        """The sum of the losses over known answers, () float32."""
        ...

    def counted(self, outputs: Any, answers: Any) -> Any:
        """The counts that are added up for the record of an epoch."""
        ...

    def record(self, loss_sum: float, counted: np.ndarray) -> Record:
        """The record of an epoch: its loss and metrics."""
        ...

    def judged(self, patches: Optional[PatchSet]) -> Record:
        """The record of a validation set, names prefixed with “validation_”; values None without a set."""
        ...

    def loss_of(self, patches: PatchSet, rows: np.ndarray) -> float:
        """Mean loss over some of the patches."""
        ...


class Classes:
    """The objective of classes: cross-entropy, and a confusion matrix (k, k) with the reference in rows."""

    def __init__(self, network: Any, patches: PatchSet, class_weights: str):
        import tensorflow as tf

        self.network, self._classes = logits_of(network), patches.classes
        count = len(patches.classes)
        self.counted_shape, self.counted_dtype, self.answers_dtype = (count, count), tf.int64, tf.int32
        self._weights = tf.constant(_class_weights(patches.known_labels, count, class_weights), tf.float32)
        self._inner = rows_and_columns(network, patches)
        self._judge = Judge.of(network)

    def inner(self, answers: Any) -> Any:
        return answers if self._inner is None else answers[:, self._inner[0], self._inner[1]]

    def known(self, answers: Any) -> Any:
        import tensorflow as tf

        return tf.reduce_sum(tf.cast(answers >= 0, tf.float32))

    def loss(self, outputs: Any, answers: Any, over_all: OverAll) -> Any:
        import tensorflow as tf

        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(answers, 0), outputs)
        weighted = losses * tf.gather(self._weights, tf.maximum(answers, 0))
        return tf.reduce_sum(tf.where(answers >= 0, weighted, 0.0))

    def counted(self, outputs: Any, answers: Any) -> Any:
        import tensorflow as tf

        count = self.counted_shape[0]
        of_known = tf.cast(answers >= 0, tf.float32)[..., tf.newaxis]
        reference = tf.reshape(tf.one_hot(answers, count), (-1, count))
        predicted = tf.reshape(tf.one_hot(tf.argmax(outputs, -1), count) * of_known, (-1, count))
        return tf.cast(tf.matmul(reference, predicted, transpose_a=True), tf.int64)

    def record(self, loss_sum: float, counted: np.ndarray) -> Record:
        accuracy = Accuracy(counted.astype(np.int64), self._classes)
        return _record(loss_sum / max(accuracy.count, 1), accuracy)

    def judged(self, patches: Optional[PatchSet]) -> Record:
        return judged_record(self._judge, patches)

    def loss_of(self, patches: PatchSet, rows: np.ndarray) -> float:
        return self._judge.loss(patches, rows)


def judged_record(judge: Judge, patches: Optional[PatchSet]) -> Record:
    """The record of a validation set with classes; values None without a set."""
    if patches is None:
        return {"validation_loss": None, "validation_accuracy": None, "validation_kappa": None}
    record = _record(*judge.loss_and_accuracy(patches))
    return {f"validation_{name}": value for name, value in record.items()}


def _record(loss: float, accuracy: Accuracy) -> Record:
    kappa = None if np.isnan(accuracy.kappa) else accuracy.kappa
    return {"loss": loss, "accuracy": accuracy.overall_accuracy, "kappa": kappa}


class Values:
    """The objective of values: differences in units of each band's standard deviation, so that bands weigh the same.

    l1 is their mean absolute value, l2 their mean square; ssim is 0.84 × (1 - structural similarity) + 0.16 × l1, the
    mixture of Zhao et al. 2017 at a single scale, without windows that contain nodata. The counts are the sums of
    `Deviations`, in the units of the target.

    Raises:
        InputError: the outputs are smaller than a window of the structural similarity.
    """

    def __init__(self, network: Any, patches: PatchSet, loss: str):
        import tensorflow as tf

        means, variances = patches.value_moments
        self.network, self._loss = network, loss
        self._bands = tuple(patches.answer.value_names(len(means)))
        self.counted_shape, self.counted_dtype, self.answers_dtype = (len(self._bands), 6), tf.float64, tf.float32
        self._inner = rows_and_columns(network, patches)
        self._means = tf.constant(means, tf.float32)
        self._deviations = tf.constant(np.where(variances > 0, np.sqrt(variances), 1.0), tf.float32)
        if loss == "ssim":
            self._window = _gaussian_window(len(self._bands))
            _require_windows(patches, self._inner)
        self._sums: Optional[Callable[..., Any]] = None

    def inner(self, answers: Any) -> Any:
        return answers if self._inner is None else answers[:, self._inner[0], self._inner[1]]

    def known(self, answers: Any) -> Any:
        import tensorflow as tf

        return tf.reduce_sum(tf.cast(tf.math.is_finite(answers), tf.float32))

    def loss(self, outputs: Any, answers: Any, over_all: OverAll) -> Any:
        import tensorflow as tf

        is_known = tf.math.is_finite(answers)
        reference = tf.where(is_known, answers, outputs)  # avoids differences and NaN gradients at nodata
        difference = (outputs - reference) / self._deviations
        if self._loss == "l2":
            return tf.reduce_sum(tf.square(difference))
        absolute = tf.reduce_sum(tf.abs(difference))
        if self._loss == "l1":
            return absolute
        apart, windows = self._structural_difference(outputs, reference, is_known)
        scale = over_all(self.known(answers)) / tf.maximum(over_all(windows), 1.0)
        return (1 - SSIM_SHARE) * absolute + SSIM_SHARE * apart * scale

    def counted(self, outputs: Any, answers: Any) -> Any:
        import tensorflow as tf

        is_known = tf.math.is_finite(answers)
        count = tf.cast(is_known, tf.float64)
        reference = tf.cast(tf.where(is_known, answers, 0.0), tf.float64)
        error = (tf.cast(outputs, tf.float64) - reference) * count
        centered = (reference - tf.cast(self._means, tf.float64)) * count
        parts = [count, error, tf.abs(error), tf.square(error), centered, tf.square(centered)]
        return tf.stack([tf.reduce_sum(part, axis=(0, 1, 2)) for part in parts], axis=1)

    def record(self, loss_sum: float, counted: np.ndarray) -> Record:
        found = Deviations(counted, self._bands)
        record: Record = {"loss": loss_sum / max(found.count, 1)}
        for name in ("rmse", "mae"):
            record[name] = found.overall(name)
        return record

    def judged(self, patches: Optional[PatchSet]) -> Record:
        if patches is None:
            return {"validation_loss": None, "validation_rmse": None, "validation_mae": None}
        loss_sum, found = self.deviations(patches, np.arange(len(patches)))
        return {f"validation_{name}": value for name, value in self.record(loss_sum, found.sums).items()}

    def loss_of(self, patches: PatchSet, rows: np.ndarray) -> float:
        loss_sum, found = self.deviations(patches, rows)
        return loss_sum / max(found.count, 1)

    def deviations(self, patches: PatchSet, rows: np.ndarray) -> tuple[float, Deviations]:
        """The sum of losses, and the network's deviations from the values of some of the patches."""
        import tensorflow as tf

        if self._sums is None:

            def of_batch(images: Sequence[Any], answers: Any) -> tuple[Any, Any]:
                answers = self.inner(answers)
                outputs = self.network(images if len(images) > 1 else images[0], training=False)
                return self.loss(outputs, answers, lambda number: number), self.counted(outputs, answers)

            self._sums = tf.function(of_batch, autograph=False, reduce_retracing=True)
        loss_sum, sums = 0.0, np.zeros(self.counted_shape)
        for images, answers in patches.batches(rows, batch_size(patches)):
            of_batch_loss, counted = self._sums(images, answers)
            loss_sum, sums = loss_sum + float(of_batch_loss), sums + np.asarray(counted)
        return loss_sum, Deviations(sums, self._bands)

    def of_set(self, patches: PatchSet) -> Deviations:
        """The network's deviations from the values of all patches."""
        return self.deviations(patches, np.arange(len(patches)))[1]

    def _structural_difference(self, values: Any, reference: Any, is_known: Any) -> tuple[Any, Any]:
        """Sum of 1 - SSIM over the windows (n, h', w', b) without nodata, and their number.

        The values are centered at 0, so that 32 bits are enough for their squares.
        """
        import tensorflow as tf

        level = self._means / self._deviations
        values, reference = ((image - self._means) / self._deviations for image in (values, reference))

        def mean(image: Any) -> Any:
            return tf.nn.depthwise_conv2d(image, self._window, (1, 1, 1, 1), "VALID")

        whole = -tf.nn.max_pool2d(-tf.cast(is_known, tf.float32), similarity.WINDOW_PX, 1, "VALID")
        first, second = mean(values), mean(reference)
        shared = mean(values * reference) - first * second
        spread = mean(values**2) - first**2 + mean(reference**2) - second**2
        similar = similarity.similarity_index(first + level, second + level, spread, shared, SSIM_RANGE)
        return tf.reduce_sum((1 - similar) * whole), tf.reduce_sum(whole)


def _gaussian_window(bands: int) -> Any:
    """The weights of a window for each band, (11, 11, b, 1), adding up to 1."""
    import tensorflow as tf

    window = np.outer(similarity.WEIGHTS, similarity.WEIGHTS)
    return tf.constant(np.tile(window[..., np.newaxis, np.newaxis], (1, 1, bands, 1)), tf.float32)


def _require_windows(patches: PatchSet, inner: Optional[tuple[slice, slice]]) -> None:
    height, width = patches.answers.shape[1:3]
    if inner is not None:
        height, width = (len(range(side)[part]) for side, part in zip((height, width), inner))
    size = similarity.WINDOW_PX
    if min(height, width) < size:
        raise InputError(
            "{p:loss=ssim} compares windows of {size} × {size} pixels; the network answers with {width} × "
            "{height}. Extract larger patches, or choose l1 or l2.",
            size=size,
            width=width,
            height=height,
        )


def _class_weights(labels: np.ndarray, class_count: int, kind: str) -> np.ndarray:
    """Weight of each class, (k,): n / (k * n_class) if balanced, as in scikit-learn."""
    if kind != "balanced":
        return np.ones(class_count)
    counts = np.bincount(labels, minlength=class_count)
    return np.where(counts > 0, len(labels) / (class_count * np.maximum(counts, 1)), 0.0)
