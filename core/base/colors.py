"""Default colors of classes: what the class name suggests, else colors that are easy to distinguish."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Readable on white and on imagery (Paul Tol's "bright" and "muted" schemes, https://personal.sron.nl/~pault/).
DEFAULT_COLORS = (
    "#4477aa", "#228833", "#ccbb44", "#ee6677", "#66ccee", "#aa3377", "#999933", "#882255",
    "#44aa99", "#ddcc77", "#332288", "#117733", "#cc6677", "#88ccee", "#aa4499", "#bbbbbb",
)  # fmt: skip

# Usual colors on maps of land cover, by words in English, French and German; the first match counts.
_USUAL_COLORS = tuple(
    (re.compile(rf"\b(?:{words})"), color)
    for words, color in (
        (r"wetland|marsh|swamp|bog\b|peat|zones? humide|marais|tourbi|feucht|moor", "#73c6b6"),
        (
            r"water|lake|river|sea\b|ocean|pond|eau|lac\b|lacs\b|rivi|fleuve|mer\b|étang|wasser|gewässer|fluss|see\b",
            "#3f88c5",
        ),
        (r"conifer|résineux|nadelwald", "#0f4d2a"),
        (r"deciduous|broad.?lea|feuillu|laubwald", "#4d9d45"),
        (r"forest|wood|tree|forêt|foret|bois|arbre|wald", "#1e6b2d"),
        (r"shrub|scrub|heath|lande|maquis|garrigue|busch|gebüsch|heide", "#8a9a3b"),
        (r"grass|meadow|pasture|prairie|pelouse|herb|wiese|weide|grünland", "#a5d152"),
        (r"vineyard|vigne|vignoble|weinberg", "#9b5fc0"),
        (r"orchard|verger|obst", "#c98bb9"),
        (r"farm|crop|arable|agric|field|cultur|champ|labour|acker|feld", "#e6d37a"),
        (r"parks?\b|parcs?\b|garden|jardin|golf", "#7fbf5f"),
        (r"industr|commerc|gewerbe", "#9a4c95"),
        (r"road|street|rail|route|rue\b|voie|straße|strasse|verkehr", "#6b6b6b"),
        (r"resid|urban|built|building|house|town|city|settle|bâti|bati|urbain|ville|siedlung|stadt|gebäude", "#d1495b"),
        (r"sand|beach|dune|plage|strand", "#efe0b0"),
        (r"bare|rock|quarry|soil|sols?\b|roche|carrière|fels|boden", "#b99b76"),
        (r"snow|ice\b|glacier|neige|glace|schnee|eis\b|gletscher", "#cfe8f5"),
        (r"burn|brûl|verbrannt", "#4a2c2a"),
        (r"cloud|nuage|wolke", "#d9d9d9"),
        (r"shadow|ombre|schatten", "#555555"),
    )
)


def completed(names: Sequence[str], colors: Sequence[str]) -> list[str]:
    """The colors of classes, "#rrggbb", where missing ones ("") are filled in; up to 16 of these are all different.

    Args:
        names, colors: of the same classes.
    """
    taken = {color.lower() for color in colors if color}
    found = list(colors)
    for i, (name, color) in enumerate(zip(names, colors)):
        usual = next((usual for words, usual in _USUAL_COLORS if words.search(name.lower())), "")
        if not color and usual not in taken:
            found[i] = usual
            taken.add(usual)
    for i in range(len(found)):
        if not found[i]:
            own = DEFAULT_COLORS[i % len(DEFAULT_COLORS)]
            found[i] = own if own not in taken else next((c for c in DEFAULT_COLORS if c not in taken), own)
            taken.add(found[i])
    return found
