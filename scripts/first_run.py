"""Run inside a real QGIS window by scripts/qgis_window: what somebody sees who has just installed the plugin.

RASTERLEARN_SHOTS: folder for the pictures and first_run.json.
RASTERLEARN_SET_UP: if set, the set-up that the message bar offers is carried out to its end; else it is cancelled.
"""

import os
import sys

from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QApplication, QPushButton, QTextEdit
from qgis.utils import iface
from window import photograph_screen, run, wait

WHOLE = bool(os.environ.get("RASTERLEARN_SET_UP"))
SECONDS_TO_SET_UP = 500


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
    photograph_screen("setup_running.png")
    if not WHOLE:
        dialog.cancelButton().click()
    wait(SECONDS_TO_SET_UP, lambda: bool(finished))
    wait(1)
    photograph_screen("setup_done.png")
    result.update({"ok": finished, "log": log.toPlainText()})
    dialog.close()
    wait(0.5)


def offers():
    """What the message bar says."""
    return [item.text() for item in iface.messageBar().items() if item.title() == "RasterLearn"]


def main(result):
    registry = QgsApplication.processingRegistry()
    result["algorithms"] = [a.id() for a in registry.providerById("rasterlearn").algorithms()]
    result["plugin"] = sys.modules["rasterlearn"].__file__
    result["can_execute"] = registry.createAlgorithmById("rasterlearn:landcover").canExecute()
    wait(2, offers)
    result["offers"] = offers()
    photograph_screen("first_run.png")
    set_up(result)
    result["can_execute_then"] = registry.createAlgorithmById("rasterlearn:landcover").canExecute()
    result["offers_then"] = offers()


run(main, "first_run.json")
