"""rasterlearn:applymodel"""

from __future__ import annotations

from qgis.core import QgsProcessingParameterExtent, QgsProcessingParameterString

from ..core.base import choices
from ..host.translation import tr
from ..jobs import job as jobs
from . import checks, groups, params
from .base import EngineAlgorithm


class ApplyModel(EngineAlgorithm):
    """Maps an image with a model."""

    ID, TITLE, GROUP = "applymodel", "Apply a model", groups.MAPPING
    HELP = """Maps a whole image with a network, a Random Forest, or a forest on a network's features, block by block.

A network trained on patches is evaluated at every pixel at the cost of plain convolutions (dense); the result is the \
same as patch by patch, and many times faster. Raw images are normalized as the model's training image was.

A model with several sources needs one image for each, in the model's order; the first one defines the grid of the \
map, the others may have other pixel sizes and extents. Where a network answers with an image instead of one class, \
blocks overlap as far as its geometry demands, so that no seams appear. What a forest was trained on besides values – \
statistics of neighborhoods, deep features – is computed along with the map.

Result: classes (with names and colors), probabilities (one band per class), confidence (the largest probability), \
entropy (0 certain … 1 undecided), features (the values of the network's layer “features”), or values (all that the \
model answers, one band each). Border: full \
maps every pixel, with the image mirrored at its edge; valid maps only pixels whose patch lies inside the image, as \
OTBTF does. A pixel that is nodata in any band is nodata in the map; nodata elsewhere in a patch is replaced by the \
mean of the training data.

Resume keeps what is finished in a folder beside the map and goes on from there after a crash; it is deleted when the \
map is complete. Dry run tells the size of the map and an estimate of the time, and writes nothing."""

    def initAlgorithm(self, configuration=None):
        box = QgsProcessingParameterString(
            "BOX", tr("Part of the image, in pixels (x,y,width,height)"), "", False, True
        )
        self.add(
            params.image(help_text=tr("Raw or normalized, with the bands that the model learned from.")),
            *params.more_images(),
            params.model_file(),
            params.one_of("RESULT", tr("Result"), choices.RESULTS, "classes"),
            QgsProcessingParameterExtent("EXTENT", tr("Part of the image"), None, True),
            params.advanced(box),
            params.advanced(params.one_of("MODE", tr("Evaluation"), choices.MODES, "auto")),
            params.advanced(params.one_of("BORDER", tr("Border"), choices.BORDERS, "full")),
            params.advanced(params.whole_number("BLOCK_SIZE", tr("Block size (pixels; 0 for automatic)"), 0, 0)),
            params.advanced(params.one_of("PRECISION", tr("Numbers of probabilities"), choices.PRECISIONS, "float32")),
            params.advanced(params.device()),
            params.advanced(params.cluster()),
            params.advanced(params.switch("RESUME", tr("Resume after a crash"), False)),
            params.advanced(params.switch("DRY_RUN", tr("Dry run"), False)),
            params.raster_output(),
        )

    def check(self, given):
        layers = given.layers("INPUT")
        card = checks.images_suit_model(given.file("MODEL"), layers)
        checks.comparable_positions(layers)
        if not (given.has("EXTENT") or given.has("BOX") or given.boolean("DRY_RUN")):
            bands = {"classes": len(card.values) or 0.125, "probabilities": len(card.classes)}.get(
                given.word("RESULT"), 1
            )
            checks.disk_has_room(
                given.output("OUTPUT"), int(checks.BYTES_OF_FLOAT * bands * checks.pixels_of(layers[0]))
            )

    def job(self, given):
        return jobs.ApplyModelJob(
            images=[given.raster("INPUT"), *given.more_rasters("INPUT")],
            model=given.file("MODEL"),
            result=given.word("RESULT"),
            mode=given.word("MODE"),
            border=given.word("BORDER"),
            extent=given.extent("EXTENT", "INPUT"),
            box=given.text("BOX"),
            block_size=given.integer("BLOCK_SIZE"),
            precision=given.word("PRECISION"),
            device=given.text("DEVICE") or "auto",
            resume=given.boolean("RESUME"),
            dry_run=given.boolean("DRY_RUN"),
            cluster=given.text("CLUSTER") or "",
            output=given.output("OUTPUT"),
        )
