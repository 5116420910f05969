"""Training an imported graph by its own training operation, as OTBTF's TensorflowModelTrain does."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Optional

import numpy as np

from ..base.devices import choose_devices
from ..base.errors import InputError, RasterLearnError
from ..base.progress import Progress
from ..evaluation.graph_predictors import answer_of
from ..evaluation.running_graph import RunningGraph
from ..images.normalization import same_transform
from ..model.graph_file import Graph
from ..model.graph_use import CLASSES, PROBABILITIES, VALUES, GraphUse, Number, with_tensor_names
from ..model.model_file import Model
from ..samples.patch_set import PatchSet
from .objectives import judged_record
from .patch_judge import Judge
from .training_loop import Settings
from .training_result import Training, count_samples, provenance

_DECIDED_BY_THE_GRAPH = "learning rate, schedule, weight decay, class weights, augmentation, patience and calibration"


def train_graph(
    model: Model,
    training_set: PatchSet,
    validation_set: Optional[PatchSet],
    settings: Settings,
    placeholders: Mapping[str, Number],
    device: str = "auto",
    progress: Optional[Progress] = None,
) -> Training:
    """Shows batches of patches and labels to a graph, runs its training operation, and keeps its variables.

    The last batch of an epoch is trained on, too, however small it is. The validation set is only judged.

    Args:
        model: of the kind graph, imported with its training operation.
        settings: epochs, batch_size, seed and validation_every; the graph itself decides about the rest.
        placeholders: values that differ from those of the import, such as the learning rate.
    Raises:
        InputError: the graph has no training operation, or the patches do not fit it.
    """
    progress = progress or Progress()
    use = _trainable(model)
    training_set = _fitting(training_set, model)
    progress.info(f"The graph's own operation ({', '.join(use.targets)}) decides about {_DECIDED_BY_THE_GRAPH}.")
    devices = choose_devices(device)
    running = RunningGraph(model.graph(), devices.names[0])
    given = with_tensor_names({**use.placeholders, **use.training_placeholders, **placeholders})
    judge = _judge(running, use, model)
    history = _fit(running, use, training_set, validation_set, settings, given, judge, progress)
    training_accuracy = judge.loss_and_accuracy(training_set, blocks=True)[1]
    accuracy = judge.loss_and_accuracy(validation_set, blocks=True)[1] if validation_set else None
    counts = count_samples(
        training_set.classes,
        training=training_set.known_labels,
        validation=validation_set.known_labels if validation_set else None,
    )
    of_settings = {name: asdict(settings)[name] for name in ("epochs", "batch_size", "seed", "validation_every")}
    parameters = {"architecture": "graph", **of_settings, "placeholders": given, "device": devices.description}
    recorded = {
        **model.training,
        **provenance(parameters, counts, training_accuracy, accuracy, "numpy", "tensorflow"),
    }
    graph = Graph(model.payload, running.variables())
    trained = Model.of_graph(graph, use, training_set.classes, training_set.sources, recorded)
    return Training(trained, training_accuracy, accuracy, history, parameters, counts)


def _trainable(model: Model) -> GraphUse:
    use = model.use
    assert use is not None
    if not use.targets:
        raise InputError(
            "MODEL was imported without its training operation. Import it again with TARGETS (such as optimizer) and "
            "LABELS_TENSOR (such as y)."
        )
    if use.answer in (CLASSES, VALUES):
        raise InputError(
            "MODEL was imported with an output that has no score for each class, so its training cannot be judged. "
            "Import it again with such an output first in OUTPUTS."
        )
    return use


def _fitting(patches: PatchSet, model: Model) -> PatchSet:
    """The patches, with sources that have the model's fills. Raises InputError if the two do not fit together."""
    expected = [(s.patch_height, s.patch_width, len(s.bands)) for s in model.sources]
    if patches.shapes != expected:
        texts = [" and ".join(" × ".join(map(str, shape)) for shape in shapes) for shapes in (expected, patches.shapes)]
        raise InputError(
            f"MODEL expects patches of height × width × bands {texts[0]}; received {texts[1]}. Extract such patches, "
            "or import the model with another RECEPTIVE_FIELD."
        )
    for ours, theirs in zip(model.sources, patches.sources):
        if ours.pixel_size[0] and not same_transform(ours.normalization, theirs.normalization):
            raise InputError(
                "The patches were normalized in another way than the images that MODEL is for. Extract them from such "
                "images."
            )
    unnamed = all(c.name == str(c.value) for c in model.classes)
    if len(patches.classes) != len(model.classes):
        raise InputError(
            f"MODEL has {len(model.classes)} classes ({model.classes.describe()}); the patches have "
            f"{len(patches.classes)}: {patches.classes.describe()}. Give patches of as many classes."
        )
    if not unnamed:
        patches = patches.with_classes(model.classes, "The training set")
    fills = [tuple(float(v) for v in image[:256].mean(axis=(0, 1, 2))) for image in patches.images]
    return replace(patches, sources=tuple(s.with_fill(fill) for s, fill in zip(patches.sources, fills)))


