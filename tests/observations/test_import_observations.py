"""Turns taken over from a spreadsheet: stored once, all or none, with a sentence for each bad row."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cycles.stages import Stage
from lessonstudy.lib.commands import BadInput
from observations import importing, workflow
from observations.models import Observation
from observations.selectors import counts_by_pupil
from tests.command_line import Terminal
from tests.factories.cycles import MORNING, lesson_in
from tests.factories.schools import CANARY, EnrolmentFactory, StudentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    scene = lesson_in(Stage.OBSERVE, pupils=3)
    for pupil, name in zip(scene.pupils, ["Ana", "Budi", "Citra"], strict=True):
        pupil.given_name = name
        pupil.save()
    return scene


@pytest.fixture
def give(scene, tmp_path):
    """Import a file with this content; what the command answers."""

    def give(content, *options, observer=None, lesson=None):
        path = tmp_path / "tallies.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        out = StringIO()
        words = ["--lesson", str(lesson or scene.lesson.pk), "--observer", observer or scene.observer.email]
        call_command("import_observations", str(path), *words, "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    return give


def refusals(give, content, **changes):
    """The lines of the refusal; nothing of the file is stored."""
    with pytest.raises(BadInput) as refused:
        give(content, **changes)
    assert Observation.objects.count() == 0
    assert refused.value.returncode == 2
    return str(refused.value).splitlines()


HEAD = "sequence,student,code,note\n"


def test_events_and_notes_are_stored_for_the_pupils_named(give, scene):
    rows = HEAD + "1,Ana,asks,Why?\n2,Budi,,Drew four circles.\n3,Ana,listens,\n"

    assert give(rows) == {"rows": 3, "stored": 3, "duplicates": 0, "errors": []}

    ana = scene.pupils[0]
    assert counts_by_pupil(scene.lesson) == {ana.code: {"asks": 1, "listens": 1}}
    assert list(Observation.objects.order_by("seq").values_list("kind", "fact")) == [
        ("event", "Why?"),
        ("note", "Drew four circles."),
        ("event", ""),
    ]


def test_a_second_run_stores_nothing(give):
    rows = HEAD + "1,Ana,asks,Why?\n2,Budi,answers,\n"
    give(rows)

    assert give(rows) == {"rows": 2, "stored": 0, "duplicates": 2, "errors": []}
    assert Observation.objects.count() == 2


def test_a_dry_run_tells_and_stores_nothing(give):
    assert give(HEAD + "1,Ana,asks,\n", "--dry-run")["stored"] == 1
    assert Observation.objects.count() == 0


def test_another_content_under_the_same_number_is_refused_and_the_first_stays(give):
    give(HEAD + "1,Ana,asks,Why?\n")

    with pytest.raises(BadInput, match="already with other content"):
        give(HEAD + "1,Budi,asks,Why?\n")

    assert Observation.objects.get().student.given_name == "Ana"


@pytest.mark.parametrize(
    "content",
    [
        ("\ufeff" + HEAD + "1,Ana,asks,Ä\n").encode(),
        (HEAD + "1,Ana,asks,Ä\n").encode("utf-16"),
        (HEAD + "1,Ana,asks,Ä\n").encode("cp1252"),
        (HEAD + "1,Ana,asks,Ä\n").replace(",", ";").encode(),
        (HEAD + "1,Ana,asks,Ä\n").replace(",", "\t").encode(),
    ],
    ids=["BOM", "UTF-16", "Windows-1252", "semicolons", "tabs"],
)
def test_files_as_spreadsheets_write_them_are_understood(give, content):
    give(content)

    assert Observation.objects.get().fact == "Ä"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        (HEAD, "no rows below"),
        ("sequence,student,code\n1,Ana,asks\n", "column “note”"),
        ("sequence,student,code,note,note\n1,Ana,asks,,\n", "more than once"),
        (HEAD + "1,Zed,asks,\n", "Row 2, column “student”, “Zed”"),
        (HEAD + "1,Ana,dances,\n", "Row 2, column “code”, “dances”"),
        (HEAD + "1,Ana,asks,\n1,Ana,asks,\n", "stands in row 2 already"),
        (HEAD + "one,Ana,asks,\n", "Row 2, column “sequence”, “one”"),
        (HEAD + "1,Ana,asks,a\x00b\n", "cannot be seen"),
        (HEAD + "1,Ana,,\n", "both empty"),
    ],
    ids=["empty", "header", "missing", "doubled", "pupil", "code", "number", "word", "NUL", "nothing"],
)
def test_a_bad_file_is_refused_with_a_sentence_that_says_where(give, content, told):
    assert told in " ".join(refusals(give, content))


def test_each_bad_row_has_its_line(give):
    lines = refusals(give, HEAD + "1,Zed,asks,\n2,Ana,asks,\n3,Ana,dances,\n")

    assert [line.split(",")[0] for line in lines[1:]] == ["Row 2", "Row 4"]


def test_ten_thousand_rows_with_an_error_in_the_last_store_nothing(give):
    rows = "".join(f"{number},Ana,asks,\n" for number in range(1, 10_000))

    told = refusals(give, HEAD + rows + "10000,Zed,asks,\n")

    assert "Row 10001, column “student”, “Zed”" in " ".join(told)


def test_two_pupils_of_one_name_are_told_apart_by_code(give, scene):
    twin = StudentFactory(school=scene.school, code="TWIN", given_name="Ana")
    EnrolmentFactory(school=scene.school, student=twin, school_class=scene.lesson.school_class)

    told = refusals(give, HEAD + "1,Ana,asks,\n")
    give(HEAD + "1,TWIN,asks,\n")

    assert "Write the code: " in " ".join(told)
    assert Observation.objects.get().student == twin


def test_a_pupil_of_another_school_is_unknown_here(give):
    StudentFactory(code="S99", given_name=CANARY)

    assert "Nobody in this class" in " ".join(refusals(give, HEAD + "1,S99,asks,\n"))


def test_an_observer_outside_the_cycle_is_refused(give):
    stranger = lesson_in(Stage.OBSERVE).observer

    assert "not in the cycle" in refusals(give, HEAD + "1,Ana,asks,\n", observer=stranger.email)[0]


def test_a_lesson_that_is_not_there_is_named(give):
    assert refusals(give, HEAD + "1,Ana,asks,\n", lesson=999_999)[0].startswith("There is no lesson 999999.")


# The optional columns


@pytest.fixture
def begun(scene):
    """The lesson began at MORNING, eight o'clock in the school's zone."""
    scene.lesson.started_at = MORNING
    scene.lesson.save()
    return scene


def test_every_optional_column_is_kept(give, begun):
    columns = "sequence,student,code,note,target,group,step,elapsed,interpretation"
    ana, budi, _citra = begun.pupils
    group = begun.groups[0]

    give(f"{columns}\n1,{ana.code.lower()},ASKS,Why?,budi,{group.name.upper()},1,90,Wants a reason.\n")

    seen = Observation.objects.get()
    assert (seen.student, seen.target, seen.target_teacher, seen.group) == (ana, budi, False, group)
    assert (seen.step, seen.elapsed, seen.seq) == (begun.plan.steps.get(), 90, 1)
    assert (seen.fact, seen.interpretation) == ("Why?", "Wants a reason.")
    assert seen.happened_at == MORNING + timedelta(seconds=90)


def test_an_act_may_be_towards_the_teacher(give):
    give("sequence,student,code,note,target\n1,Ana,asks,,Teacher\n")

    seen = Observation.objects.get()
    assert (seen.target, seen.target_teacher) == (None, True)


@pytest.mark.parametrize(
    "at", ["2026-10-05T08:05", "2026-10-05 08:05:00", "2026-10-05T01:05Z", "2026-10-05T10:05+09:00"]
)
def test_a_time_counts_on_the_schools_clock_unless_it_says_its_own(give, at):
    give(f"sequence,student,code,note,at\n1,Ana,asks,,{at}\n")

    assert Observation.objects.get().happened_at == datetime(2026, 10, 5, 1, 5, tzinfo=UTC)


def test_rows_without_a_time_stand_at_the_lessons_start_in_the_order_of_their_numbers(give, begun):
    give(HEAD + "10,Ana,asks,\n9,Budi,asks,\n11,Citra,asks,\n")

    stored = Observation.objects.values_list("seq", "happened_at", "elapsed")
    assert list(stored) == [(number, MORNING, None) for number in (9, 10, 11)]


def test_a_row_without_a_time_stays_the_same_when_the_lessons_start_becomes_known(give, scene):
    rows = HEAD + "1,Ana,asks,\n"
    give(rows)
    scene.lesson.started_at = MORNING + timedelta(minutes=3)
    scene.lesson.save()

    assert give(rows)["duplicates"] == 1


@pytest.mark.parametrize(
    ("column", "value", "advice"),
    [
        (
            "target",
            "Zed",
            "Nobody in this class has this code or given name. Check the spelling, and the lesson.",
        ),
        ("group", "Owls", "There is no such group in this lesson. Its groups: Group 1, Group 2."),
        ("step", "2", "The plan of this lesson has steps 1 to 1."),
        ("step", "0", "The plan of this lesson has steps 1 to 1."),
        ("elapsed", "-1", "Write a whole number from 0 to 86400."),
        ("elapsed", "1.5", "Write a whole number from 0 to 86400."),
        ("elapsed", "9" * 50, "Write a whole number from 0 to 86400."),
        ("at", "2026-10-05", "Write a date and a time, such as 2026-10-05T07:45."),
        ("at", "0001-01-01T00:00", "Write a date and a time, such as 2026-10-05T07:45."),
        ("at", "8.05", "Write a date and a time, such as 2026-10-05T07:45."),
    ],
)
def test_a_bad_value_is_told_with_its_place_and_what_to_do(give, column, value, advice):
    content = f"sequence,student,code,note,{column}\n1,Ana,asks,,{value}\n"

    assert refusals(give, content) == [f"Row 2, column “{column}”, “{value}”: {advice}"]


def test_an_event_needs_a_pupil_and_a_note_does_not(give):
    assert refusals(give, HEAD + "1,,asks,\n") == [
        "Row 2, column “student”: This is empty. Write whose act it was."
    ]

    give(HEAD + "1,,,The whole class laughs.\n")

    assert Observation.objects.get().student is None


def test_a_pupil_who_has_left_since_was_there_to_be_seen(give, scene):
    scene.pupils[0].left_on = "2026-11-01"
    scene.pupils[0].save()

    assert give(HEAD + "1,Ana,asks,\n")["stored"] == 1


# What was taken back


def taken_back(scene):
    workflow.take_back(Observation.objects.get(), by=scene.observer)


def test_what_was_taken_back_is_not_brought_back_by_the_same_file(give, scene):
    rows = HEAD + "1,Ana,asks,\n"
    give(rows)
    taken_back(scene)

    assert give(rows) == {"rows": 1, "stored": 0, "duplicates": 1, "errors": []}
    assert Observation.objects.standing().count() == 0


def test_other_content_replaces_what_was_taken_back_and_is_stored_once(give, scene):
    give(HEAD + "1,Ana,asks,\n")
    taken_back(scene)
    wrong = Observation.objects.get()
    corrected = HEAD + "1,Budi,asks,\n"

    assert [give(corrected)["stored"] for _time in range(2)] == [1, 0]

    right = Observation.objects.standing().get()
    assert (right.student, right.replaces, right.seq) == (scene.pupils[1], wrong, 1)
    assert Observation.objects.count() == 2


# The stage


@pytest.mark.parametrize("stage", [Stage.OBSERVE, Stage.REFLECT])
def test_a_sheet_may_come_late(give, stage):
    late = lesson_in(stage, pupils=1)
    pupil = late.pupils[0].code

    told = give(HEAD + f"1,{pupil},asks,\n", lesson=late.lesson.pk, observer=late.observer.email)

    assert told["stored"] == 1


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        (Stage.PLAN, "This lesson is still being planned. Start to observe it first."),
        (Stage.CLOSED, "That is not possible now: this cycle is at “Closed”."),
    ],
)
def test_a_lesson_that_cannot_have_been_seen_or_is_closed_takes_no_sheet(give, stage, why):
    other = lesson_in(stage, pupils=1)
    row = f"1,{other.pupils[0].code},asks,\n"

    assert refusals(give, HEAD + row, lesson=other.lesson.pk, observer=other.observer.email) == [why]


# Two at once


def imported(scene):
    table = importing.read_sheet(BytesIO((HEAD + "1,Ana,asks,\n2,Budi,asks,\n").encode()), name="sheet.csv")
    return importing.import_observations(table, lesson=scene.lesson, observer=scene.observer)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_sheet_twice_at_once_is_stored_once(scene, simultaneously):
    outcomes = simultaneously(lambda: imported(scene), times=4)

    assert sorted((one.stored, one.duplicates) for one in outcomes) == [(0, 2), (0, 2), (0, 2), (2, 0)]
    assert Observation.objects.count() == 2


@pytest.mark.parametrize(("by_place", "rows"), [(True, 2), (False, 4)], ids=["id by place", "control"])
def test_an_import_that_overlooks_the_other_is_stopped_by_the_ids(scene, monkeypatch, by_place, rows):
    if not by_place:
        monkeypatch.setattr(importing, "uuid5", lambda *place: uuid4())
    monkeypatch.setattr(importing, "_imported_before", lambda *whose: importing.defaultdict(list))
    imported(scene)

    late = imported(scene)

    assert Observation.objects.count() == rows
    assert [problem.message for problem in late.errors] == [
        "Somebody changed the same rows at this moment. Nothing was stored; import it again."
    ] * by_place


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(give):
    with CaptureQueriesContext(connection) as few:
        give(HEAD + "1,Ana,asks,\n")
    with CaptureQueriesContext(connection) as many:
        give(HEAD + "".join(f"{number},Ana,asks,\n" for number in range(1, 31)))

    assert len(many) == len(few)


# The terminal


PLAY = """
from schools.models import *
school = School.objects.create(name="S", code="S")
SchoolClass.objects.create(school=school, name="4B", academic_year="2026/2027")
for email in ("t@s.test", "o@s.test"):
    Membership.objects.create(user=User.objects.create_user(email, name=email), school=school, role="teacher")
