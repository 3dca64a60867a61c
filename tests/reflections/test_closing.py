"""Closing a cycle: what must be there first, said all at once, and done once."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cycles.models import StageChange
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from reflections.models import Report
from reflections.workflow.cycle import close_cycle, missing_to_close
from tests.factories.cycles import ResearchLessonFactory
from tests.factories.reflections import DecisionFactory, ReportFactory, debrief_in

pytestmark = pytest.mark.django_db
NO_REPORT = "The report of the last lesson is not ready yet: compile it first."
NO_DECISION = "Nothing has been decided yet: write at least one decision, with who and by when."


@pytest.fixture
def scene():
    return debrief_in()


def test_a_cycle_with_a_ready_report_and_a_decision_closes(scene):
    ReportFactory(lesson=scene.lesson, ready=True)
    DecisionFactory(lesson=scene.lesson)

    closed = close_cycle(scene.cycle, by=scene.planner)

    assert (closed.stage, closed.closed_at is not None) == (Stage.CLOSED, True)


def test_everything_that_is_missing_is_said_at_once(scene):
    with pytest.raises(NotAllowedNow) as refusal:
        close_cycle(scene.cycle, by=scene.planner)

    assert str(refusal.value) == f"{NO_REPORT} {NO_DECISION}"


def test_a_decision_alone_does_not_close_it(scene):
    DecisionFactory(lesson=scene.lesson)

    with pytest.raises(NotAllowedNow, match=NO_REPORT):
        close_cycle(scene.cycle, by=scene.planner)


def test_a_report_alone_does_not_close_it(scene):
    ReportFactory(lesson=scene.lesson, ready=True)

    with pytest.raises(NotAllowedNow, match=NO_DECISION):
        close_cycle(scene.cycle, by=scene.planner)


@pytest.mark.parametrize("state", [Report.State.QUEUED, Report.State.FAILED])
def test_a_report_that_is_not_ready_does_not_count(scene, state):
    ReportFactory(lesson=scene.lesson, state=state)

    assert missing_to_close(scene.cycle) == [NO_REPORT, NO_DECISION]


def test_an_older_version_counts_while_a_new_one_is_being_written(scene):
    ReportFactory(lesson=scene.lesson, ready=True)
    ReportFactory(lesson=scene.lesson)

    assert missing_to_close(scene.cycle) == [NO_DECISION]


def test_the_report_of_an_earlier_lesson_does_not_count(scene):
    ReportFactory(lesson=scene.lesson, ready=True)
    ResearchLessonFactory(cycle=scene.cycle)

    assert missing_to_close(scene.cycle) == [NO_REPORT, NO_DECISION]


def test_a_decision_of_an_earlier_lesson_counts(scene):
    DecisionFactory(lesson=scene.lesson)
    ResearchLessonFactory(cycle=scene.cycle)

    assert missing_to_close(scene.cycle) == [NO_REPORT]


def test_closing_twice_closes_once_and_tells_the_second(client, scene):
    ReportFactory(lesson=scene.lesson, ready=True)
    DecisionFactory(lesson=scene.lesson)
    client.force_login(scene.planner)
    address = reverse("reflections:close", args=[scene.cycle.pk])

    client.post(address)
    told = [str(message) for message in client.post(address, follow=True).context["messages"]]

    assert told[-1] == "That is not possible now: this cycle is at “Closed”."
    assert StageChange.objects.filter(cycle=scene.cycle, to_stage=Stage.CLOSED).count() == 1


def test_two_who_close_from_pages_loaded_before_move_it_once(scene):
    ReportFactory(lesson=scene.lesson, ready=True)
    DecisionFactory(lesson=scene.lesson)
    stale = type(scene.cycle).objects.get(pk=scene.cycle.pk)
    close_cycle(scene.cycle, by=scene.planner)

    with pytest.raises(NotAllowedNow):
        close_cycle(stale, by=scene.teacher)

    assert stale.stage == Stage.REFLECT  # the control: the second one held a page that said so
    assert StageChange.objects.filter(cycle=scene.cycle).count() == 1


@pytest.mark.parametrize("stage", [Stage.PLAN, Stage.OBSERVE, Stage.CLOSED])
def test_at_another_stage_it_is_the_stage_that_is_named(stage):
    scene = debrief_in(stage)

    with pytest.raises(NotAllowedNow, match="this cycle is at"):
        close_cycle(scene.cycle, by=scene.planner)


def test_who_may_not_lead_learns_nothing_about_what_is_missing(scene):
    with pytest.raises(PermissionDenied):
        close_cycle(scene.cycle, by=scene.observer)


def test_the_page_lists_what_is_missing_to_those_who_lead(client, scene):
    listed = {}
    for person in (scene.planner, scene.observer):
        client.force_login(person)
        page = client.get(reverse("reflections:debrief", args=[scene.lesson.pk]))
        listed[person] = page.context_data["missing"]

    assert listed == {scene.planner: [NO_REPORT, NO_DECISION], scene.observer: []}


@pytest.mark.parametrize("rows", [1, 30])
def test_looking_for_what_is_missing_costs_three_questions(scene, rows):
    for _row in range(rows):
        DecisionFactory(lesson=scene.lesson)
        ReportFactory(lesson=scene.lesson, ready=True)

    with CaptureQueriesContext(connection) as queries:
        missing_to_close(scene.cycle)

    assert len(queries) == 3
