import json
import sys

import pytest

from rasterlearn.host import environment, installation


@pytest.fixture
def profile(qgis, monkeypatch, tmp_path):
    """A profile without an engine."""
    monkeypatch.delenv("RASTERLEARN_PYTHON", raising=False)
    monkeypatch.setattr(environment, "managed_folder", lambda: str(tmp_path / "engine"))
    return tmp_path / "engine"


def test_a_complete_environment_is_checked_and_kept(algorithm, context, feedback, engine_python, monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "managed_folder", lambda: str(tmp_path))
    monkeypatch.setattr(installation, "create_environment", lambda *_: pytest.fail("installed again"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    environment.write_marker(str(tmp_path), environment.requirements("auto"))
    results, ok = algorithm("setupengine").run({"DEVICE": "auto"}, context, feedback)
    assert ok, feedback.errors
    assert results["PYTHON"] == sys.executable
    assert results["TENSORFLOW"].count(".") == 2
    assert "CPU" in results["DEVICES"]


def test_changed_requirements_install_again(algorithm, context, feedback, profile, monkeypatch):
    profile.mkdir()
    environment.write_marker(str(profile), ["tensorflow==1.0"])
    asked = []
    monkeypatch.setattr(installation, "create_environment", lambda folder, *_: asked.append(folder))
    algorithm("setupengine").run({"DEVICE": "cpu"}, context, feedback)
    assert asked == [str(profile)]


def test_a_failed_installation_leaves_nothing_and_says_why(algorithm, context, feedback, profile, monkeypatch):
    monkeypatch.setattr(environment, "requirements", lambda device: ["no-such-package-of-rasterlearn==1"])
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    _, ok = algorithm("setupengine").run({"DEVICE": "cpu"}, context, feedback)
    assert not ok
    assert "no-such-package-of-rasterlearn" in feedback.errors[-1] and "no package for this" in feedback.errors[-1]
    assert not profile.exists()


def test_cancelling_leaves_nothing(algorithm, context, cancelling, profile):
    feedback = cancelling("Creating a Python environment")
    _, ok = algorithm("setupengine").run({"DEVICE": "cpu"}, context, feedback)
    assert not ok
    assert "cancelled" in feedback.errors[-1]
    assert not profile.exists()


def test_a_full_disk_is_reported_before_anything_is_downloaded(algorithm, context, feedback, profile, monkeypatch):
    monkeypatch.setitem(environment.DISK_GB, "cpu", 10**9)
    _, ok = algorithm("setupengine").run({"DEVICE": "cpu"}, context, feedback)
    assert not ok
    assert "GB" in feedback.errors[-1] and not profile.exists()


def test_without_an_engine_every_job_says_what_to_do(algorithm, context, feedback, profile, ramp, tmp_path):
    _, ok = algorithm("normalize").run({"INPUT": [ramp], "OUTPUT": str(tmp_path / "n.tif")}, context, feedback)
    assert not ok
    assert "not set up" in feedback.errors[-1] and "rasterlearn:setupengine" in feedback.errors[-1]
    assert not (tmp_path / "n.tif").exists()


def test_an_engine_without_tensorflow_is_reported(algorithm, context, feedback, monkeypatch, tmp_path):
    fake = tmp_path / "python"
    error = json.dumps({"event": "error", "text": "The engine cannot load tensorflow."})
    fake.write_text(f"#!/bin/sh\necho '{error}'\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("RASTERLEARN_PYTHON", str(fake))
    monkeypatch.setattr(environment, "is_complete", lambda *_: True)
    monkeypatch.setattr(environment, "managed_folder", lambda: str(tmp_path))
    _, ok = algorithm("setupengine").run({}, context, feedback)
    assert not ok and "cannot load tensorflow" in feedback.errors[-1]


def test_a_failed_renewal_keeps_the_engine_that_was_there(algorithm, context, feedback, profile, monkeypatch):
    profile.mkdir()
    (profile / "still here").touch()
    environment.write_marker(str(profile), ["tensorflow==1.0"])
    monkeypatch.setattr(environment, "requirements", lambda device: ["no-such-package-of-rasterlearn==1"])
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    _, ok = algorithm("setupengine").run({"DEVICE": "cpu"}, context, feedback)
    assert not ok
    assert (profile / "still here").exists()
    assert environment.read_marker(str(profile)) is not None
    assert [p.name for p in profile.parent.iterdir() if p.name.startswith("engine")] == ["engine"]


def test_an_engine_that_fails_its_check_is_created_anew_next_time(algorithm, context, feedback, profile):
    (profile / "bin").mkdir(parents=True)
    (profile / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (profile / "bin" / "python").chmod(0o755)
    listed = environment.requirements("auto")
    environment.write_marker(str(profile), listed)
    assert environment.is_complete(str(profile), listed)
    _, ok = algorithm("setupengine").run({"DEVICE": "auto"}, context, feedback)
    assert not ok
    assert not environment.is_complete(str(profile), listed)
