"""Who spoke to whom as a drawing: seats on a circle and arrows between them; and what may be said of it.

Pure geometry and counting. Keys stand for pupils, or for whoever else is spoken to.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import TypeVar

WIDTH, HEIGHT = 320, 260  # of the drawing, in its own units
CENTRE = (WIDTH / 2, HEIGHT / 2)
RADIUS = 88  # of the circle of seats
DOT = 9  # radius of a seat
GAP = 5  # between an arrow's end and a seat; and between the two arrows of a pair
HEAD = 9  # length of an arrow's head
THIN, THICK = 1.25, 7.0
LABEL = 16  # from a seat's middle to its name
TURNS_FOR_WORDS = 20  # below which nothing is said but the numbers

Key = TypeVar("Key", bound=Hashable)
Arrow = tuple[Key, Key]


@dataclass(frozen=True)
class Seat:
    """A dot and where its name stands; ``anchor`` as SVG has it."""

    name: str
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str


@dataclass(frozen=True)
class Line:
    """An arrow: its shaft, and its head as the points of a triangle."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    head: str


@dataclass(frozen=True)
class Drawing:
    seats: list[Seat]
    lines: list[Line]

    width = WIDTH
    height = HEIGHT
    dot = DOT


@dataclass(frozen=True)
class Ties:
    """Pairs of a group: how many there could be, how many spoke at all, how many in both directions."""

    possible: int
    used: int
    mutual: int


def drawn(names: Mapping[Key, str], counts: Mapping[Arrow[Key], int], *, most: int) -> Drawing:
    """Seats in the order of ``names``, the first at the top, and an arrow for each count, as wide as that
    is large beside ``most``: the largest of all drawings that are looked at together (``largest``). An arrow
    from a seat to itself is left out.
    """
    places = dict(zip(names, _on_circle(len(names)), strict=True))
    lines = [
        _line(places[giver], places[taker], count, most)
        for (giver, taker), count in counts.items()
        if giver != taker
    ]
    return Drawing([_seat(names[key], place) for key, place in places.items()], lines)


def largest(drawings: Iterable[Mapping[Arrow[Key], int]]) -> int:
    """The count of the widest arrow in any of them."""
    arrows = (count for counts in drawings for (giver, taker), count in counts.items() if giver != taker)
    return max(arrows, default=1)


def ties(members: Collection[Key], counts: Mapping[Arrow[Key], int]) -> Ties:
    """The pairs among ``members`` between whom anything was said."""
    arrows = {
        (giver, taker)
        for (giver, taker), count in counts.items()
        if count and giver != taker and giver in members and taker in members
    }
    pairs = {frozenset(arrow) for arrow in arrows}
    mutual = sum((taker, giver) in arrows for giver, taker in arrows) // 2
    return Ties(len(members) * (len(members) - 1) // 2, len(pairs), mutual)


def turns_within(members: Collection[Key], counts: Mapping[Arrow[Key], int]) -> int:
    """How many of the turns went from one of ``members`` to another."""
    return sum(n for (giver, taker), n in counts.items() if giver in members and taker in members)


def _on_circle(count: int) -> Sequence[tuple[float, float]]:
    angles = [2 * pi * number / max(count, 1) - pi / 2 for number in range(count)]
    return [(CENTRE[0] + RADIUS * cos(angle), CENTRE[1] + RADIUS * sin(angle)) for angle in angles]


def _seat(name: str, place: tuple[float, float]) -> Seat:
    x, y = place
    aside, down = (x - CENTRE[0]) / RADIUS, (y - CENTRE[1]) / RADIUS
    anchor = "middle" if abs(aside) < 0.3 else "start" if aside > 0 else "end"
    return Seat(
        name,
        x=round(x, 1),
        y=round(y, 1),
        text_x=round(x + aside * LABEL, 1),
        text_y=round(y + down * LABEL + 4, 1),
        anchor=anchor,
    )


def _line(start: tuple[float, float], end: tuple[float, float], count: int, most: int) -> Line:
    """Two arrows of a pair run side by side, each at its own right."""
    (x1, y1), (x2, y2) = start, end
    long = hypot(x2 - x1, y2 - y1)
    along, across = ((x2 - x1) / long, (y2 - y1) / long), (-(y2 - y1) / long, (x2 - x1) / long)
    width = THIN + (THICK - THIN) * ((count - 1) / (most - 1) if most > 1 else 0)
    shift, half = GAP / 2 + width / 2, max(width, THIN * 2) + 1.5
    begins, ends = DOT + GAP, long - DOT - GAP
    neck = ends - HEAD

    def at(distance: float, aside: float = 0) -> tuple[float, float]:
        return (
            x1 + along[0] * distance + across[0] * (shift + aside),
            y1 + along[1] * distance + across[1] * (shift + aside),
        )

    corners = [at(ends), at(neck, half), at(neck, -half)]
    head = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    (start_x, start_y), (end_x, end_y) = at(begins), at(neck)
    return Line(
        x1=round(start_x, 1),
        y1=round(start_y, 1),
        x2=round(end_x, 1),
        y2=round(end_y, 1),
        width=round(width, 1),
        head=head,
    )
