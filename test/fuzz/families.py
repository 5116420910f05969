"""All families of files that are spoiled."""

from .graph_subjects import GraphModel, SavedModelFolder
from .subjects import (
    ForestArrays,
    ForestModel,
    HybridModel,
    NeighborhoodModel,
    NetworkModel,
    OwnNetwork,
    Statistics,
    Style,
    Table,
)

SUBJECTS = (
    NetworkModel(), ForestModel(), NeighborhoodModel(), HybridModel(), OwnNetwork(), ForestArrays(), Style(), Table(),
    Statistics(), GraphModel(), SavedModelFolder(),
)  # fmt: skip
