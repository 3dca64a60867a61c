"""Two observers of one pupil: the pairing against brute force, kappa by hand, and the page."""

import random
from datetime import timedelta
from itertools import combinations

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from cycles.stages import Stage
from observations import agreement
from observations.agreement import held_together, kappa, matches
from observations.compared import compare, pairs_of, pupils_of_pair
from observations.models import Observation
from observations.watches import overlap
from tests.factories.cycles import MORNING, lesson_in
from tests.factories.observations import ObservationFactory, SessionFactory, WatchFactory, code
from tests.factories.schools import CANARY

times = st.lists(st.integers(0, 40), max_size=6).map(sorted)
coded = st.lists(st.tuples(st.integers(0, 30), st.sampled_from("abc")), max_size=7).map(sorted)


def every_pairing(first, second, window):
    """All sets of pairs within the window that use no time twice."""
    near = [
        (one, other)
        for one in range(len(first))
        for other in range(len(second))
        if abs(first[one] - second[other]) <= window
    ]
    for size in range(min(len(first), len(second)) + 1):
        for pairs in combinations(near, size):
            ones, others = {one for one, _other in pairs}, {other for _one, other in pairs}
            if len(ones) == len(others) == size:
                yield pairs


def worth(pairs, first, second):
    return len(pairs), -sum(abs(first[one] - second[other]) for one, other in pairs)


@settings(max_examples=300, deadline=None)
@given(times, times, st.integers(0, 12))
def test_no_other_pairing_has_more_pairs_or_closer_ones(first, second, window):
    found = matches(first, second, window)

    assert worth(found, first, second) == max(
        worth(pairs, first, second) for pairs in every_pairing(first, second, window)
    )


@given(times, times, st.integers(0, 12))
def test_a_pairing_uses_each_time_once_in_order_and_within_the_window(first, second, window):
    found = matches(first, second, window)

    assert found == sorted(found)
    assert len({one for one, _other in found}) == len({other for _one, other in found}) == len(found)
    assert all(abs(first[one] - second[other]) <= window for one, other in found)


def test_the_nearest_first_would_lose_a_pair():
    assert matches([10, 14], [13, 18], 4) == [(0, 0), (1, 1)]


def test_a_dense_lesson_is_paired_in_no_more_steps_than_its_windows_hold(monkeypatch):
    draw = random.Random(1)
    first, second = (sorted(draw.sample(range(2_100_000), 5000)) for _observer in range(2))
    looked = 0

    def counting(best, second, time, low, high, row=agreement._row):
        nonlocal looked
        looked += high - low
        return row(best, second, time, low, high)

    monkeypatch.setattr(agreement, "_row", counting)
    found = matches(first, second, 5000)

    assert len(found) > 4500
    assert looked < 40 * 5000


@given(coded, coded, st.integers(0, 8))
def test_every_event_is_in_exactly_one_place(first, second, window):
    found = held_together(first, second, window)

    ones = [one for one, _other in (*found.alike, *found.different)] + found.only_first
    others = [other for _one, other in (*found.alike, *found.different)] + found.only_second
    assert sorted(ones) == list(range(len(first)))
    assert sorted(others) == list(range(len(second)))
    assert all(first[one][1] == second[other][1] for one, other in found.alike)
    assert all(first[one][1] != second[other][1] for one, other in found.different)


def test_one_code_is_paired_before_different_ones_are_called_different():
    found = held_together([(10, "asks"), (11, "answers")], [(11, "asks"), (14, "speaks")], 5)

    assert (found.alike, found.different) == ([(0, 0)], [(1, 1)])
    assert found.share == 1 / 2


def test_nothing_seen_has_no_share():
    assert held_together([], [], 5).share is None


def test_kappa_is_cohens_and_needs_twenty_moments():
    # Po = 29/50, Pe = (25·30 + 25·20)/50² = 1/2: by hand.
    pairs = [("a", "a")] * 17 + [("a", "b")] * 8 + [("b", "a")] * 13 + [("b", "b")] * 12
    expected = ((29 / 50) - 1 / 2) / (1 / 2)

    assert kappa(pairs) == pytest.approx(expected)
    assert kappa(pairs[:19]) is None
    assert kappa([("a", "a")] * 20) is None


spans = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).filter(lambda s: s[0] < s[1]), max_size=4)


@given(spans, spans)
def test_an_overlap_is_what_lies_in_both(first, second):
    def points(some):
        return {second for begin, end in some for second in range(begin, end)}

    assert points(overlap(first, second)) == points(first) & points(second)


# The page


