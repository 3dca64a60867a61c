"""The printed report: tagged, complete, the same each time, and never taken in by what people typed."""

import logging
import re
import resource
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from lessonstudy.lib.printing import typesetting
from lessonstudy.lib.printing.glyphs import UNPRINTABLE
from reflections.report import pdf
from reflections.report import words as report_words
from reflections.report.words import words
from tests.reflections.snapshots import (
    claim,
    empty_snapshot,
    evidence,
    group,
    plan_step,
    snapshot,
    statement,
)

SAY = words("en")
WORD = "Ninavolatera" * 25  # three hundred letters
NOTE = " ".join(f"note{number:03}" for number in range(250))  # two thousand signs
ARABIC = "سلم محمد"
JAPANESE = "「どうして同じだと言えるの？」と聞かれた。"
MARK = "pdfuaid:part"  # how a file claims to be PDF/UA


def read(snapshot, language="en"):
    return PdfReader(BytesIO(pdf.render(snapshot, language=language)))


def text_of(reader):
    """All text in reading order, on one line, without the places to break."""
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(text.replace("\u200b", "").split())


def squeezed(text):
    """Without any space, for text that may be broken anywhere."""
    return re.sub(r"[\s\u200b]", "", text)


def elements(reader):
    """Every structure element, in reading order."""
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, DictionaryObject):
            yield element
            inside = element.get("/K", [])
            waiting += reversed(inside if isinstance(inside, list) else [inside])


def kinds(reader):
    return [element.get("/S") for element in elements(reader)]


def metadata(reader):
    return reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()


def test_the_report_is_tagged_titled_and_marked_as_accessible():
    reader = read(snapshot(), language="id")

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "id"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata.title == f"Sharing pizzas · {words('id')['report']}"
    assert reader.metadata.author == "SD Harapan 2"
    assert f"<{MARK}>1</{MARK}>" in metadata(reader)


def test_sections_are_headings_and_tables_have_header_cells():
    found = kinds(read(snapshot()))

    assert found.count("/H1") == 7
    assert found.count("/Table") == 5  # the steps, the pupils, one group, the debrief, the decisions
    assert found.count("/THead") == found.count("/Table")
    assert "/TH" in found
    assert "/L" in found


def test_headings_come_in_the_order_of_the_meeting():
    text = text_of(read(snapshot(claims=[claim(), claim(status="lead")])))

    headings = ["people", "plan", "pupils", "groups", "findings", "leads", "said", "decisions"]
    places = [text.index(SAY[f"heading_{heading}"]) for heading in headings]
    assert places == sorted(places)


def test_every_page_has_its_number_and_the_version():
    reader = read(snapshot(statements=[statement(text=NOTE)] * 3, version=12))

    feet = [" ".join(page.extract_text().split()) for page in reader.pages]
    count = len(feet)
    assert count > 2
    assert [f"Page {number}/{count}" in foot for number, foot in enumerate(feet, 1)] == [True] * count
    assert ["Version 12 · Compiled 14 October 2026, 09:12" in foot for foot in feet] == [True] * count


def test_the_same_snapshot_gives_the_same_bytes():
    assert pdf.render(snapshot(), language="en") == pdf.render(snapshot(), language="en")


def test_another_version_gives_other_bytes():
    assert pdf.render(snapshot(), language="en") != pdf.render(snapshot(version=4), language="en")


def test_the_date_of_the_document_is_when_it_was_compiled():
    dated = read(snapshot()).metadata.creation_date

    assert dated.isoformat() == "2026-10-14T02:12:33+00:00"


@pytest.mark.parametrize(
    "key",
    [
        key
        for key in sorted(SAY)
        if key.startswith("empty_") and key not in {"empty_steps", "empty_objectives"}
    ],
)
def test_an_empty_section_says_so(key):
    assert SAY[key] in text_of(read(empty_snapshot()))


def test_an_empty_plan_says_so():
    plan = {"version": 1, "prior_knowledge": "", "objectives": [], "steps": []}

    text = text_of(read(empty_snapshot(plan=plan)))

    assert SAY["empty_steps"] in text
    assert SAY["empty_objectives"] in text
    assert SAY["plan_prior"] not in text


