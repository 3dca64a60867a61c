"""A document to print, in words alone: what it says and how it hangs together, not how a format draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Text:
    """A paragraph. ``name`` says which field of the plan it is, so that it can be read in again.

    ``label`` stands before it; ``look`` is "", "strong" or "soft".
    """

    text: str
    name: str = ""
    label: str = ""
    look: str = ""


Cell = Sequence[Text]


@dataclass(frozen=True)
class Table:
    """Rows of cells under a head. ``name``: the part of the plan; ``widths``: shares of the page's width."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    name: str = ""


@dataclass(frozen=True)
class Pairs:
    """What is called what, one below the other."""

    rows: Sequence[tuple[str, Text]]


@dataclass(frozen=True)
class Section:
    title: str
    blocks: Sequence[Text | Table | Pairs]
    level: int = 1


@dataclass(frozen=True)
class Document:
    """``about`` names it in a log by id; ``foot`` stands below each page; ``page`` is its word."""

    title: str
    kicker: str
    school: str
    language: str
    sections: Sequence[Section]
    foot: str
    page: str
    about: str
    landscape: bool = False

    def data(self) -> dict[str, Any]:
        """The document as JSON, for the template that sets its pages."""
        return {
            "title": self.title,
            "kicker": self.kicker,
            "school": self.school,
            "language": self.language,
            "foot": self.foot,
            "page": self.page,
            "landscape": self.landscape,
            "sections": [
                {
                    "title": section.title,
                    "level": section.level,
                    "blocks": [_block(block) for block in section.blocks],
                }
                for section in self.sections
            ],
        }


def _block(block: Text | Table | Pairs) -> dict[str, Any]:
    match block:
        case Text():
            return {"kind": "text", **_text(block)}
        case Pairs():
            return {"kind": "pairs", "rows": [[label, _text(text)] for label, text in block.rows]}
    rows = [[[_text(text) for text in cell] for cell in row] for row in block.rows]
    return {"kind": "table", "head": list(block.head), "widths": list(block.widths), "rows": rows}


def _text(text: Text) -> dict[str, str]:
    return {"text": text.text, "label": text.label, "look": text.look}
