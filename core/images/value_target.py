"""Value targets: images whose values a network learns to predict; recorded in patches of them and in models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message
from ..base.plain_json import a_list, finite_number, reason_of, shortened
from ..raster.nodata import valid_values
from ..raster.raster_reader import RasterReader
from .image_source import Source

TAG = "TARGET"
_TYPES = ("uint8", "int16", "uint16", "int32", "uint32", "float32", "float64")


@dataclass(frozen=True)
class Target:
    """Values to be learned.

    Attributes:
        image: bands, pixel size and normalization of the image, and the size of its patches.
        dtype: name of its type. nodata: its value, None if it has none or if that is NaN.
        scaling: scale and offset that turn its values into physical ones, if they are recorded.
        is_foreign: whether they are the answers of another program's network, of which only the number is known.
    """

    image: Source
    dtype: str
    nodata: Optional[float] = None
    scaling: Optional[tuple[float, float]] = None
    is_foreign: bool = False

    @classmethod
    def of_image(cls, reader: RasterReader, width: int, height: int) -> Target:
        """Describes an image and the size of its patches. Raises InputError if bands have different nodata values."""
        values = {value for value in reader.nodata if value is not None and np.isfinite(value)}
        if len(values) > 1:
            raise InputError(
                "The bands of “{image}” have different nodata values: {values}. Expected one for all bands of a "
                "target image. Translate it first (“Translate”, assign nodata).",
                image=reader.name,
                values=[f"{v:g}" for v in values],
            )
        image = Source.of_image(reader, width, height)
        return cls(image, reader.dtype.name, values.pop() if values else None, reader.scaling)

    @property
    def bands(self) -> tuple[str, ...]:
        """Names of its bands."""
        return self.image.bands

    def known(self, pixels: np.ndarray) -> np.ndarray:
        """Stored pixels (..., c) as float32, NaN where there is no value."""
        valid = valid_values(pixels, [self.nodata] * pixels.shape[-1])
        return np.where(valid, pixels, np.nan).astype(np.float32)

    def stored(self, values: np.ndarray) -> np.ndarray:
        """Values (..., c) in the target's own type: rounded, kept within its range, and apart from nodata."""
        dtype = np.dtype(self.dtype)
        if dtype.kind == "f":
            return values.astype(dtype)
        limits, nodata = np.iinfo(dtype), self.stored_nodata
        lowest, highest = limits.min + (nodata == limits.min), limits.max - (nodata == limits.max)
        stored = np.clip(np.rint(values.astype(np.float64)), lowest, highest).astype(dtype)
        stored[stored == nodata] += 1  # else a pixel would vanish, because it happens to have this value
        return stored

    def with_gaps(self, values: np.ndarray) -> np.ndarray:
        """The inverse of `known`: nodata where values (..., c) are NaN."""
        missing = np.isnan(values)
        stored = self.stored(np.where(missing, 0, values))
        return np.where(missing, np.asarray(self.stored_nodata).astype(stored.dtype), stored)

    @property
    def stored_nodata(self) -> float:
        """Nodata of a map in the target's own type: its own, NaN, or the lowest value that integers have."""
        dtype = np.dtype(self.dtype)
        if self.nodata is not None:
            return self.nodata
        return float("nan") if dtype.kind == "f" else float(np.iinfo(dtype).min)

    def to_json(self) -> dict[str, Any]:
        """Plain values; the inverse of `from_json`."""
        scaling = list(self.scaling) if self.scaling else None
        values = {"image": self.image.to_json(), "dtype": self.dtype, "nodata": self.nodata, "scaling": scaling}
        return {**values, "is_foreign": True} if self.is_foreign else values

    @classmethod
    def from_json(cls, values: Any) -> Target:
        """Raises InputError where the description is malformed."""
        try:
            image, dtype, nodata = Source.from_json(values["image"]), values["dtype"], values["nodata"]
            if dtype not in _TYPES:
                raise ValueError(
                    Message("its type must be one of {types}, received {dtype}", types=_TYPES, dtype=shortened(dtype))
                )
            if nodata is not None:
                nodata = finite_number(nodata, Message("the nodata value"))
                if np.dtype(dtype).kind != "f" and np.array(nodata).astype(dtype) != nodata:
                    raise ValueError(Message("no {dtype} can be {nodata:g}", dtype=dtype, nodata=nodata))
            scaling = values["scaling"]
            if scaling is not None:
                scale, offset = (
                    finite_number(v, Message("a scale")) for v in a_list(scaling, 2, 2, Message("scale and offset"))
                )
                scaling = scale, offset
            return cls(image, dtype, nodata, scaling, values.get("is_foreign") is True)
        except (AttributeError, TypeError, KeyError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            reason = Message("an entry is missing") if isinstance(error, KeyError) else reason_of(error)
            raise InputError(
                "The description of a target is malformed: {reason:part}. The file was not written by RasterLearn.",
                reason=reason,
            ) from error
