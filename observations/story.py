"""One pupil's whole story in a lesson: everything everybody saw, heard and gathered, on one timeline.

However much there is, a page of it costs the same few queries: the database orders and counts what was seen;
the few things gathered after the lesson are put between by the number of rows before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Q, QuerySet

from cycles.models import CasePrediction, CasePupil, CycleRole, PlanStep, ResearchLesson, StudentGroup
from observations.models import (
    Attainment,
    EventCode,
    Interview,
    InterviewCompanion,
    Observation,
    ObservationSession,
    WorkSample,
)
from observations.selectors import record_of
from observations.steps import Course, as_lines
from schools.models import Enrolment, Student, User

Kind = Observation.Kind
COUNTED = (Kind.EVENT, Kind.SAMPLE)


@dataclass(frozen=True)
class Entry:
    """Something on the timeline. ``kind``: ``seen``, ``interview``, ``work`` or ``level``."""

    kind: str
    at: datetime
    thing: Any
    at_step: int | None = None


@dataclass(frozen=True)
class Wanted:
    """Which part of a story: by one person, of one kind (an observation's, ``interview`` or ``work``)."""

    by: User | None = None
    kind: str = ""

    @property
    def is_seen(self) -> bool:
        return not self.kind or self.kind in Kind.values


class Timeline:
    """What was seen and what was gathered, in one order; as much of it is fetched as is asked for.

    ``gathered`` is in the order of time; what is of one moment with something seen comes after it.
    """

    def __init__(self, seen: QuerySet[Observation], gathered: Sequence[Entry], course: Course) -> None:
        self.seen, self.course = seen, course
        self.gathered = gathered
        until = {
            f"before_{place}": Count("pk", filter=Q(happened_at__lte=entry.at))
            for place, entry in enumerate(gathered)
        }
        numbers = seen.order_by().aggregate(total=Count("pk"), **until)
        self.total: int = numbers["total"] + len(gathered)
        self.places = [numbers[f"before_{place}"] + place for place in range(len(gathered))]

    def count(self) -> int:
        return self.total

    def __getitem__(self, part: slice) -> list[Entry]:
        begin, end, _step = part.indices(self.total)
        between = {
            place: entry
            for place, entry in zip(self.places, self.gathered, strict=True)
            if begin <= place < end
        }
        first = begin - sum(place < begin for place in self.places)
        rows = iter(self.seen[first : first + end - begin - len(between)])
        return [between.get(place) or self._entry(next(rows)) for place in range(begin, end)]

    def _entry(self, seen: Observation) -> Entry:
        return Entry("seen", seen.happened_at, seen, self.course.number(seen))


def timeline(
    course: Course, student: Student, group: StudentGroup | None, reader: User, wanted: Wanted
) -> Timeline:
    """The timeline of a pupil who sat in that group, as this person may read it."""
    lesson = course.lesson
    seen = _about(lesson, student, group, reader)
    if wanted.by:
        seen = seen.filter(observer=wanted.by)
    if wanted.kind:
        seen = seen.filter(kind=wanted.kind)
    if not wanted.is_seen:
        seen = seen.none()
    gathered = _gathered(lesson, student, reader, wanted.kind)
    mine = [entry for entry in gathered if wanted.by is None or _by(entry) == wanted.by.pk]
    gathered = sorted(mine, key=lambda entry: entry.at)
    return Timeline(seen.order_by("happened_at", "seq", "pk"), gathered, course)


def _about(
    lesson: ResearchLesson, student: Student, group: StudentGroup | None, reader: User
) -> QuerySet[Observation]:
    """What the pupil did, what was directed at the pupil, what was seen of the pupil's group as a whole."""
    wanted = Q(student=student) | Q(target=student)
    if group is not None:
        wanted |= Q(student=None, group=group)
    return as_lines(record_of(lesson, reader)).filter(wanted)


def _gathered(lesson: ResearchLesson, student: Student, reader: User, kind: str) -> list[Entry]:
    """What was gathered around the lesson. One query asks what there is; most pupils have none of it."""
    own = {"lesson": lesson, "student": student}
    asked = Interview.objects.visible_to(reader).filter(lesson=lesson)
    with_them = InterviewCompanion.objects.filter(student=student, interview__lesson=lesson)
    asked = asked.filter(Q(student=student) | Q(pk__in=with_them.values("interview")))
    work = WorkSample.objects.visible_to(reader).filter(**own)
    levels = Attainment.objects.visible_to(reader).filter(**own)
    of_kind = [("interview", asked), ("work", work), ("work", levels)]
    there = Student.objects.filter(pk=student.pk).values_list(*(Exists(rows) for _kind, rows in of_kind))
    is_wanted = [
        is_there and kind in {"", name} for is_there, (name, _rows) in zip(there.get(), of_kind, strict=True)
    ]
    return [
        *(_asked(asked) if is_wanted[0] else ()),
        *(_entries("work", work, "happened_at") if is_wanted[1] else ()),
        *(_entries("level", levels, "changed_at") if is_wanted[2] else ()),
    ]


def _asked(interviews: QuerySet[Interview]) -> Iterator[Entry]:
    """Interviews with the pupil, alone or together with others."""
    rows = interviews.select_related("student", "interviewer").prefetch_related("companions__student")
    return (Entry("interview", row.happened_at, row) for row in rows.order_by("happened_at", "pk"))


def _entries(kind: str, rows: QuerySet[Any], at: str) -> Iterator[Entry]:
    """The pupil's work, or how far the pupil was with each objective before and after."""
    found = rows.select_related("objective", "by").order_by(at, "pk")
    return (Entry(kind, getattr(row, at), row) for row in found)


def _by(entry: Entry) -> int:
    if entry.kind == "interview":
        return entry.thing.interviewer_id
    return entry.thing.by_id


def pupils_to_follow(lesson: ResearchLesson) -> QuerySet[Student]:
    """Who has a story in the lesson: the class's pupils, those who have left since too."""
    return Student.objects.filter(enrolments__school_class=lesson.school_class_id)


def tellers(lesson: ResearchLesson) -> QuerySet[User]:
    """Whose record may be asked for: who is in the cycle, and who watched and has left it since.

    Looking through everything that was written down would say it more exactly, and take as long as all else.
    """
    watched = ObservationSession.objects.filter(lesson=lesson).values("observer")
    joined = CycleRole.objects.filter(cycle=lesson.cycle_id).values("user")
    return User.objects.filter(Q(pk__in=joined) | Q(pk__in=watched)).order_by("name", "pk")


@dataclass(frozen=True)
class Tally:
    """How often something was written down: of the pupil, and directed at the pupil."""

    words: str
    gave: int
    received: int
    is_state: bool


def tallies(lesson: ResearchLesson, student: Student) -> list[Tally]:
    """Standing events and time samples by code, in the codes' order; in three queries.

    Each finds its rows by an index, which is faster than one query that looks through the whole lesson.
    """
    counted = Observation.objects.standing().filter(lesson=lesson, kind__in=COUNTED).order_by()
    gave = dict(counted.filter(student=student).values_list("code").annotate(Count("pk")))
    received = dict(counted.filter(target=student).values_list("code").annotate(Count("pk")))
    codes = EventCode.objects.filter(pk__in=gave.keys() | received.keys())
    return [
        Tally(code.words, gave.get(code.pk, 0), received.get(code.pk, 0), code.is_state)
        for code in codes.order_by("is_state", "order", "slug")
    ]


@dataclass(frozen=True)
class Expectation:
    number: int
    step: PlanStep
    text: str


@dataclass(frozen=True)
class Case:
    """Whom the pupil stands for, and what the team expects step by step."""

    pupil: CasePupil
    expected: list[Expectation]


def case_of(lesson: ResearchLesson, student: Student, course: Course) -> Case | None:
    """The pupil as a case pupil of the cycle; None for the others. In two queries at most."""
    pupil = CasePupil.objects.filter(cycle=lesson.cycle_id, student=student).order_by("pk").first()
    if pupil is None:
        return None
    rows = CasePrediction.objects.filter(step__in=course.steps, case_pupil=pupil).exclude(text="")
    told = dict(rows.order_by().values_list("step", "text"))
    numbered = enumerate(course.steps, start=1)
    return Case(
        pupil, [Expectation(number, step, told[step.pk]) for number, step in numbered if step.pk in told]
    )


def other_lessons(lesson: ResearchLesson, student: Student, reader: User) -> list[ResearchLesson]:
    """The other lessons of the pupil's classes that this person may read, the newest first."""
    classes = Enrolment.objects.filter(student=student).values("school_class")
    found = ResearchLesson.objects.joined_by(reader).filter(school_class__in=classes).exclude(pk=lesson.pk)
    return list(found.select_related("cycle").order_by("-scheduled_at", "-pk"))


def group_of(lesson: ResearchLesson, student: Student) -> StudentGroup | None:
    """Where the pupil sat."""
    return StudentGroup.objects.filter(lesson=lesson, places__student=student).order_by("pk").first()
