"""What was gathered after a lesson: what its pages read. Photos come with consent, and with nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from cycles.models import CasePrediction, CasePupil, Objective, ResearchLesson
from cycles.selectors import latest_plan, predictions_table, pupils_of
from observations.models import (
    Attainment,
    Interview,
    InterviewCompanion,
    Level,
    Observation,
    ObservationSession,
    WorkSample,
)
from observations.selectors import session_of, with_words
from schools.models import Consent, School, Student, User
from schools.selectors import belongs_to, with_consent

# Interviews


def interviews_of(lesson: ResearchLesson, reader: User) -> QuerySet[Interview]:
    """Interviews about the lesson, newest first, with everybody who was asked."""
    taken = Interview.objects.visible_to(reader).filter(lesson=lesson)
    return (
        taken.select_related("student", "interviewer")
        .prefetch_related("companions__student")
        .order_by("-happened_at", "-pk")
    )


@dataclass
class Asking:
    """Whom one could ask: ``typifies`` of a case pupil; ``wishes`` are what observers want to ask."""

    first: list[tuple[Student, str]]
    wishes: list[ObservationSession]
    asked: set[int] = field(default_factory=set)


def whom_to_ask(lesson: ResearchLesson) -> Asking:
    """The case pupils first; what observers want to ask is read as soon as it is written."""
    here = set(pupils_of(lesson).values_list("pk", flat=True))
    wishes = lesson.sessions.exclude(to_ask="").select_related("observer")
    interviews = lesson.interviews.values_list("student", flat=True)
    companions = InterviewCompanion.objects.filter(interview__lesson=lesson).values_list("student", flat=True)
    return Asking(
        [(case.student, case.typifies) for case in case_pupils_of(lesson) if case.student_id in here],
        list(wishes),
        {*interviews, *companions},
    )


def case_pupils_of(lesson: ResearchLesson) -> QuerySet[CasePupil]:
    """The pupils who are followed through the cycle now."""
    return lesson.cycle.case_pupils.filter(ended_at=None).select_related("student")


# Pupils' work


def objectives_of(lesson: ResearchLesson) -> list[Objective]:
    """The objectives of the plan being taught; a row nobody wrote in is none."""
    return list(latest_plan(lesson, rows=False).objectives.exclude(statement=""))


def work_of(lesson: ResearchLesson, reader: User) -> QuerySet[WorkSample]:
    """Pupils' work in the lesson, pupil by pupil."""
    kept = WorkSample.objects.visible_to(reader).filter(lesson=lesson)
    return kept.select_related("student", "objective", "by").order_by("student__code", "happened_at", "pk")


def photos_shown(pupils: Iterable[Student | int], reader: User, school: School) -> set[int]:
    """Of these pupils, by id, those whose photos this person may see: as the guardian's word stands now.

    Somebody from outside the school needs the word for sharing too.
    """
    inside = belongs_to(reader, school)
    return with_consent(pupils, Consent.Use.PHOTO, *(() if inside else (Consent.Use.SHARING,)))


def seen_photo(sample: WorkSample, reader: User) -> str:
    """The key of the sample's picture; "" where there is none, or none that this person may see."""
    shown = sample.image and photos_shown([sample.student_id], reader, sample.school)
    return sample.image if shown else ""


@dataclass
class Shown:
    """A piece of work as a page shows it. ``is_hidden``: there is a photo, and no consent to look at it."""

    sample: WorkSample
    has_photo: bool
    is_hidden: bool
    may_correct: bool
    may_remove: bool


def shown(samples: Sequence[WorkSample], lesson: ResearchLesson, reader: User, *, leads: bool) -> list[Shown]:
    """Pieces of work with what the reader may do, in a fixed number of queries."""
    allowed = photos_shown({sample.student_id for sample in samples}, reader, lesson.school)
    return [
        Shown(
            sample,
            has_photo=bool(sample.image) and sample.student_id in allowed,
            is_hidden=bool(sample.image) and sample.student_id not in allowed,
            may_correct=sample.by_id == reader.pk,
            may_remove=leads or sample.by_id == reader.pk,
        )
        for sample in samples
    ]


def my_lines(
    lesson: ResearchLesson, observer: User, *, objective: Objective | None, stage: str
) -> dict[int, WorkSample]:
    """Pupil id → one's own latest words on an objective at a moment, as the table of the class fills them."""
    mine = WorkSample.objects.filter(
        lesson=lesson, by=observer, objective=objective, stage=stage, removed_at=None
    )
    return {sample.student_id: sample for sample in mine.order_by("happened_at", "pk")}


