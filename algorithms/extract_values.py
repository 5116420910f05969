"""rasterlearn:extractvalues"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..core import jobs
from . import params
from .base import EngineAlgorithm
from .params import tr


class ExtractValues(EngineAlgorithm):
    """Adds the pixel values to sample points."""

    ID, TITLE, GROUP = "extractvalues", "Extract values", "Samples"
    HELP = """Adds the pixel value of each band to sample points, as the fields value_0, value_1 …

Points outside the image or on nodata are left out. The layer remembers which bands and which normalization its \
values come from."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.points("POINTS", tr("Sample points")),
            params.image(),
            params.points_output(label=tr("Samples with values")),
        )
        self.addOutput(QgsProcessingOutputNumber("ACCEPTED_COUNT", tr("Number of points")))
        self.addOutput(QgsProcessingOutputNumber("REJECTED_COUNT", tr("Number of rejected points")))

    def job(self, given):
        return jobs.ExtractValuesJob(
            points=given.vector("POINTS"), image=given.raster("INPUT"), output=given.output("OUTPUT")
        )
