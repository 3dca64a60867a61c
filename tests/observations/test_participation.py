"""What earlier lessons tell of pupils, against numbers counted by hand."""

from datetime import timedelta

import pytest

from cycles.mixing import Seen
from cycles.models import GroupPlace
from cycles.stages import Stage
from observations.participation import (
    Basis,
    Record,
    basis_of,
    records_before,
    seen_before,
    silences,
    tell,
)
from observations.watches import union
from tests.factories.cycles import MORNING, ResearchLessonFactory, lesson_in, seat
from tests.factories.observations import ObservationFactory, SessionFactory, WatchFactory, code

UNKNOWN = Seen()


def at(minute):
    return MORNING + timedelta(minutes=minute)


# Time that was watched


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([], 0),
        ([(0, 10)], 10),
        ([(0, 10), (20, 25)], 15),
        ([(0, 10), (5, 15)], 15),
        ([(0, 30), (5, 15)], 30),
        ([(5, 15), (0, 30), (30, 35)], 35),
        ([(10, 4)], 0),
        ([(10, 4), (0, 2)], 2),
    ],
)
def test_time_that_several_watched_counts_once(spans, minutes):
    assert union((at(begin), at(end)) for begin, end in spans) == minutes * 60


# What is told of a pupil


def record(lesson=1, *, minutes=30, codes=None, **turns):
    """A lesson in which pupils 1, 2, … (``p1=3``) were watched and took turns; None was not watched."""
    counts = {int(pupil[1:]): number for pupil, number in turns.items()}
    codes = {pupil: {"answers": number} for pupil, number in counts.items() if number} | (codes or {})
    return Record(
        lesson,
        covered=minutes * 60,
        seconds={pupil: minutes * 60 for pupil, number in counts.items() if number is not None},
        codes=codes,
        acts=codes,
    )


def quiet(seen):
    return [pupil for pupil, one in seen.items() if one.is_quiet]


def loud(seen):
    return [pupil for pupil, one in seen.items() if one.takes_over]


def test_participation_is_turns_in_half_an_hour_watched():
    seen = tell([1], [record(minutes=20, p1=4), record(minutes=40, p1=2)])

    assert seen[1].participation == 3.0  # 6 turns in 60 minutes


def test_listening_is_no_turn():
    seen = tell([1], [record(p1=0, codes={1: {"listens": 9, "asks": 1}})])

    assert seen[1].participation == 1.0


def test_a_pupil_nobody_watched_is_missing_and_not_silent():
    seen = tell([1, 2], [record(p1=4, p2=None)])

    assert seen[2] == UNKNOWN


def test_turns_in_a_lesson_in_which_nobody_watched_the_pupil_make_no_rate():
    seen = tell([1], [record(p1=2), Record(2, seconds={}, codes={1: {"asks": 50}})])

    assert seen[1].participation == 2.0


def test_a_watch_of_no_time_is_none():
    seen = tell([1], [Record(1, seconds={1: 0}, codes={1: {"asks": 2}})])

    assert seen[1] == UNKNOWN


def test_quiet_is_at_most_half_the_median_over_two_lessons():
    lessons = [record(1, p1=1, p2=4, p3=4, p4=9), record(2, p1=3, p2=4, p3=4, p4=9)]  # rates 2, 4, 4, 9

    assert quiet(tell([1, 2, 3, 4], lessons)) == [1]


def test_a_little_more_than_half_the_median_is_not_quiet():
    lessons = [record(1, p1=2, p2=4, p3=4), record(2, p1=3, p2=4, p3=4)]

    assert quiet(tell([1, 2, 3], lessons)) == []


def test_one_lesson_makes_nobody_quiet():
    assert quiet(tell([1, 2, 3], [record(p1=0, p2=4, p3=4)])) == []


def test_a_pupil_who_was_watched_in_one_of_two_lessons_is_not_quiet():
    lessons = [record(1, p1=0, p2=4, p3=4), record(2, p1=None, p2=4, p3=4)]

    assert quiet(tell([1, 2, 3], lessons)) == []


def test_where_nobody_takes_turns_nobody_stands_out():
    lessons = [record(1, p1=0, p2=0, p3=0), record(2, p1=0, p2=0, p3=1)]
    seen = tell([1, 2, 3], lessons)

    assert (quiet(seen), loud(seen)) == ([], [])


