"""Tables of steps that others made: whatever their columns are called, in whatever order they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cycles.importing import words
from cycles.importing.understood import Understood
from cycles.models import AnticipatedResponse, PlanStep

LOOKED_AT = 12  # rows in which the names of the columns may stand
NUMBER = re.compile(r"-?\d+")
TEXTS = ("activity", "key_question", "teacher_response", "observation_point", "evaluation_point", "materials")
# What may stand in the cell of the activity under its name: "Key question: …".
LABELLED = ("key_question", "link_to_known", "materials", "teacher_response")
Kind = AnticipatedResponse.Kind
Rows = Sequence[Sequence[str]]


def head_of(rows: Rows) -> tuple[int, dict[int, str]] | None:
    """Which row names the columns of a table of steps, and what they are; None for another table."""
    best: tuple[int, dict[int, str]] | None = None
    for number, cells in enumerate(rows[:LOOKED_AT]):
        found = words.columns("steps", cells)
        if "activity" in found.values() and len(found) > 1 and (best is None or len(found) > len(best[1])):
            best = number, found
    return best


@dataclass
class Tables:
    """Others' tables of steps in one file: their steps, and what is to be said of all of them together."""

    understood: Understood
    passed: dict[str, None] = field(default_factory=dict)  # names of columns, each once, in their order
    timeless: int = 0
    expects: bool = False
    has_phases: bool = False

    def read(self, rows: Rows, phase: str = "") -> bool:
        """Take the steps of a table, under a heading that says ``phase``; False where it has none."""
        head = head_of(rows)
        if head is None:
            return False
        at, columns = head
        left_out = (text.strip() for place, text in enumerate(rows[at]) if place not in columns)
        self.passed |= dict.fromkeys(filter(None, left_out))
        steps = self.understood.parts.setdefault("steps", [])
        for cells in rows[at + 1 :]:
            told = {name: _text(cells, place) for place, name in columns.items()}
            written = [text.strip() for text in cells if text.strip()]
            if len(set(written)) == 1 and (named := words.heading(written[0])):
                phase = named.phase  # a row that only says: now comes the core
                continue
            phase = words.phase(told.get("phase", "")) or phase
            if not any(told.get(name) for name in (*TEXTS, "responses")):
                continue
            steps.append(_step(_apart(told), phase))
            self.timeless += not NUMBER.search(told.get("minutes", ""))
            self.expects = self.expects or bool(told.get("responses"))
        self.has_phases = self.has_phases or bool(phase)
        return True

    def tell(self) -> None:
        """Say what was guessed and passed over."""
        notices = self.understood.notices
        if self.passed:
            message = _("These columns have no place on the sheet and were left out: %(columns)s.")
            notices.append(message % {"columns": ", ".join(self.passed)})
        if self.timeless:
            message = _("Steps without minutes: %(count)d. They stand with 0 minutes.")
            notices.append(message % {"count": self.timeless})
        if not self.has_phases:
            notices.append(_("No column says opening, core or closing; every step stands as core."))
        if self.expects:
            notices.append(
                _("Each line of what pupils may answer became a response. Look through of what kind each is.")
            )


def _text(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _apart(told: Mapping[str, str]) -> dict[str, str]:
    """The same, lines of the activity that say what else they are put there: "Key question: …", "Groups"."""
    apart = dict(told)
    lines: list[str] = []
    for line in told.get("activity", "").split("\n"):
        before, colon, after = words.BULLET.sub("", line).partition(":")
        name = words.column("steps", before) if colon else ""
        if name in LABELLED and name not in told:
            apart[name] = f"{apart[name]}\n{after.strip()}" if name in apart else after.strip()
        elif lines and "grouping_mode" not in apart and words.choice(PlanStep, "grouping_mode", line):
            apart["grouping_mode"] = line
        else:
            lines.append(line)
    return apart | {"activity": "\n".join(lines)}


def _step(told: Mapping[str, str], phase: str) -> dict[str, Any]:
    """A step of what the table has columns for; what it has none for is not told."""
    minutes = NUMBER.search(told.get("minutes", ""))
    step: dict[str, Any] = {
        "phase": phase or str(PlanStep.Phase.CORE),
        "minutes": int(minutes[0]) if minutes else 0,
        **{name: told[name] for name in (*TEXTS, "link_to_known") if name in told},
    }
    if "grouping_mode" in told:
        step["grouping_mode"] = words.choice(PlanStep, "grouping_mode", told["grouping_mode"]) or ""
    if "responses" in told:
        step["responses"] = _responses(told["responses"])
    return step


def _responses(text: str) -> list[dict[str, str]]:
    """One line is one response; "→ …" below it is how we help then."""
    responses: list[dict[str, str]] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        if line.startswith("→") and responses:
            before, support = responses[-1]["support"], line.removeprefix("→").strip()
            responses[-1]["support"] = f"{before}\n{support}" if before else support
        else:
            responses.append(_response(line))
    return responses


def _response(line: str) -> dict[str, str]:
    """“Misconception: …” says of what kind it is."""
    line = words.BULLET.sub("", line).strip()
    before, colon, after = line.partition(":")
    kind = words.choice(AnticipatedResponse, "kind", before) if colon else None
    return {"kind": kind or Kind.CORRECT.value, "text": after.strip() if kind else line, "support": ""}
