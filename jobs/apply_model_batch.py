"""Maps many images with a model."""

from __future__ import annotations

import os
from typing import Optional

from ..core.base.errors import InputError
from ..core.base.messages import Message
from . import shared
from .groups import MAPPING
from .job import Job, Progress, Results, command, pool_of
from .parameter import FileType, file_in, file_output, folder_in, folder_output, many_rasters_in, switch, text


@command(
    "applymodelbatch",
    "Apply a model to many images",
    MAPPING,
    results={
        "DONE_COUNT": "Images that were mapped",
        "SKIPPED_COUNT": "Images that were mapped before",
        "FAILED_COUNT": "Images that could not be mapped",
    },
)
class ApplyModelBatch(Job):
    """Maps many images with one model, in one go. Each map is the same as that of “Apply a model”, but the model is
    loaded only once: a thousand small images take less than a minute instead of an hour.

    Give the images in one of three ways: as a list of rasters; as a file, either a text file with the path of one
    image per line or the items of a STAC catalog (GeoJSON), where Assets names the bands; or as a folder. A mosaic
    (VRT) counts as one image.

    Maps are named after their images. Where images in several folders have the same name, the folders are put in
    front of it; maps of STAC items are named after the ids of the items.

    An image that cannot be mapped – damaged, with other bands, normalized in another way – does not stop the job. It
    is listed in the log and in the table, and counted in FAILED_COUNT. The job fails only if no image could be
    mapped.

    With Resume, maps that are complete and were made with the same model and settings are kept as they are.
    """

    # fmt: off
    inputs: list[str] = many_rasters_in("Images to map", optional=True,
        help="Rasters of any size and location, each of which becomes a map.")
    image_set: Optional[str] = file_in("File that lists the images", optional=True,
        help="A text file with one path per line (the sources of a model separated by tabs), or STAC items (.json, "
        ".geojson). Relative paths start from the file's folder.")
    folder: Optional[str] = folder_in("Folder of images",
        help="All its .tif, .tiff, .vrt and .jp2 files; not those in its subfolders.")
    assets: str = text("", "Assets of STAC items",
        help="Names separated by commas, whose bands are stacked in this order: B04,B03,B02,B08. Sources of a model "
        "are separated by semicolons. By default, the only asset with data.")
    model: str = shared.MODEL
    result: str = shared.RESULT
    mode: str = shared.MODE
    border: str = shared.BORDER
    block_size: int = shared.BLOCK_SIZE
    precision: str = shared.PRECISION
    pixel_values: str = shared.PIXEL_VALUES
    device: str = shared.DEVICE
    cluster: str = shared.CLUSTER
    resume: bool = switch(False, "Resume: keep the maps that are complete", advanced=True,
        help="Maps that were made with the same model and settings, and are not older than their image, are not made "
        "again.")
    output_folder: str = folder_output("Folder for the maps", into=True,
        help="A new folder, or one with other files; only maps with the same names are replaced.")
    output_table: Optional[str] = file_output(FileType("CSV files (*.csv)", (".csv",)), "Table of all images",
        optional=True,
        help="A row for each image: its map, the outcome, the time in seconds, and why it failed.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.images.image_set import read_image_set
        from ..core.mapping.apply_model import Options
        from ..core.mapping.many_images import FAILED, MAPPED, SKIPPED, apply_model_to_many

        if self.folder and os.path.realpath(self.folder) == os.path.realpath(self.output_folder):
            raise InputError(
                "The maps would lie among the images of “{folder}”, and be taken for images the next time. "
                "Choose another folder ({p:output_folder}).",
                folder=self.folder,
            )
        options = self.part(Options, block_px=self.block_size)
        images = read_image_set(self.inputs, self.image_set, self.folder, self.assets)
        with pool_of(self.cluster) as pool:
            outcomes = apply_model_to_many(
                images, self.model, self.output_folder, options, self.output_table, progress, pool
            )
        counts = {status: sum(o.status == status for o in outcomes) for status in (MAPPED, SKIPPED, FAILED)}
        return {"DONE_COUNT": counts[MAPPED], "SKIPPED_COUNT": counts[SKIPPED], "FAILED_COUNT": counts[FAILED]}

    def kept_when_cancelled(self) -> Message:
        return Message("The maps that are complete are kept; the same job with {p:resume} goes on with the others.")
