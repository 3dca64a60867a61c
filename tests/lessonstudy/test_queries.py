"""No page's number of queries grows with its rows: each is read at 1 and at 30."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cycles import workflow
from cycles.models import (
    BoardZone,
    BriefingReading,
    CycleRole,
    Meeting,
    ObserverAssignment,
    PlanComment,
    ResearchLesson,
)
from cycles.stages import Stage
from reflections.models import Decision, Report
from reflections.report.snapshot import take_snapshot
from tests.factories.cycles import (
    AnticipatedResponseFactory,
    CasePredictionFactory,
    CasePupilFactory,
    CycleFactory,
    CycleRoleFactory,
    LessonPlanFactory,
    ObjectiveFactory,
    ObserverAssignmentFactory,
    PlanStepFactory,
    ResearchLessonFactory,
    StudyNoteFactory,
    enrol,
    lesson_in,
    seat,
)
from tests.factories.reflections import ClaimFactory
from tests.factories.schools import MembershipFactory

pytestmark = pytest.mark.django_db


def more_cycles(scene, rows):
    """Cycles of the teacher at every stage, each with a report and a decision of theirs."""
    stages = [Stage.PLAN, Stage.OBSERVE, Stage.REFLECT]
    for number in range(rows):
        other = lesson_in(stages[number % 3], school=scene.school, pupils=1, groups=1)
        CycleRoleFactory(cycle=other.cycle, user=scene.teacher, role=CycleRole.Kind.PLANNER)
        own = {"school": scene.school, "lesson": other.lesson, "by": scene.teacher}
        Decision.objects.create(
            **own, cycle=other.cycle, text="Again", owner=scene.teacher, due_on="2030-01-01"
        )
        Report.objects.create(
            school=scene.school,
            lesson=other.lesson,
            version=1,
            state="ready",
            snapshot={},
            pdf="x",
            checksum="x",
            published_at=other.lesson.created_at,
        )


def more_of_one_cycle(scene, rows):
    """Everything that a cycle being planned can have more of."""
    for number in range(rows):
        member = MembershipFactory(school=scene.school).user
        CycleRoleFactory(cycle=scene.cycle, user=member)
        step = PlanStepFactory(plan=scene.plan)
        response = AnticipatedResponseFactory(step=step)
        ObjectiveFactory(plan=scene.plan)
        own = {"school": scene.school, "plan": scene.plan}
        BoardZone.objects.create(**own, title="Ways", response=response)
        PlanComment.objects.create(**own, step=step, by=member, text="Why three?")
        pupils = enrol(scene.cycle.school_class, 1)
        if number < MOST_FOLLOWED:
            follow(scene, step, pupils[0], member)
        StudyNoteFactory(cycle=scene.cycle, step=step, by=member)
        Meeting.objects.create(
            school=scene.school, cycle=scene.cycle, lesson=scene.lesson, starts_at=scene.lesson.scheduled_at
        )
        BriefingReading.objects.create(school=scene.school, lesson=scene.lesson, user=member)
        workflow.keep_revision(scene.plan, name="Then", by=scene.teacher)
        (group,) = seat(scene.lesson, pupils, 1)
        ObserverAssignmentFactory(group=group, lesson=scene.lesson, school=scene.school, observer=member)


MOST_FOLLOWED = 8  # case pupils; a cycle has about three


def follow(scene, step, pupil, member):
    """One more case pupil with what is expected, and somebody who watches."""
    case = CasePupilFactory(cycle=scene.cycle, student=pupil)
    CasePredictionFactory(step=step, case_pupil=case)
    own = {"school": scene.school, "lesson": scene.lesson}
    ObserverAssignment.objects.create(**own, student=pupil, observer=member)


def more_on_the_shelf(scene, rows):
    """Taught plans of closed cycles."""
    for _number in range(rows):
        closed = CycleFactory(school=scene.school, closed=True, theme="Quiet pupils speak", subject="Science")
        plan = LessonPlanFactory(lesson=ResearchLessonFactory(cycle=closed), frozen=True)
        AnticipatedResponseFactory(step=PlanStepFactory(plan=plan), kind="misconception")


def more_at_the_same_time(scene, rows):
    """Lessons of other cycles in the same room, each with one of the scene's people."""
    soon = timezone.now() + timedelta(days=3)
    ResearchLesson.objects.filter(pk=scene.lesson.pk).update(scheduled_at=soon, room="Lab")
    for _number in range(rows):
        other = lesson_in(Stage.PLAN, school=scene.school, pupils=1, groups=1)
        ResearchLesson.objects.filter(pk=other.lesson.pk).update(scheduled_at=soon, room="Lab")
        CycleRoleFactory(cycle=other.cycle, user=scene.teacher)


