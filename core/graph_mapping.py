"""How imported graphs are evaluated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .devices import Devices
from .errors import InputError
from .evaluation import Evaluation
from .field import Field
from .graph_evaluation import answer_of, as_scores, graph_image_predictor, graph_patch_predictor
from .graph_use import CLASSES, VALUES, GraphUse
from .model_file import Model
from .progress import Progress
from .running_graph import RunningGraph
from .taps import NotConvertible
from .views import Predict

GRAPH_BYTES_PER_PIXEL = 400  # of tensors between the layers, whose number is not known
BYTES_PER_CHANNEL = 12


def evaluation_of_graph(model: Model, result: str, mode: str, devices: Devices, progress: Progress) -> Evaluation:
    """How an imported graph is evaluated: decided by what its import found out.

    Raises:
        InputError: the graph cannot give this result, or not in this mode.
    """
    use, first = model.use, model.sources[0]
    assert use is not None
    _require_result(use, result)
    running = [RunningGraph(model.graph(), device) for device in devices.names]
    outputs = use.outputs if result == "values" else use.outputs[:1]
    shapes = [(s.patch_height, s.patch_width) for s in model.sources]
    answers = [answer_of(graph, use, outputs) for graph in running]
    sizes = [np.zeros((1, *shape, len(s.bands)), np.float32) for shape, s in zip(shapes, model.sources)]
    cells = answers[0](sizes)
    values, cells_px, dense = cells.shape[-1], use.expression_px, use.dense
    if result != "values" and use.answer != CLASSES:
        model.require_classes(values)
    memory = BYTES_PER_CHANNEL * (values + sum(len(s.bands) for s in model.sources)) + GRAPH_BYTES_PER_PIXEL
    if mode == "patch":
        dense = None
    if dense is None and mode == "dense":
        raise NotConvertible(
            f"This graph answers patches of {first.patch_width} × {first.patch_height} pixels only for SCALE="
            f"{use.pitch}; it is not evaluated on larger images. Use MODE=auto or MODE=patch, or import it with the "
            "SCALE of its own cells."
        )
    if dense is None:
        alignment, edges = cells_px, (0, 0)
        progress.info(f"Patch-by-patch evaluation on {devices.description}.")
    else:
        alignment, edges = dense.alignment, (dense.first, dense.last)
        progress.info(f"Fully convolutional evaluation on {devices.description}.")
    rows, columns = (
        [Field.of_cells(shape[axis], cells_px, use.scale, alignment, *edges, use.fineness) for shape in shapes]
        for axis in (0, 1)
    )

    def predicts(on_map_grid: Sequence[bool]) -> list[Predict]:
        require_common_grid = dense is not None or cells_px > 1
        if require_common_grid and not all(on_map_grid):
            raise InputError(
                "This model needs all its sources on grids of the same pixel size. Resample them first (“Warp”)."
            )
        if dense is None:
            plain = [graph_patch_predictor(answer, shapes, cells_px) for answer in answers]
        else:
            plain = [graph_image_predictor(answer, rows[0], columns[0]) for answer in answers]
        if result == "values":
            return plain
        return [as_scores(p, use.answer, model.classes, result == "classes") for p in plain]

    others = None if dense is None and cells_px == 1 else list(zip(rows[1:], columns[1:]))
    return Evaluation(rows[0], columns[0], predicts, devices, memory, values, others)


def _require_result(use: GraphUse, result: str) -> None:
    if result == "features":
        raise InputError("An imported graph has outputs, not features. Import it with the OUTPUTS that are wanted.")
    if result != "values" and use.answer == VALUES:
        raise InputError("This model answers with values, not with classes. Choose RESULT=values.")
    if result not in ("values", "classes") and use.answer == CLASSES:
        raise InputError(
            "This model answers with classes and without probabilities. Choose RESULT=classes, or import it with "
            "another output."
        )
