"""The shift between two images, in fractions of a pixel.

A fast Fourier transform locates the maximum of the cross-correlation to a pixel; then matrix products with the few rows
of a transform on a finer grid around it refine it (Guizar-Sicairos et al. 2008, doi:10.1364/OL.33.000156).
"""

from __future__ import annotations

import numpy as np

STEPS_PER_PX = 100


def shift_between(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """How many rows and columns further down and right a pattern of the first image lies in the second one.

    Images (h, w) of the same size, finite. Edges fade out, since a Fourier transform treats an image as periodic; this
    hides up to 5 % of a shift.

    Returns:
        Rows and columns, to 1/100 pixel.
    """
    product = np.conj(np.fft.fft2(_faded(first))) * np.fft.fft2(_faded(second))
    correlation = np.fft.ifft2(product).real
    coarse = [
        float(np.fft.fftfreq(count, 1 / count)[place])
        for place, count in zip(np.unravel_index(correlation.argmax(), correlation.shape), correlation.shape)
    ]
    near = np.arange(-STEPS_PER_PX, STEPS_PER_PX + 1) / STEPS_PER_PX
    rows, columns = near + coarse[0], near + coarse[1]
    down = np.exp(2j * np.pi * np.outer(rows, np.fft.fftfreq(product.shape[0])))
    across = np.exp(2j * np.pi * np.outer(np.fft.fftfreq(product.shape[1]), columns))
    refined = (down @ product @ across).real
    row, column = np.unravel_index(refined.argmax(), refined.shape)
    return float(rows[row]), float(columns[column])


def _faded(image: np.ndarray) -> np.ndarray:
    image = image.astype(np.float64)
    return (image - image.mean()) * np.hanning(image.shape[0])[:, np.newaxis] * np.hanning(image.shape[1])
