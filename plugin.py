"""The plugin: adds the provider to Processing, and a menu entry that sets up the engine."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

from .algorithms.groups import ICON
from .algorithms.provider import register
from .host import settings, translation
from .host.translation import tr

MENU = "RasterLearn"


class RasterLearnPlugin:
    """What QGIS creates when the plugin is switched on; `iface` is None in qgis_process."""

    def __init__(self, iface):
        self.iface = iface
        self.provider = None
        self.translator = None
        self.actions = []
        self.offer = None

    def initProcessing(self):
        """Called by QGIS and by qgis_process."""
        self.translator = translation.install()  # first, because parameters get their labels only once
        self.provider = register()

    def initGui(self):
        """Called by the QGIS desktop only."""
        from .gui.first_map import open_dialog
        from .gui.setup_offer import SetupOffer

        self.initProcessing()
        settings.add_page(QIcon(ICON))
        self.offer = SetupOffer(self.iface)
        self.iface.addToolBarIcon(self._add_action(tr("Land-cover map …"), open_dialog))
        self._add_action(tr("Set up the engine …"), self.open_setup)
        self._add_action(tr("Settings …"), self.open_settings)

    def _add_action(self, text, called):
        action = QAction(QIcon(ICON), text, self.iface.mainWindow())
        action.triggered.connect(lambda checked: called())
        self.iface.addPluginToMenu(MENU, action)
        self.actions.append(action)
        return action

    def open_setup(self):
        """Opens the dialog of the set-up algorithm."""
        import processing

        processing.execAlgorithmDialog("rasterlearn:setupengine")

    def open_settings(self):
        """Opens QGIS's options where those of RasterLearn are."""
        self.iface.showOptionsDialog(self.iface.mainWindow(), "processingOptions")

    def unload(self):
        """Called when the plugin is switched off."""
        for action in self.actions:
            self.iface.removePluginMenu(MENU, action)
            self.iface.removeToolBarIcon(action)
        self.actions = []
        if self.offer is not None:
            self.offer.close()
            self.offer = None
            settings.remove_page()
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        translation.remove(self.translator)
        self.translator = None
