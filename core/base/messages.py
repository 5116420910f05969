"""Sentences for people: a template and its values, so that each reader gets them in their own words.

A template is one of str.format with named fields. What a field may ask for after its colon depends on the value:

    {share:.1%}                a number: its format
    {names}  {sizes: × }       a list: what stands between its items, a comma if nothing is given
    {names:, | and }           a list: what stands between, and before the last item
    {what:capital}             a text: with a capital letter
    {reason:part}              a text: without its full stop, as a part of another sentence
    {p:count}  {p:mode=auto}   a parameter of the job, and its value, as the reader knows it (`Naming`)
    {p:images#2}               an item of a parameter that is a list, counted from 1

Values never contain fields: braces in the name of a file are shown as they are.
"""

from __future__ import annotations

import json
import math
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, Union

ORDINALS = ("first", "second", "third", "fourth")
_PARAMETER = re.compile(r"(\w+)(?:#([1-9]))?(?:=(.*))?")


@dataclass(frozen=True)
class Naming:
    """How a reader knows the parameters of a job: in QGIS (`COUNT`), as options (`--count`), in a JSON job (`count`).

    `names` has what is shown for a field where that is more than another way of writing it: INPUT for images.
    """

    style: str = "job"  # or "options", "qgis"
    names: Mapping[str, str] = field(default_factory=dict)

    def shown(self, parameter: str) -> str:
        """What stands in a sentence for `count`, `mode=auto` or `images#2`."""
        matched = _PARAMETER.fullmatch(parameter)
        if matched is None:
            raise ValueError(f"“{parameter}” is not a parameter: expected name, name#number or name=value")
        name, number, value = matched[1], int(matched[2] or 1), matched[3]
        if self.style == "qgis":
            shown = self.names.get(name, name.upper()) + (f"_{number}" if number > 1 else "")
            return shown if value is None else f"{shown}={value}"
        if self.style == "options":
            shown = self.names.get(name) or f"--{name.replace('_', '-')}"
            shown = f"the {ORDINALS[number - 1]} {shown}" if number > 1 else shown
            return shown if value is None else f"{shown} {value}"
        shown = self.names.get(name, name) + (f"[{number - 1}]" if number > 1 else "")
        return shown if value is None else f"{json.dumps(shown)}: {_in_json(value)}"


class Message:
    """A template and the values of its fields: text, numbers, lists, errors and other messages."""

    def __init__(self, template: str, /, **values: object):
        self.template = template
        self.values = {name: _plain(value) for name, value in values.items()}

    def __str__(self) -> str:
        """The sentence in English."""
        return self.text(_naming)

    def text(self, naming: Naming, translate: Callable[[str], str] = str) -> str:
        """The sentence, its template and those of its values translated."""
        parts = []
        for literal, name, form, _ in string.Formatter().parse(translate(self.template)):
            parts.append(literal)
            if name == "p":
                parts.append(naming.shown(form or ""))
            elif name is not None:
                parts.append(_shown(self.values[name], form or "", naming, translate))
        return "".join(parts)

    def with_values(self, **values: object) -> Message:
        """The same template with these values."""
        return Message(self.template, **values)

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return {"template": self.template, "values": {name: _to_json(value) for name, value in self.values.items()}}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Message:
        """The inverse of `to_json`; other entries are left alone."""
        return cls(values["template"], **{name: _from_json(value) for name, value in values["values"].items()})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.template)

    def __repr__(self) -> str:
        return f"Message({self.template!r}, {self.values!r})"


Words = Union[str, Message]  # shown as they are, or translated

# What the system says of files, and what GDAL does.
_OF_SYSTEM = (
    Message("File is not a zip file"),
    Message("Is a directory"),
    Message("No space left on device"),
    Message("No such file or directory"),
    Message("Permission denied"),
)
_OF_GDAL = (
    Message("{path}: No such file or directory"),
    Message("`{path}' not recognized as a supported file format"),
    Message("`{path}' not recognized as being in a supported file format"),
)

_naming = Naming()


def use_naming(naming: Naming) -> None:
    """How `str` of a message names parameters from now on: set once by what runs the job."""
    global _naming
    _naming = naming


def message_of(template: Words, values: Mapping[str, object]) -> Message:
    """A message as it is, or made of a template and values."""
    return template if isinstance(template, Message) else Message(template, **values)


def parameter(name: str) -> Message:
    """A parameter, as a value of a sentence."""
    template = "{p:" + name + "}"
    return Message(template)


def _plain(value: object) -> Any:
    """A value as messages have it: None, bool, int, float, str, Message, or a list of these."""
    if isinstance(value, str):
        return next((message for message in _OF_SYSTEM if message.template == value), value)
    if value is None or isinstance(value, (bool, int, float, Message)):
        return value
    if isinstance(value, BaseException):
        return said_by(value)
    if hasattr(value, "tolist"):  # numbers and arrays of numpy
        return _plain(value.tolist())
    return [_plain(item) for item in value] if isinstance(value, Iterable) else str(value)


def said_by(error: BaseException) -> Words:
    """What an error says: one of ours as a message, also where it is the argument of a built-in one."""
    if error.args and isinstance(error.args[0], Message):
        return error.args[0]
    if isinstance(error, OSError) and error.strerror and isinstance(error.filename, str):
        values = {"number": error.errno, "reason": error.strerror, "path": repr(error.filename)}
        return Message("[Errno {number}] {reason}: {path}", **values)
    text = str(error)
    for message in _OF_GDAL:
        begin, end = message.template.split("{path}")
        if text.startswith(begin) and text.endswith(end):
            return message.with_values(path=text[len(begin) : len(text) - len(end)])
    known: Words = _plain(text)
    return known


def _shown(value: Any, form: str, naming: Naming, translate: Callable[[str], str]) -> str:
    if isinstance(value, list):
        items = [_shown(item, "", naming, translate) for item in value]
        between, _, last = (form or ", ").partition("|")
        return last.join([between.join(items[:-1]), items[-1]]) if last and len(items) > 1 else between.join(items)
    if not isinstance(value, (str, Message)):
        return format(value, form)
    text = value if isinstance(value, str) else value.text(naming, translate)
    if form == "capital":
        return text[:1].upper() + text[1:]
    return text.rstrip(".") if form == "part" else text


def _to_json(value: Any) -> Any:
    if isinstance(value, Message):
        return value.to_json()
    if isinstance(value, float) and not math.isfinite(value):  # JSON has no such numbers
        return {"number": str(value)}
    return [_to_json(item) for item in value] if isinstance(value, list) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return float(value["number"]) if "number" in value else Message.from_json(value)
    return [_from_json(item) for item in value] if isinstance(value, list) else value


def _in_json(value: str) -> str:
    return value if re.fullmatch(r"-?\d+(\.\d+)?|true|false", value) else json.dumps(value, ensure_ascii=False)