def test_nothing_of_the_snapshot_is_left_out():
    text = text_of(read(snapshot()))

    for printed in (
        "Sharing pizzas",
        "SD Harapan 2",
        "4B · 2026/2027",
        "13 October 2026 · 35 min",
        "Dedi Kurniawan, Wati Lestari",
        "Observers 2 · Events 39 · Notes 12 · Interviews 3 · Taken back 1",
        "They can fold paper in halves.",
        "Compare shares. Cognitive · We can tell by: Draws both.",
        "How much does each one get?",
        "Three pieces each, of any size. Misconception",
        "Who draws first?",
        "3/4 pupils watched",
        "S01 25 9 16 ·",
        "All 36 20 16 3",
        f"{SAY['silent']} S03",
        "Mangga Turns 36 S01 25 S02 11 S03 0 S04 not watched",
        "corroborated observer · observation × 2 · 13 Oct 2026, 20 Oct 2026",
        "Wati Lestari observation · 20 Oct 2026 S02 Asked before being asked.",
        "Give everybody a pencil.",
        "One pencil a table. Dedi Kurniawan 20 Oct 2026 open",
    ):
        assert printed in text


def test_counter_evidence_is_always_printed():
    items = [evidence(), evidence(stance="contradicts", text="12:31, S01 took the pencil.")]
    claims = [claim(status="contested", items=items), claim(status="lead", items=items)]

    text = text_of(read(snapshot(claims=claims)))

    assert text.count(SAY["evidence_against"]) == 2
    assert text.count("12:31, S01 took the pencil.") == 2


def test_first_guesses_have_a_place_of_their_own():
    claims = [claim(text="Perhaps folding helps.", status="lead"), claim(text="Drawing helps.")]

    text = text_of(read(snapshot(claims=claims)))

    assert (
        text.index("Drawing helps.") < text.index(SAY["heading_leads"]) < text.index("Perhaps folding helps.")
    )


@pytest.mark.parametrize("opinion", [True, False])
def test_an_opinion_is_labelled_and_nothing_else_is(opinion):
    text = text_of(read(snapshot(statements=[statement(opinion=opinion)])))

    assert (f"Suggestion · S02 {SAY['opinion']} Give everybody" in text) == opinion
    assert (SAY["opinion_meaning"] in text) == opinion


@pytest.mark.parametrize(
    "typed",
    [
        "#panic()",
        '#read("/etc/passwd")',
        '#read("report.typ")',
        '#eval("1 + 1") #sys.inputs.data',
        '#import "@preview/cetz:0.3.0"',
        "$x$ and $ sum_(i=1)^n $",
        "<b>bold</b> <script>alert(1)</script> &amp;",
        "*x* _y_ `z` = w",
        "@reference <label> \\ ~ -- ... 'a' \"b\"",
        "// comment /* comment */",
        "{{ x }} {% y %} %(z)s %s",
        "[link](https://example.org) #[",
    ],
)
def test_what_people_type_is_printed_as_they_typed_it(typed):
    everywhere = snapshot(
        title=typed,
        school=typed,
        plan=snapshot()["plan"] | {"prior_knowledge": typed, "steps": [plan_step(activity=typed)]},
        groups=[group(name=typed)],
        claims=[claim(text=typed, items=[evidence(text=typed, who=typed)])],
        statements=[statement(text=typed, speaker=typed)],
        decisions=[{"text": typed, "owner": typed, "due_on": "2026-10-20", "done_at": None}],
    )

    reader = read(everywhere)

    assert squeezed(text_of(reader)).count(squeezed(typed)) >= 11
    assert reader.metadata.title == f"{typed} · {SAY['report']}"
    assert MARK in metadata(reader)


def test_long_notes_are_printed_to_their_last_word():
    long = snapshot(
        plan=snapshot()["plan"] | {"prior_knowledge": NOTE},
        claims=[claim(items=[evidence(text=NOTE)])],
        statements=[statement(text=NOTE)],
    )

    text = text_of(read(long))

    assert [text.count(f"note{number:03}") for number in range(250)] == [3] * 250


def longest_line(reader):
    return max(
        len(line.strip("\u200b")) for page in reader.pages for line in page.extract_text().splitlines()
    )


def test_a_word_of_three_hundred_letters_is_broken_into_lines():
    reader = read(empty_snapshot(plan={**snapshot()["plan"], "steps": [plan_step(observation_point=WORD)]}))

    assert WORD in squeezed(text_of(reader))
    assert longest_line(reader) < 100


def test_without_places_to_break_that_word_would_leave_the_page(monkeypatch):
    monkeypatch.setattr(pdf, "fit", lambda pages: pages)

    reader = read(empty_snapshot(plan={**snapshot()["plan"], "steps": [plan_step(observation_point=WORD)]}))

    assert longest_line(reader) >= 300


def left_edge(reader, text):
    """How far from the left edge of the page, in points, the first piece of this text begins."""
    starts = []
    for page in reader.pages:
        page.extract_text(
            visitor_text=lambda piece, cm, tm, font, size: starts.append((piece, cm[4] + tm[4] * cm[0]))
        )
    return next(left for piece, left in starts if text in piece)


