"""Plain text out of what people type and paste: the words stay, markup and invisible signs go."""

from __future__ import annotations

import re
from html import unescape

# Text that somebody copied as markup, from Word or a web page, says so by one of these.
MARKUP = re.compile(
    r"<(?:/?(?:p|span|div|b|i|u|strong|em|font|table|tr|td|ul|ol|li|br|h[1-6]|[ovw]:\w+)\b|!--|\?xml)", re.I
)
# What is not said: comments, style sheets, scripts, Word's own settings.
UNSAID = [
    (re.compile(begins, re.I), re.compile(ends, re.I))
    for begins, ends in (
        (r"<!--", r"-->"),
        *((rf"<{name}\b", rf"</{name}\s*>") for name in ("style", "script", "xml", "title")),
        (r"<\?xml", r">"),
    )
]
LINE_END = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6])\s*>", re.I)
CELL_END = re.compile(r"</t[dh]\s*>", re.I)
TAG = re.compile(r"</?[a-z][a-z0-9]*(?::\w+)?(?:\s[^<>]*)?/?>", re.I)
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")


def plain(text: str) -> str:
    """Return the words of ``text``: line ends as ``\\n``, no control characters, pasted markup taken out.

    A text is left alone unless it holds a tag of HTML or Word: “3 < 4 and 5 > 2” stays as it is.
    """
    text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not MARKUP.search(text):
        return text
    for begins, ends in UNSAID:
        text = _without(text, begins, ends)
    text = " ".join(filter(None, map(str.strip, text.split("\n"))))  # line breaks in markup mean a space
    text = TAG.sub("", CELL_END.sub("\t", LINE_END.sub("\n", text)))
    lines = (re.sub(r"[ \xa0]+", " ", line).strip() for line in unescape(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without(text: str, begins: re.Pattern[str], ends: re.Pattern[str]) -> str:
    """The text without what stands between such a beginning and its end, each looked for once.

    One expression for both would look for the end again from every beginning that has none: hours, for a
    text as long as a request may be.
    """
    kept, at = [], 0
    while (begin := begins.search(text, at)) and (end := ends.search(text, begin.end())):
        kept.append(text[at : begin.start()])
        at = end.end()
    return "".join([*kept, text[at:]])


def shortened(text: str, most: int) -> str:
    """The text on one line; of a longer one as many whole words as ``most`` characters hold, and a “…”."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    words = text[:most].rsplit(" ", 1)[0] if " " in text[:most] else text[: most - 1]
    return words.rstrip(" ,;:.–-") + "…"


def visible(text: str) -> str:
    """The text without the characters that no XML file can hold."""
    return NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
