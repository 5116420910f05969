"""rasterlearn:extractpatches"""

from __future__ import annotations

from qgis.core import QgsProcessingOutputNumber

from ..host.translation import tr
from ..jobs import job as jobs
from . import checks, groups, params
from .base import EngineAlgorithm


class ExtractPatches(EngineAlgorithm):
    """Cuts a patch around each sample point."""

    ID, TITLE, GROUP = "extractpatches", "Extract patches", groups.SAMPLES
    STYLED = ("LABEL_IMAGE",)
    HELP = """Cuts a patch of each image around each sample point.

The patches are stacked in one file for each image, from top to bottom, and the labels in another one: the layout of \
OTBTF's PatchesExtraction. A patch of 16 × 16 reaches 8 pixels to the left and 7 to the right of the pixel that holds \
its point, likewise up and down.

Up to four images may have different pixel sizes, places and coordinate systems; by default their patches cover the \
same ground as those of the first one. All stacks have the same order.

Labels are the classes of the points or, with a label image, patches of it (for networks that answer with an image). \
With a target image, patches of its values take the place of labels, such as a clear or a finer image that a network \
learns to restore.

Points may also lie on many scenes, in several coordinate systems: give one of them as image, and a file that lists \
them all.

Points whose patch leaves an image, touches nodata, or has no labelled pixel are rejected; they can be written with \
the reason."""

    def initAlgorithm(self, configuration=None):
        self.add(
            params.points("POINTS", tr("Sample points")),
            params.point_field("POINTS"),
            params.image(),
            params.patch_size(),
            params.advanced(self._size("PATCH_HEIGHT", tr("Patch height, if it is not square"))),
        )
        for number in range(2, params.MAXIMUM_SOURCES + 1):
            self.add(
                params.advanced(params.image(f"INPUT_{number}", tr("Image {}").format(number), True)),
                params.advanced(self._size(f"PATCH_SIZE_{number}", tr("Patch size of image {}").format(number))),
                params.advanced(self._size(f"PATCH_HEIGHT_{number}", tr("Patch height of image {}").format(number))),
            )
        self.add(
            params.advanced(
                params.decimal_number("NODATA", tr("Pixel value that rejects a patch"), None, optional=True)
            ),
            params.advanced(
                params.image(
                    "LABEL_IMAGE", tr("Label image"), True, tr("Its patches become the labels, instead of the field.")
                )
            ),
            params.legend(),
            params.advanced(
                params.image(
                    "TARGET_IMAGE",
                    tr("Target image"),
                    True,
                    tr(
                        "Patches of its values are written instead of labels, for a network that restores images. Its "
                        "pixels are those of the image, or a half, a third … as large."
                    ),
                )
            ),
            params.advanced(
                params.any_file(
                    "IMAGE_SET",
                    tr("File that lists more images"),
                    tr(
                        "A text file with a path in each line, or STAC items. Each point's patch is from the first "
                        "image that holds it whole and without nodata: Image, then those of the file in their order."
                    ),
                )
            ),
            params.advanced(params.cluster()),
            params.file_output("OUTPUT", tr("Patches"), params.geotiff_files()),
            params.file_output("LABELS", tr("Patch labels"), params.geotiff_files()),
            *[
                params.file_output(f"OUTPUT_{n}", tr("Patches of image {}").format(n), params.geotiff_files(), True)
                for n in range(2, params.MAXIMUM_SOURCES + 1)
            ],
            params.points_output("REJECTED", tr("Rejected points"), optional=True),
        )
        self.addOutput(QgsProcessingOutputNumber("ACCEPTED_COUNT", tr("Number of patches")))
        self.addOutput(QgsProcessingOutputNumber("REJECTED_COUNT", tr("Number of rejected points")))

    def _size(self, name, label):
        return params.whole_number(name, label, None, 1, optional=True)

    def check(self, given):
        size = given.integer("PATCH_SIZE")
        checks.image_holds_patch(given.layer("INPUT"), size, given.integer("PATCH_HEIGHT") or size)
        if given.has("IMAGE_SET"):
            checks.none_of(given, "IMAGE_SET", ("INPUT_2", "INPUT_3", "INPUT_4", "LABEL_IMAGE", "TARGET_IMAGE"))

    def job(self, given):
        images = [given.raster("INPUT"), *given.more_rasters("INPUT")]
        numbers = range(2, params.MAXIMUM_SOURCES + 1)
        more = [f"_{n}" for n in range(2, len(images) + 1)]
        return jobs.ExtractPatchesJob(
            points=given.vector("POINTS"),
            field=given.text("FIELD"),
            images=images,
            patch_sizes=[given.integer(f"PATCH_SIZE{n}") or 0 for n in ["", *more]],
            patch_heights=[given.integer(f"PATCH_HEIGHT{n}") or 0 for n in ["", *more]],
            nodata=given.number("NODATA"),
            label_image=given.raster("LABEL_IMAGE"),
            legend=given.legend(),
            image_set=given.file("IMAGE_SET"),
            target_image=given.raster("TARGET_IMAGE"),
            output=given.output("OUTPUT"),
            labels=given.output("LABELS"),
            **{f"output_{n}": given.output(f"OUTPUT_{n}") for n in numbers},
            rejected=given.output("REJECTED"),
            cluster=given.text("CLUSTER") or "",
        )
