"""Legends of classes: read from QGIS style files (.qml) and csv, written as .qml."""

from __future__ import annotations

import csv
import os
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from ..base.errors import InputError
from ..base.messages import Message
from ..base.outputs import STYLE_MARK
from ..base.plain_json import reason_of
from ..raster.classes import ClassMap, LandClass, is_color

MAXIMUM_LEGEND_BYTES, MAXIMUM_STYLE_DEPTH = 5_000_000, 200
_WHOLE = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True)
class Legend:
    """Names and colors known before the labels are read.

    Attributes:
        by_value: classes whose value is known.
        colors: color by name, for legends of text fields, which have no values.
        attribute: the field that the legend is about, if it is the style of a vector layer.
    """

    by_value: dict[int, LandClass] = field(default_factory=dict)
    colors: dict[str, str] = field(default_factory=dict)
    attribute: str = ""

    @classmethod
    def of(cls, classes: ClassMap) -> Legend:
        """A legend that gives other labels the same values, names and colors."""
        return cls({c.value: c for c in classes})

    def __bool__(self) -> bool:
        return bool(self.by_value or self.colors)

    def completed_by(self, other: Legend) -> Legend:
        """This legend, completed with names and colors of another one."""
        by_value = dict(other.by_value)
        for value, c in self.by_value.items():
            more = other.by_value.get(value, LandClass(value))
            by_value[value] = LandClass(value, c.name or more.name, c.color or more.color)
        return Legend(by_value, {**other.colors, **self.colors}, self.attribute)

    def about(self, attribute: str) -> Legend:
        """This legend if it can be about a field; an empty one if it is the style of another field."""
        return self if self.attribute in ("", attribute) else Legend()

    def classes_of_values(self, values: Iterable[int]) -> ClassMap:
        """The class map of labels that are numbers; unknown values have no name."""
        return ClassMap.of([self.by_value.get(int(v), LandClass(int(v))) for v in values])

    def classes_of_names(self, names: Iterable[str]) -> ClassMap:
        """The class map of labels that are names: values from the legend, else 0 ... in alphabetical order.

        The latter say nothing about the classes of other labels; see `ClassMap.is_numbered`.

        Raises:
            InputError: the legend has values for some of the names only.
        """
        by_name = {c.name: c for c in self.by_value.values() if c.name}
        ordered = sorted(set(names))
        missing = [name for name in ordered if name not in by_name]
        if by_name and not missing:
            return ClassMap.of([by_name[name] for name in ordered])
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
    """Reads a QGIS style (paletted, singleband pseudocolor or categorized) or a csv with value, name, color.

    Returns:
        An empty legend for a .qml whose renderer has no classes (for example, a grey ramp).
    Raises:
        InputError: the file is missing, malformed or of another kind.
    """
    if not os.path.isfile(path):
        raise InputError("The legend “{path}” was not found. Expected a .qml or .csv file.", path=path)
    if os.path.getsize(path) > MAXIMUM_LEGEND_BYTES:
        raise InputError("The legend “{path}” is too large for a legend. Expected a .qml or .csv file.", path=path)
    if path.lower().endswith(".csv"):
        return _read_csv(path)
    return _read_qml(path)


def legend_beside(path: str, renderer: str) -> Legend:
    """The legend in the .qml of the same name beside a layer's file; empty where there is none for this kind of layer.

    Args:
        renderer: "rasterrenderer" for rasters, "renderer-v2" for vector layers; a raster and a vector layer of one
            name share the .qml, which belongs to one of them only.
    """
    beside = os.path.splitext(path.split("|")[0])[0] + ".qml"
    if not os.path.isfile(beside):
        return Legend()
    legend = read_legend_file(beside)
    return legend if _parse(beside).find(f".//{renderer}") is not None else Legend()


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
        classes = [LandClass(int(r["value"]), r["name"].strip(), _color(r.get("color") or "", path)) for r in rows]
        if not classes:
            raise ValueError(Message("no classes"))
    except InputError:
        raise
    except (KeyError, AttributeError, ValueError, csv.Error) as error:
        raise InputError(
            "The legend “{path}” is malformed: expected UTF-8 text with the header value,name,color and one line "
            "per class, such as 0,water,#7fbcfc.",
            path=path,
        ) from error
    return Legend.of(ClassMap.of(classes))


