"""Photos of pupils' work: taken in once, whatever the network does, and gone from the disk when taken away.

A picture is examined and written before the transaction, since both take a while; the row comes last. If it
does not come, the file goes again. A removal writes the row first, and the file goes when that is certain; a
duty finishes what a lost process left (``finish_removals``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from io import BytesIO
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cycles.models import Cycle, Objective, ResearchLesson
from cycles.selectors import latest_lesson, pupils_of
from cycles.stages import Stage
from lessonstudy.lib import files
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.permissions import require
from lessonstudy.lib.uploads import MAX_BYTES, BadFile, photographed
from observations import permissions
from observations.models import WorkSample
from schools.models import ErasedStudent, Student, User
from schools.selectors import photo_allowed

logger = logging.getLogger(__name__)

FOLDER = "work"
MOST_PHOTOS = 20  # of one pupil in one lesson


@dataclass(frozen=True)
class Outcome:
    """What became of a photo that a tablet sent; the words are for the person who took it.

    ``stored``, ``duplicate`` and ``conflict``: it is kept here, or the first one under its number; ``gone``:
    its pupil was erased. The tablet deletes its own in each of these. ``forbidden``: not now, or not by this
    person; a word of consent, more room or the lesson’s beginning mends it, so the tablet keeps the photo
    and sends it again. ``rejected``: no sending again can mend it.
    """

    status: str  # stored | duplicate | conflict | rejected | forbidden | gone
    reason: str | None = None
    message: str | None = None


class Refused(Exception):
    """A photo that is not taken in, and why."""

    def __init__(self, status: str, reason: str, message: str) -> None:
        super().__init__(message)
        self.outcome = Outcome(status, reason, message)


@dataclass(frozen=True)
class Sent:
    """A photo with what is said of it, as it was sent. ``pupil`` and ``objective`` are ids: they may lead
    nowhere, since a tablet may have been away for long."""

    pupil: int
    author: int
    happened_at: datetime
    what_it_shows: str = ""
    objective: int | None = None


def receive_photo(
    lesson: ResearchLesson, id: UUID, sent: Sent, file: IO[bytes], *, name: str, by: User
) -> Outcome:
    """Take in a photo that a tablet took, exactly once under its id. Raises files.NoRoom."""
    require(permissions.can_gather(by, lesson))
    content = file.read(MAX_BYTES + 1)
    digest = sha256(content).hexdigest()
    try:
        if sent.author != by.pk:
            raise Refused(
                "forbidden", "author", _("Somebody else took this photo. They must sign in themselves.")
            )
        if kept := WorkSample.objects.filter(pk=id).first():
            return _met(kept, lesson, digest, by=by)
        happened_at = _believable(sent.happened_at)
        pupil = _pupil(lesson, sent.pupil)
        _look(lesson, pupil, happened_at)
        with _written(BytesIO(content), name) as (key, size):
            with transaction.atomic():
                cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=lesson.cycle_id)
                _is_in_time(cycle, lesson, happened_at)
                _is_allowed(lesson, pupil)
                kept, is_new = WorkSample.objects.get_or_create(
                    pk=id,
                    defaults={
                        "school_id": lesson.school_id,
                        "lesson": lesson,
                        "student": pupil,
                        "by": by,
                        "objective": _objective(lesson, sent.objective),
                        "what_it_shows": sent.what_it_shows,
                        "image": key,
                        "digest": digest,
                        "bytes": size,
                        "happened_at": happened_at,
                    },
                )
            if not is_new:
                files.forget(key)
                return _met(kept, lesson, digest, by=by)
        return Outcome("stored")
    except Refused as refused:
        return refused.outcome
    except BadFile as error:
        return Outcome("rejected", "photo", str(error))


def _met(kept: WorkSample, lesson: ResearchLesson, digest: str, *, by: User) -> Outcome:
    """What to answer where something stands under this id already."""
    if kept.by_id != by.pk:
        return Outcome("forbidden", "author", _("Something of somebody else is kept under this number."))
    if (kept.lesson_id, kept.digest) == (lesson.pk, digest):
        return Outcome("duplicate")
    return Outcome("conflict", "id", _("Another photo came under this number; the first one stays."))


def _believable(said: datetime) -> datetime:
    """When it was taken; a tablet whose clock runs ahead took it now."""
    return min(said, timezone.now())


def _pupil(lesson: ResearchLesson, number: int) -> Student:
    pupil = pupils_of(lesson).filter(pk=number).first()
    if pupil is not None:
        return pupil
    if ErasedStudent.objects.filter(number=number, school=lesson.school_id).exists():
        raise Refused("gone", "pupil", _("This pupil was erased. The photo is not kept."))
    raise Refused("rejected", "student", _("This pupil is not in the lesson’s class. Choose the pupil anew."))


def _objective(lesson: ResearchLesson, number: int | None) -> Objective | None:
    """An objective of the lesson; one that has gone from the plan meanwhile is none, and loses no photo."""
    return Objective.objects.filter(pk=number, plan__lesson=lesson).first() if number else None


def _look(lesson: ResearchLesson, pupil: Student, happened_at: datetime) -> None:
    """Refuse early what would be refused in the transaction: a picture need not be drawn for that."""
    _is_in_time(lesson.cycle, lesson, happened_at)
    _is_allowed(lesson, pupil)


def _is_in_time(cycle: Cycle, lesson: ResearchLesson, happened_at: datetime) -> None:
    """A photo is judged by when it was taken: it may arrive long after, but not before the lesson."""
    if cycle.stage == Stage.PLAN and latest_lesson(cycle) == lesson:
        raise Refused("forbidden", "stage", _("This lesson is still being planned."))
    # A closed cycle is never opened again, and the photo was taken when it was: that does not pass.
    if cycle.closed_at is not None and happened_at > cycle.closed_at:
        raise Refused("rejected", "stage", _("This cycle is closed: nothing is added any more."))


def _is_allowed(lesson: ResearchLesson, pupil: Student) -> None:
    """Whether a photo of this pupil's work may be kept, and there is room for it. Raises Refused.

    All of it may be otherwise tomorrow: consent is noted, photos are taken away. So it is forbidden, which a
    tablet sends again, and never rejected, which it does not.
    The room of a school is looked at, not held: a few photos that arrive at once may go a little beyond it.
    """
    if not photo_allowed([pupil]):
        raise Refused(
            "forbidden",
            "no_consent",
            _(
                "For %(pupil)s no consent to photos of the work is noted. Describe the work in words, "
                "or ask the administrator of your school to note the consent."
            )
            % {"pupil": pupil.code},
        )
    standing = WorkSample.objects.filter(removed_at=None).exclude(image="")
    if standing.filter(lesson=lesson, student=pupil).count() >= MOST_PHOTOS:
        raise Refused(
            "forbidden",
            "too_many",
            ngettext(
                "This lesson holds %(most)d photo of %(pupil)s already. Take one away first.",
                "This lesson holds %(most)d photos of %(pupil)s already. Take some away first.",
                MOST_PHOTOS,
            )
            % {"most": MOST_PHOTOS, "pupil": pupil.code},
        )
    if _bytes_of(lesson.school_id) >= settings.PHOTO_MEGABYTES * 2**20:
        raise Refused(
            "forbidden",
            "quota",
            _(
                "The photos of your school have filled the %(room)d MB there are. Take old ones away, "
                "or ask the people who run this site for more room."
            )
            % {"room": settings.PHOTO_MEGABYTES},
        )


@contextmanager
def _written(file: IO[bytes], name: str) -> Iterator[tuple[str, int]]:
    """The picture on the disk, its key and size; gone again if what is done with it fails. Raises BadFile."""
    upload = photographed(file, name)
    key = files.put(FOLDER, upload.content, upload.extension)
    try:
        yield key, len(upload.content)
    except BaseException:
        files.forget(key)
        raise


# The same from a page, where a person waits for the answer.


@dataclass(frozen=True)
class Picture:
    """A picture on the disk that a row is about to name."""

    key: str
    size: int
    digest: str


@contextmanager
def attached(
    lesson: ResearchLesson, pupil: Student, file: IO[bytes] | None, *, name: str
) -> Iterator[Picture | None]:
    """The picture, to be put on a row inside (``put_on``); gone again if that fails. None without a file.

    Raises NotAllowedNow for what consent or room do not allow, BadFile, files.NoRoom.
    """
    if file is None:
        yield None
        return
    try:
        _is_allowed(lesson, pupil)
    except Refused as refused:
        raise NotAllowedNow(str(refused)) from None
    content = file.read(MAX_BYTES + 1)
    with _written(BytesIO(content), name) as (key, size):
        yield Picture(key, size, sha256(content).hexdigest())


def put_on(sample: WorkSample, picture: Picture) -> None:
    """Have the row, held and to be saved, name this picture; the one it had goes once that is certain."""
    if sample.image:
        transaction.on_commit(partial(files.forget, sample.image), robust=True)
    sample.image, sample.bytes, sample.digest = picture.key, picture.size, picture.digest


def forget_photo(sample: WorkSample) -> None:
    """Delete the picture once it is certain that its row is taken away. Part of a verb.

    What fails then is no fault of the person who took it away, and left to the duty.
    """
    if sample.image:
        transaction.on_commit(partial(_delete, sample.pk, sample.image), robust=True)


def finish_removals() -> int:
    """Delete pictures whose rows were taken away but which are not known to be gone; how many rows it was.

    The row keeps the key until then, so that a picture of a child goes even where the process was lost
    between row and file. Those just taken away are still being deleted by who took them.
    """
    gone = WorkSample.objects.filter(removed_at__lt=timezone.now() - timedelta(minutes=1)).exclude(image="")
    finished = 0
    for id, key in gone.order_by("removed_at").values_list("pk", "image"):
        try:
            _delete(id, key)
        except OSError:  # this one; those after it are no less a child's
            logger.exception("The picture of work sample %s could not be deleted; it is tried again.", id)
        else:
            finished += 1
    return finished


def _delete(id: UUID, key: str) -> None:
    """Delete the picture of a row that was taken away, then its key: what has none is not looked at again."""
    files.forget(key)
    WorkSample.objects.filter(pk=id, image=key, removed_at__isnull=False).update(image="")


def _bytes_of(school: int) -> int:
    """What a school's photos take. Asked for each new one: an index holds all that is asked here."""
    standing = WorkSample.objects.filter(school=school, removed_at=None)
    return standing.aggregate(sum=Sum("bytes"))["sum"] or 0
