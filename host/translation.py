"""The user's language: what `tr` and `named` show instead of English."""

from __future__ import annotations

import os

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QTranslator

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "resources", "i18n")

CONTEXT, NAMED_CONTEXT = "RasterLearn", "RasterLearnCommands"

_translators = []  # those in use


def tr(text):
    """Translates a string shown to the user."""
    return QCoreApplication.translate(CONTEXT, text)


def named(text):
    """The translation filed under the key of a jobs.parameter.Text, which a correction of the English leaves alone."""
    found = QCoreApplication.translate(NAMED_CONTEXT, text.key)
    return text if found == text.key else found


def language():
    """The language that QGIS itself shows, such as fr or pt_BR."""
    shown = QgsApplication.instance().translation()  # takes `qgis --lang` into account; empty in qgis_process
    settings = QgsSettings()
    chosen = settings.value("locale/userLocale", "") if settings.value("locale/overrideFlag", False, bool) else ""
    return shown or chosen or QLocale().name()


def install(folder=FOLDER):
    """Makes `tr` speak the user's language.

    Returns: what `remove` takes; None if there is no such translation, so that everything stays in English.
    """
    translator = QTranslator()
    # If there is no fr_CA, Qt takes fr.
    if not translator.load(f"rasterlearn_{language()}", folder):
        return None
    QCoreApplication.installTranslator(translator)
    _translators.append(translator)
    return translator


def remove(translator):
    """Makes `tr` speak English again."""
    if translator in _translators:
        QCoreApplication.removeTranslator(translator)
        _translators.remove(translator)
