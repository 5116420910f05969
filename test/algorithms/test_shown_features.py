"""Whatever QGIS shows of a vector layer, the engine is given just that: its file, or a copy of what is shown."""

import os
import zipfile

import pytest
from osgeo import ogr
from qgis.analysis import QgsNativeAlgorithms
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsField,
    QgsGeometry,
    QgsProcessingAlgRunnerTask,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelParameter,
    QgsProcessingParameterFeatureSource,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsVectorLayerJoinInfo,
)
from qgis.PyQt.QtCore import QVariant
from waiting import no_hang

from rasterlearn.algorithms.given import Given
from rasterlearn.host import process

LEFT = "POLYGON((500050 5799950, 500250 5799950, 500250 5799250, 500050 5799250, 500050 5799950))"
RIGHT = "POLYGON((500900 5799950, 501150 5799950, 501150 5799250, 500900 5799250, 500900 5799950))"
BOWTIE = "POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))"


class Found:
    """What the engine would be given."""

    def __init__(self, path, folder):
        self.path, self.is_copy = path, path.startswith(folder)
        file, _, layer = path.partition("|layername=")
        source = ogr.Open(file)
        table = source.GetLayerByName(layer) if layer else source.GetLayer(0)
        names = [field.GetName() for field in table.schema]
        self.features = [{name: feature.GetField(name) for name in names} for feature in table]
        self.tags = table.GetMetadata("RASTERLEARN")
        reference = table.GetSpatialRef()
        self.crs = reference.GetAuthorityCode(None) if reference else None


@pytest.fixture
def found(algorithm, context, feedback):
    """The features that selectsamples (or another algorithm) gives to the engine for a value of a parameter."""

    def find(value, name="LABEL_FEATURES", command="selectsamples"):
        instance, parameters = algorithm(command), {name: value}
        assert instance.prepareAlgorithm(parameters, context, feedback)
        path = Given(instance, parameters, context, feedback).vector(name)
        with instance._folder as folder:
            return Found(path, folder)

    return find


@pytest.fixture
def layer(make_vector):
    """A layer of the project with two features of the fields k (1, 5) and t (text)."""
    path = make_vector("polygons.gpkg", [(LEFT, {"k": 1, "t": "town"}), (RIGHT, {"k": 5, "t": "lake"})])
    return in_project(QgsVectorLayer(path, "my polygons", "ogr"))


def in_project(layer):
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    return layer


def written(layer, path, driver, encoding="UTF-8"):
    """Writes a layer to a file in another format."""
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.fileEncoding = driver, encoding
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, path, QgsCoordinateTransformContext(), options)
    return path


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.fgb"])
def test_a_plain_layer_is_its_file(found, feedback, layer, tmp_path, name):
    driver = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "geojson": "GeoJSON", "fgb": "FlatGeobuf"}[name[2:]]
    path = written(layer, str(tmp_path / name), driver)
    assert found(path).path == path
    assert found(in_project(QgsVectorLayer(path, "plain", "ogr"))).path == path
    assert feedback.infos == []


def test_one_layer_of_several(found, layer, tmp_path):
    assert found(f"{layer.source()}|layername=features").path == f"{layer.source()}|layername=features"


@pytest.mark.parametrize("given", [lambda layer: layer, lambda layer: layer.id(), lambda layer: layer.name()])
def test_unsaved_edits_count(found, feedback, layer, given):
    layer.startEditing()
    assert not found(given(layer)).is_copy, "nothing was edited yet"
    (first, second) = layer.getFeatures()
    layer.changeAttributeValue(first.id(), layer.fields().indexOf("k"), 7)
    layer.deleteFeature(second.id())
    new = QgsFeature(layer.fields())
    new.setGeometry(QgsGeometry.fromWkt(RIGHT))
    new["k"] = 9
    layer.addFeature(new)
    shown = found(given(layer))
    assert sorted(feature["k"] for feature in shown.features) == [7, 9]
    assert shown.is_copy and shown.crs == "32633" and os.path.basename(shown.path) == "my polygons.gpkg"
    assert "“my polygons”" in feedback.infos[-1] and "unsaved edits" in feedback.infos[-1]
    layer.rollBack()
    assert not found(given(layer)).is_copy


def test_virtual_fields(found, feedback, layer):
    layer.addExpressionField("upper(t)", QgsField("loud", QVariant.String))
    assert [feature["loud"] for feature in found(layer).features] == ["TOWN", "LAKE"]
    assert "virtual or joined fields" in feedback.infos[-1]


