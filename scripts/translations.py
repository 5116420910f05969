"""Keeps resources/i18n/rasterlearn_LANGUAGE.ts up to date with the strings that the QGIS side shows.

They have two contexts: RasterLearn for the dialogs, RasterLearnEngine for what the engine says (engine_texts.py).

python scripts/translations.py                updates the translations there are; `make translations` compiles them, too
python scripts/translations.py de             begins a German one
python scripts/translations.py --check        fails if a translation is stale, incomplete or does not fit

Qt's own lupdate and pylupdate5 find the text in `tr("text")`, but neither that of the class attributes TITLE and HELP,
which base.py translates by `tr(self.TITLE)`, nor that of `mark("text")`, nor the labels of the shipped workflows. So
they are found here, in the syntax tree. Needs no QGIS.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import itertools
import re
import string
import sys
import textwrap
import xml.etree.ElementTree
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import engine_texts

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "i18n"
CONTEXT, ENGINE_CONTEXT = "RasterLearn", "RasterLearnEngine"
ROOMS = ("algorithms", "gui", "host")
ATTRIBUTES = ("TITLE", "HELP")
ENTITIES = {'"': "&quot;", "'": "&apos;"}  # as Qt Linguist writes them
NO_BREAK = "\u00a0"
TYPOGRAPHY = {  # by language: patterns, and what takes their place
    "fr": (
        (r"« ?(?!\s)", f"«{NO_BREAK}"),
        (r" »", f"{NO_BREAK}»"),
        (r"(?<=[^\s«:]) (?=[:;?!%](?![\w/.]))", NO_BREAK),
    )
}


class Translation(NamedTuple):
    """What a source text is in another language; unfinished until a person has looked at it."""

    text: str = ""
    finished: bool = False


def sources():
    """The strings to translate, by context. Raises: ValueError as `strings_of`."""
    return {CONTEXT: own_sources(), ENGINE_CONTEXT: engine_texts.templates()}


def own_sources():
    """The strings that the QGIS side shows, each once, in the order of files and lines; then the workflows' labels.

    Raises: ValueError as `strings_of`.
    """
    files = [*(path for room in ROOMS for path in sorted((ROOT / room).glob("*.py"))), ROOT / "plugin.py"]
    found = [text for path in files for text in strings_of(path.read_text(encoding="utf-8"), path.name)]
    found += [text for path in sorted((ROOT / "resources" / "models").glob("*.model3")) for text in labels_of(path)]
    return list(dict.fromkeys(found))


def labels_of(path):
    """The labels of the parameters of a workflow, a .model3 file."""
    options = xml.etree.ElementTree.parse(path).iter("Option")
    return [option.get("value") for option in options if option.get("name") == "description" and option.get("value")]


def strings_of(source, name):
    """The strings to translate in a Python source, by line.

    Raises: ValueError naming the place of a `tr(...)` or `mark(...)` whose argument is put together as it runs.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("tr", "mark"):
            found += _argument(node, name)
        elif isinstance(node, ast.ClassDef):
            found += [value for statement in node.body for value in _attributes(statement, name)]
    return [node.value for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)) if node.value]


def _argument(call, name):
    """The text given to `tr`; nothing if it is looked up and so found where it stands.

    Looked up are tr(self.HELP), tr(texts[name]), tr(parameter.description()).
    """
    argument = call.args[0]
    getter = isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute) and not argument.args
    looked_up = getter or isinstance(argument, (ast.Attribute, ast.Subscript))
    return [] if looked_up else [_text(argument, name)]


def _attributes(statement, name):
    """The texts that a statement of a class gives to the attributes."""
    if not isinstance(statement, ast.Assign):
        return
    for target in statement.targets:
        pairs = [(target, statement.value)]
        if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            pairs = zip(target.elts, statement.value.elts)
        for variable, value in pairs:
            if getattr(variable, "id", "") in ATTRIBUTES:
                yield _text(value, name)


def _text(node, name):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node
    raise ValueError(
        f"{name}, line {node.lineno}: {ast.unparse(node)} cannot be translated, as it is known only when it runs. "
        "Expected a plain text, with {} where values are filled in by .format."
    )


def read(path):
    """Source text to Translation in a .ts file, by context."""
    contexts = xml.etree.ElementTree.parse(path).iter("context")
    return {context.findtext("name"): _messages(context) for context in contexts}


