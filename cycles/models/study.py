"""What the team finds out before it plans, and the pupils it plans for."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from cycles.models.cycle import Cycle
from cycles.models.plan import PlanStep
from cycles.models.rows import LONGEST, PERSON, Row
from lessonstudy.lib.plain import shortened
from schools.models import School, SchoolOwnedQuerySet, Student, User


def study_file_path(note: StudyNote, name: str) -> str:
    """A key nobody can guess; the name a person gave the file is kept in the row alone."""
    return f"study/{uuid4()}{Path(name).suffix.lower()}"


class StudyNoteQuerySet(SchoolOwnedQuerySet):
    def visible_to(self, user: User) -> StudyNoteQuerySet:
        """Notes of the cycles whose plan this person may read."""
        return self.filter(cycle__in=Cycle.objects.plan_visible_to(user))


class StudyNote(Row):
    """Something the team asked about the content or its pupils, and what it found (kyouzai kenkyuu)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="study_notes")
    question = models.CharField(_("question"), max_length=500, blank=True)
    finding = models.TextField(_("what we found"), blank=True, max_length=LONGEST)
    source = models.CharField(
        _("source"), max_length=500, blank=True, help_text=_("A text, a person, an interview with pupils.")
    )
    file = models.FileField(upload_to=study_file_path, blank=True, editable=False)
    file_name = models.CharField(max_length=200, blank=True, editable=False)
    step = models.ForeignKey(
        PlanStep,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="study_notes",
        verbose_name=_("used in step"),
    )
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StudyNoteQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "created_at", "pk"]

    def __str__(self) -> str:
        return self.question


class CasePupil(models.Model):
    """A pupil who stands for a group of learners, the same through the cycle.

    Who is replaced (absent, moved) keeps the row, with the day and the reason.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="case_pupils")
    student = models.ForeignKey(Student, models.CASCADE, related_name="case_roles", verbose_name=_("pupil"))
    order = models.PositiveSmallIntegerField(default=0)
    typifies = models.CharField(
        _("stands for"),
        max_length=200,
        help_text=_("For example: pupils who wait for others, pupils who finish first."),
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_reason = models.CharField(_("why no longer"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["cycle", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "student"], name="case_pupil_once")]

    def __str__(self) -> str:
        return self.student.code


class CasePrediction(Row):
    """What the team expects a case pupil to do at a step."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    step = models.ForeignKey(PlanStep, models.CASCADE, related_name="predictions")
    case_pupil = models.ForeignKey(CasePupil, models.CASCADE, related_name="predictions")
    text = models.TextField(_("we expect"), blank=True, max_length=LONGEST)

    class Meta:
        ordering = ["step", "case_pupil__order", "case_pupil"]
        constraints = [models.UniqueConstraint(fields=["step", "case_pupil"], name="case_prediction_once")]

    def __str__(self) -> str:
        return shortened(self.text, 60)
