import json
from dataclasses import replace

import numpy as np
import pytest

from rasterlearn.core.classes import ClassMap, LandClass
from rasterlearn.core.errors import Cancelled, InputError, RasterLearnError
from rasterlearn.core.grid import Grid
from rasterlearn.core.leakage import Places
from rasterlearn.core.model_file import load_model
from rasterlearn.core.normalization import Normalization
from rasterlearn.core.patches import PatchSet, write_patches
from rasterlearn.core.progress import Progress
from rasterlearn.core.source import Source
from rasterlearn.core.training import Settings, train_model, train_network

CLASSES = ClassMap.of([LandClass(2, "dark"), LandClass(9, "bright"), LandClass(11, "rough")])
SOURCE = Source(("a", "b"), (10.0, 10.0), 16, 16)


def patch_set(count, seed=0, classes=CLASSES, offset=0.0):
    """Patches of three kinds that differ in level and roughness."""
    rng = np.random.default_rng(seed)
    labels = np.sort(rng.integers(0, len(classes), count))
    level, noise = np.array([300, 900, 900])[labels], np.array([20, 20, 300])[labels]
    pixels = rng.standard_normal((count, 16, 16, 2)) * noise[:, None, None, None] + level[:, None, None, None] + offset
    return PatchSet(pixels.clip(0, 3000).astype(np.uint16), labels, classes, SOURCE)


def weights(training):
    return np.concatenate([w.ravel() for w in training.model.network().get_weights()])


def test_a_network_learns_and_the_last_partial_batch_counts():
    training = train_network(patch_set(130), patch_set(77, seed=1), settings=Settings(epochs=12, batch_size=50))
    assert training.accuracy.kappa > 0.95
    assert training.training_accuracy.count == 130
    assert training.accuracy.count == 77
    assert [r["epoch"] for r in training.history] == list(range(1, 13))
    assert training.history[-1]["loss"] < training.history[0]["loss"]


def test_fewer_samples_than_one_batch_train_too():
    training = train_network(patch_set(30), None, settings=Settings(epochs=20, batch_size=100))
    assert training.training_accuracy.overall_accuracy > 0.9
    assert training.accuracy is None
    assert training.results()["KAPPA"] == training.training_accuracy.kappa


def test_history_is_what_a_plain_evaluation_gives():
    validation = patch_set(60, seed=1)
    training = train_network(patch_set(60), validation, settings=Settings(epochs=2))
    probabilities = np.asarray(training.model.network()(validation.pixels.astype(np.float32)))
    loss = -np.log(probabilities[np.arange(60), validation.labels]).mean()
    last = training.history[-1]
    assert last["validation_loss"] == pytest.approx(loss, rel=1e-4)
    assert last["validation_accuracy"] == pytest.approx((probabilities.argmax(1) == validation.labels).mean())


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    runs = [train_network(patch_set(60), None, settings=Settings(epochs=2, seed=s, augment=True)) for s in (4, 4, 5)]
    np.testing.assert_array_equal(weights(runs[0]), weights(runs[1]))
    assert (weights(runs[0]) != weights(runs[2])).any()


def test_validation_influences_nothing():
    alone = train_network(patch_set(60), None, settings=Settings(epochs=3))
    judged = train_network(patch_set(60), patch_set(40, seed=1), settings=Settings(epochs=3))
    np.testing.assert_array_equal(weights(alone), weights(judged))