def test_twice_the_median_in_two_lessons_takes_over():
    lessons = [record(1, p1=8, p2=4, p3=2), record(2, p1=6, p2=3, p3=3)]

    assert loud(tell([1, 2, 3], lessons)) == [1]


def test_one_lesson_with_very_many_turns_is_not_taking_over():
    lessons = [record(1, p1=90, p2=4, p3=2), record(2, p1=3, p2=3, p3=3)]

    assert loud(tell([1, 2, 3], lessons)) == []


@pytest.mark.parametrize(("times", "does"), [((2, 0), []), ((2, 1), [1]), ((3, 0), [1])])
def test_taking_over_three_times_is_taking_over(times, does):
    lessons = [record(n, p1=3, p2=3, codes={1: {"takes_over": count}}) for n, count in enumerate(times)]

    assert loud(tell([1, 2], lessons)) == does


@pytest.mark.parametrize(("times", "does"), [((1, 0), False), ((1, 1), True), ((2, 0), True)])
def test_inviting_twice_is_inviting(times, does):
    lessons = [record(n, p1=3, codes={1: {"invites": count}}) for n, count in enumerate(times)]

    assert tell([1], lessons)[1].invites is does


def test_what_was_seen_counts_even_where_nobody_said_they_watched():
    seen = tell([1], [Record(1, codes={1: {"invites": 2}}, acts={1: {"invites": 2}})])

    assert seen[1] == Seen(invites=True)


def test_no_lesson_tells_nothing():
    assert tell([1, 2], []) == {1: UNKNOWN, 2: UNKNOWN}


def test_silent_in_a_lesson_is_watched_without_a_turn():
    lessons = [
        record(1, p1=0, p2=1, p3=None),
        record(2, p1=0, p2=0, codes={1: {"listens": 3}}),
    ]

    assert silences(lessons) == {1: 2, 2: 1}


# From the rows


@pytest.fixture
def coming(db):
    """A lesson that is being planned for a class of four."""
    return lesson_in(Stage.PLAN)


def taught(coming, day=1, *, groups=2, **fields):
    """A lesson of 35 minutes with the class, ``day`` days before."""
    began = MORNING - timedelta(days=day)
    lesson = ResearchLessonFactory(
        cycle=coming.cycle,
        school_class=coming.cycle.school_class,
        **{"started_at": began, "ended_at": began + timedelta(minutes=35)} | fields,
    )
    return lesson, seat(lesson, coming.pupils, groups)


def watch(lesson, begin=0, end=None, *, session=None, **whom):
    return WatchFactory(
        session=session or SessionFactory(lesson=lesson),
        from_at=lesson.started_at + timedelta(minutes=begin),
        to_at=None if end is None else lesson.started_at + timedelta(minutes=end),
        **whom,
    )


def turns(lesson, pupil, count, slug="answers", **fields):
    for minute in range(count):
        happened_at = (lesson.started_at or MORNING) + timedelta(minutes=minute)
        ObservationFactory(lesson=lesson, student=pupil, code=code(slug), happened_at=happened_at, **fields)


def participation(coming):
    seen = seen_before(coming.lesson)
    return [seen[pupil.pk].participation for pupil in coming.pupils]


def test_the_minutes_are_those_of_the_groups_watch(coming):
    lesson, (mangga, _salak) = taught(coming)
    watch(lesson, 5, 20, group=mangga)
    turns(lesson, coming.pupils[0], 4)
    turns(lesson, coming.pupils[1], 4)  # at the other table, which nobody watched

    assert participation(coming) == [8.0, None, 0.0, None]


def test_a_turn_that_two_wrote_down_makes_no_higher_rate_than_one_that_one_wrote_down(coming):
    lesson, (mangga, _salak) = taught(coming)
    first, second = SessionFactory(lesson=lesson), SessionFactory(lesson=lesson)
    watch(lesson, 0, 20, session=first, group=mangga)
    watch(lesson, 0, 20, session=second, student=coming.pupils[0])
    for session in (first, second):
        turns(lesson, coming.pupils[0], 4, observer=session.observer)
    turns(lesson, coming.pupils[2], 4, observer=first.observer)

    assert participation(coming) == [6.0, None, 6.0, None]  # 8 turns in 40 minutes, 4 in 20
    assert basis_of(coming.lesson).minutes == 20


