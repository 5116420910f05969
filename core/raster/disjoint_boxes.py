"""Groups of boxes of pixels of which no two share a pixel."""

from __future__ import annotations

import numpy as np

from .window import Window

NO_GROUP = -1
CELLS_ACROSS = 1024
_GROUPS_AT_ONCE = 64  # bits of a cell
_LEAST_BOXES = 4  # of a group on average; where boxes are all on each other, looking for more groups is in vain


def disjoint_groups(boxes: np.ndarray, image: Window) -> np.ndarray:
    """A group (n,) int64 for each box, so that the boxes of a group share no pixel of an image; NO_GROUP for some.

    Each box gets the first group that is free in all cells of a coarse grid that it touches.

    Args:
        boxes: first column, first row, and the column and row after the last, (n, 4) int64; may reach beyond the image.
    """
    step = max(1, -(-max(image.width, image.height) // CELLS_ACROSS))
    low = (boxes[:, :2] - (image.x, image.y)).clip(0) // step
    high = -(-(boxes[:, 2:] - (image.x, image.y)).clip(0) // step)
    cells = np.hstack([low, high])
    groups, left, first = np.full(len(boxes), NO_GROUP, np.int64), np.arange(len(boxes)), 0
    while len(left):
        taken = np.zeros((-(-image.height // step), -(-image.width // step)), np.uint64)
        found = np.array([_take_first_free(taken, *box) for box in cells[left].tolist()], np.int64)
        has_group = found != NO_GROUP
        groups[left[has_group]] = found[has_group] + first
        if has_group.sum() < _LEAST_BOXES * _GROUPS_AT_ONCE:
            break
        left, first = left[~has_group], first + _GROUPS_AT_ONCE
    return groups


def _take_first_free(taken: np.ndarray, left: int, top: int, right: int, bottom: int) -> int:
    """The lowest bit that no cell of a box has, which all get; NO_GROUP if there is none."""
    cells = taken[top:bottom, left:right]
    free = ~int(np.bitwise_or.reduce(cells, axis=None)) & (2**_GROUPS_AT_ONCE - 1)
    if not free:
        return NO_GROUP
    lowest = free & -free
    cells |= np.uint64(lowest)
    return lowest.bit_length() - 1
