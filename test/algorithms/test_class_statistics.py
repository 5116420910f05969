import csv

import pytest
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsColorRampShader,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsProject,
    QgsRasterLayer,
    QgsRasterShader,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from rasterlearn.algorithms.styler import shows_classes, style_name

LEFT = "POLYGON((500050 5799950, 500250 5799950, 500250 5799250, 500050 5799250, 500050 5799950))"
RIGHT = "POLYGON((500200 5799950, 501150 5799950, 501150 5799250, 500200 5799250, 500200 5799950))"


def table(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_translation(job_of, two_fields, tmp_path):
    image, labels = two_fields
    paths = {"OUTPUT": str(tmp_path / "s.csv"), "HTML": str(tmp_path / "s.html")}
    job = job_of("classstatistics", LABELS=labels, IMAGE=image, NODATA=7, **paths)
    assert (job.labels, job.image, job.nodata, job.label_features, job.field) == (labels, image, 7.0, None, None)
    assert (job.output, job.html, job.per_feature) == (paths["OUTPUT"], paths["HTML"], None)


def test_a_raster(run, two_fields, tmp_path):
    results = run("classstatistics", LABELS=two_fields[1], OUTPUT=str(tmp_path / "s.csv"))
    rows = table(results["OUTPUT"])
    assert [(row["class"], row["pixels"], row["hectares"]) for row in rows] == [
        ("1", str(96 * 52), "49.9200"),
        ("5", str(96 * 52), "49.9200"),
    ]
    assert (results["CLASS_COUNT"], results["PIXEL_COUNT"]) == (2, 2 * 96 * 52)


def test_features_with_names_that_overlap(run, two_fields, make_vector, tmp_path):
    polygons = make_vector("polygons.gpkg", [(LEFT, {"kind": "Vieille ville"}), (RIGHT, {"kind": "lac"})])
    results = run(
        "classstatistics", LABEL_FEATURES=polygons, FIELD="kind", IMAGE=two_fields[0], OUTPUT=str(tmp_path / "s.csv"),
        PER_FEATURE=str(tmp_path / "f.csv"), HTML=str(tmp_path / "s.html"),
    )  # fmt: skip
    found = {row["name"]: (row["pixels"], row["features"]) for row in table(results["OUTPUT"])}
    assert found == {"Vieille ville": (str(20 * 70), "1"), "lac": (str(95 * 70), "1")}
    assert [row["pixels"] for row in table(results["PER_FEATURE"])] == [str(20 * 70), str(95 * 70)]
    page = (tmp_path / "s.html").read_text(encoding="utf-8")
    assert "Vieille ville" in page and "350 pixels lie in features of different classes" in page


def test_a_table_of_features_of_a_raster(refusal, two_fields, tmp_path):
    sentence = refusal(
        "classstatistics", LABELS=two_fields[1], OUTPUT=str(tmp_path / "s.csv"), PER_FEATURE=str(tmp_path / "f.csv")
    )
    assert "the labels are a raster" in sentence


@pytest.fixture
def codes(two_fields, make_vector):
    """Polygons with the codes 1, 2 and 3 in the project, 700 or 6650 pixels each."""
    features = [(LEFT, {"code": 1}), (LEFT, {"code": 2}), (RIGHT, {"code": 3})]
    layer = QgsVectorLayer(make_vector("codes.gpkg", features), "land/cover", "ogr")
    QgsProject.instance().addMapLayer(layer)
    yield layer
    QgsProject.instance().removeMapLayer(layer.id())


def filled(color):
    return QgsFillSymbol.createSimple({"color": color})


def merged():
    shown = (([1, 2], "Forest", "#00ff00"), (3, "Water", "#0000ff"))
    return QgsCategorizedSymbolRenderer("code", [QgsRendererCategory(v, filled(c), n) for v, n, c in shown])


@pytest.mark.parametrize("convert", [lambda renderer: renderer, QgsRuleBasedRenderer.convertFromRenderer])
def test_merged_categories_and_the_rules_they_become(run, two_fields, codes, tmp_path, convert):
    codes.setRenderer(convert(merged()))
    results = run(
        "classstatistics", LABEL_FEATURES=codes.id(), FIELD="code", IMAGE=two_fields[0], OUTPUT=str(tmp_path / "s.csv")
    )
    found = [(row["class"], row["name"], row["color"]) for row in table(results["OUTPUT"])]
    assert found == [("1", "Forest (1)", "#00ff00"), ("2", "Forest (2)", "#00ff00"), ("3", "Water", "#0000ff")]


def test_only_styles_that_should_show_classes_are_handed_on(codes, two_fields):
    rules = QgsRuleBasedRenderer.convertFromRenderer(merged())
    for renderer, expected in (
        (merged(), True), (rules, True), (QgsSingleSymbolRenderer(filled("#000000")), False),
        (QgsGraduatedSymbolRenderer("code"), False),
    ):  # fmt: skip
        codes.setRenderer(renderer)
        assert shows_classes(codes) == expected
    raster = QgsRasterLayer(two_fields[1], "l")
    raster.setRenderer(QgsSingleBandGrayRenderer(raster.dataProvider(), 1))
    assert not shows_classes(raster)
    for kind, expected in ((QgsColorRampShader.Exact, True), (QgsColorRampShader.Interpolated, False)):
        shader = QgsRasterShader()
        shader.setRasterShaderFunction(QgsColorRampShader(0, 5, None, kind))
        raster.setRenderer(QgsSingleBandPseudoColorRenderer(raster.dataProvider(), 1, shader))
        assert shows_classes(raster) == expected
    assert (style_name(codes), style_name(raster)) == ("land_cover.qml", "l.qml")
