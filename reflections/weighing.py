"""Turns the evidence linked to findings into verdicts, in a few queries however many findings there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cycles.models import GroupPlace
from observations.models import Interview, Observation
from reflections.evidence import Axis, Evidence, Kind, Stance, Status, Verdict, status
from reflections.models import Claim, EvidenceLink
from reflections.pieces import SHOWN

Links = Mapping[int, list[EvidenceLink]]

KINDS = {
    Observation.Kind.EVENT: Kind.EVENTS,
    Observation.Kind.SAMPLE: Kind.EVENTS,
    Observation.Kind.NOTE: Kind.NOTE,
    Observation.Kind.MARKER: Kind.NOTE,
}


def linked_to(claims: Iterable[Claim]) -> dict[int, list[EvidenceLink]]:
    """Claim id → its links, oldest first, with everything shown of them; what was taken back too."""
    links: dict[int, list[EvidenceLink]] = defaultdict(list)
    found = EvidenceLink.objects.filter(claim__in=list(claims)).select_related(
        "school",
        *(f"observation__{name}" for name in SHOWN),
        *(f"interview__{name}" for name in ("lesson", "student", "interviewer")),
        *(f"statement__{name}" for name in ("speaker", "debrief__lesson")),
        *(f"statement__observation__{name}" for name in SHOWN),
    )
    found = found.prefetch_related("interview__companions__student")
    for link in found.order_by("created_at", "pk"):
        links[link.claim_id].append(link)
    return links


def seen_in(link: EvidenceLink) -> Observation | None:
    """The observation behind a link: itself, or what a statement was said about."""
    return link.statement.observation if link.statement else link.observation


def is_taken_back(link: EvidenceLink) -> bool:
    """Whether the observation behind it was taken back: it then counts for nothing."""
    seen = seen_in(link)
    return seen is not None and seen.voided_at is not None


def weigh(claims: Collection[Claim], links: Links | None = None) -> dict[int, Verdict]:
    """Claim id → verdict, in at most five queries for any number of claims; ``links`` saves three of them."""
    links = linked_to(claims) if links is None else links
    known = _known(link for some in links.values() for link in some)
    return {claim.pk: _verdict(claim, links.get(claim.pk, []), known) for claim in claims}


def _verdict(claim: Claim, links: list[EvidenceLink], known: _Known) -> Verdict:
    evidence = [piece for link in links if (piece := _evidence(link, known))]
    # The one answer covers all of it: the workflow lets no evidence against in while an answer stands.
    return status(evidence, answered={piece.original for piece in evidence} if claim.answer else ())


@dataclass(frozen=True)
class _Known:
    """What links do not say themselves: group id → its pupils, (lesson id, observer id) → their devices."""

    pupils: Mapping[int, frozenset[str]]
    devices: Mapping[tuple[int, int], frozenset[str]]


def _known(links: Iterable[EvidenceLink]) -> _Known:
    groups: set[int] = set()
    writers: set[tuple[int, int]] = set()
    for link in links:
        if link.observation:
            writers.add((link.observation.lesson_id, link.observation.observer_id))
            if link.observation.student_id is None and link.observation.group_id is not None:
                groups.add(link.observation.group_id)
        if link.interview:
            writers.add((link.interview.lesson_id, link.interview.interviewer_id))
    pupils: dict[int, set[str]] = defaultdict(set)
    for group, student in GroupPlace.objects.filter(group__in=groups).values_list("group", "student"):
        pupils[group].add(_pupil(student))
    wrote = Q(lesson__in={lesson for lesson, _by in writers}, observer__in={by for _lesson, by in writers})
    devices: dict[tuple[int, int], set[str]] = defaultdict(set)
    for lesson, observer, device in (
        Observation.objects.filter(wrote, device__isnull=False)
        .order_by()
        .values_list("lesson", "observer", "device")
        .distinct()
    ):
        devices[lesson, observer].add(str(device))
    return _Known(
        {group: frozenset(members) for group, members in pupils.items()},
        {writer: frozenset(used) for writer, used in devices.items()},
    )


def _evidence(link: EvidenceLink, known: _Known) -> Evidence | None:
    """The link as evidence; None where it has no weight.

    Talk weighs nothing by itself: a statement counts as a quotation of what it shows, an opinion not at all.
    """
    if is_taken_back(link):
        return None
    if link.observation:
        return _observed(link, link.observation, known)
    if link.interview:
        interview = link.interview
        return Evidence(
            identity=f"interview:{interview.pk}",
            kind=Kind.INTERVIEW,
            stance=Stance(link.stance),
            on=_day(link, interview.happened_at),
            source=frozenset(_pupil(pk) for pk in (interview.student_id, *_companions(interview))),
            observer=_person(interview.interviewer_id),
            devices=known.devices.get((interview.lesson_id, interview.interviewer_id), frozenset()),
        )
    seen = seen_in(link)
    if seen is None:
        return None
    return Evidence(
        identity=f"statement:{link.statement_id}",
        kind=Kind.STATEMENT,
        stance=Stance(link.stance),
        on=_day(link, seen.happened_at),
        derived_from=f"observation:{seen.pk}",
    )


def _observed(link: EvidenceLink, seen: Observation, known: _Known) -> Evidence:
    """What an observer saw; what the model teacher wrote down is an account of their own lesson."""
    own = seen.observer_id == seen.lesson.model_teacher_id
    if own:
        source = frozenset({_person(seen.observer_id)})
    elif seen.student_id is not None:
        source = frozenset({_pupil(seen.student_id)})
    else:
        source = known.pupils.get(seen.group_id or 0, frozenset())
    return Evidence(
        identity=f"observation:{seen.pk}",
        kind=Kind.ACCOUNT if own else KINDS[Observation.Kind(seen.kind)],
        stance=Stance(link.stance),
        on=_day(link, seen.happened_at),
        source=source,
        observer=_person(seen.observer_id),
        devices=known.devices.get((seen.lesson_id, seen.observer_id), frozenset()),
    )


def _companions(interview: Interview) -> list[int]:
    """Pupils who were asked together with its first one; fetched along by ``linked_to``."""
    return [one.student_id for one in interview.companions.all()]


def _pupil(pk: int) -> str:
    return f"pupil:{pk}"


def _person(pk: int) -> str:
    return f"person:{pk}"


def _day(link: EvidenceLink, moment: datetime) -> date:
    """The day on the school's calendar, whoever asks and wherever the work is done."""
    return timezone.localdate(moment, link.school.zone)


