"""Judges a map against reference labels, or a map of values against true values."""

from __future__ import annotations

import math
from typing import Optional, Union

from ..core.base.errors import InputError
from . import choices, shared
from .groups import JUDGING
from .job import Job, Progress, Results, command
from .parameter import CSV, choice, file_output, raster_in


@command(
    "accuracy",
    "Accuracy of a map",
    JUDGING,
    results={
        **shared.ACCURACY,
        **shared.VALUE_ERRORS,
        "PSNR": "Peak signal-to-noise ratio (dB)",
        "SSIM": "Structural similarity",
        "SAM": "Spectral angle (degrees)",
    },
)
class Accuracy(Job):
    """Compares a land-cover map with reference labels and reports overall accuracy, kappa, macro-F1, mean IoU,
    precision, recall, F1 and IoU of each class, and the confusion matrix.

    Every labelled pixel of the reference counts once. Rows of the matrix are the reference, columns the map. Use
    labels that the model was not trained on.

    The 95 % intervals come from a bootstrap over spatial blocks of the map, as neighboring pixels resemble each
    other. The report also corrects the areas of the classes for the errors of the map (Olofsson et al. 2014), which
    is valid if the labels are a random sample of each mapped class.

    A map of continuous values – a restored or enlarged image, a regression – is compared with a reference raster
    on the same pixels, band by band: RMSE, MAE, bias, R², PSNR, SSIM and, for several bands, the spectral angle
    (SAM), with a scatter plot and the errors of each band.
    """

    # fmt: off
    map: str = raster_in("Map", "A raster of class values, or of continuous values.")
    reference: Optional[str] = raster_in("Reference (raster)", optional=True,
        help="Class values, where nodata means not annotated; or true values, with the same bands and on the same "
        "pixels as the map. Give either a raster or features.")
    reference_features: Optional[str] = shared.LABEL_FEATURES.but(label="Reference labels (features)")
    field: Optional[str] = shared.CLASS_FIELD.but(parent="reference_features")
    kind: str = choice(choices.MAP_KINDS, "auto", "What the map contains",
        help="auto: values if the map's metadata says so, if it has several bands, or if both the map and the "
        "reference hold real numbers; otherwise classes.")
    mask: Optional[str] = raster_in("Mask of the pixels to judge", optional=True, advanced=True,
        help="Only pixels where this raster is neither 0 nor nodata are judged, such as those under a cloud.")
    pixel_values: str = shared.RECORDED_VALUES
    report: Optional[str] = shared.REPORT
    matrix: Optional[str] = file_output(CSV, "Confusion matrix, or table of bands", optional=True,
        help="Rows are the reference, columns the map. For a map of values: a row of scores for each band.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.judging.map_accuracy import judge_map
        from ..core.judging.value_accuracy import is_of_values
        from ..core.samples.labels import LabelSource

        if is_of_values(self.map, self.reference, self.kind):
            return self._of_values(progress)
        labels = LabelSource(self.reference, self.reference_features, self.field)
        accuracy = judge_map(self.map, labels, self.report, self.matrix, self.mask, progress)
        return {"OVERALL_ACCURACY": accuracy.overall_accuracy, "KAPPA": accuracy.kappa}

    def _of_values(self, progress: Progress) -> Results:
        from ..core.judging.value_accuracy import judge_values

        if self.reference is None or self.reference_features is not None:
            raise InputError(
                "A map of values is judged by one reference: give {p:reference}, and not {p:reference_features}."
            )
        options = self.mask, self.report, self.matrix, progress, self.pixel_values
        accuracy = judge_values(self.map, self.reference, *options)
        scores = accuracy.overall
        found = {"RMSE": scores.rmse, "MAE": scores.mae, "BIAS": scores.bias, "PSNR": scores.psnr}
        found |= {"SSIM": scores.ssim, "SAM": accuracy.sam}
        return {name: _plain(value) for name, value in found.items()}


def _plain(value: float) -> Union[float, str, None]:
    """A number in a form that JSON can hold: None if it is unknown, a word if it is infinite."""
    if math.isnan(value):
        return None
    return str(value) if math.isinf(value) else value
