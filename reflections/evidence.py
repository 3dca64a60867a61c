"""How well a claim is borne out, computed from the evidence linked to it and never typed by anybody.

The idea is triangulation as N. K. Denzin set it out (*The Research Act*, 1970): what shows itself in several
sources, by several techniques, to several observers or at several times is more than one person's impression.
Every rule here keeps three promises: more support never lowers a status, an unanswered contradiction always
shows, and the order in which evidence was linked does not matter.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations


class Status(StrEnum):
    """How far to trust a claim, least first; ``CONTESTED`` stands beside the ladder and overrides it."""

    LEAD = "lead"
    SUPPORTED = "supported"
    CORROBORATED = "corroborated"
    TRIANGULATED = "triangulated"
    CONFIRMED = "confirmed"
    CONTESTED = "contested"


class Axis(StrEnum):
    """What two pieces of evidence can differ in, so that one may check the other."""

    SOURCE = "source"
    TECHNIQUE = "technique"
    OBSERVER = "observer"
    TIME = "time"


class Stance(StrEnum):
    """What a piece of evidence does to the claim; ``CONTEXT`` is there to be read and counts for nothing."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    CONTEXT = "context"


class Technique(StrEnum):
    """The way in which the team came by it."""

    OBSERVATION = "observation"
    INTERVIEW = "interview"
    DOCUMENT = "document"
    TEST = "test"
    ACCOUNT = "account"


class Kind(StrEnum):
    """What the piece of evidence is.

    ``STATEMENT`` is what somebody tells the debrief that they saw; ``ACCOUNT`` is the model teacher's own
    telling of the lesson, in the debrief or in a note.
    """

    EVENTS = "events"
    NOTE = "note"
    INTERVIEW = "interview"
    WORK = "work"
    PHOTO = "photo"
    DOCUMENT = "document"
    TEST = "test"
    STATEMENT = "statement"
    ACCOUNT = "account"


# Saying aloud what one saw is still that observation: talk must not pass for a second technique.
TECHNIQUES: Mapping[Kind, Technique] = {
    Kind.EVENTS: Technique.OBSERVATION,
    Kind.NOTE: Technique.OBSERVATION,
    Kind.STATEMENT: Technique.OBSERVATION,
    Kind.INTERVIEW: Technique.INTERVIEW,
    Kind.WORK: Technique.DOCUMENT,
    Kind.PHOTO: Technique.DOCUMENT,
    Kind.DOCUMENT: Technique.DOCUMENT,
    Kind.TEST: Technique.TEST,
    Kind.ACCOUNT: Technique.ACCOUNT,
}

