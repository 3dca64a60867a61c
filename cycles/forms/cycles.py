"""A new cycle, and its people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.forms.schedule import moment_widget
from cycles.models import (
    Cycle,
    CycleRole,
    Team,
)
from cycles.selectors import classes_for, colleagues
from cycles.stages import Stage
from schools.models import User


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
