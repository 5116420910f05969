import csv
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest, chi2

from rasterlearn.core.base.errors import InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.evaluation.rewritten_network import up_to_features
from rasterlearn.core.images.image_source import Source
from rasterlearn.core.images.neighborhood import with_statistics
from rasterlearn.core.images.normalization import Normalization
from rasterlearn.core.judging import comparison as module
from rasterlearn.core.judging.comparison import (
    ComparisonOutputs,
    class_indices_of,
    compare_maps,
    compare_models,
    holm,
    mcnemar,
)
from rasterlearn.core.learning.forest_fitting import fit_forest
from rasterlearn.core.model.model_file import Model, save_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.samples.labels import LabelSource
from rasterlearn.core.samples.patch_stack import read_patches, write_patches
from rasterlearn.jobs.compare_models import CompareModels
from rasterlearn.models import MODELS
from rasterlearn.models.source_shape import SourceShape

CLASSES = ClassMap.of([LandClass(2, "water"), LandClass(5, "forest")])


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("only_first", "only_second"), [(0, 0), (3, 0), (7, 7), (4, 20), (24, 0), (1, 22)])
def test_few_discordant_samples_get_the_exact_test(only_first, only_second):
    count = only_first + only_second
    expected = binomtest(only_first, count, 0.5).pvalue if count else 1.0
    assert mcnemar(only_first, only_second) == pytest.approx(expected)


@pytest.mark.parametrize(("only_first", "only_second"), [(25, 0), (12, 13), (20, 20), (150, 86), (10**6, 10**6 + 4000)])
def test_many_discordant_samples_get_chi_square(only_first, only_second):
    statistic = max(abs(only_first - only_second) - 1, 0) ** 2 / (only_first + only_second)
    assert mcnemar(only_first, only_second) == pytest.approx(chi2.sf(statistic, 1))


def test_mcnemar_of_an_example_in_print():
    # Agresti, "Categorical Data Analysis", approval of the prime minister: 150 and 86, z = 4.17 without correction
    assert mcnemar(150, 86) == pytest.approx(4.115e-5, rel=1e-3)


def test_holms_adjustment():
    # Holm (1979): p values in order times 3, 2, 1, never falling
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.4, 0.9]) == pytest.approx([0.8, 0.9])
    assert holm([0.6, 0.7, 0.8]) == [1.0, 1.0, 1.0]
    assert holm([]) == []


def test_maps_are_compared_on_the_pixels_that_all_of_them_have(make_raster, tmp_path):
    reference = make_raster("reference.tif", np.array([[1, 1, 2, 2, 2, 255]], np.uint8), nodata=255)
    first = make_raster("first.tif", np.array([[1, 1, 2, 2, 1, 1]], np.uint8), nodata=0)
    second = make_raster("second.tif", np.array([[1, 2, 1, 2, 0, 1]], np.uint8), nodata=0)
    paths = [str(tmp_path / name) for name in ("t.csv", "p.csv", "r.html")]
    compared = compare_maps([first, second], LabelSource(reference), ComparisonOutputs(*paths))
    assert compared.dropped == 1
    assert [a.matrix.tolist() for a in compared.accuracies] == [[[2, 0], [0, 2]], [[1, 1], [1, 1]]]
    assert compared.pairs[0].table.tolist() == [[2, 2], [0, 0]]
    table = rows_of(paths[0])
    assert [row["name"] for row in table] == ["first.tif", "second.tif"]
    assert [row["samples"] for row in table] == ["4", "4"]
    assert [float(row["overall_accuracy"]) for row in table] == [1.0, 0.5]
    assert table[0]["kappa_low"] == ""  # one block does not show the spread
    (pair,) = rows_of(paths[1])
    assert (pair["only_first"], pair["only_second"], float(pair["p_value"])) == ("2", "0", 0.5)
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "first.tif" in html and "left out: not on all maps" in html and "+0.500" in html


