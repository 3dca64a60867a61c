"""The report as a tagged A4 document (PDF/UA-1), set by typst. The same snapshot gives the same bytes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from lessonstudy.lib.printing import UNPRINTABLE, fit, typeset
from reflections.report.sheet import sheet

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"


def render(snapshot: dict[str, Any], *, language: str) -> bytes:
    """Return the PDF of a report's snapshot in ``language``."""
    pages = fit(sheet(snapshot, language))
    replaced = UNPRINTABLE in json.dumps(pages, ensure_ascii=False)
    pages["note"] = pages["words"]["unprintable"] % {"sign": UNPRINTABLE} if replaced else ""
    compiled_at = datetime.fromisoformat(snapshot["compiled_at"])
    return typeset(TEMPLATE, pages, at=compiled_at, about=f"The report of lesson {snapshot['lesson']}")
