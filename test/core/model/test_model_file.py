import io
import json
import zipfile
from dataclasses import replace

import h5py
import keras
import numpy as np
import pytest

from rasterlearn.core.base.errors import InputError, ModelFileError
from rasterlearn.core.base.plain_json import MAXIMUM_JSON_BYTES
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.normalization import Normalization
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.model.model_file import Model, load_model, save_model
from rasterlearn.core.model.network_file import open_network
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape

CLASSES = ClassMap.of([LandClass(1, "Wald & Wiese", "#00ff00"), LandClass(7, "Wasser", "#0000ff")])
SOURCE = Source(
    ("B4", "B3"), (10.0, 10.0), 16, 16, Normalization("max", ("B4", "B3"), (0.1, 0.2), (0.0, 1.0)), (0.5, 0.25)
)


@pytest.fixture(scope="module")
def model():
    network = MODELS["patch_cnn"].build([SourceShape(16, 16, 2, [0.1, 0.2], [1.0, 2.0])], 2)
    return Model.of_network(network, "patch_cnn", CLASSES, (SOURCE,), {"parameters": {"seed": 3}})


@pytest.fixture
def path(model, tmp_path):
    save_model(str(tmp_path / "m.rlmodel"), model, "<html></html>")
    return str(tmp_path / "m.rlmodel")


def rewritten(path, tmp_path, **entries):
    """The model file with some entries replaced (None removes one)."""
    changed = str(tmp_path / "changed.rlmodel")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        contents = {name: old.read(name) for name in old.namelist()}
        contents.update({name.replace("__", "."): data for name, data in entries.items()})
        for name, data in contents.items():
            if data is not None:
                new.writestr(name, data)
    return changed


def with_config(model, change):
    """The model with its network's config.json changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(model.payload)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "config.json":
                config = json.loads(data)
                change(config)
                data = json.dumps(config)
            new.writestr(name, data)
    return replace(model, payload=buffer.getvalue())


def with_weights(model, change):
    """The model with its network's weights file changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(model.payload)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "model.weights.h5":
                weights = io.BytesIO(data)
                with h5py.File(weights, "a") as file:
                    change(file)
                data = weights.getvalue()
            new.writestr(name, data)
    return replace(model, payload=buffer.getvalue())


def test_round_trip(model, path):
    again = load_model(path)
    assert again == model
    assert again.fingerprint == model.fingerprint
    patches = np.random.default_rng(0).normal(size=(3, 16, 16, 2)).astype(np.float32)
    np.testing.assert_array_equal(np.asarray(again.network()(patches)), np.asarray(model.network()(patches)))


def test_forest_round_trip(tmp_path):
    samples = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    forest = fit_forest(samples, (samples[:, 0] > 0).astype(int), 2, trees=3)
    source = replace(SOURCE, patch_width=1, patch_height=1)
    save_model(str(tmp_path / "f.rlmodel"), Model.of_forest(forest, CLASSES, (source,), {}))
    again = load_model(str(tmp_path / "f.rlmodel")).forest()
    np.testing.assert_array_equal(again.probabilities(samples), forest.probabilities(samples))


def test_the_file_holds_style_and_report(path):
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == {"model.json", "network.keras", "style.qml", "report.html"}
        assert b"Wald &amp; Wiese" in archive.read("style.qml")


def test_the_fingerprint_follows_weights_and_description(model):
    assert replace(model, training={"parameters": {"seed": 4}}).fingerprint != model.fingerprint
    assert replace(model, payload=model.payload + b"x").fingerprint != model.fingerprint


def test_another_ending_is_refused(model, tmp_path):
    with pytest.raises(InputError, match=r"\.rlmodel"):
        save_model(str(tmp_path / "m.zip"), model)


def test_unknown_version(path, tmp_path):
    with zipfile.ZipFile(path) as archive:
        description = json.loads(archive.read("model.json"))
    changed = rewritten(path, tmp_path, model__json=json.dumps({**description, "format": 99}))
    with pytest.raises(ModelFileError, match="format version 99.*Update RasterLearn"):
        load_model(changed)


