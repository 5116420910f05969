"""Training networks on patches, and judging them on a second set of patches."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Optional

import numpy as np

from .errors import InputError, RasterLearnError
from .leakage import audit
from .metrics import Accuracy
from .model_file import Model, load_model
from .normalization import same_transform
from .patches import PatchSet, read_patches
from .progress import Progress
from .report import training_report
from .style import Legend
from .trained import Training, count_samples, provenance, require_two_classes

SET_ASIDE_SHARE = 0.2
EVALUATION_BATCH = 1024


@dataclass(frozen=True)
class Settings:
    """How a network is trained.

    Attributes:
        patience: stop when the loss on a part of the training patches that is set aside has not fallen for
            so many epochs, and keep the best weights; 0 trains all epochs on all patches.
        class_weights: none, or balanced (classes with few samples count more).
        augment: show the patches mirrored and turned by 90° at random.
    """

    epochs: int = 100
    batch_size: int = 100
    learning_rate: float = 0.001
    patience: int = 0
    class_weights: str = "none"
    augment: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise InputError(f"{name.upper()} must be at least 1, received {getattr(self, name)}.")
        if not self.learning_rate > 0:
            raise InputError(f"LEARNING_RATE must be a positive number, received {self.learning_rate}.")


def train_model(
    patches: str,
    labels: str,
    output: str,
    validation_patches: Optional[str] = None,
    validation_labels: Optional[str] = None,
    architecture: str = "patch_cnn",
    model: Optional[str] = None,
    legend: Optional[Legend] = None,
    report: Optional[str] = None,
    settings: Optional[Settings] = None,
    note: str = "",
    progress: Optional[Progress] = None,
) -> Training:
    """Trains a network on stacks of patches and writes the model file and the report.

    Args:
        model: a model file to go on from, instead of a new network of `architecture`.
        legend: names and colors; by default those in the labels.
        note: a sentence for the report, such as how the settings were chosen.
    Raises:
        InputError: the sets do not fit together, or hold fewer than two classes.
    """
    progress, settings = progress or Progress(), settings or Settings()
    training_set = read_patches(patches, labels)
    validation_set = None
    if bool(validation_patches) != bool(validation_labels):
        raise InputError("Give both VALIDATION_PATCHES and VALIDATION_LABELS, or neither.")
    if validation_patches and validation_labels:
        validation_set = read_patches(validation_patches, validation_labels)
        validation_set = validation_set.with_classes(training_set.classes, "The validation set")
    if legend:  # only now, so that it cannot hide a disagreement of the two sets
        classes = legend.completed_by(Legend.of(training_set.classes)).classes_of_values(training_set.classes.values)
        training_set = replace(training_set, classes=classes)
        validation_set = replace(validation_set, classes=classes) if validation_set else None
    start = load_model(model) if model else None
    training = train_network(training_set, validation_set, architecture, start, settings, progress)
    leakage = audit(training_set.places, validation_set.places) if validation_set else None
    training = replace(training, note=note, leakage=leakage)
    training.save(output, report, training_report(training), progress)
    return training


def train_network(
    training_set: PatchSet,
    validation_set: Optional[PatchSet],
    architecture: str = "patch_cnn",
    start: Optional[Model] = None,
    settings: Optional[Settings] = None,
    progress: Optional[Progress] = None,
) -> Training:
    """Trains a network in memory. The validation set is only judged; it influences nothing.

    Args:
        start: a model to go on from; its architecture is used then.
    """
    progress, settings = progress or Progress(), settings or Settings()
    classes = training_set.classes
    require_two_classes(training_set.labels, classes, "training")
    if validation_set is not None:
        validation_set = _fitting(validation_set, training_set)
    progress.info("Loading TensorFlow …")
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(settings.seed)
    tf.config.experimental.enable_op_determinism()
    pixels = training_set.pixels.astype(np.float32)
    mean = pixels.mean(axis=(0, 1, 2), dtype=np.float64)
    variance = pixels.var(axis=(0, 1, 2), dtype=np.float64)
    if start is not None:
        network, architecture = _network_to_go_on_from(start, training_set), start.architecture
    else:
        network = _new_network(architecture, training_set, mean, variance)
    fitting, held = _set_aside(training_set.labels) if settings.patience else (np.arange(len(pixels)), None)
    watched = (pixels[held], training_set.labels[held]) if held is not None else None
    judged = (validation_set.pixels.astype(np.float32), validation_set.labels) if validation_set is not None else None
    history = _fit(
        network, pixels[fitting], training_set.labels[fitting], watched, judged, len(classes), settings, progress
    )
    evaluate = _evaluator(network)
    training_accuracy = Accuracy.of(training_set.labels, evaluate(pixels).argmax(axis=1), classes)
    accuracy = Accuracy.of(judged[1], evaluate(judged[0]).argmax(axis=1), classes) if judged is not None else None
    parameters = {"architecture": architecture, **asdict(settings)}
    counts = count_samples(classes, training=training_set.labels, validation=judged[1] if judged is not None else None)
    recorded = provenance(parameters, counts, training_accuracy, accuracy, "numpy", "tensorflow", "keras")
    source = training_set.source.with_fill(mean)
    model = Model.of_network(network, architecture, classes, (source,), recorded)
    return Training(model, training_accuracy, accuracy, history, parameters, counts)


def _fitting(validation_set: PatchSet, training_set: PatchSet) -> PatchSet:
    expected, received = training_set.pixels.shape[1:], validation_set.pixels.shape[1:]
    if expected != received:
        raise InputError(
            "The validation patches do not fit the training patches: expected height × width × bands "
            f"{' × '.join(map(str, expected))}, received {' × '.join(map(str, received))}. Extract both with the "
            "same settings."
        )
    if not same_transform(training_set.source.normalization, validation_set.source.normalization):
        raise InputError(
            "The validation patches were normalized in another way than the training patches. "
            "Extract both from the same image, or use “Statistics from”."
        )
    return validation_set.with_classes(training_set.classes, "The validation set")


def _new_network(architecture: str, training_set: PatchSet, mean: np.ndarray, variance: np.ndarray) -> Any:
    from ..models import MODELS

    _, height, width, bands = training_set.pixels.shape
    module = MODELS[architecture]
    if min(height, width) < module.MINIMUM_PATCH_PX:
        raise InputError(
            f"The architecture {architecture} needs patches of at least {module.MINIMUM_PATCH_PX} × "
            f"{module.MINIMUM_PATCH_PX} pixels, received {width} × {height}. Extract larger patches."
        )
    return module.build(height, width, bands, len(training_set.classes), mean.tolist(), variance.tolist())


def _network_to_go_on_from(start: Model, training_set: PatchSet) -> Any:
    if start.kind != "network":
        raise InputError("MODEL is a forest; only the training of a network can go on.")
    network = start.network()
    if (
        network.input_shape[1:] != training_set.pixels.shape[1:]
        or start.classes.to_json() != training_set.classes.to_json()
    ):
        raise InputError(
            f"MODEL expects patches of height × width × bands {network.input_shape[1:]} and the classes "
            f"{start.classes.describe()}; received {training_set.pixels.shape[1:]} and "
            f"{training_set.classes.describe()}."
        )
    if not same_transform(start.sources[0].normalization, training_set.source.normalization):
        raise InputError(
            "MODEL was trained on patches that were normalized in another way. Use the same normalization."
        )
    return network


def _set_aside(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows to train on and rows set aside: the last fifth of each class.

    Samples come in scan order, so these lie in the south of the image, apart from the others.
    """
    held = [np.flatnonzero(labels == c) for c in np.unique(labels)]
    counts = [min(max(1, int(len(rows) * SET_ASIDE_SHARE)), len(rows) - 1) for rows in held]
    held_rows = np.concatenate([rows[len(rows) - count :] for rows, count in zip(held, counts)])
    return np.setdiff1d(np.arange(len(labels)), held_rows), np.sort(held_rows)


