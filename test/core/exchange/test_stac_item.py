import json
import re

import jsonschema
import pytest
from exporting_data import CLASSES, NORMALIZATION, built, forest_model, saved
from referencing import Registry, Resource

from rasterlearn.core.exchange.exporting import export_model


@pytest.fixture(scope="module")
def schemas(root):
    """The published schemas by the addresses that refer to them; none is fetched."""
    addresses = {
        r"stac-1.1.0-(.*)\.json": "https://schemas.stacspec.org/v1.1.0/item-spec/json-schema/{}.json",
        r"geojson-(.*)\.json": "https://geojson.org/schema/{}.json",
        r"([a-z]+)-(\d.*)\.json": "https://stac-extensions.github.io/{}/v{}/schema.json",
    }
    found = {}
    for path in (root / "test" / "stac_schemas").glob("*.json"):
        pattern, address = next((p, a) for p, a in addresses.items() if re.fullmatch(p, path.name))
        found[address.format(*re.fullmatch(pattern, path.name).groups())] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def faults_of(schemas):
    """Faults that the schemas of STAC and MLM find in an item."""

    def fetch(address):
        raise AssertionError(f"{address} is not among the stored schemas")

    resources = [(address, Resource.from_contents(schema)) for address, schema in schemas.items()]
    registry = Registry(retrieve=fetch).with_resources(resources).crawl()

    def faults(item):
        wanted = ["https://schemas.stacspec.org/v1.1.0/item-spec/json-schema/item.json", *item["stac_extensions"]]
        validators = (jsonschema.Draft7Validator(schemas[address], registry=registry) for address in wanted)
        return [error.message for validator in validators for error in validator.iter_errors(item)]

    return faults


def item_of(path, folder, **outputs):
    export_model(path, stac=str(folder / "item.json"), **outputs)
    return json.loads((folder / "item.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("architecture", "shapes", "normalization", "answers"),
    [
        ("texture_cnn", [(9, 15)], NORMALIZATION, [-1, 3]),
        ("texture_cnn", [(16, 16), (12, 12)], None, [-1, 3]),
        ("unet", [(32, 32)], NORMALIZATION, [-1, 32, 32, 3]),
    ],
)
def test_the_item_is_valid(faults_of, tmp_path, architecture, shapes, normalization, answers):
    item = item_of(saved(tmp_path, built(architecture, shapes, normalization)), tmp_path)
    assert faults_of(item) == []
    properties = item["properties"]
    assert [i["input"]["shape"] for i in properties["mlm:input"]] == [[-1, h, w, 2] for h, w in shapes]
    assert properties["mlm:output"][0]["result"]["shape"] == answers
    assert properties["mlm:total_parameters"] > 500
    assert properties["mlm:hyperparameters"] == {"epochs": 1, "class_weights": "none"}


def test_the_validation_finds_faults(faults_of, tmp_path):
    item = item_of(saved(tmp_path, built("patch_cnn", [(16, 16)])), tmp_path)
    for name in ("mlm:input", "bands", "mlm:name"):
        broken = {**item, "properties": {k: v for k, v in item["properties"].items() if k != name}}
        assert faults_of(broken), name
    assert faults_of({**item, "bbox": [0, 0, 1, 1]})


def test_classes_bands_and_scaling(tmp_path):
    item = item_of(saved(tmp_path, built("patch_cnn", [(16, 16)])), tmp_path)
    classes = item["properties"]["mlm:output"][0]["classification:classes"]
    assert [(c["value"], c["name"]) for c in classes] == [(c.value, c.name) for c in CLASSES]
    assert [c["color_hint"] for c in classes] == ["106B00", "7FBCFC", "A15C44"]
    (source,) = item["properties"]["mlm:input"]
    assert source["bands"] == ["red", "nir"]
    for scaling, gain, bias in zip(source["value_scaling"], NORMALIZATION.gain, NORMALIZATION.bias):
        assert (500 - scaling["mean"]) / scaling["stddev"] == pytest.approx(500 * gain + bias)


def test_assets_are_referred_to_from_where_the_item_lies(faults_of, tmp_path):
    (tmp_path / "my models").mkdir()
    (tmp_path / "catalog").mkdir()
    path = saved(tmp_path / "my models", built("patch_cnn", [(16, 16)]))
    outputs = {"saved_model": str(tmp_path / "catalog" / "served"), "onnx": str(tmp_path / "catalog" / "m.onnx")}
    item = item_of(path, tmp_path / "catalog", **outputs)
    assert faults_of(item) == []
    references = {key: asset["href"] for key, asset in item["assets"].items()}
    assert references == {"model": "./../my%20models/model.rlmodel", "savedmodel": "./served", "onnx": "./m.onnx"}


def test_a_forest_can_be_described(faults_of, tmp_path):
    item = item_of(forest_model(tmp_path), tmp_path)
    assert faults_of(item) == []
    assert item["properties"]["mlm:framework"] == "scikit-learn"
