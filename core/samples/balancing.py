"""Chooses patches so that their label pixels are spread evenly over the classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..base.progress import Progress

# While balancing, so few patches are added at once that they hardly change what the selection lacks: this part of an
# evenly filled class.
BATCH_SHARE = 1 / 8


@dataclass(frozen=True)
class Contents:
    """How many pixels of each class patches have. Only classes that occur are listed, so many take no more memory.

    Attributes:
        patches: position of the patch among the candidates, (e,) int64, ascending.
        classes: class index, (e,) int64. pixels: of this class in this patch, (e,) int64, at least 1.
    """

    patches: np.ndarray
    classes: np.ndarray
    pixels: np.ndarray

    def of_classes(self, chosen: np.ndarray, k: int) -> np.ndarray:
        """Pixels of each class, (k,) float64, in the patches where `chosen` (n,) bool holds."""
        entries = chosen[self.patches]
        return np.bincount(self.classes[entries], self.pixels[entries], minlength=k).astype(np.float64)


_NONE = np.array([], np.int64)
NO_CONTENTS = Contents(_NONE, _NONE, _NONE)


def spread_evenly(columns: np.ndarray, rows: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draws `count` of n places, everywhere as densely as the places themselves; returns their indices (count,).

    Places near each other are also near each other on a Z-order curve, so one place of each piece of it is drawn.
    """
    curve = np.zeros(len(columns), np.int64)
    for bit in range(31):
        curve |= ((columns >> bit) & 1) << (2 * bit) | ((rows >> bit) & 1) << (2 * bit + 1)
    edges = np.arange(count + 1) * len(columns) // max(count, 1)
    drawn = edges[:-1] + np.floor(rng.random(count) * np.diff(edges)).astype(np.int64)
    return np.argsort(curve, kind="stable")[drawn]


def fill_up(
    chosen: np.ndarray,
    wanted: int,
    contents: Contents,
    k: int,
    rng: np.random.Generator,
    progress: Optional[Progress] = None,
) -> None:
    """Adds patches to `chosen` (n,) bool until there are `wanted`: those with the most of what the selection lacks.

    A class lacks as many pixels as the class that the selection has most of has more, and a patch is worth the sum of
    this over its pixels. So an unlabelled pixel is worth as little as one of the most frequent class.

    Args:
        contents: of at least `wanted` patches; k: number of classes.
    """
    progress = progress or Progress()
    patches, classes, pixels, starts = _shuffled(contents, rng)
    lengths = np.diff(starts, append=len(classes))
    selected, have, taken = int(chosen.sum()), contents.of_classes(chosen, k), chosen[patches]
    while selected < wanted:
        lacking = have.max() - have
        if not lacking.any():
            lacking = np.ones(k)
        worth = np.add.reduceat(pixels * lacking[classes], starts)
        worth[taken] = -1
        batch = min(max(int(selected * BATCH_SHARE / k), 1), wanted - selected)
        best = np.argpartition(worth, len(worth) - batch)[len(worth) - batch :]
        entries = _ranges(starts[best], lengths[best])
        have += np.bincount(classes[entries], pixels[entries], minlength=k)
        taken[best] = True
        selected += batch
        progress.report(selected / wanted, "balancing classes")
    chosen[patches] = taken


def _shuffled(contents: Contents, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The contents in a random order of patches: among equals, chance decides, not the place in the image.

    Returns:
        patches: candidate numbers (m,) int64. classes: (e,) int64, pixels: (e,) float64, patch after patch.
        starts: where the entries of each patch start, (m,) int64.
    """
    patches, patch_of_entry = np.unique(contents.patches, return_inverse=True)
    order = rng.permutation(len(patches))
    place = np.argsort(order)[patch_of_entry]
    entries = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[entries], prepend=-1))
    return patches[order], contents.classes[entries], contents.pixels[entries].astype(np.float64), starts


def _ranges(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The whole numbers start ... start + length - 1 of each pair, one after another, int64."""
    first = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
    return first + np.arange(len(first))
