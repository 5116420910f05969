"""Output layers in the project: their style and their place."""

from __future__ import annotations

import os
import re

from qgis.core import QgsColorRampShader, QgsProcessingLayerPostProcessorInterface

WITH_CLASSES = ("paletted", "singlebandpseudocolor", "categorizedSymbol", "RuleRenderer")


def shows_classes(layer):
    """Whether the style of a layer is meant to show classes: of a grey image or a single symbol, no one expects any."""
    renderer = layer.renderer()
    if hasattr(renderer, "embeddedRenderer") and renderer.embeddedRenderer():  # such as that of inverted polygons
        renderer = renderer.embeddedRenderer()
    shader = renderer.shader() if hasattr(renderer, "shader") else None
    ramp = shader.rasterShaderFunction() if shader else None
    if isinstance(ramp, QgsColorRampShader) and ramp.colorRampType() == QgsColorRampShader.Interpolated:
        return False
    return renderer is not None and renderer.type() in WITH_CLASSES


def style_name(layer):
    """The name of a file for the style of a layer; messages of the engine show it."""
    return (re.sub(r"[^\w -]", "_", layer.name())[:60] or "labels") + ".qml"


class Styler(QgsProcessingLayerPostProcessorInterface):
    """Gives an output layer the style that the engine wrote beside it, and its place in the project."""

    GROUP = "RasterLearn"
    _alive = []  # QGIS does not keep post-processors alive itself

    def __init__(self, style):
        super().__init__()
        self._style = style

    @classmethod
    def attach(cls, path, context):
        """Styles and places the layer once it is loaded, if it will be."""
        if context.willLoadLayerOnCompletion(path):
            styler = cls(os.path.splitext(path)[0] + ".qml")
            cls._alive.append(styler)
            details = context.layerToLoadOnCompletionDetails(path)
            details.setPostProcessor(styler)
            if hasattr(details, "groupName"):  # from QGIS 3.32 on
                details.groupName = cls.GROUP

    def postProcessLayer(self, layer, context, feedback):
        if os.path.isfile(self._style):
            layer.loadNamedStyle(self._style)
            layer.triggerRepaint()
        self._place(layer, context.project().layerTreeRoot())
        self._alive.remove(self)

    def _place(self, layer, root):
        """Moves a layer from the top of the layer tree, where older versions of QGIS put it, into the group."""
        node = root.findLayer(layer.id())
        if node is not None and node.parent() == root:
            group = root.findGroup(self.GROUP) or root.insertGroup(0, self.GROUP)
            group.insertChildNode(0, node.clone())
            root.removeChildNode(node)
