"""What may be compared bit by bit, and what only up to rounding.

A forest, or sums of whole numbers, give the same bits everywhere. TensorFlow adds up floating-point numbers in an order
that depends on the processor, on the library chosen for it and on the shape of what it is shown: with AVX-512 blocks of
any size often give the same bits, with AVX2 (ONEDNN_MAX_CPU_ISA=AVX2) or without oneDNN (TF_ENABLE_ONEDNN_OPTS=0) they
do not. Between block sizes, and between dense and patch by patch, the scores of the networks in these tests differ by
up to 4e-7 of the largest one; with random weights and large sums that cancel each other, by up to 1.1e-6.
"""

import numpy as np

ROUNDING = 16 * float(np.finfo(np.float32).eps)  # 1.9e-6 of the largest value


def require_equal_up_to_rounding(found, expected, scores=None):
    """Compares what a network answers.

    Args:
        scores: if a softmax made probabilities of them; it makes at most half of their difference a difference of
            probabilities, which is much where scores are large.
    """
    largest = max(np.nanmax(np.abs(expected)), 0 if scores is None else np.nanmax(np.abs(scores)) / 2)
    np.testing.assert_allclose(found, expected, rtol=0, atol=ROUNDING * largest)


def require_equal_classes(found, expected, probabilities):
    """Compares classes (…): they may differ only where the two best probabilities (…, k) are equal but for rounding."""
    best = np.sort(probabilities, axis=-1)[..., -2:]
    tied = best[..., 1] - best[..., 0] <= ROUNDING * np.nanmax(probabilities)
    assert found.shape == expected.shape == tied.shape
    assert ((found == expected) | tied).all()
