"""Run inside a real QGIS window by scripts/qgis_window: begins a long training in its dialog, then closes QGIS.

RASTERLEARN_SHOT_PARAMETERS: parameters of trainmodel as JSON. closing.json names the engine's process; whoever started
QGIS has to check what becomes of it.
"""

import json
import os
import sys
import traceback
from pathlib import Path

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QMessageBox, QTextEdit
from qgis.utils import iface
from window import LONGEST_SECONDS, SHOTS, wait


def engines():
    """The engine processes that this QGIS started."""
    threads = Path("/proc/self/task").iterdir()
    children = [int(number) for thread in threads for number in (thread / "children").read_text().split()]
    return [number for number in children if "engine.py" in Path(f"/proc/{number}/cmdline").read_text()]


def close():
    """Closes QGIS as its menu does; says yes where QGIS asks whether to cancel its tasks, and closes it again."""
    QTimer.singleShot(500, close)  # a question waits in here, so the same timer would not come again
    asked = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
    for box in asked:
        (box.button(QMessageBox.StandardButton.Yes) or box.buttons()[0]).click()
    if not asked:
        iface.actionExit().trigger()


def main():
    import processing

    os.makedirs(SHOTS, exist_ok=True)
    dialog = processing.createAlgorithmDialog(
        "rasterlearn:trainmodel", json.loads(os.environ["RASTERLEARN_SHOT_PARAMETERS"])
    )
    dialog.show()
    dialog.runButton().click()
    log = dialog.findChild(QTextEdit, "txtLog")
    learning = wait(LONGEST_SECONDS, lambda: "epoch 2/" in log.toPlainText())
    with open(os.path.join(SHOTS, "closing.json"), "w", encoding="utf-8") as file:
        json.dump({"learning": learning, "engines": engines(), "log": log.toPlainText()}, file)
    close()


def start():
    try:
        main()
    except Exception:  # noqa: BLE001 - nobody would notice a window that stays open
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


QTimer.singleShot(2000, start)
