"""rasterlearn:gridsamples"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..core.base import choices
from ..host.translation import tr
from ..jobs import job as jobs
from . import groups, params
from .base import EngineAlgorithm


class GridSamples(EngineAlgorithm):
    """Puts sample points on a regular grid of patches."""

    ID, TITLE, GROUP = "gridsamples", "Select patches on a grid", groups.SAMPLES
    STYLED = ("LABELS",)
    HELP = """Puts a point on each patch of a regular grid over the image and deals the patches out to training, \
validation and test. “Extract patches” with the same patch size cuts exactly these patches.

Strategy: chessboard (training and validation like the colors of a chessboard), split (at random, by percentages), \
all (everything is for training), balanced (so many patches that their label pixels are spread over the classes as \
evenly as possible, then as chessboard).

Patches lie wholly inside the image; those with a nodata pixel are left out. With the step as large as the patch, \
patches neither overlap nor leave gaps. With a smaller step, patches of different sets overlap.

The points carry their set and their place in the grid and, with labels, the label's value (class), name and color \
at the point. Sets without an output of their own are written to the first one."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.image(),
            params.patch_size(),
            params.whole_number(
                "STEP",
                tr("Step (pixels)"),
                None,
                1,
                optional=True,
                help_text=tr("From one patch to the next. By default the patch size."),
            ),
            params.one_of("STRATEGY", tr("Strategy"), choices.GRID_STRATEGIES, "chessboard"),
            params.image(
                "LABELS",
                tr("Labels"),
                True,
                tr("Class values on the pixels of the image; nodata means not annotated. Needed to balance."),
            ),
            params.decimal_number(
                "NODATA",
                tr("Nodata value of the image"),
                None,
                optional=True,
                help_text=tr("By default the image's own."),
            ),
            *[
                params.advanced(params.decimal_number(name, label, percent, 0.0, 100.0))
                for name, label, percent in (
                    ("TRAINING_PERCENT", tr("Training share of a split (percent)"), 50.0),
                    ("VALIDATION_PERCENT", tr("Validation share of a split (percent)"), 25.0),
                    ("TEST_PERCENT", tr("Test share of a split (percent)"), 25.0),
                )
            ],
            params.advanced(
                params.whole_number(
                    "COUNT",
                    tr("Balanced: number of patches"),
                    0,
                    0,
                    help_text=tr("0 takes half of the patches that have labels."),
                )
            ),
            params.advanced(
                params.decimal_number(
                    "SPATIAL_SHARE",
                    tr("Balanced: part of the patches spread evenly over the image"),
                    0.25,
                    0.0,
                    1.0,
                    help_text=tr("0 … 1. The others are chosen for the classes that are lacking."),
                )
            ),
            params.advanced(params.whole_number("OFFSET_X", tr("First patch: column"), 0, 0)),
            params.advanced(params.whole_number("OFFSET_Y", tr("First patch: row"), 0, 0)),
            params.advanced(params.seed()),
            params.points_output(label=tr("Training samples")),
            params.points_output("VALIDATION", tr("Validation samples"), optional=True),
            params.points_output("TEST", tr("Test samples"), optional=True),
        )
        self.addOutput(QgsProcessingOutputNumber("COUNT_TRAINING", tr("Number of training samples")))
        self.addOutput(QgsProcessingOutputNumber("COUNT_VALIDATION", tr("Number of validation samples")))
        self.addOutput(QgsProcessingOutputNumber("COUNT_TEST", tr("Number of test samples")))

    def job(self, given):
        return jobs.GridSamplesJob(
            image=given.raster("INPUT"),
            patch_size=given.integer("PATCH_SIZE"),
            step=given.integer("STEP"),
            strategy=given.word("STRATEGY"),
            labels=given.raster("LABELS"),
            legend=self.live_style(),
            nodata=given.number("NODATA"),
            training_percent=given.number("TRAINING_PERCENT"),
            validation_percent=given.number("VALIDATION_PERCENT"),
            test_percent=given.number("TEST_PERCENT"),
            count=given.integer("COUNT"),
            spatial_share=given.number("SPATIAL_SHARE"),
            offset_x=given.integer("OFFSET_X"),
            offset_y=given.integer("OFFSET_Y"),
            seed=given.integer("SEED"),
            output=given.output("OUTPUT"),
            validation=given.output("VALIDATION"),
            test=given.output("TEST"),
        )
