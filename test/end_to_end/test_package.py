import configparser
import subprocess
import zipfile

import pytest


@pytest.fixture(scope="module")
def package(root, tmp_path_factory):
    """The path of the zip that `make package` writes."""
    folder = tmp_path_factory.mktemp("package")
    subprocess.run(["make", "package", f"BUILD={folder}"], cwd=root, capture_output=True, check=True)
    (path,) = folder.glob("rasterlearn-*.zip")
    return path


def test_the_zip_is_what_the_plugin_site_requires(package):
    archive = zipfile.ZipFile(package)
    names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"rasterlearn"}
    assert package.stat().st_size < 25e6
    assert len(set(names)) == len(names)
    for name in ("__init__.py", "metadata.txt", "LICENSE", "engine.py", "requirements.txt", "resources/icon.svg"):
        assert f"rasterlearn/{name}" in names
    developing = ("test/", "benchmark/", ".ci/", "scripts/", "demo/", "docs/", "Makefile", "constraints.txt")
    for unwanted in (*developing, "__pycache__", "mkdocs.yml", "requirements-docs.txt", "requirements-test.txt"):
        assert not [name for name in names if name.startswith(f"rasterlearn/{unwanted}")]
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read_string(archive.read("rasterlearn/metadata.txt").decode())
    wanted = [
        "name",
        "description",
        "about",
        "version",
        "author",
        "email",
        "qgisMinimumVersion",
        "tracker",
        "repository",
    ]
    assert all(metadata["general"][name] for name in wanted)
    assert "downloads about 0.5 GB from PyPI" in metadata["general"]["about"]
    assert metadata["general"]["license"] == "GPL-2.0-or-later"
    assert not [name for name in names if name.endswith((".pyc", ".so", ".exe", ".dll"))]
    assert "GNU GENERAL PUBLIC LICENSE" in archive.read("rasterlearn/LICENSE").decode()


def test_translations_are_compiled_for_the_zip(package, root):
    archive = zipfile.ZipFile(package)
    inside = [name for name in archive.namelist() if "/i18n/" in name and not name.endswith("/")]
    sources = sorted((root / "resources" / "i18n").glob("*.ts"))
    compiled_names = [f"rasterlearn/resources/i18n/{path.stem}.qm" for path in sources]
    assert sorted(inside) == sorted(compiled_names)
    for name in compiled_names:
        compiled = archive.read(name)
        assert compiled.startswith(b"\x3c\xb8\x64\x18\xca\xef\x9c\x95")  # what Qt expects of such a file
        assert "Entraîner un réseau".encode("utf-16-be") in compiled or not name.endswith("_fr.qm")
        assert "Chargement de TensorFlow".encode("utf-16-be") in compiled or not name.endswith("_fr.qm")