def _judge(running: RunningGraph, use: GraphUse, model: Model) -> Judge:
    answer = answer_of(running, use, use.outputs[:1])

    def scores_of(images: tuple[np.ndarray, ...]) -> np.ndarray:
        cells = answer(images)
        model.require_classes(cells.shape[-1])
        if use.answer == PROBABILITIES:
            cells = np.log(np.maximum(cells, 1e-30))
        return cells[:, 0, 0] if use.expression_px == 1 else cells

    def window(patches: PatchSet) -> tuple[slice, slice]:
        if use.pitch != 1:
            raise InputError("MODEL answers with pixels of another size than its input; it cannot be trained here.")
        firsts = [(side - use.expression_px + 1) // 2 for side in patches.shapes[0][:2]]
        return slice(firsts[0], firsts[0] + use.expression_px), slice(firsts[1], firsts[1] + use.expression_px)

    return Judge(scores_of, window if use.expression_px > 1 else None)


def _fit(
    running: RunningGraph,
    use: GraphUse,
    patches: PatchSet,
    validation: Optional[PatchSet],
    settings: Settings,
    given: Mapping[str, Number],
    judge: Judge,
    progress: Progress,
) -> list[dict[str, Any]]:
    """Trains; returns a record of each epoch that was judged."""
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
            loss, accuracy = judge.loss_and_accuracy(patches)
            if not np.isfinite(loss):
                raise RasterLearnError(
                    f"The loss became {loss} in epoch {epoch}: the training diverged. Give the graph a smaller "
                    "learning rate (PLACEHOLDERS), or check the patches for extreme values."
                )
            kappa = None if np.isnan(accuracy.kappa) else accuracy.kappa
            record = {"epoch": epoch, "loss": loss, "accuracy": accuracy.overall_accuracy, "kappa": kappa}
            record.update(judged_record(judge, validation))
            history.append(record)
            seconds_left = (time.monotonic() - started) / epoch * (settings.epochs - epoch)
            progress.epoch(**record, epochs=settings.epochs, seconds_left=seconds_left)
        progress.report(epoch / settings.epochs, f"epoch {epoch}/{settings.epochs}")
    return history


def _labels_of_rank(labels: np.ndarray, rank: int) -> np.ndarray:
    """Class indices as the graph's tensor wants them: (n,), (n, 1) … or, of each pixel, (n, h, w) or (n, h, w, 1).

    Raises:
        InputError: they cannot be brought into this form.
    """
    missing = rank - labels.ndim
    if missing < 0 or (labels.ndim == 3 and missing > 1) or rank > 4:
        raise InputError(
            f"The tensor of the labels has {rank} dimensions; labels of {'pixels' if labels.ndim == 3 else 'patches'} "
            f"have {labels.ndim}. Choose another LABELS_TENSOR, or extract patches with other targets."
        )
    return labels.reshape(labels.shape + (1,) * missing)
