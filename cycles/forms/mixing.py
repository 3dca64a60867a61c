"""What a teacher asks of a grouping, and rules about pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.mixing import MIXED, QUIET, TAKES_OVER, Seen, Wishes
from schools.models import PairRule, Student

HOW_MUCH = [(0, _("not at all")), (1, _("a little")), (2, _("as usual")), (3, _("very much"))]


class MixForm(forms.Form):
    """What to mix and how much it matters, what must not happen, and who is away."""

    target = forms.TypedChoiceField(
        label=_("Pupils in a group"),
        choices=[(4, _("four")), (5, _("five")), (6, _("six"))],
        coerce=int,
        widget=forms.RadioSelect,
        help_text=_("Where the class does not divide evenly, some groups have one more."),
    )
    no_lone = forms.BooleanField(
        label=_("No girl and no boy alone in a group"),
        required=False,
        help_text=_("A child alone among the others often speaks less."),
    )
    share_out = forms.BooleanField(
        label=_("Share out quiet pupils, pupils who take over, and support needs"), required=False
    )

    def __init__(
        self, *args: Any, pupils: Sequence[Student], wishes: Wishes, seen: dict[int, Seen], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.pupils, self.seen = pupils, seen
        self.initial |= {"target": wishes.target, "no_lone": wishes.no_lone, "share_out": wishes.share_out}
        for name, (_kind, words, _weight) in MIXED.items():
            self.fields[f"weight_{name}"] = forms.TypedChoiceField(
                label=words,
                choices=HOW_MUCH,
                coerce=int,
                empty_value=0,
                required=False,  # left out means not at all
                initial=wishes.weights.get(name, 0),
            )
        codes = [(str(pupil.pk), pupil.code) for pupil in pupils]
        for name in ("absent", QUIET, TAKES_OVER):
            self.fields[name] = forms.MultipleChoiceField(choices=codes, required=False)
        self.initial[QUIET] = [str(pk) for pk, one in seen.items() if one.is_quiet]
        self.initial[TAKES_OVER] = [str(pk) for pk, one in seen.items() if one.takes_over]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(f"weight_{name}") for name in MIXED):
            self.add_error(
                None, _("Choose at least one thing that matters: without any, all groups are equally good.")
            )
        return cleaned

    @property
    def weights(self) -> list[Any]:
        """The fields that say how much each thing matters."""
        return [self[f"weight_{name}"] for name in MIXED]

    def wishes(self) -> Wishes:
        told = self.cleaned_data
        return Wishes(
            target=told["target"],
            weights={name: told[f"weight_{name}"] for name in MIXED},
            no_lone=told["no_lone"],
            share_out=told["share_out"],
        )

    def told(self) -> dict[int, Seen]:
        """What was seen of each pupil, as the teacher put it right."""
        quiet, takes_over = (set(map(int, self.cleaned_data[name])) for name in (QUIET, TAKES_OVER))
        found = {}
        for pupil in self.pupils:
            seen = self.seen.get(pupil.pk, Seen())
            found[pupil.pk] = Seen(
                seen.participation, pupil.pk in quiet, pupil.pk in takes_over, seen.invites
            )
        return found

    def absent(self) -> set[int]:
        return set(map(int, self.cleaned_data["absent"]))


class PairRuleForm(forms.Form):
    """Two pupils of the class, and whether they sit together or apart."""

    first = forms.ModelChoiceField(label=_("Pupil"), queryset=Student.objects.none())
    kind = forms.ChoiceField(label=_("Rule"), choices=PairRule.Kind.choices)
    second = forms.ModelChoiceField(label=_("Other pupil"), queryset=Student.objects.none())
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Only those who plan with this class see it. It is never printed."),
    )

    def __init__(self, *args: Any, pupils: Any, named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            field = self.fields[name]
            field.queryset = pupils  # type: ignore[attr-defined]
            if named:
                field.label_from_instance = lambda pupil: f"{pupil.code} {pupil.given_name}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("first") and cleaned.get("first") == cleaned.get("second"):
            self.add_error("second", _("Choose another pupil: nobody sits apart from themselves."))
        return cleaned
