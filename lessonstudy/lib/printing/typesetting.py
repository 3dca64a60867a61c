"""A tagged A4 document (PDF/UA-1) from a template and data. The same data give the same bytes."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

from lessonstudy.lib.printing.glyphs import FONT_FOLDERS

logger = logging.getLogger(__name__)


def typeset(template: Path, data: dict[str, Any], *, at: datetime, about: str) -> bytes:
    """Return the PDF that ``template`` makes of JSON-able ``data`` (``fit`` it first), dated ``at``.

    typst may read any file in the template's folder, so that folder holds templates and nothing else. What
    people wrote reaches typst as data, never as markup. A text that still breaks the rules of PDF/UA-1 costs
    the document that mark, not its pages: it is set again, tagged but unmarked. ``about`` names the document
    in the log, by id.
    """
    said = json.dumps(data)
    try:
        return _set(template, said, at, ["ua-1"])
    except typst.TypstError:
        # The error quotes the text it stumbled over; a log is no place for that.
        logger.warning("%s breaks PDF/UA-1; set without that mark.", about)
        return _set(template, said, at, [])
    finally:
        _forget()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=list(FONT_FOLDERS))


def _set(template: Path, said: str, at: datetime, standards: list[typst.PDFStandard]) -> bytes:
    compiler = typst.Compiler(
        template,
        root=template.parent,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": said},
    )
    return cast("bytes", compiler.compile(format="pdf", pdf_standards=standards, timestamp=at))


def _forget() -> None:
    """Make typst let go of the pages it has set.

    It keeps the layout of a document, 14 MB for an ordinary report, through its next ten compilations.
    Twelve of nothing take 10 ms and halve the memory of a worker that sets report after report.
    """
    blank = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
    for _ in range(12):
        blank.compile(b"", format="svg")
