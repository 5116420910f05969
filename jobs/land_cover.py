"""The whole chain in one dialog."""

from __future__ import annotations

from typing import Optional

from ..core.progress import Progress
from . import choices, shared
from .groups import CHAIN
from .job import Job, Results, command, read_legend
from .parameter import choice, number, raster_output, whole


@command(
    "landcover",
    "Land-cover map from images and labels",
    CHAIN,
    styled=("labels", "label_features"),
    results=shared.ACCURACY,
)
class LandCover(Job):
    """Does everything in one go: normalizes the bands, selects samples, extracts patches, trains a network, judges it,
    and maps the whole image.

    Give the images (all on one grid) and labels, as a raster or as features with a class field. For an honest
    accuracy, give separate validation labels (with the same field), or let a share of the labels be set aside in
    blocks. Pixels in features of different classes are left out.

    The single steps are algorithms of their own, for more control.
    """

    inputs: list[str] = shared.images()
    labels: Optional[str] = shared.label_raster()
    label_features: Optional[str] = shared.label_features()
    field: Optional[str] = shared.class_field("label_features")
    validation_labels: Optional[str] = shared.label_raster("Validation labels (raster)")
    validation_features: Optional[str] = shared.label_features("Validation labels (features)")
    validation_percent: float = number(
        0.0,
        "Or validation share (percent)",
        minimum=0,
        maximum=99,
        help="Share of the labels set aside for validation where there are no validation labels.",
    )
    count: int = whole(
        500,
        "Samples per class",
        minimum=1,
        help="Points drawn of each class; all classes drop to the smallest one if that has fewer.",
    )
    epochs: int = shared.epochs()
    method: str = choice(
        choices.METHODS,
        "percentile",
        "Normalization",
        help="How bands are scaled. percentile is robust against clouds and bright roofs.",
        advanced=True,
    )
    patch_size: int = shared.patch_size(advanced=True)
    block_pixels: int = shared.block_pixels()
    architecture: str = choice(
        choices.PATCH_ARCHITECTURES,
        "texture_cnn",
        "Architecture",
        help="The network: texture_cnn is the best of them on the demo, patch_cnn the simplest.",
        advanced=True,
    )
    seed: int = shared.seed(advanced=True)
    legend: Optional[str] = shared.legend()
    output: str = raster_output("Land-cover map", help="The map: a GeoTIFF with names and colors of the classes.")
    model: str = shared.model_output(help="The trained model, with which “Apply a model” maps other images.")
    report: Optional[str] = shared.report()

    def run(self, progress: Progress) -> Results:
        from ..core.fitting import Settings
        from ..core.landcover import map_land_cover

        return map_land_cover(
            self.inputs,
            self.model,
            self.output,
            self.report,
            self.labels,
            self.label_features,
            self.field,
            self.validation_labels,
            self.validation_features,
            self.validation_percent,
            read_legend(self.legend),
            self.method,
            self.count,
            self.patch_size,
            self.block_pixels,
            self.architecture,
            self.part(Settings),
            progress,
        ).results()
