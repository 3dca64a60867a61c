"""Shape and validation of what an observer sends. Pupils to choose from are the lesson's own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.models import PlanStep, ResearchLesson
from cycles.selectors import pupils_of
from cycles.templatetags.cycles import called
from observations.models import EventCode, Interview, Observation
from observations.selectors import codes_for, steps_of
from schools.models import Student

ANSWERS = ["enjoyed", "learned", "worked", "change"]
A_MORNING = 4 * 60 * 60  # seconds; longer no tap waits for a connection


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


class EntryForm(forms.Form):
    """What one tap or one note says. Its id is made with the page: sent twice, it is stored once."""

    kind: str

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    student = PupilField(required=False, empty_label=_("Nobody in particular"))
    step = forms.ModelChoiceField(
        label=_("Step"),
        queryset=PlanStep.objects.none(),
        required=False,
        empty_label=_("No step in particular"),
    )

    def __init__(self, *args: Any, lesson: ResearchLesson, named: bool, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{self.kind}-%s", **kwargs)
        self.fields["student"].offer(lesson, named=named)
        self.fields["step"].queryset = steps_of(lesson)

    @property
    def entry(self) -> dict[str, Any]:
        """What ``workflow.write_down`` is told."""
        return {"kind": self.kind, **self.cleaned_data}

    def refuse(self, reason: str) -> None:
        """Say why nothing was stored, ready to send the same words again."""
        self.add_error(None, reason)
        self.data = self.data.copy()
        self.data["id"] = str(uuid4())


class EventForm(EntryForm):
    kind = Observation.Kind.EVENT

    code = CodeField(error_messages={"required": _("Choose what happened.")})
    seconds_ago = forms.IntegerField(min_value=0, max_value=A_MORNING, required=False)

    def __init__(self, *args: Any, lesson: ResearchLesson, **kwargs: Any) -> None:
        super().__init__(*args, lesson=lesson, **kwargs)
        self.fields["code"].queryset = codes_for(lesson.school)
        self.fields["student"].required = True
        self.fields["student"].error_messages["required"] = _("Choose a pupil first, then what happened.")

    def clean_seconds_ago(self) -> int:
        return self.cleaned_data["seconds_ago"] or 0


class NoteForm(EntryForm):
    kind = Observation.Kind.NOTE

    fact = forms.CharField(
        label=_("What I saw or heard"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    interpretation = forms.CharField(
        label=_("What I think it means"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    flagged = forms.BooleanField(label=_("Bring it to the debrief"), required=False)

    field_order = ["id", "student", "fact", "interpretation", "step", "flagged"]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not cleaned.get("fact"):
            thought = cleaned.get("interpretation")
            self.add_error(
                "fact",
                _("This says what you think. What did you see or hear that makes you think so?")
                if thought
                else _("Write what you saw or heard."),
            )
        return cleaned


class InterviewForm(forms.Form):
    """Four questions to one pupil."""

    student = PupilField(empty_label=_("Choose a pupil"))

    def __init__(self, *args: Any, lesson: ResearchLesson, named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["student"].offer(lesson, named=named)
        boxes = {name: forms.Textarea(attrs={"rows": 2}) for name in ANSWERS}
        self.fields |= forms.fields_for_model(Interview, ANSWERS, widgets=boxes)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not any(cleaned.get(name) for name in ANSWERS):
            raise forms.ValidationError(_("Write down at least one answer, in the pupil's own words."))
        return cleaned
