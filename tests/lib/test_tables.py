import codecs
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonstudy.lib.tables import BadTable, Problem, Row, read_table
from lessonstudy.lib.tables.reading import FORMULA_ERRORS

MIB = 2**20
seen = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30)


def read(content, **changes):
    if isinstance(content, str):
        content = content.encode()
    columns = {"required": ["code", "given_name"], "optional": ["family_name", "gender"]}
    return read_table(BytesIO(content), **{"name": "roster.csv", **columns, **changes})


def names(table):
    return [row["given_name"] for row in table.rows]


def refusal(content, **changes):
    with pytest.raises(BadTable) as refused:
        read(content, **changes)
    return [(problem.row, problem.column, problem.message) for problem in refused.value.problems]


def test_rows_hold_stripped_text_under_every_column_they_may_have():
    table = read("code,given_name,gender\nS01, Ani ,\n S02,Budi,m\n")

    blank = {"family_name": ""}
    assert table.rows == [
        Row(2, {"code": "S01", "given_name": "Ani", "gender": "", **blank}),
        Row(3, {"code": "S02", "given_name": "Budi", "gender": "m", **blank}),
    ]
    assert table.columns == {"code", "given_name", "gender"}
    assert table.problems == []


def test_rows_read_from_a_path_and_from_its_text_are_the_same(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("code,given_name\nS01,Ani\n")

    tables = [read_table(place, name="r", required=["code", "given_name"]) for place in (path, str(path))]

    assert tables == [read("code,given_name\nS01,Ani\n", optional=[])] * 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_between_known_columns(delimiter):
    content = delimiter.join(["code", "given_name"]) + "\n" + delimiter.join(["S01", '"Ani, Putri; ya"'])

    assert names(read(content)) == ["Ani, Putri; ya"]


def test_a_quoted_text_may_follow_a_blank():
    assert names(read('code, given_name\nS01, "Ani, Putri"\n')) == ["Ani, Putri"]


def test_one_column_needs_no_delimiter():
    assert [row["code"] for row in read("code\nS01\n", required=["code"]).rows] == ["S01"]


@pytest.mark.parametrize(
    "content",
    [
        "code;given_name\nS01;Zoë\n".encode(),
        "code;given_name\nS01;Zoë\n".encode("utf-8-sig"),
        codecs.BOM_UTF16_LE + "code;given_name\nS01;Zoë\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "code;given_name\nS01;Zoë\n".encode("utf-16-be"),
        "code;given_name\nS01;Zoë\n".encode("cp1252"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16 little", "utf-16 big", "windows-1252"],
)
def test_letters_are_the_same_in_every_encoding(content):
    assert names(read(content)) == ["Zoë"]


@pytest.mark.parametrize(
    "content",
    [
        "code,given_name\nS01,Zoë\n".encode() + "S02,Zoë\n".encode("cp1252"),
        codecs.BOM_UTF16_LE + "code,given_name\nS01,Ani\n".encode("utf-16-le")[:-1],
        "code,given_name\nS01,Ani\n".encode("utf-16-le"),
        b"code,given_name\nS01,\x81ni\n",
    ],
    ids=["two encodings", "half a letter", "utf-16 without mark", "no windows-1252 either"],
)
def test_letters_that_cannot_be_told_are_refused_rather_than_guessed(content):
    advice = "The letters in “roster.csv” cannot be read. Save it from a spreadsheet as “CSV UTF-8”."

    assert refusal(content) == [(None, None, advice)]


def test_column_names_match_in_any_case_and_with_spaces():
    assert names(read(" CODE ,Given Name\nS01,Ani\n")) == ["Ani"]


@pytest.mark.parametrize(
    ("header", "problems"),
    [
        ("code", [(1, "given_name", "missing")]),
        ("", [(1, "code", "missing"), (1, "given_name", "missing")]),
        ("code,given_name,Code", [(1, "code", "more than once")]),
        ("code,given_name,gendre", [(1, "gendre", "Did you mean “gender”?")]),
        ("code,given_name,zzz", [(1, "zzz", "use one of these: code, given_name, family_name, gender.")]),
        ("code,given_nam", [(1, "given_name", "missing"), (1, "given_nam", "Did you mean “given_name”?")]),
    ],
)
def test_the_first_row_is_told_everything_that_is_wrong_with_it(header, problems):
    found = refusal(header + "\nS01,Ani\n")

    assert [(row, column) for row, column, _ in found] == [(row, column) for row, column, _ in problems]
    assert all(part in message for (*_, message), (*_, part) in zip(found, problems, strict=True))


def test_columns_without_a_name_and_without_content_are_passed_over():
    assert names(read("code,given_name,,\nS01,Ani,,\nS02,Budi\n")) == ["Ani", "Budi"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "“roster.csv” is empty. Choose another file."),
        (b" \r\n\n", "“roster.csv” is empty. Choose another file."),
        (b"code,given_name\n\n , \n", "“roster.csv” has no rows below the column names. Add them."),
    ],
)
def test_a_file_without_rows_is_refused(content, message):
    assert refusal(content) == [(None, None, message)]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadTable, match=r"^“r\.csv” cannot be opened\. Check that it is there"):
        read_table(tmp_path / "r.csv", name="r.csv", required=["code"])


