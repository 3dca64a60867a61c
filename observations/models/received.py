"""What tablets sent: corrections, which numbers were heard, and what met something else under its id."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cycles.models import Cycle, ResearchLesson
from schools.models import School, SchoolOwnedQuerySet, Student, User

PERSON = settings.AUTH_USER_MODEL


class Void(models.Model):
    """An observer takes one of their own records back. It may arrive before the record itself."""

    id = models.UUIDField(primary_key=True, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="voids")
    observer = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    target = models.UUIDField(db_index=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)  # of what a tablet sent
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["lesson", "received_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class Tablet(models.Model):
    """One person's records of one lesson on one device: which of its numbers arrived.

    ``heard`` holds the ranges of ``seq`` that arrived, stored or refused: ``[[1, 12], [14, 20]]``. What lies
    between them is still on the device, or lost with it.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="tablets")
    observer = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    device = models.UUIDField()
    heard = models.JSONField(default=list)
    last_heard_at = models.DateTimeField()

    class Meta:
        ordering = ["lesson", "pk"]
        constraints = [models.UniqueConstraint(fields=["lesson", "observer", "device"], name="tablet_once")]

    def __str__(self) -> str:
        return f"{self.lesson_id} · {self.device}"


class ClashQuerySet(SchoolOwnedQuerySet):
    def visible_to(self, user: User) -> ClashQuerySet:
        """One's own alone: both texts are the same person's."""
        return self.filter(observer=user, lesson__cycle__in=Cycle.objects.joined_by(user))


class Clash(models.Model):
    """A record that came under an id which already stands for something else; a person decides.

    ``sent`` is the record as it was sent, ``digest`` tells two of them apart. ``student`` and ``target`` are
    the pupils it names, where they are the school's: when one is erased, what was sent of them goes too.
    """

    class Outcome(models.TextChoices):
        FIRST = "first", _("the first stays")
        SECOND = "second", _("the second takes its place")
        BOTH = "both", _("both stay")

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(ResearchLesson, models.CASCADE, related_name="clashes")
    observer = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    record = models.UUIDField()
    digest = models.CharField(max_length=64)
    sent = models.JSONField()
    student = models.ForeignKey(Student, models.CASCADE, null=True, blank=True, related_name="+")
    target = models.ForeignKey(Student, models.CASCADE, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ClashQuerySet.as_manager()

    class Meta:
        ordering = ["lesson", "received_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["record", "digest"], name="clash_once")]

    def __str__(self) -> str:
        return str(self.record)
