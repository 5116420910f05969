"""Fuzzing: 200 corrupted files in each test run (10,000: make fuzz), and proof that the guard notices harm."""

import os
import pickle
import random
import socket
import subprocess
import sys

import pytest
from fuzz import mutations
from fuzz.families import SUBJECTS
from fuzz.run import cases_of, run_cases, table
from fuzz.subjects import Harm
from fuzz.worker import Guard, fault_of_sentence, outcome_of, spoiled

from rasterlearn.core.base.errors import InputError


def test_200_corrupted_files_end_in_a_sentence(tmp_path):
    shares = {subject.name: subject.share for subject in SUBJECTS}
    results = run_cases(cases_of(200, 1, shares), shares, tmp_path)
    failed = [r for r in results if r[2].startswith("FAILED")]
    assert not failed, f"{table(results)}\n{failed}"
    assert {r[0] for r in results} == set(shares)
    assert {r[2] for r in results} == {
        "opened",
        "refused",
    }  # some changes are harmless; refusing all would be suspicious


@pytest.fixture(scope="module")
def guard(tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    return Guard(folder)


class Careless:
    """Opens files unsafely."""

    def __init__(self, harm):
        self.open = harm


class RunsCode:
    def __reduce__(self):
        return os.getenv, ("HOME",)


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: pickle.loads(pickle.dumps(RunsCode())),
        lambda path: os.system("true"),
        lambda path: subprocess.run([sys.executable, "--version"], check=True),
        lambda path: eval("1 + 1"),
        lambda path: exec(compile("x = 1", "lambda", "exec")),
        lambda path: open(path + "/../../outside.txt", "w").close(),
        lambda path: os.remove(path + "/../../outside.txt"),
        lambda path: socket.socket().connect(("127.0.0.1", 9)),
    ],
    ids=["pickle", "system", "process", "eval", "exec", "write", "remove", "socket"],
)
def test_harm_is_noticed(guard, harm):
    outcome, _ = outcome_of(Careless(harm), guard.folder, guard, InputError)
    assert outcome == "FAILED: ran or wrote"


def test_harmless_actions_pass(guard):
    def harmless(path):
        with open(os.path.join(path, "inside.txt"), "w"), open(os.devnull, "w"), open(__file__):
            pass
        os.remove(os.path.join(path, "inside.txt"))

    assert outcome_of(Careless(harmless), guard.folder, guard, InputError) == ("opened", "")


def test_errors_that_are_not_sentences_are_noticed(guard):
    def failing(error):
        def fail(path):
            raise error

        return outcome_of(Careless(fail), guard.folder, guard, InputError)[0]

    assert failing(InputError("This is wrong. Do that.")) == "refused"
    assert failing(InputError("")) == "FAILED: no sentence"
    assert failing(InputError("cut off in the")) == "FAILED: no end of a sentence"
    assert failing(KeyError("x")) == failing(MemoryError()) == failing(SystemExit(0)) == "FAILED: raised"
    assert fault_of_sentence("Two\nlines.") == "no sentence"


def test_crashes_and_hangs_are_noticed(tmp_path, monkeypatch):
    """A family that crashes or sleeps, in a real worker."""
    seeds = {spoiled(Harm(), seed, [b"good"]): seed for seed in range(30)}
    results = run_cases([("harm", seeds[kind]) for kind in (b"crash", b"fine")], ["harm"], tmp_path)
    assert [r[2] for r in results] == ["FAILED: crash", "opened"]
    monkeypatch.setattr("fuzz.run.SECONDS_TO_HANG", 1.0)
    (hanging,) = run_cases([("harm", seeds[b"hang"])], ["harm"], tmp_path)
    assert hanging[2] == "FAILED: hang"
    assert "Abort" in results[0][3] and (tmp_path / f"harm-{seeds[b'crash']}.txt").read_bytes()


def test_mutations_are_the_same_for_the_same_seed():
    data = bytes(range(256)) * 4
    assert mutations.bytes_changed(data, random.Random(5)) == mutations.bytes_changed(data, random.Random(5))
    assert cases_of(50, 1, {"a": 1, "b": 2}) == cases_of(50, 1, {"a": 1, "b": 2}) != cases_of(50, 2, {"a": 1, "b": 2})
