"""rasterlearn:exportmodel"""

from __future__ import annotations

from ..host.translation import tr
from ..jobs import job as jobs
from . import groups, params
from .base import EngineAlgorithm


class ExportModel(EngineAlgorithm):
    """Writes a model for other programs."""

    ID, TITLE, GROUP = "exportmodel", "Export a model", groups.EXCHANGE
    HELP = """Writes a model in the formats of other programs. Give at least one output.

SavedModel: a folder that OTBTF's TensorflowModelServe runs. A patch network is written densely, so that it answers at \
every pixel of an image of any size; the log tells receptive and expression field. ONNX: a file for the QGIS plugin \
Deepness, which finds classes, resolution, tiles and overlap in it. STAC: an item that describes the model in a \
catalog, with the extension MLM; it refers to the model and to what is exported in the same run.

All of them are shown raw pixels: the normalization that the model recorded is part of what is exported, and the \
classes are those of “Apply a model”. A Random Forest can only be described. docs/exchange.md tells the rest."""

    def initAlgorithm(self, configuration=None):
        folder_help = tr("A new or empty folder, or one with an older SavedModel, which is replaced.")
        self.add(
            params.model_file(),
            params.folder_output("SAVEDMODEL", tr("SavedModel for OTBTF"), folder_help),
            params.file_output("ONNX", tr("ONNX file for Deepness"), tr("ONNX (*.onnx)"), optional=True),
            params.file_output("STAC", tr("STAC item"), tr("STAC item (*.json)"), optional=True),
        )

    def job(self, given):
        return jobs.ExportModelJob(
            model=given.file("MODEL"),
            saved_model=given.output("SAVEDMODEL"),
            onnx=given.output("ONNX"),
            stac=given.output("STAC"),
        )