def test_three_maps_on_other_grids_with_blocks(make_raster, tmp_path):
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, (200, 260)).astype(np.uint8)
    maps = []
    for i, share in enumerate((0.9, 0.8, 0.8)):
        pixels = np.where(rng.random(truth.shape) < share, truth, rng.integers(0, 3, truth.shape)).astype(np.uint8)
        shift = 5 * i
        origin = (500000.0 + 10 * shift, 5800000.0)
        maps.append(make_raster(f"m{i}.tif", pixels[:, shift:], origin=origin))
    outputs = ComparisonOutputs(str(tmp_path / "t.csv"))
    compared = compare_maps(maps, LabelSource(make_raster("truth.tif", truth)), outputs)
    assert compared.dropped == 200 * 10
    assert {a.count for a in compared.accuracies} == {200 * 250}
    assert [a.block_count for a in compared.accuracies] == [20] * 3
    assert [(p.first, p.second) for p in compared.pairs] == [(0, 1), (0, 2), (1, 2)]
    low, high = compared.pairs[0].interval
    assert 0 < low < compared.pairs[0].difference < high
    assert compared.pairs[2].interval[0] < 0 < compared.pairs[2].interval[1]
    differences = [
        a.overall_accuracy - b.overall_accuracy for a, b in zip(compared.accuracies, compared.accuracies[1:])
    ]
    assert [compared.pairs[i].difference for i in (0, 2)] == pytest.approx(differences)
    assert compared.adjusted_p_values[0] < 1e-6 < 0.01 < compared.adjusted_p_values[2]


def test_feature_names_of_any_map_are_known(make_raster, make_vector, tmp_path):
    from rasterlearn.core.images.legend import write_map_style

    for name, classes in (("a", [LandClass(1, "water")]), ("b", [LandClass(1, "water"), LandClass(2, "forest")])):
        make_raster(f"{name}.tif", np.array([[1, 1 if name == "a" else 2]], np.uint8))
        write_map_style(str(tmp_path / f"{name}.qml"), ClassMap.of(classes))
    points = {"POINT(500005 5799995)": "water", "POINT(500015 5799995)": "forest"}
    features = make_vector("p.gpkg", [(point, {"k": name}) for point, name in points.items()])
    paths = [str(tmp_path / "a.tif"), str(tmp_path / "b.tif")]
    compared = compare_maps(paths, LabelSource(None, features, "k"), ComparisonOutputs(str(tmp_path / "t.csv")))
    assert [a.overall_accuracy for a in compared.accuracies] == [0.5, 1.0]


def test_what_cannot_be_compared(make_raster, tmp_path):
    first = make_raster("first.tif", np.array([[1, 2]], np.uint8))
    output = ComparisonOutputs(str(tmp_path / "t.csv"))
    with pytest.raises(InputError, match="at least two files to compare, received 1"):
        compare_maps([first], LabelSource(first), output)
    with pytest.raises(InputError, match="same file is given twice"):
        compare_maps([first, first], LabelSource(first), output)
    elsewhere = make_raster("elsewhere.tif", np.array([[1, 2]], np.uint8), origin=(0.0, 0.0))
    with pytest.raises(InputError, match="mapped pixel of all of first.tif, elsewhere.tif"):
        compare_maps([first, elsewhere], LabelSource(first), output)
    other = make_raster("other.tif", np.array([[1, 2]], np.uint8), crs="EPSG:32632")
    with pytest.raises(InputError, match=r"other.tif.*EPSG:32632"):
        compare_maps([first, other], LabelSource(first), output)


def test_files_of_the_same_name_are_distinguished_by_their_folders():
    assert module._distinct(["/x/a/m.tif", "/x/b/m.tif"]) == ["a/m.tif", "b/m.tif"]


