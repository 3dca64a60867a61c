"""Plans that come in as files: read as far as understood, shown first, at no cost of what stands there."""

from copy import deepcopy
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cycles import workflow
from cycles.exports import export
from cycles.importing import BadPlan, read_plan
from cycles.selectors import latest_plan
from cycles.sheet import take
from cycles.stages import Stage
from lessonstudy.lib import archives
from tests.cycles.sheets import whole, words_of, write
from tests.factories.cycles import CasePupilFactory, lesson_in

pytestmark = pytest.mark.django_db

INDONESIAN = [
    [
        "No",
        "Tahap",
        "Kegiatan siswa",
        "Kegiatan guru",
        "Prediksi respons siswa",
        "Alokasi waktu (menit)",
        "KKM",
    ],
    [
        "1",
        "Pendahuluan",
        "Menebak isi kotak",
        "Bertanya",
        "Miskonsepsi: isinya sama\n- tidak tahu",
        "10 menit",
        "75",
    ],
    ["2", "Kegiatan inti", "Melipat kertas", "", "", "± 45'", ""],
    ["", "", "", "", "", "", ""],
    ["3", "Penutup", "Menulis", "Membaca beberapa", "", "15", ""],
]


def word_file(rows, before=()):
    """A .docx with a table of these cells, after other tables."""
    document = docx.Document()
    document.add_paragraph("Rencana pelaksanaan pembelajaran")
    for table in (*before, rows):
        made = document.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in zip(made.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    return saved(document)


def excel_file(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(document):
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def read(content, name):
    return read_plan(BytesIO(content), name)


@pytest.mark.parametrize(("make", "name"), [(word_file, "rpp.docx"), (excel_file, "rpp.xlsx")])
def test_a_table_with_its_own_names_of_columns_is_understood(make, name):
    understood = read(make(INDONESIAN), name)

    told = [(step["phase"], step["minutes"], step["activity"]) for step in understood.parts["steps"]]
    assert told == [
        ("opening", 10, "Menebak isi kotak"),
        ("core", 45, "Melipat kertas"),
        ("closing", 15, "Menulis"),
    ]
    assert understood.parts["steps"][0]["teacher_response"] == "Bertanya"
    assert understood.parts["steps"][0]["responses"] == [
        {"kind": "misconception", "text": "isinya sama", "support": ""},
        {"kind": "correct", "text": "tidak tahu", "support": ""},
    ]
    assert any("KKM" in notice for notice in understood.notices)


@pytest.mark.parametrize(
    "name",
    [
        "Langkah-langkah Kegiatan",
        "LANGKAH – LANGKAH KEGIATAN PEMBELAJARAN",
        "Langkah - langkah pembelajaran :",
        "Langkah-Langkah",
        "Uraian kegiatan (TPACK)",
        "Kegiatan Guru dan Siswa",
        "Lesson steps",
    ],
)
def test_what_teachers_call_the_column_of_the_steps_is_understood(name):
    (step,) = read(excel_file([[name, "Waktu"], ["Melipat", "5"]]), "rpp.xlsx").parts["steps"]

    assert (step["activity"], step["minutes"]) == ("Melipat", 5)


def test_a_document_whose_words_have_no_style_at_all_is_read():
    """As LibreOffice makes it of a web page."""
    document = docx.Document(BytesIO(word_file(INDONESIAN)))
    for style in list(document.styles):
        style.element.getparent().remove(style.element)

    assert len(read(saved(document), "rpp.docx").parts["steps"]) == 3


def test_rows_that_only_name_a_phase_set_it_for_those_below():
    rows = [
        ["Activity", "Minutes"],
        ["Introduction (10 minutes)", ""],
        ["Pupils guess", "10"],
        ["Main", ""],
        ["Pupils fold", "20"],
    ]

    steps = read(excel_file(rows), "plan.xlsx").parts["steps"]

    assert [(step["phase"], step["activity"]) for step in steps] == [
        ("opening", "Pupils guess"),
        ("core", "Pupils fold"),
    ]


def test_a_cell_over_several_rows_is_read_once_and_its_phase_goes_on():
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    cells = [["Phase", "Activity", "Minutes"], ["Core", "Fold", "5"], ["", "Cut", "7"]]
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))

    steps = read(saved(document), "plan.docx").parts["steps"]

    assert [(step["phase"], step["activity"]) for step in steps] == [("core", "Fold"), ("core", "Cut")]


def test_other_tables_of_a_document_are_left_out_and_said_so():
    head = [["School", "SD Kebun"], ["Class", "4"]]

    understood = read(word_file(INDONESIAN, before=[head]), "rpp.docx")

    assert len(understood.parts["steps"]) == 3
    assert any("Other tables" in notice for notice in understood.notices)


