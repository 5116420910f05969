"""Accuracy of super-resolution and gap filling by networks, compared with methods without learning.

python benchmark/restoration.py FOLDER: the folder of the demo, with its scene. Both chains consist of the jobs that
users run, with the settings given in docs/super_resolution.md and docs/gap_filling.md. The images of examples are
left in build/benchmark/restoration, from which benchmark/restoration_pictures.py draws the pictures of those pages.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import numpy as np
from cloudy_series import gap_filling
from finer_bands import super_resolution
from large_images import TARGET, machine

LARGEST_SR_RATIO, LARGEST_SHIFT_PX = 0.80, 0.1


def ratios_of(finer: dict[str, Any], gaps: dict[str, Any]) -> dict[str, float]:
    """The promised figures; ratios are below 1 where the network is better. See the functions that compute them."""
    fine = {name: np.array(values) for name, values in finer["rmse"].items()}
    cloudy = {name: np.array(values) for name, values in gaps["rmse"].items()}
    pooled = gaps["pooled_rmse"]
    return {
        "sr_worst_band_rmse_over_bicubic": float((fine["network"] / fine["bicubic"]).max()),
        "sr_worst_band_rmse_over_pansharpening": float((fine["network"] / fine["pansharpening"]).max()),
        "sr_largest_shift_px": max(finer["shift_px"]),
        "sr_checkerboard": max(finer["checkerboard"]),
        "gap_rmse_over_best_baseline": pooled["network"] / min(pooled["linear"], pooled["nearest"]),
        "gap_worst_band_rmse_over_best_baseline": float(
            (cloudy["network"] / np.minimum(cloudy["linear"], cloudy["nearest"])).max()
        ),
    }


def print_table(title: str, bands: list[str], rmse: dict[str, list[float]], more: str = "") -> None:
    print(f"\n{title}")
    print(" " * 25 + "".join(f"{name:>15s}" for name in rmse))
    for number, band in enumerate(bands):
        print(f"{band:25s}" + "".join(f"{values[number]:15.1f}" for values in rmse.values()))
    print(more)


def main() -> None:
    started = time.monotonic()
    finer, gaps = super_resolution(sys.argv[1]), gap_filling(sys.argv[1])
    ratios = ratios_of(finer, gaps)
    print_table("Super-resolution, RMSE in the east", finer["bands"], finer["rmse"])
    pooled = ", ".join(f"{name} {value:.3f}" for name, value in gaps["pooled_rmse"].items())
    print_table(
        "Gap filling, RMSE under the shapes",
        gaps["bands"],
        gaps["rmse"],
        f"in standard deviations, all bands: {pooled}",
    )
    print()
    for name, value in ratios.items():
        print(f"{name:42s} {value:.3f}")
    seconds = time.monotonic() - started
    print(f"\n{seconds:.0f} s")
    figures = {"super_resolution": finer, "gap_filling": gaps, "seconds": seconds, "machine": machine()}
    with open(os.path.join(TARGET, "restoration.json"), "w", encoding="utf-8") as file:
        json.dump({"ratios": ratios, "figures": figures}, file, indent=1)
    if ratios["sr_worst_band_rmse_over_bicubic"] > LARGEST_SR_RATIO:
        sys.exit(f"A band has more than {LARGEST_SR_RATIO} of the RMSE of bicubic interpolation.")
    if ratios["sr_largest_shift_px"] >= LARGEST_SHIFT_PX:
        sys.exit(f"A band moved by {LARGEST_SHIFT_PX} pixels or more.")


if __name__ == "__main__":
    main()
