"""Groups held against what was seen: facts, figures only from the turns they need, and what comes next."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cycles.models import Grouping, GroupingPlace, GroupPlace
from cycles.stages import Stage
from reflections.measures import Spread
from schools.models import PairRule, Role
from tests.factories.cycles import MORNING, CycleRoleFactory, ResearchLessonFactory, lesson_in, seat
from tests.factories.observations import ObservationFactory, SessionFactory, WatchFactory, code
from tests.factories.reflections import debrief_in
from tests.factories.schools import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Two groups of four, watched for the whole lesson: pupils 0, 2, 4, 6 and 1, 3, 5, 7."""
    scene = debrief_in(pupils=8)
    watch_all(scene.lesson, scene.groups)
    return scene


def watch_all(lesson, groups):
    session = SessionFactory(lesson=lesson)
    for group in groups:
        WatchFactory(session=session, group=group, from_at=lesson.started_at, to_at=lesson.ended_at)


def turns(lesson, *counts, slug="answers", **fields):
    """(pupil, how many) … in the lesson."""
    for pupil, count in counts:
        for second in range(count):
            happened_at = lesson.started_at + timedelta(seconds=second)
            ObservationFactory(
                lesson=lesson, student=pupil, code=code(slug), happened_at=happened_at, **fields
            )


def in_first_group(scene, *counts, **fields):
    turns(scene.lesson, *zip(scene.pupils[::2], counts, strict=False), **fields)


def address(scene):
    return reverse("reflections:groups_afterwards", args=[scene.lesson.pk])


def look(client, scene, reader=None):
    client.force_login(reader or scene.planner)
    response = client.get(address(scene))
    assert response.status_code == 200
    return response


def first_group(response):
    return response.context_data["seen"].groups[0]


def text_of(response):
    return " ".join(response.content.decode().split())


# Facts


def test_each_group_shows_its_pupils_with_their_turns(client, scene):
    in_first_group(scene, 3, 0, 1)
    turns(scene.lesson, (scene.pupils[0], 2), slug="listens")
    turns(scene.lesson, (scene.pupils[1], 2), slug="takes_over")
    response = look(client, scene)

    shown = [
        (group.name, [(place.turns, place.took_over) for place in group.places])
        for group in response.context_data["seen"].groups
    ]
    assert shown == [
        ("Group 1", [(3, 0), (0, 0), (1, 0), (0, 0)]),
        ("Group 2", [(2, 2), (0, 0), (0, 0), (0, 0)]),
    ]


def test_who_was_silent_while_watched_is_named_by_code(client, scene):
    in_first_group(scene, 3, 0, 1)
    response = look(client, scene)

    quiet = [scene.pupils[2].code, scene.pupils[6].code]
    assert first_group(response).silent == quiet
    assert f"Watched, and silent: {', '.join(quiet)}." in text_of(response)


def test_who_was_not_watched_is_not_silent(client):
    scene = debrief_in(pupils=8)
    watch_all(scene.lesson, scene.groups[1:])
    turns(scene.lesson, (scene.pupils[0], 2))  # seen in passing
    group = first_group(look(client, scene))

    assert (group.silent, group.measures.turns) == ([], 0)
    assert group.unwatched == [pupil.code for pupil in scene.pupils[::2]]
    assert str(group.words) == "Nobody watched this group."
    assert [(dot.x is None, dot.hollow) for dot in group.chart.dots] == [(False, True)] + [(True, True)] * 3


def test_what_was_taken_back_is_no_turn(client, scene):
    in_first_group(scene, 3, voided=True)

    assert first_group(look(client, scene)).measures.turns == 0


def test_who_was_absent_stands_in_no_group(client, scene):
    gone = scene.pupils[0]
    GroupPlace.objects.filter(student=gone).delete()
    response = look(client, scene)

    assert f"In no group: {gone.code}." in text_of(response)
    assert gone.code not in first_group(response).silent


# Figures and words, as far as the turns go