def _fit(
    network: Any,
    pixels: np.ndarray,
    labels: np.ndarray,
    watched: Optional[tuple[np.ndarray, np.ndarray]],
    judged: Optional[tuple[np.ndarray, np.ndarray]],
    class_count: int,
    settings: Settings,
    progress: Progress,
) -> list[dict[str, Any]]:
    run_epoch = _epoch_runner(network, pixels, labels, class_count, settings)
    evaluate = _evaluator(network)
    rng = np.random.default_rng(settings.seed)
    history: list[dict[str, Any]] = []
    best_loss, best_weights, best_epoch = np.inf, None, 0
    started = time.monotonic()
    for epoch in range(1, settings.epochs + 1):
        loss, accuracy = (float(v) for v in run_epoch(rng.permutation(len(pixels))))
        if not np.isfinite(loss):
            raise RasterLearnError(
                f"The loss became {loss} in epoch {epoch}: the training diverged. Lower LEARNING_RATE (now "
                f"{settings.learning_rate:g}), or check the patches for extreme values."
            )
        record: dict[str, Any] = {"epoch": epoch, "loss": loss, "accuracy": accuracy}
        record["validation_loss"], record["validation_accuracy"] = _judge(evaluate, judged)
        history.append(record)
        seconds_left = (time.monotonic() - started) / epoch * (settings.epochs - epoch)
        progress.epoch(**record, epochs=settings.epochs, seconds_left=seconds_left)
        progress.report(epoch / settings.epochs, f"epoch {epoch}/{settings.epochs}")
        if watched is not None:
            watched_loss, _ = _judge(evaluate, watched)
            if watched_loss is not None and watched_loss < best_loss:
                best_loss, best_weights, best_epoch = watched_loss, network.get_weights(), epoch
            elif epoch - best_epoch >= settings.patience:
                break
    if best_weights is not None:
        network.set_weights(best_weights)
        progress.info(f"The weights of epoch {best_epoch} are kept (lowest loss on the patches set aside).")
    return history


