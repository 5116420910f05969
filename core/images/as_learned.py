"""Reads an image like the one that statistics or a model come from: its order of bands, its scale and offset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ..base.messages import Message, Words
from ..base.progress import Progress
from ..raster.adapted_reader import AS_IT_IS, Adaptation, conversion
from ..raster.raster_reader import RasterReader
from ..raster.recorded_scaling import Declared, Scalings, recorded_scalings

NORMALIZATION_TAG = "NORMALIZATION"
AS_RECORDED, UNCHANGED = "recorded", "unchanged"

_NUMBERED = re.compile(r"band[ _]?\d+", re.IGNORECASE)
_SENSOR_BAND = re.compile(r"(?<![A-Za-z0-9])B(8A|\d{1,2})(?![A-Za-z0-9])", re.IGNORECASE)


@dataclass(frozen=True)
class Expected:
    """What an image is made alike.

    Attributes:
        name: for messages. bands: their names. scalings: of the raw image, as far as they are known.
    """

    name: Words
    bands: Sequence[str]
    scalings: Optional[Scalings] = None


def band_order(expected: Sequence[str], received: Sequence[str]) -> Optional[tuple[int, ...]]:
    """Positions of the expected bands among those received, by their names.

    Names that say which band of Sentinel-2 or Landsat they are, such as “T32UQD_B04_10m”, are compared by it. “Band 4”
    is not a name: such a band, often the transparency, has to be where it was.

    Returns:
        None if the bands are in order, or their names do not tell.
    """
    for names_of in (_names, _sensor_bands):
        ours, theirs = names_of(expected), names_of(received)
        if ours and theirs and set(ours) == set(theirs):
            order = tuple(theirs.index(name) for name in ours)
            is_moved = [place != position for position, place in enumerate(order)]
            tells = not any(moved and _NUMBERED.fullmatch(name) for name, moved in zip(ours, is_moved))
            return order if any(is_moved) and tells else None
    return None


def differ_in_part(expected: Sequence[str], received: Sequence[str]) -> bool:
    """Whether some of the bands received are expected ones by their names, and others are not."""
    pairs = [(_named(names_of(expected)), _named(names_of(received))) for names_of in (_names, _sensor_bands)]
    told = [(ours, theirs) for ours, theirs in pairs if ours and theirs]
    return all(ours != theirs for ours, theirs in told) and any(ours & theirs for ours, theirs in told)


def _named(names: Sequence[str]) -> set[str]:
    return {name for name in names if not _NUMBERED.fullmatch(name)}


def _names(bands: Sequence[str]) -> list[str]:
    """The names of bands; none if two are alike."""
    names = [name.strip().casefold() for name in bands]
    return [] if len(set(names)) < len(names) else names


def _sensor_bands(bands: Sequence[str]) -> list[str]:
    """The bands of Sentinel-2 or Landsat that names tell; none unless all do, and each another one."""
    found = [_SENSOR_BAND.findall(name) for name in bands]
    if any(len(numbers) != 1 for numbers in found):
        return []
    names = [numbers[0].upper().zfill(2) for numbers in found]
    return names if len(set(names)) == len(names) else []


def adaptation_to(
    expected: Expected,
    reader: RasterReader,
    pixel_values: str = AS_RECORDED,
    declared: Declared = (),
) -> Adaptation:
    """How an image becomes like one with other bands, scales and offsets, as far as both are known.

    Args:
        pixel_values: UNCHANGED leaves scales and offsets alone.
    """
    scalings = expected.scalings if pixel_values == AS_RECORDED else None
    if reader.band_count != len(expected.bands):
        return AS_IT_IS
    order = band_order(expected.bands, reader.band_names)
    raw = scalings is not None and reader.tag(NORMALIZATION_TAG) is None
    own = recorded_scalings(reader, declared) if raw else None
    if own is None or scalings is None:
        return Adaptation(order)
    ordered = own if order is None else tuple(own[i] for i in order)
    gain, bias = zip(*(conversion(of, to) for of, to in zip(ordered, scalings)))
    if all(pair == (1.0, 0.0) for pair in zip(gain, bias)):
        return Adaptation(order)
    unknown = tuple(i for i, (of, to) in enumerate(zip(ordered, scalings)) if (of is None) != (to is None))
    return Adaptation(order, tuple(gain), tuple(bias), unknown)


class Likening:
    """Finds how images of a set become like one image; what is done to them is told once, not for each."""

    def __init__(self, image: RasterReader, pixel_values: str, progress: Progress):
        name = Message("“{image}”", image=image.name)
        self._expected = Expected(name, image.band_names, recorded_scalings(image))
        self._pixel_values, self._progress, self._is_told = pixel_values, progress, False

    def of(self, other: RasterReader, declared: Declared = ()) -> Adaptation:
        """How another image is adapted. See `adaptation_to`."""
        adaptation = adaptation_to(self._expected, other, self._pixel_values, declared)
        adapted(other, adaptation, self._expected, self._progress.silent() if self._is_told else self._progress)
        self._is_told |= not adaptation.is_none
        return adaptation


def adapted(reader: RasterReader, adaptation: Adaptation, expected: Expected, progress: Progress) -> RasterReader:
    """The image as an adaptation says, which is told, as is that some of the bands have other names."""
    result = adaptation.of(reader)
    if adaptation.order is not None:
        progress.info(
            "“{image}” has the bands {bands}. They are read in the order of {expected}: {order}.",
            image=reader.name,
            bands=reader.band_names,
            expected=expected.name,
            order=result.band_names,
        )
    elif reader.band_count == len(expected.bands) and differ_in_part(expected.bands, reader.band_names):
        progress.warning(
            "“{image}” has the bands {bands}, but those of {expected} are {expected_bands}. They are taken in the "
            "order in which they come: check that it is right, and rename or stack them otherwise (“Normalize and "
            "stack bands”).",
            image=reader.name,
            bands=reader.band_names,
            expected=expected.name,
            expected_bands=expected.bands,
        )
    if adaptation.gain is not None and adaptation.bias is not None:
        steps = dict.fromkeys(zip(adaptation.gain, adaptation.bias))
        progress.info(
            "“{image}” is recorded with another scale or offset than {expected}, so its numbers are converted: "
            "{conversions:; }. {p:pixel_values=unchanged} would leave them as they are.",
            image=reader.name,
            expected=expected.name,
            conversions=[Message("{gain:.12g} · x {bias:+.12g}", gain=gain, bias=bias) for gain, bias in steps],
        )
    if adaptation.unknown:
        progress.warning(
            "Scale and offset of {bands} are recorded only in one of “{image}” and {expected}, so that these bands are "
            "taken as they are, beside others that are converted. Check that it is right, or record them "
            "(gdal_edit.py -scale … -offset …).",
            bands=[result.band_names[band] for band in adaptation.unknown],
            image=reader.name,
            expected=expected.name,
        )
    return result
