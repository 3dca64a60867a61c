"""What the server knows of the things a tablet's records name, and what already stands under their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from cycles.models import AnticipatedResponse, Domain, PlanStep, ResearchLesson, StudentGroup
from observations.codes import LISTENS
from observations.models import EventCode, Observation, Void, Watch
from observations.sync import GONE, REJECTED, Record
from schools.models import ErasedStudent, Student


class Refused(Exception):
    """A record that names something it may not; ``status`` and ``reason`` as they are answered."""

    def __init__(self, reason: str, message: str, *, status: str = REJECTED) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message


@dataclass(frozen=True)
class Known:
    """Those of the things named by some records that belong to their lesson. Codes are slug → id.

    ``elsewhere``: pupils of the school who are not in the lesson's class. Nothing is stored of them, but for
    what came under an id that was used before.
    """

    acts: dict[str, int]
    states: dict[str, int]
    students: set[int]
    elsewhere: set[int]
    erased: set[int]
    groups: set[int]
    steps: set[int]
    responses: set[int]

    def check(self, record: Record) -> None:
        """Raise Refused unless everything that the record names belongs to its lesson."""
        self.check_erased(record)
        for name in ("student", "target"):
            pupil = getattr(record, name)
            if pupil is not None and pupil not in self.students:
                raise Refused(name, _("This pupil is not in the lesson’s class. Choose again."))
        if record.code and self.code(record) is None:
            raise Refused("code", _("This code is not known here. Choose again."))
        if record.group is not None and record.group not in self.groups:
            raise Refused("group", _("This group is not in the lesson. Choose again."))
        if record.step is not None and record.step not in self.steps:
            raise Refused("step", _("This step is not in the lesson’s plan. Choose again."))
        if record.response is not None and record.response not in self.responses:
            raise Refused("response", _("This answer is not in the lesson’s plan. Choose again."))
        if record.domain and record.domain not in Domain.values:
            raise Refused("domain", _("This domain is not known here. Choose again."))

    def code(self, record: Record) -> int | None:
        """The code's id: an act for what happened, a state (or listening) for what a time sample shows."""
        if record.kind != "sample":
            return self.acts.get(record.code)
        return self.acts.get(record.code) if record.code == LISTENS else self.states.get(record.code)

    def check_erased(self, record: Record) -> None:
        """Raise Refused where the record names a pupil who was erased."""
        if {record.student, record.target} & self.erased:
            raise Refused("erased", _("This pupil’s records were erased."), status=GONE)

    def of_the_school(self, pupil: int | None) -> int | None:
        """The pupil, where they are one of the lesson's school."""
        return pupil if pupil in self.students or pupil in self.elsewhere else None


def known_to(lesson: ResearchLesson, records: Sequence[Record]) -> Known:
    """Look up what the records name, in one query for each kind of thing."""
    pupils = {id for record in records for id in (record.student, record.target) if id}
    groups = {record.group for record in records if record.group}
    steps = {record.step for record in records if record.step}
    responses = {record.response for record in records if record.response}
    codes = {record.code for record in records if record.code}
    in_class = Q(enrolments__school_class=lesson.school_class_id) | Q(places__lesson=lesson)
    students = _found(Student.objects.filter(in_class, school=lesson.school_id), pupils)
    elsewhere = _found(Student.objects.filter(school=lesson.school_id), pupils - students)
    strange = pupils - students - elsewhere
    gone = ErasedStudent.objects.filter(school=lesson.school_id, number__in=strange)
    usable = EventCode.objects.filter(Q(school=None) | Q(school=lesson.school_id), slug__in=codes)
    found = list(usable.values_list("slug", "pk", "is_state")) if codes else []
    return Known(
        acts={slug: pk for slug, pk, is_state in found if not is_state},
        states={slug: pk for slug, pk, is_state in found if is_state},
        students=students,
        elsewhere=elsewhere,
        erased=set(gone.values_list("number", flat=True)) if strange else set(),
        groups=_found(StudentGroup.objects.filter(lesson=lesson), groups),
        steps=_found(PlanStep.objects.filter(plan__lesson=lesson), steps),
        responses=_found(AnticipatedResponse.objects.filter(step__plan__lesson=lesson), responses),
    )


def _found(rows: Any, wanted: set[int]) -> set[int]:
    return set(rows.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()


class Kept(NamedTuple):
    """What stands under an id: whose it is, in which lesson, and the digest of what was sent."""

    observer: int
    lesson: int
    digest: str


def kept_under(ids: Iterable[UUID]) -> dict[UUID, Kept]:
    """Everything that stands under these ids, in any lesson of any school."""
    ids = list(ids)
    voids = Void.objects.filter(pk__in=ids).values_list("pk", "observer", "lesson", "digest")
    watches = Watch.objects.filter(record__in=ids)
    about = watches.values_list("record", "session__observer", "session__lesson", "digest")
    seen = Observation.objects.filter(pk__in=ids).values_list("pk", "observer", "lesson", "digest")
    return {id: Kept(*rest) for id, *rest in (*voids, *about, *seen)}
