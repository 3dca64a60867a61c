"""Tables, board and doors find their place on the map of the room.

In a cell stands one thing; whoever changes the map holds the lesson, so that two at once come one after the
other.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from cycles import permissions
from cycles.models import ROOM, ResearchLesson, RoomFeature, StudentGroup
from cycles.room import FIRST, ONE_ONLY, Cell, Subject, cell_of, cells_for
from cycles.workflow.groups import refuse_after_observing
from cycles.workflow.same_room import start_from_last_map
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from schools.models import User

Kind = RoomFeature.Kind


@transaction.atomic
def put(lesson: ResearchLesson, thing: Subject, row: int, column: int, *, by: User) -> None:
    """Put a table or a feature on a cell; a kind of feature brings in a new one, or moves the only one.

    Where something stands already the two change places: what has been brought in sends it out.
    """
    _check(lesson, by)
    if not (1 <= row <= ROOM and 1 <= column <= ROOM):
        raise NotAllowedNow(_("The map ends there."))
    moved = _as_it_is_now(lesson, thing)
    came_from = cell_of(moved) if moved.pk else None
    if came_from == (row, column):
        return
    other = _at(lesson, (row, column))
    if other is not None:
        _take(other)
    _stand(moved, (row, column))
    if other is not None and came_from is not None:
        _stand(other, came_from)


@transaction.atomic
def take_away(lesson: ResearchLesson, thing: Subject, *, by: User) -> None:
    """Take a table or a feature off the map; a table can be put back."""
    _check(lesson, by)
    gone = _as_it_is_now(lesson, thing)
    if gone.pk:
        _take(gone)


@transaction.atomic
def lay_out(lesson: ResearchLesson, *, by: User) -> None:
    """Set up the room: as the class had it last, or where there is a map already, tables in rows.

    Doors and windows stay; board and desk go to the front.
    """
    _check(lesson, by)
    if not start_from_last_map(lesson):
        _in_rows(lesson)


def _in_rows(lesson: ResearchLesson) -> None:
    lesson.room_features.filter(kind__in=ONE_ONLY).delete()
    taken = {(one.row, one.column) for one in lesson.room_features.all()}
    groups = list(lesson.groups.all())
    cells = cells_for(len(groups), taken)
    for number, group in enumerate(groups):
        group.row, group.column = cells[number] if number < len(cells) else (None, None)
    StudentGroup.objects.bulk_update(groups, ["row", "column"])
    front = [(1, column) for column in range(FIRST, ROOM + 1) if (1, column) not in taken]
    for kind, cell in zip(ONE_ONLY, front, strict=False):
        _stand(RoomFeature(school=lesson.school, lesson=lesson, kind=kind), cell)


def _check(lesson: ResearchLesson, by: User) -> None:
    require(permissions.can_plan(by, lesson.cycle))
    refuse_after_observing(lesson)


def _as_it_is_now(lesson: ResearchLesson, thing: Subject) -> StudentGroup | RoomFeature:
    found: StudentGroup | RoomFeature | None
    if isinstance(thing, StudentGroup):
        found = lesson.groups.filter(pk=thing.pk).first()
    elif isinstance(thing, RoomFeature):
        found = lesson.room_features.filter(pk=thing.pk).first()
    else:
        found = lesson.room_features.filter(kind=thing).first() if thing in ONE_ONLY else None
        found = found or RoomFeature(school=lesson.school, lesson=lesson, kind=thing)
    if found is None:
        raise NotAllowedNow(_("That is no longer in the room. The map is shown as it is now."))
    return found


def _at(lesson: ResearchLesson, cell: Cell) -> StudentGroup | RoomFeature | None:
    row, column = cell
    here = {"row": row, "column": column}
    return lesson.groups.filter(**here).first() or lesson.room_features.filter(**here).first()


def _stand(thing: StudentGroup | RoomFeature, cell: Cell) -> None:
    thing.row, thing.column = cell
    thing.save()


def _take(thing: StudentGroup | RoomFeature) -> None:
    """A table waits without a cell; a feature is nowhere until it is brought in again."""
    if isinstance(thing, RoomFeature):
        thing.delete()
        return
    thing.row = thing.column = None
    thing.save(update_fields=["row", "column"])
