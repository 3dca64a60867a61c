"""What the team wants to learn, what it finds out before it plans, and the pupils it plans for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cycles.forms.rows import RowForm
from cycles.models import CasePrediction, CasePupil, Cycle, PlanStep, StudyNote
from cycles.selectors import latest_lesson, pupils_of
from schools.models import Student, User

HYPOTHESIS = ["hypothesis_in", "hypothesis_by", "hypothesis_change"]


class ThemeForm(RowForm):
    """The theme of a cycle, the way from the pupils of today to those hoped for, and the hypothesis."""

    class Meta:
        model = Cycle
        fields = [
            "theme",
            "focus",
            "ideal",
            "actual",
            "gap",
            "previous",
            *HYPOTHESIS,
        ]
        widgets = dict.fromkeys(["focus", *HYPOTHESIS], forms.Textarea())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cycle = self.instance
        known = Cycle.objects.listed_for(user).filter(school=cycle.school, created_at__lt=cycle.created_at)
        self.fields["previous"].queryset = known.exclude(pk=cycle.pk)
        self.fields["previous"].empty_label = _("No earlier one")
        self.fields["previous"].widget.attrs["class"] = "long"

    def sentence(self) -> list[forms.BoundField]:
        """The three answers that are read as one sentence."""
        return [self[name] for name in HYPOTHESIS]

    def others(self) -> list[forms.BoundField]:
        """What stands above that sentence."""
        return [field for field in self if field.name not in HYPOTHESIS]


class StudyNoteForm(RowForm):
    """Something the team asked, what it found, where, and the step that used it."""

    class Meta:
        model = StudyNote
        fields = ["question", "finding", "source", "step"]
        widgets = dict.fromkeys(["question", "source"], forms.Textarea())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        says_something = ~Q(activity="") | Q(pk=self.instance.step_id)  # what was chosen stays on offer
        steps = PlanStep.objects.filter(says_something, plan__lesson__cycle=self.instance.cycle)
        self.fields["step"].queryset = steps.order_by("plan", "order")
        self.fields["step"].label_from_instance = lambda step: str(step) or _("Not written yet")
        self.fields["step"].empty_label = _("Not used yet")
        self.fields["step"].widget.attrs["class"] = "long"


class StudyFileForm(forms.Form):
    """A file beside a note."""

    file = forms.FileField(
        label=_("File"), help_text=_("PDF, picture, Word, Excel or PowerPoint, up to 10 MB.")
    )


class CasePupilForm(forms.ModelForm):
    """A pupil of the class, and the learners this pupil stands for."""

    student = forms.ModelChoiceField(label=_("Pupil"), queryset=Student.objects.none())

    class Meta:
        model = CasePupil
        fields = ["student", "typifies"]

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["student"].label_from_instance = lambda pupil: f"{pupil.code} {pupil.given_name}"
        present = cycle.case_pupils.values("student")
        self.fields["student"].queryset = pupils_of(latest_lesson(cycle)).exclude(pk__in=present)


class EndCasePupilForm(forms.ModelForm):
    """Why a pupil is no longer a case pupil."""

    class Meta:
        model = CasePupil
        fields = ["ended_reason"]


class PredictionForm(RowForm):
    """What is expected of one case pupil at one step."""

    class Meta:
        model = CasePrediction
        fields = ["text"]
