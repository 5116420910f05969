"""The model parameter: a path, and the card of the model at that path."""

from __future__ import annotations

from html import escape

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel

from ..core.base.errors import ModelFileError
from ..core.base.model_card import read_model_card
from ..host.engine_texts import translated
from ..host.translation import tr
from .picker import Picker

BANDS_SHOWN = 12


class ModelPicker(Picker):
    """Shows bands, classes and accuracy of a model as soon as it is chosen."""

    def add_to(self, layout):
        self.card = QLabel()
        self.card.setWordWrap(True)
        self.card.setTextFormat(Qt.TextFormat.RichText)
        self.card.hide()
        layout.addWidget(self.card)
        self.file.fileChanged.connect(self.show_card)

    def show_card(self, path):
        """Shows the card of the file, or why it cannot be read."""
        self.card.setVisible(path.lower().endswith(".rlmodel"))
        if self.card.isVisibleTo(self.card.parentWidget()):
            try:
                self.card.setText(card_as_html(read_model_card(path)))
            except ModelFileError as error:
                self.card.setText(escape(translated(error.message)))


def card_as_html(card):
    """Architecture, bands of each source, classes with their colors, accuracy."""
    lines = [f"<b>{escape(card.architecture)}</b>"]
    for number, source in enumerate(card.sources, start=1):
        named = ", ".join(source.bands[:BANDS_SHOWN]) + (" …" if len(source.bands) > BANDS_SHOWN else "")
        size = tr("patches of {} × {} pixels").format(source.patch_width, source.patch_height)
        lines.append(tr("Image {}: {} bands ({}), {}").format(number, len(source.bands), escape(named), size))
    classes = " &nbsp;".join(
        f'<span style="color:{escape(color) or "#000000"}">■</span> {escape(name)}' for name, color in card.classes
    )
    if card.values:
        lines.append(tr("Values: {}").format(escape(", ".join(card.values))))
    else:
        lines.append(tr("Classes: {}").format(classes))
    if card.overall_accuracy is not None and card.kappa is not None:
        lines.append(
            tr("On its validation samples: overall accuracy {:.3f}, kappa {:.3f}").format(
                card.overall_accuracy, card.kappa
            )
        )
    return "<br>".join(lines)
