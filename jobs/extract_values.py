"""Adds the pixel values to sample points."""

from __future__ import annotations

from typing import Optional

from ..core.base.errors import InputError
from . import shared
from .groups import SAMPLES
from .job import Job, Progress, Results, command
from .parameter import points_in, points_output, whole


@command(
    "extractvalues",
    "Extract values",
    SAMPLES,
    results={"ACCEPTED_COUNT": "Number of points", "REJECTED_COUNT": "Number of rejected points"},
)
class ExtractValues(Job):
    """Adds the pixel value of each band to sample points, as the fields value_0, value_1 …

    With a model, the values are its deep features for the patch around each point instead: those that “Apply a
    model” maps with RESULT=features. Models with several sources need an image for each.

    With a neighborhood, the values of the bands are followed by the mean and the standard deviation of each band in
    a window around the point: value_N … for N bands. A forest trained on them can use texture; “Apply a model”
    computes the same numbers for every pixel. Points with nodata in their window are left out; in maps, nodata in a
    window is replaced by the mean of the training data. Beyond its edge the image is mirrored.

    Points outside the image or on nodata are left out. The layer records the bands and the normalization that its
    values come from.
    """

    # fmt: off
    points: str = points_in("Sample points", "Points with a class, as written by “Select samples”.")
    images: list[str] = shared.IMAGE.but(more=shared.MORE_IMAGES)
    model: Optional[str] = shared.MODEL.but(label="Model, for its deep features", advanced=True, default=None,
        help="If given, the values are the deep features that its network computes from the patch around a point.")
    device: str = shared.DEVICE
    neighborhood: int = whole(0, "Neighborhood (pixels; 0 for none)", minimum=0, advanced=True,
        help="Side of a window; the mean and standard deviation of each band in it become values, too.")
    pixel_values: str = shared.PIXEL_VALUES
    output: str = points_output("Samples with values", "The points with the fields value_0, value_1 …")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        if not self.images:
            raise InputError("No image was given. Expected the raster whose values the points get ({p:images}).")
        if self.model and self.neighborhood:
            raise InputError(
                "{p:neighborhood} is for the values of pixels: leave {p:model} empty, or {p:neighborhood} at 0."
            )
        if self.model:
            from ..core.learning.deep_features import extract_features

            options = self.device, progress, self.pixel_values
            counts = extract_features(self.points, self.images, self.model, self.output, *options)
        elif len(self.images) > 1:
            raise InputError(
                "Several images ({p:images#2} …) are for the sources of a model: give {p:model}, or one image."
            )
        else:
            from ..core.samples.point_values import extract_values

            counts = extract_values(self.points, self.images[0], self.output, self.neighborhood, progress)
        return {"ACCEPTED_COUNT": counts["accepted"], "REJECTED_COUNT": counts["rejected"]}
