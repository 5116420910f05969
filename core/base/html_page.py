"""Renders self-contained HTML pages from the templates in resources/."""

from __future__ import annotations

import os
from typing import Any

from .. import ROOT

_RESOURCES = os.path.join(ROOT, "resources")


def render(template: str, **content: Any) -> str:
    """Fills a template with plain values, which are escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_RESOURCES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template(template).render(**content)
