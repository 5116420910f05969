"""Turns unusable pixels into nodata."""

from __future__ import annotations

from typing import Optional

from . import shared
from .groups import PREPARATION
from .job import Job, Progress, Results, command
from .parameter import MAP, raster_output, whole


@command("maskimage", "Mask an image (clouds)", PREPARATION, results={"MASKED_PIXELS": "Number of masked pixels"})
class MaskImage(Job):
    """Turns pixels into nodata where a mask or a quality band shows that they cannot be used: clouds, shadows, snow.
    All other algorithms then leave them out: in statistics, samples, patches and maps.

    MASK_VALUES lists the values of the mask that mean “not usable” (Sentinel-2 SCL: 0-1,3,8-10; Fmask: 2-4).
    MASK_BITS lists bits of a quality band: a pixel is not usable if any of them is set (Landsat QA_PIXEL: 0-4). If
    both are given, either is enough; if neither is, every value except 0 means “not usable”. Pixels that are nodata
    in the mask or outside of it are not usable.

    The mask may have larger or smaller pixels, or another coordinate system: the value under the center of each
    pixel counts.

    A .vrt output copies nothing: it refers to the image, and the mask lies beside it in a .vrt.msk file. A .tif is a
    copy with nodata in the masked pixels.
    """

    # fmt: off
    image: str = shared.IMAGE
    mask: str = shared.MASK
    mask_values: str = shared.MASK_VALUES
    mask_bits: str = shared.MASK_BITS
    buffer: int = whole(0, "Buffer (pixels)", minimum=0, advanced=True,
        help="This many rows and columns around unusable pixels are masked, too: clouds are thin at their edges.")
    nodata: Optional[float] = shared.OUTPUT_NODATA
    output: str = raster_output("Masked image", files=MAP,
        help="A .vrt copies nothing and has its mask beside it; a .tif is a copy with nodata.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.images.masking import Mask, mask_image

        mask = Mask.of(self.mask, self.mask_values, self.mask_bits)
        masked = mask_image(self.image, mask, self.output, self.buffer, self.nodata, progress)
        return {"MASKED_PIXELS": masked}
