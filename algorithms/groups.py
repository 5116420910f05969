"""The groups of the toolbox. QGIS sorts them by title, hence the numbers."""

from __future__ import annotations

import os

from ..host.translation import named
from ..jobs import groups

RESOURCES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "resources")
ICON = os.path.join(RESOURCES, "icon.svg")


def title(group):
    """The title of a group in the toolbox."""
    return f"{groups.number(group)}. {named(groups.TITLES[group])}"


def icon(group):
    """Path of the group's icon (SVG)."""
    return os.path.join(RESOURCES, "icons", f"{group}.svg")
