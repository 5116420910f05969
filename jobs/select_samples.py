"""Draws sample points per class from labels."""

from __future__ import annotations

from typing import Optional

from . import choices, shared
from .groups import SAMPLES
from .job import Job, Progress, Results, command, read_legend
from .parameter import choice, file_in, number, points_output, whole


@command(
    "selectsamples",
    "Select samples",
    SAMPLES,
    styled=("labels", "label_features"),
    results={"COUNT_TRAINING": "Number of training samples", "COUNT_VALIDATION": "Number of validation samples"},
)
class SelectSamples(Job):
    """Draws sample points of each class from a label raster or from polygons, lines or points.

    Points lie at pixel centers of the image, where a patch around them lies inside it and has no nodata. A label
    raster on another grid or in another coordinate system is laid over the image; features are reprojected. Where
    features overlap, a pixel may be drawn for each of them, or it is left out if their classes differ; the log
    reports how many such pixels there are.

    With a validation share, or with folds for cross-validation, square blocks are assigned to one set as a whole,
    and no patch of one set overlaps a patch of another; each set gets its share of every class as far as the blocks
    allow. The log reports how close the sets come to each other.

    The points carry the label's own value (class), its name and color, and the set they belong to.
    """

    # fmt: off
    labels: Optional[str] = shared.LABELS
    label_features: Optional[str] = shared.LABEL_FEATURES
    field: Optional[str] = shared.CLASS_FIELD
    image: Optional[str] = shared.LABELLED_IMAGE
    strategy: str = choice(choices.STRATEGIES, "constant", "Strategy")
    count: int = whole(500, "Count (constant: per class; total: in all)", minimum=1,
        help="For the strategy constant, the points of each class; for total, those of all classes together.")
    percent: float = number(1.0, "Share of each class (percent)", minimum=0, maximum=100,
        help="For the strategy percent: the share of each class's pixels that is drawn.")
    by_class: Optional[str] = file_in("Table of counts (byclass)", optional=True, qgis="BYCLASS",
        help="A CSV file with two columns: the class, as its value or its name, and the number of samples.")
    patch_size: int = shared.PATCH_SIZE.but(
        help="Keeps the points far enough from the border for patches of this size to fit.")
    validation_percent: float = number(0.0, "Validation share (percent)", minimum=0, maximum=99,
        help="Share of the labels that is set aside in blocks for validation and never trained on.")
    patch_height: Optional[int] = shared.PATCH_HEIGHT
    folds: int = whole(0, "Folds for cross-validation", minimum=0, advanced=True,
        help="The field fold holds the fold of each point, from 1; 0 for none.")
    block_pixels: int = shared.BLOCK_PIXELS
    sampler: str = choice(choices.SAMPLERS, "random", "Sampler", advanced=True,
        help="random: anywhere among the labelled pixels. periodic: every n-th of them.")
    overlaps: str = choice(choices.OVERLAPS, "each", "Pixels in several features", advanced=True,
        help="each: the pixel counts for each feature, as in OTB. skip: it is left out if their classes differ.")
    nodata: Optional[float] = shared.LABEL_NODATA
    seed: int = shared.SEED
    legend: Optional[str] = shared.LEGEND
    output: str = points_output("Samples", "Points at pixel centers, with class, name, color and set.")
    validation: Optional[str] = points_output("Validation samples", optional=True,
        help="The points that are set aside; without this output they are written to the first one.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.samples.labels import LabelSource, open_labels
        from ..core.samples.sampling import Sampling, select_samples

        legend = read_legend(self.legend)
        source = LabelSource(self.labels, self.label_features, self.field, self.nodata, legend, self.overlaps)
        labels = open_labels(source, self.image)
        height = self.patch_size if self.patch_height is None else self.patch_height
        sampling = self.part(Sampling, class_counts=self.by_class, patch_width=self.patch_size, patch_height=height)
        counts = select_samples(labels, self.output, self.validation, sampling, self.image or "", progress)
        return {"COUNT_TRAINING": counts["train"], "COUNT_VALIDATION": counts["validation"]}