def _epoch_runner(
    network: Any, pixels: np.ndarray, labels: np.ndarray, class_count: int, settings: Settings
) -> Callable[[np.ndarray], tuple[Any, Any]]:
    """A compiled function: order of the samples (n,) -> mean loss and accuracy of one epoch, last partial batch "
    "included."""
    import keras
    import tensorflow as tf

    logits_of = keras.Model(network.input, network.get_layer("logits").output)
    variables = network.trainable_variables
    optimizer = keras.optimizers.Adam(settings.learning_rate)
    optimizer.build(variables)
    all_pixels, all_labels = tf.constant(pixels), tf.constant(labels, tf.int32)
    weights = tf.constant(_class_weights(labels, class_count, settings.class_weights), tf.float32)
    count = len(pixels)

    @tf.function
    def run_epoch(order: Any) -> tuple[Any, Any]:
        loss_sum, correct = tf.constant(0.0), tf.constant(0.0)
        for start in tf.range(0, count, settings.batch_size):
            rows = order[start : start + settings.batch_size]
            x, y = tf.gather(all_pixels, rows), tf.gather(all_labels, rows)
            if settings.augment:
                x = _turned(x)
            with tf.GradientTape() as tape:
                logits = logits_of(x, training=True)
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits) * tf.gather(weights, y)
                loss = tf.reduce_mean(losses)
            optimizer.apply(tape.gradient(loss, variables), variables)
            loss_sum += tf.reduce_sum(losses)
            correct += tf.reduce_sum(tf.cast(tf.equal(tf.argmax(logits, 1, tf.int32), y), tf.float32))
        return loss_sum / count, correct / count

    return lambda order: run_epoch(tf.constant(order, tf.int32))


def _turned(x: Any) -> Any:
    """Each patch (n, h, w, c) mirrored at random; square ones also transposed: all eight ways to lay it."""
    import tensorflow as tf

    def coin() -> Any:
        return tf.random.uniform((tf.shape(x)[0], 1, 1, 1)) < 0.5

    x = tf.where(coin(), tf.reverse(x, [1]), x)
    x = tf.where(coin(), tf.reverse(x, [2]), x)
    return tf.where(coin(), tf.transpose(x, (0, 2, 1, 3)), x) if x.shape[1] == x.shape[2] else x


def _class_weights(labels: np.ndarray, class_count: int, kind: str) -> np.ndarray:
    """Weight of each class, (k,): n / (k * n_class) if balanced, as in scikit-learn."""
    if kind == "none":
        return np.ones(class_count)
    counts = np.bincount(labels, minlength=class_count)
    return np.where(counts > 0, len(labels) / (class_count * np.maximum(counts, 1)), 0.0)


def _evaluator(network: Any) -> Callable[[np.ndarray], np.ndarray]:
    """Class probabilities (n, k) of patches (n, h, w, c)."""
    import tensorflow as tf

    run = tf.function(lambda x: network(x, training=False), reduce_retracing=True)

    def evaluate(pixels: np.ndarray) -> np.ndarray:
        batches = range(0, len(pixels), EVALUATION_BATCH)
        return np.concatenate([np.asarray(run(tf.constant(pixels[b : b + EVALUATION_BATCH]))) for b in batches])

    return evaluate


def _judge(
    evaluate: Callable[[np.ndarray], np.ndarray], judged: Optional[tuple[np.ndarray, np.ndarray]]
) -> tuple[Optional[float], Optional[float]]:
    if judged is None:
        return None, None
    pixels, labels = judged
    probabilities = evaluate(pixels)
    of_truth = np.maximum(probabilities[np.arange(len(labels)), labels], 1e-30)
    return float(-np.log(of_truth).mean()), float((probabilities.argmax(axis=1) == labels).mean())
