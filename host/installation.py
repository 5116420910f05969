"""Creating and removing the engine's environment with pip, and explaining why that failed."""

from __future__ import annotations

import collections
import os
import shutil
import sys
from urllib.parse import quote

from qgis.core import QgsProcessingException, QgsSettings

from . import environment, process
from .translation import tr


def create_environment(folder, listed, device, feedback):
    """Creates the environment anew; if it is cancelled or fails, what was there before is kept.

    Raises: QgsProcessingException with the reason.
    """
    base = environment.find_base_python()
    old = folder + ".old"
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    require_space(os.path.dirname(folder), environment.DISK_GB["gpu" if "and-cuda" in listed[0] else "cpu"])
    python = environment.python_in(folder, sys.platform)
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    shutil.rmtree(old, ignore_errors=True)
    if os.path.isdir(folder):
        os.rename(folder, old)
    try:
        feedback.pushInfo(tr("Creating a Python environment in “{}” with {}").format(folder, base))
        run_step([base, "-m", "venv", "--system-site-packages", folder], feedback, feedback.pushConsoleInfo)
        feedback.pushInfo(tr("Installing {}").format(", ".join(listed)))
        run_step([*pip, *listed], feedback, InstallProgress(feedback))
        environment.write_marker(folder, listed, device)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if os.path.isdir(old):
            os.rename(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def run_step(arguments, feedback, on_line):
    """Runs one command of the set-up. Raises QgsProcessingException with the reason if it fails."""
    said = collections.deque(maxlen=50)  # venv complains on standard output

    def hear(line):
        said.append(line)
        on_line(line)

    code, complaints = process.run_process(arguments, hear, feedback, proxy_variables(QgsSettings()))
    if feedback.isCanceled():
        raise QgsProcessingException(tr("The set-up was cancelled. Everything is as it was before."))
    if code != 0:
        complaints = complaints or "".join(said)
        feedback.pushConsoleInfo(complaints)
        last = complaints.strip().splitlines()[-1:] or [tr("exit code {}").format(code)]
        raise QgsProcessingException(
            tr("The set-up failed at “{}”: {} ({})").format(" ".join(arguments[1:4]), explain(complaints), last[0])
        )


def explain(complaints):
    """What to do about a failure, from what pip or venv wrote to standard error."""
    for signs, advice in (
        (
            ("ProxyError", "Cannot connect to proxy", "407 Proxy", "SOCKS support"),
            tr(
                "The proxy refused the connection. Check its address, user and password under Settings → Options → "
                "Network (an HTTP proxy), or in the variable HTTPS_PROXY."
            ),
        ),
        (
            ("CERTIFICATE_VERIFY_FAILED", "SSLError"),
            tr(
                "The server's certificate was not trusted; many institutes replace it with their own. Ask for that "
                "certificate and name its file in the variable PIP_CERT."
            ),
        ),
        (
            ("No space left on device", "Errno 28"),
            tr("The disk is full. Free some space and run the set-up again."),
        ),
        (
            ("ensurepip", "python3-venv"),
            tr("QGIS's Python cannot make environments. On Debian and Ubuntu, install the package python3-venv."),
        ),
        (
            ("Permission denied", "Errno 13"),
            tr("Files may not be written. Check the permissions of your QGIS profile's folder."),
        ),
        (
            ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "Network is unreachable", "Errno -2"),
            tr(
                "PyPI cannot be reached. Check that this computer is online. Behind a proxy, enter it under Settings "
                "→ Options → Network; without any connection, name a Python that has TensorFlow in the settings."
            ),
        ),
        (
            ("ReadTimeout", "Connection broken", "IncompleteRead", "ConnectionReset", "hashes"),
            tr("The download broke off. Run the set-up again; what was downloaded is kept."),
        ),
        (
            ("No matching distribution",),
            tr("PyPI, or the mirror that pip is set up for, has no package for this Python and computer."),
        ),
    ):
        if any(sign in complaints for sign in signs):
            return advice
    return tr("Check the internet connection and the free disk space, and run the set-up again.")


def proxy_variables(settings):
    """The HTTP proxy of QGIS's network settings, as pip expects it; empty if there is none."""
    enabled = settings.value("proxy/proxyEnabled", False, type=bool)
    host = settings.value("proxy/proxyHost", "", type=str)
    if not enabled or not host or settings.value("proxy/proxyType", "", type=str) not in ("HttpProxy", ""):
        return {}
    port = settings.value("proxy/proxyPort", "", type=str)
    user = settings.value("proxy/proxyUser", "", type=str)
    password = settings.value("proxy/proxyPassword", "", type=str)
    name = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    address = f"http://{name}{host}{f':{port}' if port else ''}"
    return {"HTTP_PROXY": address, "HTTPS_PROXY": address, "http_proxy": address, "https_proxy": address}


def remove_environment(folder, feedback):
    """Deletes the engine's environment."""
    for path in (folder, folder + ".old"):
        if os.path.isdir(path):
            feedback.pushInfo(tr("Deleting “{}”").format(path))
            shutil.rmtree(path)


def require_space(folder, needed_gb):
    """Raises QgsProcessingException if the disk is too full for the environment."""
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < needed_gb:
        raise QgsProcessingException(
            tr("The engine needs about {} GB in “{}”, but only {:.1f} GB are free.").format(needed_gb, folder, free_gb)
        )


class InstallProgress:
    """Shows what pip is doing; it installs about 50 packages."""

    PACKAGES = 50

    def __init__(self, feedback):
        self._feedback, self._seen = feedback, 0

    def __call__(self, line):
        words = line.split()
        if words[:1] in (["Collecting"], ["Downloading"], ["Installing"]):
            self._feedback.pushInfo(" ".join(words[:2]) if words[0] == "Collecting" else words[0] + " …")
            self._seen += words[0] == "Collecting"
            self._feedback.setProgress(min(90, 90 * self._seen / self.PACKAGES))
