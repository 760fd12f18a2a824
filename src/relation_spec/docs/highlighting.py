"""Samples in colour, made when the page is built: Pygments names the pieces, two schemes of ours colour them.

In: a text and its language. Out: HTML, or the style sheet. Every colour has a contrast of 4.5 or more to the ground it
stands on (WCAG 2.1 success criterion 1.4.3).
"""

from itertools import groupby
from typing import Any, Final

from markupsafe import Markup, escape
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

__all__ = ["colours", "highlighted"]

_LEXERS: Final = {"sh": "bash"}
# what a piece is, by the short names of Pygments; those of one colour share a class, which keeps the page small
_COLOURS: Final = {
    "n": ("nt na nd nn nf", "#7a3e00", "#f0b87a"),  # names of properties, elements, header fields
    "s": ("s s1 s2 sb", "#14602c", "#8fd19e"),
    "m": ("m mi mf", "#0b4f9c", "#8cb8f5"),
    "k": ("kc k kn kd kr o nv", "#8a1f6a", "#eda0d0"),
    "c": ("c c1 cp cm", "#5a5f69", "#a3aab5"),
}
_CLASSES: Final = {name: kind for kind, (names, _, _) in _COLOURS.items() for name in names.split()}


def highlighted(text: str, language: str) -> Markup:
    """``text`` as HTML, in colour where the language is known; never anything but the text itself."""
    if language == "http":
        return _message(text)
    try:
        lexer = get_lexer_by_name(_LEXERS.get(language, language), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(text)
    made = []
    for name, run in groupby(lexer.get_tokens(text), key=lambda token: _class(token[0])):
        piece = "".join(part for _, part in run)
        made.append(Markup('<span class="{}">{}</span>').format(name, piece) if name else escape(piece))
    return Markup("").join(made)


def _class(kind: Any) -> str:
    """The class of a piece, or "" where it has no colour; a kind that has none of its own has that of its parent."""
    while kind is not None and kind not in STANDARD_TYPES:
        kind = kind.parent
    name: str = STANDARD_TYPES.get(kind, "")
    return _CLASSES.get(name, "")


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
        lines.append(Markup('<span class="n">{}</span>{}{}').format(name, colon, value))
    language = {"{": "json", "[": "json", "<": "xml"}.get(body[:1], "text")
    return Markup("\n").join(lines) + blank + highlighted(body, language)


def colours() -> str:
    """The style sheet of both schemes."""
    light, dark = (
        "".join(f"pre .{kind}{{color:{held[number]}}}" for kind, held in _COLOURS.items()) for number in (1, 2)
    )
    return f"\n{light}\n@media screen and (prefers-color-scheme:dark){{{dark}}}\n"
