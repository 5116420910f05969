"""rasterlearn:degrade"""

from __future__ import annotations

from ..host.translation import tr
from ..jobs import job as jobs
from . import groups, params
from .base import EngineAlgorithm


class Degrade(EngineAlgorithm):
    """Shows an image as a sensor with larger pixels would have seen it."""

    ID, TITLE, GROUP = "degrade", "Degrade an image (Wald's protocol)", groups.RESTORATION
    HELP = """Gives an image larger pixels, as a coarser sensor would have seen it.

This is how one learns and judges super-resolution without a finer truth (Wald's protocol): degrade the coarse bands \
(20 m to 40 m) and the fine ones (10 m to 20 m) by the ratio of their pixels, learn the original coarse bands from \
both, judge the result against them where nothing was learned, and apply the model to the original images.

Each pixel of the result is a mean of the pixels around its center, weighted by a Gaussian. Its width follows from the \
modulation transfer function (MTF) at the Nyquist frequency: how much of the contrast of a wave of two coarse pixels \
the coarse sensor sees. Most sensors have 0.1 to 0.4. Nothing is shifted: the edges of the larger pixels are edges of \
smaller ones.

A pixel is nodata where less than half of its weight lies on valid pixels. Columns and rows at the end that do not \
fill a pixel are left out. Type, names of bands, scale and offset stay; integers are rounded. Scale and offset must be \
the same for all bands to be kept."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.image(),
            params.whole_number("FACTOR", tr("Factor of the pixel size"), 2, 2, maximum=10),
            params.advanced(
                params.text(
                    "MTF",
                    tr("Modulation transfer function at the Nyquist frequency"),
                    tr("A number from 0.01 to 0.6 for all bands, or one for each, separated by commas: 0.28,0.25,0.3"),
                    "0.3",
                )
            ),
            params.raster_output(label=tr("Degraded image")),
        )

    def job(self, given):
        return jobs.DegradeJob(
            image=given.raster("INPUT"),
            factor=given.integer("FACTOR"),
            mtf=given.text("MTF") or "0.3",
            output=given.output("OUTPUT"),
        )
