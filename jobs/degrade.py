"""Simulates how a sensor with larger pixels would have seen an image."""

from __future__ import annotations

from . import shared
from .groups import RESTORATION
from .job import Job, Progress, Results, command
from .parameter import raster_output, text, whole


@command("degrade", "Degrade an image (Wald's protocol)", RESTORATION)
class Degrade(Job):
    """Gives an image larger pixels, as a coarser sensor would have seen it.

    In this way, super-resolution can be trained and evaluated without finer reference data (Wald's protocol):
    degrade the coarse bands (20 m to 40 m) and the fine ones (10 m to 20 m) by the ratio of their pixel sizes, train
    a network to predict the original coarse bands from both, compare its result with them in areas that it was not
    trained on, and apply the model to the original images.

    Each pixel of the result is a mean of the pixels around its center, weighted by a Gaussian. Its width follows
    from the modulation transfer function (MTF) at the Nyquist frequency: the share of the contrast of a wave two
    coarse pixels long that the coarse sensor preserves, 0.1 to 0.4 for most sensors. Nothing is shifted: the edges
    of the larger pixels coincide with edges of the smaller ones.

    A pixel is nodata if less than half of its weight lies on valid pixels. Columns and rows at the end that do not
    fill a whole pixel are left out. Data type, band names, scales and offsets are kept; integers are rounded.
    """

    # fmt: off
    image: str = shared.IMAGE
    factor: int = whole(2, "Factor of the pixel size", minimum=2, maximum=10,
        help="How many pixels along each side become one. 2 turns 10 m into 20 m.")
    mtf: str = text("0.3", "Modulation transfer function at the Nyquist frequency", advanced=True,
        help="A number from 0.01 to 0.6 for all bands, or one for each, separated by commas: 0.28,0.25,0.3")
    output: str = raster_output("Degraded image", "The image with larger pixels, from the same corner.")
    # fmt: on

    def run(self, progress: Progress) -> Results:
        from ..core.images.degrading import degrade, transfer_functions

        degrade(self.image, self.output, self.factor, transfer_functions(self.mtf), progress)
        return {}
