"""Tuning the settings of a forest on its training samples."""

import json
import threading
from dataclasses import asdict

import numpy as np
import pytest
from learning_data import train_forest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import cohen_kappa_score

from rasterlearn.core.base.errors import Cancelled, InputError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.learning import forest_tuning
from rasterlearn.core.learning.forest_fitting import ForestSettings, ForestTable
from rasterlearn.core.learning.forest_tuning import Tuning, grid_of_settings, tune_forest
from rasterlearn.core.model.model_file import load_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.samples.places import Places
from rasterlearn.core.samples.point_values import extract_values
from rasterlearn.core.samples.spatial_split import apart_from, spatial_parts

CLASSES = ClassMap.of([LandClass(1, "a"), LandClass(2, "b"), LandClass(3, "c")])
GRID = Grid(600, 600, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0), "")


@pytest.fixture
def few_settings(monkeypatch):
    monkeypatch.setattr(forest_tuning, "MAX_DEPTHS", (0, 2))
    monkeypatch.setattr(forest_tuning, "MIN_SAMPLES_LEAF", (1, 10))
    monkeypatch.setattr(forest_tuning, "FEATURE_FACTORS", (1.0,))


def noisy(count=400, patch=1, seed=0):
    """Samples whose labels are wrong in a third of all cases, so that leaves of one sample learn noise."""
    rng = np.random.default_rng(seed)
    samples = rng.random((count, 4), np.float32)
    labels = np.where(rng.random(count) < 0.33, rng.integers(0, 3, count), (samples[:, 0] * 3).astype(int))
    return samples, labels, Places(rng.integers(0, 600, count), rng.integers(0, 600, count), GRID, patch, patch)


def test_the_grid():
    grid = grid_of_settings(16)
    assert grid[0] == ForestSettings(0, 1, 4)
    assert len(grid) == len(set(grid)) == 18
    assert {s.max_features for s in grid} == {2, 4, 8}
    assert {(s.max_depth, s.min_samples_leaf) for s in grid} == {(d, leaf) for d in (0, 10) for leaf in (1, 3, 10)}
    assert {s.max_depth for s in grid_of_settings(16, 7)} == {7}
    assert [{s.max_features for s in grid_of_settings(n)} for n in (1, 2, 3, 4)] == [{1}, {1, 2}, {1, 2}, {1, 2, 4}]


@pytest.mark.parametrize("patch", [1, 40])
def test_scores_are_those_of_forests_on_the_other_parts(few_settings, patch):
    samples, labels, places = noisy(patch=patch)
    tuning = tune_forest(ForestTable(samples, labels, CLASSES, places), 7, seed=3)
    parts = spatial_parts(labels, places, (0.25,) * 4, 3)
    assert tuning.kappas.shape == (4, 4)
    for i, setting in enumerate(tuning.settings):
        for part in range(4):
            held = parts == part
            learned = apart_from(places, held)
            assert not (held & learned).any() and (patch == 1 or (held | learned).sum() < 400)
            theirs = RandomForestClassifier(
                7,
                max_depth=setting.max_depth or None,
                min_samples_leaf=setting.min_samples_leaf,
                max_features=setting.max_features,
                random_state=3,
            ).fit(samples[learned], labels[learned])
            expected = cohen_kappa_score(labels[held], theirs.predict(samples[held]))
            assert abs(tuning.kappas[i, part] - expected) < 0.02  # two classes may tie


def test_the_largest_mean_is_chosen_and_of_equals_the_first():
    settings = tuple(ForestSettings(0, leaf, 1) for leaf in (1, 2, 3))
    assert Tuning(settings, np.array([[0.5, 0.5], [0.2, 0.9], [0.9, 0.2]])).chosen == settings[1]
    assert Tuning(settings, np.full((3, 2), 0.5)).chosen == settings[0]


