"""Training of networks on patches, and their assessment on a validation set."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Optional, Protocol

import numpy as np

from ..base import limits
from ..base.devices import Devices, choose_devices, configure_devices
from ..base.errors import InputError
from ..base.progress import Progress
from ..base.version import rasterlearn_version
from ..evaluation.evaluator import evaluator_of
from ..judging.value_scores import Deviations
from ..model.model_file import Model
from ..samples.patch_set import PatchSet, band_moments, band_ranges
from .curves_log import curves_writer
from .graph_training import GraphTrainer
from .patch_judge import fitted_temperature
from .replicas import explaining_lost_workers, joint_strategy, require_shared_device, strategy_of
from .starting_network import Start
from .thread_count import start_threads
from .training_data import PatchFiles, TrainingData
from .training_loop import Fold, Settings, epoch_function, fit
from .training_report import training_report
from .training_result import Training, TrainingOutputs
from .worker_rendezvous import Meeting

PROBED_STEPS = 5


def train_model(
    files: PatchFiles,
    outputs: TrainingOutputs,
    start: Optional[Start] = None,
    settings: Optional[Settings] = None,
    device: str = "auto",
    progress: Optional[Progress] = None,
    meeting: Optional[Meeting] = None,
) -> Training:
    """Trains a network, or an imported graph, on stacks of patches and writes the model file and the report.

    Args:
        meeting: of the workers to train with; only their chief writes files and logs.
    Raises:
        InputError: the sets do not fit together, or hold fewer than two classes.
        RasterLearnError: another worker has failed.
    """
    is_chief = meeting is None or meeting.workers.is_chief
    progress = progress or Progress()
    where = TrainingContext(
        device, progress if is_chief else progress.silent(), meeting, outputs.log_folder if is_chief else None
    )
    start = (start or Start()).opened()
    trainer = trainer_of(start, settings or Settings(), where)
    data = TrainingData.read(files, where.progress, start.aligned)
    training = replace(trainer.fit(data), note=outputs.note or "", leakage=data.leakage)
    if is_chief:
        training.save(outputs.output, outputs.report, training_report(training), progress)
    return training


def train_network(
    training_set: PatchSet,
    validation_set: Optional[PatchSet],
    start: Optional[Start] = None,
    settings: Optional[Settings] = None,
    device: str = "auto",
    log_folder: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> Training:
    """Trains a network on patches in memory. Raises InputError like `train_model`."""
    where = TrainingContext(device, progress or Progress(), None, log_folder)
    start = (start or Start()).opened()
    data = TrainingData.of(training_set, validation_set, progress=progress, aligned=start.aligned)
    return NetworkTrainer(start, settings or Settings(), where).fit(data)


class Trainer(Protocol):
    """Trains on a training set. A validation set is only used for assessment; it does not influence the training."""

    def fit(self, data: TrainingData) -> Training:
        """The result of the training. Raises InputError if the patches do not fit what is to be trained."""
        ...


@dataclass(frozen=True)
class TrainingContext:
    """Where a training runs, and where it is logged.

    Attributes:
        meeting: of the workers to train with; all of them get the same result.
        log_folder: for the learning curves, if wanted.
    """

    device: str = "auto"
    progress: Progress = field(default_factory=Progress)
    meeting: Optional[Meeting] = None
    log_folder: Optional[str] = None

    @property
    def is_chief(self) -> bool:
        return self.meeting is None or self.meeting.workers.is_chief


def trainer_of(start: Start, settings: Settings, where: TrainingContext) -> Trainer:
    """The trainer for what a training starts from.

    Raises:
        InputError: a setting does not apply to it. ModelFileError: the model cannot be read.
    """
    start = start.opened()
    if start.model is None or not evaluator_of(start.model).trains_itself:
        if start.placeholders:
            raise InputError("{p:placeholders} are for imported graphs. Give such a {p:model}, or leave them out.")
        return NetworkTrainer(start, settings, where)
    if where.meeting is not None:
        raise InputError("An imported graph is trained by its own operation, on one worker. Start it on one only.")
    return GraphTrainer(start.model, settings, start.placeholders, where.device, where.progress)


@dataclass(frozen=True)
class NetworkTrainer:
    """Trains a Keras network.

    It is built once, with two exceptions: timing the threads builds one in each copy of this process, and a network
    trained on several devices or in 16 bits is copied into one with ordinary variables.
    """

    start: Start
    settings: Settings
    where: TrainingContext

    def fit(self, data: TrainingData) -> Training:
        settings, progress, training_set = self.settings, self.where.progress, data.training
        progress.info("Loading TensorFlow …")
        import keras
        import tensorflow as tf

        start, moments = self.start.opened(), band_moments(training_set)

        def build() -> Any:
            return start.network(training_set, *moments)

        threads = start_threads(settings.threads, lambda: _little_work(data, build, settings), progress)
        fold = data.fold(settings.sets_aside, settings.seed, progress)
        joint = self._joined(data) if self.where.meeting else None
        devices = choose_devices(self.where.device)
        if devices.warning:
            progress.warning(devices.warning)
        keras.utils.set_random_seed(settings.seed)
        tf.config.experimental.enable_op_determinism()
        mixed = _can_mix(settings, devices, start, progress)
        fitted = self._fitted(data, fold, build, joint or strategy_of(devices), mixed)
        temperature = 1.0
        if settings.calibrate:
            temperature = fitted_temperature(fitted.network, training_set, fold.held, progress)
        parameters = {
            "architecture": start.name,
            **asdict(settings),
            "threads": threads,
            "device": str(devices.description),
            "samples set aside": len(fold.held),
        }
        if self.where.meeting is not None:
            parameters["workers"] = len(self.where.meeting.workers.addresses)
        judgement = data.answer.judgement(fitted.network, data.sets, temperature, fitted.base)
        recorded = judgement.recorded(parameters, "numpy", "tensorflow", "keras")
        learned = zip(training_set.sources, moments[0], band_ranges(training_set))
        sources = tuple(source.learned_from(mean, ranges) for source, mean, ranges in learned)
        described = training_set.classes, sources, recorded, training_set.target
        model = Model.of_network(fitted.network, start.name, *described)
        return Training(model, judgement, history=fitted.history, parameters=parameters)

    def _fitted(self, data: TrainingData, fold: Fold, build: Callable[[], Any], strategy: Any, mixed: bool) -> _Fitted:
        """The trained network with ordinary 32-bit variables, as it is saved and evaluated on any device."""
        where, copied, base = self.where, strategy.num_replicas_in_sync > 1 or mixed, None
        watching = explaining_lost_workers(where.meeting.workers if where.meeting else None)
        with watching, strategy.scope(), _policy("mixed_float16" if mixed else "float32"):
            network = build()
            if not copied:
                base = self._base(data, network)
            objective = data.answer.objective(network, data.training, self.settings)
            validation = data.validation if where.is_chief else None
            listener = curves_writer(where.log_folder)
            history = fit(objective, fold, validation, self.settings, strategy, where.progress, listener)
        if not copied:
            return _Fitted(network, base, history)
        plain = build()
        base = self._base(data, plain)
        plain.set_weights(network.get_weights())
        return _Fitted(plain, base, history)

    def _base(self, data: TrainingData, network: Any) -> Optional[Deviations]:
        """The deviations of an untrained network that corrects an image, and at first returns it."""
        return data.answer.before_training(network, data.sets) if self.start.corrects else None

    def _joined(self, data: TrainingData) -> Any:
        """The strategy of all workers, once all have arrived with the same job."""
        import tensorflow as tf

        meeting, patches, start = self.where.meeting, data.training, self.start
        assert meeting is not None
        require_shared_device(limits.device(self.where.device))
        configure_devices(self.where.device)
        gpus = len(tf.config.get_visible_devices("GPU"))
        alike = [rasterlearn_version(), tf.__version__, gpus, start.architecture, start.path, patches.shapes]
        alike += [asdict(replace(self.settings, threads=0)), patches.classes.to_json(), *data.answer.agreed(patches)]
        digest = hashlib.sha256(json.dumps(alike).encode())
        digest.update(patches.labels.tobytes())
        self.where.progress.info("Waiting for {count} other worker(s) …", count=len(meeting.workers.addresses) - 1)
        meeting.agree(digest.hexdigest())
        return joint_strategy(meeting.workers)


@dataclass(frozen=True)
class _Fitted:
    """A trained network, its deviations before the training if it corrects an image, and its epochs."""

    network: Any
    base: Optional[Deviations]
    history: list[dict[str, Any]]


def _little_work(data: TrainingData, build: Callable[[], Any], settings: Settings) -> Callable[[], Any]:
    """A few steps of the training, on a few patches of the set, to time the threads."""
    import tensorflow as tf

    patches = data.training
    count = min(len(patches), PROBED_STEPS * settings.batch_size)
    rows = np.arange(count)
    few = replace(
        patches,
        images=tuple(image[rows] for image in patches.images),
        labels=patches.labels[rows],
        values=None if patches.values is None else patches.values[rows],
        places=None,
    )
    objective = data.answer.objective(build(), few, settings)
    run = epoch_function(objective, few, count, settings, tf.distribute.get_strategy(), Progress())
    return lambda: np.asarray(run(rows)[0])


def _can_mix(settings: Settings, devices: Devices, start: Start, progress: Progress) -> bool:
    """Whether to compute in 16 bits; logs why not."""
    if not settings.mixed_precision:
        return False
    if "GPU" not in devices.names[0]:
        progress.warning("{p:mixed_precision} needs a GPU; the network is trained in 32 bits.")
        return False
    if start.path or start.model:
        progress.warning("{p:mixed_precision} is for new networks; this one is trained in 32 bits.")
        return False
    return True


@contextlib.contextmanager
def _policy(name: str) -> Iterator[None]:
    """A context in which new layers compute in a given type of numbers."""
    import keras

    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.mixed_precision.set_dtype_policy(before)
