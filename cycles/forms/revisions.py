"""A version that gets a name, and two that are held against each other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.models import LessonPlan, PlanRevision


class RevisionForm(forms.ModelForm):
    """The name of a version, and why it is kept."""

    class Meta:
        model = PlanRevision
        fields = ["name", "reason"]
        help_texts = {"name": _("For example: before we heard our guest.")}


class CompareForm(forms.Form):
    """Which two versions; none chosen is the plan as it is now."""

    a = forms.ModelChoiceField(label=_("Before"), queryset=PlanRevision.objects.none(), required=False)
    b = forms.ModelChoiceField(label=_("After"), queryset=PlanRevision.objects.none(), required=False)

    def __init__(self, *args: Any, plan: LessonPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = plan.revisions.defer("sheet")
            field.empty_label = _("As it is now")
