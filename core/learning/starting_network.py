"""The network that a training starts from: a new one, that of a model file, or a user's own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message, parameter
from ..evaluation.evaluator import evaluator_of
from ..images.image_source import require_same_left_out, require_same_scale
from ..images.legend import Legend
from ..images.normalization import same_transform
from ..model.graph_use import Number
from ..model.model_file import Model, load_model
from ..model.network_file import open_own_network
from ..samples.patch_set import PatchSet
from .learned_answers import learned

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
    from ...models import MODELS, restores_images
    from ...models.source_shape import SourceShape

    _require_sources(architecture, patches)
    sources = [
        SourceShape(*shape, tuple(mean.tolist()), tuple(variance.tolist()))
        for shape, mean, variance in zip(patches.shapes, means, variances)
    ]
    answer = learned(patches.answer)
    wanted = answer.of_architecture(architecture, patches)
    try:
        network = MODELS[architecture].build(sources, wanted)
    except ValueError as error:
        sizes = [f"{width} × {height}" for height, width, _ in patches.shapes]
        if restores_images(architecture):  # their own messages say what to do
            raise InputError(
                "The architecture {architecture} cannot be built for patches of {sizes: and } pixels: {reason}",
                architecture=architecture,
                sizes=sizes,
                reason=error,
            ) from error
        raise InputError(
            "The architecture {architecture} cannot be built for patches of {sizes: and } pixels: {reason} "
            "Extract patches whose sides are multiples of 16 pixels.",
            architecture=architecture,
            sizes=sizes,
            reason=error,
        ) from error
    answer.require_network(network, patches, Message("The architecture {architecture}", architecture=architecture))
    return network


def _require_sources(architecture: str, patches: PatchSet) -> None:
    """Raises InputError if an architecture takes more or fewer images, or larger patches."""
    from ...models import MODELS

    module, shapes = MODELS[architecture], patches.shapes
    fewest, most = module.SOURCES
    if not fewest <= len(shapes) <= most:
        expected = str(fewest) if fewest == most else Message("{fewest} to {most}", fewest=fewest, most=most)
        raise InputError(
            "The architecture {architecture} looks at {expected} image(s), received patches of {received}. Give "
            "{p:patches#2} … as it needs, or choose another architecture.",
            architecture=architecture,
            expected=expected,
            received=len(shapes),
        )
    smallest = module.MINIMUM_PATCH_PX
    sides = smallest if isinstance(smallest, tuple) else (smallest,) * len(shapes)
    for number, ((height, width, _), side) in enumerate(zip(shapes, sides), start=1):
        if min(height, width) < side:
            which = Message(" of source {number}", number=number) if len(shapes) > 1 else ""
            raise InputError(
                "The architecture {architecture} needs patches{of_source} of at least {side} × {side} pixels, "
                "received {width} × {height}. Extract larger patches.",
                architecture=architecture,
                of_source=which,
                side=side,
                width=width,
                height=height,
            )


def network_of_model(start: Model, patches: PatchSet) -> Any:
    """The network of a model to train further. Raises InputError if it has other patches, classes or normalization."""
    network, answer = evaluator_of(start).network_to_train(), learned(patches.answer)
    answer.of_model(patches, start)
    _require_fitting_inputs(network, patches, parameter("model"))
    for ours, theirs in zip(start.sources, patches.sources):
        require_same_scale(ours, theirs, Message("the patches"))
        if not same_transform(ours.normalization, theirs.normalization):
            raise InputError(
                "{p:model} was trained on patches that were normalized in another way. Use the same normalization."
            )
        require_same_left_out(ours, theirs)
    answer.require_network(network, patches, parameter("model"))
    return network


def own_network(path: str, patches: PatchSet) -> Any:
    """A user's own Keras network (.keras), with one input per source. Raises InputError like `network_of_model`."""
    network = _own(path)
    _require_fitting_inputs(network, patches, parameter("model"))
    answer = learned(patches.answer)
    network = answer.ending(network, patches)
    answer.require_network(network, patches, parameter("model"))
    return network


def _own(path: str) -> Any:
    remedy = Message(
        "Build it of plain layers: call the layers of inner networks one after the other, and leave augmentation to "
        "{p:augment}"
    )
    return open_own_network(path, remedy)[0]


def _require_fitting_inputs(network: Any, patches: PatchSet, name: Message) -> None:
    expected = [tuple(tensor.shape[1:]) for tensor in network.inputs]
    fits = len(expected) == len(patches.shapes) and all(
        len(shape) == 3 and all(side in (None, given) for side, given in zip(shape, received))
        for shape, received in zip(expected, patches.shapes)
    )
    if not fits:
        raise InputError(
            "{network} expects patches of height × width × bands {expected: and }; received {received: and }.",
            network=name,
            expected=_shapes_text(expected),
            received=_shapes_text(patches.shapes),
        )


def _shapes_text(shapes: Sequence[Sequence[Optional[int]]]) -> list[Message]:
    return [
        Message("{sides: × }", sides=[Message("any") if side is None else side for side in shape]) for shape in shapes
    ]


@dataclass(frozen=True)
class Start:
    """What a training starts from.

    Attributes:
        architecture: of a new network. path: a model file or .keras file to train further instead. model: the model
            read from it. placeholders: values for an imported graph that is trained by its own operation.
    """

    architecture: str = "patch_cnn"
    path: Optional[str] = None
    model: Optional[Model] = None
    placeholders: Mapping[str, Number] = field(default_factory=dict)

    def opened(self) -> Start:
        """The same start with its model file read. Raises ModelFileError if it cannot be read."""
        if self.model is not None or not self.path or self.path.lower().endswith(OWN_NETWORK):
            return self
        return replace(self, model=load_model(self.path))

    def aligned(self, patches: PatchSet, legend: Optional[Legend]) -> PatchSet:
        """The patches with the classes of the network; the start must be `opened`.

        They may lack some classes. A user's own network has no names for its scores, so that takes a legend of all.

        Raises:
            InputError: the patches have classes that the network does not have.
        """
        answer = learned(patches.answer)
        if self.model is not None:
            maps_by_order = evaluator_of(self.model).trains_itself and len(patches.classes) == len(self.model.classes)
            return patches if maps_by_order else answer.of_model(patches, self.model)
        if self.path and legend and not set(legend.by_value) <= set(patches.classes.values.tolist()):
            return answer.of_own_network(patches, int(_own(self.path).output_shape[-1]), legend)
        return patches

    @property
    def corrects(self) -> bool:
        """Whether the network is a new one that corrects an image, such as an enlarged one, and at first returns it."""
        from ...models import restores_images

        return not self.path and self.model is None and restores_images(self.architecture)

    @property
    def name(self) -> str:
        """The architecture of the network; for a user's own, the name of its file."""
        if self.model is not None:
            return self.model.architecture
        return os.path.splitext(os.path.basename(self.path))[0] if self.path else self.architecture

    def network(self, patches: PatchSet, means: Sequence[np.ndarray], variances: Sequence[np.ndarray]) -> Any:
        """The network to train; the start must be `opened`. Raises InputError if it does not fit the patches."""
        if self.model is not None:
            return network_of_model(self.model, patches)
        if self.path:
            return own_network(self.path, patches)
        return new_network(self.architecture, patches, means, variances)
