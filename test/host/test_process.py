import os
import signal
import sys

import pytest
from qgis.core import QgsProcessingException
from waiting import no_hang

from rasterlearn.host import process
from rasterlearn.jobs.engine_check import EngineCheck


def test_variables_that_steer_qgis_own_python_are_removed():
    found = process.clean_environment(
        {"PYTHONHOME": "x", "PYTHONPATH": "y", "GDAL_DATA": "d", "PROJ_LIB": "p", "PATH": "z"}, {"MORE": "m"}
    )
    assert "PYTHONHOME" not in found and "PYTHONPATH" not in found
    assert {"GDAL_DATA", "PROJ_LIB", "PATH", "MORE"} <= set(found)
    assert found["PYTHONNOUSERSITE"] == "1"


def test_a_process_gets_a_group_of_its_own():
    assert process.process_group("linux") == {"start_new_session": True}
    assert process.process_group("win32")["creationflags"] & 0x08000000


def test_every_line_is_handed_over_and_the_code_returned(feedback):
    lines = []
    script = "import sys; [print(i) for i in range(1000)]; print('oh', file=sys.stderr); sys.exit(7)"
    code, complaints = process.run_process([sys.executable, "-c", script], lines.append, feedback)
    assert [int(line) for line in lines] == list(range(1000))
    assert (code, complaints) == (7, "oh")


def test_a_process_that_ignores_everything_is_killed(cancelling):
    feedback = cancelling("ready")
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(10**5)"
    with no_hang():
        code, _ = process.run_process([sys.executable, "-c", script], lambda line: feedback.pushInfo(line), feedback)
    assert code == -signal.SIGKILL


def test_what_a_killed_engine_left_is_removed(feedback, monkeypatch, tmp_path, tmp_path_factory):
    fake = tmp_path / "python"
    fake.write_text('#!/bin/sh\nmkdir "$OUT/.rasterlearn-$RASTERLEARN_JOB-abc"; kill -9 $$\n')
    fake.chmod(0o755)
    monkeypatch.setenv("RASTERLEARN_PYTHON", str(fake))
    monkeypatch.setenv("OUT", str(tmp_path))
    job = EngineCheck()
    monkeypatch.setattr(EngineCheck, "output_folders", lambda self: {str(tmp_path)})
    with pytest.raises(QgsProcessingException, match="stopped unexpectedly"):
        process.run_engine("check", job, feedback, str(tmp_path_factory.mktemp("job")))
    assert [p.name for p in tmp_path.iterdir()] == ["python"]


def test_no_engine_process_outlives_its_job(run, ramp, tmp_path):
    run("normalize", INPUT=[ramp], OUTPUT=str(tmp_path / "n.tif"))
    commands = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/cmdline", "rb") as file:
                commands.append(file.read())
        except OSError:
            continue
    assert not [c for c in commands if str(tmp_path).encode() in c]