@pytest.fixture
def stack(make_raster):
    """40 patches of 4 × 6 pixels of one band: 1 or 9 at the center, and their labels."""
    labels = np.arange(40) % 2
    pixels = np.full((40, 6, 4), 5, np.uint16)
    pixels[:, 3, 2] = 1 + 8 * labels
    return (
        make_raster("patches.tif", pixels.reshape(-1, 4), crs=None),
        make_raster("labels.tif", np.where(labels, 5, 2).astype(np.uint8)[:, np.newaxis], crs=None),
    )


def forest(values=(1, 9), classes=CLASSES, **source):
    samples = np.repeat(np.array(values, np.float32), 20)[:, np.newaxis]
    fitted = fit_forest(samples, np.repeat(np.arange(2), 20), 2, trees=3)
    return Model.of_forest(fitted, classes, (Source(("B1",), (0.0, 0.0), **source),), {})


def network(height=6, width=4, sources=1, dense=False):
    """Sums all pixels of all sources; those above 119 of each source are the second class."""
    import keras

    inputs = [keras.Input((height, width, 1)) for _ in range(sources)]
    joined = keras.layers.Add()(inputs) if sources > 1 else inputs[0]
    values = joined if dense else keras.layers.Flatten()(joined)
    layer = keras.layers.Conv2D(2, 1) if dense else keras.layers.Dense(2)
    built = keras.Model(inputs if sources > 1 else inputs[0], keras.layers.Softmax()(layer(values)))
    if not dense:
        weights = np.stack([np.zeros(height * width), np.ones(height * width)], axis=1)
        layer.set_weights([weights, np.array([120.0 * sources, 0.0])])
    of = tuple(Source((f"B{i}",), (0.0, 0.0), width, height) for i in range(sources))
    return Model.of_network(built, "patch_cnn", CLASSES, of, {})


def twice(patches):
    return replace(patches, images=patches.images * 2, sources=patches.sources * 2)


def test_a_forest_sees_the_center_pixel(stack):
    patches = read_patches(*stack)
    assert class_indices_of(forest(), patches).tolist() == patches.labels.tolist()
    assert class_indices_of(forest((9, 1)), patches).tolist() == (1 - patches.labels).tolist()


def test_raw_patches_are_normalized_as_the_model_wants(stack):
    halved = Normalization("scale", ("B1",), (0.5,), (0.0,))
    patches = read_patches(*stack)
    model = forest((0.5, 4.5), normalization=halved)
    assert class_indices_of(model, patches).tolist() == patches.labels.tolist()


def test_a_network_sees_its_patch_around_the_center(stack, make_raster):
    patches = read_patches(*stack)
    assert class_indices_of(network(), patches).tolist() == patches.labels.tolist()
    larger = np.full((40, 10, 8), 1000, np.uint16)  # the surroundings of the patch do not matter
    larger[:, 2:8, 2:6] = patches.images[0][..., 0]
    wide = read_patches(make_raster("wide.tif", larger.reshape(-1, 8), crs=None), stack[1])
    assert class_indices_of(network(), wide).tolist() == patches.labels.tolist()


def test_a_network_of_several_sources(stack):
    patches = read_patches(*stack)
    assert class_indices_of(network(sources=2), twice(patches)).tolist() == patches.labels.tolist()
    with pytest.raises(InputError, match="“the model” expects 2 images, received patches of 1"):
        class_indices_of(network(sources=2), patches)


def test_a_forest_on_a_neighborhood_and_one_on_deep_features(stack):
    patches = read_patches(*stack)
    pixels = patches.images[0].astype(np.float32)
    shown = np.concatenate([with_statistics(patch, 6, 4)[0] for patch in pixels])
    around = Model.of_forest(
        fit_forest(shown, patches.labels, 2, trees=5),
        CLASSES,
        (Source(("B1",), (0.0, 0.0), 4, 6, neighborhood=True),),
        {},
    )
    assert class_indices_of(around, patches).tolist() == patches.labels.tolist()
    built = MODELS["texture_cnn"].build([SourceShape(12, 12, 1, [5.0], [4.0])], 2)
    base = Model.of_network(built, "texture_cnn", CLASSES, (Source(("B1",), (0.0, 0.0), 12, 12),), {})
    wide = replace(patches, images=(np.pad(pixels, ((0, 0), (3, 3), (4, 4), (0, 0))),))
    deep = np.asarray(up_to_features(built)(wide.images[0]))
    hybrid = Model.of_hybrid(base, fit_forest(deep, patches.labels, 2, trees=5), CLASSES, {})
    expected = hybrid.forest().probabilities(deep).argmax(axis=1)
    assert class_indices_of(hybrid, wide).tolist() == expected.tolist()


