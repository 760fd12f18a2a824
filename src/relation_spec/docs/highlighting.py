"""Samples in colour, made when the page is built: Pygments names the pieces, two schemes of ours colour them.

In: a text and its language. Out: HTML, or the style sheet. Every colour has a contrast of 4.5 or more to the ground it
stands on (WCAG 2.1 success criterion 1.4.3).
"""

from typing import Final

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

__all__ = ["colours", "highlighted"]

_LEXERS: Final = {"sh": "bash"}
# what a piece is, by the prefix of Pygments' short names; a class of our own for each keeps the page small
_COLOURS: Final = {
    "nt na nd nn nf": ("#7a3e00", "#f0b87a"),  # names of properties, elements, header fields
    "s s1 s2 sb": ("#14602c", "#8fd19e"),
    "m mi mf": ("#0b4f9c", "#8cb8f5"),
    "kc k kn kd kr o nv": ("#8a1f6a", "#eda0d0"),
    "c c1 cp cm": ("#5a5f69", "#a3aab5"),
}


def highlighted(text: str, language: str) -> Markup:
    """``text`` as HTML, in colour where the language is known; never anything but the text itself."""
    if language == "http":
        return _message(text)
    try:
        lexer = get_lexer_by_name(_LEXERS.get(language, language), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(text)
    return Markup(highlight(text, lexer, _FORMATTER))  # noqa: S704 - Pygments escapes


def _message(text: str) -> Markup:
    """A message of HTTP, whose body is in the language that it looks like; Pygments takes no first line without a
    version.
    """
    head, blank, body = text.partition("\n\n")
    first, *fields = head.split("\n")
    word, space, rest = first.partition(" ")
    lines = [Markup('<span class="k">{}</span>{}{}').format(word, space, rest)]
    for field in fields:
        name, colon, value = field.partition(":")
        lines.append(Markup('<span class="nt">{}</span>{}{}').format(name, colon, value))
    language = {"{": "json", "[": "json", "<": "xml"}.get(body[:1], "text")
    return Markup("\n").join(lines) + blank + highlighted(body, language)


class _Formatter(HtmlFormatter):  # type: ignore[misc]
    """Writes only those classes that have a colour."""

    def _get_css_class(self, ttype: object) -> str:
        name: str = super()._get_css_class(ttype)
        return name if name in _CLASSES else ""


_CLASSES: Final = {name for names in _COLOURS for name in names.split()}
_FORMATTER: Final = _Formatter(nowrap=True)


def colours() -> str:
    """The style sheet of both schemes."""

    def rules(number: int) -> str:
        return "".join(f"{','.join(f'pre .{name}' for name in names.split())}{{color:{pair[number]}}}"
                       for names, pair in _COLOURS.items())  # fmt: skip

    return f"\n{rules(0)}\n@media screen and (prefers-color-scheme:dark){{{rules(1)}}}\n"
