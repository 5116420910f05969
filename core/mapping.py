"""From a model file and images to a map: chooses how the model is evaluated, plans the work, and does it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np

from .block_reader import BlockReader
from .blocks import Window
from .dense import dense_predictor
from .devices import Devices, choose_devices
from .encoding import Encoder
from .errors import InputError, ModelFileError
from .evaluation import (
    image_predictor,
    layer_by_layer,
    patch_predictor,
    require_equal_to_patches,
    with_memory_errors,
)
from .field import Field, fields_of_image
from .folding import lean
from .forest import Forest
from .inference import Evaluator, Mapping, part_of, write_map
from .journal import Journal, identity_of_files
from .model_file import FOREST, HYBRID, Model, load_model
from .model_inputs import require_sources, source_image, up_to_features
from .neighborhood import BYTES_PER_NUMBER, with_statistics
from .plan import Plan, bytes_on_disk, make_plan, require_free_space
from .progress import Progress, duration_text
from .raster import RasterReader, limit_cache
from .source import Source
from .taps import NotConvertible
from .version import rasterlearn_version
from .views import Predict, View

FOREST_BYTES_PER_PIXEL = 600  # ranks, keys and probabilities of a block


@dataclass(frozen=True)
class Options:
    """What the user wants of a map; the words are those of `choices`.

    Attributes:
        precision: float32, or uint8 for probabilities, confidence and entropy.
        mode: auto (dense where the network allows it), dense, or patch (patch by patch; slow).
        extent: x_min, x_max, y_min, y_max in the first image's CRS. box: pixels. block_px: 0 chooses it.
        device: auto, cpu, gpu or gpu:N. resume: keep a journal, and go on where an earlier run ended.
        dry_run: tell what would be done, and do nothing.
    """

    result: str = "classes"
    precision: str = "float32"
    mode: str = "auto"
    border: str = "full"
    extent: Optional[Sequence[float]] = None
    box: Optional[Window] = None
    block_px: int = 0
    device: str = "auto"
    resume: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class _Evaluation:
    """How a model is evaluated: its geometry on the first source, and one predictor for each device."""

    rows: Field
    columns: Field
    predicts: Callable[[BlockReader], list[Predict]]
    devices: Devices
    bytes_per_pixel: int
    feature_count: int = 0
    answers_with_image: bool = False


def apply_model(
    images: Sequence[str],
    model_path: str,
    output: str,
    options: Optional[Options] = None,
    progress: Optional[Progress] = None,
) -> None:
    """Maps images with a network, a forest, or a forest on the features of a network.

    Args:
        images: one for each source of the model, in its order; the first one defines the grid of the map.
    Raises:
        InputError: the images do not fit the model, or the model file cannot be used.
    """
    progress, options = progress or Progress(), options or Options()
    model = load_model(model_path)
    require_sources(images, model)
    with ExitStack() as stack:
        readers = [stack.enter_context(RasterReader(image)) for image in images]
        limit_cache(readers)
        sources = [source_image(source, reader, progress) for source, reader in zip(model.sources, readers)]
        evaluation = _evaluation(model, options, progress)
        blocks = BlockReader(sources, evaluation.rows, evaluation.columns, evaluation.answers_with_image)
        area = part_of(blocks, blocks.area(options.border), options.box, options.extent)
        encoder = Encoder(options.result, model.classes, options.precision, evaluation.feature_count)
        plan = _plan(blocks, area, evaluation, len(encoder.band_names) * encoder.dtype.itemsize, options)
        needed = bytes_on_disk(
            area.pixels, len(encoder.band_names), encoder.dtype.itemsize, encoder.only_classes, options.resume
        )
        tags: dict[str, Any] = {"MODEL": model.fingerprint, "VERSION": rasterlearn_version(), "RESULT": options.result}
        predicts = evaluation.predicts(blocks)
        mapping = Mapping(blocks, predicts, plan, encoder, model.classes, evaluation.devices.description, tags)
        if options.dry_run:
            _tell_plan(mapping, needed, progress)
            return
        require_free_space(output, needed)
        journal = None
        if options.resume:
            journal, mapping = _with_journal(output, mapping, images, model, options)
        write_map(output, mapping, journal, progress)


def _plan(blocks: BlockReader, area: Window, evaluation: _Evaluation, written_bytes: int, options: Options) -> Plan:
    raw_bytes = written_bytes + sum(s.reader.band_count * s.reader.dtype.itemsize for s in blocks.sources)
    margin = max(f.before + f.after for f in (blocks.rows, blocks.columns))
    memory = evaluation.devices.memory_bytes
    return make_plan(area, raw_bytes, evaluation.bytes_per_pixel, margin, options.block_px, memory)


def _with_journal(
    output: str, mapping: Mapping, images: Sequence[str], model: Model, options: Options
) -> tuple[Journal, Mapping]:
    """The journal, and the mapping cut into the same strips as in the run that began it."""
    plan = mapping.plan
    identity = {
        "model": model.fingerprint,
        "image": _identity(images),
        "version": rasterlearn_version(),
        "RESULT": [options.result, options.precision],
        "area": [plan.area.x, plan.area.y, plan.area.width, plan.area.height],
    }
    journal = Journal(output, identity, {"block_px": plan.block_px, "panel_px": plan.panel_px})
    return journal, replace(mapping, plan=Plan(plan.area, **journal.layout))


def _identity(images: Sequence[str]) -> list[list[Any]]:
    """Each image with the state of its files, in their order: another order makes another map."""
    return [
        [os.path.abspath(image) if os.path.exists(image) else image, identity_of_files([image])] for image in images
    ]


def _tell_plan(mapping: Mapping, bytes_needed: int, progress: Progress) -> None:
    """Computes one block to estimate the rest."""
    plan, blocks = mapping.plan, mapping.blocks
    area, strip = plan.area, plan.strips()[0]
    first = next(
        blocks.strips([Window(strip.x, strip.y, min(strip.width, plan.block_px), strip.height)], plan.block_px)
    )
    evaluate = Evaluator(mapping.predicts[0], blocks, progress)
    evaluate(first)  # includes what is done only once
    started = time.monotonic()
    mapping.encoder(first.crop(evaluate(first)), first.valid)
    speed = first.window.pixels * len(mapping.predicts) / max(time.monotonic() - started, 1e-9)
    size = blocks.grid_of(area).pixel_size
    progress.info(
        f"Dry run, nothing is written. Map: {area.width} × {area.height} pixels of {size[0]:g} × {size[1]:g}, "
        f"{len(mapping.encoder.band_names)} band(s) of {mapping.encoder.dtype}, up to {bytes_needed / 1e9:.2f} GB. "
        f"{plan.block_count} blocks of {plan.block_px} × {plan.block_px}. About {speed / 1e6:.2f} Mpx/s on "
        f"{mapping.device}: {duration_text(area.pixels / speed)}."
    )


def _evaluation(model: Model, options: Options, progress: Progress) -> _Evaluation:
    if model.kind == FOREST:
        return _of_forest(model, options, progress)
    head = model.forest() if model.kind == HYBRID and options.result != "features" else None
    progress.info("Loading TensorFlow …")
    devices = choose_devices(options.device)
    if devices.warning:
        progress.warning(devices.warning)
    network = model.network()
    if options.result == "features" or model.kind == HYBRID:
        network, options = up_to_features(network), replace(options, result="features")
    evaluation = _of_network(lean(network), model.sources, options, devices, progress)
    if head is not None:
        evaluation = _followed_by(head, evaluation)
    return replace(evaluation, predicts=lambda blocks: [with_memory_errors(p) for p in evaluation.predicts(blocks)])


def _of_forest(model: Model, options: Options, progress: Progress) -> _Evaluation:
    if options.result == "features":
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
    return _Evaluation(Field.of_patch(height), Field.of_patch(width), lambda blocks: [predict], cpu, memory)


def _followed_by(forest: Forest, evaluation: _Evaluation) -> _Evaluation:
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
    return replace(evaluation, predicts=lambda blocks: [joined(p) for p in predicts(blocks)], bytes_per_pixel=memory)


def _of_network(
    network: Any, sources: Sequence[Source], options: Options, devices: Devices, progress: Progress
) -> _Evaluation:
    """Decides how a network is evaluated, from its graph."""
    first, only_classes = sources[0], options.result == "classes"
    shapes = [(s.patch_height, s.patch_width) for s in sources]
    features = int(network.output_shape[-1])
    memory = _bytes_per_pixel(network)
    fields = fields_of_image(network, shapes[0])
    if fields is not None:
        progress.info(f"Image-to-image network: {_field_text(fields)}, on {devices.description}.")

        def of_images(blocks: BlockReader) -> list[Predict]:
            if not all(blocks.on_map_grid):
                raise InputError(
                    "A network that answers with an image needs all its sources on grids of the same pixel size. "
                    "Resample them first (“Warp”)."
                )
            return [image_predictor(layer_by_layer(network), fields, only_classes, d) for d in devices.names]

        return _Evaluation(*fields, of_images, devices, memory, features, True)

    def of_patches(blocks: BlockReader) -> list[Predict]:
        return _patch_predictors(network, shapes, blocks.on_map_grid, sources, options, devices, progress)

    rows, columns = Field.of_patch(first.patch_height), Field.of_patch(first.patch_width)
    return _Evaluation(rows, columns, of_patches, devices, memory, features)


def _patch_predictors(
    network: Any,
    shapes: Sequence[tuple[int, int]],
    on_map_grid: Sequence[bool],
    sources: Sequence[Source],
    options: Options,
    devices: Devices,
    progress: Progress,
) -> list[Predict]:
    only_classes = options.result == "classes"
    if options.mode != "patch":
        try:
            require_equal_to_patches(network, shapes, on_map_grid, [s.fill or (0.0,) * len(s.bands) for s in sources])
            predicts = [dense_predictor(network, shapes, on_map_grid, only_classes, d) for d in devices.names]
            progress.info(f"Dense evaluation on {devices.description}, compared with patch by patch on random pixels.")
            return predicts
        except NotConvertible as reason:
            if options.mode == "dense":
                raise NotConvertible(
                    f"This network cannot be evaluated densely: {reason}. Use MODE=auto or MODE=patch."
                ) from reason
            progress.warning(f"This network is evaluated patch by patch, which is slow: {reason}.")
    progress.info(f"Patch-by-patch evaluation on {devices.description}.")
    return [patch_predictor(layer_by_layer(network), shapes, d) for d in devices.names]


def _field_text(fields: tuple[Field, Field]) -> str:
    rows, columns = fields
    return (
        f"it needs {columns.before} + {columns.after} × {rows.before} + {rows.after} pixels around a block, "
        f"repeats itself every {columns.alignment} × {rows.alignment} pixels"
    )


def _bytes_per_pixel(network: Any) -> int:
    """Of the tensors that a pixel needs at a time: those before and after the widest layer, and one between."""
    tensors = [t for layer in network.layers for node in layer._inbound_nodes for t in node.output_tensors]
    channels = [int(tensor.shape[-1]) for tensor in tensors if len(tensor.shape) == 4]
    channels += [layer.units for layer in network.layers if type(layer).__name__ == "Dense"]
    pairs = [a + b for a, b in zip(channels, channels[1:])] or channels
    return 4 * (max(pairs) + max(channels)) + 64
