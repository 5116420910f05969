"""RasterLearn: deep networks on satellite images, as QGIS Processing algorithms."""


def classFactory(iface):
    """Called by QGIS to load the plugin."""
    from .plugin import RasterLearnPlugin

    return RasterLearnPlugin(iface)
