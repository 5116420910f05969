"""Default colors of classes."""

import pytest

from rasterlearn.core.base.colors import DEFAULT_COLORS, completed
from rasterlearn.core.raster.classes import ClassMap, LandClass

WATER, FOREST, FARM, TOWN = "#3f88c5", "#1e6b2d", "#e6d37a", "#d1495b"


@pytest.mark.parametrize(
    "names",
    [
        ["Water", "deep forest", "farmland", "residential"],
        ["eau", "Forêts", "terres en culture", "zone urbaine"],
        ["Wasser", "Wald", "Acker", "Siedlung"],
    ],
)
def test_names_get_the_usual_colors_of_maps(names):
    assert completed(names, [""] * 4)[:3] == [WATER, FOREST, FARM]
    assert completed(names, [""] * 4)[3] == TOWN


def test_a_given_color_stays_and_is_not_given_twice():
    assert completed(["river", "lake"], [WATER, ""]) == [WATER, DEFAULT_COLORS[1]]
    assert completed(["river", "lake"], ["", ""]) == [WATER, DEFAULT_COLORS[1]]
    assert completed(["x", "lake"], [WATER.upper(), ""])[1] != WATER


def test_names_that_suggest_no_color_get_distinct_colors():
    assert completed(["1", "2", ""], ["", DEFAULT_COLORS[2], ""]) == [
        DEFAULT_COLORS[0],
        DEFAULT_COLORS[2],
        DEFAULT_COLORS[1],
    ]
    many = completed([str(n) for n in range(40)], [""] * 40)
    assert len(set(many[:16])) == 16 and all(many)


def test_a_word_counts_only_where_it_begins():
    assert completed(["underwater"], [""]) == [DEFAULT_COLORS[0]]
    assert completed(["wetland with water"], [""]) == ["#73c6b6"]


def test_classes_without_colors_get_them():
    classes = ClassMap.of([LandClass(7, "forest"), LandClass(3, "water"), LandClass(5, "other", "#010203")])
    assert classes.colors == [WATER, "#010203", FOREST]