@pytest.mark.parametrize(
    "entries",
    [
        {"model__json": None},
        {"model__json": b"{"},
        {"model__json": b"[]"},
        {"model__json": b"[" * 100000},
        {"model__json": b'{"kind": "network", "format": 1}'},
        {"model__json": b" " * (MAXIMUM_JSON_BYTES + 1)},
        {"network__keras": None},
        {"extra__py": b"import os"},
        {"../evil__txt": b"x"},
    ],
    ids=lambda e: f"{next(iter(e))} {str(next(iter(e.values())))[:12]}",
)
def test_damaged_files_are_refused(path, tmp_path, entries):
    with pytest.raises(ModelFileError):
        load_model(rewritten(path, tmp_path, **entries))


def test_other_files_are_refused(tmp_path, path):
    with open(path, "rb") as file:
        data = file.read()
    for name, content in {"empty": b"", "text": b"hello", "cut": data[: len(data) // 2]}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ModelFileError, match=name):
            load_model(str(tmp_path / name))
    with pytest.raises(ModelFileError, match="not found"):
        load_model(str(tmp_path / "missing.rlmodel"))
    with pytest.raises(ModelFileError):
        load_model(str(tmp_path))


def add_lambda(config):
    layer = keras.layers.Lambda(lambda x: x)
    config["config"]["layers"].append(keras.saving.serialize_keras_object(layer))


def rename_class(module, class_name, registered=None):
    def change(config):
        config["config"]["layers"][2].update(module=module, class_name=class_name, registered_name=registered)

    return change


def nested_initializer(config):
    initializer = {"module": "os", "class_name": "system", "config": {"command": "false"}, "registered_name": None}
    config["config"]["layers"][2]["config"]["kernel_initializer"] = initializer


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (add_lambda, "Lambda"),
        (rename_class("os", "system"), "os.system"),
        (rename_class("keras.layers", "TorchModuleWrapper"), "TorchModuleWrapper"),
        (rename_class("keras.layers", "TFSMLayer"), "TFSMLayer"),
        (rename_class("keras.layers", "Conv2D", "evil>Layer"), "evil>Layer"),
        (nested_initializer, "os.system"),
    ],
)
def test_networks_with_unknown_parts_never_reach_keras(model, monkeypatch, change, word):
    monkeypatch.setattr(keras.saving, "load_model", lambda *_, **__: pytest.fail("Keras saw the network"))
    with pytest.raises(ModelFileError, match=word):
        with_config(model, change).network()


def external_link(file):
    file["evil"] = h5py.ExternalLink("/etc/passwd", "/")


def external_storage(file):
    file.create_dataset("evil", (4,), "u1", external=[("/etc/passwd", 0, 4)])


def loop(file):
    file["again"] = file["/"]


@pytest.mark.parametrize("change", [external_link, external_storage])
def test_weights_that_point_to_other_files_are_refused(model, change):
    with pytest.raises(ModelFileError, match="another file"):
        with_weights(model, change).network()


def test_groups_that_contain_themselves_do_not_hang(model):
    with pytest.raises(ModelFileError, match="contains itself"):
        with_weights(model, loop).network()


def test_a_description_that_does_not_fit_the_network(model):
    with pytest.raises(ModelFileError, match="does not fit"):
        replace(model, sources=(replace(SOURCE, patch_width=8),)).network()
    with pytest.raises(ModelFileError, match="does not fit"):
        replace(model, sources=(replace(SOURCE, neighborhood=True),)).network()


def hybrid_of(model):
    samples = np.random.default_rng(0).normal(size=(50, 32)).astype(np.float32)
    classes = ClassMap.of([LandClass(1, "a"), LandClass(2, "b"), LandClass(3, "c")])  # different from the network's
    forest = fit_forest(samples, np.arange(50) % 3, 3, trees=3)
    return Model.of_hybrid(model, forest, classes, {}), forest, samples


def test_a_hybrid_holds_network_and_forest(model, tmp_path):
    hybrid, forest, samples = hybrid_of(model)
    path = str(tmp_path / "h.rlmodel")
    save_model(path, hybrid)
    again = load_model(path)
    assert again == hybrid and again.fingerprint == hybrid.fingerprint != model.fingerprint
    assert (again.kind, again.architecture, again.sources) == ("hybrid", "patch_cnn", (SOURCE,))
    assert replace(hybrid, head=b"x").fingerprint != hybrid.fingerprint
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == {"model.json", "network.keras", "forest.npz", "style.qml"}
    np.testing.assert_array_equal(again.forest().probabilities(samples), forest.probabilities(samples))
    assert again.network().output_shape == (None, 2)


def described(path, **changes):
    with zipfile.ZipFile(path) as archive:
        return json.dumps({**json.loads(archive.read("model.json")), **changes})


