"""A raster read as if its bands had another order, or its numbers another scale and offset."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Optional

import numpy as np

from .nodata import valid_values
from .raster_reader import RasterReader
from .window import Window

Scaling = tuple[float, float]
"""Scale and offset that turn the numbers of a file into physical values: number * scale + offset."""

_DIGITS = 12  # of converting numbers; what decimal fractions leave beyond is noise
_AS_SINGLE = 1e-10  # share of a number, within which it is one of 32 bits that was written with ten digits or more
_SAME = 1e-6  # share of a scale or an offset that no sensor knows


@dataclass(frozen=True)
class Adaptation:
    """How the pixels of an image become those that another image would have of the same ground; plain values.

    Attributes:
        order: position in the image of each band that is wanted; None for all as they are.
        gain, bias: of the bands in that order: number * gain + bias; None to leave them as they are. Numbers are then
            real ones, and NaN where they were nodata.
        unknown: the bands, in that order, whose scale and offset only one of two records has, beside others that are
            converted.
    """

    order: Optional[tuple[int, ...]] = None
    gain: Optional[tuple[float, ...]] = None
    bias: Optional[tuple[float, ...]] = None
    unknown: tuple[int, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether pixels stay as they are."""
        return self.order is None and self.gain is None

    def of(self, reader: RasterReader, nodata: Optional[float] = None) -> RasterReader:
        """The image as adapted; it uses the files of `reader`, which has to stay open.

        Args:
            nodata: a number of the image that counts as nodata besides its own, if its numbers are converted.
        """
        return reader if self.is_none else _AdaptedReader(reader, self, nodata)


AS_IT_IS = Adaptation()

Image = Sequence[str]
"""The files whose bands are stacked into an image."""


@dataclass(frozen=True)
class AdaptedImages:
    """Images, and how each is adapted; nothing for those that are read as they are."""

    paths: Sequence[Image]
    adaptations: Sequence[Adaptation] = ()

    def adaptation(self, number: int) -> Adaptation:
        """Of one of the images."""
        return self.adaptations[number] if self.adaptations else AS_IT_IS


def alike(adaptations: Sequence[Adaptation], bands: int) -> list[Adaptation]:
    """The same, all with real numbers if the numbers of one image are converted, so that all have one type."""
    if all(adaptation.gain is None for adaptation in adaptations):
        return list(adaptations)
    same = (1.0,) * bands, (0.0,) * bands
    return [a if a.gain is not None else Adaptation(a.order, *same) for a in adaptations]


def conversion(of: Optional[Scaling], to: Optional[Scaling]) -> tuple[float, float]:
    """Gain and bias that turn numbers of one scale and offset into those of another for the same physical value.

    They are computed in decimal fractions, so that offsets of -0.1 and 0 with scales of 0.0001 give exactly -1000.
    1 and 0 where one of the two is not known, or both cannot be meant.
    """
    if of is None or to is None or all(map(_are_same, of, to)):
        return 1.0, 0.0
    (scale, offset), (wanted_scale, wanted_offset) = map(_decimal, of), map(_decimal, to)
    try:
        gain, bias = (_rounded(n) for n in (scale / wanted_scale, (offset - wanted_offset) / wanted_scale))
    except OverflowError:
        return 1.0, 0.0
    return (gain, bias) if gain else (1.0, 0.0)


def _are_same(first: float, second: float) -> bool:
    """Whether two numbers are one that was written with few digits, such as 1/255 and 0.00392157."""
    return math.isclose(first, second, rel_tol=_SAME)


def _decimal(number: float) -> Fraction:
    """The fraction that was meant, also where a file holds it as float32, or as that with ten digits or more."""
    with np.errstate(over="ignore"):
        single = np.float32(number)
    return Fraction(str(single) if math.isclose(single, number, rel_tol=_AS_SINGLE) else repr(float(number)))


def _rounded(number: Fraction) -> float:
    return float(f"{float(number):.{_DIGITS}g}")


class _AdaptedReader(RasterReader):
    """An image as an `Adaptation` says."""

    def __init__(self, origin: RasterReader, adaptation: Adaptation, nodata: Optional[float]):
        self.__dict__.update(vars(origin))
        self._origin, self._adaptation = origin, adaptation
        self.band_order = adaptation.order
        self._order = list(adaptation.order if adaptation.order is not None else range(origin.band_count))
        self.band_names = tuple(origin.band_names[i] for i in self._order)
        self.scalings = tuple(origin.scalings[i] for i in self._order)
        self.file_nodata = tuple(origin.file_nodata[i] for i in self._order)
        self.nodata = self._raw_nodata = tuple(origin.nodata[i] for i in self._order)
        self._given_nodata = nodata
        self.alpha = tuple(new for new, old in enumerate(self._order) if old in origin.alpha)
        self.left_out = tuple(new for new, old in enumerate(self._order) if old in origin.left_out)
        if adaptation.gain is not None:
            exact = np.can_cast(origin.dtype, np.float32)
            self.dtype = self.file_dtype = np.dtype(np.float32 if exact else np.float64)
            self.nodata = (float("nan"),) * len(self._order)
            self.leave_out(self.left_out)

    def leave_out(self, bands: Sequence[int]) -> None:
        super().leave_out(bands)
        self._raw_nodata = tuple(None if i in self.left_out else own for i, own in enumerate(self._raw_nodata))

    @property
    def file_bands(self) -> list[tuple[str, int]]:
        bands = self._origin.file_bands
        return [bands[i] for i in self._order]

    @property
    def varying_alpha(self) -> tuple[str, ...]:
        return self._origin.varying_alpha

    def read(self, window: Window, into: Optional[np.ndarray] = None) -> np.ndarray:
        return self._adapted(self._origin.read(window), into)

    def peek(self, window: Window) -> np.ndarray:
        return self._adapted(self._origin.peek(window))

    def _adapted(self, raw: np.ndarray, into: Optional[np.ndarray] = None) -> np.ndarray:
        if self._adaptation.order is not None:
            raw = raw[..., self._order]
        if self._adaptation.gain is not None:
            raw = self._converted(raw)
        if into is None:
            pixels = np.ascontiguousarray(raw)
        else:
            into[...] = raw
            pixels = into
        for number in self.left_out:
            pixels[..., number] = 0
        return pixels

    def _converted(self, raw: np.ndarray) -> np.ndarray:
        hidden = ~valid_values(raw, self._raw_nodata)
        if self._given_nodata is not None:
            hidden |= ~valid_values(raw, (self._given_nodata,) * raw.shape[-1])
        with np.errstate(over="ignore", invalid="ignore"):  # a nodata value may be beyond the range of the numbers
            converted = (raw * np.asarray(self._adaptation.gain) + np.asarray(self._adaptation.bias)).astype(self.dtype)
        converted[hidden] = np.nan
        return converted
