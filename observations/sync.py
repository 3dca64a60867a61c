"""The rules of what a tablet sends: what a record may say, when it happened, which numbers are missing.

Nothing here knows the database. One bad record is a :class:`Refusal` of its own and never spoils a batch;
only a batch that cannot be read at all is a :class:`BadBatch`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

SCHEMA = 1
MOST_RECORDS = 500
MOST_BYTES = 2**20
LONGEST = 10_000  # characters of one text
MOST_NUMBERS = 1_000_000  # records of one device in one lesson
A_DAY = 24 * 60 * 60  # seconds

STORED, DUPLICATE, CONFLICT = "stored", "duplicate", "conflict"
REJECTED, FORBIDDEN, GONE = "rejected", "forbidden", "gone"

KINDS = ("event", "note", "sample", "marker", "watch", "void")
TEXTS = ("fact", "interpretation", "question")
TEACHER = "teacher"

# A tablet's clock that is off by less than the way through the network is taken at its word.
TOLERANCE = timedelta(seconds=5)
# The lesson's clock, which only ticks, is believed before a clock that somebody may have set.
APART = timedelta(seconds=60)


class BadBatch(Exception):
    """What was sent is no batch at all; nothing of it was read. The message says why."""


class TooLarge(BadBatch):
    """More records, or more bytes, than are taken at once."""


class NewerTablet(BadBatch):
    """Sent by a page that is newer than this server; to be kept until the server has caught up."""


class Refusal(Exception):
    """One record that cannot be taken: the ``field`` at fault, and a sentence for its author."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Batch:
    """What came from one device at once; ``records`` are as they were sent, not looked into yet."""

    device: UUID
    author: int
    client_now: datetime | None
    records: Sequence[Any]


@dataclass(frozen=True)
class Record:
    """One record as it was meant. Pupils, groups, steps and responses are ids; ``code`` is a slug.

    ``happened_at`` is what the tablet's clock said, ``elapsed`` the seconds of the lesson's clock, if it ran.
    ``target`` is a pupil; ``at_teacher`` says that it was the teacher instead.
    """

    id: UUID
    lesson: int
    kind: str
    happened_at: datetime
    seq: int | None = None
    elapsed: int | None = None
    code: str = ""
    student: int | None = None
    target: int | None = None
    at_teacher: bool = False
    group: int | None = None
    step: int | None = None
    response: int | None = None
    fact: str = ""
    interpretation: str = ""
    question: str = ""
    domain: str = ""
    flagged: bool = False
    replaces: UUID | None = None
    until: datetime | None = None


