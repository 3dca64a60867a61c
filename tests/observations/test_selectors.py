"""What was seen in a lesson, counted and read: the numbers hold against an independent count."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from cycles import workflow
from cycles.models import RoomFeature
from cycles.stages import Stage
from observations import gathered, selectors
from observations.models import EventCode
from schools.models import Role
from tests.factories.cycles import MORNING, ResearchLessonFactory, enrol, lesson_in
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
    selectors.watched_pupils: 2,
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


def shape(tables):
    return [(table.name, [(seat.student.code, seat.events) for seat in table.seats]) for table in tables]


def test_seating_sets_ones_own_tables_apart(scene):
    first, second, third, fourth = (pupil.code for pupil in scene.pupils)
    session = SessionFactory(lesson=scene.lesson, observer=scene.observer)
    WatchFactory(session=session, group=scene.groups[1])

    seating = selectors.seating(scene.lesson, scene.observer)

    assert shape(seating.mine) == [("Group 2", [(second, 0), (fourth, 0)])]
    assert shape(seating.others) == [("Group 1", [(first, 0), (third, 0)])]


def test_who_watches_nobody_in_particular_has_the_whole_class_before_them(scene):
    enrol(scene.cycle.school_class, 1)

    seating = selectors.seating(scene.lesson, scene.observer)

    assert [table.name for table in seating.mine] == ["Group 1", "Group 2", ""]
    assert seating.others == []


def test_pupils_without_groups_who_are_watched_singly_are_ones_own(db):
    scene = lesson_in(groups=0, pupils=2)
    session = SessionFactory(lesson=scene.lesson, observer=scene.observer)
    WatchFactory(session=session, student=scene.pupils[1])

    seating = selectors.seating(scene.lesson, scene.observer)

    assert shape(seating.mine) == [("", [(pupil.code, 0) for pupil in scene.pupils])]


def test_a_seat_shows_my_own_standing_events_only(scene):
    pupil = scene.pupils[0]
    seen(scene, student=pupil)
    seen(scene, student=pupil)
    seen(scene, student=pupil, voided=True)
    seen(scene, student=pupil, note=True)
    ObservationFactory(lesson=scene.lesson, observer=scene.guest, student=pupil)

    seating = selectors.seating(scene.lesson, scene.observer)

    assert shape(seating.mine)[0][1][0] == (pupil.code, 2)


def test_the_last_written_are_my_own_newest_first_without_what_i_took_back(scene):
    first, second = seen(scene, minute=1), seen(scene, minute=2)
    seen(scene, minute=3, voided=True)
    ObservationFactory(lesson=scene.lesson, observer=scene.guest, minute=4)

    assert selectors.last_written(scene.lesson, scene.observer) == [second, first]
    assert selectors.last_written(scene.lesson, scene.observer, 1) == [second]


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


# Where the tables stand


def on_map(seating):
    """The map in lines: a table's name, (another's or a thing's name), - for a free cell."""
    shown = [
        str(spot.table) if spot.table else f"({spot.name})" if spot.name else "-" for spot in seating.spots
    ]
    return [shown[start : start + seating.columns] for start in range(0, len(shown), seating.columns)]


def put(scene):
    first, second = scene.groups
    for thing, row, column in ((first, 2, 3), (second, 3, 4), (RoomFeature.Kind.BOARD, 1, 3)):
        workflow.put(scene.lesson, thing, row, column, by=scene.teacher)


def test_with_a_map_the_tables_stand_where_they_are_in_the_room(scene):
    put(scene)
    extra = enrol(scene.lesson.school_class, 1)

    seating = selectors.seating(scene.lesson, scene.observer)

    assert on_map(seating) == [["(Board)", "-"], ["Group 1", "-"], ["-", "Group 2"]]
    assert shape(seating.loose) == [("", [(extra[0].code, 0)])]


def test_ones_own_table_stands_apart_and_its_place_is_marked(scene):
    put(scene)
    WatchFactory(session=SessionFactory(lesson=scene.lesson, observer=scene.observer), group=scene.groups[0])

    seating = selectors.seating(scene.lesson, scene.observer)

    assert on_map(seating) == [["(Board)", "-"], ["(Group 1)", "-"], ["-", "Group 2"]]
    assert [spot.name for spot in seating.spots if spot.is_mine] == ["Group 1"]
    assert seating.loose == []


def test_a_board_alone_is_no_map_to_tap_on(scene):
    workflow.put(scene.lesson, RoomFeature.Kind.BOARD, 1, 1, by=scene.teacher)

    assert selectors.seating(scene.lesson, scene.observer).spots == []
