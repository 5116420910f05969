"""Run inside a real QGIS window by scripts/qgis_window: opens every dialog of RasterLearn, empty and filled in.

RASTERLEARN_SHOTS: folder for dialogs.json and the pictures of the dialogs that are filled in, NAME.png.
RASTERLEARN_SHOT_PARAMETERS: {algorithm: {parameter: value}} as JSON (default: as the demo, named without folders).
"""

import json
import os

from qgis.core import QgsApplication, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtWidgets import QTreeView
from qgis.utils import iface
from window import BUILD, photograph, run, wait

WIDTH, HEIGHT = 820, 640

# As the demo fills them in. Layers of the project are named as there, files as in the demo's folder.
DEMO = {
    "landcover": {"LABEL_FEATURES": "west", "VALIDATION_FEATURES": "east", "FIELD": "class", "INPUT": ["stack"]},
    "maskimage": {"INPUT": "stack", "MASK": "map_cnn", "MASK_VALUES": "3,8-10", "OUTPUT": "masked.vrt"},
    "normalize": {"METHOD": "percentile", "INPUT": ["stack"], "OUTPUT": "normalized.vrt"},
    "classstatistics": {"LABEL_FEATURES": "west", "FIELD": "class", "IMAGE": "stack", "OUTPUT": "classes.csv"},
    "selectsamples": {"LABEL_FEATURES": "west", "FIELD": "class", "IMAGE": "stack", "OUTPUT": "points.gpkg"},
    "gridsamples": {"INPUT": "stack", "PATCH_SIZE": 64, "STEP": 64, "OUTPUT": "grid.gpkg"},
    "extractpatches": {"POINTS": "points_west", "INPUT": "stack", "OUTPUT": "patches.tif", "LABELS": "labels.tif"},
    "extractvalues": {"POINTS": "points_west", "INPUT": "stack", "MODEL": "cnn.rlmodel", "OUTPUT": "values.gpkg"},
    "trainmodel": {"PATCHES": "patches_west.tif", "LABELS": "labels_west.tif", "OUTPUT": "cnn2.rlmodel"},
    "trainforest": {"SAMPLES": "points_west", "OUTPUT": "forest2.rlmodel"},
    "applymodel": {"INPUT": "stack", "MODEL": "cnn.rlmodel", "OUTPUT": "map.tif"},
    "applymodelbatch": {"INPUTS": ["stack"], "MODEL": "cnn.rlmodel", "OUTPUT_FOLDER": "maps"},
    "laygaps": {"INPUT": "stack", "MASK": "map_cnn", "OUTPUT": "gaps.tif", "TRUTH": "truth.tif"},
    "fillgaps": {"INPUT": "stack", "SERIES": ["stack"], "OUTPUT": "filled.tif"},
    "accuracy": {"MAP": "map_cnn", "REFERENCE_FEATURES": "east", "FIELD": "class", "REPORT": "accuracy.html"},
    "comparemodels": {"MAPS": ["map_cnn"], "REFERENCE_FEATURES": "east", "FIELD": "class", "REPORT": "comparison.html"},
    "degrade": {"INPUT": "stack", "FACTOR": 2, "OUTPUT": "degraded.tif"},
    "exportmodel": {"MODEL": "cnn.rlmodel"},
    "importmodel": {"SOURCES": "B4 B3 B2 B8"},
    "setupengine": {"DEVICE": "auto"},
    "landcover_from_labels": {"IMAGES": ["stack"]},
    "landcover_from_polygons": {"IMAGES": ["stack"], "POLYGONS": "west", "FIELD": "class"},
    "landcover_from_two_resolutions": {"IMAGES": ["stack"]},
    "hybrid_forest": {"IMAGES": ["stack"]},
    "super_resolution": {"IMAGES": ["stack"]},
    "gap_filling": {"IMAGE": "stack", "MASK": "map_cnn", "MASK_VALUES": "2,4"},
}


