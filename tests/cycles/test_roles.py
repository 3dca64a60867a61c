"""Roles in the group, in turn, and the cards that show them."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cycles import workflow
from cycles.models import GroupRole
from cycles.sharing import rotate
from cycles.stages import Stage
from schools.models import Enrolment
from tests.factories.cycles import ResearchLessonFactory, lesson_in

ROLES = GroupRole.values
FIRST, SECOND, THIRD = ROLES[:3]
MEMBERS = st.integers(1, 9).map(lambda count: list(range(1, count + 1)))
BEFORE = st.dictionaries(st.integers(1, 9), st.sampled_from(ROLES))


# Turns


def test_who_had_a_role_gets_the_next_and_the_last_one_the_first():
    assert rotate([1, 2, 3], {1: FIRST, 2: SECOND, 3: THIRD}, ROLES) == {1: SECOND, 2: THIRD, 3: FIRST}


def test_without_a_last_time_roles_are_given_in_order():
    assert rotate([1, 2], {}, ROLES) == {1: FIRST, 2: SECOND}


@given(MEMBERS, BEFORE)
def test_as_many_roles_as_members_each_once_and_the_same_every_time(members, before):
    shared = rotate(members, before, ROLES)

    assert sorted(shared.values()) == sorted(ROLES[: len(members)])
    assert shared == rotate(members, before, ROLES)


@given(st.permutations(ROLES).flatmap(lambda order: st.integers(2, 6).map(lambda n: order[:n])))
def test_nobody_whose_group_had_different_roles_gets_the_same_again(had):
    members = list(range(len(had)))

    shared = rotate(members, dict(enumerate(had)), ROLES)

    assert all(shared[pupil] != role for pupil, role in enumerate(had))


def test_where_pupils_are_more_than_roles_those_who_had_none_come_first():
    shared = rotate(list(range(8)), dict(enumerate(ROLES)), ROLES)

    assert {6, 7} <= shared.keys()
    assert len(shared) == 6


# In the lesson


@pytest.fixture
def scene(db):
    return lesson_in(Stage.PLAN)


def roles_in(lesson):
    return dict(lesson.places.values_list("student", "role"))


def test_in_the_classs_next_lesson_everybody_gets_another_role(scene):
    workflow.share_out_roles(scene.lesson, by=scene.teacher)
    following = ResearchLessonFactory(cycle=scene.cycle, school_class=scene.lesson.school_class, sequence=2)
    places = {place.student_id: 1 + scene.groups.index(place.group) for place in scene.lesson.places.all()}
    workflow.place_pupils(following, places, count=2, by=scene.teacher)

    workflow.share_out_roles(following, by=scene.teacher)

    before, now = roles_in(scene.lesson), roles_in(following)
    assert all(now[pupil] != before[pupil] for pupil in before)
    assert set(now.values()) == set(before.values())


def test_roles_are_chosen_by_hand_and_taken_off(client, scene):
    client.force_login(scene.planner)
    first, second, *_others = scene.pupils
    address = reverse("cycles:roles", args=[scene.lesson.pk])

    client.post(address, {f"pupil_{first.pk}": "reporter", f"pupil_{second.pk}": "recorder"})
    client.post(address, {f"pupil_{first.pk}": "", f"pupil_{second.pk}": "recorder", "pupil_x": "recorder"})
    client.post(address, {f"pupil_{first.pk}": "king"})

    assert [role for role in roles_in(scene.lesson).values() if role] == ["recorder"]


def test_one_button_shares_them_out(client, scene):
    client.force_login(scene.planner)

    answer = client.post(reverse("cycles:share_out_roles", args=[scene.lesson.pk]), follow=True)

    assert "Shared out in turn." in answer.text
    assert all(roles_in(scene.lesson).values())


# Name cards


def cards(client, scene, person, **query):
    client.force_login(person)
    return client.get(reverse("cycles:name_cards", args=[scene.lesson.pk], query=query)).text


def test_each_pupil_has_a_card_with_group_and_role_and_each_table_a_sign(client, scene):
    workflow.assign_roles(scene.lesson, {scene.pupils[0].pk: "reporter"}, by=scene.teacher)

    page = cards(client, scene, scene.planner)

    assert page.count('class="folds"') == len(scene.pupils) + len(scene.groups)
    assert "speaks for the group" in page
    assert scene.pupils[0].given_name in page


def test_with_codes_only_no_card_has_a_name(client, scene):
    page = cards(client, scene, scene.planner, say="codes")

    assert scene.pupils[0].given_name not in page
    assert scene.pupils[0].code in page


def test_a_guest_gets_codes_whatever_they_ask_for(client, scene):
    page = cards(client, scene, scene.guest, say="names")

    assert not any(pupil.given_name in page for pupil in scene.pupils)
    assert "With names" not in page


def test_cards_tell_nothing_of_attainment_or_needs(client, scene):
    Enrolment.objects.filter(student__in=scene.pupils).update(
        prior_attainment="87.5", support_needs="SECRET needs", home_language="SECRET language"
    )

    page = cards(client, scene, scene.planner)

    assert "SECRET" not in page
    assert "87.5" not in page
