"""A network as a function of raw pixels, in the form that other programs call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..evaluation.dense import dense_answers
from ..evaluation.evaluator import evaluator_of
from ..evaluation.layer_geometry import NotConvertible
from ..evaluation.network_geometry import Field, cells_of, fields_of_image, patch_shapes_of
from ..evaluation.predictors import layer_by_layer, require_equal_to_patches
from ..evaluation.rewritten_network import FEATURES_LAYER, simplified, up_to_features
from ..images.image_source import Source
from ..images.normalization import Normalization
from ..model.model_file import Model

DENSE, IMAGE, PATCHES = "dense", "image", "patches"
"""How a served network answers: at every pixel of what it is shown, as a patch network turned dense or as a network
that answers with an image by itself; or once for each patch, which has its size fixed."""

MAXIMUM_BYTES = 1_900_000_000  # a graph is one protobuf message, which holds less than 2 GiB

Function = Callable[..., tuple[Any, Any]]
"""One tensor (n, h, w, c) float32 of raw pixels for each source -> numbers (n, h', w', k) float32 and, without the last
axis, the indices of the largest ones. An index is found before a softmax rounds the scores, as it is for a map."""


@dataclass(frozen=True)
class Margin:
    """Pixels of a source around the output: above, below, to the left, to the right."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Served:
    """A network as a function of raw pixels.

    Attributes:
        evaluation: DENSE, IMAGE or PATCHES.
        margins: of each source; the output has as many rows and columns as the source without them. With PATCHES,
            they surround the single output pixel.
        alignment: rows and columns; sizes and shifts of images must be multiples of them.
        classes: the scores of the classes, which are probabilities if the network ends in a softmax.
        features: the values of the layer “features”; None if the network has no such layer.
        feature_count: number of features.
        reason: why the network is not served densely; None otherwise.
    """

    evaluation: str
    margins: tuple[Margin, ...]
    alignment: tuple[int, int]
    classes: Function
    features: Optional[Function]
    feature_count: int = 0
    reason: Optional[Message] = None


def serve(model: Model) -> Served:
    """The network of a model as a function of raw pixels, including the recorded normalization.

    Its best classes are those of the map that applymodel makes.

    Raises:
        InputError: the model has a forest, or is too large.
        NotConvertible: the network outputs an image whose geometry is unknown, or with larger or smaller pixels.
    """
    network = evaluator_of(model).network_to_export()
    size = sum(int(np.prod(weight.shape)) * 4 for weight in network.weights)
    if size > MAXIMUM_BYTES:
        raise InputError(
            "The network has {size:.1f} GB of weights; files of graphs hold less than 2 GB.", size=size / 1e9
        )
    features = None
    if any(layer.name == FEATURES_LAYER for layer in network.layers):
        features = simplified(up_to_features(network))
    network = simplified(network)
    fields = fields_of_image(network, patch_shapes_of(model.sources))
    if fields is not None:
        return _of_images(network, features, model.sources, fields)
    return _of_patches(network, features, model.sources)


def padded(image: Any, margin: Margin) -> Any:
    """An image (n, h, w, c), mirrored at the centers of its outermost pixels like the border of a map."""
    import tensorflow as tf

    return tf.pad(image, [[0, 0], [margin.top, margin.bottom], [margin.left, margin.right], [0, 0]], "REFLECT")


def _of_patches(network: Any, features: Any, sources: Sequence[Source]) -> Served:
    shapes = patch_shapes_of(sources)
    rows, columns = ([Field.of_patch(shape[axis]) for shape in shapes] for axis in (0, 1))
    margins = tuple(Margin(r.before, r.after, c.before, c.after) for r, c in zip(rows, columns))
    evaluation = DENSE
    reason: Optional[Message] = None
    try:
        _require_one_pixel_size(sources)
        fills = [s.fill or (0.0,) * len(s.bands) for s in sources]
        require_equal_to_patches(network, shapes, [True] * len(sources), fills)
    except NotConvertible as why:
        evaluation, reason = PATCHES, why.message

    def answering(part: Any) -> Function:
        if evaluation == DENSE:
            return _of_raw(dense_answers(part, shapes), sources)
        evaluate = layer_by_layer(part)
        return _of_raw(lambda *patches: _with_indices(_as_images(evaluate(*patches))), sources)

    return _served(evaluation, margins, (1, 1), network, features, answering, reason)


