"""Evidence as pages and reports show it, whatever it is: observation, interview or statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import TextField
from django.utils import timezone
from django.utils.translation import gettext as _

from cycles.models import ResearchLesson
from observations.models import Interview, Observation
from reflections.models import EvidenceLink, Statement
from schools.models import Student, User

Thing = Observation | Interview | Statement

# What of an observation is shown: to be fetched along by whoever hands it over.
SHOWN = ("lesson", "code", "student", "target", "group", "observer")


@dataclass(frozen=True)
class Piece:
    """What a page shows: ``said`` is what was seen or answered, ``thought`` what somebody made of it."""

    kind: str  # observation | interview | statement
    pk: object
    label: str
    who: str
    lesson: ResearchLesson
    at: datetime
    said: str
    thought: str = ""
    pupil: Student | None = None
    others: tuple[Student, ...] = ()  # asked together with the pupil
    target: Student | None = None
    group: str = ""
    flagged: bool = False
    taken_back: bool = False


@dataclass(frozen=True)
class Linked:
    """A piece of evidence and what it does to a finding."""

    link: EvidenceLink
    piece: Piece

    @property
    def stance(self) -> str:
        return self.link.stance

    @property
    def kind(self) -> str:
        return self.piece.kind

    @property
    def who(self) -> str:
        return self.piece.who

    @property
    def text(self) -> str:
        return self.piece.said

    @property
    def pupils(self) -> list[str]:
        """By code, the one who did it first."""
        return [pupil.code for pupil in (self.piece.pupil, *self.piece.others, self.piece.target) if pupil]

    @property
    def on(self) -> date:
        """The day on the school's calendar."""
        return timezone.localdate(self.piece.at, self.link.school.zone)


def piece_of(thing: Thing) -> Piece:
    """How a thing is shown. What it names was fetched along by the caller."""
    if isinstance(thing, Observation):
        return _observed(thing)
    if isinstance(thing, Interview):
        return _interviewed(thing)
    return _stated(thing)


def _observed(seen: Observation) -> Piece:
    code = seen.code.words if seen.code else ""
    return Piece(
        kind="observation",
        pk=seen.pk,
        label=seen.get_kind_display(),
        who=str(seen.observer),
        lesson=seen.lesson,
        at=seen.happened_at,
        said=": ".join(part for part in (code, seen.fact) if part),
        thought=seen.interpretation,
        pupil=seen.student,
        target=seen.target,
        group=seen.group.name if seen.group else "",
        flagged=seen.flagged,
        taken_back=seen.voided_at is not None,
    )


def _interviewed(interview: Interview) -> Piece:
    answers = [
        f"{question.verbose_name} {answer}"
        for question in Interview._meta.concrete_fields
        if isinstance(question, TextField) and (answer := getattr(interview, question.name))
    ]
    return Piece(
        kind="interview",
        pk=interview.pk,
        label=_("Interview"),
        who=str(interview.interviewer),
        lesson=interview.lesson,
        at=interview.happened_at,
        said="\n".join(answers),
        pupil=interview.student,
        others=tuple(one.student for one in interview.companions.all()),
    )


def _stated(statement: Statement) -> Piece:
    """What was said about an observation; without one it is an opinion, and about nobody."""
    said = Piece(
        kind="statement",
        pk=statement.pk,
        label=_("Said in the debrief"),
        who=str(statement.speaker),
        lesson=statement.debrief.lesson,
        at=statement.created_at,
        said=statement.text,
    )
    if statement.observation is None:
        return said
    seen = _observed(statement.observation)
    return replace(
        said, at=seen.at, pupil=seen.pupil, target=seen.target, group=seen.group, taken_back=seen.taken_back
    )


def linked(links: Iterable[EvidenceLink], reader: User | None = None) -> list[Linked]:
    """Links as ``weighing.linked_to`` fetches them, as a page shows them.

    What an observer took back keeps its words for that observer alone.
    """
    things = ((link, link.observation or link.interview or link.statement) for link in links)
    return [Linked(link, _for(reader, thing)) for link, thing in things if thing is not None]


def _for(reader: User | None, thing: Thing) -> Piece:
    piece = piece_of(thing)
    if isinstance(thing, Observation) and piece.taken_back and thing.observer != reader:
        return replace(piece, said="", thought="")
    return piece