def test_noise_needs_larger_leaves_and_seeds_repeat(few_settings):
    samples, labels, places = noisy()
    tuning = tune_forest(ForestTable(samples, labels, CLASSES, places), 20, seed=1)
    assert tuning.chosen != tuning.settings[0]
    again = tune_forest(ForestTable(samples, labels, CLASSES, places), 20, seed=1)
    np.testing.assert_array_equal(again.kappas, tuning.kappas)
    other = tune_forest(ForestTable(samples, labels, CLASSES, places), 20, seed=2)
    assert (other.kappas != tuning.kappas).any()


def test_parts_of_one_class_are_not_judged(few_settings, monkeypatch):
    samples, labels, _ = noisy()
    parts = np.where(labels == 2, 0, np.arange(400) % 3 + 1)
    monkeypatch.setattr(forest_tuning, "spatial_parts", lambda *_: parts)
    tuning = tune_forest(ForestTable(samples, labels, CLASSES, None), 5)
    assert tuning.kappas.shape == (4, 3) and np.isfinite(tuning.kappas).all()


def test_too_few_samples(few_settings):
    with pytest.raises(InputError, match="TUNE found no part of the training samples"):
        tune_forest(ForestTable(noisy()[0][:3], np.array([0, 1, 2]), CLASSES, None), 5)


def test_places_of_samples_are_optional(few_settings):
    samples, labels, _ = noisy()
    assert tune_forest(ForestTable(samples, labels, CLASSES, None), 5).kappas.shape == (4, 4)


def test_progress_and_cancelling(few_settings):
    samples, labels, places = noisy()
    events, cancelled = [], threading.Event()

    def listen(event):
        events.append(event)
        if event["event"] == "info" and "mean kappa" in event["text"]:
            cancelled.set()

    with pytest.raises(Cancelled):
        tune_forest(ForestTable(samples, labels, CLASSES, places), 5, progress=Progress(listen, cancelled))
    texts = [e["text"] for e in events if e["event"] == "info"]
    assert texts[0] == "Trying 4 settings in 4 parts of the training samples …"
    assert len(texts) == 2 and texts[1].startswith(
        "depth unlimited, 1 sample(s) per leaf, 2 feature(s) per split: mean"
    )
    assert any(e["event"] == "progress" for e in events)