@pytest.fixture
def scene(db):
    """A lesson of thirty-five minutes; the first pupil is watched by two people, one of them for a part."""
    scene = lesson_in(Stage.REFLECT)
    watch(scene, scene.observer, 0, 30)
    watch(scene, scene.guest, 10, 35)
    return scene


def watch(scene, observer, begins, ends, **whom):
    session = SessionFactory(lesson=scene.lesson, observer=observer)
    return WatchFactory(
        session=session,
        from_at=MORNING + timedelta(minutes=begins),
        to_at=MORNING + timedelta(minutes=ends),
        **(whom or {"student": scene.pupils[0]}),
    )


def seen(scene, observer, second, slug="asks", **fields):
    return ObservationFactory(
        lesson=scene.lesson,
        observer=observer,
        code=code(slug),
        happened_at=MORNING + timedelta(seconds=second),
        elapsed=second,
        **{"student": scene.pupils[0]} | fields,
    )


def compared(scene, window=5):
    """The only pair there is, and its only pupil."""
    (pair,) = pairs_of(scene.lesson)
    (found,) = compare(scene.lesson, pair, pupils_of_pair(pair), window=window)
    return pair, found


def url(scene, **query):
    return reverse("observations:agreement", args=[scene.lesson.pk], query=query)


def test_only_the_time_in_which_both_watched_is_compared(scene):
    seen(scene, scene.observer, 300)  # the other had not begun
    alike = seen(scene, scene.observer, 900), seen(scene, scene.guest, 904)
    seen(scene, scene.observer, 1000)
    seen(scene, scene.guest, 1900)  # the first had gone

    pair, found = compared(scene)

    assert (found.student, found.minutes, pair.pupils, pair.minutes) == (scene.pupils[0], 20, 1, 20)
    assert {pair.first, pair.second} == {scene.observer, scene.guest}
    moments = found.moments
    assert (len(moments.alike), len(moments.only_first), len(moments.only_second)) in {(1, 1, 0), (1, 0, 1)}
    assert {found.ours[0][2], found.theirs[0][2]} == {str(one.pk) for one in alike}
    assert found.percent == 50


@pytest.mark.parametrize(("window", "alike"), [(2, 0), (5, 1)])
def test_the_window_is_chosen_and_stated(client, scene, window, alike):
    seen(scene, scene.observer, 900)
    seen(scene, scene.guest, 904)
    client.force_login(scene.teacher)

    page = client.get(url(scene, window=window))

    assert f"Two records within {window} seconds are taken as one moment" in page.text
    assert len(page.context["compared"][0].moments.alike) == alike


@pytest.mark.parametrize("window", ["", "7", "soon", "-1"])
def test_a_window_that_is_not_offered_is_the_usual_five_seconds(client, scene, window):
    client.force_login(scene.teacher)

    assert client.get(url(scene, window=window)).context["window"] == 5


def test_what_was_taken_back_has_no_time_or_is_a_note_is_not_compared(scene):
    seen(scene, scene.observer, 900, voided=True)
    seen(scene, scene.observer, 901, note=True)
    Observation.objects.create(
        school=scene.school,
        lesson=scene.lesson,
        observer=scene.observer,
        kind="event",
        code=code("asks"),
        student=scene.pupils[0],
        happened_at=MORNING + timedelta(minutes=12),
    )

    _pair, found = compared(scene)

    assert found.moments.total == 0


def test_a_group_and_a_pupil_of_it_overlap_too(db):
    scene = lesson_in(Stage.REFLECT)
    watch(scene, scene.observer, 0, 35, group=scene.groups[0])
    watch(scene, scene.guest, 0, 35)

    assert compared(scene)[1].student == scene.pupils[0]


def test_a_pair_is_shown_moment_by_moment_with_the_way_to_each_record(client, scene):
    both = seen(scene, scene.observer, 900), seen(scene, scene.guest, 902, "speaks")
    alone = seen(scene, scene.observer, 1100)
    client.force_login(scene.teacher)

    page = client.get(url(scene, pupil=scene.pupils[0].pk))

    assert [moment.is_different for moment in page.context["page"]] == [True, False]
    assert "called differently" in page.text
    assert "one of them alone" in page.text
    assert all(reverse("observations:show", args=[one.pk]) in page.text for one in (*both, alone))
    assert "it is no mark for anybody" in page.text


def test_kappa_is_shown_from_twenty_shared_events_on(client, scene):
    draw = random.Random(2)
    for number in range(20):
        slugs = draw.choices(["asks", "speaks"], k=2)
        for observer, slug in zip((scene.observer, scene.guest), slugs, strict=True):
            seen(scene, observer, 700 + number * 20, slug)
    client.force_login(scene.teacher)
    pair, found = compared(scene)

    page = client.get(url(scene, pair=pair.key, pupil=scene.pupils[0].pk))

    assert found.moments.shared == 20
    assert f"Kappa over 20 shared events: {found.kappa:.2f}." in page.text


