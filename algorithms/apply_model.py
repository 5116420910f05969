"""rasterlearn:applymodel"""

from __future__ import annotations

from qgis.core import QgsProcessingParameterExtent, QgsProcessingParameterString

from ..core import choices, jobs
from . import params
from .base import EngineAlgorithm
from .params import tr


class ApplyModel(EngineAlgorithm):
    """Maps an image with a model."""

    ID, TITLE, GROUP = "applymodel", "Apply a model", "Mapping"
    HELP = """Maps a whole image with a network or a Random Forest, block by block.

A network trained on patches is evaluated at every pixel at the cost of plain convolutions (dense); the result is the \
same as patch by patch, and many times faster. Raw images are normalized as the model's training image was.

Result: classes (with names and colors), probabilities (one band per class), confidence (the largest probability) or \
entropy (0 certain … 1 undecided). Border: full maps every pixel, with the image mirrored at its edge; valid maps only \
pixels whose patch lies inside the image, as OTBTF does. A pixel that is nodata in any band is nodata in the map; \
nodata elsewhere in a patch is replaced by the mean of the training data."""

    def initAlgorithm(self, configuration=None):
        box = QgsProcessingParameterString(
            "BOX", tr("Part of the image, in pixels (x,y,width,height)"), "", False, True
        )
        self.add(
            params.image(help_text=tr("Raw or normalized, with the bands that the model learned from.")),
            params.model_file(),
            params.one_of("RESULT", tr("Result"), choices.RESULTS, "classes"),
            QgsProcessingParameterExtent("EXTENT", tr("Part of the image"), None, True),
            params.advanced(box),
            params.advanced(params.one_of("MODE", tr("Evaluation"), choices.MODES, "auto")),
            params.advanced(params.one_of("BORDER", tr("Border"), choices.BORDERS, "full")),
            params.advanced(params.whole_number("BLOCK_SIZE", tr("Block size (pixels; 0 for automatic)"), 0, 0)),
            params.raster_output(),
        )

    def job(self, given):
        return jobs.ApplyModelJob(
            image=given.raster("INPUT"),
            model=given.file("MODEL"),
            result=given.word("RESULT"),
            mode=given.word("MODE"),
            border=given.word("BORDER"),
            extent=given.extent("EXTENT", "INPUT"),
            box=given.text("BOX"),
            block_size=given.integer("BLOCK_SIZE"),
            output=given.output("OUTPUT"),
        )
