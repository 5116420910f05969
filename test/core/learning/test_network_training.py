import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from learning_data import CLASSES, SOURCE, dense_set, patch_set, two_sources
from waiting import HANG_SECONDS

from rasterlearn.core.base.errors import Cancelled, InputError, RasterLearnError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.learning import network_training as training_module
from rasterlearn.core.learning.network_training import train_model, train_network
from rasterlearn.core.learning.starting_network import Start
from rasterlearn.core.learning.training_data import PatchFiles
from rasterlearn.core.learning.training_loop import Settings, _order
from rasterlearn.core.learning.training_result import TrainingOutputs
from rasterlearn.core.model.model_file import load_model
from rasterlearn.core.raster.classes import ClassMap, LandClass
from rasterlearn.core.raster.grid import Grid
from rasterlearn.core.samples.patch_set import PatchSet, band_moments
from rasterlearn.core.samples.patch_stack import write_patches
from rasterlearn.core.samples.places import Places


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
    training = train_network(patch_set(30), None, settings=Settings(epochs=40, batch_size=100))
    assert training.training_accuracy.overall_accuracy > 0.9
    assert training.accuracy is None
    assert training.results()["KAPPA"] == training.training_accuracy.kappa


def test_history_is_what_a_plain_evaluation_gives():
    validation = patch_set(60, seed=1)
    training = train_network(patch_set(60), validation, settings=Settings(epochs=2))
    probabilities = np.asarray(training.model.network()(validation.images[0].astype(np.float32)))
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
    pixels = patch_set(60).images[0].astype(np.float64)
    np.testing.assert_allclose(np.ravel(layer.mean), pixels.mean((0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(np.ravel(layer.variance), pixels.var((0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(training.model.sources[0].fill, pixels.mean((0, 1, 2)), rtol=1e-5)


def test_patience_stops_and_keeps_the_best_weights():
    noise = replace(patch_set(90), labels=np.sort(np.random.default_rng(3).permutation(np.arange(90) % 3)))
    messages = []
    progress = Progress(lambda event: messages.append(event.get("text", "")))
    training = train_network(noise, None, settings=Settings(epochs=500, patience=3), progress=progress)
    assert 3 < len(training.history) < 500
    assert any("are kept" in text for text in messages)


def test_training_a_model_further_starts_where_it_stopped():
    first = train_network(patch_set(90), None, settings=Settings(epochs=10))
    second = train_network(
        patch_set(90), None, start=Start(model=first.model), settings=Settings(epochs=1, learning_rate=1e-6)
    )
    assert second.history[0]["loss"] == pytest.approx(first.history[-1]["loss"], rel=0.25)
    assert second.history[0]["loss"] < 0.8 * first.history[0]["loss"]
    np.testing.assert_allclose(weights(second), weights(first), atol=1e-4)


@pytest.mark.parametrize("patches", [patch_set(70), two_sources(70), dense_set(6, 32)], ids=["one", "two", "dense"])
def test_patches_in_files_give_the_same_weights_as_in_memory(patches):
    architecture = {1: "patch_cnn", 2: "two_branch"}[len(patches.images)] if not patches.is_dense else "unet"
    settings = Settings(epochs=2, batch_size=32 if not patches.is_dense else 4, band_noise=0.1)
    held = train_network(patches, patches, Start(architecture), settings)
    filed = replace(patches, images=tuple(Filed(image) for image in patches.images))
    assert not filed.is_held
    streamed = train_network(filed, filed, Start(architecture), settings)
    np.testing.assert_array_equal(weights(held), weights(streamed))
    assert held.history == streamed.history
    assert (held.accuracy.matrix == streamed.accuracy.matrix).all()


class Filed:
    """Patches that are not in memory."""

    def __init__(self, pixels):
        self._pixels, self.shape, self.dtype = pixels, pixels.shape, pixels.dtype

    def __len__(self):
        return len(self._pixels)

    def __getitem__(self, rows):
        return self._pixels[rows]


def test_two_sources_are_learned_together():
    training = train_network(two_sources(150), two_sources(90, seed=1), Start("two_branch"), Settings(epochs=15))
    assert training.accuracy.kappa > 0.95
    assert [source.patch_width for source in training.model.sources] == [16, 8]
    assert [len(source.fill) for source in training.model.sources] == [2, 3]


@pytest.mark.parametrize(("architecture", "size"), [("unet", 32), ("segmentation", 64)])
def test_a_label_for_each_pixel(architecture, size):
    patches, validation = dense_set(16, size), dense_set(4, size, seed=1)
    settings = Settings(epochs=20 if size == 64 else 10, batch_size=2, learning_rate=0.004)
    training = train_network(patches, validation, Start(architecture), settings)
    assert training.accuracy.kappa > 0.7
    first = (size - 32) // 2
    inner = validation.labels[:, first : first + 32, first : first + 32]
    assert training.accuracy.count == (inner >= 0).sum()
    assert training.counts["training"] == np.bincount(patches.labels[patches.labels >= 0]).tolist()


def test_patches_set_aside_lie_apart_and_their_number_is_logged():
    messages = []
    progress = Progress(lambda event: messages.append(event.get("text", "")))
    training = train_network(
        patch_set(400, placed=True), None, settings=Settings(epochs=2, patience=1), progress=progress
    )
    (line,) = [text for text in messages if "are set aside" in text]
    assert "in blocks of the image" in line
    assert 40 < training.parameters["samples set aside"] < 120


def test_sampling_shows_a_rare_class_as_often_as_others():
    labels = np.r_[np.zeros(190, int), np.ones(10, int)]
    order = _order(labels, np.arange(200), "sampling", np.random.default_rng(0))
    assert np.bincount(labels[order]).tolist() == [100, 100]
    assert set(np.bincount(order[labels[order] == 1])[190:]) == {10}
    np.testing.assert_array_equal(
        np.sort(_order(labels, np.arange(50), "none", np.random.default_rng(0))), np.arange(50)
    )


def test_moments_are_those_of_all_pixels_however_large_the_numbers():
    patches = patch_set(2100)
    patches = replace(patches, images=(patches.images[0].astype(np.float64) + 1e5,))
    (mean,), (variance,) = band_moments(patches)
    pixels = patches.images[0].astype(np.float32).astype(np.float64)
    np.testing.assert_allclose(mean, pixels.mean(axis=(0, 1, 2)), rtol=1e-9)
    np.testing.assert_allclose(variance, pixels.var(axis=(0, 1, 2)), rtol=1e-6)


def test_the_log_for_tensorboard(tmp_path):
    import tensorflow as tf

    train_network(patch_set(30), patch_set(30), settings=Settings(epochs=3), log_folder=str(tmp_path / "new" / "log"))
    (path,) = (tmp_path / "new" / "log").iterdir()
    values = {}
    for event in tf.compat.v1.train.summary_iterator(str(path)):
        for value in event.summary.value:
            values.setdefault(value.tag, []).append((event.step, value.metadata.plugin_data.plugin_name))
    assert values["loss"][0] == (1, "scalars")
    assert [step for step, _ in values["validation/kappa"]] == [1, 2, 3]


def test_calibrating_changes_probabilities_but_no_class():
    patches = patch_set(200)
    patches = replace(patches, labels=np.where(np.arange(200) % 5 == 0, (patches.labels + 1) % 3, patches.labels))
    messages = []
    progress = Progress(lambda event: messages.append(event.get("text", "")))
    settings = Settings(epochs=30, calibrate=True)
    calibrated = train_network(patches, patch_set(60, seed=1), settings=settings, progress=progress)
    assert calibrated.calibration.temperature > 1.05
    assert any("Temperature" in text for text in messages)
    shown = patch_set(60, seed=1).images[0].astype(np.float32)
    probabilities = np.asarray(calibrated.model.network()(shown))
    sharper = probabilities**calibrated.calibration.temperature
    assert (probabilities.argmax(1) == sharper.argmax(1)).all()
    assert probabilities.max(axis=1).mean() < (sharper / sharper.sum(axis=1, keepdims=True)).max(axis=1).mean()


def test_validation_is_assessed_ten_times_or_as_often_as_wanted():
    for every, expected in ((0, [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 21]), (8, [8, 16, 21])):
        settings = Settings(epochs=21, validation_every=every)
        assert [epoch for epoch in range(1, 22) if settings.is_judged_in(epoch)] == expected


def test_mixed_precision_without_a_gpu_is_reported_and_changes_nothing():
    messages = []
    progress = Progress(lambda event: messages.append(event.get("text", "")))
    mixed = train_network(patch_set(30), None, settings=Settings(epochs=1, mixed_precision=True), progress=progress)
    plain = train_network(patch_set(30), None, settings=Settings(epochs=1))
    np.testing.assert_array_equal(weights(mixed), weights(plain))
    assert any("needs a GPU" in text for text in messages)


TWO_DEVICES = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/test"]
import engine
engine.load_package()
import numpy as np
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from learning_data import patch_set
from rasterlearn.core.learning import network_training as training
from rasterlearn.core.base.devices import Devices
from rasterlearn.core.learning.training_loop import Settings
names = {"one": ("/CPU:0",), "two": ("/CPU:0", "/CPU:1")}
for name in names:
    training.choose_devices = lambda wanted: Devices(names[name], name)
    settings = Settings(epochs=3, batch_size=20, threads=1)
    trained = training.train_network(patch_set(61), patch_set(30, 1), training.Start("texture_cnn"), settings)
    weights = trained.model.network().get_weights()
    sums = [round(float(np.abs(weight).sum()), 3) for weight in weights]
    print(name, trained.history[-1]["loss"], trained.training_accuracy.count, sums)
"""


def test_two_devices_train_together_as_one_does(root):
    """Each takes a part of every batch, even of the last one with a single sample; sums differ only by rounding."""
    command = [sys.executable, "-c", TWO_DEVICES, str(root)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=HANG_SECONDS)
    one, two = (line.split(maxsplit=2)[1:] for line in done.stdout.splitlines() if line.startswith(("one", "two")))
    assert float(one[0]) == pytest.approx(float(two[0]), rel=1e-5)
    counts, sums = zip(*(part[1].split(maxsplit=1) for part in (one, two)))
    assert counts == ("61", "61")
    np.testing.assert_allclose(json.loads(sums[0]), json.loads(sums[1]), rtol=1e-3, atol=1e-3)


def test_training_in_16_bits_learns_and_leaves_32_bits(monkeypatch):
    """What a GPU would do, on the CPU."""
    monkeypatch.setattr(training_module, "_can_mix", lambda *given: True)
    settings = Settings(epochs=25, batch_size=30, schedule="constant")
    training = train_network(patch_set(90), patch_set(60, seed=1), Start("texture_cnn"), settings)
    assert training.accuracy.kappa > 0.9
    network = training.model.network()
    assert {layer.dtype_policy.name for layer in network.layers} == {"float32"}
    assert {weight.dtype for weight in network.weights} == {"float32"}


def test_class_weights_balance_a_rare_class():
    labels = np.r_[np.zeros(190, int), np.ones(10, int)]
    rng = np.random.default_rng(0)
    pixels = (rng.standard_normal((200, 16, 16, 2)) * 60 + 500 + 12 * labels[:, None, None, None]).astype(np.uint16)
    rare = PatchSet.of(pixels, labels, ClassMap.of([LandClass(0), LandClass(1)]), SOURCE)
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


def test_a_class_missing_in_validation_is_reported():
    validation = patch_set(60, seed=1)
    kept = validation.labels != 1
    validation = replace(validation, images=(validation.images[0][kept],), labels=validation.labels[kept])
    messages = []
    progress = Progress(lambda event: messages.append(event.get("text", "")))
    training = train_network(patch_set(60), validation, settings=Settings(epochs=5), progress=progress)
    assert any("no sample of bright" in text for text in messages)
    assert np.isnan(training.accuracy.recall[1])
    assert training.accuracy.count == kept.sum()


def test_files_in_and_out(tmp_path):
    paths = [str(tmp_path / name) for name in ("p.tif", "l.tif", "m.rlmodel", "r.html")]
    write_patches(paths[0], paths[1], patch_set(60))
    outputs = TrainingOutputs(paths[2], paths[3])
    train_model(PatchFiles([paths[0]], paths[1]), outputs, settings=Settings(epochs=3, seed=2))
    model = load_model(paths[2])
    assert model.classes == CLASSES
    assert model.training["parameters"]["seed"] == 2
    assert model.training["samples"]["training"] == np.bincount(patch_set(60).labels).tolist()
    assert {"tensorflow", "keras", "numpy", "python", "rasterlearn"} <= set(model.training["versions"])
    json.dumps(model.training, allow_nan=False)
    assert "dark" in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize(("columns", "overlapping"), [([10, 300], 1), ([27, 300], 0)])
def test_the_log_and_the_report_show_how_close_the_sets_lie(tmp_path, columns, overlapping):
    grid = Grid(400, 400, (500000.0, 10.0, 0.0, 5800000.0, 0.0, -10.0))
    paths = {}
    for name, where in (("t", [11, 50]), ("v", columns)):
        patches = patch_set(60)
        places = Places(np.resize(where, 60), np.full(60, 200), grid, 16, 16)
        paths[name] = [str(tmp_path / f"{name}_{kind}.tif") for kind in ("p", "l")]
        write_patches(*paths[name], replace(patches, places=places))
    events, report = [], str(tmp_path / "r.html")
    (training_patches, training_labels), (validation_patches, validation_labels) = paths["t"], paths["v"]
    files = PatchFiles([training_patches], training_labels, [validation_patches], validation_labels)
    outputs = TrainingOutputs(str(tmp_path / "m.rlmodel"), report)
    training = train_model(files, outputs, settings=Settings(epochs=1), progress=Progress(events.append))
    assert training.leakage.overlapping == 30 * overlapping
    (audit,) = [e for e in events if "Leakage audit" in e.get("text", "")]
    assert audit["event"] == ("warning" if overlapping else "info")
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Training and validation in space" in html
    assert ("is too good" in html.split("in space")[1].split("</section>")[0]) == bool(overlapping)
