"""Import of Keras networks (.keras) as model files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message, parameter
from ..base.progress import Progress
from ..base.version import library_versions
from ..images.image_source import Source
from ..images.value_target import Target
from ..model.graph_use import CLASSES, PROBABILITIES, SCORES, VALUES
from ..model.model_file import NETWORK, Model, save_model
from ..model.network_file import open_own_network
from ..raster.classes import ClassMap
from .import_options import ImportOptions
from .imported_classes import classes_of_answer
from .input_discovery import sources_of
from .probed_answers import answers_to_random_images, are_shares, require_probabilities

KERAS = ".keras"
_PROBABLE = ("softmax", "sigmoid", "hard_sigmoid")  # activations whose numbers are probabilities, be their sum 1 or not
_REMEDY = Message(
    "Export it as a SavedModel instead – network.export(“folder”) in Python –, and import saved_model.pb in that folder"
)


def import_network(
    path: str, output: Optional[str], wanted: ImportOptions, images: Sequence[str], progress: Progress
) -> dict[str, Any]:
    """Makes a model file of a Keras network; see `importing.import_model`. Its geometry is derived from its layers."""
    network, payload = open_own_network(path, _REMEDY)
    names = [str(tensor.name) for tensor in network.inputs]
    shapes = [tuple(tensor.shape) for tensor in network.inputs]
    for name, shape in zip(names, shapes):
        progress.info("Input {name}: {sides: × }", name=name, sides=_sides(shape))
    progress.info("Output: {sides: × }", sides=_sides(network.output_shape))
    progress.info("Layers: {layers}", layers=[layer.name for layer in network.layers])
    if not output:
        return {}
    _require_no_tensors(wanted)
    sources = sources_of(shapes, wanted, images, names)
    sources = [_with_both_sides(source) for source in sources]
    fills = tuple(source.with_fill((0.0,) * len(source.bands)) for source in sources)
    name = os.path.splitext(os.path.basename(path))[0]
    training = {"imported": os.path.basename(path), "versions": library_versions("keras", "tensorflow")}
    count, answer = int(network.output_shape[-1]), _answer_of(network, sources, wanted.answer, progress)
    if answer == VALUES:
        bands = ("value",) if count == 1 else tuple(f"value {number}" for number in range(1, count + 1))
        target = Target(Source(bands, sources[0].pixel_size), "float32", is_foreign=True)
        model = Model(NETWORK, name, ClassMap(()), fills, payload, training, target=target)
        progress.info("It answers with values: {values}.", values=bands)
    else:
        classes = classes_of_answer(answer, count, wanted.legend)
        model = Model(NETWORK, name, classes, fills, payload, training)
        ended = _ending_in_probabilities(network, answer)
        if ended is not network:
            model = Model.of_network(ended, name, classes, fills, training)
        progress.info("Classes: {classes}.", classes=classes.describe())
    save_model(output, model)
    return {"RECEPTIVE_FIELD": sources[0].patch_width}


def _answer_of(network: Any, sources: Sequence[Source], given: str, progress: Progress) -> str:
    """What the output contains, as the user or its numbers tell. Raises InputError if that is not possible."""

    def answer(images: Sequence[np.ndarray]) -> np.ndarray:
        return np.asarray(network(list(images) if len(images) > 1 else images[0], training=False))

    answers = answers_to_random_images(answer, sources, progress)
    count, name = int(network.output_shape[-1]), network.layers[-1].name
    if given == CLASSES and count != 1:
        raise InputError(
            "{p:answer=classes} needs an output of one channel; “{output}” has {count}.", output=name, count=count
        )
    if given in (PROBABILITIES, CLASSES):
        require_probabilities(answers, name)
        return PROBABILITIES  # classes: of the second of two
    if given != "auto":
        return given
    if count == 1:
        return VALUES
    activation = getattr(getattr(network.layers[-1], "activation", None), "__name__", "")
    is_sure = activation in _PROBABLE or are_shares(answers)
    return PROBABILITIES if is_sure else SCORES


def _ending_in_probabilities(network: Any, answer: str) -> Any:
    """The network, with a probability for each class at its end.

    Args:
        answer: what it answers with, scores or probabilities; a single one is that of the second of two classes.
    """
    import keras

    end = network.outputs[0]
    if network.output_shape[-1] == 1:
        kernel, bias = ((-1, 1), (1, 0)) if answer == PROBABILITIES else ((0, 1), (0, 0))
        is_image = len(network.output_shape) == 4
        both = (
            keras.layers.Conv2D(2, 1, name="both_classes") if is_image else keras.layers.Dense(2, name="both_classes")
        )
        end = both(end)
        shape = (1, 1, 1, 2) if is_image else (1, 2)
        both.set_weights([np.reshape(kernel, shape).astype(np.float32), np.array(bias, np.float32)])
    if answer == SCORES:
        end = keras.layers.Softmax(name="probabilities_of_scores")(end)
    return network if end is network.outputs[0] else keras.Model(network.inputs, end)


def _require_no_tensors(wanted: ImportOptions) -> None:
    for name, value in (
        ("signature", wanted.signature), ("input_tensors", wanted.inputs), ("output_tensors", wanted.outputs),
        ("placeholders", wanted.placeholders), ("targets", wanted.targets), ("scale", wanted.scale not in (0, 1)),
    ):  # fmt: skip
        if value:
            raise InputError(
                "{parameter} is for SavedModels; a Keras network tells it by itself. Leave it out.",
                parameter=parameter(name),
            )


def _with_both_sides(source: Source) -> Source:
    side = source.patch_width or source.patch_height
    if not side:
        raise InputError(
            "The network takes images of any size. Give the {p:receptive_fields} that it was trained with."
        )
    return replace(source, patch_width=source.patch_width or side, patch_height=source.patch_height or side)


def _sides(shape: Sequence[Any]) -> list[Any]:
    """The sides of a tensor, without the number of images."""
    return ["?" if side is None else side for side in shape[1:]]