def test_models_that_do_not_fit_are_refused(stack):
    patches = read_patches(*stack)
    with pytest.raises(InputError, match="expects height × width × bands 8 × 4 × 1, received 6 × 4 × 1"):
        class_indices_of(network(height=8), patches, "net")
    with pytest.raises(InputError, match="“net” answers with an image"):
        class_indices_of(network(dense=True), patches, "net")
    imported = Model("graph", "graph", CLASSES, (Source(("B1",), (0.0, 0.0)),), b"")
    with pytest.raises(InputError, match="of the kind “graph”"):
        class_indices_of(imported, patches)


def test_models_on_the_same_patches(stack, tmp_path):
    swapped = ClassMap.of([LandClass(5, "forest"), LandClass(7, "wetland")])
    paths = []
    for name, model in (("good", forest()), ("bad", forest((9, 1))), ("other", forest(classes=swapped))):
        paths.append(str(tmp_path / f"{name}.rlmodel"))
        save_model(paths[-1], model)
    output, report = str(tmp_path / "t.csv"), str(tmp_path / "r.html")
    job = CompareModels(output=output, models=paths, stacks=[stack[0]], labels=stack[1], report=report)
    assert job.run(Progress()) == {"SAMPLE_COUNT": 40, "DROPPED_COUNT": 0}
    table = rows_of(output)
    assert [float(row["overall_accuracy"]) for row in table] == [1.0, 0.0, 0.0]
    assert [row["name"] for row in table] == ["good.rlmodel", "bad.rlmodel", "other.rlmodel"]
    compared = compare_models(paths, [stack[0]], stack[1], ComparisonOutputs(output))
    assert compared.accuracies[0].classes.values.tolist() == [2, 5, 7]
    assert compared.accuracies[2].matrix.tolist() == [[0, 20, 0], [0, 0, 20], [0, 0, 0]]
    assert compared.accuracies[0].blocks is None
    assert np.isfinite(compared.pairs[0].interval).all()


def test_models_are_compared_on_patches_whose_texts_have_other_numbers(stack, tmp_path):
    paths, patches = [], read_patches(*stack)
    for name, means in (("good", (1, 9)), ("bad", (9, 1))):
        paths.append(str(tmp_path / f"{name}.rlmodel"))
        save_model(paths[-1], forest(means))
    numbered = [LandClass(0, "forest"), LandClass(1, "water")]
    others = replace(patches, classes=replace(ClassMap.of(numbered), is_numbered=True), labels=1 - patches.labels)
    files = [str(tmp_path / name) for name in ("numbered.tif", "numbers.tif")]
    write_patches(*files, others)
    expected, compared = (
        compare_models(paths, [some[0]], some[1], ComparisonOutputs(str(tmp_path / "t.csv"))) for some in (stack, files)
    )
    assert [a.matrix.tolist() for a in compared.accuracies] == [a.matrix.tolist() for a in expected.accuracies]


def test_maps_and_models_at_once_are_refused(tmp_path):
    for job in (
        CompareModels(output="t.csv"),
        CompareModels(output="t.csv", maps=["a.tif", "b.tif"], models=["a.rlmodel", "b.rlmodel"]),
    ):
        with pytest.raises(InputError, match="either maps .* or models"):
            job.run(Progress())
    with pytest.raises(InputError, match="PATCHES.*LABELS"):
        CompareModels(output="t.csv", models=["a.rlmodel", "b.rlmodel"]).run(Progress())
