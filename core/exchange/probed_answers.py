"""What a model of another program answers to random images: numbers of which kind, and always the same ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..base.errors import InputError
from ..base.progress import Progress
from ..evaluation.graph_predictors import Answer
from ..images.image_source import Source
from .shown_images import AMPLITUDES

_FEW = 0.01  # of the cells
_TOLERANCE = 1e-3  # of probabilities, and of the largest number where two answers should be the same


def answers_to_random_images(answer: Answer, sources: Sequence[Source], progress: Progress) -> list[np.ndarray]:
    """What a model answers (1, h, w, k) to patches of small and of large numbers.

    It is told if answers are drawn at random, or depend on the patches beside them.

    Raises:
        InputError: the model answers with nothing that is a number.
    """
    rng = np.random.default_rng(0)
    shown = [
        [(rng.random((1, s.patch_height, s.patch_width, len(s.bands))) * a).astype(np.float32) for s in sources]
        for a in AMPLITUDES
    ]
    cells, images = [answer(images) for images in shown], shown[0]  # in large numbers, rounding looks like more
    if not any(np.isfinite(c).any() for c in cells):
        raise InputError(
            "The model answers with nothing that is a number (NaN), whatever the image: its training failed, or its "
            "weights are damaged. Train or export it again."
        )
    if not _are_equal(cells[0], answer(images)):
        progress.warning(
            "The model answers the same image differently each time, and so would maps: something in it is drawn at "
            "random, such as a dropout meant for training. Switch it off with {p:placeholders}, or export the model "
            "for inference."
        )
    elif _depends_on_others(answer, images, cells[0]):
        progress.warning(
            "What the model answers depends on the images that it is shown at the same time, and so would maps: "
            "something in it works along them, such as a batch normalization in training. Switch it off with "
            "{p:placeholders}, or export the model for inference."
        )
    return cells


def _depends_on_others(answer: Answer, images: Sequence[np.ndarray], alone: np.ndarray) -> bool:
    """Whether the answer to images differs from that to them `alone` if others are shown at the same time."""
    try:
        beside = answer([np.concatenate([image, image[:, ::-1] / 2]) for image in images])[:1]
    except InputError:  # only one image can be shown
        return False
    return beside.shape == alone.shape and not _are_equal(beside, alone)


def are_shares(cells: Sequence[np.ndarray]) -> bool:
    """Whether answers (n, h, w, k) are probabilities of classes: none negative, 1 in all."""
    return all((c >= 0).all() and np.allclose(c.sum(axis=-1), 1, atol=_TOLERANCE) for c in cells)


def require_probabilities(cells: Sequence[np.ndarray], output: str) -> None:
    """Raises InputError if answers (n, h, w, k), called probabilities by a user, cannot be these."""
    if any(((c < -_TOLERANCE) | (c > 1 + _TOLERANCE)).any() for c in cells):
        raise InputError(
            "“{output}” answers with numbers from {lowest:.4g} to {highest:.4g}, which cannot be probabilities. Choose "
            "{p:answer=scores} if a softmax or a sigmoid makes them probabilities, else {p:answer=values}.",
            output=output,
            lowest=min(float(np.nanmin(c)) for c in cells),
            highest=max(float(np.nanmax(c)) for c in cells),
        )


def _are_equal(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two answers are the same, but for rounding, and for classes where two are equally good."""
    largest = np.abs(one[np.isfinite(one)]).max(initial=0)
    alike = np.isclose(one, other, rtol=0, atol=_TOLERANCE * largest, equal_nan=True)
    return bool(alike.mean() >= 1 - _FEW)
