"""What comes after a told lesson: debrief, findings, decisions, the report, and the end of the cycle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from cycles.models import Cycle, ResearchLesson
from cycles.selectors import latest_lesson
from lessonstudy.demo import pieces
from lessonstudy.demo.gathering import gather
from lessonstudy.demo.staging import Cast, date_move, founder_of
from observations.models import Interview, Observation, Watch
from reflections.models import Claim, Debrief, Decision, EvidenceLink, Report, Statement
from reflections.report import compile as compiling
from reflections.workflow.cycle import close_cycle, start_reflecting
from reflections.workflow.debrief import decide, decision_done, say
from reflections.workflow.findings import find, link_evidence
from reflections.workflow.reports import publish_report, request_report

Evidence = Observation | Interview
TURN = timedelta(minutes=4)  # of one speaker
Stance = EvidenceLink.Stance


def hold_debrief(cast: Cast, cycle: Cycle, told: pieces.Lesson, *, at: datetime) -> None:
    """The lesson ends and the team talks; what it found rests on what was seen and on what was gathered."""
    debrief = start_reflecting(cycle, by=founder_of(cycle))
    lesson = latest_lesson(cycle)
    end = lesson.started_at + timedelta(minutes=lesson.minutes)
    ResearchLesson.objects.filter(pk=lesson.pk).update(ended_at=end)
    Watch.objects.filter(session__lesson=lesson, to_at__gt=end).update(to_at=end)
    date_move(cycle, end)
    Debrief.objects.filter(pk=debrief.pk).update(opened_at=at)
    notes = _seen(lesson, told)
    evidence = {**notes, **gather(cast, lesson, told, at=end)}
    for number, said in enumerate(told.said):
        _say(cast, lesson, said, notes.get(said.shows), at=at + number * TURN)
    concluded_at = at + len(told.said) * TURN
    for finding in told.findings:
        _find(lesson, finding, evidence, at=concluded_at)
    for todo in told.todos:
        _decide(cast, lesson, todo, at=concluded_at)


def _seen(lesson: ResearchLesson, told: pieces.Lesson) -> dict[str, Observation]:
    """The notes by their keys; no two say the same."""
    notes = {note.fact: note for note in lesson.observations.exclude(fact="")}
    return {note.key: notes[note.fact] for note in told.notes}


def _say(
    cast: Cast, lesson: ResearchLesson, said: pieces.Said, shown: Observation | None, *, at: datetime
) -> None:
    statement = say(
        lesson,
        speaker=cast.people[said.speaker],
        kind=said.kind,
        text=said.text,
        observation=shown,
        by=founder_of(lesson.cycle),
    )
    Statement.objects.filter(pk=statement.pk).update(created_at=at)


def _find(
    lesson: ResearchLesson, finding: pieces.Finding, evidence: Mapping[str, Evidence], *, at: datetime
) -> None:
    by = founder_of(lesson.cycle)
    claim = find(lesson, text=finding.text, by=by)
    for key in finding.supports:
        link_evidence(claim, evidence[key], stance=Stance.SUPPORTS, by=by)
    for key in finding.against:
        link_evidence(claim, evidence[key], stance=Stance.CONTRADICTS, by=by)
    Claim.objects.filter(pk=claim.pk).update(created_at=at)
    claim.links.update(created_at=at)


def _decide(cast: Cast, lesson: ResearchLesson, todo: pieces.Todo, *, at: datetime) -> None:
    owner = cast.people[todo.owner]
    due = at + timedelta(days=todo.days)
    decision = decide(lesson, text=todo.text, owner=owner, due_on=due.date(), by=founder_of(lesson.cycle))
    Decision.objects.filter(pk=decision.pk).update(created_at=at)
    if todo.is_done:
        decision_done(decision, by=owner)
        Decision.objects.filter(pk=decision.pk).update(done_at=due - timedelta(days=1))


def publish(cycle: Cycle, *, at: datetime) -> None:
    """The present lesson's report, compiled here and now by what the worker runs, and published.

    Raises RuntimeError when the report does not become ready.
    """
    by = founder_of(cycle)
    report = request_report(latest_lesson(cycle), by=by)
    Report.objects.filter(pk=report.pk).update(created_at=at, woken_at=at)
    compiling.run(report.pk)
    report.refresh_from_db()
    if report.state != Report.State.READY:
        raise RuntimeError(f"The report of lesson {report.lesson_id} could not be compiled.")
    publish_report(report, by=by)
    Report.objects.filter(pk=report.pk).update(finished_at=at, published_at=at + timedelta(hours=1))


def finish(cycle: Cycle, *, at: datetime) -> None:
    """The cycle is closed."""
    close_cycle(cycle, by=founder_of(cycle))
    Cycle.objects.filter(pk=cycle.pk).update(closed_at=at)
    date_move(cycle, at)
