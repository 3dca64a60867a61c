"""Two sheets held against each other, row by row and word by word. Knows no model (see ``cycles.sheet``).

Also finds the rows that go on from rows of an earlier sheet, where a file has brought them back without ids.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, NamedTuple

Sheet = Mapping[str, Any]
Row = Mapping[str, Any]

SAME, CHANGED, ADDED, REMOVED, MOVED = "same", "changed", "added", "removed", "moved"
KEPT, OUT, IN = "kept", "out", "in"
BESIDE = frozenset({"id", "came_from", "responses", "predictions", "response"})  # not texts of a row
WORDS = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")  # with the space before: one mark for several new words
TOO_FAR = 0.4  # texts with fewer words in common are two texts, not one that changed
MOST_WORDS = 4000  # of both texts together; beyond, lines are compared
# Places at which the same word stands in both texts, counted in pairs: the search for what stayed looks at
# them again for each piece it finds. Three pages of prose have some 45,000, one word 2000 times four million.
MOST_PAIRS = 50_000
ALIKE = 0.5  # of the words of two rows, in common: with fewer the rows are two, whatever place they stand at
MOST_LIKENED = 40_000  # pairs of rows: all of two full plans; beyond, only rows that say the same are found


class Piece(NamedTuple):
    """Some words: ``kept`` in both texts, ``out`` of the earlier, or ``in`` the later one."""

    kind: str
    text: str


@dataclass(frozen=True)
class Cell:
    """One field of a row that says something else now."""

    name: str
    before: Any
    after: Any

    @property
    def pieces(self) -> list[Piece]:
        return words_apart(_text(self.before), _text(self.after))


@dataclass(frozen=True)
class Change:
    """A row of two sheets. ``before`` is None for what was added, ``after`` for what was removed."""

    kind: str
    before: Row | None
    after: Row | None
    cells: tuple[Cell, ...] = ()
    inner: tuple[Change, ...] = ()  # of a step: responses, then predictions

    @property
    def row(self) -> Row:
        row = self.after if self.after is not None else self.before
        assert row is not None  # noqa: S101  (a change has one side at least)
        return row


@dataclass(frozen=True)
class Comparison:
    """Every row of both sheets, in the order of the later one, removed rows where they stood."""

    header: tuple[Cell, ...]
    dimensions: tuple[Piece, ...]
    objectives: tuple[Change, ...]
    steps: tuple[Change, ...]
    zones: tuple[Change, ...]
    differs: bool = field(default=False)


def compare(before: Sheet, after: Sheet, *, by_origin: bool = False) -> Comparison:
    """Hold two sheets against each other.

    Rows belong together by their ``id``; with ``by_origin`` the later one's ``came_from`` names the earlier
    one's ``id``, as when a lesson starts from the one before. What has no partner was added or removed:
    likeness of words is never taken for sameness.
    """
    header = _cells(before["header"], after["header"])
    dimensions = tuple(_dimensions(before["dimensions"], after["dimensions"]))
    parts = {
        name: _rows(before[name], after[name], by_origin=by_origin and name != "zones", by_place=by_origin)
        for name in ("objectives", "steps", "zones")
    }
    rows = [change for changes in parts.values() for change in changes]
    differs = (
        bool(header)
        or any(piece.kind != KEPT for piece in dimensions)
        or any(change.kind != SAME for change in rows)
    )
    return Comparison(header, dimensions, **parts, differs=differs)


def partners(before: Sequence[Row], after: Sequence[Row], names: Sequence[str]) -> dict[int, int]:
    """Place in ``after`` → place in ``before``, for rows that go on from an earlier one though no id says so.

    Rows are held together by what they say under ``names``, first by the first name alone: who adds to a
    step does not make it another. Rows that say the same go first, then the most alike; where several are as
    alike, the nearest. What has too little in common with any row is new: standing at its place is no proof.
    """
    old, new = ([_said(row, names) for row in rows] for rows in (before, after))
    few = len(old) * len(new) <= MOST_LIKENED
    found = _same(old, new, in_order=few)
    if not few:
        return found
    was, now = ([_bags(said) for said in rows] for rows in (old, new))
    taken = set(found.values())
    scores = sorted(
        (-likeness, abs(a - b), a, b)
        for a in range(len(new))
        if a not in found
        for b in range(len(old))
        if b not in taken and (likeness := _likeness(was[b], now[a])) >= ALIKE
    )
    for _likeness_of_both, _distance, a, b in scores:
        if a not in found and b not in taken:
            found[a] = b
            taken.add(b)
    return found


def words_apart(before: str, after: str) -> list[Piece]:
    """What stayed, went and came, in whole words; the kept and out pieces make up ``before`` again, the kept
    and in pieces ``after``. Texts that repeat a few words too often stand beside each other whole.
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if _pairs(old, new) > MOST_PAIRS or matcher.ratio() < TOO_FAR:
        return [Piece(kind, text) for kind, text in ((OUT, before), (IN, after)) if text]
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(KEPT, "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece(OUT, "".join(old[a:b])))
        if d > c:
            pieces.append(Piece(IN, "".join(new[c:d])))
    return pieces


def _said(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(_text(row.get(name)) for name in names)


def _same(old: Sequence[Any], new: Sequence[Any], *, in_order: bool) -> dict[int, int]:
    """Partners that say the same to the letter: those that kept their order, then those that moved.

    A row without a word is known by its order alone.
    """
    found: dict[int, int] = {}
    if in_order:
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            found |= {block.b + at: block.a + at for at in range(block.size)}
    places: dict[Any, list[int]] = {}
    for at in sorted(set(range(len(old))) - set(found.values()), reverse=True):
        places.setdefault(old[at], []).append(at)
    for at, said in enumerate(new):
        if at not in found and any(said) and places.get(said):
            found[at] = places[said].pop()
    return found


def _bags(said: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The words under the first name, and all words of the row."""
    first, *rest = (frozenset(re.findall(r"\w+", text.casefold())) for text in said)
    return first, first.union(*rest)


def _likeness(old: Sequence[frozenset[str]], new: Sequence[frozenset[str]]) -> float:
    sides = [(a, b) for a, b in zip(old, new, strict=True) if a and b]
    return max((2 * len(a & b) / (len(a) + len(b)) for a, b in sides), default=0)


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    again = Counter(new)
    return sum(count * again[word] for word, count in Counter(old).items())


def _rows(
    before: Sequence[Row], after: Sequence[Row], *, by_origin: bool = False, by_place: bool = False
) -> tuple[Change, ...]:
    """``by_place``: rows of another plan that remember no origin belong together by their order."""
    if by_place and not by_origin:
        partners = {at: at for at in range(min(len(before), len(after)))}
    else:
        key = "came_from" if by_origin else "id"
        places = {row.get("id"): at for at, row in enumerate(before) if row.get("id") is not None}
        partners = {}
        for at, row in enumerate(after):
            if row.get(key) in places:
                partners[at] = places.pop(row.get(key))
    stayed = _longest_rise([partners[at] for at in sorted(partners)])
    changes: list[Change] = []
    told = 0  # rows of ``before`` up to here have been spoken of
    gone = set(range(len(before))) - set(partners.values())
    for at, row in enumerate(after):
        partner = partners.get(at)
        if partner is None:
            changes.append(Change(ADDED, None, row))
            continue
        if partner in stayed:
            changes += [Change(REMOVED, before[old], None) for old in range(told, partner) if old in gone]
            told = partner + 1
        changes.append(_pair(before[partner], row, is_moved=partner not in stayed, by_place=by_place))
    changes += [Change(REMOVED, before[old], None) for old in range(told, len(before)) if old in gone]
    return tuple(changes)


def _pair(before: Row, after: Row, *, is_moved: bool, by_place: bool) -> Change:
    cells = _cells(before, after)
    inner = (
        *_rows(before.get("responses", ()), after.get("responses", ()), by_place=by_place),
        *_rows(_keyed(before), _keyed(after)),
    )
    inner = tuple(change for change in inner if change.kind != SAME)
    kind = CHANGED if cells or inner else MOVED if is_moved else SAME
    return Change(kind, before, after, cells, inner)


def _keyed(step: Row) -> list[Row]:
    """A step's predictions, told apart by their case pupil."""
    return [{"id": row["case_pupil"], **row} for row in step.get("predictions", ())]


def _cells(before: Row, after: Row) -> tuple[Cell, ...]:
    names = [name for name in after if name not in BESIDE]
    return tuple(
        Cell(name, before.get(name), after[name]) for name in names if before.get(name) != after[name]
    )


def _dimensions(before: Sequence[str], after: Sequence[str]) -> Iterable[Piece]:
    for name in before:
        yield Piece(KEPT if name in after else OUT, name)
    for name in after:
        if name not in before:
            yield Piece(IN, name)


def _longest_rise(places: Sequence[int]) -> set[int]:
    """The rows that kept their order: the longest rising series of their earlier places."""
    best: list[list[int]] = []
    for place in places:
        shorter = [series for series in best if series[-1] < place]
        best.append([*_longest(shorter), place])
    return set(_longest(best))


def _longest(series: list[list[int]]) -> list[int]:
    return max(series, key=len) if series else []


def _text(value: Any) -> str:
    return "" if value is None else str(value)
