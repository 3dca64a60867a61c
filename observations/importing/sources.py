"""The three kinds of file an observer can bring in, and what makes two rows of each the same.

Each observer has one sheet of each kind in a lesson. Bringing a longer one in again adds what is new.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, ClassVar, Protocol
from uuid import UUID, uuid5

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cycles.models import ResearchLesson
from lessonstudy.lib.imports import understood
from lessonstudy.lib.tables import Problem, Table, read_table
from lessonstudy.lib.tables.reading import MAX_ROWS
from observations.models import Observation
from observations.sheets import OPTIONAL, REQUIRED, Line, Sheet
from observations.tallies import TallySheet
from observations.transcripts import TranscriptSheet, content
from schools.models import User

NAMESPACE = UUID("3c6a1d0e-7b52-5f0b-9c63-1f2a5e0d84b7")

Key = tuple[Any, ...]
Stored = Mapping[Key, Sequence[Observation]]  # what was stored under each key, the oldest first

# What two imports of one row must have in common; the time only where the sheet itself names it.
CONTENT = (
    "kind",
    "code_id",
    "student_id",
    "target_id",
    "target_teacher",
    "group_id",
    "step_id",
    "elapsed",
    "fact",
    "interpretation",
)


class Source(Protocol):
    """A kind of file, for one observer of one lesson."""

    slug: ClassVar[str]
    lesson: ResearchLesson
    observer: User

    @property
    def device(self) -> UUID | None:
        """Under which its rows are found again."""

    def table(self, source: IO[bytes], *, name: str, max_rows: int = MAX_ROWS) -> Table:
        """What stands in the file. Raises BadTable."""

    def lines(self, table: Table) -> tuple[list[Line], list[Problem]]:
        """What the rows say in this lesson, and what keeps others out."""

    def key(self, observation: Observation) -> Key:
        """Which place of the sheet an observation comes from."""

    def place(self, observation: Observation) -> list[object]:
        """What its id is made from."""

    def is_same(self, line: Line, kept: Observation) -> bool:
        """Whether what is stored under the line's key says the same."""

    def objections(self, lines: Sequence[Line], stored: Stored) -> list[Problem]:
        """What cannot be, seen from what was stored before."""

    def notices(self, lines: Sequence[Line], stored: Stored) -> list[str]:
        """What a person should know before storing."""

    def stored(self) -> QuerySet[Observation]:
        """What came from such a file before."""


class EventSheet:
    """Rows under a number of their own: the format that scripts use, too."""

    slug: ClassVar[str] = "sheet"
    device = None

    def __init__(self, lesson: ResearchLesson, observer: User) -> None:
        self.lesson, self.observer = lesson, observer

    def table(self, source: IO[bytes], *, name: str, max_rows: int = MAX_ROWS) -> Table:
        return read_table(source, name=name, required=REQUIRED, optional=OPTIONAL, max_rows=max_rows)

    def lines(self, table: Table) -> tuple[list[Line], list[Problem]]:
        lines, problems = understood(table, Sheet(self.lesson).line)
        return lines, [*problems, *_repeated(lines)]

    def key(self, observation: Observation) -> Key:
        return (observation.seq,)

    def place(self, observation: Observation) -> list[object]:
        return [self.lesson.pk, self.observer.pk, observation.seq]

    def is_same(self, line: Line, kept: Observation) -> bool:
        fields = (*CONTENT, "happened_at") if line.is_timed else CONTENT
        return all(getattr(line.observation, field) == getattr(kept, field) for field in fields)

    def objections(self, lines: Sequence[Line], stored: Stored) -> list[Problem]:
        return []

    def notices(self, lines: Sequence[Line], stored: Stored) -> list[str]:
        return []

    def stored(self) -> QuerySet[Observation]:
        """Rows of the old capture page have no number, those of a tablet a device."""
        return _of(self).filter(seq__isnull=False)