def test_steps_without_minutes_are_said():
    rows = [["Activity", "Minutes"], ["Fold", "soon"]]

    understood = read(excel_file(rows), "plan.xlsx")

    assert understood.parts["steps"][0]["minutes"] == 0
    assert any("without minutes" in notice for notice in understood.notices)


def picture():
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return out.getvalue()


def bomb():
    """A small document that unpacks to far more than a plan."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (archives.MAX_INFLATED + 1))
    return out.getvalue()


def document_of(xml):
    """An archive that calls itself a document."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", xml)
    return out.getvalue()


ROW = "<w:tr><w:tc><w:tcPr>{}</w:tcPr>{}</w:tc></w:tr>"
GIGANTIC = {
    "rows": ROW.format("", "<w:p/>") * 20_000,
    "rows that one cell spans": ROW.format('<w:vMerge w:val="restart"/>', "<w:p/>")
    + ROW.format("<w:vMerge/>", "<w:p/>") * 1000,
    "columns": ROW.format('<w:gridSpan w:val="10000000"/>', "<w:p/>"),
    "columns left out": '<w:tr><w:trPr><w:gridBefore w:val="10000000"/></w:trPr></w:tr>',
    "paragraphs": ROW.format("", "<w:p/>" * 20_001),
    "words": ROW.format("", f"<w:p><w:r><w:t>{'fold ' * 100_000}</w:t></w:r></w:p>"),
    "paragraphs between tables": f"</w:tbl>{'<w:p/>' * 20_001}<w:tbl><w:tblPr/><w:tblGrid/>",
    "tags": ROW.format("", f"<w:p>{'<w:r/>' * 500_000}</w:p>"),
}


def document_with_a_table_of(rows):
    """A .docx that is in order but for what stands in its table."""
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    table = f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>"
    out = BytesIO()
    with ZipFile(BytesIO(saved(docx.Document()))) as whole, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for part in whole.namelist():
            content = whole.read(part)
            if part == "word/document.xml":
                content = f"<w:document {names}><w:body>{table}<w:sectPr/></w:body></w:document>"
            archive.writestr(part, content)
    return out.getvalue()


@pytest.mark.parametrize("what", GIGANTIC)
def test_a_small_document_that_is_gigantic_once_laid_out_is_refused_before(what):
    content = document_with_a_table_of(GIGANTIC[what])

    with pytest.raises(BadPlan, match="far more than a plan"):
        read(content, "plan.docx")


def test_a_document_of_the_same_make_is_read_when_it_is_as_small_as_it_looks():
    texts = [["Activity", "Minutes"], ["Fold", "5"]]
    cells = [[f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in row] for row in texts]
    rows = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in cells)

    (step,) = read(document_with_a_table_of(rows), "plan.docx").parts["steps"]

    assert (step["activity"], step["minutes"]) == ("Fold", 5)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "plan.docx", "empty"),
        (b"%PDF-1.4 %%EOF", "plan.pdf", ".docx or .xlsx"),
        (picture(), "plan.docx", "is a .png"),
        (excel_file(INDONESIAN), "plan.docx", "is a .xlsx"),
        (b"PK\x03\x04 broken", "plan.docx", "broken"),
        (document_of("<no"), "plan.docx", "cannot be read"),
        (bomb(), "plan.docx", "far more than a plan"),
        (b"only some words", "plan.docx", "This is no Word or Excel file"),
        (b"\xd0\xcf\x11\xe0 locked", "plan.xlsx", "with a password"),
        (b"x" * (10 * 2**20 + 1), "plan.xlsx", "larger than 10 MB"),
        (excel_file([["Names"], ["Ani"]]), "plan.xlsx", "No table of steps"),
        (word_file([["a", "b"], ["c", "d"]]), "plan.docx", "No table of steps"),
        (excel_file([["Activity", "Minutes"], ["Fold", "-5"]]), "plan.xlsx", "Step 1 takes -5 minutes"),
        (excel_file([["Activity", "Minutes"], ["Fold", 900]]), "plan.xlsx", "Step 1 takes 900 minutes"),
        (
            excel_file([["Activity", "Minutes", "Key question"], ["Fold", 5, "x" * 501]]),
            "plan.xlsx",
            "“Key question”: 501 characters",
        ),
        (excel_file([["Activity", "Minutes"], ["x" * 20_000, 5]]), "plan.xlsx", "20000 characters"),
        (excel_file([["Activity", "Minutes"], *[["Fold", 1]] * 201]), "plan.xlsx", "201 rows"),
    ],
)
def test_a_file_that_cannot_become_a_plan_is_refused_with_a_reason(content, name, said):
    with pytest.raises(BadPlan) as raised:
        read(content, name)

    assert said in str(raised.value)


def test_word_markup_in_a_cell_leaves_its_words_alone():
    rows = [["Activity", "Minutes"], ["<p>Fold <b>it</b></p>", 5]]

    assert read(excel_file(rows), "plan.xlsx").parts["steps"][0]["activity"] == "Fold it"


