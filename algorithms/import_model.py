"""rasterlearn:importmodel"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..core.base import choices
from ..host.translation import tr
from ..jobs import job as jobs
from . import groups, params
from .base import EngineAlgorithm


class ImportModel(EngineAlgorithm):
    """Makes a model file of a SavedModel or a Keras network."""

    ID, TITLE, GROUP = "importmodel", "Import a model", groups.EXCHANGE
    HELP = """Makes a RasterLearn model of a TensorFlow SavedModel (of OTBTF, of TensorFlow 1 or 2, of Keras) or of a \
Keras network (.keras).

Without an output, the log lists what is in the model: its signatures and the names of its tensors. Then choose the \
inputs (one for each image) and outputs; the first output decides about classes, and “Apply a model” with the result \
“values” writes all of them. Names are those of the signature, of tensors (x:0) or of nodes (x). What is left empty is \
taken from the signature.

How large a patch the model needs (receptive field), how many cells it answers with (expression field) and how far \
apart these are (scale) is found out by showing it images. What you give is compared with that. A network whose own \
answers are 4 pixels apart is mapped fully convolutionally with scale 4, and patch by patch with scale 1.

To train a TensorFlow 1 graph further by its own training operation, name that (targets, such as optimizer) and the \
tensor of the labels (such as y). Placeholders get values like “lr=0.0002 is_training=false”.

No code of the model runs: only operations known to compute numbers from numbers are allowed, everything else is \
refused by name."""

    def initAlgorithm(self, configuration=None):
        name = tr("Receptive field of source {} (pixels; 0 to find it)")
        self.add(
            params.model_to_import(),
            params.legend(),
            params.image(
                "INPUT",
                tr("An image of the kind that the model is for"),
                True,
                tr("Names the bands and tells the pixel size and normalization that the model expects."),
            ),
            *params.more_images(),
            params.text("INPUTS", tr("Input tensors"), tr("One for each image.")),
            params.text("OUTPUTS", tr("Output tensors"), tr("The first one decides about classes.")),
            params.whole_number("RECEPTIVE_FIELD", tr("Receptive field (pixels; 0 to find it)"), 0, 0),
            *(
                params.advanced(params.whole_number(f"RECEPTIVE_FIELD_{n}", name.format(n), 0, 0))
                for n in range(2, params.MAXIMUM_SOURCES + 1)
            ),
            params.whole_number("EXPRESSION_FIELD", tr("Expression field (cells; 0 to find it)"), 0, 0),
            params.decimal_number("SCALE", tr("Pixels of the image per pixel of the map (0 to find it)"), 0, 0),
            params.advanced(
                params.one_of(
                    "ANSWER",
                    tr("What the first output says"),
                    choices.ANSWERS,
                    "auto",
                    tr("scores or probabilities of the classes, class values, or other values."),
                )
            ),
        )
        for name, label, text in (
            ("SIGNATURE", tr("Signature"), tr("Of those in the model; empty for the usual one.")),
            ("PLACEHOLDERS", tr("Placeholders"), tr("Values of other tensors, like “is_training=false”.")),
            ("TARGETS", tr("Training operations"), tr("For going on with the training, such as optimizer.")),
            ("LABELS_TENSOR", tr("Tensor of the labels"), tr("For training, such as y.")),
            ("TRAINING_PLACEHOLDERS", tr("Placeholders while training"), tr("Like “lr=0.0002 is_training=true”.")),
        ):
            self.add(params.advanced(params.text(name, label, text)))
        self.add(params.file_output("OUTPUT", tr("Model"), params.model_files(), optional=True))
        for name, label in (
            ("RECEPTIVE_FIELD", tr("Receptive field")),
            ("EXPRESSION_FIELD", tr("Expression field")),
            ("SCALE", tr("Scale")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def job(self, given):
        fields = [given.integer("RECEPTIVE_FIELD")]
        fields += [given.integer(f"RECEPTIVE_FIELD_{n}") for n in range(2, params.MAXIMUM_SOURCES + 1)]
        while fields and not fields[-1]:
            fields.pop()
        first = given.raster("INPUT")
        return jobs.ImportModelJob(
            model=given.file("MODEL"),
            images=[first, *given.more_rasters("INPUT")] if first else [],
            signature=given.text("SIGNATURE"),
            input_tensors=given.text("INPUTS") or "",
            output_tensors=given.text("OUTPUTS") or "",
            answer=given.word("ANSWER"),
            legend=given.legend(),
            receptive_fields=fields,
            expression_field=given.integer("EXPRESSION_FIELD"),
            scale=given.number("SCALE"),
            placeholders=given.text("PLACEHOLDERS") or "",
            labels_tensor=given.text("LABELS_TENSOR") or "",
            targets=given.text("TARGETS") or "",
            training_placeholders=given.text("TRAINING_PLACEHOLDERS") or "",
            output=given.output("OUTPUT"),
        )
