import pytest
from qgis.core import QgsSettings

from rasterlearn.algorithms import settings


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


@pytest.fixture
def parameters(two_fields, tmp_path):
    """Of a short landcover."""
    outputs = {"OUTPUT": str(tmp_path / "map.tif"), "MODEL": str(tmp_path / "cnn.rlmodel")}
    return {"INPUT": [two_fields[0]], "LABELS": two_fields[1], "COUNT": 20, "EPOCHS": 1, **outputs}


def test_the_engine_works_with_them(chosen, run, feedback, parameters):
    chosen(RASTERLEARN_DEVICE="cpu", RASTERLEARN_THREADS=1)
    run("landcover", **parameters)
    assert "CPU (1 core)" in "\n".join(feedback.infos)


def test_a_setting_that_cannot_be_is_refused_by_the_engine(chosen, refusal, parameters):
    chosen(RASTERLEARN_DEVICE="gpu:3")
    assert "gpu:3" in refusal("landcover", **parameters)


@pytest.mark.parametrize("value", ["-1", "many", -0.5])
def test_the_page_refuses_what_is_no_number(qgis, value):
    threads = settings.all_settings()[2]
    with pytest.raises(ValueError, match="Threads.*expected a number.*received"):
        threads.check(value)
    threads.check("4")
