"""The engine's Python: finding it, checking it, creating it. It shares QGIS's GDAL and nothing else."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import sys

from qgis import utils
from qgis.core import QgsApplication, QgsProcessingException

from . import settings
from .translation import tr

VARIABLE = "RASTERLEARN_PYTHON"
MARKER = "rasterlearn.json"
LINK_SCHEME = "rasterlearn"  # of the link that sets up the engine, in messages of the desktop
READY, MISSING, OUTDATED = "ready", "missing", "outdated"
REQUIREMENTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "requirements.txt")

TENSORFLOW_VERSIONS = ">=2.16,<2.22"
NEWEST_PYTHON = (3, 13)
DISK_GB = {"cpu": 2, "gpu": 8}


def find_engine_python():
    """Path of the engine's Python: the setting, the variable, or the managed environment.

    Raises: QgsProcessingException with what to do if there is none.
    """
    path = _named_python()
    if path:
        return path
    if state() == MISSING:
        raise QgsProcessingException(missing())
    return python_in(managed_folder(), sys.platform)


def missing():
    """The sentence to show if the engine has to be set up first."""
    return tr(
        "The engine is not set up yet: expected its Python environment in “{}”. Run “Set up the engine” "
        "(rasterlearn:setupengine) once; it downloads TensorFlow and scikit-learn."
    ).format(managed_folder())


def can_execute():
    """Whether there is an engine; if not, a sentence – in the desktop, which shows HTML, with a link to set it up."""
    try:
        is_missing = state() == MISSING
    except QgsProcessingException as error:
        return False, str(error)
    link = f' <a href="{LINK_SCHEME}:setup">{tr("Set it up now")}</a>' if utils.iface is not None else ""
    return (False, missing() + link) if is_missing else (True, "")


def _named_python():
    """The Python that the setting or the variable names, or None. Raises QgsProcessingException if it is not there."""
    for origin, path in (
        (tr("the setting “{}”").format(settings.python().label), settings.python().value()),
        (tr("the variable {}").format(VARIABLE), os.environ.get(VARIABLE)),
    ):
        if path and not os.path.isfile(path):
            raise QgsProcessingException(
                tr("The engine's Python “{}”, named by {}, does not exist. Correct or remove it.").format(path, origin)
            )
        if path:
            return path
    return None


def state():
    """READY, MISSING, or OUTDATED: it works, but the requirements or QGIS's Python have changed.

    Raises: QgsProcessingException if a Python is named that does not exist.
    """
    if _named_python():
        return READY
    marker = read_marker(managed_folder())
    if marker is None or not os.path.isfile(python_in(managed_folder(), sys.platform)):
        return MISSING
    try:
        listed = requirements(marker.get("device", "auto"))
    except QgsProcessingException:  # this QGIS's Python is too new; the set-up says so
        return OUTDATED
    return READY if is_complete(managed_folder(), listed) else OUTDATED


def managed_folder():
    """Where the set-up creates the environment: in the user's QGIS profile."""
    return os.path.join(QgsApplication.qgisSettingsDirPath(), "rasterlearn", "engine")


def python_in(folder, system):
    """The interpreter of a virtual environment."""
    return os.path.join(folder, "Scripts", "python.exe") if system == "win32" else os.path.join(folder, "bin", "python")


def base_python_candidates(system, base_prefix, version):
    """Where QGIS's own Python may be, best first; `sys.executable` is QGIS itself on Windows and macOS.

    Args: system: sys.platform. base_prefix: sys.base_prefix. version: (major, minor).
    """
    if system == "win32":
        return [os.path.join(base_prefix, "python.exe"), os.path.join(base_prefix, "python3.exe")]
    if system == "darwin" and ".app/Contents/" in base_prefix:
        contents = base_prefix[: base_prefix.index(".app/Contents/") + len(".app/Contents")]
        return [f"{contents}/MacOS/bin/python3", f"{contents}/MacOS/python"]
    name = f"python{version[0]}.{version[1]}"
    return [f"{base_prefix}/bin/{name}", f"{base_prefix}/bin/python3", "/usr/bin/python3"]


