"""The package as an engineer without QGIS has it: installed by pip beside the system's GDAL, used by its command."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import numpy as np
import pytest

if sys.version_info >= (3, 11):
    import tomllib

NEEDED = re.compile(r"^([\w-]+)(.*?)(?:;.*)?$")


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory):
    """The path of the wheel; building it leaves the checkout as it is."""
    folder, before = tmp_path_factory.mktemp("wheel"), sorted(os.listdir(root))
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(root)], check=True, capture_output=True)
    assert sorted(os.listdir(root)) == before
    (path,) = folder.glob("rasterlearn-*.whl")
    return path


@pytest.fixture(scope="module")
def program(wheel, tmp_path_factory):
    """The command in an environment of its own, which sees the system's GDAL and the engine's libraries."""
    folder = tmp_path_factory.mktemp("installed") / "environment"
    python = folder / "bin" / "python"
    system = Path(sys.base_prefix) / "bin" / "python3"
    subprocess.run([str(system), "-m", "venv", "--system-site-packages", str(folder)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "engine.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    install = [str(python), "-m", "pip", "install", "-q", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    return folder / "bin" / "rasterlearn"


@pytest.fixture
def run(program, tmp_path):
    """Runs the command in the folder of the test: run("normalize", "--input", "a.tif") -> what it prints."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QGIS"))}

    def run(*words):
        environment = {**variables, "RASTERLEARN_THREADS": "2"}
        done = subprocess.run(
            [str(program), *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def needs(listed):
    """Name to versions of requirements."""
    return {match[1]: match[2] for match in map(NEEDED.match, listed) if match and not match[0].startswith("-")}


def test_the_wheel_is_the_engine_without_qgis(wheel, root):
    names = set(zipfile.ZipFile(wheel).namelist())
    for room in ("core", "jobs", "models"):
        modules = {str(path.relative_to(root)) for path in (root / room).rglob("*.py")}
        assert modules and {f"rasterlearn/{module}" for module in modules} <= names
    resources = [*(root / "resources").glob("*.html"), *(root / "resources" / "slurm").iterdir()]
    assert {f"rasterlearn/{path.relative_to(root)}" for path in resources} <= names
    assert {"rasterlearn/engine.py", "rasterlearn/worker.py", "rasterlearn/metadata.txt"} <= names
    tops = {name.split("/")[1] for name in names if name.startswith("rasterlearn/")}
    assert not tops & {"algorithms", "gui", "plugin.py", "setup.py", "test", "build", "scripts"}
    version = re.search(r"^version=(.*)$", (root / "metadata.txt").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert wheel.name == f"rasterlearn-{version}-py3-none-any.whl"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib")
def test_the_requirements_are_those_of_the_engine_in_qgis(root):
    def read(name):
        return needs((root / name).read_text(encoding="utf-8").splitlines())

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: needs(listed) for name, listed in project["optional-dependencies"].items()}
    base = needs(project["dependencies"])
    assert {**base, **extras["train"], **extras["export"]}.items() >= read("requirements.txt").items()
    assert extras["cluster"] == {name: v for name, v in read("requirements-cluster.txt").items() if name[0] != "#"}
    text = (root / "host" / "environment.py").read_text(encoding="utf-8")
    versions = re.search(r'TENSORFLOW_VERSIONS = "(.*)"', text)[1]
    assert extras["train"]["tensorflow-cpu"] == extras["train"]["tensorflow"] == versions
    assert extras["gpu"]["tensorflow"] == f"[and-cuda]{versions}"
    assert "<" not in base["numpy"], "pip would not keep the system's"


def test_from_an_image_to_the_accuracy_of_its_map(run, program, make_raster, tmp_path):
    rng = np.random.default_rng(0)
    classes = np.kron(np.add.outer(np.arange(4), np.arange(6)) % 2 + 1, np.ones((20, 20), int))
    make_raster("scene.tif", (classes[..., np.newaxis] * 300 + rng.normal(0, 20, (80, 120, 2))).astype(np.uint16))
    make_raster("labels.tif", classes.astype(np.uint8), nodata=0)
    run("normalize", "--input", "scene.tif", "--method", "percentile", "--output", "image.vrt")
    run("selectsamples", "--labels", "labels.tif", "--image", "image.vrt", "--count", "60", "--patch-size", "8",
        "--output", "points.gpkg")  # fmt: skip
    run("extractpatches", "--points", "points.gpkg", "--image", "image.vrt", "--patch-size", "8",
        "--output", "patches.tif", "--labels", "patch_labels.tif")  # fmt: skip
    run("trainmodel", "--patches", "patches.tif", "--labels", "patch_labels.tif", "--architecture", "texture_cnn",
        "--epochs", "12", "--no-augment", "--output", "model.rlmodel")  # fmt: skip
    run("applymodel", "--image", "scene.tif", "--model", "model.rlmodel", "--output", "map.tif")
    said = run("accuracy", "--map", "map.tif", "--reference", "labels.tif", "--report", "r.html", "--events", "json")
    values = json.loads(said.splitlines()[-1])["values"]
    assert values["OVERALL_ACCURACY"] > 0.9 and (tmp_path / "r.html").exists()


def test_help_and_python_package(run, program, tmp_path):
    assert "applymodel       Apply a model" in run("--help")
    assert "usage: rasterlearn applymodel" in run("applymodel", "--help")
    code = "import rasterlearn.core.base.errors as m, sys; print(m.__file__, 'qgis' in sys.modules)"
    done = subprocess.run(
        [str(program.parent / "python"), "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    file, loaded = done.stdout.split()
    assert Path(file).is_relative_to(program.parent.parent) and loaded == "False"