# How far pupils got


@dataclass(frozen=True)
class Bar:
    """A level: how many pupils stood there before and after; where its bars are, and how long, of 100."""

    label: str
    y: int
    before: int
    after: int
    before_width: float
    after_width: float


@dataclass(frozen=True)
class Spread:
    """How a class is spread over the levels. Whose level nobody noted is not known, and counts nowhere."""

    bars: list[Bar]
    known_before: int
    known_after: int
    reached_before: int
    reached_after: int
    pupils: int

    @property
    def percent_before(self) -> int | None:
        return _percent(self.reached_before, self.known_before)

    @property
    def percent_after(self) -> int | None:
        return _percent(self.reached_after, self.known_after)


LINE = 44  # height of a level with its two bars


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def attainments_of(lesson: ResearchLesson, objective: Objective) -> dict[int, Attainment]:
    """Pupil id → levels."""
    return {row.student_id: row for row in Attainment.objects.filter(lesson=lesson, objective=objective)}


def spread(rows: Iterable[Attainment], pupils: Iterable[Student]) -> Spread:
    """Count the class. A row of somebody who is not in it counts nowhere."""
    here = {pupil.pk for pupil in pupils}
    rows = [row for row in rows if row.student_id in here]
    before = Counter(row.before for row in rows if row.before is not None)
    after = Counter(row.after for row in rows if row.after is not None)
    longest = max([*before.values(), *after.values(), 1])
    bars = [
        Bar(
            str(level.label),
            LINE * place,
            before[level],
            after[level],
            round(100 * before[level] / longest, 1),
            round(100 * after[level] / longest, 1),
        )
        for place, level in enumerate(Level)
    ]
    return Spread(
        bars,
        before.total(),
        after.total(),
        sum(number for level, number in before.items() if level >= Level.REACHED),
        sum(number for level, number in after.items() if level >= Level.REACHED),
        len(here),
    )


# The observer's sheet


def sheets_of(lesson: ResearchLesson) -> QuerySet[ObservationSession]:
    """The last lines of every observer who has handed them in, for the people of the cycle."""
    return (
        lesson.sessions.filter(finished_at__isnull=False).select_related("observer").order_by("finished_at")
    )


def unfinished(lessons: Iterable[int], observer: User) -> set[int]:
    """Of these lessons, by id, those whose sheet this person has still to hand in."""
    mine = ObservationSession.objects.filter(lesson__in=lessons, observer=observer, finished_at=None)
    return set(mine.values_list("lesson", flat=True))


@dataclass
class Followed:
    """A case pupil: what was expected at the steps, and what the observer wrote down about them."""

    case: CasePupil
    expected: list[CasePrediction]
    seen: list[Observation]


@dataclass
class Beside:
    """What an observer looks back at while finishing the sheet."""

    session: ObservationSession | None
    notes: list[Observation]
    events: list[tuple[Student, int]]
    followed: list[Followed]


MOST_NOTES = 30


def beside_the_sheet(lesson: ResearchLesson, observer: User) -> Beside:
    """One's own record in short, and the case pupils as expected and as seen."""
    mine = list(
        with_words(
            Observation.objects.standing().filter(lesson=lesson, observer=observer).exclude(kind="marker")
        )
    )
    counts: Counter[int] = Counter()
    pupils: dict[int, Student] = {}
    for seen in mine:
        if seen.kind == Observation.Kind.EVENT and seen.student is not None:
            counts[seen.student.pk] += 1
            pupils[seen.student.pk] = seen.student
    cases = list(case_pupils_of(lesson))
    expected: dict[int, list[CasePrediction]] = {case.pk: [] for case in cases}
    for _step, told in predictions_table(lesson, cases) if cases else ():
        for prediction in told:
            if prediction is not None and prediction.text:
                expected[prediction.case_pupil_id].append(prediction)
    return Beside(
        session_of(lesson, observer),
        [seen for seen in mine if seen.fact][-MOST_NOTES:],
        sorted(((pupils[pk], number) for pk, number in counts.items()), key=lambda pair: pair[0].code),
        [
            Followed(
                case,
                expected[case.pk],
                [seen for seen in mine if case.student_id in (seen.student_id, seen.target_id)],
            )
            for case in cases
        ],
    )
