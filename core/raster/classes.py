"""Classes of maps and labels: the value in rasters, the index in networks, the name and the color."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Optional

import numpy as np

from ..base.colors import completed
from ..base.errors import InputError
from ..base.messages import Message, Words
from ..base.model_limits import MAXIMUM_CLASSES
from ..base.plain_json import a_list, is_shown, short_text, whole_number

CLASS_LIMIT = 2**63  # beyond any integer of a field
NUMBERED_TAG = "NUMBERED"  # marks files whose class values were given to texts; see ClassMap.is_numbered

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}")
# Joiners that change no letter beside them: they do in Persian, in India's scripts, and in emoji.
_IDLE_JOINER = re.compile(
    "(?<![\u0600-\u1fff\u2100-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u1fff\u2100-\U0010ffff])"
)


@dataclass(frozen=True)
class LandClass:
    """One class.

    Attributes:
        value: the number that stands for the class in label rasters and maps; may be negative.
        name: for people.
        color: "#rrggbb"; empty if none was given.
    """

    value: int
    name: str = ""
    color: str = ""


@lru_cache(maxsize=4096)  # many features have few classes
def clean_name(name: str) -> str:
    """A class name in one line, as people see it: the same letters are the same name.

    White space of any kind becomes one blank, none at the ends; what is not shown is removed, such as a byte order
    mark; a letter and its accent become one character.
    """
    composed = _IDLE_JOINER.sub("", unicodedata.normalize("NFC", name))
    return " ".join("".join(c for c in composed if c.isspace() or is_shown(c)).split())


def class_value(text: str) -> Optional[int]:
    """The whole number that a text is; None for all others, which are names: 011, +1, 1.0, 1_1, 1e1, ١ or 2**63."""
    return int(text) if _WHOLE.fullmatch(text) and abs(int(text)) < CLASS_LIMIT else None


def with_distinct_names(classes: Sequence[LandClass]) -> list[LandClass]:
    """The classes, in which those that share a name are called “Forest (1)”, “Forest (3)”, after their values.

    A class without a name has its value for a name and keeps it.
    """
    names = [clean_name(c.name) or str(c.value) for c in classes]
    shared = {name for name, times in Counter(names).items() if times > 1}
    taken = set(names)
    found = []
    for c, name in zip(classes, names):
        if name in shared and name != str(c.value):
            while name in taken:
                name = f"{name} ({c.value})"
            taken.add(name)
            c = LandClass(c.value, name, c.color)
        found.append(c)
    return found


def too_many_classes(count: Words) -> InputError:
    """The error for labels of more values than there can be classes."""
    return InputError(
        "The labels have {count} different values; at most {most} classes are possible. Check that the right "
        "field or band was chosen.",
        count=count,
        most=MAXIMUM_CLASSES,
    )


@dataclass(frozen=True)
class ClassMap:
    """All classes of a label set, a model or a map, in the order of their values.

    The position in this order is the class index that networks and forests work with.

    Attributes:
        classes: in this order.
        is_numbered: whether the values were given to texts, because no legend had any. Another label set may have given
            others, so only the names say which classes are the same.
    """

    classes: tuple[LandClass, ...]
    is_numbered: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, classes: Sequence[LandClass]) -> ClassMap:
        """Sorts the classes, names those without a name after their value, colors those without a color.

        Raises:
            InputError: two classes have the same value or name, or there are more than 1000.
        """
        if len(classes) > MAXIMUM_CLASSES:
            raise too_many_classes(f"{len(classes)}")
        ordered = sorted(classes, key=lambda c: c.value)
        names = [clean_name(c.name) or str(c.value) for c in ordered]
        colors = completed(names, [c.color for c in ordered])
        named = tuple(LandClass(int(c.value), *shown) for c, *shown in zip(ordered, names, colors))
        for attribute in ("value", "name"):
            seen = [getattr(c, attribute) for c in named]
            repeated = sorted({str(s) for s in seen if seen.count(s) > 1})
            if repeated:
                raise InputError(
                    "The class {attribute} {repeated} stands for more than one class. Give each class its own "
                    "{attribute}.",
                    attribute=Message("value") if attribute == "value" else Message("name"),
                    repeated=repeated,
                )
        return cls(named)

    def __len__(self) -> int:
        return len(self.classes)

    def __iter__(self) -> Iterator[LandClass]:
        return iter(self.classes)

    @property
    def values(self) -> np.ndarray:
        """Class values by index, (k,) int64, ascending."""
        return np.array([c.value for c in self.classes], np.int64)

    @property
    def names(self) -> list[str]:
        """Class names by index."""
        return [c.name for c in self.classes]

    @property
    def colors(self) -> list[str]:
        """Class colors by index, "#rrggbb"."""
        return [c.color for c in self.classes]

    def index_of(self, values: np.ndarray) -> np.ndarray:
        """Class indices (int64, same shape); -1 where a value is none of the classes."""
        known = self.values
        position = np.searchsorted(known, values).clip(0, len(known) - 1)
        return np.where(known[position] == values, position, -1)

    def raster_type(self) -> tuple[np.dtype, int]:
        """The smallest integer type that holds all values, and a nodata value that is not a class.

        Returns:
            dtype: uint8, int16 or int32. nodata: 255 for uint8 where that is free.
        """
        low, high = int(self.values.min()), int(self.values.max())
        for dtype in (np.uint8, np.int16, np.int32):
            limits = np.iinfo(dtype)
            if limits.min <= low and high <= limits.max:
                free = (v for v in (255, 0, -9999, int(limits.max), int(limits.min)) if limits.min <= v <= limits.max)
                nodata = next((v for v in free if v not in self.values), None)
                if nodata is not None:
                    return np.dtype(dtype), nodata
        raise InputError(
            "The class values {lowest} … {highest} do not fit a raster of 32-bit integers.", lowest=low, highest=high
        )

    def require_agreement(self, other: ClassMap, this: Words, that: Words) -> None:
        """Refuses two label sets in which a value has two names, or a name two values.

        Names that only repeat the value mean "no name known" and agree with every name. Values that were given to texts
        mean nothing.
        """
        if self.is_numbered or other.is_numbered:
            return
        names = {c.value: c.name for c in self if c.name != str(c.value)}
        values = {c.name: c.value for c in self}
        for c in other:
            known = c.name if c.name == str(c.value) else names.get(c.value, c.name)
            if known != c.name or values.get(c.name, c.value) != c.value:
                raise InputError(
                    "{this} and {that} disagree on the class {value} “{name}”: {this} has {these}, {that} has "
                    "{those}. Give both the same values and names.",
                    this=this,
                    that=that,
                    value=c.value,
                    name=c.name,
                    these=self.describe(),
                    those=other.describe(),
                )

    def match(self, other: ClassMap) -> np.ndarray:
        """For each class of `other` its index (int64) in this class map; -1 where it is none of these.

        Values that were given to texts mean nothing, so names are matched then.
        """
        if not (self.is_numbered or other.is_numbered):
            return self.index_of(other.values)
        known = {name: index for index, name in enumerate(self.names)}
        return np.array([known.get(name, -1) for name in other.names], np.int64)

    def positions_of(self, other: ClassMap, this: Words, that: Words) -> np.ndarray:
        """For each class of `other` its index (int64) in this class map.

        Raises:
            InputError: the two disagree on values and names, or a class is unknown here.
        """
        self.require_agreement(other, this, that)
        index = self.match(other)
        unknown = [c for c, i in zip(other, index) if i < 0]
        if unknown:
            raise InputError(
                "{that} has classes that the training set does not have: {unknown}; the training set has "
                "{known}. Add training samples of them or leave them out.",
                that=that,
                unknown=ClassMap.of(unknown).describe(),
                known=self.describe(),
            )
        return index

    def tags(self) -> dict[str, Any]:
        """What files with these class values record about them."""
        return {NUMBERED_TAG: True} if self.is_numbered else {}

    def describe(self) -> str:
        """For messages: 0 water, 1 forest, 2 farm."""
        return ", ".join(f"{c.value} {c.name}" if c.name != str(c.value) else str(c.value) for c in self)

    def to_json(self) -> list[dict[str, Any]]:
        """A list of {value, name, color}."""
        return [{"value": c.value, "name": c.name, "color": c.color} for c in self]

    @classmethod
    def from_json(cls, classes: Any) -> ClassMap:
        """The inverse of `to_json`. Raises InputError where the list is malformed."""
        try:
            return cls.of(
                [
                    LandClass(
                        whole_number(c["value"], -(2**63), 2**63 - 1, Message("the value of a class")),
                        short_text(c["name"], Message("the name of a class")),
                        _color(c["color"]),
                    )
                    for c in a_list(classes, 1, MAXIMUM_CLASSES, Message("the classes"))
                ]
            )
        except InputError:
            raise
        except (TypeError, KeyError, ValueError) as error:
            raise InputError("The list of classes is malformed: expected value, name and color of each.") from error


def is_color(text: str) -> bool:
    """Whether a text is a color of the form #rrggbb."""
    return _COLOR.fullmatch(text) is not None


def _color(value: Any) -> str:
    """A color, or an empty text; it goes into reports and styles, so nothing else is allowed."""
    if not isinstance(value, str) or (value and not is_color(value)):
        raise ValueError(Message("a color is malformed"))
    return value
