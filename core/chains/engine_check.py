"""Check that the engine has all the libraries it needs."""

from __future__ import annotations

import importlib
from typing import Any

from ..base.errors import EngineError

REQUIRED = (
    "osgeo.gdal",
    "numpy",
    "tensorflow",
    "keras",
    "h5py",
    "scipy",
    "sklearn",
    "matplotlib",
    "jinja2",
    "onnx",
    "tf2onnx",
)  # GDAL before TensorFlow


def check_engine() -> dict[str, Any]:
    """Imports every library the engine uses.

    Returns:
        PYTHON, TENSORFLOW (version) and DEVICES for the outputs of the setup, and all other versions.
    Raises:
        EngineError: a library is missing or does not load.
    """
    import sys

    for name in REQUIRED:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise EngineError(
                "The engine at {python} cannot load {library}: {reason}. Run “Set up the engine” "
                "(rasterlearn:setupengine) to create it again.",
                python=sys.executable,
                library=name.split(".")[-1],
                reason=error,
            ) from error
    import tensorflow as tf
    from osgeo import gdal

    from ..base.version import library_versions

    devices = [device.device_type for device in tf.config.list_physical_devices()]
    versions = library_versions("numpy", "tensorflow", "keras", "sklearn")
    return {
        "PYTHON": sys.executable,
        "TENSORFLOW": tf.__version__,
        "DEVICES": ", ".join(devices),
        "VERSIONS": {**versions, "gdal": gdal.__version__},
    }
