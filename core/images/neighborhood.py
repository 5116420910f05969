"""Statistics of the neighborhood of every pixel, with which a forest sees texture."""

from __future__ import annotations

import numpy as np

from ..raster.window import pixels_before

SMALLEST_SIDE, LARGEST_SIDE = 2, 127
NUMBERS_PER_BAND = 3  # the pixel's value, the mean and the standard deviation
BYTES_PER_NUMBER = 64  # of one band of a block at a time: numbers, squares and their sums in float64
ROUNDING = 2.0**-46  # relative to the mean of the squares; less than float32 can distinguish


def with_statistics(pixels: np.ndarray, height: int, width: int) -> np.ndarray:
    """The values of each pixel, and the mean and the standard deviation of each band in the window around it.

    The window lies around the pixel as a patch does. The standard deviation is that of the window itself (divided by
    n): the root of mean(x²) - mean(x)². All sums are float64, added in an order that depends only on the size of the
    window, so the numbers of a pixel are the same to the last bit whatever block it lies in.

    Args:
        pixels: (..., h, w, c) of any real type, taken as float32; h >= height, w >= width.
    Returns:
        (..., h - height + 1, w - width + 1, 3 c) float32 for the pixels whose window lies inside: all values, then for
        each band the mean and the deviation.
    """
    rows, columns, bands = (size - cut for size, cut in zip(pixels.shape[-3:], (height - 1, width - 1, 0)))
    result = np.empty((*pixels.shape[:-3], rows, columns, NUMBERS_PER_BAND * bands), np.float32)
    top, left = pixels_before(height), pixels_before(width)
    with np.errstate(over="ignore", invalid="ignore"):  # a nodata value may be beyond the range of float32
        result[..., :bands] = pixels[..., top : top + rows, left : left + columns, :]
        for band in range(bands):
            numbers = pixels[..., band].astype(np.float32).astype(np.float64)
            mean = _window_sums(numbers, height, width) / (height * width)
            squares = _window_sums(numbers * numbers, height, width) / (height * width)
            variance = squares - mean * mean
            variance[variance < ROUNDING * squares] = 0
            result[..., bands + 2 * band] = mean
            result[..., bands + 2 * band + 1] = np.sqrt(variance)
    return result


def _window_sums(numbers: np.ndarray, height: int, width: int) -> np.ndarray:
    """Sums over all windows, (..., h, w) -> (..., h - height + 1, w - width + 1)."""
    in_rows = neighbor_sums(numbers, width)
    return neighbor_sums(in_rows.swapaxes(-1, -2), height).swapaxes(-1, -2)


def neighbor_sums(numbers: np.ndarray, length: int) -> np.ndarray:
    """Sums of `length` neighbors along the last axis, (..., n) -> (..., n - length + 1), in the type of the numbers.

    They are joined from sums of 1, 2, 4 … neighbors, as the binary digits of `length` say. Unlike differences of
    cumulative sums, these do not depend on what lies outside of the window. Empty where there are fewer neighbors.
    """
    count, total, joined, span = numbers.shape[-1] - length + 1, None, 0, 1
    if count < 1:
        return numbers[..., :0]
    while True:
        if length & span:
            part = numbers[..., joined : joined + count]
            total = part if total is None else total + part
            joined += span
        if 2 * span > length:
            assert total is not None
            return total
        numbers = numbers[..., :-span] + numbers[..., span:]
        span *= 2
