from gettext import GNUTranslations

import polib
import pytest
from django.core.management import CommandError, call_command

from lessonstudy.lib.catalogues import compiled, faults, opened, updated
from lessonstudy.lib.messages import Message, messages_in

IMPORT = "from django.utils.translation import "
ONE_FORM = "nplurals=1; plural=0;"


def written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def in_python(tmp_path, source):
    written(tmp_path / "schools" / "views.py", source)
    return [
        (message.context, message.text, message.plural)
        for message in messages_in(tmp_path, packages=[tmp_path / "schools"], templates=[])
    ]


def in_template(tmp_path, source):
    written(tmp_path / "templates" / "page.html", source)
    return [
        (message.context, message.text, message.plural)
        for message in messages_in(tmp_path, packages=[], templates=[tmp_path / "templates"])
    ]


def indonesian(*entries):
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": ONE_FORM}
    catalogue.extend(polib.POEntry(**entry) for entry in entries)
    return catalogue


# Messages


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (IMPORT + 'gettext\ngettext("Plan")', (None, "Plan", "")),
        (IMPORT + 'gettext as _\n_("Plan " "the lesson")', (None, "Plan the lesson", "")),
        (IMPORT + 'gettext_lazy as _\nlabel = f(_("Plan"), 1)', (None, "Plan", "")),
        (IMPORT + 'gettext_noop\ngettext_noop("Plan")', (None, "Plan", "")),
        (IMPORT + 'ngettext as n\nn("%(n)d note", "%(n)d notes", 3)', (None, "%(n)d note", "%(n)d notes")),
        (IMPORT + 'ngettext_lazy\nngettext_lazy("a note", "notes", "n")', (None, "a note", "notes")),
        (IMPORT + 'pgettext\npgettext("stage", "Plan")', ("stage", "Plan", "")),
        (IMPORT + 'pgettext_lazy\npgettext_lazy("stage", "Plan")', ("stage", "Plan", "")),
        (IMPORT + 'npgettext\nnpgettext("c", "a note", "notes", 3)', ("c", "a note", "notes")),
        ('from django.utils import translation\ntranslation.gettext("Plan")', (None, "Plan", "")),
    ],
)
def test_every_way_to_ask_for_a_translation_in_python_is_found(tmp_path, source, message):
    assert in_python(tmp_path, source) == [message]


@pytest.mark.parametrize(
    "source",
    [
        'for _, f in pairs:\n    _("not gettext")',
        IMPORT + "gettext\ngettext(label)",
        IMPORT + 'gettext\ngettext(f"{label}!")',
        IMPORT + 'gettext\ngettext("")',
        IMPORT + 'ngettext\nngettext(one, "many", 2)',
        IMPORT + 'get_language\nget_language("Plan")',
    ],
)
def test_what_is_no_message_in_python_is_passed_over(tmp_path, source):
    assert in_python(tmp_path, source) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('{% translate "Plan" %}', (None, "Plan", "")),
        ("{% trans 'Plan' as title %}", (None, "Plan", "")),
        ('{% translate "Plan" context "stage" as title %}', ("stage", "Plan", "")),
        ('{% translate "It\'s 50%" %}', (None, "It's 50%%", "")),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}", (None, "Hello %(name)s", "")),
        (
            "<p>\n  {% blocktranslate trimmed %}\n    One\n    two\n {% endblocktranslate %}\n </p>",
            (None, "One two", ""),
        ),
        (
            "{% blocktranslate count n=n %}a note{% plural %}{{ n }} notes{% endblocktranslate %}",
            (None, "a note", "%(n)s notes"),
        ),
        (
            '{% blocktranslate count n=n context "c" %}a note{% plural %}notes{% endblocktranslate %}',
            ("c", "a note", "notes"),
        ),
        ('{{ name|default:_("nobody") }}', (None, "nobody", "")),
        ('{% include "badge.html" with label=_("Plan") only %}', (None, "Plan", "")),
    ],
)
def test_every_way_to_ask_for_a_translation_in_a_template_is_found(tmp_path, source, message):
    assert in_template(tmp_path, source) == [message]


def test_what_is_no_message_in_a_template_is_passed_over(tmp_path):
    source = "<b>gettext('x')</b> {{ x }} {# _('x') #} {% comment %}_('x'){% endcomment %} {% translate x %}"

    assert in_template(tmp_path, source) == []


def test_a_message_found_in_several_places_is_one_message_with_the_plural_of_either(tmp_path):
    plural = "{% blocktranslate count n=n %}a note{% plural %}notes{% endblocktranslate %}"
    page = written(
        tmp_path / "templates" / "notes.txt", plural + '{% translate "a pupil" %}{% translate "Plan" %}'
    )
    calls = 'gettext, ngettext\ngettext("a note")\nngettext("a pupil", "pupils", 2)'
    view = written(tmp_path / "schools" / "views.py", IMPORT + calls)

    found = messages_in(tmp_path, packages=[view.parent], templates=[page.parent])

    both = frozenset({"schools/views.py", "templates/notes.txt"})
    assert found == [
        Message("Plan", places=frozenset({"templates/notes.txt"})),
        Message("a note", plural="notes", places=both),
        Message("a pupil", plural="pupils", places=both),
    ]


