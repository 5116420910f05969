"""The plugin: adds the provider to Processing, and a menu entry that sets up the engine."""

from __future__ import annotations

import os

from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

from .algorithms import translation
from .algorithms.params import tr
from .algorithms.provider import RasterLearnProvider

MENU = "RasterLearn"


class RasterLearnPlugin:
    """What QGIS creates when the plugin is switched on; `iface` is None in qgis_process."""

    def __init__(self, iface):
        self.iface = iface
        self.provider = None
        self.action = None
        self.translator = None

    def initProcessing(self):
        """Called by QGIS and by qgis_process."""
        self.translator = translation.install()  # first, as parameters are given their labels only once
        self.provider = RasterLearnProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self):
        """Called by the QGIS desktop only."""
        self.initProcessing()
        icon = QIcon(os.path.join(os.path.dirname(__file__), "resources", "icon.svg"))
        self.action = QAction(icon, tr("Set up the engine …"), self.iface.mainWindow())
        self.action.triggered.connect(self.open_setup)
        self.iface.addPluginToMenu(MENU, self.action)

    def open_setup(self):
        """Opens the dialog of the set-up algorithm."""
        import processing

        processing.execAlgorithmDialog("rasterlearn:setupengine")

    def unload(self):
        """Called when the plugin is switched off."""
        if self.action is not None:
            self.iface.removePluginMenu(MENU, self.action)
            self.action = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        translation.remove(self.translator)
        self.translator = None
