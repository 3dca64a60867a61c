"""Plain text out of what people type and paste."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonstudy.lib.plain import plain, shortened

WORD = """<p class=MsoNormal style='mso-style:x'><!--[if gte mso 9]><xml><w:View>N</w:View></xml><![endif]-->
<b>Three quarters</b><o:p></o:p> each &amp;
fair</p><style>p {color:red}</style><p>Half,<br>then a bit</p>"""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("a<b>c", "ac"),
        ("line\r\nline\rline", "line\nline\nline"),
        ("nul\x00l, bell\x07", "null, bell"),
        ("&lt;not markup&gt;", "&lt;not markup&gt;"),
        (WORD, "Three quarters each & fair\nHalf,\nthen a bit"),
        ("<table><tr><td>one</td><td>two</td></tr></table>", "one\ttwo"),
        ("<script>alert(1)</script><p>kept</p>", "kept"),
        ("<3 you, and x<y but z>w", "<3 you, and x<y but z>w"),
    ],
)
def test_the_words_stay_and_the_markup_goes(typed, kept):
    assert plain(typed) == kept


@pytest.mark.parametrize("begin", ["<!-- ", "<style ", "<xml ", "<?xml ", " ", "\n", "<a ", "<br "])
def test_markup_that_never_ends_is_no_more_work_than_other_text(begin):
    """As long as a request may be; looked for anew from every beginning it would take hours."""
    text = "<b>kept</b>" + begin * (2_500_000 // len(begin))

    assert plain(text).startswith("kept")


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="<\ufeff")))
def test_a_text_without_markup_stays_as_it_is(text):
    assert plain(text) == text


@given(st.text())
def test_what_is_plain_has_no_control_character_but_line_ends_and_tabs(text):
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in plain(text))


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("short", 10, "short"),
        ("one\ntwo", 10, "one two"),
        ("pukul delapan, sepuluh", 18, "pukul delapan…"),
        ("Longerthananyline", 10, "Longertha…"),
    ],
)
def test_a_text_is_shortened_between_words(text, most, short):
    assert shortened(text, most) == short


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_a_shortened_text_is_never_longer_than_it_may_be(text, most):
    assert len(shortened(text, most)) <= most
