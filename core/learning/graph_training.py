"""Training an imported graph with its own training operation, like OTBTF's TensorflowModelTrain."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from ..base.devices import choose_devices
from ..base.errors import InputError, RasterLearnError
from ..base.messages import Message
from ..base.progress import Progress
from ..evaluation.graph_evaluator import scores_before_softmax, use_of
from ..evaluation.running_graph import RunningGraph
from ..images.image_source import require_same_scale
from ..images.normalization import same_transform
from ..model.graph_file import Graph
from ..model.graph_use import CLASSES, VALUES, GraphUse, Number, with_tensor_names
from ..model.model_file import Model
from ..samples.patch_set import PatchSet, band_ranges
from .objectives import judged_record
from .patch_judge import Judge
from .training_data import TrainingData
from .training_loop import Settings
from .training_result import Judgement, Training, samples_per_class

_DECIDED_BY_THE_GRAPH = Message(
    "learning rate, schedule, weight decay, class weights, augmentation, patience and calibration"
)


@dataclass(frozen=True)
class GraphTrainer:
    """Feeds batches of patches and labels to a graph, runs its training operation, and keeps its variables.

    The last batch of an epoch is also trained on, however small it is.

    Attributes:
        model: of an imported graph, with its training operation.
        settings: epochs, batch_size, seed and validation_every; the graph itself determines the rest.
        placeholders: values that differ from those of the import, such as the learning rate.
    """

    model: Model
    settings: Settings
    placeholders: Mapping[str, Number]
    device: str = "auto"
    progress: Progress = field(default_factory=Progress)

    def fit(self, data: TrainingData) -> Training:
        """Trains the graph.

        Raises:
            InputError: the graph has no training operation, or the patches do not fit it.
        """
        if not data.training.answer.has_classes:
            raise InputError("An imported graph learns classes; these patches are answered with values.")
        model, settings, use = self.model, self.settings, _trainable(self.model)
        training_set = _fitting(data.training, model)
        data = replace(data, training=training_set)
        self.progress.info(
            "The graph's own operation ({operations}) decides about {settings}.",
            operations=use.targets,
            settings=_DECIDED_BY_THE_GRAPH,
        )
        devices = choose_devices(self.device)
        running = RunningGraph(model.graph(), devices.names[0])
        given = with_tensor_names({**use.placeholders, **use.training_placeholders, **self.placeholders})
        judge = _judge(running, use, model)
        history = self._epochs(running, use, data, given, judge)
        judgement = Judgement.of(data.sets, judge.accuracy, lambda s: samples_per_class(s.known_labels, s.classes))
        of_settings = {name: asdict(settings)[name] for name in ("epochs", "batch_size", "seed", "validation_every")}
        parameters = {"architecture": "graph", **of_settings, "placeholders": given, "device": str(devices.description)}
        recorded = {**model.training, **judgement.recorded(parameters, "numpy", "tensorflow")}
        graph = Graph(model.payload, running.variables())
        trained = Model.of_graph(graph, use, training_set.classes, training_set.sources, recorded)
        return Training(trained, judgement, history=history, parameters=parameters)

    def _epochs(
        self, running: RunningGraph, use: GraphUse, data: TrainingData, given: Mapping[str, Number], judge: Judge
    ) -> list[dict[str, Any]]:
        """Trains; returns a record of each epoch that was judged."""
        settings, progress, patches = self.settings, self.progress, data.training
        rng = np.random.default_rng(settings.seed)
        rank = len(running.shape_of(use.labels))
        history: list[dict[str, Any]] = []
        started = time.monotonic()
        for epoch in range(1, settings.epochs + 1):
            for images, labels in patches.batches(rng.permutation(len(patches)), settings.batch_size):
                progress.check()
                shaped = _labels_of_rank(labels, rank)
                running.carry_out(use.targets, {**given, **dict(zip(use.inputs, images)), use.labels: shaped})
            if settings.is_judged_in(epoch):
                record = {"epoch": epoch, **_training_record(judge, patches, epoch)}
                record.update(judged_record(judge, data.validation))
                history.append(record)
                seconds_left = (time.monotonic() - started) / epoch * (settings.epochs - epoch)
                progress.epoch(**record, epochs=settings.epochs, seconds_left=seconds_left)
            progress.report(epoch / settings.epochs, "epoch {epoch}/{epochs}", epoch=epoch, epochs=settings.epochs)
        return history


def _training_record(judge: Judge, patches: PatchSet, epoch: int) -> dict[str, Any]:
    """The training set's part of an epoch's record."""
    loss, accuracy = judge.loss_and_accuracy(patches)
    if not np.isfinite(loss):
        raise RasterLearnError(
            "The loss became {loss} in epoch {epoch}: the training diverged. Give the graph a smaller learning "
            "rate ({p:placeholders}), or check the patches for extreme values.",
            loss=loss,
            epoch=epoch,
        )
    kappa = None if np.isnan(accuracy.kappa) else accuracy.kappa
    return {"loss": loss, "accuracy": accuracy.overall_accuracy, "kappa": kappa}


def _trainable(model: Model) -> GraphUse:
    use = use_of(model)
    known = model.training.get("trains itself")
    if not use.targets and isinstance(known, dict):
        raise InputError(
            "{p:model} was imported without its training operation. Import it again with {p:targets}={target} and "
            "{p:labels_tensor}={labels}.",
            target=known.get("targets"),
            labels=known.get("labels tensor"),
        )
    if not use.targets:
        raise InputError(
            "{p:model} was imported without its training operation. Import it again with {p:targets} (such as "
            "optimizer) and {p:labels_tensor} (such as y)."
        )
    if use.answer == VALUES or (use.answer == CLASSES and not use.scores):
        raise InputError(
            "{p:model} was imported with an output that has no score for each class, so its training cannot be "
            "judged. Import it again with such an output first in {p:output_tensors}."
        )
    return use


def _fitting(patches: PatchSet, model: Model) -> PatchSet:
    """The patches, with the model's fills. Raises InputError if patches and model do not fit together."""
    expected = [(s.patch_height, s.patch_width, len(s.bands)) for s in model.sources]
    if patches.shapes != expected:
        texts = [[" × ".join(map(str, shape)) for shape in shapes] for shapes in (expected, patches.shapes)]
        raise InputError(
            "{p:model} expects patches of height × width × bands {expected: and }; received {received: and }. "
            "Extract such patches, or import the model with another {p:receptive_fields}.",
            expected=texts[0],
            received=texts[1],
        )
    for ours, theirs in zip(model.sources, patches.sources):
        require_same_scale(ours, theirs, Message("the patches"))
        if ours.pixel_size[0] and not same_transform(ours.normalization, theirs.normalization):
            raise InputError(
                "The patches were normalized in another way than the images that {p:model} is for. Extract them "
                "from such images."
            )
    unnamed = all(c.name == str(c.value) for c in model.classes)
    if len(patches.classes) != len(model.classes):
        raise InputError(
            "{p:model} has {model_count} classes ({model_classes}); the patches have {patch_count}: "
            "{patch_classes}. Give patches of as many classes.",
            model_count=len(model.classes),
            model_classes=model.classes.describe(),
            patch_count=len(patches.classes),
            patch_classes=patches.classes.describe(),
        )
    if not unnamed:
        patches = patches.with_classes(model.classes, Message("The training set"))
    fills = [tuple(float(v) for v in image[:256].mean(axis=(0, 1, 2))) for image in patches.images]
    learned = zip(patches.sources, fills, band_ranges(patches))
    return replace(patches, sources=tuple(source.learned_from(fill, ranges) for source, fill, ranges in learned))


