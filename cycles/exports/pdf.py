"""A document as tagged PDF (PDF/UA-1), set by typst."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cycles.exports.document import Document
from lessonstudy.lib.printing import fit, typeset

TEMPLATE = Path(__file__).parent / "typst" / "plan.typ"


def render(document: Document, *, at: datetime) -> bytes:
    """Return the PDF. A landscape document is set smaller, down to 7.5 pt, where it then fits one page."""
    return typeset(TEMPLATE, fit(document.data()), at=at, about=document.about)