WITNESSED = {Technique.OBSERVATION, Technique.INTERVIEW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One piece of evidence as linked to a claim.

    ``identity``
        names the piece, the same wherever it is linked, such as ``observation:…`` or ``interview:…``.
    ``source``
        whose act, word or work it is: the pupil observed, not the observer. (Were it the observer, two
        colleagues who saw one act would count as two observers and again as two sources.) Pupils interviewed
        or watched as a group are one source together, and a group is no source apart from its members. The
        source of an account is the teacher. Empty for nobody in particular, as in a note on the whole class;
        it then differs from none.
    ``observer``
        who saw it, or asked, and wrote it down. Counts for observations and interviews alone: anybody can
        look at a piece of work or a test, and the model teacher does not observe their own lesson.
    ``on``
        the day on which it happened, not that on which it was told.
    ``devices``
        every device on which this observer wrote in that lesson, for this piece or another. Two observers who
        shared one are not independent.
    ``derived_from``
        the identity of the original, never of another quotation, when this only quotes or copies it. It is
        then the same evidence and brings no axis of its own.
    """

    identity: str
    kind: Kind
    stance: Stance
    on: date
    source: frozenset[str] = frozenset()
    observer: str | None = None
    devices: frozenset[str] = frozenset()
    derived_from: str | None = None

    @property
    def technique(self) -> Technique:
        """Follows from the kind, so that one way of looking can never be entered as two."""
        return TECHNIQUES[self.kind]

    @property
    def witness(self) -> str | None:
        """The observer, where having seen or asked adds something to the thing itself."""
        return self.observer if self.technique in WITNESSED else None

    @property
    def original(self) -> str:
        """The identity of the evidence this is, or is a quotation of."""
        return self.derived_from or self.identity


@dataclass(frozen=True, slots=True)
class Extension:
    """A return to the class to look again, asked of a later lesson.

    ``done_on`` is None until it took place. A result that is not ``consistent`` contradicts the claim, under
    this ``identity``, until it is answered.
    """

    identity: str
    done_on: date | None = None
    consistent: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status with what it rests on.

    ``axes`` are those along which some two pieces of support are independent, in the order of ``Axis``;
    ``supporting`` and ``contradicting`` count pieces, a quotation never beside its original; ``unanswered``
    are the contradicting originals and extensions that still need a written answer, by identity in order;
    ``awaited`` is the number of extensions asked for and not yet done; ``days`` are those of the support, in
    order.
    """

    status: Status
    axes: tuple[Axis, ...]
    supporting: int
    contradicting: int
    unanswered: tuple[str, ...]
    awaited: int
    days: tuple[date, ...]


def status(
    evidence: Collection[Evidence],
    *,
    answered: Collection[str] = (),
    extensions: Collection[Extension] = (),
    member_checks: Collection[bool] = (),
) -> Verdict:
    """Judge a claim by the evidence linked to it; withdrawn evidence is left out by the caller.

    ``answered`` holds the identities of contradicting originals and extensions that have a written answer,
    ``member_checks`` whether each person asked agrees with the claim.

    An open contradiction contests the claim. Otherwise up to one piece of support makes a lead, and more
    support it; one axis with independent evidence corroborates it, two triangulate it, and a triangulated
    claim is confirmed by going back or by the people concerned (``_is_confirmed``).
    """
    support = [piece for piece in evidence if piece.stance == Stance.SUPPORTS]
    originals = {piece for piece in support if piece.derived_from is None}
    against = {piece.original for piece in evidence if piece.stance == Stance.CONTRADICTS}
    against |= {extension.identity for extension in extensions if _differs(extension)}
    unanswered = against.difference(answered)
    supporting = len({piece.original for piece in support})
    axes = independent_axes(originals)
    days = sorted({piece.on for piece in originals})
    confirmed = bool(days) and _is_confirmed(days[0], extensions, member_checks)
    return Verdict(
        status=Status.CONTESTED if unanswered else _rung(supporting, len(axes), confirmed=confirmed),
        axes=axes,
        supporting=supporting,
        contradicting=len(against),
        unanswered=tuple(sorted(unanswered)),
        awaited=sum(extension.done_on is None for extension in extensions),
        days=tuple(days),
    )


def independent_axes(originals: Collection[Evidence]) -> tuple[Axis, ...]:
    """The axes along which some two of these pieces are independent of each other.

    One such pair is enough, so that a further piece can add an axis but never take one away.
    """
    sources = {piece.source for piece in originals if piece.source}
    witnesses = {(piece.witness, piece.devices) for piece in originals if piece.witness}
    independent = {
        Axis.SOURCE: any(one.isdisjoint(other) for one, other in combinations(sources, 2)),
        Axis.TECHNIQUE: len({piece.technique for piece in originals}) > 1,
        Axis.OBSERVER: any(
            one != other and devices.isdisjoint(others)
            for (one, devices), (other, others) in combinations(witnesses, 2)
        ),
        Axis.TIME: len({piece.on for piece in originals}) > 1,
    }
    return tuple(axis for axis, holds in independent.items() if holds)


def _rung(supporting: int, axes: int, *, confirmed: bool) -> Status:
    if axes >= 2:
        return Status.CONFIRMED if confirmed else Status.TRIANGULATED
    if axes == 1:
        return Status.CORROBORATED
    return Status.SUPPORTED if supporting >= 2 else Status.LEAD


def _is_confirmed(
    first_seen: date, extensions: Collection[Extension], member_checks: Collection[bool]
) -> bool:
    """Whether what was seen was also borne out by going back, or by everybody concerned who was asked.

    Going back counts when no extension is still awaited and the last of them, on a later day than the first
    support, agreed. Somebody concerned who disagrees withholds the word, whatever the extensions brought.
    """
    if member_checks:
        return all(member_checks)
    days = [extension.done_on for extension in extensions if extension.done_on is not None]
    if not days or len(days) < len(extensions):
        return False
    last = max(days)
    return last > first_seen and not any(_differs(done) for done in extensions if done.done_on == last)


def _differs(extension: Extension) -> bool:
    return extension.done_on is not None and not extension.consistent
