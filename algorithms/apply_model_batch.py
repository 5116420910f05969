"""rasterlearn:applymodelbatch"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber, QgsProcessingParameterFile

from ..core.base import choices
from ..host.translation import tr
from ..jobs import job as jobs
from . import checks, groups, params
from .base import EngineAlgorithm


class ApplyModelBatch(EngineAlgorithm):
    """Maps many images with a model."""

    ID, TITLE, GROUP = "applymodelbatch", "Apply a model to many images", groups.MAPPING
    HELP = """Maps many images with one model, in one go. Each map is the one that “Apply a model” makes, but the \
model is loaded once: a thousand small images take less than a minute instead of an hour.

Give the images in one of three ways: as a list of rasters; as a file, either a text file with the path of an image in \
each line or the items of a STAC catalog (GeoJSON), of which Assets names the bands; or as a folder. A mosaic (VRT) is \
one image.

Maps are named after their images. Where images of several folders have the same name, the folders are put before it; \
maps of STAC items have the ids of the items.

An image that cannot be mapped – damaged, with other bands, normalized in another way – does not end the job. It is \
listed in the log and in the table, and counted in FAILED_COUNT. The job fails only if no image could be mapped.

With Resume, maps that are complete and made with the same model and settings stay as they are."""

    def initAlgorithm(self, configuration=None):
        behavior = QgsProcessingParameterFile.Behavior.Folder
        self.add(
            params.several_rasters("INPUTS", tr("Images to map")),
            params.any_file(
                "IMAGE_SET",
                tr("File that lists the images"),
                tr(
                    "A text file with a path in each line (the sources of a model apart by tabs), or STAC items "
                    "(.json, .geojson). Relative paths start at the file's folder."
                ),
            ),
            params.with_help(
                QgsProcessingParameterFile("FOLDER", tr("Folder of images"), behavior, "", None, True),
                tr("All its files .tif, .tiff, .vrt and .jp2; not those of its subfolders."),
            ),
            params.text(
                "ASSETS",
                tr("Assets of STAC items"),
                tr(
                    "Names apart by commas, whose bands are stacked in this order: B04,B03,B02,B08. Sources of a model "
                    "are apart by semicolons. By default the only asset with data."
                ),
            ),
            params.model_file(),
            params.one_of("RESULT", tr("Result"), choices.RESULTS, "classes"),
            params.advanced(params.one_of("MODE", tr("Evaluation"), choices.MODES, "auto")),
            params.advanced(params.one_of("BORDER", tr("Border"), choices.BORDERS, "full")),
            params.advanced(params.whole_number("BLOCK_SIZE", tr("Block size (pixels; 0 for automatic)"), 0, 0)),
            params.advanced(params.one_of("PRECISION", tr("Numbers of probabilities"), choices.PRECISIONS, "float32")),
            params.advanced(params.device()),
            params.advanced(params.cluster()),
            params.advanced(params.switch("RESUME", tr("Resume: keep the maps that are complete"), False)),
            params.folder_output(
                "OUTPUT_FOLDER",
                tr("Folder for the maps"),
                tr("A new folder, or one with other files; only maps of the same names are replaced."),
                optional=False,
            ),
            params.file_output("OUTPUT_TABLE", tr("Table of all images"), tr("CSV files (*.csv)"), optional=True),
        )
        self.addOutput(QgsProcessingOutputNumber("DONE_COUNT", tr("Images that were mapped")))
        self.addOutput(QgsProcessingOutputNumber("SKIPPED_COUNT", tr("Images that were mapped before")))
        self.addOutput(QgsProcessingOutputNumber("FAILED_COUNT", tr("Images that could not be mapped")))

    def check(self, given):
        checks.exactly_one(given, ("INPUTS", "IMAGE_SET", "FOLDER"))
        checks.readable_model(given.file("MODEL"))

    def job(self, given):
        return jobs.ApplyModelBatchJob(
            inputs=given.listed_rasters("INPUTS"),
            image_set=given.file("IMAGE_SET"),
            folder=given.file("FOLDER"),
            assets=given.text("ASSETS") or "",
            model=given.file("MODEL"),
            result=given.word("RESULT"),
            mode=given.word("MODE"),
            border=given.word("BORDER"),
            block_size=given.integer("BLOCK_SIZE"),
            precision=given.word("PRECISION"),
            device=given.text("DEVICE") or "auto",
            resume=given.boolean("RESUME"),
            cluster=given.text("CLUSTER") or "",
            output_folder=given.output("OUTPUT_FOLDER"),
            output_table=given.output("OUTPUT_TABLE"),
        )