def test_one_observer_who_watches_a_pupil_and_the_group_has_one_pair_of_eyes(coming):
    lesson, (mangga, _salak) = taught(coming)
    session = SessionFactory(lesson=lesson)
    watch(lesson, 0, 20, session=session, group=mangga)
    watch(lesson, 10, 30, session=session, student=coming.pupils[0])
    turns(lesson, coming.pupils[0], 4, observer=session.observer)

    assert participation(coming)[0] == 4.0  # in 30 minutes


@pytest.mark.parametrize(("one", "other", "does"), [(2, 2, False), (3, 2, True)])
def test_taking_over_that_two_wrote_down_is_not_taking_over_twice(coming, one, other, does):
    lesson, (mangga, _salak) = taught(coming)
    for times in (one, other):
        session = SessionFactory(lesson=lesson)
        watch(lesson, group=mangga, session=session)
        turns(lesson, coming.pupils[0], times, slug="takes_over", observer=session.observer)

    assert seen_before(coming.lesson)[coming.pupils[0].pk].takes_over is does


def test_a_watch_after_the_lesson_is_none(coming):
    """As a tablet opens one that sends what it held hours later."""
    lesson, (mangga, _salak) = taught(coming)
    watch(lesson, 90, group=mangga)
    turns(lesson, coming.pupils[1], 7)

    assert participation(coming) == [0.0, 6.0, 0.0, 0.0]  # as where nobody said whom they watched


def test_an_open_watch_ends_with_the_lesson(coming):
    lesson, (mangga, _salak) = taught(coming)
    watch(lesson, 5, group=mangga)
    turns(lesson, coming.pupils[0], 3)

    assert participation(coming)[0] == 3.0


def test_a_watch_begins_with_the_lesson_and_not_before(coming):
    lesson, (mangga, _salak) = taught(coming)
    watch(lesson, -25, 15, group=mangga)
    turns(lesson, coming.pupils[0], 3)

    assert participation(coming)[0] == 6.0


def test_a_lesson_ended_hours_later_is_no_longer_for_it(coming):
    lesson, (mangga, _salak) = taught(coming, ended_at=MORNING)  # it began the day before
    watch(lesson, 5, group=mangga)
    turns(lesson, coming.pupils[0], 3)

    assert participation(coming)[0] == 3.0


def test_a_lesson_that_ran_over_is_as_long_as_something_was_seen(coming):
    lesson, (mangga, _salak) = taught(coming, ended_at=MORNING)
    watch(lesson, group=mangga)
    turns(lesson, coming.pupils[0], 46)

    assert participation(coming)[0] == pytest.approx(46 * 30 / 45)


def test_in_a_lesson_without_any_watch_the_whole_class_was_watched(coming):
    lesson, _groups = taught(coming, minutes=60)
    turns(lesson, coming.pupils[0], 4)

    assert participation(coming) == [2.0, 0.0, 0.0, 0.0]


def test_a_lesson_in_which_nothing_was_written_down_tells_nothing(coming):
    taught(coming)

    assert participation(coming) == [None] * 4


def test_a_lesson_without_a_beginning_still_counts(coming):
    lesson, _groups = taught(coming, started_at=None, ended_at=MORNING)
    turns(lesson, coming.pupils[0], 7)

    assert participation(coming)[0] == 6.0


def test_who_was_absent_is_missing(coming):
    lesson, (mangga, _salak) = taught(coming)
    GroupPlace.objects.filter(lesson=lesson, student=coming.pupils[0]).delete()
    watch(lesson, group=mangga)
    turns(lesson, coming.pupils[2], 7)

    assert participation(coming) == [None, None, 6.0, None]


def test_what_was_taken_back_counts_nowhere(coming):
    lesson, (mangga, _salak) = taught(coming)
    watch(lesson, group=mangga)
    turns(lesson, coming.pupils[0], 9, slug="takes_over", voided=True)
    turns(lesson, coming.pupils[0], 2, slug="invites", voided=True)

    assert seen_before(coming.lesson)[coming.pupils[0].pk] == Seen(participation=0.0)


