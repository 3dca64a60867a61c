"""Who spoke to whom: the drawing's geometry, what may be said of it, and the page."""

from itertools import combinations
from math import hypot

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cycles.stages import Stage
from observations.arrows import DOT, HEIGHT, THICK, WIDTH, drawn, largest, ties, turns_within
from observations.exchanges import OTHERS, TEACHER, circles_of
from tests.factories.cycles import enrol, lesson_in
from tests.factories.observations import ObservationFactory, code
from tests.factories.schools import CANARY

keys = st.integers(0, 7)
arrows = st.dictionaries(st.tuples(keys, keys), st.integers(1, 50), max_size=20)


@given(arrows)
def test_every_arrow_stands_in_the_drawing_clear_of_the_seats(counts):
    drawing = drawn({key: f"S{key}" for key in range(8)}, counts, most=largest([counts]))

    assert len(drawing.lines) == sum(giver != taker for giver, taker in counts)
    for line in drawing.lines:
        points = [tuple(map(float, point.split(","))) for point in line.head.split()]
        for x, y in [(line.x1, line.y1), (line.x2, line.y2), *points]:
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT
        tip = points[0]
        assert min(hypot(tip[0] - seat.x, tip[1] - seat.y) for seat in drawing.seats) >= DOT


@pytest.mark.parametrize("count", range(1, 12))
def test_seats_stand_apart_and_inside_the_drawing(count):
    seats = drawn({key: f"S{key}" for key in range(count)}, {}, most=1).seats

    assert all(0 < seat.x < WIDTH and 0 < seat.y < HEIGHT for seat in seats)
    assert all(hypot(one.x - two.x, one.y - two.y) > 2 * DOT for one, two in combinations(seats, 2))


def test_the_two_arrows_of_a_pair_run_beside_each_other():
    there, back = drawn({1: "A", 2: "B"}, {(1, 2): 3, (2, 1): 3}, most=3).lines

    assert there.x1 != back.x1


def test_a_wider_arrow_stands_for_more_turns_and_one_turn_for_the_thinnest():
    counts = {(1, 2): 1, (2, 3): 5, (3, 1): 9}

    widths = [line.width for line in drawn({1: "A", 2: "B", 3: "C"}, counts, most=9).lines]

    assert (widths[0], widths[2]) == (1.2, THICK)
    assert widths == sorted(widths)


@pytest.mark.parametrize("most", [1, 2, 50])
def test_one_turn_is_equally_thin_whatever_else_was_said(most):
    (line,) = drawn({1: "A", 2: "B"}, {(1, 2): 1}, most=most).lines

    assert line.width == 1.2


def test_the_widest_arrow_is_looked_for_in_all_drawings_and_none_to_oneself():
    assert largest([{(1, 2): 3}, {(1, 1): 9, (2, 1): 4}]) == 4
    assert largest([]) == 1


@given(arrows)
def test_ties_are_the_pairs_between_whom_anything_was_said(counts):
    members = {0, 1, 2, 3}
    spoke = {pair for pair in combinations(sorted(members), 2) if pair in counts or pair[::-1] in counts}
    both = {pair for pair in spoke if pair in counts and pair[::-1] in counts}

    found = ties(members, counts)

    assert (found.possible, found.used, found.mutual) == (6, len(spoke), len(both))


def test_turns_within_a_group_leave_out_the_teacher_and_other_tables():
    counts = {(1, 2): 3, (2, 1): 1, (1, TEACHER): 5, (1, OTHERS): 2}

    assert turns_within({1, 2}, counts) == 4


# The page


@pytest.fixture
def scene(db):
    return lesson_in(Stage.REFLECT)


@pytest.fixture
def reader(client, scene):
    client.force_login(scene.teacher)
    return client


def url(scene):
    return reverse("observations:who_to_whom", args=[scene.lesson.pk])


def said(scene, giver, taker=None, times=1, **fields):
    to = {"target_teacher": True} if taker is None else {"target": taker}
    return ObservationFactory.create_batch(
        times, lesson=scene.lesson, observer=scene.observer, student=giver, **to, **fields
    )


