"""Draws awkward images and labels, runs the chain on them, and compares each step: python test/image_fuzz/run.py

[--cases N] [--first N] [--case N]. Types, nodata values, masks, alpha, scales and offsets, orders of bands, positions,
coordinate systems, encodings of text and legends are drawn; the oracle is NumPy's (see oracle.py). Exit code 1 if
anything differs; each case can be repeated by its number.
"""

import argparse
import collections
import os
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

TEST = Path(__file__).resolve().parent.parent


def play(number, keep=None):
    """(outcome, text, warnings) of a case; the outcome of a failure is in capitals, its files are kept in `keep`."""
    from image_fuzz.chain import Case

    folder = tempfile.mkdtemp(prefix="rasterlearn-images-")
    try:
        case = Case(number, folder)
        outcome, text = _outcome(case)
        if keep and outcome.isupper():
            shutil.copytree(folder, os.path.join(keep, str(number)), dirs_exist_ok=True)
        return outcome, f"{text}\n{case.describe()}", case.said
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _outcome(case):
    from image_fuzz.chain import Wrong
    from rasterlearn.core.base.errors import RasterLearnError

    try:
        case.play()
        return case.outcome, case.reason
    except Wrong as error:
        return "WRONG", str(error)
    except RasterLearnError as error:
        return "REFUSED", str(error)
    except Exception:  # noqa: BLE001 - the bug that is looked for
        return "RAISED", traceback.format_exc()


def main():
    """Runs the cases and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--case", type=int, help="only this one")
    parser.add_argument("--keep", default=str(TEST.parent / "build" / "fuzz-images"))
    parser.add_argument("--warnings", action="store_true", help="print how often each warning was given")
    arguments = parser.parse_args()
    sys.path.insert(0, str(TEST))
    import conftest  # noqa: F401 - loads the checkout as `rasterlearn`

    numbers = range(arguments.first, arguments.first + arguments.cases)
    numbers = [arguments.case] if arguments.case is not None else numbers
    started, outcomes, warned = time.monotonic(), collections.Counter(), collections.Counter()
    for number in numbers:
        outcome, text, said = play(number, arguments.keep)
        outcomes[outcome] += 1
        warned.update({(command, words[:90]) for command, words in said})
        if outcome.isupper():
            print(f"{outcome}: --case {number}: {text}\n", flush=True)
    print(", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()), end="")
    print(f"; {len(numbers)} cases in {time.monotonic() - started:.0f} s")
    if arguments.warnings:
        for (command, words), count in warned.most_common(60):
            print(f"{count:5d}  {command}: {words}")
    return 1 if any(outcome.isupper() for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
