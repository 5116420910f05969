import json
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from exporting_data import CLASSES, NORMALIZATION, built, described, forest_model, mapped, raw_pixels, saved

from rasterlearn.core.base.errors import InputError, OutputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.evaluation.layer_geometry import NotConvertible
from rasterlearn.core.exchange import served_network as serving
from rasterlearn.core.exchange.exporting import export_model
from rasterlearn.core.exchange.served_network import serve
from rasterlearn.core.raster.classes import ClassMap, LandClass


def exported(path, folder):
    """The signature that other programs call, and the description beside it; TensorFlow alone opens it."""
    export_model(path, saved_model=str(folder))
    description = json.loads((folder / "assets.extra" / "rasterlearn.json").read_text(encoding="utf-8"))
    module = tf.saved_model.load(str(folder))
    answer = module.signatures["serving_default"]
    answer.module = module  # whose weights it needs
    return answer, description


def slid_in_blocks(serve, description, images, block, name="prediction"):
    """OTBTF's fully convolutional mode: outputs (h, w, numbers), and where in the image they begin."""
    margins = [i["margin"] for i in description["inputs"]]
    left, top = (max(m[side] for m in margins) for side in (0, 1))
    right, bottom = (max(m[side] for m in margins) for side in (2, 3))
    height, width = images[0].shape[0] - top - bottom, images[0].shape[1] - left - right
    columns, rows = description["alignment"]
    height, width = height // rows * rows, width // columns * columns
    answer = None
    for y in range(0, height, block):
        for x in range(0, width, block):
            h, w = min(block, height - y), min(block, width - x)
            parts = {}
            for i, (image, margin) in enumerate(zip(images, margins), start=1):
                first_row, first_column = y + top - margin[1], x + left - margin[0]
                part = image[
                    first_row : first_row + h + margin[1] + margin[3],
                    first_column : first_column + w + margin[0] + margin[2],
                ]
                parts[f"source_{i}"] = tf.constant(part[np.newaxis].astype(np.float32))
            found = serve(**parts)[name].numpy()
            assert found.shape[:3] == (1, h, w)
            answer = np.zeros((height, width, found.shape[-1]), found.dtype) if answer is None else answer
            answer[y : y + h, x : x + w] = found[0]
    return answer, top, left


@pytest.mark.parametrize(
    ("architecture", "shapes", "normalization", "block"),
    [
        ("patch_cnn", [(16, 16)], NORMALIZATION, 40),
        ("texture_cnn", [(9, 15)], None, 64),
        ("texture_cnn", [(16, 16), (9, 13)], NORMALIZATION, 33),
        ("unet", [(32, 32)], NORMALIZATION, 24),
        ("segmentation", [(64, 64)], None, 48),
    ],
)
def test_the_savedmodel_gives_the_classes_of_the_map(
    make_raster, read_pixels, tmp_path, architecture, shapes, normalization, block
):
    model = saved(tmp_path, built(architecture, shapes, normalization))
    images = [raw_pixels(150, 171, seed=seed) for seed in range(len(shapes))]
    paths = [make_raster(f"image{i}.tif", image) for i, image in enumerate(images)]
    expected = mapped(paths, model, tmp_path / "map.tif", read_pixels)
    serve, description = exported(model, tmp_path / "served")
    found, top, left = slid_in_blocks(serve, description, images, block)
    inner = expected[top : top + found.shape[0], left : left + found.shape[1]]
    assert len(np.unique(inner)) > 1
    assert set(np.unique(found)) <= {-4, 7, 300}
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found[..., 0], inner)


def test_probabilities_and_features_are_those_of_the_map(make_raster, read_pixels, tmp_path):
    from rasterlearn.core.mapping.apply_model import Options, apply_model

    model = saved(tmp_path, built("texture_cnn", [(12, 12)]))
    image = raw_pixels(60, 50)
    path = make_raster("image.tif", image)
    serve, description = exported(model, tmp_path / "served")
    for name in ("probabilities", "features"):
        apply_model([path], model, str(tmp_path / "map.tif"), Options(result=name))
        found, top, left = slid_in_blocks(serve, description, [image], 20, name)
        expected = read_pixels(tmp_path / "map.tif")[top : top + found.shape[0], left : left + found.shape[1]]
        np.testing.assert_allclose(found, expected, atol=1e-5)
    assert {o["name"]: o["numbers"] for o in description["outputs"]}["features"] == found.shape[-1]


