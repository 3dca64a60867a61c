"""A plan out of a Word or Excel file: our own exports whole, others' tables of steps as far as understood.

Nothing is written here. What was guessed or passed over is said in ``notices``, so that a person can look at
it before it becomes the plan.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import PurePath
from typing import IO

from django.utils.translation import gettext as _

from cycles.importing import excel, word
from cycles.importing.understood import BadPlan, Understood, checked
from lessonstudy.lib.archives import TooLarge, inflated
from lessonstudy.lib.uploads import BadFile, UnknownFile, examined

__all__ = ["BadPlan", "Understood", "read_plan"]

READERS: dict[str, Callable[[BytesIO], Understood]] = {"docx": word.read, "xlsx": excel.read}


def read_plan(file: IO[bytes], name: str) -> Understood:
    """Read a plan from a .docx or .xlsx file handed in as ``name``.

    Raises BadPlan with one sentence for each thing that is wrong: the file is not what its name says, is
    broken or gigantic, has no table of steps, or holds texts that do not fit the sheet.
    """
    if PurePath(name).suffix.lower() not in {".docx", ".xlsx"}:
        raise BadPlan([_("Choose a .docx or .xlsx file. Older .doc and .xls files: save them anew first.")])
    try:
        upload = examined(file, name)
        understood = READERS[upload.extension](inflated(upload.content))
    except UnknownFile as error:
        message = _(
            "This is no Word or Excel file, or it opens only with a password. "
            "Save the plan as .docx or .xlsx, then choose it."
        )
        raise BadPlan([message]) from error
    except BadFile as error:
        raise BadPlan([str(error)]) from error
    except TooLarge as error:
        raise BadPlan([_("This file holds far more than a plan. Copy its table into a new file.")]) from error
    except BadPlan:
        raise
    except Exception as error:  # the parsers let out whatever they meet in a broken file
        raise BadPlan(
            [_("This file cannot be read. Save it again in Word or Excel, then choose it.")]
        ) from error
    return checked(understood)
