"""Who may write down what they see, and take it back: every person, every predicate."""

import inspect

import pytest

from cycles.models import CycleRole
from observations import permissions
from schools.models import Role
from tests.factories.cycles import CycleRoleFactory, lesson_in
from tests.factories.observations import ObservationFactory
from tests.factories.schools import MembershipFactory, UserFactory

MEMBER_OF_CYCLE = list(CycleRole.Kind)
OUTSIDE = ["colleague", "principal", "administrator", "superuser", "stranger"]

YES = {
    permissions.can_observe: {*MEMBER_OF_CYCLE},
    permissions.can_take_back: {"author"},
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


@pytest.mark.parametrize("who", [*MEMBER_OF_CYCLE, *OUTSIDE])
def test_everybody_in_the_cycle_may_observe_and_nobody_else(scene, who):
    user = person(scene, who)

    assert permissions.can_observe(user, scene.lesson) == (who in YES[permissions.can_observe])


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
