"""The groups of the toolbox, in the order in which one works. QGIS sorts by title, hence the numbers."""

from __future__ import annotations

import os

from ..host.translation import tr

RESOURCES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "resources")
ICON = os.path.join(RESOURCES, "icon.svg")

CHAIN, PREPARATION, SAMPLES, LEARNING = "wholechain", "datapreparation", "samples", "learning"
MAPPING, RESTORATION, JUDGING, EXCHANGE, ENGINE = "mapping", "restoration", "judging", "exchange", "engine"


def title(group):
    """The title of a group in the toolbox."""
    titles = {
        CHAIN: tr("Whole chain"),
        PREPARATION: tr("Data preparation"),
        SAMPLES: tr("Samples"),
        LEARNING: tr("Learning"),
        MAPPING: tr("Mapping"),
        RESTORATION: tr("Restoration"),
        JUDGING: tr("Judging"),
        EXCHANGE: tr("Exchange"),
        ENGINE: tr("Engine"),
    }
    return f"{list(titles).index(group) + 1}. {titles[group]}"


def icon(group):
    """Path of the group's icon (SVG)."""
    return os.path.join(RESOURCES, "icons", f"{group}.svg")
