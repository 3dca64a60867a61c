"""What the library is narrowed to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.library import grades, subjects
from schools.models import User


class SearchForm(forms.Form):
    """Words, subject, grade and misconception; every one may stay empty."""

    q = forms.CharField(label=_("Topic or words of the plan"), required=False, max_length=200)
    subject = forms.ChoiceField(label=_("Subject"), required=False)
    grade = forms.TypedChoiceField(label=_("Grade"), required=False, coerce=int, empty_value=None)
    misconception = forms.CharField(
        label=_("Misconception"),
        required=False,
        max_length=200,
        help_text=_("For example: bigger denominator."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [("", _("All subjects")), *((name, name) for name in subjects(user))]
        self.fields["grade"].choices = [("", _("All grades")), *((number, number) for number in grades(user))]

    def wanted(self) -> dict[str, Any]:
        """What to search for; everything where the form says nothing that can be searched."""
        told = self.cleaned_data if self.is_valid() else {}
        return {
            "words": told.get("q", ""),
            "subject": told.get("subject", ""),
            "grade": told.get("grade"),
            "misconception": told.get("misconception", ""),
        }
