"""The evaluator of imported graphs: patch by patch or on whole blocks, with the geometry found at their import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.map_results import Needs
from ..base.progress import Progress
from ..images.answers import values_without_classes
from ..model.graph_use import CLASSES, PROBABILITIES, SCORES, VALUES, Dense, GraphUse
from ..model.model_file import Model
from .graph_predictors import (
    Answer,
    answer_of,
    as_scores,
    graph_image_predictor,
    graph_patch_predictor,
    of_both_classes,
    of_whole_numbers,
)
from .layer_geometry import NotConvertible
from .model_evaluator import ModelEvaluator, started
from .network_evaluator import require_meeting
from .network_geometry import Field, patch_shapes_of
from .patch_scores import PatchScores
from .predictors import Evaluation
from .running_graph import RunningGraph
from .view import Predict

GRAPH_BYTES_PER_PIXEL = 400  # of tensors between the layers, whose number is not known
BYTES_PER_CHANNEL = 12


@dataclass(frozen=True)
class GraphEvaluator(ModelEvaluator):
    """An imported TensorFlow graph."""

    model: Model
    framework = "TensorFlow"
    library = "keras"
    has_features = False
    trains_itself = True

    def pixels(self, needs: Needs, mode: str, device: str, progress: Progress) -> Evaluation:
        devices, model = started(device, progress), self.model
        use = _serving(use_of(model), needs)
        _require_output(use, needs)
        shapes = patch_shapes_of(model.sources)
        outputs = use.outputs if needs is Needs.ANSWERS else use.outputs[:1]
        answers = [_answer(RunningGraph(model.graph(), name), use, outputs, shapes[0]) for name in devices.names]
        sizes = [np.zeros((1, *shape, len(s.bands)), np.float32) for shape, s in zip(shapes, model.sources)]
        channels = answers[0](sizes).shape[-1]
        if needs is not Needs.ANSWERS and use.answer != CLASSES:
            channels = 2 if channels == 1 else channels
            model.require_classes(channels)
        memory = BYTES_PER_CHANNEL * (channels + sum(len(s.bands) for s in model.sources)) + GRAPH_BYTES_PER_PIXEL
        dense = _dense(model, use, mode)
        if dense is None:
            progress.info("Patch-by-patch evaluation on {device}.", device=devices.description)
        else:
            progress.info("Fully convolutional evaluation on {device}.", device=devices.description)
        fields = [_fields(use, dense, shape, number) for number, shape in enumerate(shapes)]
        shows_blocks = dense is not None or use.expression != (1, 1)

        def predicts(on_map_grid: Sequence[bool]) -> list[Predict]:
            if shows_blocks:
                require_meeting(on_map_grid, fields)
            if dense is None:
                plain = [graph_patch_predictor(answer, shapes, use.expression) for answer in answers]
            else:
                plain = [graph_image_predictor(answer, *fields[0]) for answer in answers]
            if needs is Needs.ANSWERS:
                return plain
            return [as_scores(p, use.answer, model.classes, needs is Needs.CLASS) for p in plain]

        return Evaluation(*fields[0], predicts, devices, memory, channels, fields[1:] if shows_blocks else None)

    def patches(self, name: str) -> PatchScores:
        raise InputError(
            "“{model}” is a model of the kind “{kind}”; networks and forests can be compared on patches. Compare "
            "the maps made with it instead ({p:maps}).",
            model=name,
            kind=self.model.kind,
        )

    def weight_count(self) -> Optional[int]:
        return int(sum(value.size for value in self.model.graph().variables.values()))

    def network_to_export(self) -> Any:
        raise InputError(
            "An imported graph cannot be exported again as a SavedModel or ONNX file: give other programs the "
            "one that it was imported from, or describe the model with STAC."
        )


def use_of(model: Model) -> GraphUse:
    """How the graph of a model is used."""
    assert model.use is not None
    return model.use


def scores_before_softmax(model: Model, running: RunningGraph) -> PatchScores:
    """The scores that the graph of a model outputs for patches, such that a softmax turns them into probabilities.

    Args:
        running: the graph, whose weights may change between calls.
    """
    use = _serving(use_of(model), Needs.SCORES)
    answer: Answer = _answer(running, use, use.outputs[:1], patch_shapes_of(model.sources)[0])

    def scores_of(images: Sequence[np.ndarray]) -> np.ndarray:
        cells = of_both_classes(answer(images), use.answer)
        model.require_classes(cells.shape[-1])
        if use.answer == PROBABILITIES:
            cells = np.log(np.maximum(cells, 1e-30))
        return cells[:, 0, 0] if use.expression == (1, 1) else cells

    return scores_of


def _serving(use: GraphUse, needs: Needs) -> GraphUse:
    """The use of a graph for what is needed: of one that answers with classes, the scores behind them, if known."""
    if needs is Needs.SCORES and use.answer == CLASSES and use.scores:
        return replace(use, outputs=(use.scores,), answer=SCORES)
    return use


def _answer(running: RunningGraph, use: GraphUse, outputs: Sequence[str], patch: tuple[int, int]) -> Answer:
    """A graph as a function of images, given rows and columns of the first source's patch."""
    answer = answer_of(running, use, outputs, lambda images: use.cells(patch, (images[0].shape[1], images[0].shape[2])))
    return of_whole_numbers(answer, [running.dtype_of(name) for name in use.inputs], use.inputs)


def _fields(use: GraphUse, dense: Optional[Dense], shape: tuple[int, int], number: int) -> tuple[Field, Field]:
    """The geometry of rows and columns over a source, with patches of this shape, counted from 0."""
    pitch, edges = use.pitch_over(number), (0, 0) if dense is None else (dense.first, dense.last)
    rows, columns = (
        Field.of_cells(
            size, cells, pitch.numerator, cells if dense is None else dense.alignment, *edges, pitch.denominator
        )
        for size, cells in zip(shape, use.expression)
    )
    return rows, columns


def _require_output(use: GraphUse, needs: Needs) -> None:
    if needs is Needs.FEATURES:
        raise InputError(
            "An imported graph has outputs, not features. Import it with the {p:output_tensors} that are wanted."
        )
    if needs is not Needs.ANSWERS and use.answer == VALUES:
        raise values_without_classes()
    if needs is Needs.SCORES and use.answer == CLASSES:
        raise InputError(
            "This model answers with classes and without probabilities. Choose {p:result=classes}, or import it "
            "with another output."
        )


def _dense(model: Model, use: GraphUse, mode: str) -> Optional[Dense]:
    """How the graph takes whole blocks; None if it takes patches. Raises NotConvertible if dense mode is impossible."""
    if use.dense is None and mode == "dense":
        first = model.sources[0]
        raise NotConvertible(
            "This graph was imported to answer patches of {width} × {height} pixels, for {p:scale}={scale}; it is "
            "not evaluated on larger images. Use {p:mode=auto} or {p:mode=patch}. If it takes images of any size, "
            "import it again without a {p:scale}: the log tells whether it can be evaluated densely.",
            width=first.patch_width,
            height=first.patch_height,
            scale=use.pitch,
        )
    return None if mode == "patch" else use.dense
