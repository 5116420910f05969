"""Training networks on patches, and judging them on a second set of patches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any, Optional

import numpy as np

from ..base import limits
from ..base.devices import Devices, choose_devices, show_devices
from ..base.errors import InputError
from ..base.progress import Progress
from ..base.version import rasterlearn_version
from ..images.legend import Legend
from ..samples.leakage import audit
from ..samples.patch_set import PatchSet, band_moments
from ..samples.patch_stack import read_patches
from ..samples.spatial_split import apart_from, spatial_parts
from .curves_log import curves_writer
from .graph_training import train_graph
from .judged_network import fitted_temperature, judged_classes, judged_values
from .replicas import joint_strategy, losing_no_worker, require_shared_device, strategy_of
from .starting_network import Start
from .thread_count import start_threads
from .training_loop import Settings, epoch_function, fit, objective_of
from .training_report import training_report
from .training_result import Training, require_two_classes
from .validation_set import fitting_classes, require_same_targets, warn_of_missing_classes
from .worker_rendezvous import Meeting

SET_ASIDE_SHARE = 0.2
PROBED_STEPS = 5


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
        require_same_targets(validation_set, training_set)
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
            validation_set = fitting_classes(validation_set, training_set)
            warn_of_missing_classes(validation_set, progress)
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
        validation_set = fitting_classes(validation_set, training_set)
        warn_of_missing_classes(validation_set, progress)
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
        listener = curves_writer(log_folder)
        history = fit(network, training_set, fitting, held, judged, settings, strategy, progress, listener)
    network = _plain(network, strategy, mixed, lambda: start.network(training_set, means, variances)[0])
    temperature = fitted_temperature(network, training_set, held, progress) if settings.calibrate else 1.0
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
        training = judged_values(network, base, parameters, training_set, validation_set)
    else:
        training = judged_classes(network, parameters, training_set, validation_set, temperature)
    return replace(training, history=history)


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
