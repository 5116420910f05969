"""Opens spoiled files one after another, under watch: python -m fuzz.worker FOLDER (with this folder's parent as path)

Standard input gives a case in each line, {"subject": name, "seed": number}; standard output tells when its opening
starts, and how it ended. The folder has a place for the case, the only one where files may appear, and others that have
to stay as they are.
"""

import importlib.util
import json
import os
import random
import re
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CASE, WATCHED = "case", ("canary", "home", "cwd")
MEMORY_BYTES = 3_000_000_000  # beyond what the libraries take
LONGEST_SENTENCE = 800

# Refused whatever their arguments. That these happen is a failure; that TensorFlow imports its own modules is not.
_FORBIDDEN = re.compile(
    r"os\.(system|exec|posix_spawn|spawn|fork|forkpty|startfile|putenv|kill|chmod|chown|link|symlink)"
    r"|subprocess\.Popen|socket\.(connect|bind|getaddrinfo|sendto)|pickle\.find_class|marshal\.loads?|code\.__new__"
    r"|ctypes\.dlopen|urllib\.Request|webbrowser\.open|pty\.spawn|http\.client\.connect"
)
_CHANGING = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree", "shutil.move")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Guard:
    """Notes what must not happen while a file is opened."""

    def __init__(self, folder):
        self.folder, self.active, self.trespasses = str(folder), False, []
        sys.addaudithook(self._hook)

    def _hook(self, event, arguments):
        if not self.active:
            return
        self.active = False  # the hook's own work is not watched
        try:
            told = self._told(event, arguments)
            if told:
                self.trespasses.append(f"{event} {told}"[:300])
        finally:
            self.active = True

    def _told(self, event, arguments):
        if event == "open":
            path, mode, flags = arguments
            writes = set(mode or "") & set("wax+") or (mode is None and flags & _WRITING)
            return writes and self._outside(path) and f"{path} {mode}"
        if event in ("exec", "compile"):
            name = getattr(arguments[0], "co_filename", None) if event == "exec" else arguments[1]
            name = os.fsdecode(name) if isinstance(name, (str, bytes)) else str(name)
            return not (os.path.isabs(name) and os.path.exists(name) and self._outside(name)) and name
        if event in _CHANGING:
            return any(self._outside(a, arguments[-1]) for a in arguments) and str(arguments)
        if event == "import":
            return "canary" in arguments[0] and arguments[0]
        return _FORBIDDEN.match(event) and str(arguments)

    def _outside(self, path, folder=None):
        if not isinstance(path, (str, bytes)):
            return False  # a descriptor, opened before
        base = os.readlink(f"/proc/self/fd/{folder}") if isinstance(folder, int) and folder >= 0 else os.getcwd()
        path = os.path.normpath(os.path.join(base, os.fsdecode(path)))
        return path != os.devnull and not path.startswith(self.folder + os.sep) and path != self.folder


def load_package():
    """Makes the checkout importable as `rasterlearn`."""
    spec = importlib.util.spec_from_file_location("engine", ROOT / "engine.py")
    engine = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(engine)
    engine.load_package()


def state_of(folder):
    """Names, sizes and times of all files that must stay as they are."""
    return sorted(
        (str(p), p.stat().st_size, p.stat().st_mtime_ns) for name in WATCHED for p in (folder / name).rglob("*")
    )


def spoiled(subject, seed, good):
    """The bytes of a case."""
    rng = random.Random(f"{subject.name} {seed}")
    return subject.mutated(rng.choice(good), rng)


def fault_of_sentence(text):
    """What is wrong with an error's text, or None."""
    if not text.strip() or "Traceback" in text or "\n" in text or len(text) > LONGEST_SENTENCE:
        return "no sentence"
    return None if text.rstrip("”)").endswith((".", "?", "!")) else "no end of a sentence"


def outcome_of(subject, path, guard, expected, work=None):
    """(outcome, text) of opening one file, or of other `work` with it."""
    guard.trespasses.clear()
    guard.active = True
    try:
        (work or subject.open)(path)
        outcome, text = "opened", ""
    except expected as error:
        outcome, text = "refused", str(error)
        fault = fault_of_sentence(text)
        outcome = f"FAILED: {fault}" if fault else outcome
    except BaseException as error:  # noqa: BLE001 any other error is what is looked for
        outcome, text = "FAILED: raised", f"{type(error).__name__}: {error}"
    finally:
        guard.active = False
    return ("FAILED: ran or wrote", "; ".join(guard.trespasses)) if guard.trespasses else (outcome, text)


def main():
    folder = Path(sys.argv[1])
    case = folder / CASE
    tempfile.tempdir = str(case)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    os.dup2(2, 1)
    load_package()
    from fuzz.families import SUBJECTS
    from fuzz.subjects import Harm

    from rasterlearn.core.base.errors import RasterLearnError

    subjects = {subject.name: subject for subject in (*SUBJECTS, Harm())}
    wanted = sys.argv[2].split(",")
    good = {name: subjects[name].make(str(case)) for name in wanted}
    for name in wanted:  # so that libraries load what they load later
        for data in good[name]:
            path = case / f"case{subjects[name].ending}"
            path.write_bytes(data)
            subjects[name].warm_up(str(path))
    for path in case.iterdir():
        path.unlink()
    guard, before = Guard(case), state_of(folder)
    status = Path("/proc/self/status").read_text() if sys.platform == "linux" else ""
    taken = re.search(r"VmSize:\s+(\d+) kB", status)
    if taken:
        limit = int(taken[1]) * 1024 + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    def answer(**values):
        answers.write(json.dumps(values) + "\n")
        answers.flush()

    answer(ready=True)
    for line in sys.stdin:
        job = json.loads(line)
        subject = subjects[job["subject"]]
        for old in case.iterdir():  # the last case lay here until now, so that it can be kept
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        path = case / f"case{subject.ending}"
        path.write_bytes(spoiled(subject, job["seed"], good[subject.name]))
        answer(started=True)
        started = time.monotonic(), time.process_time()
        outcome, text = outcome_of(subject, str(path), guard, RasterLearnError)
        # On a busy machine the process waits, which is no fault of the file; one that sleeps is stopped from outside.
        seconds = min(time.monotonic() - started[0], time.process_time() - started[1])
        if outcome == "opened":
            outcome, text = outcome_of(subject, str(path), guard, RasterLearnError, subject.use)
        left = [p.name for p in case.iterdir() if p != path]
        if left or state_of(folder) != before:
            outcome, text = "FAILED: left files", f"{left} {set(state_of(folder)) ^ set(before)}"
        answer(outcome=outcome, text=text[:2000], seconds=seconds)


if __name__ == "__main__":
    main()
