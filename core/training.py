"""Training networks and forests, and judging them on a second set of samples."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Optional

import numpy as np

from .classes import ClassMap
from .errors import InputError, RasterLearnError
from .files import replacing
from .forest import fit_forest
from .labels import classes_of_points
from .metrics import Accuracy
from .model_file import Model, load_model, save_model
from .patches import PatchSet, read_patches
from .progress import Progress
from .report import training_report
from .source import TAG as SOURCE_TAG
from .source import Source
from .style import Legend
from .vectors import Points, read_points
from .version import library_versions

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


@dataclass(frozen=True)
class Training:
    """What came out of a training.

    Attributes:
        model: to be saved. accuracy: on the validation set, else None. training_accuracy: on the training set.
        history: one dict per epoch: epoch, loss, accuracy, validation_loss, validation_accuracy.
        parameters: everything that was set, for the report.
        counts: samples per class of each set.
        note: what the user wants the report to say.
    """

    model: Model
    training_accuracy: Accuracy
    accuracy: Optional[Accuracy]
    history: list[dict[str, Any]] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)
    note: str = ""

    def results(self) -> dict[str, Any]:
        """The numbers that algorithms return: those of the validation set if there is one."""
        judged = self.accuracy or self.training_accuracy
        return {"OVERALL_ACCURACY": judged.overall_accuracy, "KAPPA": judged.kappa}


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
    training_set = read_patches(patches, labels, legend)
    validation_set = None
    if bool(validation_patches) != bool(validation_labels):
        raise InputError("Give both VALIDATION_PATCHES and VALIDATION_LABELS, or neither.")
    if validation_patches and validation_labels:
        validation_set = read_patches(validation_patches, validation_labels, legend)
    start = load_model(model) if model else None
    training = train_network(training_set, validation_set, architecture, start, settings, progress)
    training = replace(training, note=note)
    _save(training, output, report, progress)
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
    _require_classes(training_set.labels, classes, "training")
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
    counts = _counts(classes, training=training_set.labels, validation=judged[1] if judged is not None else None)
    provenance = _provenance(parameters, counts, training_accuracy, accuracy, "numpy", "tensorflow", "keras")
    source = training_set.source.with_fill(mean)
    model = Model.of_network(network, architecture, classes, (source,), provenance)
    return Training(model, training_accuracy, accuracy, history, parameters, counts)


def train_forest(
    samples: str,
    attribute: str,
    features: Sequence[str],
    output: str,
    validation: Optional[str] = None,
    trees: int = 100,
    max_depth: int = 0,
    seed: int = 0,
    legend: Optional[Legend] = None,
    report: Optional[str] = None,
    note: str = "",
    progress: Optional[Progress] = None,
) -> Training:
    """Trains a Random Forest on points with pixel values and writes the model file and the report.

    Args:
        samples, validation: points that “Extract values” wrote.
        features: fields to learn from, in the order of the image's bands; empty for value_0, value_1 ...
    """
    progress = progress or Progress()
    if trees < 1 or max_depth < 0:
        raise InputError(f"TREES must be at least 1 and MAX_DEPTH at least 0, received {trees} and {max_depth}.")
    points = read_points(samples)
    names = list(features) or sorted((n for n in points.fields if n.startswith("value_")), key=lambda n: (len(n), n))
    classes, labels = classes_of_points(points, attribute, legend)
    _require_classes(labels, classes, "training")
    values = _feature_table(points, names)
    progress.info(f"Training {trees} trees on {len(values)} samples of {len(names)} features …")
    progress.report(0.1, "training the forest")
    forest = fit_forest(values, labels, len(classes), trees, max_depth, seed)
    progress.report(0.8, "judging")
    training_accuracy = Accuracy.of(labels, forest.probabilities(values).argmax(axis=1), classes)
    accuracy, judged = None, None
    if validation:
        other = read_points(validation)
        other_classes, other_labels = classes_of_points(other, attribute, legend)
        judged = _same_classes(classes, other_classes, other_labels, other.name)
        predicted = forest.probabilities(_feature_table(other, names)).argmax(axis=1)
        accuracy = Accuracy.of(judged, predicted, classes)
    parameters = {"trees": trees, "max_depth": max_depth or "unlimited", "features": ", ".join(names), "seed": seed}
    counts = _counts(classes, training=labels, validation=judged)
    provenance = _provenance(parameters, counts, training_accuracy, accuracy, "numpy", "sklearn")
    model = Model.of_forest(forest, classes, (_source_of(points, names).with_fill(values.mean(axis=0)),), provenance)
    training = Training(model, training_accuracy, accuracy, [], parameters, counts, note)
    _save(training, output, report, progress)
    return training


def _save(training: Training, output: str, report: Optional[str], progress: Progress) -> None:
    html = training_report(training)
    with replacing(output, report) as (temporary, temporary_report):
        save_model(temporary, training.model, html)
        if temporary_report:
            with open(temporary_report, "w", encoding="utf-8") as file:
                file.write(html)
    progress.info(f"Training set: {training.training_accuracy.summary()}")
    if training.accuracy is not None:
        progress.info(f"Validation set: {training.accuracy.summary()}")
    else:
        progress.warning("There is no validation set: the accuracy returned is that of the training set, and too good.")


def _require_classes(labels: np.ndarray, classes: ClassMap, which: str) -> None:
    present = np.unique(labels)
    if len(present) < 2:
        raise InputError(
            f"The {which} set has only one class ({classes.classes[int(present[0])].name}); a model needs at least "
            "two. "
            "Add labels of another class, or check the field or nodata value."
        )


def _fitting(validation_set: PatchSet, training_set: PatchSet) -> PatchSet:
    expected, received = training_set.pixels.shape[1:], validation_set.pixels.shape[1:]
    if expected != received:
        raise InputError(
            "The validation patches do not fit the training patches: expected height × width × bands "
            f"{' × '.join(map(str, expected))}, received {' × '.join(map(str, received))}. Extract both with the "
            "same settings."
        )
    ours, theirs = training_set.source.normalization, validation_set.source.normalization
    if (ours and ours.fingerprint) != (theirs and theirs.fingerprint):
        raise InputError(
            "The validation patches were normalized in another way than the training patches. "
            "Extract both from the same image, or use “Statistics from”."
        )
    return validation_set.with_classes(training_set.classes, "The validation set")


def _same_classes(classes: ClassMap, other: ClassMap, labels: np.ndarray, name: str) -> np.ndarray:
    classes.require_agreement(other, "The training set", name)
    index = classes.index_of(other.values)
    if (index < 0).any():
        raise InputError(
            f"“{name}” has classes that the training set does not have: {other.describe()}; {classes.describe()}."
        )
    return index[labels]


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
    ours, theirs = start.sources[0].normalization, training_set.source.normalization
    if (ours and ours.fingerprint) != (theirs and theirs.fingerprint):
        raise InputError(
            "MODEL was trained on patches that were normalized in another way. Use the same normalization."
        )
    return network


def _set_aside(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows to train on and rows set aside: the last fifth of each class.

    Samples come in scan order, so these lie in the south of the image, apart from the others.
    """
    held = [np.flatnonzero(labels == c) for c in np.unique(labels)]
    held_rows = np.concatenate([rows[len(rows) - max(1, int(len(rows) * SET_ASIDE_SHARE)) :] for rows in held])
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


