"""rasterlearn:extractpatches"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..core import jobs
from . import params
from .base import EngineAlgorithm
from .params import tr


class ExtractPatches(EngineAlgorithm):
    """Cuts a patch around each sample point."""

    ID, TITLE, GROUP = "extractpatches", "Extract patches", "Samples"
    HELP = """Cuts a patch of the image around each sample point.

The patches are stacked in one file, from top to bottom, and the labels in a second one: the layout of OTBTF's \
PatchesExtraction. A patch of 16 × 16 reaches 8 pixels to the left and 7 to the right of its point, likewise up and \
down.

Points whose patch leaves the image or touches nodata are rejected; they can be written with the reason."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.points("POINTS", tr("Sample points")),
            params.point_field("POINTS"),
            params.image(),
            params.patch_size(),
            params.advanced(
                params.whole_number("PATCH_HEIGHT", tr("Patch height, if it is not square"), None, 1, optional=True)
            ),
            params.advanced(
                params.decimal_number("NODATA", tr("Pixel value that rejects a patch"), None, optional=True)
            ),
            params.file_output("OUTPUT", tr("Patches"), params.GEOTIFF_FILES),
            params.file_output("LABELS", tr("Patch labels"), params.GEOTIFF_FILES),
            params.points_output("REJECTED", tr("Rejected points"), optional=True),
        )
        self.addOutput(QgsProcessingOutputNumber("ACCEPTED_COUNT", tr("Number of patches")))
        self.addOutput(QgsProcessingOutputNumber("REJECTED_COUNT", tr("Number of rejected points")))

    def job(self, given):
        return jobs.ExtractPatchesJob(
            points=given.vector("POINTS"),
            field=given.text("FIELD"),
            image=given.raster("INPUT"),
            patch_size=given.integer("PATCH_SIZE"),
            patch_height=given.integer("PATCH_HEIGHT"),
            nodata=given.number("NODATA"),
            output=given.output("OUTPUT"),
            labels=given.output("LABELS"),
            rejected=given.output("REJECTED"),
        )
