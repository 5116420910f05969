"""Predictors of networks on the blocks of a map: patch by patch or image to image, and the check of dense ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional, TypeVar

import numpy as np

from ..base.devices import Devices
from ..base.errors import InputError
from .dense import dense_predictor, of_any_size
from .dense_tensors import standardize
from .layer_geometry import MERGES
from .network_geometry import Field
from .patch_scores import Network, compiled
from .view import Predict, View

Given = TypeVar("Given")

PATCHES_PER_BATCH = 2048
CHECKED_BLOCK = (5, 7)
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Evaluation:
    """How a model is evaluated.

    Attributes:
        rows, columns: its geometry on the first source.
        predicts: makes one predictor for each device; takes for each source whether its pixels are those of the map.
        devices: that it runs on. bytes_per_pixel: of its tensors. channels: numbers that it outputs for each pixel.
        others: its geometry on the other sources, for image-to-image models; None where these are cut into patches.
    """

    rows: Field
    columns: Field
    predicts: Callable[[Sequence[bool]], list[Predict]]
    devices: Devices
    bytes_per_pixel: int
    channels: int = 0
    others: Optional[Sequence[tuple[Field, Field]]] = None


def patch_predictor(evaluate: Network, patch_shapes: Sequence[tuple[int, int]], device: str = "") -> Predict:
    """Runs a network on the patch of every pixel: slow, but correct for any network.

    Args:
        evaluate: patches (n, height, width, c), one tensor per source -> scores (n, k).
        patch_shapes: height and width of each source's patch.
    """
    scores_of = compiled(evaluate, device)

    def predict(views: Sequence[View]) -> np.ndarray:
        height, width = len(views[0].rows), len(views[0].columns)
        scores = [scores_of(patches) for patches in batches_of(views, patch_shapes)]
        return np.concatenate(scores).reshape(height, width, -1)

    return predict


def batches_of(
    views: Sequence[View], patch_shapes: Sequence[tuple[int, int]], size: int = PATCHES_PER_BATCH
) -> Iterator[list[np.ndarray]]:
    """The patches (n, height, width, c) of each source, for `size` pixels of the block at a time."""
    windows = [
        np.lib.stride_tricks.sliding_window_view(view.pixels, shape, axis=(0, 1))  # type: ignore[call-overload]
        for view, shape in zip(views, patch_shapes)
    ]
    width = len(views[0].columns)
    pixels = np.arange(len(views[0].rows) * width)
    for start in range(0, len(pixels), size):
        rows, columns = np.divmod(pixels[start : start + size], width)
        yield [np.moveaxis(w[v.rows[rows], v.columns[columns]], 1, -1) for w, v in zip(windows, views)]


def image_predictor(
    evaluate: Network, fields: tuple[Field, Field], only_classes: bool = False, device: str = ""
) -> Predict:
    """Runs an image-to-image network on a whole block, and keeps the cells that do not depend on the block's edge.

    Args:
        evaluate: blocks (1, h, w, c), one tensor per source -> scores (1, h', w', k).
        fields: of the rows and of the columns of the first source.
    """
    import tensorflow as tf

    skipped = [field.skipped for field in fields]

    def scores_of(rows: Any, columns: Any, *blocks: Any) -> Any:
        with tf.device(device):
            scores = evaluate(*(tf.cast(block, tf.float32)[tf.newaxis] for block in blocks))[0]
            scores = scores[skipped[0] : skipped[0] + rows, skipped[1] : skipped[1] + columns]
            return tf.argmax(scores, -1, tf.int32) if only_classes else scores

    graph = of_any_size(scores_of)

    def predict(views: Sequence[View]) -> np.ndarray:
        height, width = (field.cells(size) for size, field in zip(views[0].pixels.shape, fields))
        return np.asarray(graph(height, width, *(v.pixels for v in views)))

    return predict


def with_memory_errors(predict: Callable[[Given], np.ndarray]) -> Callable[[Given], np.ndarray]:
    """The same function, which raises MemoryError where TensorFlow runs out of memory."""
    import tensorflow as tf

    def guarded(given: Given) -> np.ndarray:
        try:
            return predict(given)
        except tf.errors.ResourceExhaustedError as error:
            raise MemoryError(str(error).splitlines()[0]) from error

    return guarded


def layer_by_layer(network: Any) -> Network:
    """A Keras network as a function that accepts images of any size, whatever size it was built for."""

    def evaluate(*images: Any) -> Any:
        values = {id(tensor): image for tensor, image in zip(network.inputs, images)}

        def value_of(tensor: Any) -> Any:
            if id(tensor) not in values:
                layer, node, _ = tensor._keras_history
                inputs = [value_of(t) for t in layer._inbound_nodes[node].input_tensors]
                values[id(tensor)] = _applied(layer, inputs)
            return values[id(tensor)]

        return value_of(network.outputs[0])

    return evaluate


def _applied(layer: Any, inputs: list[Any]) -> Any:
    kind = type(layer).__name__
    if (
        kind == "Normalization"
        and not layer.invert
        and len(inputs[0].shape) == 4
        and tuple(layer.axis) in ((-1,), (3,))
    ):
        return standardize(layer, inputs[0])  # Keras' own contains tensors that cannot be written to an ONNX file
    if kind == "UpSampling2D" and layer.interpolation == "bilinear":
        return _enlarged(layer, inputs[0])
    return layer(inputs if kind in MERGES else inputs[0], training=False)


def _enlarged(layer: Any, image: Any) -> Any:
    """Applies an UpSampling2D layer; Keras' own needs to know the size of the image (n, h, w, c)."""
    import tensorflow as tf

    return tf.image.resize(image, tf.shape(image)[1:3] * layer.size, layer.interpolation)


def require_equal_to_patches(
    network: Any,
    patch_shapes: Sequence[tuple[int, int]],
    on_map_grid: Sequence[bool],
    fills: Sequence[Sequence[float]],
) -> None:
    """Compares dense with patch-by-patch evaluation on random pixels.

    Args:
        fills: for each source a typical value of each band.
    Raises:
        InputError: they differ by more than rounding.
    """
    views = _random_views(patch_shapes, on_map_grid, fills)
    expected = patch_predictor(layer_by_layer(network), patch_shapes)(views)
    found = dense_predictor(network, patch_shapes, on_map_grid)(views)
    scale = max(float(np.abs(expected).max()), 1e-30)
    worst = float(np.abs(found - expected).max()) / scale
    if not worst <= TOLERANCE:
        raise InputError(
            "The dense evaluation of this network differs from patch by patch by {difference:.1e} of the largest "
            "score, more than rounding ({tolerance:.0e}). Use {p:mode=patch}, and please report it with the "
            "model file.",
            difference=worst,
            tolerance=TOLERANCE,
        )


def _random_views(
    patch_shapes: Sequence[tuple[int, int]], on_map_grid: Sequence[bool], fills: Sequence[Sequence[float]]
) -> list[View]:
    rng = np.random.default_rng(0)
    views = []
    for (height, width), same, fill in zip(patch_shapes, on_map_grid, fills):
        rows, columns = (np.arange(n, dtype=np.int32) // (1 if same else 2) for n in CHECKED_BLOCK)
        shape = int(rows[-1]) + height, int(columns[-1]) + width, len(fill)
        pixels = np.asarray(fill) + rng.normal(size=shape) * (np.abs(fill) / 3 + 1)
        views.append(View(pixels.astype(np.float32), rows, columns))
    return views
