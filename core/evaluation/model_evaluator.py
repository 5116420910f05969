"""What every model can be asked, whatever kind it is."""

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
    """A model and how it is evaluated; one class for each kind of model.

    Attributes:
        framework: that trained it, and the library whose version tells which one it was.
        has_features: whether it can be asked for features, from which a forest may learn.
        trains_itself: whether it is trained by an operation of its own.
    """

    model: Model
    framework: str
    library: str
    has_features: bool
    trains_itself: bool

    def pixels(self, needs: Needs, mode: str, device: str, progress: Progress) -> Evaluation:
        """How it is evaluated for the pixels of a map; loads it.

        Args:
            needs: what has to be said of a pixel. mode, device: see mapping.Options.
        Raises:
            InputError: the model cannot say that, or not in this mode.
        """
        ...

    def patches(self, name: str) -> PatchScores:
        """What it says of patches, each of which has one class: a score for each class.

        Args:
            name: of the model, for errors.
        Raises:
            InputError: it does not answer with one class for a patch.
        """
        ...

    def patch_answer(self) -> tuple[int, ...]:
        """The shape of what a patch is answered with: (classes,) or (rows, columns, classes)."""
        ...

    def weight_count(self) -> Optional[int]:
        """The number of its weights; None for a forest."""
        ...

    def network_to_export(self) -> Any:
        """The Keras network that is all of the model. Raises InputError if there is none."""
        ...

    def network_to_train(self) -> Any:
        """The Keras network whose training can go on. Raises InputError if there is none."""
        raise InputError("{p:model} is a {kind}; only the training of a network can go on.", kind=self.model.kind)


def started(device: str, progress: Progress) -> Devices:
    """The devices that TensorFlow runs on, which is loaded; the log says so."""
    progress.info("Loading TensorFlow …")
    devices = choose_devices(device)
    if devices.warning:
        progress.warning(devices.warning)
    return devices