def table(circle):
    return [(row.giver.code, row.taker.code if row.taker else None, row.count) for row in circle.rows]


def test_each_group_has_its_turns_as_arrows_and_as_numbers(reader, scene):
    first, second, third, _fourth = scene.pupils
    said(scene, first, third, 3)
    said(scene, third, first)
    said(scene, first)
    said(scene, first, second)

    mine, other = circles_of(scene.lesson)
    page = reader.get(url(scene))

    codes = [pupil.code for pupil in (first, second, third)]
    assert table(mine) == [
        (codes[0], codes[2], 3),
        (codes[0], None, 1),
        (codes[0], codes[1], 1),
        (codes[2], codes[0], 1),
    ]
    assert table(other) == [(codes[0], codes[1], 1)]
    assert [seat.name for seat in mine.drawing.seats] == [codes[0], codes[2], "teacher", "others"]
    assert (mine.turns, mine.directed) == (6, 6)
    assert f"{codes[0]} → {codes[2]} 3" in page.text


def test_the_same_number_of_turns_is_equally_wide_in_every_group(scene):
    first, second, third, fourth = scene.pupils
    said(scene, first, third, 2)
    said(scene, second, fourth, 2)
    said(scene, fourth, second, 7)

    quiet, lively = circles_of(scene.lesson)

    assert [line.width for line in quiet.drawing.lines] == [lively.drawing.lines[0].width]
    assert max(line.width for line in lively.drawing.lines) == THICK


def test_turns_of_several_to_another_table_count_together_in_the_measure(scene):
    first, second, _third, fourth = scene.pupils
    said(scene, first, second, 3)
    said(scene, first, fourth, 3)

    mine, theirs = circles_of(scene.lesson)

    assert [line.width for line in mine.drawing.lines] == [THICK]
    assert all(line.width < THICK for line in theirs.drawing.lines)


def test_listening_notes_and_what_was_taken_back_are_no_turns(scene):
    first, _second, third, _fourth = scene.pupils
    said(scene, first, third, code=code("listens"))
    said(scene, first, third, note=True)
    said(scene, first, third, voided=True)
    ObservationFactory(lesson=scene.lesson, student=first)

    circle = circles_of(scene.lesson)[0]

    assert (circle.rows, circle.turns, circle.directed) == ([], 1, 0)


@pytest.mark.parametrize(("times", "words"), [(19, False), (20, True)])
def test_nothing_is_said_of_a_group_below_twenty_turns_inside_it(reader, scene, times, words):
    said(scene, scene.pupils[0], scene.pupils[2], times)
    said(scene, scene.pupils[0], None, 5)

    page = reader.get(url(scene)).text

    assert ("Of 1 pairs 1 spoke with each other at all, 0 in both directions." in page) == words
    assert ("Fewer than 20 turns inside the group" in page) != words


def test_pupils_without_a_group_form_a_circle_of_their_own(scene):
    loose, other = enrol(scene.cycle.school_class, 2)
    said(scene, loose, other)

    assert table(circles_of(scene.lesson)[-1]) == [(loose.code, other.code, 1)]


def test_no_child_is_coloured():
    from pathlib import Path

    css = Path(__file__).parents[2].joinpath("static/css/components/arrows.css").read_text()

    assert "red" not in css
    assert "warn" not in css


def test_the_page_holds_nothing_of_another_school(reader, scene):
    other = lesson_in(Stage.REFLECT)
    other.pupils[0].code = CANARY
    other.pupils[0].save()
    said(other, other.pupils[0], other.pupils[1])

    assert CANARY not in reader.get(url(scene)).text
    assert reader.get(url(other)).status_code == 404


@pytest.mark.parametrize("size", [2, 30])
def test_the_page_costs_the_same_queries_for_thirty_pupils_as_for_two(
    client, db, django_assert_num_queries, size
):
    scene = lesson_in(Stage.REFLECT, pupils=size, groups=2)
    (loose,) = enrol(scene.cycle.school_class, 1)
    for pupil in scene.pupils:
        said(scene, pupil, loose)
        said(scene, loose, pupil)
    client.force_login(scene.teacher)

    with django_assert_num_queries(13):
        client.get(url(scene))
