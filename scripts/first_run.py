"""Run inside a real QGIS window by scripts/qgis_window: what somebody sees who has just installed the plugin.

RASTERLEARN_SHOTS: folder for the pictures and first_run.json.
RASTERLEARN_SET_UP: if set, the set-up that the message bar offers is carried out to its end; else it is cancelled.
"""

import json
import os
import sys
import time
import traceback

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTimer
from qgis.PyQt.QtWidgets import QApplication, QPushButton, QTextEdit
from qgis.utils import iface

SHOTS = os.environ["RASTERLEARN_SHOTS"]
WHOLE = bool(os.environ.get("RASTERLEARN_SET_UP"))
SECONDS_TO_SET_UP = 500


def wait(seconds, until=lambda: False):
    """Lets QGIS work until something holds; whether it does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        QCoreApplication.processEvents()
        time.sleep(0.02)
    return until()


def photograph(name):
    """The whole screen."""
    QApplication.primaryScreen().grabWindow(0).save(os.path.join(SHOTS, name))


def set_up(result):
    """Clicks the button in the message bar, as a user does."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    button = next(b for b in iface.messageBar().findChildren(QPushButton) if b.text() == "Set up now")
    button.click()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, AlgorithmDialog))
    log, finished = dialog.findChild(QTextEdit, "txtLog"), []
    dialog.algorithmFinished.connect(lambda ok, results: finished.append(ok))
    result["installing"] = wait(60, lambda: "Installing" in log.toPlainText())
    wait(4 if WHOLE else 0.5)
    photograph("setup_running.png")
    if not WHOLE:
        dialog.cancelButton().click()
    wait(SECONDS_TO_SET_UP, lambda: bool(finished))
    wait(1)
    photograph("setup_done.png")
    result.update({"ok": finished, "log": log.toPlainText()})
    dialog.close()
    wait(0.5)


def offers():
    """What the message bar says."""
    return [item.text() for item in iface.messageBar().items() if item.title() == "RasterLearn"]


def main():
    os.makedirs(SHOTS, exist_ok=True)
    result = {}
    try:
        iface.mainWindow().showNormal()
        iface.mainWindow().setGeometry(0, 22, 1400, 920)
        registry = QgsApplication.processingRegistry()
        result["algorithms"] = [a.id() for a in registry.providerById("rasterlearn").algorithms()]
        result["plugin"] = sys.modules["rasterlearn"].__file__
        result["can_execute"] = registry.createAlgorithmById("rasterlearn:landcover").canExecute()
        wait(2, offers)
        wait(1)
        result["offers"] = offers()
        photograph("first_run.png")
        set_up(result)
        result["can_execute_then"] = registry.createAlgorithmById("rasterlearn:landcover").canExecute()
        result["offers_then"] = offers()
    except Exception:  # noqa: BLE001 - whoever reads the result must see whatever went wrong
        result["error"] = traceback.format_exc()
    with open(os.path.join(SHOTS, "first_run.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
    os._exit(0)  # quitting by the menu can wait for a question


QTimer.singleShot(3000, main)
