"""rasterlearn:comparemodels"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..host.translation import tr
from ..jobs import job as jobs
from . import groups, params
from .base import EngineAlgorithm


class CompareModels(EngineAlgorithm):
    """Judges several maps or models on the same samples."""

    ID, TITLE, GROUP = "comparemodels", "Compare maps or models", groups.JUDGING
    HELP = """Judges several maps on the same reference labels, or several models on the same patches, and tells \
whether they differ.

For maps, give MAPS and a reference. Only labelled pixels that all maps have are counted. For models, give MODELS \
with patches and their labels that none of them was trained on; stacks of several images must be cut around the same \
points. Networks see their patch around the center, forests the center pixel.

The table has overall accuracy, kappa, macro-F1 and mean IoU of each with 95 % intervals, which are a bootstrap over \
spatial blocks. The report and the table of pairs have the difference of each two with its interval, and McNemar's \
test with p values adjusted for the number of pairs (Holm)."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.several_rasters("MAPS", tr("Maps")),
            params.label_raster("REFERENCE", tr("Reference labels (raster)")),
            params.features("REFERENCE_FEATURES", tr("Reference labels (features)")),
            params.class_field("FIELD", "REFERENCE_FEATURES"),
            params.several_files("MODELS", tr("Models, instead of maps"), tr("Files *.rlmodel.")),
            params.stack_file("PATCHES", tr("Patches to judge the models on"), optional=True),
            *[
                params.advanced(params.stack_file(f"PATCHES_{n}", tr("Patches of image {}").format(n), optional=True))
                for n in range(2, params.MAXIMUM_SOURCES + 1)
            ],
            params.stack_file("LABELS", tr("Patch labels"), optional=True),
            params.file_output("OUTPUT", tr("Table"), tr("CSV (*.csv)")),
            params.file_output("PAIRS", tr("Table of pairs"), tr("CSV (*.csv)"), optional=True),
            params.report_output(),
        )
        self.addOutput(QgsProcessingOutputNumber("SAMPLE_COUNT", tr("Number of samples")))
        self.addOutput(QgsProcessingOutputNumber("DROPPED_COUNT", tr("Number of pixels that are not on all maps")))

    def job(self, given):
        return jobs.CompareModelsJob(
            maps=given.several_rasters("MAPS"),
            reference=given.raster("REFERENCE"),
            reference_features=given.vector("REFERENCE_FEATURES"),
            field=given.text("FIELD"),
            models=given.several_files("MODELS"),
            stacks=given.following_files("PATCHES", params.MAXIMUM_SOURCES),
            labels=given.file("LABELS"),
            output=given.output("OUTPUT"),
            pairs=given.output("PAIRS"),
            report=given.output("REPORT"),
        )
