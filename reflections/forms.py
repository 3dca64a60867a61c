"""Shape and validation of what is typed in the debrief. Choices never leave the cycle."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cycles.models import ResearchLesson
from cycles.selectors import pupils_of
from cycles.templatetags.cycles import called
from observations.models import Interview, Observation
from reflections.models import Claim, Decision, EvidenceLink, Statement
from reflections.selectors import (
    interviews_in,
    observed_in,
    owners_of,
    pupils_seen,
    speakers_of,
    statements_in,
)
from schools.models import PairRule, Student

LONGEST = 4000  # characters of one entry: two pages
NOT_OFFERED = _("This is not one of the lesson's observations, or it was taken back. Choose another.")


def entry(*, rows: int, **kwargs: Any) -> forms.CharField:
    """A text of some lines. Too long a text comes back whole: ``maxlength`` would cut it without a word."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(widget=widget, validators=[MaxLengthValidator(LONGEST)], **kwargs)


class StatementForm(forms.ModelForm):
    """Who said what, and what was seen that shows it."""

    text = entry(label=_("What they say"), rows=3, error_messages={"required": _("Write what was said.")})

    class Meta:
        model = Statement
        fields = ["speaker", "kind", "text", "observation"]
        labels = {"speaker": _("Who speaks"), "kind": _("What kind of remark")}
        error_messages = {
            "speaker": {"required": _("Say who spoke.")},
            "observation": {"invalid_choice": NOT_OFFERED},
        }

    def __init__(self, *args: Any, lesson: ResearchLesson, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="statement_%s", **kwargs)
        self.fields["speaker"].queryset = speakers_of(lesson.cycle)
        self.fields["observation"].queryset = observed_in([lesson])

    @property
    def chosen(self) -> Observation | None:
        """The observation chosen so far, if it is one that can be."""
        try:
            return self.fields["observation"].clean(self["observation"].value())
        except forms.ValidationError:
            return None


class FindingForm(forms.ModelForm):
    """One sentence the team would put in its report."""

    text = entry(
        label=_("New finding"),
        help_text=_("One sentence on what pupils did or learned."),
        rows=2,
        error_messages={"required": _("Write the finding in a sentence.")},
    )

    class Meta:
        model = Claim
        fields = ["text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="finding_%s", **kwargs)


class DecisionForm(forms.ModelForm):
    """What the team will do, who sees to it, and by when."""

    class Meta:
        model = Decision
        fields = ["text", "owner", "due_on"]
        labels = {"text": _("What we will do"), "owner": _("Who sees to it"), "due_on": _("By when")}
        error_messages = {
            "text": {"required": _("Write what you will do.")},
            "owner": {"required": _("Say who sees to it.")},
            "due_on": {"required": _("Say by when.")},
        }
        widgets = {"due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, lesson: ResearchLesson, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="decision_%s", **kwargs)
        self.fields["owner"].queryset = owners_of(lesson.cycle)
        self.fields["owner"].empty_label = _("Choose a person")

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later day."))
        return due_on


class AnswerForm(forms.Form):
    """Why the finding stands, for all that speaks against it; empty takes the answer back."""

    answer = entry(
        label=_("Your answer"),
        help_text=_("What explains it? Or is the finding true only of some pupils?"),
        rows=3,
        required=False,
    )


class ApartForm(forms.Form):
    """Two pupils of the lesson's class who shall not sit in one group, and why."""

    first = forms.ModelChoiceField(Student.objects.none(), widget=forms.HiddenInput)
    second = forms.ModelChoiceField(Student.objects.none(), widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Only those who plan with this class see it."),
        required=False,
        validators=[MaxLengthValidator(PairRule._meta.get_field("reason").max_length)],
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, lesson: ResearchLesson, number: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"apart_{number}_%s", **kwargs)
        for name in ("first", "second"):
            self.fields[name].queryset = pupils_of(lesson)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and cleaned["first"] == cleaned["second"]:
            raise forms.ValidationError(_("A rule is about two pupils."))
        return cleaned

    def is_about(self, first: Student, second: Student) -> bool:
        """Whether these two were posted."""
        return {self["first"].value(), self["second"].value()} == {str(first.pk), str(second.pk)}


class LinkForm(forms.Form):
    """One piece of evidence of the cycle's lessons, and what it does to the finding."""

    observation = forms.ModelChoiceField(Observation.objects.none(), required=False)
    interview = forms.ModelChoiceField(Interview.objects.none(), required=False)
    statement = forms.ModelChoiceField(Statement.objects.none(), required=False)
    stance = forms.ChoiceField(choices=EvidenceLink.Stance.choices)

    def __init__(self, *args: Any, lessons: list[ResearchLesson], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["observation"].queryset = observed_in(lessons)
        self.fields["interview"].queryset = interviews_in(lessons)
        self.fields["statement"].queryset = statements_in(lessons)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pieces = [cleaned[name] for name in ("observation", "interview", "statement") if cleaned.get(name)]
        if not self.errors and len(pieces) != 1:
            raise forms.ValidationError(_("Choose one piece of evidence."))
        cleaned["piece"] = pieces[0] if pieces else None
        return cleaned


class PupilField(forms.ModelChoiceField):
    """A pupil by code, with the name for those who may see it."""

    named = False

    def label_from_instance(self, pupil: Student) -> str:
        return called(pupil, self.named)


class PupilFilter(forms.Form):
    """Whose evidence to show."""

    pupil = PupilField(Student.objects.none(), label=_("About"), required=False, empty_label=_("All pupils"))

    def __init__(self, *args: Any, lessons: list[ResearchLesson], named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pupil"].named = named
        self.fields["pupil"].queryset = pupils_seen(lessons)

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen, as far as it makes sense."""
        self.is_valid()
        return self.cleaned_data


class EvidenceFilter(PupilFilter):
    """Which evidence to choose from."""

    what = forms.ChoiceField(
        label=_("From"),
        required=False,
        choices=[
            ("observation", _("What was observed")),
            ("interview", _("Interviews")),
            ("statement", _("What was said in the debrief")),
        ],
    )
