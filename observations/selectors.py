"""What was seen in a lesson: what its pages read, and the counts a report is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from django.db.models import Count, Q, QuerySet

from cycles.models import GroupPlace, PlanStep, ResearchLesson
from cycles.room import Room, room_with
from cycles.selectors import Table, latest_lesson, pupils_of, tables_of
from cycles.stages import Stage
from observations.models import EventCode, Observation, ObservationSession, Watch
from schools.models import School, Student, User

Kind = Observation.Kind
WATCHING = frozenset({Stage.OBSERVE})  # when events and notes are written down
ASKING = frozenset({Stage.OBSERVE, Stage.REFLECT})  # when pupils are asked, and own entries taken back


def is_at(lesson: ResearchLesson, stages: Collection[Stage]) -> bool:
    """Whether the cycle is at one of these stages with this very lesson."""
    return lesson.cycle.stage in stages and latest_lesson(lesson.cycle) == lesson


def steps_of(lesson: ResearchLesson) -> QuerySet[PlanStep]:
    """The steps of the plan being taught."""
    return PlanStep.objects.filter(plan__in=lesson.plans.order_by("-version").values("pk")[:1])


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


@dataclass
class Seat:
    """A pupil on the capture page, with the number of events the observer wrote down for them."""

    student: Student
    events: int


@dataclass
class SeatedTable:
    """Pupils who sit together; those without a group form a table without a name."""

    name: str
    seats: list[Seat]

    def __str__(self) -> str:
        return self.name


@dataclass
class Spot:
    """A cell of the room: a table to tap, or the name of what is only there to find one's way by."""

    table: SeatedTable | None = None
    name: str = ""
    is_mine: bool = False


@dataclass
class Seating:
    """A class as one observer sees it. Who watches everybody, or nobody in particular, has no others.

    With a map ``spots`` are the cells of the room, line by line with ``columns`` in each. They hold the
    others; where there are none, everybody. ``loose`` are the tables of these that stand nowhere on the map.
    """

    mine: list[SeatedTable]
    others: list[SeatedTable]
    columns: int = 0
    spots: list[Spot] = field(default_factory=list)

    @property
    def loose(self) -> list[SeatedTable]:
        standing = [id(spot.table) for spot in self.spots]
        return [table for table in self.others or self.mine if id(table) not in standing]


def seating(lesson: ResearchLesson, observer: User) -> Seating:
    """The lesson's pupils by table, those this observer watches apart from the others."""
    watches = Watch.objects.standing().filter(session__lesson=lesson, session__observer=observer)
    watched = {(watch.group_id, watch.student_id) for watch in watches}
    tables = tables_of(lesson)
    seated = dict(_seated(lesson, observer, tables))
    mine = {
        group
        for group, table in seated.items()
        if (group, None) in watched or any((None, seat.student.pk) in watched for seat in table.seats)
    }
    apart = mine if len(mine) < len(seated) else set()
    seating = Seating(
        [table for group, table in seated.items() if group in apart or not apart],
        [table for group, table in seated.items() if apart and group not in apart],
    )
    if any(table.group.row is not None for table in tables):
        _put_in_room(seating, room_with(lesson, tables), seated, apart)
    return seating


def _put_in_room(seating: Seating, room: Room, seated: Mapping[int, SeatedTable], apart: set[int]) -> None:
    lines = room.lines()
    seating.columns = len(lines[0])
    for spot in chain.from_iterable(lines):
        thing = spot.thing
        group = thing.table.group.pk if thing and thing.table else None
        if group is not None and group in seated and group not in apart:
            seating.spots.append(Spot(table=seated[group]))
        else:
            seating.spots.append(Spot(name=thing.name if thing else "", is_mine=group in apart))


def _seated(
    lesson: ResearchLesson, observer: User, tables: Sequence[Table]
) -> Iterator[tuple[int, SeatedTable]]:
    """Group ids with their tables; 0 with the pupils who have none."""
    events = my_events(lesson, observer)
    standing = {pupil.pk: Seat(pupil, events.get(pupil.pk, 0)) for pupil in pupils_of(lesson)}
    for table in tables:
        if seats := [standing.pop(pupil.pk) for pupil in table.pupils if pupil.pk in standing]:
            yield table.group.pk, SeatedTable(table.group.name, seats)
    if standing:
        yield 0, SeatedTable("", list(standing.values()))


def my_events(lesson: ResearchLesson, observer: User) -> dict[int, int]:
    """Pupil id → number of standing events this observer wrote down."""
    mine = _events(lesson).filter(observer=observer)
    return dict(mine.values_list("student").annotate(n=Count("pk")).order_by())


def _events(lesson: ResearchLesson) -> QuerySet[Observation]:
    return Observation.objects.standing().filter(lesson=lesson, kind=Kind.EVENT, student__isnull=False)


def last_written(lesson: ResearchLesson, observer: User, count: int = 10) -> list[Observation]:
    """The observer's own standing observations, newest first."""
    mine = with_words(Observation.objects.standing().filter(lesson=lesson, observer=observer))
    return list(mine.order_by("-happened_at", "-received_at")[:count])


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
    """Standing events of each pupil by code: ``{"S01": {"asks": 2}}``; pupils without any are left out."""
    rows = _events(lesson).values_list("student__code", "code__slug").annotate(n=Count("pk")).order_by()
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for student, code, number in rows:
        counts[student][code] = number
    return dict(counts)


def watched_pupils(lesson: ResearchLesson) -> list[str]:
    """Codes of the pupils somebody watched, on their own or in a group, in order.

    A lesson in which nobody said whom they watched counts its whole class as watched.
    """
    watches = Watch.objects.standing().filter(session__lesson=lesson)
    if not watches.exists():
        return list(pupils_of(lesson).values_list("code", flat=True))
    seated = GroupPlace.objects.filter(lesson=lesson, group__in=watches.values("group"))
    watched = Q(pk__in=watches.values("student")) | Q(pk__in=seated.values("student"))
    return list(Student.objects.filter(watched).order_by("code").values_list("code", flat=True))


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
