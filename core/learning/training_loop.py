"""The training loop of networks: batches, steps, epochs, and when to stop.

An epoch is a single call into TensorFlow, because a call from Python costs as much as a step of a small network.
Patches in memory are gathered there; those in files come through tf.data, in the same order, so both give the same
weights.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError, RasterLearnError
from ..base.messages import parameter
from ..base.progress import Progress
from ..samples.patch_set import PatchSet
from .augmentation import Part, with_band_noise, with_random_symmetries
from .objectives import Objective
from .replicas import Share, agreed, summed_over_workers, synchronize

BATCHES_AHEAD = 4
JUDGED_TIMES = 10  # per training, unless set otherwise
FINAL_RATE = 0.01  # of the cosine schedule, as a part of the first


@dataclass(frozen=True)
class Settings:
    """How a network is trained.

    Attributes:
        schedule: of the learning rate: constant, or cosine (falls to a hundredth along half a cosine wave).
        weight_decay: how much weights shrink in each step, relative to the learning rate (AdamW); 0 for Adam.
        patience: stop when the loss on patches set aside from training has not fallen for this many epochs, and keep
            the best weights; 0 trains all epochs on all patches.
        loss: crossentropy for classes; l1, l2 or ssim for values; auto is crossentropy or l1. See `objective`.
        class_weights: none, balanced (rare classes weigh more), or sampling (they are drawn more often).
        augment: mirror the patches and rotate them by 90° at random.
        band_noise: standard deviation of the noise added to each band of a patch, relative to the band's.
        calibrate: set patches aside, and scale the scores so that the probabilities match them.
        validation_every: epochs between assessments on the validation set; 0 for ten assessments in all.
        mixed_precision: compute in 16 bits if the GPU can.
        threads: per operation; 0 chooses by timing.
    """

    epochs: int = 100
    batch_size: int = 100
    learning_rate: float = 0.001
    schedule: str = "cosine"
    weight_decay: float = 0.0
    patience: int = 0
    loss: str = "auto"
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
                raise InputError(
                    "{parameter} must be at least 1, received {value}.",
                    parameter=parameter(name),
                    value=getattr(self, name),
                )
        for name in ("weight_decay", "patience", "band_noise", "validation_every", "threads", "seed"):
            if not getattr(self, name) >= 0:
                raise InputError(
                    "{parameter} must not be negative, received {value}.",
                    parameter=parameter(name),
                    value=getattr(self, name),
                )
        if not self.learning_rate > 0:
            raise InputError(
                "{p:learning_rate} must be a positive number, received {learning_rate}.",
                learning_rate=self.learning_rate,
            )

    @property
    def sets_aside(self) -> bool:
        """Whether a part of the training patches is set aside."""
        return self.patience > 0 or self.calibrate

    def is_judged_in(self, epoch: int) -> bool:
        """Whether the validation set is assessed after an epoch, counted from 1."""
        every = self.validation_every or max(1, self.epochs // JUDGED_TIMES)
        return epoch % every == 0 or epoch == self.epochs


@dataclass(frozen=True)
class Fold:
    """The training patches in two parts.

    Attributes:
        fitting: rows to train on. held: rows set aside for early stopping and calibration; often none.
    """

    patches: PatchSet
    fitting: np.ndarray
    held: np.ndarray


Totals = tuple[Any, Any]
"""Sum of losses (), and what the objective counts, such as a confusion matrix (k, k)."""

Step = Callable[[Sequence[Any], Any, Part], Totals]
"""Patches of each source (m, h, w, c), answers (m, ...), and which of their batch these are -> totals of those that
this process saw; the weights changed by all."""

Epoch = Callable[[np.ndarray], Totals]
"""Order of the samples (n,) -> totals of those that this process saw in an epoch, in which the weights changed."""


def fit(
    objective: Objective,
    fold: Fold,
    validation: Optional[PatchSet],
    settings: Settings,
    strategy: Any,
    progress: Progress,
    listener: Callable[[dict[str, Any]], None],
) -> list[dict[str, Any]]:
    """Trains the network of an objective.

    Args:
        fold: rows of the patches to train on, and for early stopping. validation: only assessed.
        strategy: tf.distribute.Strategy under which the network and the objective were made.
        listener: receives the record of each epoch.
    Returns:
        One record for each epoch: loss, accuracy and kappa, or rmse and mae, and the same for the validation set.
    """
    network, patches = objective.network, fold.patches
    run_epoch = epoch_function(objective, patches, len(fold.fitting), settings, strategy, progress)
    rng = np.random.default_rng(settings.seed)
    history: list[dict[str, Any]] = []
    best_loss, best_weights, best_epoch = np.inf, None, 0
    started = time.monotonic()
    for epoch in range(1, settings.epochs + 1):
        order = _order(patches.labels, fold.fitting, settings.class_weights, rng)
        loss_sum, counted = summed_over_workers(strategy, run_epoch(order))
        record: dict[str, Any] = {"epoch": epoch, **objective.record(float(loss_sum), counted)}
        _require_finite(record["loss"], epoch, settings)
        record.update(objective.judged(validation if settings.is_judged_in(epoch) else None))
        history.append(record)
        listener(record)
        seconds_left = (time.monotonic() - started) / epoch * (settings.epochs - epoch)
        progress.epoch(**record, epochs=settings.epochs, seconds_left=seconds_left)
        progress.report(epoch / settings.epochs, "epoch {epoch}/{epochs}", epoch=epoch, epochs=settings.epochs)
        if settings.patience:
            held_loss = agreed(strategy, objective.loss_of(patches, fold.held))
            if held_loss < best_loss:
                best_loss, best_weights, best_epoch = held_loss, network.get_weights(), epoch
            elif epoch - best_epoch >= settings.patience:
                break
    if best_weights is not None:
        network.set_weights(best_weights)
        progress.info(
            "The weights of epoch {best_epoch} are kept (lowest loss on the patches set aside).", best_epoch=best_epoch
        )
    return history


def _require_finite(loss: float, epoch: int, settings: Settings) -> None:
    if not np.isfinite(loss):
        raise RasterLearnError(
            "The loss became {loss} in epoch {epoch}: the training diverged. Lower {p:learning_rate} (now "
            "{learning_rate:g}), or check the patches for extreme values.",
            loss=loss,
            epoch=epoch,
            learning_rate=settings.learning_rate,
        )


def _order(labels: np.ndarray, fitting: np.ndarray, class_weights: str, rng: np.random.Generator) -> np.ndarray:
    """The rows of an epoch: all of them once or, with class_weights=sampling, equally many of each class."""
    if class_weights != "sampling":
        return rng.permutation(fitting)
    classes = np.unique(labels[fitting])
    rows = [fitting[labels[fitting] == c] for c in classes]
    counts = np.full(len(classes), len(fitting) // len(classes))
    counts[: len(fitting) % len(classes)] += 1
    drawn = [np.concatenate([rng.permutation(r) for _ in range(-(-n // len(r)))])[:n] for r, n in zip(rows, counts)]
    return rng.permutation(np.concatenate(drawn))


def epoch_function(
    objective: Objective, patches: PatchSet, count: int, settings: Settings, strategy: Any, progress: Progress
) -> Epoch:
    """Compiles an epoch of `count` samples; the last batch may be smaller than the others."""
    share, size = Share.of(strategy), settings.batch_size
    step = _step_of(objective, patches, -(-count // size), settings, strategy, share)
    make = _epoch_in_memory if patches.is_held else _epoch_from_files
    return make(step, objective, patches, size, share, progress)


def _epoch_in_memory(
    step: Step, objective: Objective, patches: PatchSet, size: int, share: Share, progress: Progress
) -> Epoch:
    import tensorflow as tf

    images = [tf.constant(np.asarray(image), tf.float32) for image in patches.images]
    answers = tf.constant(np.asarray(patches.answers), objective.answers_dtype)
    here = len(share.places(size, size))  # this process's samples of a full batch

    @tf.function(autograph=False)
    def run(rows_here: Any, places_here: Any, count: Any) -> Totals:
        def batch(number: Any) -> Totals:
            left = count - number * size
            end = tf.where(left > size, (number + 1) * here, tf.size(rows_here))
            rows, places = (all_here[number * here : end] for all_here in (rows_here, places_here))
            part = Part(tf.minimum(size, left), places)
            return step([tf.gather(image, rows) for image in images], tf.gather(answers, rows), part)

        return _sum_of_batches(batch, -(-count // size), objective)

    def epoch(order: np.ndarray) -> Totals:
        places = share.places(len(order), size)
        return run(*(tf.constant(given, tf.int32) for given in (order[places], places % size, len(order))))

    return epoch


def _epoch_from_files(
    step: Step, objective: Objective, patches: PatchSet, size: int, share: Share, progress: Progress
) -> Epoch:
    import tensorflow as tf

    dtype = objective.answers_dtype
    signature = (
        *(tf.TensorSpec((None, *shape), tf.float32) for shape in patches.shapes),
        tf.TensorSpec((None, *patches.answers.shape[1:]), dtype),
        tf.TensorSpec((), tf.int32),
        tf.TensorSpec((None,), tf.int32),
    )

    @tf.function(autograph=False)
    def run(iterator: Any, count: Any) -> Totals:
        def batch(number: Any) -> Totals:
            *images, answers, batch_size, places = iterator.get_next()
            return step(images, answers, Part(batch_size, places))

        return _sum_of_batches(batch, count, objective)

    def epoch(order: np.ndarray) -> Totals:
        failures: list[RasterLearnError] = []

        def batches() -> Iterator[tuple[Any, ...]]:
            try:
                for start in range(0, len(order), size):
                    progress.check()
                    rows = order[start : start + size]
                    places = share.places(len(rows), size)
                    images, answers = patches.some(rows[places])
                    yield (*images, answers.astype(dtype.as_numpy_dtype), len(rows), places)
            except RasterLearnError as error:  # TensorFlow would wrap it in an error of its own
                failures.append(error)

        dataset = tf.data.Dataset.from_generator(batches, output_signature=signature).prefetch(BATCHES_AHEAD)
        try:
            return run(iter(dataset), tf.constant(-(-len(order) // size)))
        except tf.errors.OutOfRangeError:
            raise failures[0] from None

    return epoch


def _sum_of_batches(batch: Callable[[Any], Totals], count: Any, objective: Objective) -> Totals:
    """The totals of `count` batches, added up within TensorFlow.

    AutoGraph could generate this loop, but would leave files behind if the process is killed.
    """
    import tensorflow as tf

    def add(number: Any, loss: Any, counted: Any) -> tuple[Any, Any, Any]:
        batch_loss, in_batch = batch(number)
        return number + 1, loss + batch_loss, counted + in_batch

    nothing = tf.constant(0), tf.constant(0.0), tf.zeros(objective.counted_shape, objective.counted_dtype)
    _, loss, counted = tf.while_loop(lambda number, *_: number < count, add, nothing)
    return loss, counted


def _step_of(
    objective: Objective, patches: PatchSet, steps_per_epoch: int, settings: Settings, strategy: Any, share: Share
) -> Step:
    """A training step under the strategy of the network."""
    import tensorflow as tf

    network = objective.network
    if share.replicas > 1:
        synchronize(network)
    with strategy.scope():
        optimizer = _optimizer(settings, steps_per_epoch)
        optimizer.build(network.trainable_variables)
    variables = network.trainable_variables
    deviations = [tf.constant(_deviation(image)) for image in patches.images] if settings.band_noise else []

    def augmented(images: Sequence[Any], answers: Any, part: Optional[Part]) -> tuple[Sequence[Any], Any]:
        seed = tf.stack([settings.seed % 2**31, tf.cast(optimizer.iterations, tf.int32)])
        if settings.augment:
            images, answers = with_random_symmetries(images, answers, seed, part)
        if settings.band_noise:
            images = with_band_noise(images, deviations, settings.band_noise, seed, part)
        return images, answers

    def over_all(number: Any) -> Any:
        if share.replicas == 1:
            return number
        return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, number)

    def of_replica(images: Sequence[Any], answers: Any) -> Totals:
        count = over_all(objective.known(answers))
        with tf.GradientTape() as tape:
            outputs = tf.cast(network(images if len(images) > 1 else images[0], training=True), tf.float32)
            total = objective.loss(outputs, answers, over_all)
            loss = total / tf.maximum(count, 1.0)
            if network.losses:
                loss += tf.add_n(network.losses) / share.replicas
            scaled = optimizer.scale_loss(loss)
        optimizer.apply(tape.gradient(scaled, variables), variables)
        return total, objective.counted(outputs, answers)

    def of_one_of_several(images: Sequence[Any], answers: Any, is_small: Any) -> Totals:
        number = tf.distribute.get_replica_context().replica_id_in_sync_group
        if share.here > 1:
            first, every = tf.where(is_small, 0, number - share.first), tf.where(is_small, 1, share.here)
            own = tf.range(first, tf.shape(answers)[0], every)
            images, answers = [tf.gather(image, own) for image in images], tf.gather(answers, own)
        loss, counted = of_replica(images, answers)
        counts = tf.logical_or(tf.equal(number, 0), tf.logical_not(is_small))
        return tf.where(counts, loss, 0.0), tf.where(counts, counted, tf.zeros_like(counted))

    def step(images: Sequence[Any], answers: Any, part: Part) -> Totals:
        images, answers = augmented(images, answers, part if share.is_part else None)
        answers = objective.inner(answers)
        if share.replicas == 1:
            return of_replica(images, answers)
        totals = strategy.run(of_one_of_several, args=(images, answers, part.size < share.replicas))
        loss, counted = (tf.add_n(strategy.experimental_local_results(total)) for total in totals)
        return loss, counted

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


def _deviation(image: Any) -> np.ndarray:
    """Standard deviation of each band, (c,), of up to a thousand patches."""
    rows = np.arange(0, len(image), max(1, math.ceil(len(image) / 1000)))
    return image[rows].astype(np.float64).std(axis=(0, 1, 2)).astype(np.float32)
