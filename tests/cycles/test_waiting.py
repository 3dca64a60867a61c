"""What a plan still lacks, said to the person whose it is to do."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cycles import workflow
from cycles.models import CasePrediction, Cycle, Meeting, ResearchLesson
from cycles.stages import Stage
from cycles.waiting import Comment, Known, Pupil, Step, days_of, look, next_thing, things_left
from tests.factories.cycles import (
    MORNING,
    AnticipatedResponseFactory,
    CasePredictionFactory,
    CasePupilFactory,
    ObserverAssignmentFactory,
    lesson_in,
)


def ready(**lacking):
    """A lesson of 20 minutes that lacks nothing but what is said, for somebody who plans it."""
    cycle = Cycle(pk=1, theme="Quiet pupils speak")
    lesson = ResearchLesson(pk=2, cycle=cycle, scheduled_at=MORNING, minutes=20, model_teacher_id=3)
    known = Known(
        cycle,
        lesson,
        plans=True,
        takes_part=True,
        is_open=True,
        topic="Fair shares",
        has_objectives=True,
        steps=[Step(11, "Fold", 5, is_expected=True), Step(12, "Compare", 15, is_expected=True)],
        pupils=[Pupil(21, "S14", "pupils who wait for others")],
        predictions={(11, 21): (31, "Waits"), (12, 21): (32, "Draws")},
        tables=2,
        has_debrief=True,
        is_shared_out=True,
        has_read=True,
    )
    return replace(known, **lacking)


LACKING = {
    "Say what the lesson is about": {"topic": ""},
    "Say what will be new to pupils": {"has_objectives": False},
    "Choose about three pupils to follow": {"pupils": []},
    "Write the first step of the lesson": {"steps": []},
    "Say what pupils do in step 2": {"steps": [Step(11, "Fold", 5, True), Step(12, "", 15, False)]},
    "Write what you expect pupils to think in step 1": {
        "steps": [Step(11, "Fold", 5, False), Step(12, "Compare", 15, True)]
    },
    "Predict what S14 will think in step 2": {"predictions": {(11, 21): (31, "Waits"), (12, 21): (32, "")}},
    "Shorten the steps by 5 minutes": {"steps": [Step(11, "Fold", 10, True), Step(12, "Compare", 15, True)]},
    "Fill 1 more minute with steps": {"steps": [Step(11, "Fold", 4, True), Step(12, "Compare", 15, True)]},
    "Settle 1 open comment": {"comments": [Comment("Dedi", "Fold or cut?", 11)]},
    "Place pupils in groups": {"tables": 0},
    "Find somebody to watch Table 1, Table 3": {"unwatched": ["Table 1", "Table 3"]},
    "Find a time for the debrief": {"has_debrief": False},
    "Read the briefing": {"has_read": False},
}


@pytest.mark.parametrize("words", LACKING)
def test_what_is_missing_is_said_in_a_sentence(words):
    assert [thing.words for thing in things_left(ready(**LACKING[words]))] == [words]


def test_the_lesson_needs_a_theme_a_day_and_a_teacher():
    cycle = Cycle(pk=1)
    known = ready(cycle=cycle, lesson=ResearchLesson(pk=2, cycle=cycle, minutes=20))

    assert [thing.words for thing in things_left(known)] == [
        "Say what you want to learn about your pupils",
        "Set the day of the lesson",
        "Agree who teaches the lesson",
    ]


def test_who_leads_a_plan_that_lacks_nothing_is_told_to_begin():
    assert things_left(ready()) == []
    assert next_thing(ready()).words == "Read the plan once more, then start to observe"


def test_several_steps_that_lack_the_same_are_one_thing():
    known = ready(
        steps=[Step(11, "Fold", 5, False), Step(12, "Compare", 10, False), Step(13, "Tell", 5, False)]
    )

    first = things_left(known)[0]

    assert (first.words[-6:], first.about) == ("step 1", "The same in steps 2, 3")


def test_a_prediction_leads_to_its_own_page_and_says_whom_the_pupil_stands_for():
    thing = next_thing(ready(predictions={(11, 21): (31, "Waits"), (12, 21): (32, "")}))

    assert thing.url == reverse("cycles:edit_prediction", args=[32])
    assert thing.about == "S14 stands for: pupils who wait for others"


def test_of_many_tables_only_the_first_are_named():
    thing = next_thing(ready(unwatched=["A", "B", "C", "D"]))

    assert thing.words == "Find somebody to watch A, B, C …"


def test_an_observer_has_the_briefing_alone_to_read():
    known = ready(plans=False, topic="", has_read=False)

    assert [thing.words for thing in things_left(known)] == ["Read the briefing"]


def test_nothing_waits_for_an_observer_before_it_is_known_who_watches_whom():
    assert next_thing(ready(plans=False, is_shared_out=False, has_read=False)) is None


def test_who_teaches_is_not_promised_somebody_to_watch():
    assert next_thing(ready(teaches=True, has_read=False)).about == ""


@pytest.fixture
def scene(db):
    return lesson_in(Stage.PLAN, steps=2)


def words_for(person, lesson):
    return [thing.words for thing in things_left(look(lesson, person))]


def test_what_is_written_and_done_drops_out(scene):
    pupil = CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])
    first, second = scene.plan.steps.all()
    AnticipatedResponseFactory(step=first)
    AnticipatedResponseFactory(step=second, text="")
    CasePredictionFactory(step=first, case_pupil=pupil)
    ObserverAssignmentFactory(group=scene.groups[0], lesson=scene.lesson, observer=scene.observer)
    Meeting.objects.create(
        school=scene.school, cycle=scene.cycle, lesson=scene.lesson, kind="debrief", starts_at=MORNING
    )

    assert words_for(scene.teacher, scene.lesson) == [
        "Say what you want to learn about your pupils",
        "Say what the lesson is about",
        "Say what will be new to pupils",
        "Write what you expect pupils to think in step 2",
        f"Predict what {pupil.student.code} will think in step 2",
        "Fill 15 more minutes with steps",
        f"Find somebody to watch {scene.groups[1]}",
        "Read the briefing",
    ]


def test_a_pupil_no_longer_followed_needs_no_prediction(scene):
    pupil = CasePupilFactory(cycle=scene.cycle, ended_at=MORNING)
    CasePrediction.objects.create(school=scene.school, step=scene.plan.steps.first(), case_pupil=pupil)

    assert "Predict" not in " ".join(words_for(scene.teacher, scene.lesson))


def test_a_settled_comment_waits_for_nobody(scene):
    said = workflow.add_comment(scene.plan, "Why three?", by=scene.observer)
    assert "Settle 1 open comment" in words_for(scene.planner, scene.lesson)

    workflow.settle_comment(said, is_settled=True, by=scene.planner)

    assert "Settle 1 open comment" not in words_for(scene.planner, scene.lesson)


def test_once_observing_has_begun_only_the_briefing_is_left(db):
    scene = lesson_in(Stage.OBSERVE)
    ObserverAssignmentFactory(group=scene.groups[0], lesson=scene.lesson, observer=scene.observer)

    assert words_for(scene.teacher, scene.lesson) == ["Read the briefing"]
    workflow.read_briefing(scene.lesson, by=scene.teacher)
    assert next_thing(look(scene.lesson, scene.teacher)) is None


@pytest.mark.parametrize(("who", "queries"), [("teacher", 11), ("observer", 3)])
def test_looking_costs_a_fixed_number_of_queries(scene, who, queries):
    lesson = ResearchLesson.objects.select_related("cycle").get(pk=scene.lesson.pk)

    with CaptureQueriesContext(connection) as counted:
        look(lesson, getattr(scene, who))

    assert len(counted) == queries


def test_the_days_of_the_stage_bar_are_one_query(scene):
    for observer in (scene.observer, scene.guest):
        for group in scene.groups:
            ObserverAssignmentFactory(group=group, lesson=scene.lesson, observer=observer)
    Meeting.objects.create(
        school=scene.school, cycle=scene.cycle, lesson=scene.lesson, kind="debrief", starts_at=MORNING
    )

    with CaptureQueriesContext(connection) as counted:
        days = days_of(scene.cycle)

    assert (days.lesson, days.observers, days.debrief_at) == (scene.lesson, 2, MORNING)
    assert len(counted) == 1


OF_CYCLE = ["theme", "study", "case_pupils", "meetings"]
OF_LESSON = ["plan", "revisions", "exports", "groups", "observers", "briefing", "compare", "start_from"]


@pytest.mark.parametrize("name", [*OF_CYCLE, *OF_LESSON])
def test_every_page_of_planning_says_what_is_next_and_when(client, scene, name):
    client.force_login(scene.planner)
    about = scene.cycle if name in OF_CYCLE else scene.lesson

    page = client.get(reverse(f"cycles:{name}", args=[about.pk])).text

    assert "Say what you want to learn about your pupils" in page
    assert "8 things left for you" in page
    assert "Mon 5 Oct, 8 a.m." in page


def test_the_page_of_the_cycle_says_what_is_next_too(client, scene):
    client.force_login(scene.planner)

    page = client.get(reverse("cycle", args=[scene.cycle.pk])).text

    assert "Say what you want to learn about your pupils" in page


@pytest.mark.parametrize("who", ["observer", "guest"])
def test_who_does_not_plan_is_not_led_to_pages_they_may_not_open(client, scene, who):
    client.force_login(getattr(scene, who))

    page = client.get(reverse("cycles:plan", args=[scene.lesson.pk])).text

    assert reverse("cycles:observers", args=[scene.lesson.pk]) not in page
    assert reverse("cycles:groups", args=[scene.lesson.pk]) not in page
    assert "things left for you" not in page


def test_the_page_a_thing_is_done_on_does_not_lead_to_itself(client, scene):
    ObserverAssignmentFactory(group=scene.groups[0], lesson=scene.lesson, observer=scene.observer)
    client.force_login(scene.observer)
    button = f'<a class="button" href="{reverse("cycles:briefing", args=[scene.lesson.pk])}">'

    pages = [
        client.get(reverse(f"cycles:{name}", args=[scene.lesson.pk])).text for name in ("plan", "briefing")
    ]

    assert [button in page for page in pages] == [True, False]
