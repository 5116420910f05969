"""rasterlearn:landcover"""

from __future__ import annotations

from ..core.base import choices
from ..host.translation import tr
from ..jobs import job as jobs
from . import checks, groups, params
from .base import EngineAlgorithm


class LandCover(EngineAlgorithm):
    """The whole chain in one dialog."""

    ID, TITLE, GROUP = "landcover", "Land-cover map from images and labels", groups.CHAIN
    STYLED = ("LABELS", "LABEL_FEATURES")
    HELP = """Does everything in one go: normalizes the bands, selects samples, extracts patches, trains a network, \
judges it, and maps the whole image.

Give the images (all on one grid) and labels, as a raster or as features with a class field. For an honest accuracy, \
give separate validation labels (with the same field), or let a share of the labels be set aside in blocks. Pixels in \
features of different classes are left out.

The single steps are algorithms of their own, for more control."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.images(),
            *params.labels(),
            params.label_raster("VALIDATION_LABELS", tr("Validation labels (raster)")),
            params.features("VALIDATION_FEATURES", tr("Validation labels (features)")),
            params.decimal_number(
                "VALIDATION_PERCENT",
                tr("Or validation share (percent)"),
                0.0,
                0.0,
                99.0,
                help_text=tr("Share of the labels set aside for validation where there are no validation labels."),
            ),
            params.whole_number("COUNT", tr("Samples per class"), 500, 1),
            params.whole_number("EPOCHS", tr("Epochs"), 100, 1),
            params.advanced(params.one_of("METHOD", tr("Normalization"), choices.METHODS, "percentile")),
            params.advanced(params.patch_size()),
            params.advanced(params.whole_number("BLOCK_PIXELS", tr("Block of the split (pixels)"), 64, 2)),
            params.advanced(
                params.one_of("ARCHITECTURE", tr("Architecture"), choices.PATCH_ARCHITECTURES, "texture_cnn")
            ),
            params.advanced(params.seed()),
            params.legend(),
            params.raster_output(label=tr("Land-cover map")),
            params.model_output("MODEL"),
            params.report_output(),
        )
        for output in params.accuracy_outputs():
            self.addOutput(output)

    def check(self, given):
        layers = given.layers("INPUT")
        checks.same_grid(layers)
        checks.labels(given, "LABELS", "LABEL_FEATURES", layers[0])
        if given.has("VALIDATION_LABELS") or given.has("VALIDATION_FEATURES"):
            checks.labels(given, "VALIDATION_LABELS", "VALIDATION_FEATURES", layers[0])
        size, architecture = given.integer("PATCH_SIZE"), given.word("ARCHITECTURE")
        checks.patch_size_suits(architecture, [size])
        checks.image_holds_patch(layers[0], size, size)
        checks.disk_has_room(given.output("OUTPUT"), checks.pixels_of(layers[0]) // 2)

    def job(self, given):
        return jobs.LandCoverJob(
            inputs=given.rasters("INPUT"),
            labels=given.raster("LABELS"),
            label_features=given.vector("LABEL_FEATURES"),
            field=given.text("FIELD"),
            validation_labels=given.raster("VALIDATION_LABELS"),
            validation_features=given.vector("VALIDATION_FEATURES"),
            validation_percent=given.number("VALIDATION_PERCENT"),
            count=given.integer("COUNT"),
            epochs=given.integer("EPOCHS"),
            method=given.word("METHOD"),
            patch_size=given.integer("PATCH_SIZE"),
            block_pixels=given.integer("BLOCK_PIXELS"),
            architecture=given.word("ARCHITECTURE"),
            seed=given.integer("SEED"),
            legend=given.legend(),
            output=given.output("OUTPUT"),
            model=given.output("MODEL"),
            report=given.output("REPORT"),
        )