def test_fields_that_a_geopackage_does_not_have_become_text(found, tmp_path):
    ring = "[[500050, 5799950], [500250, 5799950], [500250, 5799250], [500050, 5799950]]"
    features = ", ".join(
        f'{{"type": "Feature", "properties": {{"k": {k}, "tags": {tags}, "names": ["a", "b"]}}, '
        f'"geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}'
        for k, tags in ((3, '{"a": "лес"}'), (4, "null"))
    )
    (tmp_path / "a.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}', encoding="utf-8")
    layer = in_project(QgsVectorLayer(str(tmp_path / "a.geojson"), "tagged", "ogr"))
    layer.addExpressionField("k + 1", QgsField("more", QVariant.Int))
    shown = found(layer).features
    assert [(f["k"], f["more"]) for f in shown] == [(3, 4), (4, 5)]
    assert "лес" in shown[0]["tags"] and shown[1]["tags"] is None


def test_joined_fields(found, layer):
    table = in_project(QgsVectorLayer("NoGeometry?field=code:integer&field=kind:string(20)", "table", "memory"))
    for code, kind in ((1, "built"), (5, "water")):
        row = QgsFeature(table.fields())
        row.setAttributes([code, kind])
        table.dataProvider().addFeatures([row])
    join = QgsVectorLayerJoinInfo()
    join.setJoinLayer(table)
    join.setJoinFieldName("code")
    join.setTargetFieldName("k")
    join.setPrefix("of_")
    assert layer.addJoin(join)
    assert [feature["of_kind"] for feature in found(layer).features] == ["built", "water"]


def test_the_crs_of_the_layer(found, feedback, layer):
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:25833"))
    assert (found(layer).is_copy, found(layer).crs) == (True, "25833")
    assert "another coordinate reference system" in feedback.infos[-1]
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    assert not found(layer).is_copy


def test_the_encoding_of_the_layer(found, feedback, tmp_path):
    made = QgsVectorLayer("Point?crs=EPSG:32633&field=t:string(20)", "made", "memory")
    feature = QgsFeature(made.fields())
    feature.setGeometry(QgsGeometry.fromWkt("POINT(1 1)"))
    feature.setAttributes(["Лес"])
    made.dataProvider().addFeatures([feature])
    path = written(made, str(tmp_path / "cyrillic.shp"), "ESRI Shapefile", "windows-1251")
    declared = in_project(QgsVectorLayer(path, "declared", "ogr"))
    assert not found(declared).is_copy, "the file says so itself"
    declared.setProviderEncoding("ISO-8859-1")
    assert [feature["t"] for feature in found(declared).features] == ["Ëåñ"], "that is what QGIS shows"
    os.remove(tmp_path / "cyrillic.cpg")
    table = (tmp_path / "cyrillic.dbf").read_bytes()
    (tmp_path / "cyrillic.dbf").write_bytes(table[:29] + b"\0" + table[30:])
    told = in_project(QgsVectorLayer(path, "told", "ogr"))
    assert not found(told).is_copy, "nobody said anything"
    told.setProviderEncoding("windows-1251")
    assert [feature["t"] for feature in found(told).features] == ["Лес"]
    assert "another encoding" in feedback.infos[-1]


def test_filters(found, feedback, layer):
    assert layer.setSubsetString("k > 2 and t <> '|'")
    shown = found(layer)
    assert (shown.is_copy, [feature["k"] for feature in shown.features]) == (True, [5])
    assert "a filter" in feedback.infos[-1]
    assert [feature["k"] for feature in found(f"{layer.source().split('|')[0]}|subset=k < 2").features] == [1]


def test_a_geometry_type_of_a_mixed_table(found, make_vector):
    path = make_vector("mixed.gpkg", [("POINT (1 1)", {"k": 1}), (LEFT, {"k": 2})])
    layer = in_project(QgsVectorLayer(f"{path}|layername=features|geometrytype=Point", "points", "ogr"))
    assert [feature["k"] for feature in found(layer).features] == [1]


def test_selected_features_only(found, refusal, layer, two_fields, tmp_path):
    source = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    layer.selectByExpression("k = 5")
    assert [feature["k"] for feature in found(source).features] == [5]
    assert len(found(layer).features) == 2, "a selection alone does not count"
    layer.removeSelection()
    given = {"LABEL_FEATURES": source, "FIELD": "k", "IMAGE": two_fields[0], "OUTPUT": str(tmp_path / "p.gpkg")}
    assert "no feature of “my polygons” is selected" in refusal("selectsamples", **given)


def test_what_the_value_of_the_parameter_asks_for(found, layer):
    assert [f["k"] for f in found(QgsProcessingFeatureSourceDefinition(layer.id(), False, 1)).features] == [1]
    source = QgsProcessingFeatureSourceDefinition(layer.id())
    if not hasattr(source, "filterExpression"):  # before QGIS 3.32
        source = type("Definition", (QgsProcessingFeatureSourceDefinition,), {})(layer.id())
    source.filterExpression = '"k" * 2 = 10'
    assert [feature["k"] for feature in found(source).features] == [5]


def test_invalid_geometries(found, refusal, make_vector, two_fields, tmp_path):
    path = make_vector("p.gpkg", [(BOWTIE, {"k": 1}), (LEFT, {"k": 2})])

    def checked(how):
        flag = QgsProcessingFeatureSourceDefinition.FlagOverrideDefaultGeometryCheck
        return QgsProcessingFeatureSourceDefinition(path, False, -1, flag, how)

    assert not found(checked(QgsFeatureRequest.GeometryNoCheck)).is_copy
    assert [feature["k"] for feature in found(checked(QgsFeatureRequest.GeometrySkipInvalid)).features] == [2]
    given = {"FIELD": "k", "IMAGE": two_fields[0], "OUTPUT": str(tmp_path / "o.gpkg")}
    sentence = refusal("selectsamples", LABEL_FEATURES=checked(QgsFeatureRequest.GeometryAbortOnInvalid), **given)
    assert "feature 1 of “p” is not valid" in sentence


def test_memory_layers(found, feedback):
    fields = "&".join(
        f"field={name}:{kind}"
        for name, kind in (
            ("fid", "string(5)"), ("geom", "integer"), ("d", "date"), ("dt", "datetime"), ("l", "string[]"),
            ("b", "bool"), ("x", "binary"), ("t", "time"),
        )
    )  # fmt: skip
    layer = in_project(QgsVectorLayer(f"Point?crs=EPSG:32633&{fields}", "a/b: c", "memory"))
    for name in ("one", "one", None):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt("POINT(1 1)"))
        feature["fid"], feature["geom"], feature["l"], feature["b"] = name, 3, ["x", "y"], True
        layer.dataProvider().addFeatures([feature])
    shown = found(layer)
    assert [(f["fid"], f["geom"], f["b"]) for f in shown.features] == [("one", 3, 1), ("one", 3, 1), (None, 3, 1)]
    assert os.path.basename(shown.path) == "a_b_ c.gpkg"


