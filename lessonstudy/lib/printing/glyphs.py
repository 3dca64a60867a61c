"""Which letters the printed pages’ fonts have, and text made safe to print with them.

PDF/UA-1 forbids a letter without a shape: one emoji in one note would fail the whole document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
import pylopdf_fonts_jp
from fontTools.ttLib import TTFont

FONT_FOLDERS = (
    fontpkg_noto_sans.ROOT / "files",
    fontpkg_noto_sans_arabic.ROOT / "files",
    Path(pylopdf_fonts_jp.__file__).parent,
)
# The upright sans of each script: whatever else is asked for falls back to one of these.
FONT_FILES = ("NotoSans[[]*.ttf", "NotoSansArabic[[]*.ttf", "NotoSansJP-*.otf")

UNPRINTABLE = "▢"  # stands for one or more signs that no font has
# Ticks and crosses of teachers' notes, in shapes the fonts have; and white space.
LIKENESS = {"\n": "\n", "\t": " "} | dict.fromkeys("✔☑✅", "✓") | dict.fromkeys("✗✘❌", "×")

_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile("\n{3,}")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters
    "\u202a-\u202e\u2060-\u206f\ufeff"  # direction overrides, invisible operators, byte order mark
    "\ufe00-\ufe0f\U000e0000-\U000e0fff]"  # variation selectors, tags
)
_UNPRINTABLE_RUN = re.compile(f"{UNPRINTABLE}(?:\u200d?{UNPRINTABLE})+")
# Japanese breaks between any two letters; other scripts only at spaces.
_LONG_WORD = re.compile(r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{25,}")
WORD_PART = 12  # letters that fit the narrowest column


@cache
def code_points() -> frozenset[int]:
    """Return every code point that one of the bundled fonts has a shape for."""
    files = [next(folder.glob(name)) for folder, name in zip(FONT_FOLDERS, FONT_FILES, strict=True)]
    return frozenset().union(*map(_code_points_of, files))


def printable(text: str) -> str:
    """Return ``text`` with every letter printable: lines end in ``\\n`` with one blank line between them at
    most, unseen characters are gone, and ``UNPRINTABLE`` stands where the fonts have no shape.
    """
    text = _BLANK_LINES.sub("\n\n", _UNSEEN.sub("", _LINE_END.sub("\n", text)))
    return _UNPRINTABLE_RUN.sub(UNPRINTABLE, text.translate(_shapes()))


def breakable(text: str) -> str:
    """Return ``text`` with places to break (U+200B) in words too long for a narrow column."""
    return _LONG_WORD.sub(lambda word: "\u200b".join(_parts(word[0])), text)


def fit(value: Any) -> Any:
    """Return JSON-able ``value`` with every text in it printable and breakable; keys stay as they are."""
    if isinstance(value, str):
        return breakable(printable(value))
    if isinstance(value, dict):
        return {key: fit(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [fit(item) for item in value]
    return value


def _code_points_of(file: Path) -> set[int]:
    with TTFont(file, lazy=True) as font:
        return set(font.getBestCmap())


def _parts(word: str) -> Iterator[str]:
    """The word in parts, none of which begins with an accent."""
    part = ""
    for letter in word:
        if len(part) >= WORD_PART and unicodedata.category(letter)[0] != "M":
            yield part
            part = ""
        part += letter
    yield part


class _Shapes(dict[int, str]):
    """Code point → what is printed for it."""

    def __missing__(self, code: int) -> str:
        """The plain equivalent (a mathematical bold A is an A), or the stand-in."""
        plain = unicodedata.normalize("NFKC", chr(code))
        return plain if all(ord(letter) in self for letter in plain) else UNPRINTABLE


@cache
def _shapes() -> _Shapes:
    return _Shapes({code: chr(code) for code in code_points()} | {ord(a): b for a, b in LIKENESS.items()})
