"""Extraction of a network's deep features at points."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, Optional

import numpy as np

from ..base.devices import choose_devices
from ..base.errors import InputError
from ..base.progress import Progress
from ..evaluation.evaluator import evaluator_of
from ..evaluation.model_inputs import Meaning, SourceImage, prepared, require_sources, source_images
from ..evaluation.patch_scores import compiled
from ..evaluation.predictors import layer_by_layer, with_memory_errors
from ..evaluation.rewritten_network import up_to_features
from ..evaluation.value_check import check_values
from ..images.as_learned import AS_RECORDED
from ..model.model_file import Model, load_model
from ..raster.raster_reader import RasterReader, limit_cache
from ..raster.window import Halo
from ..samples.patch_layers import Layer, cut_all, image_layer, report_rejections
from ..samples.point_values import FEATURES_TAG, write_values
from ..samples.points import PointFile, tell_lost_classes

PATCHES_AT_ONCE = 1024


def extract_features(
    points_path: str,
    images: Sequence[str],
    model_path: str,
    output: str,
    device: str = "auto",
    progress: Optional[Progress] = None,
    pixel_values: str = AS_RECORDED,
) -> dict[str, int]:
    """Writes points with the features that a network computes for their patches: value_0, value_1 ...

    They equal a map of the features at these pixels. Points on nodata, or so close to the edge of an image that their
    patch does not lie inside, are left out.

    Args:
        pixel_values: see model_inputs.Meaning.
    Returns:
        Number of accepted and rejected points.
    Raises:
        InputError: the images do not fit the model, or the model has no features per patch.
    """
    progress = progress or Progress()
    model = load_model(model_path)
    require_sources(images, model)
    network = _feature_network(model)
    devices = choose_devices(device)
    with ExitStack() as stack:
        readers = [stack.enter_context(RasterReader(image)) for image in images]
        limit_cache(readers)
        meaning = Meaning(pixel_values)
        sources = source_images(model, readers, progress, meaning)
        check_values(model, sources, meaning, progress)
        layers = [_layer_of(source) for source in sources]
        points, _, reasons = cut_all(PointFile(points_path), layers, progress.part(0.0, 0.5))
        report_rejections(points, layers, reasons, progress)
        accepted = np.flatnonzero((reasons == 0).all(axis=0))
        tell_lost_classes(points, accepted, progress)
        features = _features(network, sources, layers, accepted, devices.names[0], progress.part(0.5, 1.0))
    tags: dict[str, Any] = {FEATURES_TAG: {"model": model.fingerprint, "count": features.shape[1]}}
    write_values(output, points.take(accepted), features.T, tags)
    return {"accepted": len(accepted), "rejected": len(points) - len(accepted)}


def _feature_network(model: Model) -> Any:
    if not evaluator_of(model).has_features:
        raise InputError("A Random Forest or an imported graph has no features. Give a network as {p:model}.")
    network = up_to_features(model.network())
    shape = tuple(network.output_shape[1:])
    if len(shape) not in (1, 3) or shape[:-1] not in ((), (1, 1)):
        raise InputError(
            "The features of this network are an image of {shape} for each patch; expected one row of numbers. "
            "Give a network that answers a patch with one class.",
            shape=str(shape),
        )
    return network


def _layer_of(source: SourceImage) -> Layer:
    halo = Halo.of_patch(source.patch_width, source.patch_height)

    def on_nodata(patches: np.ndarray) -> np.ndarray:
        return ~source.reader.valid(patches[:, halo.top, halo.left])

    return image_layer(source.reader, source.patch_width, source.patch_height, on_nodata)


def _features(
    network: Any,
    sources: Sequence[SourceImage],
    layers: Sequence[Layer],
    accepted: np.ndarray,
    device: str,
    progress: Progress,
) -> np.ndarray:
    """(n, k) float32."""
    evaluate = with_memory_errors(compiled(layer_by_layer(network), device))
    parts, done = [], 0
    for group in zip(*(layer.stored(accepted, PATCHES_AT_ONCE) for layer in layers)):
        parts.append(evaluate([prepared(source, raw)[0] for source, raw in zip(sources, group)]))
        done += len(parts[-1])
        progress.report(done / len(accepted), "features")
    return np.concatenate(parts).reshape(len(accepted), -1)
