"""A file parameter with more than its path; in the modeler and in batches it is the usual one."""

from __future__ import annotations

from processing.gui.wrappers import WidgetWrapper
from qgis.gui import QgsFileWidget, QgsGui, QgsProcessingGui
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget


class Picker(WidgetWrapper):
    """The widget of a file parameter in an algorithm's dialog. Subclasses add what is shown below it in `add_to`.

    Named in the metadata of a parameter; Processing calls it with the parameter and its dialog.
    """

    def __new__(cls, parameter, dialog, row=0, column=0):
        registry = QgsGui.processingGuiRegistry()
        kind = type(dialog).__name__
        if kind == "ModelerParametersDialog":
            plain = registry.createModelerParameterWidget(dialog.model, dialog.childId, parameter, dialog.context)
            plain.setDialog(dialog)
            return plain
        if kind == "BatchAlgorithmDialog":
            return registry.createParameterWidgetWrapper(parameter, QgsProcessingGui.WidgetType.Batch)
        return super().__new__(cls)

    def createWidget(self):
        widget = QWidget()
        layout = QVBoxLayout(widget)
        layout.setContentsMargins(0, 0, 0, 0)
        self.file = QgsFileWidget()
        self.file.setFilter(self.parameterDefinition().createFileFilter())
        self.file.fileChanged.connect(self._announce)
        layout.addWidget(self.file)
        self.add_to(layout)
        return widget

    def _announce(self, path):
        self.widgetValueHasChanged.emit(self)

    def add_to(self, layout):
        """Adds more to the layout below the path."""
        raise NotImplementedError

    def setValue(self, value):
        self.file.setFilePath(str(value or ""))

    def value(self):
        return self.file.filePath() or None
