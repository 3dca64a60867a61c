"""A file's rows as they would be stored, to be looked at before they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from observations.importing import Examined, State
from observations.models import Observation


@dataclass
class PreviewRow:
    """A row, or a cell of a tally: what becomes of it; ``states`` holds how many records of each state."""

    number: int
    seen: Observation
    states: Counter[State] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.states.total()

    @property
    def new(self) -> int:
        return self.states[State.NEW]

    @property
    def there(self) -> int:
        return self.states[State.THERE]

    @property
    def taken_back(self) -> int:
        return self.states[State.TAKEN_BACK]


def previewed(examined: Examined) -> Iterable[PreviewRow]:
    """Each row of the file, the strokes of one cell of a tally together."""
    rows: dict[tuple[int, str], PreviewRow] = {}
    for line, state in examined.lines:
        place = (line.row.number, line.column)
        row = rows.setdefault(place, PreviewRow(line.row.number, line.observation))
        row.states[state] += 1
    return rows.values()
