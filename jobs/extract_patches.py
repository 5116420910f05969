"""Cuts a patch around each sample point."""

from __future__ import annotations

from typing import Any, Optional

from ..core.base.errors import InputError
from . import shared
from .groups import SAMPLES
from .job import Job, Progress, Results, command, pool_of, read_legend
from .parameter import GEOTIFF, More, Text, file_in, file_output, number, points_in, points_output, raster_in


def _patches_of_image(number: int) -> Any:
    help_text = Text("The same for this image; required if the image is given.", "extractpatches.output_n.help")
    return file_output(GEOTIFF, f"Patches of image {number}", optional=True, help=help_text)


@command(
    "extractpatches",
    "Extract patches",
    SAMPLES,
    styled=("label_image",),
    interleaved=True,
    results={"ACCEPTED_COUNT": "Number of patches", "REJECTED_COUNT": "Number of rejected points"},
)
class ExtractPatches(Job):
    """Cuts a patch out of each image around each sample point.

    The patches of each image are stacked from top to bottom in one file, and the labels in another: the layout of
    OTBTF's PatchesExtraction. A patch of 16 × 16 pixels extends 8 pixels to the left and 7 to the right of the pixel
    that contains its point, and likewise up and down.

    There may be up to four images, with different pixel sizes, extents and coordinate systems; by default their
    patches cover the same ground as those of the first one. All stacks are in the same order.

    Labels are the classes of the points or, with a label image, patches of it (for image-to-image networks). With a
    target image, such as a clear or a finer image that a network learns to restore, patches of its values take the
    place of labels.

    Points may also lie on many scenes, in several coordinate systems: give one of the scenes as the image, and a file
    that lists them all.

    Points whose patch extends beyond an image, touches nodata, or has no labelled pixel are rejected; they can be
    written to a layer, with the reason.
    """

    # fmt: off
    points: str = points_in("Sample points", "Points with a class, as written by “Select samples”.")
    field: str = shared.POINT_FIELD
    images: list[str] = shared.IMAGE.but(more=More("Image {}", shared.MORE_IMAGES.help, after="patch_heights"))
    patch_sizes: list[int] = shared.PATCH_SIZE.but(qgis="PATCH_SIZE",
        more=More("Patch size of image {}", after="patch_heights", each="images",
            help="By default as many pixels as cover the ground of the first image's patch."))
    patch_heights: list[int] = shared.PATCH_HEIGHT.but(qgis="PATCH_HEIGHT",
        more=More("Patch height of image {}", each="images",
            help="Rows of a patch of this image, if not as many as its columns."))
    nodata: Optional[float] = number(None, "Pixel value for which a patch is rejected", advanced=True,
        help="A patch with this value in any pixel of any band is rejected. By default, the images' own nodata values.")
    label_image: Optional[str] = raster_in("Label image", optional=True, advanced=True,
        help="Its patches become the labels, instead of the values of the field.")
    legend: Optional[str] = shared.LEGEND
    target_image: Optional[str] = raster_in("Target image", optional=True, advanced=True,
        help="Patches of its values are written instead of labels, for a network that restores images. Its pixels are "
        "the same as those of the image, or a half, a third … of their size.")
    image_set: Optional[str] = file_in("File that lists more images", optional=True, advanced=True,
        help="A text file with one path per line, or STAC items. Each point's patch comes from the first image that "
        "contains it entirely and without nodata: Image first, then those of the file in their order.")
    pixel_values: str = shared.RECORDED_VALUES
    cluster: str = shared.CLUSTER
    output: str = file_output(GEOTIFF, "Patches", "All patches, one below the other, with the bands of the image.")
    labels: str = file_output(GEOTIFF, "Patch labels", "The class of each patch, in the same order.")
    output_2: Optional[str] = _patches_of_image(2)
    output_3: Optional[str] = _patches_of_image(3)
    output_4: Optional[str] = _patches_of_image(4)
    rejected: Optional[str] = points_output("Rejected points", optional=True,
        help="The points without a patch, with the reason.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.samples.patch_extraction import Cut, Extraction, Targets, extract_patches

        outputs = [path for path in (self.output, self.output_2, self.output_3, self.output_4) if path]
        if len(outputs) != len(self.images):
            raise InputError(
                "There are {image_count} image(s), but {output_count} output(s) for patches. Give one output for "
                "each image: {p:output}, {p:output_2} …",
                image_count=len(self.images),
                output_count=len(outputs),
            )
        if max(len(self.patch_sizes), len(self.patch_heights)) > len(self.images):
            raise InputError(
                "There are {images} image(s), but {sizes} patch sizes and {heights} patch heights. Give at most "
                "one for each image.",
                images=len(self.images),
                sizes=len(self.patch_sizes),
                heights=len(self.patch_heights),
            )
        widths = [*self.patch_sizes, 0, 0, 0]
        heights = [height or width for height, width in zip([*self.patch_heights, 0, 0, 0, 0], widths)]
        cuts = [Cut(*parts) for parts in zip(self.images, outputs, widths, heights)]
        with pool_of(self.cluster) as pool:
            targets = Targets(self.label_image, read_legend(self.legend)) if self.label_image else None
            extraction = self.part(Extraction, attribute=self.field, targets=targets)
            counts = extract_patches(self.points, cuts, self.labels, extraction, self.rejected, progress, pool)
        return {"ACCEPTED_COUNT": counts["accepted"], "REJECTED_COUNT": counts["rejected"]}
