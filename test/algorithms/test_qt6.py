"""The QGIS side is ready for Qt 6: it uses nothing that Qt 6 no longer has."""

import ast
from pathlib import Path

import pytest
from qgis.PyQt import QtCore, QtGui, QtWidgets

ROOT = Path(__file__).parents[2]
ROOMS = [path for room in ("algorithms", "gui", "host") for path in sorted((ROOT / room).glob("*.py"))]
FILES = [ROOT / "plugin.py", ROOT / "__init__.py", *ROOMS]
NAMES = {name: getattr(m, name) for m in (QtWidgets, QtGui, QtCore) for name in dir(m) if name.startswith("Q")}


def unready(source):
    """What Qt 6 would refuse in Python source, as sentences."""
    for node in ast.walk(ast.parse(source)):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules = [node.module]
        for module in modules:
            if module.split(".")[0] in ("PyQt5", "PyQt6", "PySide2", "PySide6", "sip"):
                yield f"line {node.lineno} imports {module} instead of qgis.PyQt"
        if isinstance(node, ast.Attribute):
            if node.attr == "exec_":
                yield f"line {node.lineno} calls exec_"
            owner = NAMES.get(node.value.id) if isinstance(node.value, ast.Name) else None
            if isinstance(getattr(owner, node.attr, None), int):  # an enum's member, not asked of its enum
                yield f"line {node.lineno} uses the unscoped enum {node.value.id}.{node.attr}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_file_is_ready_for_qt6(path):
    assert list(unready(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    ["import PyQt5.QtCore", "from PyQt5.QtCore import Qt", "dialog.exec_()", "Qt.AlignLeft", "QProcess.Running"],
)
def test_what_is_not_ready_is_found(source):
    assert len(list(unready(source))) == 1


@pytest.mark.parametrize("source", ["from qgis.PyQt.QtCore import Qt", "dialog.exec()", "Qt.AlignmentFlag.AlignLeft"])
def test_what_is_ready_is_left_alone(source):
    assert not list(unready(source))
