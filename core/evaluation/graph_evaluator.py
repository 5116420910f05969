"""The evaluator of imported graphs: patch by patch or on whole blocks, with the geometry found at their import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.map_results import Needs
from ..base.progress import Progress
from ..model.graph_use import CLASSES, PROBABILITIES, VALUES, Dense, GraphUse
from ..model.model_file import Model
from .graph_predictors import Answer, answer_of, as_scores, graph_image_predictor, graph_patch_predictor
from .layer_geometry import NotConvertible
from .model_evaluator import ModelEvaluator, started
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
        devices, model, use = started(device, progress), self.model, use_of(self.model)
        _require_output(use, needs)
        running = [RunningGraph(model.graph(), name) for name in devices.names]
        outputs = use.outputs if needs is Needs.ANSWERS else use.outputs[:1]
        answers = [answer_of(graph, use, outputs) for graph in running]
        shapes = patch_shapes_of(model.sources)
        sizes = [np.zeros((1, *shape, len(s.bands)), np.float32) for shape, s in zip(shapes, model.sources)]
        channels = answers[0](sizes).shape[-1]
        if needs is not Needs.ANSWERS and use.answer != CLASSES:
            model.require_classes(channels)
        memory = BYTES_PER_CHANNEL * (channels + sum(len(s.bands) for s in model.sources)) + GRAPH_BYTES_PER_PIXEL
        dense = _dense(model, use, mode)
        if dense is None:
            alignment, edges = use.expression_px, (0, 0)
            progress.info("Patch-by-patch evaluation on {device}.", device=devices.description)
        else:
            alignment, edges = dense.alignment, (dense.first, dense.last)
            progress.info("Fully convolutional evaluation on {device}.", device=devices.description)
        rows, columns = (
            [Field.of_cells(s[axis], use.expression_px, use.scale, alignment, *edges, use.fineness) for s in shapes]
            for axis in (0, 1)
        )

        def predicts(on_map_grid: Sequence[bool]) -> list[Predict]:
            if dense is not None or use.expression_px > 1:
                _require_common_grid(on_map_grid)
            if dense is None:
                plain = [graph_patch_predictor(answer, shapes, use.expression_px) for answer in answers]
            else:
                plain = [graph_image_predictor(answer, rows[0], columns[0]) for answer in answers]
            if needs is Needs.ANSWERS:
                return plain
            return [as_scores(p, use.answer, model.classes, needs is Needs.CLASS) for p in plain]

        others = None if dense is None and use.expression_px == 1 else list(zip(rows[1:], columns[1:]))
        return Evaluation(rows[0], columns[0], predicts, devices, memory, channels, others)

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
    use = use_of(model)
    answer: Answer = answer_of(running, use, use.outputs[:1])

    def scores_of(images: Sequence[np.ndarray]) -> np.ndarray:
        cells = answer(images)
        model.require_classes(cells.shape[-1])
        if use.answer == PROBABILITIES:
            cells = np.log(np.maximum(cells, 1e-30))
        return cells[:, 0, 0] if use.expression_px == 1 else cells

    return scores_of


def _require_output(use: GraphUse, needs: Needs) -> None:
    if needs is Needs.FEATURES:
        raise InputError(
            "An imported graph has outputs, not features. Import it with the {p:output_tensors} that are wanted."
        )
    if needs is not Needs.ANSWERS and use.answer == VALUES:
        raise InputError("This model answers with values, not with classes. Choose {p:result=values}.")
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
            "This graph answers patches of {width} × {height} pixels only for {p:scale}={scale}; it is not "
            "evaluated on larger images. Use {p:mode=auto} or {p:mode=patch}, or import it with the {p:scale} of "
            "its own cells.",
            width=first.patch_width,
            height=first.patch_height,
            scale=use.pitch,
        )
    return None if mode == "patch" else use.dense


def _require_common_grid(on_map_grid: Sequence[bool]) -> None:
    if not all(on_map_grid):
        raise InputError(
            "This model needs all its sources on grids of the same pixel size. Resample them first (“Warp”)."
        )
