"""Opens thousands of spoiled files in processes that may die: python test/fuzz/run.py [--cases N] [--seed N] …

Each case ends in a sentence or in a file that truly works, within SECONDS, without a trace anywhere else. What does
not is kept in the folder, and the exit code is 1.
"""

import argparse
import collections
import json
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

TEST = Path(__file__).resolve().parent.parent
SECONDS = 2.0  # for a case, beyond the start of the process; of the processor, so that a busy machine may take longer
SECONDS_TO_START = SECONDS_TO_HANG = 600.0  # on a clock that also runs while other processes work
WATCHED = ("case", "canary", "home", "cwd")


class Worker:
    """A process that opens files."""

    def __init__(self, names):
        self.folder = Path(tempfile.mkdtemp(prefix="rasterlearn-fuzz-"))
        for name in WATCHED:
            (self.folder / name).mkdir()
        environment = {
            **os.environ,
            "PYTHONPATH": str(TEST),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONNOUSERSITE": "1",
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "case"),
            "RASTERLEARN_CANARY": str(self.folder / "canary"),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
        }
        self.log = open(self.folder / "log.txt", "w+b")  # noqa: SIM115 closed with the process
        self.process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-m", "fuzz.worker", str(self.folder), ",".join(names)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            cwd=self.folder / "cwd",
            env=environment,
        )
        self.answers = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        if not self.wait(SECONDS_TO_START):
            raise RuntimeError(f"the worker does not start: {self.end()}")

    def _listen(self):
        for line in self.process.stdout:
            self.answers.put(json.loads(line))
        self.answers.put(None)

    def wait(self, seconds):
        """The next answer; None when the process died; False when none came in time."""
        try:
            return self.answers.get(timeout=seconds)
        except queue.Empty:
            return False

    def run(self, subject, seed):
        """(outcome, text, seconds) of one case."""
        self.process.stdin.write(json.dumps({"subject": subject, "seed": seed}).encode() + b"\n")
        self.process.stdin.flush()
        answer = self.wait(SECONDS_TO_START)
        answer = self.wait(SECONDS_TO_HANG) if answer else answer
        if answer is None:
            return "FAILED: crash", self.last_words(), 0.0
        if answer is False:
            return "FAILED: hang", "", SECONDS_TO_HANG
        return answer["outcome"], answer["text"], answer["seconds"]

    def spoiled(self):
        """The file of the last case."""
        return next((self.folder / "case").glob("case.*"), None)

    def last_words(self):
        """The end of what the process wrote to standard error."""
        self.process.wait()
        self.log.seek(0)
        return self.log.read()[-3000:].decode(errors="replace")

    def end(self):
        """Stops the process and removes its folder; returns its last words."""
        self.process.kill()
        words = self.last_words()
        self.log.close()
        self.process.stdin.close()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return words


def cases_of(count, seed, shares):
    """(family, seed) of each case; `shares` is family -> share."""
    rng = random.Random(seed)
    names = rng.choices(list(shares), list(shares.values()), k=count)
    return [(name, f"{seed}-{number}") for number, name in enumerate(names)]


def run_cases(cases, names, keep, tell=lambda done: None):
    """Runs the cases in one process, which is started anew where one fails.

    Args:
        cases: [(family, seed)]. keep: folder for files that fail.
    Returns:
        [(family, seed, outcome, text, seconds)].
    """
    worker, results = Worker(names), []
    try:
        for number, (name, seed) in enumerate(cases):
            outcome, text, seconds = worker.run(name, seed)
            if seconds > SECONDS and not outcome.startswith("FAILED"):  # was the machine busy?
                outcome, text, seconds = worker.run(name, seed)
                if seconds > SECONDS and not outcome.startswith("FAILED"):
                    outcome = "FAILED: slow"
            if outcome.startswith("FAILED"):
                _keep(worker, Path(keep), name, seed, f"{outcome}\n{text}\n{seconds:.1f} s\n")
                if outcome not in ("FAILED: raised", "FAILED: no sentence", "FAILED: no end of a sentence"):
                    worker.end()
                    worker = Worker(names)
            results.append((name, seed, outcome, text, seconds))
            tell(number + 1)
    finally:
        worker.end()
    return results


def _keep(worker, folder, name, seed, text):
    folder.mkdir(parents=True, exist_ok=True)
    spoiled = worker.spoiled()
    if spoiled:
        shutil.copy(spoiled, folder / f"{name}-{seed}{spoiled.suffix}")
    (folder / f"{name}-{seed}.txt").write_text(text)


def table(results):
    """Family × outcome, as text."""
    outcomes = sorted({r[2] for r in results}, key=lambda o: (o.startswith("FAILED"), o))
    counts = collections.Counter((r[0], r[2]) for r in results)
    lines = ["".join(f"{word:>14}" for word in ("family", *outcomes, "slowest"))]
    for name in sorted({r[0] for r in results}):
        slowest = max(r[4] for r in results if r[0] == name)
        lines.append("".join(f"{w:>14}" for w in (name, *(counts[name, o] for o in outcomes), f"{slowest:.2f} s")))
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--family", action="append", help="only this one; may be given several times")
    parser.add_argument("--case", help="only the case with this seed, of the family, as a failure names it")
    parser.add_argument("--keep", default=str(TEST.parent / "build" / "fuzz"))
    arguments = parser.parse_args()
    sys.path.insert(0, str(TEST))
    from fuzz.families import SUBJECTS

    shares = {s.name: s.share for s in SUBJECTS if s.name in (arguments.family or [s.name])}
    cases = [(n, arguments.case) for n in shares] if arguments.case else []
    cases = cases or cases_of(arguments.cases, arguments.seed, shares)
    started, parts = time.monotonic(), [cases[i :: arguments.workers] for i in range(arguments.workers)]
    results = [[] for _ in parts]
    done = [0] * len(parts)

    def work(i):
        def tell(count):
            done[i] = count
            if i == 0 and count % 100 == 0:
                print(f"\r{sum(done)} / {len(cases)}", end="", file=sys.stderr, flush=True)

        results[i] = run_cases(parts[i], shares, arguments.keep, tell)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(parts)) if parts[i]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    joined = [r for part in results for r in part]
    print(f"\n{table(joined)}\n{len(joined)} cases in {time.monotonic() - started:.0f} s")
    failed = [r for r in joined if r[2].startswith("FAILED")]
    for name, seed, outcome, text, _ in failed[:20]:
        print(f"{outcome}: {name} --case {seed}: {text.strip()[-300:]}")
    if failed:
        print(f"{len(failed)} cases failed; their files are in {arguments.keep}")
    return 1 if failed or len(joined) < len(cases) else 0


if __name__ == "__main__":
    sys.exit(main())
