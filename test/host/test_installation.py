"""Why a set-up fails, from what the real pip says about real failures."""

import sys

import pytest
from qgis.core import QgsProcessingException, QgsSettings

from rasterlearn.host import environment, installation


class Network:
    """QGIS's network settings."""

    def __init__(self, **values):
        self._values = values

    def value(self, name, default, type):
        return self._values.get(name.split("/")[1], default)


@pytest.fixture
def failure(feedback, monkeypatch):
    """What the set-up says if pip cannot work."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONSTRAINT", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "1")

    def of(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        pip = [sys.executable, "-m", "pip", "install", "--dry-run", "rasterlearn-needs-this"]
        with pytest.raises(QgsProcessingException) as caught:
            installation.run_step(pip, feedback, feedback.pushConsoleInfo)
        return str(caught.value)

    return of


def test_offline(failure):
    assert "PyPI cannot be reached" in failure(PIP_INDEX_URL="https://127.0.0.1:9/simple", NO_PROXY="127.0.0.1")


def test_a_proxy_that_does_not_respond(failure):
    proxy = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "NO_PROXY": "", "no_proxy": ""}
    assert "The proxy refused" in failure(PIP_INDEX_URL="https://packages.invalid/simple", **proxy)


@pytest.mark.parametrize(
    ("complaint", "advice"),
    [
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate", "PIP_CERT"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("not created successfully because ensurepip is not available.  On Debian/Ubuntu", "python3-venv"),
        ("Could not install packages due to an OSError: [Errno 13] Permission denied: '/x'", "permissions"),
        ("ReadTimeoutError(\"HTTPSConnectionPool(host='x', port=443): Read timed out.", "broke off"),
        ("ERROR: Missing dependencies for SOCKS support.", "an HTTP proxy"),
        ("ERROR: No matching distribution found for tensorflow-cpu", "no package for this Python"),
        ("something else", "internet connection"),
    ],
)
def test_every_known_failure_has_its_advice(qgis, complaint, advice):
    assert advice in installation.explain(complaint)


def test_the_proxy_of_qgis_is_handed_to_pip(qgis):
    assert installation.proxy_variables(Network()) == {}
    assert installation.proxy_variables(Network(proxyEnabled=True, proxyType="Socks5Proxy", proxyHost="x")) == {}
    given = Network(
        proxyEnabled=True,
        proxyType="HttpProxy",
        proxyHost="proxy",
        proxyPort="3128",
        proxyUser="me",
        proxyPassword="p@s:",
    )
    address = "http://me:p%40s%3A@proxy:3128"
    assert set(installation.proxy_variables(given).values()) == {address}
    assert installation.proxy_variables(QgsSettings()) == {}


def test_removing_leaves_nothing(algorithm, context, feedback, monkeypatch, tmp_path):
    folder = tmp_path / "engine"
    (folder / "bin").mkdir(parents=True)
    monkeypatch.setattr(environment, "managed_folder", lambda: str(folder))
    results, ok = algorithm("setupengine").run({"REMOVE": True}, context, feedback)
    assert ok and results == {} and not folder.exists()
    assert algorithm("setupengine").run({"REMOVE": True}, context, feedback)[1]
