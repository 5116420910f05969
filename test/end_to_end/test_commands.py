"""The commands of docs/commands.md, run from the text of the page."""

import os
import re
import shlex
import subprocess
import sys

import numpy as np
import pytest
from waiting import HANG_SECONDS

from rasterlearn.jobs.commands import COMMANDS

IS_FILE = re.compile(r"(?:^|=)(served|[\w./]+\.(?:tif|vrt|gpkg|csv|html|json|rlmodel|onnx|pb))$")
NAMES = ("field", "forest", "water")


@pytest.fixture(scope="module")
def page(root):
    """The text of the page."""
    return (root / "docs" / "commands.md").read_text(encoding="utf-8")


def fenced(page):
    """The commands of a page, in order."""
    return re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def files_in(command):
    """The files that a command names, in order: NAME=file or --name file."""
    found = (IS_FILE.search(word) for word in shlex.split(command))
    return [match[1] for match in found if match]


@pytest.fixture
def data(make_raster, make_vector, tmp_path):
    """A scene of 15 fields of three classes, its label raster and its polygons; returns their names."""
    rng = np.random.default_rng(0)
    size, rows, columns = 40, 3, 5
    classes = np.kron((np.add.outer(np.arange(rows), np.arange(columns)) % 3), np.ones((size, size), int))
    level = np.array([[900, 500, 300, 700], [400, 800, 200, 500], [200, 300, 600, 300]])[classes]
    pixels = (level + rng.normal(0, 60, level.shape)).clip(1, 2000).astype(np.uint16)
    make_raster("scene.tif", pixels, names=["red", "green", "blue", "nir"])
    make_raster("labels.tif", classes.astype(np.uint8), nodata=255)
    features = []
    for row in range(rows):
        for column in range(columns):
            x, y = 500000 + column * size * 10, 5800000 - row * size * 10
            box = f"POLYGON(({x} {y}, {x + 400} {y}, {x + 400} {y - 400}, {x} {y - 400}, {x} {y}))"
            features.append((box, {"class": NAMES[(row + column) % 3]}))
    make_vector("polygons.gpkg", features)
    return {path.name for path in tmp_path.iterdir()}


@pytest.fixture
def environment(qgis_environment, root, tmp_path_factory):
    """The variables of a shell in which `qgis_process` and `rasterlearn` are this checkout's."""
    folder = tmp_path_factory.mktemp("bin")
    engine = [sys.executable, str(root / "engine.py")]
    for name, words in (("qgis_process", [str(root / "scripts" / "qgis_process")]), ("rasterlearn", engine)):
        (folder / name).write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        (folder / name).chmod(0o755)
    return {**qgis_environment, "PATH": f"{folder}{os.pathsep}{qgis_environment['PATH']}"}


def test_each_algorithm_has_its_command(page):
    named = set(re.findall(r"qgis_process run rasterlearn:(\w+)", page))
    assert named == {*COMMANDS, "setupengine"} - {"check", "slurm"}


def test_the_commands_run_and_make_the_files_that_they_name(page, data, environment, tmp_path):
    commands = fenced(page)
    assert len(commands) > 15
    for command in commands:
        new = [name for name in files_in(command) if not (tmp_path / name).exists()]
        assert new, f"this command names no file that is still to be made:\n{command}"
        done = subprocess.run(
            ["sh", "-euc", command],
            capture_output=True,
            text=True,
            env=environment,
            cwd=tmp_path,
            timeout=HANG_SECONDS,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr}"
        missing = [name for name in new if not (tmp_path / name).exists()]
        assert not missing, f"{missing} did not appear after\n{command}\n{done.stdout[-2000:]}"


def test_the_page_names_the_files_that_it_starts_from(page, data):
    listed = set(re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE))
    assert listed == data
    used = {name for command in fenced(page) for name in files_in(command)}
    assert listed <= used
