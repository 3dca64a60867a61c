"""Reads an observer's sheet: which pupil, code, group and step the words of a row stand for in a lesson."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from cycles.models import PlanStep, ResearchLesson, StudentGroup
from cycles.selectors import latest_plan
from lessonstudy.lib.imports import BadRow
from lessonstudy.lib.tables import Row
from observations.code_names import CodeNames
from observations.models import EventCode, Observation
from observations.selectors import codes_for
from schools.models import Student

REQUIRED = ["sequence", "student", "code", "note"]
OPTIONAL = ["elapsed", "target", "group", "step", "interpretation", "at"]
TEACHER = "teacher"
LARGEST = 2**31 - 1  # of a sequence number, in every database
DAY = 24 * 60 * 60  # seconds
CLOCK = re.compile(r"(?:([0-9]{1,2}):(?=[0-5][0-9]:))?([0-9]{1,4}):([0-5][0-9])")  # 3:10 or 1:03:10
SPARE = 30  # minutes that what was written down may run on after its lesson


@dataclass(frozen=True)
class Line:
    """A row that was understood, or a part of one. ``is_timed``: the row itself says when it was;
    ``column``: where to look when something is wrong with it.
    """

    row: Row
    sequence: int
    observation: Observation
    is_timed: bool
    column: str = "sequence"


class Sheet:
    """The lesson's own words, looked up once: pupils, codes, groups, steps and its clock."""

    def __init__(self, lesson: ResearchLesson) -> None:
        self.pupils: dict[str, Student] = {}
        self.names: defaultdict[str, list[Student]] = defaultdict(list)
        # Who has left the school since was there to be seen.
        for pupil in Student.objects.filter(enrolments__school_class=lesson.school_class).order_by("code"):
            self.pupils[pupil.code.casefold()] = pupil
            self.names[pupil.given_name.casefold()].append(pupil)
        self.codes = CodeNames(codes_for(lesson.school))
        self.groups = {group.name.casefold(): group for group in lesson.groups.all()}
        self.steps: list[PlanStep] = list(latest_plan(lesson).steps.all())
        self.zone = lesson.school.zone
        self.longest = (lesson.minutes + SPARE) * 60
        self.start = lesson.started_at or lesson.scheduled_at or self._midnight()

    def _midnight(self) -> datetime:
        return datetime.combine(timezone.localdate(timezone=self.zone), time(), self.zone)

    def line(self, row: Row) -> Line:
        """The row as an observation that is not stored yet, without observer. Raises BadRow."""
        sequence = _number(row, "sequence", LARGEST)
        code = self._code(row)
        student = self.pupil(row, "student")
        elapsed = self._elapsed(row)
        observation = Observation(
            seq=sequence,
            kind=Observation.Kind.EVENT if code else Observation.Kind.NOTE,
            code=code,
            student=student,
            target=None if _is_teacher(row) else self.pupil(row, "target"),
            target_teacher=_is_teacher(row),
            group=self._group(row),
            step=self._step(row),
            happened_at=self._moment(row) if row["at"] else self.start + timedelta(seconds=elapsed or 0),
            elapsed=elapsed,
            fact=row["note"],
            interpretation=row["interpretation"],
        )
        if code and student is None:
            raise BadRow(row.problem("student", _("This is empty. Write whose act it was.")))
        if not code and not observation.fact:
            raise BadRow(row.problem("note", _("Code and note are both empty. Write one of them, or both.")))
        return Line(row, sequence, observation, is_timed=bool(row["at"]))

    def _elapsed(self, row: Row) -> int | None:
        """Seconds of the lesson, whether the row counts them or writes them as our pages do."""
        if not row["elapsed"]:
            return None
        advice = _("Write seconds, or minutes and seconds like 3:10.")
        found = CLOCK.fullmatch(row["elapsed"])
        if found is None:
            return _number(row, "elapsed", DAY, advice)
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        elapsed = (hours * 60 + minutes) * 60 + seconds
        if hours and elapsed > self.longest:
            # A spreadsheet may take 3:10 for hours and minutes, and hand over 03:10:00.
            message = _("The lesson is shorter than this. Write minutes and seconds like 0:03:10.")
            raise BadRow(row.problem("elapsed", message))
        if elapsed > DAY:
            raise BadRow(row.problem("elapsed", advice))
        return elapsed

    def pupil(self, row: Row, column: str) -> Student | None:
        """Whom a code or a given name stands for; None where nothing stands. Raises BadRow."""
        key = row[column].casefold()
        if not key or key in self.pupils:
            return self.pupils.get(key)
        called = self.names.get(key, [])
        if len(called) == 1:
            return called[0]
        if called:
            codes = ", ".join(pupil.code for pupil in called)
            message = _("Several pupils of the class have this name. Write the code: %(codes)s.")
            raise BadRow(row.problem(column, message % {"codes": codes}))
        message = _("Nobody in this class has this code or given name. Check the spelling, and the lesson.")
        raise BadRow(row.problem(column, message))

    def _code(self, row: Row) -> EventCode | None:
        if not row["code"]:
            return None
        code = self.codes.find(row["code"])
        if code is None:
            meant = self.codes.nearest(row["code"])
            message = (
                _("There is no such code. Did you mean %(codes)s?")
                if meant
                else _("There is no such code. Use one of these: %(codes)s.")
            )
            codes = meant or ", ".join(self.codes.by_slug)
            raise BadRow(row.problem("code", message % {"codes": codes}))
        return code

    def _group(self, row: Row) -> StudentGroup | None:
        name = row["group"].casefold()
        if name and name not in self.groups:
            names = ", ".join(group.name for group in self.groups.values())
            message = (
                _("There is no such group in this lesson. Its groups: %(names)s.")
                if names
                else _("This lesson has no groups. Leave this empty.")
            )
            raise BadRow(row.problem("group", message % {"names": names}))
        return self.groups.get(name)

    def _step(self, row: Row) -> PlanStep | None:
        if not row["step"]:
            return None
        number = _number(row, "step", LARGEST)
        if not 1 <= number <= len(self.steps):
            message = _("The plan of this lesson has steps 1 to %(count)d.") % {"count": len(self.steps)}
            raise BadRow(row.problem("step", message))
        return self.steps[number - 1]

    def _moment(self, row: Row) -> datetime:
        """A date and a time; without an offset on the school's clock."""
        try:
            if ":" not in row["at"]:  # a day alone would be taken for its midnight
                raise ValueError
            moment = datetime.fromisoformat(row["at"])
            return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            message = _("Write a date and a time, such as 2026-10-05T07:45.")
            raise BadRow(row.problem("at", message)) from error


def _is_teacher(row: Row) -> bool:
    return row["target"].casefold() == TEACHER


def _number(row: Row, column: str, largest: int, advice: str = "") -> int:
    text = row[column]
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(largest))
    if not is_number or int(text) > largest:
        message = advice or _("Write a whole number from 0 to %(largest)d.") % {"largest": largest}
        raise BadRow(row.problem(column, message))
    return int(text)
