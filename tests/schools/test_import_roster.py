"""A class list taken over from a spreadsheet: what it changes, and what it says of bad rows."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from lessonstudy.lib.commands import BadInput
from schools.models import Enrolment, SchoolClass, Student
from tests.command_line import Terminal
from tests.factories.schools import CANARY, EnrolmentFactory, SchoolFactory, StudentFactory

YEAR = "2026/2027"


@pytest.fixture
def school(db):
    return SchoolFactory(code="S")


@pytest.fixture
def give(school, tmp_path):
    """Import a file with this content into class 4B; what the command prints."""

    def give(content, *options, name="roster.csv", class_name="4B", year=YEAR, code="S"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        out = StringIO()
        call_command(
            "import_roster", path, *options, school=code, class_name=class_name, year=year, stdout=out
        )
        return out.getvalue()

    return give


@pytest.fixture
def told(give):
    """The same with --json: the object."""
    return lambda content, *options, **changes: json.loads(give(content, "--json", *options, **changes))


def refusals(give, content, **changes):
    """The lines of the command's refusal; nothing of the file is stored."""
    with pytest.raises(BadInput) as refused:
        give(content, **changes)
    assert (Student.objects.count(), SchoolClass.objects.count()) == (0, 0)
    assert refused.value.returncode == 2
    return str(refused.value).splitlines()


def people():
    """Everybody in a class: code, name, family name, gender, attainment, needs, language."""
    return list(
        Enrolment.objects.order_by("student__code").values_list(
            "student__code",
            "student__given_name",
            "student__family_name",
            "student__gender",
            "prior_attainment",
            "support_needs",
            "home_language",
        )
    )


# What it stores


def test_a_roster_makes_the_class_and_enrols_everybody(told, school):
    counts = told(
        "code,given_name,family_name,gender,prior_attainment,support_needs,home_language\n"
        "S01,Ani,Lestari,f,72.5,reads slowly,Sunda\n"
        "S02,Budi,,,,,\n"
    )

    assert counts == {"rows": 2, "added": 2, "changed": 0, "unchanged": 0, "errors": []}
    assert people() == [
        ("S01", "Ani", "Lestari", "f", Decimal("72.50"), "reads slowly", "Sunda"),
        ("S02", "Budi", "", "", None, "", ""),
    ]
    assert list(SchoolClass.objects.values_list("school", "name", "academic_year")) == [
        (school.pk, "4B", YEAR)
    ]


def test_code_and_given_name_are_enough(told):
    assert told("code,given_name\nS01,Ani\n")["added"] == 1


@pytest.mark.parametrize(
    ("written", "stored"),
    [(word, "f") for word in ("f", "F", "girl", "GIRL", "P", "p", "perempuan", "Perempuan")]
    + [(word, "m") for word in ("m", "M", "boy", "Boy", "L", "l", "laki-laki", "Laki-Laki")]
    + [("", "")],
)
def test_gender_may_be_written_in_both_languages(give, written, stored):
    give(f"code,given_name,gender\nS01,Ani,{written}\n")

    assert Student.objects.get().gender == stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [("0", "0.00"), ("100", "100.00"), ('"72,5"', "72.50"), ("83.33333333", "83.33"), ("66.666", "66.67")],
)
def test_attainment_is_a_percentage_with_a_point_or_a_comma_to_two_decimals(give, written, stored):
    give(f"code,given_name,prior_attainment\nS01,Ani,{written}\n")

    assert Enrolment.objects.get().prior_attainment == Decimal(stored)


def test_a_spreadsheet_counts_like_a_text_file(told, tmp_path):
    book = Workbook()
    for row in [["Code", "Given name", "Prior attainment"], ["S01", "Ani", 80], [2, "Budi", 71.25]]:
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")

    counts = told((tmp_path / "book.xlsx").read_bytes(), name="roster.xlsx")

    assert counts["added"] == 2
    assert [(person[0], person[4]) for person in people()] == [
        ("2", Decimal("71.25")),
        ("S01", Decimal("80.00")),
    ]


