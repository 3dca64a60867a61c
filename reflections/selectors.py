"""What the pages of the debrief and the report read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from cycles.models import Cycle, CycleRole, ResearchLesson
from cycles.permissions import TEAM
from observations.models import Interview, InterviewCompanion, Observation
from reflections.evidence import Verdict
from reflections.models import Claim, Decision, Report, Statement
from reflections.pieces import SHOWN, Linked, Piece, linked, piece_of
from reflections.weighing import LABELS, explain, is_taken_back, linked_to, weigh
from schools.models import Student, User

OFFERED = 8  # pieces of evidence shown while somebody speaks
OFFERED_OF_ONE = 30  # the same, about one pupil
SEEN = {Observation.Kind.EVENT, Observation.Kind.NOTE, Observation.Kind.SAMPLE}
Role = CycleRole.Kind
TELLING = {Statement.Kind.FACT, Statement.Kind.INTERPRETATION}


@dataclass(frozen=True)
class Finding:
    """A finding with what its evidence amounts to."""

    claim: Claim
    verdict: Verdict

    @property
    def status(self) -> str:
        return self.verdict.status.value

    @property
    def label(self) -> str:
        return str(LABELS[self.verdict.status])

    @property
    def ground(self) -> str:
        return explain(self.verdict)


def evidence_of(claims: Iterable[Claim]) -> dict[int, list[Linked]]:
    """Claim id → its evidence, oldest first, without what was taken back. One query."""
    claims = list(claims)
    links = linked_to(claims)
    return {
        claim.pk: linked(link for link in links.get(claim.pk, []) if not is_taken_back(link))
        for claim in claims
    }


def findings_of(cycle: Cycle) -> list[Finding]:
    """Every finding of the cycle with its verdict, oldest first."""
    claims = list(Claim.objects.filter(cycle=cycle).select_related("lesson").order_by("created_at", "pk"))
    verdicts = weigh(claims)
    return [Finding(claim, verdicts[claim.pk]) for claim in claims]


@dataclass(frozen=True)
class Said:
    """A statement with the observation it rests on, if one stands behind it."""

    statement: Statement
    evidence: Piece | None

    @property
    def is_opinion(self) -> bool:
        """It says how things were, and nothing that still stands shows it."""
        shown = self.evidence is not None and not self.evidence.taken_back
        return self.statement.kind in TELLING and not shown


def said_in(lesson: ResearchLesson) -> list[Said]:
    """What was said in the lesson's debrief, in the order it was said."""
    statements = (
        Statement.objects.filter(debrief__lesson=lesson)
        .select_related("speaker", "debrief__lesson", *(f"observation__{name}" for name in SHOWN))
        .order_by("created_at", "pk")
    )
    return [
        Said(statement, piece_of(statement.observation) if statement.observation else None)
        for statement in statements
    ]


def decisions_of(cycle: Cycle) -> QuerySet[Decision]:
    """What the team will do; open ones first, by date."""
    return (
        Decision.objects.filter(cycle=cycle)
        .select_related("owner", "cycle")
        .order_by(F("done_at").asc(nulls_first=True), "due_on", "pk")
    )


def speakers_of(cycle: Cycle) -> QuerySet[User]:
    """Whose words may be written down: everybody in the cycle, guests too."""
    return User.objects.filter(pk__in=cycle.roles.values("user")).order_by("name", "pk")


def owners_of(cycle: Cycle) -> QuerySet[User]:
    """Who can take a decision on: the team's people who can still sign in."""
    team = cycle.roles.filter(role__in=TEAM).values("user")
    return User.objects.filter(pk__in=team, is_active=True).order_by("name", "pk")


@dataclass(frozen=True)
class Turn:
    """One place in the order of speaking."""

    who: str
    what: str


