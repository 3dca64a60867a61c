"""The letters the report's fonts have, and what becomes of all others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonstudy.lib.printing.glyphs import UNPRINTABLE, breakable, code_points, fit, printable

ANYTHING = st.text(st.characters(exclude_categories=()))  # lone surrogates and control characters too


@pytest.mark.parametrize(
    "text",
    [
        "Siswa bertanya: “Mengapa ½ sama dengan 2/4?”",
        "「どうして同じだと言えるの？」と聞かれて、太郎は紙を折って見せた。",
        "قالت سلمى إن النصفين متساويان، ثم سألت: لماذا؟",
        "Đặng Thị Hồng · Åsa · Жанар · हिन्दी",
        "3 × 4 = 12 → 12 ÷ 4 = 3, √2 ≥ 1, 20 °C",
        "first line\nsecond line\n\nnext paragraph",
    ],
)
def test_what_the_fonts_have_stays_as_written(text):
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a\x00b\x07c\x1b[31md\x7f\x9fe", "abc[31mde"),
        ("one\r\ntwo\rthree\u2028four\x0bfive", "one\ntwo\nthree\nfour\nfive"),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
        ("a\tb", "a b"),
        ("not \u202edesrever\u202c, \ufeffnot marked", "not desrever, not marked"),
        ("well done 😀!", f"well done {UNPRINTABLE}!"),
        ("👨‍👩‍👧 at 🇮🇩, 👍🏽", f"{UNPRINTABLE} at {UNPRINTABLE}, {UNPRINTABLE}"),
        ("우리 집", f"{UNPRINTABLE} {UNPRINTABLE}"),
        ("half a letter: \ud83d", f"half a letter: {UNPRINTABLE}"),
        ("✔ ✗ ❤️", f"✓ × {UNPRINTABLE}"),
        ("𝐛𝐨𝐥𝐝 and ﬁne", "bold and ﬁne"),
    ],
)
def test_what_the_fonts_lack_is_replaced_or_removed(text, printed):
    assert printable(text) == printed


def test_the_fonts_lack_something():
    # Were every code point taken to be there, the property below would hold for the identity too.
    assert ord("😀") not in code_points()
    assert ord("한") not in code_points()
    assert ord("A") in code_points()


@given(ANYTHING)
def test_every_printable_letter_has_a_shape(text):
    assert {ord(letter) for letter in printable(text)} <= code_points() | {ord("\n")}


@given(ANYTHING)
def test_printable_text_is_printable_already(text):
    assert printable(printable(text)) == printable(text)


def test_a_word_of_three_hundred_letters_gets_places_to_break():
    word = "Ninavolatera" * 25

    assert breakable(word).split("\u200b") == ["Ninavolatera"] * 25


@pytest.mark.parametrize(
    "text",
    [
        "mempertanggungjawabkannya"[:24],
        "words of a common length, however many there are of them in one sentence",
        "紙を折って三つに分けるのは難しいと太郎は言ったけれどもう一度やってみた",
    ],
)
def test_ordinary_text_gets_no_places_to_break(text):
    assert breakable(text) == text


@given(st.text())
def test_places_to_break_are_all_that_is_added(text):
    assert breakable(text).replace("\u200b", "") == text.replace("\u200b", "")


def test_a_break_never_parts_a_letter_from_its_accent():
    word = "abcdefghijke\u0301" * 4

    assert not any(part.startswith("\u0301") for part in breakable(word).split("\u200b"))


def test_fit_reaches_every_text_and_leaves_keys_and_numbers():
    data = {"a😀": ["b😀", {"c": "d\x00"}], "n": 7, "none": None, "pair": ("e😀", True)}

    fitted = {"a😀": [f"b{UNPRINTABLE}", {"c": "d"}], "n": 7, "none": None, "pair": [f"e{UNPRINTABLE}", True]}
    assert fit(data) == fitted
