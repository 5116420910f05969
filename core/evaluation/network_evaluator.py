"""The evaluator of networks, which chooses dense, patch-by-patch or image-to-image evaluation by their layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..base.devices import Devices
from ..base.errors import InputError
from ..base.map_results import Needs
from ..base.messages import Message
from ..base.progress import Progress
from ..images.image_source import Source
from ..model.model_file import Model
from .dense import dense_predictor
from .layer_geometry import NotConvertible
from .model_evaluator import ModelEvaluator, started
from .network_geometry import Field, cells_of, fields_of_image, patch_shapes_of
from .patch_scores import PatchScores, scores_of_network
from .predictors import (
    Evaluation,
    image_predictor,
    layer_by_layer,
    patch_predictor,
    require_equal_to_patches,
    with_memory_errors,
)
from .rewritten_network import simplified, up_to_features
from .view import Predict


@dataclass(frozen=True)
class NetworkEvaluator(ModelEvaluator):
    """A Keras network."""

    model: Model
    framework = "Keras"
    library = "keras"
    has_features = True
    trains_itself = False

    def pixels(self, needs: Needs, mode: str, device: str, progress: Progress) -> Evaluation:
        devices = started(device, progress)
        network = self.model.network()
        if needs is Needs.FEATURES:
            network = up_to_features(network)
        asked = PixelRequest(needs is Needs.CLASS, mode, devices, progress)
        return guarded(pixels_of_network(network, self.model.sources, asked))

    def patches(self, name: str) -> PatchScores:
        return scores_of_network(require_one_class(self.model.network(), name))

    def patch_answer(self) -> tuple[int, ...]:
        network, shapes = self.model.network(), patch_shapes_of(self.model.sources)
        if fields_of_image(network, shapes) is None:
            return super().patch_answer()
        rows, columns = (cells_of(network, axis, [shape[axis] for shape in shapes]) for axis in (0, 1))
        return (rows, columns, *super().patch_answer())

    def network_to_export(self) -> Any:
        return self.model.network()

    def network_to_train(self) -> Any:
        return self.model.network()


def require_one_class(network: Any, name: str) -> Any:
    """The network. Raises InputError if its output for a patch is an image."""
    if len(network.output_shape) != 2:
        raise InputError(
            "“{model}” answers with an image for a patch, so it has no single class for it. Compare the maps "
            "made with it instead ({p:maps}).",
            model=name,
        )
    return network


@dataclass(frozen=True)
class PixelRequest:
    """How the pixels of a map are to be evaluated.

    Attributes:
        only_classes: class indices are enough. mode: auto, dense or patch.
    """

    only_classes: bool
    mode: str
    devices: Devices
    progress: Progress


def guarded(evaluation: Evaluation) -> Evaluation:
    """The same evaluation, which raises MemoryError where TensorFlow runs out of memory."""
    return replace(evaluation, predicts=lambda same: [with_memory_errors(p) for p in evaluation.predicts(same)])


def pixels_of_network(network: Any, sources: Sequence[Source], asked: PixelRequest) -> Evaluation:
    """Decides by the layers of a network how it is evaluated."""
    network, first, devices = simplified(network), sources[0], asked.devices
    shapes = patch_shapes_of(sources)
    channels = int(network.output_shape[-1])
    memory = _bytes_per_pixel(network)
    fields = fields_of_image(network, shapes)
    if fields is not None:
        asked.progress.info(
            "Image-to-image network: {needs}, on {device}.", needs=_field_text(fields[0]), device=devices.description
        )

        def of_images(on_map_grid: Sequence[bool]) -> list[Predict]:
            require_meeting(on_map_grid, fields)
            return [image_predictor(layer_by_layer(network), fields[0], asked.only_classes, d) for d in devices.names]

        return Evaluation(*fields[0], of_images, devices, memory, channels, fields[1:])

    def of_patches(on_map_grid: Sequence[bool]) -> list[Predict]:
        return _patch_predictors(network, sources, on_map_grid, asked)

    rows, columns = Field.of_patch(first.patch_height), Field.of_patch(first.patch_width)
    return Evaluation(rows, columns, of_patches, devices, memory, channels)


def _patch_predictors(
    network: Any, sources: Sequence[Source], on_map_grid: Sequence[bool], asked: PixelRequest
) -> list[Predict]:
    devices, progress = asked.devices, asked.progress
    shapes = patch_shapes_of(sources)
    if asked.mode != "patch":
        try:
            require_equal_to_patches(network, shapes, on_map_grid, [s.fill or (0.0,) * len(s.bands) for s in sources])
            predicts = [dense_predictor(network, shapes, on_map_grid, asked.only_classes, d) for d in devices.names]
            progress.info(
                "Dense evaluation on {device}, compared with patch by patch on random pixels.",
                device=devices.description,
            )
            return predicts
        except NotConvertible as reason:
            if asked.mode == "dense":
                raise NotConvertible(
                    "This network cannot be evaluated densely: {reason}. Use {p:mode=auto} or {p:mode=patch}.",
                    reason=reason,
                ) from reason
            progress.warning("This network is evaluated patch by patch, which is slow: {reason}.", reason=reason)
    progress.info("Patch-by-patch evaluation on {device}.", device=devices.description)
    return [patch_predictor(layer_by_layer(network), shapes, d) for d in devices.names]


def require_meeting(on_map_grid: Sequence[bool], fields: Sequence[tuple[Field, Field]]) -> None:
    """Raises InputError if an image does not have the grid that the network needs: False in `on_map_grid`."""
    if all(on_map_grid):
        return
    first = fields[0]
    for number, (meets, field) in enumerate(zip(on_map_grid, fields), start=1):
        across, down = (other.pitch / one.pitch for one, other in zip(first[::-1], field[::-1]))
        if not meets and not across == down == 1:
            raise InputError(
                "The network needs image {number} with {width} × {height} pixels for each pixel of the first "
                "image, the edges of the larger pixels on those of the smaller ones. Resample it first (“Warp”).",
                number=number,
                width=across,
                height=down,
            )
    raise InputError(
        "A network that answers with an image needs all its sources on grids of the same pixel size. Resample "
        "them first (“Warp”)."
    )


def _field_text(fields: tuple[Field, Field]) -> Message:
    rows, columns = fields
    left, right, top, bottom = (
        -(-units // field.fineness) for field in (columns, rows) for units in (field.before, field.after)
    )
    return Message(
        "it needs {left} + {right} × {top} + {bottom} pixels around a block, repeats itself every {columns} × "
        "{rows} pixels",
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        columns=columns.alignment,
        rows=rows.alignment,
    )


def _bytes_per_pixel(network: Any) -> int:
    """Memory for the tensors of a pixel at any one time: before and after the widest layer, and one between."""
    tensors = [t for layer in network.layers for node in layer._inbound_nodes for t in node.output_tensors]
    channels = [int(tensor.shape[-1]) for tensor in tensors if len(tensor.shape) == 4]
    channels += [layer.units for layer in network.layers if type(layer).__name__ == "Dense"]
    pairs = [a + b for a, b in zip(channels, channels[1:])] or channels
    return 4 * (max(pairs) + max(channels)) + 64
