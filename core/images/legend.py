"""Legends of classes: read from QGIS style files (.qml) and csv, written as .qml."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Optional
from xml.sax.saxutils import quoteattr

from ..base.errors import InputError
from ..base.messages import Message, Words
from ..base.outputs import STYLE_MARK
from ..base.progress import remarks
from ..raster.classes import ClassMap, LandClass, class_value, clean_name, is_color, with_distinct_names
from ..raster.style_file import MAXIMUM_LEGEND_BYTES, VECTOR, WITH_CLASSES, Entry, Style, read_style

MOST_SHOWN, MOST_LETTERS = 20, 80
_WHOLE = re.compile(r"\s*[-+]?[0-9]{1,19}\s*")
_NUMBER = re.compile(r"-?[0-9]{1,19}(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?")


@dataclass(frozen=True)
class Renamed:
    """A class that is called `name` since the file `source` has `shared` for several values."""

    source: str
    shared: str
    name: str


@dataclass(frozen=True)
class Legend:
    """Names and colors known before the labels are read.

    Attributes:
        by_value: classes whose value is known.
        colors: color by name, for legends of text fields, which have no values.
        attribute: the field that the legend is about, if it is the style of a vector layer.
        renamed: by value, classes whose name the file has for several values.
        origin: who has these classes, for messages, where that is not a legend: the labels or the map that others are
            compared with.
    """

    by_value: dict[int, LandClass] = field(default_factory=dict)
    colors: dict[str, str] = field(default_factory=dict)
    attribute: str = ""
    renamed: dict[int, Renamed] = field(default_factory=dict)
    origin: Optional[Words] = None

    @classmethod
    def of(cls, classes: ClassMap, origin: Optional[Words] = None) -> Legend:
        """A legend that gives other labels the same values, names and colors."""
        return cls({c.value: c for c in classes}, origin=origin)

    @classmethod
    def found_in(
        cls, path: str, classes: Iterable[LandClass], colors: Optional[dict[str, str]] = None, attribute: str = ""
    ) -> Legend:
        """The legend of a file, in which values that share a name become different classes."""
        given, name = list(classes), os.path.basename(path)
        pairs = list(zip(given, with_distinct_names(given)))
        renamed = {c.value: Renamed(name, old.name, c.name) for old, c in pairs if c.name != old.name}
        return cls({c.value: c for _, c in pairs}, colors or {}, attribute, renamed)

    def __bool__(self) -> bool:
        return bool(self.by_value or self.colors)

    def completed_by(self, other: Legend) -> Legend:
        """This legend, completed with names and colors of another one."""
        by_value = dict(other.by_value)
        for value, c in self.by_value.items():
            more = other.by_value.get(value, LandClass(value))
            by_value[value] = LandClass(value, c.name or more.name, c.color or more.color)
        renamed = {**other.renamed, **self.renamed}
        colors = {**other.colors, **self.colors}
        return Legend(by_value, colors, self.attribute, renamed, self.origin or other.origin)

    def about(self, attribute: str) -> Legend:
        """This legend if it can be about a field; an empty one if it is the style of another field, which is said."""
        if self.attribute.lower() in ("", attribute.lower()):  # as QGIS finds fields
            return self
        remarks.info(
            "The style is about the field “{about}”, so names and colors of the classes in “{field}” are not taken "
            "from it.",
            about=self.attribute,
            field=attribute,
        )
        return Legend()

    def classes_of_values(self, values: Iterable[int]) -> ClassMap:
        """The class map of labels that are numbers; unknown values have no name."""
        classes = [self.by_value.get(int(v), LandClass(int(v))) for v in values]
        self._tell_renamed(classes)
        return ClassMap.of(classes)

    def _tell_renamed(self, classes: Sequence[LandClass]) -> None:
        """Warns where the names of classes come from a file that has them for several values, once for a file."""
        said = [r for c in classes for r in [self.renamed.get(c.value)] if r is not None and r.name == c.name]
        for source in sorted({r.source for r in said}):
            alike = {r.shared for r in said if r.source == source}
            names = [r.name for r in self.renamed.values() if r.source == source and r.shared in alike]
            remarks.warning(
                "“{about}” has one name for several values, so their classes are called {names}. Give each value a "
                "name of its own, or, if they are one class, give their pixels one value.",
                about=source,
                names=names[:MOST_SHOWN] + ["…"] * (len(names) > MOST_SHOWN),
            )

    def names_others(self, keys: Iterable[int]) -> bool:
        """Whether whole numbers, as text, are names of classes that have other values."""
        return any(self._is_name_of_another(key) for key in keys)

    def tell_other_names(self, keys: Iterable[int]) -> None:
        """Warns if values of classes are names of others, as where texts such as 1, 1.1 and 2 were numbered."""
        doubtful = [key for key in sorted(set(keys)) if key in self.by_value and self._is_name_of_another(key)]
        if doubtful:
            remarks.warning(
                "The numbers {about} of the labels are taken for the values of the classes {classes}, but other "
                "classes have these numbers for names. If the names are meant, give a field of text instead.",
                about=", ".join(map(str, doubtful[:MOST_SHOWN])),
                classes=[self.by_value[key].name or str(key) for key in doubtful[:MOST_SHOWN]],
            )

    def _is_name_of_another(self, value: int) -> bool:
        return self._value_of.get(str(value), value) != value

    @cached_property
    def _value_of(self) -> dict[str, int]:
        return {c.name: c.value for c in self.by_value.values() if c.name}

    def classes_of_names(self, names: Iterable[str]) -> ClassMap:
        """The class map of labels that are names: values from the legend, else 0 ... in alphabetical order.

        The latter say nothing about the classes of other labels; see `ClassMap.is_numbered`.

        Raises:
            InputError: the legend has values for some of the names only.
        """
        by_name = {c.name: c for c in self.by_value.values() if c.name}
        ordered = sorted(set(names))
        missing = [name for name in ordered if name not in by_name]
        if by_name and not self.origin and len(missing) == len(ordered) and not set(ordered) & set(self.colors):
            remarks.warning(
                "The legend knows the classes {about}, but none of {classes}: these are numbered 0, 1, 2 … in "
                "alphabetical order.",
                about=", ".join(sorted(by_name)[:MOST_SHOWN]),
                classes=ordered[:MOST_SHOWN],
            )
        if by_name and not missing:
            return ClassMap.of([by_name[name] for name in ordered])
        if by_name and len(missing) < len(ordered) and self.origin:
            raise InputError(
                "The labels have the class(es) {missing}, but {origin} does not; it has {known}. Give labels without "
                "these classes, or check how they are written.",
                missing=missing,
                origin=self.origin,
                known=sorted(by_name),
            )
        if by_name and len(missing) < len(ordered):
            raise InputError(
                "The legend has no value for the class(es) {missing}; it knows {known}. Complete the legend or "
                "give labels without these classes.",
                missing=missing,
                known=sorted(by_name),
            )
        numbered = ClassMap.of([LandClass(i, name, self.colors.get(name, "")) for i, name in enumerate(ordered)])
        return replace(numbered, is_numbered=True)


def read_legend_file(path: str) -> Legend:
    """Reads a QGIS style (paletted, singleband pseudocolor, categorized, or rules such as code = 3) or a csv with
    value, name, color.

    Returns:
        An empty legend for a .qml that shows no classes (for example, a grey ramp), which is said.
    Raises:
        InputError: the file is missing, malformed or of another kind.
    """
    if not os.path.isfile(path):
        raise InputError("The legend “{path}” was not found. Expected a .qml or .csv file.", path=path)
    if os.path.getsize(path) > MAXIMUM_LEGEND_BYTES:
        raise InputError("The legend “{path}” is too large for a legend. Expected a .qml or .csv file.", path=path)
    if path.lower().endswith(".csv"):
        return _read_csv(path)
    style = read_style(path)
    legend = _of_style(style, path)
    if not legend:
        remarks.warning(
            "The style “{about}” shows no classes ({renderer}), so names and colors are not taken from it. Expected "
            "a palette, categories, or rules such as code = 3.",
            about=os.path.basename(path),
            renderer=style.renderer or Message("it has no symbology"),
        )
    return legend


def legend_beside(path: str, renderer: str) -> Legend:
    """The legend in the .qml of the same name beside a layer's file; empty where there is none for this kind of layer.

    Args:
        renderer: "rasterrenderer" for rasters, "renderer-v2" for vector layers; a raster and a vector layer of one
            name share the .qml, which belongs to one of them only.
    """
    beside = os.path.splitext(path.split("|")[0])[0] + ".qml"
    if not os.path.isfile(beside):
        return Legend()
    style = read_style(beside)
    if style.of != renderer:
        return Legend()
    if style.renderer in WITH_CLASSES and not style.entries:
        remarks.info(
            "The style “{about}” shows no classes ({renderer}), so names and colors are not taken from it. Expected "
            "a palette, categories, or rules such as code = 3.",
            about=os.path.basename(beside),
            renderer=style.renderer,
        )
    return _of_style(style, beside)


def write_map_style(path: str, classes: ClassMap) -> None:
    """Writes the .qml of a class map: QGIS uses it when it opens the raster of the same name."""
    entries = "".join(
        f'<paletteEntry value="{c.value}" label={quoteattr(c.name)} color="{c.color}" alpha="255"/>' for c in classes
    )
    _write(
        path,
        '<qgis version="3.22" styleCategories="Symbology"><pipe>'
        '<rasterrenderer type="paletted" band="1" opacity="1" alphaBand="-1" nodataColor="">'
        f"<colorPalette>{entries}</colorPalette></rasterrenderer></pipe></qgis>",
    )


def write_points_style(path: str, classes: ClassMap, attribute: str) -> None:
    """Writes the .qml of sample points: one colored symbol per class."""
    categories, symbols = [], []
    for i, c in enumerate(classes):
        red, green, blue = (int(c.color[k : k + 2], 16) for k in (1, 3, 5))
        categories.append(
            f'<category value="{c.value}" type="integer" label={quoteattr(c.name)} symbol="{i}" render="true"/>'
        )
        properties = {
            "color": f"{red},{green},{blue},255",
            "outline_color": "35,35,35,255",
            "name": "circle",
            "size": "1.6",
        }
        layers = "".join(f'<prop k="{k}" v="{v}"/>' for k, v in properties.items())
        symbols.append(
            f'<symbol name="{i}" type="marker" alpha="1" clip_to_extent="1">'
            f'<layer class="SimpleMarker" enabled="1" locked="0" pass="0">{layers}</layer></symbol>'
        )
    _write(
        path,
        '<qgis version="3.22" styleCategories="Symbology">'
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(attribute)} enableorderby="0" forceraster="0">'
        f"<categories>{''.join(categories)}</categories><symbols>{''.join(symbols)}</symbols></renderer-v2></qgis>",
    )


def style_path(path: str) -> str:
    """The .qml beside a file."""
    return os.path.splitext(path)[0] + ".qml"


def _write(path: str, xml: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{STYLE_MARK}\n{xml}" + "\n")


def _read_csv(path: str) -> Legend:
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            delimiter = ";" if ";" in file.readline() else ","  # spreadsheets in many countries write semicolons
            file.seek(0)
            rows = list(csv.DictReader(file, delimiter=delimiter))
        if not all(_WHOLE.fullmatch(r["value"]) for r in rows):  # int would also read 1_1
            raise ValueError(Message("a value is not a whole number"))
        classes = [LandClass(int(r["value"]), clean_name(r["name"]), _color(r.get("color") or "", path)) for r in rows]
        if not classes:
            raise ValueError(Message("no classes"))
    except InputError:
        raise
    except OSError as error:
        raise InputError(
            "The legend “{path}” cannot be read: {reason}. Expected a .qml or .csv file.",
            path=path,
            reason=error.strerror,
        ) from error
    except (KeyError, AttributeError, TypeError, ValueError, csv.Error) as error:
        raise InputError(
            "The legend “{path}” is malformed: expected UTF-8 text with the header value,name,color and one line "
            "per class, such as 0,water,#7fbcfc.",
            path=path,
        ) from error
    complete = Legend.of(ClassMap.of(with_distinct_names(classes)))  # which refuses a value that stands twice
    return replace(complete, renamed=Legend.found_in(path, classes).renamed)


def _of_style(style: Style, path: str) -> Legend:
    if style.unread:
        remarks.info(
            "These rules of the style “{about}” show something else than values of the field “{field}”, so their "
            "names and colors are not used: {rules}.",
            about=os.path.basename(path),
            rules=[text[:MOST_LETTERS] for text in style.unread[:MOST_SHOWN]],
            field=style.attribute,
        )
    by_value: dict[int, LandClass] = {}
    colors = {}
    for entry in style.entries:
        color = _color(entry.color, path)
        number = _class_value(entry)
        is_exact = str(number) == entry.value
        if number is not None and (is_exact or number not in by_value):
            by_value[number] = LandClass(number, _without_value(entry.label, entry.value), color)
        if style.of == VECTOR:
            colors[clean_name(entry.value)] = color
    return Legend.found_in(path, by_value.values(), colors, style.attribute)


def _class_value(entry: Entry) -> Optional[int]:
    """The class value that an entry is about; None for text that only looks like a number, such as 011, and others."""
    if class_value(entry.value) is not None:
        return class_value(entry.value)
    if entry.kind == "string" or not _NUMBER.fullmatch(entry.value):
        return None
    number = float(entry.value)
    return int(number) if number == number // 1 else None


def _without_value(label: str, value: str) -> str:
    return "" if label == value else clean_name(label)


def _color(text: str, path: str) -> str:
    text = text.strip()
    if text and not is_color(text):
        raise InputError(
            "The legend “{path}” has the color “{color}”; expected six hexadecimal digits such as #7fbcfc.",
            path=path,
            color=text,
        )
    return text.lower()
