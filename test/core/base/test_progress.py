"""Events of a running job, and how they are shown."""

import io
import json

import pytest

from rasterlearn.core.base.errors import Cancelled
from rasterlearn.core.base.messages import Message
from rasterlearn.core.base.progress import JsonLines, Progress, Remarks, Terminal, duration_message, epoch_message


class Screen(io.StringIO):
    def isatty(self):
        return True


EPOCH = {"epoch": 3, "epochs": 10, "loss": 0.5, "accuracy": 0.75, "validation_loss": 0.6, "validation_accuracy": 0.7,
         "seconds_left": 65}  # fmt: skip


def test_parts_cover_the_whole():
    percents = []
    progress = Progress(lambda event: percents.append(event["percent"]))
    progress.part(0.5, 1.0).part(0.0, 0.5).report(1.0)
    progress.part(0.5, 1.0).report(1.0)
    assert percents == [75.0, 100.0]


def test_reports_in_quick_succession_are_thinned_but_the_last_one_counts():
    events = []
    progress = Progress(events.append)
    for i in range(1, 1001):
        progress.report(i / 1000)
    assert len(events) < 20
    assert events[-1]["percent"] == 100


@pytest.mark.parametrize("method", ["report", "epoch", "check"])
def test_a_cancelled_job_stops_at_its_next_report(method):
    progress = Progress()
    progress.cancelled.set()
    arguments = {"report": [0.5], "epoch": [], "check": []}[method]
    with pytest.raises(Cancelled):
        getattr(progress.part(0, 0.5), method)(*arguments)


def test_events_are_lines_of_json():
    stream = io.StringIO()
    progress = Progress(JsonLines(stream))
    progress.info("ä “{name}”\nsecond line", name="{quoted}")
    progress.warning(Message("{count} of {what}", count=3, what=Message("all {names}", names=["a", "b"])))
    progress.report(0.5)
    progress.epoch(**EPOCH)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    said = {"template": "ä “{name}”\nsecond line", "values": {"name": "{quoted}"}}
    assert lines[0] == {"event": "info", "text": "ä “{quoted}”\nsecond line", **said}
    inner = {"template": "all {names}", "values": {"names": ["a", "b"]}}
    said = {"template": "{count} of {what}", "values": {"count": 3, "what": inner}}
    assert lines[1] == {"event": "warning", "text": "3 of all a, b", **said}
    assert lines[2] == {"event": "progress", "percent": 50.0, "text": "", "template": "", "values": {}}
    assert lines[3] == {"event": "epoch", **EPOCH}


def test_a_terminal_shows_a_bar_and_whole_lines():
    screen = Screen()
    progress = Progress(Terminal(screen))
    progress.report(0.5, "2 Mpx/s")
    progress.warning("careful")
    assert "███████████████░" in screen.getvalue() and "50.0 %  2 Mpx/s" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[KWarning: careful\n")


def test_a_file_gets_no_bar():
    stream = io.StringIO()
    progress = Progress(Terminal(stream))
    progress.report(0.5)
    progress.epoch(**EPOCH)
    progress.info("done")
    assert stream.getvalue() == "done\n"


def test_epochs_in_one_line():
    assert str(epoch_message(EPOCH)) == (
        "epoch 3/10  loss 0.5000  accuracy 0.750  validation loss 0.6000  accuracy 0.700  1 min 05 s left"
    )


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (59.4, "59 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")])
def test_durations(seconds, text):
    assert str(duration_message(seconds)) == text


def test_silent_progress_can_still_be_cancelled():
    events = []
    progress = Progress(events.append)
    silent = progress.silent()
    silent.info("not reported")
    silent.report(0.5)
    assert events == []
    progress.cancelled.set()
    with pytest.raises(Cancelled):
        silent.check()


def test_a_remark_about_one_thing_is_made_once_in_a_job():
    remarks, events = Remarks(), []
    remarks.warning("lost {about}", about="a.tif")  # no job listens
    for _ in range(2):
        with remarks.heard_by(Progress(events.append)):
            for value in (1, 2):
                remarks.warning("{about} has {value}", about="a.tif", value=value)
                remarks.info("{about} has {value}", about="b.tif", value=value)
    remarks.info("late {about}", about="a.tif")
    job = [("warning", "a.tif has 1"), ("info", "b.tif has 1")]
    assert [(event["event"], event["text"]) for event in events] == 2 * job
