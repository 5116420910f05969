"""Training networks on patches, and judging them on a second set of patches."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Optional

import numpy as np

from . import limits
from .calibration import Calibration, Reliability, fit_temperature
from .deviations import Deviations
from .devices import Devices, choose_devices, show_devices
from .errors import InputError
from .fitting import Settings, epoch_function, fit, objective_of
from .folds import apart_from, spatial_parts
from .graph_training import train_graph
from .graph_use import Number
from .leakage import audit
from .meeting import Meeting
from .model_file import GRAPH, Model, load_model
from .networks import OWN_NETWORK, logits_of, network_of_file, network_of_model, new_network
from .normalization import same_transform
from .objective import Values
from .patches import PatchSet, read_patches
from .progress import Progress
from .replicas import joint_strategy, losing_no_worker, require_shared_device, strategy_of
from .report import training_report
from .scoring import Judge
from .style import Legend
from .threads import start_threads
from .trained import Training, count_samples, provenance, require_two_classes
from .version import rasterlearn_version

SET_ASIDE_SHARE = 0.2
PROBED_STEPS = 5
STATISTICS_BATCH = 1024


@dataclass(frozen=True)
class Start:
    """What a training begins with.

    Attributes:
        architecture: of a new network. path: a model file or .keras file to go on from instead. model: the same, read.
        placeholders: values for an imported graph that is trained by its own operation.
    """

    architecture: str = "patch_cnn"
    path: Optional[str] = None
    model: Optional[Model] = None
    placeholders: Mapping[str, Number] = field(default_factory=dict)

    def graph(self) -> Optional[Model]:
        """The model to go on from, if it is an imported graph. Raises ModelFileError if it cannot be read."""
        model = self.model or (
            load_model(self.path) if self.path and not self.path.lower().endswith(OWN_NETWORK) else None
        )
        if model is not None and model.kind == GRAPH:
            return model
        if self.placeholders:
            raise InputError("PLACEHOLDERS are for imported graphs. Give such a MODEL, or leave them out.")
        return None

    @property
    def corrects(self) -> bool:
        """Whether the network is a new one that begins as an image, such as an enlarged one, which it corrects."""
        from ..models import MODELS

        is_new = self.path is None and self.model is None
        return is_new and getattr(MODELS[self.architecture], "ANSWERS_WITH_VALUES", False)

    def network(
        self, patches: PatchSet, means: Sequence[np.ndarray], variances: Sequence[np.ndarray]
    ) -> tuple[Any, str]:
        """The network, and the name of its architecture. Raises InputError if it is for other patches."""
        if self.model is not None:
            return network_of_model(self.model, patches), self.model.architecture
        if self.path:
            return network_of_file(self.path, patches)
        return new_network(self.architecture, patches, means, variances), self.architecture


def train_model(
    patches: Sequence[str],
    labels: str,
    output: str,
    validation_patches: Sequence[str] = (),
    validation_labels: Optional[str] = None,
    start: Optional[Start] = None,
    legend: Optional[Legend] = None,
    report: Optional[str] = None,
    settings: Optional[Settings] = None,
    note: str = "",
    device: str = "auto",
    log_folder: Optional[str] = None,
    progress: Optional[Progress] = None,
    meeting: Optional[Meeting] = None,
) -> Training:
    """Trains a network on stacks of patches and writes the model file and the report.

    Args:
        patches, validation_patches: a stack for each source.
        legend: names and colors; by default those in the labels.
        note: a sentence for the report, such as how the settings were chosen.
        log_folder: where to write the curves for TensorBoard, if wanted.
        meeting: of the workers to train with; only their chief writes and tells.
    Raises:
        InputError: the sets do not fit together, or hold fewer than two classes.
        RasterLearnError: another worker is lost.
    """
    progress, settings = progress or Progress(), settings or Settings()
    is_chief = meeting is None or meeting.workers.is_chief
    progress, log_folder = (progress, log_folder) if is_chief else (progress.unheard(), None)
    training_set = read_patches(patches, labels)
    validation_set = None
    if bool(validation_patches) != bool(validation_labels):
        raise InputError("Give both VALIDATION_PATCHES and VALIDATION_LABELS, or neither.")
    if validation_patches and validation_labels:
        validation_set = read_patches(validation_patches, validation_labels)
        _require_answers_alike(validation_set, training_set)
        validation_set = validation_set.with_classes(training_set.classes, "The validation set")
    if legend and training_set.target is not None:
        raise InputError("LEGEND is for classes; these patches are answered with values. Leave it empty.")
    if legend:  # only now, so that it cannot hide a disagreement of the two sets
        classes = legend.completed_by(Legend.of(training_set.classes)).classes_of_values(training_set.classes.values)
        training_set = replace(training_set, classes=classes)
        validation_set = replace(validation_set, classes=classes) if validation_set else None
    start = start or Start()
    graph = start.graph()
    if graph is None:
        training = train_network(training_set, validation_set, start, settings, device, log_folder, progress, meeting)
    else:
        if meeting is not None:
            raise InputError("An imported graph is trained by its own operation, on one worker. Start it on one only.")
        if training_set.target is not None:
            raise InputError("An imported graph learns classes; these patches are answered with values.")
        require_two_classes(training_set.known_labels, training_set.classes, "training")
        if validation_set is not None:
            validation_set = _fitting(validation_set, training_set)
            _tell_missing_classes(validation_set, progress)
        training = train_graph(graph, training_set, validation_set, settings, start.placeholders, device, progress)
    leakage = audit(training_set.places, validation_set.places) if validation_set else None
    training = replace(training, note=note, leakage=leakage)
    if is_chief:
        training.save(output, report, training_report(training), progress)
    return training


def train_network(
    training_set: PatchSet,
    validation_set: Optional[PatchSet],
    start: Optional[Start] = None,
    settings: Optional[Settings] = None,
    device: str = "auto",
    log_folder: Optional[str] = None,
    progress: Optional[Progress] = None,
    meeting: Optional[Meeting] = None,
) -> Training:
    """Trains a network. The validation set is only judged; it influences nothing.

    Args:
        meeting: of the workers to train with; each of them returns the same.
    Raises:
        InputError: the sets do not fit together or to the network, or hold fewer than two classes.
        RasterLearnError: another worker is lost.
    """
    progress, settings, start = progress or Progress(), settings or Settings(), start or Start()
    if training_set.target is None:
        require_two_classes(training_set.known_labels, training_set.classes, "training")
    if validation_set is not None:
        validation_set = _fitting(validation_set, training_set)
        _tell_missing_classes(validation_set, progress)
    progress.info("Loading TensorFlow …")
    import keras
    import tensorflow as tf

    means, variances = band_moments(training_set)
    threads = start_threads(
        settings.threads, lambda: _little_work(training_set, start, means, variances, settings), progress
    )
    fitting, held = _set_aside(training_set, settings, progress)
    joint = _joined(meeting, training_set, start, settings, device, progress) if meeting else None
    devices = choose_devices(device)
    if devices.warning:
        progress.warning(devices.warning)
    keras.utils.set_random_seed(settings.seed)
    tf.config.experimental.enable_op_determinism()
    strategy = joint or strategy_of(devices)
    mixed = _can_mix(settings, devices, start, progress)
    judged = validation_set if meeting is None or meeting.workers.is_chief else None
    watching = losing_no_worker(meeting.workers if meeting else None)
    with watching, strategy.scope(), _Policy("mixed_float16" if mixed else "float32"):
        network, architecture = start.network(training_set, means, variances)
        listener = _tensorboard(log_folder)
        history = fit(network, training_set, fitting, held, judged, settings, strategy, progress, listener)
    network = _plain(network, strategy, mixed, lambda: start.network(training_set, means, variances)[0])
    temperature = _calibrated(network, training_set, held, progress) if settings.calibrate else 1.0
    parameters = {
        "architecture": architecture,
        **asdict(settings),
        "threads": threads,
        "device": devices.description,
        "samples set aside": len(held),
    }
    if meeting is not None:
        parameters["workers"] = len(meeting.workers.addresses)
    sources = tuple(source.with_fill(mean) for source, mean in zip(training_set.sources, means))
    training_set = replace(training_set, sources=sources)
    if training_set.target is not None:
        base = start.network(training_set, means, variances)[0] if start.corrects else None
        training = _judged_values(network, base, parameters, training_set, validation_set)
    else:
        training = _judged(network, parameters, training_set, validation_set, temperature)
    return replace(training, history=history)


def _judged(
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


def _judged_values(
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


def _fitting(validation_set: PatchSet, training_set: PatchSet) -> PatchSet:
    """The validation set with the training set's class indices. Raises InputError if the two do not fit together."""
    if len(training_set.shapes) != len(validation_set.shapes):
        raise InputError(
            f"The training patches come from {len(training_set.shapes)} image(s), the validation patches from "
            f"{len(validation_set.shapes)}. Give VALIDATION_PATCHES … for each of PATCHES …"
        )
    for expected, received in zip(training_set.shapes, validation_set.shapes):
        if expected != received:
            raise InputError(
                "The validation patches do not fit the training patches: expected height × width × bands "
                f"{' × '.join(map(str, expected))}, received {' × '.join(map(str, received))}. Extract both with the "
                "same settings."
            )
    for ours, theirs in zip(training_set.sources, validation_set.sources):
        if not same_transform(ours.normalization, theirs.normalization):
            raise InputError(
                "The validation patches were normalized in another way than the training patches. "
                "Extract both from the same image, or use “Statistics from”."
            )
    _require_answers_alike(validation_set, training_set)
    return validation_set.with_classes(training_set.classes, "The validation set")


