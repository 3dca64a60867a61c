"""When a cycle's people meet and teach, and what stands in each other's way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cycles.models import Cycle, CycleRole, Meeting, ResearchLesson
from cycles.stages import Stage
from schools.models import User

LONGEST = timedelta(hours=8)  # no lesson and no meeting takes longer
MEMORY = timedelta(hours=24)  # after the lesson; what observers saw fades (domain practice: the same day)
LESSON = "lesson"


@dataclass(frozen=True)
class Appointment:
    """A lesson or a meeting with its time. ``kind``: ``LESSON``, or one of ``Meeting.Kind``."""

    kind: str
    pk: int
    cycle: Cycle
    lesson: ResearchLesson | None
    starts: datetime
    minutes: int
    room: str
    note: str = ""

    @property
    def name(self) -> str:
        """What it is called in the active language: a calendar speaks that of each school in turn."""
        if self.kind == LESSON and self.lesson is not None:
            return _("Lesson %(number)d") % {"number": self.lesson.sequence}
        return str(Meeting.Kind(self.kind).label)

    @property
    def ends(self) -> datetime:
        return self.starts + timedelta(minutes=self.minutes)

    def overlaps(self, other: Appointment) -> bool:
        return self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True)
class Clash:
    """Another appointment at the same time. ``known``: the reader may know which one it is."""

    other: Appointment
    people: list[User]
    same_room: bool
    same_class: bool
    known: bool


@dataclass
class Date:
    """An appointment as the page of dates shows it, with what is to be thought of."""

    appointment: Appointment
    clashes: list[Clash] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def appointments_of(cycles: QuerySet[Cycle] | Sequence[Cycle], within: Q | None = None) -> list[Appointment]:
    """Lessons that have a day, and meetings, of these cycles by time.

    ``within``: a condition on the field ``at`` that stands for the start of either.
    """
    lessons = ResearchLesson.objects.filter(cycle__in=cycles, scheduled_at__isnull=False)
    meetings = Meeting.objects.filter(cycle__in=cycles)
    if within is not None:
        lessons, meetings = (
            lessons.filter(_on("scheduled_at", within)),
            meetings.filter(_on("starts_at", within)),
        )
    path = ("cycle__team", "cycle__school", "cycle__school_class")
    found = [_from_lesson(lesson) for lesson in lessons.select_related(*path)]
    found += [_from_meeting(meeting) for meeting in meetings.select_related(*path, "lesson")]
    return sorted(found, key=lambda appointment: (appointment.starts, appointment.kind, appointment.pk))


def _on(name: str, within: Q) -> Q:
    """The condition with ``at`` read as this field."""
    told = Q()
    for child in within.children:
        assert isinstance(child, tuple)  # noqa: S101  (flat conditions only)
        told &= Q(**{str(child[0]).replace("at", name, 1): child[1]})
    return told


def _from_lesson(lesson: ResearchLesson) -> Appointment:
    assert lesson.scheduled_at is not None  # noqa: S101  (asked for above)
    return Appointment(
        LESSON, lesson.pk, lesson.cycle, lesson, lesson.scheduled_at, lesson.minutes, lesson.room
    )


def _from_meeting(meeting: Meeting) -> Appointment:
    told = (meeting.lesson, meeting.starts_at, meeting.minutes, meeting.room, meeting.note)
    return Appointment(meeting.kind, meeting.pk, meeting.cycle, *told)


def dates_of(cycle: Cycle, *, reader: User) -> list[Date]:
    """The cycle's appointments, each with what clashes with it and what is late."""
    ours = appointments_of([cycle])
    clashes = _clashes(cycle, [one for one in ours if one.ends >= timezone.now()], reader)
    return [Date(one, clashes.get(_key(one), []), list(_late(one, ours))) for one in ours]


def _late(one: Appointment, ours: Iterable[Appointment]) -> Iterable[str]:
    if one.kind == LESSON and not any(
        other.kind == Meeting.Kind.DEBRIEF and _about(other, one) for other in ours
    ):
        yield _("No debrief has a time yet.")
    for lesson in ours:
        if lesson.kind != LESSON or not _about(one, lesson):
            continue
        if one.kind == Meeting.Kind.DEBRIEF and one.starts < lesson.ends:
            yield _("This debrief begins before the lesson is over.")
        if one.kind == Meeting.Kind.DEBRIEF and one.starts > lesson.ends + MEMORY:
            yield _("More than 24 hours after the lesson: what observers saw fades. Can it be sooner?")
        if one.kind == Meeting.Kind.BRIEFING and one.ends > lesson.starts:
            yield _("This briefing ends after the lesson has begun.")


def _about(meeting: Appointment, lesson: Appointment) -> bool:
    return meeting.lesson is not None and meeting.lesson == lesson.lesson


def _clashes(cycle: Cycle, ours: Sequence[Appointment], reader: User) -> dict[tuple[str, int], list[Clash]]:
    """Other appointments at the same time that need the same room, class or people, in five queries."""
    if not ours:
        return {}
    people = {role.user_id: role.user for role in cycle.roles.select_related("user")}
    elsewhere = CycleRole.objects.filter(user__in=people).values("cycle")
    near = Cycle.objects.filter(Q(school=cycle.school) | Q(pk__in=elsewhere)).exclude(stage=Stage.CLOSED)
    first, last = min(one.starts for one in ours), max(one.ends for one in ours)
    others = appointments_of(near, Q(at__gt=first - LONGEST) & Q(at__lt=last))
    pairs = [
        (one, other) for one in ours for other in others if one.overlaps(other) and _key(one) != _key(other)
    ]
    cycles = {other.cycle.pk for _one, other in pairs}
    joined: dict[int, set[int]] = {}
    for of, user in CycleRole.objects.filter(cycle__in=cycles, user__in=people).values_list("cycle", "user"):
        joined.setdefault(of, set()).add(user)
    known = set(Cycle.objects.listed_for(reader).filter(pk__in=cycles).values_list("pk", flat=True))
    found: dict[tuple[str, int], list[Clash]] = {}
    for one, other in pairs:
        clash = Clash(
            other,
            sorted((people[user] for user in joined.get(other.cycle.pk, ())), key=lambda user: user.name),
            _same_room(one, other),
            one.kind == other.kind == LESSON and one.cycle.school_class_id == other.cycle.school_class_id,
            other.cycle.pk in known,
        )
        if clash.people or clash.same_room or clash.same_class:
            found.setdefault(_key(one), []).append(clash)
    return found


def _same_room(one: Appointment, other: Appointment) -> bool:
    is_one_school = one.cycle.school_id == other.cycle.school_id
    return is_one_school and one.room.strip().casefold() == other.room.strip().casefold() != ""


def _key(appointment: Appointment) -> tuple[str, int]:
    return (LESSON if appointment.kind == LESSON else "meeting", appointment.pk)


def appointments_for(user: User, *, since: datetime) -> list[Appointment]:
    """Everything a person is to be at from then on, in all their cycles."""
    return appointments_of(Cycle.objects.joined_by(user), Q(at__gte=since))
