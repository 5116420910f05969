"""rasterlearn:trainforest"""

from __future__ import annotations

from qgis.core import QgsProcessingParameterField

from ..host.translation import tr
from ..jobs import job as jobs
from . import groups, params
from .base import EngineAlgorithm


class TrainForest(EngineAlgorithm):
    """Trains a Random Forest on points with values."""

    ID, TITLE, GROUP = "trainforest", "Train a Random Forest", groups.LEARNING
    HELP = """Trains a Random Forest on sample points with pixel values and judges it on a second layer of points.

“Extract values” makes such points. If it was given a model, the values are deep features of its network: give the \
same model here, and the model file will hold both, network and forest, and map images in one pass.

Tuning tries depths, samples per leaf and features per split, and takes those with the largest mean kappa \
in parts of the training samples that lie apart in space from those learned from. The validation samples are never \
looked at for this, so their accuracy stays honest. A maximum depth that is given is kept.

The forest is stored as plain numbers, readable whatever version of scikit-learn is installed; “Apply a model” maps \
with it."""

    def initAlgorithm(self, configuration=None):
        numeric = QgsProcessingParameterField.DataType.Numeric
        self.add(
            params.points("SAMPLES", tr("Samples with values")),
            params.point_field("SAMPLES"),
            params.with_help(
                QgsProcessingParameterField("FEATURES", tr("Features"), None, "SAMPLES", numeric, True, True),
                tr("Fields to learn from, in the order of the image's bands; by default value_0, value_1 …"),
            ),
            params.points("VALIDATION", tr("Validation samples with values"), optional=True),
            params.whole_number("TREES", tr("Number of trees"), 100, 1),
            params.advanced(params.whole_number("MAX_DEPTH", tr("Maximum depth (0 for unlimited)"), 0, 0)),
            params.with_help(
                params.switch("TUNE", tr("Choose the settings of the trees by cross-validation"), False),
                tr("Tries depths, samples per leaf and features per split. Takes about 70 times as long."),
            ),
            params.advanced(params.seed()),
            params.advanced(
                params.with_help(
                    params.model_file("MODEL", tr("Model whose deep features the values are"), True),
                    tr("For samples that “Extract values” made with MODEL: the same model."),
                )
            ),
            params.legend(),
            params.note(),
            params.model_output(),
            params.report_output(),
        )
        for output in params.accuracy_outputs():
            self.addOutput(output)

    def job(self, given):
        return jobs.TrainForestJob(
            samples=given.vector("SAMPLES"),
            field=given.text("FIELD"),
            features=given.texts("FEATURES"),
            validation=given.vector("VALIDATION"),
            trees=given.integer("TREES"),
            max_depth=given.integer("MAX_DEPTH"),
            seed=given.integer("SEED"),
            model=given.file("MODEL"),
            tune=given.boolean("TUNE"),
            legend=given.legend(),
            note=given.text("NOTE"),
            output=given.output("OUTPUT"),
            report=given.output("REPORT"),
        )
