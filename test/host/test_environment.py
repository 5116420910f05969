import pytest
from qgis.core import QgsProcessingException, QgsSettings

from rasterlearn.host import environment


@pytest.mark.parametrize(
    ("system", "prefix", "first"),
    [
        ("linux", "/usr", "/usr/bin/python3.11"),
        ("linux", "/opt/conda", "/opt/conda/bin/python3.11"),
        (
            "darwin",
            "/Applications/QGIS.app/Contents/Frameworks/Python.framework/Versions/3.11",
            "/Applications/QGIS.app/Contents/MacOS/bin/python3",
        ),
        ("darwin", "/opt/homebrew", "/opt/homebrew/bin/python3.11"),
    ],
)
def test_qgis_own_python_is_looked_for_first(system, prefix, first):
    assert environment.base_python_candidates(system, prefix, (3, 11))[0] == first


def test_on_windows_it_is_never_qgis_itself():
    candidates = environment.base_python_candidates("win32", "C:/OSGeo4W/apps/Python39", (3, 9))
    assert candidates[0].replace("\\", "/") == "C:/OSGeo4W/apps/Python39/python.exe"


@pytest.mark.parametrize(
    ("system", "machine", "nvidia", "device", "package"),
    [
        ("Linux", "x86_64", False, "auto", "tensorflow-cpu"),
        ("Linux", "x86_64", True, "auto", "tensorflow[and-cuda]"),
        ("Linux", "x86_64", True, "cpu", "tensorflow-cpu"),
        ("Linux", "x86_64", False, "gpu", "tensorflow[and-cuda]"),
        ("Linux", "aarch64", False, "auto", "tensorflow"),
        ("Windows", "AMD64", True, "auto", "tensorflow"),
        ("Darwin", "arm64", False, "cpu", "tensorflow"),
    ],
)
def test_tensorflow_package(system, machine, nvidia, device, package):
    found = environment.tensorflow_requirement(system, machine, nvidia, device, (3, 11))
    assert found == package + environment.TENSORFLOW_VERSIONS


@pytest.mark.parametrize(("system", "version", "word"), [("Windows", (3, 11), "WSL2"), ("Linux", (3, 15), "3.15")])
def test_if_there_is_no_package_a_sentence_says_so(system, version, word):
    with pytest.raises(QgsProcessingException, match=word):
        environment.tensorflow_requirement(system, "AMD64", True, "gpu", version)


@pytest.mark.parametrize(
    ("version", "expected"), [("1.24.2", "numpy>=1,<2"), ("2.2.4", "numpy>=2,<3"), (None, "numpy")]
)
def test_numpy_stays_in_the_major_version_of_qgis(version, expected):
    assert environment.numpy_requirement(version) == expected


def test_the_variable_names_the_engine(monkeypatch, tmp_path):
    python = tmp_path / "python"
    python.touch()
    monkeypatch.setenv("RASTERLEARN_PYTHON", str(python))
    assert environment.find_engine_python() == str(python)


def test_the_setting_comes_before_the_variable(qgis, monkeypatch, tmp_path):
    monkeypatch.setenv("RASTERLEARN_PYTHON", "/nowhere/python")
    python = tmp_path / "python"
    python.touch()
    QgsSettings().setValue("Processing/Configuration/RASTERLEARN_PYTHON", str(python))
    try:
        assert environment.find_engine_python() == str(python)
    finally:
        QgsSettings().remove("Processing/Configuration/RASTERLEARN_PYTHON")


def test_a_python_that_does_not_exist(monkeypatch):
    monkeypatch.setenv("RASTERLEARN_PYTHON", "/nowhere/python")
    with pytest.raises(QgsProcessingException, match="RASTERLEARN_PYTHON"):
        environment.find_engine_python()


def test_the_fingerprint_follows_the_requirements():
    assert environment.fingerprint(["a", "b"]) == environment.fingerprint(["b", "a"])
    assert environment.fingerprint(["a", "b"]) != environment.fingerprint(["a", "c"])
