"""All that the capture page needs of a lesson, to be on the tablet before class begins."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from cycles.ground_rules import RULES
from cycles.models import CasePrediction, CasePupil, LessonPlan, ResearchLesson
from cycles.permissions import can_name_pupils
from cycles.room import Room, Thing, room_with
from cycles.selectors import Table, latest_plan, pupils_of, tables_of
from cycles.templatetags.cycles import called
from observations.models import EventCode, Observation, ObservationSession, Watch, WorkSample
from observations.selectors import codes_for, session_of, states_for
from schools.models import Student, User
from schools.selectors import photo_allowed

# How long after a lesson its roster may still lie on a tablet: until that day's debrief is over.
AFTERWARDS = timedelta(hours=12)


def pack_for(lesson: ResearchLesson, reader: User) -> dict[str, Any]:
    """The pack, ready for JSON. ``version`` changes whenever anything else but the clock does.

    Pupils are called as this reader may call them. The number of queries does not grow with the class.
    """
    now = timezone.now()
    tables = tables_of(lesson)
    session = session_of(lesson, reader)
    plan = latest_plan(lesson)
    content = {
        "author": reader.pk,
        "accepted_at": session and session.rules_accepted_at.isoformat(),
        "lesson": _lesson(lesson),
        "pupils": _pupils(lesson, named=can_name_pupils(reader, lesson.cycle)),
        "groups": [_group(table, reader) for table in tables],
        "mine": _given(lesson, reader),
        "room": _room(room_with(lesson, tables)),
        "steps": _steps(plan),
        "codes": [_code(code) for code in (*codes_for(lesson.school), *states_for(lesson.school))],
        "rules": [str(rule) for rule in RULES],
        "case_pupils": _case_pupils(lesson, plan),
        "watching": [_watch(watch) for watch in _watches(session)],
        "records": records_of(lesson, reader),
        "photos": photos_of(lesson, reader),
    }
    version = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
    times = {"server_now": now.isoformat(), "expires_at": expiry(lesson, now).isoformat()}
    return {"version": version, **times, **content}


def expiry(lesson: ResearchLesson, now: datetime) -> datetime:
    """When the roster has to leave the tablet: half a day after the lesson, or after now if that is over."""
    began = lesson.started_at or lesson.scheduled_at or now
    return max(lesson.ended_at or began + timedelta(minutes=lesson.minutes), now) + AFTERWARDS


def records_of(lesson: ResearchLesson, observer: User) -> list[dict[str, Any]]:
    """The observer's own observations as a tablet would have sent them, the oldest first."""
    mine = Observation.objects.filter(lesson=lesson, observer=observer).select_related("code")
    return [_record(observation) for observation in mine.order_by("happened_at", "seq", "pk")]


def photos_of(lesson: ResearchLesson, observer: User) -> list[dict[str, Any]]:
    """The observer's own photos of pupils' work, the oldest first; not the pictures themselves."""
    mine = WorkSample.objects.visible_to(observer).filter(lesson=lesson, by=observer).exclude(image="")
    return [
        {
            "id": str(sample.pk),
            "student": sample.student_id,
            "happened_at": sample.happened_at.isoformat(),
            "what_it_shows": sample.what_it_shows,
        }
        for sample in mine.order_by("happened_at", "pk")
    ]


def _lesson(lesson: ResearchLesson) -> dict[str, Any]:
    return {
        "id": lesson.pk,
        "title": lesson.cycle.title,
        "cycle_url": lesson.cycle.get_absolute_url(),
        "started_at": lesson.started_at and lesson.started_at.isoformat(),
        "ended_at": lesson.ended_at and lesson.ended_at.isoformat(),
        "minutes": lesson.minutes,
    }


def _pupils(lesson: ResearchLesson, *, named: bool) -> list[dict[str, Any]]:
    pupils = list(pupils_of(lesson))
    photos = photo_allowed(pupils)
    return [_pupil(pupil, named, pupil.pk in photos) for pupil in pupils]


