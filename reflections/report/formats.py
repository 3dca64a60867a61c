"""The formats a snapshot can be given in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from reflections.report import pdf, spreadsheet
from reflections.report.sheet import sheet

Snapshot = dict[str, Any]


def as_json(snapshot: Snapshot, *, language: str) -> bytes:
    return json.dumps(snapshot, ensure_ascii=False, indent=1).encode()


def as_html(snapshot: Snapshot, *, language: str) -> bytes:
    """A page that stands alone: the report without the site around it."""
    with translation.override(language):
        page = render_to_string("reflections/report_alone.html", {"sheet": sheet(snapshot, language)})
    return page.encode()


FORMATS: dict[str, Callable[..., bytes]] = {
    "json": as_json,
    "html": as_html,
    "pdf": pdf.render,
    "xlsx": spreadsheet.render,
}
