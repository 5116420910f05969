"""Offers to set up the engine: in QGIS's message bar, and where a message has a link to it."""

from __future__ import annotations

from qgis.core import Qgis, QgsProcessingException
from qgis.PyQt.QtCore import QObject, Qt, QTimer, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QApplication, QPushButton

from ..host import environment
from ..host.translation import tr


class SetupOffer(QObject):
    """The message bar's item, and the dialog that carries the set-up out.

    Args:
        iface: QGIS's interface.
    """

    def __init__(self, iface):
        super().__init__()
        self._iface = iface
        self._item = self._dialog = None
        QDesktopServices.setUrlHandler(environment.LINK_SCHEME, self, "open_link")
        QTimer.singleShot(0, self.show_if_needed)  # once the window is there

    @pyqtSlot(QUrl)
    def open_link(self, url):
        """Called when the link in a message is clicked; Qt finds this method by its name."""
        self.run()

    def close(self):
        """Removes the item and the link."""
        QDesktopServices.unsetUrlHandler(environment.LINK_SCHEME)
        self._remove_item()

    def show_if_needed(self):
        """Shows the item if the engine is missing or out of date."""
        try:
            state = environment.state()
        except QgsProcessingException as error:  # the Python that is named does not exist
            self._iface.messageBar().pushMessage("RasterLearn", str(error), Qgis.MessageLevel.Warning, 0)
            return
        if state == environment.MISSING:
            self._show(tr("The engine is not set up yet (a download of about 0.5 GB)."))
        elif state == environment.OUTDATED:
            self._show(tr("The engine is out of date: its requirements or QGIS's Python changed."))

    def run(self):
        """Opens the dialog of the set-up, which has a progress bar, a log and a button to cancel, and starts it."""
        import processing

        self._remove_item()
        self._dialog = processing.createAlgorithmDialog("rasterlearn:setupengine")
        self._dialog.algorithmFinished.connect(self._report)
        if QApplication.activeModalWidget() is not None:  # the message with the link, which would get all clicks
            self._dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
        self._dialog.show()
        self._dialog.runButton().click()

    def _report(self, succeeded, results):
        if succeeded:
            self._iface.messageBar().pushMessage(
                "RasterLearn", tr("The engine is ready."), Qgis.MessageLevel.Success, 10
            )
        else:
            self.show_if_needed()

    def _show(self, text):
        bar = self._iface.messageBar()
        self._item = bar.createMessage("RasterLearn", text)
        button = QPushButton(tr("Set up now"))
        button.clicked.connect(self.run)
        self._item.layout().addWidget(button)
        self._item.destroyed.connect(self._forget_item)
        bar.pushWidget(self._item, Qgis.MessageLevel.Warning)

    def _remove_item(self):
        if self._item is not None:
            self._iface.messageBar().popWidget(self._item)
        self._item = None

    def _forget_item(self):
        self._item = None
