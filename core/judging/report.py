"""Self-contained HTML reports on the accuracy of maps, and on comparisons of maps or models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional

import numpy as np

from ..base.html_page import render
from ..base.version import rasterlearn_version
from . import plots
from .adjusted_areas import Adjusted, Estimate
from .class_metrics import DRAWS, FEW_BLOCKS, Accuracy
from .value_scores import REFERENCE, BandAccuracy, ValueAccuracy

MAP_ACCURACY = "Map accuracy (all labelled pixels)"
Shown = Callable[[float], str]


def accuracy_report(
    accuracy: Accuracy,
    map_name: str,
    reference_name: str,
    adjusted: Optional[Adjusted] = None,
    hectares: Optional[float] = None,
    mask_name: str = "",
) -> str:
    """The HTML report of a map's accuracy.

    Args:
        adjusted: areas and accuracies corrected for the errors of the map. hectares: of a pixel, if that is known.
        mask_name: of the raster that selects the judged pixels, if there is one.
    """
    masked = {"judged only where not 0": mask_name} if mask_name else {}
    return render(
        "report.html",
        title="Map accuracy report",
        judged=[judged_section(f"{MAP_ACCURACY}: {map_name} against {reference_name}", accuracy)],
        adjusted=_adjusted(adjusted, accuracy, hectares) if adjusted else None,
        curves="",
        calibration=None,
        samples=None,
        leakage=None,
        facts={"map": map_name, "reference": reference_name, **masked, "reference pixels": f"{accuracy.count:,}"},
        versions={"rasterlearn": rasterlearn_version()},
        notes=_map_notes(adjusted, mask_name),
    )


def value_report(accuracy: ValueAccuracy, names: dict[str, str]) -> str:
    """The HTML report of a map of values.

    Args:
        names: of map, reference and mask.
    """
    several = len(accuracy.bands) > 1
    scores = accuracy.overall
    figures = [
        {"label": label, "value": score_text(name, getattr(scores, name))} for name, label in _VALUE_FIGURES.items()
    ]
    if several:
        figures.append({"label": "spectral angle (SAM)", "value": score_text("sam", accuracy.sam)})
    drawn = [band for band in accuracy.bands if band.scores.count][: plots.MOST_DRAWN_BANDS]
    return render(
        "values.html",
        title="Report of a map of values",
        heading=f"{names['map']} against {names['reference']}",
        figures=figures,
        masked="mask" in names,
        judged=f"{scores.count:,} {'values' if several else 'pixels'}",
        rows=[_value_row(band) for band in accuracy.bands],
        pictures=[plots.values(band) for band in drawn],
        shown=f"{100 * plots.SHOWN_SHARE:g}",
        left_out=len(accuracy.bands) > plots.MOST_DRAWN_BANDS,
        facts={_FILES[which]: name for which, name in names.items()},
        versions={"rasterlearn": rasterlearn_version()},
        notes=_VALUE_NOTES if several else [note for note in _VALUE_NOTES if note is not _SEVERAL_BANDS_NOTE],
    )


_VALUE_FIGURES = {
    "rmse": "RMSE", "mae": "MAE", "bias": "bias", "r2": "R²", "psnr": "PSNR", "ssim": "SSIM",
}  # fmt: skip
_FILES = {"map": "map", "reference": "reference", "mask": "judged only where not 0"}
_SEVERAL_BANDS_NOTE = (
    "Of all bands: RMSE, MAE and bias are over the values of all bands together, so a band of large values has the "
    "most say; R², PSNR and SSIM are means of the bands that have them. The spectral angle is the mean over pixels "
    "with a value in every band; it sees the shape of a spectrum, not its brightness."
)
_VALUE_NOTES = [
    "RMSE, MAE and bias are in the units of the values. Bias is the mean of map minus reference, MAE the mean of its "
    "magnitude, RMSE the root of the mean of its square, to which few large errors add most.",
    "R² compares the errors with the spread of the reference: 1 is perfect, 0 as good as its mean everywhere, and "
    "below 0 is worse than that. r is Pearson's correlation, which no constant offset or factor lowers.",
    "PSNR is 20 log₁₀(range / RMSE) decibels, with the range of the reference from its smallest to its largest value; "
    "so a few extreme pixels raise it. Compare it only between maps that are judged by the same reference and mask.",
    "SSIM (Wang et al. 2004) compares mean, contrast and pattern in windows of 11 × 11 pixels, with the same range, "
    "where all pixels of the window are judged. 1 is perfect. It falls where texture is lost, also where errors "
    "are small.",
    _SEVERAL_BANDS_NOTE,
    "A dash means that nothing can be said, as of a reference that is constant. inf means that there is no error; the "
    "mean PSNR of all bands is that of the others.",
]


def _value_row(band: BandAccuracy) -> dict[str, Any]:
    scores, found = band.scores, band.sums.found
    columns = ("rmse", "mae", "bias", "r2", "correlation", "psnr", "ssim")
    ends = [_measure(float(end[REFERENCE])) for end in (found.low, found.high)] if scores.count else []
    return {
        "name": band.name,
        "cells": [f"{scores.count:,}", *(score_text(name, getattr(scores, name), unit="") for name in columns)],
        "ends": " … ".join(ends) or "–",
    }


def score_text(name: str, value: float, unit: Optional[str] = None) -> str:
    """A score of a map of values as text; decibels and degrees get a unit unless the column heading has it."""
    if np.isnan(value):
        return "–"
    digits, own_unit = {"psnr": (2, " dB"), "sam": (2, "°")}.get(name, (4, ""))
    shown = _measure(value) if name in ("rmse", "mae", "bias") else f"{round(value, digits) + 0.0:.{digits}f}"
    return shown.replace("-", "−") + (own_unit if unit is None else unit)


def _measure(value: float) -> str:
    """A number in the units of the image, to four digits or more."""
    text = f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.4g}"
    return text.replace("-", "−")


def comparison_report(
    names: Sequence[str],
    accuracies: Sequence[Accuracy],
    pairs: Sequence[dict[str, Any]],
    dropped: int,
    judged_on: str,
) -> str:
    """The HTML report of several maps or models on the same samples.

    Args:
        pairs: of each two: first, second (names), only_first, only_second (counts), difference, difference_low,
            difference_high (of overall accuracy), p_value, p_value_holm.
        dropped: labelled pixels that were left out. judged_on: what the samples are.
    """
    rows = [{"name": name, "cells": _overall_figures(accuracy)} for name, accuracy in zip(names, accuracies)]
    class_rows = [_class_rows(accuracy) for accuracy in accuracies]
    per_class = [
        {
            "label": label,
            "rows": [{**of_models[0], "cells": [r["cells"][i] for r in of_models]} for of_models in zip(*class_rows)],
        }
        for i, label in enumerate(("Precision", "Recall", "F1", "IoU"))
        if label in ("F1", "IoU")
    ]
    return render(
        "comparison.html",
        title="Comparison report",
        names=names,
        judged_on=judged_on,
        count=f"{accuracies[0].count:,}",
        dropped=f"{dropped:,}" if dropped else "",
        interval_note=_interval_note(accuracies[0]),
        labels=list(_OVERALL_LABELS.values()),
        rows=rows,
        picture=plots.intervals(names, accuracies, _OVERALL_LABELS),
        pairs=[_pair(pair) for pair in pairs],
        per_class=per_class,
        versions={"rasterlearn": rasterlearn_version()},
        notes=_COMPARISON_NOTES + METRIC_NOTES[1:],
    )


_COMPARISON_NOTES = [
    "All are judged on the same samples, so a difference is not one of the samples. That two intervals of single "
    "accuracies overlap does not mean that there is no difference: look at the interval of the difference.",
    "McNemar's test asks whether two equally good ones would differ as much by chance; it looks at the samples that "
    "only one of them has right (exact binomial test below 25 of these, else chi-square with continuity correction). "
    "Holm's adjustment takes into account that several pairs are tested.",
    "The test takes samples as independent. Neighboring samples resemble each other, so with many samples its p values "
    "are far too small. Where blocks are known, believe the interval of the difference, a bootstrap over blocks.",
    "No test tells whether a difference matters, or whether it would be the same at another place or time.",
]


def _pair(pair: dict[str, Any]) -> dict[str, Any]:
    limits = np.array([pair["difference_low"], pair["difference_high"]])
    return {
        **pair,
        "only_first": f"{pair['only_first']:,}",
        "only_second": f"{pair['only_second']:,}",
        "difference": _signed(pair["difference"]),
        "interval": _range(limits, _signed),
        "p_value": _p_value(pair["p_value"]),
        "p_value_holm": _p_value(pair["p_value_holm"]),
    }


def _signed(value: float) -> str:
    return f"{round(value, 3) + 0.0:+.3f}".replace("-", "−")  # + 0.0: no negative zero


def _p_value(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}"


def _map_notes(adjusted: Optional[Adjusted], mask_name: str = "") -> list[str]:
    notes = [
        "Map accuracy: every labelled pixel of the reference that lies on the map was counted once. Classes weigh by "
        "their number of labelled pixels, which need not be their share of the map.",
    ]
    if mask_name:
        notes.append(
            f"Only pixels where the mask “{mask_name}” is neither 0 nor nodata were judged. Areas are not adjusted, as "
            "these pixels are no sample of the whole map."
        )
    if adjusted:
        notes.append(
            "Area-adjusted: each mapped class weighs by its area in the whole map, and its area is corrected by how "
            "often the reference finds another class there (Olofsson et al. 2014, equations 1–11). That is right if "
            "the labelled pixels of each mapped class are a random sample of it. Labels that were drawn where it was "
            "convenient are not, and then no interval tells how wrong these numbers are."
        )
    return notes + METRIC_NOTES


METRIC_NOTES = [
    "Precision is the user's accuracy: of the pixels mapped as a class, the share that is this class. Recall is the "
    "producer's accuracy: of the reference of a class, the share that is mapped so. F1 is their harmonic mean, IoU the "
    "intersection over the union of both. The counts behind a ratio stand beside it.",
    "Macro-F1 and mean IoU are means over the classes that occur in the reference or the prediction, each with the "
    "same weight.",
    "A dash means that nothing can be said. An interval from 1.000 to 1.000 says that no error was found, not that "
    "there is none.",
]


def _interval_note(accuracy: Accuracy) -> str:
    """How the intervals of a judged set were computed, and how far they can be trusted."""
    if accuracy.blocks is None:
        return (
            f"95 % intervals: bootstrap, {DRAWS:,} draws of single samples as if these were independent. Where the "
            "samples lie is not known. Neighboring samples resemble each other, so the true uncertainty is larger."
        )
    size = f" of {accuracy.block_px} × {accuracy.block_px} pixels" if accuracy.block_px else ""
    if accuracy.block_count < 2:
        return f"All samples lie in one spatial block{size}: how far the numbers may be off cannot be told."
    rough = (
        f" With fewer than {FEW_BLOCKS} blocks the intervals are rough: a hint, not a measurement."
        if accuracy.is_rough
        else ""
    )
    return (
        f"95 % intervals: bootstrap over {accuracy.block_count:,} spatial blocks{size}, {DRAWS:,} draws. Whole blocks "
        f"are drawn, as neighbors resemble each other; a class that lies in few of them has a rough interval.{rough}"
    )


_OVERALL_LABELS = {
    "overall_accuracy": "overall accuracy", "kappa": "kappa", "macro_f1": "macro-F1", "mean_iou": "mean IoU",
}  # fmt: skip


def judged_section(name: str, accuracy: Accuracy) -> dict[str, Any]:
    """The section of a report about one set of samples: overall figures, confusion matrix, a row for each class."""
    return {
        "name": name,
        "count": f"{accuracy.count:,}",
        "figures": _overall_figures(accuracy),
        "interval_note": _interval_note(accuracy),
        "matrix": plots.matrix(accuracy),
        "rows": _class_rows(accuracy),
    }


def _overall_figures(accuracy: Accuracy) -> list[dict[str, str]]:
    return [
        {"label": label, "value": rounded(getattr(accuracy, metric)), "interval": _range(accuracy.intervals[metric])}
        for metric, label in _OVERALL_LABELS.items()
    ]


def _class_rows(accuracy: Accuracy) -> list[dict[str, Any]]:
    """One row per class; each ratio with its interval and the counts behind it."""
    correct, reference, predicted = np.diag(accuracy.matrix), accuracy.matrix.sum(1), accuracy.matrix.sum(0)
    counts = {
        "precision": (correct, predicted),
        "recall": (correct, reference),
        "f1": (2 * correct, predicted + reference),
        "iou": (correct, predicted + reference - correct),
    }
    ratios = {metric: getattr(accuracy, metric) for metric in counts}
    in_blocks = None if accuracy.blocks is None else accuracy.blocks.any(axis=2).sum(axis=0)
    return [
        {
            "name": c.name,
            "color": c.color,
            "reference": f"{reference[i]:,}",
            "in_blocks": ""
            if in_blocks is None
            else f"in {in_blocks[i]:,} {'block' if in_blocks[i] == 1 else 'blocks'}",
            "predicted": f"{predicted[i]:,}",
            "cells": [
                {
                    "value": rounded(ratios[metric][i]),
                    "counts": f"{part[i]:,}/{whole[i]:,}" if whole[i] else "",
                    "interval": _range(accuracy.intervals[metric][:, i]),
                }
                for metric, (part, whole) in counts.items()
            ],
        }
        for i, c in enumerate(accuracy.classes)
    ]


def _adjusted(adjusted: Adjusted, accuracy: Accuracy, hectares: Optional[float]) -> dict[str, Any]:
    """The section of error-adjusted areas and accuracies; areas in hectares if the pixel size is known."""
    of_pixel = hectares or 1.0
    total = adjusted.mapped.sum()
    shown = _areas_up_to(total * of_pixel)
    rows = [
        {
            "name": c.name,
            "color": c.color,
            "mapped": shown(adjusted.mapped[i] * of_pixel),
            "share": f"{100 * adjusted.mapped[i] / total:.2f} %",
            "left_out": bool(adjusted.left_out[i]),
            "cells": [
                _estimate(adjusted.areas, i, of_pixel, shown),
                _estimate(adjusted.users, i),
                _estimate(adjusted.producers, i),
            ],
        }
        for i, c in enumerate(accuracy.classes)
    ]
    left_out = [c.name for c, out in zip(accuracy.classes, adjusted.left_out) if out]
    area_left_out = adjusted.mapped[adjusted.left_out].sum()
    return {
        "unit": "hectares" if hectares else "pixels",
        "overall": _estimate(adjusted.overall),
        "total": shown(total * of_pixel),
        "rows": rows,
        "blocks": accuracy.block_count if accuracy.block_count > 1 else 0,
        "left_out": f"{', '.join(left_out)} ({100 * area_left_out / total:.2f} % of the map)" if left_out else "",
    }


def _estimate(
    estimate: Estimate, i: Optional[int] = None, scale: float = 1.0, shown: Optional[Shown] = None
) -> dict[str, str]:
    """An estimate, or that of class `i`, with both of its intervals, as text."""
    shown = shown or rounded
    at = () if i is None else i
    half = float(estimate.half_width[at]) * scale
    interval = (
        ""
        if estimate.interval is None
        else _range((estimate.interval if i is None else estimate.interval[:, i]) * scale, shown)
    )
    return {
        "value": shown(float(estimate.value[at]) * scale),
        "half": "" if np.isnan(half) else f"± {shown(half)}",
        "interval": interval,
    }


def rounded(value: float) -> str:
    """A ratio with three digits, or a dash where it is unknown."""
    return "–" if np.isnan(value) else f"{value:.3f}"


def _range(interval: np.ndarray, shown: Optional[Shown] = None) -> str:
    """An interval (2,); empty where it is unknown."""
    low, high = (float(limit) for limit in interval)
    return f"{(shown or rounded)(low)} … {(shown or rounded)(high)}" if np.isfinite(interval).all() else ""


def _areas_up_to(total: float) -> Shown:
    """The number format for areas of a map of this size."""
    digits = 0 if total >= 1000 else 2
    return lambda value: "–" if np.isnan(value) else f"{value:,.{digits}f}"
