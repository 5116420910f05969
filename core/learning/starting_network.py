"""Networks to train: new ones, those of a model file to go on from, and a user's own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..evaluation.network_geometry import cells_of, fields_of
from ..images.normalization import same_transform
from ..model.graph_use import Number
from ..model.model_file import GRAPH, NETWORK, Model, load_model
from ..model.network_file import open_network
from ..samples.patch_set import PatchSet

OWN_NETWORK = ".keras"


def new_network(
    architecture: str, patches: PatchSet, means: Sequence[np.ndarray], variances: Sequence[np.ndarray]
) -> Any:
    """A network of an architecture for these patches.

    Args:
        means, variances: of each source, (c,).
    Raises:
        InputError: the architecture is for other patches.
    """
    from ...models import MODELS
    from ...models.source_shape import SourceShape, ValuesShape

    module = MODELS[architecture]
    if patches.target is not None and not getattr(module, "ANSWERS_WITH_IMAGE", False):
        able = ", ".join(name for name, other in MODELS.items() if getattr(other, "ANSWERS_WITH_IMAGE", False))
        raise InputError(
            f"The architecture {architecture} answers a patch with one class, but the patches are to be answered with "
            f"patches of values. Choose one that answers with an image: {able}."
        )
    shapes = patches.shapes
    fewest, most = module.SOURCES
    if not fewest <= len(shapes) <= most:
        expected = str(fewest) if fewest == most else f"{fewest} to {most}"
        raise InputError(
            f"The architecture {architecture} looks at {expected} image(s), received patches of {len(shapes)}. "
            "Give PATCHES_2 … as it needs, or choose another architecture."
        )
    smallest = module.MINIMUM_PATCH_PX
    sides = smallest if isinstance(smallest, tuple) else (smallest,) * len(shapes)
    for number, ((height, width, _), side) in enumerate(zip(shapes, sides), start=1):
        if min(height, width) < side:
            which = f" of source {number}" if len(shapes) > 1 else ""
            raise InputError(
                f"The architecture {architecture} needs patches{which} of at least {side} × {side} pixels, received "
                f"{width} × {height}. Extract larger patches."
            )
    sources = [
        SourceShape(*shape, tuple(mean.tolist()), tuple(variance.tolist()))
        for shape, mean, variance in zip(shapes, means, variances)
    ]
    answer: Any = len(patches.classes)
    if patches.target is not None:
        _, height, width, bands = patches.answers.shape
        mean, variance = (tuple(moment.tolist()) for moment in patches.value_moments)
        answer = ValuesShape(height, width, bands, mean, variance)
    elif getattr(module, "ANSWERS_WITH_VALUES", False):
        raise InputError(
            f"The architecture {architecture} restores images: it learns from patches of values. Extract patches with "
            "a TARGET_IMAGE, or choose another architecture."
        )
    try:
        network = module.build(sources, answer)
    except ValueError as error:
        sizes = " and ".join(f"{width} × {height}" for height, width, _ in shapes)
        if getattr(module, "ANSWERS_WITH_VALUES", False):  # these say themselves what to do
            raise InputError(
                f"The architecture {architecture} cannot be built for patches of {sizes} pixels: {error}"
            ) from error
        raise InputError(
            f"The architecture {architecture} cannot be built for patches of {sizes} pixels: {error} Extract patches "
            "whose sides are multiples of 16 pixels."
        ) from error
    _require_fitting_answer(network, patches, f"The architecture {architecture}")
    return network


def network_of_file(path: str, patches: PatchSet) -> tuple[Any, str]:
    """The network to go on from, and the name of its architecture.

    Args:
        path: a model file, or a Keras network (.keras) with one input per source.
    Raises:
        InputError: it is for other patches, classes or normalization.
    """
    if path.lower().endswith(OWN_NETWORK):
        return _own_network(path, patches), os.path.splitext(os.path.basename(path))[0]
    model = load_model(path)
    return network_of_model(model, patches), model.architecture


def network_of_model(start: Model, patches: PatchSet) -> Any:
    """The network of a model to go on from. Raises InputError as `network_of_file`."""
    if start.kind != NETWORK:
        raise InputError(f"MODEL is a {start.kind}; only the training of a network can go on.")
    network = start.network()
    if (start.target is None) != (patches.target is None):
        answers = ("values", "classes") if start.target is not None else ("classes", "values")
        raise InputError(f"MODEL answers with {answers[0]}; received patches to be answered with {answers[1]}.")
    if start.target is not None and patches.target is not None and start.target.bands != patches.target.bands:
        raise InputError(
            f"MODEL answers with the bands {', '.join(start.target.bands)}; received target patches with the bands "
            f"{', '.join(patches.target.bands)}. Give targets with the same bands."
        )
    if start.classes.to_json() != patches.classes.to_json():
        raise InputError(
            f"MODEL has the classes {start.classes.describe()}; received patches with the classes "
            f"{patches.classes.describe()}. Give patches of the same classes, or train a new network."
        )
    _require_fitting_inputs(network, patches, "MODEL")
    for ours, theirs in zip(start.sources, patches.sources):
        if not same_transform(ours.normalization, theirs.normalization):
            raise InputError(
                "MODEL was trained on patches that were normalized in another way. Use the same normalization."
            )
    _require_fitting_answer(network, patches, "MODEL")
    return network


def _own_network(path: str, patches: PatchSet) -> Any:
    import keras

    try:
        with open(path, "rb") as file:
            network = open_network(file.read())
    except OSError as error:
        raise InputError(f"The network “{path}” cannot be read: {error.strerror}.") from error
    _require_fitting_inputs(network, patches, "MODEL")
    count = int(network.output_shape[-1])
    if patches.target is not None:
        _require_fitting_answer(network, patches, "MODEL")
        return network
    if count != len(patches.classes):
        raise InputError(
            f"MODEL answers with {count} scores; expected {len(patches.classes)}, one for each class: "
            f"{patches.classes.describe()}."
        )
    if _ends_in_softmax(network) is None:
        scores = network.outputs[0]
        network = keras.Model(network.inputs, keras.layers.Softmax(name="probabilities")(scores))
    _require_fitting_answer(network, patches, "MODEL")
    return network


def _require_fitting_inputs(network: Any, patches: PatchSet, name: str) -> None:
    expected = [tuple(tensor.shape[1:]) for tensor in network.inputs]
    fits = len(expected) == len(patches.shapes) and all(
        len(shape) == 3 and all(side in (None, given) for side, given in zip(shape, received))
        for shape, received in zip(expected, patches.shapes)
    )
    if not fits:
        raise InputError(
            f"{name} expects patches of height × width × bands {_shapes_text(expected)}; received "
            f"{_shapes_text(patches.shapes)}."
        )


def _require_fitting_answer(network: Any, patches: PatchSet, name: str) -> None:
    if patches.target is not None:
        _require_fitting_values(network, patches, name)
        return
    answers_with_image = answers_with_an_image(network)
    if answers_with_image and not patches.is_dense:
        raise InputError(
            f"{name} answers with an image, so it learns from patches with a label for each pixel; received one label "
            "for each patch. Extract them with a LABEL_IMAGE, or choose another architecture."
        )
    if patches.is_dense and not answers_with_image:
        raise InputError(
            f"{name} answers a patch with one class, but the labels are patches of a label image. Choose an "
            "architecture that answers with an image (segmentation, unet), or extract patches without LABEL_IMAGE."
        )
    if answers_with_image and tuple(patches.labels.shape[1:]) != tuple(patches.shapes[0][:2]):
        raise InputError(
            f"The label patches have {patches.labels.shape[2]} × {patches.labels.shape[1]} pixels, those of the first "
            f"image {patches.shapes[0][1]} × {patches.shapes[0][0]}. Extract them with a label image on the image's "
            "grid."
        )


def _require_fitting_values(network: Any, patches: PatchSet, name: str) -> None:
    if not answers_with_an_image(network):
        raise InputError(
            f"{name} answers a patch with single scores, but the patches are to be answered with patches of values. "
            "Choose one that answers with an image."
        )
    bands = patches.answers.shape[3]
    if int(network.output_shape[-1]) != bands:
        raise InputError(
            f"{name} answers with {network.output_shape[-1]} value(s) for each pixel; the target patches have {bands} "
            "band(s). Give a network that has one value for each of them."
        )
    rows_and_columns(network, patches)


def answers_with_an_image(network: Any) -> bool:
    """Whether a network has scores for pixels, (n, h', w', k), not for whole patches."""
    return len(network.output_shape) == 4


def rows_and_columns(network: Any, patches: PatchSet) -> Optional[tuple[slice, slice]]:
    """The part of each patch of answers that the network's answer stands for; None if it has one class for a patch."""
    if not answers_with_an_image(network):
        return None
    return target_window(network, [shape[:2] for shape in patches.shapes], patches.answers.shape[1:3])


