"""Shape and validation of what an observer sends. Pupils to choose from are the lesson's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cycles.models import ResearchLesson
from cycles.selectors import pupils_of
from cycles.templatetags.cycles import called
from observations.models import EventCode, Observation
from observations.selectors import codes_for, observers_of
from schools.models import Student, User


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


class RecordFilter(forms.Form):
    """Which part of a lesson's record to show; nothing chosen is all of it."""

    student = PupilField(required=False, empty_label=_("All pupils"))
    code = CodeField(label=_("What happened"), required=False, empty_label=_("Everything"))
    observer = forms.ModelChoiceField(
        label=_("Observer"), queryset=User.objects.none(), required=False, empty_label=_("All observers")
    )
    flagged = forms.BooleanField(label=_("For the debrief only"), required=False)

    def __init__(self, *args: Any, lesson: ResearchLesson, named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["student"].offer(lesson, named=named)
        self.fields["code"].queryset = codes_for(lesson.school)
        self.fields["observer"].queryset = observers_of(lesson)

    def narrow(self, observations: QuerySet[Observation]) -> QuerySet[Observation]:
        """Only what was asked for; a choice that is none of the lesson's shows nothing."""
        if not self.is_valid():
            return observations.none()
        return observations.filter(**{name: value for name, value in self.cleaned_data.items() if value})
