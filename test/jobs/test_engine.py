"""The engine as a process of its own: events, exit codes, cancelling."""

import json
import os
import re
import resource
import signal
import subprocess
import sys

import numpy as np
import pytest
from waiting import HANG_SECONDS, SECONDS_BEYOND_ANY_WAIT


@pytest.fixture
def engine(root, tmp_path):
    """Starts the engine with a job: engine("normalize", {...}, flags) -> Popen."""
    started = []

    def start(command, job, *flags, **options):
        path = tmp_path / "job.json"
        path.write_text(json.dumps(job))
        arguments = [sys.executable, str(root / "engine.py"), command, str(path), *flags]
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        process = subprocess.Popen(arguments, text=True, cwd="/", start_new_session=True, **options)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


def events_of(process):
    out, err = process.communicate(timeout=HANG_SECONDS)
    return [json.loads(line) for line in out.splitlines()], err


def files_in(folder):
    return sorted(p.name for p in folder.iterdir())


@pytest.fixture
def endless_training(make_raster, tmp_path):
    rng = np.random.default_rng(0)
    patches = make_raster("patches.tif", rng.integers(0, 99, (16 * 40, 16, 2)).astype(np.uint16), crs=None)
    labels = make_raster("labels.tif", (np.arange(40) % 2).astype(np.uint8)[:, np.newaxis], crs=None)
    return {"patches": [patches], "labels": labels, "output": str(tmp_path / "m.rlmodel"), "epochs": 10**6}


def wait_for(process, kind):
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == kind:
            return event
    raise AssertionError(process.stderr.read())


def test_events_on_standard_output_and_nothing_else(engine, ramp, tmp_path):
    job = {"inputs": [ramp], "output": str(tmp_path / "n.tif")}
    process = engine("normalize", job, "--events", "json")
    events, err = events_of(process)
    assert process.returncode == 0
    assert events[-1] == {"event": "result", "values": {}}
    assert {e["event"] for e in events} <= {"progress", "info", "warning", "result"}
    assert err == ""
    assert files_in(tmp_path) == ["job.json", "n.tif", "ramp.tif"]


def test_training_chatter_does_not_reach_the_events(engine, endless_training):
    process = engine("trainmodel", {**endless_training, "epochs": 2}, "--events", "json")
    events, err = events_of(process)
    assert (process.returncode, err) == (0, "")
    assert [e["epoch"] for e in events if e["event"] == "epoch"] == [1, 2]
    assert set(events[-1]["values"]) == {"OVERALL_ACCURACY", "KAPPA"}


def test_an_error_is_one_sentence_and_exit_code_1(engine, tmp_path):
    process = engine("normalize", {"inputs": ["/no/image.tif"], "output": str(tmp_path / "n.tif")}, "--events", "json")
    events, err = events_of(process)
    assert process.returncode == 1
    assert [e["event"] for e in events] == ["error"]
    assert "/no/image.tif" in events[0]["text"] and err == ""


def test_a_person_reads_sentences(engine, tmp_path):
    process = engine("normalize", {"inputs": ["/no/image.tif"], "output": str(tmp_path / "n.tif")})
    out, err = process.communicate(timeout=HANG_SECONDS)
    assert (process.returncode, out) == (1, "")
    assert err.startswith("Error: The image “/no/image.tif” cannot be opened")
    assert "Traceback" not in err


def test_a_person_sees_a_bar_on_a_terminal(engine, make_raster, tmp_path):
    import pty

    image = make_raster("large.tif", np.ones((3000, 500), np.uint16) * np.arange(1, 501, dtype=np.uint16))
    master, terminal = pty.openpty()
    process = engine("normalize", {"inputs": [image], "output": str(tmp_path / "n.tif")}, stderr=terminal)
    os.close(terminal)
    shown = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(master)
    assert process.wait(HANG_SECONDS) == 0
    assert "█" in shown.decode() and "100.0 %" in shown.decode()


def test_a_bug_is_admitted_with_a_log(engine, tmp_path, ramp):
    impossible_path = "\0"
    job = {"images": [ramp], "model": impossible_path, "output": str(tmp_path / "m.tif")}
    process = engine("applymodel", job, "--events", "json")
    events, err = events_of(process)
    assert (process.returncode, err) == (1, "")
    log = re.fullmatch(r"Unexpected ValueError: .* report it with the log (.*)\.", events[-1]["text"])[1]
    with open(log) as file:
        assert "Traceback" in file.read()
    os.remove(log)


def test_logs_are_kept_only_where_the_message_names_one(engine, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "logs"))
    (tmp_path / "logs").mkdir()
    process = engine("normalize", {"inputs": ["/no/image.tif"], "output": str(tmp_path / "n.tif")}, "--events", "json")
    events_of(process)
    assert process.returncode == 1
    assert files_in(tmp_path / "logs") == []


