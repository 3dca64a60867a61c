"""Two schools with one whole cycle each, and everybody who might knock at an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from cycles import calendars
from cycles.models import (
    BoardZone,
    CasePrediction,
    CasePupil,
    Grouping,
    GroupingPlace,
    LessonPlan,
    Meeting,
    PlanComment,
    PlanRevision,
    StudyNote,
)
from cycles.sheet import take
from cycles.stages import Stage
from cycles.workflow import renew_calendar_address
from lessonstudy.lib import policy
from observations.models import Clash, EventCode, Interview, Observation
from reflections.models import Claim, Debrief, Decision, EvidenceLink, Report, Statement
from reflections.report import compile as compiling
from reflections.workflow.reports import publish_report, request_report
from schools.models import Role, User
from tests.factories.cycles import (
    MORNING,
    AnticipatedResponseFactory,
    CycleFactory,
    LessonPlanFactory,
    ObjectiveFactory,
    PlanStepFactory,
    ResearchLessonFactory,
    Scene,
    lesson_in,
)
from tests.factories.schools import CANARY, MembershipFactory, UserFactory


@dataclass
class World:
    """One school's cycle, ready to be knocked at: what an address may be about, and the people."""

    scene: Scene
    about: dict[str, Any]
    people: dict[str, User]
    token: str  # of a calendar that is open


def build(mark: str = "") -> World:
    """A cycle at *reflect* with something of everything; with ``mark``, in every free text."""
    scene = lesson_in(Stage.REFLECT)
    about = _things(scene)
    if mark:
        _mark(scene, mark)
    about["report"] = _published_report(scene)
    token = calendars.token_of(renew_calendar_address(scene.teacher))
    return World(scene, about, _people(scene), token)


def _things(scene: Scene) -> dict[str, Any]:
    lesson, observer, school = scene.lesson, scene.observer, scene.school
    own = {"school": school, "lesson": lesson}
    observation = Observation.objects.create(
        **own, observer=observer, kind="note", student=scene.pupils[0], fact="Drew first", happened_at=MORNING
    )
    event = EventCode.objects.get(slug="asks")
    for pupil in scene.pupils:
        Observation.objects.create(
            **own, observer=observer, kind="event", code=event, student=pupil, happened_at=MORNING
        )
    interview = Interview.objects.create(
        **own, student=scene.pupils[0], interviewer=observer, happened_at=MORNING, learned="Equal parts"
    )
    debrief = Debrief.objects.create(**own)
    Statement.objects.create(school=school, debrief=debrief, speaker=observer, text="She drew", by=observer)
    claim = Claim.objects.create(**own, cycle=scene.cycle, text="Drawing comes first", by=observer)
    link = EvidenceLink.objects.create(school=school, claim=claim, observation=observation, by=observer)
    EvidenceLink.objects.create(school=school, claim=claim, interview=interview, by=observer)
    decision = Decision.objects.create(
        **own, cycle=scene.cycle, text="One pencil", owner=observer, due_on="2030-01-01", by=observer
    )
    return {
        "cycle": scene.cycle,
        "lesson": lesson,
        "role": scene.cycle.roles.get(user=observer),
        "objective": ObjectiveFactory(plan=scene.plan),
        "step": (step := scene.plan.steps.first()),
        "response": AnticipatedResponseFactory(step=step),
        "zone": BoardZone.objects.create(school=school, plan=scene.plan, title="Problem"),
        "note": StudyNote.objects.create(
            school=school, cycle=scene.cycle, question="Which idea?", by=observer
        ),
        "case_pupil": (
            case := CasePupil.objects.create(
                school=school, cycle=scene.cycle, student=scene.pupils[0], typifies="Waits for others"
            )
        ),
        "prediction": CasePrediction.objects.create(
            school=school, step=step, case_pupil=case, text="Draws before the others"
        ),
        "comment": PlanComment.objects.create(
            school=school, plan=scene.plan, step=step, by=observer, text="Fold first"
        ),
        "revision": PlanRevision.objects.create(
            school=school,
            plan=scene.plan,
            number=1,
            name="Before the guest",
            sheet=take(scene.plan),
            by=observer,
        ),
        "meeting": Meeting.objects.create(
            school=school, cycle=scene.cycle, lesson=lesson, kind="debrief", starts_at=MORNING
        ),
        "taught_plan": _taught_plan(scene),
        "grouping": _grouping(scene),
        "observation": observation,
        "clash": _clash(scene, observation),
        "claim": claim,
        "link": link,
        "decision": decision,
    }


def _clash(scene: Scene, observation: Observation) -> Clash:
    """Another text that came under the id of a note."""
    sent = {
        "id": str(observation.pk),
        "lesson": scene.lesson.pk,
        "kind": "note",
        "happened_at": MORNING.isoformat(),
        "fact": "Drew last",
    }
    return Clash.objects.create(
        school=scene.school,
        lesson=scene.lesson,
        observer=scene.observer,
        record=observation.pk,
        digest="d" * 64,
        sent=sent,
    )


def _taught_plan(scene: Scene) -> LessonPlan:
    """The plan of a closed cycle of the same school, in which none of the scene's people took part."""
    closed = CycleFactory(school=scene.school, closed=True, school_class=scene.cycle.school_class)
    plan = LessonPlanFactory(lesson=ResearchLessonFactory(cycle=closed), frozen=True)
    PlanStepFactory(plan=plan)
    return plan


def _grouping(scene: Scene) -> Grouping:
    """One way to seat the class, as it stood when the lesson was still to come."""
    own = {"school": scene.school}
    grouping = Grouping.objects.create(
        **own, lesson=scene.lesson, number=1, wishes={}, engine="tests", objective=0.5, score=50
    )
    GroupingPlace.objects.bulk_create(
        GroupingPlace(**own, grouping=grouping, student=pupil, group=1 + n % 2)
        for n, pupil in enumerate(scene.pupils)
    )
    return grouping


def _published_report(scene: Scene) -> Report:
    report = request_report(scene.lesson, by=scene.teacher)
    compiling.run(report.pk)
    report.refresh_from_db()
    publish_report(report, by=scene.teacher)
    return report


def _people(scene: Scene) -> dict[str, User]:
    school = scene.school
    return {
        policy.PLANNER: scene.planner,
        policy.OBSERVER: scene.observer,
        policy.GUEST: scene.guest,
        policy.COLLEAGUE: MembershipFactory(school=school).user,
        policy.PRINCIPAL: MembershipFactory(school=school, role=Role.PRINCIPAL).user,
        policy.ADMINISTRATOR: MembershipFactory(school=school, role=Role.ADMINISTRATOR).user,
        policy.SUPERUSER: UserFactory(is_superuser=True),
    }


def _mark(scene: Scene, mark: str = CANARY) -> None:
    """Put the mark before every free text of the school's rows and of its people's names."""
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if "school" in names:
            _mark_rows(model.objects.filter(school=scene.school), mark)
    _mark_rows(type(scene.school).objects.filter(pk=scene.school.pk), mark, {"name"})
    _mark_rows(User.objects.filter(cycle_roles__cycle=scene.cycle).distinct(), mark, {"name"})


def _mark_rows(rows: models.QuerySet, mark: str, only: set[str] | None = None) -> None:
    for field in rows.model._meta.concrete_fields:
        text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if text and field.name not in {"academic_year"} and (only is None or field.name in only):
            marked = Concat(Value(mark), field.name)
            pks = list(rows.values_list("pk", flat=True))
            room = field.max_length or 1000
            rows.model.objects.filter(pk__in=pks).update(**{field.name: Substr(marked, 1, room)})