def test_layers_of_other_providers(found, layer, tmp_path):
    (tmp_path / "p.csv").write_text("x,y,k\n500100,5799900,4\n500200,5799800,6\n")
    uri = f"file://{tmp_path}/p.csv?delimiter=,&xField=x&yField=y&crs=EPSG:32633"
    text = in_project(QgsVectorLayer(uri, "text", "delimitedtext"))
    assert [(f["k"]) for f in found(text).features] == [4, 6]
    virtual = in_project(QgsVectorLayer(f"?query=select k * 10 as k10, geometry from '{layer.id()}'", "v", "virtual"))
    assert sorted(feature["k10"] for feature in found(virtual).features) == [10, 50]


def test_formats_and_archives(found, layer, tmp_path):
    kml = written(layer, str(tmp_path / "a.kml"), "KML")
    assert len(found(kml).features) == 2
    written(layer, str(tmp_path / "z.shp"), "ESRI Shapefile")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for part in tmp_path.glob("z.[!z]*"):
            archive.write(part, part.name)
    shown = found(in_project(QgsVectorLayer(f"/vsizip/{tmp_path}/z.zip/z.shp", "zipped", "ogr")))
    assert shown.is_copy and [feature["k"] for feature in shown.features] == [1, 5]


def test_fields_that_a_copy_cannot_hold(refusal, two_fields, tmp_path):
    layer = in_project(QgsVectorLayer("Point?crs=EPSG:32633&field=k:integer&field=K:integer", "two", "memory"))
    given = {"FIELD": "k", "IMAGE": two_fields[0], "OUTPUT": str(tmp_path / "o.gpkg")}
    sentence = refusal("selectsamples", LABEL_FEATURES=layer, **given)
    assert "two fields are called “k”" in sentence and "Export the layer" in sentence


def test_a_copy_of_points_with_values_knows_what_they_are(found, run, two_fields, tmp_path):
    image, labels = two_fields
    paths = [str(tmp_path / name) for name in ("p.gpkg", "v.gpkg")]
    run("selectsamples", LABELS=labels, IMAGE=image, COUNT=5, OUTPUT=paths[0])
    run("extractvalues", POINTS=paths[0], INPUT=image, OUTPUT=paths[1])
    plain = found(paths[1], "SAMPLES", "trainforest")
    assert not plain.is_copy and "SOURCE" in plain.tags
    layer = in_project(QgsVectorLayer(paths[1], "values", "ogr"))
    layer.setSubsetString("class = 5")
    copy = found(layer, "SAMPLES", "trainforest")
    assert copy.is_copy and len(copy.features) == 5
    assert copy.tags == plain.tags
    assert list(copy.features[0]) == list(plain.features[0])