def _pupil(pupil: Student, named: bool, photo: bool) -> dict[str, Any]:
    return {"id": pupil.pk, "code": pupil.code, "name": called(pupil, named), "photo": photo}


def _group(table: Table, reader: User) -> dict[str, Any]:
    return {
        "id": table.group.pk,
        "name": table.group.name,
        "pupils": [pupil.pk for pupil in table.pupils],
        "mine": reader in table.observers,
    }


def _given(lesson: ResearchLesson, reader: User) -> list[int]:
    """Pupils this observer was given to watch on their own."""
    given = lesson.assignments.filter(observer=reader, student__isnull=False)
    return list(given.order_by("student__code").values_list("student", flat=True))


def _room(room: Room) -> dict[str, Any] | None:
    """The map line by line, the front first; None where no table stands on it."""
    if not room.has_tables:
        return None
    lines = room.lines()
    cells = [_cell(spot.thing) for line in lines for spot in line]
    return {"columns": len(lines[0]), "cells": cells}


def _cell(thing: Thing | None) -> dict[str, Any]:
    """A table's group, or the name of what else stands there."""
    table = thing.table if thing else None
    return {"name": thing.name if thing else "", "group": table.group.pk if table else None}


def _steps(plan: LessonPlan) -> list[dict[str, Any]]:
    return [
        {
            "id": step.pk,
            "number": number,
            "phase": step.get_phase_display(),
            "activity": step.activity,
            "minutes": step.minutes,
            "key_question": step.key_question,
            "watch_for": step.observation_point,
            "responses": [
                {"id": response.pk, "text": response.text, "kind": response.get_kind_display()}
                for response in step.responses.all()
                if response.text
            ],
        }
        for number, step in enumerate(plan.steps.all(), start=1)
    ]


def _code(code: EventCode) -> dict[str, Any]:
    return {
        "slug": code.slug,
        "label": code.words,
        "meaning": code.meaning,
        "first": code.shown_first,
        "state": code.is_state,
    }


def _case_pupils(lesson: ResearchLesson, plan: LessonPlan) -> list[dict[str, Any]]:
    """The case pupils with what the team expects of each, step by step."""
    expected = CasePrediction.objects.filter(step__plan=plan).exclude(text="")
    cases = CasePupil.objects.filter(cycle=lesson.cycle_id, ended_at=None)
    return [
        {
            "student": case.student_id,
            "typifies": case.typifies,
            "predictions": [{"step": one.step_id, "text": one.text} for one in case.predictions.all()],
        }
        for case in cases.prefetch_related(Prefetch("predictions", queryset=expected))
    ]


def _watches(session: ObservationSession | None) -> list[Watch]:
    """Whom one watches, and whom one watched before: it can be put right from any tablet."""
    return list(session.watches.standing()) if session else []


def _watch(watch: Watch) -> dict[str, Any]:
    return {
        "id": str(watch.record),
        "group": watch.group_id,
        "student": watch.student_id,
        "from": watch.from_at.isoformat(),
        "until": watch.to_at and watch.to_at.isoformat(),
    }


def _record(observation: Observation) -> dict[str, Any]:
    return {
        "id": str(observation.pk),
        "lesson": observation.lesson_id,
        "kind": observation.kind,
        "happened_at": observation.happened_at.isoformat(),
        "elapsed": observation.elapsed,
        "seq": observation.seq,
        "code": observation.code.slug if observation.code else None,
        "student": observation.student_id,
        "target": "teacher" if observation.target_teacher else observation.target_id,
        "group": observation.group_id,
        "step": observation.step_id,
        "response": observation.response_id,
        "fact": observation.fact,
        "interpretation": observation.interpretation,
        "question": observation.question,
        "domain": observation.domain,
        "flagged": observation.flagged,
        "replaces": observation.replaces_id and str(observation.replaces_id),
        "voided": observation.voided_at is not None,
    }