# Catalogues


def test_an_updated_catalogue_has_the_messages_in_order_and_keeps_their_translations():
    old = indonesian(
        {"msgid": "Plan", "msgstr": "Rencana", "tcomment": "as in the handbook"},
        {"msgid": "Gone", "msgstr": "Hilang"},
        {"msgid": "Plan", "msgctxt": "verb", "msgstr": "Rencanakan", "flags": ["fuzzy"]},
    )
    places = frozenset({"schools/views.py", "cycles/views.py"})
    messages = [Message("New: %(what)s"), Message("Plan", places=places), Message("Plan", context="verb")]

    new = updated(old, messages)

    assert [(entry.msgctxt, entry.msgid, entry.msgstr, entry.flags) for entry in new] == [
        (None, "New: %(what)s", "", ["python-format"]),
        (None, "Plan", "Rencana", []),
        ("verb", "Plan", "Rencanakan", ["fuzzy"]),
    ]
    assert new[1].tcomment == "as in the handbook"
    assert "#: cycles/views.py schools/views.py\n" in str(new)


def test_a_message_keeps_its_translation_when_it_gains_or_loses_a_plural():
    old = indonesian(
        {"msgid": "a note", "msgstr": "catatan"},
        {"msgid": "a pupil", "msgid_plural": "pupils", "msgstr_plural": {0: "siswa"}},
    )

    new = updated(old, [Message("a note", plural="notes"), Message("a pupil")])

    assert [(entry.msgstr, entry.msgstr_plural) for entry in new] == [("", {0: "catatan"}), ("siswa", {})]
    assert faults(new, [Message("a note", plural="notes"), Message("a pupil")]) == []


def test_updating_twice_changes_nothing(tmp_path):
    path = tmp_path / "id" / "LC_MESSAGES" / "django.po"
    messages = [Message("“A” \\ \n%(n)d note", plural="%(n)d notes"), Message("Plan", context="stage")]
    path.parent.mkdir(parents=True)
    updated(opened(path), messages).save(path)
    first = path.read_bytes()

    updated(opened(path), messages).save(path)

    assert path.read_bytes() == first


@pytest.mark.parametrize(("language", "forms"), [("id", 1), ("fr", 2), ("ar", 6)])
def test_a_new_catalogue_has_the_plural_forms_of_its_language(tmp_path, language, forms):
    catalogue = opened(tmp_path / language / "LC_MESSAGES" / "django.po")

    new = updated(catalogue, [Message("a note", plural="notes")])

    assert new[0].msgstr_plural == dict.fromkeys(range(forms), "")


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({"msgid": "Hi %(name)s", "msgstr": "Hai %(name)s"}, []),
        ({"msgid": "Hi %(name)s", "msgstr": "%(name)s dan %(name)s"}, []),
        ({"msgid": "Hi %(name)s", "msgstr": ""}, ["not translated: 'Hi %(name)s'"]),
        ({"msgid": "Hi %(name)s", "msgstr": " "}, ["not translated: 'Hi %(name)s'"]),
        ({"msgid": "Hi %(name)s", "msgstr": "Hai %(nama)s"}, ["other placeholders: 'Hi %(name)s'"]),
        ({"msgid": "Hi %(name)s", "msgstr": "Hai %(name)d"}, ["other placeholders: 'Hi %(name)s'"]),
        ({"msgid": "Hi %(name)s", "msgstr": "Hai"}, ["other placeholders: 'Hi %(name)s'"]),
        ({"msgid": "Hi %(name)s", "msgstr": "100% hai %(name)s"}, ["other placeholders: 'Hi %(name)s'"]),
        ({"msgid": "Hi %(name)s", "msgstr": "100%% hai %(name)s"}, []),
        ({"msgid": "50% of it", "msgstr": "50% saja"}, []),
        ({"msgid": "%s of %d", "msgstr": "%s dari %d"}, []),
        ({"msgid": "%s of %d", "msgstr": "%d dari %s"}, ["other placeholders: '%s of %d'"]),
        ({"msgid": "Hi {name}", "msgstr": "Hai {name}"}, []),
        ({"msgid": "Hi {name}", "msgstr": "Hai {nama}"}, ["other placeholders: 'Hi {name}'"]),
        ({"msgid": "Hi {name}", "msgstr": "Hai {name}", "flags": ["fuzzy"]}, ["fuzzy: 'Hi {name}'"]),
    ],
)
def test_a_translation_that_would_go_wrong_is_told(entry, found):
    assert faults(indonesian(entry), [Message(entry["msgid"])]) == found


