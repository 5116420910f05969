"""A dialog with a table of classes: value, name, color."""

from __future__ import annotations

from qgis.gui import QgsColorButton
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ..core.base.colors import completed
from ..host.translation import tr

VALUE, NAME, COLOR = range(3)


class LegendTable(QDialog):
    """The table; `rows` are (value, name, color) as text."""

    def __init__(self, rows, parent=None):
        super().__init__(parent)
        self.setWindowTitle(tr("Classes and colors"))
        self.resize(460, 420)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels([tr("Value"), tr("Name"), tr("Color")])
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setColumnWidth(NAME, 200)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(tr("The values of the labels, what they mean, and how the map shows them:")))
        layout.addWidget(self.table)
        layout.addLayout(self._editing())
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
        for row in rows:
            self.add(*row)

    def _editing(self):
        row = QHBoxLayout()
        for text, called in ((tr("Add a class"), self.add_next), (tr("Remove"), self.remove)):
            button = QPushButton(text)
            button.clicked.connect(called)
            row.addWidget(button)
        row.addStretch()
        return row

    def add(self, value, name, color):
        """Appends a class."""
        row = self.table.rowCount()
        self.table.insertRow(row)
        self.table.setItem(row, VALUE, QTableWidgetItem(value))
        self.table.setItem(row, NAME, QTableWidgetItem(name))
        button = QgsColorButton()
        button.setColor(QColor(color))
        self.table.setCellWidget(row, COLOR, button)

    def add_next(self):
        """Appends a class with the next value."""
        values = [int(value) for value, _, _ in self.rows() if value.isdigit()]
        colors = [color for _, _, color in self.rows()]
        self.add(str(max(values, default=0) + 1), "", completed([""] * (len(colors) + 1), [*colors, ""])[-1])

    def remove(self):
        """Removes the classes that are selected."""
        for row in sorted({index.row() for index in self.table.selectedIndexes()}, reverse=True):
            self.table.removeRow(row)

    def rows(self):
        """The contents of the table: (value, name, color) of each class."""
        return [
            (
                self.table.item(row, VALUE).text().strip(),
                self.table.item(row, NAME).text().strip(),
                self.table.cellWidget(row, COLOR).color().name(),
            )
            for row in range(self.table.rowCount())
        ]

    def accept(self):
        """Closes the table if each class has a value of its own, and a name of its own or none."""
        values = [value for value, _, _ in self.rows()]
        names = [name for _, name, _ in self.rows() if name]
        wrong = [value for value in values if not value.lstrip("-").isdigit()]
        if wrong:
            self.problem.setText(tr("Values must be whole numbers, received “{}”.").format(wrong[0]))
        elif len(set(values)) < len(values) or len(set(names)) < len(names):
            self.problem.setText(tr("Each class needs a value and a name of its own."))
        elif not values:
            self.problem.setText(tr("Add at least one class."))
        else:
            super().accept()
