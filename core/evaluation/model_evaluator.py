"""The interface that evaluators of all kinds of models share."""

from __future__ import annotations

from typing import Any, Optional, Protocol

from ..base.devices import Devices, choose_devices
from ..base.errors import InputError
from ..base.map_results import Needs
from ..base.progress import Progress
from ..model.model_file import Model
from .patch_scores import PatchScores
from .predictors import Evaluation


class ModelEvaluator(Protocol):
    """A model and how it is evaluated; there is one class for each kind of model.

    Attributes:
        framework: that trained it. library: the Python package whose version identifies the framework's.
        has_features: whether it provides features, from which a forest can learn.
        trains_itself: whether it is trained by an operation of its own.
    """

    model: Model
    framework: str
    library: str
    has_features: bool
    trains_itself: bool

    def pixels(self, needs: Needs, mode: str, device: str, progress: Progress) -> Evaluation:
        """Loads the model, and decides how it is evaluated for the pixels of a map.

        Args:
            needs: what is needed for each pixel. mode, device: see mapping.Options.
        Raises:
            InputError: the model does not provide that, or not in this mode.
        """
        ...

    def patches(self, name: str) -> PatchScores:
        """A function that scores each class for patches with one class each.

        Args:
            name: of the model, for errors.
        Raises:
            InputError: it does not predict one class for a patch.
        """
        ...

    def patch_answer(self) -> tuple[int, ...]:
        """The shape of the output for a patch: (classes,) or (rows, columns, classes)."""
        return (len(self.model.classes),)

    def weight_count(self) -> Optional[int]:
        """The number of weights, those of a network by default; None for a forest."""
        return int(self.model.network().count_params())

    def network_to_export(self) -> Any:
        """The Keras network, if it is the whole model. Raises InputError if not."""
        ...

    def network_to_train(self) -> Any:
        """The Keras network, if its training can be continued. Raises InputError if not."""
        raise InputError("{p:model} is a {kind}; only the training of a network can go on.", kind=self.model.kind)


def started(device: str, progress: Progress) -> Devices:
    """Loads TensorFlow, which is logged, and returns the devices that it runs on."""
    progress.info("Loading TensorFlow …")
    devices = choose_devices(device)
    if devices.warning:
        progress.warning(devices.warning)
    return devices