"""


@pytest.mark.embedded
def test_in_a_terminal_the_object_stands_alone_and_bad_input_ends_with_2(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.shell(PLAY)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(HEAD + "1,,,The class is quiet.\n")
    here = ["--school", "S", "--class", "4B", "--title", "T", "--teacher", "t@s.test"]

    made = terminal("new_lesson", *here, "--observer", "o@s.test", "--date", "2026-10-05", "--json")
    nobody = terminal("new_lesson", *here, "--observer", "x@s.test", "--date", "2026-10-05")
    lesson = ["--lesson", json.loads(made.stdout)["lesson"], "--observer", "o@s.test"]
    good = terminal("import_observations", *lesson, sheet, "--json")
    sheet.write_text(HEAD + "1,,,The class is loud.\n")
    bad = terminal("import_observations", *lesson, sheet, "--json")

    assert (made.returncode, made.stderr) == (0, "")
    why = "Nobody signs in as x@s.test. Check the spelling, or add them in the administration."
    assert (nobody.returncode, nobody.stdout, nobody.stderr) == (2, "", f"BadInput: {why}\n")
    assert json.loads(good.stdout) == {"rows": 1, "stored": 1, "duplicates": 0, "errors": []}
    (error,) = json.loads(bad.stdout)["errors"]
    assert (bad.returncode, error["row"], error["column"], error["value"]) == (2, 2, "sequence", "1")
    assert bad.stderr.count("\n") == 1
