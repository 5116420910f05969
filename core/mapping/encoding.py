"""Encoding of maps: turns the output of a model into the values that are written."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np

from ..base.map_results import Holds, MapResult
from ..images.answers import Answer
from ..images.value_target import Target

# A probability in 8 bits: 0 ... 250 represent 0 ... 1, so that 0.5 and 0.1 are exact; 255 is nodata.
PROBABILITY_STEPS = 250


class Encoder:
    """Encodes one kind of result.

    Args:
        result: content of the map. answer: classes or values that the model predicts.
        precision: of results other than classes: float32, uint8 for numbers between 0 and 1, or target.
        count: numbers that the model outputs for a pixel.
    Attributes:
        band_names, dtype, nodata: of the map. scale, offset: of its integers; None without them.
    Raises:
        InputError: precision is target, but the model has no target whose type the map could have.
    """

    def __init__(self, result: MapResult, answer: Answer, precision: str = "float32", count: int = 0):
        self.result, self._is_share = result, False
        self._target: Optional[Target] = None
        self._values: Optional[np.ndarray] = None
        self.band_names = result.band_names(answer, count)
        self.dtype: np.dtype = np.dtype(np.float32)
        self.nodata: float = float("nan")
        self.scale, self.offset = answer.scaling(result)
        if precision == "target":
            self._target = target = answer.stored_in(result)
            self.dtype, self.nodata = np.dtype(target.dtype), target.stored_nodata
        if result.holds is Holds.CLASS_VALUES:
            self.dtype, self.nodata = answer.classes.raster_type()
            self._values = answer.classes.values.astype(self.dtype)
        elif precision == "uint8" and result.holds is Holds.SHARES:
            self.dtype, self.nodata, self.scale = np.dtype(np.uint8), 255, 1 / PROBABILITY_STEPS
            self._is_share = True

    @property
    def are_class_values(self) -> bool:
        """Whether the map contains class values, so that it can have the classes' names and colors."""
        return self._values is not None

    def __call__(self, scores: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """Encodes a block.

        Args:
            scores: (h, w, k) float32 probabilities or features, or (h, w) class indices. valid: (h, w) bool.
        Returns:
            (h, w, bands) in the map's type.
        """
        encoded: Any = self.result.of_scores(scores)
        if self._values is not None:
            encoded = np.take(self._values, encoded)
        elif self._target is not None:
            encoded = self._target.stored(encoded)
        elif self._is_share:
            encoded = np.rint(np.clip(encoded, 0, 1) * np.float32(PROBABILITY_STEPS)).astype(np.uint8)
        if not valid.all():
            encoded[~valid] = self.nodata
        return encoded