def _judge(running: RunningGraph, use: GraphUse, model: Model) -> Judge:
    def window(patches: PatchSet) -> tuple[slice, slice]:
        if use.pitch != 1:
            raise InputError("{p:model} answers with pixels of another size than its input; it cannot be trained here.")
        rows, columns = (
            slice((side - cells + 1) // 2, (side - cells + 1) // 2 + cells)
            for side, cells in zip(patches.shapes[0][:2], use.expression)
        )
        return rows, columns

    return Judge(scores_before_softmax(model, running), window if use.expression != (1, 1) else None)


def _labels_of_rank(labels: np.ndarray, rank: int) -> np.ndarray:
    """Class indices in the graph's shape: (n,), (n, 1) … or, for each pixel, (n, h, w) or (n, h, w, 1).

    Raises:
        InputError: they cannot be brought into this form.
    """
    missing = rank - labels.ndim
    if missing < 0 or (labels.ndim == 3 and missing > 1) or rank > 4:
        raise InputError(
            "The tensor of the labels has {rank} dimensions; labels of {of} have {needed}. Choose another "
            "{p:labels_tensor}, or extract patches with other targets.",
            rank=rank,
            of=Message("pixels") if labels.ndim == 3 else Message("patches"),
            needed=labels.ndim,
        )
    return labels.reshape(labels.shape + (1,) * missing)
