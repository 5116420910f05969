import pytest
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsPalettedRasterRenderer,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsRasterLayer,
    QgsRendererCategory,
    QgsSymbol,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

LEFT = "POLYGON((500050 5799950, 500250 5799950, 500250 5799250, 500050 5799250, 500050 5799950))"
RIGHT = "POLYGON((500900 5799950, 501150 5799950, 501150 5799250, 500900 5799250, 500900 5799950))"


def features_of(path):
    layer = QgsVectorLayer(path, "points", "ogr")
    return [(f["class"], f["name"], f["color"], f["set"]) for f in layer.getFeatures()]


def test_translation(job_of, two_fields, tmp_path):
    image, labels = two_fields
    job = job_of(
        "selectsamples", LABELS=labels, IMAGE=image, STRATEGY="total", COUNT=7, SEED=3, SAMPLER="periodic", NODATA=0,
        OUTPUT=str(tmp_path / "p.gpkg"),
    )  # fmt: skip
    assert (job.labels, job.image, job.label_features, job.field) == (labels, image, None, None)
    assert (job.strategy, job.count, job.seed, job.sampler, job.nodata) == ("total", 7, 3, "periodic", 0.0)
    assert (job.validation, job.by_class, job.percent, job.folds, job.patch_height) == (None, None, 1.0, 0, None)


def test_translation_of_the_other_parameters(job_of, two_fields, tmp_path):
    (tmp_path / "c.csv").write_text("1,5")
    job = job_of(
        "selectsamples", LABELS=two_fields[1], STRATEGY="byclass", BYCLASS=str(tmp_path / "c.csv"), PERCENT=2.5,
        FOLDS=4, PATCH_SIZE=9, PATCH_HEIGHT=5, BLOCK_PIXELS=30, OUTPUT=str(tmp_path / "p.gpkg"),
    )  # fmt: skip
    assert (job.strategy, job.by_class, job.percent) == ("byclass", str(tmp_path / "c.csv"), 2.5)
    assert (job.folds, job.patch_size, job.patch_height, job.block_pixels) == (4, 9, 5, 30)


def test_counts_by_class(run, two_fields, tmp_path):
    (tmp_path / "c.csv").write_text("class,count\n1,4\n5,9\n")
    results = run(
        "selectsamples", LABELS=two_fields[1], IMAGE=two_fields[0], STRATEGY="byclass", BYCLASS=str(tmp_path / "c.csv"),
        OUTPUT=str(tmp_path / "p.gpkg"),
    )  # fmt: skip
    values = [f[0] for f in features_of(results["OUTPUT"])]
    assert (values.count(1), values.count(5)) == (4, 9)


def test_polygons_with_names(run, two_fields, make_vector, tmp_path):
    polygons = make_vector("polygons.gpkg", [(LEFT, {"kind": "town"}), (RIGHT, {"kind": "lake"})])
    results = run(
        "selectsamples", LABEL_FEATURES=polygons, FIELD="kind", IMAGE=two_fields[0], COUNT=10,
        OUTPUT=str(tmp_path / "p.gpkg"),
    )  # fmt: skip
    found = features_of(results["OUTPUT"])
    assert sorted({f[:2] for f in found}) == [(0, "lake"), (1, "town")]
    assert results["COUNT_TRAINING"] == len(found) == 20


def test_only_selected_features_count(run, two_fields, make_vector, tmp_path):
    polygons = make_vector("polygons.gpkg", [(LEFT, {"k": 1}), (RIGHT, {"k": 5}), (RIGHT, {"k": 9})])
    layer = QgsVectorLayer(polygons, "polygons", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.selectByExpression("k < 6")
    source = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    results = run(
        "selectsamples", LABEL_FEATURES=source, FIELD="k", IMAGE=two_fields[0], COUNT=5, OUTPUT=str(tmp_path / "p.gpkg")
    )
    assert {f[0] for f in features_of(results["OUTPUT"])} == {1, 5}


def test_the_style_of_the_layer_in_the_project_is_the_legend(run, two_fields, tmp_path):
    image, labels = two_fields
    layer = QgsRasterLayer(labels, "labels")
    classes = [
        QgsPalettedRasterRenderer.Class(1, QColor("#112233"), "town"),
        QgsPalettedRasterRenderer.Class(5, QColor("#445566"), "lake"),
    ]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes))
    QgsProject.instance().addMapLayer(layer)
    results = run("selectsamples", LABELS=layer.id(), IMAGE=image, COUNT=3, OUTPUT=str(tmp_path / "p.gpkg"))
    assert {f[:3] for f in features_of(results["OUTPUT"])} == {(1, "town", "#112233"), (5, "lake", "#445566")}


