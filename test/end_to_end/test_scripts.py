"""The shell scripts in scripts/; most of them are run by all other tests."""

import subprocess


def test_the_shell_understands_all_scripts(root):
    scripts = [path for path in (root / "scripts").iterdir() if path.read_bytes().startswith(b"#!/bin/sh")]
    assert len(scripts) > 5
    for path in scripts:
        subprocess.run(["sh", "-n", str(path)], check=True)


def test_the_matrix_refuses_what_it_does_not_know(root):
    command = [str(root / "scripts" / "test_matrix.sh"), "trixie", "woody"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "Unknown release woody: expected bookworm or trixie.\n"