@pytest.fixture
def scene():
    scene = lesson_in(Stage.PLAN)
    write(scene.plan, whole())
    return scene


def choose(client, scene, content, name="rpp.docx"):
    url = reverse("cycles:import_plan", args=[scene.lesson.pk])
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


def take_over(client, scene, page):
    sealed = page.context["sealed"]["plan"].value()
    return client.post(reverse("cycles:take_over_import", args=[scene.lesson.pk]), {"plan": sealed})


def test_nothing_changes_before_somebody_says_so(client, scene):
    client.force_login(scene.planner)
    before = take(scene.plan)

    page = choose(client, scene, word_file(INDONESIAN))

    assert "Melipat kertas" in page.text
    assert take(scene.plan) == before


def test_steps_from_elsewhere_take_the_place_of_the_steps_alone_and_the_old_plan_is_kept(client, scene):
    client.force_login(scene.planner)
    before = take(scene.plan)

    take_over(client, scene, choose(client, scene, word_file(INDONESIAN)))

    now = take(scene.plan)
    assert [step["activity"] for step in now["steps"]] == ["Menebak isi kotak", "Melipat kertas", "Menulis"]
    assert (now["header"], len(now["objectives"])) == (before["header"], 2)
    assert scene.plan.revisions.get().sheet == before


def test_what_somebody_else_looked_at_cannot_be_taken_over(client, scene):
    client.force_login(scene.planner)
    page = choose(client, scene, word_file(INDONESIAN))
    client.force_login(scene.teacher)

    take_over(client, scene, page)

    assert not scene.plan.revisions.exists()


def test_a_preview_of_yesterday_is_asked_for_again(client, scene, monkeypatch):
    client.force_login(scene.planner)
    page = choose(client, scene, word_file(INDONESIAN))
    monkeypatch.setattr("lessonstudy.lib.sealed.HOUR", -1)

    answer = take_over(client, scene, page)

    assert answer.url == reverse("cycles:import_plan", args=[scene.lesson.pk])
    assert not scene.plan.revisions.exists()


def test_a_bad_file_is_told_on_the_page(client, scene):
    client.force_login(scene.planner)

    answer = choose(client, scene, picture())

    assert answer.status_code == 422
    assert "is a .png" in answer.text


def test_a_frozen_plan_takes_nothing_over(client, scene):
    client.force_login(scene.planner)
    page = choose(client, scene, word_file(INDONESIAN))
    workflow.start_observing(scene.cycle, by=scene.teacher)
    before = words_of(scene.plan)

    take_over(client, scene, page)

    assert words_of(latest_plan(scene.lesson)) == before


def changed(scene, name, text):
    """Our own document, with another text in the first field of this name."""
    document = docx.Document(BytesIO(export(scene.plan, "sheet", "docx").content))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [paragraph for cell in cells for paragraph in cell.paragraphs]
    told = next(paragraph for paragraph in paragraphs if paragraph.style.name == f"Plan {name}")
    told.runs[-1].text = text
    return saved(document)


@pytest.mark.parametrize("minute", ["-5", "241", "40000"])
@pytest.mark.parametrize("extension", ["docx", "xlsx"])
def test_a_part_of_the_board_for_a_minute_that_no_lesson_has_is_refused(scene, minute, extension):
    if extension == "docx":
        content = changed(scene, "minute", minute)
    else:
        book = openpyxl.load_workbook(BytesIO(export(scene.plan, "sheet", "xlsx").content))
        cells = [cell for page in book for row in page for cell in row]
        next(cell for cell in cells if str(cell.value) == "20").value = minute
        content = saved(book)

    with pytest.raises(BadPlan, match=f"Part of the board 1 is for minute {minute}. Write 0 to 240."):
        read(content, f"plan.{extension}")


def test_what_is_expected_of_a_case_pupil_may_be_as_long_as_the_sheet_has_room_for(scene):
    pupil = CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])
    write(scene.plan, whole(pupil))

    with pytest.raises(BadPlan, match="Step 1, “We expect”: 10001 characters"):
        read(changed(scene, "prediction", "x" * 10_001), "plan.docx")


def test_a_row_added_to_our_own_file_in_word_is_read_too(scene):
    document = docx.Document(BytesIO(export(scene.plan, "sheet", "docx").content))
    steps = next(table for table in document.tables if len(table.columns) == 5)
    steps._tbl.append(deepcopy(steps.rows[-1]._tr))
    activity = steps.rows[-1].cells[1].paragraphs[0]
    activity.runs[0].text = "Tell a neighbour"

    understood = read(saved(document), "plan.docx")

    assert [step["activity"] for step in understood.parts["steps"]][2:] == ["Tell a neighbour"]
