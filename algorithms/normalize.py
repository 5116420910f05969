"""rasterlearn:normalize"""

from __future__ import annotations

from ..core.base import choices
from ..host.translation import tr
from ..jobs import job as jobs
from . import checks, groups, params
from .base import EngineAlgorithm


class Normalize(EngineAlgorithm):
    """Stacks bands and normalizes each."""

    ID, TITLE, GROUP = "normalize", "Normalize and stack bands", groups.PREPARATION
    HELP = """Stacks the bands of one or several images and scales each of them.

Method: max (x / maximum, as in the OTBTF tutorial), minmax (to 0 … 1), percentile (lower to 0, upper to 1; robust \
against clouds), standard (mean 0, standard deviation 1), scale (x / a constant). The image is read once. Percentiles \
are exact for integers of up to 16 bits, else within 0.05 % of the value.

An output named .vrt scales on the fly and takes no space. The image remembers its scaling; models learn it from \
there and apply it to raw images by themselves.

With a cluster, its workers read the images for the statistics; the output is written by one process."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.images(),
            params.one_of("METHOD", tr("Method"), choices.METHODS, "max"),
            params.advanced(params.decimal_number("SCALE", tr("Constant of the method “scale”"), 10000.0)),
            params.advanced(params.decimal_number("LOWER", tr("Lower percentile"), 2.0, 0.0, 100.0)),
            params.advanced(params.decimal_number("UPPER", tr("Upper percentile"), 98.0, 0.0, 100.0)),
            params.advanced(
                params.any_file(
                    "STATISTICS_FROM",
                    tr("Statistics from"),
                    tr(
                        "A normalized image or a statistics file: its scaling is used instead of a new one. Or a list "
                        "of raw images (.txt, a path in each line; or STAC items): the scaling that suits all of them."
                    ),
                )
            ),
            params.advanced(params.cluster()),
            params.raster_output(label=tr("Normalized image")),
            params.file_output("STATISTICS", tr("Statistics"), tr("JSON (*.json)"), optional=True),
        )

    def check(self, given):
        layers = given.layers("INPUT")
        checks.same_grid(layers)
        output = given.output("OUTPUT")
        if not output.lower().endswith(".vrt"):
            bands = sum(layer.bandCount() for layer in layers)
            checks.disk_has_room(output, checks.BYTES_OF_FLOAT * bands * checks.pixels_of(layers[0]))

    def job(self, given):
        return jobs.NormalizeJob(
            inputs=given.rasters("INPUT"),
            method=given.word("METHOD"),
            scale=given.number("SCALE"),
            lower=given.number("LOWER"),
            upper=given.number("UPPER"),
            statistics_from=given.file("STATISTICS_FROM"),
            output=given.output("OUTPUT"),
            statistics=given.output("STATISTICS"),
            cluster=given.text("CLUSTER") or "",
        )
