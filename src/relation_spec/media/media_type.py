"""Content-Type values: parsed and matched by RFC 9110 section 8.3.1."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

__all__ = ["ContentType", "is_form", "is_json", "is_xml", "match", "parse"]

# RFC 9110 section 5.6.2 (token), 5.6.4 (quoted-string), 5.6.6 (parameters)
_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED: Final = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
_TYPE: Final = re.compile(rf"[ \t]*({_TOKEN}/{_TOKEN})")
_PARAMETER: Final = re.compile(rf"[ \t]*;[ \t]*(?:({_TOKEN})=({_TOKEN}|{_QUOTED}))?")


class ContentType(NamedTuple):
    """A media type in lower case, such as ``"application/json"``, and its parameters by lower-case name."""

    name: str
    parameters: Mapping[str, str]


def parse(text: str) -> ContentType | None:
    """The media type that ``text`` names, or None where it is none."""
    head = _TYPE.match(text)
    if not head:
        return None
    parameters: dict[str, str] = {}
    at = head.end()
    while found := _PARAMETER.match(text, at):
        at = found.end()
        name, value = found.groups()
        if name:
            if value.startswith('"'):
                value = re.sub(r"\\(.)", r"\1", value[1:-1])
            parameters.setdefault(name.lower(), value)
    if text[at:].strip(" \t"):
        return None
    return ContentType(head.group(1).lower(), MappingProxyType(parameters))


def match(content_type: ContentType, names: Iterable[str]) -> str | None:
    """Which of a ``content`` map's keys describes ``content_type``, the most specific first (OpenAPI 3.1 section
    4.8.14): the type itself, a range such as ``text/*``, or ``*/*``.
    """
    by_name = {parsed.name: name for name in names if (parsed := parse(name))}
    major = content_type.name.partition("/")[0]
    return next((by_name[key] for key in (content_type.name, f"{major}/*", "*/*") if key in by_name), None)


def is_json(name: str) -> bool:
    """Whether bodies of this type are JSON text: by name, or by structured suffix (RFC 6839 section 3.1)."""
    return name in ("application/json", "text/json") or name.endswith("+json")


def is_xml(name: str) -> bool:
    """Whether bodies of this type are XML: by name (RFC 7303 section 9), or by structured suffix."""
    return name in ("application/xml", "text/xml") or name.endswith("+xml")


def is_form(name: str) -> bool:
    """Whether bodies of this type are forms (WHATWG URL standard section 5)."""
    return name == "application/x-www-form-urlencoded"
