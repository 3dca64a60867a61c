"""Every input of the site is one small template: label, hint, problem and control belong together."""

import json
import re

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form
from django import forms
from django.template import Context, Template

from lessonstudy.templatetags.importmap import modules

CONTROLS = {
    "text": forms.CharField(),
    "mail": forms.EmailField(),
    "number": forms.IntegerField(),
    "day": forms.DateField(widget=forms.DateInput(attrs={"type": "date"})),
    "list": forms.ChoiceField(choices=[("a", "A")]),
    "long": forms.CharField(widget=forms.Textarea),
    "file": forms.FileField(),
    "tick": forms.BooleanField(),
}
GROUPS = {
    "radio": forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect),
    "ticks": forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple),
}


def drawn(field):
    field.label, field.help_text = "What pupils do", "In their words."
    form = type("OneField", (forms.Form,), {"field": field})({})
    return as_crispy_form(form)


@pytest.mark.parametrize("field", CONTROLS.values(), ids=CONTROLS)
def test_a_refused_control_names_its_hint_and_its_problem(field):
    html = drawn(field)

    assert '<label for="id_field">' in html
    assert 'id="id_field_helptext"' in html
    assert 'id="id_field_error"' in html
    assert 'aria-describedby="id_field_helptext id_field_error"' in html
    assert 'aria-invalid="true"' in html


@pytest.mark.parametrize("field", GROUPS.values(), ids=GROUPS)
def test_a_group_of_choices_is_a_fieldset_that_names_its_problem(field):
    html = drawn(field)

    assert '<fieldset class="field invalid" aria-describedby="id_field_helptext id_field_error">' in html
    assert "<legend>" in html


def test_words_in_a_label_or_hint_are_never_markup():
    field = forms.CharField(label="<b>", help_text="<i>")

    html = as_crispy_form(type("OneField", (forms.Form,), {"field": field})())

    assert "<b>" not in html
    assert "<i>" not in html


def test_the_import_map_knows_every_module_and_carries_the_nonce(rf):
    request = rf.get("/")
    request.csp_nonce = "once"

    html = Template("{% load importmap %}{% importmap %}").render(Context({"request": request}))

    nonce, imports = re.fullmatch(r'<script type="importmap" nonce="(\w+)">(.*)</script>', html).groups()
    assert nonce == "once"
    assert set(json.loads(imports)["imports"]) == {f"/static/{path}" for path in modules()}
    assert "js/app.js" in modules()


def test_a_text_that_is_too_long_is_refused_in_our_own_words():
    form = type("OneField", (forms.Form,), {"field": forms.CharField(max_length=5)})({"field": "too long"})

    html = as_crispy_form(form)

    assert "This is 8 characters long, and 5 fit here." in html
    assert "Ensure" not in html


def test_other_problems_of_a_field_keep_their_words():
    form = type("OneField", (forms.Form,), {"field": forms.IntegerField(max_value=5)})({"field": "x"})

    assert "Enter a whole number." in as_crispy_form(form)
