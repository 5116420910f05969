"""rasterlearn:maskimage"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..host.translation import tr
from ..jobs import job as jobs
from . import checks, groups, params
from .base import EngineAlgorithm


class MaskImage(EngineAlgorithm):
    """Makes unusable pixels nodata."""

    ID, TITLE, GROUP = "maskimage", "Mask an image (clouds)", groups.PREPARATION
    HELP = """Makes pixels nodata where a mask or a quality band says that they cannot be used: clouds, shadows, snow. \
All other algorithms then leave them out: statistics, samples, patches, maps.

MASK_VALUES lists the values of the mask that mean “not usable” (Sentinel-2 SCL: 0-1,3,8-10; Fmask: 2-4). MASK_BITS \
lists bits of a quality band of which any set one means it (Landsat QA_PIXEL: 0-4). With both, either is enough; \
with none, every value but 0 means it. Nodata in the mask, and what it does not cover, is not usable.

The mask may have larger or smaller pixels, or another coordinate system: the value under the center of each pixel \
counts.

An output named .vrt copies nothing: it refers to the image, and the mask lies beside it in a file .vrt.msk. A .tif is \
a copy with nodata in the masked pixels."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.image(),
            *params.mask(),
            params.advanced(params.whole_number("BUFFER", tr("Buffer (pixels)"), 0, 0)),
            params.advanced(params.output_nodata()),
            params.raster_output(label=tr("Masked image")),
        )
        self.addOutput(QgsProcessingOutputNumber("MASKED_PIXELS", tr("Number of masked pixels")))

    def check(self, given):
        checks.comparable_positions([given.layer("INPUT"), given.layer("MASK")])

    def job(self, given):
        return jobs.MaskImageJob(
            image=given.raster("INPUT"),
            mask=given.raster("MASK"),
            mask_values=given.text("MASK_VALUES") or "",
            mask_bits=given.text("MASK_BITS") or "",
            buffer=given.integer("BUFFER"),
            nodata=given.number("NODATA"),
            output=given.output("OUTPUT"),
        )
