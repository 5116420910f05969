"""rasterlearn:trainmodel"""

from __future__ import annotations

from ..core.base import choices
from ..host.translation import tr
from ..jobs import job as jobs
from . import checks, groups, params
from .base import EngineAlgorithm


class TrainModel(EngineAlgorithm):
    """Trains a network on patches."""

    ID, TITLE, GROUP = "trainmodel", "Train a network", groups.LEARNING
    HELP = """Trains a neural network on patches and judges it on a second set of patches.

Architectures for patches with one class each: texture_cnn (the default choice for maps), patch_cnn, patch_fcn (models \
1 and 2 of the OTBTF tutorial), two_branch (its model 3: patches of two images, the finer one first). For patches of a \
label image (“Extract patches” with LABEL_IMAGE): segmentation (its model 4, 64 × 64 pixels) and unet. For patches of \
values (with TARGET_IMAGE), to restore images instead of classifying them: super_resolution, gap_filling, and the \
same two. Instead of an architecture, training can go on from a model, or from a Keras network of your own (.keras) \
with one input for each image.

The validation set is only judged: it influences neither the weights nor when training stops. With patience, a fifth \
of the training patches is set aside for that, in blocks of the image.

The report shows the learning curves, confusion matrix, overall accuracy and kappa. The model file carries bands, \
normalization, classes and colors; “Apply a model” needs nothing else."""

    def initAlgorithm(self, configuration=None):
        numbers = range(2, params.MAXIMUM_SOURCES + 1)
        self.add(
            params.stack_file("PATCHES", tr("Patches")),
            params.stack_file("LABELS", tr("Patch labels")),
            params.stack_file("VALIDATION_PATCHES", tr("Validation patches"), optional=True),
            params.stack_file("VALIDATION_LABELS", tr("Validation labels"), optional=True),
            params.one_of("ARCHITECTURE", tr("Architecture"), choices.ARCHITECTURES, "patch_cnn"),
            params.whole_number("EPOCHS", tr("Epochs"), 100, 1),
        )
        self.add(
            *(self._stack("PATCHES", tr("Patches of image {}"), n) for n in numbers),
            *(self._stack("VALIDATION_PATCHES", tr("Validation patches of image {}"), n) for n in numbers),
        )
        for parameter in (*self._how_to_learn(), *self._how_to_compute()):
            self.add(params.advanced(parameter))
        self.add(params.legend(), params.note(), params.model_output(), params.report_output())
        for output in (*params.accuracy_outputs(), *params.value_outputs()[:3]):
            self.addOutput(output)

    def _stack(self, name, label, number):
        return params.advanced(params.stack_file(f"{name}_{number}", label.format(number), optional=True))

    def _how_to_learn(self):
        return [
            params.network_file("MODEL", tr("Go on from this model or Keras network")),
            params.text(
                "PLACEHOLDERS",
                tr("Placeholders of an imported graph"),
                tr("Values for its training operation, like “lr=0.0002”; others are those of its import."),
            ),
            params.whole_number("BATCH_SIZE", tr("Batch size"), 100, 1),
            params.decimal_number("LEARNING_RATE", tr("Learning rate"), 0.001, 1e-9, 1.0),
            params.one_of(
                "SCHEDULE",
                tr("Learning rate schedule"),
                choices.SCHEDULES,
                "cosine",
                tr("cosine lets the rate fall to a hundredth until the last epoch, constant keeps it."),
            ),
            params.decimal_number(
                "WEIGHT_DECAY",
                tr("Weight decay"),
                0.0,
                0.0,
                help_text=tr("Shrinks weights a little in each step (AdamW), against learning by heart."),
            ),
            params.whole_number(
                "PATIENCE",
                tr("Patience (epochs; 0 trains all)"),
                0,
                0,
                help_text=tr(
                    "Stops when the loss on a fifth of the training patches, which is set aside in blocks of the "
                    "image, has not fallen for so many epochs, and keeps the best weights."
                ),
            ),
            params.one_of(
                "LOSS",
                tr("Loss"),
                choices.LOSSES,
                "auto",
                tr(
                    "auto: crossentropy for classes, l1 (mean absolute difference) for values. l2 is the mean squared "
                    "difference; ssim adds the structural similarity, for sharper images. Nodata does not count."
                ),
            ),
            params.one_of(
                "CLASS_WEIGHTS",
                tr("Class weights"),
                choices.CLASS_WEIGHTS,
                "none",
                tr("balanced: rare classes count more; sampling: they are shown more often."),
            ),
            params.switch("AUGMENT", tr("Mirror and turn patches at random"), True),
            params.decimal_number(
                "BAND_NOISE",
                tr("Band noise"),
                0.0,
                0.0,
                help_text=tr(
                    "Makes each band of a patch brighter or darker at random, by this share of the band's standard "
                    "deviation, so that the network relies less on exact brightness."
                ),
            ),
            params.switch("CALIBRATE", tr("Calibrate probabilities on patches set aside"), False),
            params.seed(),
        ]

    def _how_to_compute(self):
        return [
            params.whole_number(
                "VALIDATION_EVERY",
                tr("Epochs between looks at the validation set (0: ten looks)"),
                0,
                0,
            ),
            params.whole_number(
                "THREADS",
                tr("Threads (0: the fastest number, by timing)"),
                0,
                0,
                help_text=tr("The same number gives the same weights again; the report tells it."),
            ),
            params.device(),
            params.switch("MIXED_PRECISION", tr("Compute in 16 bits on a GPU"), False),
            params.folder("LOG_FOLDER", tr("Folder for TensorBoard"), tr("Curves of loss, accuracy and kappa.")),
        ]

    def check(self, given):
        if given.file("MODEL"):
            return
        widths = [checks.stack_width(path) for path in given.files("PATCHES")]
        if None not in widths:
            checks.patch_size_suits(given.word("ARCHITECTURE"), widths)

    def job(self, given):
        return jobs.TrainModelJob(
            patches=given.files("PATCHES"),
            labels=given.file("LABELS"),
            validation_patches=given.files("VALIDATION_PATCHES"),
            validation_labels=given.file("VALIDATION_LABELS"),
            architecture=given.word("ARCHITECTURE"),
            model=given.file("MODEL"),
            epochs=given.integer("EPOCHS"),
            batch_size=given.integer("BATCH_SIZE"),
            learning_rate=given.number("LEARNING_RATE"),
            schedule=given.word("SCHEDULE"),
            weight_decay=given.number("WEIGHT_DECAY"),
            patience=given.integer("PATIENCE"),
            loss=given.word("LOSS"),
            class_weights=given.word("CLASS_WEIGHTS"),
            augment=given.boolean("AUGMENT"),
            band_noise=given.number("BAND_NOISE"),
            calibrate=given.boolean("CALIBRATE"),
            validation_every=given.integer("VALIDATION_EVERY"),
            seed=given.integer("SEED"),
            threads=given.integer("THREADS"),
            device=given.text("DEVICE") or "auto",
            mixed_precision=given.boolean("MIXED_PRECISION"),
            log_folder=given.text("LOG_FOLDER"),
            legend=given.legend(),
            note=given.text("NOTE"),
            placeholders=given.text("PLACEHOLDERS") or "",
            output=given.output("OUTPUT"),
            report=given.output("REPORT"),
        )
