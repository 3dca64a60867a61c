"""What was understood of a file, and whether it fits the sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cycles.sheet import MOST_STEPS, PARTS, label
from lessonstudy.lib.plain import plain

MOST_CHARACTERS = 400_000  # of the whole plan: some 150 pages
MOST_MINUTES = 240


class BadPlan(Exception):
    """A file that cannot become a plan; ``problems`` says in a sentence each what is wrong and where."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass
class Understood:
    """The parts of a sheet that the file has (see ``cycles.sheet``); what it lacks stays as it is.

    A step's predictions name their pupil by ``code``. ``notices``: what was guessed or passed over.
    """

    parts: dict[str, Any] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def checked(understood: Understood) -> Understood:
    """The same, its texts plain. Raises BadPlan where something does not fit the sheet."""
    parts = understood.parts = _plain(understood.parts)
    steps = parts.get("steps", [])
    if not steps and not parts.get("objectives"):
        raise BadPlan(
            [
                _(
                    "No table of steps was found. The table needs a first row that names its columns, one of "
                    "them “What pupils do” or “Activity”, and a row for each step."
                )
            ]
        )
    problems = []
    if len(steps) > MOST_STEPS:
        problems.append(_("The table has %(rows)d rows; a plan has room for 200.") % {"rows": len(steps)})
    if len(str(parts)) > MOST_CHARACTERS:
        problems.append(_("There is more text here than a plan can hold. Copy its table into a new file."))
    problems += list(_too_long(parts))
    for number, step in enumerate(steps, start=1):
        if not 0 <= step.get("minutes", 0) <= MOST_MINUTES:
            told = {"number": number, "minutes": step["minutes"]}
            problems.append(_("Step %(number)d takes %(minutes)d minutes. Write 0 to 240.") % told)
    for number, zone in enumerate(parts.get("zones", []), start=1):
        if not 0 <= (zone.get("minute") or 0) <= MOST_MINUTES:
            told = {"number": number, "minute": zone["minute"]}
            problems.append(
                _("Part of the board %(number)d is for minute %(minute)d. Write 0 to 240.") % told
            )
    if problems:
        raise BadPlan(problems[:20])
    return understood


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value).strip()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _too_long(parts: Mapping[str, Any]) -> Iterator[str]:
    for name, text in parts.get("header", {}).items():
        yield from _length(_("About the lesson"), "header", name, text)
    for part, title in (
        ("objectives", _("Objective")),
        ("steps", _("Step")),
        ("zones", _("Part of the board")),
    ):
        for number, row in enumerate(parts.get(part, []), start=1):
            for name, text in row.items():
                yield from _length(f"{title} {number}", part, name, text)
            for inner in ("responses", "predictions") if part == "steps" else ():
                for one in row.get(inner, []):
                    for name, text in one.items():
                        yield from _length(f"{title} {number}", inner, name, text)


def _length(place: str, part: str, name: str, text: Any) -> Iterator[str]:
    if not isinstance(text, str) or name not in PARTS[part][1] or name == "response":
        return
    most = PARTS[part][0]._meta.get_field(name).max_length
    if most is not None and len(text) > most:
        told = {"place": place, "cell": label(part, name), "length": len(text), "most": most}
        yield _("%(place)s, “%(cell)s”: %(length)d characters, at most %(most)d fit. Shorten it.") % told
