"""What is promised of block sizes, with the arithmetic of processors that this machine may not have."""

import os
import subprocess
import sys

import pytest
from waiting import HANG_SECONDS


@pytest.mark.parametrize("variable, value", [("TF_ENABLE_ONEDNN_OPTS", "0"), ("ONEDNN_MAX_CPU_ISA", "AVX2")])
def test_the_promises_hold_there(variable, value, root):
    tests = str(root / "test" / "core" / "mapping" / "test_apply_model.py")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "up_to_rounding", tests]
    environment = {**os.environ, variable: value}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=HANG_SECONDS)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout[-2000:]