def test_a_paragraph_in_arabic_runs_from_right_to_left():
    reader = read(empty_snapshot(statements=[statement(text=f"left\n{ARABIC}")]))

    languages = [element.get("/Lang") for element in elements(reader)]
    assert languages.count("ar") >= 1
    assert [word in text_of(reader).split() for word in ARABIC.split()] == [True, True]
    assert left_edge(reader, "left") < 200 < 300 < left_edge(reader, ARABIC.split()[0])


def test_japanese_is_printed_and_named_as_japanese():
    reader = read(empty_snapshot(claims=[claim(text=JAPANESE)]))

    assert JAPANESE in squeezed(text_of(reader))
    assert "ja" in [element.get("/Lang") for element in elements(reader)]


def test_a_report_in_latin_letters_names_no_other_language():
    assert {element.get("/Lang") for element in elements(read(snapshot()))} <= {None, "en"}


def test_what_cannot_be_printed_is_replaced_and_explained():
    reader = read(snapshot(title="Pizza 🍕", statements=[statement(text="good\x07\x00 👍🏽")]))

    text = text_of(reader)
    assert f"Pizza {UNPRINTABLE}" in text
    assert f"good {UNPRINTABLE}" in text
    assert SAY["unprintable"] % {"sign": UNPRINTABLE} in text
    assert MARK in metadata(reader)


def test_a_report_without_replacements_explains_none():
    assert UNPRINTABLE not in text_of(read(snapshot()))


def test_a_text_that_breaks_the_standard_costs_the_mark_and_not_the_report(monkeypatch, caplog):
    monkeypatch.setattr(pdf, "fit", lambda pages: pages)  # as if an unprintable sign had slipped through

    with caplog.at_level(logging.WARNING):
        reader = read(snapshot(title="Pizza 🍕 of Siti"))

    assert [record.getMessage() for record in caplog.records] == [
        "The report of lesson 7 breaks PDF/UA-1; set without that mark."
    ]
    assert caplog.records[0].exc_info is None
    assert MARK not in metadata(reader)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    assert "of Siti" in text_of(reader)


def test_the_template_has_no_word_of_its_own(monkeypatch):
    nameless = dict.fromkeys(report_words.WORDS, "~")
    monkeypatch.setattr(report_words, "WORDS", nameless)
    monkeypatch.setattr("reflections.report.sheet._date", lambda value, form="": "~")

    for printed in (empty_snapshot(title="1", school="2", school_class="3"), wordless_snapshot()):
        text = text_of(read(printed))

        assert "~" in text
        assert re.findall(r"[A-Za-z]+", text) == []


def wordless_snapshot():
    """The ordinary lesson with a number for every text."""

    def numbered(value):
        if isinstance(value, dict):
            kept = {"kind", "phase", "domain", "role", "status", "stance", "verdict", "on", "axes"}
            return {key: inside if key in kept else numbered(inside) for key, inside in value.items()}
        if isinstance(value, list):
            return [numbered(inside) for inside in value]
        return "1" if isinstance(value, str) else value

    lesson = snapshot(statements=[statement(opinion=True)], claims=[claim(), claim(status="lead", items=[])])
    keyed = {"turns": {"1": 3}, "by_pupil": {}, "codes": {"asks": 1}}
    return numbered(lesson) | keyed | {"compiled_at": lesson["compiled_at"], "kind": "next"}


@pytest.mark.parametrize("turns", [0, 1])
def test_quiet_pupils_are_listed_calmly_or_not_at_all(turns):
    silent = ["S03"] if turns == 0 else []

    text = text_of(read(snapshot(turns={"S01": 25, "S02": 11, "S03": turns}, silent=silent)))

    assert (f"{SAY['silent']} S03 {SAY['silent_meaning']}" in text) == bool(silent)
    assert (f"{SAY['silent']} {SAY['silent_nobody']}" in text) == (not silent)


def test_a_large_class_gets_a_row_for_everybody():
    turns = {f"S{number:02}": number for number in range(45)}
    silent = snapshot(turns=turns, by_pupil={}, silent=["S00"], pupils=45, watched=45, groups=[])

    text = text_of(read(silent))

    assert [f"S{number:02} {number} ·" in text for number in range(45)] == [True] * 45


def memory_of_ten_reports():
    """Resident memory, in MB, that this process holds more after ten large reports than after two."""
    large = {f"S{number:02}": number for number in range(45)}
    for version in range(12):
        pdf.render(snapshot(turns=large, groups=[group()] * 8, version=version), language="en")
        if version == 1:
            before = resident()
    return resident() - before


def resident():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux's account of memory")
@pytest.mark.parametrize("forgets", [True, False])
def test_one_report_after_another_does_not_fill_the_memory(monkeypatch, forgets):
    if not forgets:
        monkeypatch.setattr(typesetting, "_forget", lambda: None)

    assert (memory_of_ten_reports() < 20) == forgets