def read_batch(body: bytes) -> Batch:
    """Read the envelope. Raises BadBatch, TooLarge and NewerTablet."""
    if len(body) > MOST_BYTES:
        raise TooLarge(_("This is more than 1 MiB at once. Send fewer records at a time."))
    try:
        sent = json.loads(body, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise BadBatch(_("This is not JSON.")) from error
    if not isinstance(sent, dict) or not isinstance(sent.get("records"), list):
        raise BadBatch(_("“records” is missing: a list of what was seen."))
    schema = sent.get("schema", SCHEMA)
    if not _is_number(schema) or schema < 1:
        raise BadBatch(_("“schema” is the number of the format, such as 1."))
    if schema > SCHEMA:
        raise NewerTablet(_("This page is newer than the server. Its records wait on the device."))
    if len(sent["records"]) > MOST_RECORDS:
        raise TooLarge(_("These are more than 500 records at once. Send fewer at a time."))
    try:
        device = _uuid(sent, "device")
        client_now = _moment(sent, "client_now")
    except Refusal as refusal:
        raise BadBatch(refusal.message) from refusal
    author = sent.get("author")
    if device is None or not isinstance(author, int) or isinstance(author, bool):
        raise BadBatch(_("“device” and “author” say who sends this, and from where."))
    return Batch(device, author, client_now, sent["records"])


def read_record(sent: Any) -> Record:
    """Return what one record says. Raises Refusal with the first field that cannot be taken."""
    if not isinstance(sent, dict):
        raise Refusal("id", _("This is not a record."))
    id, lesson, kind = _uuid(sent, "id"), _number(sent, "lesson"), sent.get("kind")
    happened_at = _moment(sent, "happened_at")
    if id is None:
        raise Refusal("id", _needed("id"))
    if lesson is None:
        raise Refusal("lesson", _needed("lesson"))
    if not isinstance(kind, str) or kind not in KINDS:
        raise Refusal("kind", _("No such kind of record is known here."))
    if happened_at is None:
        raise Refusal("happened_at", _needed("happened_at"))
    target = sent.get("target")
    record = Record(
        id=id,
        lesson=lesson,
        kind=kind,
        happened_at=happened_at,
        seq=_seq(sent),
        elapsed=_elapsed(sent),
        code=_text(sent, "code", 30),
        student=_number(sent, "student"),
        target=None if target == TEACHER else _number(sent, "target"),
        at_teacher=target == TEACHER,
        group=_number(sent, "group"),
        step=_number(sent, "step"),
        response=_number(sent, "response"),
        **{name: _text(sent, name, LONGEST) for name in TEXTS},
        domain=_text(sent, "domain", 12),
        flagged=_flag(sent, "flagged"),
        replaces=_uuid(sent, "replaces"),
        until=_moment(sent, "until"),
    )
    _check(record)
    return record


def _check(record: Record) -> None:
    """What a record of its kind must say. Raises Refusal."""
    whom = record.student is not None or record.group is not None
    if record.kind in {"event", "sample"}:
        if not record.code:
            raise Refusal("code", _("Choose what happened."))
        if not whom:
            raise Refusal("student", _("Choose a pupil first, then what happened."))
    elif record.kind == "note" and not record.fact.strip():
        thought = record.interpretation.strip()
        raise Refusal(
            "fact",
            _("This says what you think. What did you see or hear that makes you think so?")
            if thought
            else _("Write what you saw or heard."),
        )
    elif record.kind == "watch":
        if (record.student is None) == (record.group is None):
            raise Refusal("group", _("Say which group or which pupil was watched, one of the two."))
        if record.until is not None and record.until < record.happened_at:
            raise Refusal("until", _("Nobody stops watching before they begin."))
    elif record.kind == "void" and record.replaces is None:
        raise Refusal("replaces", _("Say which record is taken back."))
    if record.replaces == record.id:
        raise Refusal("replaces", _("A record cannot take the place of itself."))


def content(record: Record) -> dict[str, Any]:
    """What makes two records under one id the same: all they say but their number and the lesson's clock."""
    said = asdict(record)
    for name in ("id", "seq", "elapsed"):
        del said[name]
    return said


def digest(record: Record) -> str:
    """SHA-256 of the content."""
    return hashlib.sha256(json.dumps(content(record), sort_keys=True, default=str).encode()).hexdigest()


def as_sent(record: Record) -> dict[str, Any]:
    """The record in the form in which tablets send it; ``read_record`` makes the same of it again."""
    said = {name: _plain(value) for name, value in asdict(record).items()}
    if said.pop("at_teacher"):
        said["target"] = TEACHER
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def offset(client_now: datetime | None, server_now: datetime) -> timedelta:
    """How far the tablet's clock is behind ours; nothing where it is right, or did not say."""
    if client_now is None:
        return timedelta()
    behind = server_now - client_now
    return behind if abs(behind) > TOLERANCE else timedelta()


def on_our_clock(
    said: datetime,
    *,
    behind: timedelta,
    elapsed: int | None,
    started_at: datetime | None,
    server_now: datetime,
) -> datetime:
    """The moment on the server's clock that the tablet's clock called ``said``.

    Corrected by how far that clock is ``behind`` now. Where this is over a minute off the lesson's own clock
    (``elapsed`` seconds, counted without looking at the time of day), somebody set the tablet's clock
    meanwhile, and the lesson's is believed. Nothing happens after it was sent.
    """
    try:
        moment = said + behind
    except OverflowError:
        moment = server_now
    if elapsed is not None and started_at is not None:
        counted = started_at + timedelta(seconds=elapsed)
        if abs(moment - counted) > APART:
            moment = counted
    return min(moment, server_now)


Ranges = list[list[int]]


def heard(before: Iterable[Sequence[int]], numbers: Iterable[int]) -> Ranges:
    """The ranges ``before`` with these numbers added: ``[[1, 3]]`` and 5, 4 make ``[[1, 5]]``."""
    pieces = sorted([*([first, last] for first, last in before), *([n, n] for n in numbers)])
    joined: Ranges = []
    for first, last in pieces:
        if joined and first <= joined[-1][1] + 1:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    return joined


def missing(ranges: Iterable[Sequence[int]], *, most: int = 1000) -> list[int]:
    """The numbers that never came, though a later one did; the first ``most`` of them."""
    gaps: list[int] = []
    expected = 1
    for first, last in ranges:
        gaps.extend(range(expected, min(first, expected + most - len(gaps))))
        expected = last + 1
    return gaps


def count_missing(ranges: Iterable[Sequence[int]]) -> int:
    """How many numbers never came, though a later one did."""
    total, expected = 0, 1
    for first, last in ranges:
        total += first - expected
        expected = last + 1
    return total


# What a field may hold


def _needed(field: str) -> str:
    return _("“%(field)s” is missing.") % {"field": field}


def _whole(digits: str) -> int | float:
    """A number of absurd length is one record's fault, not the batch's: it becomes no number at all."""
    return int(digits) if len(digits) < 25 else float("nan")


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_id(value: Any) -> TypeGuard[int]:
    """Whether this could be the id of a row."""
    return _is_number(value) and 0 < value < 2**63


def _number(sent: dict[str, Any], field: str) -> int | None:
    """An id, or None."""
    value = sent.get(field)
    if value is None:
        return None
    if not is_id(value):
        raise Refusal(field, _("“%(field)s” is not one that is known here.") % {"field": field})
    return int(value)


def _seq(sent: dict[str, Any]) -> int | None:
    value = _number(sent, "seq")
    if value is not None and value > MOST_NUMBERS:
        raise Refusal("seq", _("No device writes so many records in a lesson."))
    return value


def _elapsed(sent: dict[str, Any]) -> int | None:
    """Whole seconds; what no lesson's clock can show is not known: no record is refused for its time."""
    value = sent.get("elapsed")
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal("elapsed", _("“elapsed” is a number of seconds."))
    return int(value) if 0 <= value < A_DAY else None


def _flag(sent: dict[str, Any], field: str) -> bool:
    value = sent.get(field)
    if value is not None and not isinstance(value, bool):
        raise Refusal(field, _("“%(field)s” is true or false.") % {"field": field})
    return bool(value)


def _uuid(sent: dict[str, Any], field: str) -> UUID | None:
    value = sent.get(field)
    if value is None:
        return None
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise Refusal(field, _("“%(field)s” is not a UUID.") % {"field": field}) from error


def _moment(sent: dict[str, Any], field: str) -> datetime | None:
    value = sent.get(field)
    if value is None:
        return None
    try:
        moment = parse_datetime(value)
    except (ValueError, TypeError) as error:
        moment = None
        cause: Exception | None = error
    else:
        cause = None
    if moment is None or moment.tzinfo is None:
        raise Refusal(
            field, _("“%(field)s” is a time like 2026-11-25T07:30:00+07:00.") % {"field": field}
        ) from cause
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise Refusal(field, _("“%(field)s” lies outside of any calendar.") % {"field": field}) from error


def _text(sent: dict[str, Any], field: str, longest: int) -> str:
    value = sent.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal(field, _("“%(field)s” is not text.") % {"field": field})
    if len(value) > longest:
        raise Refusal(
            field,
            _("“%(field)s” is longer than %(longest)d characters.") % {"field": field, "longest": longest},
        )
    if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise Refusal(field, _("“%(field)s” holds a sign that cannot be kept.") % {"field": field})
    return value
