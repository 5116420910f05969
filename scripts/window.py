"""Shared by scripts that scripts/qgis_window runs inside QGIS: waiting, pictures, a result to read afterwards."""

import json
import os
import time
import traceback

from qgis.PyQt.QtCore import QCoreApplication, QTimer
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtWidgets import QApplication
from qgis.utils import iface

# QGIS runs these scripts without giving their path; its environment names the profile, which lies in build/.
BUILD = os.path.dirname(os.environ["QGIS_CUSTOM_CONFIG_PATH"])
LONGEST_SECONDS = 500  # of waiting for something; scripts/qgis_window ends QGIS after 600
SHOTS = os.environ.get("RASTERLEARN_SHOTS", os.path.join(BUILD, "screenshots"))


def wait(seconds, until=lambda: False):
    """Lets QGIS work for this long, or until a condition holds; returns whether it does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        QCoreApplication.processEvents()
        time.sleep(0.02)
    return bool(until())


def save(picture, path):
    """Writes a QPixmap as a small PNG, in its exact colors."""
    opaque = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    if not opaque.save(path, "PNG", 0):  # 0: compressed as much as possible
        raise OSError(f"The picture {path} could not be written.")


def photograph(widget, name):
    """A picture of a window or a part of it, in SHOTS."""
    save(widget.grab(), os.path.join(SHOTS, name))


def photograph_screen(name):
    """A picture of the screen, in SHOTS."""
    save(QApplication.primaryScreen().grabWindow(0), os.path.join(SHOTS, name))


def run(main, name):
    """Calls main(result) once QGIS is there, writes what it puts into `result` to SHOTS/name, and ends QGIS."""

    def start():
        os.makedirs(SHOTS, exist_ok=True)
        result = {}
        try:
            iface.mainWindow().showNormal()
            iface.mainWindow().setGeometry(0, 22, 1400, 920)
            wait(1)
            main(result)
        except Exception:  # noqa: BLE001 - the result must show whatever went wrong
            result["error"] = traceback.format_exc()
        with open(os.path.join(SHOTS, name), "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)
        os._exit(0)  # quitting by the menu can wait for a question

    QTimer.singleShot(2000, start)
