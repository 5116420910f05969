"""Writes a model for other programs."""

from __future__ import annotations

from typing import Optional

from . import shared
from .groups import EXCHANGE
from .job import Job, Progress, Results, command
from .parameter import FileType, file_output, folder_output


@command("exportmodel", "Export a model", EXCHANGE)
class ExportModel(Job):
    """Writes a model in the formats of other programs. Give at least one output.

    SavedModel: a folder that OTBTF's TensorflowModelServe runs. A patch network is exported in its dense form, so
    that it gives a result for every pixel of an image of any size; the log reports its receptive field and its
    expression field. ONNX: a file for the QGIS plugin Deepness, which reads classes, resolution, tiles and overlap
    from it. STAC: an item that describes the model in a catalog, with the MLM extension; it refers to the model and
    to whatever is exported in the same run.

    Exported models take raw pixels: the normalization recorded in the model is part of the export, and the classes
    are the same as those of “Apply a model”. A Random Forest can only be described. For more, see docs/exchange.md.
    """

    # fmt: off
    model: str = shared.MODEL
    saved_model: Optional[str] = folder_output("SavedModel for OTBTF", optional=True, qgis="SAVEDMODEL",
        help="A new or empty folder, or one with an older SavedModel, which is replaced.")
    onnx: Optional[str] = file_output(FileType("ONNX (*.onnx)", (".onnx",)), "ONNX file for Deepness", optional=True,
        help="One file, with the metadata that the Deepness plugin reads.")
    stac: Optional[str] = file_output(FileType("STAC item (*.json)", (".json",)), "STAC item", optional=True,
        help="A JSON file that describes the model for a catalog (MLM extension).")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.exchange.exporting import export_model

        export_model(self.model, self.saved_model, self.onnx, self.stac, progress)
        return {}
