"""What an observer wrote down elsewhere: a sheet, a paper tally, a transcript. Stored once; all or nothing.

A *source* reads one of these; ``storing`` holds it against what is there already and stores it.
"""

from observations.importing.kinds import KINDS, brought_in, source_of
from observations.importing.sources import EventSheet, PaperTally, Source, Transcript
from observations.importing.storing import (
    Examined,
    ObservationImport,
    State,
    bring_in,
    import_observations,
    is_open,
    read_sheet,
    take_back,
)

__all__ = [
    "KINDS",
    "EventSheet",
    "Examined",
    "ObservationImport",
    "PaperTally",
    "Source",
    "State",
    "Transcript",
    "bring_in",
    "brought_in",
    "import_observations",
    "is_open",
    "read_sheet",
    "source_of",
    "take_back",
]
