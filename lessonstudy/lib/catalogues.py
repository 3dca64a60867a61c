"""The catalogues of translations: brought up to date, checked and compiled; needs no gettext tools."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import django
import polib  # type: ignore[import-untyped]

from lessonstudy.lib.messages import Message

DJANGO = Path(django.__file__).parent / "conf" / "locale"
PLACEHOLDER = re.compile(r"%%|%(?:\(\w+\))?[-+#0]*\d*(?:\.\d+)?[a-zA-Z]|%|\{\w*(?:![rsa])?(?::[^{}]*)?\}")


def opened(path: Path) -> polib.POFile:
    """The catalogue at ``path``, or a new one for the language whose folder that is.

    Raises OSError for a file that is no catalogue.
    """
    if path.exists():
        return polib.pofile(path, encoding="utf-8")
    locale = path.parent.parent.name
    djangos = polib.pofile(DJANGO / locale / "LC_MESSAGES" / "django.po", encoding="utf-8")
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Language": locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": djangos.metadata["Plural-Forms"],
    }
    return catalogue


def updated(catalogue: polib.POFile, messages: Iterable[Message]) -> polib.POFile:
    """A catalogue of exactly ``messages``, in their order, with the translations that the old one has."""
    old = {_key(entry): entry for entry in catalogue}
    new = polib.POFile()
    new.header, new.metadata = catalogue.header, catalogue.metadata
    for message in messages:
        new.append(_entry(message, old.get(message.key), _plural_forms(catalogue)))
    return new


def faults(catalogue: polib.POFile, messages: Iterable[Message]) -> list[str]:
    """What a person who reads the translation would miss or meet by mistake, one line each; for developers.

    Messages without a translation, doubtful ("fuzzy") and left-over ones, plural forms not filled in, and
    placeholders (``%(name)s``, ``%d``, ``{name}``) that differ between a message and its translation.
    """
    wanted = {message.key: message for message in messages}
    entries = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    left_over = {_key(entry) for entry in catalogue if entry.obsolete} | (entries.keys() - wanted.keys())
    forms = _plural_forms(catalogue)
    found = [("left over", key) for key in left_over]
    found += [("missing", key) for key in wanted.keys() - entries.keys()]
    for key in wanted.keys() & entries.keys():
        found += [(fault, key) for fault in _entry_faults(entries[key], wanted[key], forms)]
    return sorted(f"{fault}: {_named(key)}" for fault, key in found)


def compiled(source: Path) -> Path:
    """Compile the catalogue at ``source`` to the .mo file beside it that Django reads."""
    target, unfinished = source.with_suffix(".mo"), source.with_suffix(f".{os.getpid()}.mo")
    polib.pofile(source, encoding="utf-8").save_as_mofile(unfinished)
    return unfinished.replace(target)  # at once: another process may be reading


def _key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def _named(key: tuple[str | None, str]) -> str:
    context, text = key
    return f"{text!r} ({context})" if context else repr(text)


def _plural_forms(catalogue: polib.POFile) -> int:
    return int(re.findall(r"nplurals *= *(\d+)", catalogue.metadata["Plural-Forms"])[0])


def _entry(message: Message, old: polib.POEntry | None, plural_forms: int) -> polib.POEntry:
    entry = polib.POEntry(
        msgctxt=message.context,
        msgid=message.text,
        msgid_plural=message.plural,
        occurrences=[(place, "") for place in sorted(message.places)],
        flags=["python-format"] if "%" in "".join(_placeholders(message.text + message.plural)[0]) else [],
    )
    translations = _translations(old) if old else []
    if message.plural:
        entry.msgstr_plural = dict(enumerate((translations + [""] * plural_forms)[:plural_forms]))
    else:
        entry.msgstr = translations[0] if translations else ""
    if old:
        entry.tcomment, entry.fuzzy = old.tcomment, old.fuzzy
    return entry


def _translations(entry: polib.POEntry) -> list[str]:
    """The translation, or its plural forms in their order."""
    return [text for _, text in sorted(entry.msgstr_plural.items())] or [entry.msgstr]


def _entry_faults(entry: polib.POEntry, message: Message, plural_forms: int) -> Iterator[str]:
    translations = _translations(entry)
    wanted_forms = plural_forms if message.plural else 0
    if entry.fuzzy:
        yield "fuzzy"
    if not all(text.strip() for text in translations):
        yield "not translated"
    elif len(entry.msgstr_plural) != wanted_forms:
        yield f"{len(entry.msgstr_plural)} plural forms instead of {wanted_forms}"
    elif any(not _agrees(text, form, message, plural_forms) for form, text in enumerate(translations)):
        yield "other placeholders"


def _agrees(text: str, form: int, message: Message, plural_forms: int) -> bool:
    """Whether the placeholders are those of the message; only the first of several forms is a singular."""
    originals = [message.plural or message.text]
    if form == 0 and plural_forms > 1:
        originals.append(message.text)
    return _placeholders(text) in map(_placeholders, originals)


def _placeholders(text: str) -> tuple[set[str], list[str]]:
    """Those with a name, and those that count by their order; a per cent sign alone is one of the latter."""
    found = [placeholder for placeholder in PLACEHOLDER.findall(text) if placeholder != "%%"]
    named = {placeholder for placeholder in found if re.search(r"\(\w+\)|\{\w+", placeholder)}
    return named, [placeholder for placeholder in found if placeholder not in named]
