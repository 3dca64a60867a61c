"""What was seen, as it was seen. Nothing here is overwritten: a correction adds a row and strikes one out."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models import AnticipatedResponse, Cycle, Domain, PlanStep, ResearchLesson, StudentGroup
from observations.models.codes import EventCode
from schools.models import School, SchoolOwnedQuerySet, Student, User

PERSON = settings.AUTH_USER_MODEL


class ObservationQuerySet(SchoolOwnedQuerySet):
    def visible_to(self, user: User) -> ObservationQuerySet:
        """Raw observations are for the people of their cycle, and nobody else."""
        return self.filter(lesson__cycle__in=Cycle.objects.joined_by(user))

    def standing(self) -> ObservationQuerySet:
        """Without those that were taken back."""
        return self.filter(voided_at__isnull=True)


class Observation(models.Model):
    """One thing that was seen: an event with its code, or a note with fact and interpretation apart."""

    class Kind(models.TextChoices):
        EVENT = "event", _("Event")
        NOTE = "note", _("Note")
        SAMPLE = "sample", _("Time sample")
        MARKER = "marker", _("Marker")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.PROTECT, related_name="observations")
    observer = models.ForeignKey(PERSON, models.PROTECT, related_name="observations")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.ForeignKey(EventCode, models.PROTECT, null=True, blank=True, related_name="+")
    student = models.ForeignKey(
        Student, models.PROTECT, null=True, blank=True, related_name="observations", verbose_name=_("pupil")
    )
    target = models.ForeignKey(Student, models.PROTECT, null=True, blank=True, related_name="+")
    target_teacher = models.BooleanField(default=False)
    group = models.ForeignKey(StudentGroup, models.SET_NULL, null=True, blank=True, related_name="+")
    step = models.ForeignKey(PlanStep, models.SET_NULL, null=True, blank=True, related_name="+")
    response = models.ForeignKey(
        AnticipatedResponse, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    happened_at = models.DateTimeField()
    elapsed = models.PositiveIntegerField(null=True, blank=True)  # seconds since the lesson began
    seq = models.PositiveIntegerField(null=True, blank=True)
    fact = models.TextField(_("what I saw"), blank=True)
    interpretation = models.TextField(_("what I think it means"), blank=True)
    question = models.TextField(_("a question it raises"), blank=True)
    domain = models.CharField(max_length=12, choices=Domain.choices, blank=True)
    flagged = models.BooleanField(_("bring to the debrief"), default=False)
    device = models.UUIDField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)  # of what a tablet sent
    # As the tablet's clock had it; ``happened_at`` is the same moment on the server's.
    said_at = models.DateTimeField(null=True, blank=True)
    clock_behind = models.DurationField(null=True, blank=True)  # how far it was off when it sent
    received_at = models.DateTimeField(auto_now_add=True)
    # A replacement may arrive before what it replaces, which may never come: the database does not insist.
    replaces = models.ForeignKey(
        "self", models.DO_NOTHING, null=True, blank=True, related_name="replaced_by", db_constraint=False
    )
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["lesson", "happened_at", "seq", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="event") | Q(code__isnull=False), name="observation_event_has_code"
            ),
            models.CheckConstraint(condition=~Q(kind="note") | ~Q(fact=""), name="observation_note_has_fact"),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | Q(target_teacher=False), name="observation_one_target"
            ),
        ]
        indexes = [
            models.Index(fields=["lesson", "happened_at", "seq"], name="observation_lesson_time"),
            models.Index(fields=["lesson", "student", "code"], name="observation_lesson_student"),
            models.Index(fields=["lesson", "observer", "-received_at"], name="observation_mine"),
            models.Index(fields=["student", "happened_at"], name="observation_student_time"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