def _feature_table(points: Points, names: Sequence[str]) -> np.ndarray:
    if not names:
        raise InputError(
            f"“{points.name}” has no fields value_0, value_1 … Run “Extract values” first, or choose FEATURES."
        )
    try:
        table = np.array([points.column(name) for name in names], np.float64).T
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"The fields {', '.join(names)} of “{points.name}” must be numbers.") from error
    if not np.isfinite(table).all():
        raise InputError(f"“{points.name}” has points without a value in {', '.join(names)}. Remove these points.")
    return table.astype(np.float32)


def _source_of(points: Points, names: Sequence[str]) -> Source:
    """What image the values were read from; raw pixels of unknown bands where the layer does not say."""
    recorded = points.tags.get(SOURCE_TAG)
    if recorded is not None and len(recorded["bands"]) == len(names):
        return Source.from_json(recorded)
    return Source(tuple(names), (0.0, 0.0))


def _counts(classes: ClassMap, **sets: Optional[np.ndarray]) -> dict[str, list[int]]:
    return {name: np.bincount(x, minlength=len(classes)).tolist() for name, x in sets.items() if x is not None}


def _provenance(
    parameters: dict[str, Any],
    counts: dict[str, list[int]],
    training_accuracy: Accuracy,
    accuracy: Optional[Accuracy],
    *libraries: str,
) -> dict[str, Any]:
    judged = {"training": training_accuracy, "validation": accuracy}
    return {
        "parameters": parameters,
        "samples": counts,
        "versions": library_versions(*libraries),
        "metrics": {
            name: {
                "overall_accuracy": a.overall_accuracy,
                "kappa": None if np.isnan(a.kappa) else a.kappa,
                "matrix": a.matrix.tolist(),
            }
            for name, a in judged.items()
            if a is not None
        },
    }
