"""Legends read and written."""

import xml.etree.ElementTree as ElementTree

import pytest

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress, remarks
from rasterlearn.core.images.legend import (
    MAXIMUM_LEGEND_BYTES,
    Legend,
    legend_beside,
    read_legend_file,
    style_path,
    write_map_style,
    write_points_style,
)
from rasterlearn.core.raster.classes import ClassMap, LandClass

AWKWARD = ClassMap.of(
    [
        LandClass(-7, 'wood & "meadow" <old>', "#106b00"),
        LandClass(0, "forêt d'été – Wäldchen", "#7fbcfc"),
        LandClass(200, "田", "#a15c44"),
    ]
)

PSEUDOCOLOR = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="2.18.28"><pipe>
 <rasterrenderer opacity="1" alphaBand="-1" classificationMax="5" band="1" type="singlebandpseudocolor">
  <rasterTransparency/>
  <rastershader><colorrampshader colorRampType="{kind}" clip="0">
   <item alpha="255" value="0" label="Water" color="#7fbcfc"/>
   <item alpha="255" value="1" label="Golf course" color="#3FD200"/>
   <item alpha="255" value="5" label="Farm" color="#a15c44"/>
  </colorrampshader></rastershader>
 </rasterrenderer></pipe></qgis>"""

CATEGORIZED = """<qgis version="3.40"><renderer-v2 type="categorizedSymbol" attr="fclass"><categories>
 <category value="{0}" label="first" symbol="0" render="true"/>
 <category value="{1}" label="second" symbol="1" render="true"/>
 <category value="" label="" symbol="2" render="true"/></categories><symbols>
 <symbol name="0" type="fill"><layer class="SimpleFill"><prop k="color" v="16,107,0,255"/></layer></symbol>
 <symbol name="1" type="fill"><layer class="SimpleFill"><Option type="Map">
  <Option name="color" type="QString" value="127,188,252,255,rgb:0.5,0.7,1,1"/></Option></layer></symbol>
 <symbol name="2" type="fill"><layer class="SimpleFill"><prop k="color" v="1,2,3,255"/></layer></symbol>
 </symbols></renderer-v2></qgis>"""


@pytest.fixture
def legend_file(tmp_path):
    def write(text, name="legend.qml", encoding="utf-8"):
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return str(path)

    return write


@pytest.mark.parametrize("write", [write_map_style, lambda path, c: write_points_style(path, c, 'the "class" & <x>')])
def test_a_style_comes_back_as_the_legend_it_was_written_from(tmp_path, write):
    path = str(tmp_path / "style.qml")
    write(path, AWKWARD)
    assert read_legend_file(path).by_value == Legend.of(AWKWARD).by_value


def test_the_style_of_points_names_the_field_it_colors_by(tmp_path):
    path = str(tmp_path / "style.qml")
    write_points_style(path, AWKWARD, 'a "b" & <c>')
    assert ElementTree.parse(path).getroot().find("renderer-v2").get("attr") == 'a "b" & <c>'


def test_the_style_of_a_map_is_paletted_for_band_1(tmp_path):
    path = str(tmp_path / "style.qml")
    write_map_style(path, AWKWARD)
    renderer = ElementTree.parse(path).getroot().find("pipe/rasterrenderer")
    assert (renderer.get("type"), renderer.get("band")) == ("paletted", "1")


def test_the_legend_of_the_tutorial_is_read(legend_file):
    legend = read_legend_file(legend_file(PSEUDOCOLOR.format(kind="EXACT")))
    assert legend.by_value == {
        0: LandClass(0, "Water", "#7fbcfc"),
        1: LandClass(1, "Golf course", "#3fd200"),
        5: LandClass(5, "Farm", "#a15c44"),
    }
    assert legend.colors == {}


def test_an_interpolated_ramp_is_not_a_legend(legend_file):
    assert not read_legend_file(legend_file(PSEUDOCOLOR.format(kind="INTERPOLATED")))


def test_a_paletted_legend_is_read(legend_file):
    text = """<qgis><pipe><rasterrenderer type="paletted" band="1"><colorPalette>
      <paletteEntry value="3" label="3" color="#3FD200" alpha="255"/>
      <paletteEntry value="-4" label=" Forest " color="#106b00" alpha="255"/>
      </colorPalette></rasterrenderer></pipe></qgis>"""
    assert read_legend_file(legend_file(text)).by_value == {
        3: LandClass(3, "", "#3fd200"),
        -4: LandClass(-4, "Forest", "#106b00"),
    }


def test_a_categorized_legend_of_numbers_has_values(legend_file):
    legend = read_legend_file(legend_file(CATEGORIZED.format(7, "8.0")))
    assert legend.by_value == {7: LandClass(7, "first", "#106b00"), 8: LandClass(8, "second", "#7fbcfc")}


def test_a_categorized_legend_of_texts_has_colors_by_name(legend_file):
    legend = read_legend_file(legend_file(CATEGORIZED.format("forest", "water")))
    assert legend == Legend({}, {"forest": "#106b00", "water": "#7fbcfc"}, "fclass")


def test_a_style_without_classes_is_an_empty_legend(legend_file):
    text = '<qgis><pipe><rasterrenderer type="singlebandgray" grayBand="1"/></pipe></qgis>'
    assert not read_legend_file(legend_file(text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_legend_is_read(legend_file, encoding):
    text = 'value,name,color\n0, Wasser & "Moor",#7FBCFC\n-2,"Wald, alt",\n'
    by_value = read_legend_file(legend_file(text, "legend.csv", encoding)).by_value
    assert by_value[0] == LandClass(0, 'Wasser & "Moor"', "#7fbcfc")
    assert (by_value[-2].name, len(by_value)) == ("Wald, alt", 2)


def test_a_csv_legend_may_come_without_colors(legend_file):
    assert read_legend_file(legend_file("value,name\n3,a\n", "legend.csv")).by_value[3].name == "a"


@pytest.mark.parametrize(
    "text",
    [
        "0,water,#7fbcfc\n1,farm,#000000\n",
        "value,name,color\nx,water,#7fbcfc\n",
        "value,name,color\n1_1,water,#7fbcfc\n",
        "value,name,color\n١,water,#7fbcfc\n",
        "value,name,color\n1.5,water,#7fbcfc\n",
        "value,name,color\n1\n",
    ],
)
def test_a_malformed_csv_legend_is_refused_naming_the_file(legend_file, text):
    with pytest.raises(InputError, match=r"legend.csv.*malformed"):
        read_legend_file(legend_file(text, "legend.csv"))


def test_a_csv_legend_with_a_repeated_value_is_refused(legend_file):
    with pytest.raises(InputError, match=r"value 1 "):
        read_legend_file(legend_file("value,name\n1,a\n1,b\n", "legend.csv"))


@pytest.mark.parametrize("color", ["red", "#12345", "#1234567", "#12345g"])
def test_a_color_of_another_form_is_refused_naming_it(legend_file, color):
    with pytest.raises(InputError, match=color):
        read_legend_file(legend_file(f"value,name,color\n0,water,{color}\n", "legend.csv"))


@pytest.mark.parametrize("text", ["", "not xml", "<qgis><pipe>", "<qgis>&undefined;</qgis>"])
def test_a_damaged_style_is_refused_naming_the_file(legend_file, text):
    with pytest.raises(InputError, match=r"legend.qml.*not a QGIS style"):
        read_legend_file(legend_file(text))


def test_a_missing_legend_is_refused_naming_it(tmp_path):
    with pytest.raises(InputError, match=r"nowhere.qml"):
        read_legend_file(str(tmp_path / "nowhere.qml"))


def test_a_huge_file_is_not_a_legend(legend_file):
    with pytest.raises(InputError, match=r"too large"):
        read_legend_file(legend_file("<qgis/>" + " " * MAXIMUM_LEGEND_BYTES))


def test_the_legend_beside_a_layer_is_found_if_it_is_of_its_kind(tmp_path):
    write_map_style(str(tmp_path / "a.qml"), AWKWARD)
    assert legend_beside(str(tmp_path / "a.tif"), "rasterrenderer") == Legend.of(AWKWARD)
    assert not legend_beside(str(tmp_path / "a.gpkg"), "renderer-v2")
    write_points_style(str(tmp_path / "p.qml"), AWKWARD, "class")
    assert (
        legend_beside(str(tmp_path / "p.gpkg") + "|layername=other", "renderer-v2").by_value
        == Legend.of(AWKWARD).by_value
    )
    assert not legend_beside(str(tmp_path / "p.tif"), "rasterrenderer")
    assert not legend_beside(str(tmp_path / "b.tif"), "rasterrenderer")
    assert style_path(str(tmp_path / "a.b.tif")) == str(tmp_path / "a.b.qml")


def test_a_legend_is_completed_where_it_has_nothing():
    own = Legend({1: LandClass(1, "own", ""), 2: LandClass(2, "", "#222222")}, {"a": "#aaaaaa"})
    other = Legend(
        {1: LandClass(1, "x", "#111111"), 2: LandClass(2, "b", "#000000"), 3: LandClass(3, "c")}, {"a": "#0"}
    )
    completed = own.completed_by(other)
    assert completed.by_value == {
        1: LandClass(1, "own", "#111111"),
        2: LandClass(2, "b", "#222222"),
        3: LandClass(3, "c"),
    }
    assert completed.colors == {"a": "#aaaaaa"}


def test_classes_of_values_take_names_from_the_legend_and_leave_out_what_does_not_occur():
    classes = Legend({1: LandClass(1, "water"), 9: LandClass(9, "unused")}).classes_of_values([5, 1])
    assert classes.values.tolist() == [1, 5]
    assert classes.names == ["water", "5"]


def test_classes_of_names_are_numbered_in_alphabetical_order():
    classes = Legend(colors={"farm": "#a15c44"}).classes_of_names(["water", "farm", "water", "city"])
    assert classes.names == ["city", "farm", "water"]
    assert classes.values.tolist() == [0, 1, 2]
    assert classes.colors[1] == "#a15c44"
    assert classes.is_numbered


def test_classes_of_names_take_their_values_from_the_legend():
    legend = Legend({40: LandClass(40, "city"), 3: LandClass(3, "water"), 1: LandClass(1, "unused")})
    classes = legend.classes_of_names(["water", "city"])
    assert not classes.is_numbered
    assert dict(zip(classes.names, classes.values.tolist())) == {"water": 3, "city": 40}


def test_a_legend_that_knows_only_some_names_is_refused_naming_the_others():
    with pytest.raises(InputError, match=r"no value for the class.* farm") as error:
        Legend({3: LandClass(3, "water")}).classes_of_names(["water", "farm"])
    assert "it knows water" in str(error.value)


def test_names_that_the_classes_of_others_lack_are_told_with_whose_they_are():
    legend = Legend.of(ClassMap.of([LandClass(0, "farm"), LandClass(1, "water")]), "the map “m.tif”")
    with pytest.raises(InputError, match="class.es. town, but the map “m.tif” does not; it has farm, water"):
        legend.completed_by(Legend()).classes_of_names(["water", "town"])
    with pytest.raises(InputError, match="the map “m.tif”"):
        Legend(origin="the map “m.tif”").completed_by(Legend.of(legend.classes_of_values([0, 1]))).classes_of_names(
            ["water", "town"]
        )


def test_the_source_symbol_of_a_categorized_style_is_not_a_class_symbol(tmp_path):
    def symbol(color):
        return f'<symbol name="0"><layer><prop k="color" v="{color}"/></layer></symbol>'

    (tmp_path / "s.qml").write_text(
        '<qgis><renderer-v2 type="categorizedSymbol">'
        '<categories><category value="4" label="a" symbol="0"/></categories>'
        f"<symbols>{symbol('255,0,0,255')}</symbols><source-symbol>{symbol('0,0,255,255')}</source-symbol>"
        "</renderer-v2></qgis>"
    )
    assert read_legend_file(str(tmp_path / "s.qml")).by_value[4].color == "#ff0000"


@pytest.mark.parametrize("content", [b"", b"1,water,#000000\n", b"value,name\n0,for\xeat\n", b"value,name\n"])
def test_tables_that_are_not_legends(tmp_path, content):
    (tmp_path / "l.csv").write_bytes(content)
    with pytest.raises(InputError, match="malformed"):
        read_legend_file(str(tmp_path / "l.csv"))


def test_semicolons_of_a_spreadsheet_are_read_too(tmp_path):
    (tmp_path / "l.csv").write_text("value;name;color\n3;forêt;#00ff00\n", encoding="utf-8")
    assert read_legend_file(str(tmp_path / "l.csv")).by_value == {3: LandClass(3, "forêt", "#00ff00")}


def test_the_style_of_another_field_is_not_a_legend(tmp_path):
    write_points_style(str(tmp_path / "p.qml"), AWKWARD, "kind")
    legend = read_legend_file(str(tmp_path / "p.qml"))
    assert legend.about("kind") == legend
    assert not legend.about("zone")
    write_map_style(str(tmp_path / "m.qml"), AWKWARD)
    assert read_legend_file(str(tmp_path / "m.qml")).about("zone")


def test_large_values_of_a_style_are_not_merged(tmp_path):
    path = tmp_path / "large.qml"
    path.write_text(CATEGORIZED.format(2**53, 2**53 + 1))
    assert {v: c.name for v, c in read_legend_file(str(path)).by_value.items()} == {
        2**53: "first",
        2**53 + 1: "second",
    }


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ('<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">', "entity"),
        ('<!ENTITY a SYSTEM "/etc/passwd">', "entity"),
        ('<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;', "entity"),
    ],
)
def test_styles_with_entities_are_refused(tmp_path, declared, words):
    path = tmp_path / "a.qml"
    path.write_text(f'<!DOCTYPE qgis [{declared}]><qgis><paletteEntry value="1" label="a" color="#000000"/></qgis>')
    with pytest.raises(InputError, match=words):
        read_legend_file(str(path))


def test_styles_nested_without_end_are_refused(tmp_path):
    (tmp_path / "a.qml").write_text("<a>" * 100_000)
    with pytest.raises(InputError, match="nested"):
        read_legend_file(str(tmp_path / "a.qml"))


@pytest.fixture
def said():
    events = []
    with remarks.heard_by(Progress(events.append)):
        yield events


def palette(**names):
    entries = "".join(f'<paletteEntry value="{v[1:]}" label="{n}" color="#000000"/>' for v, n in names.items())
    return f'<qgis><rasterrenderer type="paletted"><colorPalette>{entries}</colorPalette></rasterrenderer></qgis>'


def test_labels_of_several_values_become_names_of_their_own(legend_file, said):
    legend = read_legend_file(legend_file(palette(_311="Forest", _312="Forest ", _4="Water")))
    assert {v: c.name for v, c in legend.by_value.items()} == {311: "Forest (311)", 312: "Forest (312)", 4: "Water"}
    assert legend.classes_of_values([4]).names == ["Water"] and said == []
    assert legend.classes_of_values([4, 312]).names == ["Water", "Forest (312)"]
    assert [event["event"] for event in said] == ["warning"]
    assert "“legend.qml”" in said[0]["text"] and "Forest (311), Forest (312)." in said[0]["text"]


def test_those_of_a_table_too(legend_file, said):
    legend = read_legend_file(legend_file("value,name\n1,Forest\n3,Forest\n", "legend.csv"))
    assert legend.classes_of_values([1, 3]).names == ["Forest (1)", "Forest (3)"]
    assert "“legend.csv”" in said[0]["text"]


def test_a_name_that_a_better_legend_replaces_is_not_spoken_of(legend_file, said):
    shared = read_legend_file(legend_file(palette(_1="Forest", _3="Forest")))
    own = Legend({1: LandClass(1, "oak"), 3: LandClass(3, "pine")})
    assert own.completed_by(shared).classes_of_values([1, 3]).names == ["oak", "pine"]
    assert said == []


def test_merged_categories_of_numbers_and_of_texts(legend_file):
    def style(values):
        categories = "".join(f'<val value="{v}"/>' for v in values)
        return (
            '<qgis><renderer-v2 type="categorizedSymbol" attr="code"><categories>'
            f'<category symbol="0" label="Forest">{categories}</category></categories><symbols><symbol name="0">'
            '<layer><prop k="color" v="1,2,3,255"/></layer></symbol></symbols></renderer-v2></qgis>'
        )

    numbers = read_legend_file(legend_file(style([311, 312])))
    assert numbers.classes_of_values([311, 312]).names == ["Forest (311)", "Forest (312)"]
    assert numbers.classes_of_values([311, 312]).colors == ["#010203"] * 2
    texts = read_legend_file(legend_file(style(["a", "1.1", "011"])))
    assert texts.classes_of_names(["a", "1.1", "011"]).colors == ["#010203"] * 3


def test_rules_are_a_legend_of_their_field(legend_file):
    rules = "".join(f'<rule filter="CODE = {v}" symbol="0" label="{n}"/>' for v, n in ((1, "Water"), (2, "Forest")))
    legend = read_legend_file(
        legend_file(f'<qgis><renderer-v2 type="RuleRenderer"><rules>{rules}</rules></renderer-v2></qgis>')
    )
    assert legend.classes_of_values([1, 2]).names == ["Water", "Forest"]
    assert legend.attribute == "CODE"


@pytest.mark.parametrize(
    "renderer",
    [
        '<renderer-v2 type="graduatedSymbol"><ranges><range lower="0" upper="1" label="x"/></ranges></renderer-v2>',
        '<renderer-v2 type="RuleRenderer"><rules><rule filter="A &gt; 3" symbol="0" label="x"/></rules></renderer-v2>',
        '<pipe><rasterrenderer type="singlebandgray" grayBand="1"/></pipe>',
        "",
    ],
)
def test_a_style_that_shows_no_classes_says_so(legend_file, said, renderer):
    assert not read_legend_file(legend_file(f"<qgis>{renderer}</qgis>"))
    assert [event["event"] for event in said] == ["warning"]
    assert "“legend.qml” shows no classes" in said[0]["text"]


def test_of_a_style_that_lies_beside_only_one_that_should_show_classes_does(tmp_path, said):
    (tmp_path / "a.qml").write_text('<qgis><pipe><rasterrenderer type="singlebandgray"/></pipe></qgis>')
    assert not legend_beside(str(tmp_path / "a.tif"), "rasterrenderer") and said == []
    (tmp_path / "a.qml").write_text('<qgis><renderer-v2 type="RuleRenderer"><rules/></renderer-v2></qgis>')
    assert not legend_beside(str(tmp_path / "a.gpkg"), "renderer-v2")
    assert [event["event"] for event in said] == ["info"]


def test_a_style_of_another_field_says_so(tmp_path, said):
    write_points_style(str(tmp_path / "p.qml"), AWKWARD, "kind")
    assert not read_legend_file(str(tmp_path / "p.qml")).about("zone")
    assert "“kind”" in said[0]["text"] and "“zone”" in said[0]["text"]


def test_rules_that_are_not_read_are_told_of(legend_file, said):
    rules = '<rule filter="code = 3" label="a" symbol="0"/><rule filter="code &gt; 3" label="more" symbol="0"/>'
    legend = read_legend_file(
        legend_file(f'<qgis><renderer-v2 type="RuleRenderer"><rules>{rules}</rules></renderer-v2></qgis>')
    )
    assert [legend.by_value[3].name, *(e["event"] for e in said)] == ["a", "info"]
    assert "“code”" in said[0]["text"] and "more" in said[0]["text"]


def test_a_style_is_about_a_field_whose_letters_are_the_same_as_in_qgis(said):
    legend = Legend({3: LandClass(3, "a")}, attribute="Code")
    assert legend.about("CODE") is legend
    assert said == []


def test_numbers_that_are_values_and_names_of_others_are_told(said):
    legend = Legend.of(ClassMap.of([LandClass(0, "1"), LandClass(1, "1.1"), LandClass(2, "2"), LandClass(3, "three")]))
    legend.tell_other_names([2, 3, 3])
    assert said == []
    legend.tell_other_names([1, 2, 1])
    assert [e["event"] for e in said] == ["warning"]
    assert "numbers 1 of" in said[0]["text"] and "classes 1.1," in said[0]["text"]


def test_a_legend_that_knows_none_of_the_names_says_so(said):
    assert Legend({3: LandClass(3, "water")}).classes_of_names(["farm"]).values.tolist() == [0]
    assert "water" in said[0]["text"] and "farm" in said[0]["text"]
    assert Legend(colors={"farm": "#010203"}).classes_of_names(["farm"]).colors == ["#010203"] and len(said) == 1


@pytest.mark.parametrize("value", ["1_1", "inf", "nan", "1,5", "١"])
def test_texts_that_only_look_like_numbers_are_no_values(legend_file, value):
    legend = read_legend_file(legend_file(CATEGORIZED.format(value, "7")))
    assert list(legend.by_value) == [7]
    assert legend.colors[value] == "#106b00"
