"""One's own plan changed elsewhere and read in again: what goes on keeps what was said of it."""

from copy import deepcopy
from io import BytesIO

import docx
import openpyxl
import pytest
from django.db.models import Value
from django.db.models.functions import Replace

from cycles import workflow
from cycles.differences import between
from cycles.exports import export
from cycles.importing import read_plan
from cycles.models import AnticipatedResponse, ChangeReason, PlanComment
from cycles.selectors import latest_plan
from cycles.sheet import OBJECTIVE, take
from cycles.stages import Stage
from tests.cycles.sheets import whole, write
from tests.factories.cycles import CasePupilFactory, StudyNoteFactory, lesson_in

pytestmark = pytest.mark.django_db

STEPS = ["Guess who gets more", "Draw the shares of both tables", "Compare the drawings", "Write a sentence"]


@pytest.fixture
def scene():
    """A lesson whose steps have been spoken of."""
    scene = lesson_in(Stage.PLAN)
    sheet = whole(CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0]))
    first = sheet["steps"][0]
    sheet["steps"] = [first] + [
        {"phase": "core", "minutes": 10, "activity": text, "responses": []} for text in STEPS
    ]
    write(scene.plan, sheet)
    for step in scene.plan.steps.all():
        about = {"school": scene.school, "text": f"About {step.order}"}
        PlanComment.objects.create(plan=scene.plan, step=step, by=scene.teacher, **about)
        ChangeReason.objects.create(plan=scene.plan, step=step, by=scene.teacher, **about)
        StudyNoteFactory(cycle=scene.cycle, step=step)
    return scene


def taken_along(scene, extension, form="sheet"):
    return export(scene.plan, form, extension).content


def read_in(scene, content, extension):
    understood = read_plan(BytesIO(content), f"plan.{extension}")
    workflow.import_plan(scene.lesson, understood.parts, name="plan", by=scene.teacher)
    return latest_plan(scene.lesson)


def hanging(plan):
    """What is said of each step, by its id."""
    return {
        step.pk: (
            [comment.text for comment in step.comments.all()],
            getattr(getattr(step, "change_reason", None), "text", None),
            step.study_notes.count(),
        )
        for step in plan.steps.all()
    }


@pytest.mark.parametrize("extension", ["docx", "xlsx"])
def test_a_file_that_nobody_changed_changes_nothing(scene, extension):
    before, hung = take(scene.plan), hanging(scene.plan)

    plan = read_in(scene, taken_along(scene, extension), extension)

    assert take(plan) == before
    assert hanging(plan) == hung
    assert not between(plan.revisions.get().sheet, take(plan), codes={}).differs


def with_rows(scene, change):
    """Our Word file after ``change`` did something to its table of steps."""
    document = docx.Document(BytesIO(taken_along(scene, "docx")))
    change(next(table for table in document.tables if len(table.columns) == 5))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def written(row, text):
    row.cells[1].paragraphs[0].runs[0].text = text


def test_rows_put_in_taken_out_moved_and_changed_in_word_are_known_for_what_they_are(scene):
    first, guess, _draw, compare, sentence = scene.plan.steps.all()

    def change(table):
        _head, _first, told_guess, told_draw, told_compare, told_sentence = table.rows
        new = deepcopy(told_guess._tr)
        told_guess._tr.addprevious(new)
        written(table.rows[2], "Sing together")
        told_draw._tr.getparent().remove(told_draw._tr)
        told_guess._tr.addprevious(told_sentence._tr)
        written(told_compare, "Compare the drawings on the board")

    plan = read_in(scene, with_rows(scene, change), "docx")

    now = list(plan.steps.all())
    assert [step.pk for step in now if step.activity != "Sing together"] == [
        first.pk,
        sentence.pk,
        guess.pk,
        compare.pk,
    ]
    told = hanging(plan)
    assert told[compare.pk] == (["About 4"], "About 4", 1)
    assert told[now[1].pk] == ([], None, 0)
    assert plan.comments.get(text="About 3").step is None
    kinds = [row.kind for row in between(plan.revisions.get().sheet, take(plan), codes={}).steps]
    assert sorted(kinds) == ["added", "changed", "moved", "removed", "same", "same"]


def test_a_row_that_became_another_in_excel_does_not_inherit_what_was_said(scene):
    book = openpyxl.load_workbook(BytesIO(taken_along(scene, "xlsx")))
    next(cell for row in book.worksheets[0] for cell in row if cell.value == STEPS[3]).value = "Sing together"
    out = BytesIO()
    book.save(out)

    plan = read_in(scene, out.getvalue(), "xlsx")

    (step,) = plan.steps.filter(activity="Sing together")
    assert hanging(plan)[step.pk] == ([], None, 0)
    assert plan.comments.get(text="About 5").step is None


