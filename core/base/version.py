"""The version of RasterLearn (kept in metadata.txt only) and of the libraries that did the work."""

from __future__ import annotations

import configparser
import os
import platform
import sys
from importlib import metadata

from .. import ROOT


def rasterlearn_version() -> str:
    """The version in metadata.txt."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(os.path.join(ROOT, "metadata.txt"), encoding="utf-8")
    return parser["general"]["version"]


def library_versions(*names: str) -> dict[str, str]:
    """Versions for the provenance of a result: RasterLearn, Python, and those of `names` that are loaded."""
    versions = {"rasterlearn": rasterlearn_version(), "python": platform.python_version()}
    for name, distributions in {
        "numpy": ("numpy",),
        "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow_cpu"),
        "keras": ("keras",),
        "sklearn": ("scikit-learn",),
    }.items():
        if name in names and name in sys.modules:
            versions[name] = _first_version(distributions)
    return versions


def _first_version(distributions: tuple[str, ...]) -> str:
    for distribution in distributions:
        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
    return "unknown"
