"""Finds and chooses the CPU or GPUs that maps are computed on, and asks how much memory they have."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from . import limits
from .errors import InputError
from .messages import Message, Words

DRIVER_FILES = ("/proc/driver/nvidia/version", "/dev/nvidia0")
SECONDS_FOR_NVIDIA_SMI = 10
SET_UP_AGAIN = Message("set up the engine again (rasterlearn:setupengine) with {p:device=gpu}; docs/gpu.md tells more")


@dataclass(frozen=True)
class Devices:
    """Where a map is computed.

    Attributes:
        names: TensorFlow's names, such as /GPU:0; each takes one replica of the network.
        description: for the log and the progress line.
        memory_bytes: usable memory of the smallest of the GPUs; None for a CPU, or if unknown.
        warning: one sentence about a GPU that is not used as it could be, or None.
    """

    names: tuple[str, ...]
    description: Words
    memory_bytes: Optional[int] = None
    warning: Optional[Message] = None


@dataclass(frozen=True)
class Layout:
    """What the machine and TensorFlow offer.

    Attributes:
        driver_visible: an NVIDIA driver is installed.
        built_with_cuda: this TensorFlow could use an NVIDIA GPU.
        cuda_visible_devices: the variable CUDA_VISIBLE_DEVICES; None if it is not set.
        gpus: GPUs that TensorFlow can use. cpus: likewise, 1 unless the CPU was divided into logical devices.
        failure: TensorFlow's message if it could not start the GPUs.
    """

    driver_visible: bool = False
    built_with_cuda: bool = False
    cuda_visible_devices: Optional[str] = None
    gpus: int = 0
    cpus: int = 1
    failure: str = ""


def choose_devices(wanted: str) -> Devices:
    """Chooses devices and starts TensorFlow on them. Must be called before anything else uses TensorFlow.

    Later calls in the same process see the GPUs as the first one left them: none, if it was for the CPU.

    Args:
        wanted: auto (the device in RASTERLEARN_DEVICE, else all GPUs, else the CPU), cpu, gpu (all GPUs), gpu:N (one of
            them), or cpu:N (for tests).
    Raises:
        InputError: there is no such device, or the word is none of these.
    """
    import tensorflow as tf

    wanted = limits.device(wanted)
    configure_devices(wanted)
    gpus, failure = _start(use_gpus=_parse(wanted)[0] != "cpu")
    layout = Layout(
        driver_visible=has_nvidia_driver(),
        built_with_cuda=tf.test.is_built_with_cuda(),
        cuda_visible_devices=os.environ.get("CUDA_VISIBLE_DEVICES"),
        gpus=len(gpus),
        cpus=len(tf.config.list_logical_devices("CPU")),
        failure=failure,
    )
    kind, indices, warning = decide(wanted, layout)
    names = tuple(f"/{kind}:{i}" for i in indices)
    if kind == "CPU":
        return Devices(names, _describe_cpu(indices[0]), warning=warning)
    titles = [gpus[i] for i in indices]
    return Devices(names, _describe_gpus(indices, titles), _usable_memory(indices, titles), _growth_warning())


def configure_devices(wanted: str) -> None:
    """Sets what can only be set before TensorFlow starts: its threads, which GPUs it sees, and that their memory grows.

    Args:
        wanted: as `choose_devices`. Raises InputError likewise.
    """
    import tensorflow as tf

    tf.config.experimental.enable_tensor_float_32_execution(False)  # its 10 bits would make maps depend on the device
    if limits.threads():
        with contextlib.suppress(RuntimeError):  # TensorFlow has started already
            tf.config.threading.set_intra_op_parallelism_threads(limits.threads())
            tf.config.threading.set_inter_op_parallelism_threads(limits.threads())
    if _parse(limits.device(wanted))[0] == "cpu":
        _hide_gpus()
        return
    for gpu in tf.config.list_physical_devices("GPU"):
        # RuntimeError: TensorFlow has started already. ValueError: the GPU was given a fixed share of its memory.
        with contextlib.suppress(RuntimeError, ValueError):
            tf.config.experimental.set_memory_growth(gpu, True)


def _hide_gpus() -> None:
    import tensorflow as tf

    # TensorFlow would start every GPU it sees, even for a map on the CPU, and fail if that fails.
    with contextlib.suppress(RuntimeError):
        tf.config.set_visible_devices([], "GPU")


def decide(wanted: str, layout: Layout) -> tuple[str, list[int], Optional[Message]]:
    """Chooses among the devices there are.

    Returns:
        CPU or GPU, the numbers of the devices, and a warning or None.
    Raises:
        InputError: as `choose_devices`.
    """
    kind, index = _parse(wanted)
    warning = None
    if kind == "auto":
        kind = "gpu" if layout.gpus else "cpu"
        if not layout.gpus and (layout.driver_visible or layout.failure):
            reason, remedy = _why_no_gpu(layout)
            warning = Message(
                "The CPU is used although this machine seems to have a GPU: {reason}. {remedy}.",
                reason=reason,
                remedy=remedy,
            )
    if kind == "gpu" and not layout.gpus:
        reason, remedy = _why_no_gpu(layout)
        raise InputError(
            "{p:device}={device} needs a GPU, but TensorFlow can use none: {reason}. {remedy}. Or choose "
            "{p:device=auto} or {p:device=cpu}.",
            device=wanted,
            reason=reason,
            remedy=remedy,
        )
    count = layout.gpus if kind == "gpu" else layout.cpus
    if index is not None and index >= count:
        expected: Words = f"{kind}:0"
        if count > 1:
            expected = Message("{first} to {last}", first=expected, last=f"{kind}:{count - 1}")
        raise InputError(
            "{p:device} names a device that TensorFlow does not list: expected {expected}, received {device}. "
            "Choose one of these, or {p:device=auto}.",
            expected=expected,
            device=wanted,
        )
    everything = range(count) if kind == "gpu" else [0]
    return kind.upper(), list(everything) if index is None else [index], warning


def _parse(wanted: str) -> tuple[str, Optional[int]]:
    match = re.fullmatch(r"(auto|cpu|gpu)|(cpu|gpu):([0-9]{1,4})", wanted)
    if not match:
        raise InputError(
            "{p:device} must be auto, cpu, gpu (all GPUs) or gpu:N (one of them, counted from 0), received "
            "“{device}”. Correct it, or choose {p:device=auto}.",
            device=wanted,
        )
    return match[1] or match[2], int(match[3]) if match[3] else None


def _why_no_gpu(layout: Layout) -> tuple[Message, Message]:
    """The reason that TensorFlow uses no GPU, and what to do about it."""
    variable = layout.cuda_visible_devices
    if layout.failure:
        return (
            Message("TensorFlow cannot start it ({reason})", reason=layout.failure),
            Message("Close what else uses the GPU, or name another one in CUDA_VISIBLE_DEVICES"),
        )
    if not layout.driver_visible:
        return (
            Message("no NVIDIA driver was found"),
            Message("Install the driver, then {set_up_again}", set_up_again=SET_UP_AGAIN),
        )
    if not layout.built_with_cuda:
        return (
            Message("this TensorFlow was built without CUDA"),
            Message("To use it, {set_up_again}", set_up_again=SET_UP_AGAIN),
        )
    if variable is not None:
        return (
            Message(
                "TensorFlow lists no GPU, and the variable CUDA_VISIBLE_DEVICES is “{variable}”, which may hide it",
                variable=variable,
            ),
            Message("Remove the variable or name an existing GPU in it"),
        )
    return (
        Message("TensorFlow lists no GPU; the driver or CUDA's libraries are missing or too old, or the GPU is"),
        Message(
            "Check that nvidia-smi shows the GPU, update the driver, and {set_up_again}", set_up_again=SET_UP_AGAIN
        ),
    )


def has_nvidia_driver() -> bool:
    """Whether an NVIDIA driver is installed. The QGIS side also uses this, to choose the TensorFlow package."""
    return any(map(os.path.exists, DRIVER_FILES)) or shutil.which("nvidia-smi") is not None


def _start(use_gpus: bool) -> tuple[list[str], str]:
    """Starts TensorFlow with the GPUs, or with none.

    Returns:
        The title of each GPU (empty if unknown), and why the GPUs cannot be started.
    """
    import tensorflow as tf

    failure = ""
    physical = tf.config.list_physical_devices("GPU")
    if use_gpus and physical:
        try:
            usable = tf.config.list_logical_devices("GPU")  # fewer than listed if TensorFlow finds some too weak
        except (RuntimeError, tf.errors.OpError) as error:  # for one, another program has taken all its memory
            failure = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        else:
            same = len(usable) == len(physical)  # else their numbers do not correspond
            return [_title(gpu) if same else "" for gpu in physical[: len(usable)]], ""
    if use_gpus:
        _hide_gpus()
    return [], failure


def _title(gpu: Any) -> str:
    import tensorflow as tf

    return str(tf.config.experimental.get_device_details(gpu).get("device_name", ""))


def _growth_warning() -> Optional[Message]:
    """A warning if TensorFlow started before its memory could be told to grow; None otherwise."""
    import tensorflow as tf

    grows = [tf.config.experimental.get_memory_growth(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    if all(grows):
        return None
    return Message(
        "TensorFlow had started before the GPU was chosen and may take all of its memory, also QGIS's share."
    )


def _describe_cpu(index: int) -> Message:
    cores = limits.processors()
    name = f"CPU {index}" if index else "CPU"
    if cores == 1:
        return Message("{name} (1 core)", name=name)
    return Message("{name} ({count} cores)", name=name, count=cores)


def _describe_gpus(indices: Sequence[int], titles: Sequence[str]) -> Words:
    if len(indices) == 1:
        return f"GPU {indices[0]}" + (f": {titles[0]}" if titles[0] else "")
    if all(titles):
        return Message("{count} GPUs: {names}", count=len(indices), names=titles)
    return Message("{count} GPUs", count=len(indices))


def _usable_memory(indices: Sequence[int], titles: Sequence[str]) -> Optional[int]:
    """Bytes that can be used on the smallest of these GPUs; None if unknown."""
    limits = _memory_limits("GPU")
    if len(limits) > max(indices):
        sizes = [limits[i] for i in indices]
    else:
        free = parse_nvidia_smi(_ask_nvidia_smi())
        sizes = [free.get(title, 0) for title in titles]
    return min(sizes) if min(sizes) > 0 else None


def _memory_limits(kind: str) -> list[int]:
    """Bytes that TensorFlow may use on each device: on a GPU, the free memory less a reserve for CUDA.

    The devices of eager TensorFlow do not expose their limit, those of a session do. Both share one memory, so memory
    growth and the limits apply to both.
    """
    import tensorflow as tf

    v1 = tf.compat.v1
    config = v1.ConfigProto(gpu_options=v1.GPUOptions(allow_growth=True))
    try:
        with v1.Session(graph=tf.Graph(), config=config) as session:
            return [int(d.memory_limit_bytes) for d in session.list_devices() if d.device_type == kind]
    except (RuntimeError, tf.errors.OpError):
        return []


def _ask_nvidia_smi() -> str:
    command = ["nvidia-smi", "--query-gpu=name,memory.free", "--format=csv,noheader,nounits"]
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,  # the engine's own is how QGIS cancels
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS_FOR_NVIDIA_SMI,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def parse_nvidia_smi(text: str) -> dict[str, int]:
    """Free bytes by the name of the GPU, the least of those that share a name.

    By name, because nvidia-smi and CUDA number the GPUs differently.
    """
    free: dict[str, int] = {}
    for line in text.splitlines():
        name, _, mebibytes = (part.strip() for part in line.rpartition(","))
        if mebibytes.isdecimal():  # [N/A] where the GPU has no memory of its own
            free[name] = min(int(mebibytes) * 2**20, free.get(name, 2**63))
    return free