# A second time


def test_the_same_roster_again_changes_nothing(told):
    roster = "code,given_name,gender,prior_attainment\nS01,Ani,f,72.5\nS02,Budi,m,\n"
    told(roster)
    before = people()

    again = told(roster)

    assert again == {"rows": 2, "added": 0, "changed": 0, "unchanged": 2, "errors": []}
    assert people() == before


def test_a_new_roster_adds_and_updates_and_takes_nobody_out(told):
    told("code,given_name,gender\nS01,Ani,f\nS02,Budi,m\nS03,Cici,f\n")

    counts = told("code,given_name,gender\nS01,Ani Sari,f\nS02,Budi,m\nS04,Dodi,m\n")

    assert counts == {"rows": 3, "added": 1, "changed": 1, "unchanged": 1, "errors": []}
    assert [person[:2] for person in people()] == [
        ("S01", "Ani Sari"),
        ("S02", "Budi"),
        ("S03", "Cici"),
        ("S04", "Dodi"),
    ]


@pytest.mark.parametrize(
    "roster",
    ["code,given_name\nS01,Ani\n", "code,given_name,gender,prior_attainment,home_language\nS01,Ani,,,\n"],
    ids=["no column", "an empty cell"],
)
def test_what_is_not_written_leaves_what_is_known(told, roster):
    told("code,given_name,gender,prior_attainment,home_language\nS01,Ani,f,72.5,Sunda\n")

    counts = told(roster)

    assert counts["unchanged"] == 1
    assert people() == [("S01", "Ani", "", "f", Decimal("72.50"), "", "Sunda")]


def test_a_change_of_what_the_class_knows_alone_is_a_change(told):
    told("code,given_name,prior_attainment\nS01,Ani,60\n")

    assert told("code,given_name,prior_attainment\nS01,Ani,61\n")["changed"] == 1
    assert (Student.objects.count(), Enrolment.objects.get().prior_attainment) == (1, 61)


def test_the_next_school_year_enrols_the_same_pupils_in_a_new_class(told):
    told("code,given_name,prior_attainment\nS01,Ani,60\n")

    counts = told("code,given_name\nS01,Ani\n", class_name="5B", year="2027/2028")

    assert counts == {"rows": 1, "added": 1, "changed": 0, "unchanged": 0, "errors": []}
    assert (Student.objects.count(), SchoolClass.objects.count()) == (1, 2)
    assert set(Enrolment.objects.values_list("school_class__name", "prior_attainment")) == {
        ("4B", Decimal("60.00")),
        ("5B", None),
    }


def test_a_dry_run_counts_what_would_be_and_stores_nothing(told, give):
    roster = "code,given_name\nS01,Ani\nS02,Budi\n"

    counts = told(roster, "--dry-run")

    assert counts == {"rows": 2, "added": 2, "changed": 0, "unchanged": 0, "errors": []}
    assert (Student.objects.count(), SchoolClass.objects.count()) == (0, 0)
    assert give(roster, "--dry-run").endswith("Nothing was stored: a dry run.\n")
    assert told(roster) == counts


def test_another_schools_pupils_with_the_same_codes_are_left_alone(two_schools, give):
    foreign = two_schools.b.pupils[0]
    give(f"code,given_name\n{foreign.code},Ani\n")

    foreign.refresh_from_db()

    assert CANARY in foreign.given_name
    assert Student.objects.filter(code=foreign.code).count() == 2


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(give):
    def roster(count):
        return "code,given_name,prior_attainment\n" + "".join(f"S{n:02},Ani,50\n" for n in range(count))

    with CaptureQueriesContext(
        connection,
    ) as few:
        give(roster(1), class_name="1A")
    with CaptureQueriesContext(connection) as many:
        give(roster(40), class_name="1B")

    assert len(many) == len(few) <= 12


# Bad rows


