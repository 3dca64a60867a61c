"""A lesson opened from the command line: at *observe*, with its people."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from cycles.models import Cycle, CycleRole, ResearchLesson
from cycles.stages import Stage
from lessonstudy.lib.commands import BadInput
from tests.factories.schools import MembershipFactory, SchoolClassFactory, SchoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    school = SchoolFactory(code="S")
    SchoolClassFactory(school=school, name="4B")
    return school


@pytest.fixture
def open_lesson(school):
    def open_lesson(**changes):
        people = {"teacher": MembershipFactory(school=school).user.email}
        options = {"school": "S", "class_name": "4B", "title": "Fair shares", "date": "2026-10-05T08:00"}
        out = StringIO()
        call_command("new_lesson", **(options | people | changes), as_json=True, stdout=out)
        return json.loads(out.getvalue())

    return open_lesson


def test_the_lesson_is_open_for_observation_with_its_people(open_lesson, school):
    observer = MembershipFactory(school=school).user

    made = open_lesson(observers=[observer.email], minutes=40)

    cycle, lesson = Cycle.objects.get(), ResearchLesson.objects.get()
    assert made == {"cycle": cycle.pk, "lesson": lesson.pk}
    assert (cycle.stage, lesson.minutes) == (Stage.OBSERVE, 40)
    assert lesson.plans.get().frozen_at is not None
    assert cycle.roles.filter(user=observer, role=CycleRole.Kind.OBSERVER).exists()
    assert lesson.model_teacher == cycle.roles.get(role=CycleRole.Kind.MODEL_TEACHER).user


@pytest.mark.parametrize(
    "wrong",
    [
        {"school": "NONE"},
        {"class_name": "9Z"},
        {"teacher": "nobody@school.test"},
        {"observers": ["nobody@school.test"]},
        {"date": "tomorrow"},
        {"minutes": 0},
        {"title": ""},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_wrong_is_said_and_nothing_is_made(open_lesson, wrong):
    with pytest.raises(BadInput) as refused:
        open_lesson(**wrong)

    assert refused.value.returncode == 2
    assert Cycle.objects.count() == 0


def test_a_teacher_of_another_school_is_refused(open_lesson):
    stranger = MembershipFactory().user

    with pytest.raises(BadInput):
        open_lesson(teacher=stranger.email)

    assert Cycle.objects.count() == 0
