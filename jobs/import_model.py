"""Makes a model file from a SavedModel or a Keras network."""

from __future__ import annotations

from typing import Optional

from ..core.base.messages import parameter
from . import choices, shared
from .groups import EXCHANGE
from .job import Job, Progress, Results, command, read_legend
from .parameter import FileType, More, choice, file_in, number, text, whole


@command(
    "importmodel",
    "Import a model",
    EXCHANGE,
    results={"RECEPTIVE_FIELD": "Receptive field", "EXPRESSION_FIELD": "Expression field", "SCALE": "Scale"},
)
class ImportModel(Job):
    """Makes a RasterLearn model from a TensorFlow SavedModel (from OTBTF, TensorFlow 1 or 2, or Keras) or from a Keras
    network (.keras). The graphs of OTBTF's tutorial need nothing but the file.

    Without an output, the log lists what is in the model: its signatures and the names of its tensors. Then choose
    the inputs (one for each image) and outputs; the first output determines the classes, and “Apply a model” with
    the result “values” writes all of them. Names are those of the signature, of tensors (x:0) or of nodes (x). What
    is left empty is taken from the signature.

    How large a patch the model needs (receptive field), how many cells it outputs for it (expression field) and how
    far apart these are (scale) is found out by running it on images. What you give is checked against that. A
    network whose outputs are 4 pixels apart makes maps fully convolutionally with scale 4, and patch by patch with
    scale 1.

    To train a TensorFlow 1 graph further with its own training operation, name that operation (targets, such as
    optimizer) and the tensor of the labels (such as y). Placeholders are given values such as “lr=0.0002
    is_training=false”.

    No code from the model is run: only operations known to compute numbers from numbers are allowed; everything else
    is refused by name.
    """

    # fmt: off
    model: str = file_in("Model to import", files=FileType("SavedModel, Keras network (saved_model.pb *.keras)"),
        help="The file saved_model.pb in the folder of a SavedModel, or a .keras file.")
    legend: Optional[str] = shared.LEGEND
    images: list[str] = shared.IMAGE.but(label="An image of the kind that the model is for", more=shared.MORE_IMAGES,
        default=None,
        help="Provides the names of the bands, the pixel size and the normalization that the model expects.")
    input_tensors: str = text("", "Input tensors", "One for each image.", qgis="INPUTS")
    output_tensors: str = text("", "Output tensors", "The first one determines the classes.", qgis="OUTPUTS")
    receptive_fields: list[int] = whole(0, "Receptive field (pixels; 0 to find it)", minimum=0, qgis="RECEPTIVE_FIELD",
        more=More("Receptive field of source {} (pixels; 0 to find it)", "The same for this source.", default=0),
        help="Side of the patch that an output depends on; checked against what is found.")
    receptive_heights: list[int] = whole(0, "Height of the receptive field, if not square", minimum=0, advanced=True,
        qgis="RECEPTIVE_FIELD_HEIGHT",
        more=More("Height of the receptive field of source {}, if not square", "The same for this source.", default=0),
        help="Rows of the patch that an output depends on; 0 to find them.")
    expression_field: int = whole(0, "Expression field (cells; 0 to find it)", minimum=0,
        help="How many cells, side by side, the graph outputs for a patch.")
    scale: float = number(0, "Pixels of the image per pixel of the map (0 to find it)", minimum=0,
        help="4 makes a map with pixels four times as large, 0.5 one with pixels half as large.")
    answer: str = choice(choices.ANSWERS, "auto", "What the first output contains", advanced=True,
        help="scores or probabilities of the classes, class values, or other values. A single number is a value; with "
        "probabilities or scores it is that of class 1 against class 0.")
    signature: Optional[str] = text(None, "Signature", "One of those in the model; empty for the usual one.",
        advanced=True)
    placeholders: str = text("", "Placeholders", "Values of other tensors, such as “is_training=false”.", advanced=True)
    targets: str = text("", "Training operations", "For training the model further, such as optimizer.", advanced=True)
    labels_tensor: str = text("", "Tensor of the labels", "For training, such as y.", advanced=True)
    training_placeholders: str = text("", "Placeholders during training", advanced=True,
        help="Such as “lr=0.0002 is_training=true”.")
    output: Optional[str] = shared.MODEL_OUTPUT.but(default=None,
        help="The model for “Apply a model”. Without it, the log merely lists what is in the file.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.exchange.import_options import ImportOptions
        from ..core.exchange.importing import import_model
        from ..core.model.graph_use import read_names, read_placeholders

        wanted = self.part(
            ImportOptions,
            inputs=read_names(self.input_tensors),
            outputs=read_names(self.output_tensors),
            legend=read_legend(self.legend),
            receptive_px=self.receptive_fields,
            receptive_rows=self.receptive_heights,
            expression_px=self.expression_field,
            placeholders=read_placeholders(self.placeholders, parameter("placeholders")),
            labels=self.labels_tensor,
            targets=read_names(self.targets),
            training_placeholders=read_placeholders(self.training_placeholders, parameter("training_placeholders")),
        )
        return import_model(self.model, self.output, wanted, self.images, progress)
