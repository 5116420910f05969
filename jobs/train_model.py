"""Trains a network on patches."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, Optional

from ..core.base.messages import parameter
from . import choices, shared
from .groups import LEARNING
from .job import Job, Progress, Results, command, read_legend
from .parameter import GEOTIFF, FileType, More, choice, file_in, folder_in, number, switch, text, whole


@command("trainmodel", "Train a network", LEARNING, results={**shared.ACCURACY, **shared.VALUE_ERRORS})
class TrainModel(Job):
    """Trains a neural network on patches and evaluates it on a second set of patches.

    Patches with one class each, patches of a label image (“Extract patches” with LABEL_IMAGE) and patches of values
    (with TARGET_IMAGE), for restoring images instead of classifying them, have architectures of their own; those for
    label images can restore images, too. Instead of starting from an architecture, training can continue from a
    model, or from a Keras network of your own (.keras) with one input for each image.

    The validation set is used for evaluation only: it influences neither the weights nor when training stops. With
    patience, a fifth of the training patches is set aside to decide when to stop, in blocks of the image.

    The report shows the learning curves, confusion matrix, overall accuracy and kappa. The model file contains
    bands, normalization, classes and colors; “Apply a model” needs nothing else.
    """

    # fmt: off
    patches: list[str] = file_in("Patches", "The patch file written by “Extract patches”.", files=GEOTIFF,
        option="patches", more=replace(shared.MORE_PATCHES, after="epochs"))
    labels: str = shared.PATCH_LABELS
    validation_patches: list[str] = file_in("Validation patches", files=GEOTIFF, optional=True,
        option="validation-patches",
        help="Patches for evaluation, from other places than the training patches.",
        more=More("Validation patches of image {}", after="epochs",
            help="The validation patches of another image, in the same order."))
    validation_labels: Optional[str] = file_in("Validation labels", optional=True, files=GEOTIFF,
        help="The labels of the validation patches.")
    architecture: str = choice(choices.ARCHITECTURES, "patch_cnn", "Architecture")
    epochs: int = shared.EPOCHS
    model: Optional[str] = file_in("Continue from this model or Keras network", optional=True,
        picker="model_picker.ModelPicker", advanced=True,
        files=FileType("RasterLearn model, Keras network (*.rlmodel *.keras)"),
        help="A .rlmodel file continues where its training ended; a .keras file is a network of your own.")
    placeholders: str = text("", "Placeholders of an imported graph", advanced=True,
        help="Values for its training operation, such as “lr=0.0002”; all others remain as given at import.")
    batch_size: int = whole(100, "Batch size", minimum=1, advanced=True,
        help="Patches per step. Fewer need less memory.")
    learning_rate: float = number(0.001, "Learning rate", minimum=1e-09, maximum=1, advanced=True,
        help="Step size of Adam. Try a tenth of it if the loss jumps or becomes NaN.")
    schedule: str = choice(choices.SCHEDULES, "cosine", "Learning rate schedule", advanced=True,
        help="cosine lowers the rate to a hundredth by the last epoch, constant keeps it.")
    weight_decay: float = number(0.0, "Weight decay", minimum=0, advanced=True,
        help="Shrinks weights a little in each step (AdamW), to reduce overfitting.")
    patience: int = whole(0, "Patience (epochs; 0 to train all)", minimum=0, advanced=True,
        help="Stops when the loss on a fifth of the training patches, which is set aside in blocks of the image, has "
        "not fallen for this many epochs, and keeps the best weights.")
    loss: str = choice(choices.LOSSES, "auto", "Loss", advanced=True,
        help="auto: crossentropy for classes, l1 (mean absolute difference) for values. l2 is the mean squared "
        "difference; ssim adds the structural similarity, for sharper images. Nodata is ignored.")
    class_weights: str = choice(choices.CLASS_WEIGHTS, "none", "Class weights", advanced=True,
        help="balanced: rare classes count more; sampling: they are shown more often.")
    augment: bool = switch(True, "Flip and rotate patches at random", advanced=True,
        help="Flips and rotations by 90°, which do not change the meaning of a view from above.")
    band_noise: float = number(0.0, "Band noise", minimum=0, advanced=True,
        help="Makes each band of a patch brighter or darker at random, by this share of the band's standard "
        "deviation, so that the network relies less on exact brightness.")
    calibrate: bool = switch(False, "Calibrate probabilities on patches set aside", advanced=True,
        help="Makes probabilities match how often predictions are right, by a temperature fitted on patches set aside.")
    seed: int = shared.SEED
    validation_every: int = whole(0, "Epochs between evaluations on the validation set (0: ten evaluations)",
        minimum=0, advanced=True,
        help="The validation set is used for evaluation only; nothing is decided by it.")
    threads: int = whole(0, "Threads (0: the fastest number, by timing)", minimum=0, advanced=True,
        help="The same number gives the same weights again; it is stated in the report.")
    device: str = shared.DEVICE
    mixed_precision: bool = switch(False, "Compute with 16 bits on a GPU", advanced=True,
        help="Faster on recent GPUs; ignored on a CPU.")
    log_folder: Optional[str] = folder_in("Folder for TensorBoard", advanced=True,
        help="Curves of loss, accuracy and kappa.")
    legend: Optional[str] = shared.LEGEND
    note: Optional[str] = shared.NOTE
    output: str = shared.MODEL_OUTPUT.but(
        help="The model file: network, bands, normalization, classes and colors in one.")
    report: Optional[str] = shared.REPORT
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.learning.worker_addresses import workers_of
        from ..core.learning.worker_rendezvous import Meeting

        workers = workers_of(os.environ)
        if workers is None:
            return self._train(progress, None)
        with Meeting(workers, progress) as meeting:
            return self._train(progress, meeting)

    def _train(self, progress: Progress, meeting: Any) -> Results:
        from ..core.learning.network_training import train_model
        from ..core.learning.starting_network import Start
        from ..core.learning.training_data import PatchFiles
        from ..core.learning.training_loop import Settings
        from ..core.learning.training_result import TrainingOutputs
        from ..core.model.graph_use import read_placeholders

        start = Start(
            self.architecture, self.model, placeholders=read_placeholders(self.placeholders, parameter("placeholders"))
        )
        files = self.part(PatchFiles, legend=read_legend(self.legend))
        outputs, settings = self.part(TrainingOutputs), self.part(Settings)
        return train_model(files, outputs, start, settings, self.device, progress, meeting).results()
