"""Which pupil sits where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


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