def test_a_dense_network_takes_many_patches_at_once_too(tmp_path):
    serve, description = exported(saved(tmp_path, built("texture_cnn", [(9, 15)])), tmp_path / "served")
    assert description["inputs"][0]["receptive_field"] == [15, 9]
    image = raw_pixels(30, 40).astype(np.float32)
    whole = serve(source_1=tf.constant(image[np.newaxis]))["probabilities"].numpy()[0]
    starts = [(0, 0), (5, 7), (21, 25)]
    patches = np.stack([image[r : r + 9, c : c + 15] for r, c in starts])
    found = serve(source_1=tf.constant(patches))["probabilities"].numpy()
    assert found.shape == (3, 1, 1, 3)
    np.testing.assert_allclose(found[:, 0, 0], [whole[r, c] for r, c in starts], atol=1e-6)


def identity(bands=2):
    """A network of single pixels whose features and scores equal its input."""
    pixel = keras.Input((1, 1, bands))
    layer = keras.layers.Conv2D(bands, 1, use_bias=False, name="features")
    network = keras.Model(pixel, keras.layers.Flatten()(layer(pixel)))
    layer.set_weights([np.eye(bands, dtype=np.float32)[np.newaxis, np.newaxis]])
    return network


TWO = ClassMap.of([LandClass(1, "a"), LandClass(2, "b")])


def test_the_normalization_inside_is_exact_to_the_last_bit(tmp_path):
    model = described(identity(), "own", [(1, 1)], classes=TWO)
    serve, _ = exported(saved(tmp_path, model), tmp_path / "served")
    pixels = np.random.default_rng(0).integers(0, 65536, (200, 300, 2)).astype(np.uint16)
    found = serve(source_1=tf.constant(pixels[np.newaxis].astype(np.float32)))["features"].numpy()[0]
    np.testing.assert_array_equal(found, NORMALIZATION.apply(pixels))
    less_exact = pixels.astype(np.float32) * np.float32(NORMALIZATION.gain) + np.float32(NORMALIZATION.bias)
    assert (less_exact != found).any()  # so the line above is a real test


def test_the_description_for_importers(tmp_path):
    model = built("unet", [(32, 32)])
    answer, description = exported(saved(tmp_path, model), tmp_path / "served")
    assert description["model"] == json.loads(json.dumps(model.description()))
    assert description["fingerprint"] == model.fingerprint
    assert (description["format"], description["signature"], description["scale"]) == (1, "serving_default", 1.0)
    (source,) = description["inputs"]
    assert (source["name"], source["bands"]) == ("source_1", 2)
    assert [o["name"] for o in description["outputs"]] == ["prediction", "probabilities", "features"]
    left, top, right, bottom = source["margin"]
    columns, rows = description["expression_field"]
    assert source["receptive_field"] == [left + columns + right, top + rows + bottom]
    assert columns % description["alignment"][0] == rows % description["alignment"][1] == 0
    shown = np.zeros((2, *source["receptive_field"][::-1], 2), np.float32)
    assert answer(source_1=tf.constant(shown))["prediction"].shape == (2, rows, columns, 1)


