"""The groups of a lesson as they were seen.

Facts first: turns, and who was silent while watched. An index only from twenty turns in a group, words from
forty (``reflections.measures``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cycles.models import ResearchLesson
from cycles.selectors import tables_of
from observations.participation import INVITES, TAKES_OVER, turns_in
from observations.selectors import counts_by_pupil, watched_pupils
from reflections.measures import GroupMeasures, Spread, measure_group
from reflections.report.words import PUPILS, VERDICTS
from schools.models import Student

LETTER, ROW, WIDTH, EDGE = 8, 24, 280, 14  # of the dot chart, in its own units


@dataclass(frozen=True)
class Place:
    """A pupil in a group. Who was not watched may still have turns that somebody saw in passing."""

    student: Student
    watched: bool
    turns: int
    took_over: int
    invited: int

    @property
    def silent(self) -> bool:
        return self.watched and not self.turns


@dataclass(frozen=True)
class Dot:
    """A line of the chart; ``x`` is None for a pupil of whom nothing is known."""

    code: str
    y: int
    x: int | None
    hollow: bool


@dataclass(frozen=True)
class Chart:
    """A dot a pupil, on one scale for the whole lesson. ``band``: how wide what chance alone gives is."""

    dots: list[Dot]
    left: int
    most: int
    band: int | None

    width = WIDTH
    right = WIDTH - EDGE

    @property
    def axis(self) -> int:
        return len(self.dots) * ROW + 4

    @property
    def height(self) -> int:
        return self.axis + 18


@dataclass(frozen=True)
class Group:
    """A group as it was seen."""

    name: str
    places: list[Place]
    measures: GroupMeasures
    chart: Chart

    @property
    def silent(self) -> list[str]:
        return [place.student.code for place in self.places if place.silent]

    @property
    def unwatched(self) -> list[str]:
        return [place.student.code for place in self.places if not place.watched]

    @property
    def figure(self) -> str:
        """The index in its band; empty below the turns that it needs."""
        share, chance = self.measures.top_share, self.measures.chance_top_share
        if self.measures.verdict == Spread.TOO_FEW or share is None or chance is None:
            return ""
        return str(PUPILS["largest_share_by_chance"]) % {"share": percent(share), "chance": percent(chance)}

    @property
    def words(self) -> str | Promise:
        """What may be said of how turns were spread."""
        if not self.measures.watched:
            return _("Nobody watched this group.")
        if self.measures.verdict == Spread.TOO_FEW:
            return PUPILS["too_few_turns"]
        return VERDICTS[f"verdict_{self.measures.verdict}"]

    @property
    def told(self) -> str:
        """The chart for those who do not see it."""
        turns = ", ".join(f"{place.student.code} {place.turns}" for place in self.places if place.watched)
        return _("Turns in %(group)s: %(turns)s") % {"group": self.name, "turns": turns or "–"}

    @property
    def leading(self) -> list[Place]:
        """Who took more turns than chance alone gives; nobody where turns are too few to say."""
        share, chance = self.measures.top_share, self.measures.chance_top_share
        if self.measures.verdict == Spread.TOO_FEW or share is None or chance is None or share <= chance:
            return []
        most = share * self.measures.turns
        return [place for place in self.places if place.watched and place.turns >= round(most)]


def groups_of(lesson: ResearchLesson) -> list[Group]:
    """Each group with its pupils' turns, in a number of queries that does not grow."""
    counts, watched = counts_by_pupil(lesson), set(watched_pupils(lesson))
    seated = [
        (table.group.name, [_place(pupil, counts, watched) for pupil in table.pupils])
        for table in tables_of(lesson)
    ]
    everybody = [place for _name, places in seated for place in places]
    most = max((place.turns for place in everybody), default=0) or 1
    left = LETTER * max((len(place.student.code) for place in everybody), default=0) + EDGE
    groups = []
    for name, places in seated:
        seen = {place.student.code for place in places if place.watched}
        measures = measure_group(name, seen, counts)
        groups.append(Group(name, places, measures, _chart(places, measures, most, min(left, WIDTH // 2))))
    return groups


def _place(pupil: Student, counts: Mapping[str, Mapping[str, int]], watched: set[str]) -> Place:
    codes = counts.get(pupil.code, {})
    return Place(
        student=pupil,
        watched=pupil.code in watched,
        turns=turns_in(codes),
        took_over=codes.get(TAKES_OVER, 0),
        invited=codes.get(INVITES, 0),
    )


def _chart(places: Sequence[Place], measures: GroupMeasures, most: int, left: int) -> Chart:
    long = WIDTH - EDGE - left
    band = None
    if measures.verdict != Spread.TOO_FEW and measures.chance_top_share is not None:
        band = round(long * min(1.0, measures.chance_top_share * measures.turns / most))
    dots = [
        Dot(
            code=place.student.code,
            y=row * ROW + ROW // 2,
            x=left + round(long * place.turns / most) if place.watched or place.turns else None,
            hollow=not place.watched,
        )
        for row, place in enumerate(places)
    ]
    return Chart(dots, left, most, band)


def percent(share: float) -> str:
    """As it is said."""
    return f"{number_format(round(share * 100))}%"
