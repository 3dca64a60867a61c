"""A file with a plan in it, and what was understood of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.models import ResearchLesson
from lessonstudy.lib.sealed import Broken, seal, unsealed
from schools.models import User


class ImportForm(forms.Form):
    """A .docx or .xlsx file with a table of steps."""

    file = forms.FileField(label=_("File"), help_text=_(".docx or .xlsx, up to 10 MB."))


class TakeOverForm(forms.Form):
    """What a person has looked at before it becomes the plan: signed, for them and it, for an hour."""

    plan = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lesson: ResearchLesson, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.salt = f"cycles.import.{lesson.pk}.{user.pk}"

    def sealed(self, name: str, parts: dict[str, Any]) -> str:
        """The value for ``plan``."""
        return seal({"name": name, "parts": parts}, salt=self.salt)

    def clean_plan(self) -> dict[str, Any]:
        try:
            return unsealed(self.cleaned_data["plan"], salt=self.salt)
        except Broken as error:
            raise forms.ValidationError(_("Too much time has passed. Choose the file once more.")) from error
