"""Shape and validation of what an observer sends. Pupils to choose from are the lesson's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.models import ResearchLesson
from cycles.selectors import pupils_of
from cycles.templatetags.cycles import called
from observations.models import EventCode
from schools.models import Student


class PupilField(forms.ModelChoiceField):
    """A pupil of the lesson, called as the reader may call them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Student.objects.none(), label=_("Pupil"), **kwargs)
        self.named = False

    def offer(self, lesson: ResearchLesson, *, named: bool) -> None:
        self.queryset = pupils_of(lesson)
        self.named = named

    def label_from_instance(self, obj: Student) -> str:
        return called(obj, self.named)


class CodeField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=EventCode.objects.none(), to_field_name="slug", **kwargs)

    def label_from_instance(self, obj: EventCode) -> str:
        return obj.words
