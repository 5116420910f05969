"""Workers that train together: processes of the engine on this machine, against one process."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from learning_data import dense_set
from waiting import HANG_SECONDS

from rasterlearn.core.base.errors import InputError, RasterLearnError
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.learning.replicas import Share, explaining_lost_workers, require_shared_device
from rasterlearn.core.learning.worker_addresses import Workers
from rasterlearn.core.model.model_file import load_model
from rasterlearn.core.samples.patch_stack import write_patches
from rasterlearn.jobs.train_model import TrainModel


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7, 100, 101, 203])
@pytest.mark.parametrize(("size", "replicas", "here"), [(10, 1, 1), (10, 3, 1), (10, 4, 2), (3, 4, 2), (1, 2, 1)])
def test_each_sample_is_shown_once_or_where_few_are_left_to_all(count, size, replicas, here):
    shares = [Share(first, here, replicas) for first in range(0, replicas, here)]
    places = [share.places(count, size) for share in shares]
    for start in range(0, count, size):
        batch = np.arange(start, min(start + size, count))
        parts = [np.intersect1d(own, batch) for own in places]
        if len(batch) < replicas:
            assert all((part == batch).all() for part in parts)
        else:
            np.testing.assert_array_equal(np.sort(np.concatenate(parts)), batch)
            assert all(len(part) >= here for part in parts)
            assert max(map(len, parts)) - min(map(len, parts)) <= here


def test_a_device_that_workers_cannot_share():
    require_shared_device("gpu")
    with pytest.raises(InputError, match="gpu:1.*srun --gpus-per-task"):
        require_shared_device("gpu:1")


def test_only_errors_of_the_others_are_explained():
    import tensorflow as tf

    workers = Workers(("a:1", "b:2", "c:3"), 0)
    lost = tf.errors.UnavailableError(None, None, "The following tasks are unhealthy: /job:worker/task:2")
    with pytest.raises(RasterLearnError, match=r"Worker 2 \(c:3\) has ended"), explaining_lost_workers(workers):
        raise lost
    with pytest.raises(tf.errors.UnavailableError), explaining_lost_workers(None):
        raise lost
    with pytest.raises(tf.errors.InternalError), explaining_lost_workers(workers):
        raise tf.errors.InternalError(None, None, "cuDNN failed")


@pytest.fixture
def start(root, tmp_path):
    """Starts an engine: start(job, its TF_CONFIG or None, other variables) -> process."""
    started = []

    def begin(job, tf_config=None, **variables):
        path = tmp_path / f"{len(started)}.json"
        path.write_text(json.dumps(job))
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("TF_CONFIG", "SLURM"))}
        environment |= {"RASTERLEARN_THREADS": "1", **variables, **({"TF_CONFIG": tf_config} if tf_config else {})}
        command = [sys.executable, str(root / "engine.py"), "trainmodel", str(path), "--events", "json"]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen(command, env=environment, text=True, **pipes))
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def start_two(start):
    """Starts two workers of a job: start_two(job, other variables of each) -> processes, the chief first."""

    def begin(job, *variables):
        with contextlib.ExitStack() as stack:
            sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
            addresses = [f"127.0.0.1:{s.getsockname()[1]}" for s in sockets]
        tasks = [{"cluster": {"worker": addresses}, "task": {"type": "worker", "index": i}} for i in range(2)]
        return [start(job, json.dumps(task), **own) for task, own in zip(tasks, variables or ({}, {}))]

    return begin


@pytest.fixture
def job(tmp_path):
    """Writes patches and gives a job for them: job(patches, name of the output, other parameters)."""

    def of(patches, name, **more):
        stack, labels = str(tmp_path / "patches.tif"), str(tmp_path / "labels.tif")
        write_patches(stack, labels, patches)
        (tmp_path / name).mkdir()
        network = str(tmp_path / "own.keras")
        small_network().save(network)
        given = {"patches": [stack], "labels": labels, "output": str(tmp_path / name / "m.rlmodel"), "model": network}
        return {**given, "device": "cpu", **more}

    return of


def outcome(process):
    """Exit code, epochs and last event of an engine."""
    out, err = process.communicate(timeout=HANG_SECONDS)
    assert err == ""
    events = [json.loads(line) for line in out.splitlines()]
    epochs = [event for event in events if event["event"] == "epoch"]
    return SimpleNamespace(code=process.returncode, epochs=epochs, last=events[-1] if events else {}, events=events)


def wait_for_epoch(process):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if json.loads(line)["event"] == "epoch":
            return
    raise AssertionError(f"the engine ended before its first epoch: {lines[-1:]}")


def files_in(folder):
    return sorted(path.name for path in folder.iterdir())


def small_network():
    """A network from patches of two bands to images of three classes."""
    import keras

    keras.utils.set_random_seed(0)
    cells = image = keras.Input((16, 16, 2))
    for layer in (
        keras.layers.Rescaling(0.002),
        keras.layers.Conv2D(8, 3, padding="same", use_bias=False),
        keras.layers.BatchNormalization(),
        keras.layers.ReLU(),
        keras.layers.Conv2D(3, 1),
        keras.layers.Softmax(),
    ):
        cells = layer(cells)
    return keras.Model(image, cells)


def weights(path):
    return np.concatenate([w.ravel() for w in load_model(str(path)).network().get_weights()])


def test_two_workers_train_as_one_process_does(start_two, job, tmp_path):
    """The same holds with batch normalization, balanced classes, unlabelled pixels and early stopping.

    Of 16 patches three are set aside; of 13 in batches of 4, the last batch has fewer patches than there are workers.
    The chief holds the patches in memory, the other one reads what it needs from the files.
    """
    settings = {"batch_size": 4, "epochs": 5, "class_weights": "balanced", "band_noise": 0.1, "patience": 9}
    both = job(dense_set(16, 16), "both", **settings)
    both |= {"validation_patches": both["patches"], "validation_labels": both["labels"]}
    more = {"report": str(tmp_path / "both" / "m.html"), "log_folder": str(tmp_path / "both" / "curves")}
    processes = start_two({**both, **more}, {}, {"RASTERLEARN_MEMORY_GB": "0.00001"})
    (tmp_path / "alone").mkdir()
    alone = TrainModel(**{**both, "output": str(tmp_path / "alone" / "m.rlmodel")})
    events = []
    values = alone.run(Progress(events.append))
    expected = [event for event in events if event["event"] == "epoch"]
    chief, other = map(outcome, processes)
    assert [chief.code, other.code] == [0, 0], (chief.last, other.last)
    assert len(expected) == 5
    assert [e["loss"] for e in chief.epochs] == pytest.approx([e["loss"] for e in expected], rel=1e-5)
    losses = [e["validation_loss"] for e in expected]
    assert [e["validation_loss"] for e in chief.epochs] == pytest.approx(losses, rel=1e-4)
    np.testing.assert_allclose(weights(both["output"]), weights(alone.output), atol=1e-4)
    assert chief.last["values"] == other.last["values"] == pytest.approx(values)
    assert [event["event"] for event in other.events] == ["result"]
    assert files_in(tmp_path / "both") == ["curves", "m.html", "m.rlmodel"]
    assert len(files_in(tmp_path / "both" / "curves")) == 1
    assert load_model(both["output"]).training["parameters"]["workers"] == 2


def test_where_one_is_killed_or_cancelled_the_other_does_not_wait_and_nothing_is_left(start_two, job, tmp_path):
    jobs = [job(dense_set(16, 16), name, epochs=10**6, batch_size=4) for name in ("killed", "cancelled")]
    pairs = [start_two(each) for each in jobs]
    for chief, _ in pairs:
        wait_for_epoch(chief)
    (chief, killed), (cancelled, other) = pairs
    cancelled.terminate()
    killed.kill()
    assert outcome(cancelled).code == 3  # TensorFlow would go on for hours
    for survivor, lost in ((other, 0), (chief, 1)):
        end = outcome(survivor)
        assert end.code == 1
        assert f"Worker {lost} (127.0.0.1:" in end.last["text"] and "has ended" in end.last["text"]
    assert [files_in(tmp_path / name) for name in ("killed", "cancelled")] == [[], []]


def test_a_wrong_tf_config_is_refused(start, job):
    end = outcome(start(job(dense_set(2, 16), "wrong"), '{"cluster": ["a:1"]}'))
    assert end.code == 1
    assert [event["event"] for event in end.events] == ["error"]
    assert "TF_CONFIG has no cluster or no task" in end.last["text"]