@pytest.mark.parametrize(
    ("columns", "row", "place", "advice"),
    [
        (
            "code,given_name",
            ",Ani",
            "column “code”",
            "This is empty. Every pupil needs a code and a given name.",
        ),
        (
            "code,given_name",
            "S01,",
            "column “given_name”",
            "This is empty. Every pupil needs a code and a given name.",
        ),
        (
            "code,given_name",
            f"{'S' * 21},Ani",
            f"column “code”, “{'S' * 21}”",
            "Ensure this value has at most 20 characters (it has 21).",
        ),
        (
            "code,given_name,gender",
            "S01,Ani,x",
            "column “gender”, “x”",
            "Write f for a girl or m for a boy, or leave it empty.",
        ),
        *(
            (
                "code,given_name,prior_attainment",
                f"S01,Ani,{value}",
                f"column “prior_attainment”, “{value}”",
                "Write a number from 0 to 100, such as 72.5, or leave it empty.",
            )
            for value in ("good", "-1", "100.01", "NaN", "Infinity", "1e999999")
        ),
    ],
)
def test_a_bad_row_is_told_with_its_number_column_value_and_what_to_do(give, columns, row, place, advice):
    assert refusals(give, f"{columns}\n{row}\n") == [f"Row 2, {place}: {advice}"]


def test_every_bad_row_has_one_line_under_a_summary(give):
    roster = "code,given_name,gender\nS01,Ani,x\nS02,Budi,m\nS02,Budi,m\nS04,,m\n"

    assert refusals(give, roster) == [
        "Nothing was stored: there are 3 things to mend in “roster.csv”.",
        "Row 2, column “gender”, “x”: Write f for a girl or m for a boy, or leave it empty.",
        "Row 4, column “code”, “S02”: This code stands in row 3 already. Keep one.",
        "Row 5, column “given_name”: This is empty. Every pupil needs a code and a given name.",
    ]


def test_with_json_the_bad_rows_are_in_the_object(school, tmp_path, capsys):
    path = tmp_path / "roster.csv"
    path.write_text("code,given_name,gender\nS01,Ani,x\n")

    with pytest.raises(BadInput):
        call_command("import_roster", path, "--json", school="S", class_name="4B", year=YEAR)

    assert json.loads(capsys.readouterr().out) == {
        "rows": 1,
        "added": 0,
        "changed": 0,
        "unchanged": 0,
        "errors": [
            {
                "row": 2,
                "column": "gender",
                "value": "x",
                "reason": "Write f for a girl or m for a boy, or leave it empty.",
            }
        ],
    }


def test_a_code_in_other_letters_is_not_another_pupil(give, told):
    told("code,given_name\nS01,Ani\n")

    with pytest.raises(BadInput, match="There is a pupil “S01”"):
        give("code,given_name\ns01,Ani\n")

    assert Student.objects.count() == 1


def test_two_spellings_of_one_code_in_a_file_are_one_too_many(give):
    assert refusals(give, "code,given_name\nS01,Ani\ns01,Ani\n") == [
        "Row 3, column “code”, “s01”: This code stands in row 2 already. Keep one."
    ]


def test_a_code_of_a_pupil_who_has_left_is_not_given_to_another(give, school):
    StudentFactory(school=school, code="S01", given_name="Ani", left_on="2026-06-20")

    with pytest.raises(BadInput, match="The pupil with this code has left"):
        give("code,given_name\nS01,Ani\n")


def test_a_code_of_another_class_is_not_given_to_a_pupil_of_another_name(give, school):
    known = StudentFactory(school=school, code="S01", given_name="Ani")
    EnrolmentFactory(school=school, student=known)

    with pytest.raises(BadInput, match="A pupil of another class has this code and another name"):
        give("code,given_name\nS01,Budi\n")

    known.refresh_from_db()
    assert known.given_name == "Ani"


