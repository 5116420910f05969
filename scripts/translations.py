"""Keeps resources/i18n/rasterlearn_LANGUAGE.ts up to date with the strings that the QGIS side shows.

They have three contexts. RasterLearn: texts in the code of the QGIS side. RasterLearnCommands: what the dialogs of
algorithms show, from the declarations in jobs/; each text is filed under a key such as selectsamples.count.help, beside
the English for translators, so that correcting a comma in English leaves the translation finished. RasterLearnEngine:
the templates of what the engine says.

python scripts/translations.py                updates the translations there are; `make translations` compiles them, too
python scripts/translations.py de             begins a German one
python scripts/translations.py --check        fails if a translation is stale, incomplete or does not fit

Qt's own lupdate and pylupdate5 find the text in `tr("text")`, but neither that of the declarations, nor the labels of
the shipped workflows, nor the templates of messages and errors. So they are found here, in the syntax tree. Needs no
QGIS.
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

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import engine  # noqa: E402

if "rasterlearn" not in sys.modules:
    engine.load_package()

from rasterlearn.jobs.commands import ALGORITHMS  # noqa: E402
from rasterlearn.jobs.groups import TITLES  # noqa: E402

FOLDER = ROOT / "resources" / "i18n"
CONTEXT, NAMED_CONTEXT, ENGINE_CONTEXT = "RasterLearn", "RasterLearnCommands", "RasterLearnEngine"
ROOMS = ("algorithms", "gui", "host")
BASE_ERROR = "RasterLearnError"
SAYING = {"info": 0, "warning": 0, "report": 1}  # methods of Progress: which argument is the template
FIELD = re.compile(r"\{[^{}]*\}")
NUMBER = re.compile(r"[<>^=]?[-+ ]?0?\d*,?(\.\d+)?[a-zA-Z%]?")  # how a number is shown
CORRECTED = 0.8  # least similarity of a text to its old version if only a word or a comma was corrected
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
    """A source text in another language; unfinished until a person has looked at it.

    `english` is shown to translators beside a key.
    """

    text: str = ""
    finished: bool = False
    english: str = ""


def sources():
    """The strings to translate, by context; of those with keys a dictionary. Raises: ValueError as `strings_of`."""
    return {CONTEXT: own_sources(), NAMED_CONTEXT: named_sources(), ENGINE_CONTEXT: engine_templates()}


def named_sources():
    """Key to English of what the dialogs of algorithms show, in their order.

    Raises: ValueError if one key stands for two texts.
    """
    found = {text.key: str(text) for text in TITLES.values()}
    for command in ALGORITHMS:
        for text in command.texts():
            if found.setdefault(text.key, str(text)) != text:
                raise ValueError(f"The key {text.key} stands for “{found[text.key]}” and “{text}”. Give one another.")
    return found


def english_of(texts, source):
    """What a source text, or a key, says in English."""
    return texts[source] if isinstance(texts, dict) else source


def own_sources():
    """The strings that the QGIS side shows, each once, in the order of files and lines; then the workflows' labels.

    Raises: ValueError as `strings_of`.
    """
    files = [*(path for room in ROOMS for path in sorted((ROOT / room).glob("*.py"))), ROOT / "plugin.py"]
    found = [text for path in files for text in strings_of(path.read_text(encoding="utf-8"), path.name)]
    found += [text for path in sorted((ROOT / "resources" / "models").glob("*.model3")) for text in labels_of(path)]
    return list(dict.fromkeys(found))


def engine_templates():
    """The templates of all that the engine says, sorted. Raises: ValueError as `templates_of`."""
    files = [*sorted((ROOT / "core").rglob("*.py")), *sorted((ROOT / "jobs").glob("*.py")), ROOT / "engine.py"]
    sources = {path: path.read_text(encoding="utf-8") for path in files}
    errors = errors_of(sources.values())
    found = {t for path, source in sources.items() for t in templates_of(source, path.name, errors)}
    return sorted(template for template in found if FIELD.sub("", template).strip())


def errors_of(sources):
    """The names of the classes of errors that take a template."""
    classes = [node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    found = {BASE_ERROR}
    while more := {c.name for c in classes if found & {getattr(base, "id", "") for base in c.bases}} - found:
        found |= more
    return found


def templates_of(source, name, errors):
    """The templates in a Python source: what messages, errors and the methods of Progress are given.

    Raises: ValueError naming the place of one that is put together as it runs. A message may be handed on.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        if getattr(node.func, "id", getattr(node.func, "attr", "")) in {"Message", *errors}:
            arguments = node.args[:1]
        else:
            number = SAYING.get(getattr(node.func, "attr", ""), len(node.args))
            arguments = node.args[number : number + 1]
        for argument in arguments:
            if not _is_handed_on(argument) and (template := _text(argument, name, "{name}").value):
                yield template


def _is_handed_on(argument):
    """Whether an argument may be a message that was made elsewhere: a variable, or the result of a function."""
    if isinstance(argument, ast.Call):
        return getattr(argument.func, "attr", "") not in ("format", "join")
    return isinstance(argument, (ast.Name, ast.Attribute, ast.Subscript))