def speaking_order(people: Collection[CycleRole], lesson: ResearchLesson) -> list[Turn]:
    """Who speaks when: the model teacher first, then those who watched, the knowledgeable other last."""
    names = {person.user_id: str(person.user) for person in people}
    others = {person.user_id for person in people if person.role != Role.COMMENTATOR}
    first = lesson.model_teacher_id
    teacher = names.pop(first or 0, _("The model teacher"))
    rest = ", ".join(name for user, name in names.items() if user in others) or _("The observers")
    last = ", ".join(name for user, name in names.items() if user not in others)
    return [
        Turn(teacher, _("How it went, and what was different from the plan.")),
        Turn(rest, _("Each point begins with a child that you saw.")),
        Turn(last or _("The knowledgeable other"), _("Comments at the end, when all have spoken.")),
    ]


def latest_report(lesson: ResearchLesson) -> Report | None:
    """The newest version, without its pages."""
    return Report.objects.filter(lesson=lesson).defer("snapshot").order_by("-version").first()


def observed_in(lessons: Iterable[ResearchLesson]) -> QuerySet[Observation]:
    """What was seen in these lessons and still stands; what was flagged first, then the latest."""
    return (
        Observation.objects.standing()
        .filter(lesson__in=lessons, kind__in=SEEN)
        .select_related(*SHOWN)
        .order_by("-flagged", "-happened_at", "pk")
    )


def interviews_in(lessons: Iterable[ResearchLesson]) -> QuerySet[Interview]:
    """What pupils said after these lessons, the latest first."""
    return (
        Interview.objects.filter(lesson__in=lessons)
        .select_related("lesson", "student", "interviewer")
        .prefetch_related("companions__student")
        .order_by("-happened_at", "pk")
    )


def statements_in(lessons: Iterable[ResearchLesson]) -> QuerySet[Statement]:
    """What was said with evidence to show, the latest first. Opinions weigh nothing and are not offered."""
    return (
        Statement.objects.filter(
            debrief__lesson__in=lessons,
            kind__in=TELLING,
            observation__isnull=False,
            observation__voided_at__isnull=True,
        )
        .select_related("speaker", "debrief__lesson", *(f"observation__{name}" for name in SHOWN))
        .order_by("-created_at", "pk")
    )


def pupils_seen(lessons: Iterable[ResearchLesson]) -> QuerySet[Student]:
    """Pupils about whom something was recorded in these lessons, by code."""
    lessons = list(lessons)
    observed = Observation.objects.standing().filter(lesson__in=lessons, student__isnull=False)
    interviewed = Interview.objects.filter(lesson__in=lessons)
    together = InterviewCompanion.objects.filter(interview__in=interviewed)
    about = Q(pk__in=observed.values("student")) | Q(pk__in=interviewed.values("student"))
    return Student.objects.filter(about | Q(pk__in=together.values("student"))).order_by("code", "pk")


def offered_in(
    lesson: ResearchLesson, *, pupil: Student | None = None, chosen: Observation | None = None
) -> list[Piece]:
    """The evidence offered while somebody speaks: a limited number, what is chosen already among them."""
    number = OFFERED if pupil is None else OFFERED_OF_ONE
    offered = list(evidence_in([lesson], what="observation", pupil=pupil)[:number])
    if chosen is not None and chosen not in offered:
        offered.insert(0, chosen)
    return [piece_of(seen) for seen in offered]


def evidence_in(lessons: Iterable[ResearchLesson], *, what: str, pupil: Student | None) -> QuerySet[Any]:
    """What a finding can rest on. ``what``: observation, interview or statement; about all or one pupil."""
    found: QuerySet[Any]
    if what == "interview":
        together = InterviewCompanion.objects.filter(student=pupil)
        found, about = interviews_in(lessons), Q(student=pupil) | Q(pk__in=together.values("interview"))
    elif what == "statement":
        found, about = statements_in(lessons), Q(observation__student=pupil) | Q(observation__target=pupil)
    else:
        found, about = observed_in(lessons), Q(student=pupil) | Q(target=pupil)
    return found if pupil is None else found.filter(about)