def test_going_back_brings_a_step_that_the_file_left_out_with_what_was_said_of_it(scene):
    before = hanging(scene.plan)
    plan = read_in(scene, with_rows(scene, lambda table: table._tbl.remove(table.rows[3]._tr)), "docx")

    workflow.restore_revision(plan.revisions.get(), by=scene.teacher)

    assert hanging(latest_plan(scene.lesson)) == before


def test_a_cell_emptied_in_word_is_empty(scene):
    def change(table):
        for paragraph in table.rows[1].cells[3].paragraphs:
            paragraph._p.getparent().remove(paragraph._p)
        table.rows[1].cells[3].add_paragraph()

    plan = read_in(scene, with_rows(scene, change), "docx")

    assert plan.steps.first().teacher_response == ""
    assert plan.steps.first().observation_point == "Who guesses alone?"


FORMS = ["modul-ajar", "pembelajaran-mendalam"]


@pytest.mark.parametrize("form", FORMS)
def test_a_school_form_that_nobody_changed_changes_nothing(scene, form):
    before, hung = take(scene.plan), hanging(scene.plan)

    plan = read_in(scene, taken_along(scene, "docx", form), "docx")

    assert take(plan) == before
    assert hanging(plan) == hung


def understood_of(scene, form, *, styles=True):
    """What is read of a school form; without ``styles`` as from a program that knows none of ours."""
    document = docx.Document(BytesIO(taken_along(scene, "docx", form)))
    if not styles:
        for style in [style for style in document.styles if style.name.startswith("Plan ")]:
            style.element.getparent().remove(style.element)
    out = BytesIO()
    document.save(out)
    return read_plan(BytesIO(out.getvalue()), "form.docx")


PRINTED = ["phase", "minutes", "activity", "grouping_mode", "key_question", "link_to_known", "materials"]


def printed(steps):
    return [
        [step.get(name, "") for name in [*PRINTED, "teacher_response"]]
        + [[answer["kind"], answer["text"], answer["support"]] for answer in step["responses"]]
        for step in steps
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_school_form_tells_its_steps_whole(scene, form):
    scene.plan.steps.filter(order=5).update(phase="closing")

    told = understood_of(scene, form).parts["steps"]

    assert printed(told) == printed(take(scene.plan)["steps"])
    assert told[0]["evaluation_point"] == "Each has guessed."
    assert [[answer["kind"], answer["support"]] for answer in told[0]["responses"]] == [
        ["misconception", "Fold\nit."],
        ["none", ""],
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_school_form_is_understood_without_its_styles_and_each_notice_is_said_once(scene, form):
    scene.plan.steps.filter(order=5).update(phase="closing")
    scene.plan.steps.update(activity=Replace("activity", Value("\n"), Value(" ")))
    AnticipatedResponse.objects.update(support=Replace("support", Value("\n"), Value(" ")))

    understood = understood_of(scene, form, styles=False)

    assert printed(understood.parts["steps"]) == printed(take(scene.plan)["steps"])
    assert len(understood.notices) == len({*understood.notices}) == 2


def test_an_episode_and_a_phase_that_differ_both_come_back_with_the_experience(scene):
    scene.plan.steps.filter(order=2).update(phase="core", episode="evaluation")

    told = {step["activity"]: step for step in understood_of(scene, FORMS[1]).parts["steps"]}

    assert (told[STEPS[0]]["phase"], told[STEPS[0]]["episode"]) == ("core", "evaluation")
    assert (told[STEPS[1]]["phase"], told[STEPS[1]]["episode"]) == ("core", "")


def test_a_school_form_tells_its_objectives_and_what_is_written_for_the_school(scene):
    parts = understood_of(scene, FORMS[0]).parts

    sheet = take(scene.plan)
    names = [name for name in OBJECTIVE if name != "domain"]
    assert [[row[name] for name in names] for row in parts["objectives"]] == [
        [row[name] for name in names] for row in sheet["objectives"]
    ]
    asked = ["meaning", "opening_question", "facilities", "assessment", "worksheet", "reading", "glossary"]
    assert [parts["header"][name] for name in asked] == [sheet["header"][name] for name in asked]


def test_what_is_not_written_yet_is_not_read_as_a_text(scene):
    type(scene.plan).objects.update(worksheet="", approach="")

    header = understood_of(scene, FORMS[0]).parts["header"]

    assert (header["worksheet"], header["approach"]) == ("", "")


def test_headings_between_tables_of_others_say_the_phase():
    document = docx.Document()
    for heading in ["A. Kegiatan Pendahuluan (10 menit)", "2. Kegiatan Inti", "Merefleksi"]:
        document.add_paragraph(heading)
        table = document.add_table(rows=2, cols=2)
        cells = ["Kegiatan", "Waktu", f"Langkah {heading[:3]}", "5"]
        for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], cells, strict=True):
            cell.text = text
    out = BytesIO()
    document.save(out)

    understood = read_plan(BytesIO(out.getvalue()), "rpp.docx")

    assert [step["phase"] for step in understood.parts["steps"]] == ["opening", "core", "closing"]
    assert understood.notices == []
