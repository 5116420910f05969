"""A QGIS without a screen, with the provider; the engine's Python is the one that runs the tests."""

import os
import subprocess
import sys

import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject
from qgis.PyQt.QtCore import QLocale

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("RASTERLEARN_THREADS", "2")  # else each training begins with timing their best number


class RecordingFeedback(QgsProcessingFeedback):
    """Keeps what an algorithm reports; can cancel when a line of the log contains a text."""

    def __init__(self, cancel_at=None):
        super().__init__(False)
        self.infos, self.warnings, self.errors, self.percents = [], [], [], []
        self._cancel_at = cancel_at
        self.progressChanged.connect(self.percents.append)

    def pushInfo(self, text):
        self.infos.append(text)
        if self._cancel_at and self._cancel_at in text:
            self.cancel()

    def pushWarning(self, text):
        self.warnings.append(text)

    def reportError(self, text, fatalError=False):  # noqa: N803 - the name QGIS uses
        self.errors.append(text)


@pytest.fixture(scope="session", autouse=True)
def qgis():
    """The running QgsApplication with RasterLearn's provider."""
    application = QgsApplication([], False)
    application.initQgis()
    from rasterlearn.algorithms.provider import register

    provider = register()
    yield application
    QgsApplication.processingRegistry().removeProvider(provider)
    # exitQgis would destroy what Python objects of the tests still refer to, and crash


@pytest.fixture
def engine_python(monkeypatch):
    """Names the engine's Python."""
    monkeypatch.setenv("RASTERLEARN_PYTHON", sys.executable)


@pytest.fixture
def feedback():
    """A feedback that records."""
    return RecordingFeedback()


@pytest.fixture
def cancelling():
    """A feedback that cancels when the log shows a text: cancelling("epoch 2")."""
    return RecordingFeedback


@pytest.fixture
def context(qgis):
    """An empty project's context."""
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    yield context
    QgsProject.instance().clear()


@pytest.fixture
def algorithm(qgis):
    """A fresh algorithm: algorithm("normalize")."""
    return lambda name: QgsApplication.processingRegistry().createAlgorithmById(f"rasterlearn:{name}")


@pytest.fixture
def job_of(algorithm, context, feedback):
    """The job that an algorithm makes of parameters, without running it."""
    from rasterlearn.algorithms.given import Given

    def translate(name, **parameters):
        instance = algorithm(name)
        assert instance.prepareAlgorithm(parameters, context, feedback)
        return instance.job(Given(instance, parameters, context, feedback))

    return translate


@pytest.fixture
def run(algorithm, context, feedback, engine_python):
    """Runs an algorithm as the toolbox does: results, or fails the test with the algorithm's message."""

    def run(name, **parameters):
        results, ok = algorithm(name).run(parameters, context, feedback)
        assert ok, feedback.errors
        return results

    return run


@pytest.fixture
def refusal(algorithm, context, feedback, engine_python):
    """Runs an algorithm that must fail, and returns its sentence."""

    def run(name, **parameters):
        _, ok = algorithm(name).run(parameters, context, feedback)
        assert not ok
        assert feedback.errors, "failed without a word"
        assert "Traceback" not in feedback.errors[-1]
        return feedback.errors[-1]

    return run


@pytest.fixture
def patches(run, two_fields, tmp_path):
    """Patches and labels of the two fields: (patches.tif, labels.tif)."""
    image, labels = two_fields
    paths = {name: str(tmp_path / name) for name in ("points.gpkg", "patches.tif", "labels.tif")}
    run("selectsamples", LABELS=labels, IMAGE=image, COUNT=40, OUTPUT=paths["points.gpkg"])
    run(
        "extractpatches",
        POINTS=paths["points.gpkg"],
        INPUT=image,
        OUTPUT=paths["patches.tif"],
        LABELS=paths["labels.tif"],
    )
    return paths["patches.tif"], paths["labels.tif"]


@pytest.fixture(scope="session")
def script(root):
    """scripts/translations.py"""
    sys.path.insert(0, str(root / "scripts"))
    import translations

    return translations


@pytest.fixture(scope="session")
def compiled(root, tmp_path_factory):
    """A folder with the compiled translation."""
    folder = tmp_path_factory.mktemp("i18n")
    source = root / "resources" / "i18n" / "rasterlearn_fr.ts"
    command = [root / "scripts" / "lrelease.sh", "-silent", source, "-qm", folder / "rasterlearn_fr.qm"]
    subprocess.run([str(word) for word in command], check=True)
    return str(folder)


@pytest.fixture
def language_of_the_system(qgis):
    """Sets what QLocale().name() is: language_of_the_system("fr_CA")."""
    before = QLocale()
    yield lambda name: QLocale.setDefault(QLocale(name))
    QLocale.setDefault(before)


@pytest.fixture
def settings(monkeypatch):
    """Other settings of QGIS: settings({"locale/userLocale": "de"})."""
    from rasterlearn.host import translation

    def use(values):
        class Settings:
            def value(self, name, default, kind=str):
                return values.get(name, default)

        monkeypatch.setattr(translation, "QgsSettings", Settings)

    use({})
    return use


@pytest.fixture
def french(compiled, language_of_the_system, settings):
    """QGIS in French, with the plugin's translator."""
    from rasterlearn.host import translation

    language_of_the_system("fr_FR")
    translator = translation.install(compiled)
    assert translator is not None
    yield
    translation.remove(translator)