def test_row_numbers_count_blank_rows_and_not_the_lines_inside_a_cell():
    table = read('code,given_name\r\nS01,"Ani\r\nPutri"\r\n\r\n,\r\nS04,Dewi\r\n')

    assert [(row.number, row["given_name"]) for row in table.rows] == [(2, "Ani\nPutri"), (5, "Dewi")]


def test_a_row_that_cannot_be_read_is_kept_out_and_told_once():
    table = read("code,given_name\nS01,Ani\nS02,B\x00u\x07di,too\nS03,Citra\n")

    message = "There is a character here that cannot be seen (U+0000). Type the text again."
    assert table.problems == [Problem(3, "given_name", "B\ufffdu\ufffddi", message)]
    assert names(table) == ["Ani", "Citra"]


@pytest.mark.parametrize(
    ("cell", "column", "message"),
    [
        ("Ani,f", None, "This is in place 3 of the row, where the first row names no column."),
        ("a" * 10_001, "given_name", "This text has 10001 characters. Shorten it to 10000."),
        ("Ani\x85", "given_name", "There is a character here that cannot be seen (U+0085)."),
        ("\x1f", "given_name", "There is a character here that cannot be seen (U+001F)."),
        ("#N/A", "given_name", "The formula here has no result. Mend it, or type the value."),
    ],
)
def test_a_cell_that_cannot_be_kept_whole_is_a_problem(cell, column, message):
    table = read(f"code,given_name\nS01,{cell}\n")

    assert [(problem.row, problem.column) for problem in table.problems] == [(2, column)]
    assert table.problems[0].message.startswith(message)
    assert table.rows == []


@pytest.mark.parametrize("cell", ["Ani\tPutri", "a" * 10_000, "‮علي", "-5", "=SUM(A1)", "’s", "👧🏽"])
def test_text_that_is_only_unusual_is_kept_as_it_is(cell):
    assert names(read(f'code,given_name\nS01,"{cell}"\n')) == [cell]


@pytest.mark.parametrize("cell", ['"Ani', '"Ani"x', "a" * 200_000])
def test_a_text_without_an_end_is_refused_at_the_row_where_it_starts(cell):
    problems = refusal(f"code,given_name\nS01,Ani\nS02,{cell}\nS03,Citra\n")

    assert [(row, column) for row, column, _ in problems] == [(3, None)]
    assert problems[0][2].startswith("From this row on the quotation marks do not pair.")


def test_rows_are_counted_up_to_the_limit_without_blank_ones():
    content = "code,given_name\nS01,A\x07ni\n\n\nS02,Budi\n"

    assert names(read(content, max_rows=2)) == ["Budi"]
    assert refusal(content, max_rows=1) == [(None, None, "“roster.csv” has more than 1 rows. Split it.")]


