"""Who spoke to whom in each group of a lesson: the turns of which somebody wrote down to whom they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cycles.models import ResearchLesson
from cycles.selectors import tables_of
from observations.arrows import TURNS_FOR_WORDS, Drawing, Ties, drawn, largest, ties, turns_within
from observations.codes import LISTENS
from observations.models import Observation
from schools.models import Student

TEACHER, OTHERS = "teacher", "others"
LONGEST = 9  # letters of a code that the drawing has room for

Key = int | str  # a pupil's id, the teacher, or the pupils of other tables taken together
Person = Student | None  # None is the teacher
Counts = Mapping[tuple[int, Key], int]


@dataclass(frozen=True)
class Turns:
    """How many turns one person directed at another."""

    giver: Student
    taker: Person
    count: int


@dataclass(frozen=True)
class Circle:
    """A group, its drawing and the same numbers, those of others who spoke to it among them.

    ``turns``: all that its pupils took; ``directed``: those of which somebody wrote down to whom. ``ties`` is
    None below the turns that they need.
    """

    name: str
    members: list[Student]
    drawing: Drawing
    rows: list[Turns]
    turns: int
    directed: int
    ties: Ties | None

    @property
    def told(self) -> str:
        """The drawing for those who do not see it."""
        said = ", ".join(
            f"{row.giver.code} → {row.taker.code if row.taker else _('teacher')} {row.count}"
            for row in self.rows
        )
        return _("Who spoke to whom in %(group)s: %(turns)s") % {
            "group": self.name or _("the class"),
            "turns": said or "–",
        }


def circles_of(lesson: ResearchLesson) -> list[Circle]:
    """Each group with its turns, then the pupils who sat in none; in six queries at most."""
    tables = [(table.group.name, table.pupils) for table in tables_of(lesson)]
    seated = {pupil.pk: pupil for _name, pupils in tables for pupil in pupils}
    said = _said(lesson)
    strangers = {person for giver, taker in said for person in (giver, taker) if isinstance(person, int)}
    loose = Student.objects.in_bulk(strangers - seated.keys())
    if loose:
        tables.append(("", sorted(loose.values(), key=lambda pupil: pupil.code)))
    taken = _turns(lesson)
    known = seated | loose
    most = largest(_arrows(pupils, said) for _name, pupils in tables)
    return [_circle(name, pupils, known, said, taken, most) for name, pupils in tables if pupils]


def _events(lesson: ResearchLesson) -> Q:
    """Turns: any event but listening."""
    return Q(lesson=lesson, kind=Observation.Kind.EVENT, student__isnull=False) & ~Q(code__slug=LISTENS)


def _said(lesson: ResearchLesson) -> dict[tuple[int, Key], int]:
    """(giver, taker) → turns, added up by the database."""
    directed = Observation.objects.standing().filter(
        _events(lesson), Q(target__isnull=False) | Q(target_teacher=True)
    )
    counted = directed.order_by().values_list("student", "target", "target_teacher").annotate(Count("pk"))
    return {(giver, TEACHER if teacher else taker): n for giver, taker, teacher, n in counted}


def _turns(lesson: ResearchLesson) -> dict[int, int]:
    """Pupil id → turns of any kind."""
    found = Observation.objects.standing().filter(_events(lesson)).order_by()
    return dict(found.values_list("student").annotate(Count("pk")))


def _circle(
    name: str,
    pupils: list[Student],
    known: Mapping[int, Student],
    said: Counts,
    taken: Mapping[int, int],
    most: int,
) -> Circle:
    members, counts = {pupil.pk for pupil in pupils}, _arrows(pupils, said)
    rows = [
        Turns(known[giver], None if isinstance(taker, str) else known[taker], count)
        for (giver, taker), count in said.items()
        if giver in members or taker in members
    ]
    rows.sort(key=lambda row: (-row.count, row.giver.code, row.taker.code if row.taker else ""))
    names: dict[Key, str] = {pupil.pk: _short(pupil.code) for pupil in pupils}
    met = {place for arrow in counts for place in arrow}
    names |= {key: word for key, word in ((TEACHER, _("teacher")), (OTHERS, _("others"))) if key in met}
    enough = turns_within(members, counts) >= TURNS_FOR_WORDS
    return Circle(
        name=name,
        members=pupils,
        drawing=drawn(names, counts, most=most),
        rows=rows,
        turns=sum(taken.get(pupil, 0) for pupil in members),
        directed=sum(row.count for row in rows if row.giver.pk in members),
        ties=ties(members, counts) if enough else None,
    )


def _arrows(pupils: list[Student], said: Counts) -> Counter[tuple[Key, Key]]:
    """The turns as a group's drawing has them: whoever sits elsewhere is one of the others."""
    members, counts = {pupil.pk for pupil in pupils}, Counter[tuple[Key, Key]]()
    for (giver, taker), count in said.items():
        if giver in members or taker in members:
            counts[_place(giver, members), _place(taker, members)] += count
    return counts


def _place(person: Key, members: set[int]) -> Key:
    return person if person == TEACHER or person in members else OTHERS


def _short(code: str) -> str:
    return code if len(code) <= LONGEST else f"{code[: LONGEST - 1]}…"
