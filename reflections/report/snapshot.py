"""One snapshot of a lesson, taken once: page, PDF, spreadsheet and JSON all print it and nothing else.

Pupils appear by code. Counting is done by the database; no observation is loaded but those that are evidence.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone, translation

from cycles.models import LessonPlan, ResearchLesson
from cycles.selectors import latest_plan, pupils_of
from observations.selectors import counts_by_pupil, group_members, totals, watched_pupils
from reflections.measures import LessonMeasures, measure_lesson
from reflections.models import Claim, Decision
from reflections.selectors import evidence_of, said_in
from reflections.weighing import weigh

SCHEMA = 1


def take_snapshot(lesson: ResearchLesson, *, compiled_at: datetime, version: int) -> dict[str, Any]:
    """Everything the report says, as JSON-able data.

    The keys people script against (``pupils``, ``watched``, ``events``, ``turns``, …) stand beside those that
    only the printed report needs. ``turns`` names every watched pupil, the silent ones with 0, so that Gini
    and top share can be computed from it again.
    """
    with translation.override(lesson.school.language):
        return _snapshot(lesson, compiled_at=compiled_at, version=version)


def _snapshot(lesson: ResearchLesson, *, compiled_at: datetime, version: int) -> dict[str, Any]:
    by_pupil = counts_by_pupil(lesson)
    groups = group_members(lesson)
    measures = measure_lesson(by_pupil, watched_pupils(lesson), groups)
    counted = asdict(totals(lesson))
    plan = latest_plan(lesson)
    return {
        "schema": SCHEMA,
        **_heading(lesson, compiled_at=compiled_at, version=version),
        "topic": plan.topic,
        "people": _people(lesson),
        "plan": _plan(plan),
        "method": counted,
        "pupils": pupils_of(lesson).count(),
        "events": counted["events"],
        **_participation(measures, by_pupil, groups),
        "claims": _claims(lesson),
        "statements": _statements(lesson),
        "decisions": _decisions(lesson),
    }


def _heading(lesson: ResearchLesson, *, compiled_at: datetime, version: int) -> dict[str, Any]:
    school = lesson.school
    held = lesson.started_at or lesson.scheduled_at
    return {
        "lesson": lesson.pk,
        "title": lesson.cycle.title,
        "school": school.name,
        "language": school.language,
        "school_class": lesson.school_class.name,
        "academic_year": lesson.school_class.academic_year,
        "subject": lesson.cycle.subject,
        "theme": lesson.cycle.theme,
        "sequence": lesson.sequence,
        "kind": lesson.kind,
        "held_on": timezone.localdate(held, school.zone).isoformat() if held else None,
        "minutes": lesson.minutes,
        "version": version,
        "compiled_at": timezone.localtime(compiled_at, school.zone).isoformat(timespec="seconds"),
    }


def _people(lesson: ResearchLesson) -> list[dict[str, str]]:
    roles = lesson.cycle.roles.select_related("user").order_by("role", "user__name")
    return [{"role": role.role, "name": role.user.name} for role in roles]


def _plan(plan: LessonPlan) -> dict[str, Any]:
    return {
        "version": plan.version,
        "prior_knowledge": plan.prior_knowledge,
        "objectives": [
            {
                "domain": objective.domain,
                "statement": objective.statement,
                "success_criterion": objective.success_criterion,
            }
            for objective in plan.objectives.all()
        ],
        "steps": [
            {
                "number": number,
                "phase": step.phase,
                "minutes": step.minutes,
                "activity": step.activity,
                "key_question": step.key_question,
                "observation_point": step.observation_point,
                "anticipated": [{"kind": one.kind, "text": one.text} for one in step.responses.all()],
            }
            for number, step in enumerate(plan.steps.all(), start=1)
        ],
    }


def _participation(
    measures: LessonMeasures, by_pupil: dict[str, dict[str, int]], groups: list[tuple[str, list[str]]]
) -> dict[str, Any]:
    members = dict(groups)
    return {
        "watched": measures.watched,
        "turns": measures.turns,
        "codes": measures.codes,
        "by_pupil": {pupil: by_pupil[pupil] for pupil in sorted(by_pupil)},
        "silent": measures.silent,
        "gini": measures.gini,
        "top_share": measures.top_share,
        "groups": [{**asdict(group), "pupils": members[group.name]} for group in measures.groups],
    }


def _claims(lesson: ResearchLesson) -> list[dict[str, Any]]:
    claims = list(Claim.objects.filter(lesson=lesson))
    verdicts, evidence = weigh(claims), evidence_of(claims)
    return [
        {
            "text": claim.text,
            "status": verdicts[claim.pk].status,
            "evidence": verdicts[claim.pk].supporting,
            "against": verdicts[claim.pk].contradicting,
            "axes": list(verdicts[claim.pk].axes),
            "answer": claim.answer,
            "items": [
                {
                    "kind": item.kind,
                    "stance": item.stance,
                    "who": item.who,
                    "pupils": item.pupils,
                    "on": item.on.isoformat(),
                    "text": item.text,
                }
                for item in evidence[claim.pk]
            ],
        }
        for claim in claims
    ]


def _statements(lesson: ResearchLesson) -> list[dict[str, Any]]:
    return [
        {
            "kind": said.statement.kind,
            "speaker": said.statement.speaker.name,
            "about": said.evidence.pupil.code if said.evidence and said.evidence.pupil else "",
            "text": said.statement.text,
            "opinion": said.is_opinion,
        }
        for said in said_in(lesson)
    ]


def _decisions(lesson: ResearchLesson) -> list[dict[str, Any]]:
    decisions = Decision.objects.filter(lesson=lesson).select_related("owner")
    return [
        {
            "text": decision.text,
            "owner": decision.owner.name,
            "due_on": decision.due_on.isoformat(),
            "done_at": decision.done_at.isoformat() if decision.done_at else None,
        }
        for decision in decisions
    ]
