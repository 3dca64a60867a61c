"""Shape and validation of what is typed about a cycle. Choices never leave the cycle's own school."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.models import (
    AnticipatedResponse,
    Cycle,
    CycleRole,
    LessonPlan,
    Objective,
    PlanStep,
    ResearchLesson,
    Team,
)
from cycles.selectors import classes_for, colleagues
from cycles.stages import Stage
from schools.models import User

MOMENT = "%Y-%m-%dT%H:%M"


def moment_widget() -> forms.DateTimeInput:
    """A date and a time, as the browser asks for them."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)


class CycleForm(forms.ModelForm):
    """A new cycle: its class, its question, and when the first lesson may be."""

    team_name = forms.CharField(
        label=_("Team"), max_length=100, help_text=_("An existing team's name, or a new one.")
    )
    scheduled_at = forms.DateTimeField(
        label=_("First lesson"), required=False, widget=moment_widget(), help_text=_("You can set it later.")
    )

    class Meta:
        model = Cycle
        fields = ["title", "school_class", "subject", "theme"]
        widgets = {"theme": forms.Textarea(attrs={"rows": 3})}

    field_order = ["title", "school_class", "team_name", "subject", "theme", "scheduled_at"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school_class"].queryset = classes_for(user)
        teams = Team.objects.of_schools(user).values_list("name", flat=True)[:50]
        self.fields["team_name"].widget.attrs["list"] = "teams"
        self.teams = list(teams)


class FilterForm(forms.Form):
    """What the list of cycles is narrowed to."""

    q = forms.CharField(label=_("Words in title or theme"), required=False, max_length=100)
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", _("All stages")), *Stage.choices]
    )


class RoleForm(forms.Form):
    """A person of the school and what they do in the cycle."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=CycleRole.Kind.choices)

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = colleagues(cycle)


class ScheduleForm(forms.ModelForm):
    class Meta:
        model = ResearchLesson
        fields = ["scheduled_at", "minutes", "room", "model_teacher"]
        widgets = {"scheduled_at": moment_widget()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model_teacher"].queryset = colleagues(self.instance.cycle)
        self.fields["model_teacher"].empty_label = _("Not decided yet")


class PlanForm(forms.ModelForm):
    class Meta:
        model = LessonPlan
        fields = ["topic", "prior_knowledge"]
        widgets = {"prior_knowledge": forms.Textarea(attrs={"rows": 3})}


class ObjectiveForm(forms.ModelForm):
    class Meta:
        model = Objective
        fields = ["statement", "domain", "success_criterion"]


class StepForm(forms.ModelForm):
    """One row of the sheet."""

    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=240)

    class Meta:
        model = PlanStep
        fields = ["phase", "minutes", "activity", "key_question", "teacher_response", "observation_point"]
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("activity", "teacher_response", "observation_point")
        }


ResponseFormSet = forms.inlineformset_factory(
    PlanStep, AnticipatedResponse, fields=["text", "kind"], extra=2, can_delete=True, max_num=20
)


class GroupsForm(forms.Form):
    """Which group each pupil sits in; 0 is none (absent)."""

    count = forms.IntegerField(label=_("Number of groups"), min_value=1, max_value=15)

    def __init__(self, *args: Any, pupils: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for pupil in pupils:
            self.fields[f"pupil_{pupil.pk}"] = forms.IntegerField(
                label=pupil.code, min_value=0, max_value=15, required=False
            )

    def places(self) -> dict[int, int]:
        """Pupil id → group number, without those who have no place."""
        return {
            int(name.removeprefix("pupil_")): number
            for name, number in self.cleaned_data.items()
            if name.startswith("pupil_") and number
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        count = cleaned.get("count") or 0
        for name, number in list(cleaned.items()):  # a field in error is taken out on the way
            if name.startswith("pupil_") and number and number > count:
                self.add_error(name, _("There is no group %(number)d.") % {"number": number})
        return cleaned
