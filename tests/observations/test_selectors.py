"""What was seen in a lesson, counted and read: the numbers hold against an independent count."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from cycles.stages import Stage
from observations import gathered, selectors
from observations.coverage import coverage_of
from observations.models import EventCode
from schools.models import Role
from tests.factories.cycles import MORNING, ResearchLessonFactory, lesson_in
from tests.factories.observations import (
    InterviewFactory,
    ObservationFactory,
    SessionFactory,
    WatchFactory,
    code,
)
from tests.factories.schools import MembershipFactory, SchoolFactory


@pytest.fixture
def scene(db):
    return lesson_in()


def seen(scene, **fields):
    return ObservationFactory(lesson=scene.lesson, observer=scene.observer, **fields)


def fill(scene, count):
    """Observations of every kind, some taken back, some about nobody; the rows, to count again."""
    chance = random.Random(7)
    codes = list(EventCode.objects.all())
    people = [scene.observer, scene.planner, scene.guest]
    rows = []
    for minute in range(count):
        note = chance.random() < 0.2
        rows.append(
            ObservationFactory(
                lesson=scene.lesson,
                minute=minute,
                observer=chance.choice(people),
                student=chance.choice([*scene.pupils, None]),
                voided=chance.random() < 0.2,
                flagged=chance.random() < 0.2,
                **({"note": True} if note else {"code": chance.choice(codes)}),
            )
        )
    return rows


# What a report is made of


def test_counts_by_pupil_equal_a_count_by_hand(scene):
    rows = fill(scene, 120)
    seen(lesson_in())

    by_hand = Counter(
        (row.student.code, row.code.slug)
        for row in rows
        if row.kind == "event" and row.student and row.voided_at is None
    )
    counts = selectors.counts_by_pupil(scene.lesson)

    assert {(student, slug): n for student, codes in counts.items() for slug, n in codes.items()} == by_hand
    assert len(by_hand) > 10


def test_counts_by_pupil_leave_out_what_was_taken_back_and_notes(scene):
    pupil = scene.pupils[0]
    seen(scene, student=pupil, code=code("asks"))
    seen(scene, student=pupil, code=code("asks"))
    seen(scene, student=pupil, code=code("listens"))
    seen(scene, student=pupil, code=code("answers"), voided=True)
    seen(scene, student=pupil, note=True)
    seen(scene, student=None, code=code("asks"))

    assert selectors.counts_by_pupil(scene.lesson) == {pupil.code: {"asks": 2, "listens": 1}}


def test_totals_equal_a_count_by_hand(scene):
    rows = fill(scene, 60)
    InterviewFactory.create_batch(3, lesson=scene.lesson)
    seen(lesson_in())

    standing = [row for row in rows if row.voided_at is None]
    assert selectors.totals(scene.lesson) == selectors.Totals(
        events=sum(row.kind == "event" for row in standing),
        notes=sum(row.kind == "note" for row in standing),
        interviews=3,
        voided=len(rows) - len(standing),
        observers=len({row.observer_id for row in standing}),
    )


def test_an_empty_lesson_has_no_counts_and_zero_totals(scene):
    assert selectors.counts_by_pupil(scene.lesson) == {}
    assert selectors.totals(scene.lesson) == selectors.Totals(0, 0, 0, 0, 0)


def test_watched_pupils_are_those_of_watched_groups_and_those_watched_singly(scene):
    first, second, third, _fourth = scene.pupils
    session = SessionFactory(lesson=scene.lesson)
    WatchFactory(session=session, group=scene.groups[0])
    WatchFactory(session=session, student=second)
    WatchFactory(session=SessionFactory(lesson=scene.lesson), student=second)

    assert selectors.watched_pupils(scene.lesson) == [first.code, second.code, third.code]


@pytest.mark.parametrize(
    ("begins", "ends", "is_watched"),
    [
        (-20, -1, False),
        (-20, 5, True),
        (-20, None, True),
        (34, 60, True),
        (35, None, False),
        (300, 310, False),
    ],
)
def test_who_was_watched_is_who_was_watched_during_the_lesson(db, begins, ends, is_watched):
    scene = lesson_in(Stage.REFLECT)  # thirty-five minutes
    session = SessionFactory(lesson=scene.lesson)
    watch = {"session": session, "from_at": MORNING, "to_at": MORNING + timedelta(minutes=9)}
    WatchFactory(**watch, student=scene.pupils[0])
    watch["from_at"] = MORNING + timedelta(minutes=begins)
    watch["to_at"] = None if ends is None else MORNING + timedelta(minutes=ends)
    WatchFactory(**watch, student=scene.pupils[1])

    watched = scene.pupils[: 1 + is_watched]
    assert selectors.watched_pupils(scene.lesson) == [pupil.code for pupil in watched]
    assert set(coverage_of(scene.lesson).spans) == {pupil.pk for pupil in watched}


def test_a_lesson_that_ran_over_was_watched_until_the_last_thing_was_seen(db):
    scene = lesson_in(Stage.REFLECT)
    scene.lesson.ended_at = MORNING + timedelta(hours=8)
    scene.lesson.save()
    session = SessionFactory(lesson=scene.lesson)
    WatchFactory(session=session, student=scene.pupils[0])
    WatchFactory(session=session, student=scene.pupils[1], from_at=MORNING + timedelta(minutes=40))

    assert selectors.watched_pupils(scene.lesson) == [scene.pupils[0].code]

    seen(scene, minute=45, student=None)

    assert selectors.watched_pupils(scene.lesson) == [pupil.code for pupil in scene.pupils[:2]]


def test_in_a_lesson_whose_clock_never_ran_every_watch_counts(db):
    scene = lesson_in(Stage.REFLECT)
    scene.lesson.started_at = None
    scene.lesson.save()
    late = MORNING + timedelta(days=2)
    WatchFactory(session=SessionFactory(lesson=scene.lesson), student=scene.pupils[0], from_at=late)

    assert selectors.watched_pupils(scene.lesson) == [scene.pupils[0].code]
    assert set(coverage_of(scene.lesson).spans) == {scene.pupils[0].pk}


def test_where_watches_lie_after_the_lesson_alone_the_whole_class_counts_as_watched(db):
    scene = lesson_in(Stage.REFLECT)
    later = MORNING + timedelta(hours=3)
    WatchFactory(session=SessionFactory(lesson=scene.lesson), student=scene.pupils[0], from_at=later)

    assert selectors.watched_pupils(scene.lesson) == [pupil.code for pupil in scene.pupils]


def test_without_watches_the_whole_class_counts_as_watched_but_not_who_had_left(scene):
    gone, *here = scene.pupils
    gone.left_on = MORNING.date()
    gone.save()
    SessionFactory(lesson=scene.lesson)

    assert selectors.watched_pupils(scene.lesson) == [pupil.code for pupil in here]


def test_group_members_come_by_group_and_code_also_where_a_group_is_empty(db):
    scene = lesson_in(pupils=3, groups=4)
    first, second, third = (pupil.code for pupil in scene.pupils)

    assert selectors.group_members(scene.lesson) == [
        ("Group 1", [first]),
        ("Group 2", [second]),
        ("Group 3", [third]),
        ("Group 4", []),
    ]


COUNTING = {
    selectors.counts_by_pupil: 1,
    selectors.totals: 2,
    selectors.watched_pupils: 3,
    selectors.group_members: 2,
}


@pytest.mark.parametrize("count", COUNTING)
@pytest.mark.parametrize("size", [1, 30])
def test_counting_takes_the_same_few_queries_however_much_there_is(
    db, django_assert_num_queries, count, size
):
    scene = lesson_in(pupils=size, groups=1)
    WatchFactory(session=SessionFactory(lesson=scene.lesson), group=scene.groups[0])
    fill(scene, size)

    with django_assert_num_queries(COUNTING[count]):
        count(scene.lesson)


def test_counts_by_pupil_are_added_up_by_the_database(scene, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        selectors.counts_by_pupil(scene.lesson)

    assert "GROUP BY" in asked[0]["sql"]


# The capture page


def test_codes_are_the_built_in_ones_and_the_schools_own(scene):
    own = EventCode.objects.create(school=scene.school, slug="a-taps", label="taps", definition="Taps.")
    EventCode.objects.create(school=SchoolFactory(), slug="b-hums", label="hums", definition="Hums.")

    slugs = {code.slug for code in selectors.codes_for(scene.school)}

    assert len(slugs) == 13
    assert own.slug in slugs


def test_elapsed_is_whole_seconds_since_the_start_and_never_negative(scene):
    lesson = scene.lesson
    assert selectors.elapsed(lesson, timezone.now()) is None

    lesson.started_at = MORNING

    assert selectors.elapsed(lesson, MORNING + timedelta(seconds=59.9)) == 59
    assert selectors.elapsed(lesson, MORNING - timedelta(seconds=5)) == 0


# The record


def test_the_record_is_everybodys_in_the_order_it_happened(scene):
    later = seen(scene, minute=9)
    earlier = ObservationFactory(lesson=scene.lesson, observer=scene.guest, minute=3)
    seen(lesson_in())

    assert list(selectors.record_of(scene.lesson, scene.planner)) == [earlier, later]


def test_what_was_taken_back_is_in_the_record_of_its_author_alone(scene):
    voided = seen(scene, voided=True)

    assert list(selectors.record_of(scene.lesson, scene.observer)) == [voided]
    assert list(selectors.record_of(scene.lesson, scene.planner)) == []


@pytest.mark.parametrize("role", [Role.TEACHER, Role.PRINCIPAL, Role.ADMINISTRATOR])
def test_the_record_and_the_interviews_are_empty_for_people_outside_the_cycle(scene, role):
    seen(scene)
    InterviewFactory(lesson=scene.lesson)
    outsider = MembershipFactory(school=scene.school, role=role).user

    assert list(selectors.record_of(scene.lesson, outsider)) == []
    assert list(gathered.interviews_of(scene.lesson, outsider)) == []


def test_observers_are_those_who_wrote_something(scene):
    seen(scene)
    seen(scene)
    SessionFactory(lesson=scene.lesson, observer=scene.guest)

    assert list(selectors.observers_of(scene.lesson)) == [scene.observer]


@pytest.mark.parametrize("stage", list(Stage))
def test_a_lesson_is_open_only_at_its_stages_and_only_the_newest(db, stage):
    scene = lesson_in(stage)

    assert selectors.is_at(scene.lesson, selectors.WATCHING) == (stage == Stage.OBSERVE)
    ResearchLessonFactory(cycle=scene.cycle)
    assert not selectors.is_at(scene.lesson, frozenset(Stage))
