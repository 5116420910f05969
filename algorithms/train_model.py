"""rasterlearn:trainmodel"""

from __future__ import annotations

from ..core import choices, jobs
from . import params
from .base import EngineAlgorithm
from .params import tr


class TrainModel(EngineAlgorithm):
    """Trains a network on patches."""

    ID, TITLE, GROUP = "trainmodel", "Train a network", "Learning"
    HELP = """Trains a neural network on patches and judges it on a second set of patches.

The validation set is only judged: it influences neither the weights nor when training stops. The report shows the \
learning curves, confusion matrix, overall accuracy and kappa.

The model file carries bands, normalization, classes and colors. “Apply a model” needs nothing else."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.stack_file("PATCHES", tr("Patches")),
            params.stack_file("LABELS", tr("Patch labels")),
            params.stack_file("VALIDATION_PATCHES", tr("Validation patches"), optional=True),
            params.stack_file("VALIDATION_LABELS", tr("Validation labels"), optional=True),
            params.one_of("ARCHITECTURE", tr("Architecture"), choices.ARCHITECTURES, "patch_cnn"),
            params.advanced(params.model_file(label=tr("Go on from this model"), optional=True)),
            params.whole_number("EPOCHS", tr("Epochs"), 100, 1),
            params.advanced(params.whole_number("BATCH_SIZE", tr("Batch size"), 100, 1)),
            params.advanced(params.decimal_number("LEARNING_RATE", tr("Learning rate"), 0.001, 1e-9, 1.0)),
            params.advanced(
                params.whole_number(
                    "PATIENCE",
                    tr("Patience (epochs; 0 trains all)"),
                    0,
                    0,
                    help_text=tr(
                        "Stops when the loss on a fifth of the training patches, which is set aside, has not fallen "
                        "for so many epochs, and keeps the best weights."
                    ),
                )
            ),
            params.advanced(params.one_of("CLASS_WEIGHTS", tr("Class weights"), choices.CLASS_WEIGHTS, "none")),
            params.advanced(params.switch("AUGMENT", tr("Mirror and turn patches at random"), False)),
            params.advanced(params.seed()),
            params.legend(),
            params.note(),
            params.model_output(),
            params.report_output(),
        )
        for output in params.accuracy_outputs():
            self.addOutput(output)

    def job(self, given):
        return jobs.TrainModelJob(
            patches=given.file("PATCHES"),
            labels=given.file("LABELS"),
            validation_patches=given.file("VALIDATION_PATCHES"),
            validation_labels=given.file("VALIDATION_LABELS"),
            architecture=given.word("ARCHITECTURE"),
            model=given.file("MODEL"),
            epochs=given.integer("EPOCHS"),
            batch_size=given.integer("BATCH_SIZE"),
            learning_rate=given.number("LEARNING_RATE"),
            patience=given.integer("PATIENCE"),
            class_weights=given.word("CLASS_WEIGHTS"),
            augment=given.boolean("AUGMENT"),
            seed=given.integer("SEED"),
            legend=given.legend(),
            note=given.text("NOTE"),
            output=given.output("OUTPUT"),
            report=given.output("REPORT"),
        )