def _require_answers_alike(validation_set: PatchSet, training_set: PatchSet) -> None:
    """Raises InputError if one set is answered with classes, the other one with values, or with other patches."""
    if training_set.is_dense != validation_set.is_dense:
        raise InputError(
            "One of training and validation set has a label for each patch, the other one for each pixel. Extract "
            "both with LABEL_IMAGE, or both without."
        )
    ours, theirs = training_set.target, validation_set.target
    if (ours is None) != (theirs is None):
        raise InputError(
            "One of training and validation set is answered with classes, the other one with values. Extract both with "
            "TARGET_IMAGE, or both without."
        )
    if ours is None or theirs is None:
        return
    if (ours.bands, training_set.answers.shape[1:]) != (theirs.bands, validation_set.answers.shape[1:]):
        raise InputError(
            "The target patches of the validation set do not fit those of the training set: expected "
            f"{' × '.join(map(str, training_set.answers.shape[1:]))} of {', '.join(ours.bands)}, received "
            f"{' × '.join(map(str, validation_set.answers.shape[1:]))} of {', '.join(theirs.bands)}. Extract both with "
            "the same settings."
        )
    if not same_transform(ours.image.normalization, theirs.image.normalization):
        raise InputError(
            "The targets of the validation set were normalized in another way than those of the training set. Extract "
            "both from the same image, or use “Statistics from”."
        )


