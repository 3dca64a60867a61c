"""What was seen in a lesson: what its pages read, and the counts a report is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from cycles.models import GroupPlace, ResearchLesson
from cycles.selectors import latest_lesson, pupils_of
from cycles.stages import Stage
from observations.models import EventCode, Observation, ObservationSession
from observations.watches import watched_in
from schools.models import School, Student, User

Kind = Observation.Kind
WATCHING = frozenset({Stage.OBSERVE})  # when events and notes are written down
ASKING = frozenset({Stage.OBSERVE, Stage.REFLECT})  # when pupils are asked, and own entries taken back


def is_at(lesson: ResearchLesson, stages: Collection[Stage]) -> bool:
    """Whether the cycle is at one of these stages with this very lesson."""
    return lesson.cycle.stage in stages and latest_lesson(lesson.cycle) == lesson


def elapsed(lesson: ResearchLesson, moment: datetime) -> int | None:
    """Whole seconds since the lesson began; None before."""
    if lesson.started_at is None:
        return None
    return max(0, int((moment - lesson.started_at).total_seconds()))


def session_of(lesson: ResearchLesson, observer: User) -> ObservationSession | None:
    """The observer's session in the lesson; None before the ground rules were accepted."""
    return ObservationSession.objects.filter(lesson=lesson, observer=observer).first()


def codes_for(school: School) -> QuerySet[EventCode]:
    """What a pupil can do: the built-in codes and the school's own, in order."""
    return EventCode.objects.filter(Q(school=None) | Q(school=school), is_state=False)


def states_for(school: School) -> QuerySet[EventCode]:
    """What a time sample says of a pupil: at work, or not."""
    return EventCode.objects.filter(Q(school=None) | Q(school=school), is_state=True)


def _events(lesson: ResearchLesson) -> QuerySet[Observation]:
    return Observation.objects.standing().filter(lesson=lesson, kind=Kind.EVENT, student__isnull=False)


def with_words(observations: QuerySet[Observation]) -> QuerySet[Observation]:
    """With everything a line of the record says fetched along."""
    return observations.select_related("student", "code", "observer", "step", "target")


def record_of(lesson: ResearchLesson, reader: User) -> QuerySet[Observation]:
    """All observers' standing observations in the order they happened.

    What was taken back is shown to its author alone: nothing of theirs vanishes, and nobody else
    argues from it.
    """
    shown = Q(voided_at__isnull=True) | Q(observer=reader)
    return with_words(Observation.objects.visible_to(reader).filter(shown, lesson=lesson))


def observers_of(lesson: ResearchLesson) -> QuerySet[User]:
    """People who wrote something down in the lesson."""
    return User.objects.filter(pk__in=Observation.objects.filter(lesson=lesson).values("observer"))


def counts_by_pupil(lesson: ResearchLesson) -> dict[str, dict[str, int]]:
    """Standing events of each pupil by code: ``{"S01": {"asks": 2}}``; pupils without any are left out.

    What two observers both wrote down stands twice: these are records, as the report counts them. For how
    much a pupil took part, hold them against the minutes of all observers (``observations.participation``).
    """
    rows = _events(lesson).values_list("student__code", "code__slug").annotate(n=Count("pk")).order_by()
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for student, code, number in rows:
        counts[student][code] = number
    return dict(counts)


def watched_pupils(lesson: ResearchLesson) -> list[str]:
    """Codes of the pupils somebody watched during the lesson, on their own or in a group, in order.

    A lesson in which nobody said whom they watched counts its whole class as watched.
    """
    watching = watched_in([lesson]).get(lesson.pk)
    if watching is None:
        return list(pupils_of(lesson).values_list("code", flat=True))
    watched = Student.objects.filter(pk__in=watching.pupils)
    return list(watched.order_by("code").values_list("code", flat=True))


def group_members(lesson: ResearchLesson) -> list[tuple[str, list[str]]]:
    """Each group's name with its pupils' codes, in the groups' order."""
    members: dict[str, list[str]] = {name: [] for name in lesson.groups.values_list("name", flat=True)}
    places = GroupPlace.objects.filter(lesson=lesson).order_by("student__code")
    for group, student in places.values_list("group__name", "student__code"):
        members[group].append(student)
    return list(members.items())


@dataclass(frozen=True)
class Totals:
    """How much was recorded in a lesson. ``observers`` are those with something standing."""

    events: int
    notes: int
    interviews: int
    voided: int
    observers: int


def totals(lesson: ResearchLesson) -> Totals:
    """The lesson's numbers, in two queries."""
    standing = Q(voided_at__isnull=True)
    numbers = Observation.objects.filter(lesson=lesson).aggregate(
        events=Count("pk", filter=standing & Q(kind=Kind.EVENT)),
        notes=Count("pk", filter=standing & Q(kind=Kind.NOTE)),
        voided=Count("pk", filter=~standing),
        observers=Count("observer", filter=standing, distinct=True),
    )
    return Totals(interviews=lesson.interviews.count(), **numbers)
