"""The output of a network in training: scores of a patch or of pixels, their position in it, and their logits."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Optional

from ..base.errors import InputError
from ..evaluation.network_geometry import cells_of, fields_of
from ..samples.patch_set import PatchSet


def outputs_an_image(network: Any) -> bool:
    """Whether a network outputs scores of pixels, (n, h', w', k), instead of whole patches."""
    return len(network.output_shape) == 4


def rows_and_columns(network: Any, patches: PatchSet) -> Optional[tuple[slice, slice]]:
    """The part of each target patch that the network's output covers; None if it predicts one class per patch."""
    if not outputs_an_image(network):
        return None
    return target_window(network, [shape[:2] for shape in patches.shapes], patches.answers.shape[1:3])


def target_window(network: Any, shapes: Sequence[tuple[int, int]], target: tuple[int, ...]) -> tuple[slice, slice]:
    """Rows and columns of a target patch that the cells of the network's output cover, as in a map.

    Args:
        shapes: rows and columns of the patch of each source. target: rows and columns of a target patch.
    Raises:
        InputError: the output has larger or smaller pixels than the targets, or its geometry is unknown.
    """
    if tuple(network.output_shape[1:3]) == tuple(target):
        return slice(0, target[0]), slice(0, target[1])
    slices = []
    for axis in (0, 1):
        sizes = [shape[axis] for shape in shapes]
        field = fields_of(network, axis, sizes)[0]
        if field.pitch * target[axis] != sizes[0]:
            raise InputError(
                "The network answers with a pixel for every {pitch} pixels of the first image, but the targets "
                "have one for every {received}. Extract targets of the pixel size that it answers with, or "
                "choose another network.",
                pitch=field.pitch,
                received=Fraction(sizes[0], target[axis]),
            )
        first = (field.before - field.skipped * field.step) // field.step
        slices.append(slice(first, first + cells_of(network, axis, sizes)))
    return slices[0], slices[1]


def logits_of(network: Any) -> Any:
    """The network up to the scores before its softmax, or else the logarithm of its output."""
    import keras

    last = ends_in_softmax(network)
    if last == "Softmax" or last == "Activation":
        return keras.Model(network.inputs, network.layers[-1].input)
    logarithm = keras.ops.log(keras.ops.clip(network.outputs[0], 1e-7, 1.0))
    return keras.Model(network.inputs, logarithm)


def ends_in_softmax(network: Any) -> Optional[str]:
    """The kind of the last layer if it is a softmax or ends in one, else None."""
    last = network.layers[-1]
    kind = type(last).__name__
    activation = getattr(getattr(last, "activation", None), "__name__", "")
    return kind if kind == "Softmax" or activation == "softmax" else None
