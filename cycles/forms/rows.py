"""Forms of rows that several people write at once: cell by cell, each write naming the edition it saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from cycles.models import Row
from lessonstudy.lib.plain import plain

if TYPE_CHECKING:
    from django.http import QueryDict  # noqa: TID251


class RowForm(forms.ModelForm):
    """A row's cells. Only the cells that were sent are checked and written; the others stay as they are.

    ``edition``: the edition the writer saw; without it the write counts as too late. The ids of its controls
    are the row's own, so that many rows can be open on one page.
    """

    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    part = ""  # of a row whose cells stand in several forms
    waits = False  # its words cannot be saved where they stand
    lost = False  # nor anywhere else

    def __init__(
        self, data: QueryDict | None = None, files: Any = None, *, instance: Row, **kwargs: Any
    ) -> None:
        self.key = f"{instance._meta.model_name}-{instance.pk or 'new'}{self.part}"
        kwargs.setdefault("auto_id", f"{self.key}-%s")
        self.sent: list[str] = []
        if data is not None:
            data = data.copy()
            prefix = kwargs.get("prefix")
            for name in self._meta.fields:
                called = f"{prefix}-{name}" if prefix else name
                if called in data:
                    self.sent.append(name)
                    data[called] = plain(data[called])
                else:
                    data[called] = instance.serializable_value(name)
        super().__init__(data, files, instance=instance, **kwargs)
        self.initial["edition"] = instance.edition
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # a browser would cut pasted text off without a word
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 2
            if getattr(field, "choices", None) and not field.required and not hasattr(field, "queryset"):
                field.choices = [("", "–"), *((key, label) for key, label in field.choices if key)]

    def cells(self) -> dict[str, Any]:
        """What to write: the cells that were sent."""
        return {name: self.cleaned_data[name] for name in self.sent}

    def seen(self) -> int:
        """The edition the writer saw; 0 where none was sent."""
        return self.cleaned_data.get("edition") or 0

    def was(self) -> dict[str, str] | None:
        """The texts that stood in the sent cells when the writer began, where the script said so.

        As they are stored: the page keeps the space at which somebody paused, the row does not.
        """
        told = {name: self.data.get(f"was-{name}") for name in self.sent}
        return None if None in told.values() else {name: plain(text).strip() for name, text in told.items()}

    def meet(self, now: Row) -> None:
        """Show both texts: mine in its place, theirs beside it, wherever the row as it stands says otherwise.

        What I did not write is shown as it now stands. Saved again, the form overwrites with open eyes.
        """
        self.theirs = now.written_by
        was = self.was() or {}
        for name in self._meta.fields:
            value = now.serializable_value(name)
            text = "" if value is None else str(value)
            field = self.fields[name]
            if name not in self.sent:
                self.data[name] = value
            elif self.cleaned_data.get(name) != getattr(now, name):
                field.widget.attrs["data-ls-was"] = text
                field.overtaken = was.get(name) != text
                field.theirs = _shown(field, text)
        self.data["edition"] = str(now.edition)

    def full_clean(self) -> None:
        super().full_clean()
        for name in set(self.fields).difference(self.sent):  # what stands there already is nobody's mistake
            self._errors.pop(name, None)
        if self._errors:
            self.unsaved()

    def unsaved(self) -> None:
        """Nothing of what was sent was written: the page must know, and what the row has instead."""
        for name in self.sent:
            before = self.initial.get(name)
            self.fields[name].widget.attrs["data-ls-was"] = "" if before is None else str(before)


def _shown(field: forms.Field, text: str) -> str:
    """What a value is called on the page: the words of a choice, else itself."""
    choices = getattr(field, "choices", None)
    return text if choices is None else next((str(label) for key, label in choices if str(key) == text), "")
