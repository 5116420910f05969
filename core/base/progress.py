"""Events of a running job: as JSON lines for QGIS, as a progress bar for a person in a terminal."""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any, Callable, Optional, TextIO

from .errors import Cancelled

Event = dict[str, Any]
Listener = Callable[[Event], None]

MINIMUM_SECONDS_BETWEEN_REPORTS = 0.1


class Progress:
    """What core functions report to, and where they learn that the job was cancelled.

    Args:
        listener: called with one dict per event; each has a key `event`.
        cancelled: set to cancel the job; the next report then raises `Cancelled`.
        start, end: the part (0 ... 1) of the whole job that this Progress covers.
    """

    def __init__(
        self,
        listener: Optional[Listener] = None,
        cancelled: Optional[threading.Event] = None,
        start: float = 0.0,
        end: float = 1.0,
    ):
        self._listener = listener or (lambda event: None)
        self.cancelled = cancelled or threading.Event()
        self._start, self._end = start, end
        self._last_report = 0.0

    def part(self, start: float, end: float) -> Progress:
        """A Progress for the share `start` ... `end` of this one: one step of a chain."""
        width = self._end - self._start
        return Progress(self._listener, self.cancelled, self._start + start * width, self._start + end * width)

    def silent(self) -> Progress:
        """A Progress that reports nothing but can be cancelled, for work on which another process reports."""
        return Progress(None, self.cancelled)

    def check(self) -> None:
        """Raises `Cancelled` if the user stopped the job."""
        if self.cancelled.is_set():
            raise Cancelled("The job was cancelled.")

    def report(self, fraction: float, text: str = "") -> None:
        """Tells how far the work is: `fraction` 0 ... 1 and what a person wants to know about it."""
        self.check()
        now = time.monotonic()
        if fraction < 1.0 and now - self._last_report < MINIMUM_SECONDS_BETWEEN_REPORTS:
            return
        self._last_report = now
        whole = self._start + fraction * (self._end - self._start)
        self._send("progress", percent=round(100 * whole, 2), text=text)

    def epoch(self, **values: Any) -> None:
        """One epoch of a training is complete: number, losses, accuracies, seconds left."""
        self.check()
        self._send("epoch", **values)

    def info(self, text: str) -> None:
        """A line for the log. Does not check for cancelling: it may tell of outputs that are in place already."""
        self._send("info", text=text)

    def warning(self, text: str) -> None:
        """A line for the log that the user should not miss."""
        self._send("warning", text=text)

    def _send(self, event: str, **values: Any) -> None:
        self._listener({"event": event, **values})


class JsonLines:
    """Writes each event as one line of JSON."""

    def __init__(self, stream: TextIO):
        self._stream = stream
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        with self._lock:
            self._stream.write(json.dumps(event, ensure_ascii=True) + "\n")
            self._stream.flush()


class Terminal:
    """Shows a progress bar on a terminal; plain lines where the output is a file."""

    BAR_WIDTH = 30

    def __init__(self, stream: TextIO = sys.stderr):
        self._stream = stream
        self._bar_shown = False

    def __call__(self, event: Event) -> None:
        kind = event["event"]
        if kind == "progress":
            self._show_bar(event["percent"], event["text"])
        elif kind == "epoch":
            self._show_bar(100 * event["epoch"] / event["epochs"], epoch_text(event))
        elif kind == "result":
            self._line("\n".join(f"{name}: {value}" for name, value in event["values"].items()) or "Done.")
        else:
            prefix = {"info": "", "warning": "Warning: ", "error": "Error: "}[kind]
            self._line(prefix + event["text"])

    def _show_bar(self, percent: float, text: str) -> None:
        if not self._stream.isatty():
            return
        done = int(self.BAR_WIDTH * percent / 100)
        bar = "█" * done + "░" * (self.BAR_WIDTH - done)
        self._stream.write(f"\r\x1b[K{bar} {percent:5.1f} %  {text}")
        self._stream.flush()
        self._bar_shown = True

    def _line(self, text: str) -> None:
        if self._bar_shown:
            self._stream.write("\r\x1b[K")
            self._bar_shown = False
        self._stream.write(text + "\n")
        self._stream.flush()


def epoch_text(event: Event) -> str:
    """The one-line form of an epoch event, the same in a terminal and in the QGIS log."""
    text = f"epoch {event['epoch']}/{event['epochs']}  {_judged_text(event, '')}"
    if event.get("validation_loss") is not None:
        text += f"  validation {_judged_text(event, 'validation_')}"
    return text + f"  {duration_text(event['seconds_left'])} left"


def _judged_text(event: Event, which: str) -> str:
    if "rmse" in event:
        return f"loss {event[f'{which}loss']:.4f}  RMSE {event[f'{which}rmse']:.4g}"
    kappa = event.get(f"{which}kappa")
    text = f"loss {event[f'{which}loss']:.4f}  accuracy {event[f'{which}accuracy']:.3f}"
    return text if kappa is None else f"{text}  kappa {kappa:.3f}"


def duration_text(seconds: float) -> str:
    """12 s, 3 min 05 s, 2 h 10 min."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"
