"""Hides parts of a clear image, so that what lies under them is known."""

from __future__ import annotations

from typing import Optional

from . import shared
from .groups import RESTORATION
from .job import Job, Progress, Results, command
from .parameter import raster_output


@command("laygaps", "Lay gaps over an image", RESTORATION, results={"GAP_PIXELS": "Number of clear pixels in gaps"})
class LayGaps(Job):
    """Lays the shapes of real clouds over a clear image, so that what lies under them is known: to train a network to
    fill gaps, and to evaluate how well they are filled.

    The shapes are the unusable pixels of a mask, of any date and place, as in “Mask an image”. They are laid over
    the image pixel by pixel; where the image is larger than the mask, they are repeated and mirrored. Which part of
    the mask lies where depends on the seed.

    The output is the image with nodata in the gaps. The truth has the image's values there, and nodata everywhere
    else. What was nodata before remains nodata in both.
    """

    # fmt: off
    image: str = shared.IMAGE
    mask: str = shared.MASK
    mask_values: str = shared.MASK_VALUES
    mask_bits: str = shared.MASK_BITS
    seed: int = shared.SEED.but(advanced=False)
    nodata: Optional[float] = shared.OUTPUT_NODATA
    output: str = raster_output("Image with gaps", "The image with nodata in the gaps.")
    truth: str = raster_output("Truth under the gaps", "The values under the gaps; nodata everywhere else.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.images.gap_laying import lay_gaps
        from ..core.images.masking import Mask

        mask = Mask.of(self.mask, self.mask_values, self.mask_bits)
        gaps = lay_gaps(self.image, mask, self.output, self.truth, self.seed, self.nodata, progress)
        return {"GAP_PIXELS": gaps}
