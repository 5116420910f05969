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
SEPARATOR = re.compile(r"(, |; |\n)")


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


def translated(text):
    """What the engine said, in the language of QGIS; in English where it is not known."""
    if not translation.at_work():
        return text
    return _whole(text) or "\n".join(_whole(line) or line for line in text.split("\n"))


def _whole(text):
    """The translation of a text that is one sentence; None if it is none that is known."""
    template, values = recognize(text)
    if template is not None:
        shown = (_names(value) if template.quotes(number) else _value(value) for number, value in enumerate(values))
        return _in_qt(template.text).format(*shown)
    if text[:1].isupper():  # a part that begins a sentence
        begun = _whole(text[0].lower() + text[1:])
        return begun and begun[0].upper() + begun[1:]
    return None


def _names(text):
    """What stands in quotation marks, itself unchanged; if it is several names, with the quotation marks between."""
    before, after = _in_qt("“{}”").split("{}")
    return text.replace("”, “", f"{after}, {before}")


def _value(text):
    return _whole(text) or "".join(_part(part) for part in SEPARATOR.split(text))


def _part(text):
    """A part of a list; single words may be the names of classes."""
    return ((" " in text or "“" in text) and _whole(text)) or text


def _in_qt(text):
    return QCoreApplication.translate(CONTEXT, text)


def recognize(text):
    """The template that a text was made of, and its values; None and no values if none fits."""
    for template in candidates(text):
        values = template.values(text)
        if values is not None:
            return template, values
    return None, []


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
