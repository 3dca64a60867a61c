"""Plan: teams, cycles, research lessons, their plans, groups of pupils and who watches whom."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cycles.stages import Stage
from schools.models import Role, School, SchoolClass, SchoolOwnedQuerySet, Student, User

PERSON = settings.AUTH_USER_MODEL


class Domain(models.TextChoices):
    COGNITIVE = "cognitive", _("Cognitive")
    AFFECTIVE = "affective", _("Affective")
    PSYCHOMOTOR = "psychomotor", _("Psychomotor")


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


class Cycle(models.Model):
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
        help_text=_("What you want to learn about your pupils, in a sentence or two."),
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
        indexes = [models.Index(fields=["school", "stage", "-created_at"], name="cycle_school_stage")]
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


class LessonPlan(models.Model):
    """A version of the team's plan for one lesson. Frozen once observing starts."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="plans")
    version = models.PositiveSmallIntegerField(default=1)
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    prior_knowledge = models.TextField(
        _("what pupils already know"), blank=True, help_text=_("The earlier ideas this lesson builds on.")
    )
    frozen_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["lesson", "version"]
        constraints = [models.UniqueConstraint(fields=["lesson", "version"], name="plan_version_once")]

    def __str__(self) -> str:
        return _("Plan, version %(number)d") % {"number": self.version}


class Objective(models.Model):
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="objectives")
    order = models.PositiveSmallIntegerField(default=0)
    domain = models.CharField(_("domain"), max_length=12, choices=Domain.choices, default=Domain.COGNITIVE)
    statement = models.CharField(_("objective"), max_length=500)
    success_criterion = models.CharField(
        _("how you will see it"),
        max_length=500,
        blank=True,
        help_text=_("What a pupil who got there does or says."),
    )

    class Meta:
        ordering = ["plan", "order", "pk"]

    def __str__(self) -> str:
        return self.statement


class PlanStep(models.Model):
    """One row of the sheet: what pupils do, what we expect them to think, what to watch for."""

    class Phase(models.TextChoices):
        OPENING = "opening", _("Opening")
        CORE = "core", _("Core")
        CLOSING = "closing", _("Closing")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField(default=0)
    phase = models.CharField(_("phase"), max_length=10, choices=Phase.choices, default=Phase.CORE)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5, validators=[MaxValueValidator(240)])
    activity = models.TextField(_("what pupils do"))
    key_question = models.CharField(_("key question"), max_length=500, blank=True)
    teacher_response = models.TextField(_("what we will do"), blank=True)
    observation_point = models.TextField(
        _("watch for"), blank=True, help_text=_("What observers should look at during this step.")
    )

    class Meta:
        ordering = ["plan", "order", "pk"]

    def __str__(self) -> str:
        return self.activity[:60]


class AnticipatedResponse(models.Model):
    """What the team expects a pupil to think, say or do at a step."""

    class Kind(models.TextChoices):
        CORRECT = "correct", _("Correct")
        PARTIAL = "partial", _("Partly correct")
        MISCONCEPTION = "misconception", _("Misconception")
        NONE = "none", _("No response")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    step = models.ForeignKey(PlanStep, models.CASCADE, related_name="responses")
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices, default=Kind.CORRECT)
    text = models.CharField(_("expected response"), max_length=500)

    class Meta:
        ordering = ["step", "order", "pk"]

    def __str__(self) -> str:
        return self.text


class StudentGroup(models.Model):
    """A group of pupils in one lesson."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="groups")
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        ordering = ["lesson", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["lesson", "name"], name="group_name_once")]

    def __str__(self) -> str:
        return self.name


class GroupPlace(models.Model):
    """A pupil's place in a group; in one lesson a pupil has one place at most."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="places")
    group = models.ForeignKey(StudentGroup, models.CASCADE, related_name="places")
    student = models.ForeignKey(Student, models.CASCADE, related_name="places")

    class Meta:
        ordering = ["group", "student__code"]
        constraints = [models.UniqueConstraint(fields=["lesson", "student"], name="one_place_a_lesson")]

    def __str__(self) -> str:
        return f"{self.student} · {self.group}"


class ObserverAssignment(models.Model):
    """Who watches which group."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="assignments")
    observer = models.ForeignKey(PERSON, models.CASCADE, related_name="assignments")
    group = models.ForeignKey(StudentGroup, models.CASCADE, related_name="assignments")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["lesson", "observer", "group"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "observer", "group"], name="assignment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.observer} → {self.group}"
