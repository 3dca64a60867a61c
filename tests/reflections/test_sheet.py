"""What a report says before it is set: honest about small numbers, in the reader's language."""

import pytest

from reflections.report import words as report_words
from reflections.report.sheet import sheet, verdict
from reflections.report.words import words
from tests.reflections.snapshots import claim, empty_snapshot, evidence, group, snapshot

SAY = words("en")


def test_no_two_words_share_a_key():
    taken_over = {"LABELS", "WORDS"}
    parts = [part for name, part in vars(report_words).items() if name.isupper() and name not in taken_over]

    assert sum(map(len, parts)) == len(report_words.WORDS)


def test_every_language_has_the_same_keys():
    assert words("id").keys() == words("en").keys()


@pytest.mark.parametrize(
    ("turns", "measured", "said"),
    [
        (19, "dominated", "too_few"),
        (19, "band", "too_few"),
        (20, "dominated", "band"),
        (20, "too_few", "too_few"),
        (39, "shared", "band"),
        (40, "dominated", "dominated"),
        (40, "shared", "shared"),
    ],
)
def test_a_group_is_judged_no_more_boldly_than_its_turns_allow(turns, measured, said):
    assert verdict(group(turns=turns, verdict=measured)) == said


def test_a_group_with_few_turns_shows_its_pupils_and_no_figure():
    printed = sheet(snapshot(groups=[group(turns=19, verdict="dominated")]), "en")

    [card] = printed["groups"]
    assert card["text"] == SAY["verdict_too_few"]
    assert card["band"] is None
    assert [(row["pupil"], row["turns"]) for row in card["pupils"]] == [("S01", 25), ("S02", 11)]


def test_a_group_with_turns_enough_shows_its_share_beside_what_chance_gives():
    printed = sheet(snapshot(groups=[group(turns=40, top_share=0.625, verdict="dominated")]), "en")

    [card] = printed["groups"]
    shares = "Largest share of one pupil: 62%. By chance alone it is up to 55%."
    assert card["text"] == f"{SAY['verdict_dominated']} {shares}"
    assert card["band"] == pytest.approx(0.55 * 40 / 25)


def test_a_pupil_nobody_watched_is_missing_and_not_silent():
    [card] = sheet(snapshot(), "en")["groups"]

    assert [(row["pupil"], row["turns"]) for row in card["pupils"]][2:] == [("S03", 0), ("S04", None)]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, True),
        ({"turns": {"S01": 20}}, True),
        ({"turns": {"S01": 19}}, False),
        ({"watched": 3, "pupils": 5}, True),
        ({"watched": 2, "pupils": 5}, False),
        ({"gini": None, "top_share": None}, False),
    ],
)
def test_the_class_has_an_index_only_with_turns_and_pupils_enough(changes, shown):
    index = sheet(snapshot(**changes), "en")["pupils"]["index"]

    if shown:
        assert (
            index
            == "Largest share of one pupil: 69%. Gini index: 0.46 (0: all pupils alike, 1: one pupil alone)."
        )
    else:
        assert index == SAY["too_few_turns"]


def test_codes_come_in_their_order_and_the_unseen_are_named():
    pupils = sheet(snapshot(codes={"waves": 1, "listens": 3, "asks": 20, "explains": 16}), "en")["pupils"]

    assert pupils["codes"] == ["asks", "explains why", "listens", "waves"]
    assert pupils["totals"] == [20, 16, 3, 1]
    assert pupils["rows"][0] == {"pupil": "S01", "turns": 25, "length": 1.0, "codes": [9, 16, 0, 0]}
    unseen = (
        "gives an idea, answers, takes over, builds on, challenges, invites, does, corrects own work, speaks"
    )
    assert pupils["unseen"] == f"Nobody was seen to do this: {unseen}."


def test_leads_stand_apart_from_findings():
    claims = [claim(text="a guess", status="lead"), claim(text="one"), claim(text="two", status="contested")]

    printed = sheet(snapshot(claims=claims), "en")

    assert [(found["number"], found["text"]) for found in printed["findings"]] == [(1, "one"), (2, "two")]
    assert [found["text"] for found in printed["leads"]] == ["a guess"]
    assert [entry["status"] for entry in printed["legend"]] == ["corroborated", "contested"]


def test_a_finding_says_what_it_stands_on():
    found = claim(
        status="triangulated",
        axes=["technique", "time"],
        items=[
            evidence(on="2026-10-20"),
            evidence(kind="interview"),
            evidence(stance="contradicts"),
            evidence(stance="context", kind="statement", on="2026-10-01"),
        ],
    )

    [printed] = sheet(snapshot(claims=[found]), "en")["findings"]

    assert printed["ground"] == "technique + time · observation × 2, interview × 1 · 13 Oct 2026, 20 Oct 2026"
    assert [part["stance"] for part in printed["evidence"]] == ["for", "against", "context"]


def test_one_role_is_one_line_and_the_model_teacher_comes_first():
    people = sheet(snapshot(), "en")["people"]

    assert people == [["Model teacher", "Ratna Puspita"], ["Observer", "Dedi Kurniawan, Wati Lestari"]]


def test_numbers_and_dates_are_written_as_the_language_writes_them():
    counted = empty_snapshot(events=1234, held_on="2026-10-13", pupils=30, watched=28)

    english, indonesian = sheet(counted, "en"), sheet(counted, "id")

    assert english["pupils"]["numbers"][1][0] == "1,234"
    assert indonesian["pupils"]["numbers"][1][0] == "1.234"
    assert english["facts"][-1][1].startswith("13 October 2026")
    assert indonesian["facts"][-1][1].startswith("13 Oktober 2026")


def test_a_written_answer_to_counter_evidence_is_kept():
    [found] = sheet(snapshot(claims=[claim(answer="They shared one pencil.")]), "en")["findings"]

    assert found["answer"] == "They shared one pencil."
