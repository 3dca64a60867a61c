import csv
from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lessonstudy.lib.exports import neutral, original, text_cell
from lessonstudy.lib.tables import read_table

HOSTILE = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''-1"]
HARMLESS = ["", "Ani", "1-1", "'s", "a=b", "#1"]


def notes(content):
    return [row["note"] for row in read_table(BytesIO(content), name="notes", required=["note"]).rows]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_would_be_calculated_gets_an_apostrophe(text):
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text):
    assert neutral(text) == text


@settings(deadline=None)
@given(st.text("'=+-@\t\r\na1") | st.text())
def test_the_original_comes_back_and_no_export_starts_a_formula(text):
    assert original(neutral(text)) == text
    assert neutral(text)[:1] not in {*"=+-@\t\r\n"}


def test_notes_come_back_from_a_csv_file_as_they_were():
    said = ["=5", "-3 is less", "'quoted'", "both, you see", "'+1'"]
    file = StringIO()
    csv.writer(file).writerows([["note"], *([neutral(note)] for note in said)])

    read = notes(file.getvalue().encode())

    assert [original(note) for note in read] == said
    assert read != said


def test_notes_come_back_from_an_xlsx_file_as_they_were():
    said = ["=1+1", "-3 is less", "'quoted'"]
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for note in ["note", *said]:
        sheet.append([text_cell(sheet, note)])
    file = BytesIO()
    book.save(file)

    assert notes(file.getvalue()) == said
    assert [cell.data_type for cell in load_workbook(file).active["A"]] == ["s"] * 4


def test_without_our_cell_openpyxl_writes_a_formula():
    book = Workbook()
    book.active.append(["=1+1"])

    assert book.active["A1"].data_type == "f"
