"""Reads JSON whose author is not trusted: size, depth and numbers are checked before anything is built from them."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from .messages import Message, Words, said_by

MAXIMUM_JSON_BYTES = 10_000_000
MAXIMUM_DEPTH = 100
LONGEST_NUMBER = 40  # digits; Python takes seconds to minutes for millions of them
LONGEST_TEXT = 10_000
LONGEST_REASON = 1000

_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(data: bytes, most_bytes: int = MAXIMUM_JSON_BYTES) -> Any:
    """The value of a JSON document in UTF-8.

    Raises:
        ValueError: not JSON, larger than `most_bytes`, deeper than MAXIMUM_DEPTH, a name that occurs twice in one
            object, a number of more than LONGEST_NUMBER digits, or half a character.
    """
    if len(data) > most_bytes:
        raise ValueError(Message("it has {count} bytes; at most {most} are read", count=len(data), most=most_bytes))
    _require_depth(data)
    text = data.decode("utf-8")
    values = json.loads(text, object_pairs_hook=_unique, parse_int=_whole, parse_float=_real)
    if "\\u" in text and _SURROGATE.search(json.dumps(values, ensure_ascii=False)):
        raise ValueError(Message("it contains half a character"))
    return values


def whole_number(value: Any, lowest: int, highest: int, what: Words) -> int:
    """A whole number within bounds. Raises ValueError otherwise; `what` names it."""
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise ValueError(
            Message(
                "{what} must be a whole number from {lowest} to {highest}, received {value}",
                what=what,
                lowest=lowest,
                highest=highest,
                value=shortened(value),
            )
        )
    return value


def finite_number(value: Any, what: Words) -> float:
    """A number that is neither NaN nor infinite, as float. Raises ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(Message("{what} must be a finite number, received {value}", what=what, value=shortened(value)))
    return float(value)


def short_text(value: Any, what: Words) -> str:
    """Text in one line: unprintable characters are replaced. Raises ValueError if it is not text, or very long."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ValueError(
            Message(
                "{what} must be text of at most {longest} characters, received {value}",
                what=what,
                longest=LONGEST_TEXT,
                value=shortened(value),
            )
        )
    return value if value.isprintable() else "".join(c if is_shown(c) else "\ufffd" for c in value)


def is_shown(character: str) -> bool:
    """Whether a character is printable, joins letters as in Persian, is private, or is younger than this Python."""
    if character.isprintable() or character in "\u200c\u200d":
        return True
    is_character = ord(character) & 0xFFFE != 0xFFFE  # others have no place in XML
    return is_character and unicodedata.category(character) in ("Co", "Cn")


def a_list(value: Any, lowest: int, highest: int, what: Words) -> Sequence[Any]:
    """A list with a bounded number of items. Raises ValueError otherwise."""
    if not isinstance(value, list) or not lowest <= len(value) <= highest:
        received: Words = shortened(value)
        if isinstance(value, list):
            received = Message("{count} items", count=len(value))
        raise ValueError(
            Message(
                "{what} must be a list of {lowest} to {highest} items, received {received}",
                what=what,
                lowest=lowest,
                highest=highest,
                received=received,
            )
        )
    return value


def reason_of(error: BaseException) -> Words:
    """Why something failed, for messages: what an error of ours says, or that of a library in one short line."""
    said = said_by(error)
    return said if isinstance(said, Message) and len(str(said)) <= LONGEST_REASON else shortened(error)


def shortened(value: Any) -> str:
    """A value, or an error of a library, as one short line for messages."""
    text = " ".join(str(value)[:2000].split())
    text = "".join(c for c in text if c.isprintable())
    return text if len(text) <= 200 else text[:200] + " …"


def _require_depth(data: bytes) -> None:
    """Counts brackets outside of strings: the parser would need stack for each level."""
    depth = 0
    for bracket in _BRACKET.findall(_TEXT.sub(b"", data)):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAXIMUM_DEPTH:
            raise ValueError(Message("it is nested more than {most} levels deep", most=MAXIMUM_DEPTH))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(Message("the name “{repeated}” stands twice", repeated=shortened(repeated)))
    return values


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(Message("a number has {count} digits", count=len(digits)))
    return int(digits)


def _real(digits: str) -> float:
    if len(digits) > 10 * LONGEST_NUMBER:
        raise ValueError(Message("a number has {count} digits", count=len(digits)))
    return float(digits)
