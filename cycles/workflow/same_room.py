"""A class finds its room as it left it."""

from __future__ import annotations

from django.db.models import Q

from cycles.models import ResearchLesson, RoomFeature, StudentGroup


def start_from_last_map(lesson: ResearchLesson) -> bool:
    """Put the tables where the class last had them in this room, by their order, and all else beside them.

    Nothing happens, and the answer is no, where the lesson has a map already or none is known. Permission is
    asked by the verb that calls.
    """
    if lesson.room_features.exists() or lesson.groups.filter(row__isnull=False).exists():
        return False
    before = _last_mapped(lesson)
    if before is None:
        return False
    cells = before.groups.values_list("row", "column")
    groups = list(lesson.groups.all())
    for group, (row, column) in zip(groups, cells, strict=False):
        group.row, group.column = row, column
    StudentGroup.objects.bulk_update(groups, ["row", "column"])
    RoomFeature.objects.bulk_create(
        RoomFeature(school=lesson.school, lesson=lesson, kind=one.kind, row=one.row, column=one.column)
        for one in before.room_features.all()
    )
    return True


def _last_mapped(lesson: ResearchLesson) -> ResearchLesson | None:
    has_map = Q(groups__row__isnull=False) | Q(room_features__isnull=False)
    here = ResearchLesson.objects.filter(
        has_map, school_class=lesson.school_class_id, room__iexact=lesson.room
    )
    return here.filter(pk__lt=lesson.pk).order_by("-pk").first()