def test_a_bad_row_among_ten_thousand_is_the_only_one_told():
    rows = "".join(f"S{number},Ani\n" for number in range(2, 10_001))

    table = read(f"code,given_name\n{rows}S10001,A\x00ni\n")

    assert len(table.rows) == 9_999
    assert [problem.row for problem in table.problems] == [10_001]


def test_a_large_file_is_refused_before_it_is_read_whole():
    file = BytesIO(b"code,given_name\n" + b"S01,Ani\n" * (2 * MIB))

    with pytest.raises(BadTable, match=r"^“roster\.csv” is larger than 10 MB\. Split it\.$"):
        read_table(file, name="roster.csv", required=["code", "given_name"])

    assert file.tell() == 10 * MIB + 1


def test_a_problem_shows_sixty_characters_of_a_cell_at_most():
    row = Row(7, {"code": "S" * 61, "given_name": "A" * 60, "family_name": " a\n b "})

    problems = [row.problem(column, "Unknown.") for column in row.cells]

    assert [problem.value for problem in problems] == ["S" * 59 + "…", "A" * 60, "a b"]


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem(3, "code", "S99", "No pupil has it."), "Row 3, column “code”, “S99”: No pupil has it."),
        (Problem(3, None, "", "Too long."), "Row 3: Too long."),
        (Problem(None, None, "", "Empty."), "Empty."),
    ],
)
def test_a_problem_reads_as_a_sentence_with_its_place(problem, text):
    assert str(problem) == text


@settings(deadline=None)
@given(st.sampled_from([b"", b"code,given_name\n", codecs.BOM_UTF16_LE, b"PK\x03\x04"]), st.binary())
def test_any_bytes_are_read_or_refused(start, content):
    try:
        outcome = read(start + content)
    except BadTable as refusal:
        outcome = refusal

    assert outcome.problems or outcome.rows


@settings(deadline=None)
@given(st.lists(seen.filter(lambda text: text.strip() not in FORMULA_ERRORS), min_size=1))
def test_what_stands_in_the_file_is_what_the_rows_hold(texts):
    quoted = "".join(f'S,"{text.replace(chr(34), chr(34) * 2)}"\n' for text in texts)

    assert names(read("code,given_name\n" + quoted)) == [text.strip() for text in texts]


# Files whose columns others chose, and rows looked at cell by cell


def test_columns_nobody_knows_are_passed_over_and_named_where_the_caller_says_so():
    table = read(b"code,End,given_name,End,Very  Long\nS01,\x01,Ani,#N/A,x\n", passes_over=True)

    assert table.passed_over == ["End", "End", "Very Long"]
    assert table.rows == [Row(2, {"code": "S01", "given_name": "Ani", "family_name": "", "gender": ""})]
    assert table.columns == {"code", "given_name"}


def test_of_very_many_columns_passed_over_the_first_are_named():
    head = ",".join(f"c{number}" for number in range(500))

    assert len(read(f"code,given_name,{head}\nS01,Ani\n".encode(), passes_over=True).passed_over) == 10


def test_a_slip_in_a_column_that_must_be_there_is_told_though_others_are_passed_over():
    with pytest.raises(BadTable) as refused:
        read(b"code,givn_name,end\nS01,Ani,1\n", passes_over=True)

    assert [problem.column for problem in refused.value.problems] == ["given_name", "givn_name"]


def test_cell_by_cell_every_bad_cell_is_told_and_its_row_stays_without_them():
    table = read(b"code,given_name\nS01,#N/A\n#REF!,\x01\nS03,Ani\n", cell_by_cell=True)

    assert [(problem.row, problem.column) for problem in table.problems] == [
        (2, "given_name"),
        (3, "code"),
        (3, "given_name"),
    ]
    assert [(row["code"], row["given_name"]) for row in table.rows] == [("S01", ""), ("", ""), ("S03", "Ani")]
