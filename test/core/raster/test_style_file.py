"""QGIS styles: what categories, merged ones, and rules say of values."""

import pytest

from rasterlearn.core.raster.style_file import VECTOR, Entry, read_style


def symbol(number):
    return f'<symbol name="{number}"><layer><prop k="color" v="{number},0,0,255"/></layer></symbol>'


@pytest.fixture
def style(tmp_path):
    """The style of a renderer and its symbols, 0 to 9."""

    def read(renderer, kind):
        symbols = "".join(map(symbol, range(10)))
        path = tmp_path / "a.qml"
        text = f'<qgis><renderer-v2 type="{kind}" attr="code">{renderer}<symbols>{symbols}</symbols></renderer-v2>'
        path.write_text(text + "</qgis>", encoding="utf-8")
        return read_style(str(path))

    return read


@pytest.fixture
def rules(style):
    return lambda text: style(f'<rules key="a">{text}</rules>', "RuleRenderer")


def rule(condition, label="a", inner="", symbol=1):
    shown = "" if symbol is None else f'symbol="{symbol}"'
    condition = condition.replace('"', "&quot;").replace("<", "&lt;")
    return f'<rule filter="{condition}" {shown} label="{label}">{inner}</rule>'


def test_a_merged_category_has_several_values(style):
    found = style(
        '<categories><category symbol="1" label="Forest"><val value="311"/><val value="312" type="integer"/></category>'
        '<category symbol="2" value="400" label="Lake"/><category symbol="3" value="" label=""/></categories>',
        "categorizedSymbol",
    )
    assert (found.attribute, found.renderer, found.of) == ("code", "categorizedSymbol", VECTOR)
    assert found.entries == (
        Entry("311", "Forest", "#010000"),
        Entry("312", "Forest", "#010000", "integer"),
        Entry("400", "Lake", "#020000"),
    )


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("CODE = 111", ["111"]),
        ('"CODE" = 111', ["111"]),
        ('"CODE"=-3', ["-3"]),
        ("(CODE = 1) OR (CODE = 2) or CODE=3", ["1", "2", "3"]),
        ("( ( CODE = 1 ) )", ["1"]),
        ("CODE IN (1, 2,3)", ["1", "2", "3"]),
        ("CODE in ('a') OR CODE = 'b'", ["a", "b"]),
        ("CODE = 'l''eau (douce), OR = \"so\"'", ['l\'eau (douce), OR = "so"']),
        ("CODE = 'forêt'", ["forêt"]),
        ("CODE = 2.0", ["2.0"]),
    ],
)
def test_rules_of_a_field_and_its_values(rules, condition, values):
    found = rules(rule(condition))
    assert found.attribute == "CODE"
    assert [e.value for e in found.entries] == values
    assert {(e.label, e.color) for e in found.entries} == {("a", "#010000")}


@pytest.mark.parametrize(
    "condition",
    [
        "ELSE", "CODE > 3", "NOT (CODE = 3)", "CODE NOT IN (1, 2)", "CODE = 3 AND AREA = 2", "to_int(CODE) = 3",
        "CODE = 1 + 2", "CODE = 3 - 1", "CODE = f(3)", "CODE IN ()", "CODE IN (1 2)", "CODE IN (1,,2)", "CODE =",
        "= 3", "CODE = 1 OR", "OR CODE = 1", "CODE = 1 OR OTHER = 2", "CODE IS NULL", "CODE = 1e", "'CODE' = 1",
        "CODE = 'open", "CODE = 1; DROP", "CODE LIKE '1%'", "CODE = OTHER", "(" * 30_000, "CODE IN (1",
    ],
)  # fmt: skip
def test_other_rules_are_left_out(rules, condition):
    assert rules(rule(condition)).entries == ()


def test_rules_within_rules(rules):
    found = rules(
        rule(
            "",
            "group",
            rule("CODE = 1", "one")
            + rule("CODE IN (2, 3)", "", rule("CODE = 3 OR CODE = 4", "three"), symbol=None)
            + rule("CODE = 5", "", rule("", "five"), symbol=None)
            + rule("AREA > 7", "", rule("CODE = 6", "six"), symbol=None),
            symbol=None,
        )
    )
    assert [(e.value, e.label) for e in found.entries] == [("1", "one"), ("3", "three"), ("5", "five"), ("6", "six")]


def test_of_several_fields_the_one_of_most_values_counts(rules):
    found = rules(rule("A = 1") + rule("B = 2") + rule("B = 3"))
    assert (found.attribute, [e.value for e in found.entries]) == ("B", ["2", "3"])


def test_fields_are_told_apart_by_their_letters_alone_as_in_qgis(rules):
    found = rules(rule("Code = 1") + rule('"CODE" = 2') + rule("code IN (3)"))
    assert (found.attribute, [e.value for e in found.entries]) == ("Code", ["1", "2", "3"])


def test_rules_that_are_not_read_are_named(rules):
    found = rules(rule("A > 1", "much") + rule("B = 2") + rule("B = 3") + rule("A = 4", "four") + rule("ELSE", "rest"))
    assert (found.attribute, found.unread) == ("B", ("much", "four"))
    assert rules(rule("B = 2") + rule("B > 2", "")).unread == ("B > 2",)
    assert rules(rule("B = 2") + rule("B > 2", "group", rule("B = 3"), symbol=None)).unread == ()


@pytest.mark.parametrize(
    ("given", "field"), [("a b", "a b"), ("&quot;a b&quot;", "a b"), ("&quot;a&quot; * 2", '"a" * 2')]
)
def test_the_field_of_categories_may_be_quoted(tmp_path, given, field):
    (tmp_path / "a.qml").write_text(f'<qgis><renderer-v2 type="categorizedSymbol" attr="{given}"/></qgis>')
    assert read_style(str(tmp_path / "a.qml")).attribute == field


def test_a_renderer_within_another_one(tmp_path):
    inner = (
        '<renderer-v2 type="categorizedSymbol" attr="code"><categories>'
        '<category value="3" label="a" symbol="1"/></categories></renderer-v2>'
    )
    (tmp_path / "a.qml").write_text(f'<qgis><renderer-v2 type="invertedPolygonRenderer">{inner}</renderer-v2></qgis>')
    assert read_style(str(tmp_path / "a.qml")).entries == (Entry("3", "a", ""),)


@pytest.mark.parametrize("many", [rule("CODE IN (" + "1," * 200_000 + "1)"), rule("CODE = 1 OR " * 100_000 + "x = 2")])
def test_long_rules_are_read_in_one_pass(rules, many):
    assert len(rules(many).entries) in (0, 200_001)


@pytest.mark.parametrize("kind", ["graduatedSymbol", "singleSymbol", "nullSymbol"])
def test_others_have_no_classes(style, kind):
    ranges = '<ranges><range lower="0" upper="1" symbol="0" label="low"/></ranges>'
    found = style(ranges, kind)
    assert (found.entries, found.renderer) == ((), kind)
