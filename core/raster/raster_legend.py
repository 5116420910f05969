"""The legend in a raster: names and colors in its attribute table, its categories and its color table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Optional, Union

from osgeo import gdal, ogr

from .classes import LandClass, clean_name
from .data_sources import file_of
from .text import Decoder

VAT_ENDING = ".vat.dbf"  # as ArcGIS names the attribute table beside a raster

# Columns of attribute tables that do not say what they are for, as ArcGIS, QGIS, R and others name them; small letters
# without blanks, underscores and hyphens.
_VALUES = ("value", "values", "pixelvalue", "classvalue", "code", "gridcode", "dn", "id")
_NAMES = (
    *("classname", "classnames", "class", "name", "names", "label", "labels", "category", "landcover"),
    *("description", "nom", "classe", "libelle", "klasse", "bezeichnung"),
)
_COLORS = (("red", "r"), ("green", "g"), ("blue", "b"))

Cell = Union[int, float, str]


class _Table:
    """Columns by name, with a value for each row: text, or numbers."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Cell]] = {}

    def add(self, name: str, cells: list[Cell]) -> None:
        self.columns.setdefault(_key(name), cells)

    def numbers(self, names: Sequence[str]) -> Optional[list[float]]:
        """The first column of these names that has numbers."""
        found = (self.columns.get(name) for name in names)
        return next(([v for v in c if not isinstance(v, str)] for c in found if c and not isinstance(c[0], str)), None)

    def texts(self, names: Sequence[str]) -> Optional[list[str]]:
        """The first column of these names that has text, else the only column of text."""
        texts = {name: cells for name, cells in self.columns.items() if cells and isinstance(cells[0], str)}
        known = [name for name in names if name in texts] or (list(texts) if len(texts) == 1 else [])
        return [clean_name(str(v)) for v in texts[known[0]]] if known else None

    def legend(self) -> dict[int, LandClass]:
        """The classes, if there are columns of values and of names or colors."""
        values, names = self.numbers(_VALUES), self.texts(_NAMES)
        parts = [self.numbers(names) for names in _COLORS]
        if values is None or (names is None and None in parts):
            return {}
        colors = _colors([part for part in parts if part is not None], len(values))
        rows = zip(values, names or [""] * len(values), colors)
        return {int(v): LandClass(int(v), name, color) for v, name, color in rows if v == v and v == v // 1}


def legend_of(band: gdal.Band, path: str) -> dict[int, LandClass]:
    """Names and colors of band 1 of a raster: of its attribute table, else of the one beside it (ArcGIS), else of its
    categories and its color table.
    """
    decoder = Decoder(path)
    tables = (_attribute_table(band.GetDefaultRAT(), decoder), _table_beside(file_of(path)))
    legends = [table.legend() for table in tables if table is not None]
    named = next((legend for legend in legends if any(c.name for c in legend.values())), None)
    if named is not None:
        return named
    legend = _categories(band, decoder)
    for more in legends:
        for value, c in more.items():
            if value not in legend or legend[value] == LandClass(value):
                legend[value] = c
    return legend


def _categories(band: gdal.Band, decoder: Decoder) -> dict[int, LandClass]:
    names = [clean_name(name) for name in decoder.texts(band.GetCategoryNames() or [])]
    colors = band.GetColorTable()
    count = max(len(names), colors.GetCount() if colors else 0)
    legend = {}
    for value in range(count):
        name = names[value] if value < len(names) else ""
        color = (
            "#{:02x}{:02x}{:02x}".format(*colors.GetColorEntry(value)[:3])
            if colors and value < colors.GetCount()
            else ""
        )
        legend[value] = LandClass(value, name, color)
    return legend


def _attribute_table(table: Optional[gdal.RasterAttributeTable], decoder: Decoder) -> Optional[_Table]:
    """Columns under the names of their usages, then under their own."""
    if table is None or table.GetRowCount() == 0:
        return None
    usages = {gdal.GFU_MinMax: _VALUES[0], gdal.GFU_Name: _NAMES[0]}
    usages.update(zip((gdal.GFU_Red, gdal.GFU_Green, gdal.GFU_Blue), (names[0] for names in _COLORS)))
    found, columns = _Table(), range(table.GetColumnCount())
    for column in columns:
        if table.GetUsageOfCol(column) in usages:
            found.add(usages[table.GetUsageOfCol(column)], _cells(table, column, decoder))
    for column in columns:
        if table.GetUsageOfCol(column) not in usages:
            found.add(decoder.text(table.GetNameOfCol(column)), _cells(table, column, decoder))
    return found


def _cells(table: gdal.RasterAttributeTable, column: int, decoder: Decoder) -> list[Cell]:
    rows = range(table.GetRowCount())
    kind = table.GetTypeOfCol(column)
    if kind == gdal.GFT_String:
        return [decoder.text(table.GetValueAsString(row, column)) for row in rows]
    numbers = [table.GetValueAsDouble(row, column) for row in rows]
    return [int(v) for v in numbers] if kind == gdal.GFT_Integer else numbers


def _table_beside(path: str) -> Optional[_Table]:
    """The table that ArcGIS keeps beside a raster; None if there is none that can be read."""
    beside = next((p for p in (path + VAT_ENDING, os.path.splitext(path)[0] + VAT_ENDING) if os.path.isfile(p)), None)
    if beside is None:
        return None
    found = _Table()
    try:
        source = gdal.OpenEx(beside, gdal.OF_VECTOR | gdal.OF_READONLY)
        layer = source.GetLayer(0)
        definition, features = layer.GetLayerDefn(), list(layer)
    except RuntimeError:  # a damaged side file is no reason to refuse the raster
        return None
    decoder = Decoder.of_layer(beside, layer)
    for column in range(definition.GetFieldCount()):
        field = definition.GetFieldDefn(column)
        cells: list[Cell] = [decoder.text(feature.GetFieldAsString(column)) for feature in features]
        if field.GetType() in (ogr.OFTInteger, ogr.OFTInteger64):
            cells = [feature.GetFieldAsInteger64(column) for feature in features]
        elif field.GetType() == ogr.OFTReal:
            cells = [feature.GetFieldAsDouble(column) for feature in features]
        found.add(decoder.text(field.GetName()), cells)
    return found


def _key(name: str) -> str:
    return "".join(c for c in name.lower() if c not in " _-.")


def _colors(parts: Sequence[Sequence[float]], count: int) -> list[str]:
    """The color of each row from three columns of 0 … 255, or of real numbers 0 … 1; "" where these are no colors."""
    if len(parts) < len(_COLORS):
        return [""] * count
    are_shares = all(isinstance(v, float) and 0 <= v <= 1 for part in parts for v in part)
    rows = ([v * 255 if are_shares else v for v in row] for row in zip(*parts))
    return ["#{:02x}{:02x}{:02x}".format(*map(round, r)) if all(0 <= v <= 255 for v in r) else "" for r in rows]
