"""The map of a lesson's room: what stands in which cell, seen from behind the class, the front at the top."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from math import ceil

from cycles.models import ROOM, ResearchLesson, RoomFeature, StudentGroup
from cycles.selectors import Table, tables_of

Cell = tuple[int, int]  # row and column, from 1
Subject = StudentGroup | RoomFeature | RoomFeature.Kind
ONE_ONLY = (RoomFeature.Kind.BOARD, RoomFeature.Kind.DESK)
FEWEST = 4  # rows and columns to lay out in, were nothing there
FIRST = (
    2  # row and column in which tables are laid out: before them board and desk, beside them doors, windows
)
PAIRS = 4  # tables that stand in twos


@dataclass(frozen=True)
class Thing:
    """A table, or what else stands in the room or could be brought in; ``key`` names it in forms."""

    subject: Subject
    table: Table | None = None

    @property
    def key(self) -> str:
        if isinstance(self.subject, RoomFeature.Kind):
            return self.subject.value
        return f"{'table' if self.table else 'feature'}-{self.subject.pk}"

    @property
    def kind(self) -> str:
        """What it looks like: ``table``, or the kind of the feature."""
        if isinstance(self.subject, StudentGroup):
            return "table"
        return self.subject.kind if isinstance(self.subject, RoomFeature) else self.subject.value

    @property
    def name(self) -> str:
        if isinstance(self.subject, StudentGroup):
            return self.subject.name
        label = str(RoomFeature.Kind(self.kind).label)
        return label[:1].upper() + label[1:]

    @property
    def cell(self) -> Cell | None:
        """Where it stands; None for what is not in the room."""
        if isinstance(self.subject, RoomFeature.Kind):
            return None
        return cell_of(self.subject)


@dataclass(frozen=True)
class Spot:
    """A cell as the pages show it; ``spare`` where there is only room for more."""

    row: int
    column: int
    thing: Thing | None = None
    spare: bool = False


@dataclass
class Room:
    """A lesson's map. ``tables`` without a cell wait to be put somewhere."""

    tables: list[Thing]
    features: list[Thing] = field(default_factory=list)

    @property
    def standing(self) -> dict[Cell, Thing]:
        return {thing.cell: thing for thing in (*self.features, *self.tables) if thing.cell}

    @property
    def waiting(self) -> list[Thing]:
        return [thing for thing in self.tables if thing.cell is None]

    @property
    def has_tables(self) -> bool:
        """Whether any table stands on the map: then it can be followed through the room."""
        return len(self.waiting) < len(self.tables)

    @property
    def to_bring(self) -> list[Thing]:
        """What could be put in the room: tables without a cell, and things of which there may be more."""
        there = {thing.kind for thing in self.features}
        kinds = [kind for kind in RoomFeature.Kind if kind not in ONE_ONLY or kind not in there]
        return [*self.waiting, *map(Thing, kinds)]

    def find(self, key: str) -> Thing | None:
        """The thing of that key; None for what is not there any more."""
        return next(
            (thing for thing in (*self.tables, *self.features, *self.to_bring) if thing.key == key), None
        )

    def lines(self) -> list[list[Spot]]:
        """The rows from the first to the last in which something stands."""
        return [
            [spot for spot in line if not spot.spare]
            for line in self.roomy_lines()
            if not all(spot.spare for spot in line)
        ]

    def roomy_lines(self) -> list[list[Spot]]:
        """All rows from the front, with one more row and column to put things in."""
        standing = self.standing
        edges = [(min(used), max(used)) for used in zip(*standing, strict=True)] or [(1, 0), (1, 0)]
        rows, columns = (range(1, min(ROOM, max(FEWEST - 1, last) + 1) + 1) for _first, last in edges)
        return [
            [
                Spot(row, column, standing.get((row, column)), spare=not _is_within((row, column), edges))
                for column in columns
            ]
            for row in rows
        ]


def _is_within(cell: Cell, edges: list[Cell]) -> bool:
    return all(first <= place <= last for place, (first, last) in zip(cell, edges, strict=True))


def room_of(lesson: ResearchLesson) -> Room:
    """The lesson's map with pupils and observers at its tables, in four queries."""
    return room_with(lesson, tables_of(lesson))


def room_with(lesson: ResearchLesson, tables: Iterable[Table]) -> Room:
    """The map around tables that have been fetched already."""
    return Room(
        [Thing(table.group, table) for table in tables], [Thing(one) for one in lesson.room_features.all()]
    )


def cell_of(thing: StudentGroup | RoomFeature) -> Cell | None:
    """The cell in which it stands."""
    return None if thing.row is None or thing.column is None else (thing.row, thing.column)


def cells_for(count: int, taken: Collection[Cell] = ()) -> list[Cell]:
    """Cells for that many tables in rows of two or three (more where the room would end), in order.

    Board and desk have the first row, doors and windows the first column; ``taken`` stays free. What the
    room is too small for gets no cell.
    """
    across = 2 if count <= PAIRS else max(3, ceil(count / (ROOM - FIRST + 1)))
    start = min(FIRST, ROOM - min(across, ROOM) + 1)
    columns = range(start, min(ROOM, start + across - 1) + 1)
    rows = range(FIRST, ROOM + 1)
    return [(row, column) for row in rows for column in columns if (row, column) not in taken][:count]
