"""Starts processes for QGIS: the engine, and the programs that set it up. Shows their output; cancelling ends them."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from qgis.core import QgsProcessingException
from qgis.PyQt.QtCore import QCoreApplication, QThread

from ..core.base import outputs as files
from ..core.base.messages import Message
from ..core.base.progress import epoch_message
from . import environment, settings
from .engine_texts import translated
from .translation import tr

ENGINE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "engine.py")

POLL_SECONDS = 0.1
SECONDS_TO_LEAVE = 1.5
SECONDS_BETWEEN_TEXTS = 3.0

CANCELLED = 3
COMPLAINTS = 10_000  # characters of standard error that are kept


def job_folder():
    """A new folder for what QGIS hands to the engine. The engine deletes it if QGIS is no longer there to do so."""
    return tempfile.TemporaryDirectory(prefix=files.JOB_PREFIX)


def run_engine(command, job, feedback, folder):
    """Runs a job in the engine's own process and shows its events; `folder` is a `job_folder`.

    Returns: the numbers that the job resulted in. Raises: QgsProcessingException with the engine's sentence.
    """
    python = environment.find_engine_python()
    name = uuid.uuid4().hex
    job_path = os.path.join(folder, "job.json")
    with open(job_path, "w", encoding="utf-8") as file:
        file.write(job.to_json())
    arguments = [python, ENGINE, command, job_path, "--events", "json", "--watch-stdin"]
    events = EventReader(feedback, command)
    variables = {**settings.variables(), files.JOB_VARIABLE: name}
    try:
        code, complaints = run_process(arguments, events, feedback, variables)
    finally:
        files.remove_unfinished_of(name, job.output_folders())
    if code == CANCELLED or feedback.isCanceled():
        kept = translated(job.kept_when_cancelled(), command)
        raise QgsProcessingException(tr("The job was cancelled. {}").format(kept))
    if events.error:
        raise QgsProcessingException(events.error)
    if code != 0 or events.results is None:
        raise QgsProcessingException(
            tr(
                "The engine stopped unexpectedly (exit code {}). {} Run “Set up the engine” if this happens again."
            ).format(code, complaints[-500:])
        )
    return events.results


def run_process(arguments, on_line, feedback, variables=None):
    """Runs a program, hands each line of its output to `on_line`, and ends it when the user cancels.

    Returns: exit code, and the last lines written to standard error.
    """
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=clean_environment(dict(os.environ), variables or {}),
            text=True,
            encoding="utf-8",
            errors="replace",
            **process_group(sys.platform),
        )
        lines = queue.Queue()
        reader = threading.Thread(target=_pump, args=(process.stdout, lines), daemon=True)
        reader.start()
        try:
            _show_until_end(process, lines, on_line, feedback)
        finally:
            end_process(process)
            reader.join(SECONDS_TO_LEAVE)
            while not lines.empty():
                on_line(lines.get())
            process.stdout.close()
        complaints.seek(0)
        return process.returncode, complaints.read().decode("utf-8", "replace").strip()[-COMPLAINTS:]


def clean_environment(variables, more):
    """The variables for a Python of its own: without those that steer QGIS's Python; GDAL's and PROJ's are kept."""
    kept = {name: value for name, value in variables.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    return {**kept, "PYTHONNOUSERSITE": "1", "PYTHONUNBUFFERED": "1", **more}


def process_group(platform):
    """How a process gets a group of its own, so that signals to QGIS do not reach it; no console window on Windows."""
    if platform == "win32":
        return {"creationflags": 0x00000200 | 0x08000000}  # CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW
    return {"start_new_session": True}


def end_process(process):
    """Closes a process's input, which asks the engine to end, and kills its group if it does not."""
    with contextlib.suppress(BrokenPipeError):  # it may have ended already
        process.stdin.close()
    try:
        process.wait(SECONDS_TO_LEAVE)
    except subprocess.TimeoutExpired:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class EventReader:
    """Shows the engine's events in QGIS and keeps its results or its error."""

    def __init__(self, feedback, command=""):
        self._feedback, self._command = feedback, command
        self._last_text = time.monotonic()
        self.results = None
        self.error = None

    def __call__(self, line):
        try:
            event = json.loads(line)
        except ValueError:
            self._feedback.pushDebugInfo(line.rstrip())
            return
        getattr(self, f"_on_{event['event']}")(event)

    def _on_progress(self, event):
        self._feedback.setProgress(event["percent"])
        if event["text"] and time.monotonic() - self._last_text > SECONDS_BETWEEN_TEXTS:
            self._last_text = time.monotonic()
            self._feedback.setProgressText(self._text(event))

    def _on_epoch(self, event):
        self._feedback.pushInfo(translated(epoch_message(event)))
        self._last_text = time.monotonic()

    def _on_info(self, event):
        self._feedback.pushInfo(self._text(event))

    def _on_warning(self, event):
        self._feedback.pushWarning(self._text(event))

    def _on_result(self, event):
        self.results = event["values"]

    def _on_error(self, event):
        self.error = self._text(event)

    def _text(self, event):
        if "template" not in event:  # from an engine that sends finished sentences only
            return event["text"]
        return translated(Message.from_json(event), self._command)


def _pump(stream, lines):
    for line in stream:
        lines.put(line)


def _show_until_end(process, lines, on_line, feedback):
    while True:
        try:
            on_line(lines.get(timeout=POLL_SECONDS))
        except queue.Empty:
            if process.poll() is not None:
                return
        if QThread.currentThread() == QCoreApplication.instance().thread():
            QCoreApplication.processEvents()  # qgis_process notices Ctrl+C only through Qt's event loop
        if feedback.isCanceled():
            return