@pytest.mark.parametrize("missing", ["network__keras", "forest__npz"])
def test_a_hybrid_needs_both(model, tmp_path, missing):
    path = str(tmp_path / "h.rlmodel")
    save_model(path, hybrid_of(model)[0])
    with pytest.raises(ModelFileError, match="unexpected files"):
        load_model(rewritten(path, tmp_path, **{missing: None}))
    for kind in ("network", "forest"):
        with pytest.raises(ModelFileError, match="unexpected files"):
            load_model(rewritten(path, tmp_path, model__json=described(path, kind=kind)))


@pytest.mark.parametrize("kind", ["chimera", None, ["hybrid"], {}])
def test_unknown_kinds_are_refused(path, tmp_path, kind):
    with pytest.raises(ModelFileError, match="unknown kind"):
        load_model(rewritten(path, tmp_path, model__json=described(path, kind=kind)))


def test_the_parts_of_a_hybrid_are_checked_like_those_of_others(model, tmp_path, monkeypatch):
    hybrid, _, samples = hybrid_of(model)
    with pytest.raises(ModelFileError, match="forest in the model file is damaged"):
        replace(hybrid, head=b"nothing").forest()
    two = fit_forest(samples, np.arange(50) % 2, 2, trees=3)
    with pytest.raises(ModelFileError, match="does not fit"):
        replace(hybrid, head=two.to_bytes()).forest()
    with pytest.raises(ModelFileError, match="does not fit"):
        replace(hybrid, sources=(replace(SOURCE, patch_width=8),)).network()
    monkeypatch.setattr(keras.saving, "load_model", lambda *_, **__: pytest.fail("Keras saw the network"))
    with pytest.raises(ModelFileError, match="Lambda"):
        with_config(hybrid, add_lambda).network()
    monkeypatch.setattr("rasterlearn.core.model.model_file.MAXIMUM_BYTES", len(hybrid.head) - 1)
    save_model(str(tmp_path / "h.rlmodel"), replace(hybrid, payload=b"short"))
    with pytest.raises(ModelFileError, match="forest.npz.*at most"):
        load_model(str(tmp_path / "h.rlmodel"))


DESCRIPTIONS = [
    ({"classes": []}, "classes"),
    ({"classes": [{"value": 1, "name": "a", "color": "red"}]}, "classes"),
    ({"classes": [{"value": 1, "name": "a", "color": "#00ff00'onload='x"}]}, "classes"),
    ({"classes": [{"value": 1.5, "name": "a", "color": ""}]}, "classes"),
    ({"classes": [{"value": 10**30, "name": "a", "color": ""}]}, "classes"),
    ({"classes": [{"value": 1, "name": ["a"], "color": ""}]}, "classes"),
    ({"classes": [{"value": i, "name": str(i), "color": ""} for i in range(1001)]}, "classes"),
    ({"sources": []}, "sources"),
    ({"sources": "x"}, "sources"),
    ({"sources": [SOURCE.to_json()] * 17}, "sources"),
    ({"training": [1]}, "trained"),
    ({"architecture": {"a": 1}}, "architecture"),
    ({"architecture": "x" * 20_000}, "architecture"),
    ({"format": True}, "format version"),
    ({"format": [1]}, "format version"),
]


@pytest.mark.parametrize(("changes", "words"), DESCRIPTIONS, ids=lambda v: str(v)[:60])
def test_descriptions_out_of_bounds(path, tmp_path, changes, words):
    with pytest.raises(ModelFileError, match=words):
        load_model(rewritten(path, tmp_path, model__json=described(path, **changes)))


SOURCES = [
    {"patch_width": 0}, {"patch_width": 10**9}, {"patch_width": float("inf")}, {"patch_height": "16"},
    {"patch_height": 1.5}, {"bands": []}, {"bands": "B4"}, {"bands": [4, 3]}, {"bands": ["B4"]},
    {"pixel_size": [10.0]}, {"pixel_size": [float("nan"), 10.0]}, {"pixel_size": [float("inf"), 1]}, {"pixel_size": 5},
    {"pixel_size": [10.0, 0.0]}, {"pixel_size": [10.0, -10.0]},
    {"fill": [float("nan"), 0.0]}, {"fill": [0.5]}, {"fill": None}, {"neighborhood": "yes"}, {"normalization": []},
    {"normalization": {"method": "max", "bands": ["a"], "gain": [1.0], "bias": [0.0]}},
    {"normalization": {"method": "max", "bands": ["a", "b"], "gain": [1.0, float("inf")], "bias": [0.0, 0.0]}},
    {"normalization": {"method": "max", "bands": ["a", "b"], "gain": [1.0, "2"], "bias": [0.0, 0.0]}},
    {"normalization": {"method": 5, "bands": ["a", "b"], "gain": [1.0, 1.0], "bias": [0.0, 0.0]}},
]  # fmt: skip


