"""Turns taken over from a spreadsheet: stored once, all or none, with a sentence for each bad row."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from cycles.stages import Stage
from lessonstudy.lib.commands import BadInput
from observations.models import EventCode, Observation
from observations.selectors import counts_by_pupil
from tests.factories.cycles import lesson_in
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


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("gives_idea", "gives_idea"),
        ("Gives an idea", "gives_idea"),
        ("gives idea", "gives_idea"),
        ("memberi gagasan", "gives_idea"),
        ("MEMBERI  Gagasan", "gives_idea"),
        ("bertanya", "asks"),
        ("taps", "Taps"),
        ("Taps the table", "Taps"),
    ],
)
def test_a_code_may_have_its_name_in_either_language_or_as_scripts_have_it(give, scene, written, slug):
    EventCode.objects.create(school=scene.school, slug="Taps", label="taps the table", definition="x")

    give(HEAD + f"1,Ana,{written},\n")

    assert Observation.objects.get().code.slug == slug


def test_of_two_codes_with_one_name_the_slug_is_meant(give, scene):
    EventCode.objects.create(school=scene.school, slug="dances", label="asks", definition="x")

    give(HEAD + "1,Ana,asks,\n2,Ana,bertanya,\n3,Ana,dances,\n")

    slugs = Observation.objects.order_by("seq").values_list("code__slug", flat=True)
    assert list(slugs) == ["asks", "asks", "dances"]


def test_a_code_written_nearly_right_is_answered_with_the_name_in_that_language(give):
    assert "Did you mean memberi gagasan?" in refusals(give, HEAD + "1,Ana,memberi gagasn,\n")[0]
    assert "Use one of these: gives_idea, answers, asks" in refusals(give, HEAD + "1,Ana,xyz,\n")[0]


TIMED = "sequence,student,code,note,elapsed\n"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("190", 190),
        ("0", 0),
        ("3:10", 190),
        ("0:05", 5),
        ("75:00", 4500),
        ("0:03:10", 190),
        ("1:03:10", 3790),
    ],
)
def test_the_lessons_clock_may_be_written_as_pages_show_it(give, written, seconds):
    give(TIMED + f"1,Ana,asks,,{written}\n")

    assert Observation.objects.get().elapsed == seconds
    assert give(TIMED + f"1,Ana,asks,,{seconds}\n")["duplicates"] == 1


@pytest.mark.parametrize(
    "written", ["soon", "-5", "90.5", "3:60", "3:1", "1:75:00", "1441:00", "86401", "3:10:", "٣:١٠"]
)
def test_a_clock_that_is_none_is_told(give, written):
    (told,) = refusals(give, TIMED + f"1,Ana,asks,,{written}\n")

    assert told == (f"Row 2, column “elapsed”, “{written}”: Write seconds, or minutes and seconds like 3:10.")


def test_minutes_that_a_spreadsheet_took_for_hours_are_told(give):
    told = refusals(give, TIMED + "1,Ana,asks,,03:10:00\n")

    assert "Write minutes and seconds like 0:03:10." in told[0]


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
