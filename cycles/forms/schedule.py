"""When the lesson is, and when the team meets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.models import Cycle, Meeting, ResearchLesson
from cycles.selectors import colleagues

MOMENT = "%Y-%m-%dT%H:%M"


def moment_widget() -> forms.DateTimeInput:
    """A date and a time, as the browser asks for them."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)


class ScheduleForm(forms.ModelForm):
    """When, where and by whom a lesson is taught, and where observers stand."""

    class Meta:
        model = ResearchLesson
        fields = ["scheduled_at", "minutes", "room", "model_teacher", "where_to_stand"]
        widgets = {"scheduled_at": moment_widget(), "where_to_stand": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model_teacher"].queryset = colleagues(self.instance.cycle)
        self.fields["model_teacher"].empty_label = _("Not decided yet")


class MeetingForm(forms.ModelForm):
    """A meeting of the team, about one lesson or about the cycle as a whole."""

    class Meta:
        model = Meeting
        fields = ["kind", "starts_at", "minutes", "room", "lesson", "note"]
        widgets = {"starts_at": moment_widget()}

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lesson"].queryset = cycle.lessons.select_related("cycle")
        self.fields["lesson"].empty_label = _("The cycle as a whole")