@pytest.mark.parametrize("changes", SOURCES, ids=str)
def test_sources_out_of_bounds(path, tmp_path, changes):
    source = {**SOURCE.to_json(), **changes}
    with pytest.raises(ModelFileError, match="The description in “changed.rlmodel” is damaged: .*malformed"):
        load_model(rewritten(path, tmp_path, model__json=described(path, sources=[source])))


def test_control_characters_in_names_are_not_shown(path, tmp_path):
    source = {**SOURCE.to_json(), "bands": ["B4\x1b[31m", "B3\u202e"]}
    model = load_model(rewritten(path, tmp_path, model__json=described(path, sources=[source])))
    assert model.sources[0].bands == ("B4\ufffd[31m", "B3\ufffd")


def test_keras_sees_nothing_but_what_was_checked(model, monkeypatch):
    """Even if two readers could interpret a file differently."""
    seen = {}

    def load(path, **options):
        with zipfile.ZipFile(path) as archive:
            seen.update({name: archive.read(name) for name in archive.namelist()}, **options)
        return original(path, **options)

    original = keras.saving.load_model
    monkeypatch.setattr(keras.saving, "load_model", load)
    foreign = with_config(model, lambda config: config.update(compile_config={"optimizer": "adam"}))
    foreign.network()
    assert set(seen) == {"metadata.json", "config.json", "model.weights.h5", "compile", "safe_mode"}
    assert seen["safe_mode"] is True and seen["compile"] is False
    with zipfile.ZipFile(io.BytesIO(foreign.payload)) as archive:
        given = {name: archive.read(name) for name in archive.namelist()}
    assert "compile_config" in json.loads(given["config.json"])
    assert "compile_config" not in json.loads(seen["config.json"])
    assert seen["model.weights.h5"] != given["model.weights.h5"]  # rewritten


def test_a_network_for_a_fixed_number_of_patches(model):
    def fixed(config):
        for layer in config["config"]["layers"]:
            if layer["class_name"] == "InputLayer":
                layer["config"]["batch_shape"][0] = 7

    with pytest.raises(ModelFileError, match="fixed numbers"):
        with_config(model, fixed).network()


def test_layers_whose_output_no_memory_holds():
    image = keras.Input((16, 16, 2))
    x = keras.layers.Conv2D(8, 3)(image)
    for _ in range(3):
        x = keras.layers.UpSampling2D(32)(x)
    network = keras.Model(image, keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(x)))
    with pytest.raises(ModelFileError, match="for one patch; at most"):
        Model.of_network(network, "own", CLASSES, (SOURCE,), {}).network()


def keras_bytes(network, tmp_path):
    network.save(tmp_path / "n.keras")
    return (tmp_path / "n.keras").read_bytes()


def test_a_network_of_unknown_bands(tmp_path):
    image = keras.Input((4, 4, None))
    network = keras.Model(image, keras.layers.Softmax()(keras.layers.GlobalAveragePooling2D()(image)))
    with pytest.raises(ModelFileError, match=r"expected one score per class|how many bands"):
        open_network(keras_bytes(network, tmp_path))


@pytest.mark.parametrize(
    "layer",
    [keras.layers.Normalization(mean=[0.0, 1.0], variance=[1.0, 2.0]), keras.layers.Rescaling([1.0, 2.0])],
    ids=["normalization", "rescaling"],
)
def test_a_layer_with_numbers_for_other_bands(tmp_path, layer):
    """Keras notices only when the network runs."""
    image = keras.Input((4, 4, 2))
    payload = keras_bytes(keras.Model(image, keras.layers.Flatten()(layer(image))), tmp_path)
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries["config.json"] = entries["config.json"].replace(b"[null, 4, 4, 2]", b"[null, 4, 4, 3]")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    with pytest.raises(ModelFileError, match="which do not fit its input|is damaged"):
        open_network(buffer.getvalue())
