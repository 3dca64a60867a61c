"""No page's number of queries grows with its rows: each is read at 1 and at 30."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cycles.models import CycleRole
from cycles.stages import Stage
from reflections.models import Decision, Report
from reflections.report.snapshot import take_snapshot
from tests.factories.cycles import (
    AnticipatedResponseFactory,
    CycleRoleFactory,
    ObjectiveFactory,
    ObserverAssignmentFactory,
    PlanStepFactory,
    ResearchLessonFactory,
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
    """Lessons, people, pupils in groups with observers, steps and objectives in the scene's cycle."""
    for _number in range(rows):
        member = MembershipFactory(school=scene.school).user
        CycleRoleFactory(cycle=scene.cycle, user=member)
        step = PlanStepFactory(plan=scene.plan)
        AnticipatedResponseFactory(step=step)
        ObjectiveFactory(plan=scene.plan)
        pupils = enrol(scene.cycle.school_class, 1)
        (group,) = seat(scene.lesson, pupils, 1)
        ObserverAssignmentFactory(group=group, lesson=scene.lesson, school=scene.school, observer=member)


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
    url = reverse(name, args=[getattr(scene, about).pk] if about else [])
    more(scene, 1)
    client.get(url)

    few = queries_of(client, url)
    more(scene, 29)

    assert queries_of(client, url) == few


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
