"""rasterlearn:selectsamples"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..core import choices, jobs
from . import params
from .base import EngineAlgorithm
from .params import tr


class SelectSamples(EngineAlgorithm):
    """Draws sample points per class from labels."""

    ID, TITLE, GROUP = "selectsamples", "Select samples", "Samples"
    STYLED = ("LABELS", "LABEL_FEATURES")
    HELP = """Draws sample points of each class from a label raster or from polygons.

Strategy: constant (so many of each class; all classes drop to the smallest one if that has fewer), total (so many \
in all, in proportion to the labels), smallest (as many of each class as the smallest has), all.

Points lie at pixel centers, so far from the border of the image that a patch around them fits. With a validation \
share, whole square blocks are set aside, and no validation patch overlaps a training patch.

The points carry the label's own value (class), its name and color, and the set they belong to."""

    def initAlgorithm(self, configuration=None):
        self.add(
            *params.labels(),
            params.image("IMAGE", optional=True, help_text=tr("The image that patches will be extracted from.")),
            params.one_of("STRATEGY", tr("Strategy"), choices.STRATEGIES, "constant"),
            params.whole_number("COUNT", tr("Count (per class, or in all)"), 500, 1),
            params.patch_size(tr("Keeps the points so far from the border that patches of this size fit.")),
            params.decimal_number("VALIDATION_PERCENT", tr("Validation share (percent)"), 0.0, 0.0, 99.0),
            params.advanced(params.whole_number("BLOCK_PIXELS", tr("Block of the split (pixels)"), 64, 2)),
            params.advanced(params.one_of("SAMPLER", tr("Sampler"), choices.SAMPLERS, "random")),
            params.advanced(
                params.decimal_number("NODATA", tr("Label value that means not annotated"), None, optional=True)
            ),
            params.advanced(params.seed()),
            params.legend(),
            params.points_output(label=tr("Samples")),
            params.points_output("VALIDATION", tr("Validation samples"), optional=True),
        )
        self.addOutput(QgsProcessingOutputNumber("COUNT_TRAINING", tr("Number of training samples")))
        self.addOutput(QgsProcessingOutputNumber("COUNT_VALIDATION", tr("Number of validation samples")))

    def job(self, given):
        return jobs.SelectSamplesJob(
            labels=given.raster("LABELS"),
            label_features=given.vector("LABEL_FEATURES"),
            field=given.text("FIELD"),
            image=given.raster("IMAGE"),
            nodata=given.number("NODATA"),
            strategy=given.word("STRATEGY"),
            count=given.integer("COUNT"),
            sampler=given.word("SAMPLER"),
            seed=given.integer("SEED"),
            patch_size=given.integer("PATCH_SIZE"),
            validation_percent=given.number("VALIDATION_PERCENT"),
            block_pixels=given.integer("BLOCK_PIXELS"),
            legend=given.legend(),
            output=given.output("OUTPUT"),
            validation=given.output("VALIDATION"),
        )
