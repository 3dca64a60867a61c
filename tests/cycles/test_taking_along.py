"""The plan as a file: every text in it, and read in again the same plan."""

import zipfile
from io import BytesIO

import docx
import openpyxl
import pytest
from django.urls import reverse
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from cycles import workflow
from cycles.exports import FORMS, export
from cycles.importing import read_plan
from cycles.models import PlanDimension, ProfileDimension
from cycles.selectors import latest_plan
from cycles.stages import Stage
from cycles.workflow import import_plan
from tests.cycles.sheets import LINES, every_text, whole, words_of, write
from tests.factories.cycles import CasePupilFactory, lesson_in

pytestmark = pytest.mark.django_db

FILES = [(form, extension) for form, _title, _about, extensions in FORMS for extension in extensions]


@pytest.fixture
def scene():
    """A lesson being planned whose sheet says something everywhere."""
    scene = lesson_in(Stage.PLAN)
    pupil = CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])
    workflow.offer_dimensions(scene.school)
    write(scene.plan, whole(pupil))
    for dimension in ProfileDimension.objects.all()[:2]:
        PlanDimension.objects.create(school=scene.school, plan=scene.plan, dimension=dimension)
    return scene


def text_of(made):
    """All the text in a file, in one line."""
    if made.name.endswith(".pdf"):
        text = " ".join(page.extract_text() for page in PdfReader(BytesIO(made.content)).pages)
    elif made.name.endswith(".docx"):
        document = docx.Document(BytesIO(made.content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        text = " ".join([paragraph.text for paragraph in document.paragraphs] + cells)
    else:
        book = openpyxl.load_workbook(BytesIO(made.content))
        text = " ".join(
            str(value)
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for value in row
            if value
        )
    return flat(text)


def flat(text):
    return "".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize("extension", ["pdf", "docx", "xlsx"])
def test_the_sheet_as_a_file_holds_every_text(scene, extension):
    text = text_of(export(scene.plan, "sheet", extension))

    missing = {said for said in every_text(words_of(scene.plan)) if flat(said) not in text}
    assert missing == set()


@pytest.mark.parametrize(("form", "extension"), FILES)
def test_a_title_with_a_line_break_from_a_slide_can_be_taken_along(scene, form, extension):
    scene.cycle.title = "Fair\x0bshares"
    scene.cycle.save()

    assert export(latest_plan(scene.lesson), form, extension).content


@pytest.mark.parametrize(("form", "extension"), [file for file in FILES if file[0] != "sheet"])
def test_a_school_form_holds_the_steps_and_what_only_it_asks_for(scene, form, extension):
    text = text_of(export(scene.plan, form, extension))

    told = words_of(scene.plan)
    asked = {
        "modul-ajar": ["meaning", "opening_question", "facilities", "assessment", "worksheet", "glossary"],
        "pembelajaran-mendalam": ["learning_outcome", "material_character", "approach", "partnership"],
    }[form]
    wanted = [told["header"][name] for name in asked] + [step["activity"] for step in told["steps"]]
    wanted += told["dimensions"] + [row["text"] for row in told["steps"][0]["responses"]]
    assert [said for said in wanted if flat(said) not in text] == []


@pytest.mark.parametrize(("form", "extension"), FILES)
def test_no_file_holds_a_pupils_name(scene, form, extension):
    text = text_of(export(scene.plan, form, extension))

    names = [name for pupil in scene.pupils for name in (pupil.given_name, pupil.family_name) if name]
    assert [name for name in names if flat(name) in text] == []


def test_the_pdf_is_tagged_and_one_landscape_page_where_it_fits(scene):
    write(scene.plan, words_of(scene.plan) | {"header": {"topic": "Fair shares"}})

    pdf = PdfReader(BytesIO(export(scene.plan, "sheet", "pdf").content))

    (page,) = pdf.pages
    assert page.mediabox.width > page.mediabox.height
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in pdf.trailer["/Root"]["/Metadata"].get_data()


def test_a_school_form_is_in_indonesian_whoever_asks(scene):
    with override("en"):
        text = text_of(export(scene.plan, "modul-ajar", "docx"))

    assert "Kompetensiawal" in text
    assert "Notwrittenyet" not in text


def test_the_same_plan_gives_the_same_pages(scene):
    assert export(scene.plan, "sheet", "pdf").content == export(scene.plan, "sheet", "pdf").content


def again(scene, made):
    """What a fresh plan of the same class says after reading a file in."""
    other = workflow.start_cycle(
        scene.cycle.school_class, title="Again", team_name="B", by=scene.teacher
    ).lessons.get()
    for pupil in scene.cycle.case_pupils.all():
        CasePupilFactory(cycle=other.cycle, student=pupil.student)
    understood = read_plan(BytesIO(made.content), made.name)
    import_plan(other, understood.parts, name=made.name, by=scene.teacher)
    told = words_of(latest_plan(other))
    codes = dict(other.cycle.case_pupils.values_list("pk", "student__code"))
    return by_code(told, codes)


def by_code(told, codes):
    """Predictions by their pupil's code: case pupils of two cycles have no id in common."""
    for step in told["steps"]:
        step["predictions"] = [(codes[row["case_pupil"]], row["text"]) for row in step["predictions"]]
    return told


def as_it_is(scene):
    codes = dict(scene.cycle.case_pupils.values_list("pk", "student__code"))
    return by_code(words_of(scene.plan), codes)


@pytest.mark.parametrize("extension", ["docx", "xlsx"])
@pytest.mark.parametrize(("written", "read"), [("en", "en"), ("id", "en"), ("en", "id")])
def test_a_plan_taken_along_and_read_in_again_is_the_same_plan(scene, extension, written, read):
    with override(written):
        made = export(scene.plan, "sheet", extension)
    with override(read):
        assert again(scene, made) == as_it_is(scene)


def minimal(step):
    """A sheet of one step, with texts of any kind."""
    rows = {"steps": [step | {"phase": "core", "minutes": 5}], "objectives": [], "zones": []}
    return {"header": {}, "dimensions": [], **rows}


@pytest.mark.parametrize("extension", ["docx", "xlsx"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    activity=LINES.filter(bool),
    cells=st.fixed_dictionaries(
        dict.fromkeys(("key_question", "teacher_response", "observation_point", "materials"), LINES)
    ),
    texts=st.lists(st.tuples(LINES.filter(bool), LINES), max_size=3),
)
def test_whatever_people_type_comes_back_as_they_typed_it(scene, extension, activity, cells, texts):
    responses = [{"kind": "partial", "text": text, "support": support} for text, support in texts]
    write(scene.plan, minimal(cells | {"activity": activity, "responses": responses}))

    assert again(scene, export(scene.plan, "sheet", extension)) == as_it_is(scene)


def test_no_text_becomes_a_formula(scene):
    book = openpyxl.load_workbook(BytesIO(export(scene.plan, "sheet", "xlsx").content))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "=1+1 is a formula to nobody" in {cell.value for cell in cells}


def test_letters_no_file_can_hold_do_not_stop_an_export(scene):
    step = scene.plan.steps.first()
    type(step).objects.filter(pk=step.pk).update(activity="Fold\x0b\ufffe it \U0001f9c1 مرحبا")

    for form, extension in FILES:
        assert export(scene.plan, form, extension).content


def test_the_page_offers_every_form_and_each_can_be_had(client, scene):
    client.force_login(scene.observer)
    page = client.get(reverse("cycles:exports", args=[scene.lesson.pk])).text

    for form, extension in FILES:
        url = reverse("cycles:export_plan", args=[scene.lesson.pk, form, extension])
        assert url in page
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("file", [("sheet", "exe"), ("modul-ajar", "xlsx"), ("nothing", "pdf")])
def test_a_form_there_is_not_is_not_found(client, scene, file):
    client.force_login(scene.teacher)

    assert client.get(reverse("cycles:export_plan", args=[scene.lesson.pk, *file])).status_code == 404


def test_the_word_file_is_a_sound_archive(scene):
    with zipfile.ZipFile(BytesIO(export(scene.plan, "sheet", "docx").content)) as archive:
        assert archive.testzip() is None
