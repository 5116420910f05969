"""What the engine says, in the language of QGIS.

The engine sends templates and values (core/base/messages.py); the templates are translated here. One that has no
translation stays English.
"""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication

from ..jobs.naming import QGIS, naming

CONTEXT = "RasterLearnEngine"


def translated(message, command=""):
    """A message in the language of QGIS, its parameters named as in the dialog of a command."""
    return message.text(naming(QGIS, command), _in_qt)


def _in_qt(template):
    return QCoreApplication.translate(CONTEXT, template)
