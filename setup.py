"""Builds the package without its QGIS side; what it is and what it needs stands in pyproject.toml."""

import configparser
import tempfile
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
ROOMS = ("core", "jobs", "models")
LEFT_OUT = ("plugin", "setup")


class BuildWithoutQgis(build_py):
    """Leaves out modules of the checkout that are of no use without QGIS."""

    def find_package_modules(self, package, package_dir):
        return [found for found in super().find_package_modules(package, package_dir) if found[1] not in LEFT_OUT]


def packages():
    """The checkout itself, as rasterlearn, and the folders of modules in the rooms."""
    folders = sorted(path.parent for room in ROOMS for path in (ROOT / room).rglob("__init__.py"))
    return ["rasterlearn", *(".".join(("rasterlearn", *folder.relative_to(ROOT).parts)) for folder in folders)]


metadata = configparser.ConfigParser(interpolation=None)
metadata.read(ROOT / "metadata.txt", encoding="utf-8")
with tempfile.TemporaryDirectory() as scratch:  # the checkout stays as it is, and no older build gets into this one
    setup(
        version=metadata["general"]["version"],
        packages=packages(),
        package_dir={"rasterlearn": "."},
        package_data={"rasterlearn": ["metadata.txt", "resources/*.html", "resources/slurm/*"]},
        cmdclass={"build_py": BuildWithoutQgis},
        options={"build": {"build_base": scratch}, "egg_info": {"egg_base": scratch}},
    )
