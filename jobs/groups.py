"""The groups of commands, in the order of work."""

from __future__ import annotations

from .parameter import Text

CHAIN, PREPARATION, SAMPLES, LEARNING = "wholechain", "datapreparation", "samples", "learning"
MAPPING, RESTORATION, JUDGING, EXCHANGE, ENGINE = "mapping", "restoration", "judging", "exchange", "engine"

TITLES = {
    CHAIN: Text("Whole chain", "group.wholechain"),
    PREPARATION: Text("Data preparation", "group.datapreparation"),
    SAMPLES: Text("Samples", "group.samples"),
    LEARNING: Text("Learning", "group.learning"),
    MAPPING: Text("Mapping", "group.mapping"),
    RESTORATION: Text("Restoration", "group.restoration"),
    JUDGING: Text("Judging", "group.judging"),
    EXCHANGE: Text("Exchange", "group.exchange"),
    ENGINE: Text("Engine", "group.engine"),
}


def number(group: str) -> int:
    """The place of a group, from 1."""
    return list(TITLES).index(group) + 1
