"""rasterlearn:laygaps"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..host.translation import tr
from ..jobs import job as jobs
from . import groups, params
from .base import EngineAlgorithm


class LayGaps(EngineAlgorithm):
    """Hides parts of a clear image, to know what lies under them."""

    ID, TITLE, GROUP = "laygaps", "Lay gaps over an image", groups.RESTORATION
    HELP = """Lays the shapes of real clouds over an image that is clear, so that what lies under them is known: to \
learn to fill gaps, and to judge how well they are filled.

The shapes are the unusable pixels of a mask, of any date and place, as in “Mask an image”. They are laid over the \
image pixel by pixel; where the image is larger than the mask, they are repeated and mirrored. Which part of the mask \
lies where depends on the seed.

The output is the image with nodata in the gaps. The truth has the image's values there, and nodata everywhere else. \
What was nodata before stays nodata in both."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.image(),
            *params.mask(),
            params.seed(),
            params.advanced(params.output_nodata()),
            params.raster_output(label=tr("Image with gaps")),
            params.raster_output("TRUTH", tr("Truth under the gaps")),
        )
        self.addOutput(QgsProcessingOutputNumber("GAP_PIXELS", tr("Number of clear pixels in gaps")))

    def job(self, given):
        return jobs.LayGapsJob(
            image=given.raster("INPUT"),
            mask=given.raster("MASK"),
            mask_values=given.text("MASK_VALUES") or "",
            mask_bits=given.text("MASK_BITS") or "",
            seed=given.integer("SEED"),
            nodata=given.number("NODATA"),
            output=given.output("OUTPUT"),
            truth=given.output("TRUTH"),
        )