def test_a_copy_can_be_cancelled(algorithm, context, cancelling, engine_python, layer, ramp, tmp_path, monkeypatch):
    made, make = [], process.job_folder
    monkeypatch.setattr(process, "job_folder", lambda: made.append(make()) or made[-1])
    feedback = cancelling("what QGIS shows is copied")
    layer.setSubsetString("k > 0")
    parameters = {"LABEL_FEATURES": layer, "FIELD": "k", "IMAGE": ramp, "OUTPUT": str(tmp_path / "o.gpkg")}
    _, ok = algorithm("selectsamples").run(parameters, context, feedback)
    assert not ok and "cancelled" in feedback.errors[-1]
    assert not (tmp_path / "o.gpkg").exists() and not os.path.exists(made[0].name)


def test_samples_from_what_is_shown(run, layer, two_fields, tmp_path):
    layer.addExpressionField("case when k = 1 then 'rough' else 'smooth' end", QgsField("kind", QVariant.String))
    output = str(tmp_path / "o.gpkg")
    run("selectsamples", LABEL_FEATURES=layer, FIELD="kind", IMAGE=two_fields[0], COUNT=5, OUTPUT=output)
    points = QgsVectorLayer(output, "o", "ogr")
    assert {feature["name"] for feature in points.getFeatures()} == {"rough", "smooth"}


@pytest.fixture
def native(qgis):
    """QGIS's own algorithms."""
    registry, provider = qgis.processingRegistry(), QgsNativeAlgorithms()
    registry.addProvider(provider)
    yield
    registry.removeProvider(provider)


def test_in_a_model_too(native, context, feedback, engine_python, layer, two_fields, tmp_path):
    """A memory layer made by another step, and a layer of the project with edits."""
    layer.startEditing()
    for number, name in zip((1, 2), ("wood", "meadow")):
        layer.changeAttributeValue(number, layer.fields().indexOf("t"), name)
    model = QgsProcessingModelAlgorithm("shown")
    model.addModelParameter(QgsProcessingParameterFeatureSource("POLYGONS"), QgsProcessingModelParameter("POLYGONS"))
    step, value = QgsProcessingModelChildAlgorithm, QgsProcessingModelChildParameterSource
    made = step("native:extractbyexpression")
    made.setChildId("made")
    made.addParameterSources("INPUT", [value.fromModelParameter("POLYGONS")])
    made.addParameterSources("EXPRESSION", [value.fromStaticValue("t is not null")])
    model.addChildAlgorithm(made)
    sources = {"a": value.fromModelParameter("POLYGONS"), "b": value.fromChildOutput("made", "OUTPUT")}
    for name, source in sources.items():
        samples = step("rasterlearn:selectsamples")
        samples.setChildId(name)
        given = {"FIELD": "t", "IMAGE": two_fields[0], "COUNT": 5, "OUTPUT": str(tmp_path / f"{name}.gpkg")}
        samples.addParameterSources("LABEL_FEATURES", [source])
        for parameter, what in given.items():
            samples.addParameterSources(parameter, [value.fromStaticValue(what)])
        model.addChildAlgorithm(samples)
    for given in (layer, layer.id()):
        _, ok = model.create().run({"POLYGONS": given}, context, feedback)
        assert ok, feedback.errors
        for name in sources:
            points = QgsVectorLayer(str(tmp_path / f"{name}.gpkg"), "o", "ogr")
            assert {feature["name"] for feature in points.getFeatures()} == {"wood", "meadow"}
            os.remove(tmp_path / f"{name}.gpkg")
    layer.rollBack()


def test_what_was_shown_when_the_job_began(algorithm, context, feedback, engine_python, layer, two_fields, tmp_path):
    """As in the desktop: a thread of its own copies the layer, which its user edits meanwhile."""
    layer.startEditing()
    field = layer.fields().indexOf("t")
    layer.changeAttributeValue(1, field, "before")
    given = {"FIELD": "t", "IMAGE": two_fields[0], "COUNT": 5, "OUTPUT": str(tmp_path / "o.gpkg")}
    ended = []
    task = QgsProcessingAlgRunnerTask(algorithm("selectsamples"), {"LABEL_FEATURES": layer, **given}, context, feedback)
    task.executed.connect(lambda ok, results: ended.append(ok))
    layer.changeAttributeValue(1, field, "after")
    layer.deleteFeature(2)
    QgsApplication.taskManager().addTask(task)
    with no_hang():
        while not ended:
            QgsApplication.processEvents()
    assert ended == [True], feedback.errors
    points = QgsVectorLayer(given["OUTPUT"], "o", "ogr")
    assert {feature["name"] for feature in points.getFeatures()} == {"before", "lake"}
    layer.rollBack()
