"""rasterlearn:classstatistics"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..host.translation import tr
from ..jobs import job as jobs
from . import checks, groups, params
from .base import EngineAlgorithm


class ClassStatistics(EngineAlgorithm):
    """Counts the pixels of each class and each feature."""

    ID, TITLE, GROUP = "classstatistics", "Class statistics", groups.SAMPLES
    STYLED = ("LABELS", "LABEL_FEATURES")
    HELP = """Counts how many pixels each class of a label raster or of features covers, before samples are drawn.

A polygon covers the pixels of the image whose centers are inside, a line those that it crosses, a point the one it \
lies in. Where features overlap, a pixel counts for each of them (as in OTB's PolygonClassStatistics), and the page \
tells how many pixels lie in features of different classes.

The table has a row for each class: pixels, percent, hectares (where the coordinate system has meters) and, for \
features, their number and median size. A second table has a row for each feature.

A cluster is for label rasters."""

    def initAlgorithm(self, configuration=None):
        self.add(
            *params.labels(),
            params.image("IMAGE", optional=True, help_text=params.label_image_help()),
            params.label_nodata(),
            params.legend(),
            params.advanced(params.cluster()),
            params.file_output("OUTPUT", tr("Table of classes"), tr("CSV (*.csv)")),
            params.file_output("PER_FEATURE", tr("Table of features"), tr("CSV (*.csv)"), optional=True),
            params.html_output("HTML", tr("Page")),
        )
        self.addOutput(QgsProcessingOutputNumber("CLASS_COUNT", tr("Number of classes")))
        self.addOutput(QgsProcessingOutputNumber("PIXEL_COUNT", tr("Number of labelled pixels")))

    def check(self, given):
        checks.labels(given, "LABELS", "LABEL_FEATURES", given.layer("IMAGE"))

    def job(self, given):
        return jobs.ClassStatisticsJob(
            labels=given.raster("LABELS"),
            label_features=given.vector("LABEL_FEATURES"),
            field=given.text("FIELD"),
            image=given.raster("IMAGE"),
            nodata=given.number("NODATA"),
            legend=given.legend(),
            output=given.output("OUTPUT"),
            per_feature=given.output("PER_FEATURE"),
            html=given.output("HTML"),
            cluster=given.text("CLUSTER") or "",
        )
