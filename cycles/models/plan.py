"""The sheet: what a lesson is about, its objectives, its steps with what pupils may answer, the board."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models.lesson import ResearchLesson
from cycles.models.rows import LONGEST, PERSON, Row
from lessonstudy.lib.plain import shortened
from schools.models import School


class Domain(models.TextChoices):
    COGNITIVE = "cognitive", _("Cognitive")
    AFFECTIVE = "affective", _("Affective")
    PSYCHOMOTOR = "psychomotor", _("Psychomotor")


def _school_format(label: str, hint: str) -> models.TextField:
    """A text that only the schools’ own forms of a plan ask for."""
    return models.TextField(label, blank=True, max_length=LONGEST, help_text=hint)


class LessonPlan(Row):
    """A version of the team's plan for one lesson. Frozen once observing starts."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="plans")
    version = models.PositiveSmallIntegerField(default=1)
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    prior_knowledge = models.TextField(
        _("what pupils already know"),
        blank=True,
        max_length=LONGEST,
        help_text=_("The earlier ideas this lesson builds on."),
    )
    learning_outcome = _school_format(
        _("learning outcome of the phase"), _("The part of the curriculum this lesson serves.")
    )
    meaning = _school_format(
        _("meaningful understanding"), _("What pupils take with them for their own lives.")
    )
    opening_question = _school_format(
        _("opening question"), _("A question that makes pupils want to find out.")
    )
    material_character = _school_format(
        _("character of the material"), _("What kind of knowledge it is, how it is linked, how hard it is.")
    )
    approach = _school_format(_("way of teaching"), _("Model, strategy or method."))
    partnership = _school_format(_("partners"), _("Parents, community, other teachers."))
    environment = _school_format(_("learning environment"), _("The room, the atmosphere, what is online."))
    digital_tools = _school_format(_("digital tools"), _("What they are used for."))
    facilities = _school_format(_("facilities"), _("What has to be there: room, tools, media."))
    assessment = _school_format(
        _("assessment"), _("Before, during and after: process and product, for each objective.")
    )
    worksheet = _school_format(_("worksheet"), _("The pupils’ task as they will read it."))
    reading = _school_format(_("reading"), _("Texts for pupils and teachers."))
    glossary = _school_format(_("glossary"), _("Words that need explaining."))
    frozen_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["lesson", "version"]
        constraints = [models.UniqueConstraint(fields=["lesson", "version"], name="plan_version_once")]

    def __str__(self) -> str:
        return _("Plan, version %(number)d") % {"number": self.version}


class Objective(Row):
    """What pupils should reach, how it will be seen, and what four levels of it look like."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="objectives")
    came_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", editable=False)
    order = models.PositiveSmallIntegerField(default=0)
    domain = models.CharField(_("domain"), max_length=12, choices=Domain.choices, default=Domain.COGNITIVE)
    statement = models.CharField(_("objective"), max_length=500, blank=True)
    success_criterion = models.CharField(
        _("how you will see it"),
        max_length=500,
        blank=True,
        help_text=_("What a pupil who got there does or says."),
    )
    level_starting = models.CharField(_("just beginning"), max_length=500, blank=True)
    level_adequate = models.CharField(_("getting there"), max_length=500, blank=True)
    level_capable = models.CharField(_("capable"), max_length=500, blank=True)
    level_proficient = models.CharField(_("proficient"), max_length=500, blank=True)

    class Meta:
        ordering = ["plan", "order", "pk"]

    def __str__(self) -> str:
        return self.statement


class PlanStep(Row):
    """One row of the sheet: what pupils do, what we expect them to think, what to watch for."""

    class Phase(models.TextChoices):
        OPENING = "opening", _("Opening")
        CORE = "core", _("Core")
        CLOSING = "closing", _("Closing")

    class Episode(models.TextChoices):
        """Bruner's three episodes of learning."""

        INFORMATION = "information", _("Information")
        TRANSFORMATION = "transformation", _("Transformation")
        EVALUATION = "evaluation", _("Evaluation")

    class Grouping(models.TextChoices):
        WHOLE = "whole", _("Whole class")
        INDIVIDUAL = "individual", _("Each alone")
        PAIR = "pair", _("Pairs")
        GROUP = "group", _("Groups")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="steps")
    came_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", editable=False)
    order = models.PositiveSmallIntegerField(default=0)
    phase = models.CharField(_("phase"), max_length=10, choices=Phase.choices, default=Phase.CORE)
    episode = models.CharField(_("learning episode"), max_length=15, choices=Episode.choices, blank=True)
    domain = models.CharField(_("domain"), max_length=12, choices=Domain.choices, blank=True)
    grouping_mode = models.CharField(_("pupils work"), max_length=10, choices=Grouping.choices, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5, validators=[MaxValueValidator(240)])
    activity = models.TextField(_("what pupils do"), blank=True, max_length=LONGEST)
    key_question = models.CharField(_("key question"), max_length=500, blank=True)
    link_to_known = models.TextField(
        _("link to what they know"),
        blank=True,
        max_length=LONGEST,
        help_text=_("Which earlier idea does this step build on?"),
    )
    teacher_response = models.TextField(_("what we will do"), blank=True, max_length=LONGEST)
    observation_point = models.TextField(
        _("watch for"),
        blank=True,
        max_length=LONGEST,
        help_text=_("What observers should look at during this step."),
    )
    evaluation_point = models.TextField(
        _("how we see that it worked"),
        blank=True,
        max_length=LONGEST,
        help_text=_("What to look at, by what means, and what is good enough."),
    )
    materials = models.TextField(
        _("materials"),
        blank=True,
        max_length=LONGEST,
        help_text=_("Worksheet, objects, what is on the board."),
    )

    class Meta:
        ordering = ["plan", "order", "pk"]

    def __str__(self) -> str:
        return shortened(self.activity, 60)


