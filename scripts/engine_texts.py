"""Finds the sentences that the engine can say, and lists them in resources/i18n/engine_texts.txt.

The engine speaks English only, and fills values in before a sentence leaves it. QGIS recognizes a sentence by its
template, in which each value is {}, and shows the translation of that; host/engine_texts.py does so. Templates
are found in the syntax tree: a text of several words, wherever it stands, as a sentence may be put together of parts
from anywhere; of single words only those that are sent just so. What goes into reports and files is not sent, and
stays English. Needs no QGIS; scripts/translations.py calls it.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "resources" / "i18n" / "engine_texts.txt"
WRITERS = ("plots.py", "report.py", "training_report.py", "stac_item.py")  # of pages and files
DECLARATIONS = ("shared.py", "choices.py", "groups.py", "command_line.py")  # what dialogs and helps show
DECLARING = ("command", "Text", "FileType", "Result", "file_output")
SENDING = ("info", "warning", "report")  # methods of Progress
# What else stands in sentences: what is too short to be found, or is put together of too little.
OTHERS = (
    "training", "train", "unlimited", "yes", "no", "patch", "pixel",
    "; ", "“{}”", "“{}” ({})", "{} of “{}” ({}) {}", "({})",
    "{} at {} × {}", "{} × {} and {}", "{} × {} × {} and {}", "{} map units", "name {}",
    "train {}", "{}, train: {}", "{}, validation: {}", "{}, fold {}: {}", "{} in {} block", "{} in {} blocks",
    "{}: overall accuracy {}, kappa {}, {} samples{}",
    "Training set: overall accuracy {}, kappa {}, {} samples{}",
    "Validation set: overall accuracy {}, kappa {}, {} samples{}",
    "  input {}: {}", "  output {}: {}", "{} ({}, any shape)", "{} ({}, one number)",
)  # fmt: skip
# What Python, its libraries and GDAL say of files.
OF_FILES = (
    "File is not a zip file",
    "Is a directory",
    "No space left on device",
    "No such file or directory",
    "[Errno {}] No such file or directory: {}",
    "{}: No such file or directory",
    "Permission denied",
    "`{}' not recognized as a supported file format",
    "`{}' not recognized as being in a supported file format",
)
NAMES = ("band {}", "feature {}")  # that bands are given in files, too
SEVERAL_WORDS = re.compile(r"[^\W\d_][.,:]? (?:[^\W\d_]|\{\}|“)|(?:\{\}|”) [^\W\d_]{2,}")
LETTERS = 4  # fewer, as in “{} to {}”, are in too many texts
FIELD = re.compile(r"\{[^{}]*\}")


def templates():
    """What the engine can say, each once, in the order of files and lines."""
    rooms = [path for room in ("core", "jobs") for path in sorted((ROOT / room).rglob("*.py"))]
    files = [path for path in rooms if path.name not in (*WRITERS, *DECLARATIONS)]
    found = [text for path in [*files, ROOT / "engine.py"] for text in templates_of(path.read_text("utf-8"))]
    return [text for text in dict.fromkeys([*found, *OTHERS, *OF_FILES]) if text not in NAMES]


def templates_of(source):
    """The templates in a Python source, by line."""
    tree = ast.parse(source)
    sent = {id(part) for call in ast.walk(tree) for part in _sent_by(call)}
    found = [(node, template) for node, template in _texts(tree) if is_said(template, id(node) in sent)]
    return [template for node, template in sorted(found, key=lambda pair: (pair[0].lineno, pair[0].col_offset))]


def is_said(template, sent):
    """Whether a person is meant to read a text; of one that is sent, a word is enough."""
    letters = re.sub(r"[\W\d_]", "", template.replace("{}", ""))
    markup = re.search(r"<[\w!/]", template)
    return bool(len(letters) >= LETTERS and not markup and (sent or SEVERAL_WORDS.search(template)))


def _texts(node):
    """Each text in a syntax tree, as (node, template); texts inside the values of another one, too."""
    if _is_silent(node):
        return
    parts = _parts(node)
    if any(isinstance(part, str) for part in parts):
        yield node, _template(parts)
    for child in ast.iter_child_nodes(node) if parts == [node] else parts:
        if not isinstance(child, str):
            yield from _texts(child)


def _template(parts):
    """Values that follow each other are one {}; what is put before or after something else has {} in its place."""
    text = re.sub(r"\{\}( ?\{\})+", "{}", "".join(part if isinstance(part, str) else "{}" for part in parts))
    return f"{'{}' * text.startswith((' ', ', '))}{text}{'{}' * text.endswith(' ')}"


def _is_silent(node):
    """Docstrings, declarations of parameters, helps of the command line, and lists written as a text."""
    if isinstance(node, ast.Call):
        declares = getattr(node.func, "id", "") in DECLARING
        return declares or (isinstance(node.func, ast.Attribute) and node.func.attr in ("split", "add_argument"))
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.value, ast.Call)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _parts(node):
    """A text in pieces: literal ones, as in a template, and expressions; an expression that is no text is one piece."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [FIELD.sub("{}", node.value)]  # {} are for str.format
    if isinstance(node, ast.JoinedStr):
        return [_piece(value) for value in node.values]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_parts(node.left), *_parts(node.right)]
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        return [node.target, *_parts(node.value)]
    return [node]


def _piece(value):
    if isinstance(value, ast.Constant):
        return value.value.replace("{", "{{").replace("}", "}}")
    return value.value


def _sent_by(node):
    """The texts that a statement or a call hands to the user as they are."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        arguments = node.exc.args
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in SENDING:
        arguments = node.args
    else:
        return
    for argument in arguments:
        yield from _choices(argument)


def _choices(node):
    """What a value can be, where an expression decides."""
    if isinstance(node, ast.IfExp):
        yield from (choice for part in (node.body, node.orelse) for choice in _choices(part))
    elif isinstance(node, (ast.JoinedStr, ast.BoolOp)):
        yield node
        yield from (choice for part in node.values for choice in _choices(part))
    elif isinstance(node, ast.BinOp):
        yield node
        yield from (choice for part in (node.left, node.right) for choice in _choices(part))
    else:
        yield from _choices(node.value) if isinstance(node, ast.FormattedValue) else [node]


def listed(texts):
    """The list of templates as a text file: sorted, each on a line, as JSON."""
    return "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in sorted(texts))


def problems(texts):
    """What is wrong with the list, as sentences."""
    if not LIST.exists() or LIST.read_text(encoding="utf-8") != listed(texts):
        yield f"{LIST.name} is not what the engine says: run make translations"
