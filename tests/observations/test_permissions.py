"""Who may write down what they see, gather it, and take it back: every person, every predicate."""

import inspect

import pytest

from cycles.models import CycleRole
from cycles.permissions import PLANS, TEAM
from observations import permissions
from observations.models import Clash
from schools.models import Role
from tests.factories.cycles import CycleRoleFactory, lesson_in
from tests.factories.observations import ObservationFactory, WorkSampleFactory
from tests.factories.schools import MembershipFactory, UserFactory

MEMBER_OF_CYCLE = list(CycleRole.Kind)
OUTSIDE = ["colleague", "principal", "administrator", "superuser", "stranger"]

YES = {
    permissions.can_observe: {*MEMBER_OF_CYCLE},
    permissions.can_take_back: {"author"},
    permissions.can_settle: {"author"},
    permissions.can_gather: {*MEMBER_OF_CYCLE},
    permissions.can_correct_work: {"author"},
    permissions.can_remove_work: {"author", *PLANS},
    permissions.can_rate: {*TEAM},
}


@pytest.fixture
def scene(db):
    return lesson_in()


def person(scene, who):
    if who in MEMBER_OF_CYCLE:
        return CycleRoleFactory(cycle=scene.cycle, role=who).user
    if who == "superuser":
        return UserFactory(is_superuser=True)
    if who == "stranger":
        return MembershipFactory().user
    role = Role.TEACHER if who == "colleague" else who
    return MembershipFactory(school=scene.school, role=role).user


def test_every_predicate_is_in_the_table():
    predicates = {f for name, f in inspect.getmembers(permissions) if name.startswith("can_")}

    assert {f for f in predicates if f.__module__ == permissions.__name__} == set(YES)


ABOUT_LESSONS = [permissions.can_observe, permissions.can_gather, permissions.can_rate]


@pytest.mark.parametrize("may", ABOUT_LESSONS, ids=lambda may: may.__name__)
@pytest.mark.parametrize("who", [*MEMBER_OF_CYCLE, *OUTSIDE])
def test_what_one_may_in_a_lesson_follows_from_ones_part_in_its_cycle(scene, may, who):
    user = person(scene, who)

    assert may(user, scene.lesson) == (who in YES[may])


@pytest.mark.parametrize("may", [permissions.can_correct_work, permissions.can_remove_work])
@pytest.mark.parametrize("who", ["author", *MEMBER_OF_CYCLE, *OUTSIDE])
def test_a_piece_of_work_is_its_authors_and_who_leads_may_take_it_away(scene, may, who):
    sample = WorkSampleFactory(lesson=scene.lesson, by=scene.observer)
    user = scene.observer if who == "author" else person(scene, who)

    assert may(user, sample) == (who in YES[may])


@pytest.mark.parametrize("who", ["author", *MEMBER_OF_CYCLE, *OUTSIDE])
def test_only_the_author_chooses_between_two_texts(scene, who):
    clash = Clash(school=scene.school, lesson=scene.lesson, observer=scene.observer)
    user = scene.observer if who == "author" else person(scene, who)

    assert permissions.can_settle(user, clash) == (who in YES[permissions.can_settle])


@pytest.mark.parametrize("who", ["author", *MEMBER_OF_CYCLE, *OUTSIDE])
def test_only_the_author_may_take_an_observation_back(scene, who):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer)
    user = scene.observer if who == "author" else person(scene, who)

    assert permissions.can_take_back(user, seen) == (who in YES[permissions.can_take_back])


def test_an_author_who_left_the_cycle_may_not_take_back(scene):
    seen = ObservationFactory(lesson=scene.lesson, observer=scene.observer)
    scene.cycle.roles.filter(user=scene.observer).delete()

    assert not permissions.can_take_back(scene.observer, seen)


def test_somebody_switched_off_may_not_observe(scene):
    scene.observer.is_active = False

    assert not permissions.can_observe(scene.observer, scene.lesson)
