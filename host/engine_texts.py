"""What the engine says, in the language of QGIS.

The engine speaks English, and its sentences arrive with their values filled in. resources/i18n/engine_texts.txt lists
their templates, where each value is {}. So a sentence is recognized by the words between its values, the template is
translated, and the values are filled in again. A value may be such a text itself, such as the reason in a sentence.
"""

from __future__ import annotations

import functools
import json
import os
import re
import string
from collections import Counter, defaultdict
from typing import NamedTuple

from qgis.PyQt.QtCore import QCoreApplication

from . import translation

CONTEXT = "RasterLearnEngine"
LIST = os.path.join(translation.FOLDER, "engine_texts.txt")
WORD = re.compile(r"[^\W\d_]+")
SEPARATOR = re.compile(r"(, |; |\n)")  # of what is listed
ONE_WORD = re.compile(r"\w*")  # the name of a field, a class, a layer
WORDS = {"training", "train", "unlimited", "yes", "no", "patch", "patches", "pixel", "none"}  # but not these
LONGEST_PART = 150  # characters in which two parts without a full stop between them are looked for
SENTENCE_END, SPACE = re.compile(r"(?<=\.) "), re.compile(" ")


class Template(NamedTuple):
    """A sentence without its values: as it is listed, and the words before, between and after the values."""

    text: str
    words: tuple

    def values(self, text):
        """What a text has where the template has {}, each as short as it can be; None if it is another sentence."""
        first, *between = self.words
        if not between:
            return [] if text == first else None
        last = between.pop()
        if not text.startswith(first):
            return None
        values, start = [], len(first)
        for words in between:
            found = text.find(words, start)
            if found < 0:
                return None
            values.append(text[start:found])
            start = found + len(words)
        end = len(text) - len(last)
        return [*values, text[start:end]] if end >= start and text.endswith(last) else None

    def quotes(self, number):
        """Whether a value is the name of something: that is shown as it is, whatever it resembles."""
        return self.words[number].endswith("“") and self.words[number + 1].startswith("”")

    def rank(self):
        """The more of a sentence a template spells out, the more surely it is this one."""
        return sum(map(len, self.words)), -len(self.words)


UNKNOWN = Template("", ("",))


class Translated(NamedTuple):
    """A translation, and how many characters of the text its templates spell out; none and empty if there is none."""

    spelled_out: int
    text: str

    def __bool__(self):
        return bool(self.text)


NOTHING = Translated(0, "")


def translated(text):
    """What the engine said, in the language of QGIS; in English where it is not known."""
    if not translation.at_work():
        return text
    _known.cache_clear()  # the language may be another one
    return _known(text).text or "\n".join(_known(line).text or line for line in text.split("\n"))


@functools.lru_cache(10_000)  # the same parts are looked at again and again
def _known(text):
    """The translation of a sentence, or of some that follow each other: whichever spells out more of the text."""
    found = max(_sentence(text), *_sequences(text, SENTENCE_END))
    return found if found or len(text) > LONGEST_PART else max(NOTHING, *_sequences(text, SPACE))


def _sequences(text, between):
    """The translations of a text as two, split at each place in turn."""
    yield NOTHING
    for place in between.finditer(text):
        first = _sentence(text[: place.start()])
        others = _known(text[place.end() :]) if first.text else NOTHING
        if others.text:
            yield Translated(first.spelled_out + others.spelled_out, f"{first.text} {others.text}")


def _sentence(text):
    """The translation of a sentence; as a part of another one, it may begin in another case and lack its full stop."""
    found = [(*recognize(text), _as_it_is), (*recognize(_swapped(text)), _swapped), (*recognize(f"{text}."), _open)]
    template, values, fitted = max(found, key=lambda f: f[0].rank())
    if not template.text:
        return NOTHING
    shown = [_name(value) if template.quotes(number) else _value(value) for number, value in enumerate(values)]
    spelled_out = template.rank()[0] + sum(value.spelled_out for value in shown)
    return Translated(spelled_out, fitted(_in_qt(template.text).format(*(value.text for value in shown))))


def _as_it_is(text):
    return text


def _swapped(text):
    return text[:1].swapcase() + text[1:]


def _open(text):
    return text.rstrip(".")


def _name(text):
    """What stands in quotation marks: unchanged. If it is several names, with the quotation marks between them."""
    before, after = _in_qt("“{}”").split("{}")
    return Translated(0, text.replace("”, “", f"{after}, {before}"))


def _value(text):
    """A value: a text, a list of texts, or something else, which stays as it is."""
    parts = [_part(part) for part in SEPARATOR.split(text)]
    whole = _known(text) if text in WORDS or not ONE_WORD.fullmatch(text) else NOTHING
    return whole or Translated(sum(part.spelled_out for part in parts), "".join(part.text for part in parts))


def _part(text):
    """A part of a list."""
    return (NOTHING if ONE_WORD.fullmatch(text) else _sentence(text)) or Translated(0, text)


def _in_qt(text):
    return QCoreApplication.translate(CONTEXT, text)


def recognize(text):
    """The template that a text was made of, and its values; an empty one and no values if none fits."""
    for template in candidates(text):
        values = template.values(text)
        if values is not None:
            return template, values
    return UNKNOWN, []


def candidates(text):
    """The templates that a text may be made of, the best one first."""
    index = _index()
    found = [template for word in {"", *WORD.findall(text)} for template in index.get(word, ())]
    return sorted(found, key=Template.rank, reverse=True)


@functools.cache
def _index():
    """The templates by the rarest of their words; by "" those without a whole word."""
    with open(LIST, encoding="utf-8") as file:
        templates = [_template(json.loads(line)) for line in file]
    whole = {template: _whole_words(template.words) for template in templates}
    common = Counter(word for words in whole.values() for word in words)
    index = defaultdict(list)
    for template, words in whole.items():
        index[min(sorted(words), key=common.__getitem__, default="")].append(template)
    return index


def _template(text):
    pieces, words = list(string.Formatter().parse(text)), []
    for literal, _, _, _ in pieces:
        words.append(literal)
    if pieces[-1][1] is not None:
        words.append("")
    return Template(text, tuple(words))


def _whole_words(texts):
    """The words of a template that no value can make longer."""
    found = set()
    for number, text in enumerate(texts):
        for word in WORD.finditer(text):
            begins = word.start() > 0 or number == 0
            ends = word.end() < len(text) or number == len(texts) - 1
            if begins and ends:
                found.add(word.group())
    return found
