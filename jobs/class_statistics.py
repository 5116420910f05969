"""Counts the pixels of each class and each feature."""

from __future__ import annotations

from typing import Optional

from ..core.errors import InputError
from ..core.progress import Progress
from . import shared
from .groups import SAMPLES
from .job import Job, Result, Results, command, read_legend
from .parameter import CSV, file_output, page_output


@command(
    "classstatistics",
    "Class statistics",
    SAMPLES,
    styled=("labels", "label_features"),
    results=(
        Result("CLASS_COUNT", "Number of classes"),
        Result("PIXEL_COUNT", "Number of labelled pixels"),
    ),
)
class ClassStatistics(Job):
    """Counts how many pixels each class of a label raster or of features covers, before samples are drawn.

    A polygon covers the pixels of the image whose centers are inside, a line those that it crosses, a point the one
    it lies in. Where features overlap, a pixel counts for each of them (as in OTB's PolygonClassStatistics), and
    the page tells how many pixels lie in features of different classes.

    The table has a row for each class: pixels, percent, hectares (where the coordinate system has meters) and, for
    features, their number and median size. A second table has a row for each feature.

    A cluster is for label rasters.
    """

    labels: Optional[str] = shared.label_raster()
    label_features: Optional[str] = shared.label_features()
    field: Optional[str] = shared.class_field("label_features")
    image: Optional[str] = shared.label_image()
    nodata: Optional[float] = shared.label_nodata()
    legend: Optional[str] = shared.legend()
    cluster: str = shared.cluster()
    output: str = file_output(
        "Table of classes", CSV, help="A row for each class: pixels, percent, hectares, features."
    )
    per_feature: Optional[str] = file_output(
        "Table of features", CSV, optional=True, help="A row for each feature: its class and its pixels."
    )
    html: Optional[str] = page_output("Page", help="The same as a page with bars, in the results viewer.")

    def run(self, progress: Progress) -> Results:
        from ..core.class_statistics import class_statistics
        from ..core.labels import open_labels

        labels = open_labels(
            self.labels,
            self.label_features,
            self.field,
            self.image,
            self.nodata,
            read_legend(self.legend),
        )
        count_all = None
        if self.cluster and self.labels:
            from ..core.cluster_statistics import count_labels_on

            count_all = count_labels_on(self.cluster, self.labels, self.image, self.nodata)
        elif self.cluster:
            raise InputError(
                "CLUSTER is for label rasters (LABELS); features are counted by one process. Leave CLUSTER empty."
            )
        statistics = class_statistics(labels, self.output, self.per_feature, self.html, progress, count_all)
        return {"CLASS_COUNT": len(statistics.classes), "PIXEL_COUNT": int(statistics.pixels.sum())}