def find_base_python():
    """QGIS's own Python. Raises QgsProcessingException if it is in none of the usual places."""
    candidates = base_python_candidates(sys.platform, sys.base_prefix, sys.version_info[:2])
    for path in candidates:
        if os.path.isfile(path):
            return path
    raise QgsProcessingException(
        tr("QGIS's Python was not found; looked for {}. Name a Python with GDAL and TensorFlow in {}.").format(
            ", ".join(candidates), VARIABLE
        )
    )


def tensorflow_requirement(system, machine, has_nvidia, device, python_version):
    """The TensorFlow package for a machine.

    Args: system: Linux, Windows or Darwin. machine: as platform.machine(). device: auto, cpu or gpu.
    Raises: QgsProcessingException where there is no such package.
    """
    if tuple(python_version) > NEWEST_PYTHON:
        raise QgsProcessingException(
            tr("TensorFlow has no package for Python {}.{} (up to {}.{}). Name an older Python in {}.").format(
                *python_version, *NEWEST_PYTHON, VARIABLE
            )
        )
    is_linux_pc = system == "Linux" and machine in ("x86_64", "AMD64")
    if device == "gpu" and not is_linux_pc:
        raise QgsProcessingException(
            tr(
                "TensorFlow has no GPU package for {} on {}. On Windows, install it in WSL2 and "
                "name that Python in {}; "
                "or choose DEVICE=cpu."
            ).format(system, machine, VARIABLE)
        )
    if is_linux_pc and (device == "gpu" or (device == "auto" and has_nvidia)):
        return f"tensorflow[and-cuda]{TENSORFLOW_VERSIONS}"
    return f"tensorflow-cpu{TENSORFLOW_VERSIONS}" if is_linux_pc else f"tensorflow{TENSORFLOW_VERSIONS}"


def numpy_requirement(version):
    """numpy of the major version that QGIS's GDAL and scipy were built for; `version` is QGIS's own, or None."""
    if not version:
        return "numpy"
    major = int(version.split(".")[0])
    return f"numpy>={major},<{major + 1}"


def requirements(device):
    """Everything pip has to install for this machine."""
    from ..core.base.devices import has_nvidia_driver  # here, because QGIS starts faster without it

    with open(REQUIREMENTS, encoding="utf-8") as file:
        listed = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    tensorflow = tensorflow_requirement(
        platform.system(), platform.machine(), has_nvidia_driver(), device, sys.version_info[:2]
    )
    return [tensorflow, numpy_requirement(_installed_numpy()), *listed]


def _installed_numpy():
    from importlib import metadata

    try:
        return metadata.version("numpy")
    except metadata.PackageNotFoundError:
        return None


def fingerprint(listed):
    """A text that changes when the requirements or QGIS's Python change."""
    basis = [*sorted(listed), sys.base_prefix, platform.python_version()]
    return hashlib.sha256("\n".join(basis).encode()).hexdigest()[:16]


def is_complete(folder, listed):
    """Whether a set-up for these requirements was completed in the folder and its Python is still there."""
    marker = read_marker(folder)
    return (
        marker is not None
        and marker.get("fingerprint") == fingerprint(listed)
        and os.path.isfile(python_in(folder, sys.platform))
    )


def read_marker(folder):
    """What a completed set-up recorded, or None."""
    try:
        with open(os.path.join(folder, MARKER), encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def forget(folder):
    """Lets the next set-up create the environment anew."""
    with contextlib.suppress(FileNotFoundError):
        os.remove(os.path.join(folder, MARKER))


def write_marker(folder, listed, device="auto"):
    """Records that the set-up for a device is complete."""
    with open(os.path.join(folder, MARKER), "w", encoding="utf-8") as file:
        json.dump({"device": device, "requirements": listed, "fingerprint": fingerprint(listed)}, file, indent=1)
