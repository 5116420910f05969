"""Classes as rows (value, name, color): from a file, or from the style of a raster or vector layer."""

from __future__ import annotations

import csv
import os

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsPalettedRasterRenderer,
    QgsRendererCategory,
    QgsSingleBandPseudoColorRenderer,
)

from ..core.base.colors import completed

MOST_CLASSES = 100
COLUMNS = ("value", "name", "color")


def read(path):
    """Rows of a CSV file with the columns value, name, color."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    return _colored([tuple((row.get(column) or "").strip() for column in COLUMNS) for row in found])


def write(path, rows):
    """Writes a CSV file for the parameter LEGEND; completely or not at all."""
    temporary = path + ".new"
    with open(temporary, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    os.replace(temporary, path)


def of_raster(layer):
    """The classes that the layer shows, else its values."""
    renderer = layer.renderer()
    if isinstance(renderer, QgsPalettedRasterRenderer):
        shown = renderer.classes()
        if len(shown) > MOST_CLASSES:  # a color table, which has entries for all values
            occurring = {c.value for c in QgsPalettedRasterRenderer.classDataFromRaster(layer.dataProvider(), 1)}
            shown = [c for c in shown if c.value in occurring]
        return _colored([(f"{c.value:g}", c.label, c.color.name()) for c in shown])
    if isinstance(renderer, QgsSingleBandPseudoColorRenderer):
        items = renderer.shader().rasterShaderFunction().colorRampItemList()
        return _colored([(f"{item.value:g}", item.label, item.color.name()) for item in items])
    found = QgsPalettedRasterRenderer.classDataFromRaster(layer.dataProvider(), 1)[:MOST_CLASSES]
    return _colored([(f"{c.value:g}", "", "") for c in found])


def of_vector(layer, field):
    """The values of the field, in the colors of the layer's categories."""
    index = layer.fields().indexOf(field or "")
    if index < 0:
        return []
    renderer = layer.renderer()
    colors = {}
    if isinstance(renderer, QgsCategorizedSymbolRenderer) and renderer.classAttribute() == field:
        colors = {str(value): _color_of(c) for c in renderer.categories() for value in _values_of(c)}
    values = sorted(value for value in layer.uniqueValues(index, MOST_CLASSES) if value not in (None, ""))
    if layer.fields().at(index).isNumeric():
        return _colored([(f"{value:g}", "", colors.get(str(value), "")) for value in values])
    return _colored([(str(n), value, colors.get(value, "")) for n, value in enumerate(map(str, values), start=1)])


def _values_of(category: QgsRendererCategory):
    """The value of a category, or those of one that was merged."""
    return category.value() if isinstance(category.value(), list) else [category.value()]


def _color_of(category: QgsRendererCategory):
    return category.symbol().color().name() if category.symbol() else ""


def _colored(rows):
    colors = completed([name for _, name, _ in rows], [color for _, _, color in rows])
    return [(value, name, color) for (value, name, _), color in zip(rows, colors)]