@pytest.mark.parametrize(
    ("forms", "translations", "found"),
    [
        (1, ["%(n)d catatan"], []),
        (1, ["satu catatan"], ["other placeholders: 'a note'"]),
        (1, [""], ["not translated: 'a note'"]),
        (1, ["%(n)d catatan", "%(n)d catatan"], ["2 plural forms instead of 1: 'a note'"]),
        (2, ["une note", "%(n)d notes"], []),
        (2, ["%(n)d note", "%(n)d notes"], []),
        (2, ["une note", "des notes"], ["other placeholders: 'a note'"]),
        (2, ["une note", ""], ["not translated: 'a note'"]),
        (2, ["%(n)d notes"], ["1 plural forms instead of 2: 'a note'"]),
    ],
)
def test_every_plural_form_is_filled_in_with_the_placeholders_of_the_message(forms, translations, found):
    plural = "%(n)d notes"
    catalogue = indonesian(
        {"msgid": "a note", "msgid_plural": plural, "msgstr_plural": dict(enumerate(translations))}
    )
    catalogue.metadata["Plural-Forms"] = f"nplurals={forms}; plural=(n > 1);"

    assert faults(catalogue, [Message("a note", plural=plural)]) == found


@pytest.mark.parametrize(
    ("entry", "message", "found"),
    [
        (
            {"msgid": "a note", "msgstr": "catatan"},
            Message("a note", plural="notes"),
            ["0 plural forms instead of 1: 'a note'"],
        ),
        (
            {"msgid": "a note", "msgid_plural": "notes", "msgstr_plural": {0: "catatan"}},
            Message("a note"),
            ["1 plural forms instead of 0: 'a note'"],
        ),
    ],
)
def test_a_message_that_gained_or_lost_its_plural_is_told(entry, message, found):
    assert faults(indonesian(entry), [message]) == found


def test_missing_and_left_over_messages_are_told():
    catalogue = indonesian(
        {"msgid": "Plan", "msgstr": "Rencana"},
        {"msgid": "Gone", "msgstr": "Hilang"},
        {"msgid": "Retired", "msgstr": "Pensiun", "obsolete": True},
    )
    messages = [Message("Plan"), Message("New"), Message("Plan", context="verb"), Message("Retired")]

    assert faults(catalogue, messages) == [
        "left over: 'Gone'",
        "left over: 'Retired'",
        "missing: 'New'",
        "missing: 'Plan' (verb)",
        "missing: 'Retired'",
    ]


def test_gettext_reads_what_was_compiled(tmp_path):
    source = tmp_path / "django.po"
    indonesian(
        {"msgid": "Plan", "msgstr": "Rencana"},
        {"msgid": "Plan", "msgctxt": "verb", "msgstr": "Rencanakan"},
        {"msgid": "a note", "msgid_plural": "notes", "msgstr_plural": {0: "catatan “é”"}},
        {"msgid": "Doubtful", "msgstr": "Ragu", "flags": ["fuzzy"]},
    ).save(source)

    target = compiled(source)

    with target.open("rb") as file:
        translations = GNUTranslations(file)
    assert translations.gettext("Plan") == "Rencana"
    assert translations.pgettext("verb", "Plan") == "Rencanakan"
    assert translations.ngettext("a note", "notes", 1) == "catatan “é”"
    assert translations.gettext("Doubtful") == "Doubtful"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["django.mo", "django.po"]


# The command


@pytest.fixture
def catalogue(tmp_path, settings):
    """The path of the Indonesian catalogue of a program that consists of one template."""
    written(tmp_path / "templates" / "page.html", '{% translate "Plan" %}')
    settings.BASE_DIR = tmp_path
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates"]}]
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return tmp_path / "locale" / "id" / "LC_MESSAGES" / "django.po"


def test_the_command_collects_messages_until_they_are_translated_and_compiled(catalogue, capsys):
    call_command("translations")
    with pytest.raises(CommandError, match=r"^id: not translated: 'Plan'\n") as refused:
        call_command("translations", check=True)
    catalogue.write_text(
        catalogue.read_text().replace('msgid "Plan"\nmsgstr ""', 'msgid "Plan"\nmsgstr "Rencana"')
    )
    call_command("translations", check=True)
    call_command("translations")
    call_command("translations", compile=True, verbosity=0)

    assert refused.value.returncode == 2
    assert capsys.readouterr().out == "id: 0 of 1 messages translated\nid: 1 of 1 messages translated\n"
    assert polib.mofile(str(catalogue.with_suffix(".mo")))[0].msgstr == "Rencana"


def test_compiling_without_catalogues_does_nothing(catalogue):
    call_command("translations", compile=True)

    assert not catalogue.parent.exists()


def test_a_file_that_is_no_catalogue_ends_the_command_with_a_line(catalogue):
    written(catalogue, "Rencana")

    with pytest.raises(CommandError, match="Syntax error") as refused:
        call_command("translations", check=True)

    assert refused.value.returncode == 2
