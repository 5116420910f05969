"""The choice of devices. The project has no GPU: a fake TensorFlow and logical CPU devices stand in for one."""

import contextlib
import subprocess
import sys
from types import SimpleNamespace

import pytest
from waiting import HANG_SECONDS

from rasterlearn.core.base import devices
from rasterlearn.core.base.devices import Devices, Layout, choose_devices, decide, parse_nvidia_smi
from rasterlearn.core.base.errors import InputError

WITH_CUDA = Layout(driver_visible=True, built_with_cuda=True)


@pytest.mark.parametrize(
    ("wanted", "gpus", "expected"),
    [
        ("auto", 0, ("CPU", [0])),
        ("auto", 1, ("GPU", [0])),
        ("auto", 2, ("GPU", [0, 1])),
        ("cpu", 2, ("CPU", [0])),
        ("cpu:1", 0, ("CPU", [1])),
        ("gpu", 2, ("GPU", [0, 1])),
        ("gpu:1", 2, ("GPU", [1])),
    ],
)
def test_the_choice(wanted, gpus, expected):
    layout = Layout(driver_visible=gpus > 0, built_with_cuda=gpus > 0, gpus=gpus, cpus=2)
    assert decide(wanted, layout) == (*expected, None)


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (Layout(driver_visible=True), ("without CUDA", "setupengine", "DEVICE=gpu")),
        (Layout(True, True, cuda_visible_devices=""), ("CUDA_VISIBLE_DEVICES is “”", "Remove")),
        (Layout(True, True, cuda_visible_devices="7"), ("CUDA_VISIBLE_DEVICES is “7”", "Remove")),
        (Layout(True, True), ("lists no GPU", "too old", "nvidia-smi")),
        (Layout(True, True, failure="out of memory"), ("cannot start it (out of memory)", "Close")),
    ],
)
def test_an_unused_gpu_is_explained(layout, words):
    kind, indices, message = decide("auto", layout)
    warning = str(message)
    assert (kind, indices) == ("CPU", [0]) and warning.endswith(".")
    with pytest.raises(InputError) as error:
        decide("gpu", layout)
    for word in words:
        assert word in warning and word in str(error.value)


def test_no_warning_if_the_cpu_was_chosen_or_there_is_no_gpu():
    assert decide("cpu", Layout(driver_visible=True))[2] is None
    assert decide("auto", Layout())[2] is None


def test_a_gpu_without_a_driver_is_refused():
    with pytest.raises(InputError, match="no NVIDIA driver was found.*DEVICE=cpu"):
        decide("gpu:0", Layout())


@pytest.mark.parametrize(
    ("wanted", "gpus", "expected"),
    [("gpu:2", 2, "gpu:0 to gpu:1, received gpu:2"), ("gpu:1", 1, "gpu:0, received"), ("cpu:1", 1, "cpu:0, received")],
)
def test_a_device_out_of_range_is_refused(wanted, gpus, expected):
    with pytest.raises(InputError, match=expected):
        decide(wanted, Layout(True, True, gpus=gpus))


@pytest.mark.parametrize("wanted", ["", "tpu", "gpu:", "gpu:-1", "gpu:x", "GPU", "auto:0", "gpu:0,1", "gpu 0", "gpu:²"])
def test_a_malformed_word_is_refused(wanted):
    with pytest.raises(InputError, match=f"gpu:N.*received “{wanted}”"):
        decide(wanted, WITH_CUDA)


def test_free_memory_is_read_by_name():
    text = (
        "NVIDIA A100, 40000\nNVIDIA A100, 39000\nTesla, Inc. T4, 15000\nNVIDIA GB10, [N/A]\n\nNo devices were found\n"
    )
    assert parse_nvidia_smi(text) == {"NVIDIA A100": 39000 * 2**20, "Tesla, Inc. T4": 15000 * 2**20}


class FakeTensorFlow:
    """TensorFlow on a machine with these GPUs; `calls` lists what it was asked for, in order."""

    def __init__(self, titles, limits=(), started=False, usable=None, error=None):
        self.calls, self.titles, self.growing = [], titles, set()
        self._limits, self._started, self._error = limits, started, error
        self._usable = len(titles) if usable is None else usable
        self.errors = SimpleNamespace(OpError=OSError)
        self.test = SimpleNamespace(is_built_with_cuda=lambda: True)
        self.config = SimpleNamespace(
            list_physical_devices=lambda kind: list(range(len(titles))),
            list_logical_devices=self._list,
            set_visible_devices=lambda *arguments: self.calls.append("hide"),
            experimental=SimpleNamespace(
                enable_tensor_float_32_execution=lambda enabled: setattr(self, "tensor_float_32", enabled),
                set_memory_growth=self._grow,
                get_memory_growth=lambda gpu: gpu in self.growing,
                get_device_details=lambda gpu: {"device_name": titles[gpu]} if titles[gpu] else {},
            ),
        )
        self.Graph = lambda: None
        v1 = SimpleNamespace(ConfigProto=dict, GPUOptions=dict, Session=self._session)
        self.compat = SimpleNamespace(v1=v1)

    def _grow(self, gpu, on):
        if self._started:
            raise RuntimeError("Physical devices cannot be modified after being initialized")
        self.calls.append(f"grow {gpu}")
        self.growing.add(gpu)

    def _list(self, kind):
        if kind == "CPU":
            return ["CPU:0"]
        self.calls.append("start")
        if self._error:
            raise self._error
        return list(range(self._usable))

    def _session(self, graph, config):
        assert config["gpu_options"] == {"allow_growth": True}
        if not self._limits:
            raise RuntimeError("no session")
        listed = [SimpleNamespace(device_type="CPU", memory_limit_bytes=1)]
        listed += [SimpleNamespace(device_type="GPU", memory_limit_bytes=limit) for limit in self._limits]
        return contextlib.nullcontext(SimpleNamespace(list_devices=lambda: listed))