@pytest.mark.parametrize(
    ("counts", "verdict", "figure", "band"),
    [
        ((16, 1, 1, 1), Spread.TOO_FEW, "", False),
        (
            (16, 2, 1, 1),
            Spread.BAND,
            "Largest share of one pupil: 80%. By chance alone it is up to 50%.",
            True,
        ),
        (
            (36, 1, 1, 1),
            Spread.BAND,
            "Largest share of one pupil: 92%. By chance alone it is up to 41%.",
            True,
        ),
        ((37, 1, 1, 1), Spread.DOMINATED, "Largest share of one pupil: 92%. By chance", True),
        ((10, 10, 10, 10), Spread.SHARED, "Largest share of one pupil: 25%. By chance", True),
    ],
)
def test_below_20_turns_dots_only_and_words_from_40(client, scene, counts, verdict, figure, band):
    in_first_group(scene, *counts)
    response = look(client, scene)
    group = first_group(response)

    assert group.measures.verdict == verdict
    assert group.figure.startswith(figure)
    assert bool(group.figure) is bool(figure)
    assert (group.chart.band is not None) is band
    assert ("dominated" in text_of(response)) is (verdict == Spread.DOMINATED)


def test_all_groups_have_one_scale(client, scene):
    in_first_group(scene, 10)
    turns(scene.lesson, (scene.pupils[1], 5))
    charts = [group.chart for group in look(client, scene).context_data["seen"].groups]
    left, right = charts[0].left, charts[0].right

    assert [chart.most for chart in charts] == [10, 10]
    assert [chart.dots[0].x for chart in charts] == [right, left + round((right - left) / 2)]


# How the groups were made


def mixed(scene, *, group_of=None, **known):
    """The scene's groups as a grouping in use. ``p0={"is_quiet": True}``: what was known of pupil 0."""
    grouping = Grouping.objects.create(
        school=scene.school,
        lesson=scene.lesson,
        number=2,
        engine="test",
        objective=0.1,
        score=97.5,
        used_at=MORNING,
        by=scene.planner,
    )
    for number, pupil in enumerate(scene.pupils):
        GroupingPlace.objects.create(
            school=scene.school,
            grouping=grouping,
            student=pupil,
            group=(group_of or {}).get(number, number % 2 + 1),
            **known.get(f"p{number}", {}),
        )


def test_groups_placed_by_hand_say_so(client, scene):
    assert "They were placed by hand." in text_of(look(client, scene))


def test_a_grouping_in_use_says_its_score(client, scene):
    mixed(scene)
    text = text_of(look(client, scene))

    assert "alternative 2, 97.5 of 100" in text
    assert "changed by hand" not in text


def test_groups_changed_by_hand_afterwards_say_so(client, scene):
    mixed(scene, group_of={0: 2, 1: 1})

    assert "changed by hand afterwards" in text_of(look(client, scene))


def test_what_was_expected_of_a_quiet_pupil_stands_beside_what_came(client, scene):
    mixed(scene, p0={"is_quiet": True}, p2={"invites": True}, p1={"is_quiet": True}, p3={"takes_over": True})
    in_first_group(scene, 1)
    expected = look(client, scene).context_data["seen"].making.expected
    codes = [pupil.code for pupil in scene.pupils]

    assert [(one.text, one.outcome) for one in expected] == [
        (f"Quiet {codes[0]} sat with {codes[2]}, who invites.", f"{codes[0]} took 1 turn."),
        (f"Quiet {codes[1]} sat with {codes[3]}, who takes over.", f"{codes[1]} was silent while watched."),
    ]


def test_a_quiet_pupil_nobody_watched_has_no_outcome(client):
    scene = debrief_in(pupils=8)
    mixed(scene, p0={"is_quiet": True})
    watch_all(scene.lesson, scene.groups[1:])
    [one] = look(client, scene).context_data["seen"].making.expected

    assert one.outcome == f"Nobody watched {scene.pupils[0].code}."


@pytest.mark.parametrize("reader", ["observer", "guest"])
def test_what_was_known_beforehand_is_for_those_who_plan(client, scene, reader):
    mixed(scene, p0={"is_quiet": True}, p2={"invites": True})
    response = look(client, scene, getattr(scene, reader))

    assert response.context_data["seen"].making.expected == []
    assert "Quiet " not in text_of(response)


