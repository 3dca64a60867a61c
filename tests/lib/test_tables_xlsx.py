import tracemalloc
import zlib
from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lessonstudy.lib.tables import BadTable, Problem, read_table

HEADER = ["code", "given_name"]
SHEET = "xl/worksheets/sheet1.xml"
NO_RESULT = "The formula here has no result yet. Save the file again from a spreadsheet."
BROKEN = "“roster.xlsx” cannot be read as a spreadsheet. Save it again as .xlsx or “CSV UTF-8”."


def saved(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def with_parts(content, **compression):
    """A way to rewrite a saved workbook part by part: ``change(name, text) -> text``."""

    def rewrite(change):
        file = BytesIO()
        with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", **compression) as new:
            for name in old.namelist():
                new.writestr(name, change(name, old.read(name)))
        return file.getvalue()

    return rewrite


def in_sheet(content, old, new):
    return with_parts(content)(lambda name, text: text.replace(old, new) if name == SHEET else text)


def read(content, **changes):
    return read_table(BytesIO(content), **{"name": "roster.xlsx", "required": HEADER, **changes})


def names(content):
    return [row["given_name"] for row in read(content).rows]


def peak_mib(act):
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def refusal(content):
    with pytest.raises(BadTable) as refused:
        read(content)
    return refused.value.problems


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" Ani ", "Ani"),
        (80.0, "80"),
        (80.5, "80.5"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (7, "7"),
        (True, "TRUE"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime.combine(date(2026, 11, 22), time(7, 30)), "2026-11-22T07:30:00"),
        (time(7, 30), "07:30:00"),
        ("Ani_x000D_\nPutri", "Ani\nPutri"),
    ],
)
def test_a_cell_is_read_as_the_spreadsheet_shows_it(value, text):
    assert names(saved(workbook(HEADER, ["S01", value]))) == [text]


def test_row_numbers_are_those_of_the_sheet():
    book = workbook(HEADER, ["S01", "Ani"], [], [None, " "])
    book.active.cell(7, 1, "S04")

    assert [(row.number, row["code"]) for row in read(saved(book)).rows] == [(2, "S01"), (7, "S04")]


def test_the_first_sheet_that_is_not_hidden_is_read():
    book = workbook(["notes to myself"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Class 4A").append(HEADER)
    book["Class 4A"].append(["S01", "Ani"])
    book.create_sheet("Class 4B").append(["something else"])

    assert names(saved(book)) == ["Ani"]


def test_rows_beyond_the_size_that_the_sheet_claims_are_read():
    content = in_sheet(saved(workbook(HEADER, ["S01", "Ani"])), b'ref="A1:B2"', b'ref="A1:A1"')

    assert names(content) == ["Ani"]


def test_the_content_tells_what_a_file_is_and_not_its_name():
    assert [row["code"] for row in read(b"code,given_name\nS01,Ani\n").rows] == ["S01"]
    assert [row["code"] for row in read(saved(workbook(HEADER, ["S01"])), name="roster.csv").rows] == ["S01"]


def test_a_value_beside_the_table_is_a_problem():
    table = read(saved(workbook(HEADER, ["S01", "Ani", None, "absent today"])))

    assert [(problem.row, problem.value) for problem in table.problems] == [(2, "absent today")]


@pytest.mark.parametrize(
    ("value", "shown_as", "text"),
    [
        (time(3, 10), "h:mm", "03:10"),
        (time(3, 10), "h:mm:ss", "03:10:00"),
        (timedelta(hours=3, minutes=10), "[hh]:mm", "03:10"),
        (timedelta(hours=25, minutes=10), "[h]:mm:ss", "25:10:00"),
    ],
)
def test_a_time_is_read_with_seconds_where_the_spreadsheet_shows_them(value, shown_as, text):
    book = workbook(HEADER, ["S01", value])
    book.active["B2"].number_format = shown_as

    assert names(saved(book)) == [text]


def test_a_formula_is_read_by_its_last_result():
    content = in_sheet(saved(workbook(HEADER, ["S01", "=1+1"])), b"<v></v>", b"<v>2</v>")

    assert names(content) == ["2"]


def test_a_formula_whose_result_is_no_text_is_read_as_nothing():
    content = in_sheet(saved(workbook(HEADER, ["S01", '=""'])), b'<c r="B2">', b'<c r="B2" t="str">')

    assert names(content) == [""]


def test_a_formula_that_failed_is_a_problem():
    content = saved(workbook(HEADER, ["S01", "#REF!"]))

    assert [problem.value for problem in read(content).problems] == ["#REF!"]


def test_a_formula_never_worked_out_is_a_problem_of_its_cell_among_the_others():
    table = read(saved(workbook(HEADER, ["S01", '=1+LEN("<")'], ["#N/A", "Ani"], ["S03", "Budi"])))

    assert table.problems == [
        Problem(2, "given_name", '=1+LEN("<")', NO_RESULT),
        Problem(3, "code", "#N/A", "The formula here has no result. Mend it, or type the value."),
    ]
    assert [row["code"] for row in table.rows] == ["S03"]


def test_a_formula_never_worked_out_of_which_only_the_first_cell_has_the_text_is_told_by_its_place():
    content = in_sheet(saved(workbook(HEADER, ["S01", "=1+1"])), b"<f>1+1</f>", b'<f t="shared" si="0"/>')

    assert read(content).problems == [Problem(2, "given_name", "B2", NO_RESULT)]


def test_a_column_name_never_worked_out_is_refused():
    assert refusal(saved(workbook(["code", "=A1"], ["S01", "Ani"]))) == [Problem(1, None, "=A1", NO_RESULT)]


def test_merged_cells_are_refused_rather_than_read_as_empty():
    book = workbook(HEADER, ["S01", "Ani"], ["S02"], ["S03"])
    book.active.merge_cells("B2:B4")

    advice = "These cells are merged. Split them, and fill in each one."
    assert refusal(saved(book)) == [Problem(2, None, "B2:B4", advice)]


def test_merged_cells_on_another_sheet_do_not_matter():
    book = workbook(HEADER, ["S01", "Ani"])
    book.create_sheet("Seats").merge_cells("A1:C1")

    assert names(saved(book)) == ["Ani"]


def test_text_that_looks_like_the_inside_of_a_workbook_is_text():
    text = '<mergeCell ref="A1:B2"/><c r="B2"><f>1</f></c>'

    assert names(saved(workbook(HEADER, ["S01", text]))) == [text]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and nothing that follows",
        saved(workbook(HEADER, ["S01", "Ani"]))[:-40],
        in_sheet(saved(workbook(HEADER)), b"</row>", b""),
        in_sheet(saved(workbook(HEADER, HEADER)), b'<row r="2"', b'<row r="99999999999"'),
        in_sheet(saved(workbook(HEADER)), b"<worksheet", b'<!DOCTYPE x [<!ENTITY e "e">]><worksheet'),
        with_parts(saved(workbook(HEADER)), compression=ZIP_BZIP2)(lambda name, text: text),
    ],
    ids=["no archive", "cut off", "no xml", "endless", "entities", "odd compression"],
)
def test_a_broken_workbook_is_refused(content):
    assert refusal(content) == [Problem(None, None, "", BROKEN)]


