import pytest
from qgis.core import QgsSettings

from rasterlearn.host import settings


@pytest.fixture
def chosen(qgis):
    """Sets settings for one test: chosen(RASTERLEARN_THREADS=3)."""
    names = []

    def choose(**values):
        for name, value in values.items():
            names.append(f"Processing/Configuration/{name}")
            QgsSettings().setValue(names[-1], value)

    yield choose
    for name in names:
        QgsSettings().remove(name)


def test_what_is_automatic_is_not_handed_on(qgis):
    assert settings.variables() == {}


def test_settings_become_variables_of_the_engine(chosen):
    chosen(RASTERLEARN_DEVICE="gpu:1", RASTERLEARN_THREADS=3, RASTERLEARN_MEMORY=2.5, RASTERLEARN_CACHE="200")
    assert settings.variables() == {
        "RASTERLEARN_DEVICE": "gpu:1",
        "RASTERLEARN_THREADS": "3",
        "RASTERLEARN_MEMORY_GB": "2.5",
        "GDAL_CACHEMAX": "200",
    }


def test_the_engine_gets_them(chosen, algorithm, context, feedback, monkeypatch, tmp_path, ramp):
    fake = tmp_path / "python"
    fake.write_text(
        "#!/bin/sh\n"
        """echo '{"event": "info", "text": "'"$RASTERLEARN_DEVICE $RASTERLEARN_THREADS $GDAL_CACHEMAX"'"}'\n"""
        """echo '{"event": "result", "values": {}}'\n"""
    )
    fake.chmod(0o755)
    chosen(RASTERLEARN_PYTHON=str(fake), RASTERLEARN_DEVICE="gpu:3", RASTERLEARN_THREADS=1, RASTERLEARN_CACHE=64)
    _, ok = algorithm("normalize").run({"INPUT": [ramp], "OUTPUT": str(tmp_path / "n.tif")}, context, feedback)
    assert ok, feedback.errors
    assert "gpu:3 1 64" in feedback.infos


@pytest.mark.parametrize("value", ["-1", "many", -0.5])
def test_the_page_refuses_what_is_not_a_number(qgis, value):
    threads = settings.all_settings()[2]
    with pytest.raises(ValueError, match="Threads.*expected a number.*received"):
        threads.check(value)
    threads.check("4")
