"""Limits on what the engine uses of the machine, from environment variables; QGIS sets them from its settings.

RASTERLEARN_DEVICE: used where a job says auto. RASTERLEARN_THREADS: most threads at a time.
RASTERLEARN_MEMORY_GB: for blocks of maps and sets of patches, besides about 1 GB for TensorFlow and the images.
RASTERLEARN_CLUSTER: used where a job names no cluster. RASTERLEARN_WORKERS: how many of its workers to wait for.
Each is optional; empty or 0 stands for automatic. The cache for decoded parts of images is GDAL's own GDAL_CACHEMAX.
"""

from __future__ import annotations

import os

from .errors import InputError

# Two blocks are computed at a time, and patches are held twice: as they are, and a copy while they are shuffled.
SHARE_OF_BLOCK, SHARE_OF_PATCHES = 1 / 8, 1 / 4


def device(wanted: str) -> str:
    """The device for a job that asks for `wanted`; see `devices.choose_devices` for the words."""
    return (os.environ.get("RASTERLEARN_DEVICE") or "auto") if wanted == "auto" else wanted


def threads(wanted: int = 0) -> int:
    """How many threads to give a job that asks for `wanted`; 0 for the best number. Raises InputError."""
    return wanted or int(_number("RASTERLEARN_THREADS"))


def cluster() -> str:
    """The cluster of a job that names none; empty for this process."""
    return os.environ.get("RASTERLEARN_CLUSTER", "").strip()


def workers() -> int:
    """How many workers of a cluster to wait for, 0 for none. Raises InputError."""
    return int(_number("RASTERLEARN_WORKERS"))


def processors() -> int:
    """How many threads may work at a time. Raises InputError."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, threads() or available)


def memory(usual_bytes: int, share: float) -> int:
    """Bytes for something that usually takes `usual_bytes`, and at most this share of the limit. Raises InputError."""
    limit = _number("RASTERLEARN_MEMORY_GB")
    return min(usual_bytes, int(share * limit * 1e9)) if limit else usual_bytes


def _number(variable: str) -> float:
    text = os.environ.get(variable, "").strip()
    try:
        value = float(text or 0)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise InputError(
            "{variable} must be a number, 0 for automatic, received “{text}”. Correct the setting or the variable.",
            variable=variable,
            text=text,
        )
    return value
