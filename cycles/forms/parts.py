"""What hangs on a step that was taken away, and is put back with it: sent along, named by its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict  # noqa: TID251
from django.utils.translation import gettext as _

from cycles.forms.plan import ResponseForm
from cycles.forms.rows import RowForm
from cycles.forms.study import PredictionForm
from cycles.models import AnticipatedResponse, CasePrediction, Cycle

PLACE = re.compile(r"(response|prediction)-(\d{1,18})(?!\d)")


def named(place: str, data: Mapping[str, str]) -> QueryDict:
    """The cells of one part, named as if they had been sent along with their step."""
    told = QueryDict(mutable=True)
    told.update({f"{place}-{name}": text for name, text in data.items()})
    return told


def parts_of(data: QueryDict | None, cycle: Cycle) -> list[RowForm]:
    """Forms of the expected responses and of the predictions in ``data``, in its order.

    What was expected of somebody who is no case pupil of the cycle has no place in it.
    """
    places = {found[0]: found for name in data or () if (found := PLACE.match(name))}
    pupils = {pupil.pk: pupil for pupil in cycle.case_pupils.select_related("student")} if places else {}
    forms: list[RowForm] = []
    for place in places.values():
        if place[1] == "response":
            forms.append(ResponseForm(data, instance=AnticipatedResponse(), prefix=place[0]))
        elif pupil := pupils.get(int(place[2])):
            form = PredictionForm(data, instance=CasePrediction(case_pupil=pupil), prefix=place[0])
            form.fields["text"].label = _("We expect of %(pupil)s") % {"pupil": pupil}
            forms.append(form)
    return forms


def responses_in(parts: Iterable[RowForm]) -> list[dict[str, Any]]:
    """What pupils may answer, of valid parts."""
    return [part.cells() for part in parts if isinstance(part, ResponseForm)]


def predictions_in(parts: Iterable[RowForm]) -> list[dict[str, Any]]:
    """What is expected of case pupils, of valid parts, as a sheet has it."""
    return [
        {"case_pupil": part.instance.case_pupil_id, **part.cells()}
        for part in parts
        if isinstance(part, PredictionForm)
    ]
