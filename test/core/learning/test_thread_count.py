"""The number of threads is chosen in processes that have not started TensorFlow's devices yet."""

import subprocess
import sys

import pytest
from waiting import HANG_SECONDS

from rasterlearn.core.base.progress import Progress
from rasterlearn.core.learning.thread_count import start_threads

CHOOSING = """
import sys, time, types
sys.path.insert(0, sys.argv[1])
import engine
engine.load_package()
from rasterlearn.core.base.progress import Progress
from rasterlearn.core.base import limits
from rasterlearn.core.learning import thread_count as threads

limits.processors = lambda: 3
now_is = [0.0]  # a clock that only work moves on: on a busy machine even the fastest number may take long
threads.time = types.SimpleNamespace(monotonic=time.monotonic, perf_counter=lambda: now_is[0])
def take(seconds):
    now_is[0] += seconds
def make_run():
    import tensorflow as tf
    now = tf.config.threading.get_intra_op_parallelism_threads()
    tf.constant(1.0) + 1.0
    {body}
show = lambda event: print(event.get("text"))
print("chosen", threads.start_threads(int(sys.argv[2]), make_run, Progress(show)))
import tensorflow as tf
print("now", tf.config.threading.get_intra_op_parallelism_threads())
print("works", float(tf.constant(1.0) + 1.0))
"""


def chosen(root, wanted, body):
    command = [sys.executable, "-c", CHOOSING.replace("{body}", body), str(root), str(wanted)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=HANG_SECONDS)
    return done.stdout


needs_fork = pytest.mark.skipif(sys.platform != "linux", reason="copies of the process are made on Linux only")


@needs_fork
@pytest.mark.parametrize("best", [1, 3])
def test_the_fastest_number_is_chosen_and_logged(root, best):
    body = f"return lambda: take(0.01 if now == {best} else 0.1)"
    log = chosen(root, 0, body)
    assert f"chosen {best}\nnow {best}\nworks 2.0" in log
    assert "Threads for each operation" in log


def test_a_number_that_is_given_is_taken(root):
    assert "chosen 2\nnow 2\nworks 2.0" in chosen(root, 2, "raise AssertionError('not to be called')")


@needs_fork
def test_a_probe_that_fails_leaves_tensorflow_its_own_choice(root):
    assert "chosen 3\nnow 0\nworks 2.0" in chosen(root, 0, "raise ValueError('no')")


def test_where_tensorflow_has_started_nothing_is_changed():
    import tensorflow as tf

    tf.constant(1.0)
    before = tf.config.threading.get_intra_op_parallelism_threads()
    assert start_threads(before + 5, lambda: pytest.fail("probed"), Progress()) >= 1
    assert tf.config.threading.get_intra_op_parallelism_threads() == before
