"""Teams, cycles, who does what in them, and the history of their stages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cycles.models.rows import LONGEST, PERSON, Row
from cycles.stages import Stage
from schools.models import Role, School, SchoolClass, SchoolOwnedQuerySet, User


class Team(models.Model):
    school = models.ForeignKey(School, models.PROTECT, related_name="teams", verbose_name=_("school"))
    name = models.CharField(_("name"), max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SchoolOwnedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class CycleQuerySet(SchoolOwnedQuerySet):
    def joined_by(self, user: User) -> CycleQuerySet:
        """Cycles in which this person has a role."""
        return self.filter(pk__in=CycleRole.objects.filter(user=user).values("cycle"))

    def visible_to(self, user: User) -> CycleQuerySet:
        """Cycles whose page this person may open: their own; as principal or administrator, the school's."""
        joined = CycleRole.objects.filter(user=user).values("cycle")
        led = School.objects.of(user, Role.PRINCIPAL, Role.ADMINISTRATOR)
        return self.filter(Q(pk__in=joined) | Q(school__in=led))

    def listed_for(self, user: User) -> CycleQuerySet:
        """Cycles this person may know of by title, team and stage: the school's, and their own anywhere."""
        joined = CycleRole.objects.filter(user=user).values("cycle")
        return self.filter(Q(pk__in=joined) | Q(school__in=School.objects.of(user)))

    def plan_visible_to(self, user: User) -> CycleQuerySet:
        """Cycles whose plan this person may read: their own, and the principal's school's."""
        joined = CycleRole.objects.filter(user=user).values("cycle")
        return self.filter(Q(pk__in=joined) | Q(school__in=School.objects.of(user, Role.PRINCIPAL)))

    def open(self) -> CycleQuerySet:
        return self.exclude(stage=Stage.CLOSED)


class Cycle(Row):
    """One theme run from plan to report. Only ``cycles.workflow`` changes its stage."""

    school = models.ForeignKey(School, models.PROTECT, related_name="cycles", verbose_name=_("school"))
    team = models.ForeignKey(Team, models.PROTECT, related_name="cycles", verbose_name=_("team"))
    school_class = models.ForeignKey(
        SchoolClass, models.PROTECT, related_name="cycles", verbose_name=_("class")
    )
    title = models.CharField(_("title"), max_length=200)
    subject = models.CharField(_("subject"), max_length=100, blank=True)
    theme = models.TextField(
        _("research theme"),
        blank=True,
        max_length=LONGEST,
        help_text=_("What you want to learn about your pupils, in a sentence or two."),
    )
    focus = models.CharField(
        _("focus"),
        max_length=300,
        blank=True,
        help_text=_("We want to learn how to improve the way we teach … to …"),
    )
    ideal = models.TextField(
        _("the pupils we hope for"),
        blank=True,
        max_length=LONGEST,
        help_text=_("When they leave our school, what should they be like?"),
    )
    actual = models.TextField(
        _("our pupils now"),
        blank=True,
        max_length=LONGEST,
        help_text=_("What do you see in them today? Say what you saw, not what you think of it."),
    )
    gap = models.TextField(
        _("the gap to work on"),
        blank=True,
        max_length=LONGEST,
        help_text=_("Which part of the way between the two does this cycle take up?"),
    )
    hypothesis_in = models.CharField(
        _("in what"), max_length=500, blank=True, help_text=_("The content or moment of the lesson.")
    )
    hypothesis_by = models.CharField(
        _("by what means"), max_length=500, blank=True, help_text=_("What the team will do differently.")
    )
    hypothesis_change = models.CharField(
        _("what will change"), max_length=500, blank=True, help_text=_("What pupils will then do or say.")
    )
    previous = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="later",
        verbose_name=_("continues the cycle"),
    )
    stage = models.CharField(
        _("stage"), max_length=10, choices=Stage.choices, default=Stage.PLAN, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        indexes = [
            models.Index(fields=["school", "stage", "-created_at"], name="cycle_school_stage"),
            models.Index(fields=["school", "subject"], name="cycle_school_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="cycle_stage_known"),
            models.CheckConstraint(
                condition=Q(stage=Stage.CLOSED, closed_at__isnull=False)
                | (~Q(stage=Stage.CLOSED) & Q(closed_at__isnull=True)),
                name="cycle_closed_at_iff_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("cycle", args=[self.pk])

    @property
    def hypothesis(self) -> str:
        """The three slots as one sentence; "" until all three are filled."""
        slots = {"scene": self.hypothesis_in, "means": self.hypothesis_by, "change": self.hypothesis_change}
        if not all(slots.values()):
            return ""
        return _("In %(scene)s, by %(means)s, %(change)s.") % {k: v.rstrip(" .") for k, v in slots.items()}


class StageChange(models.Model):
    """The history of a cycle's stage; rows are only ever added."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="stage_changes")
    from_stage = models.CharField(max_length=10, choices=Stage.choices)
    to_stage = models.CharField(max_length=10, choices=Stage.choices)
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"


class CycleRole(models.Model):
    """What a person does in one cycle. A knowledgeable other from outside has this role and nothing else."""

    class Kind(models.TextChoices):
        MODEL_TEACHER = "model_teacher", _("Model teacher")
        PLANNER = "planner", _("Planner")
        OBSERVER = "observer", _("Observer")
        MODERATOR = "moderator", _("Moderator")
        RECORDER = "recorder", _("Recorder")
        COMMENTATOR = "commentator", _("Knowledgeable other")
        COORDINATOR = "coordinator", _("Coordinator")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="roles")
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="cycle_roles", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Kind.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["cycle", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "user", "role"], name="cycle_role_once"),
        ]
        indexes = [models.Index(fields=["user", "cycle"], name="cycle_role_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
