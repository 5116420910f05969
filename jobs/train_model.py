"""Trains a network on patches."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, Optional

from . import choices, shared
from .groups import LEARNING
from .job import Job, Progress, Results, command, read_legend
from .parameter import GEOTIFF, FileType, More, choice, file_in, folder_in, number, switch, text, whole


@command("trainmodel", "Train a network", LEARNING, results={**shared.ACCURACY, **shared.VALUE_ERRORS})
class TrainModel(Job):
    """Trains a neural network on patches and judges it on a second set of patches.

    Patches with one class each, patches of a label image (“Extract patches” with LABEL_IMAGE) and patches of values
    (with TARGET_IMAGE), which restore images instead of classifying them, have their own architectures; those of
    label images can restore images, too. Instead of an architecture, training can go on from a model, or from a
    Keras network of your own (.keras) with one input for each image.

    The validation set is only judged: it influences neither the weights nor when training stops. With patience, a
    fifth of the training patches is set aside for that, in blocks of the image.

    The report shows the learning curves, confusion matrix, overall accuracy and kappa. The model file carries
    bands, normalization, classes and colors; “Apply a model” needs nothing else.
    """

    # fmt: off
    patches: list[str] = file_in("Patches", "The file of patches that “Extract patches” wrote.", files=GEOTIFF,
        option="patches", more=replace(shared.MORE_PATCHES, after="epochs"))
    labels: str = shared.PATCH_LABELS
    validation_patches: list[str] = file_in("Validation patches", files=GEOTIFF, optional=True,
        option="validation-patches",
        help="Patches to judge with, from other places than those to learn from.",
        more=More("Validation patches of image {}", after="epochs",
            help="The validation patches of another image, in the same order."))
    validation_labels: Optional[str] = file_in("Validation labels", optional=True, files=GEOTIFF,
        help="The labels of the validation patches.")
    architecture: str = choice(choices.ARCHITECTURES, "patch_cnn", "Architecture")
    epochs: int = shared.EPOCHS
    model: Optional[str] = file_in("Go on from this model or Keras network", optional=True,
        picker="model_picker.ModelPicker", advanced=True,
        files=FileType("RasterLearn model, Keras network (*.rlmodel *.keras)"),
        help="A .rlmodel goes on where it ended; a .keras file is a network of your own.")
    placeholders: str = text("", "Placeholders of an imported graph", advanced=True,
        help="Values for its training operation, like “lr=0.0002”; others are those of its import.")
    batch_size: int = whole(100, "Batch size", minimum=1, advanced=True,
        help="Patches for each step. Fewer need less memory.")
    learning_rate: float = number(0.001, "Learning rate", minimum=1e-09, maximum=1, advanced=True,
        help="Size of a step of Adam. Try a tenth if the loss jumps or becomes NaN.")
    schedule: str = choice(choices.SCHEDULES, "cosine", "Learning rate schedule", advanced=True,
        help="cosine lets the rate fall to a hundredth until the last epoch, constant keeps it.")
    weight_decay: float = number(0.0, "Weight decay", minimum=0, advanced=True,
        help="Shrinks weights a little in each step (AdamW), against learning by heart.")
    patience: int = whole(0, "Patience (epochs; 0 trains all)", minimum=0, advanced=True,
        help="Stops when the loss on a fifth of the training patches, which is set aside in blocks of the image, has "
        "not fallen for so many epochs, and keeps the best weights.")
    loss: str = choice(choices.LOSSES, "auto", "Loss", advanced=True,
        help="auto: crossentropy for classes, l1 (mean absolute difference) for values. l2 is the mean squared "
        "difference; ssim adds the structural similarity, for sharper images. Nodata does not count.")
    class_weights: str = choice(choices.CLASS_WEIGHTS, "none", "Class weights", advanced=True,
        help="balanced: rare classes count more; sampling: they are shown more often.")
    augment: bool = switch(True, "Mirror and turn patches at random", advanced=True,
        help="Flips and turns by 90°, which do not change what is seen from above.")
    band_noise: float = number(0.0, "Band noise", minimum=0, advanced=True,
        help="Makes each band of a patch brighter or darker at random, by this share of the band's standard "
        "deviation, so that the network relies less on exact brightness.")
    calibrate: bool = switch(False, "Calibrate probabilities on patches set aside", advanced=True,
        help="Makes probabilities mean what they say, by a temperature found on patches set aside.")
    seed: int = shared.SEED
    validation_every: int = whole(0, "Epochs between looks at the validation set (0: ten looks)", minimum=0,
        advanced=True,
        help="The validation set is only looked at; nothing is decided by it.")
    threads: int = whole(0, "Threads (0: the fastest number, by timing)", minimum=0, advanced=True,
        help="The same number gives the same weights again; the report tells it.")
    device: str = shared.DEVICE
    mixed_precision: bool = switch(False, "Compute in 16 bits on a GPU", advanced=True,
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

        start = Start(self.architecture, self.model, placeholders=read_placeholders(self.placeholders, "PLACEHOLDERS"))
        files = self.part(PatchFiles, legend=read_legend(self.legend))
        outputs, settings = self.part(TrainingOutputs), self.part(Settings)
        return train_model(files, outputs, start, settings, self.device, progress, meeting).results()
