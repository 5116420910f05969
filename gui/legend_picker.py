"""The legend parameter: a path, and a table of classes to fill in."""

from __future__ import annotations

import csv
import os

from qgis.core import QgsProcessingContext, QgsProcessingUtils, QgsProject, QgsRasterLayer
from qgis.PyQt.QtWidgets import QFileDialog, QMessageBox, QPushButton

from ..host.translation import tr
from . import legend_rows
from .legend_table import LegendTable
from .picker import Picker


class LegendPicker(Picker):
    """Offers a table with the classes of the label layer; what is entered there is written to a file."""

    def add_to(self, layout):
        self._others = []
        button = QPushButton(tr("Edit classes and colors …"))
        button.clicked.connect(lambda checked: self.edit())
        layout.addWidget(button)

    def postInitialize(self, wrappers):
        self._others = list(wrappers)

    def edit(self):
        """Opens the table and, if it is accepted, asks where to save it. Reports what cannot be read or written."""
        given = path = self.file.filePath()
        try:
            table = LegendTable(self.rows(), self.file.window())
            if table.exec():
                folder = QgsProject.instance().homePath() or os.path.expanduser("~")
                start = given if given.lower().endswith(".csv") else os.path.join(folder, "legend.csv")
                path, _ = QFileDialog.getSaveFileName(self.file, tr("Save the legend"), start, tr("CSV (*.csv)"))
                if path:
                    legend_rows.write(path, table.rows())
                    self.file.setFilePath(path)
        except (OSError, ValueError, csv.Error) as error:
            text = tr("The legend “{}” cannot be read or written: {}.").format(path, error)
            QMessageBox.warning(self.file.window(), tr("Legend"), text)

    def rows(self):
        """The rows of the file that is given, else of the label layer, else none: (value, name, color) each."""
        given = self.file.filePath()
        if given.lower().endswith(".csv") and os.path.isfile(given):
            return legend_rows.read(given)
        layer, field = self._label_layer()
        if layer is None:
            return []
        if given.lower().endswith(".qml"):
            layer = layer.clone()
            layer.loadNamedStyle(given)
        is_raster = isinstance(layer, QgsRasterLayer)
        return legend_rows.of_raster(layer) if is_raster else legend_rows.of_vector(layer, field)

    def _label_layer(self):
        values = {w.parameterDefinition().name(): w.parameterValue() for w in self._others}
        for name in ("LABELS", "LABEL_IMAGE", "LABEL_FEATURES"):
            value = values.get(name)
            value = getattr(value, "source", value)  # features come with a definition of what is selected
            value = value.staticValue() if hasattr(value, "staticValue") else value
            if value:
                context = QgsProcessingContext()
                context.setProject(QgsProject.instance())
                layer = QgsProcessingUtils.mapLayerFromString(str(value), context)
                self._kept = context  # it owns a layer that is not part of the project
                return layer, values.get("FIELD")
        return None, None
