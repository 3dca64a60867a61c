"""Shape and validation of what is gathered after a lesson: answers, pieces of work, levels, last lines."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from cycles.models import Objective, ResearchLesson
from cycles.selectors import pupils_of
from cycles.templatetags.cycles import called
from observations.forms import PupilField
from observations.gathered import Asking, my_lines, objectives_of
from observations.models import Attainment, Interview, Level, ObservationSession, WorkSample
from observations.workflow import Line, Rating, Sent, Told
from schools.models import Student

ANSWERS = ["enjoyed", "learned", "worked", "change"]
FOOT = ["thoughts", "pattern", "progress", "to_ask"]
LONGEST = 4000  # letters of one text
TOGETHER = 6  # pupils asked together; more is no talk any more


class PupilsField(forms.ModelMultipleChoiceField):
    """Pupils of the lesson, called as the reader may call them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Student.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)
        self.named = False

    def label_from_instance(self, obj: Student) -> str:
        return called(obj, self.named)


class InterviewForm(forms.Form):
    """Four questions to one pupil, or to a few together."""

    students = PupilsField(
        label=_("Whom do you ask?"), error_messages={"required": _("Choose the pupil you ask.")}
    )

    def __init__(
        self, *args: Any, lesson: ResearchLesson, named: bool, asking: Asking, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["students"]
        field.queryset, field.named = pupils_of(lesson), named
        first = [pupil.pk for pupil, _typifies in asking.first]
        # Case pupils stand first: they are asked most often, by people in a hurry.
        self.pupils = sorted(self.fields["students"].queryset, key=lambda pupil: pupil.pk not in first)
        chosen = {str(value) for value in self["students"].value() or ()}
        self.choices = [
            (pupil, str(pupil.pk) in chosen, pupil.pk in first, pupil.pk in asking.asked)
            for pupil in self.pupils
        ]
        boxes = {name: forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}) for name in ANSWERS}
        self.fields |= forms.fields_for_model(Interview, ANSWERS, widgets=boxes)

    @property
    def answers(self) -> list[forms.BoundField]:
        return [self[name] for name in ANSWERS]

    def clean_students(self) -> list[Student]:
        chosen = list(self.cleaned_data["students"])
        if len(chosen) > TOGETHER:
            raise forms.ValidationError(
                _("Ask at most %(most)d pupils together; with more, few of them speak."),
                params={"most": TOGETHER},
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not any(cleaned.get(name) for name in ANSWERS):
            raise forms.ValidationError(_("Write down at least one answer, in the pupil's own words."))
        return cleaned


class LevelField(forms.TypedChoiceField):
    """One of the four levels; empty is not known."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", _("not known")), *Level.choices]
        super().__init__(choices=choices, coerce=int, empty_value=None, required=False, **kwargs)


class ObjectiveField(forms.ModelChoiceField):
    """An objective of the lesson's plan."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Objective.objects.none(), label=_("Objective"), required=False, **kwargs)

    def offer(self, lesson: ResearchLesson) -> None:
        offered = objectives_of(lesson)
        self.queryset = Objective.objects.filter(pk__in=[one.pk for one in offered]).order_by("order", "pk")


class WorkForm(forms.Form):
    """A piece of a pupil's work. Its id is made with the page: sent twice, it is stored once."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    student = PupilField(empty_label=_("Choose a pupil"))
    objective = ObjectiveField(empty_label=_("No objective in particular"))
    stage = forms.ChoiceField(
        label=_("When"), choices=WorkSample.Stage.choices, initial=WorkSample.Stage.DURING
    )
    level = LevelField(label=_("Level"))
    what_it_shows = forms.CharField(
        label=_("What it shows"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What can be seen in it: which way, which mistake, which idea."),
    )
    photo = forms.FileField(
        label=_("Photo of the work"),
        required=False,
        allow_empty_file=True,  # said in our words
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_(
            "JPEG, PNG or WebP, up to 10 MB. The work alone, no faces, with the name covered. "
            "Where and with what it was taken is not kept."
        ),
    )

    def __init__(
        self, *args: Any, lesson: ResearchLesson, named: bool, sample: WorkSample | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sample = sample
        self.fields["student"].offer(lesson, named=named)
        self.fields["objective"].offer(lesson)
        if sample is not None:
            del self.fields["student"], self.fields["id"]
            for name in ("objective", "stage", "level", "what_it_shows"):
                self.initial.setdefault(name, getattr(sample, name))
            if sample.objective_id is not None:  # one that has gone from the plan stays chosen
                offered = self.fields["objective"].queryset | Objective.objects.filter(pk=sample.objective_id)
                self.fields["objective"].queryset = offered

    @property
    def told(self) -> Told:
        cleaned = self.cleaned_data
        return Told(cleaned["stage"], cleaned["objective"], cleaned["level"], cleaned["what_it_shows"])

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        has_photo = cleaned.get("photo") or (self.sample is not None and self.sample.image)
        if not self.errors and not (has_photo or cleaned["level"] or cleaned["what_it_shows"]):
            raise forms.ValidationError(
                _("Say at least one thing about the work: what it shows, a level, or a photo.")
            )
        return cleaned

    def refuse(self, field: str | None, reason: str) -> None:
        """Say why nothing was stored, ready to send the same words again."""
        self.add_error(field, reason)
        if "id" in self.data:
            self.data = self.data.copy()
            self.data["id"] = str(uuid4())


class WorkFilter(forms.Form):
    """Which pieces of work to show; nothing chosen is all of them."""

    objective = ObjectiveField(empty_label=_("All objectives"))
    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[("", _("All levels")), *Level.choices, ("0", _("not known"))],
    )

    def __init__(self, *args: Any, lesson: ResearchLesson, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["objective"].offer(lesson)

    def narrow(self, samples: QuerySet[WorkSample]) -> QuerySet[WorkSample]:
        """Only what was asked for; a choice that is none of the lesson's shows nothing."""
        if not self.is_valid():
            return samples.none()
        if objective := self.cleaned_data["objective"]:
            samples = samples.filter(objective=objective)
        level = self.cleaned_data["level"]
        return samples.filter(level=int(level) or None) if level else samples


class AboutWork(forms.Form):
    """Which objective and moment the table of the class is about."""

    objective = ObjectiveField(empty_label=_("No objective in particular"))
    stage = forms.ChoiceField(label=_("When"), choices=WorkSample.Stage.choices)

    def __init__(self, asked: dict[str, Any], *, lesson: ResearchLesson) -> None:
        # Where nobody asked for a moment the list must show the one the table is about.
        super().__init__({"stage": WorkSample.Stage.DURING} | asked)
        self.fields["objective"].offer(lesson)

    @property
    def chosen(self) -> dict[str, Any]:
        """What ``gathered.my_lines`` and ``workflow.note_class`` are told."""
        return {"objective": self.cleaned_data["objective"], "stage": self.cleaned_data["stage"]}


class ClassForm(forms.Form):
    """A level and a line for each pupil of the class, one's own words filled in."""

    def __init__(
        self, *args: Any, lesson: ResearchLesson, observer: Any, about: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pupils = list(pupils_of(lesson))
        kept = my_lines(lesson, observer, **about)
        for pupil in self.pupils:
            sample = kept.get(pupil.pk)
            self.fields[f"level-{pupil.pk}"] = LevelField(
                label=_("Level"), initial=sample.level if sample else None
            )
            self.fields[f"shows-{pupil.pk}"] = forms.CharField(
                label=_("What it shows"),
                required=False,
                max_length=LONGEST,
                initial=sample.what_it_shows if sample else "",
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    @property
    def rows(self) -> list[tuple[Student, forms.BoundField, forms.BoundField]]:
        return [(pupil, self[f"level-{pupil.pk}"], self[f"shows-{pupil.pk}"]) for pupil in self.pupils]

    @property
    def lines(self) -> list[Line]:
        cleaned = self.cleaned_data
        return [
            Line(pupil, cleaned[f"level-{pupil.pk}"], cleaned[f"shows-{pupil.pk}"]) for pupil in self.pupils
        ]


class AttainmentForm(forms.Form):
    """Two levels for each pupil, with what stood there when the page was drawn."""

    def __init__(self, *args: Any, pupils: list[Student], rows: dict[int, Attainment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pupils = pupils
        self.moved: set[int] = set()
        self.theirs: dict[str, Any] = {}
        for pupil in pupils:
            row = rows.get(pupil.pk)
            for moment, label in (("before", _("Before")), ("after", _("After"))):
                level = getattr(row, moment) if row else None
                self.fields[f"{moment}-{pupil.pk}"] = LevelField(label=label, initial=level)
                self.fields[f"was-{moment}-{pupil.pk}"] = LevelField(widget=forms.HiddenInput, initial=level)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "pupil": pupil,
                "moved": pupil.pk in self.moved,
                "hidden": [self[f"was-{moment}-{pupil.pk}"] for moment in ("before", "after")],
                "cells": [
                    (self[name], self.theirs.get(name))
                    for name in (f"before-{pupil.pk}", f"after-{pupil.pk}")
                ],
            }
            for pupil in self.pupils
        ]

    @property
    def ratings(self) -> list[Rating]:
        names = ("before", "after", "was-before", "was-after")
        return [
            Rating(pupil, *(self.cleaned_data[f"{name}-{pupil.pk}"] for name in names))
            for pupil in self.pupils
        ]

    def overtake(self, reason: str, now: dict[int, tuple[int | None, int | None]]) -> None:
        """Mark the pupils for whom a colleague chose; saved again, what stands here holds."""
        self.add_error(None, reason)
        self.data = self.data.copy()
        for pupil, levels in now.items():
            self.moved.add(pupil)
            for moment, level in zip(("before", "after"), levels, strict=True):
                name = f"{moment}-{pupil}"
                if self.cleaned_data[name] == self.cleaned_data[f"was-{name}"]:
                    self.data[name] = "" if level is None else str(level)  # theirs: it was not mine to change
                else:
                    self.theirs[name] = Level(level).label if level else _("not known")
                self.data[f"was-{name}"] = "" if level is None else str(level)


class FootForm(forms.ModelForm):
    """The last lines of an observer's sheet."""

    class Meta:
        model = ObservationSession
        fields = FOOT
        widgets = {name: forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}) for name in FOOT}
        help_texts = {
            "thoughts": _("What stays with you, before you talk to anybody."),
            "pattern": _("In more than one place, or more than one pupil?"),
            "progress": _("Who could do something at the end that they could not before? How do you know?"),
            "to_ask": _("Whoever interviews pupils reads this as soon as you save it."),
        }

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in FOOT}


class SentPhoto(forms.Form):
    """What a tablet says of a photo it sends. What it does not know may be left out.

    Fields that are not here are passed over, whatever they hold. Tablets send the plan's ``step`` too: a
    piece of work is kept with the moment it was photographed, from which the step follows.
    """

    photo = forms.FileField(allow_empty_file=True)
    student = forms.IntegerField(min_value=1, max_value=2**62)
    author = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    happened_at = forms.CharField(max_length=40)
    objective = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    what_it_shows = forms.CharField(required=False, max_length=LONGEST)

    def clean_happened_at(self) -> Any:
        """A moment with its offset: what has none happened in any of a day's hours."""
        try:
            moment = parse_datetime(self.cleaned_data["happened_at"])
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise forms.ValidationError(_("Say when it was, with the time zone: 2026-10-05T07:45:00+07:00."))
        return moment

    def sent(self, *, by: int) -> Sent:
        cleaned = self.cleaned_data
        return Sent(
            pupil=cleaned["student"],
            author=cleaned["author"] or by,
            happened_at=cleaned["happened_at"],
            what_it_shows=cleaned["what_it_shows"],
            objective=cleaned["objective"],
        )
