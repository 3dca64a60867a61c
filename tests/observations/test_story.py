"""One pupil's whole story: what is on it, in which order, for whom, and what it costs."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cycles.models import CasePrediction, CasePupil
from cycles.stages import Stage
from observations import story as telling
from observations.models import Attainment, InterviewCompanion, Level, Observation, WorkSample
from observations.steps import course_of
from tests.factories.cycles import MORNING, CycleRoleFactory, ObjectiveFactory, lesson_in
from tests.factories.observations import (
    InterviewFactory,
    ObservationFactory,
    SessionFactory,
    WatchFactory,
    code,
)
from tests.factories.schools import CANARY, EnrolmentFactory, StudentFactory


@pytest.fixture
def scene(db):
    return lesson_in(Stage.REFLECT, steps=2)


@pytest.fixture
def reader(client, scene):
    client.force_login(scene.teacher)
    return client


def url(scene, pupil=None, **query):
    student = pupil or scene.pupils[0]
    return reverse("observations:story", args=[scene.lesson.pk, student.pk], query=query)


def seen(scene, minute, observer=None, **fields):
    return ObservationFactory(
        lesson=scene.lesson,
        observer=observer or scene.observer,
        minute=minute,
        **{"student": scene.pupils[0]} | fields,
    )


def work(scene, minute, pupil=None, **fields):
    return WorkSample.objects.create(
        school=scene.school,
        lesson=scene.lesson,
        student=pupil or scene.pupils[0],
        by=scene.observer,
        happened_at=MORNING + timedelta(minutes=minute),
        **{"what_it_shows": "Counts, then multiplies."} | fields,
    )


def level(scene, pupil=None, **fields):
    return Attainment.objects.create(
        school=scene.school,
        lesson=scene.lesson,
        objective=ObjectiveFactory(plan=scene.plan),
        student=pupil or scene.pupils[0],
        by=scene.observer,
        **fields,
    )


def things(page):
    return [entry.thing for entry in page.context["page"]]


# What is on it


def test_everything_of_everybody_stands_in_the_order_it_happened(reader, scene):
    pupil, other = scene.pupils[:2]
    late = seen(scene, 9, scene.guest, note=True)
    did = seen(scene, 2)
    got = seen(scene, 3, student=other, target=pupil)
    of_group = seen(scene, 4, student=None, note=True, group=scene.groups[0])
    asked = InterviewFactory(lesson=scene.lesson, student=pupil)
    piece = work(scene, 5)
    reached = level(scene, before=Level.BEGINS, after=Level.REACHED)

    page = reader.get(url(scene))

    assert things(page) == [did, got, of_group, piece, late, asked, reached] or things(page) == [
        reached,  # typed in before the lesson of the scene, which is in the future
        did,
        got,
        of_group,
        piece,
        late,
        asked,
    ]
    assert "Counts, then multiplies." in page.text
    assert "needs guidance → reached" in page.text
    assert asked.learned in page.text


def test_what_is_about_others_alone_is_not_on_it(reader, scene):
    other = scene.pupils[1]
    seen(scene, 1, student=other)
    seen(scene, 2, student=other, target_teacher=True)
    seen(scene, 3, student=None, note=True, group=scene.groups[1])
    seen(scene, 4, student=None, note=True)
    InterviewFactory(lesson=scene.lesson, student=other)
    work(scene, 5, other)
    level(scene, other, after=Level.PARTLY)
    ObservationFactory(lesson=lesson_in(school=scene.school).lesson, student=scene.pupils[0])

    assert things(reader.get(url(scene))) == []


def test_who_was_asked_together_with_others_has_the_answers_too(reader, scene):
    asked = InterviewFactory(lesson=scene.lesson, student=scene.pupils[1])
    InterviewCompanion.objects.create(school=scene.school, interview=asked, student=scene.pupils[0])

    page = reader.get(url(scene))

    assert things(page) == [asked]
    assert "together with" in page.text
    assert url(scene, scene.pupils[1]) in page.text


def test_what_was_taken_away_is_gone_and_what_was_taken_back_is_its_authors_alone(client, scene):
    work(scene, 5, removed_at=MORNING)
    voided = seen(scene, 1, voided=True)

    client.force_login(scene.planner)
    theirs = client.get(url(scene))
    client.force_login(scene.observer)
    mine = client.get(url(scene))

    assert (things(theirs), things(mine)) == ([], [voided])


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, "seen note other interview work"),
        ({"kind": "note"}, "note"),
        ({"kind": "event"}, "seen other"),
        ({"kind": "interview"}, "interview"),
        ({"kind": "work"}, "work"),
        ({"observer": "guest"}, "other interview"),
        ({"observer": "guest", "kind": "event"}, "other"),
        ({"kind": "rumour"}, "seen note other interview work"),
    ],
)
def test_a_part_of_it_can_be_chosen(reader, scene, query, wanted):
    rows = {
        "seen": seen(scene, 1),
        "note": seen(scene, 2, note=True),
        "other": seen(scene, 3, scene.guest),
        "interview": InterviewFactory(lesson=scene.lesson, student=scene.pupils[0], interviewer=scene.guest),
        "work": work(scene, 5),
    }
    chosen = {key: scene.guest.pk if value == "guest" else value for key, value in query.items()}

    assert set(things(reader.get(url(scene, **chosen)))) == {rows[name] for name in wanted.split()}


def test_the_head_says_whom_the_pupil_stands_for_and_what_was_expected(reader, scene):
    case = CasePupil.objects.create(
        school=scene.school, cycle=scene.cycle, student=scene.pupils[0], typifies="Waits for others"
    )
    second = scene.plan.steps.all()[1]
    CasePrediction.objects.create(school=scene.school, step=second, case_pupil=case, text="Copies a friend.")

    page = reader.get(url(scene))

    assert "Stands for: Waits for others" in page.text
    assert [(row.number, row.text) for row in page.context["case"].expected] == [(2, "Copies a friend.")]
    assert page.context["group"] == scene.groups[0]


def test_counts_stand_by_code_given_and_received_and_no_index_is_made_of_them(reader, scene):
    first, second = scene.pupils[:2]
    seen(scene, 1)
    seen(scene, 2)
    seen(scene, 3, code=code("answers"), target=second)
    seen(scene, 4, student=second, target=first, code=code("answers"))
    seen(scene, 5, voided=True)
    seen(scene, 6, kind="sample", code=code("on_task"))

    counted = telling.tallies(scene.lesson, first)

    assert [(tally.words, tally.gave, tally.received) for tally in counted] == [
        ("answers", 1, 1),
        ("asks", 2, 0),
        ("at work", 1, 0),
    ]
    assert "%" not in reader.get(url(scene)).text.split("<main")[1]


def test_minutes_and_who_watched_stand_beside_the_counts(reader, scene):
    session = SessionFactory(lesson=scene.lesson, observer=scene.observer)
    WatchFactory(session=session, group=scene.groups[0], to_at=MORNING + timedelta(minutes=12))

    page = reader.get(url(scene))

    assert (page.context["minutes"], page.context["watchers"]) == (12, [(scene.observer, 12)])
    assert "Watched, and nothing was written down." in page.text


def test_who_was_not_watched_is_missing_not_silent(reader, scene):
    page = reader.get(url(scene)).text

    assert "Nobody watched this pupil in this lesson. That says nothing about what the pupil did." in page


def test_the_pupils_other_lessons_are_one_tap_away_if_the_reader_may_read_them(reader, scene):
    pupil, school = scene.pupils[0], scene.school
    mine, not_mine, elsewhere = (lesson_in(school=school) for _cycle in range(3))
    for other in (mine, not_mine):
        EnrolmentFactory(school=school, student=pupil, school_class=other.cycle.school_class)
    for other in (mine, elsewhere):
        CycleRoleFactory(cycle=other.cycle, user=scene.teacher)

    assert reader.get(url(scene)).context["others"] == [mine.lesson]


def test_a_pupil_who_has_left_still_has_a_story_and_others_have_none(reader, scene):
    gone = scene.pupils[0]
    gone.left_on = MORNING.date()
    gone.save()

    assert reader.get(url(scene)).status_code == 200
    assert reader.get(url(scene, StudentFactory(school=scene.school))).status_code == 404
    assert reader.get(url(scene, StudentFactory())).status_code == 404


def test_nothing_of_another_school_is_on_it(reader, scene, two_schools):
    elsewhere = lesson_in(Stage.REFLECT, school=two_schools.b.school)
    ObservationFactory(lesson=elsewhere.lesson, note=True, fact=CANARY, student=elsewhere.pupils[0])
    seen(scene, 1)

    assert CANARY not in reader.get(url(scene)).text
    assert reader.get(url(elsewhere)).status_code == 404


# From page to page


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_every_page_holds_its_part_of_one_order(scene, size):
    for minute in range(0, 12, 2):
        seen(scene, minute)
    for minute in (-1, 4, 5, 5, 30):
        work(scene, minute)
    seen(scene, 5)

    timeline = telling.timeline(
        course_of(scene.lesson), scene.pupils[0], scene.groups[0], scene.teacher, telling.Wanted()
    )
    paginator = Paginator(timeline, size)
    whole = [entry for number in paginator.page_range for entry in paginator.page(number)]

    assert timeline.count() == len(whole) == 12
    assert all(one.at <= other.at for one, other in pairwise(whole))
    assert len({entry.thing.pk for entry in whole}) == 12


def test_it_shows_a_hundred_at_a_time(reader, scene):
    bulk(scene, 101)

    pages = [reader.get(url(scene, page=page)).context["page"] for page in (1, 2)]

    assert [len(page) for page in pages] == [100, 1]


# What it costs


def bulk(scene, count):
    """As many records of the lesson, all about one pupil, by several people."""
    people = [scene.observer, scene.guest, scene.planner]
    row = {"school": scene.school, "lesson": scene.lesson, "kind": "event", "code": code("asks")}
    Observation.objects.bulk_create(
        Observation(
            **row,
            observer=people[number % 3],
            student=scene.pupils[number % 2],
            target=scene.pupils[(number + 1) % 2],
            happened_at=MORNING + timedelta(seconds=number / 5),
            elapsed=number // 5,
            seq=number,
        )
        for number in range(count)
    )


def gathered(scene, count):
    for number in range(count):
        asked = InterviewFactory(lesson=scene.lesson, student=scene.pupils[1], learned=f"Answer {number}")
        InterviewCompanion.objects.create(school=scene.school, interview=asked, student=scene.pupils[0])
        work(scene, number)
        level(scene, after=Level.REACHED)
        session = SessionFactory(lesson=scene.lesson)
        WatchFactory(session=session, group=scene.groups[0], to_at=MORNING + timedelta(minutes=9))


def queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_ten_thousand_records_cost_the_same_queries_as_a_hundred(reader, scene):
    bulk(scene, 100)
    gathered(scene, 1)
    reader.get(url(scene))
    few = queries(reader, url(scene))

    bulk(scene, 9900)
    gathered(scene, 9)

    assert queries(reader, url(scene)) == queries(reader, url(scene, page=50)) == few == 29
