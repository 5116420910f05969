"""Events of a running job: as JSON lines for QGIS, as a progress bar for a person in a terminal."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable, Optional, TextIO

from .errors import Cancelled
from .messages import Message, Words, message_of

Event = dict[str, Any]
Listener = Callable[[Event], None]

MINIMUM_SECONDS_BETWEEN_REPORTS = 0.1


def message_event(event: str, message: Message, **more: Any) -> Event:
    """An event that says something: in English as `text`, and as a message, which QGIS translates."""
    return {"event": event, **more, "text": str(message), **message.to_json()}


class Progress:
    """What core functions report to, and where they learn that the job was cancelled.

    What is said is a message, or its template and values.

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

    def report(self, fraction: float, template: Words = "", /, **values: object) -> None:
        """Reports how far the work is: `fraction` 0 ... 1, with a short text for people."""
        self.check()
        now = time.monotonic()
        if fraction < 1.0 and now - self._last_report < MINIMUM_SECONDS_BETWEEN_REPORTS:
            return
        self._last_report = now
        whole = self._start + fraction * (self._end - self._start)
        self._listener(message_event("progress", message_of(template, values), percent=round(100 * whole, 2)))

    def epoch(self, **values: Any) -> None:
        """One epoch of a training is complete: number, losses, accuracies, seconds left."""
        self.check()
        self._listener({"event": "epoch", **values})

    def info(self, template: Words, /, **values: object) -> None:
        """A line for the log. Does not check for cancelling: it may be about outputs that are in place already."""
        self._listener(message_event("info", message_of(template, values)))

    def warning(self, template: Words, /, **values: object) -> None:
        """A line for the log that the user should not miss."""
        self._listener(message_event("warning", message_of(template, values)))


class Remarks:
    """What is said where no Progress is at hand, such as where a file is opened: to the job that runs in this process.

    A remark about one thing is made once in a job, however often that is opened. Workers of a pool make none, since the
    process that they work for opens the same files.
    """

    def __init__(self) -> None:
        self._progress: Optional[Progress] = None
        self._said: set[tuple[str, str]] = set()

    @contextmanager
    def heard_by(self, progress: Progress) -> Iterator[None]:
        """Remarks go to this Progress from now on."""
        self._progress, self._said = progress, set()
        try:
            yield
        finally:
            self._progress = None

    def info(self, template: str, /, about: str, **values: object) -> None:
        """As `Progress.info`, once for what it is `about`, which the template may show."""
        if self._progress is not None and self._is_new(template, about):
            self._progress.info(template, about=about, **values)

    def warning(self, template: str, /, about: str, **values: object) -> None:
        """As `Progress.warning`, likewise."""
        if self._progress is not None and self._is_new(template, about):
            self._progress.warning(template, about=about, **values)

    def _is_new(self, template: str, about: str) -> bool:
        known = (template, about) in self._said
        self._said.add((template, about))
        return not known


remarks = Remarks()


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
            self._show_bar(100 * event["epoch"] / event["epochs"], str(epoch_message(event)))
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


def epoch_message(event: Event) -> Message:
    """The one-line form of an epoch event, the same in a terminal and in the QGIS log."""
    values = {"epoch": event["epoch"], "epochs": event["epochs"], "left": duration_message(event["seconds_left"])}
    judged = _judged(event, "")
    if event.get("validation_loss") is None:
        return Message("epoch {epoch}/{epochs}  {judged}  {left} left", judged=judged, **values)
    validation = _judged(event, "validation_")
    return Message(
        "epoch {epoch}/{epochs}  {judged}  validation {validation}  {left} left",
        judged=judged,
        validation=validation,
        **values,
    )


def _judged(event: Event, which: str) -> Message:
    loss = event[f"{which}loss"]
    if "rmse" in event:
        return Message("loss {loss:.4f}  RMSE {rmse:.4g}", loss=loss, rmse=event[f"{which}rmse"])
    accuracy, kappa = event[f"{which}accuracy"], event.get(f"{which}kappa")
    if kappa is None:
        return Message("loss {loss:.4f}  accuracy {accuracy:.3f}", loss=loss, accuracy=accuracy)
    return Message(
        "loss {loss:.4f}  accuracy {accuracy:.3f}  kappa {kappa:.3f}", loss=loss, accuracy=accuracy, kappa=kappa
    )


def duration_message(seconds: float) -> Message:
    """12 s, 3 min 05 s, 2 h 10 min."""
    seconds = round(seconds)
    if seconds < 60:
        return Message("{seconds} s", seconds=seconds)
    if seconds < 3600:
        return Message("{minutes} min {seconds:02d} s", minutes=seconds // 60, seconds=seconds % 60)
    return Message("{hours} h {minutes:02d} min", hours=seconds // 3600, minutes=seconds % 3600 // 60)
