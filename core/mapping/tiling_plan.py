"""The tiling plan of a map: its strips and blocks, and the memory and disk space they need."""

from __future__ import annotations

import math
import os
import shutil
from dataclasses import dataclass
from typing import Optional

from ..base import limits
from ..base.errors import InputError, OutputError
from ..raster.pixel_types import TILE_PX
from ..raster.window import Window

SMALLEST_BLOCK_PX, USUAL_BLOCK_PX, LARGEST_BLOCK_PX = 128, 512, 2048
BLOCK_BYTES = 250_000_000  # for the tensors of a block on a CPU; small enough for a laptop, large enough for speed
SHARE_OF_DEVICE = 0.25  # of a GPU's memory, for each of the two blocks that are computed at a time
STRIP_BYTES = 20_000_000  # raw pixels of a strip; two are held at a time, one being read and one being computed
CLASSES_COMPRESS_TO = 0.5  # at worst, as measured on noisy maps


@dataclass(frozen=True)
class Plan:
    """A map divided into strips, and strips divided into blocks.

    A strip is one row of blocks, in a panel of columns narrow enough to hold its raw pixels in memory. The strips of a
    panel come from top to bottom, so that rows needed by two of them are read only once.

    Attributes:
        area: of the map. block_px: side of a block. panel_px: width of a panel, a multiple of block_px.
    """

    area: Window
    block_px: int
    panel_px: int

    def strips(self) -> list[Window]:
        """All strips, panel by panel."""
        panels = Window(self.area.x, self.area.y, self.area.width, 1).blocks(self.panel_px, 1)
        return [
            strip
            for panel in panels
            for strip in Window(panel.x, self.area.y, panel.width, self.area.height).blocks(panel.width, self.block_px)
        ]

    @property
    def block_count(self) -> int:
        """Number of blocks."""
        return math.ceil(self.area.width / self.block_px) * math.ceil(self.area.height / self.block_px)


def make_plan(
    area: Window,
    raw_bytes: int,
    bytes_per_pixel: int,
    margin_px: int,
    block_px: int = 0,
    device_bytes: Optional[int] = None,
) -> Plan:
    """Chooses the sizes of blocks and panels.

    Args:
        raw_bytes: bytes of one pixel of all sources and of the map. bytes_per_pixel: of the tensors for it.
        margin_px: pixels that a block needs around itself. block_px: side of a block; 0 chooses it.
        device_bytes: memory of the GPU; None on a CPU.
    Raises:
        InputError: the block size is negative.
    """
    if block_px < 0:
        raise InputError("{p:block_size} must be positive, or 0 for automatic, received {size}.", size=block_px)
    if not block_px:
        on_cpu = limits.memory(BLOCK_BYTES, limits.SHARE_OF_BLOCK)
        budget = on_cpu if device_bytes is None else SHARE_OF_DEVICE * device_bytes
        usual = USUAL_BLOCK_PX if device_bytes is None else LARGEST_BLOCK_PX
        usual = max(usual, _power_of_two(4 * margin_px))  # otherwise most of the work would be for the margin
        side = math.sqrt(budget / max(bytes_per_pixel, 1)) - margin_px
        block_px = min(
            usual, LARGEST_BLOCK_PX, max(SMALLEST_BLOCK_PX, int(side) // SMALLEST_BLOCK_PX * SMALLEST_BLOCK_PX)
        )
    rows = block_px + margin_px
    blocks = max(1, STRIP_BYTES // (rows * max(raw_bytes, 1)) // block_px)
    tiles = math.lcm(block_px, TILE_PX)  # panels begin at tiles of the map, unless that is too wide
    panel_px = blocks * block_px if tiles > blocks * block_px else blocks * block_px // tiles * tiles
    return Plan(area, block_px, panel_px)


def _power_of_two(size: int) -> int:
    return 1 << max(0, size - 1).bit_length()


def bytes_on_disk(pixels: int, bands: int, item_bytes: int, is_classes: bool, twice: bool) -> int:
    """The disk space that a map may take; `twice` if a journal is kept beside it."""
    size = pixels * bands * item_bytes * (CLASSES_COMPRESS_TO if is_classes else 1)
    return int(size * (2 if twice else 1))


def require_free_space(output: str, needed: int) -> None:
    """Raises OutputError if the disk has too little space for a map."""
    folder = os.path.dirname(os.path.abspath(output))
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OutputError(
            "The map may need {needed:.1f} GB, but the disk of “{folder}” has {free:.1f} GB left. Free some "
            "space or choose another folder.",
            needed=needed / 1e9,
            folder=folder,
            free=free / 1e9,
        )