def _require_one_pixel_size(sources: Sequence[Source]) -> None:
    if len({source.pixel_size for source in sources}) > 1:
        sizes = [f"{s.pixel_size[0]:g} × {s.pixel_size[1]:g}" for s in sources]
        raise NotConvertible("its images have pixels of different size ({sizes: and })", sizes=sizes)


def _with_indices(scores: Any) -> tuple[Any, Any]:
    import tensorflow as tf

    return scores, tf.argmax(scores, -1, tf.int32)


def _as_images(answers: Any) -> Any:
    """(n, k) or (n, 1, 1, k) -> (n, 1, 1, k)"""
    import tensorflow as tf

    return tf.reshape(answers, (-1, 1, 1, answers.shape[-1]))


def _of_images(
    network: Any, features: Any, sources: Sequence[Source], of_sources: Sequence[tuple[Field, Field]]
) -> Served:
    _require_one_pixel_size(sources)
    size, fields = (sources[0].patch_height, sources[0].patch_width), of_sources[0]
    if any(field.pitch != 1 for of_source in of_sources for field in of_source):
        raise NotConvertible(
            "This network answers with pixels of another size than those of its image, and cannot be exported. "
            "Train one of the architectures of RasterLearn."
        )
    # The same on all sides, as OTBTF cuts its blocks, and a multiple of the network's alignment.
    widths = [-(-max(field.before, field.after) // field.alignment) * field.alignment for field in fields]
    cut = [(length - cells_of(network, axis, length) + 1) // 2 for axis, length in enumerate(size)]
    margins = (Margin(widths[0], widths[0], widths[1], widths[1]),) * len(sources)

    def answering(part: Any) -> Function:
        evaluate = layer_by_layer(part)

        def inner(*images: Any) -> tuple[Any, Any]:
            import tensorflow as tf

            height, width = (tf.shape(images[0])[1 + axis] - 2 * widths[axis] for axis in (0, 1))
            top, left = (widths[axis] - cut[axis] for axis in (0, 1))
            return _with_indices(evaluate(*images)[:, top : top + height, left : left + width])

        return _of_raw(inner, sources)

    return _served(IMAGE, margins, (fields[0].alignment, fields[1].alignment), network, features, answering)


def _served(
    evaluation: str,
    margins: tuple[Margin, ...],
    alignment: tuple[int, int],
    network: Any,
    features: Any,
    answering: Callable[[Any], Function],
    reason: Optional[Message] = None,
) -> Served:
    count = int(features.output_shape[-1]) if features is not None else 0
    of_features = answering(features) if features is not None else None
    return Served(evaluation, margins, alignment, answering(network), of_features, count, reason)


def _of_raw(function: Function, sources: Sequence[Source]) -> Function:
    """The function of raw pixels, normalized in float64 and rounded to float32 like `Normalization.apply`."""

    def evaluate(*images: Any) -> tuple[Any, Any]:
        return function(*(_normalized(_with_zeros(image, s), s.normalization) for image, s in zip(images, sources)))

    return evaluate


def _with_zeros(image: Any, source: Source) -> Any:
    """An image with 0 in the bands that the model leaves out."""
    import tensorflow as tf

    if not source.ignored:
        return image
    return tf.where(np.isin(np.arange(len(source.bands)), source.ignored), tf.zeros((), image.dtype), image)


def _normalized(image: Any, normalization: Optional[Normalization]) -> Any:
    import tensorflow as tf

    if normalization is None:
        return image
    gain, bias = (tf.constant(values, tf.float64) for values in (normalization.gain, normalization.bias))
    return tf.cast(tf.cast(image, tf.float64) * gain + bias, tf.float32)
