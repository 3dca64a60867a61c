"""Who watches whom in a lesson, whom nobody watches, and who could be asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from cycles.models import CasePupil, ResearchLesson
from cycles.permissions import TEAM
from cycles.selectors import Table, people_of, tables_of
from cycles.sharing import two_more
from schools.models import User


@dataclass
class Watched:
    """A group or a case pupil, and who watches. ``asked``: who could watch, too, so that two do;
    ``with_table``: the pupil sits at a table that somebody watches.
    """

    table: Table | None
    pupil: CasePupil | None
    observers: list[User] = field(default_factory=list)
    asked: list[User] = field(default_factory=list)
    with_table: bool = False

    @property
    def pk(self) -> int:
        if self.pupil is not None:
            return self.pupil.student_id
        assert self.table is not None  # noqa: S101  (one of both is there)
        return self.table.group.pk


@dataclass
class Watching:
    """Who watches whom in a lesson: by table, by case pupil, and what each person has to do."""

    tables: list[Watched]
    pupils: list[Watched]
    people: dict[int, User]
    load: dict[int, list[str]]  # person → what they watch, in words

    @property
    def torn(self) -> list[tuple[User, list[str]]]:
        """Who has two tables or more, and which: nobody can follow both from beginning to end."""
        at: dict[int, list[str]] = {person: [] for person in self.people}
        for watched in self.tables:
            for observer in watched.observers:
                at.setdefault(observer.pk, []).append(str(watched.table.group if watched.table else ""))
        return [(person, at[pk]) for pk, person in self.people.items() if len(at[pk]) > 1]


def observers_of(lesson: ResearchLesson) -> list[User]:
    """Who can be given somebody to watch: the team without the model teacher, and no guests."""
    team = lesson.cycle.roles.filter(role__in=TEAM).exclude(user=lesson.model_teacher_id)
    return list(User.objects.filter(pk__in=team.values("user")).order_by("name", "pk"))


def watching_of(lesson: ResearchLesson) -> Watching:
    """Who watches whom, who nobody watches, and who could be asked; in eight queries."""
    tables = tables_of(lesson)
    case_pupils = list(
        lesson.cycle.case_pupils.filter(ended_at=None).select_related("student").order_by("order")
    )
    followed: dict[int, list[User]] = {}
    chosen = lesson.assignments.filter(student__isnull=False).select_related("observer")
    for assignment in chosen.order_by("observer__name"):
        followed.setdefault(assignment.student_id or 0, []).append(assignment.observer)
    people = {person.pk: person for person in observers_of(lesson)}
    for role in people_of(lesson.cycle).exclude(user=lesson.model_teacher_id):
        people.setdefault(role.user_id, role.user)
    load: dict[int, list[str]] = {person: [] for person in people}
    at_tables = [Watched(table, None, table.observers) for table in tables]
    of_pupils = [Watched(None, pupil, followed.get(pupil.student_id, [])) for pupil in case_pupils]
    for watched in (*at_tables, *of_pupils):
        for observer in watched.observers:
            name = str(watched.table.group if watched.table else watched.pupil)
            load.setdefault(observer.pk, []).append(name)
    weight = {person: len(names) for person, names in load.items() if person in people}
    seats = {student.pk: table for table in tables for student in table.pupils}
    for watched in (*at_tables, *of_pupils):
        near = seats.get(watched.pk) if watched.pupil else None
        watched.with_table = bool(near and near.observers)
        here = {person.pk for person in (*watched.observers, *(near.observers if near else ()))}
        watched.asked = [people[person] for person in two_more(list(here), weight)]
    return Watching(at_tables, of_pupils, people, load)
