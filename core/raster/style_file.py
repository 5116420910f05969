"""QGIS style files (.qml): the values that they show, with label and color."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Optional
from xml.parsers import expat

from ..base.errors import InputError
from ..base.messages import Message
from ..base.plain_json import reason_of

MAXIMUM_LEGEND_BYTES, MAXIMUM_STYLE_DEPTH = 5_000_000, 200
RASTER, VECTOR = "rasterrenderer", "renderer-v2"
WITH_CLASSES = ("categorizedSymbol", "RuleRenderer", "graduatedSymbol")  # what one chooses to show classes

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<field>"(?:[^"]|"")*")|(?P<number>-?\s*[0-9]+(?:\.[0-9]*)?)"""
    r"""|(?P<word>[^\W\d]\w*)|(?P<sign>[=(),]))"""
)

_QUOTED = re.compile('"((?:[^"]|"")*)"')

Token = tuple[str, str]  # its kind, as in _TOKEN, and its text


@dataclass(frozen=True)
class Entry:
    """A value that a style shows.

    Attributes:
        value: as the file has it. label: for people. color: "#rrggbb", or empty.
        kind: of the value (string, integer, double …) as far as the style tells; else empty.
    """

    value: str
    label: str
    color: str
    kind: str = ""


@dataclass(frozen=True)
class Style:
    """What a style file shows.

    Attributes:
        entries: a value of a raster, or of `attribute` of a vector layer, each.
        renderer: the name that QGIS has for this way of showing a layer; empty if there is none in the file.
        of: RASTER, VECTOR, or empty.
        unread: what else rules show than values of `attribute`: the label of each, or its condition.
    """

    entries: tuple[Entry, ...]
    attribute: str
    renderer: str
    of: str
    unread: tuple[str, ...] = ()


def read_style(path: str) -> Style:
    """Reads a style. Raises InputError where the file is not one."""
    root = _parse(path)
    entries = [_entry(e) for e in root.iter("paletteEntry")]
    for shader in root.iter("colorrampshader"):
        if shader.get("colorRampType") in ("EXACT", "DISCRETE"):
            entries += [_entry(e) for e in shader.iter("item")]
    renderers = [*root.iter(VECTOR), *root.iter(RASTER)]
    unread: list[str] = []
    attribute, of = "", renderers[0].tag if renderers else ""
    for renderer in root.iter(VECTOR):  # one may stand within another, such as that of inverted polygons
        attribute, more, unread = _vector_entries(renderer)
        entries += more
        if more:
            break
    kind = renderers[0].get("type") or "" if renderers else ""
    return Style(tuple(e for e in entries if e.value), attribute, kind, of, tuple(unread))


def _entry(element: ElementTree.Element) -> Entry:
    return Entry(element.get("value") or "", element.get("label") or "", element.get("color") or "")


def _vector_entries(renderer: ElementTree.Element) -> tuple[str, list[Entry], list[str]]:
    """The field that a renderer shows, its values (none for a renderer without classes), and see `Style.unread`."""
    colors = {s.get("name") or "": _symbol_color(s) for s in renderer.findall("symbols/symbol")}
    if renderer.get("type") == "categorizedSymbol":
        attribute = renderer.get("attr") or ""
        quoted = _QUOTED.fullmatch(attribute)
        return quoted[1].replace('""', '"') if quoted else attribute, list(_categories(renderer, colors)), []
    if renderer.get("type") != "RuleRenderer":
        return "", [], []
    found = [found for rules in renderer.findall("rules") for found in _rules(rules, None, colors)]
    fields = Counter(field.lower() for field, _ in found if field)  # QGIS tells fields apart by their letters alone
    if not fields:
        return "", [], []
    common = fields.most_common(1)[0][0]
    attribute = next(field for field, _ in found if field.lower() == common)
    entries = [entry for field, entry in found if field.lower() == common]
    return attribute, entries, [entry.label or entry.value for field, entry in found if field.lower() != common]


def _categories(renderer: ElementTree.Element, colors: Mapping[str, str]) -> Iterator[Entry]:
    """A value each; a category that was merged has several."""
    for category in renderer.iter("category"):
        label, color = category.get("label") or "", colors.get(category.get("symbol") or "", "")
        for value in [category, *category.iter("val")]:
            yield Entry(value.get("value") or "", label, color, value.get("type") or "")


