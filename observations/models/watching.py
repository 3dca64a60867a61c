"""Who watched whom in a lesson, from when to when."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models import ResearchLesson, StudentGroup
from schools.models import School, Student

PERSON = settings.AUTH_USER_MODEL


class ObservationSession(models.Model):
    """One observer in one lesson, from the moment the ground rules were accepted."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="sessions")
    observer = models.ForeignKey(PERSON, models.PROTECT, related_name="sessions")
    rules_accepted_at = models.DateTimeField()
    # The sheet's foot, written in ten quiet minutes after the lesson.
    thoughts = models.TextField(_("first thoughts"), blank=True)
    pattern = models.TextField(_("a pattern I saw, or what puzzles me"), blank=True)
    progress = models.TextField(_("signs that pupils learned"), blank=True)
    to_ask = models.TextField(_("what I want to ask a pupil"), blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["lesson", "rules_accepted_at"]
        constraints = [models.UniqueConstraint(fields=["lesson", "observer"], name="session_once")]

    def __str__(self) -> str:
        return f"{self.observer} · {self.lesson_id}"


class WatchQuerySet(models.QuerySet["Watch"]):
    def standing(self) -> WatchQuerySet:
        """Without those that were corrected."""
        return self.filter(voided_at__isnull=True)


class Watch(models.Model):
    """What an observer really watched. Unwatched is missing, not zero.

    ``record`` is the id that the tablet gave it; a correction replaces it by another.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    session = models.ForeignKey(ObservationSession, models.CASCADE, related_name="watches")
    student = models.ForeignKey(Student, models.CASCADE, null=True, blank=True, related_name="+")
    group = models.ForeignKey(StudentGroup, models.CASCADE, null=True, blank=True, related_name="watches")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)
    record = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    replaces = models.UUIDField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)  # of what a tablet sent
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        ordering = ["session", "from_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(student__isnull=True, group__isnull=False)
                | Q(student__isnull=False, group__isnull=True),
                name="watch_student_or_group",
            ),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gte=models.F("from_at")),
                name="watch_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.group or self.student}"
