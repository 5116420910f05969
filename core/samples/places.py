"""Places of samples: their pixels, with the grid of the image that these belong to."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..raster.grid import UNPLACED, Grid

TAG = "PLACES"


@dataclass(frozen=True)
class Places:
    """Where samples lie.

    Attributes:
        columns, rows: pixel of each sample, (n,) int64. grid: of the image. width, height: of a patch in pixels.
    """

    columns: np.ndarray
    rows: np.ndarray
    grid: Grid
    width: int = 1
    height: int = 1

    def __len__(self) -> int:
        return len(self.columns)

    def take(self, chosen: np.ndarray) -> Places:
        """Some of the samples."""
        return Places(self.columns[chosen], self.rows[chosen], self.grid, self.width, self.height)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a tag of a file; the inverse of `from_json`."""
        numbers = np.column_stack([self.columns, self.rows]).astype("<i4")
        return {
            "size": [self.grid.width, self.grid.height],
            "geotransform": list(self.grid.geotransform),
            "crs": self.grid.crs,
            "patch": [self.width, self.height],
            "count": len(self),
            "pixels": base64.b64encode(zlib.compress(numbers.tobytes())).decode("ascii"),
        }

    @classmethod
    def from_json(cls, values: Any) -> Places:
        """Raises InputError where the description is malformed."""
        try:
            length = 8 * int(values["count"])
            raw = zlib.decompressobj().decompress(base64.b64decode(values["pixels"], validate=True), length)
            numbers = np.frombuffer(raw, "<i4").reshape(-1, 2).astype(np.int64)
            if len(raw) != length:
                raise ValueError(Message("numbers are missing"))
            a, b, c, d, e, f = (float(v) for v in values["geotransform"])
            # Earlier versions counted the rows of an image without a geotransform upwards.
            transform = UNPLACED if (a, b, c, d, e, f) == (0, 1, 0, 0, 0, 1) else (a, b, c, d, e, f)
            grid = Grid(int(values["size"][0]), int(values["size"][1]), transform, str(values["crs"]))
            return cls(numbers[:, 0], numbers[:, 1], grid, int(values["patch"][0]), int(values["patch"][1]))
        except (TypeError, KeyError, IndexError, ValueError, zlib.error) as error:
            raise InputError("The recorded places of the patches are malformed. Extract the patches again.") from error
