"""The pages of groups: alternatives, rules about pairs, and the builder in which each tap is kept."""

import pytest
from django.urls import reverse

from cycles import workflow
from cycles.mixing import Wishes
from cycles.models import Grouping
from cycles.stages import Stage
from schools.models import PairRule
from tests.factories.cycles import lesson_in

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def scene(client):
    scene = lesson_in(Stage.PLAN, pupils=12, groups=2)
    client.force_login(scene.planner)
    return scene


@pytest.fixture
def grouping(scene):
    return workflow.mix(scene.lesson, Wishes(), {}, by=scene.planner)


def url(name, row):
    return reverse(f"cycles:{name}", args=[row.pk])


def pupils_of(grouping, group):
    places = grouping.places.filter(group=group).order_by("student__code")
    return list(places.values_list("student", flat=True))


def test_asking_for_groups_leads_to_them(client, scene):
    answer = client.post(reverse("mix_groups", args=[scene.lesson.pk]), {"target": "4", "weight_gender": "2"})

    grouping = Grouping.objects.get()
    assert (answer.status_code, answer.url) == (302, grouping.get_absolute_url())
    assert grouping.wishes["weights"]["attainment"] == 0


def test_that_nothing_matters_is_no_wish(client, scene):
    answer = client.post(reverse("mix_groups", args=[scene.lesson.pk]), {"target": "4"})

    assert answer.status_code == 422
    assert "Choose at least one thing that matters" in answer.content.decode()
    assert not Grouping.objects.exists()


def test_wishes_that_contradict_each_other_are_explained_and_stay_on_the_page(client, scene):
    a, b, c = scene.pupils[:3]
    for first, second, kind in ((a, b, "together"), (b, c, "together"), (a, c, "apart")):
        workflow.add_pair_rule(scene.lesson, first, second, kind=kind, reason="twins", by=scene.planner)

    answer = client.post(
        reverse("mix_groups", args=[scene.lesson.pk]),
        {"target": "5", "weight_gender": "2", "absent": [scene.pupils[5].pk]},
    )

    assert answer.status_code == 409
    assert "cannot all be met" in answer.text
    assert all(pupil.code in answer.text for pupil in (a, b, c))
    assert 'value="5" class=' in answer.text or 'value="5" id=' in answer.text or 'value="5"' in answer.text
    assert answer.context["form"].absent() == {scene.pupils[5].pk}
    assert "twins" not in answer.text


def test_two_taps_change_places_and_only_the_board_is_sent(client, grouping):
    first, second = pupils_of(grouping, 1)[0], pupils_of(grouping, 2)[0]

    answer = client.post(url("exchange", grouping), {"first": first, "second": second, "edition": 1}, **HTMX)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert second in pupils_of(grouping, 1)


def test_without_script_the_first_tap_comes_back_picked(client, grouping):
    pupil = pupils_of(grouping, 1)[0]

    answer = client.post(url("exchange", grouping), {"first": "", "second": pupil, "edition": 1}, follow=True)

    assert answer.redirect_chain[0][0].endswith(f"?picked={pupil}#tables")
    assert answer.context["picked"].student.pk == pupil


def test_who_comes_too_late_sees_the_groups_as_they_are_now(client, scene, grouping):
    first, second = pupils_of(grouping, 1)[0], pupils_of(grouping, 2)[0]
    workflow.exchange(grouping, first, second, edition=1, by=scene.teacher)

    answer = client.post(url("exchange", grouping), {"first": first, "second": second, "edition": 1}, **HTMX)

    assert answer.status_code == 409
    assert "changed these groups meanwhile" in answer.text
    assert 'name="edition" value="2"' in answer.text


def test_a_broken_rule_is_said_at_the_table_and_in_the_margin(client, scene, grouping):
    first, second = pupils_of(grouping, 1)[:2]
    a, b = (next(pupil for pupil in scene.pupils if pupil.pk == pk) for pk in (first, second))
    workflow.add_pair_rule(scene.lesson, a, b, kind="apart", reason="They quarrel.", by=scene.planner)

    answer = client.get(url("grouping", grouping))

    assert "sit in one group, though they should not" in answer.text
    assert "They quarrel." not in answer.text


@pytest.mark.parametrize("name", ["exchange", "move", "lock", "undo"])
def test_numbers_of_nobody_change_nothing(client, grouping, name):
    answer = client.post(url(name, grouping), {"first": "9" * 40, "second": "x", "group": "99", "edition": 1})

    grouping.refresh_from_db()
    assert answer.status_code in {302, 409}
    assert grouping.edition == 1


def test_groups_are_taken_into_use_compared_and_discarded(client, scene, grouping):
    other = workflow.mix(scene.lesson, Wishes(target=6), {}, by=scene.planner)

    used = client.post(url("use", grouping), follow=True)
    compared = client.get(url("compare_groupings", grouping), {"with": other.pk})
    client.post(url("discard", other))

    assert "in use" in used.text
    assert compared.context["other"] == other
    assert list(scene.lesson.groupings.all()) == [grouping]


def test_a_question_for_a_proof_shows_how_far_it_is(client, grouping):
    answer = client.post(url("ask_for_proof", grouping), **HTMX)

    assert 'hx-trigger="every 1s"' in answer.text
    assert "<progress" in client.get(url("proof", grouping), **HTMX).text


def test_a_proof_of_groups_that_break_a_rule_is_refused_beside_the_button(client, scene, grouping):
    first, second = pupils_of(grouping, 1)[:2]
    a, b = (next(pupil for pupil in scene.pupils if pupil.pk == pk) for pk in (first, second))
    workflow.add_pair_rule(scene.lesson, a, b, kind="apart", reason="", by=scene.planner)

    answer = client.post(url("ask_for_proof", grouping), **HTMX)

    assert answer.status_code == 409
    assert "A rule about a pair does not hold in these groups." in answer.text


def test_a_rule_about_a_pair_is_added_and_taken_away(client, scene):
    a, b = scene.pupils[:2]
    page = url("pair_rules", scene.lesson)

    client.post(page, {"first": b.pk, "second": a.pk, "kind": "apart", "reason": "Twins"})
    rule = PairRule.objects.get()
    assert (rule.first, rule.second, rule.kind) == (a, b, "apart")
    assert "Twins" in client.get(page).text
    client.post(url("remove_pair_rule", scene.lesson), {"rule": rule.pk})

    assert not PairRule.objects.exists()


def test_nobody_sits_apart_from_themselves(client, scene):
    pupil = scene.pupils[0]

    answer = client.post(
        url("pair_rules", scene.lesson), {"first": pupil.pk, "second": pupil.pk, "kind": "apart"}
    )

    assert answer.status_code == 422
    assert "Choose another pupil" in answer.text


def test_a_pupil_of_another_school_is_in_no_rule(client, scene):
    stranger = lesson_in(Stage.PLAN).pupils[0]

    answer = client.post(
        url("pair_rules", scene.lesson), {"first": scene.pupils[0].pk, "second": stranger.pk, "kind": "apart"}
    )

    assert answer.status_code == 422
    assert not PairRule.objects.exists()


def test_observers_learn_no_reason_and_no_rule(client, scene, grouping):
    workflow.add_pair_rule(
        scene.lesson, *scene.pupils[:2], kind="apart", reason="Their parents ask for it", by=scene.planner
    )
    client.force_login(scene.observer)

    answers = [client.get(url(name, scene.lesson)) for name in ("groups", "pair_rules")]
    answers.append(client.get(url("grouping", grouping)))

    assert [answer.status_code for answer in answers] == [403, 403, 403]
