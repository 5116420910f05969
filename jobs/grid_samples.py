"""Puts sample points on a regular grid of patches."""

from __future__ import annotations

from typing import Optional

from . import choices, shared
from .groups import SAMPLES
from .job import Job, Progress, Results, command, read_legend
from .parameter import choice, number, points_output, raster_in, whole


@command(
    "gridsamples",
    "Select patches on a grid",
    SAMPLES,
    styled=("labels",),
    results={
        "COUNT_TRAINING": "Number of training samples",
        "COUNT_VALIDATION": "Number of validation samples",
        "COUNT_TEST": "Number of test samples",
    },
)
class GridSamples(Job):
    """Puts a point on each patch of a regular grid over the image and divides the patches into training, validation
    and test sets. “Extract patches” with the same patch size cuts exactly these patches.

    Strategy: chessboard (training and validation alternate like the colors of a chessboard), split (at random, by
    percentages), all (everything is for training), balanced (a number of patches, chosen so that their label pixels
    are spread over the classes as evenly as possible, then as in chessboard).

    Patches lie entirely inside the image; those with a nodata pixel are left out. If the step equals the patch size,
    patches neither overlap nor leave gaps. With a smaller step, patches of different sets overlap.

    The points carry their set and their position in the grid and, with labels, the label's value (class), name and
    color at the point. Sets without an output of their own are written to the first output.
    """

    # fmt: off
    image: str = shared.IMAGE.but(help="The image that the grid is laid over.")
    patch_size: int = shared.PATCH_SIZE
    step: Optional[int] = whole(None, "Step (pixels)", minimum=1,
        help="From one patch to the next. By default the patch size.")
    strategy: str = choice(choices.GRID_STRATEGIES, "chessboard", "Strategy",
        help="chessboard: two sets like its colors. split: at random. all: one set. balanced: by classes.")
    labels: Optional[str] = raster_in("Labels", optional=True,
        help="Class values on the pixels of the image; nodata means not annotated. Required for balancing.")
    nodata: Optional[float] = number(None, "Nodata value of the image", "By default the image's own.")
    training_percent: float = number(50.0, "Training share of a split (percent)", minimum=0, maximum=100, advanced=True,
        help="For the strategy split; only the ratio of the three shares matters.")
    validation_percent: float = number(25.0, "Validation share of a split (percent)", minimum=0, maximum=100,
        advanced=True,
        help="For the strategy split: patches for validation, which are never trained on.")
    test_percent: float = number(25.0, "Test share of a split (percent)", minimum=0, maximum=100, advanced=True,
        help="For the strategy split: patches for a final test.")
    count: int = whole(0, "Balanced: number of patches", minimum=0, advanced=True,
        help="0 takes half of the patches that have labels.")
    spatial_share: float = number(0.25, "Balanced: share of the patches spread evenly over the image", minimum=0,
        maximum=1, advanced=True,
        help="0 … 1. The others are chosen for the classes that are underrepresented.")
    offset_x: int = whole(0, "First patch: column", "Column where the grid begins, from 0.", minimum=0, advanced=True)
    offset_y: int = whole(0, "First patch: row", "Row where the grid begins, from 0.", minimum=0, advanced=True)
    seed: int = shared.SEED
    output: str = points_output("Training samples", "A point on each patch to train on.")
    validation: Optional[str] = points_output("Validation samples", optional=True,
        help="A point on each patch for validation.")
    test: Optional[str] = points_output("Test samples", "A point on each patch for a final test.", optional=True)
    legend: Optional[str] = shared.LEGEND.but(hidden=True)
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.samples.grid_samples import GridSampling, grid_samples
        from ..core.samples.labels import LabelSource

        percents = self.training_percent, self.validation_percent, self.test_percent
        settings = self.part(GridSampling, percents=percents)
        labels = LabelSource(self.labels, legend=read_legend(self.legend)) if self.labels else None
        counts = grid_samples(self.image, self.output, self.validation, self.test, settings, labels, progress)
        return {
            "COUNT_TRAINING": counts["train"],
            "COUNT_VALIDATION": counts["validation"],
            "COUNT_TEST": counts["test"],
        }
