"""How texts of a contract are written in Markdown and in HTML, so that nothing in them can act.

In: texts and :class:`Prose`. Out: Markdown (CommonMark 0.31, with the tables of GitHub Flavored Markdown), or HTML.
"""

import re
from typing import Any, Final
from urllib.parse import quote

from markupsafe import Markup, escape

from relation_spec.docs.prose import BREAK, Piece

__all__ = ["Verbatim", "anchor", "breakable", "fence", "html_prose", "markdown", "paragraph"]

# what may begin emphasis, code, links, headings, tables, strikethrough or formulas; an underscore between letters and
# digits means nothing
_SPECIAL: Final = re.compile(r"[\\`*\[\]#|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LIST: Final = re.compile(r"^(\d*)([-+=.)])")  # CommonMark 0.31 sections 4.3 and 5.2
_TICKS: Final = re.compile("`+")
_SPACE: Final = re.compile(r"\s+")
_FRAGMENT: Final = "/?:@!$&'()*+,;=-._~"  # what a fragment may hold as it is (RFC 3986 section 3.5)


class Verbatim(str):
    """A text that is Markdown already."""

    __slots__ = ()


def _text(text: str) -> str:
    text = _SPECIAL.sub(lambda found: "\\" + found.group(), _SPACE.sub(" ", text))
    return "".join(_ENTITIES.get(letter, letter) for letter in text)


def _code(text: str, bar: str) -> str:
    """A code span whose fence is longer than any in it."""
    ticks = "`" * (1 + max((len(run) for run in _TICKS.findall(text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{ticks}{pad}{_SPACE.sub(' ', text).replace('|', bar)}{pad}{ticks}"


def markdown(value: Any, bar: str = "\\|") -> str:
    """A value as Markdown on one line: texts escaped, code as spans, :class:`Verbatim` as it is.

    A bar in a code span is written as ``bar``: in a table it must be escaped, and nowhere else may it be.
    """
    if isinstance(value, Verbatim):
        return value
    if isinstance(value, tuple) and all(isinstance(piece, Piece) for piece in value):
        gap = "<br>" if bar != "|" else "\n\n"
        return "".join(gap if piece is BREAK else _code(piece.text, bar) if piece.is_code else _text(piece.text)
                       for piece in value)  # fmt: skip
    return _text(value) if isinstance(value, str) else str(value)


def paragraph(value: Any) -> Verbatim:
    """The same at the beginning of a paragraph, where more may mean something."""
    paragraphs = markdown(value, "|").strip().split("\n\n")
    return Verbatim("\n\n".join(_LIST.sub(r"\1\\\2", one.lstrip()) for one in paragraphs))


def fence(text: str) -> str:
    """A fence for a code block that nothing in ``text`` closes."""
    return "`" * max(3, 1 + max((len(run) for run in _TICKS.findall(text)), default=0))


def html_prose(value: Any) -> Markup:
    """:class:`Prose` as HTML."""
    return Markup("").join(
        Markup("<br>") if piece is BREAK
        else Markup("<code>{}</code>").format(piece.text) if piece.is_code else escape(piece.text)
        for piece in value
    )  # fmt: skip


def breakable(text: str) -> Markup:
    """A path as HTML that may go on in the next line after each slash."""
    return Markup("/<wbr>").join(text.split("/"))


def anchor(*tokens: str) -> str:
    """An id, and after a number sign the fragment that leads to it: no white space, and nothing that needs encoding."""
    return "/".join(quote(token, safe=_FRAGMENT) for token in tokens)
