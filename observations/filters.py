"""Which part of a record to show: the choices keep in the address, and nothing chosen is all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cycles.models import Domain, GroupPlace, PlanStep, ResearchLesson, StudentGroup
from observations.forms import CodeField, PupilField
from observations.models import EventCode, Observation
from observations.selectors import observers_of
from observations.story import Wanted
from schools.models import User

NO_STEP = "0"
KINDS = [
    ("", _("All kinds")),
    (Observation.Kind.EVENT, _("Events")),
    (Observation.Kind.NOTE, _("Notes")),
    (Observation.Kind.SAMPLE, _("Time samples")),
    (Observation.Kind.MARKER, _("Steps and expected answers")),
]


def codes_and_states(lesson: ResearchLesson) -> QuerySet[EventCode]:
    """What an observation of the lesson can say of a pupil, acts before states."""
    own = EventCode.objects.filter(Q(school=None) | Q(school=lesson.school_id))
    return own.order_by("is_state", "order", "slug")


class ObserverField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=User.objects.none(),
            label=_("Observer"),
            required=False,
            empty_label=_("All observers"),
            **kwargs,
        )


class KindField(forms.ChoiceField):
    def __init__(self, choices: Any = KINDS, **kwargs: Any) -> None:
        super().__init__(label=_("Kind"), required=False, choices=choices, **kwargs)


class RecordFilter(forms.Form):
    """Which part of a lesson's record to show."""

    student = PupilField(required=False, empty_label=_("All pupils"))
    group = forms.ModelChoiceField(
        label=_("Group"), queryset=StudentGroup.objects.none(), required=False, empty_label=_("All groups")
    )
    step = forms.ChoiceField(label=_("Step"), required=False)
    kind = KindField()
    code = CodeField(label=_("What happened"), required=False, empty_label=_("Everything"))
    domain = forms.ChoiceField(
        label=_("Domain"), required=False, choices=[("", _("All domains")), *Domain.choices]
    )
    observer = ObserverField()
    flagged = forms.BooleanField(label=_("For the debrief only"), required=False)

    def __init__(
        self, *args: Any, lesson: ResearchLesson, named: bool, steps: Sequence[PlanStep], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["student"].offer(lesson, named=named)
        self.fields["group"].queryset = lesson.groups.all()
        self.fields["code"].queryset = codes_and_states(lesson)
        self.fields["observer"].queryset = observers_of(lesson)
        self.fields["step"].choices = [
            ("", _("The whole lesson")),
            *((str(number), f"{number}. {step}") for number, step in enumerate(steps, start=1)),
            (NO_STEP, _("Without a step")),
        ]

    @property
    def is_narrow(self) -> bool:
        """Whether anything was chosen, or chosen wrongly."""
        return bool(self.errors) or any(self.cleaned_data.values())

    def narrow(self, observations: QuerySet[Observation]) -> QuerySet[Observation]:
        """Only what was asked for; a choice that is none of the lesson's shows nothing."""
        if not self.is_valid():
            return observations.none()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return observations.filter(*(_wanted(name, value) for name, value in chosen.items()))


def _wanted(name: str, value: Any) -> Q:
    """A pupil is asked for with what was directed at them, a group with its pupils."""
    match name:
        case "student":
            return Q(student=value) | Q(target=value)
        case "group":
            return Q(group=value) | Q(student__in=GroupPlace.objects.filter(group=value).values("student"))
        case "domain":
            return Q(domain=value) | Q(domain="", code__domain=value)
        case "step":
            return Q(at_step=int(value)) if value != NO_STEP else Q(at_step=None)
    return Q(**{name: value})


OF_A_PUPIL = [*KINDS, ("interview", _("What the pupil said afterwards")), ("work", _("Work and levels"))]


class StoryFilter(forms.Form):
    """Which part of one pupil's story to show."""

    observer = ObserverField()
    kind = KindField(choices=OF_A_PUPIL)

    def __init__(self, *args: Any, observers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["observer"].queryset = observers

    @property
    def wanted(self) -> Wanted:
        """What was chosen, for ``observations.story``."""
        return Wanted(self.cleaned_data["observer"], self.cleaned_data["kind"])


WINDOWS = (2, 5, 10, 15)  # seconds
USUAL_WINDOW = 5


class WindowForm(forms.Form):
    """How far apart two records of one moment may lie."""

    window = forms.TypedChoiceField(
        label=_("Taken as one moment, at most"),
        coerce=int,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("window", USUAL_WINDOW)
        self.fields["window"].choices = [
            (str(seconds), gettext("%(n)d seconds") % {"n": seconds}) for seconds in WINDOWS
        ]

    @property
    def seconds(self) -> int:
        """The window that was chosen, the usual one where none was."""
        return (self.is_valid() and self.cleaned_data["window"]) or USUAL_WINDOW