@dataclass(frozen=True)
class _Condition:
    """That a field has one of some values, each with its kind (string or empty)."""

    field: str
    values: tuple[tuple[str, str], ...]

    def within(self, outer: Optional[_Condition]) -> _Condition:
        """This condition, where another one that holds as well leaves of it."""
        if outer is None or outer.field != self.field:
            return self
        allowed = {value for value, _ in outer.values}
        return _Condition(self.field, tuple(pair for pair in self.values if pair[0] in allowed))


def _rules(
    parent: ElementTree.Element, outer: Optional[_Condition], colors: Mapping[str, str]
) -> Iterator[tuple[str, Entry]]:
    """The field and a value each of rules like field = value, also where they stand within others.

    Of another rule that shows something, no field, and its condition in place of the value.
    """
    for rule in parent.findall("rule"):
        text = (rule.get("filter") or "").strip()
        own = _condition_of(text) if text else outer
        if own is not None:
            own = own.within(outer)
            if rule.get("symbol") is not None:
                color = colors.get(rule.get("symbol") or "", "")
                for value, kind in own.values:
                    yield own.field, Entry(value, rule.get("label") or "", color, kind)
        elif text and text.upper() != "ELSE" and rule.get("symbol") is not None:
            yield "", Entry(text, rule.get("label") or "", "")
        yield from _rules(rule, own if own is not None else outer, colors)


def _condition_of(text: str) -> Optional[_Condition]:
    """What a filter like code = 3, "code" IN ('a', 'b') or a = 1 OR a = 2 says; None for any other."""
    text, tokens, position = text.strip(), [], 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            return None
        tokens.append((str(found.lastgroup), found[0].strip()))
        position = found.end()
    tokens = _without_brackets(tokens)
    values: list[Token] = []
    fields, position = set(), 0
    while position < len(tokens):
        field, more, position = _comparison(tokens, position)
        joined = [*tokens[position : position + 1], *tokens[-1:]]
        if not more or (position < len(tokens) and (not _is_word(joined[0], "OR") or _is_word(joined[1], "OR"))):
            return None
        fields.add(field)
        values += more
        position += 1
    return _Condition(fields.pop(), tuple(values)) if len(fields) == 1 else None


def _is_word(token: Token, word: str) -> bool:
    return token[0] == "word" and token[1].upper() == word


def _without_brackets(tokens: list[Token]) -> list[Token]:
    """Tokens without brackets that only group: all but those of IN (…), as nothing but OR joins what they hold."""
    found: list[Token] = []
    opened: list[bool] = []
    for number, token in enumerate(tokens):
        if token == ("sign", "("):
            opened.append(number > 0 and _is_word(tokens[number - 1], "IN"))
        if token not in (("sign", "("), ("sign", ")")) or (opened and opened[-1]):
            found.append(token)
        if token == ("sign", ")") and opened:
            opened.pop()
    return found


def _comparison(tokens: list[Token], start: int) -> tuple[str, list[tuple[str, str]], int]:
    """The field of the comparison that starts here, the values that it has there (none if it is not understood), and
    where the next one starts.
    """
    (kind, name), end = tokens[start], start + 3
    if end > len(tokens) or kind not in ("word", "field"):
        return "", [], end
    field = name if kind == "word" else name[1:-1].replace('""', '"')
    if tokens[start + 1] == ("sign", "="):
        return field, _literals(tokens[start + 2 : end]), end
    if not _is_word(tokens[start + 1], "IN") or tokens[start + 2] != ("sign", "("):
        return "", [], end
    while end < len(tokens) and tokens[end] != ("sign", ")"):
        end += 1
    if end == len(tokens):
        return "", [], end
    listed, commas = tokens[start + 3 : end : 2], tokens[start + 4 : end : 2]
    return field, _literals(listed) if all(c == ("sign", ",") for c in commas) else [], end + 1


def _literals(tokens: list[Token]) -> list[tuple[str, str]]:
    """Values with their kinds; none if one of the tokens is not a value."""
    if not all(kind in ("text", "number") for kind, _ in tokens):
        return []
    return [
        (token[1:-1].replace("''", "'"), "string") if kind == "text" else ("".join(token.split()), "")
        for kind, token in tokens
    ]


def _symbol_color(symbol: ElementTree.Element) -> str:
    for layer in symbol.iter("layer"):
        texts = [p.get("v") for p in layer.iter("prop") if p.get("k") in ("color", "line_color")]
        texts += [o.get("value") for o in layer.iter("Option") if o.get("name") in ("color", "line_color")]
        for text in texts:
            parts = (text or "").split(",")
            if len(parts) >= 3 and all(p.isdigit() and int(p) < 256 for p in parts[:3]):
                return "#{:02x}{:02x}{:02x}".format(*tuple(int(p) for p in parts[:3]))
    return ""


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
