"""How a row that several people write is answered, whoever asks: a browser, or its script while one types."""

from django.contrib import messages
from django.forms import Textarea, TextInput
from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import time_format

from cycles import workflow
from lessonstudy.lib.errors import NotAllowedNow


def wants_data(request):
    """Whether a script asks (js/plan/autosave.js): it gets data, or a fragment of the page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def answer_row(request, form, template, context, *, done, **told):
    """Show a row's form, or write the cells that were sent of it.

    Written: ``done`` (a response) to a browser; to a script the edition, the time, cells that were cleaned on
    the way, and whatever ``told`` holds (callables are asked after the write). Else ``template`` with the
    form again, to a script its partial ``form`` alone: 422 with what is wrong, 409 with both texts where
    another wrote meanwhile, 410 where the row has been taken away.
    """
    if not form.is_bound:
        status = 200
    elif not form.is_valid():
        status = 422
    else:
        try:
            row = workflow.write_row(
                form.instance, form.cells(), edition=form.seen(), was=form.was(), by=request.user
            )
        except workflow.Overtaken as error:
            if error.now is None:
                _keep_on_page(form, error)
            else:
                form.meet(error.now)
            status = 410 if error.now is None else 409
        except NotAllowedNow as error:
            _keep_on_page(form, error)
            status = 409
        else:
            return _written(request, form, row, told) if wants_data(request) else done
    is_part = wants_data(request) or (request.htmx and not request.htmx.boosted)
    part = f"{template}#form" if is_part else template
    return TemplateResponse(request, part, {**context, "form": form}, status=status)


def begin_at_first_text(form):
    """On a page of its own the cursor waits in the first text that is still empty."""
    texts = [name for name, field in form.fields.items() if isinstance(field.widget, TextInput | Textarea)]
    texts = [name for name in texts if not form.fields[name].widget.is_hidden]
    empty = [name for name in texts if not form[name].value()]
    for name in (empty or texts)[:1]:
        form.fields[name].widget.attrs["autofocus"] = True


def _keep_on_page(form, error):
    """Words that cannot be saved any more wait on the page, to be copied."""
    form.add_error(None, str(error))
    form.unsaved()
    form.waits = form.lost = True


def _written(request, form, row, told):
    cleaned = {
        name: value for name in form.sent if (value := str(form.data[name])) != request.POST[name].strip()
    }
    return JsonResponse(
        {
            "edition": row.edition,
            "at": time_format(timezone.localtime(), "TIME_FORMAT"),
            "cells": cleaned,
            **{key: value() if callable(value) else value for key, value in told.items()},
        }
    )


def say(request, change, *words):
    """Carry out a verb; say in a message why it could not be. Returns what the verb returned, or None."""
    try:
        done = change()
    except NotAllowedNow as error:
        messages.error(request, str(error))
        return None
    if words:
        messages.success(request, *words)
    return done
