"""Sheets, tallies and transcripts brought in: seen first, stored once, taken back as a whole."""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from cycles.models import Cycle
from cycles.stages import Stage
from observations.importing import EventSheet, bring_in, source_of, take_back
from observations.models import EventCode, Observation
from observations.selectors import counts_by_pupil
from observations.transcripts import seconds_in
from tests.factories.cycles import MORNING, join, lesson_in
from tests.factories.observations import ObservationFactory, code
from tests.factories.reflections import ClaimFactory, EvidenceLinkFactory
from tests.factories.schools import CANARY, StudentFactory


@pytest.fixture
def scene(db):
    scene = lesson_in(Stage.REFLECT, pupils=3)
    for pupil, name in zip(scene.pupils, ["Ana", "Budi", "Citra"], strict=True):
        pupil.given_name = name
        pupil.save()
    return scene


@pytest.fixture
def observer(client, scene):
    client.force_login(scene.observer)
    return client


def url(scene, name="bring_in"):
    return reverse(f"observations:{name}", args=[scene.lesson.pk])


def choose(client, scene, kind, content, name="sheet.csv", **fields):
    """Choose a file on the page; what it answers."""
    content = content.encode() if isinstance(content, str) else content
    sent = {"kind": kind, "file": SimpleUploadedFile(name, content)} | fields
    return client.post(url(scene), sent)


def store(client, scene, page, **fields):
    """Press “Store these” on the preview."""
    sealed = page.context["store"]["rows"].value()
    return client.post(url(scene, "store_import"), {"rows": sealed} | fields)


def give(client, scene, kind, content, *, again=False, **fields):
    page = choose(client, scene, kind, content, **fields)
    return store(client, scene, page, **({"again": "on"} if again else {}))


def told(response):
    """What the page said last."""
    return [str(message) for message in get_messages(response.wsgi_request)][-1:]


def problems(page):
    return [(found.row, found.column, found.value) for found in page.context["problems"]]


