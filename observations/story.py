"""One pupil's whole story in a lesson: everything everybody saw, heard and gathered, on one timeline.

However much there is, a page of it costs the same few queries: the database orders and counts what was seen;
the few things gathered after the lesson are put between by the number of rows before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from cycles.models import CasePrediction, CasePupil, PlanStep, ResearchLesson, StudentGroup
from observations.codes import LABELS
from observations.models import Attainment, Interview, Observation, WorkSample
from observations.selectors import record_of
from observations.steps import placed
from schools.models import Enrolment, Student, User

Kind = Observation.Kind
COUNTED = (Kind.EVENT, Kind.SAMPLE)


@dataclass(frozen=True)
class Entry:
    """Something on the timeline. ``kind``: ``seen``, ``interview``, ``work`` or ``level``."""

    kind: str
    at: datetime
    thing: Any


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

    def __init__(self, seen: QuerySet[Observation], gathered: Sequence[Entry]) -> None:
        self.seen = seen
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
        return [between.get(place) or _seen(next(rows)) for place in range(begin, end)]


def _seen(observation: Observation) -> Entry:
    return Entry("seen", observation.happened_at, observation)


def timeline(
    lesson: ResearchLesson, student: Student, reader: User, steps: list[PlanStep], wanted: Wanted
) -> Timeline:
    """The pupil's timeline as this person may read it."""
    seen = _about(lesson, student, reader)
    if wanted.by:
        seen = seen.filter(observer=wanted.by)
    if wanted.kind:
        seen = seen.filter(kind=wanted.kind)
    seen = placed(seen, lesson, steps) if wanted.is_seen else seen.none()
    gathered = [
        *(_interviews(lesson, student, reader) if wanted.kind in {"", "interview"} else ()),
        *(_work(lesson, student, reader) if wanted.kind in {"", "work"} else ()),
    ]
    mine = [entry for entry in gathered if wanted.by is None or _by(entry) == wanted.by.pk]
    return Timeline(seen.order_by("happened_at", "seq", "pk"), sorted(mine, key=lambda entry: entry.at))


def _about(lesson: ResearchLesson, student: Student, reader: User) -> QuerySet[Observation]:
    """What the pupil did, what was directed at the pupil, what was seen of the pupil's group as a whole."""
    group = StudentGroup.objects.filter(lesson=lesson, places__student=student).values("pk")
    found = record_of(lesson, reader).select_related("response", "group")
    return found.filter(Q(student=student) | Q(target=student) | Q(student=None, group__in=group))


def _interviews(lesson: ResearchLesson, student: Student, reader: User) -> list[Entry]:
    """Interviews with the pupil, alone or together with others."""
    asked = Interview.objects.visible_to(reader).filter(lesson=lesson)
    with_them = asked.filter(companions__student=student).values("pk")
    found = asked.filter(Q(student=student) | Q(pk__in=with_them)).select_related("student", "interviewer")
    return [
        Entry("interview", interview.happened_at, interview)
        for interview in found.prefetch_related("companions__student")
    ]


def _work(lesson: ResearchLesson, student: Student, reader: User) -> list[Entry]:
    """The pupil's work, and how far the pupil was with each objective before and after."""
    own = {"lesson": lesson, "student": student}
    work = WorkSample.objects.visible_to(reader).filter(**own).select_related("objective", "by")
    levels = Attainment.objects.visible_to(reader).filter(**own).select_related("objective", "by")
    return [
        *(Entry("work", sample.happened_at, sample) for sample in work),
        *(Entry("level", reached.changed_at, reached) for reached in levels),
    ]


def _by(entry: Entry) -> int:
    if entry.kind == "interview":
        return entry.thing.interviewer_id
    return entry.thing.by_id


def pupils_to_follow(lesson: ResearchLesson) -> QuerySet[Student]:
    """Who has a story in the lesson: the class's pupils, those who have left since too."""
    return Student.objects.filter(enrolments__school_class=lesson.school_class_id)


def tellers(lesson: ResearchLesson) -> QuerySet[User]:
    """Who wrote down or gathered anything in the lesson."""
    own = {"lesson": lesson}
    return User.objects.filter(
        Q(pk__in=Observation.objects.filter(**own).values("observer"))
        | Q(pk__in=Interview.objects.filter(**own).values("interviewer"))
        | Q(pk__in=WorkSample.objects.filter(**own).values("by"))
    )


@dataclass(frozen=True)
class Tally:
    """How often something was written down: of the pupil, and directed at the pupil."""

    words: str
    gave: int
    received: int
    is_state: bool


def tallies(lesson: ResearchLesson, student: Student) -> list[Tally]:
    """Standing events and time samples by code, in the codes' order; in one query."""
    found = Observation.objects.standing().filter(
        Q(student=student) | Q(target=student), lesson=lesson, kind__in=COUNTED
    )
    counted = (
        found.values_list("code__slug", "code__label", "code__is_state", "code__order")
        .annotate(gave=Count("pk", filter=Q(student=student)), received=Count("pk", filter=Q(target=student)))
        .order_by("code__is_state", "code__order", "code__slug")
    )
    return [
        Tally(str(LABELS.get(slug, label)), gave, received, is_state)
        for slug, label, is_state, _order, gave, received in counted
        if slug
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


def case_of(lesson: ResearchLesson, student: Student, steps: list[PlanStep]) -> Case | None:
    """The pupil as a case pupil of the cycle; None for the others. In two queries."""
    pupil = CasePupil.objects.filter(cycle=lesson.cycle_id, student=student).first()
    told = dict(
        CasePrediction.objects.filter(
            step__in=steps, case_pupil__cycle=lesson.cycle_id, case_pupil__student=student
        )
        .exclude(text="")
        .values_list("step", "text")
    )
    if pupil is None:
        return None
    numbered = enumerate(steps, start=1)
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
    return StudentGroup.objects.filter(lesson=lesson, places__student=student).first()
