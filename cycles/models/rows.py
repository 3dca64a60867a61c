"""What several people write at once."""

from __future__ import annotations

from django.conf import settings
from django.db import models

PERSON = settings.AUTH_USER_MODEL
LONGEST = 10_000  # characters in one cell: three pages, more than any row of a sheet can show


class Row(models.Model):
    """A row that a team writes together.

    ``edition`` counts its writes. Who saves says which edition they saw; when another has written meanwhile
    the conditional update finds nothing and the later one gets both texts (``cycles.workflow.rows``).
    """

    edition = models.PositiveIntegerField(default=1, editable=False)
    written_at = models.DateTimeField(null=True, editable=False)
    written_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+", editable=False)

    class Meta:
        abstract = True