def test_sources_of_different_pixel_size_are_served_patch_by_patch(tmp_path):
    model = built("two_branch", [(16, 16), (8, 8)], pixel_sizes=[10.0, 20.0])
    events = []
    export_model(saved(tmp_path, model), saved_model=str(tmp_path / "served"), progress=Progress(events.append))
    assert any(
        "patch by patch" in e.get("text", "") and "different size (10 × 10 and 20 × 20)" in e["text"] for e in events
    )
    serve = (module := tf.saved_model.load(str(tmp_path / "served"))).signatures["serving_default"]
    fine, coarse = raw_pixels(16, 16 * 5), raw_pixels(8, 8 * 5, seed=1)
    patches = [
        np.stack([image[:, i * size : (i + 1) * size] for i in range(5)]).astype(np.float32)
        for image, size in ((fine, 16), (coarse, 8))
    ]
    found = serve(source_1=tf.constant(patches[0]), source_2=tf.constant(patches[1]))
    expected = np.asarray(model.network()([NORMALIZATION.apply(p) for p in patches], training=False))
    np.testing.assert_allclose(found["probabilities"].numpy()[:, 0, 0], expected, atol=1e-6)
    np.testing.assert_array_equal(found["prediction"].numpy()[:, 0, 0, 0], CLASSES.values[expected.argmax(-1)])
    assert module is not None


def test_what_has_no_dense_equivalent_is_served_patch_by_patch(tmp_path):
    image = keras.Input((8, 8, 2))
    x = keras.layers.Conv2D(2, 3, groups=2, name="odd")(image)
    network = keras.Model(image, keras.layers.Dense(3)(keras.layers.Flatten()(x)))
    serve, description = exported(saved(tmp_path, described(network, "own", [(8, 8)])), tmp_path / "served")
    assert description["evaluation"] == "patches"
    assert serve.structured_input_signature[1]["source_1"].shape.as_list() == [None, 8, 8, 2]
    assert set(serve.structured_outputs) == {"prediction", "probabilities"}


@pytest.mark.parametrize("output", ["saved_model", "onnx"])
def test_a_forest_is_refused_with_a_sentence(tmp_path, output):
    path = forest_model(tmp_path)
    with pytest.raises(InputError, match="Random Forest.*STAC"):
        export_model(path, **{output: str(tmp_path / "out.onnx")})
    assert [p.name for p in tmp_path.iterdir()] == ["f.rlmodel"]


def test_a_hybrid_is_refused_with_a_sentence():
    with pytest.raises(InputError, match="hybrid.*Random Forest"):
        serve(replace(built("patch_cnn", [(16, 16)]), kind="hybrid"))


def test_a_network_larger_than_a_graph_is_refused(monkeypatch):
    monkeypatch.setattr(serving, "MAXIMUM_BYTES", 1000)
    with pytest.raises(InputError, match="less than 2 GB"):
        serve(built("patch_cnn", [(16, 16)]))


@pytest.mark.parametrize("layer", [keras.layers.Conv2D, keras.layers.Conv2DTranspose])
def test_an_output_of_coarser_or_finer_pixels_is_refused(layer):
    image = keras.Input((16, 16, 2))
    network = keras.Model(image, layer(3, 2, strides=2)(image))
    with pytest.raises(NotConvertible, match="pixels of another size than those of its image"):
        serve(described(network, "own", [(16, 16)]))


def test_a_patch_network_of_any_size_is_served_densely():
    image = keras.Input((None, None, 2))
    x = keras.layers.Conv2D(4, 5, activation="relu")(image)
    network = keras.Model(image, keras.layers.Conv2D(3, 3, activation="softmax")(x))
    served = serve(described(network, "own", [(7, 7)]))
    assert served.evaluation == "dense" and served.margins[0].left == 3


def test_nothing_to_export(tmp_path):
    with pytest.raises(InputError, match="SAVEDMODEL, ONNX and STAC"):
        export_model(saved(tmp_path, described(identity(), "own", [(1, 1)], classes=TWO)))


def test_an_older_savedmodel_is_replaced_and_nothing_else(tmp_path):
    path, folder = saved(tmp_path, described(identity(), "own", [(1, 1)], classes=TWO)), tmp_path / "served"
    folder.mkdir()
    export_model(path, saved_model=str(folder))
    (folder / "saved_model.pb").write_bytes(b"older")
    export_model(path, saved_model=str(folder))
    assert (folder / "saved_model.pb").read_bytes() != b"older"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.rlmodel", "served"]
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"not empty.*notes.txt"):
        export_model(path, saved_model=str(folder))
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "saved_model.pb").exists()
