"""Reflect: the debrief, what was said, findings with their evidence, decisions, and the report."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cycles.models import Cycle, ResearchLesson
from observations.models import Interview, Observation
from schools.models import Role, School, SchoolOwnedQuerySet, User

PERSON = settings.AUTH_USER_MODEL


class OfCycleQuerySet(SchoolOwnedQuerySet):
    """Rows of the debrief: for the people of the cycle."""

    path = "cycle"

    def visible_to(self, user: User) -> OfCycleQuerySet:
        return self.filter(**{f"{self.path}__in": Cycle.objects.joined_by(user)})


class OfDebriefQuerySet(OfCycleQuerySet):
    path = "debrief__lesson__cycle"


class DebriefQuerySet(OfCycleQuerySet):
    path = "lesson__cycle"


class Debrief(models.Model):
    """The meeting after one lesson."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.OneToOneField(ResearchLesson, models.CASCADE, related_name="debrief")
    opened_at = models.DateTimeField(auto_now_add=True)

    objects = DebriefQuerySet.as_manager()

    def __str__(self) -> str:
        return _("Debrief of %(lesson)s") % {"lesson": self.lesson}

    def get_absolute_url(self) -> str:
        return reverse("reflections:debrief", args=[self.lesson_id])


class Statement(models.Model):
    """Something said in the debrief. Without evidence it is called an opinion."""

    class Kind(models.TextChoices):
        FACT = "fact", _("What was seen")
        INTERPRETATION = "interpretation", _("What it may mean")
        SUGGESTION = "suggestion", _("Suggestion")
        QUESTION = "question", _("Question")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    debrief = models.ForeignKey(Debrief, models.CASCADE, related_name="statements")
    speaker = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("speaker"))
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices, default=Kind.FACT)
    text = models.TextField(_("what was said"))
    observation = models.ForeignKey(
        Observation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfDebriefQuerySet.as_manager()

    class Meta:
        ordering = ["debrief", "created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Claim(models.Model):
    """A finding: one sentence the report asserts, with a status computed from its evidence."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="claims")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="claims")
    text = models.TextField(_("finding"))
    answer = models.TextField(_("answer to the evidence against it"), blank=True)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfCycleQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("reflections:claim", args=[self.pk])


class EvidenceLink(models.Model):
    """One piece of evidence for, against or beside a finding."""

    class Stance(models.TextChoices):
        SUPPORTS = "supports", _("supports it")
        CONTRADICTS = "contradicts", _("speaks against it")
        CONTEXT = "context", _("background")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="links")
    observation = models.ForeignKey(Observation, models.PROTECT, null=True, blank=True, related_name="links")
    interview = models.ForeignKey(Interview, models.PROTECT, null=True, blank=True, related_name="links")
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, blank=True, related_name="links")
    stance = models.CharField(max_length=12, choices=Stance.choices, default=Stance.SUPPORTS)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["claim", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(observation__isnull=False, interview__isnull=True, statement__isnull=True)
                | Q(observation__isnull=True, interview__isnull=False, statement__isnull=True)
                | Q(observation__isnull=True, interview__isnull=True, statement__isnull=False),
                name="evidence_is_exactly_one_thing",
            ),
            models.UniqueConstraint(
                fields=["claim", "observation"],
                condition=Q(observation__isnull=False),
                name="evidence_observation_once",
            ),
            models.UniqueConstraint(
                fields=["claim", "interview"],
                condition=Q(interview__isnull=False),
                name="evidence_interview_once",
            ),
            models.UniqueConstraint(
                fields=["claim", "statement"],
                condition=Q(statement__isnull=False),
                name="evidence_statement_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.stance}"


class Decision(models.Model):
    """What the team will do, who sees to it, and by when."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="decisions")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="decisions")
    text = models.CharField(_("what we will do"), max_length=500)
    owner = models.ForeignKey(PERSON, models.PROTECT, related_name="decisions", verbose_name=_("who"))
    due_on = models.DateField(_("by when"))
    done_at = models.DateTimeField(null=True, editable=False)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfCycleQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "due_on", "pk"]
        indexes = [models.Index(fields=["owner", "done_at", "due_on"], name="decision_owner_open")]

    def __str__(self) -> str:
        return self.text[:60]


class ReportQuerySet(SchoolOwnedQuerySet):
    def visible_to(self, user: User) -> ReportQuerySet:
        """Every report of one's own cycles; in one's school, as teacher or principal, the published ones."""
        own = Q(lesson__cycle__in=Cycle.objects.joined_by(user))
        school = School.objects.of(user, Role.TEACHER, Role.PRINCIPAL)
        return self.filter(own | Q(school__in=school, published_at__isnull=False))

    def published(self) -> ReportQuerySet:
        return self.filter(published_at__isnull=False)


class Report(models.Model):
    """The debriefing report of a lesson, and the queue of the work that makes it.

    ``queued → running → ready | failed``. A worker holds a running row by ``token`` until ``lease_until``;
    only ``reflections.report.queue`` moves the state.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being written")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    class Step(models.TextChoices):
        WAITING = "waiting", _("Waiting for its turn")
        COUNTING = "counting", _("Counting what pupils did")
        WEIGHING = "weighing", _("Weighing the evidence of each finding")
        SETTING = "setting", _("Setting the pages")
        STORING = "storing", _("Putting the report away safely")
        DONE = "done", _("Done")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="reports")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED, editable=False)
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.WAITING, editable=False)
    progress = models.PositiveSmallIntegerField(default=0, editable=False)
    attempt = models.PositiveSmallIntegerField(default=0, editable=False)
    token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    woken_at = models.DateTimeField(null=True, editable=False)
    snapshot = models.JSONField(null=True, editable=False)
    pdf = models.CharField(max_length=200, blank=True, editable=False)
    checksum = models.CharField(max_length=64, blank=True, editable=False)
    error = models.CharField(max_length=20, blank=True, editable=False)
    requested_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["lesson", "-version"]
        indexes = [
            models.Index(fields=["state", "lease_until"], name="report_queue"),
            models.Index(fields=["school", "-published_at"], name="report_published"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "version"], name="report_version_once"),
            models.UniqueConstraint(
                fields=["lesson"], condition=Q(state__in=["queued", "running"]), name="report_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(snapshot__isnull=False) & ~Q(pdf="") & ~Q(checksum="")),
                name="report_ready_has_its_pages",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(token__isnull=False, lease_until__isnull=False),
                name="report_running_has_a_holder",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(state="ready"), name="report_published_is_ready"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("reflections:report", args=[self.pk])
