"""What is gathered right after the lesson: pupils' words, their work, what they reached."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models import Cycle, Objective, ResearchLesson
from schools.models import School, SchoolOwnedQuerySet, Student, User

PERSON = settings.AUTH_USER_MODEL


class InterviewQuerySet(SchoolOwnedQuerySet):
    def visible_to(self, user: User) -> InterviewQuerySet:
        return self.filter(lesson__cycle__in=Cycle.objects.joined_by(user))


class Interview(models.Model):
    """A pupil asked after the lesson, in the pupil's own words."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="interviews")
    student = models.ForeignKey(Student, models.PROTECT, related_name="interviews", verbose_name=_("pupil"))
    interviewer = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    enjoyed = models.TextField(_("What did you enjoy most?"), blank=True)
    learned = models.TextField(_("What did you learn; what can you do now?"), blank=True)
    worked = models.TextField(_("What in the lesson helped you most?"), blank=True)
    change = models.TextField(_("What should change for another class, and why?"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        ordering = ["lesson", "happened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(enjoyed="", learned="", worked="", change=""), name="interview_has_an_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} · {self.happened_at:%Y-%m-%d}"


class InterviewCompanion(models.Model):
    """A pupil who was asked together with the interview's first one. Together they are one source."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="companions")
    student = models.ForeignKey(Student, models.PROTECT, related_name="+", verbose_name=_("pupil"))

    class Meta:
        ordering = ["interview", "student__code"]
        constraints = [models.UniqueConstraint(fields=["interview", "student"], name="companion_once")]

    def __str__(self) -> str:
        return f"{self.interview_id} · {self.student_id}"


class Level(models.IntegerChoices):
    """How far a pupil got with an objective: the four levels schools describe achievement criteria by."""

    BEGINS = 1, _("needs guidance")
    PARTLY = 2, _("partly there")
    REACHED = 3, _("reached")
    BEYOND = 4, _("beyond")


class WorkSampleQuerySet(SchoolOwnedQuerySet):
    def visible_to(self, user: User) -> WorkSampleQuerySet:
        """For the people of the cycle; not those that were taken away."""
        return self.filter(lesson__cycle__in=Cycle.objects.joined_by(user), removed_at=None)


class WorkSample(models.Model):
    """A piece of a pupil's work: what it shows, and a photo of it where consent allows."""

    class Stage(models.TextChoices):
        BEFORE = "before", _("before the lesson")
        DURING = "during", _("during the lesson")
        AFTER = "after", _("after the lesson")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.PROTECT, related_name="work_samples")
    student = models.ForeignKey(Student, models.PROTECT, related_name="work_samples", verbose_name=_("pupil"))
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    objective = models.ForeignKey(
        Objective, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("objective")
    )
    stage = models.CharField(_("when"), max_length=10, choices=Stage.choices, default=Stage.DURING)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices, null=True, blank=True)
    what_it_shows = models.TextField(_("what it shows"), blank=True)
    # A name that nobody can guess; the picture is drawn anew, without place or camera. When the row is taken
    # away it stays until the picture is deleted, and no longer.
    image = models.CharField(max_length=120, blank=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)  # of the picture as it was sent
    bytes = models.PositiveIntegerField(default=0, editable=False)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = WorkSampleQuerySet.as_manager()

    class Meta:
        ordering = ["lesson", "student__code", "happened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(what_it_shows="")
                | ~Q(image="")
                | Q(level__isnull=False)
                | Q(removed_at__isnull=False),
                name="work_sample_says_something",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(1, 4)), name="work_sample_level_known"
            ),
        ]
        indexes = [
            # The room a school's photos take is summed up for each new one, from the index alone.
            models.Index(
                fields=["school", "bytes"], condition=Q(removed_at__isnull=True), name="work_sample_room"
            ),
            # Pictures that are still to be deleted: as good as always none.
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False) & ~Q(image=""),
                name="work_sample_to_delete",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AttainmentQuerySet(SchoolOwnedQuerySet):
    def visible_to(self, user: User) -> AttainmentQuerySet:
        return self.filter(lesson__cycle__in=Cycle.objects.joined_by(user))


class Attainment(models.Model):
    """How far a pupil was with an objective before and after the lesson. Empty is not known, never zero."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="attainments")
    objective = models.ForeignKey(Objective, models.CASCADE, related_name="+")
    student = models.ForeignKey(Student, models.PROTECT, related_name="+")
    before = models.PositiveSmallIntegerField(choices=Level.choices, null=True, blank=True)
    after = models.PositiveSmallIntegerField(choices=Level.choices, null=True, blank=True)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    objects = AttainmentQuerySet.as_manager()

    class Meta:
        ordering = ["lesson", "objective", "student__code"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "objective", "student"], name="attainment_once"),
            models.CheckConstraint(
                condition=(Q(before__isnull=True) | Q(before__range=(1, 4)))
                & (Q(after__isnull=True) | Q(after__range=(1, 4))),
                name="attainment_levels_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective_id} · {self.student_id}"
