"""rasterlearn:fillgaps"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..core.base import choices
from ..host.translation import tr
from ..jobs import job as jobs
from . import groups, params
from .base import EngineAlgorithm


class FillGaps(EngineAlgorithm):
    """Gives pixels without a value one from other images."""

    ID, TITLE, GROUP = "fillgaps", "Fill gaps of an image", groups.RESTORATION
    HELP = """Fills the nodata of an image from images of other dates, or from one other image. Clear pixels stay as \
they are. Clouds become nodata with “Mask an image” first, in the image as well as in the series.

Method: linear (interpolated in time between the nearest clear dates before and after; where only one side has one, \
its value), nearest (the value of the clear date nearest in time), image (the values of FILLING, for example the map \
that a network made).

A pixel is a gap where any of its bands is nodata; then all of them are filled. Integers are rounded. Nodata stays \
where no image is clear.

Dates are read from the file names (20170216, 2017-02-16, 2017_02_16, or year and day of the year as in \
LT50350322008110PAC01), unless DATES gives them."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.image(label=tr("Image with gaps")),
            params.several_rasters("SERIES", tr("Images of other dates")),
            params.one_of("METHOD", tr("Method"), choices.FILLINGS, "linear"),
            params.image("FILLING", tr("Image to fill from"), True),
            params.text(
                "DATES",
                tr("Dates of the images"),
                tr(
                    "The date of the image, then those of the series in their order: 2017-02-16,2017-02-06 … By "
                    "default they are read from the file names; a single one is that of the image."
                ),
            ),
            params.advanced(params.switch("GAP_BAND", tr("Append a band that tells what was filled"), False)),
            params.advanced(params.output_nodata()),
            params.raster_output(label=tr("Filled image")),
            params.with_help(
                params.file_output("ESTIMATE", tr("What the series says of every pixel"), params.geotiff_files(), True),
                tr("Of clear pixels, too: beside the filled image, it shows a network how wrong interpolation is."),
            ),
        )
        self.addOutput(QgsProcessingOutputNumber("FILLED_PIXELS", tr("Number of filled pixels")))
        self.addOutput(QgsProcessingOutputNumber("UNFILLED_PIXELS", tr("Number of gaps that stay")))

    def job(self, given):
        return jobs.FillGapsJob(
            image=given.raster("INPUT"),
            series=given.several_rasters("SERIES"),
            method=given.word("METHOD"),
            filling=given.raster("FILLING"),
            dates=given.text("DATES") or "",
            gap_band=given.boolean("GAP_BAND"),
            nodata=given.number("NODATA"),
            output=given.output("OUTPUT"),
            estimate=given.output("ESTIMATE"),
        )
