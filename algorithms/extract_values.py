"""rasterlearn:extractvalues"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..host.translation import tr
from ..jobs import job as jobs
from . import groups, params
from .base import EngineAlgorithm


class ExtractValues(EngineAlgorithm):
    """Adds the pixel values to sample points."""

    ID, TITLE, GROUP = "extractvalues", "Extract values", groups.SAMPLES
    HELP = """Adds the pixel value of each band to sample points, as the fields value_0, value_1 …

With a model, the values are its deep features for the patch around each point instead: those that “Apply a model” \
maps with RESULT=features. Models of several sources need an image for each.

With a neighborhood, the values of the bands are followed by the mean and the standard deviation of each band in a \
window around the point: value_N … for N bands. A forest trained on them knows texture; “Apply a model” computes the \
same numbers for every pixel. Points with nodata in their window are left out; in maps, nodata in a window is replaced \
by the mean of the training data. Beyond its edge the image is mirrored.

Points outside the image or on nodata are left out. The layer remembers which bands and which normalization its \
values come from."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.points("POINTS", tr("Sample points")),
            params.image(),
            *params.more_images(),
            params.advanced(params.model_file("MODEL", tr("Model, for its deep features"), True)),
            params.advanced(params.device()),
            params.advanced(
                params.whole_number(
                    "NEIGHBORHOOD",
                    tr("Neighborhood (pixels; 0 for none)"),
                    0,
                    0,
                    help_text=tr(
                        "Side of a window; mean and standard deviation of each band in it become values, too."
                    ),
                )
            ),
            params.points_output(label=tr("Samples with values")),
        )
        self.addOutput(QgsProcessingOutputNumber("ACCEPTED_COUNT", tr("Number of points")))
        self.addOutput(QgsProcessingOutputNumber("REJECTED_COUNT", tr("Number of rejected points")))

    def job(self, given):
        return jobs.ExtractValuesJob(
            points=given.vector("POINTS"),
            images=[given.raster("INPUT"), *given.more_rasters("INPUT")],
            model=given.file("MODEL"),
            device=given.text("DEVICE") or "auto",
            neighborhood=given.integer("NEIGHBORHOOD"),
            output=given.output("OUTPUT"),
        )
