"""Blocks of an image: what lies within one, and dealing them to sets with equal shares of every class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..base.messages import Message
from ..raster.window import NO_HALO, Halo, Window
from .leakage import sharing_pixels
from .places import Places

STRIP_ROWS = 128
MAXIMUM_STEPS = 20_000  # blocks times deals: about a second
MAXIMUM_MOVES = 200


@dataclass(frozen=True)
class Placement:
    """Which pixels may become samples: their patch must lie in the image, and in one block of the split.

    Attributes:
        image: all pixels.
        halo: of the patch.
        block_px: side of the square blocks that the split deals out; 0 for none.
    """

    image: Window
    halo: Halo = NO_HALO
    block_px: int = 0

    def rows(self) -> list[list[Window]]:
        """The usable pixels as windows, row below row: one in each block, or strips where nothing is split."""
        inside = self.image.shrink(self.halo)
        if not self.block_px:
            return [[strip] for strip in inside.blocks(inside.width, STRIP_ROWS)] if inside.pixels else []
        columns = self._parts(self.image.width, self.halo.left, self.halo.right, self.block_px)
        rows = self._parts(self.image.height, self.halo.top, self.halo.bottom, STRIP_ROWS)
        return [[Window(x, y, right - x, bottom - y) for x, right in columns] for y, bottom in rows if columns]

    def _parts(self, length: int, before: int, after: int, longest: int) -> list[tuple[int, int]]:
        """The usable part of each block along one axis, in pieces of limited length."""
        parts = []
        for start in range(0, length, self.block_px):
            stop = min(start + self.block_px, length)
            parts += [(i, min(i + longest, stop - after)) for i in range(start + before, stop - after, longest)]
        return parts

    def block_of(self, windows: Sequence[Window]) -> np.ndarray:
        """Number of the block that each window lies in, (n,) int64."""
        if not self.block_px:
            return np.zeros(len(windows), np.int64)
        across = -(-self.image.width // self.block_px)
        return np.array([w.y // self.block_px * across + w.x // self.block_px for w in windows], np.int64)


def deal_blocks(counts: np.ndarray, shares: Sequence[float], rng: np.random.Generator) -> np.ndarray:
    """The set of each block, (b,) int64; of several deals, the one with the most even class shares.

    Each deal goes through the blocks in random order, those with more labels rather first, and gives each to the set
    that lacks most of the classes in it, rare classes weighing as much as frequent ones (after Sechidis, Tsoumakas and
    Vlahavas 2011, “On the stratification of multi-label data”). Then single blocks are moved as long as that helps.

    Args:
        counts: labels of each class in each block, (b, k) int64.
        shares: the part of all labels that each set should get, (s,), adding up to 1.
    Raises:
        ValueError: fewer blocks with labels than sets.
    """
    sets = np.zeros(len(counts), np.int64)
    used = np.flatnonzero(counts.sum(axis=1))
    wanted = np.asarray(shares, float)
    if len(used) < len(wanted):
        raise ValueError(
            Message("{sets} sets, but only {blocks} blocks with labels", sets=len(wanted), blocks=len(used))
        )
    present = counts.sum(axis=0) > 0
    parts = counts[np.ix_(used, present)] / counts[:, present].sum(axis=0)
    best = np.inf
    for _ in range(max(2, min(20, MAXIMUM_STEPS // len(used)))):
        dealt = _improved(parts, _deal(parts, wanted, rng), wanted)
        error = float((_lacking(parts, dealt, wanted) ** 2).sum())
        if error < best:
            best, sets[used] = error, dealt
    return sets


def _deal(parts: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    order = np.argsort(-parts.sum(axis=1) * rng.uniform(0.5, 1.5, len(parts)))
    lacking = np.ones((len(wanted), parts.shape[1]))  # as a part of what each set should get of each class
    dealt = np.empty(len(parts), np.int64)
    empty = np.ones(len(wanted), bool)
    for place, block in enumerate(order):
        gain = lacking @ parts[block]
        if len(parts) - place == empty.sum():  # so that no set is left without a block
            gain = np.where(empty, gain, -np.inf)
        chosen = int(gain.argmax())
        lacking[chosen] -= parts[block] / wanted[chosen]
        empty[chosen] = False
        dealt[block] = chosen
    return dealt


def _improved(parts: np.ndarray, dealt: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Moves the one block that helps most to another set, again and again."""
    lacking, blocks = _lacking(parts, dealt, wanted), np.arange(len(parts))
    squares = (parts**2).sum(axis=1)
    for _ in range(MAXIMUM_MOVES):
        towards = parts @ lacking.T
        # in the sum of squares of what is lacking, if a block moves from its set to another one
        change = 2 * (squares + towards[blocks, dealt])[:, np.newaxis] - 2 * towards
        change[blocks, dealt] = 0
        change[np.bincount(dealt, minlength=len(wanted))[dealt] == 1] = 0
        block, number = np.unravel_index(change.argmin(), change.shape)
        if change[block, number] > -1e-12:
            break
        lacking[dealt[block]] += parts[block]
        lacking[number] -= parts[block]
        dealt[block] = number
    return dealt


def _lacking(parts: np.ndarray, dealt: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """What each set lacks (below 0: has too much) of each class, (s, k), as a part of the whole class."""
    got = np.array([parts[dealt == number].sum(axis=0) for number in range(len(wanted))])
    return wanted[:, np.newaxis] - got


LARGEST_BLOCK_PX, PATCHES_ACROSS = 128, 8
BLOCKS_PER_PART = 5  # at least, so that each part gets some of every class


def spatial_parts(labels: np.ndarray, places: Optional[Places], shares: tuple[float, ...], seed: int) -> np.ndarray:
    """The part of each sample, (n,) int64, so that samples of one block of the image belong to one part.

    Each part gets about its share of every class. If the samples' positions are unknown, those of a class are divided
    in their order, which is that of the image's rows in most files.

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
    """Which samples are neither held nor share a pixel with one that is, (n,) bool.

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
    """From large to small; blocks hardly larger than a patch would leave almost no samples apart from those held."""
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
