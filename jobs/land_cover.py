"""The whole chain in one dialog."""

from __future__ import annotations

from typing import Optional

from . import choices, shared
from .groups import CHAIN
from .job import Job, Progress, Results, command, read_legend
from .parameter import choice, number, raster_output, whole


@command(
    "landcover",
    "Land-cover map from images and labels",
    CHAIN,
    styled=("labels", "label_features"),
    results=shared.ACCURACY,
)
class LandCover(Job):
    """Does everything in one go: normalizes the bands, selects samples, extracts patches, trains a network, evaluates
    it, and maps the whole image.

    Give the images (all on one grid) and labels, as a raster or as features with a class field. For an unbiased
    accuracy, give separate validation labels (with the same field), or let a share of the labels be set aside in
    blocks. Pixels in features of different classes are left out.

    For more control, use the single steps, which are algorithms of their own.
    """

    # fmt: off
    inputs: list[str] = shared.IMAGES
    labels: Optional[str] = shared.LABELS
    label_features: Optional[str] = shared.LABEL_FEATURES
    field: Optional[str] = shared.CLASS_FIELD
    validation_labels: Optional[str] = shared.LABELS.but(label="Validation labels (raster)")
    validation_features: Optional[str] = shared.LABEL_FEATURES.but(label="Validation labels (features)")
    validation_percent: float = number(0.0, "Or validation share (percent)", minimum=0, maximum=99,
        help="Share of the labels set aside for validation if there are no validation labels.")
    count: int = whole(500, "Samples per class", minimum=1,
        help="Points drawn from each class; if the smallest class has fewer, all classes get as many as that one.")
    epochs: int = shared.EPOCHS
    method: str = choice(choices.METHODS, "percentile", "Normalization", advanced=True,
        help="How bands are scaled. percentile is robust to clouds and bright roofs.")
    patch_size: int = shared.PATCH_SIZE.but(advanced=True)
    block_pixels: int = shared.BLOCK_PIXELS
    architecture: str = choice(choices.PATCH_ARCHITECTURES, "texture_cnn", "Architecture", advanced=True)
    nodata: Optional[float] = shared.LABEL_NODATA
    seed: int = shared.SEED
    legend: Optional[str] = shared.LEGEND
    output: str = raster_output("Land-cover map", "The map: a GeoTIFF with the names and colors of the classes.")
    model: str = shared.MODEL_OUTPUT.but(help="The trained model, with which “Apply a model” maps other images.")
    report: Optional[str] = shared.REPORT
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.chains.land_cover import LandCover, LandCoverFiles, map_land_cover
        from ..core.learning.training_loop import Settings
        from ..core.samples.labels import LabelSource
        from ..core.samples.sampling import Sampling

        nodata = self.nodata if self.labels or not self.validation_labels else None
        labels = LabelSource(self.labels, self.label_features, self.field, nodata, read_legend(self.legend))
        validation = None
        if self.validation_labels or self.validation_features:
            nodata = self.nodata if self.validation_labels else None
            validation = LabelSource(self.validation_labels, self.validation_features, self.field, nodata)
        sampling = self.part(Sampling, patch_width=self.patch_size, patch_height=self.patch_size)
        settings = self.part(LandCover, sampling=sampling, training=self.part(Settings))
        outputs = LandCoverFiles(self.model, self.output, self.report)
        return map_land_cover(self.inputs, labels, outputs, settings, validation, progress).results()
