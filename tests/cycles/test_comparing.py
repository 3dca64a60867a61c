"""Two sheets held against each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles.comparing import (
    ADDED,
    CHANGED,
    IN,
    KEPT,
    MOVED,
    OUT,
    REMOVED,
    SAME,
    compare,
    partners,
    words_apart,
)

WORDS = st.text(alphabet="ab \n.é", max_size=60)


def sheet(*steps, **parts):
    return {"header": {}, "dimensions": [], "objectives": [], "steps": list(steps), "zones": []} | parts


def step(pk, activity="Draw", **fields):
    return {"id": pk, "came_from": None, "activity": activity, "responses": [], "predictions": []} | fields


def kinds(told):
    return [(change.kind, change.row["id"]) for change in told.steps]


@given(WORDS, WORDS)
def test_nothing_of_either_text_is_lost(before, after):
    pieces = words_apart(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind in {KEPT, OUT}) == before
    assert "".join(piece.text for piece in pieces if piece.kind in {KEPT, IN}) == after


def test_whole_words_are_marked():
    assert words_apart("Pupils fold a bar.", "Pupils cut a bar.") == [
        (KEPT, "Pupils"),
        (OUT, " fold"),
        (IN, " cut"),
        (KEPT, " a bar."),
    ]


def test_texts_with_little_in_common_are_shown_whole():
    assert words_apart("Who guesses alone, who waits?", "Cards are put down, one a turn.") == [
        (OUT, "Who guesses alone, who waits?"),
        (IN, "Cards are put down, one a turn."),
    ]


def test_very_long_texts_are_compared_by_lines():
    before = "word " * 3000 + "\nsame\nsame\n"
    after = "other " * 3000 + "\nsame\nsame\n"

    assert words_apart(before, after)[-1] == (KEPT, "same\nsame\n")


REPEATED = [
    ("a b " * 990, "b a a " * 660),
    ("a\n" * 4900, "a\nb\n" * 2450),
    ("word " * 3000, "word " * 2999),
]


@pytest.mark.parametrize(("before", "after"), REPEATED)
def test_the_same_word_again_and_again_is_not_searched_for_in_every_place(before, after):
    assert words_apart(before, after) == [(OUT, before), (IN, after)]


def test_three_pages_in_which_one_word_changed_are_still_compared_word_by_word():
    page = [f"word{number % 100}" for number in range(1900)]
    after = [*page[:1], "teacher", *page[2:]]

    assert words_apart(" ".join(page), " ".join(after))[:3] == [
        (KEPT, "word0"),
        (OUT, " word1"),
        (IN, " teacher"),
    ]


def test_a_sheet_is_the_same_as_itself():
    told = compare(sheet(step(1), step(2)), sheet(step(1), step(2)))

    assert not told.differs
    assert [change.kind for change in told.steps] == [SAME, SAME]


def test_a_removed_row_is_told_where_it_stood():
    told = compare(sheet(step(1), step(2), step(3)), sheet(step(1), step(3)))

    assert kinds(told) == [(SAME, 1), (REMOVED, 2), (SAME, 3)]
    assert told.differs


def test_one_row_carried_to_the_front_is_the_one_that_moved():
    told = compare(sheet(step(1), step(2), step(3)), sheet(step(3), step(1), step(2)))

    assert kinds(told) == [(MOVED, 3), (SAME, 1), (SAME, 2)]


def test_a_row_without_its_id_in_the_other_sheet_was_added_however_alike_it_is():
    told = compare(sheet(step(1)), sheet(step(1), step(2)))

    assert kinds(told) == [(SAME, 1), (ADDED, 2)]


def test_the_next_lesson_is_compared_by_where_its_rows_came_from():
    told = compare(
        sheet(step(1), step(2, "Fold")),
        sheet(step(8, "Cut", came_from=2), step(9, "Tell")),
        by_origin=True,
    )

    assert kinds(told) == [(REMOVED, 1), (CHANGED, 8), (ADDED, 9)]
    assert [(cell.name, cell.before, cell.after) for cell in told.steps[1].cells] == [
        ("activity", "Fold", "Cut")
    ]


def test_what_pupils_may_say_belongs_to_its_step():
    before = step(1, responses=[{"id": 5, "text": "A third"}])
    after = step(1, responses=[{"id": 5, "text": "One third"}, {"id": 6, "text": "Half"}])

    (change,) = compare(sheet(before), sheet(after)).steps

    assert change.kind == CHANGED
    assert [(inner.kind, inner.row["id"]) for inner in change.inner] == [(CHANGED, 5), (ADDED, 6)]


def test_what_is_expected_of_a_case_pupil_is_compared_by_the_pupil():
    before = step(1, predictions=[{"case_pupil": 3, "text": "Waits"}])
    after = step(1, predictions=[{"case_pupil": 3, "text": "Begins"}])

    (change,) = compare(sheet(before), sheet(after)).steps

    assert [(inner.before["text"], inner.after["text"]) for inner in change.inner] == [("Waits", "Begins")]


@given(st.permutations([1, 2, 3, 4, 5]), st.permutations([3, 4, 5, 6, 7]))
def test_every_row_of_both_sheets_is_told_once(before, after):
    told = kinds(compare(sheet(*map(step, before)), sheet(*map(step, after))))

    assert [pk for kind, pk in told if kind != REMOVED] == list(after)
    assert {pk for kind, pk in told if kind == REMOVED} == {1, 2}
    assert len(told) == 7


@pytest.mark.parametrize(("before", "after", "kind"), [([], ["Faith"], IN), (["Faith"], [], OUT)])
def test_dimensions_come_and_go(before, after, kind):
    told = compare(sheet(dimensions=before), sheet(dimensions=after))

    assert told.dimensions == ((kind, "Faith"),)
    assert told.differs


def rows(*texts):
    return [dict(zip(("activity", "question"), text.split("|"), strict=False)) for text in texts]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (["Fold", "Cut"], ["Fold", "Cut"], {0: 0, 1: 1}),
        (["Fold", "Cut"], ["Cut", "Fold"], {0: 1, 1: 0}),
        (["Fold", "Cut"], ["Sing", "Cut"], {1: 1}),
        (["Talk", "Fold", "Talk"], ["Fold", "Talk"], {0: 1, 1: 2}),
        (["Fold the paper|Why?"], ["Fold|Why?", "Fold the paper twice|Why not at once?"], {1: 0}),
        (["Fold"], ["Fold|And what will all the others think of it?"], {0: 0}),
        (["Fold the paper", "Fold a leaf"], ["Fold a green leaf"], {0: 1}),
        (["", "Fold"], ["", "Fold"], {0: 0, 1: 1}),
        (["", "Fold"], ["Fold", ""], {0: 1, 1: 0}),
        ([], ["Fold"], {}),
    ],
)
def test_rows_without_ids_go_on_from_those_that_say_the_same_or_nearly(before, after, found):
    assert partners(rows(*before), rows(*after), ("activity", "question")) == found


@given(st.lists(WORDS, max_size=8), st.lists(WORDS, max_size=8))
def test_no_row_has_two_partners(before, after):
    found = partners(rows(*before), rows(*after), ("activity", "question"))

    assert len({*found.values()}) == len(found)


@pytest.mark.parametrize("text", ["Fold", "Fold the paper number {}", "{} " + "word{} " * 300])
def test_more_rows_than_a_plan_has_cost_little(text):
    several = rows(*(text.replace("{}", str(number)) for number in range(3000)))

    assert partners(several, several, ("activity", "question"))[2999] == 2999
