"""Makes unusable pixels nodata."""

from __future__ import annotations

from typing import Optional

from . import shared
from .groups import PREPARATION
from .job import Job, Progress, Results, command
from .parameter import MAP, raster_output, whole


@command("maskimage", "Mask an image (clouds)", PREPARATION, results={"MASKED_PIXELS": "Number of masked pixels"})
class MaskImage(Job):
    """Makes pixels nodata where a mask or a quality band says that they cannot be used: clouds, shadows, snow. All
    other algorithms then leave them out: statistics, samples, patches, maps.

    MASK_VALUES lists the values of the mask that mean “not usable” (Sentinel-2 SCL: 0-1,3,8-10; Fmask: 2-4).
    MASK_BITS lists bits of a quality band of which any set one means it (Landsat QA_PIXEL: 0-4). With both, either
    is enough; with none, every value but 0 means it. Nodata in the mask, and what it does not cover, is not usable.

    The mask may have larger or smaller pixels, or another coordinate system: the value under the center of each
    pixel counts.

    An output named .vrt copies nothing: it refers to the image, and the mask lies beside it in a file .vrt.msk. A
    .tif is a copy with nodata in the masked pixels.
    """

    # fmt: off
    image: str = shared.IMAGE
    mask: str = shared.MASK
    mask_values: str = shared.MASK_VALUES
    mask_bits: str = shared.MASK_BITS
    buffer: int = whole(0, "Buffer (pixels)", minimum=0, advanced=True,
        help="So many rows and columns around unusable pixels are masked, too: edges of clouds are thin.")
    nodata: Optional[float] = shared.OUTPUT_NODATA
    output: str = raster_output("Masked image", files=MAP,
        help="A .vrt copies nothing and has its mask beside it; a .tif is a copy with nodata.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.images.masking import Mask, mask_image

        mask = Mask.of(self.mask, self.mask_values, self.mask_bits)
        masked = mask_image(self.image, mask, self.output, self.buffer, self.nodata, progress)
        return {"MASKED_PIXELS": masked}
