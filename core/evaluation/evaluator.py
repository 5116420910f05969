"""How networks, forests and both together are evaluated: decided by what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..base.devices import Devices, choose_devices
from ..base.errors import InputError, ModelFileError
from ..base.progress import Progress
from ..images.image_source import Source
from ..images.neighborhood import BYTES_PER_NUMBER, with_statistics
from ..model.forest import Forest
from ..model.model_file import FOREST, GRAPH, HYBRID, Model
from .dense import dense_predictor
from .graph_predictors import evaluation_of_graph
from .layer_geometry import NotConvertible
from .network_geometry import Field, fields_of_image
from .predictors import (
    Evaluation,
    image_predictor,
    layer_by_layer,
    patch_predictor,
    require_equal_to_patches,
    with_memory_errors,
)
from .rewritten_network import lean, up_to_features
from .view import Predict, View

FOREST_BYTES_PER_PIXEL = 600  # ranks, keys and probabilities of a block


def evaluation_of(model: Model, result: str, mode: str, device: str, progress: Progress) -> Evaluation:
    """How a model is evaluated; loads it.

    Args:
        result, mode, device: see mapping.Options.
    Raises:
        InputError: the model cannot give this result, or not in this mode.
    """
    if model.kind == FOREST:
        return _of_forest(model, result, progress)
    head = model.forest() if model.kind == HYBRID and result != "features" else None
    progress.info("Loading TensorFlow …")
    devices = choose_devices(device)
    if devices.warning:
        progress.warning(devices.warning)
    if model.kind == GRAPH:
        return evaluation_of_graph(model, result, mode, devices, progress)
    network = model.network()
    if result == "features" or model.kind == HYBRID:
        network, result = up_to_features(network), "features"
    evaluation = _of_network(lean(network), model.sources, result, mode, devices, progress)
    if head is not None:
        evaluation = _followed_by(head, evaluation)
    return replace(evaluation, predicts=lambda same: [with_memory_errors(p) for p in evaluation.predicts(same)])


def _of_forest(model: Model, result: str, progress: Progress) -> Evaluation:
    if result == "features":
        raise InputError("A Random Forest has no features. Give a network, or another RESULT.")
    forest, source, cpu = model.forest(), model.sources[0], Devices(("/CPU:0",), "CPU")
    height, width = source.patch_height, source.patch_width

    def of_pixels(views: Sequence[View]) -> np.ndarray:
        return forest.predict(views[0].pixels)

    def of_neighborhoods(views: Sequence[View]) -> np.ndarray:
        return forest.predict(with_statistics(views[0].pixels, height, width))

    memory = FOREST_BYTES_PER_PIXEL
    if source.neighborhood:
        progress.info(f"Mean and standard deviation of {width} × {height} pixels are computed with the map.")
        memory += BYTES_PER_NUMBER + 4 * source.value_count
    predict: Predict = of_neighborhoods if source.neighborhood else of_pixels
    return Evaluation(Field.of_patch(height), Field.of_patch(width), lambda on_map_grid: [predict], cpu, memory)


def _followed_by(forest: Forest, evaluation: Evaluation) -> Evaluation:
    """The evaluation of a network's features, and of a forest on them."""
    if forest.feature_count != evaluation.feature_count:
        raise ModelFileError(
            f"The model file is damaged: its forest needs {forest.feature_count} features, its network has "
            f"{evaluation.feature_count}."
        )

    def joined(features: Predict) -> Predict:
        return lambda views: forest.predict(features(views))

    memory = evaluation.bytes_per_pixel + FOREST_BYTES_PER_PIXEL + 4 * forest.feature_count
    predicts = evaluation.predicts
    return replace(evaluation, predicts=lambda same: [joined(p) for p in predicts(same)], bytes_per_pixel=memory)