# Bad files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_spreadsheets_csv_is_read(give, encoding, delimiter):
    text = f"code{delimiter}given_name\r\nS01{delimiter}Noël\r\n"

    give(text.encode(encoding))

    assert Student.objects.get().given_name == "Noël"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", "“roster.csv” is empty. Choose another file."),
        ("code,given_name\n", "“roster.csv” has no rows below the column names. Add them."),
        (
            "code,gender\nS01,f\n",
            "Row 1, column “given_name”: This column is missing. Write its name in the first row, and below "
            "it what belongs there.",
        ),
        (
            "code,given_name,code\nS01,Ani,S01\n",
            "Row 1, column “code”: This column stands there more than once. Keep one.",
        ),
        (
            "code,given_name,gendr\nS01,Ani,f\n",
            "Row 1, column “gendr”: There is no such column. Did you mean “gender”?",
        ),
        (
            "code,given_name\nS01,A\x00ni\n",
            "Row 2, column “given_name”, “A�ni”: There is a character here that cannot be seen (U+0000). "
            "Type the text again.",
        ),
    ],
    ids=["empty", "no rows", "missing column", "doubled column", "unknown column", "NUL"],
)
def test_a_bad_file_is_refused_in_one_line(give, content, line):
    assert refusals(give, content) == [line]


def test_ten_thousand_rows_with_an_error_in_the_last_store_nothing(give):
    rows = "".join(f"S{number:05},Ani\n" for number in range(9_999))

    assert refusals(give, f"code,given_name,gender\n{rows}S99999,Ani,x\n") == [
        "Row 10001, column “gender”, “x”: Write f for a girl or m for a boy, or leave it empty."
    ]


def test_ten_thousand_good_rows_are_stored(told):
    rows = "".join(f"S{number:05},Ani\n" for number in range(10_000))

    assert told(f"code,given_name\n{rows}")["added"] == Enrolment.objects.count() == 10_000


# Bad options


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"code": "X"}, "There is no school X. Schools: S."),
        ({"year": "2026"}, "--year: Write the school year like 2026/2027."),
        ({"class_name": "4" * 61}, "--class: Ensure this value has at most 60 characters (it has 61)."),
        ({"class_name": " "}, "--class: This field cannot be blank."),
    ],
)
def test_a_bad_option_is_refused_in_one_line(give, changes, line):
    assert refusals(give, "code,given_name\nS01,Ani\n", **changes) == [line]


def test_a_file_that_is_not_there_is_refused_in_one_line(school, tmp_path):
    with pytest.raises(BadInput) as refused:
        call_command("import_roster", tmp_path / "no.csv", school="S", class_name="4B", year=YEAR)

    assert str(refused.value) == "“no.csv” cannot be opened. Check that it is there and that you may read it."


# The terminal


@pytest.mark.embedded
def test_in_a_terminal_the_object_stands_alone_and_bad_input_ends_with_2(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.shell("from schools.models import School; School.objects.create(name='S', code='S')")
    (tmp_path / "good.csv").write_text("code,given_name\nS01,Ani\n")
    (tmp_path / "bad.csv").write_text("code,given_name,gender\nS02,Budi,x\n")
    options = ["--school", "S", "--class", "4B", "--year", YEAR]

    good = terminal("import_roster", tmp_path / "good.csv", *options, "--json")
    bad = terminal("import_roster", tmp_path / "bad.csv", *options)
    bad_json = terminal("import_roster", tmp_path / "bad.csv", *options, "--json")
    incomplete = terminal("import_roster", tmp_path / "good.csv", "--school", "S")

    assert (good.returncode, json.loads(good.stdout)["added"], good.stderr) == (0, 1, "")
    line = "Row 2, column “gender”, “x”: Write f for a girl or m for a boy, or leave it empty."
    assert (bad.returncode, bad.stdout, bad.stderr) == (2, "", f"BadInput: {line}\n")
    assert (bad_json.returncode, len(json.loads(bad_json.stdout)["errors"])) == (2, 1)
    assert (incomplete.returncode, incomplete.stdout) == (2, "")
