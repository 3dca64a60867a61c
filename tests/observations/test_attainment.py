"""How far pupils got: two levels each, all of a table or nothing, and what a class looks like in numbers."""

import pytest
from django.urls import reverse

from cycles.stages import Stage
from observations.gathered import spread
from observations.models import Attainment, Level
from tests.factories.cycles import ObjectiveFactory, lesson_in
from tests.factories.schools import CANARY


@pytest.fixture
def scene(db):
    return lesson_in(Stage.REFLECT)


@pytest.fixture
def objective(scene):
    return ObjectiveFactory(plan=scene.plan, statement="Share fairly")


@pytest.fixture
def observer(client, scene):
    client.force_login(scene.observer)
    return client


def page(scene, objective=None):
    query = {"objective": objective.pk} if objective else {}
    return reverse("observations:attainment", args=[scene.lesson.pk], query=query)


def keep(client, scene, objective, *levels, was=()):
    """Send before and after of the first pupils; the others stay not known."""
    sent = {}
    for number, pupil in enumerate(scene.pupils):
        before, after = levels[number] if number < len(levels) else ("", "")
        was_before, was_after = was[number] if number < len(was) else ("", "")
        sent |= {f"before-{pupil.pk}": before, f"after-{pupil.pk}": after}
        sent |= {f"was-before-{pupil.pk}": was_before, f"was-after-{pupil.pk}": was_after}
    address = reverse("observations:rate", args=[scene.lesson.pk], query={"objective": objective.pk})
    return client.post(address, sent)


def rows():
    return list(Attainment.objects.order_by("student__code").values_list("before", "after"))


def test_levels_are_kept_and_shown_and_what_is_not_known_is_no_row(observer, scene, objective):
    answer = keep(observer, scene, objective, (1, 3), ("", 4), (2, ""))

    assert answer.url == page(scene, objective)
    assert rows() == [(1, 3), (None, 4), (2, None)]
    assert {row.by for row in Attainment.objects.all()} == {scene.observer}
    text = observer.get(page(scene, objective)).text
    assert "Reached after the lesson: 2 of 2 pupils whose level is known (100 %)." in text
    assert "Before: 0 of 2 (0 %)." in text


def test_a_level_can_become_not_known_again(observer, scene, objective):
    keep(observer, scene, objective, (1, 3))
    keep(observer, scene, objective, ("", 3), was=[(1, 3)])

    assert rows() == [(None, 3)]


def test_one_level_that_is_none_keeps_nothing(observer, scene, objective):
    answer = keep(observer, scene, objective, (1, 3), (2, 9))

    assert answer.status_code == 422
    assert rows() == []
    assert '<option value="3" selected>' in answer.text


def test_two_colleagues_fill_one_table_at_once(observer, scene, objective, client):
    keep(observer, scene, objective, (1, 3))
    client.force_login(scene.planner)

    answer = keep(client, scene, objective, ("", ""), (2, 4))  # drawn before the first was kept

    assert answer.status_code == 302
    assert rows() == [(1, 3), (2, 4)]


def test_where_both_chose_and_differ_the_second_looks_again(observer, scene, objective, client):
    keep(observer, scene, objective, (1, 3))
    client.force_login(scene.planner)

    answer = keep(client, scene, objective, (2, ""), (2, 4))
    pupil = scene.pupils[0].pk
    field = answer.context["form"][f"was-before-{pupil}"]

    assert answer.status_code == 409
    assert rows() == [(1, 3)]
    assert "a colleague chose" in answer.text
    assert "A colleague chose: needs guidance" in answer.text
    assert (field.value(), answer.context["form"][f"after-{pupil}"].value()) == ("1", "3")
    keep(client, scene, objective, (2, 3), (2, 4), was=[(1, 3)])
    assert rows() == [(2, 3), (2, 4)]


def test_who_chose_the_same_is_told_nothing(observer, scene, objective, client):
    keep(observer, scene, objective, (1, 3))
    client.force_login(scene.planner)

    assert keep(client, scene, objective, (1, 3)).status_code == 302


def test_a_guest_reads_and_does_not_rate(client, scene, objective):
    client.force_login(scene.guest)

    assert "<select" not in client.get(page(scene, objective)).text
    assert keep(client, scene, objective, (1, 3)).status_code == 403
    assert rows() == []


def test_each_objective_has_its_own_table_and_those_of_others_none(observer, scene, objective):
    second = ObjectiveFactory(plan=scene.plan, statement="Explain a fraction")
    ObjectiveFactory(statement=CANARY)
    keep(observer, scene, second, (1, 3))

    assert Attainment.objects.get().objective == second
    assert "<h2>Explain a fraction</h2>" in observer.get(page(scene, second)).text
    assert CANARY not in observer.get(page(scene, ObjectiveFactory())).text


def test_a_plan_without_objectives_says_so(observer, scene):
    assert "No objective in the plan" in observer.get(page(scene)).text


def test_after_the_cycle_was_closed_levels_stay(client, db):
    scene = lesson_in(Stage.CLOSED)
    objective = ObjectiveFactory(plan=scene.plan)
    client.force_login(scene.observer)

    answer = keep(client, scene, objective, (1, 3))

    assert answer.status_code == 409
    assert "That is not possible now" in answer.text
    assert rows() == []


def test_a_class_in_numbers_counts_who_is_known_and_in_it(scene):
    one, two, three, four = scene.pupils
    told = [
        Attainment(student=one, before=Level.BEGINS, after=Level.REACHED),
        Attainment(student=two, before=Level.BEGINS, after=Level.BEYOND),
        Attainment(student=three, after=Level.PARTLY),
        Attainment(student=four, before=Level.REACHED),
    ]

    seen = spread(told, [one, two, three])

    assert [(bar.before, bar.after) for bar in seen.bars] == [(2, 0), (0, 1), (0, 1), (0, 1)]
    assert [(bar.before_width, bar.after_width) for bar in seen.bars[:2]] == [(100, 0), (0, 50)]
    assert (seen.known_before, seen.known_after, seen.pupils) == (2, 3, 3)
    assert (seen.reached_before, seen.reached_after) == (0, 2)
    assert (seen.percent_before, seen.percent_after) == (0, 67)


def test_nobody_known_is_no_percentage(scene):
    seen = spread([], scene.pupils)

    assert (seen.percent_before, seen.percent_after) == (None, None)


@pytest.mark.parametrize("size", [1, 40])
def test_the_table_asks_the_database_as_often_for_forty_as_for_one(
    client, db, django_assert_num_queries, size
):
    scene = lesson_in(Stage.REFLECT, pupils=size)
    objective = ObjectiveFactory(plan=scene.plan)
    for pupil in scene.pupils:
        Attainment.objects.create(
            school=scene.school,
            lesson=scene.lesson,
            objective=objective,
            student=pupil,
            before=1,
            by=scene.observer,
        )
    client.force_login(scene.observer)

    with django_assert_num_queries(14):
        client.get(page(scene, objective))
