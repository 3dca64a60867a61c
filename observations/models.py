"""Observe: event codes, sessions, what was really watched, observations and interviews.

What was observed is never overwritten: a correction voids the old row and adds a new one.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models import AnticipatedResponse, Cycle, Domain, PlanStep, ResearchLesson, StudentGroup
from observations.codes import DEFINITIONS, LABELS
from schools.models import School, SchoolOwnedQuerySet, Student, User

PERSON = settings.AUTH_USER_MODEL


class EventCode(models.Model):
    """A countable act of a pupil. Without a school it is one of the built-in twelve."""

    class Direction(models.TextChoices):
        GIVES = "gives", _("gives")
        TAKES = "takes", _("takes")
        NEITHER = "neither", _("neither")

    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="event_codes")
    slug = models.SlugField(max_length=30, unique=True)
    label = models.CharField(_("label"), max_length=60)
    definition = models.CharField(_("definition"), max_length=300)
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.NEITHER)
    domain = models.CharField(max_length=12, choices=Domain.choices, default=Domain.COGNITIVE)
    order = models.PositiveSmallIntegerField(default=0)
    shown_first = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.slug

    @property
    def words(self) -> str:
        """The label as the reader's language has it; a school's own code keeps the school's words."""
        return str(LABELS.get(self.slug, self.label))

    @property
    def meaning(self) -> str:
        return str(DEFINITIONS.get(self.slug, self.definition))


class ObservationSession(models.Model):
    """One observer in one lesson, from the moment the ground rules were accepted."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="sessions")
    observer = models.ForeignKey(PERSON, models.PROTECT, related_name="sessions")
    rules_accepted_at = models.DateTimeField()

    class Meta:
        ordering = ["lesson", "rules_accepted_at"]
        constraints = [models.UniqueConstraint(fields=["lesson", "observer"], name="session_once")]

    def __str__(self) -> str:
        return f"{self.observer} · {self.lesson_id}"


class Watch(models.Model):
    """What an observer really watched. Unwatched is missing, not zero."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    session = models.ForeignKey(ObservationSession, models.CASCADE, related_name="watches")
    student = models.ForeignKey(Student, models.CASCADE, null=True, blank=True, related_name="+")
    group = models.ForeignKey(StudentGroup, models.CASCADE, null=True, blank=True, related_name="watches")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)

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
    received_at = models.DateTimeField(auto_now_add=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
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
        ]

    def __str__(self) -> str:
        return str(self.pk)


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