class AnticipatedResponse(Row):
    """What the team expects a pupil to think, say or do at a step, and how it will help then."""

    class Kind(models.TextChoices):
        CORRECT = "correct", _("Correct")
        PARTIAL = "partial", _("Partly correct")
        MISCONCEPTION = "misconception", _("Misconception")
        NONE = "none", _("No response")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    step = models.ForeignKey(PlanStep, models.CASCADE, related_name="responses")
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices, default=Kind.CORRECT)
    text = models.CharField(_("expected response"), max_length=500, blank=True)
    support = models.TextField(_("how we will help then"), blank=True, max_length=LONGEST)

    class Meta:
        ordering = ["step", "order", "pk"]
        indexes = [models.Index(fields=["school", "kind"], name="response_school_kind")]

    def __str__(self) -> str:
        return self.text


class BoardZone(Row):
    """A part of the board as it should look at the end of the lesson, from left to right."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="zones")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(
        _("part of the board"),
        max_length=100,
        blank=True,
        help_text=_("For example: problem, ways, conclusion."),
    )
    content = models.TextField(_("what will stand there"), blank=True, max_length=LONGEST)
    response = models.ForeignKey(
        AnticipatedResponse,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="zones",
        verbose_name=_("from a pupil’s idea"),
    )
    minute = models.PositiveSmallIntegerField(
        _("minute"), null=True, blank=True, validators=[MaxValueValidator(240)]
    )

    class Meta:
        ordering = ["plan", "order", "pk"]

    def __str__(self) -> str:
        return self.title


class ProfileDimension(models.Model):
    """A dimension of the graduate profile, in the words of the school. Its administrator keeps the list."""

    school = models.ForeignKey(
        School, models.PROTECT, related_name="profile_dimensions", verbose_name=_("school")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=200)
    is_used = models.BooleanField(
        _("offered for new plans"), default=True, help_text=_("Plans that have it already keep it.")
    )

    class Meta:
        ordering = ["school", "order", "pk"]
        verbose_name = _("dimension of the graduate profile")
        verbose_name_plural = _("dimensions of the graduate profile")
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="dimension_name_once")]

    def __str__(self) -> str:
        return self.name


class PlanDimension(models.Model):
    """A dimension of the graduate profile that a lesson serves."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="dimensions")
    dimension = models.ForeignKey(ProfileDimension, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["plan", "dimension__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "dimension"], name="plan_dimension_once")]

    def __str__(self) -> str:
        return str(self.dimension)


class PlanComment(models.Model):
    """What a colleague has to say about the plan, or about one step of it."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="comments")
    step = models.ForeignKey(PlanStep, models.SET_NULL, null=True, related_name="comments")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="plan_comments")
    text = models.TextField(_("comment"), max_length=LONGEST)
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", editable=False)

    class Meta:
        ordering = ["plan", "created_at", "pk"]

    def __str__(self) -> str:
        return shortened(self.text, 60)


class PlanRevision(models.Model):
    """The whole sheet as it stood when somebody gave it a name (``cycles.sheet``); never changed."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=100)
    reason = models.CharField(_("why"), max_length=500, blank=True)
    sheet = models.JSONField(editable=False)
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["plan", "-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_revision_number_once")]

    def __str__(self) -> str:
        return f"{self.number} · {self.name}"


class ChangeReason(models.Model):
    """Why a row is not as it was taught: said of the row as it is now, or of the taught row that went."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="change_reasons")
    step = models.OneToOneField(PlanStep, models.CASCADE, null=True, related_name="change_reason")
    taught = models.ForeignKey(PlanStep, models.CASCADE, null=True, related_name="+")
    text = models.CharField(_("why it was changed"), max_length=500)
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "taught"], name="change_reason_once"),
            models.CheckConstraint(
                condition=Q(step__isnull=True) ^ Q(taught__isnull=True), name="change_reason_of_one_row"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PlanPresence(models.Model):
    """Who has a plan open now, and at which step; one row a person, written over again and again."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="presences")
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    step = models.ForeignKey(PlanStep, models.SET_NULL, null=True, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "user"]
        constraints = [models.UniqueConstraint(fields=["plan", "user"], name="plan_presence_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.plan}"