def target_window(network: Any, shapes: Sequence[tuple[int, int]], target: tuple[int, ...]) -> tuple[slice, slice]:
    """Rows and columns of a patch's targets that the cells of the network's answer stand for, as in a map.

    Args:
        shapes: rows and columns of the patch of each source. target: rows and columns of a patch of targets.
    Raises:
        InputError: the answer has larger or smaller pixels than the targets, or its geometry is not known.
    """
    if tuple(network.output_shape[1:3]) == tuple(target):
        return slice(0, target[0]), slice(0, target[1])
    slices = []
    for axis in (0, 1):
        sizes = [shape[axis] for shape in shapes]
        field = fields_of(network, axis, sizes)[0]
        if field.pitch * target[axis] != sizes[0]:
            raise InputError(
                f"The network answers with a pixel for every {field.pitch} pixels of the first image, but the targets "
                f"have one for every {Fraction(sizes[0], target[axis])}. Extract targets of the pixel size that it "
                "answers with, or choose another network."
            )
        first = (field.before - field.skipped * field.step) // field.step
        slices.append(slice(first, first + cells_of(network, axis, sizes)))
    return slices[0], slices[1]


def logits_of(network: Any) -> Any:
    """The network up to the scores before its softmax; where these are not to be had, the logarithm of its answer."""
    import keras

    last = _ends_in_softmax(network)
    if last == "Softmax" or last == "Activation":
        return keras.Model(network.inputs, network.layers[-1].input)
    logarithm = keras.ops.log(keras.ops.clip(network.outputs[0], 1e-7, 1.0))
    return keras.Model(network.inputs, logarithm)