LABELS: dict[Status, str | Promise] = {
    Status.LEAD: gettext_lazy("first guess"),
    Status.SUPPORTED: gettext_lazy("supported"),
    Status.CORROBORATED: gettext_lazy("corroborated"),
    Status.TRIANGULATED: gettext_lazy("triangulated"),
    Status.CONFIRMED: gettext_lazy("confirmed"),
    Status.CONTESTED: gettext_lazy("evidence against"),
}
AGREED: dict[Axis, str | Promise] = {
    Axis.SOURCE: gettext_lazy("more than one pupil"),
    Axis.TECHNIQUE: gettext_lazy("more than one way of looking"),
    Axis.OBSERVER: gettext_lazy("more than one observer"),
    Axis.TIME: gettext_lazy("more than one day"),
}
MISSING: dict[Axis, str | Promise] = {
    Axis.SOURCE: gettext_lazy("another pupil"),
    Axis.TECHNIQUE: gettext_lazy("another way of looking"),
    Axis.OBSERVER: gettext_lazy("another observer"),
    Axis.TIME: gettext_lazy("another day"),
}


def explain(verdict: Verdict) -> str:
    """Why the status is what it is, and what would make it stronger, in a line of words."""
    if verdict.status is Status.CONTESTED:
        open_ = len(verdict.unanswered)
        return ngettext(
            "%(number)d piece of evidence speaks against it and has no answer yet",
            "%(number)d pieces of evidence speak against it and have no answer yet",
            open_,
        ) % {"number": open_}
    if not verdict.supporting:
        return _("nothing supports it yet")
    agreed = ", ".join(str(AGREED[axis]) for axis in verdict.axes)
    missing = ", ".join(str(word) for axis, word in MISSING.items() if axis not in verdict.axes)
    if not agreed:
        agreed = ngettext(
            "%(number)d piece of evidence",
            "%(number)d pieces of evidence, all of one kind",
            verdict.supporting,
        ) % {"number": verdict.supporting}
    if not missing:
        return agreed
    return _("%(agreed)s; not yet: %(missing)s") % {"agreed": agreed, "missing": missing}
