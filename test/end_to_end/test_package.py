import configparser
import io
import subprocess
import zipfile


def test_the_zip_is_what_the_plugin_site_wants(root):
    data = subprocess.run(
        ["git", "archive", "--format=zip", "--prefix=rasterlearn/", "HEAD"], cwd=root, capture_output=True, check=True
    ).stdout
    archive = zipfile.ZipFile(io.BytesIO(data))
    names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"rasterlearn"}
    assert len(data) < 25e6
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
    assert "GNU GENERAL PUBLIC LICENSE" in archive.read("rasterlearn/LICENSE").decode()
