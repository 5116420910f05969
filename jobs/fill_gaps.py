"""Fills the gaps of an image from other images."""

from __future__ import annotations

from typing import Optional

from . import choices, shared
from .groups import RESTORATION
from .job import Job, Progress, Results, command
from .parameter import GEOTIFF, choice, file_output, raster_in, raster_output, rasters_in, switch, text


@command(
    "fillgaps",
    "Fill gaps of an image",
    RESTORATION,
    results={"FILLED_PIXELS": "Number of filled pixels", "UNFILLED_PIXELS": "Number of remaining gaps"},
)
class FillGaps(Job):
    """Fills the nodata pixels of an image from images of other dates, or from one other image. Clear pixels are left
    unchanged. First turn clouds into nodata with “Mask an image”, in the image as well as in the series.

    Method: linear (interpolated in time between the nearest clear dates before and after; if only one side has a
    clear date, its value), nearest (the value of the clear date nearest in time), image (the values of FILLING, for
    example a map made by a network).

    A pixel is a gap if any of its bands is nodata; all of its bands are then filled. Integers are rounded. Nodata
    remains where no image is clear.

    Dates are read from the file names (20170216, 2017-02-16, 2017_02_16, or year and day of the year as in
    LT50350322008110PAC01), unless they are given in DATES.
    """

    # fmt: off
    image: str = shared.IMAGE.but(label="Image with gaps")
    series: list[str] = rasters_in("Images of other dates", optional=True, option="series",
        help="On the same pixels and with the same bands; clouds must be nodata in them, too.")
    method: str = choice(choices.FILLINGS, "linear", "Method",
        help="linear and nearest take values from the series, image takes those of one other image.")
    filling: Optional[str] = raster_in("Image to fill from", optional=True,
        help="For the method image: an image on the same pixels, with the same bands.")
    dates: str = text("", "Dates of the images",
        help="The date of the image, then those of the series in their order: 2017-02-16,2017-02-06 … By default they "
        "are read from the file names; a single date is that of the image.")
    gap_band: bool = switch(False, "Append a band that marks filled pixels", advanced=True,
        help="The last band, “gap”, is 1 where a pixel was filled and 0 elsewhere.")
    pixel_values: str = shared.RECORDED_VALUES
    nodata: Optional[float] = shared.OUTPUT_NODATA
    output: str = raster_output("Filled image", "The image without gaps, except where no other image is clear.")
    estimate: Optional[str] = file_output(GEOTIFF, "Estimate of every pixel from the series", optional=True,
        help="Of clear pixels, too: together with the filled image, it shows a network how wrong interpolation is.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.images.gap_filling import GapFilling, fill_gaps

        filled, left = fill_gaps(self.image, self.output, self.part(GapFilling), self.estimate, progress)
        return {"FILLED_PIXELS": filled, "UNFILLED_PIXELS": left}