def test_the_network_standardizes_its_own_input():
    training = train_network(patch_set(60), None, settings=Settings(epochs=1))
    layer = training.model.network().get_layer("standardization")
    pixels = patch_set(60).pixels.astype(np.float64)
    np.testing.assert_allclose(np.ravel(layer.mean), pixels.mean((0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(np.ravel(layer.variance), pixels.var((0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(training.model.sources[0].fill, pixels.mean((0, 1, 2)), rtol=1e-5)


def test_patience_stops_and_keeps_the_best_weights():
    noise = replace(patch_set(90), labels=np.sort(np.random.default_rng(3).permutation(np.arange(90) % 3)))
    told = []
    progress = Progress(lambda event: told.append(event.get("text", "")))
    training = train_network(noise, None, settings=Settings(epochs=500, patience=3), progress=progress)
    assert 3 < len(training.history) < 500
    assert any("are kept" in text for text in told)


def test_going_on_from_a_model_starts_where_it_stopped():
    first = train_network(patch_set(90), None, settings=Settings(epochs=10))
    second = train_network(patch_set(90), None, start=first.model, settings=Settings(epochs=1, learning_rate=1e-6))
    assert second.history[0]["loss"] == pytest.approx(first.history[-1]["loss"], rel=0.25)
    assert second.history[0]["loss"] < 0.8 * first.history[0]["loss"]
    np.testing.assert_allclose(weights(second), weights(first), atol=1e-4)


def test_class_weights_balance_a_rare_class():
    labels = np.r_[np.zeros(190, int), np.ones(10, int)]
    rng = np.random.default_rng(0)
    pixels = (rng.standard_normal((200, 16, 16, 2)) * 60 + 500 + 12 * labels[:, None, None, None]).astype(np.uint16)
    rare = PatchSet(pixels, labels, ClassMap.of([LandClass(0), LandClass(1)]), SOURCE)
    found = {
        kind: train_network(rare, None, settings=Settings(epochs=4, class_weights=kind)).training_accuracy.recall[1]
        for kind in ("none", "balanced")
    }
    assert found["balanced"] > found["none"]


def test_a_diverging_training_says_so():
    with pytest.raises(RasterLearnError, match="LEARNING_RATE"):
        train_network(patch_set(60), None, settings=Settings(epochs=50, learning_rate=1e30))


@pytest.mark.parametrize("bad", [{"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0.0}])
def test_settings_out_of_range(bad):
    with pytest.raises(InputError, match=next(iter(bad)).upper()):
        Settings(**bad)


def test_cancelling_between_epochs():
    progress = Progress(lambda event: event["event"] == "epoch" and progress.cancelled.set())
    with pytest.raises(Cancelled):
        train_network(patch_set(30), None, settings=Settings(epochs=50), progress=progress)


def test_sets_that_do_not_fit_together():
    training = patch_set(30)
    small = replace(training, pixels=training.pixels[:, :8, :8])
    with pytest.raises(InputError, match="at least 16"):
        train_network(small, None)
    with pytest.raises(InputError, match=r"16 × 16 × 2, received 8 × 8 × 2"):
        train_network(training, small)
    other = replace(training, classes=ClassMap.of([LandClass(2, "bright"), LandClass(9, "dark"), LandClass(11)]))
    with pytest.raises(InputError, match="disagree"):
        train_network(training, other)
    more = replace(training, classes=ClassMap.of([*CLASSES, LandClass(12, "new")]))
    with pytest.raises(InputError, match="12 new"):
        train_network(training, more)
    scaled = replace(SOURCE, normalization=Normalization("max", ("a", "b"), (0.1, 0.1), (0.0, 0.0)))
    with pytest.raises(InputError, match="normalized in another way"):
        train_network(training, replace(training, source=scaled))


def test_a_class_missing_in_validation_is_fine():
    validation = patch_set(60, seed=1)
    kept = validation.labels != 1
    validation = replace(validation, pixels=validation.pixels[kept], labels=validation.labels[kept])
    training = train_network(patch_set(60), validation, settings=Settings(epochs=5))
    assert np.isnan(training.accuracy.recall[1])
    assert training.accuracy.count == kept.sum()


def test_files_in_and_out(tmp_path):
    paths = [str(tmp_path / name) for name in ("p.tif", "l.tif", "m.rlmodel", "r.html")]
    write_patches(paths[0], paths[1], patch_set(60))
    train_model(*paths[:3], report=paths[3], settings=Settings(epochs=3, seed=2))
    model = load_model(paths[2])
    assert model.classes == CLASSES
    assert model.training["parameters"]["seed"] == 2
    assert model.training["samples"]["training"] == np.bincount(patch_set(60).labels).tolist()
    assert {"tensorflow", "keras", "numpy", "python", "rasterlearn"} <= set(model.training["versions"])
    json.dumps(model.training, allow_nan=False)
    assert "dark" in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize(("columns", "overlapping"), [([10, 300], 1), ([27, 300], 0)])
def test_the_log_and_the_report_tell_how_near_the_sets_lie(tmp_path, columns, overlapping):
    grid = Grid(400, 400, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0))
    paths = {}
    for name, where in (("t", [11, 50]), ("v", columns)):
        patches = patch_set(60)
        places = Places(np.resize(where, 60), np.full(60, 200), grid, 16, 16)
        paths[name] = [str(tmp_path / f"{name}_{kind}.tif") for kind in ("p", "l")]
        write_patches(*paths[name], replace(patches, places=places))
    events, report = [], str(tmp_path / "r.html")
    training = train_model(
        *paths["t"], str(tmp_path / "m.rlmodel"), *paths["v"], report=report, settings=Settings(epochs=1),
        progress=Progress(events.append),
    )  # fmt: skip
    assert training.leakage.overlapping == 30 * overlapping
    (told,) = [e for e in events if "Leakage audit" in e.get("text", "")]
    assert told["event"] == ("warning" if overlapping else "info")
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Training and validation in space" in html
    assert ("is too good" in html.split("in space")[1].split("</section>")[0]) == bool(overlapping)