def sheet(*rows):
    """A workbook with these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


EVENTS = "sequence,student,code,note\n1,Ana,asks,Why?\n2,Budi,,Drew four circles.\n"
TALLY = "pupil,asks,answers\nAna,3,\nBudi,,2\n"
SAID = (
    "time,speaker,text,code\n"
    "0:10,Ana,Why is it half?,asks\n0:15,Guru,What do you think?,\n0:20,Budi,Equal parts.,\n"
)
FILES = {"sheet": (EVENTS, 2), "tally": (TALLY, 5), "transcript": (SAID, 2)}
kinds = pytest.mark.parametrize("kind", FILES)


# Seen before stored, stored once, taken back as a whole


@kinds
def test_nothing_is_stored_before_it_was_looked_at(observer, scene, kind):
    content, count = FILES[kind]

    page = choose(observer, scene, kind, content)

    assert (page.status_code, page.context["examined"].new) == (200, count)
    assert "Nothing is stored yet." in page.text
    assert Observation.objects.count() == 0

    assert told(store(observer, scene, page)) == [f"{count} records are stored."]
    assert Observation.objects.count() == count
    assert {row.observer for row in Observation.objects.select_related("observer")} == {scene.observer}


@kinds
def test_the_same_file_twice_stores_nothing_twice(observer, scene, kind):
    content, count = FILES[kind]
    give(observer, scene, kind, content)

    page = choose(observer, scene, kind, content)
    store(observer, scene, page)

    assert (page.context["examined"].new, page.context["examined"].there) == (0, count)
    assert "Store these" not in page.text
    assert Observation.objects.count() == count


@kinds
def test_an_id_that_a_colleague_sent_something_under_first_is_gone_round(observer, scene, kind):
    content, count = FILES[kind]
    elsewhere = lesson_in(Stage.OBSERVE)
    for _guess in range(2):
        give(observer, scene, kind, content)
        guessed = list(scene.lesson.observations.values_list("pk", flat=True))
        scene.lesson.observations.all().delete()
        for id in guessed:
            ObservationFactory(id=id, lesson=elsewhere.lesson, observer=elsewhere.observer)

    assert told(give(observer, scene, kind, content)) == [f"{count} records are stored."]
    assert choose(observer, scene, kind, content).context["examined"].there == count
    take_back(source_of(kind, scene.lesson, scene.observer))
    give(observer, scene, kind, content, again=True)

    assert scene.lesson.observations.count() == 2 * count
    assert scene.lesson.observations.filter(voided_at=None).count() == count
    assert elsewhere.lesson.observations.count() == 2 * count


@kinds
def test_the_same_preview_sent_twice_stores_nothing_twice(observer, scene, kind):
    content, count = FILES[kind]
    page = choose(observer, scene, kind, content)

    for _press in range(2):
        store(observer, scene, page)

    assert Observation.objects.count() == count


@kinds
def test_all_of_it_is_taken_back_and_stays_so_unless_somebody_says_otherwise(observer, scene, kind):
    content, count = FILES[kind]
    give(observer, scene, kind, content)

    back = observer.post(url(scene, "take_back_import"), {"kind": kind})
    page = choose(observer, scene, kind, content)
    store(observer, scene, page)

    assert told(back) == [f"{count} records are taken back."]
    assert Observation.objects.standing().count() == 0
    assert page.context["examined"].taken_back == count

    store(observer, scene, page, again="on")
    assert Observation.objects.standing().count() == count
    assert Observation.objects.filter(replaces__isnull=False).count() == count
    assert give(observer, scene, kind, content, again=True).status_code == 302
    assert Observation.objects.standing().count() == count


def test_each_kind_is_taken_back_by_itself_and_only_ones_own(observer, scene, client):
    for kind, (content, _count) in FILES.items():
        give(observer, scene, kind, content)
    tablets = ObservationFactory(lesson=scene.lesson, observer=scene.observer, device=None, seq=None)
    client.force_login(scene.planner)
    give(client, scene, "tally", TALLY)

    client.force_login(scene.observer)
    client.post(url(scene, "take_back_import"), {"kind": "tally"})

    standing = Observation.objects.standing()
    assert standing.filter(observer=scene.planner).count() == 5
    assert standing.filter(observer=scene.observer).count() == 2 + 2 + 1
    assert tablets in standing


@kinds
def test_what_a_finding_rests_on_is_not_taken_back_as_a_whole(observer, scene, kind):
    content, count = FILES[kind]
    give(observer, scene, kind, content)
    EvidenceLinkFactory(claim=ClaimFactory(lesson=scene.lesson), observation=Observation.objects.first())

    answer = observer.post(url(scene, "take_back_import"), {"kind": kind})

    assert told(answer)[0].startswith("A finding or a statement rests on some of it.")
    assert Observation.objects.standing().count() == count


@pytest.mark.parametrize("sent", [{}, {"kind": "rumour"}])
def test_taking_back_what_is_none_of_the_kinds_changes_nothing(observer, scene, sent):
    give(observer, scene, "sheet", EVENTS)

    assert observer.post(url(scene, "take_back_import"), sent).status_code == 302
    assert Observation.objects.standing().count() == 2


# A tally


def test_a_tally_becomes_events_without_a_time(observer, scene):
    give(observer, scene, "tally", TALLY)

    ana, budi, _citra = scene.pupils
    assert counts_by_pupil(scene.lesson) == {ana.code: {"asks": 3}, budi.code: {"answers": 2}}
    assert {(row.kind, row.elapsed, row.happened_at) for row in Observation.objects.all()} == {
        ("event", None, MORNING)
    }


def test_a_preview_of_a_tally_shows_a_line_for_each_cell(observer, scene):
    page = choose(observer, scene, "tally", TALLY)

    assert [(row.number, row.seen.code.slug, row.count) for row in page.context["rows"]] == [
        (2, "asks", 3),
        (3, "answers", 2),
    ]
    assert "asks × 3" in page.text


@pytest.mark.parametrize(
    "head",
    [
        "pupil,asks,gives_idea",
        "Student,Asks,gives an idea",
        "siswa,bertanya,gives_idea",
        "Murid,ASKS,Gives An Idea",
    ],
)
def test_columns_may_have_their_names_in_either_language_or_as_scripts_have_them(observer, scene, head):
    give(observer, scene, "tally", f"{head}\nAna,1,2\n")

    assert counts_by_pupil(scene.lesson) == {scene.pupils[0].code: {"asks": 1, "gives_idea": 2}}


def test_a_schools_own_code_is_a_column_too(observer, scene):
    EventCode.objects.create(school=scene.school, slug="Taps", label="taps the table", definition="x")

    give(observer, scene, "tally", "pupil,Taps The Table\nAna,1\n")

    assert Observation.objects.get().code.slug == "Taps"


@pytest.mark.parametrize(
    ("strokes", "count"), [("|||", 3), ("IIII I", 5), ("//", 2), ("7", 7), ("0", 0), ("", 0)]
)
def test_strokes_count_as_they_do_on_paper(observer, scene, strokes, count):
    choose_and = choose(observer, scene, "tally", f'pupil,asks,answers\nAna,"{strokes}",1\n')

    assert choose_and.context["examined"].new == count + 1


@pytest.mark.parametrize("cell", ["-1", "2.5", "many", "201", "9999999999999", "١"])
def test_a_count_that_is_none_is_told_with_its_cell(observer, scene, cell):
    page = choose(observer, scene, "tally", f"pupil,asks\nAna,{cell}\n")

    assert (page.status_code, problems(page)) == (422, [(2, "asks", cell)])
    assert "whole number from 0 to 200" in page.text


def test_every_bad_cell_is_told_at_once_and_nothing_is_stored(observer, scene):
    page = choose(observer, scene, "tally", "pupil,asks,answers\nAna,x,y\nZed,1,\nAna,1,1\n,2,\n")

    assert problems(page) == [
        (2, "answers", "y"),
        (2, "asks", "x"),
        (3, "pupil", "Zed"),
        (4, "pupil", "Ana"),
        (5, "pupil", ""),
    ]
    assert Observation.objects.count() == 0


def test_a_formula_without_a_result_is_one_bad_cell_among_the_others(observer, scene):
    content = sheet(
        ["pupil", "asks", "answers"], ["Ana", "=1+1", "x"], ["Zed", 1, 1], ["Budi", "many", 1], ["=A2", 1, 1]
    )

    page = choose(observer, scene, "tally", content, name="tally.xlsx")

    assert problems(page) == [
        (2, "asks", "=1+1"),
        (2, "answers", "x"),
        (3, "pupil", "Zed"),
        (4, "asks", "many"),
        (5, "pupil", "=A2"),
    ]
    assert "The formula here has no result yet. Save the file again from a spreadsheet." in page.text
    assert Observation.objects.count() == 0


def test_a_longer_tally_adds_and_a_shorter_one_asks_to_take_the_first_back(observer, scene):
    give(observer, scene, "tally", "pupil,asks\nAna,2\n")

    give(observer, scene, "tally", "pupil,asks\nAna,5\n")
    assert Observation.objects.count() == 5

    page = choose(observer, scene, "tally", "pupil,asks\nAna,1\n")
    assert problems(page) == [(2, "asks", "1")]
    assert "There are 5 of it from the tally before. Take that tally back first." in page.text


def test_what_a_new_tally_leaves_out_stays_and_that_is_said(observer, scene):
    give(observer, scene, "tally", TALLY)

    page = choose(observer, scene, "tally", "pupil,asks\nCitra,1\n")

    assert page.context["examined"].notices == [
        "5 records you brought in before are not in this file, and stay."
    ]


def test_the_empty_sheet_holds_the_class_and_comes_back_as_it_was_filled_in(observer, scene):
    book = load_workbook(BytesIO(observer.get(url(scene, "tally_file")).content))
    page = book.active
    head = [cell.value for cell in page[1]]
    assert head[:3] == ["Pupil", "Name", "gives an idea"]
    assert {page.cell(row, 1).value for row in (2, 3, 4)} == {pupil.code for pupil in scene.pupils}
    page.cell(2, 1 + head.index("asks")).value = 4
    out = BytesIO()
    book.save(out)

    give(observer, scene, "tally", out.getvalue(), name="tally.xlsx")

    assert Observation.objects.count() == 4
    assert Observation.objects.first().student.code == page.cell(2, 1).value


def test_a_guests_empty_sheet_has_codes_alone(client, scene):
    client.force_login(scene.guest)

    page = load_workbook(BytesIO(client.get(url(scene, "tally_file")).content)).active

    assert [cell.value for cell in page[1]][:2] == ["Pupil", "gives an idea"]
    assert "Ana" not in client.get(url(scene, "tally_sheet")).text


# A transcript


def test_a_pupils_line_becomes_a_turn_with_its_words_at_its_time(observer, scene):
    give(observer, scene, "transcript", SAID)

    rows = Observation.objects.order_by("happened_at").values_list(
        "student__given_name", "code__slug", "fact", "elapsed"
    )
    assert list(rows) == [("Ana", "asks", "Why is it half?", 10), ("Budi", "speaks", "Equal parts.", 20)]


def test_the_teachers_lines_are_counted_and_left_out(observer, scene):
    page = choose(observer, scene, "transcript", SAID)

    assert page.context["examined"].notices == [
        "1 line of the teacher is left out: the record is about pupils."
    ]


def test_what_a_whole_class_says_is_a_note_about_nobody_in_particular(observer, scene):
    give(observer, scene, "transcript", "time,speaker,text\n0:30,Kelas,Setengah!\n")

    seen = Observation.objects.get()
    assert (seen.kind, seen.student, seen.fact) == ("note", None, "Setengah!")


@pytest.mark.parametrize("time", ["time", "Start", "start"])
def test_columns_that_programs_add_are_not_read_and_that_is_said(observer, scene, time):
    content = f"{time},end,speaker,text,confidence\n0:10,0:15,Ana,Half.,#N/A\n"

    page = choose(observer, scene, "transcript", content)

    assert page.context["examined"].notices == ["Columns that are not read: end, confidence."]
    assert "Columns that are not read: end, confidence." in page.text
    store(observer, scene, page)
    assert Observation.objects.get().elapsed == 10


def test_a_clash_shown_again_still_says_what_was_not_read(observer, scene):
    page = choose(observer, scene, "transcript", "start,end,speaker,text\n0:10,0:15,Ana,Half.\n")
    scene.pupils[0].enrolments.all().delete()

    answer = store(observer, scene, page)

    assert answer.status_code == 409
    assert "Columns that are not read: end." in answer.text


def test_a_slip_in_a_column_a_transcript_needs_is_told(observer, scene):
    page = choose(observer, scene, "transcript", "time,end,speeker,text\n0:10,0:15,Ana,Half.\n")

    assert problems(page) == [(1, "speaker", ""), (1, "speeker", "")]


@pytest.mark.parametrize(("begins", "elapsed"), [("", [10, 20]), ("2:00", [130, 140]), ("-0:15", [None, 5])])
def test_the_recordings_clock_is_set_by_the_lessons(observer, scene, begins, elapsed):
    give(observer, scene, "transcript", SAID, begins=begins)

    assert list(Observation.objects.order_by("happened_at").values_list("elapsed", flat=True)) == elapsed


@pytest.mark.parametrize("begins", ["soon", "1:75", "90", "--1:00"])
def test_a_clock_that_is_none_is_refused_with_a_sentence(observer, scene, begins):
    page = choose(observer, scene, "transcript", SAID, begins=begins)

    assert page.status_code == 422
    assert "Write minutes and seconds, such as 0:00, 2:30 or -1:30." in page.text


def test_an_empty_time_is_that_of_the_line_above(observer, scene):
    give(observer, scene, "transcript", "time,speaker,text\n1:00,Ana,Half.\n,Budi,No.\n")

    assert set(Observation.objects.values_list("elapsed", flat=True)) == {60}


def test_the_same_words_at_the_same_time_by_the_same_pupil_are_two_turns_and_stay_two(observer, scene):
    twice = "time,speaker,text\n1:00,Ana,Yes.\n1:00,Ana,Yes.\n"

    give(observer, scene, "transcript", twice)
    give(observer, scene, "transcript", twice)

    assert Observation.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",Ana,Half.,", (2, "time", "")),
        ("soon,Ana,Half.,", (2, "time", "soon")),
        ("0:75,Ana,Half.,", (2, "time", "0:75")),
        ("12:34:00,Ana,Half.,", (2, "time", "12:34:00")),
        ("0:10,,Half.,", (2, "speaker", "")),
        ("0:10,Zed,Half.,", (2, "speaker", "Zed")),
        ("0:10,Ana,Half.,dances", (2, "code", "dances")),
        ("0:10,class,,", (2, "text", "")),
    ],
)
def test_a_line_that_cannot_be_used_is_told_with_its_place(observer, scene, row, problem):
    page = choose(observer, scene, "transcript", f"time,speaker,text,code\n{row}\n")

    assert (page.status_code, problems(page)) == (422, [problem])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0:05", 5),
        ("12:34", 754),
        ("1:02:03", 3723),
        ("75", 75),
        ("75.5", 75),
        ("0:05,2", 5),
        ("75:10", 4510),
    ],
)
def test_times_are_read_as_people_write_them(text, seconds):
    assert seconds_in(text) == seconds


@pytest.mark.parametrize("text", ["", "5:5", "1:60", "1:99:00", "x", "-5", "1:2:3:4"])
def test_what_is_no_time_is_none(text):
    assert seconds_in(text) is None


# Files as people make them


ROWS = "pupil,asks,answers\nAna,1,2\n"


@pytest.mark.parametrize(
    "content",
    [
        ("\ufeff" + ROWS).encode(),
        ROWS.encode("utf-16"),
        ROWS.replace("Ana", "Ána").encode("cp1252"),
        ROWS.replace(",", ";").encode(),
        ROWS.replace(",", "\t").encode(),
        sheet(["pupil", "asks", "answers"], ["Ana", 1, 2.0]),
    ],
    ids=["BOM", "UTF-16", "Windows-1252", "semicolons", "tabs", "XLSX"],
)
def test_files_as_spreadsheets_write_them_are_understood(observer, scene, content):
    scene.pupils[0].given_name = "Ána" if content.count(b"\xc1na") else "Ana"
    scene.pupils[0].save()

    assert choose(observer, scene, "tally", content).context["examined"].new == 3


def merged():
    book = Workbook()
    for row in (["pupil", "asks"], ["Ana", 1]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def bomb():
    """A workbook whose sheet inflates to forty megabytes."""
    out = BytesIO()
    with ZipFile(BytesIO(sheet(["pupil", "asks"]))) as good, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for part in good.namelist():
            content = good.read(part)
            archive.writestr(part, content + b" " * (40 << 20) if part.endswith("sheet1.xml") else content)
    return out.getvalue()


BAD_FILES = {
    "empty": (b"", "empty"),
    "header alone": (b"pupil,asks\n", "no rows below"),
    "an unknown column": (b"pupil,dances\nAna,1\n", "There is no such column"),
    "a column twice": (b"pupil,asks,Asks\nAna,1,1\n", "more than once"),
    "a column under two names": (b"pupil,gives_idea,gives an idea\nAna,1,1\n", "more than once"),
    "no pupils": (b"asks\n1\n", "This column is missing"),
    "NUL": (b"pupil,asks\nAna,1\x00\n", "cannot be seen"),
    "broken letters": (b"pupil,asks\nAna,1\nB\xc3\xa9\xff,2\n", "cannot be read"),
    "merged cells": (merged(), "These cells are merged"),
    "a bomb": (bomb(), "far more than a table"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old Excel file"),
    "too many rows": (b"pupil,asks\n" + b"Ana,1\n" * 3001, "more than 3000 rows"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, ""),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_refused_with_a_sentence_and_nothing_is_stored(observer, scene, case):
    content, sentence = BAD_FILES[case]

    page = choose(observer, scene, "tally", content)

    assert page.status_code == 422
    assert sentence in page.text
    assert Observation.objects.count() == 0


def test_what_the_columns_must_be_called_stands_beside_the_form(observer, scene):
    page = observer.get(url(scene)).text

    assert "sequence, student, code, note" in page
    assert "time or start, speaker, text" in page
    assert "gives_idea, answers, asks" in page


@pytest.mark.parametrize("sent", [{}, {"kind": "sheet"}, {"kind": "rumour"}])
def test_without_a_file_or_a_kind_the_page_asks_for_it(observer, scene, sent):
    assert observer.post(url(scene), sent).status_code == 422


def test_more_text_than_a_page_can_carry_is_refused(observer, scene):
    rows = "".join(f"{n},Ana,asks,{'x' * 9999}\n" for n in range(1, 120))

    page = choose(observer, scene, "sheet", "sequence,student,code,note\n" + rows)

    assert page.status_code == 422
    assert "There is more text in this file than a page can show." in page.text


def test_an_error_in_the_last_row_stores_nothing_and_the_first_hundred_are_told(observer, scene):
    rows = "".join(f"{n},Zed,asks,\n" for n in range(1, 151))

    page = choose(observer, scene, "sheet", "sequence,student,code,note\n" + rows)

    assert (len(page.context["problems"]), page.context["more"]) == (100, 50)
    assert "And 50 more of the kind." in page.text


def test_a_clash_with_what_came_meanwhile_is_shown_and_nothing_is_stored(observer, scene):
    page = choose(observer, scene, "sheet", EVENTS)
    give(observer, scene, "sheet", EVENTS.replace("Why?", "Why not?"))

    answer = store(observer, scene, page)

    assert answer.status_code == 409
    assert "already with other content" in answer.text
    assert Observation.objects.count() == 2


def test_a_preview_that_was_changed_belongs_to_another_or_is_old_is_asked_for_again(
    observer, client, scene, monkeypatch
):
    page = choose(observer, scene, "sheet", EVENTS)
    sealed = page.context["store"]["rows"].value()

    client.force_login(scene.planner)
    theirs = client.post(url(scene, "store_import"), {"rows": sealed})
    client.force_login(scene.observer)
    changed = client.post(url(scene, "store_import"), {"rows": sealed + "x"})
    monkeypatch.setattr("lessonstudy.lib.sealed.HOUR", -1)
    old = client.post(url(scene, "store_import"), {"rows": sealed})

    for answer in (theirs, changed, old):
        assert told(answer)[0] == "Too much time has passed. Choose the file once more."
    assert Observation.objects.count() == 0


# Whose, and when


def test_one_brings_in_for_oneself_alone(client, scene):
    moderator = join(scene.cycle, "moderator")
    client.force_login(moderator)

    give(client, scene, "sheet", EVENTS, observer=scene.observer.pk)

    assert set(Observation.objects.values_list("observer", flat=True)) == {moderator.pk}


@pytest.mark.parametrize("stage", [Stage.PLAN, Stage.CLOSED])
@kinds
def test_before_and_after_its_time_a_lesson_takes_no_sheet_and_says_so(client, db, kind, stage):
    scene = lesson_in(stage)
    client.force_login(scene.observer)

    page = client.get(url(scene))
    answer = choose(client, scene, kind, "sequence,student,code,note\n1,,,x\n" if kind == "sheet" else TALLY)

    assert "Sheets can be brought in from the moment observing starts" in page.text
    assert answer.status_code in {409, 422}
    assert Observation.objects.count() == 0


def test_a_cycle_that_closes_between_preview_and_store_is_told(observer, scene):
    page = choose(observer, scene, "sheet", EVENTS)
    Cycle.objects.update(stage=Stage.CLOSED, closed_at=MORNING)

    assert told(store(observer, scene, page)) == ["That is not possible now: this cycle is at “Closed”."]
    assert told(observer.post(url(scene, "take_back_import"), {"kind": "sheet"})) == [
        "That is not possible now: this cycle is at “Closed”."
    ]
    assert Observation.objects.count() == 0


def test_a_pupil_of_another_school_is_unknown_and_nothing_of_it_is_told(observer, scene):
    StudentFactory(code="S99", given_name=CANARY)

    page = choose(observer, scene, "tally", "pupil,asks\nS99,1\n")

    assert problems(page) == [(2, "pupil", "S99")]
    assert CANARY not in page.text


def test_what_was_typed_into_a_file_stays_text_on_the_page(observer, scene):
    page = choose(
        observer, scene, "sheet", 'sequence,student,code,note\n1,Ana,,<script>alert("x")</script>\n'
    )

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


def test_the_command_and_the_page_store_the_same_rows(observer, scene):
    give(observer, scene, "sheet", EVENTS)
    source = EventSheet(scene.lesson, scene.observer)
    table = source.table(BytesIO(EVENTS.encode()), name="sheet.csv")

    again = bring_in(source, table)

    assert (again.new, again.there) == (0, 2)


# What it costs


@pytest.mark.parametrize("size", [2, 200])
@kinds
def test_a_file_costs_the_same_queries_whatever_its_length(
    observer, scene, django_assert_max_num_queries, kind, size
):
    content = {
        "sheet": "sequence,student,code,note\n" + "".join(f"{n},Ana,asks,x\n" for n in range(size)),
        "tally": f"pupil,asks\nAna,{size}\n",
        "transcript": "time,speaker,text\n" + "".join(f"{n},Ana,x\n" for n in range(size)),
    }[kind]

    with django_assert_max_num_queries(30):
        page = choose(observer, scene, kind, content)
    with django_assert_max_num_queries(30):
        store(observer, scene, page)

    assert Observation.objects.count() == size


def test_the_printed_sheet_has_a_row_for_each_pupil_and_a_box_for_each_code(observer, scene):
    page = observer.get(url(scene, "tally_sheet")).text

    boxes = len(re.findall(r"<td></td>", page))
    assert boxes == 3 * 12
    assert code("asks").meaning in page.replace("&#x27;", "'")
