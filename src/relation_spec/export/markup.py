"""XML text, indented for people, from nodes."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

__all__ = ["Node", "comment", "document", "node"]

# what XML 1.0 section 2.2 has no place for
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Node(NamedTuple):
    """An element: its name, its attributes, and either elements or a text."""

    name: str
    attributes: dict[str, str]
    below: "tuple[Node, ...] | str" = ()


def node(tag: str, /, *below: "Node | None", **attributes: Any) -> Node:
    """An element with those of ``below`` and ``attributes`` that are not None."""
    held = {key: str(value) for key, value in attributes.items() if value is not None}
    return Node(tag, held, tuple(item for item in below if item is not None))


def comment(lines: list[str]) -> str:
    """A comment (XML 1.0 section 2.5: two hyphens may not stand side by side)."""
    text = "\n".join(f"  {line}" for line in lines)
    while "--" in text:
        text = text.replace("--", "- -")
    return f"<!--\n{_clean(text)}\n-->"


def document(root: Node, head: str) -> str:
    """The text of a document: declaration, the comment ``head``, and ``root``."""
    return "\n".join(['<?xml version="1.0" encoding="utf-8"?>', head, *_lines(root, "")]) + "\n"


def _lines(item: Node, lead: str) -> Iterator[str]:
    attributes = "".join(f" {name}={quoteattr(_clean(value))}" for name, value in item.attributes.items())
    start = f"{lead}<{item.name}{attributes}"
    if not item.below:
        yield f"{start}/>"
    elif isinstance(item.below, str):
        yield f"{start}>{escape(_clean(item.below))}</{item.name}>"
    else:
        yield f"{start}>"
        for inner in item.below:
            yield from _lines(inner, f"{lead}  ")
        yield f"{lead}</{item.name}>"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