def _ends_in_softmax(network: Any) -> Optional[str]:
    """The kind of the last layer if it is a softmax or ends in one, else None."""
    last = network.layers[-1]
    kind = type(last).__name__
    activation = getattr(getattr(last, "activation", None), "__name__", "")
    return kind if kind == "Softmax" or activation == "softmax" else None


def _shapes_text(shapes: Sequence[Sequence[Optional[int]]]) -> str:
    return " and ".join(" × ".join("any" if side is None else str(side) for side in shape) for shape in shapes)


@dataclass(frozen=True)
class Start:
    """What a training begins with.

    Attributes:
        architecture: of a new network. path: a model file or .keras file to go on from instead. model: the same, read.
        placeholders: values for an imported graph that is trained by its own operation.
    """

    architecture: str = "patch_cnn"
    path: Optional[str] = None
    model: Optional[Model] = None
    placeholders: Mapping[str, Number] = field(default_factory=dict)

    def graph(self) -> Optional[Model]:
        """The model to go on from, if it is an imported graph. Raises ModelFileError if it cannot be read."""
        model = self.model or (
            load_model(self.path) if self.path and not self.path.lower().endswith(OWN_NETWORK) else None
        )
        if model is not None and model.kind == GRAPH:
            return model
        if self.placeholders:
            raise InputError("PLACEHOLDERS are for imported graphs. Give such a MODEL, or leave them out.")
        return None

    @property
    def corrects(self) -> bool:
        """Whether the network is a new one that begins as an image, such as an enlarged one, which it corrects."""
        from ...models import MODELS

        is_new = self.path is None and self.model is None
        return is_new and getattr(MODELS[self.architecture], "ANSWERS_WITH_VALUES", False)

    def network(
        self, patches: PatchSet, means: Sequence[np.ndarray], variances: Sequence[np.ndarray]
    ) -> tuple[Any, str]:
        """The network, and the name of its architecture. Raises InputError if it is for other patches."""
        if self.model is not None:
            return network_of_model(self.model, patches), self.model.architecture
        if self.path:
            return network_of_file(self.path, patches)
        return new_network(self.architecture, patches, means, variances), self.architecture