def test_an_unknown_command_is_refused(engine):
    process = engine("dance", {})
    _, err = process.communicate(timeout=HANG_SECONDS)
    assert process.returncode == 2 and "invalid choice: 'dance'" in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_cancel_soon_and_leave_nothing(engine, endless_training, tmp_path, monkeypatch, number):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    before = files_in(tmp_path)
    process = engine("trainmodel", endless_training, "--events", "json")
    wait_for(process, "epoch")
    os.kill(process.pid, number)
    assert process.wait(HANG_SECONDS) == 3  # without the watcher it would be hours
    assert files_in(tmp_path) == sorted([*before, "job.json"])
    assert files_in(tmp_path / "tmp") == []


def test_the_end_of_standard_input_cancels_where_it_is_watched(engine, endless_training, tmp_path):
    process = engine("trainmodel", endless_training, "--events", "json", "--watch-stdin")
    wait_for(process, "epoch")
    process.stdin.close()
    assert process.wait(HANG_SECONDS) == 3  # without the watcher it would be hours
    assert "m.rlmodel" not in files_in(tmp_path)


def test_the_end_of_the_process_that_reads_the_events_cancels_too(engine, endless_training, tmp_path, monkeypatch):
    """A QGIS that dies closes both pipes; an event may be written before the end of standard input is seen."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    process = engine("trainmodel", endless_training, "--events", "json", "--watch-stdin")
    wait_for(process, "epoch")
    process.stdout.close()
    assert process.wait(HANG_SECONDS) == 3
    assert "m.rlmodel" not in files_in(tmp_path)
    assert files_in(tmp_path / "tmp") == []


def test_a_closed_standard_input_means_nothing_to_a_batch_job(engine, ramp, tmp_path):
    process = engine("normalize", {"inputs": [ramp], "output": str(tmp_path / "n.tif")}, stdin=subprocess.DEVNULL)
    process.communicate(timeout=HANG_SECONDS)
    assert process.returncode == 0


def test_cancelling_while_a_library_call_does_not_return(root, tmp_path):
    script = tmp_path / "stuck.py"
    script.write_text(
        f"""
import sys, threading, ctypes
sys.path.insert(0, {str(root)!r})
import engine
engine.load_package()
from rasterlearn.core.base import outputs as files
engine.watch_for_cancel(threading.Event(), False, files.remove_unfinished)
with files.replacing({str(tmp_path / "out.tif")!r}) as (path,):
    open(path, "w").close()
    print("ready", flush=True)
    while True:
        ctypes.CDLL(None).sleep({SECONDS_BEYOND_ANY_WAIT})  # outside Python: its signal handlers would wait
"""
    )
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(HANG_SECONDS) == 3
    assert files_in(tmp_path) == ["stuck.py"]


def limit_file_size():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


def test_a_full_disk_while_writing_a_map(engine, make_raster, tmp_path):
    image = make_raster("noise.tif", np.random.default_rng(0).integers(1, 60000, (600, 600)).astype(np.uint16))
    before = files_in(tmp_path)
    job = {"inputs": [image], "output": str(tmp_path / "n.tif")}
    process = engine("normalize", job, "--events", "json", preexec_fn=limit_file_size)
    events, _ = events_of(process)
    assert process.returncode == 1
    assert "n.tif" in events[-1]["text"] and "disk is full" in events[-1]["text"]
    assert files_in(tmp_path) == sorted([*before, "job.json"])


def test_check_reports_versions_and_devices(engine):
    process = engine("check", {}, "--events", "json")
    events, _ = events_of(process)
    values = events[-1]["values"]
    assert values["PYTHON"] == sys.executable and "CPU" in values["DEVICES"]
    assert {"rasterlearn", "numpy", "tensorflow", "keras", "sklearn", "gdal"} <= set(values["VERSIONS"])


def test_geopackages_can_be_written_after_tensorflow_was_loaded(root, tmp_path):
    # TensorFlow exports SQLite symbols: GDAL must be loaded first, which importing the core ensures
    script = f"""
import sys; sys.path.insert(0, {str(root)!r})
import engine; engine.load_package()
from rasterlearn.core.learning import network_training as training
import tensorflow, numpy as np
from rasterlearn.core.samples.points import Points, write_points
write_points({str(tmp_path / "p.gpkg")!r}, Points("p", np.zeros(3), np.zeros(3), "", {{"class": [1, 2, 3]}}))
"""
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert (tmp_path / "p.gpkg").stat().st_size > 1000