def _of_network(
    network: Any, sources: Sequence[Source], result: str, mode: str, devices: Devices, progress: Progress
) -> Evaluation:
    """Decides how a network is evaluated, from its graph."""
    first, only_classes = sources[0], result == "classes"
    shapes = [(s.patch_height, s.patch_width) for s in sources]
    features = int(network.output_shape[-1])
    memory = _bytes_per_pixel(network)
    fields = fields_of_image(network, shapes)
    if fields is not None:
        progress.info(f"Image-to-image network: {_field_text(fields[0])}, on {devices.description}.")

        def of_images(on_map_grid: Sequence[bool]) -> list[Predict]:
            _require_meeting(on_map_grid, fields)
            return [image_predictor(layer_by_layer(network), fields[0], only_classes, d) for d in devices.names]

        return Evaluation(*fields[0], of_images, devices, memory, features, fields[1:])

    def of_patches(on_map_grid: Sequence[bool]) -> list[Predict]:
        return _patch_predictors(network, shapes, on_map_grid, sources, only_classes, mode, devices, progress)

    rows, columns = Field.of_patch(first.patch_height), Field.of_patch(first.patch_width)
    return Evaluation(rows, columns, of_patches, devices, memory, features)


def _patch_predictors(
    network: Any,
    shapes: Sequence[tuple[int, int]],
    on_map_grid: Sequence[bool],
    sources: Sequence[Source],
    only_classes: bool,
    mode: str,
    devices: Devices,
    progress: Progress,
) -> list[Predict]:
    if mode != "patch":
        try:
            require_equal_to_patches(network, shapes, on_map_grid, [s.fill or (0.0,) * len(s.bands) for s in sources])
            predicts = [dense_predictor(network, shapes, on_map_grid, only_classes, d) for d in devices.names]
            progress.info(f"Dense evaluation on {devices.description}, compared with patch by patch on random pixels.")
            return predicts
        except NotConvertible as reason:
            if mode == "dense":
                raise NotConvertible(
                    f"This network cannot be evaluated densely: {reason}. Use MODE=auto or MODE=patch."
                ) from reason
            progress.warning(f"This network is evaluated patch by patch, which is slow: {reason}.")
    progress.info(f"Patch-by-patch evaluation on {devices.description}.")
    return [patch_predictor(layer_by_layer(network), shapes, d) for d in devices.names]


def _require_meeting(on_map_grid: Sequence[bool], fields: Sequence[tuple[Field, Field]]) -> None:
    """Raises InputError if the network cannot be shown these images: one that does not lie as it needs is False."""
    if all(on_map_grid):
        return
    first = fields[0]
    for number, (meets, field) in enumerate(zip(on_map_grid, fields), start=1):
        across, down = (other.pitch / one.pitch for one, other in zip(first[::-1], field[::-1]))
        if not meets and not across == down == 1:
            raise InputError(
                f"The network needs image {number} with {across} × {down} pixels for each pixel of the first image, "
                "the edges of the larger pixels on those of the smaller ones. Resample it first (“Warp”)."
            )
    raise InputError(
        "A network that answers with an image needs all its sources on grids of the same pixel size. "
        "Resample them first (“Warp”)."
    )


def _field_text(fields: tuple[Field, Field]) -> str:
    rows, columns = fields
    left, right, top, bottom = (
        -(-units // field.fineness) for field in (columns, rows) for units in (field.before, field.after)
    )
    return (
        f"it needs {left} + {right} × {top} + {bottom} pixels around a block, "
        f"repeats itself every {columns.alignment} × {rows.alignment} pixels"
    )


def _bytes_per_pixel(network: Any) -> int:
    """Of the tensors that a pixel needs at a time: those before and after the widest layer, and one between."""
    tensors = [t for layer in network.layers for node in layer._inbound_nodes for t in node.output_tensors]
    channels = [int(tensor.shape[-1]) for tensor in tensors if len(tensor.shape) == 4]
    channels += [layer.units for layer in network.layers if type(layer).__name__ == "Dense"]
    pairs = [a + b for a, b in zip(channels, channels[1:])] or channels
    return 4 * (max(pairs) + max(channels)) + 64
