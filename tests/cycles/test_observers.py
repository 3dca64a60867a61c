"""Who watches whom, and the briefing that tells them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from cycles import workflow
from cycles.models import BriefingReading, ObserverAssignment
from cycles.stages import Stage
from cycles.watching import watching_of
from lessonstudy.lib.errors import NotAllowedNow
from observations.models import Watch
from observations.workflow import open_session
from tests.factories.cycles import CasePupilFactory, join, lesson_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return lesson_in(Stage.PLAN)


@pytest.fixture
def case_pupil(scene):
    return CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])


def table_of(scene, pupil):
    return pupil.places.get(lesson=scene.lesson).group


def save(client, scene, **ticked):
    return client.post(reverse("cycles:observers", args=[scene.lesson.pk]), ticked)


def test_tables_and_case_pupils_get_their_observers(client, scene, case_pupil):
    client.force_login(scene.planner)
    group = scene.groups[1]

    save(
        client,
        scene,
        **{f"group_{group.pk}": scene.observer.pk, f"pupil_{case_pupil.student_id}": scene.planner.pk},
    )

    told = set(ObserverAssignment.objects.values_list("observer", "group", "student"))
    assert told == {(scene.observer.pk, group.pk, None), (scene.planner.pk, None, case_pupil.student_id)}


def test_only_case_pupils_of_the_cycle_are_followed_one_by_one(scene, case_pupil):
    stranger = lesson_in(Stage.PLAN, school=scene.school)
    following = {scene.observer.pk: [scene.pupils[1].pk, stranger.pupils[0].pk, case_pupil.student_id]}

    workflow.assign_observers(scene.lesson, {}, following, by=scene.teacher)

    assert ObserverAssignment.objects.get().student == case_pupil.student


def test_a_table_and_a_case_pupil_that_nobody_watches_are_pointed_out(client, scene, case_pupil):
    client.force_login(scene.planner)

    page = client.get(reverse("cycles:observers", args=[scene.lesson.pk])).text

    assert page.count("Nobody watches here yet.") == len(scene.groups) + 1


def test_two_are_suggested_so_that_what_they_saw_can_be_compared(scene, case_pupil):
    watching = watching_of(scene.lesson)
    assert [len(one.asked) for one in watching.tables] == [2, 2]

    group = scene.groups[0]
    workflow.assign_observers(
        scene.lesson, {scene.observer.pk: [group.pk], scene.planner.pk: [group.pk]}, by=scene.teacher
    )

    asked = {one.pk: one.asked for one in watching_of(scene.lesson).tables}
    assert asked[group.pk] == []
    assert len(asked[scene.groups[1].pk]) == 2


def test_a_case_pupil_at_a_watched_table_is_watched_with_it(scene, case_pupil):
    group = table_of(scene, case_pupil.student)
    workflow.assign_observers(scene.lesson, {scene.observer.pk: [group.pk]}, by=scene.teacher)

    (pupil,) = watching_of(scene.lesson).pupils

    assert pupil.with_table
    assert scene.observer not in pupil.asked


def test_the_model_teacher_is_given_nobody_to_watch(scene):
    type(scene.lesson).objects.filter(pk=scene.lesson.pk).update(model_teacher=scene.teacher)
    scene.lesson.refresh_from_db()

    assert scene.teacher.pk not in watching_of(scene.lesson).people


def test_shared_out_everybody_watches_and_every_case_pupil_is_followed(client, scene, case_pupil):
    for _number in range(3):
        join(scene.cycle, "observer")
    client.force_login(scene.planner)

    client.post(reverse("cycles:share_out", args=[scene.lesson.pk]))

    watching = watching_of(scene.lesson)
    assert all(one.observers for one in (*watching.tables, *watching.pupils))
    assert not ObserverAssignment.objects.filter(observer=scene.guest).exists()


def test_an_observer_gives_nobody_anything_to_watch(scene):
    with pytest.raises(PermissionDenied):
        workflow.share_out_observers(scene.lesson, by=scene.observer)


def test_after_the_lesson_nobody_is_shared_out_any_more():
    scene = lesson_in(Stage.REFLECT)

    with pytest.raises(NotAllowedNow):
        workflow.share_out_observers(scene.lesson, by=scene.teacher)


def test_a_pupil_no_longer_followed_is_taken_off_the_observers(scene, case_pupil):
    workflow.assign_observers(
        scene.lesson, {}, {scene.observer.pk: [case_pupil.student_id]}, by=scene.teacher
    )

    workflow.end_case_pupil(case_pupil, reason="", by=scene.teacher)

    assert not ObserverAssignment.objects.exists()


def watched_by(scene):
    session = open_session(scene.lesson, by=scene.observer)
    return set(Watch.objects.filter(session=session).values_list("group", "student"))


def observe(scene):
    workflow.start_observing(scene.cycle, by=scene.teacher)
    scene.lesson.refresh_from_db()
    return scene


def test_who_follows_a_case_pupil_watches_that_pupil(scene, case_pupil):
    workflow.assign_observers(
        scene.lesson, {}, {scene.observer.pk: [case_pupil.student_id]}, by=scene.teacher
    )

    assert watched_by(observe(scene)) == {(None, case_pupil.student_id)}


def test_a_case_pupil_at_ones_own_table_is_watched_once(scene, case_pupil):
    group = table_of(scene, case_pupil.student)
    follows = {scene.observer.pk: [case_pupil.student_id]}
    workflow.assign_observers(scene.lesson, {scene.observer.pk: [group.pk]}, follows, by=scene.teacher)

    assert watched_by(observe(scene)) == {(group.pk, None)}


def test_an_observer_with_two_tables_is_pointed_out(client, scene, case_pupil):
    one, two = scene.groups
    following = {scene.planner.pk: [case_pupil.student_id]}
    at_tables = {scene.observer.pk: [one.pk, two.pk], scene.planner.pk: [one.pk]}
    workflow.assign_observers(scene.lesson, at_tables, following, by=scene.teacher)
    client.force_login(scene.planner)

    page = client.get(reverse("cycles:observers", args=[scene.lesson.pk])).text

    assert watching_of(scene.lesson).torn == [(scene.observer, [str(one), str(two)])]
    assert f"{scene.observer} has more than one table ({one}, {two})." in page


# The briefing


def briefing(client, scene, who):
    client.force_login(who)
    return client.get(reverse("cycles:briefing", args=[scene.lesson.pk])).text


def test_who_teaches_is_told_that_colleagues_watch_the_pupils(client, scene):
    page = briefing(client, scene, scene.teacher)

    assert "You teach this lesson." in page
    assert "Nobody in particular" not in page


def test_the_briefing_says_whom_i_watch_and_where_i_stand(client, scene, case_pupil):
    type(scene.lesson).objects.filter(pk=scene.lesson.pk).update(where_to_stand="Along the window")
    workflow.assign_observers(
        scene.lesson, {}, {scene.observer.pk: [case_pupil.student_id]}, by=scene.teacher
    )

    page = briefing(client, scene, scene.observer)

    assert case_pupil.typifies in page
    assert "Along the window" in page
    assert "Do not help, correct or hint" in page


def test_a_guest_reads_codes_and_a_teacher_names(client, scene, case_pupil):
    workflow.share_out_observers(scene.lesson, by=scene.teacher)
    workflow.assign_observers(scene.lesson, {}, {scene.guest.pk: [case_pupil.student_id]}, by=scene.teacher)
    name = case_pupil.student.given_name

    assert name not in briefing(client, scene, scene.guest)
    assert name in briefing(client, scene, scene.planner)


def test_having_read_it_is_kept_once_and_shown_to_the_team(client, scene):
    client.force_login(scene.guest)
    for _time in range(2):
        client.post(reverse("cycles:read_briefing", args=[scene.lesson.pk]))

    assert BriefingReading.objects.get().user == scene.guest
    assert str(scene.guest) in briefing(client, scene, scene.planner)
