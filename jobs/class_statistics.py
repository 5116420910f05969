"""Counts the pixels of each class and each feature."""

from __future__ import annotations

from typing import Optional

from ..core.base.errors import InputError
from . import shared
from .groups import SAMPLES
from .job import Job, Progress, Results, command, pool_of, read_legend
from .parameter import CSV, file_output, page_output


@command(
    "classstatistics",
    "Class statistics",
    SAMPLES,
    styled=("labels", "label_features"),
    results={"CLASS_COUNT": "Number of classes", "PIXEL_COUNT": "Number of labelled pixels"},
)
class ClassStatistics(Job):
    """Counts how many pixels each class of a label raster or of features covers, before samples are drawn.

    A polygon covers the pixels of the image whose centers are inside it, a line those that it crosses, a point the
    one it lies in. Where features overlap, a pixel counts for each of them (as in OTB's PolygonClassStatistics), and
    the page reports how many pixels lie in features of different classes.

    The table has a row for each class: pixels, percent, hectares (if the coordinate system is in meters) and, for
    features, their number and median size. A second table has a row for each feature.

    A cluster can be used for label rasters only.
    """

    # fmt: off
    labels: Optional[str] = shared.LABELS
    label_features: Optional[str] = shared.LABEL_FEATURES
    field: Optional[str] = shared.CLASS_FIELD
    image: Optional[str] = shared.LABELLED_IMAGE
    nodata: Optional[float] = shared.LABEL_NODATA
    legend: Optional[str] = shared.LEGEND
    cluster: str = shared.CLUSTER
    output: str = file_output(CSV, "Table of classes", "A row for each class: pixels, percent, hectares, features.")
    per_feature: Optional[str] = file_output(CSV, "Table of features", optional=True,
        help="A row for each feature: its class and its pixels.")
    html: Optional[str] = page_output("Page", "The same as a page with bars, shown in the results viewer.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.samples.class_statistics import class_statistics
        from ..core.samples.labels import LabelSource, open_labels

        legend = read_legend(self.legend)
        source = LabelSource(self.labels, self.label_features, self.field, self.nodata, legend)
        labels = open_labels(source, self.image)
        if self.cluster and not self.labels:
            raise InputError(
                "{p:cluster} is for label rasters ({p:labels}); features are counted by one process. Leave "
                "{p:cluster} empty."
            )
        with pool_of(self.cluster) as pool:
            statistics = class_statistics(labels, self.output, self.per_feature, self.html, progress, pool)
        return {"CLASS_COUNT": len(statistics.classes), "PIXEL_COUNT": int(statistics.pixels.sum())}
