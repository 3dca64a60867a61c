"""Pupils in groups, and who watches whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models.lesson import ResearchLesson
from cycles.models.rows import PERSON
from schools.models import School, Student

ROOM = 8  # rows and columns of the map of a room, at most


class GroupRole(models.TextChoices):
    """What a pupil sees to in the group; they take turns."""

    FACILITATOR = "facilitator", _("sees that everybody is heard")
    RECORDER = "recorder", _("writes down")
    REPORTER = "reporter", _("speaks for the group")
    MATERIALS = "materials", _("fetches materials")
    TIMEKEEPER = "timekeeper", _("keeps the time")
    ENCOURAGER = "encourager", _("checks and encourages")


class StudentGroup(models.Model):
    """A group of pupils in one lesson."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="groups")
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=60)
    row = models.PositiveSmallIntegerField(null=True, blank=True)  # its table on the map of the room, from 1
    column = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["lesson", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "name"], name="group_name_once"),
            models.CheckConstraint(
                condition=Q(row__isnull=True, column__isnull=True)
                | Q(row__range=(1, ROOM), column__range=(1, ROOM)),
                name="group_table_in_the_room",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GroupPlace(models.Model):
    """A pupil's place in a group; in one lesson a pupil has one place at most."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="places")
    group = models.ForeignKey(StudentGroup, models.CASCADE, related_name="places")
    student = models.ForeignKey(Student, models.CASCADE, related_name="places")
    role = models.CharField(_("role"), max_length=12, choices=GroupRole.choices, blank=True)

    class Meta:
        ordering = ["group", "student__code"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "student"], name="one_place_a_lesson"),
            models.CheckConstraint(condition=Q(role__in=["", *GroupRole.values]), name="place_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.student} · {self.group}"


class RoomFeature(models.Model):
    """What stands in the room besides tables: one thing a cell of the map."""

    class Kind(models.TextChoices):
        DESK = "desk", _("teacher’s desk")
        BOARD = "board", _("board")
        DOOR = "door", _("door")
        WINDOW = "window", _("window")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="room_features")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    row = models.PositiveSmallIntegerField()
    column = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["lesson", "row", "column"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "row", "column"], name="one_feature_a_cell"),
            models.CheckConstraint(
                condition=Q(row__range=(1, ROOM), column__range=(1, ROOM)), name="feature_in_the_room"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["desk", "board", "door", "window"]), name="feature_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}/{self.column}"


class ObserverAssignment(models.Model):
    """Who watches which group, or which pupil."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="assignments")
    observer = models.ForeignKey(PERSON, models.CASCADE, related_name="assignments")
    group = models.ForeignKey(StudentGroup, models.CASCADE, null=True, related_name="assignments")
    student = models.ForeignKey(Student, models.CASCADE, null=True, related_name="assignments")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["lesson", "observer", "group", "student"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "observer", "group"], name="assignment_once"),
            models.UniqueConstraint(fields=["lesson", "observer", "student"], name="assignment_pupil_once"),
            models.CheckConstraint(
                condition=Q(group__isnull=True) ^ Q(student__isnull=True), name="assignment_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.observer} → {self.group or self.student}"
