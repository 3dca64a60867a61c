"""The cells of the sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.forms.rows import RowForm
from cycles.models import (
    AnticipatedResponse,
    BoardZone,
    LessonPlan,
    Objective,
    PlanComment,
    PlanStep,
)
from cycles.sheet import LEVELS, SCHOOL_FORMAT


class HeaderForm(RowForm):
    """What the lesson is about, and what pupils bring."""

    class Meta:
        model = LessonPlan
        fields = ["topic", "prior_knowledge"]


class SchoolFormatForm(RowForm):
    """What only the school's own forms of a plan ask for."""

    class Meta:
        model = LessonPlan
        fields = list(SCHOOL_FORMAT)


class ObjectiveForm(RowForm):
    class Meta:
        model = Objective
        fields = ["statement", "domain", "success_criterion", *LEVELS]
        widgets = dict.fromkeys(["statement", "success_criterion", *LEVELS], forms.Textarea())


class StepForm(RowForm):
    """One row of the sheet."""

    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=0,
        max_value=240,
        error_messages={
            "min_value": _("A step cannot take less than 0 minutes. Write a number from 0 to 240."),
            "max_value": _("A step of more than 240 minutes is longer than any lesson. Write 240 or less."),
            "invalid": _("Write the minutes as a whole number, for example 10."),
        },
    )

    class Meta:
        model = PlanStep
        fields = [
            "phase",
            "minutes",
            "episode",
            "grouping_mode",
            "domain",
            "activity",
            "key_question",
            "teacher_response",
            "observation_point",
            "evaluation_point",
            "link_to_known",
            "materials",
        ]
        widgets = {"key_question": forms.Textarea()}


class StepBeginsForm(StepForm):
    """The columns of the table before what pupils may think."""

    part = "-begins"

    class Meta(StepForm.Meta):
        fields = StepForm.Meta.fields[: StepForm.Meta.fields.index("teacher_response")]


class StepEndsForm(StepForm):
    """The columns of the table after it."""

    part = "-ends"
    minutes = None

    class Meta(StepForm.Meta):
        fields = StepForm.Meta.fields[StepForm.Meta.fields.index("teacher_response") :]


class ResponseForm(RowForm):
    """One thing pupils may think, say or do."""

    class Meta:
        model = AnticipatedResponse
        fields = ["kind", "text", "support"]
        widgets = {"text": forms.Textarea()}


class ZoneForm(RowForm):
    """A part of the board."""

    class Meta:
        model = BoardZone
        fields = ["title", "content", "response", "minute"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        says_something = ~Q(text="") | Q(pk=self.instance.response_id)  # what was chosen stays on offer
        expected = AnticipatedResponse.objects.filter(says_something, step__plan=self.instance.plan)
        self.fields["response"].queryset = expected.order_by("step__order", "order")
        self.fields["response"].label_from_instance = lambda response: str(response) or _("Not written yet")
        self.fields["response"].empty_label = _("The teacher writes it")
        self.fields["response"].widget.attrs["class"] = "long"


class CommentForm(forms.ModelForm):
    """What a colleague says of the plan or of one step."""

    class Meta:
        model = PlanComment
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}
        error_messages = {"text": {"required": _("Write your comment first.")}}