def test_notes_are_no_turns(coming):
    lesson, (mangga, _salak) = taught(coming)
    watch(lesson, group=mangga)
    ObservationFactory(lesson=lesson, student=coming.pupils[0], note=True, happened_at=lesson.started_at)

    assert participation(coming)[0] == 0.0


def test_lessons_that_are_not_over_and_those_of_other_classes_tell_nothing(coming):
    running, (mangga, _salak) = taught(coming, ended_at=None)
    watch(running, group=mangga)
    turns(running, coming.pupils[0], 5)
    elsewhere = lesson_in(Stage.REFLECT, school=coming.school).lesson
    watch(elsewhere, student=coming.pupils[0])
    turns(elsewhere, coming.pupils[0], 5)

    assert participation(coming) == [None] * 4
    assert basis_of(coming.lesson) == Basis(0, 0)


def test_lessons_of_the_class_in_other_cycles_count(coming):
    other = lesson_in(Stage.REFLECT, school=coming.school, pupils=0, groups=0)
    other.lesson.school_class = coming.cycle.school_class
    other.lesson.save()
    watch(other.lesson, student=coming.pupils[0])
    turns(other.lesson, coming.pupils[0], 7)

    assert participation(coming)[0] == 6.0


def test_a_lesson_is_not_told_by_itself_nor_by_later_ones(coming):
    first, groups = taught(coming, 3)
    second, later_groups = taught(coming, 1)
    for lesson, (mangga, _salak) in ((first, groups), (second, later_groups)):
        watch(lesson, group=mangga)
        turns(lesson, coming.pupils[0], 7)

    assert [one.lesson for one in records_before(first)] == []
    assert [one.lesson for one in records_before(second)] == [first.pk]
    assert [one.lesson for one in records_before(second, itself=True)] == [first.pk, second.pk]
    assert basis_of(coming.lesson) == Basis(2, 70)


def test_over_two_lessons_one_is_quiet_one_takes_over_and_one_invites(coming):
    shy, loud_one, kind, other = coming.pupils
    for day in (1, 2):
        lesson, groups = taught(coming, day)
        for group in groups:
            watch(lesson, group=group)
        turns(lesson, shy, 1)
        turns(lesson, loud_one, 14)
        turns(lesson, kind, 6)
        turns(lesson, kind, 1, slug="invites")
        turns(lesson, other, 7)
    seen = seen_before(coming.lesson)

    assert seen[shy.pk] == Seen(pytest.approx(30 / 35), is_quiet=True)
    assert seen[loud_one.pk] == Seen(12.0, takes_over=True)
    assert seen[kind.pk] == Seen(6.0, invites=True)
    assert seen[other.pk] == Seen(6.0)


def test_one_lesson_is_too_little_to_call_anybody_quiet(coming):
    lesson, (mangga, salak) = taught(coming)
    watch(lesson, 0, 20, group=mangga)
    watch(lesson, 10, 30, group=salak)
    turns(lesson, coming.pupils[1], 5)
    basis = basis_of(coming.lesson)

    assert (basis, basis.is_enough) == (Basis(1, 30), False)
    assert not any(seen.is_quiet for seen in seen_before(coming.lesson).values())


def test_a_lesson_nobody_was_watched_in_is_no_basis(coming):
    lesson, (_mangga, salak) = taught(coming, groups=2)
    GroupPlace.objects.filter(group=salak).delete()
    watch(lesson, group=salak)

    assert basis_of(coming.lesson) == Basis(0, 0)


def test_before_the_first_lesson_nothing_is_known_of_anybody(coming):
    assert seen_before(coming.lesson) == {pupil.pk: UNKNOWN for pupil in coming.pupils}


@pytest.mark.parametrize("lessons", [1, 3])
def test_it_takes_the_same_few_queries_however_many_lessons(db, django_assert_num_queries, lessons):
    coming = lesson_in(Stage.PLAN, pupils=4 * lessons)
    for day in range(1, lessons + 1):
        lesson, groups = taught(coming, day)
        for group in groups:
            watch(lesson, group=group)
        for pupil in coming.pupils:
            turns(lesson, pupil, 1)

    with django_assert_num_queries(5):
        seen_before(coming.lesson)
    with django_assert_num_queries(5):
        basis_of(coming.lesson)
