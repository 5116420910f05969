"""Doubts about label rasters: pictures in place of class values, and a value that may mean “not annotated”."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional, Union

from ..base.errors import InputError
from ..base.messages import Message
from ..base.progress import Progress
from ..raster.raster_reader import RasterReader
from .legend import Legend

CLEAR_MAJORITY = 2 / 3  # of the labelled pixels
USUAL_FILLS = (127, 255, 32767, 65535, 2**31 - 1)  # besides 0 and what is below


@dataclass(frozen=True)
class FillDoubt:
    """A value of a label raster that is taken for a class, but may mean “not annotated”.

    Attributes:
        labels: the name of the raster. share: of the labelled pixels, 0 … 1.
        others_named: whether the doubt is that other values have names.
    """

    labels: str
    value: int
    share: float
    others_named: bool

    def is_dispelled_by(self, mapped: Collection[int]) -> bool:
        """Whether the value is a class, because a map that is judged by the labels has it, too."""
        return not self.others_named and self.value in mapped

    def message(self, has_parameter: bool) -> Message:
        """The doubt, and what to do; `has_parameter` says whether the job has the parameter NODATA of label rasters."""
        if not has_parameter:
            advice = Message("record it in the file as its nodata value (“Translate”, assign nodata)")
        elif self.value == 0:
            advice = Message("give {p:nodata=0}")
        else:
            advice = Message("give {value} as {p:nodata}", value=self.value)
        values = {"labels": self.labels, "value": self.value, "percent": 100 * self.share, "advice": advice}
        if self.others_named:
            return Message(
                "The value {value} of “{labels}” has {percent:.1f} % of the labelled pixels, but unlike other values "
                "no name in the legend. It is taken for a class. If it means “not annotated”, {advice}; else name it.",
                **values,
            )
        return Message(
            "The value {value} of “{labels}” has {percent:.1f} % of the labelled pixels, but no name, and no nodata "
            "value is recorded. It is taken for a class. If it means “not annotated”, {advice}; else name it in a "
            "legend.",
            **values,
        )


Doubt = Union[FillDoubt, Message]


def fill_doubt(name: str, pixels: Mapping[int, int], legend: Legend, nodata: Optional[float]) -> Optional[FillDoubt]:
    """The doubt whether a value is a class; None where there is no reason for one.

    Args:
        name: of the raster. pixels: of each value that is taken for a class. legend: with the names that are known.
        nodata: that is recorded or was given; None if there is none.
    """
    known = legend.by_value
    named = {value for value in pixels if value in known and known[value].name}
    total = sum(pixels.values())
    for value in sorted(pixels, key=lambda v: -pixels[v]):
        if value in named or not (value <= 0 or value in USUAL_FILLS):
            continue
        others_named = bool(named) or (value not in known and len(pixels) > 1 and set(pixels) - {value} <= set(known))
        # Of two values, one of which is nodata, nothing can be learned: they are a mask.
        is_large = nodata is None and len(pixels) > 2 and pixels[value] > CLEAR_MAJORITY * total
        if others_named or is_large:
            return FillDoubt(name, value, pixels[value] / total, others_named)
    return None


def unmapped_doubts(
    labels: str, pixels: Mapping[int, int], named: Collection[int], mapped: Collection[int]
) -> list[Message]:
    """Doubts whether values of reference labels are classes, as the maps have others of them, but not these.

    Args:
        labels: the name of the raster. pixels: of each value that is taken for a class.
        named: values that have names. mapped: the values of the maps.
    """
    if not set(pixels) & set(mapped):
        return []
    return [
        Message(
            "The value {value} of “{labels}” has {percent:.1f} % of the labelled pixels, but no name, and the map does "
            "not have it. It is taken for a class that the map misses. If it means “not annotated”, record it in the "
            "file as its nodata value (“Translate”, assign nodata).",
            labels=labels,
            value=value,
            percent=100 * number / sum(pixels.values()),
        )
        for value, number in pixels.items()
        if (value <= 0 or value in USUAL_FILLS) and value not in named and value not in mapped
    ]


def band_doubt(raster: RasterReader, legend: Legend) -> Optional[Message]:
    """The doubt whether the classes are in band 1; None for a single band.

    Raises:
        InputError: the raster is a picture in red, green and blue, whose values no legend names.
    """
    if not raster.has_several:
        return None
    if raster.is_picture and not any(c.name for c in legend.by_value.values()):
        raise InputError(
            "“{labels}” is a picture of {count} bands, red, green and blue among them; expected a raster of class "
            "values. Export the raw data of the layer (not a rendered image), or the band with the classes.",
            labels=raster.name,
            count=raster.band_count,
        )
    return Message(
        "“{labels}” has {count} bands; the classes are read from the first one. If they are in another one, export it.",
        labels=raster.name,
        count=raster.band_count,
    )


def tell_doubts(doubts: Sequence[Doubt], progress: Progress, has_parameter: bool = False) -> None:
    """Warns of what may be wrong with labels; see `FillDoubt.message`."""
    for doubt in doubts:
        message = doubt.message(has_parameter) if isinstance(doubt, FillDoubt) else doubt
        progress.warning(message)
