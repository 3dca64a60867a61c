"""A file an observer brings in, and what was understood of it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cycles.models import ResearchLesson
from lessonstudy.lib.sealed import Broken, seal, unsealed
from lessonstudy.lib.tables import Row, Table
from observations.importing import KINDS, Source, source_of
from schools.models import User

MOST_ROWS = 3000  # that a page can show before they are stored; the command takes more
MOST_TEXT = 1_000_000  # characters of all cells, which the page carries to and fro
BEGINS = re.compile(r"(-?)(\d{1,3}):([0-5]\d)")


class BringInForm(forms.Form):
    """A sheet, a tally or a transcript."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.RadioSelect,
        choices=[(slug, words) for slug, (_source, words) in KINDS.items()],
    )
    file = forms.FileField(label=_("File"), help_text=_("CSV or .xlsx"))
    begins = forms.CharField(
        label=_("The lesson’s clock when the recording begins"),
        help_text=_(
            "Only for a transcript: 0:00 if both began together, -1:30 if the recording began first."
        ),
        required=False,
        max_length=8,
    )

    def clean_begins(self) -> int:
        """Seconds of the lesson; below 0 where the recording began before it."""
        text = self.cleaned_data["begins"].strip() or "0:00"
        found = BEGINS.fullmatch(text.replace("−", "-"))
        if found is None:
            raise forms.ValidationError(_("Write minutes and seconds, such as 0:00, 2:30 or -1:30."))
        seconds = int(found[2]) * 60 + int(found[3])
        return -seconds if found[1] else seconds


class StoreForm(forms.Form):
    """What a person has looked at before it is stored: signed, for them and the lesson, for an hour."""

    rows = forms.CharField(widget=forms.HiddenInput)
    again = forms.BooleanField(
        label=_("Store those that were taken back once more"), required=False, initial=False
    )

    def __init__(self, *args: Any, lesson: ResearchLesson, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lesson, self.user = lesson, user
        self.salt = f"observations.import.{lesson.pk}.{user.pk}"

    def sealed(self, name: str, source: Source, table: Table) -> str:
        """The value for ``rows``."""
        told = {
            "name": name,
            "kind": source.slug,
            "begins": getattr(source, "begins", 0),
            "columns": sorted(table.columns),
            "passed_over": list(table.passed_over),
            "rows": [[row.number, row.cells] for row in table.rows],
        }
        return seal(told, salt=self.salt)

    def clean_rows(self) -> dict[str, Any]:
        try:
            return unsealed(self.cleaned_data["rows"], salt=self.salt)
        except Broken as error:
            raise forms.ValidationError(_("Too much time has passed. Choose the file once more.")) from error

    @property
    def name(self) -> str:
        return self.cleaned_data["rows"]["name"]

    @property
    def source(self) -> Source:
        told = self.cleaned_data["rows"]
        return source_of(told["kind"], self.lesson, self.user, begins=told["begins"])

    @property
    def table(self) -> Table:
        told = self.cleaned_data["rows"]
        rows = [Row(number, cells) for number, cells in told["rows"]]
        return Table(frozenset(told["columns"]), rows, [], told.get("passed_over", ()))