# What the next grouping could use


def proposals(response):
    return [proposal.text for proposal, _form in response.context_data["proposals"]]


def test_a_silent_pupil_beside_one_who_led_beyond_chance_is_proposed_to_be_apart(client, scene):
    in_first_group(scene, 20, 0, 10, 10)
    loud, shy = scene.pupils[0].code, scene.pupils[2].code

    assert proposals(look(client, scene)) == [
        f"{shy} was silent in a group with {loud}, who took 50% of the 40 turns; "
        "by chance alone it is up to 40%. Keep them apart?"
    ]


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ((18, 0, 1), "it takes 20"),  # 19 turns
        ((14, 0, 13, 13), "Nothing seen here asks for"),  # a share that chance gives
        ((24, 1, 10, 5), "Nothing seen here asks for"),  # nobody silent
    ],
)
def test_without_enough_turns_or_without_silence_nothing_is_proposed(client, scene, counts, why):
    in_first_group(scene, *counts)
    response = look(client, scene)

    assert proposals(response) == []
    assert why in text_of(response)


def earlier(scene, *, cycle=None, groups=2):
    lesson = ResearchLessonFactory(
        cycle=cycle or scene.cycle,
        school_class=scene.cycle.school_class,
        started_at=MORNING - timedelta(days=7),
        ended_at=MORNING - timedelta(days=7) + timedelta(minutes=35),
    )
    watch_all(lesson, seat(lesson, scene.pupils, groups))
    return lesson


def test_silent_again_is_said_where_an_earlier_lesson_shows_it(client, scene):
    in_first_group(scene, 20, 0, 10, 10)
    earlier(scene)
    response = look(client, scene)

    assert "was silent again in a group" in proposals(response)[0]
    assert "rests on 2 lessons and 70 watched minutes" in text_of(response)


def test_again_is_not_said_of_a_lesson_whose_record_the_reader_may_not_see(client, scene):
    in_first_group(scene, 20, 0, 10, 10)
    other = lesson_in(Stage.REFLECT, school=scene.school, pupils=0, groups=0)
    earlier(scene, cycle=other.cycle)
    before = proposals(look(client, scene))
    CycleRoleFactory(cycle=other.cycle, user=scene.planner)

    assert "again" not in before[0]
    assert "again" in proposals(look(client, scene))[0]


def test_from_one_lesson_nobody_is_called_quiet(client, scene):
    text = text_of(look(client, scene))

    assert "rests on one lesson and 35 watched minutes: too little to call anybody quiet." in text


def test_no_more_than_two_pairs_are_proposed_those_silent_again_first(client, scene):
    in_first_group(scene, 40, 0, 0, 0)
    before = earlier(scene)
    turns(before, (scene.pupils[2], 1), (scene.pupils[4], 1))
    found = proposals(look(client, scene))

    assert len(found) == 2
    assert found[0].startswith(f"{scene.pupils[6].code} was silent again")
    assert found[1].startswith(f"{scene.pupils[2].code} was silent in")


# Keeping two apart


def keep(client, scene, by=None, **fields):
    client.force_login(by or scene.planner)
    posted = {"first": scene.pupils[2].pk, "second": scene.pupils[0].pk, "reason": "Give S07 room"} | fields
    return client.post(reverse("reflections:keep_apart", args=[scene.lesson.pk]), posted)


def test_the_button_adds_a_rule_with_the_reason_as_it_was_changed(client, scene):
    in_first_group(scene, 20, 0, 10, 10)
    [(_proposal, form)] = look(client, scene).context_data["proposals"]
    filled_in = form["reason"].value()
    response = keep(client, scene)
    rule = PairRule.objects.get()

    assert filled_in == (
        f"5 October 2026: {scene.pupils[2].code} was silent with {scene.pupils[0].code}, "
        "who took 50% of 40 turns."
    )
    assert response.url == f"{address(scene)}#next"
    assert (rule.kind, rule.reason, rule.by) == ("apart", "Give S07 room", scene.planner)
    assert {rule.first, rule.second} == {scene.pupils[0], scene.pupils[2]}


