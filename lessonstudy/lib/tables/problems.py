"""What is wrong in a file, where, and what to do; never more of a cell than it takes to find it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

SHOWN = 60  # characters of a cell that a problem may repeat


def shown(text: str) -> str:
    """At most 60 characters of ``text``, on one line, with a mark for what cannot be seen."""
    line = " ".join(text[: SHOWN * 2].split())
    line = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where it stands, what stands there, and what to do.

    ``row`` counts as in ``Row``, None means the whole file; ``value`` is cut to what ``shown`` shows of it.
    """

    row: int | None
    column: str | None
    value: str
    message: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", shown(self.value))

    def __str__(self) -> str:
        place = [
            _("Row %(row)d") % {"row": self.row} if self.row is not None else "",
            _("column “%(column)s”") % {"column": self.column} if self.column else "",
            f"“{self.value}”" if self.value else "",
        ]
        return ": ".join(filter(None, [", ".join(filter(None, place)), self.message]))


class BadTable(Exception):
    """The file as a whole cannot be used; ``problems`` says why and is never empty."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def refused(message: str, name: str, **values: object) -> BadTable:
    """The refusal of the file called ``name``; ``message`` says ``%(name)s`` and the other ``values``."""
    return BadTable([Problem(None, None, "", message % {"name": shown(name), **values})])


def unreadable(name: str) -> BadTable:
    """The refusal of a file whose bytes are no text we know."""
    message = _("The letters in “%(name)s” cannot be read. Save it from a spreadsheet as “CSV UTF-8”.")
    return refused(message, name)
