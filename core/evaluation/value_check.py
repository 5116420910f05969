"""Compares the values of images with those that a model learned from, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Optional

import numpy as np

from ..base.errors import InputError
from ..base.messages import Message, Words
from ..base.progress import Progress
from ..images.as_learned import UNCHANGED
from ..images.image_source import Source
from ..images.normalization import Normalization
from ..images.value_ranges import (
    FEWEST_PIXELS,
    Range,
    Ranges,
    are_alien,
    lie_beyond,
    of_other_units,
    ranges_of,
    shift_of,
)
from ..model.model_file import Model
from ..raster.raster_reader import RasterReader
from ..raster.recorded_scaling import recorded_scalings
from ..raster.window import Window
from .model_inputs import Meaning, SourceImage

SAMPLE_PX = 32  # side of the windows that are read
FEW_PLACES = ((0.5, 0.5), (0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))  # shares of the image's width and height
MORE_PLACES = tuple((x / 8, y / 8) for y in (1, 3, 5, 7) for x in (1, 3, 5, 7))
MOST_SHOWN = 4  # bands
WHOLE = 0.01  # of a number of 16 bits, as float32 keeps it in any normalization


def check_values(model: Model, images: Sequence[SourceImage], meaning: Meaning, progress: Progress) -> None:
    """Warns where most values of an image lie beyond those that a model learned from.

    A few windows of each image are read. Nothing is checked for models that do not record the values.

    Raises:
        InputError: they are of another kind, such as reflectance for digital numbers, and not said to be right.
    """
    for number, (source, image) in enumerate(zip(model.sources, images)):
        learned = _in_numbers(source.ranges, source.normalization)
        if learned is not None and any(learned):
            progress.check()
            _check(source, image, learned, (meaning, number), progress)


def _check(source: Source, image: SourceImage, learned: Ranges, given: tuple[Meaning, int], progress: Progress) -> None:
    normalization = source.normalization if image.transform is None else None
    for places in (FEW_PLACES, MORE_PLACES):  # the second only where the first ones leave doubt
        pixels = _sample(image.reader, places)
        if len(pixels) < FEWEST_PIXELS:
            continue
        if normalization is not None:
            pixels = normalization.undone(pixels)
        found = ranges_of(pixels)
        units = of_other_units(pixels, found, learned, image.reader.file_dtype)
        beyond = lie_beyond(pixels, learned)
        shift = shift_of(found, learned) if _are_whole(pixels) else 0
        if not (units or beyond or shift):
            return
    if len(pixels) < FEWEST_PIXELS:
        return
    meaning, number = given
    bands = units or beyond or list(range(len(learned)))
    told = {
        "image": image.reader.name,
        "bands": _described(source, bands, found, learned),
        "record": _record(source, image.reader, meaning, number),
    }
    if units and are_alien(pixels, found, learned, units) and meaning.pixel_values != UNCHANGED:
        raise InputError(
            "Most values of “{image}” are of another kind than those that the model learned from: {bands:; }. {record}"
            "Give an image in the same units (reflectance, digital numbers, decibels …); or, if these values are "
            "right, confirm them with {p:pixel_values=unchanged}.",
            **told,
        )
    if shift and not units:
        progress.warning(
            "The values of “{image}” begin about {shift} {direction} than those that the model learned from: "
            "{bands:; }. {record}Numbers of Sentinel-2 are 1000 higher since the processing baseline 04.00. If "
            "this is the reason, the map will be wrong: give an image whose scale and offset are recorded, or one of "
            "the same baseline.",
            shift=abs(shift),
            direction=Message("higher") if shift > 0 else Message("lower"),
            **told,
        )
        return
    progress.warning(
        "Most values of “{image}” lie beyond those that the model learned from: {bands:; }. {record}The map may be "
        "worse than the report says: is it of another season, under clouds, or in other units?",
        **told,
    )


def _are_whole(numbers: np.ndarray) -> bool:
    """Whether numbers are whole ones, up to what normalizing them and undoing it leaves."""
    return bool((np.abs(numbers - np.rint(numbers)) < WHOLE).all())


def _in_numbers(ranges: Optional[Ranges], normalization: Optional[Normalization]) -> Optional[Ranges]:
    """Learned ranges in the numbers of the raw image; None for bands that the normalization makes constant."""
    if ranges is None or normalization is None:
        return ranges
    both = normalization.undone(np.array([known or (0.0, 0.0) for known in ranges]).T).T
    found: list[Optional[Range]] = []
    for known, ends, gain in zip(ranges, both.tolist(), normalization.gain):
        found.append((min(ends), max(ends)) if known is not None and gain != 0 else None)
    return tuple(found)


def _sample(reader: RasterReader, places: Sequence[tuple[float, float]]) -> np.ndarray:
    """The valid ones (n, c) float64 of the pixels around some places of an image."""
    parts = []
    for window in _windows(reader, places):
        raw = reader.read(window)
        parts.append(raw[reader.valid(raw)])
    return np.concatenate(parts).astype(np.float64)


def _windows(reader: RasterReader, places: Sequence[tuple[float, float]]) -> Iterator[Window]:
    """Windows that lie in as few blocks of the file as possible, each once."""
    grid, blocks = reader.grid, reader.block_shape
    width, height = min(SAMPLE_PX, grid.width), min(SAMPLE_PX, grid.height)
    corners = dict.fromkeys(
        (_begin(x, grid.width, width, blocks[0]), _begin(y, grid.height, height, blocks[1])) for x, y in places
    )
    yield from (Window(x, y, width, height) for x, y in corners)


def _begin(place: float, length: int, size: int, block: int) -> int:
    """Where a window around a place begins: inside of one block, if blocks are as large."""
    begin = min(max(int(place * length) - size // 2, 0), length - size)
    if block >= size:
        first = begin // block * block
        begin = min(begin, first + block - size)
    return begin


def _described(source: Source, bands: Sequence[int], found: Ranges, learned: Ranges) -> list[Message]:
    shown = [(band, found[band], learned[band]) for band in bands]
    parts = [
        Message(
            "{band} has {low:.4g} … {high:.4g}, learned was {learned_low:.4g} … {learned_high:.4g}",
            band=source.bands[band],
            low=ours[0],
            high=ours[1],
            learned_low=theirs[0],
            learned_high=theirs[1],
        )
        for band, ours, theirs in shown[:MOST_SHOWN]
        if ours is not None and theirs is not None
    ]
    return parts + ([Message("{count} more bands", count=len(shown) - MOST_SHOWN)] if len(shown) > MOST_SHOWN else [])


def _record(source: Source, reader: RasterReader, meaning: Meaning, number: int) -> Words:
    """A sentence on scales and offsets that only one of the two records; empty if there is none."""
    own = recorded_scalings(reader, meaning.of(number))
    known = next((scaling for scaling in own or source.scalings or () if scaling is not None), None)
    if known is None or (own is None) == (source.scalings is None):
        return ""
    scale, offset = known
    if own is None:
        return Message(
            "What the model learned from has a recorded scale {scale:g} and offset {offset:g}, this image has none. ",
            scale=scale,
            offset=offset,
        )
    return Message(
        "This image has a recorded scale {scale:g} and offset {offset:g}, what the model learned from has none. ",
        scale=scale,
        offset=offset,
    )
