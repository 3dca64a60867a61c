"""Which kinds of file there are, and what came of each so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy

from cycles.models import ResearchLesson
from observations.importing.sources import EventSheet, PaperTally, Source, Transcript
from schools.models import User

Kind = type[EventSheet] | type[PaperTally] | type[Transcript]
KINDS: dict[str, tuple[Kind, Any]] = {
    EventSheet.slug: (EventSheet, gettext_lazy("A sheet of events and notes")),
    PaperTally.slug: (PaperTally, gettext_lazy("A paper tally")),
    Transcript.slug: (Transcript, gettext_lazy("A transcript of a recording")),
}


def source_of(slug: str, lesson: ResearchLesson, observer: User, *, begins: int = 0) -> Source:
    """The source of that kind. Only a transcript has a clock of its own."""
    if slug == Transcript.slug:
        return Transcript(lesson, observer, begins=begins)
    return PaperTally(lesson, observer) if slug == PaperTally.slug else EventSheet(lesson, observer)


@dataclass(frozen=True)
class BroughtIn:
    """How much of one kind somebody brought in, and how much of it was taken back."""

    slug: str
    words: str
    standing: int
    taken_back: int


def brought_in(lesson: ResearchLesson, observer: User) -> list[BroughtIn]:
    """What this person brought into the lesson so far; nothing of a kind is left out. One query a kind."""
    found = []
    for slug, (_kind, words) in KINDS.items():
        numbers = (
            source_of(slug, lesson, observer)
            .stored()
            .order_by()
            .aggregate(
                standing=Count("pk", filter=Q(voided_at=None)),
                taken_back=Count("pk", filter=Q(voided_at__isnull=False)),
            )
        )
        if any(numbers.values()):
            found.append(BroughtIn(slug, str(words), **numbers))
    return found