def more_lessons(scene, rows):
    for _number in range(rows):
        lesson = ResearchLessonFactory(cycle=scene.cycle, sequence=scene.cycle.lessons.count() + 1)
        Report.objects.create(school=scene.school, lesson=lesson, version=1)
        scene.lesson = lesson


PAGES = {
    "home": ("home", None, more_cycles),
    "list of cycles": ("cycles:list", None, more_cycles),
    "list of reports": ("reflections:reports", None, more_cycles),
    "cycle": ("cycle", "cycle", more_of_one_cycle),
    "people": ("cycles:people", "cycle", more_of_one_cycle),
    "plan": ("cycles:plan", "lesson", more_of_one_cycle),
    "groups": ("cycles:groups", "lesson", more_of_one_cycle),
    "observers": ("cycles:observers", "lesson", more_of_one_cycle),
    "schedule": ("cycles:schedule", "lesson", more_of_one_cycle),
    "theme": ("cycles:theme", "cycle", more_on_the_shelf),
    "study notes": ("cycles:study", "cycle", more_of_one_cycle),
    "case pupils": ("cycles:case_pupils", "cycle", more_of_one_cycle),
    "versions": ("cycles:revisions", "lesson", more_of_one_cycle),
    "side by side": ("cycles:compare", "lesson", more_of_one_cycle),
    "what changed": ("cycles:changes", "lesson", more_of_one_cycle),
    "library": ("cycles:library", None, more_on_the_shelf),
    "start from": ("cycles:start_from", "lesson", more_cycles),
    "take along": ("cycles:exports", "lesson", more_of_one_cycle),
    "the sheet as PDF": ("cycles:export_plan", "lesson", more_of_one_cycle),
    "dates": ("cycles:meetings", "cycle", more_of_one_cycle),
    "clashing dates": ("cycles:meetings", "cycle", more_at_the_same_time),
    "my dates": ("cycles:calendar", None, more_cycles),
    "briefing": ("cycles:briefing", "lesson", more_of_one_cycle),
}


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_the_same_queries_at_1_and_at_30_rows(client, page):
    name, about, more = PAGES[page]
    scene = lesson_in(Stage.PLAN)
    client.force_login(scene.teacher)
    args = [getattr(scene, about).pk] if about else []
    url = reverse(name, args=[*args, "sheet", "pdf"] if name == "cycles:export_plan" else args)
    more(scene, 1)
    client.get(url)

    few = queries_of(client, url)
    more(scene, 29)

    assert queries_of(client, url) == few


def test_a_step_costs_the_same_queries_whatever_is_expected_at_it(client):
    scene = lesson_in(Stage.PLAN)
    client.force_login(scene.teacher)
    step = scene.plan.steps.get()
    url = reverse("cycles:edit_step", args=[step.pk])

    def more(rows):
        AnticipatedResponseFactory.create_batch(rows, step=step)
        for pupil in enrol(scene.cycle.school_class, rows):
            CasePredictionFactory(step=step, case_pupil=CasePupilFactory(cycle=scene.cycle, student=pupil))

    more(1)
    client.get(url)
    few = queries_of(client, url)
    more(7)

    assert queries_of(client, url) == few


def test_saying_where_one_is_costs_the_same_queries_however_many_are_there(client):
    scene = lesson_in(Stage.PLAN)
    client.force_login(scene.teacher)
    step = scene.plan.steps.get()

    def queries():
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(reverse("cycles:here", args=[scene.lesson.pk]), {"step": step.pk})
        return len(answer.json()["people"]), len(queries)

    def more(rows):
        more_of_one_cycle(scene, rows)
        for _number in range(rows):
            workflow.be_here(scene.plan, by=MembershipFactory(school=scene.school).user, step=step)

    more(1)
    queries()
    people, few = queries()
    more(29)

    assert (people, queries()) == (1, (30, few))


def test_a_cycles_page_costs_the_same_queries_with_1_and_with_30_lessons(client):
    scene = lesson_in(Stage.REFLECT)
    client.force_login(scene.teacher)
    url = reverse("cycle", args=[scene.cycle.pk])
    more_lessons(scene, 1)
    client.get(url)

    few = queries_of(client, url)
    more_lessons(scene, 29)

    assert queries_of(client, url) == few


def test_a_report_costs_the_same_queries_whatever_it_says():
    scene = lesson_in(Stage.REFLECT)

    def compiling(claims):
        ClaimFactory.create_batch(claims, lesson=scene.lesson, by=scene.teacher)
        with CaptureQueriesContext(connection) as queries:
            take_snapshot(scene.lesson, compiled_at=scene.lesson.created_at, version=1)
        return len(queries)

    few = compiling(1)

    assert compiling(29) == few
