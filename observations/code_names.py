"""Under which names people write an event code down: the slug, or the label in English or Indonesian."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from django.conf import settings
from django.utils.translation import override

from lessonstudy.lib.tables import column_name
from observations.codes import LABELS
from observations.models import EventCode


class CodeNames:
    """Codes by name, in any case, with spaces or underscores. A slug goes before a label that is the same."""

    def __init__(self, codes: Iterable[EventCode]) -> None:
        self.by_slug = {code.slug: code for code in codes}
        self.by_name: dict[str, EventCode] = {}
        self._spelt: dict[str, str] = {}
        for code in self.by_slug.values():
            self._add(code.slug, code)
        for language, _name in settings.LANGUAGES:
            with override(language):
                for code in self.by_slug.values():
                    self._add(str(LABELS.get(code.slug, code.label)), code)

    def _add(self, name: str, code: EventCode) -> None:
        self.by_name.setdefault(column_name(name), code)
        self._spelt.setdefault(column_name(name), name)

    def find(self, written: str) -> EventCode | None:
        """The code that somebody wrote down so."""
        return self.by_name.get(column_name(written))

    def nearest(self, written: str) -> str | None:
        """The name that was probably meant, as it is spelt."""
        meant = get_close_matches(column_name(written), self.by_name, n=1)
        return self._spelt[meant[0]] if meant else None