def test_selected_features_bring_the_style_of_their_layer(run, two_fields, make_vector, tmp_path):
    polygons = make_vector("polygons.gpkg", [(LEFT, {"k": 1}), (RIGHT, {"k": 5})])
    layer = QgsVectorLayer(polygons, "polygons", "ogr")
    categories = []
    for value, color, name in ((1, "#112233", "town"), (5, "#445566", "lake")):
        symbol = QgsSymbol.defaultSymbol(layer.geometryType())
        symbol.setColor(QColor(color))
        categories.append(QgsRendererCategory(value, symbol, name))
    layer.setRenderer(QgsCategorizedSymbolRenderer("k", categories))
    QgsProject.instance().addMapLayer(layer)
    layer.selectAll()
    source = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    results = run(
        "selectsamples", LABEL_FEATURES=source, FIELD="k", IMAGE=two_fields[0], COUNT=5, OUTPUT=str(tmp_path / "p.gpkg")
    )
    assert {f[:3] for f in features_of(results["OUTPUT"])} == {(1, "town", "#112233"), (5, "lake", "#445566")}


def test_validation_points_go_to_a_layer_of_their_own(run, two_fields, tmp_path):
    results = run(
        "selectsamples", LABELS=two_fields[1], IMAGE=two_fields[0], COUNT=40, VALIDATION_PERCENT=30, BLOCK_PIXELS=32,
        OUTPUT=str(tmp_path / "p.gpkg"), VALIDATION=str(tmp_path / "v.gpkg"),
    )  # fmt: skip
    assert {f[3] for f in features_of(results["OUTPUT"])} == {"train"}
    assert {f[3] for f in features_of(results["VALIDATION"])} == {"validation"}


def test_the_log_has_a_leakage_audit(run, feedback, two_fields, tmp_path):
    run(
        "selectsamples", LABELS=two_fields[1], IMAGE=two_fields[0], COUNT=40, FOLDS=3, BLOCK_PIXELS=32,
        OUTPUT=str(tmp_path / "p.gpkg"),
    )  # fmt: skip
    (text,) = [line for line in feedback.infos if line.startswith("Leakage audit")]
    assert "(worst fold): 0 of " in text and " m) away" in text


@pytest.mark.parametrize("given", ["none", "both"])
def test_exactly_one_kind_of_labels(refusal, two_fields, make_vector, tmp_path, given):
    polygons = make_vector("polygons.gpkg", [(LEFT, {"k": 1})])
    labels = {} if given == "none" else {"LABELS": two_fields[1], "LABEL_FEATURES": polygons, "FIELD": "k"}
    sentence = refusal("selectsamples", **labels, IMAGE=two_fields[0], OUTPUT=str(tmp_path / "p.gpkg"))
    assert "exactly one" in sentence


def test_one_layer_without_crs(refusal, two_fields, make_vector, tmp_path):
    polygons = make_vector("nowhere.gpkg", [(LEFT, {"k": 1}), (RIGHT, {"k": 2})], crs=None)
    sentence = refusal(
        "selectsamples", LABEL_FEATURES=polygons, FIELD="k", IMAGE=two_fields[0], OUTPUT=str(tmp_path / "p.gpkg")
    )
    assert "nowhere.gpkg" in sentence and "no coordinate reference system" in sentence and "EPSG:32633" in sentence
    assert not (tmp_path / "p.gpkg").exists()
