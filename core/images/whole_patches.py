"""Which pixels of an image have a whole patch around them: one without nodata in any band."""

from __future__ import annotations

import numpy as np

from ..raster.raster_reader import RasterReader
from ..raster.window import Halo, Window
from .neighborhood import neighbor_sums

READ_BYTES = 64_000_000  # of pixels at a time
KEPT_BYTES = 64_000_000  # a bit for each pixel
TILE_COLUMNS = 512  # parts of a window without a wanted pixel are not read


class WholePatches:
    """Finds the pixels around which patches of an image have no nodata, no masked pixel and nothing infinite.

    Args:
        image: its path. width, height: of a patch.
    Raises:
        InputError: the image cannot be read.
    """

    def __init__(self, image: str, width: int, height: int):
        self._reader, self._width, self._height = RasterReader(image), width, height
        self._halo = Halo.of_patch(width, height)
        dtype = self._reader.dtype
        self._always = dtype.kind in "iu" and all(nodata is None for nodata in self._reader.nodata)
        self._kept: dict[int, tuple[Window, np.ndarray]] = {}  # bits of what was found, by the first row
        self._kept_bytes = 0

    def among(self, window: Window, wanted: np.ndarray) -> np.ndarray:
        """Which of the wanted pixels of a window have a whole patch, (h, w) bool; all patches lie inside the image.

        The second time, a window or a part of it with the same rows is not read again.

        Args:
            wanted: (h, w) bool; the second time, no others than the first time.
        """
        if self._always or not wanted.any():
            return wanted
        box, bits = self._kept.get(window.y, (window, None))
        if bits is not None and box.height == window.height and box.contains(window):
            known = np.unpackbits(bits, count=box.pixels).reshape(box.height, box.width).view(bool)
            return wanted & known[:, window.x - box.x : window.right - box.x]
        found = np.zeros_like(wanted)
        for tile in Window(0, 0, window.width, window.height).blocks(TILE_COLUMNS, window.height):
            if wanted[tile.slices].any():
                found[tile.slices] = wanted[tile.slices] & self._whole(tile.shift(window.x, window.y))
        bits = np.packbits(found)
        if self._kept_bytes + len(bits) <= KEPT_BYTES:
            self._kept[window.y], self._kept_bytes = (window, bits), self._kept_bytes + len(bits)
        return found

    def _whole(self, window: Window) -> np.ndarray:
        """Bool (h, w)."""
        around = window.grow(self._halo)
        valid = np.empty((around.height, around.width), bool)
        row_bytes = around.width * self._reader.band_count * self._reader.dtype.itemsize
        for strip in around.blocks(around.width, max(1, READ_BYTES // row_bytes)):
            valid[strip.shift(-around.x, -around.y).slices] = self._reader.valid(self._reader.read(strip))
        if valid.all():
            return np.ones((window.height, window.width), bool)
        in_rows = neighbor_sums((~valid).astype(np.int32), self._width)
        return neighbor_sums(np.ascontiguousarray(in_rows.T), self._height).T == 0
