"""The report as a tagged A4 document (PDF/UA-1), set by typst. The same snapshot gives the same bytes."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

from reflections.report.glyphs import FONT_FOLDERS, UNPRINTABLE, fit
from reflections.report.sheet import sheet

logger = logging.getLogger(__name__)

# typst may read any file below this folder, so it holds templates and nothing else.
TEMPLATES = Path(__file__).parent / "typst"


def render(snapshot: dict[str, Any], *, language: str) -> bytes:
    """Return the PDF of a report's snapshot in ``language``.

    What people wrote reaches typst as data, never as markup. A text that still breaks the rules of PDF/UA-1
    costs the report that mark, not its pages: it is set again, tagged but unmarked.
    """
    pages = fit(sheet(snapshot, language))
    replaced = UNPRINTABLE in json.dumps(pages, ensure_ascii=False)
    pages["note"] = pages["words"]["unprintable"] % {"sign": UNPRINTABLE} if replaced else ""
    data = json.dumps(pages)
    compiled_at = datetime.fromisoformat(snapshot["compiled_at"])
    try:
        return _set(data, compiled_at, ["ua-1"])
    except typst.TypstError:
        # The error quotes the text it stumbled over; a log is no place for that.
        logger.warning("The report of lesson %s breaks PDF/UA-1; set without that mark.", snapshot["lesson"])
        return _set(data, compiled_at, [])
    finally:
        _forget()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=list(FONT_FOLDERS))


def _set(data: str, compiled_at: datetime, standards: list[typst.PDFStandard]) -> bytes:
    compiler = typst.Compiler(
        TEMPLATES / "report.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": data},
    )
    return cast("bytes", compiler.compile(format="pdf", pdf_standards=standards, timestamp=compiled_at))


def _forget() -> None:
    """Make typst let go of the pages it has set.

    It keeps the layout of a document, 14 MB for an ordinary report, through its next ten compilations.
    Twelve of nothing take 10 ms and halve the memory of a worker that sets report after report.
    """
    blank = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
    for _ in range(12):
        blank.compile(b"", format="svg")