def _messages(context):
    messages = context.iter("message")
    return {message.findtext("source"): _translation(message.find("translation")) for message in messages}


def _translation(element):
    return Translation(element.text or "", element.get("type") is None)


def write(path, contexts):
    """Writes a .ts file as Qt Linguist does, without line numbers, so that only changed texts show up as changed."""
    language = path.stem.split("_", 1)[1]
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{language}" sourcelanguage="en">',
    ]
    for name, translations in contexts.items():
        messages = [
            line for s, t in translations.items() for line in _lines(s, t._replace(text=well_set(t.text, language)))
        ]
        lines += ["<context>", f"    <name>{name}</name>", *messages, "</context>"]
    path.write_text("\n".join([*lines, "</TS>", ""]), encoding="utf-8")


def _lines(source, translation):
    mark = "" if translation.finished else ' type="unfinished"'
    return [
        "    <message>",
        f"        <source>{escape(source, ENTITIES)}</source>",
        f"        <translation{mark}>{escape(translation.text, ENTITIES)}</translation>",
        "    </message>",
    ]


def well_set(text, language):
    """A text with the blanks that do not break where the language wants them."""
    for pattern, replacement in TYPOGRAPHY.get(language, ()):
        text = re.sub(pattern, replacement, text)
    return text


def merged(texts, old):
    """The translations of these texts: known ones are kept, vanished ones dropped, new ones unfinished.

    A new text that resembles a vanished one begins with its translation, as most are corrected sentences.
    """
    vanished = [text for text in old if text not in texts]
    return {text: old[text] if text in old else _beginning(text, vanished, old) for text in texts}


def _beginning(text, vanished, old):
    similar = difflib.get_close_matches(text, vanished, 1, 0.8)
    return Translation(old[similar[0]].text) if similar else Translation()


def problems(texts, translations):
    """What is wrong with translations of these texts, as sentences."""
    for text in texts:
        short = textwrap.shorten(text, 100, placeholder=" …")
        if text not in translations:
            yield f"“{short}” is missing: run make translations"
        elif not translations[text].finished or not translations[text].text.strip():
            yield f"“{short}” is not translated, or still marked as unfinished"
        elif placeholders(text) != placeholders(translations[text].text):
            yield f"“{short}” has other {{}} than its translation"
    for text in translations:
        if text not in texts:
            yield f"“{textwrap.shorten(text, 100)}” is no longer used: run make translations"
    if set(texts) == set(translations) and list(texts) != list(translations):
        yield "the texts are in another order than in the code: run make translations"


def placeholders(text):
    """The values that a text wants filled in, with how often; {} {} is the same as {0} {1}."""
    found, numbers = Counter(), itertools.count()
    try:
        for _, field, form, conversion in string.Formatter().parse(text):
            if field is not None:
                found[field or str(next(numbers)), form, conversion] += 1
    except ValueError:  # braces that are none of str.format's
        found["unreadable"] = 1
    return found


def _brought_up_to_date(path, contexts, only_check):
    """Merges the texts into a .ts file, or leaves it as it is; what then is wrong with it, as sentences."""
    old = read(path) if path.exists() else {}
    new = {
        name: old.get(name, {}) if only_check else merged(texts, old.get(name, {})) for name, texts in contexts.items()
    }
    if not only_check:
        write(path, new)
    return [problem for name, texts in contexts.items() for problem in problems(texts, new[name])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", nargs="*", help="a new language, such as de or pt_BR")
    parser.add_argument("--check", action="store_true", help="tell what is to do, and change nothing")
    options = parser.parse_args()
    contexts = sources()
    if not options.check:
        engine_texts.LIST.write_text(engine_texts.listed(contexts[ENGINE_CONTEXT]), encoding="utf-8")
    wrong = list(engine_texts.problems(contexts[ENGINE_CONTEXT]))
    for path in sorted({*FOLDER.glob("*.ts"), *(FOLDER / f"rasterlearn_{name}.ts" for name in options.language)}):
        wrong += [f"{path.name}: {problem}" for problem in _brought_up_to_date(path, contexts, options.check)]
    print("\n".join(wrong) if options.check else f"{len(wrong)} texts to translate in {FOLDER}")
    sys.exit(1 if wrong and options.check else 0)


if __name__ == "__main__":
    main()
