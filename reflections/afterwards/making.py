"""How a lesson's groups were made, and what came of it.

What was known of pupils beforehand is told to those who plan, and nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cycles.models import Grouping, GroupingPlace, ResearchLesson
from reflections.afterwards.groups import Group, Place


@dataclass(frozen=True)
class Expected:
    """What was known when the groups were made, and what came of it."""

    text: str
    outcome: str


@dataclass(frozen=True)
class Making:
    """The grouping in use. ``changed``: the groups were changed by hand afterwards."""

    grouping: Grouping
    changed: bool
    expected: list[Expected]


def making_of(lesson: ResearchLesson, groups: Sequence[Group], *, plans: bool) -> Making | None:
    """How the groups were made, where the program made them."""
    grouping = lesson.groupings.filter(used_at__isnull=False).order_by("-used_at").first()
    if grouping is None:
        return None
    known = {place.student_id: place for place in grouping.places.all()}
    meant: dict[int, set[int]] = {}
    for pupil, place in known.items():
        if place.group:
            meant.setdefault(place.group, set()).add(pupil)
    now = {frozenset(place.student.pk for place in group.places) for group in groups if group.places}
    changed = now != {frozenset(members) for members in meant.values()}
    expected = [one for group in groups for one in _expected(group, known)] if plans else []
    return Making(grouping, changed, expected)


def _expected(group: Group, known: Mapping[int, GroupingPlace]) -> list[Expected]:
    told = [(place, known[place.student.pk]) for place in group.places if place.student.pk in known]
    inviting = [place.student.code for place, before in told if before.invites]
    loud = [place.student.code for place, before in told if before.takes_over]
    found = []
    for place, before in told:
        if before.is_quiet:
            text = _company(place.student.code, inviting, loud)
            found.append(Expected(text, _outcome(place)))
    return found


def _company(quiet: str, inviting: Iterable[str], loud: Iterable[str]) -> str:
    """Beside whom a quiet pupil sat."""
    inviting = [code for code in inviting if code != quiet]
    loud = [code for code in loud if code != quiet]
    said = []
    if inviting:
        text = ngettext(
            "Quiet %(quiet)s sat with %(others)s, who invites.",
            "Quiet %(quiet)s sat with %(others)s, who invite.",
            len(inviting),
        )
        said.append(text % {"quiet": quiet, "others": ", ".join(inviting)})
    if loud:
        text = ngettext(
            "Quiet %(quiet)s sat with %(others)s, who takes over.",
            "Quiet %(quiet)s sat with %(others)s, who take over.",
            len(loud),
        )
        said.append(text % {"quiet": quiet, "others": ", ".join(loud)})
    return " ".join(said) or _("Quiet %(quiet)s sat with nobody who is known to invite or to take over.") % {
        "quiet": quiet
    }


def _outcome(place: Place) -> str:
    if not place.watched:
        return _("Nobody watched %(pupil)s.") % {"pupil": place.student.code}
    if not place.turns:
        return _("%(pupil)s was silent while watched.") % {"pupil": place.student.code}
    text = ngettext("%(pupil)s took %(number)d turn.", "%(pupil)s took %(number)d turns.", place.turns)
    return text % {"pupil": place.student.code, "number": place.turns}
