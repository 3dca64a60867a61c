"""The verbs of watching a lesson: what they store, what they refuse, and that nothing is stored twice."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cycles.models import Cycle, ResearchLesson
from cycles.stages import Stage
from cycles.workflow import plan_next_lesson, start_observing
from lessonstudy.lib.errors import NotAllowedNow
from observations import workflow
from observations.models import Interview, Observation, ObservationSession, Watch
from schools.models import Role
from tests.factories.cycles import (
    MORNING,
    ObserverAssignmentFactory,
    ResearchLessonFactory,
    StudentGroupFactory,
    lesson_in,
)
from tests.factories.observations import (
    InterviewFactory,
    ObservationFactory,
    SessionFactory,
    WatchFactory,
)
from tests.factories.schools import MembershipFactory, UserFactory


@pytest.fixture
def scene(db):
    return lesson_in()


def interview(scene, **changes):
    words = {"by": scene.observer, "learned": "Parts must be equal."} | changes
    return workflow.interview(scene.lesson, scene.pupils[0], **words)


# Who may


VERBS = {
    "open_session": lambda scene, by: workflow.open_session(scene.lesson, by=by),
    "take_back": lambda scene, by: workflow.take_back(ObservationFactory(lesson=scene.lesson), by=by),
    "interview": lambda scene, by: interview(scene, by=by),
    "return_to_plan": lambda scene, by: workflow.return_to_plan(scene.cycle, by=by),
}
OUTSIDE = {
    "colleague": lambda scene: MembershipFactory(school=scene.school).user,
    "principal": lambda scene: MembershipFactory(school=scene.school, role=Role.PRINCIPAL).user,
    "administrator": lambda scene: MembershipFactory(school=scene.school, role=Role.ADMINISTRATOR).user,
    "superuser": lambda scene: UserFactory(is_superuser=True),
    "stranger": lambda scene: MembershipFactory().user,
}
REFUSED = [
    *((verb, who) for verb in VERBS for who in OUTSIDE),
    ("take_back", "teacher"),
    ("take_back", "planner"),
    ("take_back", "observer"),
    ("take_back", "guest"),
    ("return_to_plan", "observer"),
    ("return_to_plan", "guest"),
]
ALLOWED = [
    *((verb, who) for verb in ("open_session", "interview")
      for who in ("teacher", "planner", "observer", "guest")),
    ("return_to_plan", "teacher"),
    ("return_to_plan", "planner"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "who"), REFUSED)
def test_a_verb_refuses_the_wrong_person(scene, verb, who):
    person = OUTSIDE[who](scene) if who in OUTSIDE else getattr(scene, who)

    with pytest.raises(PermissionDenied):
        VERBS[verb](scene, person)


@pytest.mark.parametrize(("verb", "who"), ALLOWED)
def test_a_verb_serves_the_right_person(scene, verb, who):
    VERBS[verb](scene, getattr(scene, who))


def test_an_author_may_take_back_whatever_their_part(scene):
    for person in (scene.teacher, scene.planner, scene.observer, scene.guest):
        workflow.take_back(ObservationFactory(lesson=scene.lesson, observer=person), by=person)

    assert Observation.objects.standing().count() == 0


# When


WHEN = {
    "open_session": {Stage.OBSERVE},
    "take_back": {Stage.OBSERVE, Stage.REFLECT},
    "interview": {Stage.OBSERVE, Stage.REFLECT},
    "return_to_plan": {Stage.OBSERVE},
}


def take_back_own(scene, by):
    workflow.take_back(ObservationFactory(lesson=scene.lesson, observer=by), by=by)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("verb", list(WHEN))
def test_a_verb_waits_for_its_stage_and_says_which_one_it_is(db, verb, stage):
    scene = lesson_in(stage)
    attempt = take_back_own if verb == "take_back" else VERBS[verb]

    if stage in WHEN[verb]:
        attempt(scene, scene.planner)
    else:
        with pytest.raises(NotAllowedNow) as refusal:
            attempt(scene, scene.planner)
        assert str(refusal.value) == f"That is not possible now: this cycle is at “{stage.label}”."


def test_the_table_of_moments_covers_every_verb():
    assert WHEN.keys() == VERBS.keys()


@pytest.mark.parametrize("verb", ["open_session", "take_back", "interview"])
def test_a_verb_refuses_a_lesson_that_is_not_the_current_one(scene, verb):
    ResearchLessonFactory(cycle=scene.cycle)
    attempt = take_back_own if verb == "take_back" else VERBS[verb]

    with pytest.raises(NotAllowedNow) as refusal:
        attempt(scene, scene.planner)

    assert str(refusal.value) == "This lesson is over: the cycle has gone on to the next one."


def test_a_stage_that_moved_since_the_page_was_drawn_is_noticed(scene):
    stale = ResearchLesson.objects.select_related("cycle").get(pk=scene.lesson.pk)
    Cycle.objects.filter(pk=scene.cycle.pk).update(stage=Stage.REFLECT)

    with pytest.raises(NotAllowedNow):
        workflow.open_session(stale, by=scene.observer)

    assert ObservationSession.objects.count() == 0


# Sessions and watches


def watched(session):
    return set(session.watches.values_list("group__name", "student__code"))


def test_opening_a_session_watches_the_groups_one_is_assigned_to(scene):
    ObserverAssignmentFactory(group=scene.groups[1], observer=scene.observer)
    ObserverAssignmentFactory(group=scene.groups[0], observer=scene.guest)

    session = workflow.open_session(scene.lesson, by=scene.observer)

    assert watched(session) == {("Group 2", None)}


def test_who_was_given_nobody_watches_nobody_until_they_choose(scene):
    session = workflow.open_session(scene.lesson, by=scene.observer)

    assert watched(session) == set()


def test_opening_a_session_again_changes_nothing(scene):
    ObserverAssignmentFactory(lesson=scene.lesson, observer=scene.observer, group=scene.groups[0])
    first = workflow.open_session(scene.lesson, by=scene.observer)
    ObserverAssignmentFactory(
        lesson=scene.lesson, observer=scene.observer, group=StudentGroupFactory(lesson=scene.lesson)
    )
    again = workflow.open_session(scene.lesson, by=scene.observer)

    assert again == first
    assert again.rules_accepted_at == first.rules_accepted_at
    assert Watch.objects.count() == 1


def test_each_observer_has_a_session_of_their_own(scene):
    workflow.open_session(scene.lesson, by=scene.observer)
    workflow.open_session(scene.lesson, by=scene.guest)

    assert ObservationSession.objects.filter(lesson=scene.lesson).count() == 2


def test_ending_watches_ends_those_still_open(scene):
    watch = WatchFactory(session=SessionFactory(lesson=scene.lesson), group=scene.groups[0])
    before = timezone.now()

    workflow.end_watches(scene.lesson)

    watch.refresh_from_db()
    assert before <= watch.to_at <= timezone.now()


def test_ending_watches_keeps_an_earlier_end_and_leaves_other_lessons_alone(scene):
    session = SessionFactory(lesson=scene.lesson)
    ended = WatchFactory(session=session, group=scene.groups[0], to_at=MORNING + timedelta(minutes=5))
    elsewhere = lesson_in()
    watching = WatchFactory(session=SessionFactory(lesson=elsewhere.lesson), group=elsewhere.groups[0])

    workflow.end_watches(scene.lesson)

    ended.refresh_from_db()
    watching.refresh_from_db()
    assert (ended.to_at, watching.to_at) == (MORNING + timedelta(minutes=5), None)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_rules_accepted_twice_at_the_same_moment_open_one_session(simultaneously):
    scene = lesson_in()
    ObserverAssignmentFactory(lesson=scene.lesson, observer=scene.observer, group=scene.groups[0])

    simultaneously(lambda: workflow.open_session(scene.lesson, by=scene.observer).pk, times=4)

    assert (ObservationSession.objects.count(), Watch.objects.count()) == (1, 1)


# Taking back


def test_taking_back_strikes_out_and_deletes_nothing(scene):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer, note=True)

    workflow.take_back(seen, by=scene.observer)

    kept = Observation.objects.get()
    assert (kept.pk, kept.fact) == (seen.pk, seen.fact)
    assert kept.voided_at is not None


def test_taking_back_a_second_time_changes_nothing(scene):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer, voided=True)

    workflow.take_back(seen, by=scene.observer)

    assert Observation.objects.get().voided_at == seen.voided_at


# Interviews


def test_an_interview_keeps_the_pupils_words(scene):
    taken = interview(scene, by=scene.guest, change="More time.")

    assert (taken.student, taken.interviewer, taken.lesson) == (scene.pupils[0], scene.guest, scene.lesson)
    assert (taken.enjoyed, taken.learned, taken.change) == ("", "Parts must be equal.", "More time.")


def test_the_same_answers_twice_are_one_interview(scene):
    first, again = interview(scene), interview(scene)

    assert again == first
    assert Interview.objects.count() == 1


def test_other_answers_are_another_interview(scene):
    interview(scene)
    interview(scene, learned="That I can draw.")

    assert Interview.objects.count() == 2


# Putting the lesson off


def test_returning_to_plan_forgets_empty_sessions_and_opens_the_plan(scene):
    workflow.open_session(scene.lesson, by=scene.observer)

    cycle = workflow.return_to_plan(scene.cycle, by=scene.planner)

    assert cycle.stage == Stage.PLAN
    assert (ObservationSession.objects.count(), Watch.objects.count()) == (0, 0)
    assert scene.plan.frozen_at is None


RECORDED = {
    "event": lambda lesson: ObservationFactory(lesson=lesson),
    "taken back": lambda lesson: ObservationFactory(lesson=lesson, voided=True),
    "interview": lambda lesson: InterviewFactory(lesson=lesson),
}


@pytest.mark.parametrize("what", RECORDED)
def test_returning_to_plan_is_refused_once_anything_was_recorded(scene, what):
    workflow.open_session(scene.lesson, by=scene.observer)
    RECORDED[what](scene.lesson)

    with pytest.raises(NotAllowedNow) as refusal:
        workflow.return_to_plan(scene.cycle, by=scene.planner)

    scene.cycle.refresh_from_db()
    assert str(refusal.value) == (
        "Something was already written down in this lesson, so its plan stays closed."
    )
    assert (scene.cycle.stage, ObservationSession.objects.count()) == (Stage.OBSERVE, 1)


def test_what_was_seen_in_an_earlier_lesson_does_not_keep_the_next_one_from_its_plan(db):
    scene = lesson_in(Stage.REFLECT)
    ObservationFactory(lesson=scene.lesson)
    plan_next_lesson(scene.cycle, kind=ResearchLesson.Kind.NEXT, by=scene.planner)
    start_observing(scene.cycle, by=scene.planner)

    assert workflow.return_to_plan(scene.cycle, by=scene.planner).stage == Stage.PLAN
