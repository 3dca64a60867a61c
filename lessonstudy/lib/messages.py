"""Finds what the program asks gettext to translate, in Python and in templates; needs no gettext tools."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

# What the leading arguments of each function are; "_lazy" and "_noop" do not change them.
SHAPES = {
    "gettext": ("text",),
    "ngettext": ("text", "plural"),
    "pgettext": ("context", "text"),
    "npgettext": ("context", "text", "plural"),
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"\b(?:_|n?p?gettext)\({LITERAL}(?:, {LITERAL})*(?:, ?count)?\)")


@dataclass(frozen=True)
class Message:
    """A text to translate. gettext tells messages apart by ``context`` and ``text`` alone."""

    text: str
    plural: str = ""
    context: str | None = None
    places: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text

    def __or__(self, other: "Message") -> "Message":
        """The same message found in both places; with a plural if it has one in either."""
        return Message(self.text, self.plural or other.plural, self.context, self.places | other.places)


def messages_in(base: Path, *, packages: Iterable[Path], templates: Iterable[Path]) -> list[Message]:
    """Every message in the Python files of ``packages`` and in all files of ``templates``, once, by text.

    Places are paths from ``base`` without line numbers, so a catalogue changes only when a message does.
    Raises SyntaxError for a file that is no Python or that Django cannot read as a template.
    """
    python = [(file, _in_python) for package in packages for file in package.rglob("*.py")]
    pages = [(file, _in_template) for folder in templates for file in folder.rglob("*") if file.is_file()]
    found: dict[tuple[str | None, str], Message] = {}
    for file, calls in python + pages:
        place = file.relative_to(base).as_posix()
        for call in calls(file.read_text(encoding="utf-8"), place):
            message = Message(**call, places=frozenset({place}))
            found[message.key] = found.get(message.key, message) | message
    return sorted(found.values(), key=lambda message: (message.text, message.context or ""))


def _in_python(source: str, place: str) -> Iterator[dict[str, str]]:
    nodes = list(ast.walk(ast.parse(source, place)))
    imported = {
        alias.asname or alias.name: alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in imported:
                yield from _texts(imported[name], node.args)
            case ast.Call(func=ast.Attribute(attr=name)):
                yield from _texts(name, node.args)


def _in_template(source: str, place: str) -> Iterator[dict[str, str]]:
    for call in TEMPLATE_CALL.finditer(templatize(source, place)):
        match ast.parse(call[0], place, "eval").body:
            case ast.Call(func=ast.Name(id=name), args=arguments):
                yield from _texts("gettext" if name == "_" else name, arguments)


def _texts(function: str, arguments: list[ast.expr]) -> Iterator[dict[str, str]]:
    """The texts of one call by what they are; none if one of them is not written out there."""
    shape = SHAPES.get(function.removesuffix("_lazy").removesuffix("_noop"), ())
    texts = [
        node.value
        for node in arguments[: len(shape)]
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value
    ]
    if shape and len(texts) == len(shape):
        yield dict(zip(shape, texts, strict=True))
