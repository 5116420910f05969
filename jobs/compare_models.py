"""Compares several maps or models on the same samples."""

from __future__ import annotations

from typing import Optional

from ..core.base.errors import InputError
from . import shared
from .groups import JUDGING
from .job import Job, Progress, Results, command
from .parameter import CSV, GEOTIFF, file_in, file_output, files_in, rasters_in


@command(
    "comparemodels",
    "Compare maps or models",
    JUDGING,
    results={"SAMPLE_COUNT": "Number of samples", "DROPPED_COUNT": "Number of pixels that are not on all maps"},
)
class CompareModels(Job):
    """Compares several maps on the same reference labels, or several models on the same patches, and shows whether they
    differ.

    For maps, give MAPS and a reference. Only labelled pixels that lie on all maps are counted. For models, give
    MODELS with patches and their labels that none of them was trained on; stacks of several images must be cut
    around the same points. Networks see their patch around the center, forests the center pixel.

    The table gives overall accuracy, kappa, macro-F1 and mean IoU of each, with 95 % intervals from a bootstrap over
    spatial blocks. The report and the table of pairs give the difference of each pair with its interval, and
    McNemar's test with p-values adjusted for the number of pairs (Holm).
    """

    # fmt: off
    maps: list[str] = rasters_in("Maps", optional=True,
        help="Maps of the same area; only pixels that lie on all of them are compared.")
    reference: Optional[str] = shared.LABELS.but(label="Reference labels (raster)")
    reference_features: Optional[str] = shared.LABEL_FEATURES.but(label="Reference labels (features)")
    field: Optional[str] = shared.CLASS_FIELD.but(parent="reference_features")
    models: list[str] = files_in("Models, instead of maps", ".rlmodel files.")
    stacks: list[str] = file_in("Patches to evaluate the models on", optional=True, qgis="PATCHES",
        more=shared.MORE_PATCHES, files=GEOTIFF,
        help="Patches that none of the models was trained on.")
    labels: Optional[str] = shared.PATCH_LABELS.but(default=None)
    output: str = file_output(CSV, "Table", "A row for each map or model, with intervals.")
    pairs: Optional[str] = file_output(CSV, "Table of pairs", optional=True,
        help="A row for each pair: the difference, its interval, and McNemar's test.")
    report: Optional[str] = shared.REPORT
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.judging.comparison import ComparisonOutputs, compare_maps, compare_models
        from ..core.samples.labels import LabelSource

        if bool(self.maps) == bool(self.models):
            raise InputError(
                "Give either maps ({p:maps}, with {p:reference} or {p:reference_features}) or models "
                "({p:models}, with {p:stacks} and {p:labels}) to compare."
            )
        outputs = ComparisonOutputs(self.output, self.pairs, self.report)
        if self.maps:
            reference = LabelSource(self.reference, self.reference_features, self.field)
            compared = compare_maps(self.maps, reference, outputs, progress)
        else:
            if not self.stacks or not self.labels:
                raise InputError("Give the patches ({p:stacks}) and their labels ({p:labels}) to judge the models on.")
            compared = compare_models(self.models, self.stacks, self.labels, outputs, progress)
        return {"SAMPLE_COUNT": compared.accuracies[0].count, "DROPPED_COUNT": compared.dropped}
