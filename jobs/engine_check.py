"""Reports which libraries and devices the engine has."""

from __future__ import annotations

from .job import Job, Progress, Results, command


@command("check", "Check the engine")
class EngineCheck(Job):
    """Loads every library that the engine needs, and prints their versions and the devices."""

    def run(self, progress: Progress) -> Results:
        from ..core.chains.engine_check import check_engine

        return check_engine()
