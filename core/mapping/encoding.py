"""What a map says about a pixel: turns the scores of a model into the values that are written."""

from __future__ import annotations

import math
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..images.value_target import Target
from ..raster.classes import ClassMap

# A probability in 8 bits: 0 ... 250 stand for 0 ... 1, so that 0.5 and 0.1 are exact; 255 is nodata.
PROBABILITY_STEPS = 250


class Encoder:
    """Encodes one kind of result.

    Args:
        result: classes (class values), probabilities (one band per class), confidence (the largest of them), entropy
            (0 certain ... 1 undecided), features (one band per value of the network's layer `features`), values (one
            band per value of what the model answers).
        precision: of results other than classes: float32, uint8 for numbers between 0 and 1, or target.
        feature_count: number of features, or of values. target: what values stand for, if that is known.
    Attributes:
        band_names, dtype, nodata: of the map. scale, offset: what one step of an integer stands for, and 0, or None.
    Raises:
        InputError: there is no target whose type the map could have.
    """

    def __init__(
        self,
        result: str,
        classes: ClassMap,
        precision: str = "float32",
        feature_count: int = 0,
        target: Optional[Target] = None,
    ):
        self.result, self._is_share = result, False
        self._target: Optional[Target] = None
        self.band_names = {
            "probabilities": classes.names,
            "features": [f"feature {i}" for i in range(feature_count)],
            "values": [f"value {i}" for i in range(feature_count)],
        }.get(result, [result])
        self.dtype: np.dtype = np.dtype(np.float32)
        self.nodata: float = float("nan")
        self.scale: Optional[float] = None
        self.offset: Optional[float] = None
        if result == "values" and target is not None:
            self.band_names = list(target.bands)
            self.scale, self.offset = target.scaling or (None, None)
        if precision == "target":
            if result != "values" or target is None:
                raise InputError(
                    "PRECISION=target is for RESULT=values of a model that was trained on patches of values. Choose "
                    "float32."
                )
            self._target, self.dtype, self.nodata = target, np.dtype(target.dtype), target.stored_nodata
        if result == "classes":
            self.dtype, self.nodata = classes.raster_type()
            self._values = classes.values.astype(self.dtype)
        elif precision == "uint8" and result not in ("features", "values"):  # these have no bounds
            self.dtype, self.nodata, self.scale = np.dtype(np.uint8), 255, 1 / PROBABILITY_STEPS
            self._is_share = True

    @property
    def only_classes(self) -> bool:
        """Whether class indices are enough."""
        return self.result == "classes"

    def __call__(self, scores: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """Encodes a block.

        Args:
            scores: (h, w, k) float32 probabilities or features, or (h, w) class indices. valid: (h, w) bool.
        Returns:
            (h, w, bands) in the map's type.
        """
        encoded: Any = self._encoded(scores)
        if self._target is not None:
            encoded = self._target.stored(encoded)
        elif self._is_share:
            encoded = np.rint(np.clip(encoded, 0, 1) * np.float32(PROBABILITY_STEPS)).astype(np.uint8)
        if not valid.all():
            encoded[~valid] = self.nodata
        return encoded

    def _encoded(self, scores: np.ndarray) -> np.ndarray:
        if self.result == "classes":
            indices = scores if scores.dtype.kind in "iu" else scores.argmax(axis=-1)
            return np.take(self._values, indices)[..., np.newaxis]
        if self.result == "confidence":
            return scores.max(axis=-1, keepdims=True)
        if self.result == "entropy":
            information = -(scores * np.log(np.maximum(scores, 1e-30))).sum(axis=-1, keepdims=True)
            most = math.log(max(scores.shape[-1], 2))  # a number of numpy's would make it float64 with numpy 2
            return (information / most).astype(np.float32)
        return scores.copy()
