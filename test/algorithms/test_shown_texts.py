"""Every text that the QGIS side shows goes through tr, and only when it is shown: before, the language is unknown."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    ROOT / "plugin.py",
    *(path for room in ("algorithms", "gui", "host") for path in sorted((ROOT / room).glob("*.py"))),
]

# Which functions show which of their arguments.
SHOWN = {
    **dict.fromkeys(("QgsProcessingException", "pushInfo", "pushWarning", "reportError", "setProgressText"), 0),
    **dict.fromkeys(("setHelp", "setText", "setToolTip", "setWindowTitle", "QLabel", "QPushButton"), 0),
    **dict.fromkeys(("QAction", "pushMessage", "createMessage", "getSaveFileName"), 1),
}
# What pip and venv say.
OTHERS = {
    "Cannot connect to proxy", "SOCKS support", "No space left on device", "Permission denied", "Connection broken",
    "Network is unreachable", "No matching distribution",
}  # fmt: skip
SQL = re.compile("(SELECT|INSERT INTO|CREATE TABLE) ")
SENTENCE = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}|[^\W\d_] \(\*")


def untranslated(source):
    """What Python source shows in English whatever the language is, as sentences."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        for argument in shown(call):
            yield from (f"line {argument.lineno} shows “{text}” without tr" for text in literals(argument))
    left_alone = {id(node) for call in calls if name_of(call) == "tr" for node in ast.walk(call)}
    left_alone |= {id(node) for text in documentation(tree) for node in ast.walk(text)}
    for node in ast.walk(tree):
        if id(node) not in left_alone and is_text(node) and has_words(node.value):
            yield f"line {node.lineno} has words outside tr: “{node.value}”"


def has_words(text):
    """Whether a text is more than a name: two words in a row that are not markup or SQL, or a file dialog's filter."""
    return text not in OTHERS and not SQL.match(text) and SENTENCE.search(re.sub("<[^>]*", "", text)) is not None


def shown(call):
    """The arguments of a call that are shown to people."""
    name = name_of(call)
    if name in SHOWN:
        yield from call.args[SHOWN[name] : SHOWN[name] + 1]
    elif name.startswith(("QgsProcessingParameter", "QgsProcessingOutput")):
        yield from call.args[1:2]
    yield from (keyword.value for keyword in call.keywords if keyword.arg in ("label", "help_text", "description"))


def name_of(call):
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def literals(node):
    """The words of an expression that are written in the code; what is all capitals is a parameter's name."""
    if is_text(node) and re.search("[a-z]", node.value):
        yield node.value
    elif isinstance(node, ast.Call) and name_of(node) == "format":
        yield from literals(node.func.value)
    elif isinstance(node, (ast.JoinedStr, ast.BoolOp)):
        yield from (text for part in node.values for text in literals(part))
    elif isinstance(node, (ast.BinOp, ast.IfExp)):
        parts = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.body, node.orelse)
        yield from (text for part in parts for text in literals(part))


def documentation(tree):
    """Docstrings."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Expr) and is_text(node.value))


def calls_when_read(node):
    """Calls of tr that run when the module is imported, as they are not inside a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.Lambda)):
            defaults = [*child.args.defaults, *(d for d in child.args.kw_defaults if d)]
            yield from (call for default in defaults for call in calls_when_read(ast.Expr(default)))
            continue
        if isinstance(child, ast.Call) and name_of(child) == "tr":
            yield child
        yield from calls_when_read(child)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_all_texts_of_the_file_can_be_translated(path):
    source = path.read_text(encoding="utf-8")
    assert list(untranslated(source)) == []
    assert [call.lineno for call in calls_when_read(ast.parse(source))] == []


@pytest.mark.parametrize(
    "source",
    [
        'raise QgsProcessingException("Broken.")',
        'raise QgsProcessingException(f"{name} is broken.")',
        'feedback.pushInfo("done: {}".format(1))',
        'feedback.pushWarning("so" if late else tr("What now?"))',
        'bar.pushMessage("RasterLearn", "Ready")',
        'QLabel(f"{count} classes")',
        'self.addOutput(QgsProcessingOutputNumber("KAPPA", "Kappa"))',
        'QgsProcessingParameterFile("A", label or "File")',
        'whole_number("STEP", tr("Step"), 1, help_text="Pixels.")',
        'text = "two words"',
        'self.add(QgsProcessingParameterFileDestination("OUTPUT", tr("Table"), "CSV (*.csv)"))',
        'HELPS = {"SEED": "The same seed gives the same result."}',
    ],
)
def test_what_is_not_translated_is_found(source):
    assert list(untranslated(source))


@pytest.mark.parametrize(
    "source",
    [
        'LABEL = tr("Too early")',
        'class A:\n    LABEL = tr("Too early")',
        'def f(label=tr("Too early")):\n    return label',
    ],
)
def test_what_is_translated_too_early_is_found(source):
    assert len(list(calls_when_read(ast.parse(source)))) == 1


@pytest.mark.parametrize(
    "source",
    [
        'raise QgsProcessingException(tr("{} is broken.").format(name))',
        'raise QgsProcessingException(event["text"])',
        'feedback.pushInfo(f"{name}: {value}")',
        'bar.pushMessage("RasterLearn", tr("Ready"))',
        'link = f\'<a href="{address}">{tr("Now")}</a>\'',
        'QgsProcessingParameterBoolean("RESUME", tr("Resume"), False)',
        'QgsProcessingParameterRasterLayer(f"INPUT_{number}", named(key, text).format(number), True)',
        'class A:\n    """Does this and that."""',
        'rows = table.execute("SELECT name FROM layers WHERE number = ?", (number,))',
    ],
)
def test_what_is_translated_is_left_alone(source):
    assert not list(untranslated(source))


def test_what_is_translated_in_time_is_left_alone():
    source = 'class A:\n    def f(self, name="a"):\n        """Does this and that."""\n        return tr("In time")'
    assert not list(untranslated(source))
    assert not list(calls_when_read(ast.parse(source)))