@pytest.fixture
def fake(monkeypatch):
    def install(*arguments, **options):
        tensorflow = FakeTensorFlow(*arguments, **options)
        monkeypatch.setitem(sys.modules, "tensorflow", tensorflow)
        monkeypatch.setattr(devices, "has_nvidia_driver", lambda: True)
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        return tensorflow

    return install


def test_memory_grows_on_every_gpu_before_the_first_use(fake):
    tensorflow = fake(["A100", "T4"], limits=[40, 15])
    both = choose_devices("auto")
    assert (both.names, str(both.description), both.memory_bytes) == (("/GPU:0", "/GPU:1"), "2 GPUs: A100, T4", 15)
    assert tensorflow.calls == ["grow 0", "grow 1", "start"]
    assert choose_devices("gpu:0") == Devices(("/GPU:0",), "GPU 0: A100", 40)


def test_a_started_tensorflow_is_used_with_a_warning(fake):
    fake(["A100"], limits=[40], started=True)
    chosen = choose_devices("gpu")
    assert chosen.names == ("/GPU:0",) and "had started before" in str(chosen.warning)


def test_numbers_keep_their_digits_on_every_device(fake):
    tensorflow = fake(["A100"], limits=[40])
    choose_devices("auto")
    assert tensorflow.tensor_float_32 is False


def test_the_cpu_leaves_the_gpus_alone(fake):
    tensorflow = fake(["A100"])
    assert choose_devices("cpu").names == ("/CPU:0",)
    assert tensorflow.calls == ["hide"]


def test_the_cpu_is_used_if_the_gpu_does_not_start(fake):
    tensorflow = fake(["A100"], error=OSError("CUDA: out of memory.\nmore"))
    chosen = choose_devices("auto")
    assert chosen.names == ("/CPU:0",) and "(CUDA: out of memory)" in str(chosen.warning)
    assert tensorflow.calls == ["grow 0", "start", "hide"]
    with pytest.raises(InputError, match="out of memory"):
        choose_devices("gpu")


def test_a_gpu_that_tensorflow_finds_too_weak_is_left_out(fake):
    fake(["Display", "A100"], limits=[40], usable=1)
    assert choose_devices("auto") == Devices(("/GPU:0",), "GPU 0", 40)


def test_nvidia_smi_is_asked_if_tensorflow_does_not_know_the_memory(fake, monkeypatch):
    fake(["A100", "T4"])
    monkeypatch.setattr(devices, "_ask_nvidia_smi", lambda: "T4, 3\nA100, 4\nother, 1\n")
    assert choose_devices("gpu").memory_bytes == 3 * 2**20
    monkeypatch.setattr(devices, "_ask_nvidia_smi", lambda: "T4, 3\n")
    assert choose_devices("gpu").memory_bytes is None


def test_without_nvidia_smi_the_memory_is_unknown(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert devices._ask_nvidia_smi() == ""
    monkeypatch.setattr(devices, "DRIVER_FILES", ())
    assert not devices.has_nvidia_driver()
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\n[ $1 = --query-gpu=name,memory.free ] && echo 'T4, 3'\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    assert devices.has_nvidia_driver() and devices._ask_nvidia_smi() == "T4, 3\n"


ON_A_LOGICAL_DEVICE = """
import engine; engine.load_package()
import tensorflow as tf
from rasterlearn.core.base import devices
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, 2 * [tf.config.LogicalDeviceConfiguration()])
chosen = devices.choose_devices("cpu:1")
limits = devices._memory_limits("CPU")
with tf.device(chosen.names[0]):
    total = tf.reduce_sum(tf.ones((3, 4)))
print(chosen.names[0], chosen.description, total.device[-5:], float(total), len(limits), min(limits) > 0, sep="|")
"""


def test_the_chosen_device_computes(root):
    """In a process of its own: TensorFlow divides the CPU only before its first use."""
    done = subprocess.run(
        [sys.executable, "-c", ON_A_LOGICAL_DEVICE], cwd=root, capture_output=True, text=True, timeout=HANG_SECONDS
    )
    assert done.returncode == 0, done.stderr
    name, description, device, total, limits, positive = done.stdout.strip().split("|")
    assert (name, device, total, limits, positive) == ("/CPU:1", "CPU:1", "12.0", "1", "True")
    assert description.startswith("CPU 1 (") and "core" in description
