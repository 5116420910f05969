"""Runs the engine's jobs: python engine.py COMMAND --image scene.tif … --output map.tif, or COMMAND JOB.json

Runs one job in this process; --help lists the commands, and COMMAND --help the options of each. On a terminal it shows
a progress bar; with --events json it writes one JSON object per line to standard output: progress, info, warning,
epoch, result, error. Exit code 0: done, 1: error (a sentence), 2: the command line cannot be understood (a sentence),
3: cancelled (SIGINT, SIGTERM, or with --watch-stdin the end of standard input).
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback

DONE, FAILED, CANCELLED = 0, 1, 3
SECONDS_TO_LEAVE = 0.4
SECONDS_BETWEEN_LOOKS = 0.1
# What pip install rasterlearn leaves out, and the extra that brings it; see pyproject.toml.
EXTRAS = {"tensorflow": "train", "keras": "train", "onnx": "export", "tf2onnx": "export"}
EXTRAS.update({"dask": "cluster", "distributed": "cluster", "dask_jobqueue": "cluster"})


def load_package():
    """Makes this folder importable as the package `rasterlearn`, whatever the folder is called."""
    root = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location(
        "rasterlearn", os.path.join(root, "__init__.py"), submodule_search_locations=[root]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules["rasterlearn"] = package
    spec.loader.exec_module(package)


def main() -> int:
    """Runs what the command line says; returns the exit code."""
    if "rasterlearn" not in sys.modules:
        load_package()
    from rasterlearn.core.base import messages, outputs, progress, slurm_workers
    from rasterlearn.core.base.errors import Cancelled, RasterLearnError
    from rasterlearn.jobs.command_line import parse
    from rasterlearn.jobs.job import NOTHING

    arguments = parse(sys.argv[1:])
    messages.use_naming(arguments.naming())
    if arguments.print_job:
        return print_job(arguments, progress.Terminal(sys.stderr))
    listener, log_path = open_outputs(arguments.events == "json", progress)
    cancelled = threading.Event()

    def leave_nothing():
        slurm_workers.cancel_jobs()
        outputs.remove_unfinished()
        remove_log(log_path)
        remove_job_folder()

    def remove_job_folder():
        if arguments.job_file:
            outputs.remove_job_folder(arguments.job_file)

    watch_for_cancel(cancelled, arguments.watch_stdin, leave_nothing)
    if arguments.watch_stdin:
        listener = cancelling_if_unread(listener, cancelled)
    keep_log, job = False, None
    try:
        job = arguments.job()
        job.require_sound_outputs()
        running = progress.Progress(listener, cancelled)
        with progress.remarks.heard_by(running):
            results = job.run(running)
    except (Cancelled, KeyboardInterrupt):
        kept = job.kept_when_cancelled() if job else NOTHING
        listener(progress.message_event("info", messages.Message("Cancelled. {kept}", kept=kept)))
        return CANCELLED
    except Exception as error:
        if cancelled.is_set():
            return CANCELLED
        expected = (RasterLearnError, MemoryError)
        keep_log = not isinstance(error, expected) and not missing_library(error)
        listener(progress.message_event("error", explain(error, log_path)))
        return FAILED
    else:
        listener({"event": "result", "values": results})
        return DONE
    finally:
        if not keep_log:
            remove_log(log_path)
        if cancelled.is_set():
            remove_job_folder()  # the QGIS that made it may have died


def print_job(arguments, listener):
    """Writes the job file of the options to standard output; returns the exit code."""
    from rasterlearn.core.base.errors import RasterLearnError
    from rasterlearn.core.base.progress import message_event

    try:
        sys.stdout.write(arguments.job().to_json() + "\n")
    except RasterLearnError as error:
        listener(message_event("error", error.message))
        return FAILED
    return DONE


def remove_log(path):
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):  # Windows deletes no file that is still open
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    with contextlib.suppress(OSError):
        os.remove(path)


def explain(error, log_path):
    """The message for an error; a bug is admitted, with its traceback in the log."""
    from rasterlearn.core.base.errors import RasterLearnError
    from rasterlearn.core.base.messages import Message

    if isinstance(error, RasterLearnError):
        return error.message
    if missing_library(error):
        return missing_library(error)
    if isinstance(error, MemoryError):
        return Message(
            "There is not enough memory: {reason}. Use fewer samples, smaller patches or a smaller block size.",
            reason=error,
        )
    traceback.print_exc()
    sys.stderr.flush()
    kind = type(error).__name__
    return Message(
        "Unexpected {kind}: {reason}. Please report it with the log {log}.", kind=kind, reason=error, log=log_path
    )


def missing_library(error):
    """What to do about a library that is not installed, or None if that is not what is wrong."""
    from rasterlearn.core.base.messages import Message

    name = (getattr(error, "name", None) or "").split(".")[0]
    if not isinstance(error, ModuleNotFoundError) or name not in EXTRAS:
        return None
    return Message(
        '{library} is needed for this, and not installed. Install it with: pip install "rasterlearn[{extra}]"',
        library=name,
        extra=EXTRAS[name],
    )


def open_outputs(as_json, progress):
    """Keeps standard output for events; whatever libraries print goes to a log file."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    stream = os.fdopen(os.dup(1 if as_json else 2), "w", encoding="utf-8", errors="backslashreplace")
    log, log_path = tempfile.mkstemp(prefix="rasterlearn-", suffix=".log")
    sys.stdout.flush()
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    os.close(log)
    return (progress.JsonLines if as_json else progress.Terminal)(stream), log_path


def watch_for_cancel(cancelled, watch_stdin, leave_nothing):
    """Ends the process soon after a signal or the end of standard input, even within a long library call.

    Python runs signal handlers between two of its own instructions, so a call into TensorFlow would delay them;
    the wake-up socket is written to by the C-level handler at once.
    """
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)

    def leave():
        cancelled.set()
        time.sleep(SECONDS_TO_LEAVE)  # usually the job ends by itself within this time
        try:
            leave_nothing()
        finally:
            os._exit(CANCELLED)

    def wait_for_signal():
        receiver.recv(1)
        sender.fileno()  # keeps the socket alive as long as this thread
        leave()

    def wait_for_end_of_stdin():
        wait_until_closed(0)
        leave()

    threading.Thread(target=wait_for_signal, daemon=True).start()
    if watch_stdin:
        threading.Thread(target=wait_for_end_of_stdin, daemon=True).start()


def cancelling_if_unread(listener, cancelled):
    """A listener that cancels the job when nobody reads its events any more.

    Whoever has died closed standard output and standard input at once, and an event may be written before the thread
    that watches standard input has run.
    """

    def tell(event):
        try:
            listener(event)
        except BrokenPipeError:
            cancelled.set()

    return tell


def wait_until_closed(descriptor):
    """Returns when the other end of a pipe is closed."""
    if sys.platform != "win32":
        while os.read(descriptor, 4096):
            pass
        return
    # On Windows, loading numpy's libraries asks about standard input and would wait for a pending read
    # (https://github.com/numpy/numpy/issues/24290), so the pipe is looked at from time to time instead.
    import ctypes
    import msvcrt

    handle = ctypes.c_void_p(msvcrt.get_osfhandle(descriptor))
    while ctypes.windll.kernel32.PeekNamedPipe(handle, None, 0, None, None, None):
        time.sleep(SECONDS_BETWEEN_LOOKS)


if __name__ == "__main__":
    sys.exit(main())
