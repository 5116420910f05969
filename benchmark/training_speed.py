"""Times a training of model 1 on 3000 patches of 16 × 16 × 4: batch 100, 100 epochs, 3000 validation patches every 10.

python benchmark/training_speed.py engine: as the engine trains. python benchmark/training_speed.py bare THREADS: the
compiled loop alone, on tensors in memory; 0 threads leaves their number to TensorFlow. python
benchmark/training_speed.py files FOLDER: one epoch on 3 GB of patches in files there, and the peak memory.
Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import engine  # noqa: E402

engine.load_package()
import numpy as np  # noqa: E402

from rasterlearn.core.base.progress import Progress  # noqa: E402
from rasterlearn.core.images.image_source import Source  # noqa: E402
from rasterlearn.core.learning.network_training import train_network  # noqa: E402
from rasterlearn.core.learning.starting_network import Start  # noqa: E402
from rasterlearn.core.learning.training_loop import Settings  # noqa: E402
from rasterlearn.core.raster.classes import ClassMap, LandClass  # noqa: E402
from rasterlearn.core.samples.patch_set import PatchSet  # noqa: E402
from rasterlearn.core.samples.patch_stack import Stack, read_patches  # noqa: E402
from rasterlearn.models import patch_cnn  # noqa: E402
from rasterlearn.models.source_shape import SourceShape  # noqa: E402

COUNT, CLASSES, BATCH, EPOCHS, EVERY = 3000, 6, 100, 100, 10
FILE_BYTES = 3_000_000_000


def patches(seed: int) -> PatchSet:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, COUNT)
    pixels = rng.normal(size=(COUNT, 16, 16, 4)) * 200 + 1000 + 50 * labels[:, None, None, None]
    classes = ClassMap.of([LandClass(value) for value in range(CLASSES)])
    return PatchSet.of(pixels.astype(np.uint16), labels, classes, Source(tuple("abcd"), (10.0, 10.0), 16, 16))


def of_engine() -> dict[str, float]:
    """Steps are timed from the end of the first epoch to that of the last; `seconds_beyond_start` begins after
    TensorFlow's import.
    """
    training_set, validation_set = patches(0), patches(1)
    import tensorflow  # noqa: F401

    started, ends = time.perf_counter(), []
    listener = lambda event: event["event"] == "epoch" and ends.append(time.perf_counter())  # noqa: E731
    settings = Settings(epochs=EPOCHS, batch_size=BATCH, schedule="constant", augment=False, validation_every=EVERY)
    training = train_network(training_set, validation_set, Start(), settings, "cpu", progress=Progress(listener))
    return {
        "steps_per_second": (EPOCHS - 1) * COUNT / BATCH / (ends[-1] - ends[0]),
        "seconds_beyond_start": time.perf_counter() - started,
        "threads": training.parameters["threads"],
    }


def of_bare_loop(threads: int) -> dict[str, float]:
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    (pixels,), labels = patches(0).images, patches(0).labels
    network = patch_cnn.build([SourceShape(16, 16, 4, [1000.0] * 4, [40000.0] * 4)], CLASSES)
    logits = keras.Model(network.input, network.get_layer("logits").output)
    x, y = tf.constant(pixels, tf.float32), tf.constant(labels, tf.int32)
    optimizer = keras.optimizers.Adam(0.001)
    optimizer.build(logits.trainable_variables)

    @tf.function
    def epoch(order):
        for start in tf.range(0, COUNT, BATCH):
            rows = order[start : start + BATCH]
            with tf.GradientTape() as tape:
                scores = logits(tf.gather(x, rows), training=True)
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.gather(y, rows), scores)
                loss = tf.reduce_mean(losses)
            gradients = tape.gradient(loss, logits.trainable_variables)
            optimizer.apply(gradients, logits.trainable_variables)
        return loss

    judge = tf.function(lambda pixels: logits(pixels, training=False))
    rng, ends = np.random.default_rng(0), []
    for number in range(1, EPOCHS + 1):
        float(epoch(tf.constant(rng.permutation(COUNT), tf.int32)))
        if number % EVERY == 0:
            for start in range(0, COUNT, 1000):
                np.asarray(judge(x[start : start + 1000]))
        ends.append(time.perf_counter())
    return {"steps_per_second": (EPOCHS - 1) * COUNT / BATCH / (ends[-1] - ends[0])}


def of_files(folder: str) -> dict[str, float]:
    """Trains on patches that exceed the memory allowed for them."""
    few, count = patches(0), FILE_BYTES // (16 * 16 * 4 * 4)
    path, labels_path = (os.path.join(folder, f"large_{kind}.tif") for kind in ("patches", "labels"))
    if not os.path.exists(labels_path):
        parts = (few.images[0].astype(np.float32) for _ in range(-(-count // COUNT)))
        Stack(path, few.sources[0], "large").write(np.dtype(np.float32), parts, -(-count // COUNT) * COUNT)
        labels = np.resize(few.labels, -(-count // COUNT) * COUNT)
        Stack.write_labels(labels_path, few.classes, labels, "large")
    large, started = read_patches(path, labels_path), time.perf_counter()
    train_network(large, None, Start(), Settings(epochs=1, batch_size=BATCH), "cpu")
    with open("/proc/self/status", encoding="ascii") as status:
        peak = next(int(line.split()[1]) / 1000 for line in status if line.startswith("VmHWM"))
    return {
        "file_megabytes": os.path.getsize(path) / 1e6,
        "peak_megabytes": peak,
        "patches": len(large),
        "seconds": time.perf_counter() - started,
    }


if __name__ == "__main__":
    modes = {
        "engine": of_engine,
        "bare": lambda: of_bare_loop(int(sys.argv[2])),
        "files": lambda: of_files(sys.argv[2]),
    }
    print(json.dumps(modes[sys.argv[1]]()))
