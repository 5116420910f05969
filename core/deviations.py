"""How far values are from their reference, band by band, summed up part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np


@dataclass(frozen=True)
class Deviations:
    """Sums over values and their reference.

    Attributes:
        sums: (b, 6) float64 of each band: count; sums of the error, of its absolute value, of its square; sums of the
            reference and of its square, counted from any origin near it. The error is the value minus the reference.
        bands: their names.
    """

    sums: np.ndarray
    bands: tuple[str, ...]

    @property
    def count(self) -> int:
        """Judged values of all bands."""
        return int(self.sums[:, 0].sum())

    @property
    def rmse(self) -> np.ndarray:
        """Root of the mean squared error of each band, (b,)."""
        return np.sqrt(self._mean(3))

    @property
    def mae(self) -> np.ndarray:
        """Mean absolute error of each band, (b,)."""
        return self._mean(2)

    @property
    def bias(self) -> np.ndarray:
        """Mean error of each band, (b,)."""
        return self._mean(1)

    @property
    def r2(self) -> np.ndarray:
        """Coefficient of determination of each band, (b,): 1 - squared errors / squared deviations from the mean."""
        n, *_, squared, reference, reference_squared = self.sums.T
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = reference_squared - reference**2 / n
            return np.where(spread > 0, 1 - squared / spread, np.nan)

    def overall(self, name: str) -> float:
        """A figure of all values together, whatever their band; of R², the mean over the bands that have one."""
        if name != "r2":
            return float(getattr(Deviations(self.sums.sum(axis=0, keepdims=True), ()), name)[0])
        known = self.r2[np.isfinite(self.r2)]
        return float(known.mean()) if len(known) else float("nan")

    def results(self) -> dict[str, Any]:
        """The numbers that algorithms return."""
        return {name.upper(): self.overall(name) for name in ("rmse", "mae", "bias")}

    def summary(self) -> str:
        """In one line."""
        figures = {name: self.overall(name) for name in ("rmse", "mae", "bias", "r2")}
        labels = {"rmse": "RMSE", "mae": "MAE", "bias": "bias", "r2": "R²"}
        shown = ", ".join(f"{labels[name]} {figure:.4g}" for name, figure in figures.items())
        return f"{shown} ({self.count:,} values)"

    def recorded(self) -> dict[str, Any]:
        """What a model file says of it."""
        columns = {name: [_number(v) for v in getattr(self, name)] for name in ("rmse", "mae", "bias", "r2")}
        return {"bands": list(self.bands), **columns}

    def _mean(self, column: int) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.sums[:, column] / self.sums[:, 0]


def _number(value: float) -> Optional[float]:
    return float(value) if np.isfinite(value) else None
