"""JSON whose author is not trusted."""

import json
import math

import pytest
from waiting import no_hang

from rasterlearn.core.base import plain_json
from rasterlearn.core.base.plain_json import a_list, finite_number, parse_json, short_text, shortened, whole_number


@pytest.mark.parametrize(
    "value", [{}, [1, -2.5, "a", None, True], {"a": {"b": ["[[[[", '"', "\\"]}}, "ä€😀", 10**30, [[[[]]]]], ids=str
)
def test_values_come_back(value):
    assert parse_json(json.dumps(value).encode()) == value
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


def test_nan_is_read_as_python_writes_it():
    assert math.isnan(parse_json(b"[NaN]")[0])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[" * 100_000, "nested"),
        (b"[" * 101 + b"]" * 101, "nested"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "nested"),
        (b"[" + b"9" * 1_000_000 + b"]", "1000000 digits"),
        (b"[0." + b"9" * 1_000_000 + b"]", "digits"),
        (b'{"kind": 1, "kind": 2}', "“kind” stands twice"),
        (b'["\\ud800"]', "half a character"),
        (b'{"\\udfff": 1}', "half a character"),
        (b"\xff\xfe[]", "decode"),
        ("[1]".encode("utf-16"), "decode"),
        (b"[1", "delimiter"),
        (b"", "Expecting value"),
        (b"[" + b" " * plain_json.MAXIMUM_JSON_BYTES + b"]", "at most"),
    ],
    ids=lambda v: str(v)[:30],
)
def test_hostile_json_is_refused(data, words):
    with no_hang(), pytest.raises(ValueError, match=words):
        parse_json(data)


def test_a_character_escaped_as_two_surrogates_is_text():
    assert parse_json(b'["\\ud83d\\ude00"]') == ["😀"]


@pytest.mark.parametrize("value", [0, 11, 10**400, 1.0, True, "3", None, [], math.nan])
def test_values_that_are_not_whole_numbers_from_1_to_10(value):
    assert whole_number(10, 1, 10, "x") == 10
    with pytest.raises(ValueError, match="x must be a whole number from 1 to 10"):
        whole_number(value, 1, 10, "x")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, "1", None, [1]])
def test_numbers_that_are_not_finite(value):
    assert finite_number(3, "x") == 3.0
    with pytest.raises(ValueError, match="x must be a finite number"):
        finite_number(value, "x")


def test_texts_and_lists_are_bounded():
    assert short_text("a\x1b[31m\nb\u202e", "x") == "a\ufffd[31m\ufffdb\ufffd"
    assert short_text("می\u200cخواهم 👨\u200d🌾\ue000\uffff", "x") == "می\u200cخواهم 👨\u200d🌾\ue000\ufffd"
    for value in (None, 3, ["a"], "x" * (plain_json.LONGEST_TEXT + 1)):
        with pytest.raises(ValueError, match="x must be text"):
            short_text(value, "x")
    assert a_list([1, 2], 2, 2, "x") == [1, 2]
    for value in ([], [1], [1, 2, 3], "ab", {"a": 1, "b": 2}):
        with pytest.raises(ValueError, match="x must be a list of 2 to 2 items"):
            a_list(value, 2, 2, "x")
    assert shortened("a\n  b\x1b" + "c" * 5000).startswith("a bccc") and len(shortened("c" * 5000)) < 210
