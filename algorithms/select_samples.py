"""rasterlearn:selectsamples"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..core.base import choices
from ..host.translation import tr
from ..jobs import job as jobs
from . import checks, groups, params
from .base import EngineAlgorithm


class SelectSamples(EngineAlgorithm):
    """Draws sample points per class from labels."""

    ID, TITLE, GROUP = "selectsamples", "Select samples", groups.SAMPLES
    STYLED = ("LABELS", "LABEL_FEATURES")
    HELP = """Draws sample points of each class from a label raster or from polygons, lines or points.

Strategy: constant (so many of each class; all classes drop to the smallest one if that has fewer), total (so many \
in all, in proportion to the labels), percent (a share of each class), byclass (a table says how many of each), \
smallest (as many of each class as the smallest has), all.

Points lie at pixel centers of the image, so far from its border that a patch around them fits. A label raster on \
another grid or in another coordinate system is laid over the image; features are reprojected. Where features \
overlap, a pixel may be drawn for each of them, or it is left out where their classes differ; the log tells how many \
such pixels there are.

With a validation share, or with folds for a cross-validation, whole square blocks go to one set, and no patch of one \
set overlaps a patch of another; each set gets its share of every class as far as the blocks allow. The log tells how \
near the sets come to each other.

The points carry the label's own value (class), its name and color, and the set they belong to."""

    def initAlgorithm(self, configuration=None):
        self.add(
            *params.labels(),
            params.image("IMAGE", optional=True, help_text=params.label_image_help()),
            params.one_of("STRATEGY", tr("Strategy"), choices.STRATEGIES, "constant"),
            params.whole_number("COUNT", tr("Count (constant: per class; total: in all)"), 500, 1),
            params.decimal_number("PERCENT", tr("Share of each class in percent (percent)"), 1.0, 0.0, 100.0),
            params.any_file(
                "BYCLASS",
                tr("Table of counts (byclass)"),
                tr("A csv with two columns: the class, as its value or its name, and the number of samples."),
            ),
            params.patch_size(tr("Keeps the points so far from the border that patches of this size fit.")),
            params.decimal_number("VALIDATION_PERCENT", tr("Validation share (percent)"), 0.0, 0.0, 99.0),
            params.advanced(
                params.whole_number("PATCH_HEIGHT", tr("Patch height, if it is not square"), None, 1, optional=True)
            ),
            params.advanced(
                params.whole_number(
                    "FOLDS",
                    tr("Folds for a cross-validation"),
                    0,
                    0,
                    help_text=tr("The field fold tells the part of each point, from 1; 0 for none."),
                )
            ),
            params.advanced(params.whole_number("BLOCK_PIXELS", tr("Block of the split (pixels)"), 64, 2)),
            params.advanced(params.one_of("SAMPLER", tr("Sampler"), choices.SAMPLERS, "random")),
            params.advanced(
                params.one_of(
                    "OVERLAPS",
                    tr("Pixels in several features"),
                    choices.OVERLAPS,
                    "each",
                    tr("each: counts for each feature, as in OTB. skip: left out where their classes differ."),
                )
            ),
            params.label_nodata(),
            params.advanced(params.seed()),
            params.legend(),
            params.points_output(label=tr("Samples")),
            params.points_output("VALIDATION", tr("Validation samples"), optional=True),
        )
        self.addOutput(QgsProcessingOutputNumber("COUNT_TRAINING", tr("Number of training samples")))
        self.addOutput(QgsProcessingOutputNumber("COUNT_VALIDATION", tr("Number of validation samples")))

    def check(self, given):
        image, size = given.layer("IMAGE"), given.integer("PATCH_SIZE")
        checks.labels(given, "LABELS", "LABEL_FEATURES", image)
        if image is not None:
            checks.image_holds_patch(image, size, given.integer("PATCH_HEIGHT") or size)

    def job(self, given):
        return jobs.SelectSamplesJob(
            labels=given.raster("LABELS"),
            label_features=given.vector("LABEL_FEATURES"),
            field=given.text("FIELD"),
            image=given.raster("IMAGE"),
            nodata=given.number("NODATA"),
            strategy=given.word("STRATEGY"),
            count=given.integer("COUNT"),
            percent=given.number("PERCENT"),
            by_class=given.file("BYCLASS"),
            sampler=given.word("SAMPLER"),
            seed=given.integer("SEED"),
            patch_size=given.integer("PATCH_SIZE"),
            patch_height=given.integer("PATCH_HEIGHT"),
            folds=given.integer("FOLDS"),
            validation_percent=given.number("VALIDATION_PERCENT"),
            block_pixels=given.integer("BLOCK_PIXELS"),
            overlaps=given.word("OVERLAPS"),
            legend=given.legend(),
            output=given.output("OUTPUT"),
            validation=given.output("VALIDATION"),
        )