def test_where_there_is_a_rule_already_the_page_says_so_instead(client, scene):
    in_first_group(scene, 20, 0, 10, 10)
    keep(client, scene)
    text = text_of(look(client, scene))

    assert "There is a rule about these two already: not in one group." in text
    assert reverse("reflections:keep_apart", args=[scene.lesson.pk]) not in text


def test_a_second_rule_about_the_two_is_refused_with_words(client, scene):
    keep(client, scene)
    keep(client, scene)

    assert "There is a rule about" in text_of(look(client, scene))
    assert PairRule.objects.count() == 1


def test_a_reason_that_is_too_long_comes_back_whole(client, scene):
    in_first_group(scene, 20, 0, 10, 10)
    reason = "x" * 301
    response = keep(client, scene, reason=reason)

    assert (response.status_code, PairRule.objects.count()) == (422, 0)
    assert reason in text_of(response)


@pytest.mark.parametrize("pair", ["nobody", "one pupil", "a pupil of another class"])
def test_a_rule_needs_two_pupils_of_the_class(client, scene, pair):
    one = scene.pupils[0].pk
    first, second = {
        "nobody": ("", ""),
        "one pupil": (one, one),
        "a pupil of another class": (one, lesson_in().pupils[0].pk),
    }[pair]
    response = keep(client, scene, first=first, second=second)

    assert (response.status_code, PairRule.objects.count()) == (422, 0)


@pytest.mark.parametrize("by", ["observer", "guest"])
def test_only_those_who_plan_add_rules(client, scene, by):
    in_first_group(scene, 20, 0, 10, 10)
    page = text_of(look(client, scene, getattr(scene, by)))

    assert "Keep them apart?" in page
    assert reverse("reflections:keep_apart", args=[scene.lesson.pk]) not in page
    assert keep(client, scene, by=getattr(scene, by)).status_code == 403
    assert not PairRule.objects.exists()


def test_a_rule_and_its_reason_are_for_those_who_plan(client, scene):
    in_first_group(scene, 20, 0, 10, 10)
    keep(client, scene)
    text = text_of(look(client, scene, scene.observer))

    assert "There is a rule" not in text
    assert "Give S07 room" not in text


# Before and without


def test_before_the_lesson_is_over_there_is_nothing_to_hold_groups_against(client):
    scene = lesson_in(Stage.OBSERVE, started_at=timezone.now())

    assert "The lesson is not over yet" in text_of(look(client, scene))


def test_a_lesson_without_groups_says_what_they_are_for(client):
    scene = debrief_in(groups=0)

    assert "There were no groups in this lesson" in text_of(look(client, scene))


def test_an_empty_group_is_shown_as_such(client, scene):
    GroupPlace.objects.filter(group=scene.groups[0]).delete()

    assert "Nobody sat in this group." in text_of(look(client, scene))


def test_the_record_is_for_the_people_of_the_cycle(client, scene):
    for stranger in (
        MembershipFactory(school=scene.school).user,
        MembershipFactory(school=scene.school, role=Role.PRINCIPAL).user,
    ):
        client.force_login(stranger)
        assert client.get(address(scene)).status_code == 404


def test_a_guest_sees_codes_and_no_names(client, scene):
    name = scene.pupils[0].given_name

    assert name in text_of(look(client, scene))
    assert name not in text_of(look(client, scene, scene.guest))


def test_the_debrief_leads_there(client, scene):
    client.force_login(scene.observer)

    assert (
        address(scene) in client.get(reverse("reflections:debrief", args=[scene.lesson.pk])).content.decode()
    )


def test_it_takes_the_same_queries_with_one_and_with_three_groups_and_lessons(client):
    def queries(groups):
        scene = debrief_in(pupils=4 * groups, groups=groups)
        watch_all(scene.lesson, scene.groups)
        mixed(scene, p0={"is_quiet": True})
        turns(scene.lesson, (scene.pupils[0], 20))
        for number in range(groups):
            lesson = earlier(scene, groups=groups)
            turns(lesson, (scene.pupils[number], 1))
        look(client, scene)
        with CaptureQueriesContext(connection) as asked:
            look(client, scene)
        return len(asked)

    assert queries(1) == queries(3)
