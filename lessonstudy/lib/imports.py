"""What commands that read a table share: all of it is stored or nothing, and every bad row is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, TypeVar

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import ngettext

from lessonstudy.lib.commands import BadInput
from lessonstudy.lib.tables import BadTable, Problem, Row, Table

Read = TypeVar("Read")


class BadRow(Exception):
    """A row that cannot be stored, with the one problem told of it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def understood(table: Table, read: Callable[[Row], Read]) -> tuple[list[Read], list[Problem]]:
    """What ``read`` makes of each row, and one problem for each row that cannot be used.

    ``read`` raises BadRow.
    """
    found: list[Read] = []
    problems = list(table.problems)
    for row in table.rows:
        try:
            found.append(read(row))
        except BadRow as bad:
            problems.append(bad.problem)
    return found, problems


class Outcome(Protocol):
    """What came of an import: a dataclass of counts. With ``errors`` nothing was stored."""

    rows: int
    errors: Sequence[Problem]


class ImportCommand(BaseCommand):
    """Takes a file, ``--dry-run`` and ``--json``; ends with exit status 2 and a line for each bad row.

    Subclasses give ``outcome``, the class of what ``store`` returns, and ``say`` it in a line. ``store`` may
    raise BadTable and BadInput.
    """

    outcome: Callable[..., Outcome]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="a CSV or XLSX file")
        parser.add_argument("--dry-run", action="store_true", help="only say what would come of it")
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print one JSON object and nothing else"
        )

    def store(self, **options: Any) -> Outcome:
        raise NotImplementedError

    def say(self, outcome: Any) -> str:
        raise NotImplementedError

    def handle(self, *args: Any, file: Path, as_json: bool, dry_run: bool, **options: Any) -> None:
        outcome = self._stored(file=file, dry_run=dry_run, **options)
        if as_json:
            self.stdout.write(json.dumps(_as_data(outcome), ensure_ascii=False))
        if outcome.errors:
            raise BadInput(_as_lines(outcome.errors, file.name))
        if not as_json:
            self.stdout.write(self.say(outcome) + (" Nothing was stored: a dry run." if dry_run else ""))

    def _stored(self, **options: Any) -> Outcome:
        try:
            return self.store(**options)
        except BadTable as refused:
            return self.outcome(rows=0, errors=refused.problems)
        except BadInput as refused:
            return self.outcome(rows=0, errors=[Problem(None, None, "", str(refused))])


def _as_data(outcome: Any) -> dict[str, Any]:
    errors = [
        {"row": problem.row, "column": problem.column, "value": problem.value, "reason": problem.message}
        for problem in outcome.errors
    ]
    return {**asdict(outcome), "errors": errors}


def _as_lines(problems: Sequence[Problem], name: str) -> str:
    """A line for each problem; above several of them one that says what became of the file."""
    if len(problems) == 1:
        return str(problems[0])
    summary = ngettext(
        "Nothing was stored: there is %(count)d thing to mend in “%(name)s”.",
        "Nothing was stored: there are %(count)d things to mend in “%(name)s”.",
        len(problems),
    ) % {"count": len(problems), "name": name}
    return "\n".join([summary, *map(str, problems)])
