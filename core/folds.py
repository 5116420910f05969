"""Parts of a set of samples that lie apart in space: to stop a training by, or to choose settings by."""

from __future__ import annotations

from typing import Optional

import numpy as np

from .leakage import Places, sharing_pixels
from .spatial_split import deal_blocks

LARGEST_BLOCK_PX, PATCHES_ACROSS = 128, 8
BLOCKS_PER_PART = 5  # at least, so that each part gets some of every class


def spatial_parts(labels: np.ndarray, places: Optional[Places], shares: tuple[float, ...], seed: int) -> np.ndarray:
    """The part of each sample, (n,) int64, so that samples of one block of the image belong to one part.

    Each part gets about its share of every class. Where it is not known where the samples lie, those of a class are
    cut in their order, which is that of the image's rows in most files.

    Args:
        labels: class index of each sample, (n,). shares: of the parts, adding up to 1.
    """
    if places is not None:
        for block_px in _block_sizes(places):
            block = block_of(places, block_px)
            counts = np.zeros((int(block.max()) + 1, int(labels.max()) + 1), np.int64)
            np.add.at(counts, (block, labels), 1)
            if len(counts) >= BLOCKS_PER_PART * len(shares):
                return deal_blocks(counts, shares, np.random.default_rng(seed))[block]
    return _in_order(labels, shares)


def apart_from(places: Optional[Places], held: np.ndarray) -> np.ndarray:
    """Which samples are not held and share no pixel with one that is, (n,) bool.

    Args:
        held: which samples are set aside, (n,) bool.
    """
    apart = ~held
    if places is not None and held.any() and apart.any():
        apart[apart] = ~sharing_pixels(places.take(apart), places.take(held))
    return apart


def block_of(places: Places, block_px: int) -> np.ndarray:
    """The number of the square block of the image that each sample lies in, (n,) int64, counted from 0."""
    pairs = np.column_stack([places.rows // block_px, places.columns // block_px])
    return np.unique(pairs, axis=0, return_inverse=True)[1].reshape(-1)


def _block_sizes(places: Places) -> list[int]:
    """From large to small; blocks not much larger than a patch would leave hardly anything beside what is held."""
    side = max(places.width, places.height)
    sizes = [max(LARGEST_BLOCK_PX, PATCHES_ACROSS * side)]
    while sizes[-1] // 2 >= 2 * side:
        sizes.append(sizes[-1] // 2)
    return sizes


def _in_order(labels: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    parts = np.zeros(len(labels), np.int64)
    edges = np.cumsum(shares)[:-1]
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        parts[rows] = np.searchsorted(edges, (np.arange(len(rows)) + 0.5) / len(rows), side="right")
    return parts
