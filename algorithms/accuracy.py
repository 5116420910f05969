"""rasterlearn:accuracy"""

from __future__ import annotations

from ..core.base import choices
from ..host.translation import tr
from ..jobs import job as jobs
from . import checks, groups, params
from .base import EngineAlgorithm


class Accuracy(EngineAlgorithm):
    """Judges a map against reference labels, or a map of values against true values."""

    ID, TITLE, GROUP = "accuracy", "Accuracy of a map", groups.JUDGING
    HELP = """Compares a land-cover map with reference labels and reports overall accuracy, kappa, macro-F1, mean IoU, \
precision, recall, F1 and IoU of each class, and the confusion matrix.

Every labelled pixel of the reference counts once. Rows of the matrix are the reference, columns the map. Use \
labels that the model was not trained on.

The 95 % intervals are a bootstrap over spatial blocks of the map, as neighboring pixels resemble each other. The \
report also corrects the areas of the classes for the errors of the map (Olofsson et al. 2014), which is right if the \
labels are a random sample of each mapped class.

A map of continuous values – a restored or enlarged image, a regression – is judged against a reference raster on the \
same pixels, band by band: RMSE, MAE, bias, R², PSNR, SSIM and, of several bands, the spectral angle (SAM), with a \
scatter plot and the errors of each band."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.image("MAP", tr("Map")),
            params.image("REFERENCE", tr("Reference (raster)"), True),
            params.features("REFERENCE_FEATURES", tr("Reference labels (features)")),
            params.class_field("FIELD", "REFERENCE_FEATURES"),
            params.one_of("KIND", tr("What the map holds"), choices.MAP_KINDS, "auto"),
            params.advanced(params.image("MASK", tr("Mask of the pixels to judge"), True)),
            params.report_output(),
            params.file_output("MATRIX", tr("Confusion matrix, or table of bands"), tr("CSV (*.csv)"), optional=True),
        )
        for output in [*params.accuracy_outputs(), *params.value_outputs()]:
            self.addOutput(output)

    def check(self, given):
        if given.word("KIND") == "values":
            checks.reference_of_values(given, "MAP", "REFERENCE", "REFERENCE_FEATURES")
        else:
            checks.labels(given, "REFERENCE", "REFERENCE_FEATURES", given.layer("MAP"))

    def job(self, given):
        return jobs.AccuracyJob(
            map=given.raster("MAP"),
            reference=given.raster("REFERENCE"),
            reference_features=given.vector("REFERENCE_FEATURES"),
            field=given.text("FIELD"),
            kind=given.word("KIND"),
            mask=given.raster("MASK"),
            report=given.output("REPORT"),
            matrix=given.output("MATRIX"),
        )
