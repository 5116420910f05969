"""The training loop: batches, the step, the epochs, and when to stop.

An epoch is one call into TensorFlow, whatever the number of its steps, because a call from Python costs as much as a
step of a small network. Patches in memory are gathered there; those in files come through tf.data, in the same
order, so both give the same weights.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from .augmentation import Part, laid_anew, with_band_noise
from .errors import InputError, RasterLearnError
from .metrics import Accuracy
from .networks import answers_with_an_image, logits_of, target_window
from .patches import PatchSet
from .progress import Progress
from .replicas import Share, added_up, agreed, synchronize
from .scoring import Judge

BATCHES_AHEAD = 4
JUDGED_TIMES = 10  # per training, if not said otherwise
FINAL_RATE = 0.01  # of the cosine schedule, as a part of the first


@dataclass(frozen=True)
class Settings:
    """How a network is trained.

    Attributes:
        schedule: of the learning rate: constant, or cosine (falls to a hundredth of it in half a wave).
        weight_decay: how much weights shrink in each step, as a part of the learning rate (AdamW); 0 for Adam.
        patience: stop when the loss on a part of the training patches that is set aside has not fallen for
            so many epochs, and keep the best weights; 0 trains all epochs on all patches.
        class_weights: none, balanced (classes with few samples count more), or sampling (they are drawn more often).
        augment: show the patches mirrored and turned by 90° at random.
        band_noise: standard deviation of what is added to each band of a patch, as a part of the band's.
        calibrate: set patches aside, and scale the scores so that the probabilities suit them.
        validation_every: epochs from one look at the validation set to the next; 0 looks ten times.
        mixed_precision: compute in 16 bits where a GPU can.
        threads: for each operation; 0 chooses by timing.
    """

    epochs: int = 100
    batch_size: int = 100
    learning_rate: float = 0.001
    schedule: str = "cosine"
    weight_decay: float = 0.0
    patience: int = 0
    class_weights: str = "none"
    augment: bool = True
    band_noise: float = 0.0
    calibrate: bool = False
    seed: int = 0
    validation_every: int = 0
    mixed_precision: bool = False
    threads: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise InputError(f"{name.upper()} must be at least 1, received {getattr(self, name)}.")
        for name in ("weight_decay", "patience", "band_noise", "validation_every", "threads", "seed"):
            if not getattr(self, name) >= 0:
                raise InputError(f"{name.upper()} must not be negative, received {getattr(self, name)}.")
        if not self.learning_rate > 0:
            raise InputError(f"LEARNING_RATE must be a positive number, received {self.learning_rate}.")

    @property
    def sets_aside(self) -> bool:
        """Whether a part of the training patches is not trained on."""
        return self.patience > 0 or self.calibrate

    def is_judged_in(self, epoch: int) -> bool:
        """Whether the validation set is looked at after an epoch, counted from 1."""
        every = self.validation_every or max(1, self.epochs // JUDGED_TIMES)
        return epoch % every == 0 or epoch == self.epochs


Totals = tuple[Any, Any]
"""Sum of losses (), and confusion matrix (k, k) with the reference in rows."""

Step = Callable[[Sequence[Any], Any, Part], Totals]
"""Patches of each source (m, h, w, c), labels (m, ...), and which of their batch these are -> totals of those that this
process saw; the weights changed by all."""

Epoch = Callable[[np.ndarray], Totals]
"""Order of the samples (n,) -> totals of those that this process saw in an epoch, in which the weights changed."""


def fit(
    network: Any,
    patches: PatchSet,
    fitting: np.ndarray,
    held: np.ndarray,
    validation: Optional[PatchSet],
    settings: Settings,
    strategy: Any,
    progress: Progress,
    listener: Callable[[dict[str, Any]], None],
) -> list[dict[str, Any]]:
    """Trains a network.

    Args:
        fitting, held: rows of the patches to train on, and to stop by.
        strategy: tf.distribute.Strategy under which the network was made.
        listener: is given the record of each epoch.
    Returns:
        One record for each epoch: epoch, loss, accuracy, kappa, and the same of the validation set.
    """
    run_epoch = epoch_function(network, patches, len(fitting), settings, strategy, progress)
    judge = Judge.of(network)
    rng = np.random.default_rng(settings.seed)
    history: list[dict[str, Any]] = []
    best_loss, best_weights, best_epoch = np.inf, None, 0
    started = time.monotonic()
    for epoch in range(1, settings.epochs + 1):
        order = _order(patches.labels, fitting, settings.class_weights, rng)
        loss_sum, matrix = added_up(strategy, run_epoch(order))
        trained = Accuracy(matrix.astype(np.int64), patches.classes)
        loss = float(loss_sum) / max(trained.count, 1)
        _require_finite(loss, epoch, settings)
        record = {"epoch": epoch, "loss": loss, "accuracy": trained.overall_accuracy, "kappa": _number(trained.kappa)}
        record.update(judged_record(judge, validation if settings.is_judged_in(epoch) else None))
        history.append(record)
        listener(record)
        seconds_left = (time.monotonic() - started) / epoch * (settings.epochs - epoch)
        progress.epoch(**record, epochs=settings.epochs, seconds_left=seconds_left)
        progress.report(epoch / settings.epochs, f"epoch {epoch}/{settings.epochs}")
        if settings.patience:
            held_loss = agreed(strategy, judge.loss(patches, held))
            if held_loss < best_loss:
                best_loss, best_weights, best_epoch = held_loss, network.get_weights(), epoch
            elif epoch - best_epoch >= settings.patience:
                break
    if best_weights is not None:
        network.set_weights(best_weights)
        progress.info(f"The weights of epoch {best_epoch} are kept (lowest loss on the patches set aside).")
    return history


def _require_finite(loss: float, epoch: int, settings: Settings) -> None:
    if not np.isfinite(loss):
        raise RasterLearnError(
            f"The loss became {loss} in epoch {epoch}: the training diverged. Lower LEARNING_RATE (now "
            f"{settings.learning_rate:g}), or check the patches for extreme values."
        )


def judged_record(judge: Judge, validation: Optional[PatchSet]) -> dict[str, Optional[float]]:
    """What the record of an epoch says of the validation set; None where it is not judged."""
    if validation is None:
        return {"validation_loss": None, "validation_accuracy": None, "validation_kappa": None}
    loss, accuracy = judge.loss_and_accuracy(validation)
    return {
        "validation_loss": loss,
        "validation_accuracy": accuracy.overall_accuracy,
        "validation_kappa": _number(accuracy.kappa),
    }


def _number(value: float) -> Optional[float]:
    return None if np.isnan(value) else value


def _order(labels: np.ndarray, fitting: np.ndarray, class_weights: str, rng: np.random.Generator) -> np.ndarray:
    """The rows of an epoch: all of them once or, with class_weights=sampling, as many of each class."""
    if class_weights != "sampling":
        return rng.permutation(fitting)
    classes = np.unique(labels[fitting])
    rows = [fitting[labels[fitting] == c] for c in classes]
    counts = np.full(len(classes), len(fitting) // len(classes))
    counts[: len(fitting) % len(classes)] += 1
    drawn = [np.concatenate([rng.permutation(r) for _ in range(-(-n // len(r)))])[:n] for r, n in zip(rows, counts)]
    return rng.permutation(np.concatenate(drawn))


def epoch_function(
    network: Any, patches: PatchSet, count: int, settings: Settings, strategy: Any, progress: Progress
) -> Epoch:
    """Compiles an epoch of `count` samples; the last batch may be smaller than the others."""
    share, size = Share.of(strategy), settings.batch_size
    step = _step_of(network, patches, -(-count // size), settings, strategy, share)
    return (_epoch_in_memory if patches.is_held else _epoch_from_files)(step, patches, size, share, progress)


def _epoch_in_memory(step: Step, patches: PatchSet, size: int, share: Share, progress: Progress) -> Epoch:
    import tensorflow as tf

    images = [tf.constant(np.asarray(image), tf.float32) for image in patches.images]
    labels, class_count = tf.constant(patches.labels, tf.int32), len(patches.classes)
    here = len(share.places(size, size))  # samples of a whole batch

    @tf.function(autograph=False)
    def run(rows_here: Any, places_here: Any, count: Any) -> Totals:
        def batch(number: Any) -> Totals:
            left = count - number * size
            end = tf.where(left > size, (number + 1) * here, tf.size(rows_here))
            rows, places = (all_here[number * here : end] for all_here in (rows_here, places_here))
            part = Part(tf.minimum(size, left), places)
            return step([tf.gather(image, rows) for image in images], tf.gather(labels, rows), part)

        return _sum_of_batches(batch, -(-count // size), class_count)

    def epoch(order: np.ndarray) -> Totals:
        places = share.places(len(order), size)
        return run(*(tf.constant(given, tf.int32) for given in (order[places], places % size, len(order))))

    return epoch


def _epoch_from_files(step: Step, patches: PatchSet, size: int, share: Share, progress: Progress) -> Epoch:
    import tensorflow as tf

    class_count = len(patches.classes)
    signature = (
        *(tf.TensorSpec((None, *shape), tf.float32) for shape in patches.shapes),
        tf.TensorSpec((None, *patches.labels.shape[1:]), tf.int32),
        tf.TensorSpec((), tf.int32),
        tf.TensorSpec((None,), tf.int32),
    )

    @tf.function(autograph=False)
    def run(iterator: Any, count: Any) -> Totals:
        def batch(number: Any) -> Totals:
            *images, labels, batch_size, places = iterator.get_next()
            return step(images, labels, Part(batch_size, places))

        return _sum_of_batches(batch, count, class_count)

    def epoch(order: np.ndarray) -> Totals:
        failures: list[RasterLearnError] = []

        def batches() -> Iterator[tuple[Any, ...]]:
            try:
                for start in range(0, len(order), size):
                    progress.check()
                    rows = order[start : start + size]
                    places = share.places(len(rows), size)
                    images, labels = patches.some(rows[places])
                    yield (*images, labels.astype(np.int32), len(rows), places)
            except RasterLearnError as error:  # TensorFlow would wrap it in one of its own
                failures.append(error)

        dataset = tf.data.Dataset.from_generator(batches, output_signature=signature).prefetch(BATCHES_AHEAD)
        try:
            return run(iter(dataset), tf.constant(-(-len(order) // size)))
        except tf.errors.OutOfRangeError:
            raise failures[0] from None

    return epoch


def _sum_of_batches(batch: Callable[[Any], Totals], count: Any, class_count: int) -> Totals:
    """The totals of `count` batches, added up within TensorFlow.

    AutoGraph would write this loop by itself, but leave files behind where the process is ended from outside.
    """
    import tensorflow as tf

    def add(number: Any, loss: Any, matrix: Any) -> tuple[Any, Any, Any]:
        batch_loss, batch_matrix = batch(number)
        return number + 1, loss + batch_loss, matrix + batch_matrix

    nothing = tf.constant(0), tf.constant(0.0), tf.zeros((class_count, class_count), tf.int64)
    _, loss, matrix = tf.while_loop(lambda number, *_: number < count, add, nothing)
    return loss, matrix


def _step_of(
    network: Any, patches: PatchSet, steps_per_epoch: int, settings: Settings, strategy: Any, share: Share
) -> Step:
    """One step, under the strategy that the network was made under."""
    import tensorflow as tf

    if share.replicas > 1:
        synchronize(network)
    with strategy.scope():
        scores_of = logits_of(network)
        optimizer = _optimizer(settings, steps_per_epoch)
        optimizer.build(scores_of.trainable_variables)
    variables, class_count = scores_of.trainable_variables, len(patches.classes)
    weights = tf.constant(_class_weights(patches.known_labels, class_count, settings.class_weights), tf.float32)
    deviations = [tf.constant(_deviation(image)) for image in patches.images] if settings.band_noise else []
    inner = target_window(network, *patches.shapes[0][:2]) if answers_with_an_image(network) else None

    def augmented(images: Sequence[Any], labels: Any, part: Optional[Part]) -> tuple[Sequence[Any], Any]:
        seed = tf.stack([settings.seed % 2**31, tf.cast(optimizer.iterations, tf.int32)])
        if settings.augment:
            images, labels = laid_anew(images, labels, seed, part)
        if settings.band_noise:
            images = with_band_noise(images, deviations, settings.band_noise, seed, part)
        return images, labels

    def of_replica(images: Sequence[Any], labels: Any) -> Totals:
        count = tf.reduce_sum(tf.cast(labels >= 0, tf.float32))
        if share.replicas > 1:
            count = tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, count)
        with tf.GradientTape() as tape:
            scores = tf.cast(scores_of(images if len(images) > 1 else images[0], training=True), tf.float32)
            known = labels >= 0
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(labels, 0), scores)
            losses = tf.where(known, losses * tf.gather(weights, tf.maximum(labels, 0)), 0.0)
            total = tf.reduce_sum(losses)
            loss = total / tf.maximum(count, 1.0)
            if scores_of.losses:
                loss += tf.add_n(scores_of.losses) / share.replicas
            scaled = optimizer.scale_loss(loss)
        optimizer.apply(tape.gradient(scaled, variables), variables)
        of_known = tf.cast(known, tf.float32)[..., tf.newaxis]
        reference = tf.reshape(tf.one_hot(labels, class_count), (-1, class_count))
        predicted = tf.reshape(tf.one_hot(tf.argmax(scores, -1), class_count) * of_known, (-1, class_count))
        return total, tf.cast(tf.matmul(reference, predicted, transpose_a=True), tf.int64)

    def of_one_of_several(images: Sequence[Any], labels: Any, is_small: Any) -> Totals:
        number = tf.distribute.get_replica_context().replica_id_in_sync_group
        if share.here > 1:
            first, every = tf.where(is_small, 0, number - share.first), tf.where(is_small, 1, share.here)
            own = tf.range(first, tf.shape(labels)[0], every)
            images, labels = [tf.gather(image, own) for image in images], tf.gather(labels, own)
        loss, matrix = of_replica(images, labels)
        counts = tf.logical_or(tf.equal(number, 0), tf.logical_not(is_small))
        return tf.where(counts, loss, 0.0), tf.where(counts, matrix, tf.zeros_like(matrix))

    def step(images: Sequence[Any], labels: Any, part: Part) -> Totals:
        images, labels = augmented(images, labels, part if share.is_part else None)
        if inner is not None:
            labels = labels[:, inner[0], inner[1]]
        if share.replicas == 1:
            return of_replica(images, labels)
        totals = strategy.run(of_one_of_several, args=(images, labels, part.size < share.replicas))
        loss, matrix = (tf.add_n(strategy.experimental_local_results(total)) for total in totals)
        return loss, matrix

    return step


def _optimizer(settings: Settings, steps_per_epoch: int) -> Any:
    """Adam (Kingma & Ba 2015), with decoupled weight decay if there is any (Loshchilov & Hutter 2019)."""
    import keras

    rate: Any = settings.learning_rate
    if settings.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(rate, steps_per_epoch * settings.epochs, FINAL_RATE)
    if settings.weight_decay:
        optimizer = keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay)
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    else:
        optimizer = keras.optimizers.Adam(rate)
    mixed = keras.mixed_precision.dtype_policy().name == "mixed_float16"
    return keras.optimizers.LossScaleOptimizer(optimizer) if mixed else optimizer


def _class_weights(labels: np.ndarray, class_count: int, kind: str) -> np.ndarray:
    """Weight of each class, (k,): n / (k * n_class) if balanced, as in scikit-learn."""
    if kind != "balanced":
        return np.ones(class_count)
    counts = np.bincount(labels, minlength=class_count)
    return np.where(counts > 0, len(labels) / (class_count * np.maximum(counts, 1)), 0.0)


def _deviation(image: Any) -> np.ndarray:
    """Standard deviation of each band, (c,), of up to a thousand patches."""
    rows = np.arange(0, len(image), max(1, math.ceil(len(image) / 1000)))
    return image[rows].astype(np.float64).std(axis=(0, 1, 2)).astype(np.float32)
