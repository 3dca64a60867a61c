"""What a plan can start from: the school's taught lessons, one's own, and shapes."""

import pytest
from django.urls import reverse

from cycles import library, workflow
from cycles.models import Cycle, LessonPlan, PlanRevision
from cycles.patterns import PATTERNS
from cycles.sheet import take
from cycles.stages import Stage
from schools.models import Role
from tests.cycles.sheets import whole, words_of, write
from tests.factories.cycles import (
    MORNING,
    CasePupilFactory,
    CycleRoleFactory,
    ProfileDimensionFactory,
    lesson_in,
)
from tests.factories.schools import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def taught(school=None, **fields):
    """A closed cycle with its taught plan."""
    scene = lesson_in(Stage.PLAN, **({"school": school} if school else {}))
    pupil = CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])
    write(scene.plan, whole(pupil))
    LessonPlan.objects.filter(pk=scene.plan.pk).update(frozen_at=MORNING)
    Cycle.objects.filter(pk=scene.cycle.pk).update(stage=Stage.CLOSED, closed_at=MORNING, **fields)
    return scene


@pytest.fixture
def scene():
    return taught()


@pytest.fixture
def colleague(scene):
    return MembershipFactory(school=scene.school).user


def found(user, **wanted):
    return list(library.search(user, **wanted))


def test_a_colleague_finds_a_taught_lesson_of_the_school(scene, colleague):
    assert found(colleague) == [scene.plan]


def test_what_is_not_closed_stands_on_no_shelf(colleague, scene):
    lesson_in(Stage.REFLECT, school=scene.school)

    assert found(colleague) == [scene.plan]


def test_another_school_and_a_guest_find_nothing(scene):
    stranger = MembershipFactory().user
    guest = CycleRoleFactory(cycle=scene.cycle, user=UserFactory(), role="commentator").user

    assert found(stranger) == found(guest) == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"words": "fair SHARES"},
        {"words": "neighbour cakes"},
        {"words": "listen idea"},
        {"misconception": "third"},
        {"grade": 5},
        {"subject": "Mathematics", "words": "guesses"},
    ],
)
def test_a_lesson_is_found_by_its_words_subject_grade_and_misconception(colleague, scene, wanted):
    scene.lesson.school_class.grade = 5
    scene.lesson.school_class.save()
    step = scene.plan.steps.first()
    type(step).objects.filter(pk=step.pk).update(key_question="What does your neighbour say? Guesses?")
    other = taught(scene.school, subject="Science", title="Plants")
    write(other.plan, {"header": {}, "dimensions": [], "objectives": [], "steps": [], "zones": []})

    assert found(colleague, **wanted) == [scene.plan]


@pytest.mark.parametrize("wanted", [{"misconception": "silence"}, {"words": "cakes trees"}, {"grade": 9}])
def test_what_does_not_fit_is_not_found(colleague, scene, wanted):
    assert found(colleague, **wanted) == []


def test_a_taught_lesson_shows_nothing_of_its_pupils(client, scene, colleague):
    client.force_login(colleague)

    page = client.get(reverse("cycles:library_plan", args=[scene.plan.pk])).text

    assert "Three cakes" in page
    assert scene.pupils[0].code not in page
    assert "Waits" not in page


@pytest.fixture
def mine(scene, colleague):
    """A lesson that the colleague plans."""
    return workflow.start_cycle(
        scene.cycle.school_class, title="My cakes", team_name="B", by=colleague
    ).lessons.get()


def start(client, mine, **told):
    return client.post(reverse("cycles:start_from", args=[mine.pk]), told)


def test_a_plan_starts_from_a_taught_one_without_its_pupils(client, scene, colleague, mine):
    client.force_login(colleague)

    start(client, mine, plan=scene.plan.pk)

    told = words_of(scene.plan)
    for step in told["steps"]:
        step["predictions"] = []
    assert words_of(mine.plans.get()) == told
    assert not PlanRevision.objects.exists()


def test_what_stood_in_the_plan_is_kept_first(client, scene, colleague, mine):
    workflow.write_row(mine.plans.get(), {"topic": "Mine"}, edition=1, by=colleague)
    before = take(mine.plans.get())
    client.force_login(colleague)

    start(client, mine, plan=scene.plan.pk)

    assert PlanRevision.objects.get().sheet == before


def test_dimensions_chosen_in_an_otherwise_blank_plan_are_kept_first(scene, colleague, mine):
    dimension = ProfileDimensionFactory(school=scene.school, name="Thrift")
    workflow.choose_dimensions(mine, [dimension], by=colleague)

    workflow.start_from_plan(mine, scene.plan, by=colleague)

    assert PlanRevision.objects.get().sheet["dimensions"] == ["Thrift"]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.slug)
@pytest.mark.parametrize("minutes", [5, 35, 70])
def test_a_shape_fills_the_lessons_minutes_and_leaves_the_topic(client, colleague, mine, pattern, minutes):
    workflow.write_row(mine.plans.get(), {"topic": "Mine"}, edition=1, by=colleague)
    type(mine).objects.filter(pk=mine.pk).update(minutes=minutes)
    client.force_login(colleague)

    start(client, mine, pattern=pattern.slug)

    plan = mine.plans.get()
    assert sum(plan.steps.values_list("minutes", flat=True)) == minutes
    assert plan.topic == "Mine"


def test_another_lesson_of_ones_own_can_be_started_from(client, scene, colleague, mine):
    other = lesson_in(Stage.OBSERVE, school=scene.school)
    CycleRoleFactory(cycle=other.cycle, user=colleague, role="planner")
    client.force_login(colleague)

    start(client, mine, lesson=other.lesson.pk)

    assert words_of(mine.plans.get()) == words_of(other.plan)


def test_a_plan_one_may_not_read_cannot_be_started_from(client, scene, colleague, mine):
    running = lesson_in(Stage.REFLECT, school=scene.school)
    client.force_login(colleague)

    start(client, mine, plan=running.plan.pk)
    start(client, mine, lesson=running.lesson.pk)

    assert not mine.plans.get().steps.exists()


def test_an_observer_starts_nothing_from_anything(client, scene, mine):
    observer = CycleRoleFactory(cycle=mine.cycle, user=MembershipFactory(school=scene.school).user).user
    client.force_login(observer)

    assert start(client, mine, plan=scene.plan.pk).status_code == 403


def test_the_page_of_a_taught_lesson_offers_the_lessons_i_am_planning(client, scene, colleague, mine):
    client.force_login(colleague)

    page = client.get(reverse("cycles:library_plan", args=[scene.plan.pk])).text

    assert "My cakes" in page


def test_the_list_narrows_by_what_the_form_says(client, scene, colleague):
    client.force_login(colleague)

    page = client.get(reverse("cycles:library"), {"q": "dinosaurs"}).text

    assert "No lesson fits" in page


def test_a_principal_reads_the_shelf(client, scene):
    principal = MembershipFactory(school=scene.school, role=Role.PRINCIPAL).user
    client.force_login(principal)

    assert "Fair shares" in client.get(reverse("cycles:library")).text
