"""The land-cover dialog, filled in from what is open in the project."""

from __future__ import annotations

import re

from qgis.core import (
    Qgis,
    QgsPalettedRasterRenderer,
    QgsProject,
    QgsRasterLayer,
    QgsSingleBandPseudoColorRenderer,
    QgsVectorLayer,
)

FIELDS = ("class", "classe", "label", "landcover", "code", "type", "fclass", "category", "name")
ABOUT_LABELS = re.compile(r"label|reference|truth|annot|terrain|train|class", re.IGNORECASE)
ABOUT_VALIDATION = re.compile(r"valid|test|eval|check", re.IGNORECASE)
VALIDATION_PERCENT = 30
BYTE = (Qgis.DataType.Byte, Qgis.DataType.UInt16, Qgis.DataType.Int16, Qgis.DataType.Int32)


def open_dialog():
    """Opens the dialog."""
    import processing

    processing.execAlgorithmDialog("rasterlearn:landcover", guess(QgsProject.instance()))


def guess(project):
    """Parameters of landcover: images of one grid, labels with their field, and how to validate."""
    layers = [node.layer() for node in project.layerTreeRoot().findLayers() if node.layer() is not None]
    rasters = [layer for layer in layers if isinstance(layer, QgsRasterLayer) and layer.providerType() == "gdal"]
    label_rasters = [layer for layer in rasters if _shows_classes(layer)]
    features = [layer for layer in layers if isinstance(layer, QgsVectorLayer) and _class_field(layer)]
    given = {"INPUT": _of_one_grid([layer for layer in rasters if layer not in label_rasters])}
    training, validation = _split(label_rasters)
    if training:
        given["LABELS"] = training
    elif features:
        training, validation = _split(features)
        given.update({"LABEL_FEATURES": training, "FIELD": _class_field(training)})
    if validation is not None:
        given["VALIDATION_LABELS" if label_rasters else "VALIDATION_FEATURES"] = validation
    elif training:
        given["VALIDATION_PERCENT"] = VALIDATION_PERCENT
    return given


def _shows_classes(layer):
    if layer.bandCount() != 1 or layer.dataProvider().dataType(1) not in BYTE:
        return False
    styled = isinstance(layer.renderer(), (QgsPalettedRasterRenderer, QgsSingleBandPseudoColorRenderer))
    return styled or bool(ABOUT_LABELS.search(layer.name()) or ABOUT_VALIDATION.search(layer.name()))


def _class_field(layer):
    """The field with the class: one with a usual name, else the first text field."""
    fields = list(layer.fields())
    usual = [field.name() for name in FIELDS for field in fields if field.name().lower() == name]
    texts = [field.name() for field in fields if not field.isNumeric()]
    return next(iter(usual + texts), None)


def _split(layers):
    """Training and validation labels; None where there are none."""
    validation = next((layer for layer in layers if ABOUT_VALIDATION.search(layer.name())), None)
    training = next((layer for layer in layers if layer is not validation), None)
    return (training, validation) if training is not None else (validation, None)


def _of_one_grid(images):
    """The images that can be stacked: those of the grid with the most images; among equals, of the finest one."""
    grids = {}
    for image in images:
        grids.setdefault((image.width(), image.height(), image.extent().toString()), []).append(image)
    best = max(grids, key=lambda grid: (len(grids[grid]), grid[0] * grid[1]), default=None)
    return grids.get(best, [])