def test_an_old_or_locked_workbook_is_told_apart():
    message = "“roster.xlsx” is an old Excel file or has a password. Save it as .xlsx without one."

    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504) == [Problem(None, None, "", message)]


def test_a_workbook_that_swells_is_refused_before_it_does():
    swollen = with_parts(saved(workbook(HEADER)), compression=ZIP_DEFLATED)(
        lambda name, text: text + b" " * (33 * 2**20) if name == SHEET else text
    )
    refusals = []

    peak = peak_mib(lambda: refusals.extend(refusal(swollen)))

    message = "“roster.xlsx” holds far more than a table. Save it as “CSV UTF-8”."
    assert refusals == [Problem(None, None, "", message)]
    assert peak < 5


def understating(content, part, swelling):
    """The workbook with ``swelling`` blanks at the end of ``part``, whose stated size leaves them out."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + b" " * (swelling if name == part else 0))
        liar = new.getinfo(part)
        liar.file_size = liar.compress_size
        liar.CRC = zlib.crc32(old.read(part).ljust(liar.file_size))
    return file.getvalue()


def test_a_workbook_that_lies_about_its_size_does_not_swell():
    lying = understating(saved(workbook(HEADER, ["S01", "Ani"])), "docProps/core.xml", 100 * 2**20)

    assert peak_mib(lambda: names(lying)) < 10
    assert peak_mib(lambda: load_workbook(BytesIO(lying), read_only=True)) > 100  # what the lie is good for


def test_ten_thousand_rows_take_little_memory():
    content = saved(workbook(HEADER, *([f"S{number}", "Ani"] for number in range(10_000))))

    assert peak_mib(lambda: read(content)) < 20


WHOLE = saved(workbook(HEADER, ["S01", "Ani"], ["S02", 80.5], ["S03", date(2026, 11, 22)]))
PARTS = ["[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", SHEET]


@settings(deadline=None)
@given(st.sampled_from(PARTS), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1))
def test_a_workbook_with_damage_anywhere_is_read_or_refused(part, damage):
    def damaged(name, text):
        text = bytearray(text)
        for place, byte in damage if name == part else []:
            text[place % len(text)] = byte
        return bytes(text)

    try:
        outcome = read(with_parts(WHOLE)(damaged))
    except BadTable as refusal:
        outcome = refusal

    assert outcome.problems or outcome.rows
