"""Square spatial blocks of an image, the units of the bootstrap: samples within a block resemble each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..samples.places import Places

SMALLEST_BLOCK_PX, MOST_BLOCKS, LEAST_BLOCKS = 64, 2500, 16
_MOST_CELLS = 20_000_000  # of the confusion matrices of all blocks


@dataclass(frozen=True)
class MapBlocks:
    """Blocks counted row by row from the upper left corner.

    Attributes:
        px: side in pixels. across, down: numbers of blocks.
    """

    px: int
    across: int
    down: int

    @classmethod
    def of(cls, width: int, height: int, class_count: int, least_px: int = SMALLEST_BLOCK_PX) -> MapBlocks:
        """Blocks of 64 pixels, doubled until there are at most 2500 (fewer where there are very many classes).

        Larger blocks are the safer choice, as pixels resemble each other over more than one block; more than a few
        thousand blocks would not improve any interval, and each of them keeps a confusion matrix in memory.

        Args:
            width, height: of the image in pixels. least_px: the smallest allowed side of a block.
        """
        most = min(MOST_BLOCKS, max(LEAST_BLOCKS, _MOST_CELLS // class_count**2))
        px = SMALLEST_BLOCK_PX
        while px < least_px or -(-width // px) * -(-height // px) > most:
            px *= 2
        return cls(px, -(-width // px), -(-height // px))

    def __len__(self) -> int:
        return self.across * self.down

    def number_of(self, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The block of each pixel, (n,) int64."""
        return rows // self.px * self.across + columns // self.px


def blocks_of(places: Optional[Places], class_count: int) -> tuple[Optional[np.ndarray], int]:
    """The block of each sample, (n,) int64, and the side of a block in pixels; None and 0 if places are unknown.

    Blocks are at least as large as a patch.
    """
    if places is None or not len(places):
        return None, 0
    columns, rows = places.columns - places.columns.min(), places.rows - places.rows.min()
    side = max(places.width, places.height)
    blocks = MapBlocks.of(int(columns.max()) + 1, int(rows.max()) + 1, class_count, side)
    return blocks.number_of(columns, rows), blocks.px