def load_demo():
    """Loads the demo's layers into the project. QGIS works in its folder, so that pictures show no other paths."""
    os.chdir(os.path.join(BUILD, "demo"))
    layers = [QgsRasterLayer("stack.vrt", "stack"), QgsRasterLayer("map_cnn.tif", "map_cnn")]
    layers += [QgsVectorLayer(f"{name}.gpkg", name) for name in ("west", "east", "points_west")]
    QgsProject.instance().addMapLayers(layers)
    named = {layer.name(): layer for layer in layers}

    def filled(value):
        return [named[v] for v in value] if isinstance(value, list) else named.get(value, value)

    return {name: {key: filled(value) for key, value in given.items()} for name, given in DEMO.items()}


def open_dialog(name, parameters, picture=None):
    """What a dialog shows: title, parameters, card, legend; None if it did not open."""
    import processing

    dialog = processing.createAlgorithmDialog(f"rasterlearn:{name}", parameters)
    if dialog is None:
        return None
    dialog.show()
    dialog.resize(WIDTH, HEIGHT)
    wait(0.2)
    if picture:
        wait(0.5)
        photograph(dialog, picture)
    wrappers = dialog.mainWidget().wrappers
    seen = {"parameters": sorted(wrappers), "title": dialog.windowTitle()}
    if "MODEL" in wrappers and hasattr(wrappers["MODEL"], "card"):
        seen["card"] = wrappers["MODEL"].card.text() if wrappers["MODEL"].card.isVisible() else ""
        seen["model"] = wrappers["MODEL"].parameterValue()
    if "LEGEND" in wrappers:
        seen["rows"] = wrappers["LEGEND"].rows()
    dialog.close()
    return seen


def settings_page():
    """The lines of RasterLearn in the options of Processing, with a picture."""
    from processing.gui.ConfigDialog import ConfigDialog

    page = ConfigDialog()
    page.resize(700, 420)
    page.show()
    tree = page.findChild(QTreeView)
    model = tree.model()
    providers, ours = tree.rootIndex(), None
    for name in ("Providers", "RasterLearn"):
        found = [model.index(row, 0, providers) for row in range(model.rowCount(providers))]
        providers = ours = next(index for index in found if index.data() == name)
        tree.expand(ours)
    tree.setColumnWidth(0, 380)
    wait(0.5)
    photograph(page, "settings.png")
    lines = [model.index(row, 0, ours).data() for row in range(model.rowCount(ours))]
    page.close()
    return lines


def legend_table(parameters):
    """A picture of the table of classes, filled in from the labels of landcover."""
    import processing

    from rasterlearn.gui.legend_table import LegendTable

    dialog = processing.createAlgorithmDialog("rasterlearn:landcover", parameters)
    table = LegendTable(dialog.mainWidget().wrappers["LEGEND"].rows())
    table.show()
    wait(0.5)
    photograph(table, "legend_table.png")
    table.add_next()
    added = table.rows()[-1]
    table.close()
    return added


def toolbox():
    """A picture of the toolbox with RasterLearn's groups open."""
    from processing.gui.ProcessingToolbox import ProcessingToolbox

    box = next(w for w in iface.mainWindow().findChildren(ProcessingToolbox))
    box.setVisible(True)
    box.setFloating(True)
    box.resize(380, 760)
    box.searchBox.setText("rasterlearn")
    wait(1)
    box.algorithmTree.expandAll()
    wait(1)
    photograph(box, "toolbox.png")


def main(result):
    given = os.environ.get("RASTERLEARN_SHOT_PARAMETERS")
    filled = json.loads(given) if given else load_demo()
    result.update({"empty": {}, "filled": {}})
    for algorithm in QgsApplication.processingRegistry().providerById("rasterlearn").algorithms():
        name = algorithm.name()
        result["empty"][name] = open_dialog(name, {})
        if name in filled:
            result["filled"][name] = open_dialog(name, filled[name], None if given else f"{name}.png")
    result["settings"] = settings_page()
    result["added"] = legend_table(filled["landcover"])
    if not given:
        toolbox()


run(main, "dialogs.json")