@pytest.fixture
def values(make_raster, make_vector, tmp_path):
    """Paths of training and validation samples of a noisy image: values("a", seed)."""
    rng = np.random.default_rng(0)
    kinds = np.add.outer(np.arange(300) // 60, np.arange(300) // 60) % 2
    pixels = np.dstack([kinds * 20 + rng.normal(100, 15, (300, 300)) for _ in range(3)]).astype(np.uint16)
    image = make_raster("i.tif", pixels)

    def make(name, seed):
        spots = np.random.default_rng(seed).integers(0, 300, (250, 2))
        features = [(f"POINT({500005 + 10 * c} {5799995 - 10 * r})", {"class": 1 + int(kinds[r, c])}) for r, c in spots]
        path = str(tmp_path / f"{name}_values.gpkg")
        extract_values(make_vector(f"{name}.gpkg", features), image, path)
        return path

    return make


def test_what_is_logged_and_recorded(few_settings, values, tmp_path):
    events = []
    training = train_forest(
        values("t", 1), "class", [], str(tmp_path / "f.rlmodel"), trees=10, seed=5, tune=True,
        report=str(tmp_path / "r.html"), progress=Progress(events.append),
    )  # fmt: skip
    model = load_model(str(tmp_path / "f.rlmodel"))
    recorded = model.training["tuning"]
    assert len(recorded["tried"]) == 4 and all(len(t["kappas"]) == 4 for t in recorded["tried"])
    best = max(recorded["tried"], key=lambda t: t["mean_kappa"])
    assert {k: best[k] for k in recorded["chosen"]} == recorded["chosen"]
    parameters = model.training["parameters"]
    assert {k: parameters[k] or "unlimited" for k in recorded["chosen"]} == {
        k: v or "unlimited" for k, v in recorded["chosen"].items()
    }
    assert f"{best['mean_kappa']:.4f}" in parameters["tuning"]
    texts = [e.get("text", "") for e in events]
    assert sum("mean kappa" in text for text in texts) == 4
    assert any(text.startswith("Chosen: depth") for text in texts)
    report = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "4 parts of the training samples" in report and f"{best['mean_kappa']:.4f}" in report
    assert json.loads(json.dumps(recorded)) == recorded
    assert training.accuracy is None


def test_the_forest_is_that_of_the_chosen_settings(few_settings, values, tmp_path):
    path = values("t", 1)
    train_forest(path, "class", [], str(tmp_path / "a.rlmodel"), trees=10, seed=5, tune=True)
    tuned = load_model(str(tmp_path / "a.rlmodel"))
    chosen = tuned.training["tuning"]["chosen"]
    samples = np.random.default_rng(0).uniform(50, 170, (100, 3)).astype(np.float32)
    from rasterlearn.core.learning.forest_fitting import fit_forest
    from rasterlearn.core.samples.points import read_points

    points = read_points(path)
    table = np.array([points.fields[f"value_{i}"] for i in range(3)], np.float32).T
    forest = fit_forest(table, np.array(points.fields["class"]) - 1, 2, 10, ForestSettings(**chosen), seed=5)
    np.testing.assert_array_equal(tuned.forest().probabilities(samples), forest.probabilities(samples))


def test_the_validation_samples_do_not_influence_the_choice(few_settings, values, tmp_path):
    scores = []
    for validation in (None, values("v", 2), values("w", 3)):
        path = str(tmp_path / "f.rlmodel")
        train_forest(values("t", 1), "class", [], path, validation, trees=10, tune=True)
        scores.append(load_model(path).training["tuning"])
    assert scores[0] == scores[1] == scores[2]


def test_a_depth_that_is_given_is_kept(few_settings, values, tmp_path):
    train_forest(values("t", 1), "class", [], str(tmp_path / "f.rlmodel"), trees=5, max_depth=3, tune=True)
    model = load_model(str(tmp_path / "f.rlmodel"))
    assert model.training["parameters"]["max_depth"] == 3
    assert {t["max_depth"] for t in model.training["tuning"]["tried"]} == {3}


def test_an_unknown_place_is_warned_about(few_settings, make_vector, tmp_path):
    rng = np.random.default_rng(0)
    features = [
        (f"POINT({i} {i})", {"class": i % 2, "value_0": float(i % 2 + rng.normal()), "value_1": 1.0}) for i in range(60)
    ]
    events = []
    train_forest(
        make_vector("values.gpkg", features), "class", [], str(tmp_path / "f.rlmodel"), trees=3, tune=True,
        progress=Progress(events.append),
    )  # fmt: skip
    assert any("not known where the samples lie" in e["text"] for e in events if e["event"] == "warning")


def test_untuned_forests_record_their_settings_too(values, tmp_path):
    train_forest(values("t", 1), "class", [], str(tmp_path / "f.rlmodel"), trees=3)
    training = load_model(str(tmp_path / "f.rlmodel")).training
    usual = {**asdict(ForestSettings(0, 1, 1)), "max_depth": "unlimited"}
    assert {k: training["parameters"][k] for k in usual} == usual
    assert "tuning" not in training and "tuning" not in training["parameters"]


def test_errors_in_the_validation_set_are_found_before_the_work(values, make_vector, tmp_path, monkeypatch):
    monkeypatch.setattr("rasterlearn.core.learning.forest_tuning.tune_forest", lambda *_: pytest.fail("tuned"))
    bare = make_vector("bare.gpkg", [("POINT(1 1)", {"class": 1}), ("POINT(2 2)", {"class": 2})])
    with pytest.raises(InputError, match="has no field “value_0”|Extract values"):
        train_forest(values("t", 1), "class", [], str(tmp_path / "f.rlmodel"), bare, tune=True)
