"""Groupings of a lesson's class to choose from: one may be in use, the others are alternatives."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cycles.models.cycle import Cycle
from cycles.models.lesson import ResearchLesson
from cycles.models.rows import PERSON
from schools.models import School, SchoolOwnedQuerySet, Student, User


class GroupingQuerySet(SchoolOwnedQuerySet):
    def visible_to(self, user: User) -> GroupingQuerySet:
        """Groupings of the lessons whose plan this person may read."""
        return self.filter(lesson__cycle__in=Cycle.objects.plan_visible_to(user))


def no_moves() -> list[Any]:
    return []


class Grouping(models.Model):
    """One way to seat the class, with what was asked for. Only ``cycles.workflow`` writes it.

    ``wishes``: what to mix and how much, as ``cycles.mixing.Wishes`` keeps it. ``moves``: earlier placements,
    oldest first, each a list of groups of pupil ids, to go back to. ``edition`` counts changes.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="groupings")
    number = models.PositiveSmallIntegerField(_("number"))
    wishes = models.JSONField(default=dict)
    seed = models.PositiveIntegerField(default=1)
    engine = models.CharField(max_length=30)
    objective = models.FloatField()
    score = models.FloatField()
    edition = models.PositiveIntegerField(default=1)
    moves = models.JSONField(default=no_moves)
    used_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GroupingQuerySet.as_manager()

    class Meta:
        ordering = ["lesson", "number"]
        constraints = [models.UniqueConstraint(fields=["lesson", "number"], name="grouping_number_once")]

    def __str__(self) -> str:
        return _("Alternative %(number)d") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("cycles:grouping", args=[self.pk])


class GroupingPlace(models.Model):
    """Where a pupil sits in a grouping (``group`` from 1; 0 is absent), and what was known of them.

    ``participation``: turns in half an hour watched, empty where nobody watched. ``is_quiet``, ``takes_over``
    and ``invites`` were observed or said by the teacher; they are for those who plan, and nobody else.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    grouping = models.ForeignKey(Grouping, models.CASCADE, related_name="places")
    student = models.ForeignKey(Student, models.CASCADE, related_name="+")
    group = models.PositiveSmallIntegerField(default=0)
    locked = models.BooleanField(default=False)
    participation = models.FloatField(null=True, blank=True)
    is_quiet = models.BooleanField(default=False)
    takes_over = models.BooleanField(default=False)
    invites = models.BooleanField(default=False)

    class Meta:
        ordering = ["grouping", "group", "student__code"]
        constraints = [models.UniqueConstraint(fields=["grouping", "student"], name="grouping_place_once")]

    def __str__(self) -> str:
        return f"{self.student_id} · {self.group}"


class GroupingProof(models.Model):
    """The question whether a grouping could be better, waiting for a worker, and its answer.

    The row is the queue; a message only wakes (``lessonstudy.lib.waiting``). ``edition`` is that of the
    grouping asked about: an answer about another one is no longer shown. ``could_gain``: the share of the way
    from drawing lots that a better one could gain at most. ``better``: groups of pupil ids, where found.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("looking")
        READY = "ready", _("answered")
        FAILED = "failed", _("not answered")

    class Step(models.TextChoices):
        WAITING = "waiting", _("Waiting for its turn")
        COSTS = "costs", _("Asking what each rule costs")
        LISTING = "listing", _("Listing every group there could be")
        RULES = "rules", _("Looking whether fewer rules need breaking")
        BOUNDING = "bounding", _("Finding what no grouping can beat")
        DECIDING = "deciding", _("Looking through what is left")
        DONE = "done", _("Done")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    grouping = models.OneToOneField(Grouping, models.CASCADE, related_name="proof")
    edition = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    woken_at = models.DateTimeField(null=True, editable=False)
    error = models.CharField(max_length=30, blank=True)
    is_best = models.BooleanField(default=False)
    rules_proven = models.BooleanField(default=False)
    could_gain = models.FloatField(null=True)
    better = models.JSONField(null=True)
    costs = models.JSONField(default=dict)
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at"]
        indexes = [
            models.Index(
                fields=["state", "woken_at"],
                condition=~Q(state__in=["ready", "failed"]),
                name="proof_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", token__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(token__isnull=True, lease_until__isnull=True)),
                name="proof_held_iff_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grouping_id}: {self.state}"
