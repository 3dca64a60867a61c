"""Dimensions of the graduate profile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.models import LessonPlan, ProfileDimension


class DimensionsForm(forms.Form):
    """Which of the school's dimensions a lesson serves; those it has already stay on offer."""

    dimensions = forms.ModelMultipleChoiceField(
        label=_("Dimensions of the graduate profile"),
        queryset=ProfileDimension.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Two or three that pupils really practise in this lesson."),
    )

    def __init__(self, *args: Any, plan: LessonPlan, **kwargs: Any) -> None:
        chosen = list(plan.dimensions.values_list("dimension", flat=True))
        super().__init__(*args, initial={"dimensions": chosen}, **kwargs)
        offered = ProfileDimension.objects.filter(school=plan.school)
        self.fields["dimensions"].queryset = offered.filter(Q(is_used=True) | Q(pk__in=chosen))
