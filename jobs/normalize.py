"""Stacks bands and normalizes each."""

from __future__ import annotations

from typing import Optional

from . import choices, shared
from .groups import PREPARATION
from .job import Job, Progress, Results, command, pool_of
from .parameter import JSON, MAP, choice, file_in, file_output, number, raster_output


@command("normalize", "Normalize and stack bands", PREPARATION)
class Normalize(Job):
    """Stacks the bands of one or several images and scales each of them.

    Method: max (x / maximum, as in the OTBTF tutorial), minmax (to 0 … 1), percentile (lower to 0, upper to 1;
    robust to clouds), standard (mean 0, standard deviation 1), scale (x / a constant). The image is read once.
    Percentiles are exact for integers of up to 16 bits, otherwise within 0.05 % of the value.

    A .vrt output scales on the fly and takes up no space. The scaling is recorded in the image; models take it from
    there and apply it to raw images by themselves.

    With a cluster, its workers read the images for the statistics; the output is written by one process.
    """

    # fmt: off
    inputs: list[str] = shared.IMAGES
    method: str = choice(choices.METHODS, "max", "Method",
        help="max: x / maximum, as OTBTF does. percentile: robust to clouds. standard: mean 0.")
    scale: float = number(10000.0, "Constant of the method “scale”", advanced=True,
        help="Every value is divided by it; 10000 turns values of Sentinel-2 products into reflectance.")
    lower: float = number(2.0, "Lower percentile", minimum=0, maximum=100, advanced=True,
        help="This percentile of each band becomes 0.")
    upper: float = number(98.0, "Upper percentile", minimum=0, maximum=100, advanced=True,
        help="This percentile of each band becomes 1.")
    statistics_from: Optional[str] = file_in("Statistics from", optional=True, advanced=True,
        help="A normalized image or a statistics file, whose scaling is used instead of a new one. Or a list of raw "
        "images (.txt, with one path per line; or STAC items): the scaling that suits all of them.")
    pixel_values: str = shared.RECORDED_VALUES
    cluster: str = shared.CLUSTER
    output: str = raster_output("Normalized image", files=MAP,
        help="A .tif holds the scaled values, a .vrt scales whenever it is read and takes up no space.")
    statistics: Optional[str] = file_output(JSON, "Statistics", optional=True,
        help="The scaling as a file, to apply the same one to another image.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.images.normalization import Scaling, normalize

        with pool_of(self.cluster) as pool:
            normalize(self.inputs, self.output, self.part(Scaling), self.statistics, progress, pool)
        return {}