def labels_of(path):
    """The labels of the parameters of a workflow, a .model3 file."""
    options = xml.etree.ElementTree.parse(path).iter("Option")
    return [option.get("value") for option in options if option.get("name") == "description" and option.get("value")]


def strings_of(source, name):
    """The strings to translate in a Python source, by line.

    Raises: ValueError naming the place of a `tr(...)` whose argument is put together as it runs.
    """
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    found = [text for call in calls if getattr(call.func, "id", "") == "tr" for text in _argument(call, name)]
    return [node.value for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)) if node.value]


def _argument(call, name):
    """The text given to `tr`; nothing if that is a label of a workflow: tr(parameter.description())."""
    argument = call.args[0]
    looked_up = isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute) and not argument.args
    return [] if looked_up else [_text(argument, name)]


def _text(node, name, field="{}"):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node
    raise ValueError(
        f"{name}, line {node.lineno}: {ast.unparse(node)} cannot be translated, as it is known only when it runs. "
        f"Expected a plain text, with {field} where values are filled in."
    )


def read(path):
    """Source text to Translation in a .ts file, by context."""
    contexts = xml.etree.ElementTree.parse(path).iter("context")
    return {context.findtext("name"): _messages(context) for context in contexts}


def _messages(context):
    messages = context.iter("message")
    return {message.findtext("source"): _translation(message) for message in messages}


def _translation(message):
    element = message.find("translation")
    return Translation(element.text or "", element.get("type") is None, message.findtext("extracomment") or "")


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
    comment = f"        <extracomment>{escape(translation.english, ENTITIES)}</extracomment>"
    return [
        "    <message>",
        f"        <source>{escape(source, ENTITIES)}</source>",
        *([comment] if translation.english else []),
        f"        <translation{mark}>{escape(translation.text, ENTITIES)}</translation>",
        "    </message>",
    ]


def well_set(text, language):
    """A text with no-break spaces where the language requires them."""
    for pattern, replacement in TYPOGRAPHY.get(language, ()):
        text = re.sub(pattern, replacement, text)
    return text


def merged(texts, old):
    """The translations of these texts: known ones are kept, vanished ones dropped, new ones unfinished.

    A new text that resembles a vanished one begins with its translation, as most are corrected sentences. The text of a
    key may be corrected; its translation is unfinished only if there is little left of it.
    """
    if isinstance(texts, dict):
        return {key: _of_key(english, old.get(key, Translation())) for key, english in texts.items()}
    vanished = [text for text in old if text not in texts]
    return {text: old[text] if text in old else _beginning(text, vanished, old) for text in texts}


def _of_key(english, old):
    similar = difflib.SequenceMatcher(None, english, old.english, False).ratio() >= CORRECTED
    return Translation(old.text, old.finished and similar, english)


def _beginning(text, vanished, old):
    similar = difflib.get_close_matches(text, vanished, 1, 0.8)
    return Translation(old[similar[0]].text) if similar else Translation()


def problems(texts, translations):
    """What is wrong with translations of these texts, as sentences."""
    for text in texts:
        short, english = textwrap.shorten(text, 100, placeholder=" …"), english_of(texts, text)
        if text not in translations:
            yield f"“{short}” is missing: run make translations"
        elif not translations[text].finished or not translations[text].text.strip():
            yield f"“{short}” is not translated, or still marked as unfinished"
        elif placeholders(english) != placeholders(translations[text].text):
            yield f"“{short}” has other {{}} than its translation"
        elif isinstance(texts, dict) and english != translations[text].english:
            yield f"“{short}” was corrected: run make translations"
    for text in translations:
        if text not in texts:
            yield f"“{textwrap.shorten(text, 100)}” is no longer used: run make translations"
    if set(texts) == set(translations) and list(texts) != list(translations):
        yield "the texts are in another order than in the code: run make translations"


def placeholders(text):
    """The values that a text wants filled in, with how often; {} {} is the same as {0} {1}.

    How numbers are shown and which parameters are named stays the same; what stands between items is translated.
    """
    found, numbers = Counter(), itertools.count()
    try:
        for _, field, form, conversion in string.Formatter().parse(text):
            if field is not None:
                kept = form if field == "p" or NUMBER.fullmatch(form) else ""
                found[field or str(next(numbers)), kept, conversion] += 1
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
    parser.add_argument("--check", action="store_true", help="report what is to be done, and change nothing")
    options = parser.parse_args()
    contexts = sources()
    wrong = []
    for path in sorted({*FOLDER.glob("*.ts"), *(FOLDER / f"rasterlearn_{name}.ts" for name in options.language)}):
        wrong += [f"{path.name}: {problem}" for problem in _brought_up_to_date(path, contexts, options.check)]
    print("\n".join(wrong) if options.check else f"{len(wrong)} texts to translate in {FOLDER}")
    sys.exit(1 if wrong and options.check else 0)


if __name__ == "__main__":
    main()