def _read_qml(path: str) -> Legend:
    root = _parse(path)
    entries = [(e.get("value"), e.get("label"), e.get("color")) for e in root.iter("paletteEntry")]
    for shader in root.iter("colorrampshader"):
        if shader.get("colorRampType") in ("EXACT", "DISCRETE"):
            entries += [(e.get("value"), e.get("label"), e.get("color")) for e in shader.iter("item")]
    attribute = ""
    for renderer in root.iter("renderer-v2"):
        if renderer.get("type") == "categorizedSymbol":
            attribute = (renderer.get("attr") or "").strip('"')
            symbols = {s.get("name"): _symbol_color(s) for s in renderer.findall("symbols/symbol")}
            entries += [
                (e.get("value"), e.get("label"), symbols.get(e.get("symbol"), "")) for e in renderer.iter("category")
            ]
    by_value, colors = {}, {}
    for value, label, color in entries:
        if not value:
            continue
        color = _color(color or "", path)
        try:
            number = int(value) if _WHOLE.fullmatch(value) else float(value)  # a float would round beyond 2**53
            if number == int(number):
                by_value[int(number)] = LandClass(int(number), _without_value(label or "", value), color)
        except (ValueError, OverflowError):
            colors[value] = color
    return Legend(by_value, colors, attribute)


def _parse(path: str) -> ElementTree.Element:
    try:
        with open(path, "rb") as file:
            data = file.read(MAXIMUM_LEGEND_BYTES + 1)
        _require_plain_xml(data)
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, expat.ExpatError, UnicodeError, LookupError, ValueError) as error:
        raise InputError(
            "The legend “{path}” is not a QGIS style file: {reason}. Expected a .qml or .csv file.",
            path=path,
            reason=reason_of(error),
        ) from error


def _require_plain_xml(data: bytes) -> None:
    """Refuses entities, which may expand to gigabytes or to other files, and what is nested too deeply.

    Raises:
        ValueError: one of these. expat.ExpatError: not XML.
    """
    depth = 0

    def entity(name: str, *_: Any) -> None:
        raise ValueError(Message("it declares an entity"))

    def start(name: str, attributes: Any) -> None:
        nonlocal depth
        depth += 1
        if depth > MAXIMUM_STYLE_DEPTH:
            raise ValueError(Message("it is nested more than {most} levels deep", most=MAXIMUM_STYLE_DEPTH))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.EntityDeclHandler, parser.StartElementHandler, parser.EndElementHandler = entity, start, end
    parser.Parse(data, True)


def _without_value(label: str, value: str) -> str:
    return "" if label == value else label.strip()


def _symbol_color(symbol: ElementTree.Element) -> str:
    for layer in symbol.iter("layer"):
        texts = [p.get("v") for p in layer.iter("prop") if p.get("k") in ("color", "line_color")]
        texts += [o.get("value") for o in layer.iter("Option") if o.get("name") in ("color", "line_color")]
        for text in texts:
            parts = (text or "").split(",")
            if len(parts) >= 3 and all(p.isdigit() and int(p) < 256 for p in parts[:3]):
                return "#{:02x}{:02x}{:02x}".format(*tuple(int(p) for p in parts[:3]))
    return ""


def _color(text: str, path: str) -> str:
    text = text.strip()
    if text and not is_color(text):
        raise InputError(
            "The legend “{path}” has the color “{color}”; expected six hexadecimal digits such as #7fbcfc.",
            path=path,
            color=text,
        )
    return text.lower()
