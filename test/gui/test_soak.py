"""A short version of make soak."""

import json
import subprocess
import sys

from waiting import HANG_SECONDS


def test_twenty_runs_leave_nothing(root, tmp_path):
    command = [sys.executable, str(root / "test" / "soak" / "run.py"), "--runs", "20"]
    done = subprocess.run(
        [*command, "--result", str(tmp_path / "soak.json")], capture_output=True, text=True, timeout=HANG_SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads((tmp_path / "soak.json").read_text())
    assert (figures["runs"], figures["leaks"]) == (20, [])


def test_a_leak_is_found(root):
    sys.path.insert(0, str(root / "test" / "soak"))
    import run

    def after(**more):
        none = {"processes": 0, "files": 0, "stylers": 0}
        return [{**none, "temporary": 6, "handles": 10, "threads": 5, "memory_mb": 200.0, **more}] * 10

    assert run.leaks(after() * 20)[0] == []
    leaking = {
        "handles": 11,
        "threads": 6,
        "memory_mb": 212.0,
        "processes": 1,
        "files": 1,
        "temporary": 7,
        "stylers": 1,
    }
    for name, value in leaking.items():
        assert len(run.leaks(after() * 16 + after(**{name: value}) * 4)[0]) == 1, name
