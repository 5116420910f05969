"""Workers that train together: processes of the engine on this machine, against one process."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest
from learning_data import dense_set, patch_set

from rasterlearn.core.errors import InputError, RasterLearnError
from rasterlearn.core.model_file import load_model
from rasterlearn.core.patches import write_patches
from rasterlearn.core.replicas import Share, losing_no_worker, require_shared_device
from rasterlearn.core.workers import Workers


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
    with pytest.raises(RasterLearnError, match=r"Worker 2 \(c:3\) has ended"), losing_no_worker(workers):
        raise lost
    with pytest.raises(tf.errors.UnavailableError), losing_no_worker(None):
        raise lost
    with pytest.raises(tf.errors.InternalError), losing_no_worker(workers):
        raise tf.errors.InternalError(None, None, "cuDNN failed")


@pytest.fixture
def start(root, tmp_path):
    """Starts an engine: start(job, TF_CONFIG or None, name) -> process."""
    started = []

    def begin(job, tf_config, name):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(job))
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("TF_CONFIG", "SLURM"))}
        environment["RASTERLEARN_THREADS"] = "1"
        if tf_config:
            environment["TF_CONFIG"] = tf_config if isinstance(tf_config, str) else json.dumps(tf_config)
        command = [sys.executable, str(root / "engine.py"), "trainmodel", str(path), "--events", "json"]
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def start_two(start):
    """Starts two workers of a job: start_two(job, name) -> processes, the chief first."""

    def begin(job, name):
        with contextlib.ExitStack() as stack:
            sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
            addresses = [f"127.0.0.1:{s.getsockname()[1]}" for s in sockets]
        configs = [{"cluster": {"worker": addresses}, "task": {"type": "worker", "index": i}} for i in range(2)]
        return [start(job, config, f"{name}{i}") for i, config in enumerate(configs)]

    return begin


@pytest.fixture
def job(tmp_path):
    """61 patches in batches of 20, so that the last one has a single sample."""
    return job_of(patch_set(61), tmp_path, "patches", architecture="texture_cnn", batch_size=20)


def job_of(patches, folder, name, **settings):
    stack, labels = str(folder / f"{name}.tif"), str(folder / f"{name}_labels.tif")
    write_patches(stack, labels, patches)
    return {
        "patches": [stack],
        "labels": labels,
        "output": str(folder / f"{name}.rlmodel"),
        "device": "cpu",
        **settings,
    }


def outcome(process, seconds=120):
    """Exit code, epochs and last event of an engine."""
    out, err = process.communicate(timeout=seconds)
    events = [json.loads(line) for line in out.splitlines()]
    epochs = [event for event in events if event["event"] == "epoch"]
    assert err == ""
    return SimpleNamespace(code=process.returncode, epochs=epochs, last=events[-1] if events else {}, events=events)


def wait_for_epoch(process):
    for line in process.stdout:
        if json.loads(line)["event"] == "epoch":
            return
    raise AssertionError("the engine ended before its first epoch")


def files_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.suffix not in (".tif", ".json"))


def require_alike(one, two, tolerance):
    assert len(one.epochs) == len(two.epochs)
    for alone, together in zip(one.epochs, two.epochs):
        assert together["loss"] == pytest.approx(alone["loss"], rel=tolerance)
        if alone["validation_loss"] is not None:
            assert together["validation_loss"] == pytest.approx(alone["validation_loss"], rel=10 * tolerance)


def weights(path):
    return np.concatenate([w.ravel() for w in load_model(str(path)).network().get_weights()])


def test_two_workers_train_as_one_does(start, start_two, job, tmp_path):
    """Batch normalization, balanced classes, an early stop and noise: all of them see or decide about whole batches."""
    job |= {"epochs": 6, "class_weights": "balanced", "band_noise": 0.1, "patience": 2, "calibrate": True}
    job |= {"validation_patches": job["patches"], "validation_labels": job["labels"]}
    alone = start({**job, "output": str(tmp_path / "alone.rlmodel")}, None, "alone")
    together = {**job, "output": str(tmp_path / "both.rlmodel"), "report": str(tmp_path / "both.html")}
    one, chief, other = map(outcome, [alone, *start_two({**together, "log_folder": str(tmp_path / "curves")}, "both")])
    assert [one.code, chief.code, other.code] == [0, 0, 0], (one.last, chief.last, other.last)
    require_alike(one, chief, tolerance=1e-4)
    np.testing.assert_allclose(weights(tmp_path / "both.rlmodel"), weights(tmp_path / "alone.rlmodel"), atol=1e-3)
    assert chief.last["values"] == other.last["values"] == one.last["values"]
    assert [event["event"] for event in other.events] == ["result"]
    assert files_in(tmp_path) == ["alone.rlmodel", "both.html", "both.rlmodel", "curves"]
    assert len(list((tmp_path / "curves").iterdir())) == 1
    assert load_model(str(tmp_path / "both.rlmodel")).training["parameters"]["workers"] == 2