class PaperTally:
    """How often each pupil did what: a stroke is an event, told from the others by its number in the cell."""

    slug: ClassVar[str] = "tally"

    def __init__(self, lesson: ResearchLesson, observer: User) -> None:
        self.lesson, self.observer = lesson, observer
        self.device = _device(self)

    def table(self, source: IO[bytes], *, name: str, max_rows: int = MAX_ROWS) -> Table:
        sheet = TallySheet(self.lesson)
        return read_table(
            source,
            name=name,
            required=sheet.required,
            optional=sheet.optional,
            aliases=sheet.aliases,
            max_rows=max_rows,
            cell_by_cell=True,
        )

    def lines(self, table: Table) -> tuple[list[Line], list[Problem]]:
        return TallySheet(self.lesson).read(table)

    def key(self, observation: Observation) -> Key:
        return (observation.student_id, observation.code_id, observation.seq)

    def place(self, observation: Observation) -> list[object]:
        return [self.device, *self.key(observation)]

    def is_same(self, line: Line, kept: Observation) -> bool:
        return True

    def objections(self, lines: Sequence[Line], stored: Stored) -> list[Problem]:
        """A smaller count than before: which of the events should go is not for us to say."""
        before = Counter(key[:2] for key, kept in stored.items() if _standing(kept))
        cells: dict[Key, list[Line]] = defaultdict(list)
        for line in lines:
            cells[self.key(line.observation)[:2]].append(line)
        message = _("There are %(n)d of it from the tally before. Take that tally back first.")
        return [
            some[0].row.problem(some[0].column, message % {"n": before[cell]})
            for cell, some in cells.items()
            if before[cell] > len(some)
        ]

    def notices(self, lines: Sequence[Line], stored: Stored) -> list[str]:
        now = {self.key(line.observation)[:2] for line in lines}
        return _left_alone(kept for key, kept in stored.items() if key[:2] not in now)

    def stored(self) -> QuerySet[Observation]:
        return _of(self)


class Transcript:
    """Who said what when: two lines are the same where all of it is."""

    slug: ClassVar[str] = "transcript"

    def __init__(self, lesson: ResearchLesson, observer: User, *, begins: int = 0) -> None:
        """``begins``: see ``TranscriptSheet``."""
        self.lesson, self.observer, self.begins = lesson, observer, begins
        self.device = _device(self)
        self.left_out = 0
        self.not_read: Sequence[str] = ()

    def table(self, source: IO[bytes], *, name: str, max_rows: int = MAX_ROWS) -> Table:
        sheet = TranscriptSheet
        return read_table(
            source,
            name=name,
            required=sheet.required,
            optional=sheet.optional,
            aliases=sheet.aliases,
            max_rows=max_rows,
            passes_over=True,
        )

    def lines(self, table: Table) -> tuple[list[Line], list[Problem]]:
        sheet = TranscriptSheet(self.lesson, begins=self.begins)
        found = sheet.read(table)
        self.left_out, self.not_read = sheet.left_out, table.passed_over
        return found

    def key(self, observation: Observation) -> Key:
        return (*content(observation), observation.seq)

    def place(self, observation: Observation) -> list[object]:
        return [self.device, *self.key(observation)]

    def is_same(self, line: Line, kept: Observation) -> bool:
        return True

    def objections(self, lines: Sequence[Line], stored: Stored) -> list[Problem]:
        return []

    def notices(self, lines: Sequence[Line], stored: Stored) -> list[str]:
        now = {self.key(line.observation) for line in lines}
        found = _left_alone(kept for key, kept in stored.items() if key not in now)
        if self.left_out:
            said = ngettext(
                "%(n)d line of the teacher is left out: the record is about pupils.",
                "%(n)d lines of the teacher are left out: the record is about pupils.",
                self.left_out,
            )
            found.insert(0, said % {"n": self.left_out})
        if self.not_read:
            found.append(_("Columns that are not read: %(names)s.") % {"names": ", ".join(self.not_read)})
        return found

    def stored(self) -> QuerySet[Observation]:
        return _of(self)


def _device(source: PaperTally | Transcript) -> UUID:
    """Stands for this person's sheet of this kind as a tablet's id stands for a tablet."""
    return uuid5(NAMESPACE, f"{source.slug}:{source.lesson.pk}:{source.observer.pk}")


def _of(source: EventSheet | PaperTally | Transcript) -> QuerySet[Observation]:
    return Observation.objects.filter(
        lesson=source.lesson, observer=source.observer, device=source.device
    ).order_by("received_at", "pk")


def _repeated(lines: Iterable[Line]) -> list[Problem]:
    first: dict[int, int] = {}
    problems = []
    for line in lines:
        if line.sequence in first:
            message = _("This number stands in row %(row)d already. Give each row its own.")
            problems.append(line.row.problem("sequence", message % {"row": first[line.sequence]}))
        first.setdefault(line.sequence, line.row.number)
    return problems


def _standing(kept: Iterable[Observation]) -> bool:
    return any(one.voided_at is None for one in kept)


def _left_alone(rows: Iterable[Sequence[Observation]]) -> list[str]:
    """What was brought in before and is not in this file: nothing that was seen goes by itself."""
    n = sum(map(_standing, rows))
    said = ngettext(
        "%(n)d record you brought in before is not in this file, and stays.",
        "%(n)d records you brought in before are not in this file, and stay.",
        n,
    )
    return [said % {"n": n}] if n else []