@pytest.mark.parametrize("query", [{"pair": "1-2"}, {"pair": "x", "pupil": "x"}, {"page": "x"}])
def test_a_pair_that_is_not_there_shows_the_list_alone(client, scene, query):
    watch(scene, scene.planner, 0, 30)
    client.force_login(scene.teacher)

    page = client.get(url(scene, **query))

    assert (page.status_code, page.context["pair"], len(page.context["page"])) == (200, None, 3)


def test_a_pupil_that_is_not_theirs_shows_all_of_theirs(client, scene):
    client.force_login(scene.teacher)

    page = client.get(url(scene, pupil=scene.pupils[1].pk))

    assert "chosen" not in page.context
    assert [row.student for row in page.context["compared"]] == [scene.pupils[0]]


def test_the_minutes_of_a_pair_count_once_however_many_pupils_both_watched(db):
    scene = lesson_in(Stage.REFLECT)
    for observer, begins, ends in ((scene.observer, 0, 20), (scene.guest, 5, 30)):
        watch(scene, observer, begins, ends, group=scene.groups[0])
    watch(scene, scene.planner, 0, 3)

    pairs = pairs_of(scene.lesson)

    assert [(pair.pupils, pair.minutes) for pair in pairs] == [
        (1, 3) if scene.planner in (pair.first, pair.second) else (2, 15) for pair in pairs
    ]
    assert len(pairs) == 2
    assert [pair.first.name for pair in pairs] == sorted(pair.first.name for pair in pairs)


@pytest.fixture
def crowd(db):
    """Twenty people who all watch a class of thirty-three, as they do where nothing is agreed."""
    scene = lesson_in(Stage.REFLECT, pupils=33, groups=3)
    for _person in range(20):
        session = SessionFactory(lesson=scene.lesson)
        for group in scene.groups:
            WatchFactory(session=session, group=group, from_at=MORNING)
    return scene


def test_of_hundreds_of_pairs_one_page_is_shown_and_no_event_is_looked_at(
    client, crowd, django_assert_num_queries
):
    client.force_login(crowd.teacher)

    with django_assert_num_queries(LISTED) as asked:
        page = client.get(url(crowd))

    assert (page.context["page"].paginator.count, len(page.context["page"])) == (190, 30)
    assert not any('FROM "observations_observation"' in query["sql"] for query in asked)
    assert page.text.count("<tr") == 31
    assert client.get(url(crowd, page=2)).text.count("<tr") == 31


def test_of_a_pair_the_pupils_of_one_page_are_compared(client, crowd, django_assert_num_queries):
    pair = pairs_of(crowd.lesson)[-1]
    for observer in (pair.first, pair.second):
        seen(crowd, observer, 60, student=crowd.pupils[-1])
    client.force_login(crowd.teacher)

    with django_assert_num_queries(OF_A_PAIR):
        first = client.get(url(crowd, pair=pair.key))
    second = client.get(url(crowd, pair=pair.key, page=2))

    assert [len(page.context["compared"]) for page in (first, second)] == [30, 3]
    assert [len(row.moments.alike) for row in second.context["compared"]] == [0, 0, 1]
    assert "Other observers" in first.text


def test_without_two_observers_of_one_pupil_the_page_says_what_it_is_for(client, db):
    scene = lesson_in(Stage.REFLECT)
    client.force_login(scene.teacher)

    assert "No pupil was watched by two people at once" in client.get(url(scene)).text


def test_another_lessons_events_and_another_schools_words_are_nowhere(client, scene):
    other = lesson_in(Stage.REFLECT)
    watch(other, other.observer, 0, 30)
    ObservationFactory(lesson=other.lesson, observer=other.observer, fact=CANARY, student=other.pupils[0])
    client.force_login(scene.teacher)

    assert CANARY not in client.get(url(scene)).text
    assert client.get(url(other)).status_code == 404


@pytest.mark.parametrize("size", [2, 60])
def test_the_page_costs_the_same_queries_however_much_there_is(
    client, scene, django_assert_num_queries, size
):
    for number in range(size):
        seen(scene, (scene.observer, scene.guest)[number % 2], 700 + number)
    client.force_login(scene.teacher)
    pair, _found = compared(scene)

    with django_assert_num_queries(OF_A_PUPIL):
        client.get(url(scene, pair=pair.key, pupil=scene.pupils[0].pk))


LISTED, OF_A_PAIR, OF_A_PUPIL = 9, 12, 11