def _tell_missing_classes(validation_set: PatchSet, progress: Progress) -> None:
    present = set(np.unique(validation_set.known_labels).tolist())
    missing = [c.name for i, c in enumerate(validation_set.classes) if i not in present]
    if missing:
        progress.warning(
            f"The validation set has no sample of {', '.join(missing)}: how well these are found is not known, and "
            "kappa is that of the other classes."
        )


def band_moments(patches: PatchSet) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Mean and variance of each band, (c,) float64, of each source.

    Summed up batch by batch around the mean of the first batch, so that large numbers lose no digits.
    """
    count = np.zeros(len(patches.shapes))
    origins: list[np.ndarray] = []
    sums = [np.zeros((2, shape[2])) for shape in patches.shapes]
    for images, _ in patches.batches(np.arange(len(patches)), STATISTICS_BATCH):
        if not origins:
            origins = [image.mean(axis=(0, 1, 2), dtype=np.float64) for image in images]
        for source, image in enumerate(images):
            apart = image - origins[source]
            sums[source] += apart.sum(axis=(0, 1, 2)), (apart**2).sum(axis=(0, 1, 2))
            count[source] += image[..., 0].size
    shifts = [first / n for (first, _), n in zip(sums, count)]
    variances = [second / n - shift**2 for (_, second), shift, n in zip(sums, shifts, count)]
    return [origin + shift for origin, shift in zip(origins, shifts)], [np.maximum(v, 0) for v in variances]


def _set_aside(patches: PatchSet, settings: Settings, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """Rows to train on, and rows set aside in blocks of the image of their own."""
    everything = np.arange(len(patches))
    if not settings.sets_aside:
        return everything, everything[:0]
    labels = patches.labels if not patches.is_dense else _most_frequent(patches)
    parts = spatial_parts(labels, patches.places, (1 - SET_ASIDE_SHARE, SET_ASIDE_SHARE), settings.seed)
    held = parts == 1
    apart = apart_from(patches.places, held)
    if not held.any() or len(np.unique(labels[apart])) < len(np.unique(labels)):
        raise InputError(
            "PATIENCE and CALIBRATE set a fifth of the training patches aside, in blocks of the image; then a class "
            "has no patch left to train on. Give more samples, or PATIENCE=0 and no CALIBRATE."
        )
    where = "in blocks of the image" if patches.places is not None else "the last ones of each class"
    progress.info(
        f"{held.sum()} patches are set aside ({where}), {apart.sum()} are trained on, and "
        f"{len(patches) - held.sum() - apart.sum()} share pixels with those set aside and are left out."
    )
    return everything[apart], everything[held]


def _most_frequent(patches: PatchSet) -> np.ndarray:
    """The class that most pixels of each patch have, (n,)."""
    counts = [(patches.labels == c).sum(axis=(1, 2)) for c in range(len(patches.classes))]
    return np.argmax(counts, axis=0)


def _little_work(
    patches: PatchSet, start: Start, means: Sequence[np.ndarray], variances: Sequence[np.ndarray], settings: Settings
) -> Callable[[], Any]:
    """A few steps of the training, on as many patches of the set."""
    import tensorflow as tf

    count = min(len(patches), PROBED_STEPS * settings.batch_size)
    rows = np.arange(count)
    few = replace(
        patches,
        images=tuple(image[rows] for image in patches.images),
        labels=patches.labels[rows],
        values=None if patches.values is None else patches.values[rows],
        places=None,
    )
    network, _ = start.network(patches, means, variances)
    run = epoch_function(
        objective_of(network, few, settings), few, count, settings, tf.distribute.get_strategy(), Progress()
    )
    return lambda: np.asarray(run(rows)[0])


def _joined(
    meeting: Meeting, patches: PatchSet, start: Start, settings: Settings, device: str, progress: Progress
) -> Any:
    """The strategy of all workers, once they are there and have the same work."""
    import tensorflow as tf

    require_shared_device(limits.device(device))
    show_devices(device)
    gpus = len(tf.config.get_visible_devices("GPU"))
    alike = [rasterlearn_version(), tf.__version__, gpus, start.architecture, start.path, patches.shapes]
    alike += [asdict(replace(settings, threads=0)), patches.classes.to_json()]
    if patches.target is not None:
        alike += [patches.target.to_json(), *(moment.tolist() for moment in patches.value_moments)]
    digest = hashlib.sha256(json.dumps(alike).encode())
    digest.update(patches.labels.tobytes())
    progress.info(f"Waiting for {len(meeting.workers.addresses) - 1} other worker(s) …")
    meeting.agree(digest.hexdigest())
    return joint_strategy(meeting.workers)


def _can_mix(settings: Settings, devices: Devices, start: Start, progress: Progress) -> bool:
    """Whether to compute in 16 bits; the log tells why not."""
    if not settings.mixed_precision:
        return False
    if "GPU" not in devices.names[0]:
        progress.warning("MIXED_PRECISION needs a GPU; the network is trained in 32 bits.")
        return False
    if start.path or start.model:
        progress.warning("MIXED_PRECISION is for new networks; this one is trained in 32 bits.")
        return False
    return True


class _Policy:
    """What numbers new layers compute in, as long as it lasts."""

    def __init__(self, name: str):
        self._name = name

    def __enter__(self) -> None:
        import keras

        self._before = keras.mixed_precision.dtype_policy()
        keras.mixed_precision.set_dtype_policy(self._name)

    def __exit__(self, *exception: object) -> None:
        import keras

        keras.mixed_precision.set_dtype_policy(self._before)


def _plain(network: Any, strategy: Any, mixed: bool, make: Callable[[], Any]) -> Any:
    """The network with ordinary variables of 32 bits: as it is kept, and evaluated on any device."""
    if strategy.num_replicas_in_sync == 1 and not mixed:
        return network
    plain = make()
    plain.set_weights(network.get_weights())
    return plain


def _calibrated(network: Any, patches: PatchSet, held: np.ndarray, progress: Progress) -> float:
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


def _tensorboard(folder: Optional[str]) -> Callable[[dict[str, Any]], None]:
    """Writes the numbers of each epoch as curves for TensorBoard, if there is a folder."""
    if not folder:
        return lambda record: None
    import tensorflow as tf

    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise InputError(f"LOG_FOLDER “{folder}” cannot be made: {error.strerror}. Give another folder.") from error
    writer = tf.summary.create_file_writer(folder)
    # what tf.summary.scalar writes, which wants TensorBoard installed
    curve = tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
    metadata = tf.compat.v1.SummaryMetadata(plugin_data=curve)

    def write(record: dict[str, Any]) -> None:
        with writer.as_default(step=record["epoch"]):
            for name, value in record.items():
                if name != "epoch" and value is not None:
                    tf.summary.write(
                        name.replace("validation_", "validation/"), tf.constant(value, tf.float32), None, metadata
                    )
        writer.flush()

    return write
