"""The lessons of a cycle: what is taught, when and where."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cycles.models.cycle import Cycle
from cycles.models.rows import LONGEST, PERSON
from schools.models import School, SchoolClass, SchoolOwnedQuerySet, User


class ResearchLessonQuerySet(SchoolOwnedQuerySet):
    def in_cycles(self, cycles: models.QuerySet[Cycle]) -> ResearchLessonQuerySet:
        return self.filter(cycle__in=cycles)

    def visible_to(self, user: User) -> ResearchLessonQuerySet:
        """Lessons whose plan this person may read."""
        return self.in_cycles(Cycle.objects.plan_visible_to(user))

    def joined_by(self, user: User) -> ResearchLessonQuerySet:
        """Lessons whose raw record this person may read: those of their own cycles, nobody else's."""
        return self.in_cycles(Cycle.objects.joined_by(user))


class ResearchLesson(models.Model):
    """One observed lesson of a cycle."""

    class Kind(models.TextChoices):
        FIRST = "first", _("First lesson")
        NEXT = "next", _("Next lesson")
        RETEACH = "reteach", _("Taught again")
        PARALLEL = "parallel", _("Parallel lesson")

    school = models.ForeignKey(School, models.PROTECT, related_name="lessons")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="lessons")
    sequence = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.FIRST)
    school_class = models.ForeignKey(
        SchoolClass, models.PROTECT, related_name="lessons", verbose_name=_("class")
    )
    model_teacher = models.ForeignKey(
        PERSON,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("model teacher"),
        help_text=_("May stay open until late: it is the team's lesson."),
    )
    scheduled_at = models.DateTimeField(_("date and time"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=35, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    room = models.CharField(_("room"), max_length=60, blank=True)
    where_to_stand = models.TextField(
        _("where observers stand"),
        blank=True,
        max_length=LONGEST,
        help_text=_("For example: along the window, where the pupils’ faces can be seen."),
    )
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ResearchLessonQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "sequence"], name="lesson_sequence_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(started_at__isnull=True)
                | Q(ended_at__gte=models.F("started_at")),
                name="lesson_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["school", "scheduled_at"], name="lesson_school_date")]

    def __str__(self) -> str:
        return _("%(cycle)s, lesson %(number)d") % {"cycle": self.cycle, "number": self.sequence}

    def get_absolute_url(self) -> str:
        return reverse("cycles:plan", args=[self.pk])


class MeetingQuerySet(SchoolOwnedQuerySet):
    def visible_to(self, user: User) -> MeetingQuerySet:
        """Meetings of the cycles whose page this person may open."""
        return self.filter(cycle__in=Cycle.objects.visible_to(user))


class Meeting(models.Model):
    """When a team meets: to plan, before the lesson, after it. The lesson has its own date."""

    class Kind(models.TextChoices):
        PLANNING = "planning", _("Planning")
        BRIEFING = "briefing", _("Briefing")
        DEBRIEF = "debrief", _("Debrief")
        OTHER = "other", _("Other meeting")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="meetings")
    lesson = models.ForeignKey(
        ResearchLesson,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("lesson"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PLANNING)
    starts_at = models.DateTimeField(_("date and time"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    room = models.CharField(_("room"), max_length=60, blank=True)
    note = models.CharField(_("what for"), max_length=300, blank=True)
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["school", "starts_at"], name="meeting_school_date")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.cycle}"


class BriefingReading(models.Model):
    """Somebody has read the briefing of a lesson."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="briefing_readings")
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["lesson", "read_at"]
        constraints = [models.UniqueConstraint(fields=["lesson", "user"], name="briefing_read_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.lesson}"


class CalendarAddress(models.Model):
    """A person's secret calendar address. A new ``serial`` makes another address, and the old one dead.

    The address is signed, not stored (``cycles.calendars``). It belongs to a person, who may be in several
    schools.
    """

    user = models.OneToOneField(PERSON, models.CASCADE, related_name="calendar_address")
    serial = models.PositiveIntegerField(default=1)
    is_open = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["user"]

    def __str__(self) -> str:
        return f"{self.user} · {self.serial}"
